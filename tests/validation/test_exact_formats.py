"""What the compiled validator takes too much for is refused all the same."""

from __future__ import annotations

import jsonschema_rs
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
@pytest.mark.parametrize("beside", [{}, {"pattern": "^[^x]*$"}])
def test_punctuation_is_no_digit(form: str, text: str, beside: dict[str, str]) -> None:
    """What jsonschema-rs itself takes for a date or a date-time is refused, with a pattern beside the format or not."""
    assert jsonschema_rs.is_valid({"format": form}, text, validate_formats=True)
    assert not Validator({"format": form, **beside}).is_valid(text)
    assert [violation.keyword for violation in Validator({"format": form, **beside}).iter_violations(text)] == [
        "format"
    ]
