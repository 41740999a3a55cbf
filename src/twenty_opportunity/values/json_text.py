"""Decode and encode JSON text (RFC 8259), with the place and the reason of every failure."""

# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# JSON of any type is looked at here: what isinstance leaves of Any is partially unknown to pyright.

from __future__ import annotations

import enum
import math
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from twenty_opportunity.errors import (
    DecodeError,
    UnrepresentableError,
    ValidationError,
    Violation,
    legible,
    pointer,
)
from twenty_opportunity.values.python_json import class_name, odd_name, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TRUNCATED: Final = "the text is truncated: it ends before its JSON does; read or send all of it"
"""The reason of a `DecodeError` where more of the text might make it JSON."""

_DEEPEST: Final = 2000  # beyond what the encoder's stack takes on any supported Python
_LONGEST_NAME: Final = 60  # characters of a class's name
_TOO_DEEP: Final = "the arrays and objects are nested too deeply"
_EMPTY: Final = "the text is empty, and JSON has at least one value; read or send all of it"
_SCALARS: Final = frozenset({str, int, bool, type(None)})
_BYTE_ORDER_MARKS: Final = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_LONGEST_ESCAPE: Final = len(rb"\uD83D\uDE00")
_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")
# One escape after the other. A possessive group around them would be faster, but Python 3.11.2 matches it wrongly.
_ESCAPE: Final = re.compile(
    rb"\\(?:[^u]|u(?![dD][89a-fA-F])|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u(?P<half>[dD]))",
    re.DOTALL,
)
_NUMBERS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|(?P<number>-?[0-9][-+.0-9eE]*)')
_OFFSET: Final = re.compile(r" \(byte (\d+)\)$")
# The decoder has read the character at fault when it says these, and counts it.
_COUNTED_PAST: Final = ("trailing characters", "escape character in string", "character in unicode escape")
_INSTEAD: Final = {
    "tuple": "use a list",
    "set": "use a list",
    "frozenset": "use a list",
    "bytes": "decode it to str",
    "bytearray": "decode it to str",
    "datetime": "use its RFC 3339 text",
    "date": "use its RFC 3339 text",
    "UUID": "use its text, str(value)",
    "FrozenMapping": "use dict(value)",
    "UnsetType": "leave the property out",
    "Decimal": "use a str, or a float or int where that is exact",
}


def decode(data: bytes | bytearray | memoryview | str) -> Any:
    """
    Decode a JSON text (RFC 8259).

    Args:
        data: The text; bytes must be UTF-8. If a property occurs twice, the last one counts.

    Returns:
        The instance. Integers of any size are exact; other numbers become the nearest float.

    Raises:
        DecodeError: The text is not JSON in UTF-8, or has a value that Python cannot hold: a lone surrogate, a
            number beyond a float, an integer of more digits than Python reads, nesting deeper than its stack.
        TypeError: The data is neither bytes nor str, or it is a memoryview of items other than bytes.
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError) as error:
        _refuse_wide_items(data)
        raise _diagnosed(data, error) from None
    except RecursionError:
        raise DecodeError(_TOO_DEEP) from None
    except BufferError:
        scattered: Any = data  # a memoryview: only one of scattered bytes gets here
        _refuse_wide_items(scattered)
        return decode(bytes(scattered))
    except ValueError as error:  # of a memoryview that has been released, the only one left
        message = f"the bytes cannot be read: {error}"
        raise TypeError(message) from None
    except TypeError:
        message = f"a JSON text is bytes or str, not {type(data).__name__}; structure() takes decoded JSON"
        raise TypeError(message) from None


def _refuse_wide_items(data: object) -> None:
    """Raise TypeError for a view of numbers: their bytes depend on the machine, and the text is not to blame."""
    if isinstance(data, memoryview) and data.itemsize > 1:
        found = f"a memoryview of items of {data.itemsize} bytes"
        message = f"a JSON text is bytes or str, not {found}; see memoryview.cast"
        raise TypeError(message)


def _diagnosed(data: bytes | bytearray | memoryview | str, error: Exception) -> DecodeError:
    """Return what is wrong with a text that was refused; the decoder's own message is the last resort."""
    try:
        raw = data.encode() if isinstance(data, str) else bytes(data)
    except UnicodeEncodeError as lone:
        return DecodeError("the text has a lone surrogate, which UTF-8 cannot encode", _bytes_before(lone))
    if isinstance(error, msgspec.ValidationError):
        return DecodeError("the number is beyond what Python holds", _out_of_range(raw))
    return _wrong_encoding(data, raw) or _lone_surrogate_in(raw, str(error)) or _in_decoders_words(raw, str(error))


