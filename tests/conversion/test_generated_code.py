"""Generated code alone converts usual documents and records, and leaves all others to the plain way."""

from __future__ import annotations

import datetime as dt
import enum
import inspect
import itertools
import json
import math
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import msgspec
import pytest

from twenty_opportunity import SERVER, UNSET, Profile, Unset
from twenty_opportunity.conversion import codegen, fallback
from twenty_opportunity.conversion.converter import Conversion
from twenty_opportunity.conversion.custom_types import HookedConverter
from twenty_opportunity.records import Record
from twenty_opportunity.records.base import NO_EXTRA, FrozenMapping, SpelledInt

if TYPE_CHECKING:
    from collections.abc import Callable


class Size(enum.StrEnum):
    """Options."""

    SMALL = "SMALL"
    LARGE = "LARGE"


@attrs.frozen(kw_only=True)
class Inner(Record):
    """An object in an object in a document."""

    text: str | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class Part(Record):
    """An object in a document."""

    code: str
    count: int | Unset | None = UNSET
    at: dt.datetime | Unset | None = UNSET
    inner: Inner | Unset = UNSET


@attrs.frozen(kw_only=True)
class Bigger(Part):
    """A part with an attribute that the schema does not describe."""

    share: float | Unset = UNSET


@attrs.frozen(kw_only=True)
class Thing(Record):
    """A document with attributes of all types that generated code converts."""

    token: uuid.UUID | None
    at: dt.datetime | None
    due: dt.date | Unset = UNSET
    closed: dt.date | dt.datetime | Unset = UNSET
    count: int
    share: float | None
    won: bool
    size: Size
    stage: Size | str
    code: str
    note: str | Unset | None = UNSET
    details: Mapping[str, Any] | None = attrs.field(hash=False)
    part: Part | Unset | None = UNSET
    parts: tuple[Part, ...]
    labels: tuple[str, ...] | Unset = UNSET


PART: dict[str, Any] = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": "^[A-Z]$"},
        "count": {"type": ["integer", "null"]},
        "at": {"type": ["string", "null"], "format": "date-time"},
        "inner": {"type": "object", "properties": {"text": {"type": ["string", "null"]}}},
    },
    "required": ["code"],
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "token": {"type": ["string", "null"], "format": "uuid"},
        "at": {"type": ["string", "null"], "format": "date-time"},
        "due": {"type": "string", "format": "date"},
        "closed": {"type": "string", "format": "date-time"},
        "count": {"type": "integer"},
        "share": {"type": ["number", "null"]},
        "won": {"type": "boolean"},
        "size": {"type": "string", "enum": ["SMALL", "LARGE"]},
        "stage": {"type": "string"},
        "code": {"type": "string", "pattern": "^[A-Z]*$"},
        "note": {"type": ["string", "null"]},
        "details": {"type": ["object", "null"]},
        "part": {"oneOf": [{"$ref": "#/$defs/part"}, {"type": "null"}]},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/part"}},
        "labels": {"type": "array", "items": {"type": "string"}},
        "reference": {"type": ["string", "null"]},
    },
    "required": ["token", "at", "count", "share", "won", "size", "stage", "code", "details", "parts"],
    "$defs": {"part": PART},
}
INSTANT = "2026-11-28T07:08:12.250Z"
UUID = "0b9d4d1e-6c1f-4a3b-9f57-3f2f6f1c8a55"
SMALL_PART: dict[str, Any] = {"code": "A", "count": 1, "at": INSTANT, "inner": {"text": "x"}}
THING: dict[str, Any] = {
    "token": UUID,
    "at": INSTANT,
    "due": "2026-11-28",
    "closed": INSTANT,
    "count": 5,
    "share": 0.5,
    "won": True,
    "size": "SMALL",
    "stage": "SMALL",
    "code": "ABC",
    "note": "x",
    "details": {"a": [1]},
    "part": SMALL_PART,
    "parts": [SMALL_PART, SMALL_PART],
}


def conversion() -> Conversion:
    """Return a conversion of records without related ones."""
    return Conversion(HookedConverter, milliseconds=True)


OF = conversion()


