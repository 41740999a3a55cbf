"""Amounts are exact, comparable and summable within one currency, and their repr omits absent properties."""

from __future__ import annotations

import operator
import pickle
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs
import cattrs
import pytest

from twenty_opportunity import SERVER, UNSET, ActorMetadata, Amount, PartialOpportunity, UnrepresentableError, Unset

if TYPE_CHECKING:
    from collections.abc import Callable

ORDER = [operator.lt, operator.le, operator.gt, operator.ge]


@pytest.mark.parametrize("text", ["8.20", "-0.000001", "1249.99", "1" + "0" * 40])
def test_the_value_is_what_the_amount_was_made_of(text: str) -> None:
    """Major units are converted to micros and back exactly, at any size."""
    assert Amount.of(text, "USD").value == Decimal(text)


@pytest.mark.parametrize("micros", [None, UNSET])
def test_no_micros_have_no_value(micros: Any) -> None:
    """The value of an empty amount from a server is None, not 0."""
    assert Amount(amount_micros=micros, currency_code="USD").value is None


@pytest.mark.parametrize("micros", [2.0, 2.5, True, "2"])
def test_micros_that_are_no_int_have_no_value_silently(micros: Any) -> None:
    """A float, a bool or a text in place of micros is refused in every calculation."""
    amount, other = Amount(amount_micros=micros, currency_code="USD"), Amount.of(1, "USD")
    with pytest.raises(TypeError, match="micros are an int"):
        _ = amount.value
    for alone in (operator.neg, abs, lambda amount: amount * 2):
        with pytest.raises(TypeError, match="an amount without an integer in amount_micros"):
            alone(amount)
    for work in (operator.add, operator.sub, *ORDER):
        for pair in ((amount, other), (other, amount)):
            with pytest.raises(TypeError, match="without an integer in amount_micros"):
                work(*pair)


def test_micros_of_a_server_are_counted_with_however_they_are_spelled() -> None:
    """Old servers send micros as text, and JSON may write an integer as 2.0."""
    for spelled in (b'"2000000"', b"2000000.0", b"2000000"):
        amount = SERVER.loads(
            b'{"amount":{"amountMicros":%b,"currencyCode":"USD"}}' % spelled, PartialOpportunity
        ).amount
        assert isinstance(amount, Amount)
        assert amount.value == 2
        assert amount + Amount.of(1, "USD") == Amount.of(3, "USD")


def test_amounts_of_one_currency_add_up_and_compare() -> None:
    """Sums are exact and may begin with `sum`'s 0; amounts are ordered by value."""
    tenth, one = Amount.of("0.1", "USD"), Amount.of(1, "USD")
    assert sum([tenth] * 3) == Amount.of("0.3", "USD")
    assert [compare(tenth, one) for compare in ORDER] == [True, True, False, False]
    assert [compare(one, Amount.of(1, "USD")) for compare in ORDER] == [False, True, False, True]
    assert max(tenth, one) is one


@pytest.mark.parametrize("work", [operator.add, operator.sub, *ORDER])
def test_amounts_of_two_currencies_do_not_mix(work: Callable[[Any, Any], Any]) -> None:
    """Whether a dollar is more than a euro changes by the hour; only equality is defined."""
    with pytest.raises(TypeError, match="USD and EUR: convert one of them first"):
        work(Amount.of(1, "USD"), Amount.of(1, "EUR"))
    assert Amount.of(1, "USD") != Amount.of(1, "EUR")


@pytest.mark.parametrize("work", [operator.add, operator.sub, *ORDER])
@pytest.mark.parametrize("other", [1, 0.0, None, Decimal(1), "1"])
def test_an_amount_is_no_number(work: Callable[[Any, Any], Any], other: object) -> None:
    """A number does not have a currency, so it can be neither compared with an amount nor added to it."""
    with pytest.raises(TypeError, match=r"not supported|unsupported operand"):
        work(Amount.of(1, "USD"), other)
    if work in (operator.add, operator.sub):
        with pytest.raises(TypeError, match=r"unsupported operand|can only concatenate str"):
            work(other, Amount.of(1, "USD"))


def test_amounts_are_subtracted_negated_and_multiplied_exactly() -> None:
    """A refund, a share and a multiple of an amount are exact and in the same currency."""
    price = Amount.of("19.99", "EUR")
    assert price - Amount.of("20", "EUR") == -Amount.of("0.01", "EUR")
    assert abs(-price) == abs(price) == price
    assert price * 3 == 3 * price == Amount.of("59.97", "EUR")
    assert price * Decimal("0.19") == Decimal("0.19") * price == Amount.of("3.7981", "EUR")
    assert Amount.of("1" + "0" * 40, "USD") * Decimal("1E-46") == Amount.of("0.000001", "USD")


