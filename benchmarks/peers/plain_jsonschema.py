"""Plain jsonschema: without its format extras it does not check date-time."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from benchmarks import inputs
from twenty_opportunity import PUBLISHED


def works() -> dict[str, Any]:
    """List what is measured, by work and input."""
    validator = Draft202012Validator(PUBLISHED.schema(), format_checker=FormatChecker())
    record, wrong = inputs.record(), inputs.invalid()
    return {
        "is_valid: record": lambda: validator.is_valid(record),
        "explain: invalid record": lambda: list(validator.iter_errors(wrong)),
    }
