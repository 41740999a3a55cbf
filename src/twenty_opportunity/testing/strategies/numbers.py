"""Numbers: integers of any size, floats, and the integers that are spelled as floats."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeGuard

from hypothesis import strategies as st

from twenty_opportunity.testing.strategies.forms import Weighted, constant, drawn

if TYPE_CHECKING:
    from collections.abc import Callable

_EXACT: Final = 2**53  # the integers up to here are floats too
_HUGE: Final = (2**64 + 1, 2**80)
_ORDINARY: Final = 2**128  # beyond it integers are only made where the bounds leave no others
_HALVES: Final = 20_000


def _between(low: int, high: int, least: float | None, most: float | None) -> st.SearchStrategy[int] | None:
    """Make the strategy of the integers in two ranges at once, or None where there are none."""
    low = low if least is None else max(low, math.ceil(least))
    high = high if most is None else min(high, math.floor(most))
    return st.integers(low, high) if low <= high else None


def _forms(*options: tuple[int, st.SearchStrategy[int] | None, Callable[[int], float] | None]) -> list[Weighted]:
    return [(weight, drawn(strategy, convert)) for weight, strategy, convert in options if strategy is not None]


def _is_allowed(number: float | None, least: float | None, most: float | None) -> TypeGuard[float]:
    """Tell whether a number has no fraction and is between the bounds."""
    if number is None or number != math.floor(number):
        return False
    return (least is None or least <= number) and (most is None or number <= most)


def integers(least: float | None, most: float | None) -> list[Weighted]:
    """
    Give the forms of integers, which to JSON Schema are all numbers without a fraction.

    Args:
        least: The least that is allowed; None where there is no bound.
        most: The greatest that is allowed; None where there is no bound.

    Returns:
        The forms, the simplest first; none where there is no integer between the bounds.
    """
    simplest = next((number for number in (0, least, most) if _is_allowed(number, least, most)), None)
    return [
        *([] if simplest is None else [(1, constant(simplest))]),
        *_forms(
            (10, _between(-_ORDINARY, _ORDINARY, least, most), None),
            (6, _between(-_EXACT, _EXACT, least, most), float),
            (6, _between(*_HUGE, least, most), None),
            (4, _between(-_HUGE[1], -_HUGE[0], least, most), None),
        ),
        *((1, constant(bound)) for bound in (least, most) if _is_allowed(bound, least, most)),
    ]


def numbers(least: float | None, most: float | None) -> list[Weighted]:
    """
    Give the forms of numbers.

    Args:
        least: The least that is allowed; None where there is no bound.
        most: The greatest that is allowed; None where there is no bound.

    Returns:
        The forms, the simplest first.
    """
    halves = _between(
        -_HALVES,
        _HALVES,
        None if least is None else 2 * math.ceil(least),
        None if most is None else 2 * math.floor(most),
    )
    low = None if least is None else _float(least, math.inf)
    high = None if most is None else _float(most, -math.inf)
    return [
        *integers(least, most),
        *_forms((4, halves, lambda half: half / 2)),
        (4, drawn(st.floats(low, high, allow_nan=False, allow_infinity=False))),
    ]


def _float(bound: float, towards: float) -> float:
    """Give the float nearest to a bound that is within it."""
    nearest = float(bound)
    outside = nearest < bound if towards > 0 else nearest > bound
    return math.nextafter(nearest, towards) if outside else nearest
