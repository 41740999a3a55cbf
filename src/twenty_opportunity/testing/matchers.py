"""Matchers for assertions: compared with ==, alone or within dicts and lists, and explained line by line."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeGuard, cast

import attrs

from twenty_opportunity.errors import UnrepresentableError, ValidationError, legible, pointer
from twenty_opportunity.profiles import PUBLISHED, profile_for
from twenty_opportunity.records import UNSET, Opportunity, OpportunityCreate, OpportunityUpdate, Record, wire_name
from twenty_opportunity.records.forms import same_json
from twenty_opportunity.testing.keyword_properties import named
from twenty_opportunity.values.python_json import is_dict, is_list
from twenty_opportunity_plugins import running_tests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from twenty_opportunity.profiles import Profile

__all__ = ["IsDocument", "IsOpportunity", "IsOpportunityCreate", "IsOpportunityUpdate"]

_SHOWN: Final = 120  # characters of a value in a mismatch
_LISTED: Final = 3  # mismatches in a repr
_DEEPEST: Final = 20  # levels of dicts and lists in which a matcher is looked for


def _profile_of_test() -> Profile[Any]:
    """Return the profile of the running test, found like any fixture of pytest."""
    if not running_tests:
        return PUBLISHED
    profile: Profile[Any] = running_tests[-1].getfixturevalue("opportunity_profile")
    return profile


class Matcher(ABC):
    """
    Equal to every payload without mismatches. `a | b` equals everything that `a` or `b` equals, `~a` everything else.

    The repr of a matcher shows the mismatches of its last comparison, because `unittest` and `mock.assert_called_with`
    show only the repr.
    """

    _last: tuple[str, ...] = ()

    @abstractmethod
    def mismatches(self, payload: object) -> Iterator[str]:
        """
        Explain why a payload is not equal.

        Args:
            payload: A decoded document or a record.

        Returns:
            One line for each violation, and for each property with another value.
        """

    @abstractmethod
    def description(self) -> str:
        """Return the expression that makes the matcher."""

    def __eq__(self, payload: object) -> bool:
        """Check whether a payload matches."""
        self._last = tuple(self.mismatches(payload))
        return not self._last

    def __hash__(self) -> int:
        """Raise TypeError: unequal values can equal the same matcher, so a matcher cannot have a hash."""
        raise TypeError(f"unhashable type: {type(self).__name__!r}")

    def __or__(self, other: object) -> Matcher:
        """Return a matcher of everything that one of two equals; the other one may be any value, such as None."""
        return _Either(self, other)

    def __ror__(self, other: object) -> Matcher:
        """Return a matcher of everything that one of two equals."""
        return _Either(other, self)

    def __invert__(self) -> Matcher:
        """Return a matcher of everything that this one does not equal."""
        return _Not(self)

    def __repr__(self) -> str:
        more = f"; {len(self._last) - _LISTED} more" if len(self._last) > _LISTED else ""
        found = f" <{'; '.join(self._last[:_LISTED])}{more}>" if self._last else ""
        return f"{self.description()}{found}"


class _Either(Matcher):
    def __init__(self, *options: object) -> None:
        self._options = options

    def mismatches(self, payload: object) -> Iterator[str]:
        found = [[*_mismatches(payload, option, "")] for option in self._options]
        if all(found):
            yield from (line for lines in found for line in lines)

    def description(self) -> str:
        return " | ".join(map(_described, self._options))


class _Not(Matcher):
    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def mismatches(self, payload: object) -> Iterator[str]:
        if next(self._matcher.mismatches(payload), None) is None:
            yield f"(root): is {legible(repr(payload), _SHOWN)}, expected anything but {self._matcher.description()}"

    def description(self) -> str:
        inner = self._matcher.description()
        return f"~({inner})" if isinstance(self._matcher, _Either) else f"~{inner}"


class IsDocument(Matcher):
    """
    Equal to every valid document, decoded or as a record, whose properties have the given values.

    Args:
        cl: The document class.
        profile: The profile to validate against. Default: the test's `opportunity_profile`.
        properties: Values by attribute or property name, typed or as in JSON, compared exactly; other matchers too.
            None for a composite of an update matches the object that clears it, and UNSET an absent property.
            Properties that are not given may have any valid value. `extra` is a mapping of properties that the profile
            does not know.
    """

    def __init__(self, cl: Any, profile: Profile[Any] | None = None, /, **properties: Any) -> None:
        self._class = cl
        self._profile = profile
        self._properties = properties

    @property
    def profile(self) -> Profile[Any]:
        """The profile that payloads are validated against."""
        return profile_for(self._class, self._profile or _profile_of_test())

    def description(self) -> str:
        """Return the call that makes the matcher."""
        given = [f"{name}={_described(value)}" for name, value in self._properties.items()]
        if type(self).__init__ is IsDocument.__init__:  # the others are named after their class
            given.insert(0, getattr(self._class, "__name__", str(self._class)))
        return f"{type(self).__name__}({', '.join(given)})"

    def mismatches(self, payload: object) -> Iterator[str]:
        """
        Explain why a payload is not equal.

        Args:
            payload: A decoded document or a record.

        Yields:
            A line for each violation, and for each property with another value.
        """
        expected = named(self._properties, self._class, self.profile)
        if isinstance(payload, Record):
            try:
                payload = self.profile.unstructure(payload)
            except (ValidationError, UnrepresentableError) as error:
                yield str(error)
                return
        refusal = None
        try:
            self.profile.validate(payload, self._class)
        except ValidationError as error:
            refusal = error
            yield from map(str, error.violations)
        if isinstance(payload, dict):
            instance = cast("dict[str, Any]", payload)
            yield from self._differing(instance, expected, None if refusal else self._structured(instance))
        if refusal and refusal.hint:
            yield refusal.hint

    def _differing(self, instance: dict[str, Any], expected: dict[str, Any], record: Record | None) -> Iterator[str]:
        typed = {} if record is None else {wire_name(a): getattr(record, a.name) for a in attrs.fields(type(record))}
        unstructure = self.profile.converter.unstructure
        for name, value in expected.items():
            actual = instance.get(name, UNSET)
            if isinstance(value, Matcher):
                yield from _mismatches(actual, value, pointer(name))
            elif not (same_json(actual, unstructure(value)) or same_json(typed.get(name, actual), value)):
                yield _difference(actual, value, pointer(name))

    def _structured(self, instance: dict[str, Any]) -> Record | None:
        try:
            record: Record = self.profile.structure(instance, self._class)
        except UnrepresentableError:
            return None
        return record


class _IsOfClass(IsDocument):
    """A matcher that is named after its document class."""

    _named_class: ClassVar[Any]

    def __init__(self, profile: Profile[Any] | None = None, /, **properties: Any) -> None:
        super().__init__(self._named_class, profile, **properties)


class IsOpportunity(_IsOfClass):
    """
    Equal to every valid opportunity whose properties have the given values: `IsOpportunity(stage="NEW")`.

    The arguments are those of `IsDocument` after the class.
    """

    _named_class = Opportunity


class IsOpportunityCreate(_IsOfClass):
    """
    Equal to every valid body that creates an opportunity and whose properties have the given values.

    The arguments are those of `IsDocument` after the class.
    """

    _named_class = OpportunityCreate


class IsOpportunityUpdate(_IsOfClass):
    """
    Equal to every valid body that updates an opportunity and whose properties have the given values.

    The arguments are those of `IsDocument` after the class.
    """

    _named_class = OpportunityUpdate


def explain(op: str, left: object, right: object) -> list[str] | None:
    """
    Explain a failed comparison with a matcher, or with a dict or list that contains one.

    Returns what pytest shows: a line for each mismatch; None if neither side contains a matcher.
    """
    expected, payload = (left, right) if _contains_matcher(left) else (right, left)
    if not _contains_matcher(expected):
        return None
    if op != "==":
        return [f"payload {op} {_described(expected)}"]
    return [f"payload == {_described(expected)}", *_mismatches(payload, expected, "")]


def _is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, list | tuple)


def _contains_matcher(value: object, depth: int = _DEEPEST) -> bool:
    # The depth is limited because pytest asks about every failed comparison, also of a list that contains itself.
    parts: Iterable[Any] = value.values() if is_dict(value) else value if _is_sequence(value) else ()
    return isinstance(value, Matcher) or (depth > 0 and any(_contains_matcher(part, depth - 1) for part in parts))


def _mismatches(actual: Any, expected: Any, place: str) -> Iterator[str]:
    """Explain how a value differs, each line with the JSON Pointer of the place within the whole."""
    if isinstance(expected, Matcher):
        for line in expected.mismatches(actual):
            yield f"{place}{line.removeprefix('(root)') if place else line}"
    elif is_dict(expected) and is_dict(actual):
        for name in {**expected, **actual}:
            yield from _mismatches(actual.get(name, UNSET), expected.get(name, UNSET), f"{place}{pointer(name)}")
    elif _is_sequence(expected) and _is_sequence(actual) and len(expected) == len(actual):
        for at, pair in enumerate(zip(actual, expected, strict=True)):
            yield from _mismatches(*pair, f"{place}/{at}")
    elif actual is not expected and actual != expected:
        yield _difference(actual, expected, place or "(root)")


def _difference(actual: Any, expected: Any, place: str) -> str:
    shown = "absent" if actual is UNSET else legible(repr(actual), _SHOWN)
    wanted = "absent" if expected is UNSET else legible(_described(expected), _SHOWN)
    return f"{place}: is {shown}, expected {wanted}"


def _described(value: object) -> str:
    """Return the repr of a value without the mismatches of its matchers."""
    if isinstance(value, Matcher):
        return value.description()
    if is_dict(value):
        found = [f"{name!r}: {_described(part)}" for name, part in value.items()]
        return f"{{{', '.join(found)}}}"
    if is_list(value):
        return f"[{', '.join(map(_described, value))}]"
    return repr(value)
