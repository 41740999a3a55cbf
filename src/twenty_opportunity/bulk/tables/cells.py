"""The cells of a table: how each kind of value is held so that tables can count with it, and given back as JSON."""

from __future__ import annotations

import datetime as dt
import math
import re
import uuid
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from twenty_opportunity.errors import DecodeError, UnrepresentableError
from twenty_opportunity.schemas.field_types import CellType
from twenty_opportunity.schemas.metadata_reader import is_list
from twenty_opportunity.values.formats import (
    NUMERIC_PATTERN,
    date_text,
    date_time_text,
    is_date,
    is_date_time,
    is_uuid,
    parse_date,
    parse_date_time,
    uuid_text,
)
from twenty_opportunity.values.json_text import decode, encode_sound
from twenty_opportunity.values.money import decimal_to_micros, micros_to_decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MONEY_DIGITS: Final = (38, 6)
"""Digits of a decimal128, and how many of them are after the point: micros to the micro."""

NUMERIC_DIGITS: Final = (38, 9)
"""The same of a NUMERIC field."""

_is_numeric: Final = re.compile(NUMERIC_PATTERN, re.ASCII).fullmatch
_LONGEST: Final = 200  # digits beyond which a number, however many zeros it ends in, is not looked at closer
_EXACT_BELOW: Final = 2**53  # from here on a float is no integer that everybody agrees on


Kind = CellType


def _to_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _to_boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _to_number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < _EXACT_BELOW or isinstance(value, float) else None


def _from_number(cell: float) -> float:
    """Give a whole number as an integer, which is how JSON has it; -0.0 is none."""
    if not math.isfinite(cell):
        raise UnrepresentableError("", "JSON has no number that is not finite")
    is_whole = cell.is_integer() and abs(cell) < _EXACT_BELOW and str(cell) != "-0.0"
    return int(cell) if is_whole else cell


def _can_be_number(value: object) -> TypeGuard[float | str]:
    return isinstance(value, (int, float, str)) and not isinstance(value, bool)


def _to_numeric(value: Any) -> Decimal | None:
    if not _can_be_number(value) or (isinstance(value, str) and not _is_numeric(value)):
        return None
    number = Decimal(repr(value) if isinstance(value, float) else value)
    digits, places = NUMERIC_DIGITS
    scaled = _scaled(number, places)
    return None if scaled is None or abs(scaled) >= 10**digits else number


def _scaled(number: Decimal, places: int) -> int | None:
    """Give a number times a power of ten, where that is an integer of a size that a table could hold."""
    _, single, exponent = number.as_tuple()
    exponent = int(exponent) + places
    if max(len(single), exponent) > _LONGEST:
        return None
    digits = int("".join(map(str, single)))
    whole, rest = divmod(digits * 10 ** max(exponent, 0), 10 ** max(-exponent, 0))
    return None if rest else whole


