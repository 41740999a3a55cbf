"""
Find out which JSON values Python objects represent, and which of them are equal.

jsonschema-rs accepts `dict`, `list`, `str`, `int`, `float`, `bool` and `None`; subclasses of `dict` and `list`; finite
`Decimal` objects; and `Enum` options, which it treats as their values. These functions agree with it.
"""

from __future__ import annotations

import math
import sys
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeGuard, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

Number = int | float | Decimal

DEEPEST: Final = 200  # levels at which items are still compared; the compiled validator gives up some after

_PLAIN_TYPES: Final[dict[type, str]] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    type(None): "null",
}
# JSON text may have a lone surrogate (RFC 8259, section 8.2), which jsonschema-rs cannot read. It gets a copy with a
# private use character for each.
STAND_INS: Final = {0xD800 + offset: 0x10F000 + offset for offset in range(0x800)}
# Private use characters of the text itself get other characters in the copy, so that the two are not confused.
COPIED: Final = {**STAND_INS, **{stand_in: stand_in - 0x1000 for stand_in in STAND_INS.values()}}


# Methods of a subclass may do anything: these are those of the base class.
_members: Final[Callable[[Any], Iterable[tuple[str, Any]]]] = dict[str, Any].items
_items: Final[Callable[[Any], list[Any]]] = list[Any].copy


def class_name(value: object) -> str:
    """Return the name of the class of a value, without calling its metaclass."""
    name: str = type.__dict__["__name__"].__get__(type(value))
    return name


def unwrapped(value: Any) -> Any:
    """Return the value of an enum option, and any other object unchanged."""
    while issubclass(type(value), Enum):
        value = value._value_  # `value` may be overridden, and may raise
    return value


def type_names(value: str | Sequence[str]) -> list[str]:
    """Return the names in the value of the keyword `type`: one, or a list of them."""
    return [value] if isinstance(value, str) else [*value]


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    """Check whether a value is a dict. Type checkers then know the type of its items."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Check whether a value is a list. Type checkers then know the type of its items."""
    return isinstance(value, list)


def as_object(value: object) -> dict[str, Any] | None:
    """Return the items of a dict of any class as a plain dict, whatever its keys are; None for other objects."""
    members = unwrapped(value)
    if type(members) is dict:
        return cast("dict[str, Any]", members)
    return dict(_members(members)) if issubclass(type(members), dict) else None


def as_members(value: object) -> dict[str, Any] | None:
    """Return the properties, with plain names, of a dict whose keys are all strings; None for other objects."""
    members = as_object(value)
    if members is None or all(type(name) is str for name in members):
        return members
    return None if odd_name(members) else {as_text(name) or "": member for name, member in members.items()}


def as_array(value: object) -> list[Any] | None:
    """Return the items of a list of any class; None for other objects. A tuple would come back from JSON as a list."""
    items = unwrapped(value)
    if type(items) is list:
        return cast("list[Any]", items)  # type: ignore[redundant-cast]  # what is redundant to mypy is not to pyright
    return _items(items) if issubclass(type(items), list) else None


def as_text(value: object) -> str | None:
    """Return the text of a str of any class; None for other objects."""
    text = unwrapped(value)
    if type(text) is str:
        return text
    return str.__str__(text) if issubclass(type(text), str) else None


def as_number(value: object) -> Number | None:
    """
    Return a finite number of exactly these classes; None for other objects.

    True is not 1, JSON has neither NaN nor infinities, and a subclass of int, float or Decimal may compute differently.
    """
    number = unwrapped(value)
    if type(number) is int:
        return number
    if type(number) is float:
        return number if math.isfinite(number) else None
    return number if type(number) is Decimal and number.is_finite() else None


def is_integer(value: object) -> bool:
    """Check whether a value is a number without a fraction; 2.0 is one, as JSON Schema says."""
    number = as_number(value)
    if type(number) is float:
        return number.is_integer()
    # No remainder is taken of a Decimal: the context of the day may be too narrow for it.
    return type(number) is int or (type(number) is Decimal and number == number.to_integral_value())


def json_type(value: object) -> str | None:
    """Return the name of the JSON type of a value; None if it is not a JSON value."""
    value = unwrapped(value)
    # No class is looked up in a dict: how it hashes and compares is up to its metaclass.
    for base, name in _PLAIN_TYPES.items():
        if issubclass(type(value), base):
            return None if name == "object" and as_members(value) is None else name
    return None if as_number(value) is None else "number"


def odd_name(members: object) -> tuple[Any] | None:
    """Return the first key that is not a string, in a tuple since it may be None; None if all keys are strings."""
    return next(((key,) for key in as_object(members) or () if not _is_name(key)), None)


def _is_name(key: object) -> bool:
    # An enum option is a name only if it is a str itself.
    return type(key) is str or (issubclass(type(key), str) and as_text(key) is not None)


def plain(instance: object) -> Any:
    """
    Return a copy of an instance with plain strings, and with the values of enum options.

    Nesting of any depth and shared and circular containers are kept. So are objects that are not JSON values.
    """
    copies: dict[int, Any] = {}
    unfinished: list[tuple[Any, Any]] = []

    def begin(value: object) -> Any:
        value = unwrapped(value)
        kind = type(value)
        if issubclass(kind, str):
            return (as_text(value) or "").translate(COPIED)
        if not issubclass(kind, (dict, list)):
            return value
        if id(value) not in copies:
            copies[id(value)] = {} if issubclass(kind, dict) else []
            unfinished.append((value, copies[id(value)]))
        return copies[id(value)]

    whole = begin(instance)
    while unfinished:
        source, copy = unfinished.pop()
        members = as_object(source)
        if members is None:
            copy.extend(map(begin, as_array(source) or ()))
        else:
            copy.update([(begin(key) if _is_name(key) else key, begin(member)) for key, member in members.items()])
    return whole


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
        first = seen.setdefault(_comparable(item, 0), index)
        if first != index:
            return first, index
    return None


def _comparable(value: object, depth: int) -> Hashable:
    if depth > DEEPEST:
        message = "nested too deeply to be compared"
        raise ValueError(message)
    scalar = as_text(value) if as_number(value) is None else as_number(value)
    items, members = as_array(value), as_members(value)
    if items is not None:
        return "array", tuple([_comparable(item, depth + 1) for item in items])
    if members is not None:
        return "object", frozenset([(name, _comparable(member, depth + 1)) for name, member in members.items()])
    # True equals 1 in Python, and an object that is not JSON may not be hashable.
    return ("other", id(unwrapped(value))) if scalar is None else ("scalar", scalar)
