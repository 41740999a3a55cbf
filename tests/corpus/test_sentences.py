"""
The exact sentence for each keyword, value and schema. The cases are here, and the sentences in sentences.expected.txt.

`REWRITE_CORPUS=1 pytest tests/corpus` writes that file again. Read its diff.
"""

from __future__ import annotations

import datetime as dt
import enum
import os
import uuid
from collections import ChainMap
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from twenty_opportunity.schemas.composites import UUID_PATTERN
from twenty_opportunity.schemas.field_types import PATTERNS_IN_WORDS
from twenty_opportunity.validation import Validator

EXPECTED: Final = Path(__file__).with_name("sentences.expected.txt")


class Colour(enum.Enum):
    """An enumeration with a string and a tuple."""

    RED = "red"
    PAIR = (1, 2)


@attrs.frozen
class ARecord:
    """An attrs class."""


class Small(int):
    """A subclass of int."""


class Raising(type):
    """A metaclass that raises for every attribute of its classes."""

    def __getattribute__(cls, name: str) -> Any:
        """Raise an error."""
        raise RuntimeError(name)


def nested(levels: int) -> list[Any]:
    """Build nested arrays."""
    array: list[Any] = []
    for _ in range(levels):
        array = [array]
    return array


def with_property(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Build the schema of an object with one property."""
    return {"type": "object", "properties": {name: schema}}


CURRENCY: Final[dict[str, Any]] = with_property("code", {"type": "string", "pattern": "^[A-Z]{3}$"})
MANY: Final = [f"OPTION_{number}" for number in range(1000)]

KEYWORDS: Final[list[tuple[dict[str, Any], Any]]] = [
    ({"type": "string"}, 5),
    ({"type": "integer"}, 1.5),
    ({"type": "array"}, "[]"),
    ({"type": "string"}, 2**99),
    ({"type": "string"}, {1: 2}),
    ({"type": "number"}, float("inf")),
    ({"pattern": "^a", "description": "Ends in X."}, "b"),
    ({"not": {"type": "null", "description": "D" * 200}}, None),
    ({"enum": [f"{number} {'x' * 30}" for number in range(4)]}, f"3 {'x' * 29}"),
    ({"type": "integer"}, True),
    ({"type": ["object", "array", "null"]}, False),
    ({"type": "array"}, {"a": 1}),
    ({"type": "boolean"}, [1, 2]),
    ({"type": "number"}, None),
    ({"enum": ["A", 1, None]}, "B"),
    (with_property("age", {"enum": [1, 2]}), {"age": "1"}),
    (
        {"type": "object", "properties": {"tags": {"type": "array", "items": {"enum": ["A", "B"]}}}},
        {"tags": ["A", "C"]},
    ),
    ({"type": "string", "enum": ["A"]}, 5),
    ({"const": {"a": 1}}, {"a": 2}),
    ({"type": "string", "const": "x"}, "y"),
    ({"type": "string", "const": "x"}, 1),
    ({"minimum": 0}, -1),
    ({"maximum": 2.5}, Decimal("2.6")),
    ({"exclusiveMinimum": 0}, 0.0),
    ({"exclusiveMaximum": 9}, 9),
    ({"minimum": 0, "type": "integer"}, 10**5000),
    ({"minLength": 2}, "é"),
    ({"maxLength": 1}, "ab"),
    ({"pattern": "^a+$", "description": "Only the letter a."}, "b"),
    ({"pattern": "^a+$"}, "b"),
    (CURRENCY, {"code": "usd"}),
    ({"format": "date"}, "x"),
    ({"format": "date-time"}, "x"),
    ({"format": "uuid"}, "x"),
    ({"minItems": 1}, []),
    ({"maxItems": 1}, [1, 2]),
    ({"uniqueItems": True}, [1, True, 1.0]),
    ({"items": False, "prefixItems": [True]}, [1, 2]),
    ({"prefixItems": [{"type": "null"}]}, [1, 2]),
    ({"minProperties": 1}, {}),
    ({"maxProperties": 0}, {"a": 1}),
    ({"required": ["a", "b/c", "d"]}, {"a": 1}),
    ({"dependentRequired": {"a": ["b"], "x": ["y"]}}, {"a": 1}),
    ({"properties": {"closeDate": True, "stage": True}, "additionalProperties": False}, {"close_date": 1}),
    (
        {"properties": {"closeDate": True, "stage": True, "no": False}, "additionalProperties": False},
        {"xyz": 1, "no": 2},
    ),
    ({"additionalProperties": False}, {"a": 1}),
    ({"patternProperties": {"^x": False}}, {"xy": 1}),
    (
        {"patternProperties": {"^x": {"type": "null"}}, "additionalProperties": {"type": "string"}},
        {"xy": None, "y": 1, "xz": 2},
    ),
    ({"patternProperties": {"^x": True, "^y": False, "^z": True}, "additionalProperties": False}, {"a": 1, "y": 2}),
    ({"properties": {"a": True}, "patternProperties": {"^x": True}, "additionalProperties": False}, {"b": 1}),
    ({"patternProperties": {UUID_PATTERN: True}, "additionalProperties": False}, {"b": 1}),
    ({"propertyNames": {"pattern": "^a"}}, {"b": 1}),
    ({"propertyNames": False}, {"b": 1}),
    ({"not": {"type": "null", "description": "Null is not taken."}}, None),
    ({"not": {"type": "null"}}, None),
    ({"not": True}, 1),
    ({"allOf": [{"type": "string"}, {"minLength": 3}]}, "x"),
    ({"allOf": [False]}, 1),
    ({"if": {"type": "string"}, "then": {"minLength": 1}, "else": {"minimum": 0}}, ""),
    ({"if": {"type": "string"}, "then": {"minLength": 1}, "else": {"minimum": 0}}, -1),
    ({"if": {"type": "string"}, "then": False}, "a"),
    (
        {
            "oneOf": [
                {"minimum": 0, "title": "positive"},
                {"maximum": 9, "description": "small"},
                {"type": "integer"},
            ]
        },
        5,
    ),
    ({"oneOf": [{"minimum": 0, "title": "positive"}, {"type": "string"}, {"maximum": 9, "title": "small"}]}, 5),
    ({"$ref": "#/$defs/A", "$defs": {"A": {"type": "null"}}}, 1),
    ({"uniqueItems": True}, [nested(100_000), nested(100_000)]),
    ({"pattern": UUID_PATTERN}, "x"),
]

CHOICES: Final[list[tuple[dict[str, Any], Any]]] = [
    ({"anyOf": [{"type": "object"}, {"type": "null"}]}, 5),
    ({"anyOf": [{"type": "string"}, {"type": "string", "minLength": 1}]}, 5),
    ({"anyOf": [{"format": "date-time"}, {"format": "date"}]}, "x"),
    ({"anyOf": [{"type": "number"}, {"enum": ["first", "last"]}]}, "second"),
    ({"anyOf": [{"type": "number"}, {"enum": ["first"]}]}, None),
    ({"anyOf": [{"const": "a"}, {"const": "b"}]}, "c"),
    ({"anyOf": [{"const": "a"}, {"pattern": "^[bc]$"}]}, "d"),
    ({"anyOf": [{"anyOf": [{"type": "null"}, {"type": "object"}]}, {"type": "array"}]}, "x"),
    ({"anyOf": [{"required": ["a"], "type": "object"}, {"type": "object", "required": ["b", "c"]}]}, {}),
    (
        {
            "anyOf": [
                {"properties": {"kind": {"const": "a"}}},
                {"properties": {"kind": {"const": "b"}, "x": {"type": "null"}, "y": {"type": "null"}}},
            ]
        },
        {"kind": "b", "x": 1, "y": None},
    ),
    (
        {
            "anyOf": [
                {"properties": {"kind": {"enum": ["a"]}}},
                {"properties": {"kind": {"enum": ["b"]}, "x": {"type": "null"}, "y": {"type": "null"}}},
            ]
        },
        {"kind": "b", "x": 1, "y": 2},
    ),
    ({"anyOf": [{"allOf": [{"type": "string"}, {"type": "array"}]}, {"type": "null"}]}, 5),
    ({"anyOf": [{"type": "null"}, {"properties": {"a": {"type": "string"}}}]}, {"a": 5}),
    ({"anyOf": [{"const": 5}, {"type": "object", "required": ["a"]}]}, {}),
    ({"anyOf": [{"type": "integer"}, {"minLength": 2, "maxLength": 0}]}, "x"),
    ({"anyOf": [{"const": "a"}, {"pattern": "^[A-Z]{3}$"}]}, "d"),
]

# Lists of values and names are cut, and similar values are offered.
LISTS: Final[list[tuple[dict[str, Any], Any]]] = [
    (with_property("stage", {"enum": MANY}), {"stage": "option-77"}),
    *[(with_property("stage", {"enum": MANY}), {"stage": stage}) for stage in (5, "?", "option-77" * 1000)],
    ({"properties": dict.fromkeys(MANY, True), "additionalProperties": False}, {"?": 1}),
    ({"enum": ["x y" * 50, "y z" * 50, "b" * 100]}, "c"),
    *[({"enum": ["n" * length]}, 5) for length in (24, 25)],
    *[({"enum": ["a" * 21, "b" * 21, "c" * 21, "d" * length]}, 5) for length in (21, 22)],
    *[(with_property(name, {"enum": ["A"]}), {name: "B"}) for name in ("Owner", "event", "Xname", "unit")],
]

VALUES: Final[list[tuple[dict[str, Any], Any]]] = [
    *[
        (with_property("x", {"type": "null"}), {"x": value})
        for value in (
            b"{}",
            bytearray(),
            dt.date(2026, 1, 1),
            dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            uuid.UUID(int=1),
            (1, 2),
            Colour.PAIR,
            {1, 2},
            ChainMap({}),
            ARecord(),
            Small(1),
            object(),
            float("nan"),
            Decimal("-Infinity"),
            {None: 1},
            type("N" * 1000, (), {})(),
            Colour.RED,
            "{}",
            type.__call__(Raising("Odd", (), {})),
        )
    ],
    *[({"const": 5}, value) for value in (None, True, "secret", 7, {"secret": 1})],
    ({"type": "object"}, "{}"),
    ({"minLength": 1}, b""),
]


def sentences(cases: list[tuple[dict[str, Any], Any]]) -> list[str]:
    """Return the pointers and the message of each violation, and below it the redacted message if it is another one."""
    found: list[str] = []
    for schema, instance in cases:
        for each in Validator(schema, PATTERNS_IN_WORDS).iter_violations(instance):
            found.append(f"{each.schema_pointer} {each}")
            if each.message_without_value != each.message:
                found.append(f"    {each.message_without_value}")
    return found


def test_sentences_are_those_of_the_file() -> None:
    """Every sentence is asserted here, and nowhere else."""
    found = sentences([*KEYWORDS, *CHOICES, *LISTS, *VALUES])
    if os.environ.get("REWRITE_CORPUS"):
        EXPECTED.write_text("\n".join([*found, ""]), "utf-8")
    assert found == EXPECTED.read_text("utf-8").splitlines()


@pytest.mark.parametrize("keyword", ["dependentRequired", "not"])
def test_valid_instances_have_no_sentence(keyword: str) -> None:
    """A keyword that an instance fulfills is not reported."""
    schema: dict[str, Any] = {"dependentRequired": {"a": ["b"]}, "not": False}
    assert sentences([({keyword: schema[keyword]}, {"a": 1, "b": 2})]) == []