def schemas(schema: dict[str, Any]) -> codegen.Schemas:
    """Return the analysis of a schema."""
    from twenty_opportunity.validation import Validator

    return codegen.Schemas(schema, lambda part: Validator(part).accepts)


FORMS: tuple[tuple[bool, Callable[[Any], Any]], ...] = ((True, dict), (False, json.dumps))
"""The results of a reader of decoded JSON and of one of texts."""


class LeftError(Exception):
    """Generated code left a value to the plain way."""


def leave(*_: object) -> Any:
    """Stand for the plain way."""
    raise LeftError


def reader(*, decoded: bool, cl: Any = Thing, schema: dict[str, Any] = SCHEMA) -> Callable[[Any], Any]:
    """Return the generated reader of a class."""
    return codegen.reader(cl, schemas(schema), OF.properties, leave, decoded=decoded)


def writer(cl: Any = Thing, schema: dict[str, Any] = SCHEMA) -> Callable[[Any], bytes]:
    """Return the generated writer of a class."""
    return codegen.writer(cl, schemas(schema), OF.properties, OF.relations, leave)


def plainly(instance: dict[str, Any], cl: Any = Thing) -> Any:
    """Return the record that the plain way makes."""
    return fallback.make_structurer(cl, OF.properties(cl))(instance)


def is_left(convert: Callable[[Any], Any], value: Any) -> bool:
    """Check whether generated code leaves a value to the plain way."""
    try:
        convert(value)
    except LeftError:
        return True
    return False


def without(name: str, instance: dict[str, Any] = THING) -> dict[str, Any]:
    """Return an instance without one property."""
    return {key: value for key, value in instance.items() if key != name}


def each(name: str, values: list[Any]) -> list[dict[str, Any]]:
    """Return the document with each of the values of a property."""
    return [{**THING, name: value} for value in values]


USUAL: list[dict[str, Any]] = [
    THING,
    *({**THING, name: None} for name in ("token", "at", "share", "note", "details", "part")),
    *each("reference", ["x", None]),
    *each("at", ["2026-11-28T07:08:12Z", "2026-11-28T07:08:12.123456Z", "9999-12-31T23:59:59Z"]),
    *each("count", [0, -7, 2**63, 10**30]),
    *each("share", [1, -2.5, 1e300, 2**53 + 1]),
    *({**THING, "stage": stage, "size": "LARGE"} for stage in ("LARGE", "OTHER", "")),
    *each("code", ["", "A" * 80]),
    *each("parts", [[], [{**SMALL_PART, "count": None}], [{**SMALL_PART, "at": None}] * 3]),
    {**THING, "part": {**SMALL_PART, "inner": {"text": None}, "at": None}},
    {**THING, "token": UUID.upper(), "due": "0001-01-01", "details": {}},
]


@pytest.mark.parametrize("instance", USUAL)
def test_usual_documents_are_read_alone(instance: dict[str, Any]) -> None:
    """The readers of texts and of decoded JSON make the record that the plain way makes."""
    record = plainly(instance)
    for read, document in ((reader(decoded=True), instance), (reader(decoded=False), json.dumps(instance).encode())):
        found = read(document)
        assert found == record
        assert repr(found) == repr(record)
        assert (type(found.stage), type(found.extra)) == (type(record.stage), FrozenMapping)
        assert found.extra == record.extra


LEFT_EITHER: list[dict[str, Any]] = [
    *(without(name) for name in THING),
    *({**THING, name: None} for name in ("due", "closed", "count", "won", "size", "stage", "code", "parts")),
    *each("at", ["2026-11-28 07:08:12Z", "2026-11-28T07:08:12+00:00", "2026-11-28t07:08:12Z"]),
    *each("at", ["2016-12-31T23:59:60Z", "2026-11-28T07:08:12.1234567Z", "2026-11-28T07:08:1\0Z"]),
    *each("token", [UUID.replace("-", ""), f"{{{UUID[:-2]}}}", UUID[:-1] + "g", 1]),
    *each("due", ["20261128", "2026-02-30", "0000-01-01", INSTANT]),
    *each("count", [5.0, "5", True]),
    *each("share", ["0.5", True]),
    *each("won", [1, "true"]),
    *each("size", ["small", "OTHER", 1]),
    *each("code", ["abc", 1]),
    *({**THING, "stage": 1}, {**THING, "note": 1}, {**THING, "details": []}, {**THING, "labels": ["x"]}),
    *each("part", [{}, {"code": "A"}, {**SMALL_PART, "code": "a"}, {**SMALL_PART, "x": 1}, []]),
    *each("parts", [{}, [None], [{**SMALL_PART, "code": "a"}], [{**SMALL_PART, "inner": 1}]]),
    *({**THING, "reference": 1}, {**THING, "other": 1}, {**THING, "reference": "x", "other": 1}),
]


