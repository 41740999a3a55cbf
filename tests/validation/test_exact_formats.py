"""Punctuation is not a digit of a date. Releases of jsonschema-rs before 0.61 accepted it."""

from __future__ import annotations

import pytest

from twenty_opportunity.validation import Validator


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("date", "2026-06-1/"),
        ("date", "-001-01-01"),
        ("date-time", "2026-06-12T08:30:0/Z"),
        ("date-time", "2026-06-1*T08:30:00Z"),
    ],
)
def test_punctuation_is_not_a_digit(form: str, text: str) -> None:
    """A sign or a slash in the place of a digit is refused, with `format` as the keyword."""
    validator = Validator({"format": form})
    assert not validator.accepts(text)
    assert [violation.keyword for violation in validator.iter_violations(text)] == ["format"]
