"""Places: on which line of a JSON text each value stands, whatever the number of values that are asked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final

from twenty_opportunity.values.json_text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator


class Places:
    """
    The places in one JSON text, which was decoded before.

    Args:
        text: The text.
        line: The line on which it begins.
    """

    def __init__(self, text: bytes, line: int) -> None:
        self._raw = text
        self._line = line
        self._known: dict[int, dict[str, list[int]]] = {}

    @cached_property
    def _text(self) -> str:
        return self._raw.decode()

    @cached_property
    def _root(self) -> int:
        return _next(self._text, 0)

    @cached_property
    def _only_line(self) -> int | None:
        """The line on which all of the text stands; None where it stands on several."""
        begin = len(self._raw) - len(self._raw.lstrip())
        return None if b"\n" in self._raw.strip() else self._line + self._raw.count(b"\n", 0, begin)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins, the first aside: a page asks for a line of each of its records."""
        return [newline.end() for newline in re.finditer("\n", self._text)]

    def line_of(self, pointer: str) -> int:
        """
        Tell the line of a member; where it is missing, that of the object that it is missing from.

        Args:
            pointer: The member's JSON Pointer.

        Returns:
            The line, counted on from the one on which the text begins.
        """
        if self._only_line is not None:
            return self._only_line
        at = value = self._root
        for token in _tokens(pointer):
            parts = self._parts_at(value)
            if token not in parts:
                break
            at, value = parts[token]
        return self._line + bisect_right(self._starts, at)

    def _parts_at(self, start: int) -> dict[str, list[int]]:
        """Find the parts of a value once, however many of them are asked for."""
        if start not in self._known:
            self._known[start] = {name: places for name, *places in _parts(self._text, start)}
        return self._known[start]


# Every text was decoded before, so nothing in it is checked again. Strings are taken whole, whatever their size.
_LEXEME: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{\[]|[}\]]|[^\s,:{}\[\]"]++')
_NESTING: Final = {"{": 1, "[": 1, "}": -1, "]": -1}


def _next(text: str, index: int) -> int:
    """Find the next value, or the bracket that ends those of an object or array."""
    return next(_LEXEME.finditer(text, index)).start()


def _end(text: str, start: int) -> int:
    """Find the end of the value that starts at an index, without recursion: it may be nested deeply."""
    lexemes = _LEXEME.finditer(text, start)
    end = next(lexemes).end()
    depth = _NESTING.get(text[start], 0)
    while depth:
        lexeme = next(lexemes)
        end = lexeme.end()
        depth += _NESTING.get(text[lexeme.start()], 0)
    return end


def _parts(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Find each member or item of the object or array at an index: its token, where it begins, where its value does."""
    index = _next(text, start + 1)
    count = 0
    while text[index] not in "}]":
        token, value = str(count), index
        if text[start] == "{":
            token, value = _member(text, index)
        yield token, index, value
        index = _next(text, _end(text, value))
        count += 1


def _member(text: str, index: int) -> tuple[str, int]:
    end = _end(text, index)
    return decode(text[index:end]), _next(text, end)


def _tokens(of: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in of.split("/")[1:]]