@pytest.mark.parametrize("instance", LEFT_EITHER)
def test_other_documents_are_left(instance: dict[str, Any]) -> None:
    """A document that is not valid, or that lacks a property, or has one that is not usual, is not read alone."""
    assert is_left(reader(decoded=True), instance)
    assert is_left(reader(decoded=False), json.dumps(instance))


class Text(str):
    """A subclass of str."""

    __slots__ = ()


@pytest.mark.parametrize(
    "change",
    [
        *({name: Text(THING[name])} for name in ("size", "stage", "code", "note", "at")),
        *({"count": SpelledInt("5")}, {"share": math.inf}, {"share": -math.inf}, {"share": math.nan}, {"won": 1}),
        *({"parts": (SMALL_PART,)}, {"parts": {1: SMALL_PART}.values()}, {"size": Size.SMALL}, {"details": ()}),
    ],
)
def test_objects_that_json_does_not_have_are_left(change: dict[str, Any]) -> None:
    """A decoded value of another class is not read alone, even if msgspec would convert it."""
    assert is_left(reader(decoded=True), {**THING, **change})


def test_texts_are_checked_once() -> None:
    """A reader remembers accepted texts that are short, and no refused ones."""
    read = reader(decoded=False)
    for code in ("A", "A", "B", "A" * 65, "A" * 65):
        assert read(json.dumps({**THING, "code": code})).code == code
    assert is_left(read, json.dumps({**THING, "code": "a"}))
    assert is_left(read, json.dumps({**THING, "code": "a"}))


def test_how_many_texts_are_remembered() -> None:
    """The first 256 texts of at most 64 characters are checked once, all others each time."""
    asked: list[str] = []

    def compiled(_: Any) -> Callable[[Any], bool]:
        def accept(text: Any) -> bool:
            asked.append(text)
            return True

        return accept

    known = codegen.Schemas(SCHEMA, compiled)
    read = codegen.reader(Thing, known, OF.properties, leave, decoded=False)
    codes = [*("A" * length for length in (64, 65, 64, 65)), *(f"A{number}" for number in range(300)), "A0", "A299"]
    for code in codes:
        read(json.dumps({**THING, "code": code, "part": None, "parts": []}))
    asked = [text for text in asked if text.startswith("A")]
    assert asked == [*("A" * length for length in (64, 65, 65)), *(f"A{number}" for number in range(300)), "A299"]
    assert asked.count("A254") == 1


def test_after_some_unusual_documents_a_reader_pauses() -> None:
    """A program without usual documents does not pay for 17 attempts in a row, and after a thousand the next begin."""
    read = reader(decoded=True)
    for _ in range(16):
        assert is_left(read, {})
    assert not is_left(read, THING)
    for _ in range(17):
        assert is_left(read, {})
    pause = sum(1 for _ in itertools.takewhile(lambda _: is_left(read, THING), range(2000)))
    assert pause == 1000 - 17 + 1
    assert not is_left(read, THING)


def changed_schema(**properties: Any) -> dict[str, Any]:
    """Return the schema with other properties."""
    return {**SCHEMA, "properties": {**SCHEMA["properties"], **properties}}


