"""Choices: bytes read as decisions, so that a fuzzer that changes bytes changes what is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


class Choices:
    """
    Decisions, each made by the next byte; the first of everything where there are no bytes left.

    Args:
        data: The bytes.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        """Give the next byte."""
        return (self.take(1) or b"\0")[0]

    def take(self, size: int) -> bytes:
        """Give so many bytes, or as many as there are left."""
        taken = self._data[self._at : self._at + size]
        self._at += size
        return taken

    def rest(self) -> bytes:
        """Give all bytes that are left."""
        return self.take(len(self._data))

    def text(self) -> str:
        """Give a text of up to 31 bytes; what is not UTF-8 in it becomes lone surrogates."""
        return self.take(self.byte() % 32).decode("utf-8", "surrogateescape")

    def of(self, options: Sequence[T]) -> T:
        """Pick one of up to 256 options."""
        return options[self.byte() % len(options)]
