"""
Validate instances against a schema: accept in a microsecond, and explain refusals.

`validator` has the one class that others use. `compile` builds the check, with jsonschema-rs; `explain` turns its
errors into violations, and `messages` writes their sentences. The package knows neither Twenty nor the record classes.
It may import `values`, `errors`, and of `schemas` the reader and the table of field types.
"""

from __future__ import annotations

from twenty_opportunity.validation.validator import Validator

__all__ = ["Validator"]