@pytest.mark.parametrize(
    "schema",
    [
        changed_schema(share={"type": "integer"}),
        changed_schema(count={"type": "integer", "maximum": 9}),
        changed_schema(won=False),
        changed_schema(details={"type": ["object", "null"], "properties": {}}),
        changed_schema(parts={"type": "array", "maxItems": 3}),
        changed_schema(parts={"type": "array", "items": False}),
        {**SCHEMA, "required": [*SCHEMA["required"], "labels"]},
        {**SCHEMA, "required": [*SCHEMA["required"], "reference"]},
        {**SCHEMA, "required": [*SCHEMA["required"], "other"]},
        {**SCHEMA, "minProperties": 1},
        {**SCHEMA, "type": "array"},
        {
            **without("required", SCHEMA),
            "properties": without("count", SCHEMA["properties"]),
            "additionalProperties": False,
        },
    ],
)
def test_schemas_for_which_no_reader_is_generated(schema: dict[str, Any]) -> None:
    """A keyword that generated code would not check, for a property that each document may have, is left."""
    assert reader(decoded=True, schema=schema) is leave
    assert reader(decoded=False, schema=schema) is leave


@pytest.mark.parametrize(
    ("schema", "read", "left"),
    [
        (changed_schema(at={"type": ["string", "null"]}), THING, {**THING, "at": "x"}),
        (changed_schema(note={"type": "string"}), THING, {**THING, "note": None}),
        (changed_schema(part={"$ref": "#/$defs/part"}), THING, {**THING, "part": None}),
        (
            changed_schema(note={"maxLength": 3, "type": ["string", "null"]}),
            {**THING, "note": "abc"},
            {**THING, "note": "abcd"},
        ),
        (changed_schema(note={"enum": ["x", None]}), THING, {**THING, "note": "y"}),
        (changed_schema(due={"type": "string", "format": "date-time"}), without("due"), THING),
        (changed_schema(closed={"type": "string", "format": "date"}), {**THING, "closed": "2026-11-28"}, THING),
        (changed_schema(count={}), THING, {**THING, "count": "5"}),
        (changed_schema(count={"type": ["integer", "string"]}), THING, {**THING, "count": "5"}),
        (changed_schema(stage={"enum": ["A", "SMALL"]}), {**THING, "stage": "A"}, {**THING, "stage": "B"}),
        (changed_schema(part=True), {**THING, "part": {**SMALL_PART, "code": "abc"}}, {**THING, "part": {"code": 1}}),
        (changed_schema(details=True), {**THING, "details": {}}, {**THING, "details": 1}),
        (changed_schema(parts=True), THING, {**THING, "parts": 1}),
        (changed_schema(reference={"type": "string"}), {**THING, "reference": "x"}, {**THING, "reference": None}),
        (changed_schema(reference={"type": "integer"}), THING, {**THING, "reference": 1}),
        (changed_schema(reference=True), THING, {**THING, "reference": "x"}),
        (changed_schema(more={"type": "string"}), THING, {**THING, "reference": "x"}),
        ({**SCHEMA, "properties": without("note", SCHEMA["properties"])}, THING, {**THING, "note": 1}),
        (
            {**SCHEMA, "properties": without("note", SCHEMA["properties"]), "additionalProperties": False},
            without("note"),
            THING,
        ),
    ],
)
def test_the_schema_decides_what_is_read_alone(schema: Any, read: dict[str, Any], left: dict[str, Any]) -> None:
    """A document is read alone only if the schema accepts it for sure."""
    for decoded, form in FORMS:
        convert: Any = reader(decoded=decoded, schema=schema)
        assert convert(form(read)) == plainly(read)
        assert is_left(convert, form(left))


@attrs.frozen(kw_only=True)
class Checked(Part):
    """A part whose author has code run when it is made."""

    _private: int = 0

    def __attrs_post_init__(self) -> None:
        """Refuse a code."""
        if self.code == "B":
            raise ValueError("not B")


BEGUN: list[type] = []


@attrs.frozen(kw_only=True)
class Counted(Part):
    """A part whose author has code run before it is made."""

    def __attrs_pre_init__(self) -> None:
        """Count the parts."""
        BEGUN.append(type(self))


@attrs.frozen(kw_only=True)
class Holder(Record):
    """A document with parts whose author has code run."""

    first: Checked
    others: tuple[Checked, ...] = ()


