"""A record class extends the schema of its document; a class that contradicts the schema is refused."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import attrs
import pytest

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    Amount,
    Opportunity,
    OpportunityCreate,
    PartialOpportunity,
    Profile,
    Unset,
)
from twenty_opportunity.conversion.class_schema import describe
from twenty_opportunity.conversion.converter import Conversion
from twenty_opportunity.conversion.custom_types import HookedConverter
from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.records import Record
from twenty_opportunity.validation import Validator

METADATA = {
    "nameSingular": "opportunity",
    "fields": [
        {"name": "name", "type": "TEXT"},
        {"name": "score", "type": "NUMBER"},
        {"name": "size", "type": "SELECT", "options": [{"value": "SMALL"}, {"value": "LARGE"}]},
        {"name": "budget", "type": "CURRENCY"},
        {"name": "tags", "type": "ARRAY"},
    ],
}
WORKSPACE = Profile.from_metadata(METADATA)


class Size(enum.StrEnum):
    """Options."""

    SMALL = "SMALL"
    LARGE = "LARGE"


class Score(enum.IntEnum):
    """Options that are integers."""

    LOW = 1
    HIGH = 2


@attrs.frozen(kw_only=True)
class Part(Record):
    """An object within a record."""

    code: str
    since: dt.date | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class Thing(Record):
    """A record of no profile."""

    field: Any = UNSET


def described(annotation: Any, schema: Any = None, **rest: Any) -> Any:
    """Return the schema of a record with one attribute, combined with a fragment for its property."""
    attribute: Any = attrs.field(type=annotation, default=UNSET)
    cl = attrs.make_class("Thing", {"field": attribute}, bases=(Record,), frozen=True, kw_only=True)
    whole = {"type": "object", "properties": {} if schema is None else {"field": schema}, **rest}
    return describe(Conversion(HookedConverter, milliseconds=False), cl, Record, whole)


@pytest.mark.parametrize(
    ("annotation", "fragment"),
    [
        (str | Unset, {"type": "string"}),
        (str | Unset | None, {"type": ["string", "null"]}),
        (int | Unset, {"type": "integer"}),
        (bool | Unset | None, {"type": ["boolean", "null"]}),
        (int | str | Unset, {"type": ["integer", "string"]}),
        (float | None | Unset, {"type": ["number", "null"]}),
        (uuid.UUID | Unset, {"type": "string", "format": "uuid"}),
        (dt.date | Unset | None, {"type": ["string", "null"], "format": "date"}),
        (
            dt.date | dt.datetime | Unset,
            {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]},
        ),
        (Decimal | Unset, {"type": ["number", "string"], "pattern": "^-?[0-9]+([.][0-9]+)?$"}),
        (Size | Unset | None, {"type": ["string", "null"], "enum": ["SMALL", "LARGE", None]}),
        (Size | str | Unset, {"anyOf": [{"type": "string", "enum": ["SMALL", "LARGE"]}, {"type": "string"}]}),
        (Score | Unset, {"type": "integer", "enum": [1, 2]}),
        (Literal["a"] | Unset, {"type": "string", "enum": ["a"]}),
        (None | Unset, {"type": "null"}),
        (Mapping[str, Any] | Unset, {"type": "object"}),
        (tuple[str, ...] | Unset, {"type": "array", "items": {"type": "string"}}),
        (tuple[str | None, ...] | Unset, {"type": "array", "items": {"type": ["null", "string"]}}),
        (Any, {}),
        (Any | None, {}),
        (int | object | Unset, {}),
        (list | Unset, {"type": "array", "items": {}}),
        (
            Part | Unset | None,
            {
                "type": ["object", "null"],
                "properties": {"code": {"type": "string"}, "since": {"type": ["string", "null"], "format": "date"}},
                "required": ["code"],
            },
        ),
        (
            int | Size | Unset | None,
            {"anyOf": [{"type": "string", "enum": ["SMALL", "LARGE"]}, {"type": "integer"}, {"type": "null"}]},
        ),
    ],
)
def test_an_attribute_that_the_schema_says_nothing_of_is_described_by_its_type(annotation: Any, fragment: Any) -> None:
    """Each type has its fragment, which every validator understands."""
    schema = described(annotation)
    assert schema["properties"] == {"field": fragment}
    assert Validator(schema).is_valid({})
    assert described(annotation, True)["properties"] == {"field": fragment or True}  # noqa: FBT003 - a boolean schema


def test_what_cannot_be_unset_is_required() -> None:
    """An attribute whose type does not include UNSET makes its property required, once, described or not."""
    assert described(str)["required"] == ["field"]
    assert described(str, {"type": "string"}, required=["other"])["required"] == ["other", "field"]
    assert described(str, {"type": "string"}, required=["field"])["required"] == ["field"]
    assert "required" not in described(str | Unset)


@pytest.mark.parametrize(
    ("annotation", "schema", "message"),
    [
        (
            int | Unset,
            {"type": "boolean"},
            "Thing.field is int, but in the profile's schema its property is of type boolean",
        ),
        (int | Unset, {"type": ["integer", "null"]}, "of type integer or null"),
        (int | Unset | None, {"type": "string"}, "of type string"),
        (str | Unset, {"anyOf": [{"type": "string"}, {"type": "array"}]}, "of type array or string"),
        (
            str | Unset,
            {"enum": ["a", 1, 1.5, True, [], {}]},
            "of type array or boolean or integer or number or object or string",
        ),
        (dt.date | Unset, {"type": "string"}, "text of any form"),
        (dt.date | Unset, {"type": "string", "format": "date-time"}, "text of format date-time"),
        (dt.datetime | Unset, {"anyOf": [{"type": "string", "format": "date"}]}, "text of format date"),
        (Size | Unset, {"type": "string", "enum": ["SMALL", "HUGE"]}, "one of HUGE, SMALL"),
        (Score | Unset, {"type": "integer", "enum": [1, 3]}, "one of 1, 3"),
        (tuple[int, ...] | Unset, {"type": "array", "items": {"type": "string"}}, r"Thing.field\[\] is int, .* string"),
        (tuple[str, ...] | Unset, {"type": "array", "items": {"type": ["string", "null"]}}, "null or string"),
        (Part | Unset, {"type": "array"}, "Thing.field is Part, .* of type array"),
        (Part | Unset, {"type": "object", "properties": {"code": {"type": "integer"}}}, "Part.code is str, .* integer"),
    ],
)
def test_a_type_that_the_schema_contradicts_is_refused(annotation: Any, schema: Any, message: str) -> None:
    """The error names the attribute, its type and the fragment of its property."""
    with pytest.raises(TypeError, match=message):
        described(annotation, schema)


@pytest.mark.parametrize(
    ("annotation", "schema", "expected"),
    [
        (str | Unset, {"type": "string", "maxLength": 5}, None),
        (Any, {"type": "string"}, None),
        (Any, False, None),
        (str | Unset, False, None),
        (str | Unset, {"description": "A text."}, {"type": "string", "description": "A text."}),
        (str | Unset | None, {"title": "T"}, {"type": ["string", "null"], "title": "T"}),
        (Size | Unset, {"type": "string"}, {"type": "string", "enum": ["LARGE", "SMALL"]}),
        (
            Size | Unset | None,
            {"type": ["string", "null"]},
            {"type": ["string", "null"], "enum": ["LARGE", "SMALL", None]},
        ),
        (Size | Unset, {"type": "string", "enum": ["SMALL"]}, None),
        (Score | Unset | None, {"type": ["number", "null"]}, {"type": ["number", "null"], "enum": [1, 2, None]}),
        (Score | int | Unset, {"type": "integer"}, None),
        (Size | float | Unset, {"type": ["string", "number"]}, None),
        (
            Size | Unset,
            {"anyOf": [{"type": "string"}, {"type": "string", "enum": ["SMALL"]}]},
            {"anyOf": [{"type": "string", "enum": ["LARGE", "SMALL"]}, {"type": "string", "enum": ["SMALL"]}]},
        ),
        (
            tuple[Size, ...] | Unset,
            {"type": "array", "items": {"type": "string"}},
            {"type": "array", "items": {"type": "string", "enum": ["LARGE", "SMALL"]}},
        ),
        (tuple[str, ...] | Unset, {"type": "array"}, None),
        (Part | Unset, {"type": "object"}, None),
        (
            Part | Unset,
            {"type": "object", "properties": {"code": {"type": "string"}}, "additionalProperties": False},
            {
                "type": "object",
                "properties": {"code": {"type": "string"}},
                "additionalProperties": False,
                "required": ["code"],
            },
        ),
    ],
)
def test_a_fragment_is_narrowed_to_what_the_type_can_hold(annotation: Any, schema: Any, expected: Any) -> None:
    """If the type and the schema agree, the fragment is kept; an enum with fewer values narrows it."""
    assert described(annotation, schema)["properties"]["field"] == (schema if expected is None else expected)


@attrs.frozen(kw_only=True)
class Endless(Record):
    """A record that contains itself."""

    parent: Endless | Unset = UNSET


@pytest.mark.parametrize("properties", [{}, {"parent": {"type": "object", "properties": {}}}])
def test_a_class_that_contains_itself_is_refused(properties: Any) -> None:
    """Schemas end at a fixed depth, so a class that contains itself could hold anything within."""
    conversion = Conversion(HookedConverter, milliseconds=False)
    with pytest.raises(TypeError, match=r"Endless contains itself; annotate the inner record as Mapping\[str, Any\]"):
        describe(conversion, Endless, Record, {"type": "object", "properties": properties})


def test_references_are_followed() -> None:
    """A fragment may be in another place, under a name of any characters; only a copy of it is changed."""
    definitions = {"a/b~c": {"type": "string", "description": "A text."}}
    schema = described(Size | Unset, {"$ref": "#/$defs/a~1b~0c", "description": "A size."}, **{"$defs": definitions})
    expected = {"type": "string", "description": "A size.", "enum": ["LARGE", "SMALL"]}
    assert (schema["properties"]["field"], schema["$defs"]) == (expected, definitions)
    with pytest.raises(TypeError, match="of type string"):
        described(int | Unset, {"$ref": "#/$defs/a~1b~0c"}, **{"$defs": definitions})


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=repr)
def test_our_own_classes_fit_every_profile(profile: Profile) -> None:
    """The schema of a profile already describes the classes that it was made for."""
    for cl in profile.document_classes:
        given = profile._schemas[cl]  # noqa: SLF001 - before a class is checked  # pyright: ignore[reportPrivateUsage]
        assert profile.schema(cl) == given


@attrs.frozen(kw_only=True)
class Deal(PartialOpportunity):
    """A deal with the workspace's fields."""

    score: Score | Unset | None = UNSET
    size: Size | Unset | None = UNSET
    budget: Amount | Unset | None = UNSET
    tags: tuple[str, ...] | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class DealCreate(OpportunityCreate):
    """The body that creates a deal."""

    score: float | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class WrongCreate(OpportunityCreate):
    """The body that creates a deal, with a field that the workspace does not have."""

    colour: str | Unset = UNSET


