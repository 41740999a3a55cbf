"""
The formats of text: dates and date-times of RFC 3339, uuids of RFC 9562. One check, one parser, one text for each.

A check (`is_date`) follows the RFC to the letter. A parser (`parse_date`) reads any text that the check accepts and
Python can represent, and rounds nothing. `date_text` returns the canonical text, which parses to the same value.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec
from msgspec import to_builtins

from twenty_opportunity.errors import UnrepresentableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# `[0-9]` and not `\d`, which is any digit of Unicode; `fullmatch` and not `$`, which matches before a final newline.
_FULL_DATE: Final = r"(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
_PARTIAL_TIME: Final = r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9]|60)"
_FRACTION: Final = r"(?:\.(?P<fraction>[0-9]+))?"
_OFFSET: Final = r"(?P<offset>[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_match_date: Final = re.compile(_FULL_DATE).fullmatch
_match_date_time: Final = re.compile(f"{_FULL_DATE}[Tt]{_PARTIAL_TIME}{_FRACTION}{_OFFSET}").fullmatch
_match_uuid: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}").fullmatch

_DAYS_IN_EVERY_MONTH: Final = 28
_MINUTES_IN_A_DAY: Final = 24 * 60
_NO_TIME: Final = dt.timedelta(0)
_MINUTE: Final = dt.timedelta(minutes=1)
_LONGEST_IN_MICROSECONDS: Final = len("2026-06-12T08:30:00.481000Z")
_LENGTH_OF_A_UUID: Final = len("5c222222-0000-0000-0000-000000000003")
_YEAR_ZERO: Final = "is in the year 0000; Python's years begin with 0001"
_FINER: Final = "is finer than a microsecond, the finest that a datetime holds"


def is_date(text: str) -> bool:
    """
    Check whether a text is a `full-date` of RFC 3339, section 5.6.

    Args:
        text: Any text.

    Returns:
        Whether it is `YYYY-MM-DD` in ASCII digits and such a day exists, the year 0000 included.
    """
    match = _match_date(text)
    return match is not None and _exists(match)


def is_date_time(text: str) -> bool:
    """
    Check whether a text is a `date-time` of RFC 3339, section 5.6.

    Args:
        text: Any text.

    Returns:
        Whether it is a `full-date`, a T, a time and an offset, of any number of fraction digits. A second may be 60
        where UTC can have a leap second: in the last minute of its day, once the offset is applied.
    """
    match = _match_date_time(text)
    return match is not None and _is_instant(match)


def is_uuid(text: str) -> bool:
    """
    Check whether a text is a uuid in the form of RFC 9562, section 4, of any version and variant.

    Args:
        text: Any text.

    Returns:
        Whether it is 8-4-4-4-12 hexadecimal digits, of either case.
    """
    return _match_uuid(text) is not None


NUMERIC_PATTERN: Final = "^-?[0-9]+([.][0-9]+)?$"
"""The pattern of the text of a NUMERIC field; JSON Schema does not define a format for it."""


def is_json_array(text: str) -> bool:
    """
    Check whether a text is a JSON array (RFC 8259), such as the blocks of a rich text.

    Args:
        text: Any text.

    Returns:
        Whether it is. The format is this library's own; JSON Schema has none for JSON in a text.
    """
    try:
        msgspec.json.decode(text, type=list)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return False
    return True


FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "date": is_date,
    "date-time": is_date_time,
    "json-array": is_json_array,
    "uuid": is_uuid,
}
"""The check of each format, by its name in a schema, as JSON Schema Draft 2020-12 calls it."""


def parse_date(text: str) -> dt.date:
    """
    Read a `full-date` of RFC 3339, section 5.6.

    Args:
        text: The text of a date, as `is_date` accepts it.

    Returns:
        The date.

    Raises:
        UnrepresentableError: The text is in the year 0000, or is not a date.
    """
    try:
        return _decode_date(_encode(text))
    except ValueError:
        reason = _YEAR_ZERO if is_date(text) else "is not an RFC 3339 date, such as 2026-09-30"
        raise _refusal(reason) from None


def parse_date_time(text: str) -> dt.datetime:
    """
    Read a `date-time` of RFC 3339, section 5.6, without rounding it.

    Args:
        text: The text of a date-time, as `is_date_time` accepts it.

    Returns:
        The instant, at the text's offset; at `datetime.timezone.utc` itself where the offset is zero.

    Raises:
        UnrepresentableError: The text is in the year 0000, is a leap second, has digits beyond the sixth of a second
            that are not zero, or is not a date-time.
    """
    # msgspec also takes a space for the T and +0100 for an offset, needs no offset, rounds what is finer than a
    # microsecond, and stops at a NUL. Text of at most six digits with a T, a Z at its end and no NUL is safe from it.
    if len(text) <= _LONGEST_IN_MICROSECONDS and text[-1:] == "Z" and "\0" not in text:
        try:
            value = _decode_date_time(_encode(text))
        except ValueError:
            return _parse_unusual(text)
        if text[10] == "T":
            return value
    return _parse_unusual(text)


def parse_uuid(text: str) -> UUID:
    """
    Read a uuid in the form of RFC 9562, section 4.

    Args:
        text: The text of a uuid, as `is_uuid` accepts it.

    Returns:
        The uuid.

    Raises:
        UnrepresentableError: The text is not a uuid.
    """
    # msgspec also takes the 32 digits without hyphens.
    if len(text) == _LENGTH_OF_A_UUID:
        try:
            return _decode_uuid(_encode(text))
        except ValueError:
            pass
    raise _refusal("is not an RFC 9562 uuid, such as 123e4567-e89b-42d3-a456-426614174000")


def date_text(value: dt.date, /) -> str:
    """
    Write a date as a `full-date` of RFC 3339, section 5.6.

    Args:
        value: The date. A datetime is refused, since its time would be lost.

    Returns:
        Its one text, `YYYY-MM-DD`.

    Raises:
        UnrepresentableError: The value is a datetime.
    """
    if isinstance(value, dt.datetime):
        raise _refusal("is a datetime, not a date; pass its .date()")
    return _text(value, parse_date)


def date_time_text(value: dt.datetime, /, *, milliseconds: bool = False) -> str:
    """
    Write an instant in one of two canonical forms of a `date-time` of RFC 3339, section 5.6.

    Args:
        value: The instant, an aware datetime.
        milliseconds: Write as servers do: in UTC, with at least three digits of a second. The offset is kept if the
            year in UTC would be outside 1 to 9999. Default: the offset is always kept, and a whole second is written
            without a fraction.

    Returns:
        The text, with none, three or six digits of a second, as few as needed; a zero offset is a Z.

    Raises:
        UnrepresentableError: The datetime is naive, or its offset is not in whole minutes.
    """
    if value.tzinfo is not dt.UTC:
        value = _at_offset(value, utc=milliseconds)
    text = _text(value, parse_date_time)
    if text[19] != ".":
        return f"{text[:19]}.000{text[19:]}" if milliseconds else text
    return text[:23] + text[26:] if text[23:26] == "000" else text


def uuid_text(value: UUID, /) -> str:
    """
    Write a uuid in the form of RFC 9562, section 4.

    Args:
        value: The uuid.

    Returns:
        Its text, in lower case.
    """
    text: str = to_builtins(value)
    return text


def _is_instant(match: re.Match[str]) -> bool:
    """Whether the day exists, and the second too if it is a leap second."""
    return _exists(match) and (match["second"] != "60" or _is_last_minute(match))


def _exists(match: re.Match[str]) -> bool:
    """Whether the month has the day; the year 0000 has a 29th of February."""
    from calendar import monthrange  # takes a millisecond to import

    day = int(match["day"])
    return day <= _DAYS_IN_EVERY_MONTH or day <= monthrange(int(match["year"]), int(match["month"]))[1]


def _is_last_minute(match: re.Match[str]) -> bool:
    """
    Whether the time is in the last minute of a day of UTC.

    Leap seconds end a month (RFC 3339, section 5.7), so far a June or a December, and which month is announced half a
    year ahead. Like jsonschema-rs and the official tests of JSON Schema we take any day: only a table that ages could
    say more, and both sides have to give one verdict.
    """
    local = int(match["hour"]) * 60 + int(match["minute"])
    return (local - _offset_minutes(match["offset"])) % _MINUTES_IN_A_DAY == _MINUTES_IN_A_DAY - 1


def _offset_minutes(offset: str) -> int:
    if offset in {"Z", "z"}:
        return 0
    minutes = int(offset[1:3]) * 60 + int(offset[4:])
    return -minutes if offset[0] == "-" else minutes


# A decoder that is made once for one type reads a text in half the time of `msgspec.convert`, which looks the type up
# each time, and is as fast as `datetime.fromisoformat`, which takes week dates and 24:00 and cuts digits off unasked.
# It reads MessagePack, which holds text without escapes.
_encode: Final = msgspec.msgpack.Encoder().encode
_decode_date: Final = msgspec.msgpack.Decoder(dt.date).decode
_decode_date_time: Final = msgspec.msgpack.Decoder(dt.datetime).decode
_decode_uuid: Final = msgspec.msgpack.Decoder(UUID).decode


def _parse_unusual(text: str) -> dt.datetime:
    """Parse a date-time that the decoder would misread, or raise why it cannot be parsed."""
    match = _match_date_time(text)
    if match is None or not _is_instant(match):
        raise _refusal("is not an RFC 3339 date-time, such as 2026-06-12T08:30:00.481Z")
    if match["year"] == "0000":
        raise _refusal(_YEAR_ZERO)
    if match["second"] == "60":
        raise _refusal("is a leap second, which a datetime cannot hold")
    fraction = (match["fraction"] or "0").rstrip("0")
    if len(fraction) > len("481000"):
        raise _refusal(_FINER)
    return _decode_date_time(_encode(f"{text[:19]}.{fraction or '0'}{match['offset']}"))


def _at_offset(value: dt.datetime, *, utc: bool) -> dt.datetime:
    """Refuse a datetime whose offset cannot be written; convert it to UTC where that is asked for and can be."""
    offset = value.utcoffset()
    if offset is None:
        raise _refusal("is a naive datetime, which names no instant; give it a tzinfo, such as datetime.timezone.utc")
    if offset % _MINUTE:
        sign = "-" if offset < _NO_TIME else "+"
        raise _refusal(
            f"has an offset of {sign}{abs(offset)} from UTC, and RFC 3339 writes whole minutes only; convert it to UTC"
        )
    try:
        return value.astimezone(dt.UTC) if utc else value
    except OverflowError:
        return value


def _text(value: Any, parse: Callable[[str], Any]) -> str:
    """Write a value; one of a subclass, which msgspec does not know, is written as what its own text parses to."""
    try:
        text: str = to_builtins(value)
    except TypeError:
        text = to_builtins(parse(value.isoformat()))
    return text


def _refusal(reason: str) -> UnrepresentableError:
    return UnrepresentableError("", reason)
