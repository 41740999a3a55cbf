"""
Which Python objects stand for JSON values, and for which ones.

The compiled validator takes `dict`, `list`, `str`, `int`, `float`, `bool` and `None`; subclasses of `dict` and `list`;
finite `Decimal`s; and every `enum` member for its value. It looks at nothing that no schema describes. The explaining
side asks the functions here, so that it refuses what the compiled side refuses, and nothing else.
"""

from __future__ import annotations

import math
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Number = int | float | Decimal

_PLAIN_TYPES: Final[dict[type, str]] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    type(None): "null",
}
# A surrogate that lacks its other half is a character of JSON text (RFC 8259, section 8.2) which the compiled
# validator cannot read. Private use characters, one for each, stand for them in the copy that it is given instead.
STAND_INS: Final = {0xD800 + offset: 0x10F000 + offset for offset in range(0x800)}


# What a subclass overrides may do anything: these are the methods of the base.
_members: Final[Callable[[Any], Iterable[tuple[str, Any]]]] = dict[str, Any].items
_items: Final[Callable[[Any], list[Any]]] = list[Any].copy


def class_name(value: object) -> str:
    """Name the class of a value, whatever its metaclass says of names."""
    name: str = type.__dict__["__name__"].__get__(type(value))
    return name


def unwrapped(value: Any) -> Any:
    """Return what an enum member stands for, and anything else as it is."""
    while issubclass(type(value), Enum):
        value = value._value_  # `value` may be overridden, and may raise
    return value


def as_object(value: object) -> dict[str, Any] | None:
    """Return the members where the value is a dict of any class, whatever its keys are."""
    members = unwrapped(value)
    if type(members) is dict:
        return cast("dict[str, Any]", members)
    return dict(_members(members)) if issubclass(type(members), dict) else None


def as_members(value: object) -> dict[str, Any] | None:
    """Return the members, their names made plain, where the value is a dict with none but names for keys."""
    members = as_object(value)
    if members is None or all(type(name) is str for name in members):
        return members
    return None if odd_name(members) else {as_text(name) or "": member for name, member in members.items()}


def as_array(value: object) -> list[Any] | None:
    """Return the items where the value is a list of any class. A tuple is none: JSON would give a list back."""
    items = unwrapped(value)
    if type(items) is list:
        return cast("list[Any]", items)  # type: ignore[redundant-cast]  # what is redundant to mypy is not to pyright
    return _items(items) if issubclass(type(items), list) else None


def as_text(value: object) -> str | None:
    """Return the text where the value is a str of any class."""
    text = unwrapped(value)
    if type(text) is str:
        return text
    return str.__str__(text) if issubclass(type(text), str) else None


def as_number(value: object) -> Number | None:
    """
    Return the number where the value is a finite one of exactly these classes.

    True is no 1, JSON has neither NaN nor infinities, and a subclass of int, float or Decimal may count differently.
    """
    number = unwrapped(value)
    if type(number) is int:
        return number
    if type(number) is float:
        return number if math.isfinite(number) else None
    return number if type(number) is Decimal and number.is_finite() else None


def is_integer(value: object) -> bool:
    """Tell whether the value is a number without a fraction: 2.0 is one, as JSON Schema says."""
    number = as_number(value)
    if type(number) is float:
        return number.is_integer()
    # No remainder is taken of a Decimal: the context of the day may be too narrow for it.
    return type(number) is int or (type(number) is Decimal and number == number.to_integral_value())


def json_type(value: object) -> str | None:
    """Name the JSON type of a value, or return None where it is no JSON value."""
    value = unwrapped(value)
    # No class is looked up in a dict: how it hashes and compares is up to its metaclass.
    name = next((name for base, name in _PLAIN_TYPES.items() if issubclass(type(value), base)), None)
    if name == "object" and as_members(value) is None:
        return None
    return "number" if name is None and as_number(value) is not None else name


def odd_name(members: object) -> tuple[Any] | None:
    """Return the first key of a dict that is no name, in a tuple since it may be None; None where all are names."""
    return next(((key,) for key in as_object(members) or () if not _is_name(key)), None)


def _is_name(key: object) -> bool:
    # Of enum members only those that are strings themselves are names, and what they stand for is the name.
    return type(key) is str or (issubclass(type(key), str) and as_text(key) is not None)


def plain(instance: object) -> Any:
    """
    Copy an instance with every str that is a subclass made a plain one, and every enum member what it stands for.

    Nesting of any depth, shared and circular containers come back as they were; what is no JSON value stays.
    """
    copies: dict[int, Any] = {}
    unfinished: list[tuple[Any, Any]] = []

    def begin(value: object) -> Any:
        value = unwrapped(value)
        kind = type(value)
        if issubclass(kind, str):
            return (as_text(value) or "").translate(STAND_INS)
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
