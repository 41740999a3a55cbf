"""Patterns match in Python as ECMA-262 defines, or are refused."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from twenty_opportunity import Opportunity, PartialOpportunity, Profile, schemas
from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.validation import Validator
from twenty_opportunity.validation.compile import for_python, python_pattern

PATTERNS = [
    "^[A-Z]{3}$",
    "a$",
    "(^a|b$)",
    r"^\d+$",
    r"^\D$",
    r"^[\d]$",
    r"^\w$",
    r"^[\w-]$",
    r"^\W$",
    r"^[^\x00]*$",
    r"^[a\u0041-]{1,2}?$",
    r"^\.\/[.]$",
    "^(?:a|é)*b?$",
    r"^[$^]$",
    "",
]


@given(
    st.sampled_from(PATTERNS), st.text("aAbBé1\u0661_-.$^/\n\r\0\u2028\U0001f600USD", max_size=4) | st.text(max_size=2)
)
def test_patterns_match_the_same_strings_as_in_jsonschema_rs(pattern: str, text: str) -> None:
    """A translated pattern agrees with jsonschema-rs about every string: `$` is the end, and classes are ASCII."""
    expected = Draft202012Validator({"pattern": pattern}).is_valid(text)
    assert (python_pattern(pattern).search(text) is not None) is expected


def test_a_final_line_feed_is_not_the_end() -> None:
    """USD with a final line feed is not a currency code, although Python's `$` matches before it."""
    assert python_pattern("^[A-Z]{3}$").search("USD")
    assert not python_pattern("^[A-Z]{3}$").search("USD\n")


@pytest.mark.parametrize(
    ("pattern", "position"),
    [
        ("a.", 1),
        (r"a\s", 1),
        (r"\bx", 0),
        (r"(a)\1", 3),
        ("(?=a)", 0),
        ("(?!a)", 0),
        ("(?i:a)", 0),
        ("(?P<a>b)", 0),
        ("a*+", 1),
        ("a{2}{3}", 1),
        ("a{,3}", 1),
        ("[]a]", 0),
        ("[a&&b]", 0),
        ("[a--b]", 0),
        ("[[a]]", 0),
        (r"\p{L}", 0),
        (r"\A", 0),
        (r"[\s]", 0),
    ],
)
def test_ambiguous_patterns_are_refused(pattern: str, position: int) -> None:
    """Syntax that Python reads differently, or that depends on flags, is refused with its position."""
    with pytest.raises(ValueError, match=f"from character {position} on"):
        python_pattern(pattern)


@pytest.mark.parametrize(
    ("schema", "place"),
    [({"items": {"pattern": "a."}}, "/items/pattern"), ({"patternProperties": {"a.": {}}}, "/patternProperties")],
)
def test_a_schema_with_an_ambiguous_pattern_is_refused(schema: dict[str, Any], place: str) -> None:
    """The error has the place of the pattern in the schema, and the reason."""
    with pytest.raises(UnsupportedSchemaError, match=f"{place}.*a. is not portable from character 1 on") as caught:
        Validator(schema)
    assert caught.value.pointer == place


@pytest.mark.parametrize("pattern", ["(a", "[b-a]", "*a", "a)"])
def test_invalid_patterns_are_refused(pattern: str) -> None:
    """A pattern of known tokens that is not a regular expression is refused."""
    with pytest.raises(ValueError, match="is not a regular expression"):
        python_pattern(pattern)


@pytest.mark.parametrize(
    ("schema", "valid", "invalid"),
    [
        ({"pattern": "^[A-Z]{3}$"}, "USD", "USD\n"),
        ({"pattern": "^a$"}, 5, "b"),
        ({"patternProperties": {r"^\d$": {"type": "null"}}}, {"1": None, "\u0661": 5}, {"1": 5}),
        ({"patternProperties": {"^a$": True}, "additionalProperties": False}, {"a": 1}, {"a\n": 1}),
        ({"patternProperties": {"^a$": True}}, [], {}),
        ({"patternProperties": {r"^[^\x00]*$": True}, "additionalProperties": False}, {"\ue000": 1}, {"\ud800": 1}),
        ({"additionalProperties": {"type": "null"}}, {"a": None}, {"a": 1}),
    ],
)
def test_jsonschema_reads_patterns_as_ecma_262_defines(schema: dict[str, Any], valid: Any, invalid: Any) -> None:
    """With translated patterns, jsonschema reads `$` and digits as ECMA-262 does, in every keyword with patterns."""
    before = copy.deepcopy(schema)
    for whole in (schema, {"allOf": [schema]}, {"$ref": "#/$defs/a", "$defs": {"a": schema}}):
        validator = jsonschema.Draft202012Validator(for_python(whole))
        assert validator.is_valid(valid)
        assert validator.is_valid(invalid) is (invalid == {})
    assert schema == before


def test_a_profile_builds_validators_of_jsonschema() -> None:
    """The validator is of jsonschema's own class, and has the profile's patterns, formats and registry."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"name": {"pattern": "^a$"}, "deal": {"$ref": schemas.PUBLISHED_ID}, "day": {"format": "date"}},
    }
    profile = Profile("own", lambda: {Opportunity: schema})
    with pytest.raises(UnsupportedSchemaError):
        profile.validator()  # the reference leads out of the schema
    del schema["properties"]["deal"]
    validator = Profile("own", lambda: {Opportunity: schema}).validator(PartialOpportunity)
    assert type(validator) is jsonschema.Draft202012Validator
    (error,) = validator.iter_errors({"name": "a\n", "day": "0000-02-29"})
    assert [*error.absolute_path] == ["name"]
    assert not validator.is_valid({"day": "2026-06-1/"})
    own = validator.evolve(schema={"properties": {"deal": {"$ref": schemas.PUBLISHED_ID}}})
    assert not own.is_valid({"deal": {}})
    with pytest.raises(TypeError):
        profile.validator(int)
