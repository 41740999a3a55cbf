"""The public import path of `values.money`."""

from __future__ import annotations

from twenty_opportunity.values.money import (
    MICROS_PER_UNIT,
    decimal_to_micros,
    micros_to_decimal,
)

__all__ = [
    "MICROS_PER_UNIT",
    "decimal_to_micros",
    "micros_to_decimal",
]
