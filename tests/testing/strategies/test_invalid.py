"""Invalid documents: one thing broken in each, and everything that can be broken is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, find, given, seed, settings
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, Profile
from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.schemas import workspace as metadata
from twenty_opportunity.strategies import InvalidDocument, invalid_documents
from twenty_opportunity.testing.faults import breakages, near_misses
from twenty_opportunity.testing.strategies import invalid_from_schema
from twenty_opportunity.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MEASURING = settings(phases=[Phase.generate], database=None, derandomize=True, deadline=None)
ASSERTIONS = {
    "additionalProperties",
    "const",
    "enum",
    "format",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "not",
    "pattern",
    "required",
    "type",
}


def keywords(schema: Any, root: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    """
    List every keyword of a schema that can object, with the place in a document where it does.

    The walk is independent of the code that breaks documents. Items are listed under `*`, each required property by
    itself, and the branches of `anyOf` at the place of `anyOf`.
    """
    if "examples" in schema and schema.keys() & {"allOf", "if", "patternProperties"}:
        return  # documents have the examples there, and nothing is broken but the type beside the reference
    if "$ref" in schema:
        target: Any = root
        for token in schema["$ref"].split("/")[1:]:
            target = target[token]
        yield from keywords(target, root, place)
    for at, branch in enumerate([*schema.get("anyOf", []), *schema.get("oneOf", [])]):
        # A property that is missing for several branches is reported as that of the first, and a wrong option tells
        # branches apart.
        left_out = {(f"{place}/{name}", "required") for name in branch.get("required", ()) if at > 0}
        left_out |= {(f"{place}/{name}", "enum") for name in branch.get("properties", {})}
        yield from (found for found in keywords(branch, root, place) if found not in left_out)
    for keyword in ASSERTIONS & schema.keys():
        if keyword == "required":
            yield from ((f"{place}/{name}", keyword) for name in schema[keyword])
        elif keyword != "additionalProperties" or schema[keyword] is False:
            yield f"{place}/?" if keyword == "additionalProperties" else place, keyword
    for name, member in schema.get("properties", {}).items():
        yield from keywords(member, root, f"{place}/{name}")
    if "items" in schema:
        yield from keywords(schema["items"], root, f"{place}/*")


def one_place(place: str) -> str:
    """Return one name for the places that one part of the schema describes: items, and the record of an answer."""
    place = re.sub(r"(?<=/)\d+(?=/|$)", "*", place)
    return re.sub(r"^/data/(create|update|delete|restore)O", "/data/o", place)


def broken(invalid: InvalidDocument) -> tuple[str, str]:
    """Return what an invalid document breaks, as `keywords` lists it."""
    place = one_place(invalid.pointer)
    if invalid.keyword == "additionalProperties":
        place = f"{place.rpartition('/')[0]}/?"
    return place, invalid.keyword


def never_broken(
    expected: set[tuple[str, str]], strategy: st.SearchStrategy[InvalidDocument], rounds: int
) -> set[tuple[str, str]]:
    """Return what no invalid document breaks, of rounds with ten documents for each assertion, until all is broken."""
    missing = set(expected)
    for number in range(rounds):

        @seed(number)
        @settings(MEASURING, max_examples=max(100, 10 * len(expected)))
        @given(strategy)
        def draw(invalid: InvalidDocument) -> None:
            missing.discard(broken(invalid))

        draw()
        if not missing:
            break
    return missing


@pytest.mark.slow
@pytest.mark.parametrize(
    ("profile", "cl"),
    [(profile, cl) for profile in (PUBLISHED, SERVER) for cl in profile.document_classes],
    ids=lambda value: getattr(value, "name", None) or value.__name__,
)
def test_every_keyword_at_every_place_is_broken(profile: Profile, cl: Any) -> None:
    """Every assertion of the schema about every property is broken in one of fifty documents for each assertion."""
    schema = profile.schema(cl)
    expected = {(one_place(place), keyword) for place, keyword in keywords(schema, schema)}
    assert not never_broken(expected, invalid_documents(cl, profile), 5)


# Schemas, and the places and keywords that can be broken in each.
SCHEMAS: list[tuple[dict[str, Any], set[tuple[str, str]]]] = [
    ({"type": "null"}, {("", "type")}),
    ({"type": ["null", "boolean", "number", "string", "array", "object"], "const": 1}, {("", "const")}),
    (
        {"type": "string", "format": "date", "pattern": "^[1-9]"},
        {("", "type"), ("", "format"), ("", "pattern")},
    ),
    (
        {"type": "object", "properties": {"t": {"type": "string", "format": "date-time", "pattern": ":60Z$"}}},
        {("", "type"), ("/t", "type"), ("/t", "format"), ("/t", "pattern")},
    ),
    ({"type": "integer"}, {("", "type")}),
    ({"type": ["number", "null"], "minimum": 2, "maximum": 3}, {("", "type"), ("", "minimum"), ("", "maximum")}),
    ({"type": "number", "minimum": -1.7976931348623157e308}, {("", "type"), ("", "minimum")}),
    ({"enum": ["NEW"]}, {("", "enum")}),
    ({"enum": [1, None]}, {("", "enum")}),
    ({"const": {}}, {("", "const")}),
    ({"type": "string", "minLength": 2, "maxLength": 3}, {("", "type"), ("", "minLength"), ("", "maxLength")}),
    (
        {"type": "string", "pattern": "^[A-Z]+(_[A-Z]+)*$", "maxLength": 63},
        {("", "type"), ("", "pattern"), ("", "maxLength")},
    ),
    (
        {"type": "string", "format": "uuid", "pattern": "^.{14}[1-5]".replace(".", "[^g]")},
        {("", "type"), ("", "format"), ("", "pattern")},
    ),
    ({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}, {("", "type"), ("", "format")}),
    ({"oneOf": [{"type": "object", "required": ["a"]}, {"type": "null"}]}, {("", "type"), ("/a", "required")}),
    (
        {"type": "array", "items": {"type": "null"}, "minItems": 2, "maxItems": 3},
        {("", "type"), ("", "minItems"), ("", "maxItems"), ("/*", "type")},
    ),
    ({"type": "array", "items": {"type": "null"}, "maxItems": 0}, {("", "type"), ("", "maxItems")}),
    ({"type": "array", "minItems": 1}, {("", "type"), ("", "minItems")}),
    (
        {"type": "array", "items": {"type": "string", "pattern": "^[^x]{40,}y$"}},
        {("", "type"), ("/*", "type"), ("/*", "pattern")},
    ),
    ({"type": "object", "additionalProperties": {"type": "null"}}, {("", "type"), ("/unknown", "type")}),
    ({"type": "object", "properties": {"a": False}}, {("", "type"), ("/a", "properties")}),
    (
        {"type": "object", "properties": {"a": {"type": "null"}}, "not": {"required": ["a", "b"]}},
        {("", "type"), ("", "not"), ("/a", "type")},
    ),
    (
        {
            "type": "object",
            "anyOf": [
                {"properties": {"a": {"type": "null"}}, "required": ["a"], "additionalProperties": False},
                {"properties": {"b": {"enum": [True]}}, "required": ["b"], "additionalProperties": False},
            ],
        },
        {
            ("", "type"),
            ("/a", "required"),
            ("/a", "type"),
            *((f"/{name}", "additionalProperties") for name in ("unknown", "", "a~1b~0c")),
        },
    ),
    (
        {"type": "object", "properties": {"a": False}, "not": {"required": ["b", "a"]}},
        {("", "type"), ("", "not"), ("/a", "properties")},
    ),
    (
        {"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {("", "type"), ("/a", "required")},
    ),
    (
        {"type": "object", "properties": {"id": {"type": "string", "pattern": "^q{3}[^z]$"}}, "required": ["id"]},
        {("", "type"), ("/id", "required"), ("/id", "type"), ("/id", "pattern")},
    ),
]


@pytest.mark.parametrize(
    ("schema", "expected"), SCHEMAS, ids=lambda value: str(value) if isinstance(value, dict) else ""
)
def test_each_keyword_is_broken_alone(schema: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    """Each keyword is broken, at its place, and the document is refused for nothing but that."""
    validator = Validator(schema)
    seen: set[tuple[str, str]] = set()

    @settings(MEASURING, max_examples=200)
    @given(invalid_from_schema(schema))
    def check(invalid: InvalidDocument) -> None:
        violations = [
            (violation.pointer, violation.keyword) for violation in validator.iter_violations(invalid.instance)
        ]
        assert (invalid.pointer, invalid.keyword) in violations
        seen.add((one_place(invalid.pointer), invalid.keyword))

    check()
    assert seen == expected


def test_one_thing_is_broken_and_no_more() -> None:
    """An invalid document of the published schema has the one violation that it names."""

    @settings(MEASURING, max_examples=500)
    @given(invalid_documents())
    def check(invalid: InvalidDocument) -> None:
        violations = [*PUBLISHED.iter_violations(invalid.instance)]
        assert [(violation.pointer, violation.keyword) for violation in violations] == [
            (invalid.pointer, invalid.keyword)
        ]
        assert 0 < len(invalid.description) < 300

    check()


@pytest.mark.parametrize(
    ("place", "keyword", "rest"),
    [
        ("/createdBy/source", "enum", {"createdBy": {"source": ""}}),
        ("/amount", "type", {"amount": False}),
        ("/position", "type", {"position": None}),
        ("/amount/currencyCode", "pattern", {"amount": {"currencyCode": ""}}),
    ],
)
def test_invalid_documents_shrink(place: str, keyword: str, rest: dict[str, Any]) -> None:
    """The mistake shrinks to the simplest of its kind, and the document to the required properties."""
    shrunk = find(
        invalid_documents(),
        lambda invalid: (invalid.pointer, invalid.keyword) == (place, keyword),
        settings=settings(database=None, max_examples=5_000, derandomize=True),
    )
    assert shrunk.instance == {
        "id": "00000000-0000-0000-0000-000000000000",
        "createdAt": "2000-01-01T00:00:00Z",
        "updatedAt": "2000-01-01T00:00:00Z",
        "name": "",
        "stage": "NEW",
        **rest,
    }


def emails(schema: Any) -> Iterator[Any]:
    """Find what a schema says of texts that are limited both in form and length."""
    if isinstance(schema, dict):
        if {"pattern", "maxLength"} <= schema.keys():
            yield schema
        schema = [*schema.values()]
    for part in schema if isinstance(schema, list) else ():
        yield from emails(part)


def test_an_address_that_is_too_long_is_still_an_address() -> None:
    """A text that is too long still matches its pattern, if the pattern has something to repeat."""
    found = [*emails(metadata.schemas({"fields": [{"name": "mails", "type": "EMAILS"}]}))]
    assert len({schema["pattern"] for schema in found}) == 2
    for schema in found:
        validator = Validator({**schema, "type": "string"})
        for _, text in near_misses("maxLength", {**schema, "type": "string"}, [schema]):
            assert [violation.keyword for violation in validator.iter_violations(text)] == ["maxLength"]


def test_a_missing_property_is_missing() -> None:
    """The smallest document without a name has the other required properties."""
    shrunk = find(
        invalid_documents(),
        lambda invalid: (invalid.pointer, invalid.keyword) == ("/name", "required"),
        settings=settings(database=None, max_examples=5_000, derandomize=True),
    )
    assert set(shrunk.instance) == {"id", "createdAt", "updatedAt", "stage"}
    assert shrunk.description == "a required property is missing"


def test_only_the_type_is_broken_where_examples_are_given() -> None:
    """A schema with rules that are not supported is given by its examples, but other values may be valid, too."""
    schema = {"type": "object", "properties": {"a": {"type": "object", "propertyNames": {}, "examples": [{"b": 1}]}}}
    assert {(found.tokens, found.keyword) for found in breakages(schema)} == {((), "type"), (("a",), "type")}


def test_a_schema_that_accepts_everything_has_no_invalid_documents() -> None:
    """Where nothing can be broken, nothing is made."""
    with pytest.raises(ValueError, match="accepts everything"):
        invalid_from_schema({"description": "anything"})


def test_what_is_unknown_is_refused_at_construction() -> None:
    """A keyword that the generator does not know raises before anything is drawn."""
    with pytest.raises(UnsupportedSchemaError, match="uniqueItems"):
        invalid_from_schema({"type": "array", "uniqueItems": True})
