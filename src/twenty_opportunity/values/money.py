"""Convert between micros, the integer millionths in which Twenty counts money, and Decimals of the major unit."""

from __future__ import annotations

import decimal
import re
from decimal import Decimal
from typing import Final

from twenty_opportunity.errors import UnrepresentableError, legible

MICROS_PER_UNIT: Final = 1_000_000
"""Micros in a major unit, for every currency: JPY 100 is 100_000_000 micros."""

_DIGITS_OF_A_MICRO: Final = 6

# The program's own context may round to three digits or trap inexact results, so amounts never use it.
_EXACT: Final = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[])

# Zeros that a Decimal has without holding them: one of ten characters, 1E+99999999, would fill the memory as an int.
_MOST_ZEROS: Final = 10_000
# Digits before the point. Python converts between digits and an int in quadratic time: a million take 20 seconds.
_MOST_DIGITS: Final = 20_000
_MOST_BITS: Final = (10 ** (_MOST_DIGITS + _DIGITS_OF_A_MICRO)).bit_length()

_ROUNDINGS: Final = (
    decimal.ROUND_05UP,
    decimal.ROUND_CEILING,
    decimal.ROUND_DOWN,
    decimal.ROUND_FLOOR,
    decimal.ROUND_HALF_DOWN,
    decimal.ROUND_HALF_EVEN,
    decimal.ROUND_HALF_UP,
    decimal.ROUND_UP,
)

_SHOWN: Final = 40  # characters of a value in a message
_TOO_FINE: Final = "is finer than a micro, a millionth"
_TOO_LARGE: Final = f"has more than {_MOST_DIGITS:,} digits before the point"
_match_plain: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch


class AmountError(UnrepresentableError):
    """
    A value is not an amount of money. It is an argument, not part of a document, so the message lacks a pointer.

    Args:
        reason: The reason.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("", reason)

    def __reduce__(self) -> tuple[type[AmountError], tuple[str]]:
        return type(self), (self.reason,)

    def __str__(self) -> str:
        return self.reason


def micros_to_decimal(micros: int, /) -> Decimal:
    """
    Convert micros to an amount in major units, exactly.

    >>> micros_to_decimal(1_249_990_000)
    Decimal('1249.99')
    >>> micros_to_decimal(100_000_000)
    Decimal('100')

    Args:
        micros: The amount in micros, an int.

    Returns:
        The amount in major units, with only the necessary digits after the point, so that it prints as `1249.99`,
        `1249.9` and `100`.

    Raises:
        UnrepresentableError: The amount has more than 20,000 digits before the point.
        TypeError: The micros are not an int, or they are a bool.
    """
    _refuse_inexact(micros, int, "micros are an int")
    if micros.bit_length() > _MOST_BITS:
        raise AmountError(f"the amount {_TOO_LARGE}")
    units, rest = divmod(micros, MICROS_PER_UNIT)
    if not rest:
        return Decimal(units)
    return _EXACT.normalize(_EXACT.scaleb(Decimal(micros), -_DIGITS_OF_A_MICRO))


def decimal_to_micros(value: Decimal | int | str, /, *, rounding: str | None = None) -> int:
    """
    Convert an amount in major units to micros, exactly.

    A float is refused, because it cannot hold most decimal amounts exactly:

    >>> int(8.20 * 1_000_000)
    8199999
    >>> decimal_to_micros("8.20")
    8200000

    Args:
        value: The amount in major units: 1249.99 for USD 1,249.99. A text consists of decimal digits, with an optional
            minus before them and an optional point between them. Exponents, separators and spaces are refused.
        rounding: A rounding mode of the decimal module, such as `decimal.ROUND_HALF_EVEN`, for an amount that is
            finer than one micro, which is refused otherwise.

    Returns:
        The amount in micros, millionths of the major unit, for every currency.

    Raises:
        UnrepresentableError: The amount is finer than one micro, or not finite, or a text that is not a plain decimal
            number, or a Decimal with an exponent of more than 10,000, or has more than 20,000 digits before the point.
        TypeError: The value is a float, a bool or of another type, or the rounding mode does not exist.
    """
    _refuse_inexact(value, (Decimal, int, str), "give a Decimal, an int or a str")
    _refuse_unknown(rounding)
    if isinstance(value, int):
        return value * MICROS_PER_UNIT
    amount = _read_plain(value) if isinstance(value, str) else _bounded(value)
    if amount.adjusted() >= _MOST_DIGITS:
        raise AmountError(f"{_shown(value)} {_TOO_LARGE}")
    exact = _EXACT.scaleb(amount, _DIGITS_OF_A_MICRO)
    whole = exact.to_integral_value(rounding or decimal.ROUND_DOWN)  # rounds in no context
    if rounding is None and whole != exact:
        raise AmountError(f"{_shown(value)} {_TOO_FINE}; pass a rounding mode of the decimal module to round it")
    return int(whole)


def scaled_micros(micros: int, factor: Decimal | int, /) -> int:
    """
    Multiply micros by a factor, exactly.

    Args:
        micros: The amount in micros.
        factor: The factor.

    Returns:
        The product in micros.

    Raises:
        UnrepresentableError: The product is finer than one micro, or the factor is not finite, or has more than 20,000
            digits before the point.
    """
    if isinstance(factor, int):
        return micros * factor
    if _bounded(factor).adjusted() >= _MOST_DIGITS:
        raise AmountError(f"{_shown(factor)} {_TOO_LARGE}")
    exact = _EXACT.multiply(Decimal(micros), factor)
    whole = exact.to_integral_value(decimal.ROUND_DOWN)
    if whole != exact:
        raise AmountError(f"the product {_TOO_FINE}; multiply `value` and round it with Amount.of(..., rounding=...)")
    return int(whole)


def _refuse_inexact(value: object, classes: type | tuple[type, ...], wanted: str) -> None:
    """Refuse a float, which is inexact, and a bool, which is an int only in Python."""
    if isinstance(value, float):
        message = f"a float cannot hold most decimal amounts exactly: 8.20 is a little less in binary; {wanted}"
        raise TypeError(message)
    if isinstance(value, bool) or not isinstance(value, classes):
        message = f"a {type(value).__name__} is not an amount of money; {wanted}"
        raise TypeError(message)


def _refuse_unknown(rounding: object) -> None:
    if rounding is not None and rounding not in _ROUNDINGS:
        message = (
            f"{legible(repr(rounding), _SHOWN)} is not a rounding mode; the decimal module has {', '.join(_ROUNDINGS)}"
        )
        raise TypeError(message)


def _read_plain(text: str) -> Decimal:
    """Read an amount in the one unambiguous notation; Decimal also accepts `1_0`, ` 1` and `1E3`."""
    if not _match_plain(text):
        rules = "no exponent, no spaces, no separators but one point"
        raise AmountError(f"{_shown(text)} is not a plain decimal number such as 1249.99: {rules}")
    return Decimal(text)


def _bounded(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, str):
        raise AmountError(f"{_shown(value)} is not finite, so it is not an amount of money")
    if exponent > _MOST_ZEROS:
        reason = f"ends in more than {_MOST_ZEROS:,} zeros because of its exponent; pass an int"
        raise AmountError(f"{_shown(value)} {reason}")
    return value


def _shown(value: object) -> str:
    return legible(f'"{value}"' if isinstance(value, str) else str(value), _SHOWN)
