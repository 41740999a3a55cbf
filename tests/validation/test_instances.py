"""A number is an integer by its value, whatever class it is of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from twenty_opportunity.validation.instances import is_integer


@pytest.mark.parametrize("value", [0, -7, 10**30, 2.0, -0.0, 1e300, Decimal(2), Decimal("2.0"), Decimal("1E+3")])
def test_a_number_without_a_fraction_is_an_integer(value: Any) -> None:
    """2.0 is one, as JSON Schema says, as a float and as a Decimal."""
    assert is_integer(value)


@pytest.mark.parametrize("value", [2.5, Decimal("2.5"), Decimal("NaN"), float("inf"), True, "2", None, [], 2j])
def test_nothing_else_is_an_integer(value: Any) -> None:
    """A number with a fraction is none, nor is what is no number in JSON."""
    assert not is_integer(value)
