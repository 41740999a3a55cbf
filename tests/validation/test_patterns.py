"""Patterns mean in Python what ECMA-262 says they mean, or are not taken at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from twenty_opportunity import Opportunity, Profile, schemas
from twenty_opportunity.validation.patterns import compiled, validator_class

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
def test_a_pattern_matches_what_the_compiled_validator_says(pattern: str, text: str) -> None:
    """The two sides agree on every text: a dollar is the very end, and classes are ASCII."""
    expected = Draft202012Validator({"pattern": pattern}).is_valid(text)
    assert (compiled(pattern).search(text) is not None) is expected


def test_a_final_line_feed_is_no_end() -> None:
    """USD with a line feed behind it is no currency code, though Python's dollar would have it."""
    assert compiled("^[A-Z]{3}$").search("USD")
    assert not compiled("^[A-Z]{3}$").search("USD\n")


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
def test_what_might_be_misread_is_refused(pattern: str, position: int) -> None:
    """What Python reads otherwise, or what the standard leaves to the flags, is refused where it stands."""
    with pytest.raises(ValueError, match=f"from character {position} on"):
        compiled(pattern)


@pytest.mark.parametrize("pattern", ["(a", "[b-a]", "*a", "a)"])
def test_what_is_no_regular_expression_is_refused(pattern: str) -> None:
    """A pattern made of known tokens may still be none."""
    with pytest.raises(ValueError, match="is not a regular expression"):
        compiled(pattern)


@pytest.mark.parametrize(
    ("schema", "valid", "invalid"),
    [
        ({"pattern": "^[A-Z]{3}$"}, "USD", "USD\n"),
        ({"pattern": "^a$"}, 5, "b"),
        ({"patternProperties": {r"^\d$": {"type": "null"}}}, {"1": None, "\u0661": 5}, {"1": 5}),
        ({"patternProperties": {"^a$": True}, "additionalProperties": False}, {"a": 1}, {"a\n": 1}),
        ({"patternProperties": {"^a$": True}}, [], {}),
        ({"additionalProperties": {"type": "null"}}, {"a": None}, {"a": 1}),
    ],
)
def test_jsonschema_has_the_same_patterns(schema: dict[str, Any], valid: Any, invalid: Any) -> None:
    """The class for jsonschema reads a dollar and a digit as ECMA-262 does, wherever a schema has patterns."""
    validator = validator_class()(schema)
    assert validator.is_valid(valid)
    assert validator.is_valid(invalid) is (invalid == {})


def test_the_validator_of_a_profile_is_one_of_jsonschema() -> None:
    """Its schema is that of the profile, its formats are exact, and it resolves `$ref` to a bundled schema offline."""
    schema = {"properties": {"deal": {"$ref": schemas.PUBLISHED_ID}, "day": {"format": "date"}}}
    validator = validator_class()(schema, registry=schemas.REGISTRY, format_checker=schemas.FORMAT_CHECKER)
    assert not validator.is_valid({"deal": {}})
    assert validator.is_valid({"day": "0000-02-29"})
    assert validator.is_valid({"day": 5})
    assert not validator.is_valid({"day": "2026-06-1/"})
    profile = Profile("own", lambda: {Opportunity: {"type": "object", "properties": {"name": {"pattern": "^a$"}}}})
    (error,) = profile.validator().iter_errors({"name": "a\n"})
    assert [*error.absolute_path] == ["name"]
    assert profile.validator().schema == profile.schema()
    with pytest.raises(TypeError):
        profile.validator(int)
