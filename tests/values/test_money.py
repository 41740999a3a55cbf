"""Micros and Decimals convert exactly, read well, and refuse numbers that are not an exact amount."""

from __future__ import annotations

import decimal
import enum
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from twenty_opportunity.errors import UnrepresentableError
from twenty_opportunity.money import MICROS_PER_UNIT, decimal_to_micros, micros_to_decimal


class Micros(int):
    """A subclass of int."""


class Price(enum.StrEnum):
    """A subclass of str."""

    LARGE = "1249.99"


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (1_249_990_000, "1249.99"),
        (1_249_900_000, "1249.9"),
        (100_000_000, "100"),
        (250_000_000_000, "250000"),
        (1_000_000, "1"),
        (0, "0"),
        (1, "0.000001"),
        (10, "0.00001"),
        (-500_000, "-0.5"),
        (-2_000_000, "-2"),
        (10**30, "1" + "0" * 24),
        (10**30 + 1, "1" + "0" * 24 + ".000001"),
    ],
)
def test_an_amount_prints_as_people_write_it(micros: int, text: str) -> None:
    """An amount has the digits that it needs, never an exponent, and its text is read back."""
    assert str(micros_to_decimal(micros)) == text
    assert decimal_to_micros(text) == micros
    assert decimal_to_micros(micros_to_decimal(micros)) == micros


@pytest.mark.parametrize(
    ("value", "micros"),
    [
        ("8.20", 8_200_000),
        ("0.0000010", 1),
        ("-0", 0),
        ("007", 7_000_000),
        (Price.LARGE, 1_249_990_000),
        (Decimal("8.20"), 8_200_000),
        (Decimal("-0.0"), 0),
        (Decimal("1E+2"), 100_000_000),
        (Decimal("1E-6"), 1),
        (Decimal("100E-8"), 1),
        (100, 100_000_000),
        (Micros(100), 100_000_000),
    ],
)
def test_an_amount_is_read_from_decimals_ints_and_plain_text(value: Decimal | int | str, micros: int) -> None:
    """Decimals with any exponent, ints and plain decimal texts are read, and give an int and nothing else."""
    assert decimal_to_micros(value) == micros
    assert type(decimal_to_micros(value)) is int


def test_a_float_loses_what_a_decimal_keeps() -> None:
    """The usual conversion by float is off by one micro, which is what this module is for."""
    assert int(8.20 * MICROS_PER_UNIT) == 8_199_999
    assert decimal_to_micros("8.20") == 8_200_000


def test_an_int_of_its_own_class_is_micros() -> None:
    """A subclass of int is an int, as the spelled ones of the wire are."""
    assert micros_to_decimal(Micros(1_500_000)) == Decimal("1.5")


@pytest.mark.parametrize("convert", [decimal_to_micros, micros_to_decimal])
@pytest.mark.parametrize("value", [8.2, 8.0, float("nan"), float("inf")])
def test_a_float_is_refused_with_the_reason(convert: Any, value: float) -> None:
    """A float is a mistake of the program, even one that happens to be whole."""
    with pytest.raises(TypeError, match=r"^a float cannot hold most decimal amounts exactly"):
        convert(value)


@pytest.mark.parametrize("convert", [decimal_to_micros, micros_to_decimal])
@pytest.mark.parametrize("value", [True, False, None, b"1", Fraction(1), [1], 1j])
def test_what_is_no_number_of_money_is_refused(convert: Any, value: Any) -> None:
    """A bool, which is an int to Python, and every other type is a mistake of the program."""
    with pytest.raises(TypeError, match=rf"^a {type(value).__name__} is not an amount of money"):
        convert(value)


@pytest.mark.parametrize("micros", ["1", Decimal(1)])
def test_micros_are_an_int(micros: Any) -> None:
    """A Decimal or a text where micros go is most likely an amount in major units, a million times too small."""
    with pytest.raises(TypeError, match=r"; micros are an int$"):
        micros_to_decimal(micros)


@pytest.mark.parametrize("value", [8.2, True, None])
def test_what_an_amount_can_be_is_told(value: Any) -> None:
    """The refusal ends with the types that an amount in major units may have."""
    with pytest.raises(TypeError, match=r"; give a Decimal, an int or a str$"):
        decimal_to_micros(value)


