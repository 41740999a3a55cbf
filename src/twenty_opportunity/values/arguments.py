"""Check the arguments of public functions, so that a wrong one raises an error that names it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import UnionType


def check_type(name: str, value: object, types: type | UnionType, wanted: str) -> None:
    """
    Check the type of an argument.

    Args:
        name: The name of the argument.
        value: The argument.
        types: The types that it may have.
        wanted: The types in words.

    Raises:
        TypeError: The argument has another type.
    """
    if not isinstance(value, types):
        raise TypeError(f"{name} must be {wanted}, not {type(value).__name__}")


def check_number(name: str, value: object, meaning: str, most: int | None = None) -> None:
    """
    Check an argument that is a positive integer.

    Args:
        name: The name of the argument.
        value: The argument.
        meaning: The meaning of the argument, which may be followed by its unit.
        most: The largest number; None if there is none.

    Raises:
        TypeError: The argument is not an int.
        ValueError: The number is too small or too large.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is {meaning}; it must be an int, not {type(value).__name__}")
    if value < 1:
        raise ValueError(f"{name} is {meaning}; it must be at least 1, not {value}")
    if most is not None and value > most:
        raise ValueError(f"{name} is {meaning}; it must be at most {most}")


def items_of(name: str, value: object, types: type | UnionType, wanted: str) -> Iterator[Any]:
    """
    Iterate over an argument.

    Args:
        name: The name of the argument.
        value: The argument.
        types: The types that its items may have.
        wanted: The items in words.

    Yields:
        The items.

    Raises:
        TypeError: The argument cannot be iterated over, or an item has another type.
    """
    check_type(name, value, Iterable, f"an iterable of {wanted}")
    for item in cast("Iterable[Any]", value):
        if not isinstance(item, types):
            raise TypeError(f"{name} must be an iterable of {wanted}, and one of them is {type(item).__name__}")
        yield item