def _out_of_range(raw: bytes) -> int | None:
    """Return the offset of the first number that the decoder refuses, in a text that is well-formed up to there."""
    numbers = (match for match in _NUMBERS.finditer(raw) if match["number"])
    return next((match.start() for match in numbers if not _is_within_range(match["number"])), None)


def _is_within_range(number: bytes) -> bool:
    try:
        msgspec.json.decode(number)
    except msgspec.ValidationError:
        return False
    return True


def _wrong_encoding(data: bytes | bytearray | memoryview | str, raw: bytes) -> DecodeError | None:
    if isinstance(data, str):
        begins_with_mark = data.startswith("\ufeff")
        return DecodeError("the text begins with a byte order mark; strip it first", 0) if begins_with_mark else None
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            return DecodeError(f"the text is {encoding}; JSON is exchanged in UTF-8", 0)
    if raw.startswith(b"\xef\xbb\xbf"):
        return DecodeError("the text begins with a byte order mark; decode it with 'utf-8-sig' first", 0)
    if b"\x00" in raw[:2] and len(raw) % 2 == 0:
        return DecodeError("the text is UTF-16 or UTF-32; JSON is exchanged in UTF-8", 0)
    try:
        raw.decode()
    except UnicodeDecodeError as invalid:
        return DecodeError(f"the text is not UTF-8: {invalid.reason}", invalid.start)
    return None


def _lone_surrogate_in(raw: bytes, reason: str) -> DecodeError | None:
    """Return the error for half a character, if the decoder met one or the text ended before its other half."""
    cut_short = "truncated" in reason and _HALF.search(raw[-_LONGEST_ESCAPE:])
    escapes = _ESCAPE.finditer(raw) if cut_short or "surrogate" in reason else ()
    lone = next((escape for escape in escapes if escape["half"]), None)
    return DecodeError("a string has a lone surrogate, which is not Unicode text", lone.start()) if lone else None


def _in_decoders_words(raw: bytes, reason: str) -> DecodeError:
    offset = _OFFSET.search(reason)
    if offset is None:  # the text ends too early
        return DecodeError(TRUNCATED if raw.strip() else _EMPTY, len(raw))
    reason = reason[: offset.start()]
    return DecodeError(reason, int(offset[1]) - reason.endswith(_COUNTED_PAST))


def _encode_subclass(value: Any) -> str:
    """Encode what msgspec knows only by its base: a subclass of str."""
    return str.__str__(value)


def _bytes_before(error: UnicodeEncodeError) -> int:
    return len(error.object[: error.start].encode())


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_encode_subclass)


def encode(instance: Any) -> bytes:
    """
    Encode an instance as JSON in UTF-8, after checking that all of it is JSON.

    Args:
        instance: The instance. Properties that no schema describes may hold anything, so all of it is checked.

    Returns:
        The JSON text, without white space.

    Raises:
        ValidationError: A value is not JSON: a tuple, a datetime, NaN, a property name that is not a str.
        UnrepresentableError: A value cannot be encoded: a lone surrogate, too many digits, nesting too deep.
    """
    violations = [*_faults(instance)]
    if violations:
        raise ValidationError(violations)
    return encode_sound(instance)