CHECKED: dict[str, Any] = SMALL_PART | {"private": 3}
HOLDER: dict[str, Any] = {
    "type": "object",
    "properties": {"first": PART, "others": {"type": "array", "items": PART}},
    "required": ["first"],
}


def test_code_of_an_author_is_run() -> None:
    """A class with its own code when a record is made is called with the arguments of `__init__`."""
    instance = {"first": CHECKED, "others": [CHECKED]}
    for decoded, form in FORMS:
        read: Any = reader(decoded=decoded, cl=Holder, schema=HOLDER)
        assert read(form(instance)) == plainly(instance, Holder)
        assert is_left(read, form({**instance, "first": {**CHECKED, "code": "B"}}))
    assert OF.structurers[Checked](CHECKED) == plainly(CHECKED, Checked)
    for structure in (OF.structurers[Counted], reader(decoded=True, cl=Counted, schema=PART)):
        structure(SMALL_PART)
    assert [Counted, Counted] == BEGUN


def record(**changes: Any) -> Any:
    """Return a record with some attributes changed, without any check."""
    return attrs.evolve(plainly(THING), **changes)


UTC5 = dt.timezone(dt.timedelta(hours=5))
PLAIN = plainly(SMALL_PART, Part)
odd_name: Any = {1: 2}
part: Any = Part  # so that any value may be tried
bigger: Any = Bigger
WRITTEN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    *(({name: None}, {name: None}) for name in ("token", "at", "share", "note", "details", "part")),
    *(({name: UNSET}, {name: UNSET}) for name in ("due", "closed", "note", "part")),
    ({"count": 10**30, "share": 1, "won": False}, {"count": 10**30, "share": 1, "won": False}),
    ({"at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, {"at": "2026-01-01T00:00:00.000Z"}),
    ({"at": dt.datetime(2026, 1, 1, 0, 0, 0, 120000, tzinfo=dt.UTC)}, {"at": "2026-01-01T00:00:00.120Z"}),
    ({"at": dt.datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=dt.UTC)}, {"at": "2026-01-01T00:00:00.123456Z"}),
    ({"at": dt.datetime(2026, 1, 1, 6, tzinfo=UTC5)}, {"at": "2026-01-01T01:00:00.000Z"}),
    ({"size": Size.LARGE, "stage": Size.LARGE}, {"size": "LARGE", "stage": "LARGE"}),
    ({"stage": "OTHER", "code": ""}, {"stage": "OTHER", "code": ""}),
    ({"parts": (PLAIN,) * 3}, {"parts": [SMALL_PART] * 3}),
    ({"parts": ()}, {"parts": []}),
    ({"details": FrozenMapping({"a": [1, {"b": None}]})}, {"details": {"a": [1, {"b": None}]}}),
    ({"part": part(code="B")}, {"part": {"code": "B"}}),
    ({"parts": (bigger(code="B", share=0.5),)}, {"parts": [{"code": "B", "share": 0.5}]}),
    ({"parts": (part(code="B", extra={"x": "y"}),)}, {"parts": [{"code": "B", "x": "y"}]}),
    *(({"extra": extra}, extra) for extra in ({"reference": "x"}, {"reference": None})),
    *(({"extra": extra}, extra) for extra in ({"other": 1}, {"other": [1, {"a": 2.5}]}, {"reference": "x", "b": True})),
]


@pytest.mark.parametrize(("changes", "written"), WRITTEN)
def test_usual_records_are_written_alone(changes: dict[str, Any], written: dict[str, Any]) -> None:
    """The text is that of the instance that the plain way makes."""
    made = record(**changes)
    expected = {name: value for name, value in {**THING, **written}.items() if value is not UNSET}
    assert json.loads(writer()(made)) == expected
    assert OF.unstructure(made) == expected == fallback.make_unstructurer(OF.properties(Thing))(made)


