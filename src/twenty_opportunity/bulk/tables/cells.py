"""Convert JSON values to cells that tables can calculate with, and back."""

from __future__ import annotations

import datetime as dt
import math
import re
import uuid
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

from twenty_opportunity.errors import DecodeError, UnrepresentableError
from twenty_opportunity.schemas.composites import CellType
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
from twenty_opportunity.values.python_json import is_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MONEY_DIGITS: Final = (38, 6)
"""The precision and the scale of an amount: a decimal128 with micros."""

NUMERIC_DIGITS: Final = (38, 9)
"""The precision and the scale of a NUMERIC field."""

_is_numeric: Final = re.compile(NUMERIC_PATTERN, re.ASCII).fullmatch
_MAX_DIGITS: Final = 200  # more than any cell holds; converting longer text takes quadratic time
_EXACT_BELOW: Final = 2**53  # a float is an exact integer below


def _only(cl: type) -> Callable[[Any], Any]:
    return lambda value: value if isinstance(value, cl) else None


def _to_number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < _EXACT_BELOW or isinstance(value, float) else None


def _from_number(cell: float) -> float:
    """Return a whole number as an integer, as JSON has it; -0.0 stays a float."""
    if not math.isfinite(cell):
        raise UnrepresentableError("", "numbers in JSON are finite")
    is_whole = cell.is_integer() and abs(cell) < _EXACT_BELOW and str(cell) != "-0.0"
    return int(cell) if is_whole else cell


def _may_be_number(value: object) -> TypeGuard[float | str]:
    if isinstance(value, str):
        return len(value) <= _MAX_DIGITS
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _to_numeric(value: Any) -> Decimal | None:
    if not _may_be_number(value) or (isinstance(value, str) and not _is_numeric(value)):
        return None
    digits, places = NUMERIC_DIGITS
    if isinstance(value, (int, float)) and abs(value) >= 10 ** (digits - places):
        return None
    number = Decimal(repr(value) if isinstance(value, float) else value)
    # No arithmetic: the program's decimal context may round.
    text = format(number, "f").rstrip("0") if number.as_tuple().exponent else format(number, "f")
    fraction = text.partition(".")[2]
    return number if number.adjusted() < digits - places and len(fraction) <= places else None


def _from_numeric(cell: Decimal) -> int | float | str:
    """Return a number if JSON has one with the same digits, otherwise text."""
    text = format(cell, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if "." not in text:
        return int(text)
    number = float(text)
    return number if Decimal(repr(number)) == cell else text


def _to_money(value: Any) -> Decimal | None:
    if not _may_be_number(value):
        return None
    try:
        micros = int(value)
    except ValueError:  # text that is not an integer
        return None
    is_rounded = isinstance(value, float) and not value.is_integer()
    return None if is_rounded or abs(micros) >= 10 ** MONEY_DIGITS[0] else micros_to_decimal(micros)


def _to_instant(value: Any) -> dt.datetime | None:
    if not isinstance(value, str):
        return None
    try:
        if is_date_time(value):
            return parse_date_time(value).astimezone(dt.UTC)
        # Servers before June 2026 could send a day, which means its midnight in UTC.
        return dt.datetime.combine(parse_date(value), dt.time(), dt.UTC)
    except (UnrepresentableError, OverflowError):
        return None


def _of_instant_text(text: str) -> dt.datetime | None:
    """Return the instant in a cell of text. A day there was written by hand, so its time and zone are unknown."""
    return _to_instant(text) if is_date_time(text) else None


def _to_day(value: Any) -> dt.date | None:
    try:
        return parse_date(value) if isinstance(value, str) and is_date(value) else None
    except UnrepresentableError:
        return None


def _to_id(value: Any) -> uuid.UUID | None:
    return uuid.UUID(value) if isinstance(value, str) and is_uuid(value) else None


def _to_texts(value: Any) -> list[str] | None:
    return value if is_list(value) and all(isinstance(text, str) for text in value) else None


def json_text(value: Any) -> str:
    """Return a value as JSON text."""
    return encode_sound(value).decode()


def _chain(first: Callable[[Any], Any], second: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: second(first(value))


def _same(cell: Any) -> Any:
    return cell


class Conversion(NamedTuple):
    """The conversions of one type of cell. Those to a cell return None if the value does not fit."""

    of_json: Callable[[Any], Any]
    to_json: Callable[[Any], Any]
    of_sound_text: Callable[[str], Any]
    to_text: Callable[[Any], str] = str

    def of_text(self, text: str) -> Any:
        """Return the cell for a text; None if the text is not of this type."""
        try:
            return self.of_sound_text(text)
        except (DecodeError, UnrepresentableError):
            return None


_decimal_text: Final = "{:f}".format
_instant_text: Final = partial(date_time_text, milliseconds=True)
_boolean_of: Final = _chain(str.lower, {"true": True, "false": False}.get)  # a spreadsheet writes TRUE
CONVERSIONS: Final[Mapping[CellType, Conversion]] = {
    CellType.TEXT: Conversion(_only(str), _same, _same),
    CellType.NUMBER: Conversion(_to_number, _from_number, _chain(decode, _to_number), _chain(_from_number, str)),
    CellType.NUMERIC: Conversion(_to_numeric, _from_numeric, _to_numeric, _decimal_text),
    CellType.MONEY: Conversion(_to_money, decimal_to_micros, _chain(decimal_to_micros, _to_money), _decimal_text),
    CellType.BOOLEAN: Conversion(_only(bool), _same, _boolean_of, json_text),
    CellType.INSTANT: Conversion(_to_instant, date_time_text, _of_instant_text, _instant_text),
    CellType.DAY: Conversion(_to_day, date_text, _to_day, date_text),
    CellType.ID: Conversion(_to_id, uuid_text, _to_id),
    CellType.TEXTS: Conversion(_to_texts, _same, _chain(decode, _to_texts), json_text),
    CellType.JSON: Conversion(json_text, decode, _same),
}
