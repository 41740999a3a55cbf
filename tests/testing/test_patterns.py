"""The regular expressions of schemas, taken apart: what is made of them matches, and what is unknown is refused."""

from __future__ import annotations

import random
import re

import pytest

from twenty_opportunity import formats
from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.schemas import field_types as fields
from twenty_opportunity.testing.patterns import parse

PATTERNS = [
    "^[A-Z]{3}$",
    fields.OPTION_PATTERN,
    fields.NAME_PATTERN,
    formats.NUMERIC_PATTERN,
    fields.TEXT_PATTERN,
    fields.UUID_PATTERN,
    fields.EMAIL_PATTERN,
    "^$",
    "^a|b$",
    "x",
    "^(?:ab|c)?d*?e+$",
    r"^[\w.\-][^\d]{2,}[a\]-]$",
    r"^\x41\u0042\t\\\.[+-]{1,3}?$",
    "^(a|bc){0,2}$",
    r"^\D\W\d\w$",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("repeated", [0, 1, 8])
def test_a_sample_matches(pattern: str, repeated: int) -> None:
    """A sample of a pattern matches it, however often its parts are repeated."""
    for seed in range(20):
        text = parse(pattern).sample(random.Random(seed), repeated)  # noqa: S311 - no secret
        assert re.search(pattern.replace("$", r"\Z"), text, re.ASCII), text


@pytest.mark.parametrize("pattern", PATTERNS)
def test_lengths_bound_the_samples(pattern: str) -> None:
    """No sample is shorter than the shortest text or longer than the longest, and one fitted to a limit keeps it."""
    node = parse(pattern)
    limit = node.shortest + 20
    fitted = node.fitted(limit)
    for seed in range(20):
        chance = random.Random(seed)  # noqa: S311 - no secret
        assert node.shortest <= len(node.sample(chance)) <= (node.longest or 10_000)
        assert len(fitted.sample(chance, 63)) <= (fitted.longest or 0) <= limit


def test_lengths_are_known() -> None:
    """A text of a currency code has three characters, of an option one or more."""
    assert (parse("^[A-Z]{3}$").shortest, parse("^[A-Z]{3}$").longest) == (3, 3)
    assert (parse(fields.OPTION_PATTERN).shortest, parse(fields.OPTION_PATTERN).longest) == (1, None)
    assert (parse("^(a|bc){2,3}$").shortest, parse("^(a|bc){2,3}$").longest) == (2, 6)
    assert parse("^(a|b*)$").longest is None


def test_an_alternative_that_is_too_long_is_left_out() -> None:
    """Of several alternatives a fitted pattern keeps those that can be short enough."""
    assert parse("^(abc|d)$").fitted(2).longest == 1


@pytest.mark.parametrize(
    ("pattern", "construct"),
    [
        ("^(?!a)b$", "(?!"),
        ("^(?<n>a)$", "(?<"),
        ("a**", "*"),
        ("^+", "+"),
        ("{2}", "{"),
        ("a{x}", "{x}"),
        ("a{1,x}", "{1,x}"),
        ("(a", "("),
        ("a)", ")"),
        ("[a", "an end in the middle"),
        ("a{2", "an end in the middle"),
        (r"\b", r"\b"),
        (r"\1", r"\1"),
        (r"\s", r"\s"),
        ("a.", "."),
        ("a^b", "^"),
        ("a$b", "b"),
        (r"[\D]", "a negated class inside of a class"),
    ],
)
def test_what_is_unknown_is_refused(pattern: str, construct: str) -> None:
    """A construct that no text can be made for is refused by its name."""
    with pytest.raises(UnsupportedSchemaError, match=re.escape(repr(construct))):
        parse(pattern)
