"""
Generated code is only ever faster.

The generated structurer makes the same record of an instance as the fallback, and the generated unstructurer makes the
same instance of a record; if one refuses, so does the other. The same holds for whole texts: `loads` and `dumps` do
what decoding, validating and structuring one after the other do, for documents and records with anything wrong.
"""

from __future__ import annotations

import copy
import datetime as dt
import enum
import functools
import json
import math
import sys
import typing
import uuid
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    ActorMetadata,
    ActorSource,
    Amount,
    Opportunity,
    OpportunityPage,
    PartialOpportunity,
    Profile,
    Stage,
    TwentyOpportunityError,
)
from twenty_opportunity.conversion.fallback import make_structurer, make_unstructurer
from twenty_opportunity.conversion.python_types import MisfitError
from twenty_opportunity.records.base import FrozenMapping, Record, SpelledInt
from twenty_opportunity.strategies import documents, records
from twenty_opportunity.validation.compile import described, exact, tuple_finder
from twenty_opportunity.values.json_text import decode, encode, is_plain_json
from twenty_opportunity.values.python_json import as_object

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from twenty_opportunity.conversion.converter import Conversion


@pytest.fixture(scope="module", autouse=True)
def always_tried() -> Iterator[None]:
    """Try the generated code for every text: `loads` stops trying after many that it does not read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("twenty_opportunity.conversion.codegen._MOST_UNUSUAL", sys.maxsize)
        yield


def conversion(profile: Profile) -> Conversion:
    """Return a profile's conversion, which is not public."""
    profile.unstructure(Record())  # makes it
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
    shown = repr(made)
    return shown, (None if "nan" in shown else made, classes(made))  # one NaN does not equal another


def classes(value: Any) -> list[Any]:
    """Return the class of a value and of each value in it: a subclass of str equals its text."""
    names = [attribute.name for attribute in attrs.fields(type(value))] if attrs.has(type(value)) else []
    inner = [*(getattr(value, name) for name in names), *(part for pair in as_items(value) for part in pair)]
    inner += [*(value if isinstance(value, tuple) else ())]
    return [type(value), *map(classes, inner)]


@given(st.data())
@settings.get_profile("each case")
def test_both_make_the_same_record(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """Both structurers agree, including the spelling of each number, on every valid document."""
    profile, cl = case
    of = conversion(profile)
    made = make_structurer(typing.get_origin(cl) or cl, of.properties(cl), of.relations(cl))
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
    made = make_unstructurer(of.properties(record.__class__), of.relations(record.__class__))
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
        return  # an array cannot have extra properties
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
    place = described(schema)
    if not place.matters():
        return
    instance = data.draw(documents(cl, profile))
    way = data.draw(st.sampled_from([*places(instance)]))
    changed = replaced(instance, way, as_tuple)
    assert exact(lambda _: True, schema)(changed) is not tuple_finder(place)(changed)


UUID = "5c222222-0000-4000-8000-00000000000f"
INSTANT = "2026-05-11T08:11:00.011Z"
TEXTS = [
    *(
        "",
        "NEW",
        "new",
        "LEAD",
        "MANUAL",
        "AGENT",
        "USD",
        "USD\n",
        "usd",
        "EURO",
        "\0",
        "\U0001f600",
        "A" * 80,
        "15",
        "1.5",
    ),
    *(UUID, UUID.upper(), UUID.replace("-", ""), f"{{{UUID[:-2]}}}", UUID[:-1] + "\0", UUID + "\0", UUID[:-1] + "g"),
    *(INSTANT, INSTANT.replace("T", " "), INSTANT.lower(), INSTANT[:-1] + "+00:00", INSTANT[:-1] + "+05:30"),
    *("2026-05-11T08:11:00Z", "2026-05-11T08:11:00.Z", "2026-05-11T08:11:00.1Z", "2026-05-11T08:11:00.1234567Z"),
    *(
        "2026-05-11T08:11:00.1\0Z",
        "2026-05-11T08:11:00\0.1Z",
        "2026-05-11T08:11:00,011Z",
        "2026-05-11T08:11:00.000000Z",
    ),
    *("2026-12-31T23:59:60Z", "2026-05-11T24:00:00.000Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
    *("20260511T081100.011Z", "2026-W19-1T08:11:00Z", "2026-02-30T08:11:00.000Z", "2026-05-11T08:11Z0000000"),
    *("2026-05-11", "2026-W19-1", "20260511", "2026-5-11", "2026-02-29", "0000-01-01", "2026-05-1\0", "\u0662026-05-1"),
]
WRONG: list[Any] = [
    *TEXTS,
    *(None, True, False, 0, 1, -7, 1.0, 2.5, -0.0, 1e300, 2**53 + 1, 2**64, -(10**30)),
    *([], {}, [1], [None], {"a": 1}, {"amountMicros": 1.0}, {"source": "MANUAL"}, {"a": [{"b": 2.5}]}),
    10**5000,  # which `json.dumps` refuses
]


class Text(str):
    """A subclass of str that says wrong things about itself."""

    __slots__ = ()

    def __getitem__(self, index: object) -> str:
        return "Z" if index == -1 else "T"

    def __contains__(self, _: object) -> bool:
        return False


class Members(dict[str, Any]):
    """A subclass of dict."""


class Items(list[Any]):
    """A subclass of list."""


class Count(int):
    """A subclass of int."""


class Plain(enum.Enum):
    """An enum whose options are not text, but have text as their value."""

    NEW = "NEW"


OBJECTS: list[Any] = [
    *(
        Text(text)
        for text in ("NEW", "new", "USD", UUID, INSTANT, INSTANT.replace("T", " "), INSTANT[:-1] + "z", "\ud800")
    ),
    *(Members(), Members(amountMicros=1), Members({Text("source"): "API"}), {Text("amountMicros"): 1}, {Stage.NEW: 1}),
    *(Items(), Items([1]), Items([{}]), ({},), {1: {}}.keys(), Count(7), Plain.NEW, math.nan, -math.inf),
]
HELD: list[Any] = [
    *WRONG,
    *(math.nan, math.inf, (), (1,), {1}, b"x", "\ud800", Decimal("1.5"), UNSET, object, Stage.NEW, ActorSource.API),
    *(uuid.UUID(UUID), dt.date(2026, 1, 1), dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),  # noqa: DTZ001
    *(dt.datetime(2026, 1, 1, 10, 0, 0, micros, tzinfo=dt.UTC) for micros in (1, 100, 1000, 100_000, 120_000, 999_999)),
    *(dt.datetime(9999, 12, 31, 23, tzinfo=dt.timezone(-dt.timedelta(hours=hours))) for hours in (0, 1, 5)),
    dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=5))),
    dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=5, seconds=3))),
    *(Amount(), Amount(amount_micros=1), Amount(amount_micros=1, currency_code="usd"), Amount(extra={"a": 1})),
    *(SpelledInt("15"), SpelledInt(15.0), PartialOpportunity(), {"a": (1,)}, {"a": Decimal(1)}, {1: 2}),
    *(ActorMetadata(), ActorMetadata(source="X"), ActorMetadata(context={"a": (1,)}), ActorMetadata(context={"a": 1})),
]
NAMES = ["anExtraProperty", "searchVector", "company", "reference", "products", "id", "extra", "", "\u00e9", 'a"b\\']


