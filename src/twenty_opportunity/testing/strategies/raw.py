"""JSON texts: instances written in every way that RFC 8259 allows, and texts that are not JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Choices: TypeAlias = Iterator[int]
"""Bytes that decide, one after the other, how each part of a text is written. Zeros write it in the plainest way."""

_SPACES: Final = ("", "", "", " ", "\n", "\t", "\r\n", "  \n\t")
_SHORT_ESCAPES: Final = {
    '"': '\\"',
    "\\": "\\\\",
    "/": "\\/",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}
_ESCAPES: Final = (  # in upper case; the short one if it exists; none if none is needed
    *((False, True, True),) * 5,
    (True, False, True),
    (False, True, False),
    (True, False, False),
)
_MUST_BE_ESCAPED: Final = frozenset({'"', "\\", *map(chr, range(0x20))})
_EXACT: Final = 2**53
_REPEATED: Final = ("null", "0", '""', "[]", '{"a": {}}')


def raw(instances: SearchStrategy[Any]) -> SearchStrategy[bytes]:
    """Make the strategy of the texts of instances, in UTF-8. It shrinks to plain texts."""
    return st.builds(_written, instances, st.binary(max_size=32))


def _written(instance: Any, choices: bytes) -> bytes:
    bytes_for_ever = cycle(choices or b"\x00")
    return f"{_space(bytes_for_ever)}{_value(instance, bytes_for_ever)}{_space(bytes_for_ever)}".encode()


def _space(choices: Choices) -> str:
    return _SPACES[next(choices) % len(_SPACES)]


def _value(value: Any, choices: Choices) -> str:
    write = _WRITERS.get(value.__class__)
    return write(value, choices) if write else json.dumps(value)


def _array(items: list[Any], choices: Choices) -> str:
    return _joined([_value(item, choices) for item in items], "[]", choices)


def _joined(parts: list[str], brackets: str, choices: Choices) -> str:
    inner = ",".join([f"{_space(choices)}{part}{_space(choices)}" for part in parts])
    return f"{brackets[0]}{inner or _space(choices)}{brackets[1]}"


def _object(properties: dict[str, Any], choices: Choices) -> str:
    names = [*properties]
    turn = next(choices) % max(len(names), 1)
    names = [*names[turn:], *names[:turn]]
    if next(choices) % 2:
        names.reverse()
    parts = [
        f"{_string(name, choices)}{_space(choices)}:{_space(choices)}{_value(properties[name], choices)}"
        for name in names
    ]
    if parts and next(choices) % 8 == 1:
        # Of properties with the same name the last one counts, so the first one may be anything.
        parts.insert(0, f"{_string(names[-1], choices)}:{_REPEATED[next(choices) % len(_REPEATED)]}")
    return _joined(parts, "{}", choices)


def _string(text: str, choices: Choices) -> str:
    return f'"{"".join([_character(character, choices) for character in text])}"'


def _character(character: str, choices: Choices) -> str:
    upper, short, bare = _ESCAPES[next(choices) % len(_ESCAPES)]
    if bare and character not in _MUST_BE_ESCAPED:
        return character
    if short and character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    pair = character.encode("utf-16-be")
    units = [int.from_bytes(pair[at : at + 2]) for at in range(0, len(pair), 2)]
    return "".join([f"\\u{unit:04X}" if upper else f"\\u{unit:04x}" for unit in units])


def _number(number: float, choices: Choices) -> str:
    forms = _float_forms(repr(number)) if isinstance(number, float) else _integer_forms(number)
    return forms[next(choices) % len(forms)]


def _float_forms(text: str) -> tuple[str, ...]:
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return (text, f"{text}00", f"{text}e0", f"{text}E+00")
    return (text, f"{mantissa}E{int(exponent)}", f"{mantissa}e{int(exponent):+04}")


def _integer_forms(number: int) -> tuple[str, ...]:
    text = str(number)
    digits = text.rstrip("0") if number else text
    # A number with a fraction or an exponent is read as a float, which holds only so many digits.
    return (
        (text,) if abs(number) > _EXACT else (text, f"{text}.0", f"{digits}E{len(text) - len(digits)}", f"{text}.0e+0")
    )


_WRITERS: Final[Mapping[type, Callable[[Any, Choices], str]]] = {
    dict: _object,
    list: _array,
    str: _string,
    int: _number,
    float: _number,
}

_WRONG_LITERALS: Final = (  # by kind, so that each kind is as likely as the others
    ("NaN", "Infinity", "-Infinity", "undefined", "True", "None", "nul", ""),
    ("01", "+1", ".5", "1.", "1e", "-", "0x1F", "1_000", "1e999", "-1e999", "9" * 5_000),
    ("'text'", '"text', '"\\x41"', '"\\u12"', '"\\ud800"', '"\\udc00\\ud800"', '"\t"', '"\x00"', '"\x7f\n"'),
    ("[1,]", "[1 2]", "{1: 2}", "{a: 2}", "/* none */ 1"),
)
_GARBAGE: Final = ("}", ",", "x", "\x00", "{}", "null", "// done", "\ufeff")
_WRONG_ENCODINGS: Final = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
_WRONG_BYTES: Final = (b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe9", b"\xff", b"\xe2\x82")
_DEEP: Final = 100_000
_WRONG_TEXTS: Final = (b"", b" ", b"\xef\xbb\xbf", b"[" * _DEEP, b'{"a":' * _DEEP, b"[" * _DEEP + b"]" * _DEEP)


def malformed(instances: SearchStrategy[Any]) -> SearchStrategy[bytes]:
    """Make the strategy of texts that no decoder may accept, or that Python cannot decode, from valid objects."""
    texts = instances.map(lambda instance: json.dumps(instance, ensure_ascii=False, separators=(",", ":")))
    return st.one_of(
        st.sampled_from(_WRONG_TEXTS),
        st.builds(_truncated, texts, st.integers(0, 2**16)),
        st.builds(_followed, texts, st.sampled_from(_GARBAGE)),
        st.builds(str.encode, texts, st.sampled_from(_WRONG_ENCODINGS)),
        st.builds(_with_bytes, texts, st.sampled_from(_WRONG_BYTES)),
        *(st.builds(_with_literal, texts, st.sampled_from(literals)) for literals in _WRONG_LITERALS),
    )


def _followed(text: str, garbage: str) -> bytes:
    return f"{text}{garbage}".encode()


def _truncated(text: str, at: int) -> bytes:
    encoded = text.encode()
    return encoded[: at % len(encoded)]


def _with_bytes(text: str, wrong: bytes) -> bytes:
    return b'{"":"' + wrong + b'",' + text[1:].encode()


def _with_literal(text: str, literal: str) -> bytes:
    return f'{{"":{literal},{text[1:]}'.encode()
