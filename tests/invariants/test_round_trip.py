"""Invariant 4: `loads(dumps(r)) == r` for every record."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import pickle
import types
import typing
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, UNSET, Amount, OpportunityUpdate, Profile, TwentyOpportunityError
from twenty_opportunity.records import FrozenMapping, Record, SpelledDecimal, SpelledInt
from twenty_opportunity.records.base import RELATED
from twenty_opportunity.strategies import records

ZONES = st.integers(-1439, 1439).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
EXTRA = st.dictionaries(st.text(max_size=5), JSON, max_size=2)
# Every value that an attribute could be given, whatever its type says; what does not fit has to be refused.
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    type(None): st.none(),
    type(UNSET): st.just(UNSET),
    str: st.text(),
    int: st.integers() | st.integers().map(str).map(SpelledInt) | st.integers(-5, 5).map(float).map(SpelledInt),
    float: st.floats() | st.integers(),
    bool: st.booleans(),
    Decimal: st.decimals() | st.floats(allow_nan=False, allow_infinity=False).map(SpelledDecimal),
    uuid.UUID: st.uuids(),
    dt.date: st.dates(),
    dt.datetime: st.datetimes(timezones=ZONES),
    Mapping: st.dictionaries(st.text(), JSON).map(FrozenMapping),
    dict: st.dictionaries(st.text(), JSON),
    Any: JSON,
}


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Build values of a type from its annotation alone, without a schema."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation in VALUES:
        return VALUES[annotation]
    if origin in VALUES:
        return VALUES[origin]
    if origin in {tuple, list}:
        return st.lists(values(arguments[0]), max_size=2).map(origin)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin in {typing.Union, types.UnionType}:
        return st.one_of([values(argument) for argument in arguments])
    if isinstance(annotation, typing.TypeVar):
        default = getattr(annotation, "__default__", None)
        return values(default if isinstance(default, type) else annotation.__bound__)
    cl = origin or annotation
    return made(cl) if issubclass(cl, Record) else st.sampled_from([*cl])


@functools.cache
def attributes_of(cl: Any) -> dict[str, st.SearchStrategy[Any]]:
    """Build values for each attribute of a class."""
    hints = typing.get_type_hints(cl)
    # Record classes hold each other as related records.
    names = [each.name for each in attrs.fields(cl) if each.name != "extra" and RELATED not in each.metadata]
    return {name: values(hints[name]) for name in names} | {"extra": EXTRA}


def made(cl: Any) -> st.SearchStrategy[Any]:
    """Build records of a class as a program would, from any values of the annotated types."""
    attributes = {**attributes_of(cl)}
    needed = {a.name: attributes.pop(a.name) for a in attrs.fields(cl) if a.default is attrs.NOTHING}
    return st.fixed_dictionaries(needed, optional=attributes).map(lambda given: cl(**given))


@given(st.data())
@settings.get_profile("each case")
def test_dumped_records_are_loaded(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """A record of a valid instance is equal after `dumps` and `loads`."""
    profile, cl = case
    record = data.draw(records(cl, profile))
    assert profile.loads(profile.dumps(record), cl) == record


@given(st.data())
@settings.get_profile("each case")
def test_constructed_records_round_trip_or_are_refused(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """A record constructed from its annotated types comes back equal, or `dumps` refuses it."""
    profile, cl = case
    record = data.draw(records(cl, profile))
    attributes = {**attributes_of(record.__class__)}
    if typing.get_args(cl):  # the values are those of `OpportunityPage`, whose opportunities are none of a subclass
        attributes = {name: attributes[name] for name in attributes if name not in {"data", "record"}}
    names = data.draw(st.lists(st.sampled_from(sorted(attributes)), max_size=2))
    record = attrs.evolve(record, **{name: data.draw(attributes[name]) for name in names})
    try:
        text = profile.dumps(record)
    except TwentyOpportunityError:
        return
    if cl is OpportunityUpdate and record.amount is None and profile is not PUBLISHED:
        # A server ignores null for a composite, so None is written as the composite that clears it, and read as that.
        record = attrs.evolve(record, amount=Amount(amount_micros=None, currency_code=None))
    assert profile.loads(text, cl) == record


@given(st.data())
@settings.get_profile("each case")
def test_records_survive_pickle_and_copy(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """A pickled or copied record is equal and is dumped to the same bytes."""
    profile, cl = case
    record = data.draw(records(cl, profile))
    text = profile.dumps(record)
    for other in (copy.copy(record), copy.deepcopy(record), pickle.loads(pickle.dumps(record))):  # noqa: S301 - our own
        assert other == record
        assert profile.dumps(other) == text


@given(st.data())
def test_records_of_one_profile_are_written_by_the_other(data: st.DataObject) -> None:
    """A record read by one profile is written by the other with the same values, or refused."""
    record = data.draw(records(profile=SERVER))
    try:
        text = PUBLISHED.dumps(record)
    except TwentyOpportunityError:
        return
    assert PUBLISHED.loads(text) == record
