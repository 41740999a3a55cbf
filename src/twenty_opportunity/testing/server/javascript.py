"""JSON as JavaScript, the language of the server, reads and shows it: numbers, texts in messages, syntax errors."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import Any, Final, NoReturn

from twenty_opportunity.testing.server.errors import plain_refusal
from twenty_opportunity.values.python_json import is_dict, is_list

_EXACT: Final = 2**53
_LARGEST_PLAIN: Final = 1e21  # larger numbers are written with an exponent
_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_NUMBER: Final = re.compile(r"[+-]?(Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)", re.ASCII)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SYNTAX: Final = (
    ("Expecting property name", "Expected double-quoted property name in JSON"),
    ("Illegal trailing comma", "Expected double-quoted property name in JSON"),
    ("Expecting ',' delimiter", "Expected ',' or '}' after property value in JSON"),
    ("Expecting ':' delimiter", "Expected ':' after property name in JSON"),
    ("Extra data", "Unexpected non-whitespace character after JSON"),
    ("Unterminated string", "Unterminated string in JSON"),
    ("Invalid control character", "Bad control character in string literal in JSON"),
    ("Invalid \\", "Bad escaped character in JSON"),
)


def number(value: float) -> int | float:
    """Return a number as JavaScript holds and writes it: a double, without a fraction where it has none."""
    if isinstance(value, int) and abs(value) <= _EXACT:
        return value
    try:
        double = float(value)
    except OverflowError:  # an integer that no double can hold
        return math.inf if value > 0 else -math.inf
    if not math.isfinite(double) or double != math.trunc(double) or abs(double) >= _LARGEST_PLAIN:
        return double
    return int(Decimal(repr(double)))


def numbers(value: Any) -> Any:
    """Return a JSON value with all numbers as JavaScript holds them."""
    if is_list(value):
        return [*map(numbers, value)]
    if is_dict(value):
        return {name: numbers(each) for name, each in value.items()}
    return number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def number_of(value: Any) -> float:
    """Return `Number(value)`, NaN included."""
    if is_list(value):
        value = text_of(value)
    if isinstance(value, (bool, int, float)):
        return number(value + 0)
    if not isinstance(value, str):
        return math.nan
    text = value.strip()
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        return number(int(text, 16))
    if not text:
        return 0
    return number(float(text)) if _NUMBER.fullmatch(text) else math.nan


def text_of(value: Any) -> str:
    """Return `String(value)` of a JSON value."""
    if isinstance(value, str):
        return value
    if is_list(value):
        return ",".join("" if each is None else text_of(each) for each in value)
    return "[object Object]" if is_dict(value) else inspect(value)


def inspect(value: Any) -> str:
    """Return a value as Node shows it in messages, on one line."""
    if is_list(value):
        return f"[ {', '.join(map(inspect, value))} ]" if value else "[]"
    if is_dict(value):
        items = (f"{key if _NAME.fullmatch(key) else inspect(key)}: {inspect(each)}" for key, each in value.items())
        return f"{{ {', '.join(items)} }}" if value else "{}"
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            quote = '"' if "'" in value and '"' not in value else "'"
            escaped = json.dumps(value, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("\\u00", "\\x")
            return f"{quote}{escaped.replace(quote, chr(92) + quote)}{quote}"
        case _ if math.isnan(value) or math.isinf(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case _:
            return "-0" if value == 0 and math.copysign(1, value) < 0 else repr(number(value))


def sound(text: str) -> str:
    """Return a text without the halves of surrogate pairs, which UTF-8 cannot hold."""
    return _SURROGATE.sub("\ufffd", text)


def parse(text: str) -> Any:
    """Parse JSON as JavaScript does, with numbers as doubles; raise ValueError for text that is not JSON."""
    return json.loads(
        text,
        parse_int=lambda digits: number(int(digits)) if len(digits) < 300 else number(float(digits)),  # noqa: PLR2004
        parse_float=lambda digits: float(digits) if float(digits) == 0 else number(float(digits)),
        parse_constant=_refuse_constant,
    )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def parse_body(text: str) -> Any:
    """Parse the body of a request, which must be an object or a list; refuse text that is not JSON."""
    stripped = text.strip(" \t\n\r")
    if not text:
        return {}
    if not stripped:
        raise plain_refusal(400, "Bad Request", "Unexpected end of JSON input")
    if stripped[0] not in "{[":
        raise plain_refusal(400, "Bad Request", f"Unexpected token '{stripped[0]}', \"{stripped}\" is not valid JSON")
    try:
        return parse(text)
    except json.JSONDecodeError as error:
        raise plain_refusal(400, "Bad Request", _syntax_error(error)) from None
    except (ValueError, RecursionError) as error:
        raise plain_refusal(
            400, "Bad Request", f"Unexpected token '{str(error)[:1]}', \"{text}\" is not valid JSON"
        ) from None


def _syntax_error(error: json.JSONDecodeError) -> str:
    if error.msg == "Expecting property name enclosed in double quotes" and error.doc[: error.pos].rstrip()[-1] == "{":
        message = "Expected property name or '}' in JSON"
    elif error.msg == "Expecting value":
        token = error.doc[error.pos : error.pos + 1]
        if not token:
            return "Unexpected end of JSON input"
        return f"Unexpected token '{token}', \"{error.doc}\" is not valid JSON"
    else:
        message = next(words for beginning, words in _SYNTAX if error.msg.startswith(beginning))
    position = error.pos + (1 if error.msg.startswith("Illegal trailing comma") else 0)
    return f"{message} at position {position} (line {error.lineno} column {error.colno + position - error.pos})"