def encode_sound(instance: Any) -> bytes:
    """
    Encode an instance that is known to be JSON.

    Args:
        instance: The instance.

    Returns:
        The JSON text, without white space.

    Raises:
        UnrepresentableError: A value cannot be encoded: a lone surrogate, too many digits, nesting too deep.
    """
    try:
        return _ENCODER.encode(instance)
    except UnicodeEncodeError:
        where = _where_fails(instance, UnicodeEncodeError)
        raise UnrepresentableError(where, "a lone surrogate cannot be encoded in UTF-8") from None
    except RecursionError:
        raise UnrepresentableError("", _TOO_DEEP) from None
    except ValueError as error:
        where = _where_fails(instance, ValueError)
        raise UnrepresentableError(where, f"the integer cannot be written: {error}") from None


def is_plain_json(value: Any) -> bool:
    """
    Check quickly whether a value is JSON of Python's own types, at any depth.

    Args:
        value: Any object.

    Returns:
        True if it is; False also for values that `encode` must check, such as a subclass of str or deep nesting.
    """
    try:
        return _is_plain_json(value)
    except Exception:  # noqa: BLE001 - nested too deeply, or of a class that raises when it is inspected
        return False


def _is_plain_json(value: Any) -> bool:
    kind = type(value)  # and not `__class__`, which may claim anything
    if kind is dict:
        for name, member in value.items():
            if type(name) is not str or not (type(member) in _SCALARS or _is_plain_json(member)):
                return False
        return True
    if kind is list:
        return all(map(_is_plain_json, value))
    return kind in _SCALARS or (kind is float and math.isfinite(value))


def _walk(instance: Any) -> Iterator[tuple[list[str | int], Any]]:
    """Yield every value with the path to it, depth first: a circle is soon too deep. The path is reused."""
    levels: list[Iterator[tuple[Any, Any]]] = [iter([("", instance)])]
    way: list[Any] = [""]
    while levels:
        for way[-1], member in levels[-1]:
            yield way, member
            kind = type(member)
            if issubclass(kind, (dict, list)):
                entries = dict.items(member) if issubclass(kind, dict) else enumerate(list.__iter__(member))
                levels.append(iter(entries))
                way.append("")
                break
        else:
            levels.pop()
            way.pop()
        if len(levels) > _DEEPEST:
            raise UnrepresentableError("", _TOO_DEEP)


def _faults(instance: Any) -> Iterator[Violation]:
    for way, value in _walk(instance):
        reason = _fault(value)
        if reason:
            yield Violation(pointer(*way[1:]), "type", "", reason)


def _fault(value: Any) -> str | None:
    """Return why a value is not JSON, apart from its properties and items."""
    kind = type(value)
    if issubclass(kind, enum.Enum):
        # A StrEnum equals its text. A plain Enum equals nothing that would be read back.
        if issubclass(kind, (str, int, float)):
            return _fault(unwrapped(value))
        name = _short_class_name(value)
        return f"{name} is not a JSON value; {_INSTEAD.get(name, 'use its value')}"
    if kind is float:
        return None if math.isfinite(value) else f"{value} is not a JSON number; use None"
    if value is None or kind is int or kind is bool or issubclass(kind, (str, list)):
        return None
    if issubclass(kind, dict):
        wrong = odd_name(value)
        if wrong is None:
            return None
        return f"a property name is {_short_class_name(wrong[0])}; property names must be str"
    name = _short_class_name(value)
    return f"{name} is not a JSON value; {_INSTEAD.get(name, 'use None, bool, int, float, str, list or dict')}"


def _short_class_name(value: object) -> str:
    return legible(class_name(value), _LONGEST_NAME)


def _where_fails(instance: Any, failure: type[ValueError]) -> str:
    """Return the pointer of the string or number that the encoder refuses, or of the object that has such a name."""
    places = (pointer(*way[1:]) for way, value in _walk(instance) if any(_fails(part, failure) for part in _own(value)))
    return next(places, "")


def _own(value: Any) -> Iterable[Any]:
    """Return the parts of a value that are encoded for itself, without its properties and items."""
    # Methods of a subclass may do anything: these are the names that the encoder sees.
    return (
        dict[Any, Any].keys(value)
        if issubclass(type(value), dict)
        else ()
        if issubclass(type(value), list)
        else (value,)
    )


def _fails(part: Any, failure: type[ValueError]) -> bool:
    try:
        _ENCODER.encode(part)
    except failure:
        return True
    return False