def _from_numeric(cell: Decimal) -> int | float | str:
    """Give a number where JSON has one of the same digits, and its text where it has not."""
    text = format(cell, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if "." not in text:
        return int(text)
    number = float(text)
    return number if Decimal(repr(number)) == cell else text


def _to_money(value: Any) -> Decimal | None:
    if not _can_be_number(value):
        return None
    try:
        micros = int(value)
    except ValueError:  # no integer, or more digits than Python reads
        return None
    is_rounded = isinstance(value, float) and not value.is_integer()
    return None if is_rounded or abs(micros) >= 10 ** MONEY_DIGITS[0] else micros_to_decimal(micros)


def _to_instant(value: Any) -> dt.datetime | None:
    if not isinstance(value, str):
        return None
    try:
        if is_date_time(value):
            return parse_date_time(value).astimezone(dt.UTC)
        # Servers before June 2026 could send a day, which is its midnight in UTC.
        return dt.datetime.combine(parse_date(value), dt.time(), dt.UTC)
    except (UnrepresentableError, OverflowError):
        return None


def _to_day(value: Any) -> dt.date | None:
    try:
        return parse_date(value) if isinstance(value, str) and is_date(value) else None
    except UnrepresentableError:
        return None


def _to_id(value: Any) -> uuid.UUID | None:
    return uuid.UUID(value) if isinstance(value, str) and is_uuid(value) else None


def _to_texts(value: Any) -> list[str] | None:
    return value if is_list(value) and all(isinstance(text, str) for text in value) else None


def _to_json(value: Any) -> str:
    return encode_sound(value).decode()


def _same(cell: Any) -> Any:
    return cell


TO_CELL: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.TEXT: _to_text,
    Kind.NUMBER: _to_number,
    Kind.NUMERIC: _to_numeric,
    Kind.MONEY: _to_money,
    Kind.BOOLEAN: _to_boolean,
    Kind.INSTANT: _to_instant,
    Kind.DAY: _to_day,
    Kind.ID: _to_id,
    Kind.TEXTS: _to_texts,
    Kind.JSON: _to_json,
}
"""JSON to a cell; None where the column cannot hold it, be it since somebody wrote a value of another type there."""

FROM_CELL: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.TEXT: _same,
    Kind.NUMBER: _from_number,
    Kind.NUMERIC: _from_numeric,
    Kind.MONEY: decimal_to_micros,
    Kind.BOOLEAN: _same,
    Kind.DAY: date_text,
    Kind.ID: uuid_text,
    Kind.TEXTS: _same,
    Kind.JSON: decode,
}
"""A cell to JSON; instants are missing, since profiles write them in different ways."""


def text_of(kind: Kind, cell: Any) -> str:
    """
    Write a cell as text, for files that hold nothing else.

    Args:
        kind: What the cell is.
        cell: The cell.

    Returns:
        Its text.
    """
    return _TO_TEXT.get(kind, str)(cell)


def cell_of(kind: Kind, text: str) -> Any:
    """
    Read a cell from the text that holds it.

    Args:
        kind: What the cell is.
        text: The text.

    Returns:
        The cell; None where the text is none of the kind.
    """
    try:
        return _FROM_TEXT[kind](text)
    except (DecodeError, UnrepresentableError):
        return None


def _text_of_boolean(cell: bool) -> str:  # noqa: FBT001 - a cell like the others
    return "true" if cell else "false"


def _text_of_number(cell: float) -> str:
    return str(_from_number(cell))


def _text_of_decimal(cell: Decimal) -> str:
    return format(cell, "f")


_TO_TEXT: Final[Mapping[Kind, Callable[[Any], str]]] = {
    Kind.NUMBER: _text_of_number,
    Kind.NUMERIC: _text_of_decimal,
    Kind.MONEY: _text_of_decimal,
    Kind.BOOLEAN: _text_of_boolean,
    Kind.INSTANT: partial(date_time_text, milliseconds=True),
    Kind.DAY: date_text,
    Kind.TEXTS: _to_json,
}


def _boolean_of_text(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())  # a spreadsheet writes TRUE


def _number_of_text(text: str) -> float | None:
    return _to_number(decode(text))


def _money_of_text(text: str) -> Decimal | None:
    return _to_money(decimal_to_micros(text))


def _texts_of_text(text: str) -> list[str] | None:
    return _to_texts(decode(text))


_FROM_TEXT: Final[Mapping[Kind, Callable[[str], Any]]] = {
    Kind.TEXT: _same,
    Kind.NUMBER: _number_of_text,
    Kind.NUMERIC: _to_numeric,
    Kind.MONEY: _money_of_text,
    Kind.BOOLEAN: _boolean_of_text,
    Kind.INSTANT: _to_instant,
    Kind.DAY: _to_day,
    Kind.ID: _to_id,
    Kind.TEXTS: _texts_of_text,
    Kind.JSON: _same,
}
