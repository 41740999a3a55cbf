"""Compare JSON values: equality, bounds and repeated items, for every Python object that represents JSON."""

from __future__ import annotations

import operator
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.values.python_json import Number, as_array, as_members, as_number, as_text, unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

OUT_OF_BOUNDS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "exclusiveMaximum": operator.ge,
    "exclusiveMinimum": operator.le,
    "maximum": operator.gt,
    "minimum": operator.lt,
}
DEEPEST: Final = 200  # levels at which items are still compared; the compiled validator gives up some after


def same(instance: object, value: Any) -> bool:
    """Check whether an instance equals the JSON value that a schema names: 1.0 equals 1, true does not."""
    number = as_number(value)
    if number is not None:
        return as_number(instance) == number
    if isinstance(value, str):
        return as_text(instance) == value
    if (wanted := as_array(value)) is not None:
        items = as_array(instance)
        return items is not None and len(items) == len(wanted) and all(map(same, items, wanted))
    if (named := as_members(value)) is not None:
        members = as_members(instance)
        return (
            members is not None
            and members.keys() == named.keys()
            and all(same(members[name], named[name]) for name in named)
        )
    return unwrapped(instance) is value


def out_of_bounds(keyword: str, number: Number, bound: float) -> bool:
    """Check whether a number is out of bounds. An integer that is too long for Python to write always is."""
    if type(number) is int and unwritable(number):
        return True
    # A context may forbid to mix the two, and to make the one of the other by its constructor.
    exact = Decimal.from_float(bound) if type(number) is Decimal else bound  # noqa: FURB164
    return OUT_OF_BOUNDS[keyword](number, exact)


def unwritable(number: int) -> bool:
    """Check whether an integer has more digits than Python writes (`sys.get_int_max_str_digits`)."""
    limit = sys.get_int_max_str_digits()
    return 0 < limit * 3 < number.bit_length() and abs(number) >= 10**limit


def repeated(items: Sequence[object]) -> tuple[int, int] | None:
    """
    Return the indices of two equal items.

    Args:
        items: The items of an array.

    Returns:
        The index of the first of them and that of its first repetition; None if all items are different.

    Raises:
        ValueError: The items are nested too deeply to be compared.
    """
    seen: dict[Hashable, int] = {}
    for index, item in enumerate(items):
        first = seen.setdefault(_key(item, 0), index)
        if first != index:
            return first, index
    return None


def _key(value: object, depth: int) -> Hashable:
    if depth > DEEPEST:
        message = "nested too deeply to be compared"
        raise ValueError(message)
    scalar = as_text(value) if as_number(value) is None else as_number(value)
    items, members = as_array(value), as_members(value)
    if items is not None:
        return "array", tuple([_key(item, depth + 1) for item in items])
    if members is not None:
        return "object", frozenset([(name, _key(member, depth + 1)) for name, member in members.items()])
    # True equals 1 in Python, and an object that is not JSON may not be hashable.
    return ("other", id(unwrapped(value))) if scalar is None else ("scalar", scalar)
