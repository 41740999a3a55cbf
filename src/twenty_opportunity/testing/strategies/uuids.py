"""The texts of uuids, RFC 9562: any 128 bits in either case, or the versions and variants that a pattern takes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from twenty_opportunity.testing.strategies.forms import constant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hypothesis.strategies import DrawFn

    from twenty_opportunity.testing.strategies.forms import Form, Weighted

_BYTES: Final = st.binary(min_size=16, max_size=16)
_HEX: Final = "0123456789abcdef"


def _mixed_case(text: str) -> str:
    return f"{text[:18].upper()}{text[18:]}"


_CASES: Final[tuple[tuple[int, Callable[[str], str]], ...]] = ((12, str.lower), (3, str.upper), (1, _mixed_case))


def _write(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _with(digits: str, version: str, variant: str) -> str:
    return f"{digits[:12]}{version}{digits[13:16]}{variant}{digits[17:]}"


def _examples(version: str, variant: str, case: Callable[[str], str]) -> Iterator[str]:
    return (case(_write(_with(digits * 16, version, variant))) for digits in ("00", "9f", "af", "a0"))


def uuids(accepts: Callable[[str], bool]) -> list[Weighted]:
    """
    Give the forms of uuids.

    Args:
        accepts: Whether the schema's pattern takes a text; only the versions, variants and cases are made that it
            takes.

    Returns:
        The forms, the simplest first; none where the pattern takes no uuid.
    """
    options: list[Weighted] = []
    for weight, case in _CASES:
        marks = [mark for mark in itertools.product(_HEX, _HEX) if all(map(accepts, _examples(*mark, case)))]
        if marks:
            simplest = [] if options else [(1, constant(case(_write(_with("0" * 32, *marks[0])))))]
            options += [*simplest, (weight, _form(marks, case))]
    return options


def examples() -> list[str]:
    """Give uuids that stand for all that is made."""
    every = itertools.product(_HEX, _HEX, (case for _, case in _CASES))
    return [text for version, variant, case in every for text in _examples(version, variant, case)]


def _form(marks: Sequence[tuple[str, str]], case: Callable[[str], str]) -> Form:
    """Make the form of uuids whose version and variant are one of several pairs, chosen by the bits themselves."""

    def form(draw: DrawFn) -> str:
        drawn = draw(_BYTES)
        digits = drawn.hex()
        if len(marks) < len(_HEX) ** 2:
            digits = _with(digits, *marks[(drawn[6] << 8 | drawn[8]) % len(marks)])
        return case(_write(digits))

    return form
