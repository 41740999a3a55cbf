"""Errors say what, where and in how many words, and survive a trip through pickle."""

from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs
import msgspec
import orjson
import pytest

from twenty_opportunity.errors import (
    POINTER_LIMIT,
    DecodeError,
    TwentyOpportunityError,
    UnrepresentableError,
    UnsupportedSchemaError,
    ValidationError,
    Violation,
    legible,
    pointer,
    violations_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

STAGE = Violation("/stage", "enum", "/properties/stage/enum", '"LEAD" is not a stage', "the value is not a stage")
PARAMS: dict[str, Any] = {"allowed": [1, None, {"a": [True]}], "limit": 5}
NAME = Violation("/name", "required", "/required", "is required")


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ((), ""),
        (("",), "/"),
        (("stage",), "/stage"),
        (("edges", 0, "node"), "/edges/0/node"),
        (("a/b", "m~n", "~1"), "/a~1b/m~0n/~01"),
    ],
)
def test_pointers_escape_as_rfc_6901_says(tokens: tuple[str | int, ...], expected: str) -> None:
    """A tilde and a slash in a token are written ~0 and ~1, the tilde first."""
    assert pointer(*tokens) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain ü", "plain ü"),
        ("a\nb", "a\\nb"),
        ("\ud800", "\\ud800"),
        ("0123456789", "0123456789"),
        ("0123456789A", "0123…6789A"),
        ("\x00" * 4, "\\x00…0\\x00"),
        ("\x00" * 400, "\\x00…0\\x00"),
    ],
)
def test_legible_texts_have_one_short_line(text: str, expected: str) -> None:
    """Unprintable characters are escaped, and the middle of a long text is cut out. Escapes count."""
    assert legible(text, 10) == expected


def test_a_violation_reads_as_pointer_and_message() -> None:
    """A violation as text is its pointer, a colon and its message."""
    assert str(STAGE) == '/stage: "LEAD" is not a stage'


def test_the_root_has_a_name_for_people() -> None:
    """The empty pointer is shown as the root. A slash would be the property with the empty name."""
    assert str(attrs.evolve(NAME, pointer="")) == "(root): is required"


def test_long_pointers_are_shortened_in_text_only() -> None:
    """A property name of any length leaves the text short, on one line, and the pointer whole."""
    violation = attrs.evolve(NAME, pointer="/" + "\n" * 1_000_000)
    assert len(str(violation)) == POINTER_LIMIT + len(": is required")
    assert str(violation).isprintable()
    assert len(violation.pointer) == 1_000_001


def test_a_redacted_violation_holds_nothing_of_the_value() -> None:
    """Redacting swaps the message for the one without the value, and keeps the rest."""
    assert STAGE.redacted() == attrs.evolve(STAGE, message="the value is not a stage")
    assert "LEAD" not in repr(STAGE.redacted())
    assert NAME.redacted() == NAME