@st.composite
def texts(draw: st.DrawFn, cl: Any, profile: Profile) -> bytes:
    """Draw the text of a document, mostly with something changed in it."""
    instance = draw(documents(cl, profile))
    for _ in range(draw(st.integers(0, 2))):
        way = draw(st.sampled_from([*places(instance)]))
        change = draw(st.sampled_from(["replace", "remove", "add"]))
        wrong, name = draw(st.sampled_from(WRONG)), draw(st.sampled_from(NAMES))
        parent, token = (way[:-1], way[-1]) if way else (way, None)
        if change == "replace":
            instance = replaced(instance, way, functools.partial(instead, wrong))
        elif change == "add":
            instance = replaced(instance, way, functools.partial(with_property, name, wrong))
        else:
            instance = replaced(instance, parent, functools.partial(without, token))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": ")]))
    try:
        text = json.dumps(instance, ensure_ascii=draw(st.booleans()), separators=separators).encode()
    except ValueError:  # too many digits
        return b"1" * 5000
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        begin = draw(st.integers(0, len(text)))
        end = draw(st.sampled_from([begin, begin + 1, begin + 5, begin + 40]))
        text = text[:begin] + draw(st.sampled_from([*PIECES, text[end : end + 40]])) + text[end:]
    return text


PIECES = [
    b"",
    b"0",
    b"-",
    b"Z",
    b".",
    b" ",
    b'"',
    b"\\",
    b"\\u0000",
    b"\\u005a",
    b"\\ud800",
    b"\x00",
    b"null",
    b"1e2",
    b"F",
]


def instead(wrong: Any, value: Any) -> Any:  # noqa: ARG001 - the caller passes the old value, too
    """Return another value."""
    return wrong


def with_property(name: str, value: Any, instance: Any) -> Any:
    """Return a copy of an object with one more property."""
    return {**instance, name: value} if isinstance(instance, dict) else instance


def without(token: Any, value: Any) -> Any:
    """Return a copy of an object or an array without one part."""
    kept = {key: part for key, part in as_items(value) if key != token}
    return kept if isinstance(value, dict) else [*kept.values()]


def three_steps(profile: Profile, cl: Any) -> Callable[[bytes], Any]:
    """Return the function that decodes, validates and structures a text, one after the other."""
    plainly = two_steps(profile, cl)
    return lambda text: plainly(decode(text))