def test_the_context_of_the_program_decides_nothing() -> None:
    """An amount is rounded with the given mode, even if the program's context traps inexact results."""
    with decimal.localcontext(decimal.Context(prec=3, traps=[decimal.Inexact, decimal.Rounded])):
        assert decimal_to_micros("1249.9900001", rounding=decimal.ROUND_UP) == 1_249_990_001


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "NaN123"])
@pytest.mark.parametrize("rounding", [None, decimal.ROUND_UP])
def test_what_is_not_finite_is_refused(value: str, rounding: str | None) -> None:
    """NaN and the infinities are not amounts, rounded or not, as a Decimal and as a string."""
    with pytest.raises(UnrepresentableError, match=r" is not finite, so it is not an amount of money$"):
        decimal_to_micros(Decimal(value), rounding=rounding)
    with pytest.raises(UnrepresentableError, match="is not a plain decimal number"):
        decimal_to_micros(value, rounding=rounding)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1 ",
        " 1",
        "1\n",
        "+1",
        "--1",
        "1e3",
        "1E+3",
        "1_000",
        "1,249.99",
        "1.249,99",
        "1.2.3",
        ".5",
        "5.",
        "-",
        "0x10",
        "USD 5",
        "\N{BENGALI DIGIT ONE}",
        "\N{MINUS SIGN}1",
        "1\ud800",
    ],
)
def test_a_text_that_is_not_plain_is_refused(text: str) -> None:
    """An ambiguous text is not a plain decimal number, even if Decimal accepts it."""
    with pytest.raises(UnrepresentableError, match=r" is not a plain decimal number such as 1249\.99: .* one point$"):
        decimal_to_micros(text)


@pytest.mark.parametrize("value", ["0.0000001", "1249.9900001", Decimal("1E-7"), Decimal("-8.2000005")])
def test_what_is_finer_than_a_micro_is_refused(value: Decimal | str) -> None:
    """An amount is never rounded unasked, and the refusal says how to ask."""
    shown = re.escape(f'"{value}"' if isinstance(value, str) else str(value))
    with pytest.raises(
        UnrepresentableError, match=rf"^{shown} is finer than a micro, .* module to round it$"
    ) as caught:
        decimal_to_micros(value)
    assert caught.value.pointer == ""


@pytest.mark.parametrize(
    ("rounding", "half", "minus_half", "tenth"),
    [
        (decimal.ROUND_HALF_EVEN, 2, -2, 2),
        (decimal.ROUND_HALF_UP, 3, -3, 2),
        (decimal.ROUND_HALF_DOWN, 2, -2, 2),
        (decimal.ROUND_UP, 3, -3, 3),
        (decimal.ROUND_DOWN, 2, -2, 2),
        (decimal.ROUND_CEILING, 3, -2, 3),
        (decimal.ROUND_FLOOR, 2, -3, 2),
        (decimal.ROUND_05UP, 2, -2, 2),
    ],
)
def test_a_named_mode_rounds(rounding: str, half: int, minus_half: int, tenth: int) -> None:
    """Every rounding mode of the decimal module rounds to micros by its definition."""
    assert decimal_to_micros("0.0000025", rounding=rounding) == half
    assert decimal_to_micros("-0.0000025", rounding=rounding) == minus_half
    assert decimal_to_micros(Decimal("0.0000021"), rounding=rounding) == tenth
    assert decimal_to_micros("8.20", rounding=rounding) == 8_200_000


@pytest.mark.parametrize("value", ["1.5", 1, Decimal("0.0000001")])
@pytest.mark.parametrize("rounding", ["half-even", "ROUND", "", 4, []])
def test_an_unknown_rounding_mode_is_refused(value: Decimal | int | str, rounding: Any) -> None:
    """A mode that the decimal module does not have is a mistake of the program, even where nothing is rounded."""
    words = rf"^{re.escape(repr(rounding))} is not a rounding mode; the decimal module has ROUND_05UP, ROUND_C"
    with pytest.raises(TypeError, match=words):
        decimal_to_micros(value, rounding=rounding)


@pytest.mark.parametrize("exponent", ["1E+10001", "-1E+999999", "1E+999999999999999999", "0E+99999999"])
def test_an_exponent_that_would_fill_the_memory_is_refused(exponent: str) -> None:
    """A few characters never become gigabytes of zeros."""
    with pytest.raises(UnrepresentableError, match="ends in more than 10,000 zeros"):
        decimal_to_micros(Decimal(exponent), rounding=decimal.ROUND_UP)
    assert decimal_to_micros(Decimal("1E+10000")) == 10**10_006


def test_an_exponent_that_is_next_to_nothing_rounds_at_once() -> None:
    """The smallest Decimal is rounded to 0 or 1 micros, without taking memory."""
    least = Decimal((0, (1,), decimal.MIN_ETINY))
    assert decimal_to_micros(least, rounding=decimal.ROUND_DOWN) == 0
    assert decimal_to_micros(least, rounding=decimal.ROUND_UP) == 1
    with pytest.raises(UnrepresentableError):
        decimal_to_micros(least)


def test_digits_are_bounded() -> None:
    """Python converts a million digits in 20 seconds, so amounts of more than 20,000 digits are refused."""
    most = "9" * 20_000
    assert micros_to_decimal(decimal_to_micros(most)) == Decimal(most)
    assert decimal_to_micros(Decimal(most)) == decimal_to_micros(int(Decimal(most)))
    for value in ("1" + most, Decimal("1" + most), f"-1{most}"):
        with pytest.raises(UnrepresentableError, match=r'^"?-?1?999.* has more than 20,000 digits before the point$'):
            decimal_to_micros(value)
    with pytest.raises(UnrepresentableError, match="more than 20,000 digits before the point"):
        micros_to_decimal(10**20_100)
    assert decimal_to_micros("0." + "1" * 50_000, rounding="ROUND_DOWN") == 111_111
