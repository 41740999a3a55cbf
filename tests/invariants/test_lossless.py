"""
Invariant 3: lossless.

`unstructure(structure(x))` equals `x` as JSON: absent, null and extra properties stay so at every level, and integers
are exact at any size. The text of a uuid, date or date-time comes back in canonical form. Values that Python cannot
represent (a leap second, year 0000, more than 6 significant fractional digits) raise `UnrepresentableError`; nothing is
rounded.
"""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import Profile, UnrepresentableError
from twenty_opportunity.formats import is_date, is_date_time, is_uuid, parse_date_time
from twenty_opportunity.strategies import documents, records


def same(one: Any, other: Any) -> bool:
    """Check whether two JSON values are identical: 2 is not 2.0, and -0.0 is not 0.0."""
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


def same_but_for_form(one: Any, other: Any) -> bool:
    """Check the same, but allow another spelling of a date, date-time or uuid."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_but_for_form(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_but_for_form, one, other))
    if isinstance(one, str) and isinstance(other, str) and one != other:
        return means(one) == means(other)
    return same(one, other)


def means(text: str) -> object:
    """Return the value of a text in one of the formats."""
    if is_date_time(text):
        return parse_date_time(text)
    return text.lower() if is_uuid(text) or is_date(text) else text


@given(st.data())
@settings.get_profile("each case")
def test_an_instance_comes_back(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """A valid instance comes back equal except for the spelling of formatted texts, or is unrepresentable."""
    profile, cl = case
    instance = data.draw(documents(cl, profile))
    with contextlib.suppress(UnrepresentableError):
        assert same_but_for_form(instance, profile.unstructure(profile.structure(instance, cl)))


@given(st.data())
@settings.get_profile("each case")
def test_a_canonical_instance_comes_back_identical(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """The output of a record is read and written again without any change."""
    profile, cl = case
    instance = profile.unstructure(data.draw(records(cl, profile)))
    assert same(instance, profile.unstructure(profile.structure(instance, cl)))


@given(st.data())
@settings.get_profile("each case")
def test_a_text_loses_nothing_either(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """Bytes that dumps wrote are loaded and dumped to the same bytes."""
    profile, cl = case
    text = profile.dumps(data.draw(records(cl, profile)))
    assert profile.dumps(profile.loads(text, cl)) == text


@given(st.data())
@settings.get_profile("each case")
def test_extra_properties_are_kept(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """An extra property is the same object in `extra` and in the written instance."""
    profile, cl = case
    instance = data.draw(documents(cl, profile))
    schema = profile.schema(cl)
    if schema["type"] == "array":
        return
    if schema.get("additionalProperties") is False:
        assert not profile.is_valid({**instance, "somethingNew": None}, cl)
        return
    value = data.draw(st.one_of(st.none(), st.integers(), st.text(), st.lists(st.floats()), st.builds(object)))
    with contextlib.suppress(UnrepresentableError):
        record = profile.structure({**instance, "somethingNew": value}, cl)
        assert record.extra["somethingNew"] is value
        assert profile.unstructure(record)["somethingNew"] is value
