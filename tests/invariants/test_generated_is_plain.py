"""
Generated code is only ever faster.

Whatever instance the generated structurer reads, the plain one makes the same record of it, and whatever record the
generated unstructurer writes, the plain one makes the same instance of it; what one refuses, so does the other.
"""

from __future__ import annotations

import typing
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import Profile, TwentyOpportunityError
from twenty_opportunity.conversion.fallback import make_structurer, make_unstructurer
from twenty_opportunity.conversion.types import MisfitError
from twenty_opportunity.strategies import documents, records

if typing.TYPE_CHECKING:
    from collections.abc import Callable

    from twenty_opportunity.conversion.converter import Conversion


def conversion(profile: Profile) -> Conversion:
    """Give a profile's conversion."""
    found: Conversion = vars(profile)["_conversion"]  # the two ways are not public
    return found


def outcome(convert: Callable[[Any], Any], value: Any) -> tuple[str, object]:
    """Give the result or the refusal."""
    try:
        made = convert(value)
    except (TwentyOpportunityError, MisfitError) as error:
        return type(error).__name__, str(error)
    return repr(made), made


@given(st.data())
@settings.get_profile("each case")
def test_both_ways_make_the_same_record(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """The plain and the generated structurer agree, down to the spelling of each number, on every valid document."""
    profile, cl = case
    of = conversion(profile)
    plain = make_structurer(typing.get_origin(cl) or cl, of.members(cl))
    instance = data.draw(documents(cl, profile))
    assert outcome(of.structurers[cl], instance) == outcome(plain, instance)


@given(st.data())
@settings.get_profile("each case")
def test_both_ways_make_the_same_instance(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """The plain and the generated unstructurer agree on every record, its members in the same order."""
    profile, cl = case
    of = conversion(profile)
    record = data.draw(records(cl, profile))
    plain = make_unstructurer(of.members(record.__class__))
    assert outcome(of.unstructurers[record.__class__], record) == outcome(plain, record)


@given(st.data())
@settings.get_profile("each case")
def test_only_what_may_be_no_json_is_looked_at_twice(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """A record that came from JSON is never found odd, so writing it needs no second look."""
    profile, cl = case
    record = profile.structure(profile.unstructure(data.draw(records(cl, profile))), cl)
    assert not conversion(profile).has_oddity(record)