@pytest.mark.parametrize(
    "changes",
    [
        *({name: None} for name in ("due", "closed", "count", "won", "size", "stage", "code", "parts")),
        *(
            {name: UNSET}
            for name in ("token", "at", "count", "share", "won", "size", "stage", "code", "details", "parts")
        ),
        *({"share": share} for share in (math.inf, -math.inf, math.nan, True, "0.5")),
        *({"count": count} for count in (5.0, True, SpelledInt("5"))),
        *({"at": at} for at in (dt.datetime(2026, 1, 1), dt.date(2026, 1, 1), INSTANT)),  # noqa: DTZ001
        *({"due": due} for due in (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "2026-11-28")),
        *({"closed": dt.date(2026, 1, 1)}, {"token": UUID}, {"size": "SMALL"}, {"stage": 1}, {"stage": Text("SMALL")}),
        *({"code": code} for code in ("abc", Text("ABC"), 1)),
        *({"details": details} for details in ({"a": 1}, FrozenMapping({"a": (1,)}), FrozenMapping(odd_name))),
        *({"part": part} for part in (part(code="a"), part(code=1), SMALL_PART, bigger(code="B"), Inner())),
        *({"parts": parts} for parts in ([PLAIN], (part(code="a"),), (Inner(),), (SMALL_PART,), PLAIN)),
        *({"parts": (bigger(code="B", share=share),)} for share in (math.inf, "x")),
        *({"extra": extra} for extra in ({"reference": 1}, {"other": (1,)}, {"other": math.nan}, {"count": 1}, {1: 2})),
        *({"extra": extra} for extra in ({Text("x"): 1}, {"x": Text("x")}, {"reference": 1, "other": 1})),
        {"labels": ("x",)},
    ],
)
def test_other_records_are_left(changes: dict[str, Any]) -> None:
    """A record that is not valid, or holds values of other classes, is not written alone."""
    assert is_left(writer(), record(**changes))


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Conversion:
    """Return a conversion whose generated code raises `LeftError` where it would take the plain way."""
    monkeypatch.setattr(codegen, "make_structurer", lambda *_: leave)
    monkeypatch.setattr(codegen, "make_unstructurer", lambda *_: leave)
    return conversion()


MANY = {f"extra{number}": number for number in range(40)}
SLOW: dict[str, Any] = {**THING, "labels": ["x"]}


@pytest.mark.parametrize(
    "instance",
    [
        *(THING, SLOW, {}, {"other": 1}, {**SLOW, **MANY}, {**THING, **MANY}, {"token": UUID, **MANY}),
        *(without(name, SLOW) for name in SLOW),
        *({**SLOW, name: None} for name in SLOW),
        *(
            {**SLOW, "x": 1, "part": part}
            for part in ({}, {**SMALL_PART, "x": 1}, {"code": "A"}, without("at", SMALL_PART))
        ),
        *each("closed", ["2026-11-28", "2026-11-28T07:08:12.123456Z"]),
        *each("share", [1, 2**53 + 1, 1e300]),
        *each("stage", ["LARGE", "OTHER"]),
        *({**SLOW, "part": {**SMALL_PART, "count": 5, "at": None}, "parts": [SMALL_PART]} for _ in range(1)),
    ],
)
def test_valid_instances_are_structured_alone(instance: dict[str, Any], alone: Conversion) -> None:
    """The record is that of the plain way, whichever properties the instance has."""
    expected = plainly(instance)
    found = alone.structurers[Thing](instance)
    assert found == expected
    assert repr(found) == repr(expected)
    for made, planned in ((found, expected), (found.part, expected.part)):
        if isinstance(made, Record):
            assert type(made.extra) is FrozenMapping
            assert [*made.extra.items()] == [*planned.extra.items()]
            assert (made.extra is NO_EXTRA) is not planned.extra


class Members(dict[str, Any]):
    """A subclass of dict that fails."""

    def keys(self) -> Any:
        """Fail."""
        raise OSError


@pytest.mark.parametrize(
    "instance",
    [
        *each("count", ["5", 5.0]),
        *each("at", ["2016-12-31T23:59:60Z", "2026-11-28T07:08:12.1234567Z"]),
        *each("closed", ["2026-11-28T07:08:12.1234567Z", Text("2026-11-28"), dt.date(2026, 1, 1)]),
        *each("stage", [Text("OTHER")]),
        *each("note", [Text("x")]),
        *each("share", ["0.5", SpelledInt("5")]),
        *each("part", [{"count": "5"}, {"at": "2016-12-31T23:59:60Z"}]),
        *({**THING, Text("x"): 1}, {Text("count"): 1}, Members(x=1)),
    ],
)
def test_unusual_instances_are_structured_plainly(instance: dict[str, Any], alone: Conversion) -> None:
    """A value that the plain way reads in its own way is left to it."""
    assert is_left(alone.structurers[Thing], instance)