def two_steps(profile: Profile, cl: Any) -> Callable[[Any], Any]:
    """Return the function that validates and structures an instance, one after the other."""
    root = getattr(cl, "__json_root__", None)
    of = conversion(profile)
    made = make_structurer(typing.get_origin(cl) or cl, of.properties(cl), of.relations(cl))

    def plainly(instance: Any) -> Any:
        profile.validate(instance, cl)
        return made(as_object(instance) if root is None else {root: instance})

    return plainly


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=["PUBLISHED", "SERVER"])
def test_loads_is_its_three_steps_for_each_value_in_each_place(profile: Profile, examples: Path) -> None:
    """Each spelling of a uuid, instant, date, option or code has the same outcome in both ways, at any place."""
    document = json.loads((examples / "server" / "page.json").read_bytes())["data"]["opportunities"][0]
    if profile is PUBLISHED:
        document = json.loads((examples / "opportunity.json").read_bytes())
    plainly = three_steps(profile, Opportunity)
    for way in places(document):
        for wrong in WRONG[:-1]:
            changed = json.dumps(replaced(document, way, functools.partial(instead, wrong))).encode()
            assert outcome(profile.loads, changed) == outcome(plainly, changed), changed


@given(st.data())
@settings.get_profile("each case")
def test_loads_is_decoding_validating_and_structuring(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """`loads` makes the same record as its three steps one after the other, or refuses a text with the same error."""
    profile, cl = case
    text = data.draw(texts(cl, profile))
    plainly = three_steps(profile, cl)
    expected = outcome(plainly, text)
    assert outcome(lambda text: profile.loads(text, cl), text) == expected
    if text.isascii():
        assert outcome(lambda text: profile.loads(text.decode(), cl), text)[0] == expected[0]


@pytest.mark.parametrize("cl", [Opportunity, OpportunityPage], ids=["record", "page"])
@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=["PUBLISHED", "SERVER"])
def test_structure_is_its_two_steps_for_each_value_in_each_place(profile: Profile, cl: Any, examples: Path) -> None:
    """Each value of any Python class has the same outcome in both ways, wherever it is in decoded JSON."""
    if cl not in profile.document_classes:
        return
    page = json.loads((examples / "server" / "page.json").read_bytes())
    document = page if cl is OpportunityPage else page["data"]["opportunities"][0]
    if profile is PUBLISHED:
        document = json.loads((examples / "opportunity.json").read_bytes())
    plainly = two_steps(profile, cl)
    for way in places(document):
        for wrong in [*WRONG, *OBJECTS, *HELD] if cl is Opportunity else [*OBJECTS, {}, [], "", None, 1, 1.0]:
            changed = replaced(document, way, functools.partial(instead, wrong))
            assert outcome(lambda each: profile.structure(each, cl), changed) == outcome(plainly, changed), changed
        changed = replaced(document, way, as_tuple)
        assert outcome(lambda each: profile.structure(each, cl), changed) == outcome(plainly, changed), changed


@given(st.data())
@settings.get_profile("each case")
def test_structure_is_validating_and_structuring(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """`structure` makes the same record as its two steps one after the other, or refuses with the same error."""
    profile, cl = case
    instance = data.draw(documents(cl, profile))
    for _ in range(data.draw(st.integers(0, 2))):
        way = data.draw(st.sampled_from([*places(instance)]))
        wrong, name = data.draw(st.sampled_from([*OBJECTS, *HELD])), data.draw(st.sampled_from(NAMES))
        add = functools.partial(with_property, name, wrong)
        instance = replaced(instance, way, data.draw(st.sampled_from([functools.partial(instead, wrong), add])))
    expected = outcome(two_steps(profile, cl), instance)
    assert outcome(lambda each: profile.structure(each, cl), instance) == expected


@given(st.data())
@settings.get_profile("each case")
def test_dumps_is_unstructuring_validating_and_encoding(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """`dumps` writes the same text as its three steps one after the other, or refuses a record with the same error."""
    profile, cl = case
    record = data.draw(records(cl, profile))
    for _ in range(data.draw(st.integers(0, 2))):
        way = data.draw(st.sampled_from([*attribute_places(record)]))
        record = with_attribute(record, way, data.draw(st.sampled_from(HELD)), data.draw(st.sampled_from(NAMES)))

    def plainly(record: Any) -> bytes:
        instance = profile.unstructure(record)
        profile.validate(instance, conversion(profile).written_classes[type(record)])
        return encode(instance)

    assert outcome(profile.dumps, record) == outcome(plainly, record)


def attribute_places(record: Any, *way: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each attribute of a record and of the records in it; the last step is its name."""
    for attribute in attrs.fields(type(record)):
        yield *way, attribute.name
        value = getattr(record, attribute.name)
        if isinstance(value, Record):
            yield from attribute_places(value, *way, attribute.name)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, Record):
                    yield from attribute_places(item, *way, attribute.name, index)


def with_attribute(record: Any, way: tuple[Any, ...], value: Any, name: str) -> Any:
    """Return a copy of a record, or of a tuple of records, with another value of one attribute."""
    step, *rest = way
    if isinstance(record, tuple):
        return (*record[:step], with_attribute(record[step], tuple(rest), value, name), *record[step + 1 :])
    if rest:
        return changed(record, step, with_attribute(getattr(record, step), tuple(rest), value, name))
    return changed(record, step, FrozenMapping({**record.extra, name: value}) if step == "extra" else value)


def changed(record: Any, name: str, value: Any) -> Any:
    """Return a copy of a record with another value of one attribute, which no validator of the class has seen."""
    copied = copy.copy(record)
    object.__setattr__(copied, name, value)
    return copied