def test_a_class_takes_up_the_fields_of_a_workspace() -> None:
    """Both the schema of the workspace and the type in the class constrain the attribute."""
    assert WORKSPACE.structure({"score": 2, "size": "LARGE"}, Deal) == Deal(score=Score.HIGH, size=Size.LARGE)
    assert not WORKSPACE.is_valid({"score": 3}, Deal)
    assert WORKSPACE.is_valid({"score": 3}, PartialOpportunity)


def test_bodies_are_closed_where_the_workspace_is_known_and_take_more_where_it_is_not() -> None:
    """PUBLISHED and SERVER allow new custom fields; the profile of a workspace allows only the workspace's fields."""
    assert WORKSPACE.dumps(DealCreate(score=1.5)) == b'{"score":1.5}'
    assert SERVER.dumps(WrongCreate(colour="red")) == b'{"colour":"red"}'
    assert not SERVER.is_valid({"colour": 5}, WrongCreate)
    with pytest.raises(
        TypeError, match=r"WrongCreate\.colour: the profile does not describe a writable property colour"
    ):
        WORKSPACE.dumps(WrongCreate(colour="red"))


@pytest.mark.parametrize("name", ["amount", "name", "unknown"])
@pytest.mark.parametrize(
    "fragment", [{"$ref": "#/$defs/any"}, {"oneOf": [True, {"type": "object"}]}, {"anyOf": [False]}]
)
def test_an_unsupported_schema_is_refused_as_such(name: str, fragment: dict[str, Any]) -> None:
    """A reference to a boolean schema, or one as an alternative, is the reason that each function gives."""
    schema = PUBLISHED.schema()
    schema["properties"][name] = fragment
    schema["$defs"]["any"] = True
    profile = Profile("own", lambda: {Opportunity: schema})
    for call in (profile.is_valid, profile.structure, lambda _: profile.loads(b"{}"), lambda _: profile.validator()):
        with pytest.raises(UnsupportedSchemaError):
            call({})
