"""Realistic documents in any number, the same for the same seed: valid for a profile, or with one thing wrong."""

from __future__ import annotations

import datetime as dt
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.errors import TwentyOpportunityError, pointer
from twenty_opportunity.records import Opportunity, OpportunityUpdate, Stage
from twenty_opportunity.schemas.diff import ANY_ITEM, described
from twenty_opportunity.schemas.metadata_reader import is_dict, is_list
from twenty_opportunity.testing.faults import Fault, Faults
from twenty_opportunity.testing.samples import Sampler
from twenty_opportunity.testing.scenes import Scene, day_text, instant_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from twenty_opportunity.profiles import Profile

__all__ = ["Fixture", "FixtureError", "fixtures"]

_SAMPLES: Final = 20  # of the schema; most of what is in them is replaced by what people write
_NEVER_LEFT_OUT: Final = frozenset({"id", "createdAt", "updatedAt", "name", "stage", "deletedAt"})


class FixtureError(TwentyOpportunityError):
    """No realistic document is known for a profile. Names the member that is at fault."""


@attrs.frozen
class Fixture:
    """
    A document.

    Attributes:
        instance: The document.
        fault: What is wrong with it; None where it is valid.
    """

    instance: dict[str, Any]
    fault: Fault | None = None


def fixtures(
    profile: Profile, cl: Any = Opportunity, *, seed: int = 0, invalid: Fraction | float = 0
) -> Iterator[Fixture]:
    """
    Make realistic documents without end.

    Args:
        profile: The profile whose documents to make. Every one is checked against it.
        cl: The document class.
        seed: What they are made of: the same seed makes the same ones, today and tomorrow, with the same version of
            this package and of Faker.
        invalid: Which part of them, from 0 to 1, has one thing wrong.

    Yields:
        The documents.

    Raises:
        MissingExtraError: The extra `cli`, which has Faker, is not installed.
        FixtureError: No document is known that the profile accepts.
        ValueError: The part is not between 0 and 1.
    """
    if not 0 <= invalid <= 1:
        message = "the part that is invalid is between 0 and 1"
        raise ValueError(message)
    return _fixtures(_Maker(profile, cl, seed), Faults(profile, cl, seed), invalid)


def _fixtures(maker: _Maker, faults: Faults, invalid: Fraction | float) -> Iterator[Fixture]:
    due: Any = 0
    while True:
        due += invalid
        if due < 1:
            yield Fixture(maker.document())
        else:
            due -= 1
            yield Fixture(*faults.put_into(maker.document()))


class _Maker:
    """Makes documents of one class of one profile."""

    def __init__(self, profile: Profile, cl: Any, seed: int) -> None:
        self._profile = profile
        self._cl = cl
        schema = profile.schema(cl)
        self._aspects = described(schema)
        sampler = Sampler(schema, str(seed))
        self._samples = cycle([sampler.document() for _ in range(_SAMPLES)])
        self._is_update = issubclass(profile.base_of(cl), OpportunityUpdate)
        stages = next((found["options"] for at, found in self._aspects.items() if _is_stage(at, found)), [*Stage])
        self._scene = Scene(seed, [str(stage) for stage in stages])

    def document(self) -> dict[str, Any]:
        """Make a document that the profile accepts."""
        sample = next(self._samples)
        made: dict[str, Any] = self._dressed(sample, (), {})
        if self._is_update:
            kept = self._scene.some([*made], least=1)
            made = {name: value for name, value in made.items() if name in kept}
        for violation in self._profile.iter_violations(made, self._cl):
            _put_back(made, sample, violation.pointer)
        for violation in self._profile.iter_violations(made, self._cl):
            raise FixtureError(f"no realistic value is known that fits: {violation.redacted()}")
        return made

    def _dressed(self, value: Any, way: tuple[str, ...], deal: Mapping[str, Any]) -> Any:
        """Put what people would write in the place of each sampled value."""
        aspects = self._aspects.get(pointer(*way), {})
        if way and way[-1] in deal:
            return self._of_deal(value, deal[way[-1]], aspects)
        if is_dict(value):
            return self._object(value, way)
        if is_list(value):
            options = self._aspects.get(pointer(*way, ANY_ITEM), {}).get("options")
            return self._scene.some(options) if options else [self._dressed(v, (*way, ANY_ITEM), {}) for v in value]
        if "options" in aspects:
            return self._scene.one(aspects["options"])
        if value is None:
            return None
        return self._scalar(value, way, aspects)

    def _object(self, value: dict[str, Any], way: tuple[str, ...]) -> Any:
        if "amountMicros" in value:
            return {name: part for name, part in self._scene.amount().items() if name in value}
        if {"source", "workspaceMemberId"} <= value.keys():
            return self._of_deal(value, self._scene.actor(), {})
        is_deal = not way or {"stage", "closeDate"} <= value.keys()
        deal: Mapping[str, Any] = self._scene.deal().members if is_deal else {}
        members: dict[str, Any] = {}
        for name, member in value.items():
            aspects = self._aspects[pointer(*way, name)]
            nothing = is_deal and name not in _NEVER_LEFT_OUT and not aspects["required"] and self._scene.null()
            if not nothing:
                members[name] = self._dressed(member, (*way, name), deal)
            elif aspects["null"]:
                members[name] = None
        return members

    def _of_deal(self, sample: Any, value: Any, aspects: Mapping[str, Any]) -> Any:
        """Give a value of the deal in the form that the sample has."""
        if isinstance(value, dt.datetime):
            return instant_text(value) if "date-time" in aspects.get("format", ["date-time"]) else day_text(value)
        if is_dict(value) and is_dict(sample):
            return {name: value.get(name, part) for name, part in sample.items()}
        return value

    def _scalar(self, sample: Any, way: tuple[str, ...], aspects: Mapping[str, Any]) -> Any:
        name = next((token for token in reversed(way) if token != ANY_ITEM), "")
        formats = aspects.get("format", [])
        if isinstance(sample, bool):
            return self._scene.one([True, False])
        if "uuid" in formats:
            return self._scene.id()
        if formats:
            instant = self._scene.instant()
            return instant_text(instant) if "date-time" in formats else day_text(instant)
        return self._scene.text(name) if isinstance(sample, str) else self._scene.number(name)


def _is_stage(at: str, aspects: Mapping[str, Any]) -> bool:
    return at.endswith("/stage") and "options" in aspects


def _put_back(made: Any, sample: Any, of: str) -> None:
    """Put a sampled value back to where the one that was made does not fit."""
    *way, last = [token.replace("~1", "/").replace("~0", "~") for token in of.split("/")[1:]] or [""]
    for token in way:
        made, sample = (part[int(token) if is_list(part) else token] for part in (made, sample))
    if is_list(made):
        made[int(last)] = sample[int(last)]
    elif last in sample:
        made[last] = sample[last]
