"""The supported schemas, the refused ones, and the places in a schema that violations refer to."""

from __future__ import annotations

from typing import Any

import pytest

from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.formats import FORMATS
from twenty_opportunity.schemas import REGISTRY
from twenty_opportunity.schemas.reading import (
    branches,
    check,
    described,
    followed,
    reached,
    subschemas,
    types,
)
from twenty_opportunity.validation import Validator
from twenty_opportunity.values.json_pointer import resolve, value_at


@pytest.mark.parametrize(
    ("schema", "pointer", "reason"),
    [
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "/$schema", "only Draft 2020-12 is supported"),
        (
            {"$ref": "https://example.com/schema"},
            "/$ref",
            "only references within the schema are followed, not https://example.com/schema",
        ),
        (
            {"properties": {"a": {"$ref": "other.json#/a"}}},
            "/properties/a/$ref",
            "only references within the schema are followed, not other.json#/a",
        ),
        (
            {"$ref": "#/$defs/nowhere"},
            "/$ref",
            "only references within the schema are followed, not #/$defs/nowhere",
        ),
        (
            {"$ref": "#/allOf/x", "allOf": [{}]},
            "/$ref",
            "only references within the schema are followed, not #/allOf/x",
        ),
        (
            {"$ref": "#/allOf/1", "allOf": [{}]},
            "/$ref",
            "only references within the schema are followed, not #/allOf/1",
        ),
        (
            {"$ref": "#/title/x", "title": "t"},
            "/$ref",
            "only references within the schema are followed, not #/title/x",
        ),
        ({"$ref": "#/$defs/a", "$defs": {"a": True}}, "/$ref", "the reference does not lead to an object"),
        ({"$ref": "#"}, "", "the schema refers to itself"),
        (
            {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}},
            "/$defs/a",
            "the schema refers to itself",
        ),
        ({"items": {"$id": "https://example.com/a"}}, "/items/$id", "the keyword is not supported here"),
        ({"$dynamicRef": "#a"}, "/$dynamicRef", "the keyword is not supported here"),
        ({"unevaluatedProperties": False}, "/unevaluatedProperties", "the keyword is not supported here"),
        ({"requierd": ["name"]}, "/requierd", "the keyword is not supported here"),
        ({"format": "email"}, "/format", "no check is known for the format email"),
        ({"pattern": "."}, "/pattern", "the pattern . is not portable from character 0 on"),
        (
            {"patternProperties": {"(": True}},
            "/patternProperties",
            "the pattern ( is not a regular expression: missing ), unterminated subpattern at position 0",
        ),
        ({"anyOf": [True]}, "/anyOf", "a branch must be an object: true accepts everything, and false nothing"),
        ({"oneOf": [{}, False]}, "/oneOf", "a branch must be an object: true accepts everything, and false nothing"),
        ({"not": []}, "/not", "is not a schema"),
        ({"allOf": [5]}, "/allOf/0", "is not a schema"),
    ],
)
def test_what_would_be_misread_is_refused_at_once(schema: dict[str, Any], pointer: str, reason: str) -> None:
    """A schema that two validators might read differently, or that refers elsewhere, is refused."""
    with pytest.raises(UnsupportedSchemaError) as caught:
        Validator(schema)
    assert (caught.value.pointer, caught.value.reason) == (pointer, reason)


@pytest.mark.parametrize(("keyword", "shown"), [("format", 40), ("$ref", 60)])
def test_long_names_are_cut_in_reasons(keyword: str, shown: int) -> None:
    """The reason quotes only the beginning of a long keyword or value."""
    with pytest.raises(UnsupportedSchemaError) as caught:
        Validator({keyword: "n" * 1000})
    assert max(map(len, caught.value.reason.split())) == shown


def test_the_known_keywords_are_taken() -> None:
    """Annotations, custom keywords, repeated references and unreachable circles are allowed."""
    check(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "https://example.com/a",
            "x-twenty": {"anything": 1},
            "title": "T",
            "properties": {"a": {"$ref": "#/$defs/a~1b"}, "c": {"$ref": "#/$defs/a/x-y/%7E1b"}, "d": True},
            "prefixItems": [{"$ref": "#/prefixItems/1"}, {"readOnly": True}],
            "$defs": {
                "a/b": {"type": "null"},
                "a": {"x-y": {"/b": {}}},
                "circle": {"items": {"$ref": "#/$defs/circle"}},
            },
        }
    )


