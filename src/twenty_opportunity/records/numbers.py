"""Numbers that the wire spelled in another way than Python does, kept so that they go back as they came."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self


class SpelledInt(int):
    """
    An integer that JSON spelled as `"1500000"` or `1500000.0`, which older servers and some clients do.

    It is the integer in every respect; only writing it back gives the spelling again.

    Attributes:
        wire: The JSON value that was read.
    """

    wire: str | float

    def __new__(cls, wire: str | float) -> Self:
        """Read the integer out of a JSON string or float that holds one."""
        self = super().__new__(cls, wire)
        self.wire = wire
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.wire,)


class SpelledDecimal(Decimal):
    """
    A decimal that JSON spelled as a number or as a string: `1.5` and `"1.50"` are the same value, read back as sent.

    Attributes:
        wire: The JSON value that was read.
    """

    wire: str | float

    def __new__(cls, wire: str | float) -> Self:
        """Read the decimal out of a JSON string or number; a float counts as the digits that print it."""
        self = super().__new__(cls, repr(wire) if isinstance(wire, float) else wire)
        self.wire = wire
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (SpelledDecimal, (self.wire,))
