"""Find repeated items as JSON compares them, and integers that Python does not write."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from twenty_opportunity.values.python_json import as_array, as_members, as_number, as_text, unwrapped

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

DEEPEST: Final = 200  # levels at which items are still compared; the compiled validator gives up some after


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