@attrs.frozen(kw_only=True)
class Either(Record):
    """An object with a text of any format that msgspec reads."""

    key: uuid.UUID | dt.date | dt.datetime


@pytest.mark.parametrize(("form", "key"), [("uuid", UUID), ("date", "2026-11-28"), ("date-time", INSTANT)])
def test_the_format_decides_what_a_text_is(form: str, key: str) -> None:
    """The reader of a text with several types is that of the format in the schema."""
    schema = {"type": "object", "properties": {"key": {"type": "string", "format": form}}, "required": ["key"]}
    for decoded, shape in FORMS:
        read = reader(decoded=decoded, cl=Either, schema=schema)
        assert read(shape({"key": key})) == plainly({"key": key}, Either)


@attrs.frozen(kw_only=True)
class Flag(Record):
    """An object whose values are stored as msgspec converts them."""

    won: bool | Unset = UNSET


def test_how_often_an_instance_is_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    """One call converts an instance with every property, and one with few; one that only seems complete takes two."""
    calls: list[Any] = []

    def convert(instance: Any, struct: Any) -> Any:
        calls.append(struct)
        return msgspec_convert(instance, struct)

    msgspec_convert = msgspec.convert
    monkeypatch.setattr(msgspec, "convert", convert)
    structure = codegen.structurer(Flag, OF.properties(Flag), OF.properties)
    usual: list[tuple[Any, int]] = [({"won": True}, 1), ({"won": True, "y": 1}, 1), ({}, 1), ({"y": 1}, 2)]
    for instance, times in usual:
        calls.clear()
        structure(instance)
        assert len(calls) == times, instance


