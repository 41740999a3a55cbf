"""What a message calls a value: its quotation, what it is without its content, and what to use instead of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sized
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from twenty_opportunity.errors import legible
from twenty_opportunity.values.python_json import (
    as_array,
    as_object,
    as_text,
    class_name,
    json_type,
    odd_name,
    unwrapped,
)

_QUOTATION_LIMIT: Final = 40
_TYPE_NAME_LIMIT: Final = 30
_SHORT_INTEGER: Final = 100  # bits up to which an integer is written out
_DIGITS_PER_BIT: Final = math.log10(2)
_WORDS: Final[Mapping[object, str]] = {None: "null", True: "true", False: "false"}
_ADVICE: Final[tuple[tuple[tuple[type, ...], str], ...]] = (
    ((bytes, bytearray, memoryview), "decode JSON text with loads"),
    ((datetime, date, time), "use its RFC 3339 text, as unstructure of a record writes it"),
    ((UUID,), "use its text, as unstructure of a record writes it"),
    ((tuple, AbstractSet), "use a list"),
    ((Mapping,), "use a dict"),
    ((int, float, Decimal), "use a plain int or float"),
)

_NOTHING: Final = "JSON has nothing for it"


def quoted(value: Any) -> str:
    """Quote a value of any size in about 40 characters; containers are counted, and what is no JSON is named."""
    value = unwrapped(value)
    text = as_text(value)
    if text is not None:
        return f'"{legible(text, _QUOTATION_LIMIT)}"'
    if type(value) is int and value.bit_length() > _SHORT_INTEGER:
        return f"an integer of about {int(value.bit_length() * _DIGITS_PER_BIT) + 1} digits"
    if value is None or type(value) is bool:
        return _WORDS[value]
    return legible(str(value), _QUOTATION_LIMIT) if _is_a(value, int, float, Decimal) else kind(value)


def kind(value: object) -> str:
    """Say what a value is, with nothing of its content."""
    value = unwrapped(value)
    members, items, name = as_object(value), as_array(value), json_type(value)
    if members is not None:
        odd = odd_name(members)
        return (
            f"an object with {_counted(members, 'member')}"
            if odd is None
            else f"a dict with {_python(odd[0])} for a key"
        )
    if items is not None:
        return f"an array with {_counted(items, 'item')}"
    if name is None:
        return _python(value)
    return "null" if name == "null" else f"this {name}"


def _python(value: object) -> str:
    return f"a Python {legible(class_name(value), _TYPE_NAME_LIMIT)}"


def _is_a(value: object, *classes: type) -> bool:
    """Tell whether a value is of exactly one of some classes; `in` would ask its metaclass what is equal to it."""
    return any(type(value) is cl for cl in classes)


def _counted(container: Sized, unit: str) -> str:
    return f"{len(container)} {unit}{'' if len(container) == 1 else 's'}"


def advice(value: object, *, undecoded: bool) -> str:
    """
    Say what to use instead of a value that is of no type allowed.

    Args:
        value: The value.
        undecoded: Where it is a text, it may be that of a document.

    Returns:
        The end of a sentence; empty where the value is a JSON value like any other.
    """
    value = unwrapped(value)
    members = as_object(value)
    if members is not None and odd_name(members) is not None:
        return "; member names must be strings"
    if undecoded and as_text(value) is not None:
        return "; decode JSON text with loads"
    if json_type(value) is not None:
        return ""
    if _is_a(value, float, Decimal):  # none that is finite comes as far as here
        return "; JSON has neither NaN nor infinities"
    return f"; {_instead(value)}"


def _instead(value: object) -> str:
    kind = type(value)
    try:
        if hasattr(kind, "__attrs_attrs__"):
            return "turn a record into an instance with unstructure"
        return next((words for types, words in _ADVICE if issubclass(kind, types)), _NOTHING)
    except Exception:  # noqa: BLE001 - both ask the metaclass, and that may raise whatever it likes
        return _NOTHING
