"""Matchers for assertions: what a payload should be, compared with ==, and what is wrong with it, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs

from twenty_opportunity.errors import UnrepresentableError, ValidationError, legible, pointer
from twenty_opportunity.profiles import PUBLISHED
from twenty_opportunity.records import Opportunity, OpportunityCreate, OpportunityUpdate, Record, wire_name
from twenty_opportunity.records.opportunity import same_json
from twenty_opportunity.testing.keyword_members import ABSENT, as_json, named
from twenty_opportunity_plugins import running_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twenty_opportunity.profiles import Profile

__all__ = ["IsDocument", "IsOpportunity", "IsOpportunityCreate", "IsOpportunityUpdate"]

_SHOWN = 120  # characters of a value in a mismatch


def _profile_of_test() -> Profile:
    """Find the profile that the running test has, in the way that pytest looks for fixtures."""
    if not running_tests:
        return PUBLISHED
    profile: Profile = running_tests[-1].getfixturevalue("opportunity_profile")
    return profile


class IsDocument:
    """
    Equal to every valid document, decoded or as a record, whose members have the given values.

    Args:
        cl: The document class.
        profile: The profile to hold it against; the test's own `opportunity_profile` where none is given.
        members: Values by attribute or member name, typed or as in JSON; other matchers too. UNSET asks for a member
            that is absent. Members that are not given may be anything valid.
    """

    def __init__(self, cl: Any, profile: Profile | None = None, /, **members: Any) -> None:
        self._class = cl
        self._profile = profile
        self._members = members

    @property
    def profile(self) -> Profile:
        """The profile that payloads are held against."""
        return self._profile or _profile_of_test()

    def __eq__(self, payload: object) -> bool:
        """Tell whether a payload is such a document."""
        return next(self.mismatches(payload), None) is None

    def __hash__(self) -> int:
        """Refuse: what is equal to many things that are not equal to each other has no hash."""
        message = f"unhashable type: {type(self).__name__!r}"
        raise TypeError(message)

    def __repr__(self) -> str:
        """Show it as it was made."""
        return f"{type(self).__name__}({', '.join([f'{name}={value!r}' for name, value in self._members.items()])})"

    def mismatches(self, payload: object) -> Iterator[str]:
        """
        Say what is wrong with a payload.

        Args:
            payload: A decoded document or a record.

        Returns:
            One line for each violation, and for each member that has another value.
        """
        if isinstance(payload, Record):
            try:
                payload = self.profile.unstructure(payload)
            except (ValidationError, UnrepresentableError) as error:
                yield str(error)
                return
        violations = [*self.profile.iter_violations(payload, self._class)]
        yield from map(str, violations)
        if isinstance(payload, dict):
            instance = cast("dict[str, Any]", payload)
            yield from self._differing(instance, None if violations else self._structured(instance))

    def _differing(self, instance: dict[str, Any], record: Record | None) -> Iterator[str]:
        wires = named(self._members, self._class, self.profile)
        typed = {} if record is None else {wire_name(a): getattr(record, a.name) for a in attrs.fields(type(record))}
        for name, expected in wires.items():
            actual = instance.get(name, ABSENT)
            if not (same_json(actual, as_json(expected, self.profile)) or same_json(typed.get(name, actual), expected)):
                shown = "absent" if actual is ABSENT else legible(repr(actual), _SHOWN)
                wanted = "absent" if expected is ABSENT else legible(repr(expected), _SHOWN)
                yield f"{pointer(name)}: is {shown}, expected {wanted}"

    def _structured(self, instance: dict[str, Any]) -> Record | None:
        try:
            record: Record = self.profile.structure(instance, self._class)
        except UnrepresentableError:
            return None
        return record


class IsOpportunity(IsDocument):
    """
    Equal to every valid opportunity whose members have the given values: `IsOpportunity(stage="NEW")`.

    Args:
        profile: The profile to hold it against; the test's own `opportunity_profile` where none is given.
        members: Values by attribute or member name, as for `IsDocument`.
    """

    def __init__(self, profile: Profile | None = None, /, **members: Any) -> None:
        super().__init__(Opportunity, profile, **members)


class IsOpportunityCreate(IsDocument):
    """
    Equal to every valid body that creates an opportunity and whose members have the given values.

    Args:
        profile: The profile to hold it against; the test's own `opportunity_profile` where none is given.
        members: Values by attribute or member name, as for `IsDocument`.
    """

    def __init__(self, profile: Profile | None = None, /, **members: Any) -> None:
        super().__init__(OpportunityCreate, profile, **members)


class IsOpportunityUpdate(IsDocument):
    """
    Equal to every valid body that updates an opportunity and whose members have the given values.

    Args:
        profile: The profile to hold it against; the test's own `opportunity_profile` where none is given.
        members: Values by attribute or member name, as for `IsDocument`.
    """

    def __init__(self, profile: Profile | None = None, /, **members: Any) -> None:
        super().__init__(OpportunityUpdate, profile, **members)
