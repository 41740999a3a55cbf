"""Decisions read from bytes, so that a fuzzer that changes bytes changes decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


class Choices:
    """
    Decisions, each made by the next byte. After the last byte, each decision is the first option.

    Args:
        data: The bytes.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        """Return the next byte."""
        return (self.take(1) or b"\0")[0]

    def take(self, size: int) -> bytes:
        """Return the next bytes, at most as many as are left."""
        taken = self._data[self._at : self._at + size]
        self._at += size
        return taken

    def rest(self) -> bytes:
        """Return the remaining bytes."""
        return self.take(len(self._data))

    def text(self) -> str:
        """Return a text of up to 31 bytes; invalid UTF-8 becomes lone surrogates."""
        return self.take(self.byte() % 32).decode("utf-8", "surrogateescape")

    def of(self, options: Sequence[T]) -> T:
        """Return one of up to 256 options."""
        return options[self.byte() % len(options)]
