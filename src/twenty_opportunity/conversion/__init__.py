"""
Convert instances to records and back, without losing or coercing anything.

`converter` finds the properties of a record class from its annotations, and each type's codec: `python_types`,
`unions` and `custom_types`. `codegen` writes the functions that convert, with `fallback` beside it. `class_schema`
extends a schema for a record class. The package may import `records`, `values` and `errors`; it knows neither Twenty's
schemas nor profiles.
"""

from __future__ import annotations
