"""Messages have a bounded length, name the branch that was meant, and quote no value if they are redacted."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from twenty_opportunity.schemas.composites import UUID_PATTERN, definitions
from twenty_opportunity.schemas.field_types import FIELD_TYPES, PATTERNS_IN_WORDS, Field, fragment
from twenty_opportunity.validation import Validator
from twenty_opportunity.validation.messages import MESSAGE_LIMIT, Failure, sentence

LONG = [f"OPTION_{number}" for number in range(1000)]


def message(schema: dict[str, Any], instance: object) -> str:
    """Return the message of the only violation of an instance."""
    (violation,) = Validator(schema, PATTERNS_IN_WORDS).iter_violations(instance)
    return violation.message


@pytest.mark.parametrize(
    ("branches", "instance", "expected"),
    [
        ([{"type": "object"}, {"type": "null"}], 5, ("/0/type", "")),
        ([{"type": "string"}, {"type": "string", "minLength": 1}], 5, ("/0/type", "")),
        ([{"format": "date-time"}, {"format": "date"}], "x", ("/0/format", "")),
        ([{"type": "number"}, {"enum": ["first", "last"]}], "second", ("/1/enum", "")),
        ([{"type": "number"}, {"enum": ["first"]}], None, ("/0/type", "")),
        ([{"const": "a"}, {"const": "b"}], "c", ("/0/const", "")),
        ([{"const": "a"}, {"pattern": "^[bc]$"}], "d", ("/0/const", "")),
        ([{"anyOf": [{"type": "null"}, {"type": "object"}]}, {"type": "array"}], "x", ("/0/anyOf/0/type", "")),
        (
            [{"required": ["a"], "type": "object"}, {"type": "object", "required": ["b", "c"]}],
            {},
            ("/0/required", "/a"),
        ),
        (
            [
                {"properties": {"kind": {"const": "a"}}},
                {"properties": {"kind": {"const": "b"}, "x": {"type": "null"}, "y": {"type": "null"}}},
            ],
            {"kind": "b", "x": 1, "y": None},
            ("/1/properties/x/type", "/x"),
        ),
        (
            [
                {"properties": {"kind": {"enum": ["a"]}}},
                {"properties": {"kind": {"enum": ["b"]}, "x": {"type": "null"}, "y": {"type": "null"}}},
            ],
            {"kind": "b", "x": 1, "y": 2},
            ("/1/properties/x/type", "/x"),
        ),
        (
            [
                {"properties": {"a": {"type": "object"}}, "required": ["a"], "additionalProperties": False},
                {"properties": {"b": {"enum": [True]}}, "required": ["b"], "additionalProperties": False},
            ],
            {"b": False},
            ("/1/properties/b/enum", "/b"),
        ),
        ([{"allOf": [{"type": "string"}, {"type": "array"}]}, {"type": "null"}], 5, ("/0/allOf/0/type", "")),
        ([{"type": "null"}, {"properties": {"a": {"type": "string"}}}], {"a": 5}, ("/1/properties/a/type", "/a")),
        ([{"const": 5}, {"type": "object", "required": ["a"]}], {}, ("/1/required", "/a")),
        ([{"type": "integer"}, {"minLength": 2, "maxLength": 0}], "x", ("/1/minLength", "")),
        # Every forbidden property counts.
        ([{"additionalProperties": False}, {"required": ["c"]}], {"a": 1, "b": 2}, ("/1/required", "/c")),
    ],
    ids=str,
)
def test_the_branch_that_was_meant_is_explained(
    branches: list[Any], instance: object, expected: tuple[str, str]
) -> None:
    """A choice is never reported itself: the closest branch is, or a failure that names what all branches allow."""
    for keyword in ("anyOf", "oneOf"):
        first = next(Validator({keyword: branches}).iter_violations(instance))
        assert (first.schema_pointer, first.pointer) == (f"/{keyword}{expected[0]}", expected[1])


@pytest.mark.parametrize(("length", "is_offered"), [(64, True), (65, False)])
def test_similar_names_are_suggested_up_to_a_length(length: int, *, is_offered: bool) -> None:
    """Long names are not compared, because the time for it grows with their length."""
    schema = {"properties": {"a" * length: True}, "additionalProperties": False}
    (violation,) = Validator(schema).iter_violations({"a" * (length - 1) + "b": 1})
    assert ("suggestion" in violation.params) == is_offered


@pytest.mark.parametrize(
    ("schema", "instance"),
    [
        ({"enum": LONG}, "option-77"),
        ({"enum": LONG}, "option-77" * 1000),
        ({"enum": ["x y" * 500, "y z" * 500]}, "c"),
        ({"const": "x" * 10_000}, "y" * 10_000),
        ({"pattern": f"^{'x' * 10_000}$"}, "y" * 10_000),
        ({"pattern": "^x", "description": "D" * 10_000}, "y"),
        ({"not": {"description": "x" * 10_000}}, 1),
        ({"type": "null"}, 10**4000),
        ({"type": "null"}, type("N" * 10_000, (), {})()),
        ({"properties": dict.fromkeys(LONG, True), "additionalProperties": False}, {"?" * 10_000: 1}),
        ({"required": ["x" * 10_000]}, {}),
        ({"dependentRequired": {"x" * 10_000: ["y"]}}, {"x" * 10_000: 1}),
        ({"oneOf": [{"title": "x" * 10_000}, {"title": "y" * 10_000}]}, 1),
        ({"anyOf": [{"const": f"{number}" * 1000} for number in range(10)]}, "x"),
    ],
)
def test_messages_are_cut(schema: dict[str, Any], instance: object) -> None:
    """Schemas and values may have any size; messages and redacted messages have a limit."""
    (violation,) = Validator(schema).iter_violations(instance)
    assert 0 < len(violation.message) <= MESSAGE_LIMIT
    assert 0 < len(violation.message_without_value) <= MESSAGE_LIMIT


def test_the_nearest_value_is_named_if_the_list_is_cut() -> None:
    """The message names the value that was probably meant, even if it cannot list all values."""
    assert "OPTION_77" in message({"enum": LONG}, "option-77")
    assert "OPTION_77" not in message({"enum": LONG}, "?")


@pytest.mark.parametrize(
    ("schema", "instance"),
    [
        ({"type": "null"}, "secret" * 10),
        ({"type": "null"}, 123456),
        ({"enum": LONG}, "ption_1"),
        ({"const": 1}, "secret"),
        ({"format": "uuid"}, "secret"),
        ({"pattern": "^a$"}, "secret"),
        ({"minLength": 100}, "secret"),
        ({"maximum": 0}, 123456),
        ({"not": {"type": "string"}}, "secret"),
        ({"oneOf": [{"type": "string"}, {"minLength": 1}]}, "secret"),
        ({"anyOf": [{"type": "null"}, {"type": "array"}]}, "secret"),
    ],
)
def test_redacted_messages_do_not_quote_the_value(schema: dict[str, Any], instance: object) -> None:
    """The redacted message names the type of the value, but neither the value nor the allowed value nearest to it."""
    (violation,) = Validator(schema).iter_violations(instance)
    assert str(instance)[:6] in violation.message
    kind = "this string" if isinstance(instance, str) else "this number"
    assert violation.redacted().message.startswith(f"{kind} ")
    assert str(instance)[:6] not in violation.redacted().message
    assert "nearest" not in violation.redacted().message


def test_other_keywords_and_formats_are_named() -> None:
    """A message about a keyword or a format without its own words contains the name."""
    assert "contains" in sentence(Failure("contains", {}, 1, {}))[0]
    assert "email" in sentence(Failure("format", "email", "x", {}))[0]


def patterns_in(part: Any) -> set[str]:
    """Return every pattern in a schema or a container of schemas, without rules, which have their own descriptions."""
    if isinstance(part, dict):
        own = {part["pattern"]} if isinstance(part.get("pattern"), str) else set()
        return own.union(*[patterns_in(inner) for name, inner in part.items() if name != "allOf"])
    return set[str]().union(*map(patterns_in, part)) if isinstance(part, list | tuple) else set()


def test_every_pattern_of_a_field_type_has_words() -> None:
    """Users never have to read a regular expression of a field type or of a composite."""
    options = [
        fragment(row, Field("custom", name), writing=writing)
        for name, row in FIELD_TYPES.items()
        for writing in (True, False)
    ]
    found = patterns_in([*options, definitions(writing=True), definitions(writing=False)])
    assert found - PATTERNS_IN_WORDS.keys() == set()
    assert len(found) > 10


@pytest.mark.parametrize("pattern", PATTERNS_IN_WORDS)
def test_words_for_a_pattern_are_not_cut(pattern: str) -> None:
    """The message ends with all of the words, even if the value is long and the schema has a description."""
    for text in ("\0", "\0" * 5000):
        found = message({"pattern": pattern, "description": "Something else."}, text)
        assert found.removesuffix(")").endswith(PATTERNS_IN_WORDS[pattern].removesuffix(")"))


@pytest.mark.parametrize(("length", "is_quoted"), [(60, True), (61, False)])
def test_a_pattern_with_words_is_quoted_up_to_a_length(length: int, *, is_quoted: bool) -> None:
    """A pattern that has words is quoted whole or not at all, because a part of it would mislead."""
    pattern = f"^{'x' * (length - 2)}$"
    (violation,) = Validator({"pattern": pattern}, {pattern: "many letters"}).iter_violations("y")
    assert "many letters" in violation.message
    assert (pattern in violation.message) == ("^x" in violation.message) == is_quoted


def test_the_pattern_is_not_reported_beside_the_format() -> None:
    """One fault has one violation: a string that is not a UUID is not a UUID of the wrong version, too."""
    schema = {"type": "string", "format": "uuid", "pattern": UUID_PATTERN}

    def keywords(instance: str) -> list[str]:
        return [violation.keyword for violation in Validator(schema).iter_violations(instance)]

    assert keywords("x") == ["format"]
    assert keywords(str(uuid.UUID(int=0))) == ["pattern"]
    assert keywords(str(uuid.uuid4())) == []


@pytest.mark.parametrize(
    ("schema", "instance", "expected"),
    [
        ({"type": "string"}, 5, {"expected": ("string",)}),
        ({"type": ["string", "null"]}, 5, {"expected": ("string", "null")}),
        ({"enum": [1, {"a": [2]}]}, 5, {"allowed": (1, {"a": (2,)})}),
        ({"const": None}, 5, {"allowed": (None,)}),
        ({"format": "date"}, "x", {"format": "date"}),
        ({"pattern": "^a$"}, "x", {"pattern": "^a$"}),
        ({"minimum": 9.5}, 5, {"limit": 9.5}),
        ({"maxLength": 0}, "x", {"limit": 0}),
        ({"minItems": 1}, [], {"limit": 1}),
        ({"maxProperties": 0}, {"a": 1}, {"limit": 0}),
        ({"prefixItems": [True], "items": False}, [1, 2], {"limit": 1}),
        ({"required": ["a"]}, {}, {}),
        ({"uniqueItems": True}, [1, 1], {}),
        ({"additionalProperties": False}, {"a": 1}, {"known": ()}),
        (
            {"properties": {"stage": {}, "b": False}, "additionalProperties": False},
            {"stgae": 1},
            {"known": ("stage",), "suggestion": "stage"},
        ),
        ({"properties": {"a": {}, "b": False}}, {"b": 1}, {"known": ("a",)}),
        (
            {"anyOf": [{"type": "string"}, {"anyOf": [{"type": "null"}, {"type": "string"}]}]},
            5,
            {"expected": ("string", "null")},
        ),
        ({"anyOf": [{"const": "a"}, {"enum": ["b", "a"]}]}, "x", {"allowed": ("a", "b", "a")}),
        (
            {"anyOf": [{"format": "date"}, {"format": "date-time"}]},
            "x",
            {"alternatives": ({"format": "date"}, {"format": "date-time"})},
        ),
        ({"minLength": 1}, b"", {}),
    ],
    ids=str,
)
def test_details_for_programs(schema: dict[str, Any], instance: object, expected: dict[str, Any]) -> None:
    """Each keyword has its details, which come from the schema."""
    (violation,) = Validator(schema).iter_violations(instance)
    assert violation.params == expected


@pytest.mark.parametrize(
    ("schema", "value", "ending"),
    [
        ({"type": ["integer", "null"]}, "1500000", "or null; send the number without quotes"),
        ({"type": ["integer", "null"]}, "many", "or null"),
        ({"type": ["integer", "null"]}, "1.5", "or null"),
        ({"type": ["number", "null"]}, "1.5", "or null; send the number without quotes"),
        ({"format": "date-time"}, "2026-03-01", 'is a day; send an instant such as "2026-03-01T00:00:00Z"'),
        ({"format": "date-time"}, "2026-02-30", "such as 2026-03-01T08:00:00Z"),
    ],
)
def test_numbers_as_text_and_days_say_what_to_send(schema: dict[str, Any], value: str, ending: str) -> None:
    """A number in quotes and a day in the place of an instant are refused with what to write instead."""
    [violation] = Validator(schema).iter_violations(value)
    assert violation.message.endswith(ending)


@pytest.mark.parametrize(
    ("properties", "closed", "ending"),
    [
        ({"a": {"type": ["string", "null"]}, "b": {}}, True, '; send {"a": null, "b": null}'),
        ({f"{'a' * 20}{n}": {} for n in range(6)}, True, f"; send an object with null for {'a' * 20}0, {'a' * 20}1, "),
        ({"a" * 56: {}, "b" * 56: {}}, True, f'; send {{"{"a" * 56}": null, "{"b" * 56}": null}}'),
        ({"a" * 56: {}, "b" * 57: {}}, True, f"; send an object with null for {'a' * 56}, {'b' * 57}"),
        ({"a": {"type": ["string", "null"]}, "b": {"type": "string"}}, True, " is not an object"),
        ({"a": {"type": ["string", "null"]}}, False, " is not an object"),
        ({}, True, " is not an object"),
    ],
)
def test_null_for_a_composite_says_what_to_send(properties: dict[str, Any], closed: bool, ending: str) -> None:  # noqa: FBT001
    """Null in the place of a closed object says to send null for each property, if each accepts it."""
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if closed:
        schema["additionalProperties"] = False
    [violation] = Validator({"properties": {"amount": schema}}).iter_violations({"amount": None})
    assert ending in violation.message
    assert violation.message == violation.message_without_value
    assert ("send" in violation.message) == ("send" in ending)
    [violation] = Validator({"items": schema}).iter_violations([None])
    assert violation.pointer == "/0"


def test_only_null_is_answered_with_an_object_to_send() -> None:
    """Another value of the wrong type clears nothing, so the message does not say how to clear the composite."""
    inner = {"type": "object", "properties": {"a": {"type": "null"}}, "additionalProperties": False}
    assert message({"properties": {"composite": inner}}, {"composite": None}).endswith('; send {"a": null}')
    assert "send" not in message({"properties": {"composite": inner}}, {"composite": 5})


def test_an_integer_of_too_many_digits_is_not_compared() -> None:
    """Python writes no integer of more than 4,300 digits, so the message speaks of the digits and not of the bound."""
    assert "too many digits" not in message({"maximum": 5}, 10**4000)
    (violation,) = Validator({"maximum": 5}).iter_violations(10**5000)
    assert "too many digits" in violation.message
    assert (violation.keyword, violation.schema_pointer, violation.params) == ("maximum", "/maximum", {"limit": 5})