@pytest.mark.parametrize(
    ("factor", "message"),
    [
        (Decimal("0.00000001"), "^the product is finer than a micro, a millionth; multiply `value` and round it"),
        (Decimal("NaN"), "^NaN is not finite"),
        (Decimal("1E+30000"), r"^1E\+30000 ends in more than 10,000 zeros because of its exponent; pass an int$"),
        (Decimal("9" * 20_001), r"^9+\S* has more than 20,000 digits before the point$"),
    ],
)
def test_a_product_that_is_not_an_amount_is_refused(factor: Decimal, message: str) -> None:
    """Nothing is rounded silently, and no number fills the memory."""
    with pytest.raises(UnrepresentableError, match=message):
        _ = Amount.of("1.99", "EUR") * factor


@pytest.mark.parametrize("factor", [1.5, True, "2", None, Amount.of(1, "EUR")])
def test_an_amount_is_multiplied_by_exact_numbers_only(factor: Any) -> None:
    """A float is rarely exact, and the product of two amounts is not an amount."""
    amount: Any = Amount.of(1, "EUR")
    for pair in ((amount, factor), (factor, amount)):
        with pytest.raises(TypeError):
            operator.mul(*pair)


@pytest.mark.parametrize("code", ["usd", "EURO", "US", "", "USD\n", "ÄÖÜ", "\ud800SD"])
def test_a_currency_code_has_three_capital_letters(code: str) -> None:
    """Another text is refused and quoted: a server would store it, and PUBLISHED would later refuse the record."""
    with pytest.raises(
        UnrepresentableError, match="is not a currency code: three capital letters such as USD"
    ) as caught:
        Amount.of("1", code)
    assert str(caught.value).startswith('"')


def test_a_currency_code_is_a_text() -> None:
    """An object of another type is a mistake in the program."""
    code: Any = 978
    with pytest.raises(TypeError, match="a currency code is a str such as USD, not int"):
        Amount.of(1, code)


def test_a_refused_amount_is_quoted_without_a_pointer() -> None:
    """An argument is not part of a document, so the message lacks a pointer, even after pickling."""
    with pytest.raises(UnrepresentableError) as caught:
        Amount.of("1,249.99", "USD")
    assert str(caught.value).startswith('"1,249.99" is not a plain decimal number such as 1249.99: ')
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own
    assert caught.value.pointer == ""


def test_a_repr_is_short() -> None:
    """The repr omits absent properties and shows null."""
    deal = PartialOpportunity(name="Roof", amount=Amount.of(1, "USD"), close_date=None, created_by=ActorMetadata())
    shown = "amount=Amount(amount_micros=1000000, currency_code='USD'), close_date=None, created_by=ActorMetadata()"
    assert repr(deal) == f"PartialOpportunity(name='Roof', {shown})"


def test_classes_that_embed_records_use_the_public_converter_and_the_global_one_is_never_touched() -> None:
    """A profile's converter reads a record within a user's class; a plain cattrs converter cannot."""

    @attrs.frozen
    class Row:
        number: int
        deal: PartialOpportunity

    instance = {"number": 1, "deal": {"name": "Roof", "closeDate": None, "seats": 3}}
    row = SERVER.converter.structure(instance, Row)
    assert row == Row(1, PartialOpportunity(name="Roof", close_date=None, extra={"seats": 3}))
    assert SERVER.converter.unstructure(row) == instance
    assert "closeDate" not in cattrs.unstructure(row)["deal"]


def test_importing_the_package_is_light() -> None:
    """Modules that explain, generate or test are imported on first use, as a fresh interpreter shows."""
    heavy = "{'jsonschema', 'hypothesis', 'pytest', 'typer', 'rich', 'dask', 'pyarrow'}"
    program = f"import sys, twenty_opportunity; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_an_amount_without_a_currency_is_called_that() -> None:
    """Adding amounts with and without a currency raises an error that says so."""
    with pytest.raises(TypeError, match="cannot add no currency and USD"):
        _ = Amount(amount_micros=1) + Amount.of("1", "USD")


@pytest.mark.parametrize("work", [operator.add, operator.sub, *ORDER])
@pytest.mark.parametrize("nothing", [UNSET, None, ""])
@pytest.mark.parametrize("other", [UNSET, None, ""])
def test_amounts_without_a_currency_do_not_mix(
    work: Callable[[Any, Any], Any], nothing: str | Unset | None, other: str | Unset | None
) -> None:
    """Two amounts without a currency may be of two currencies; they are equal like other records."""
    amounts = [Amount(amount_micros=1, currency_code=code) for code in (nothing, other)]
    with pytest.raises(TypeError, match="amounts without a currency: they may be of two currencies"):
        work(*amounts)
    assert (amounts[0] == amounts[1]) is (nothing == other)