def test_related_records_are_converted_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Related records are moved from the extra properties to their attributes, and written from there."""
    made = {"id": UUID, "createdAt": INSTANT, "updatedAt": INSTANT}
    deal = {**made, "name": "Roof", "stage": "NEW"}
    expected = SERVER.structure({**deal, "company": made, "owner": None, "noteTargets": [1], "x": 1})
    assert (expected.company != UNSET, expected.owner, expected.extra) == (True, None, {"noteTargets": [1], "x": 1})
    monkeypatch.setattr(codegen, "make_structurer", lambda *_: leave)
    monkeypatch.setattr(codegen, "make_unstructurer", lambda *_: leave)
    profile = Profile("own", vars(SERVER)["_load"], milliseconds=True)
    found = profile.structure({**deal, "company": made, "owner": None, "noteTargets": [1], "x": 1})
    assert found == expected
    assert profile.structure({**deal, "company": made}).extra is NO_EXTRA
    assert profile.unstructure(found) == {**deal, "noteTargets": [1], "x": 1, "company": made, "owner": None}
    assert json.loads(profile.dumps(attrs.evolve(found, company=UNSET, owner=UNSET))) == {
        **deal,
        "noteTargets": [1],
        "x": 1,
    }
    for changes in ({"extra": {"company": made}}, {"company": UNSET, "owner": UNSET, "extra": {"company": made}}):
        with pytest.raises(LeftError):
            profile.unstructure(attrs.evolve(found, **changes))


@pytest.mark.parametrize(("changes", "written"), WRITTEN)
def test_usual_records_are_unstructured_alone(
    changes: dict[str, Any], written: dict[str, Any], alone: Conversion
) -> None:
    """The instance is that of the plain way, and all that no schema describes in it is reported."""
    made = record(**changes)
    undescribed: list[Any] = []
    found = alone.unstructurers[Thing](made, undescribed)
    assert [*found.items()] == [*fallback.make_unstructurer(OF.properties(Thing))(made).items()]
    assert all(found[name] == value for name, value in written.items() if value is not UNSET)
    assert ({"a": [1]} in undescribed) is ("details" not in changes)
    assert not made.extra or made.extra in undescribed


@pytest.mark.parametrize(
    "changes",
    [{"count": None}, {"won": UNSET}, {"size": "small"}, {"parts": ("x",)}, {"extra": {"count": 1}}, {"part": 1}],
)
def test_unusual_records_are_unstructured_plainly(changes: dict[str, Any], alone: Conversion) -> None:
    """The plain way explains what is wrong."""
    assert is_left(lambda made: alone.unstructurers[Thing](made, []), record(**changes))


def test_what_the_plain_way_writes_is_reported() -> None:
    """Numbers that JSON does not have, and instances that the plain way wrote, are checked before they are encoded."""
    undescribed: list[Any] = []
    OF.unstructurers[Thing](record(share=math.inf), undescribed)
    assert math.inf in undescribed
    monkeypatched = codegen.unstructurer(OF.properties(Inner), OF.unstructurers)
    undescribed.clear()
    assert monkeypatched(Inner(text=Text("x")), undescribed) == {"text": "x"}
    assert undescribed == ["x"]


@pytest.mark.parametrize(
    ("schema", "changes", "left"),
    [
        (changed_schema(note={"type": "string"}), {"note": "y"}, {"note": None}),
        ({**SCHEMA, "required": [*SCHEMA["required"], "note"]}, {"note": "y"}, {"note": UNSET}),
        (changed_schema(count={"maximum": 9}), None, {}),
        (changed_schema(won=False), None, {}),
        (changed_schema(parts={"type": "array", "maxItems": 3}), None, {}),
        (changed_schema(parts=True), {"parts": (part(code="abc"),)}, {"parts": 1}),
        (changed_schema(stage={"enum": ["A"]}), {"stage": "A"}, {"stage": "B"}),
        (changed_schema(size={"enum": ["SMALL"]}), {"size": Size.SMALL}, {"size": Size.LARGE}),
        (changed_schema(closed={"type": "string"}), {"closed": dt.date(2026, 1, 1)}, {"closed": "2026"}),
        ({**SCHEMA, "additionalProperties": False}, {"extra": {"reference": "x"}}, {"extra": {"other": "x"}}),
        (changed_schema(other={"maxLength": 3}), {"extra": {"other": "abc"}}, {"extra": {"other": "abcd"}}),
        (changed_schema(other={"type": "integer"}), {"extra": {"other": 1}}, {"extra": {"other": "x"}}),
        (changed_schema(reference={"type": "string"}), {"extra": {"reference": "x"}}, {"extra": {"reference": None}}),
        ({**SCHEMA, "required": [*SCHEMA["required"], "reference"]}, None, {}),
        ({**SCHEMA, "minProperties": 1}, None, {}),
        (
            {**SCHEMA, "properties": without("note", SCHEMA["properties"]), "additionalProperties": False},
            {"note": UNSET},
            {"note": "x"},
        ),
        ({**SCHEMA, "properties": without("note", SCHEMA["properties"])}, {"note": "x"}, {"note": 1}),
    ],
)
def test_the_schema_decides_what_is_written_alone(schema: Any, changes: Any, left: dict[str, Any]) -> None:
    """A record is written alone only if its document is valid for sure; None stands for no record."""
    write = writer(schema=schema)
    if changes is not None:
        made = record(**changes)
        assert json.loads(write(made)) == OF.unstructure(made)
    assert is_left(write, record(**left))


def test_generated_code_can_be_read() -> None:
    """Tracebacks and debuggers show the lines, in which the names of classes and functions are."""
    source = codegen.Source()
    names = [source.name(value) for value in (Inner, json.dumps, b"x", Inner)]
    assert names == ["Inner_0", "dumps_1", "value_2", "Inner_0"]
    source.add(0, "def generated(value):")
    source.add(1, "if value:", f"    return {names[1]}(value)")
    function = source.function()
    assert function([1]) == "[1]"
    assert inspect.getsource(function) == "def generated(value):\n    if value:\n        return dumps_1(value)\n"
    assert inspect.getsource(source.function()) == inspect.getsource(function)
    assert function.__code__.co_filename != source.function().__code__.co_filename
