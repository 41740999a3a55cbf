"""To neither side of a validator is punctuation a digit, as it was to releases of jsonschema-rs before 0.61."""

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
def test_punctuation_is_no_digit(form: str, text: str) -> None:
    """A sign or a slash where a digit of a date or a time belongs is refused, and the format is what refuses it."""
    validator = Validator({"format": form})
    assert not validator.accepts(text)
    assert [violation.keyword for violation in validator.iter_violations(text)] == ["format"]