def test_what_is_no_draft_2020_12_schema_is_told_when_it_is_compiled() -> None:
    """A known keyword with an invalid value is a fault of the schema, not of the instance."""
    validator = Validator({"required": "n" * 1000})
    with pytest.raises(UnsupportedSchemaError, match="is not a Draft 2020-12 schema") as raised:
        validator.is_valid({})
    _, _, told = raised.value.reason.partition(": ")
    assert (raised.value.pointer, len(told)) == ("/required", 150)


def test_every_format_of_the_bundled_schemas_has_a_check() -> None:
    """Every format in a bundled schema is checked."""
    formats = {
        subschema["format"]
        for uri in REGISTRY
        for _, subschema in subschemas(REGISTRY.contents(uri))
        if not isinstance(subschema, bool) and "format" in subschema
    }
    assert {"date", "date-time", "uuid"} <= formats <= FORMATS.keys()


def test_references_are_followed_within_the_schema() -> None:
    """Tokens are decoded as RFC 6901 and RFC 3986 define them, and may be array indices."""
    schema = {"$defs": {"a b": {"allOf": [{"title": "here"}]}, "~/": 1}}
    assert resolve("#/$defs/a%20b/allOf/0", schema) == (["$defs", "a b", "allOf", "0"], {"title": "here"})
    assert resolve("#/$defs/~0~1", schema)[1] == 1
    assert resolve("#", schema) == ([], schema)
    with pytest.raises(LookupError):
        value_at(schema, ["$defs", "~/", "deeper"])


def test_violations_have_the_place_of_the_keyword_behind_references() -> None:
    """The schema pointer leads to the keyword behind a reference; a property named $ref is not a reference."""
    schema: dict[str, Any] = {
        "properties": {"$ref": {"type": "null"}, "a": {"$ref": "#/$defs/b"}},
        "$defs": {"b": {"allOf": [{"$ref": "#/$defs/c"}]}, "c": {"items": {"type": "null"}}},
    }
    for instance, pointers in (({"$ref": 1}, ["/properties/$ref/type"]), ({"a": [1]}, ["/$defs/c/items/type"])):
        assert [violation.schema_pointer for violation in Validator(schema).iter_violations(instance)] == pointers


def test_keywords_beside_a_reference_win() -> None:
    """A reference is replaced by its target, through other references; a boolean schema lacks keywords."""
    root = {"$defs": {"a": {"$ref": "#/$defs/b", "title": "a"}, "b": {"title": "b", "type": "null"}}}
    assert followed(root, {"$ref": "#/$defs/a", "description": "c"}) == {
        "title": "a",
        "type": "null",
        "description": "c",
    }
    assert followed(root, schema=True) == {}


def test_alternatives_are_flat() -> None:
    """Nested alternatives are listed one by one, each with the keywords around it."""
    root = {"$defs": {"a": {"anyOf": [{"type": "null"}, {"oneOf": [{"const": 1}, {"const": 2}]}]}}}
    assert branches(root, {"$ref": "#/$defs/a", "title": "t"}) == [
        {"title": "t", "type": "null"},
        {"title": "t", "const": 1},
        {"title": "t", "const": 2},
    ]


def test_a_schema_may_be_inside_of_itself() -> None:
    """A reference from a part of the instance to the schema around it is followed once, and validates at any depth."""
    schema = {"$ref": "#/$defs/a", "$defs": {"a": {"type": ["array", "null"], "items": {"$ref": "#/$defs/a"}}}}
    validator = Validator(schema)
    assert [path for path, _, _ in described(schema)] == [(), ("*",)]
    assert validator.is_valid([[[None], []]])
    assert [violation.pointer for violation in validator.iter_violations([[[1], []]])] == ["/0/0/0"]
    assert [violation.pointer for violation in validator.iter_violations([[[()], []]])] == ["/0/0/0"]


def test_everything_described_is_walked() -> None:
    """Properties and items are found at any depth, with their allowed types."""
    root = {
        "required": ["a"],
        "properties": {"a": {"type": ["array", "null"], "items": {"properties": {"b/c": True}}}, "d": {}},
    }
    assert [(path, [*map(types, found)], required) for path, found, required in described(root)] == [
        ((), [frozenset()], True),
        (("a",), [{"array", "null"}], True),
        (("a", "*"), [frozenset()], False),
        (("a", "*", "b/c"), [frozenset()], False),
        (("d",), [frozenset()], False),
    ]


def test_a_part_is_reached_once() -> None:
    """A reference to an outer schema that was reached already does not reach the inner one again."""
    shared = {"properties": {"a": {"type": "string"}}}
    schema = {"anyOf": [{"$ref": "#/x-shared/properties/a"}, {"$ref": "#/x-shared"}], "x-shared": shared}
    places = [place for place, _ in reached(schema)]
    assert len(places) == len(set(places))
    assert "/x-shared/properties/a" in places
