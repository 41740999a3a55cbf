"""Invariant 8: money is exact in any decimal context, and rounded only by an explicit mode."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twenty_opportunity.errors import UnrepresentableError
from twenty_opportunity.money import MICROS_PER_UNIT, decimal_to_micros, micros_to_decimal

ROUNDINGS: Final = sorted(vars(decimal)[name] for name in vars(decimal) if name.startswith("ROUND_"))
SIGNALS: Final = tuple(decimal.getcontext().traps)

CONTEXTS: Final = st.builds(
    decimal.Context,
    prec=st.sampled_from([1, 3, 28]),
    rounding=st.sampled_from(ROUNDINGS),
    Emin=st.sampled_from([-9, 0, -999_999]),
    Emax=st.sampled_from([9, 0, 999_999]),
    capitals=st.sampled_from([0, 1]),
    clamp=st.sampled_from([0, 1]),
    traps=st.sampled_from([[], list(SIGNALS)]),
)


def long_integer(head: int, zeros: int, tail: int) -> int:
    """Build numbers with thousands of zeros between two digits."""
    shift: int = 10**zeros
    return head * shift + tail


LONG: Final = st.builds(long_integer, st.integers(), st.integers(0, 5_000), st.integers())
MICROS: Final = st.one_of(st.integers(), LONG, LONG.map(MICROS_PER_UNIT.__mul__))
DECIMALS: Final = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False),
    st.builds("{}E{}".format, st.integers(), st.integers(-40, 40)).map(Decimal),
)

SMALL_AND_TRAPPED: Final = decimal.Context(prec=3, Emin=0, Emax=0, traps=list(SIGNALS))


def exactly(value: Decimal) -> Fraction:
    """Return the exact value of a Decimal in micros."""
    return Fraction(value) * MICROS_PER_UNIT


@given(MICROS, CONTEXTS)
@example(1_249_990_000, SMALL_AND_TRAPPED)
@example(10**5_000 + 1, SMALL_AND_TRAPPED)
def test_micros_come_back(micros: int, context: decimal.Context) -> None:
    """Micros of any size survive the conversion to Decimal and back, in any context, and set no flags."""
    with decimal.localcontext(context) as ambient:
        ambient.clear_flags()
        value = micros_to_decimal(micros)
        assert decimal_to_micros(value) == micros
        assert not any(ambient.flags.values())
    assert exactly(value) == micros


@given(MICROS)
def test_amount_is_the_shortest_decimal(micros: int) -> None:
    """The Decimal is the shortest one without an exponent, and equal amounts have equal texts."""
    _, digits, exponent = micros_to_decimal(micros).as_tuple()
    assert isinstance(exponent, int)
    assert -6 <= exponent <= 0
    assert exponent == 0 or digits[-1] != 0


@given(st.one_of(st.integers(), LONG), CONTEXTS)
def test_whole_amounts_are_exact(units: int, context: decimal.Context) -> None:
    """An int of any size counts major units: a million micros each."""
    with decimal.localcontext(context):
        assert decimal_to_micros(units) == units * MICROS_PER_UNIT
        assert micros_to_decimal(units * MICROS_PER_UNIT) == units


@given(DECIMALS, CONTEXTS)
@example(Decimal("1249.99"), SMALL_AND_TRAPPED)
@example(Decimal("1249.9900001"), SMALL_AND_TRAPPED)
def test_an_amount_is_exact_or_refused(value: Decimal, context: decimal.Context) -> None:
    """Without a rounding mode, an amount that is not a whole number of micros is refused."""
    micros = exactly(value)
    with decimal.localcontext(context) as ambient:
        ambient.clear_flags()
        if micros.denominator == 1:
            assert decimal_to_micros(value) == micros
        else:
            with pytest.raises(UnrepresentableError, match="finer than a micro"):
                decimal_to_micros(value)
        assert not any(ambient.flags.values())


@given(DECIMALS, st.sampled_from(ROUNDINGS), CONTEXTS)
@example(Decimal("0.0000025"), decimal.ROUND_HALF_EVEN, SMALL_AND_TRAPPED)
def test_rounding_is_that_of_the_mode(value: Decimal, rounding: str, context: decimal.Context) -> None:
    """With a rounding mode, the result is that of `Decimal.quantize` in a large enough context."""
    ample = decimal.Context(prec=1_000, Emin=-999_999, Emax=999_999)
    expected = (
        value.quantize(Decimal("1E-6"), rounding=rounding, context=ample) if exactly(value).denominator > 1 else value
    )
    with decimal.localcontext(context):
        assert decimal_to_micros(value, rounding=rounding) == exactly(expected)


@given(DECIMALS.filter(lambda value: exactly(value).denominator == 1), CONTEXTS)
def test_a_text_is_its_decimal(value: Decimal, context: decimal.Context) -> None:
    """The text of an amount gives the same micros as the Decimal."""
    with decimal.localcontext(context):
        assert decimal_to_micros(format(value, "f")) == decimal_to_micros(value)
