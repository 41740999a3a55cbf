"""The generated code relies on a schema only where it is sure what the schema accepts."""

from __future__ import annotations

import datetime as dt
import uuid
from types import NoneType
from typing import Any

import attrs
import pytest

from twenty_opportunity import UNSET, Unset
from twenty_opportunity.conversion.codegen import Schemas, UnclearSchemaError
from twenty_opportunity.conversion.converter import Conversion
from twenty_opportunity.conversion.custom_types import HookedConverter
from twenty_opportunity.records import Record
from twenty_opportunity.validation import Validator

ROOT: dict[str, Any] = {
    "$defs": {
        "text": {"type": "string"},
        "day": {"type": "string", "format": "date"},
        "part": {"type": "object", "properties": {"a": {"type": "string"}}},
    }
}
ALL: set[type] = {str, uuid.UUID, dt.date, dt.datetime, bool, int, float, NoneType, dict}
TEXTS: set[type] = {str, uuid.UUID, dt.date, dt.datetime}
SCHEMAS = Schemas(ROOT, lambda schema: Validator(schema).accepts)
NOTES = {
    "$comment": "x",
    "$defs": {},
    "$id": "x",
    "$schema": "x",
    "default": 1,
    "deprecated": True,
    "description": "x",
    "examples": [],
    "readOnly": True,
    "title": "x",
    "writeOnly": True,
}


@pytest.mark.parametrize(
    ("fragment", "accepted"),
    [
        (True, ALL),
        (False, set()),
        ({}, ALL),
        (NOTES, ALL),
        ({"type": "string"}, TEXTS),
        ({"type": "integer"}, {int}),
        ({"type": "number"}, {int, float}),
        ({"type": ["boolean", "null"]}, {bool, NoneType}),
        ({"type": "object"}, {dict}),
        ({"type": "string", "format": "uuid"}, {uuid.UUID}),
        ({"type": "string", "format": "date"}, {dt.date}),
        ({"type": "string", "format": "date-time"}, {dt.datetime}),
        ({"format": "date"}, ALL - TEXTS | {dt.date}),
        ({"pattern": "x"}, ALL - TEXTS),
        ({"minLength": 1}, ALL - TEXTS),
        ({"maxLength": 1}, ALL - TEXTS),
        ({"required": []}, ALL - {dict}),
        ({"properties": {}}, ALL - {dict}),
        ({"additionalProperties": True}, ALL - {dict}),
        ({"items": True}, ALL),
        ({"enum": ["a"]}, set()),
        ({"maximum": 9}, set()),
        ({"$ref": "#/$defs/text"}, TEXTS),
        ({"$ref": "#/$defs/day"}, {dt.date}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {*TEXTS, NoneType}),
        ({"oneOf": [{"$ref": "#/$defs/text"}, {"type": "null"}]}, {*TEXTS, NoneType}),
        ({"oneOf": [{"type": "string"}, {"type": "string", "maxLength": 9}, {"type": "null"}]}, {NoneType}),
        ({"oneOf": [{"type": "integer"}, {"type": "number", "maximum": 9}]}, set()),
        ({"oneOf": [{"type": "number"}, {"type": "null"}]}, {int, float, NoneType}),
        ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, {int, *TEXTS}),
        ({"oneOf": [{}, {"type": "null"}]}, set()),
        ({"oneOf": [{"maxLength": 9}]}, set()),
        ({"oneOf": [True, {"type": "string"}]}, set()),
    ],
)
def test_a_class_is_accepted_only_for_sure(fragment: Any, accepted: set[type]) -> None:
    """A class counts as accepted if no value of it can be refused, and not if a keyword is unknown."""
    assert {cl for cl in ALL if SCHEMAS.accepts(fragment, cl)} == accepted


PART = {"type": "object", "properties": {"a": {"type": "string"}}}


@pytest.mark.parametrize(
    ("fragment", "keywords"),
    [
        (True, {}),
        ({}, {}),
        ({**NOTES, "type": "object"}, {"type": "object"}),
        ({"type": ["object", "null"]}, {"type": ["object", "null"]}),
        ({"properties": {}, "required": ["a"]}, {"properties": {}, "required": ["a"]}),
        ({"additionalProperties": False}, {"additionalProperties": False}),
        ({"additionalProperties": True}, {"additionalProperties": True}),
        ({"additionalProperties": {}}, {"additionalProperties": {}}),
        ({"$ref": "#/$defs/part", "description": "x"}, PART),
        ({"oneOf": [{"$ref": "#/$defs/part"}, {"type": "null"}]}, PART),
        (False, None),
        ({"type": "string"}, None),
        ({"minProperties": 1}, None),
        ({"additionalProperties": {"type": "string"}}, None),
        ({"oneOf": [{"type": "object"}, {}]}, None),
        ({"oneOf": [{"type": "object"}], "required": ["a"]}, None),
        ({"$ref": "#/$defs/part", "required": ["a"]}, None),
    ],
)
def test_the_keywords_for_objects(fragment: Any, keywords: dict[str, Any] | None) -> None:
    """References and alternatives are followed; None stands for a schema that is not simple."""
    if keywords is None:
        with pytest.raises(UnclearSchemaError):
            SCHEMAS.object(fragment)
    else:
        assert SCHEMAS.object(fragment) == keywords


@pytest.mark.parametrize(
    ("fragment", "items"),
    [
        (True, True),
        ({}, True),
        ({"type": "array"}, True),
        ({"type": ["array", "null"], "items": {"type": "string"}, "title": "x"}, {"type": "string"}),
        ({"items": False}, False),
        (False, None),
        ({"type": "object"}, None),
        ({"type": "array", "maxItems": 1}, None),
    ],
)
def test_the_schema_for_items(fragment: Any, items: Any) -> None:
    """None stands for a schema that is not simple."""
    if items is None:
        with pytest.raises(UnclearSchemaError):
            SCHEMAS.items(fragment)
    else:
        assert SCHEMAS.items(fragment) == items


@attrs.frozen(kw_only=True)
class Part(Record):
    """An object with one attribute."""

    a: str | Unset = UNSET


@pytest.mark.parametrize(
    ("described", "usual"),
    [
        ({"a": "string", "b": "string"}, "b"),
        ({"a": "string", "b": ["string", "null"], "c": "array"}, "b"),
        ({"a": "string", "b": "string", "c": "string"}, None),
        ({"a": "string", "b": "integer"}, None),
        ({"b": ["string", "object"]}, None),
        ({}, None),
    ],
)
def test_the_usual_extra_property(described: dict[str, Any], usual: str | None) -> None:
    """It is the only text that the schema describes and the class has no attribute for."""
    properties = Conversion(HookedConverter, milliseconds=False).properties(Part)
    said = {"properties": {name: {"type": type_} for name, type_ in described.items()}}
    assert SCHEMAS.usual_extra(said, properties) == usual
    assert SCHEMAS.usual_extra({**said, "required": [*described]}, properties) is None
    assert SCHEMAS.usual_extra({}, properties) is None


def test_a_check_is_compiled_once_and_late() -> None:
    """A check follows references, ignores notes, and is compiled when it is first called."""
    compiled: list[Any] = []

    def compile_(schema: Any) -> Any:
        compiled.append(schema)
        return Validator(schema).accepts

    check = Schemas(ROOT, compile_).check_of({"title": "x", "$ref": "#/$defs/text"})
    assert not compiled
    assert (check("a"), check(1)) == (True, False)
    assert compiled == [{"$ref": "#/$defs/text", "$defs": ROOT["$defs"]}]