def test_a_violation_cannot_be_changed() -> None:
    """Violations are frozen, and can be in a set."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        NAME.message = "other"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    assert {NAME, copy.deepcopy(NAME)} == {NAME}


def test_one_violation_has_one_line() -> None:
    """An error with one violation reads as that violation."""
    assert str(ValidationError([NAME])) == "/name: is required"


def test_several_violations_have_one_line_each() -> None:
    """An error with several violations counts and lists them all."""
    assert str(ValidationError(iter([NAME, STAGE]))) == f"2 violations:\n{NAME}\n{STAGE}"


def test_many_violations_are_counted_and_the_first_listed() -> None:
    """The text of an error stays short however much is wrong; its violations are all there."""
    error = ValidationError([NAME] * 100_000)
    assert str(error).splitlines() == ["100,000 violations:", *[str(NAME)] * 20, "... and 99,980 more"]
    assert len(error.violations) == 100_000
    assert str(ValidationError([NAME] * 20)).splitlines() == ["20 violations:", *[str(NAME)] * 20]
    assert str(ValidationError([NAME] * 21)).endswith("\n... and 1 more")


def test_violations_become_the_basic_output_of_the_standard() -> None:
    """The JSON form has the properties of section 12.4.2 of JSON Schema 2020-12, the keyword and its details."""
    unit = {
        "keywordLocation": "/required",
        "instanceLocation": "/name",
        "error": "is required",
        "keyword": "required",
        "params": {},
    }
    assert NAME.to_dict() == unit
    assert ValidationError([NAME]).to_dict() == {"valid": False, "errors": [unit]}
    assert attrs.evolve(NAME, params=PARAMS).to_dict()["params"] == PARAMS


def test_params_are_frozen() -> None:
    """Details are compared and pickled with a violation; changes of the dict that they came from do not reach them."""
    given = copy.deepcopy(PARAMS)
    violation = attrs.evolve(STAGE, params=given)
    given["allowed"][2]["a"].append(0)
    given["limit"] = 6
    assert violation.params["allowed"] == (1, None, {"a": (True,)})
    assert violation.params["limit"] == 5
    with pytest.raises(TypeError):
        violation.params["limit"] = 6  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    assert violation == attrs.evolve(STAGE, params=PARAMS) != STAGE
    assert hash(violation) == hash(STAGE)
    assert repr(violation) == repr(STAGE)
    for back in (pickle.loads(pickle.dumps(violation)), copy.deepcopy(violation)):  # noqa: S301  # our own
        assert back == violation
        assert back.to_dict() == violation.to_dict()


@pytest.mark.parametrize("encode", [orjson.dumps, msgspec.json.encode, lambda value: json.dumps(value).encode()])
def test_every_encoder_takes_the_output(encode: Callable[[Any], bytes]) -> None:
    """Lone surrogates become escapes, and numbers that not every encoder takes become strings."""
    numbers = [2**63 - 1, -(2**63) + 1, 2**63, -(2**64), 10**400, Decimal("0.5"), 0.5, True, None]
    violation = Violation("/\ud800", "enum", "/enum", "no", params={"allowed": ["\udfff", *numbers], "\ud800": {}})
    unit = json.loads(encode(ValidationError([violation]).to_dict()))["errors"][0]
    assert unit["instanceLocation"] == "/\\ud800"
    texts = [str(2**63), str(-(2**64)), str(10**400), "0.5"]
    assert unit["params"] == {"allowed": ["\\udfff", *numbers[:2], *texts, 0.5, True, None], "\\ud800": {}}


def test_the_basic_output_has_both_locations() -> None:
    """If a `$ref` was passed, the path through it and the absolute URI with an encoded fragment differ."""
    violation = attrs.evolve(
        STAGE,
        schema_pointer="/$defs/Ac tor/é\ud800%",
        keyword_location="/properties/createdBy/$ref/é",
        schema_id="https://example.com/schema#",
    )
    unit = violation.to_dict()
    assert unit["keywordLocation"] == "/properties/createdBy/$ref/é"
    assert unit["absoluteKeywordLocation"] == "https://example.com/schema#/$defs/Ac%20tor/%C3%A9%5Cud800%25"


def test_a_decode_error_says_what_and_where() -> None:
    """The message has the byte offset if it is known."""
    assert str(DecodeError("unexpected end", 12)) == "unexpected end (byte 12)"
    assert str(DecodeError("unexpected end", 0)) == "unexpected end (byte 0)"
    assert str(DecodeError("unexpected end")) == "unexpected end"


def test_an_unrepresentable_value_is_located_while_the_error_unwinds() -> None:
    """Each level adds its token before the pointer, and does not change the error below."""
    error = UnrepresentableError("", "no such day")
    above = error.under("close/Date").under(3)
    assert (above.pointer, above.reason) == ("/3/close~1Date", "no such day")
    assert str(above) == "/3/close~1Date: no such day"
    assert str(error) == "(root): no such day"


@pytest.mark.parametrize(
    "error",
    [
        ValidationError([NAME, STAGE]),
        DecodeError("unexpected end", 12),
        DecodeError("unexpected end"),
        UnrepresentableError("/closeDate", "no such day"),
        UnsupportedSchemaError("/properties/name/format", "no such format"),
    ],
)
def test_errors_survive_pickle_and_copy(error: TwentyOpportunityError) -> None:
    """Errors come back whole from another process, and each is a ValueError."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        back = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301  # our own
        assert type(back) is type(error)
        assert (str(back), vars(back)) == (str(error), vars(error))
    assert vars(copy.deepcopy(error)) == vars(error)
    assert isinstance(error, TwentyOpportunityError)
    assert isinstance(error, ValueError)


def test_an_exception_without_a_place_has_that_of_its_group() -> None:
    """A note of a program names no attribute or index, so the violation has the place of the group."""
    inner = ValueError("odd")
    inner.add_note("a note")
    (violation,) = violations_of(ExceptionGroup("group", [inner]))
    assert (violation.pointer, violation.message) == ("", "odd")
