"""
What stands around the one thing that is broken in an invalid document: mostly a sample, at times anything valid.

Hypothesis makes several variants of whatever takes many draws, which would all break the same thing. Samples take one
draw, so that everything that can be broken is, soon.
"""

from __future__ import annotations

import itertools
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.testing.keyword_members import ABSENT
from twenty_opportunity.testing.samples import Sampler, smallest
from twenty_opportunity.testing.schema_alternatives import accepts
from twenty_opportunity.testing.strategies.documents import Generator
from twenty_opportunity.testing.strategies.forms import ready, strategy_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hypothesis.strategies import DrawFn, SearchStrategy

    from twenty_opportunity.testing.schema_alternatives import Schema, Where
    from twenty_opportunity.testing.strategies.documents import ObjectForm
    from twenty_opportunity.testing.strategies.forms import Form

_MOSTLY: Final = 3
_SEEDS: Final = ("a", "b", "c", "d", "e", "f")
_ranges = itertools.count(0, 1_000)  # alike draws are taken for one another, so that none of these is like another


class Surroundings:
    """
    Makes the surroundings of what is broken in one schema.

    Args:
        root: The schema, which needs no other.
        generator: Makes anything that is valid.
    """

    def __init__(self, root: Mapping[str, Any], generator: Generator) -> None:
        self._root = root
        self._generator = generator

    def of_member(self, schema: Mapping[str, Any], where: Where) -> ObjectAround:
        """Make what stands around a member of an object that a schema describes."""
        objects = {**schema, "type": "object"}
        return ObjectAround(self.samples(objects, where), self._generator.object_form(schema, where))

    def of_item(self, schema: Mapping[str, Any], where: Where) -> Callable[[DrawFn], list[Any]]:
        """Make the other items of an array that a schema describes."""
        least, most = max(schema.get("minItems", 0) - 1, 0), schema.get("maxItems", 3) - 1
        item, place = schema.get("items", True), (*where, "items")
        items = self.samples(item, place)[:2]
        lists = [items * count for count in range(least, min(most, least + 1) + 1)] if items else []
        anything = st.lists(self._generator.item(schema, where), min_size=least, max_size=min(most, least + 2))
        return _mostly(lists, lambda draw: draw(anything))

    def samples(self, schema: Schema, where: Where) -> list[Any]:
        """List samples of a part of the schema, the smallest first; none where none are known."""
        takes = accepts({"$defs": self._root.get("$defs", {}), **schema} if isinstance(schema, dict) else {})
        return [sample for sample in self._candidates(schema, where) if takes(sample)]

    def _candidates(self, schema: Schema, where: Where) -> Iterator[Any]:
        try:
            resolver = self._generator.resolver
            yield smallest(schema, where, resolver)
            names = tuple(str(token) for token in where if isinstance(token, str))[-1:]
            yield from (Sampler(self._root, seed, resolver).sample(schema, where, names) for seed in _SEEDS)
        except UnsupportedSchemaError:
            return


def mostly_samples(schema: Mapping[str, Any]) -> SearchStrategy[Any]:
    """
    Make the strategy of documents that are mostly samples.

    Args:
        schema: The schema, which needs no other.

    Returns:
        The strategy.
    """
    generator = Generator(schema)
    samples = Surroundings(schema, generator).samples(schema, ())
    return ready(strategy_of(_mostly(samples, generator.form(schema)), "document"))


class ObjectAround:
    """
    Makes objects in which some members are as asked for.

    Args:
        samples: Objects to choose from, the smallest first.
        form: Makes any valid object.
    """

    def __init__(self, samples: list[dict[str, Any]], form: ObjectForm) -> None:
        self.form = form
        self._anything = object()
        self._samples = _mostly(samples, lambda _: self._anything)

    def made(self, draw: DrawFn, replaced: Mapping[str, Form]) -> dict[str, Any]:
        """Make an object with some members made by other forms."""
        instance = self._samples(draw)
        if instance is self._anything:
            return self.form.made(draw, {**self.form.described, **replaced})
        instance.update((name, form(draw)) for name, form in replaced.items())
        return {name: value for name, value in instance.items() if value is not ABSENT}


def _mostly(samples: list[Any], anything: Form) -> Form:
    """Make the form that is a copy of a sample but for one time in many."""
    first, several = next(_ranges), samples * _MOSTLY
    index = st.sampled_from(range(first, first + len(several) + 1))

    def form(draw: DrawFn) -> Any:
        at = draw(index) - first
        return deepcopy(several[at]) if at < len(several) else anything(draw)

    return form
