"""Faults as people make them: a valid document with one thing wrong, and what that is."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.errors import TwentyOpportunityError, pointer
from twenty_opportunity.records import Opportunity
from twenty_opportunity.schemas.metadata_reader import is_dict, is_list
from twenty_opportunity.values.formats import is_date, is_date_time, is_uuid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twenty_opportunity.profiles import Profile

__all__ = ["Fault", "NoFaultError"]

_GONE: Final = object()


class NoFaultError(TwentyOpportunityError):
    """The profile accepts a document whatever is done to it."""


@attrs.frozen
class Fault:
    """
    What is wrong with a document.

    Attributes:
        pointer: The JSON Pointer of the member at fault; a missing or unexpected one is pointed at as well.
        keyword: The schema keyword that objects.
        description: What was done, without values.
    """

    pointer: str
    keyword: str
    description: str


class Faults:
    """
    Puts faults into the documents of one class of a profile.

    Args:
        profile: The profile.
        cl: The document class.
        seed: What the choice of faults depends on.
    """

    def __init__(self, profile: Profile, cl: Any = Opportunity, seed: int = 0) -> None:
        self._profile = profile
        self._cl = cl
        self._random = Random(seed)  # noqa: S311 - fixtures are no secrets

    def put_into(self, document: dict[str, Any]) -> tuple[dict[str, Any], Fault]:
        """
        Make one thing in a document wrong.

        Args:
            document: A valid document; it is not changed.

        Returns:
            The wrong document, and what is wrong with it, which is the one violation that the profile finds.

        Raises:
            NoFaultError: The profile accepts whatever is known to be done to it.
        """
        kinds: dict[str, list[tuple[tuple[str | int, ...], Any]]] = {}
        for way, description, value in _changes(document, ()):
            kinds.setdefault(description, []).append((way, value))
        for description in self._random.sample([*kinds], len(kinds)):
            for way, value in self._random.sample(kinds[description], len(kinds[description])):
                broken = _changed(document, way, value)
                found = [*self._profile.iter_violations(broken, self._cl)]
                if len(found) == 1 and found[0].pointer == pointer(*way):
                    return broken, Fault(pointer(*way), found[0].keyword, description)
        raise NoFaultError(f"no way is known to make a {self._cl.__name__} wrong that {self._profile.name} refuses")


def _changes(value: Any, way: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str, Any]]:
    """List what can be done to a document: where, what in words, and the value that is then there."""
    if way:
        yield way, "the member is missing" if isinstance(way[-1], str) else "the item is missing", _GONE
        yield way, "null where a value has to be", None
        yield from ((way, description, wrong) for description, wrong in _wrong(value))
    if is_dict(value):
        yield (*way, "unknownMember"), "a member that nobody knows", "?"
        for name, member in value.items():
            yield from _changes(member, (*way, name))
    if is_list(value):
        for at, item in enumerate(value):
            yield from _changes(item, (*way, at))


def _wrong(value: Any) -> Iterator[tuple[str, Any]]:
    """List wrong values in the place of a right one."""
    if isinstance(value, str):
        yield "a number instead of text", 42
        yield from (
            (description, make(value)) for check, changes in _TEXTS for description, make in changes if check(value)
        )
    elif isinstance(value, bool):
        yield "text instead of true or false", "yes"
    elif isinstance(value, (int, float)):
        yield "text instead of a number", "12,50"
        yield "a fraction where none can be", value + 0.5
    elif is_dict(value):
        yield "text instead of an object", "12.50 USD"
    elif is_list(value):
        yield "text instead of an array", "one, two"


def _is_option(text: str) -> bool:
    return re.fullmatch("[A-Z][A-Z0-9_]+", text) is not None


_TEXTS: Final[tuple[tuple[Callable[[str], bool], tuple[tuple[str, Callable[[str], str]], ...]], ...]] = (
    (is_uuid, (("a uuid cut off", lambda text: text[:-4]), ("a uuid that is another id", lambda _: "OPP-0042"))),
    (is_date, (("a day in another notation", lambda text: f"{text[8:]}/{text[5:7]}/{text[:4]}"),)),
    (is_date, (("an instant instead of a day", lambda text: f"{text}T00:00:00.000Z"),)),
    (is_date, (("a day that does not exist", lambda text: f"{text[:5]}02-30"),)),
    (is_date_time, (("an instant without an offset", lambda text: text[:19]),)),
    (is_date_time, (("an instant in another notation", lambda text: text[:19].replace("T", " ")),)),
    (
        _is_option,
        (("an option in lower case", str.lower), ("an option that does not exist", lambda _: "NO_SUCH_OPTION")),
    ),
)


def _changed(value: Any, way: tuple[str | int, ...], wrong: Any) -> Any:
    """Give a copy in which one thing is another; what is not on the way to it is shared."""
    if not way:
        return wrong
    changed: Any = value.copy()
    first, *others = way
    if wrong is _GONE and not others:
        del changed[first]
    else:
        changed[first] = _changed(changed[first] if others else None, tuple(others), wrong)
    return changed
