"""
Generated code is only ever faster.

The generated structurer makes the same record of an instance as the fallback, and the generated unstructurer makes the
same instance of a record; if one refuses, so does the other.
"""

from __future__ import annotations

import typing
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import Profile, TwentyOpportunityError
from twenty_opportunity.conversion.fallback import make_structurer, make_unstructurer
from twenty_opportunity.conversion.python_types import MisfitError
from twenty_opportunity.strategies import documents, records
from twenty_opportunity.validation.compile import exact, tuple_finder
from twenty_opportunity.values.json_text import is_plain_json

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twenty_opportunity.conversion.converter import Conversion


def conversion(profile: Profile) -> Conversion:
    """Return a profile's conversion, which is not public."""
    found: Conversion = vars(profile)["_conversion"]
    return found


def places(instance: Any, *way: str | int) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to each value of an instance."""
    yield way
    for token, inner in as_items(instance):
        yield from places(inner, *way, token)


def as_items(value: Any) -> list[tuple[Any, Any]]:
    """Return the properties of an object or the items of an array."""
    return [*(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())]


def replaced(instance: Any, way: tuple[str | int, ...], change: Callable[[Any], Any]) -> Any:
    """Return a copy of an instance in which one value is changed."""
    if not way:
        return change(instance)
    copied = dict(as_items(instance))
    copied[way[0]] = replaced(copied[way[0]], way[1:], change)
    return copied if isinstance(instance, dict) else [*copied.values()]


def as_tuple(value: Any) -> tuple[Any, ...]:
    """Return a tuple in place of an array or of anything else."""
    return tuple(value) if isinstance(value, list) else (value,)


def outcome(convert: Callable[[Any], Any], value: Any) -> tuple[str, object]:
    """Return the result or the refusal."""
    try:
        made = convert(value)
    except (TwentyOpportunityError, MisfitError) as error:
        return type(error).__name__, str(error)
    return repr(made), made


@given(st.data())
@settings.get_profile("each case")
def test_both_make_the_same_record(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """Both structurers agree, including the spelling of each number, on every valid document."""
    profile, cl = case
    of = conversion(profile)
    made = make_structurer(typing.get_origin(cl) or cl, of.properties(cl))
    root = getattr(cl, "__json_root__", None)
    slowly = made if root is None else lambda instance: made({root: instance})
    instance = data.draw(documents(cl, profile))
    assert outcome(of.structurers[cl], instance) == outcome(slowly, instance)


@given(st.data())
@settings.get_profile("each case")
def test_both_make_the_same_instance(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """Both unstructurers agree on every record, including the order of the properties."""
    profile, cl = case
    of = conversion(profile)
    record = data.draw(records(cl, profile))
    made = make_unstructurer(of.properties(record.__class__))
    root = getattr(cl, "__json_root__", None)
    slowly = made if root is None else lambda record: made(record)[root]
    generated = of.unstructurers[record.__class__]
    assert outcome(lambda record: generated(record, []), record) == outcome(slowly, record)


@given(st.data(), st.sampled_from([[], ("a", "tuple"), float("nan"), {7: "seven"}, b"bytes"]))
@settings.get_profile("each case")
def test_all_that_no_schema_describes_is_reported(case: tuple[Profile, Any], data: st.DataObject, extra: Any) -> None:
    """`dumps` may check the reported values alone: they hold every value that JSON does not have."""
    profile, cl = case
    if getattr(cl, "__json_root__", None) is not None:
        return  # an array has no extra properties
    record = data.draw(records(cl, profile))
    # The property is added at the top, or in an object inside the record.
    inner = [(a.name, value) for a in attrs.fields(type(record)) if attrs.has(type(value := getattr(record, a.name)))]
    name, part = data.draw(st.sampled_from([("", record), *inner]))
    part = attrs.evolve(part, extra={**part.extra, "anExtraProperty": extra})
    record = attrs.evolve(record, **{name: part}) if name else part
    undescribed: list[Any] = []
    instance = conversion(profile).unstructure(record, undescribed)
    assert all(map(is_plain_json, undescribed)) == is_plain_json(instance)


@given(st.data())
@settings.get_profile("each case")
def test_tuples_are_refused_where_arrays_are_described(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """The generated check refuses the valid documents in which the finder finds a tuple, and no other."""
    profile, cl = case
    schema = profile.schema(cl)
    finder = tuple_finder(schema)
    if finder is None:
        return
    instance = data.draw(documents(cl, profile))
    way = data.draw(st.sampled_from([*places(instance)]))
    changed = replaced(instance, way, as_tuple)
    assert exact(lambda _: True, schema)(changed) is not finder(changed)
