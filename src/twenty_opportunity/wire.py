"""The wire codec: bytes to instances and back, RFC 8259 to the letter, every failure with its place and its reason."""

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
    pointer,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST: Final = 2000  # beyond what the encoder's stack takes on any supported Python
_TOO_DEEP: Final = "the arrays and objects are nested too deeply"
_BYTE_ORDER_MARKS: Final = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_SURROGATE_ESCAPES: Final = re.compile(
    rb"\\[^u]|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_OFFSET: Final = re.compile(r" \(byte (\d+)\)$")
_INSTEAD: Final = {
    "tuple": "use a list",
    "set": "use a list",
    "frozenset": "use a list",
    "bytes": "decode it to str",
    "bytearray": "decode it to str",
    "datetime": "use its RFC 3339 text",
    "date": "use its RFC 3339 text",
    "UUID": "use its text, str(value)",
    "Decimal": "use a str, or a float or int where that is exact",
}


def decode(data: bytes | bytearray | memoryview | str) -> Any:
    """
    Decode a JSON text (RFC 8259).

    Args:
        data: The text, UTF-8 where it is bytes. Of duplicate member names the last one wins.

    Returns:
        The instance. Integers are exact whatever their size; other numbers are the nearest float.

    Raises:
        DecodeError: The text is no JSON in UTF-8, or holds what Python cannot: a lone surrogate, a number beyond a
            float, an integer of more digits than Python reads, nesting deeper than the interpreter's stack.
        TypeError: The data is neither bytes nor str.
    """
    try:
        return msgspec.json.decode(data)
    except msgspec.ValidationError as error:
        raise DecodeError(f"a number is beyond what Python holds: {error}") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise _diagnosed(data, error) from None
    except RecursionError:
        raise DecodeError(_TOO_DEEP) from None
    except BufferError:
        return decode(bytes(data))  # type: ignore[arg-type] # only a memoryview of scattered bytes gets here
    except TypeError:
        message = f"a JSON text is bytes or str, not {type(data).__name__}; structure() takes decoded JSON"
        raise TypeError(message) from None


def _diagnosed(data: bytes | bytearray | memoryview | str, error: Exception) -> DecodeError:
    """Find out what is wrong with a text that was refused; the decoder's own words are the last resort."""
    try:
        raw = data.encode() if isinstance(data, str) else bytes(data)
    except UnicodeEncodeError as lone:
        return DecodeError("the text has a lone surrogate, which no UTF-8 can hold", _bytes_before(lone))
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            return DecodeError(f"the text is {encoding}; JSON is exchanged in UTF-8", 0)
    if raw.startswith(b"\xef\xbb\xbf"):
        return DecodeError("the text begins with a byte order mark; decode it with 'utf-8-sig' first", 0)
    if b"\x00" in raw[:4]:
        return DecodeError("the text is UTF-16 or UTF-32; JSON is exchanged in UTF-8", 0)
    try:
        raw.decode()
    except UnicodeDecodeError as invalid:
        return DecodeError(f"the text is not UTF-8: {invalid.reason}", invalid.start)
    lone_escape = next((match for match in _SURROGATE_ESCAPES.finditer(raw) if match["lone"]), None)
    if lone_escape and "invalid character" not in str(error):
        return DecodeError("a string has a lone surrogate, which is no Unicode text", lone_escape.start())
    reason = str(error)
    offset = _OFFSET.search(reason)
    if offset:
        return DecodeError(reason[: offset.start()], int(offset[1]))
    return DecodeError(reason, len(raw))


def _encode_subclass(value: Any) -> str:
    """Encode what msgspec knows only by its base: a subclass of str."""
    return str.__str__(value)


def _bytes_before(error: UnicodeEncodeError) -> int:
    return len(error.object[: error.start].encode())


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_encode_subclass)


def encode(instance: Any) -> bytes:
    """
    Encode an instance as JSON in UTF-8, with nothing in it that is no JSON.

    Args:
        instance: The instance; its members that no schema describes may hold anything, so all of it is looked at.

    Returns:
        The JSON text, without white space.

    Raises:
        ValidationError: A value is no JSON: a tuple, a datetime, NaN, a member name that is no str.
        UnrepresentableError: A value has no UTF-8 form (a lone surrogate), or is too large or too deep to be written.
    """
    violations = [Violation(pointer(*tokens), "type", "", reason) for tokens, reason in _faults(instance)]
    if violations:
        raise ValidationError(violations)
    try:
        return _ENCODER.encode(instance)
    except UnicodeEncodeError:
        raise UnrepresentableError(_lone_surrogate(instance), "a lone surrogate has no form in UTF-8") from None
    except RecursionError:
        raise UnrepresentableError("", _TOO_DEEP) from None
    except ValueError as error:
        raise UnrepresentableError("", f"an integer cannot be written: {error}") from None


def _walk(instance: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Visit every value in an instance with the way to it, deepest first: one that contains itself is soon too deep."""
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), instance)]
    while pending:
        tokens, value = pending.pop()
        if len(tokens) > _DEEPEST:
            raise UnrepresentableError("", _TOO_DEEP)
        yield tokens, value
        if isinstance(value, dict):
            pending.extend(((*tokens, name), member) for name, member in reversed(value.items()))
        elif isinstance(value, list):
            pending.extend(((*tokens, index), item) for index, item in reversed([*enumerate(value)]))


def _faults(instance: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for tokens, value in _walk(instance):
        reason = _fault(value)
        if reason:
            yield tokens, reason


def _fault(value: Any) -> str | None:
    """Say what makes a value no JSON, its members aside."""
    if value.__class__ is float:
        return None if math.isfinite(value) else f"{value} is no JSON number; use None"
    if value is None or isinstance(value, (str, list)) or value.__class__ in {int, bool}:
        return None
    if isinstance(value, dict):
        wrong = next((name for name in value if not isinstance(name, str)), None)
        return None if wrong is None else f"a member name is {type(wrong).__name__}; JSON has only str for names"
    if isinstance(value, int) and isinstance(value, enum.Enum):
        return None
    name = type(value).__name__
    return f"{name} is no JSON value; {_INSTEAD.get(name, 'use None, bool, int, float, str, list or dict')}"


def _lone_surrogate(instance: Any) -> str:
    for tokens, value in _walk(instance):
        names = value if isinstance(value, dict) else [value] if isinstance(value, str) else []
        for text in names:
            try:
                str.__str__(text).encode()
            except UnicodeEncodeError:
                return pointer(*tokens)
    return ""
