"""Amounts, actors, and the enums of stages and sources."""

# pyright: reportUnnecessaryIsInstance=false
# Arguments are checked at run time too.

from __future__ import annotations

import enum
import re
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs

from twenty_opportunity.errors import legible
from twenty_opportunity.records.base import UNSET, Record, Unset, freeze
from twenty_opportunity.values.money import AmountError, decimal_to_micros, micros_to_decimal, scaled_micros

_is_currency_code: Final = re.compile("[A-Z]{3}").fullmatch


class Stage(enum.StrEnum):
    """The pipeline stages of a workspace that has not changed them, in their order."""

    NEW = "NEW"
    SCREENING = "SCREENING"
    MEETING = "MEETING"
    PROPOSAL = "PROPOSAL"
    CUSTOMER = "CUSTOMER"


class ActorSource(enum.StrEnum):
    """The kinds of actors that create or update a record. Sources of newer servers stay `str`."""

    EMAIL = "EMAIL"
    CALENDAR = "CALENDAR"
    API = "API"
    IMPORT = "IMPORT"
    MANUAL = "MANUAL"
    SYSTEM = "SYSTEM"
    WORKFLOW = "WORKFLOW"
    WEBHOOK = "WEBHOOK"
    AGENT = "AGENT"
    APPLICATION = "APPLICATION"


def _freeze_json(
    value: Mapping[str, Any] | list[Any] | tuple[Any, ...] | Unset | None,
) -> Mapping[str, Any] | tuple[Any, ...] | Unset | None:
    if isinstance(value, Mapping):
        return freeze(value)
    return tuple(value) if isinstance(value, list) else value


@attrs.frozen(kw_only=True, repr=False)
class Amount(Record):
    """
    An amount of money, counted in micros.

    Amounts of one currency can be compared, added and subtracted, and any amount can be multiplied by an int or a
    Decimal, always exactly. Amounts of different currencies raise TypeError. So do amounts without a currency (absent,
    null or empty), because they may be of different ones. Results do not have extra properties. Amounts are equal if
    their micros, their currency and their extra properties are.

    Attributes:
        amount_micros: Millionths of the major unit, for every currency: JPY 100 is 100_000_000.
        currency_code: The ISO 4217 code.
    """

    amount_micros: int | Unset | None = UNSET
    currency_code: str | Unset | None = UNSET

    @classmethod
    def of(cls, value: Decimal | int | str, currency_code: str, /, *, rounding: str | None = None) -> Amount:
        """
        Build an amount from major units, exactly.

        Args:
            value: The amount in major units, `"1249.99"`. Floats are refused: 8.20 is not 8.20 in binary.
            currency_code: The ISO 4217 code, three capital letters. Whether the currency exists is not checked.
            rounding: A rounding mode of the decimal module, for values finer than one micro, which are refused
                otherwise.

        Returns:
            The amount.

        Raises:
            UnrepresentableError: The value is not a finite decimal number, or finer than one micro, or the code is not
                three capital letters.
            TypeError: The value is a float or bool, or the code is not a str.
        """
        if not isinstance(currency_code, str):
            raise TypeError(f"a currency code is a str such as USD, not {type(currency_code).__name__}")
        if not _is_currency_code(currency_code):
            raise AmountError(
                f'"{legible(currency_code, 40)}" is not a currency code: three capital letters such as USD'
            )
        return cls(amount_micros=decimal_to_micros(value, rounding=rounding), currency_code=currency_code)

    @property
    def value(self) -> Decimal | None:
        """
        The exact amount in major units; None without micros.

        Raises:
            TypeError: The micros are not an int. A record may hold anything, and is validated when it is dumped.
        """
        micros: Any = self.amount_micros
        return None if micros is None or micros is UNSET else micros_to_decimal(micros)

    def __add__(self, other: Amount) -> Amount:
        if not isinstance(other, Amount):
            return NotImplemented
        mine, theirs = self._micros_beside(other, "add")
        return self._with_micros(mine + theirs)

    def __radd__(self, other: int) -> Amount:
        """Return this amount if the other value is the 0 that `sum` begins with; type checkers allow any int."""
        return self if other.__class__ is int and other == 0 else NotImplemented

    def __sub__(self, other: Amount) -> Amount:
        if not isinstance(other, Amount):
            return NotImplemented
        mine, theirs = self._micros_beside(other, "subtract")
        return self._with_micros(mine - theirs)

    def __mul__(self, factor: Decimal | int) -> Amount:
        """Multiply by a number; a product finer than one micro raises UnrepresentableError."""
        if isinstance(factor, bool) or not isinstance(factor, (Decimal, int)):
            return NotImplemented
        return self._with_micros(scaled_micros(self._whole_micros("multiply"), factor))

    __rmul__ = __mul__

    def __neg__(self) -> Amount:
        return self._with_micros(-self._whole_micros("negate"))

    def __abs__(self) -> Amount:
        return self._with_micros(abs(self._whole_micros("take the absolute value of")))

    def _with_micros(self, micros: int) -> Amount:
        return self.__class__(amount_micros=micros, currency_code=self.currency_code)

    def __lt__(self, other: Amount) -> bool:
        return self._ordered(other, int.__lt__)

    def __le__(self, other: Amount) -> bool:
        return self._ordered(other, int.__le__)

    def __gt__(self, other: Amount) -> bool:
        return self._ordered(other, int.__gt__)

    def __ge__(self, other: Amount) -> bool:
        return self._ordered(other, int.__ge__)

    def _ordered(self, other: Amount, compare: Callable[[int, int], bool]) -> bool:
        return compare(*self._micros_beside(other, "compare")) if isinstance(other, Amount) else NotImplemented

    def _micros_beside(self, other: Amount, verb: str) -> tuple[int, int]:
        """Return the micros of two amounts of one currency."""
        if self.currency_code != other.currency_code or not self.currency_code:
            mine, theirs = (amount.currency_code or "no currency" for amount in (self, other))
            if mine == theirs:
                message = f"cannot {verb} amounts without a currency: they may be of two currencies"
                raise TypeError(message)
            message = f"cannot {verb} {mine} and {theirs}: convert one of them first"
            raise TypeError(message)
        return self._whole_micros(verb), other._whole_micros(verb)

    def _whole_micros(self, verb: str) -> int:
        micros = self.amount_micros
        if not isinstance(micros, int) or isinstance(micros, bool):
            message = f"cannot {verb} an amount without an integer in amount_micros"
            raise TypeError(message)
        return micros


@attrs.frozen(kw_only=True, repr=False)
class ActorMetadata(Record):
    """
    The person or the program that created or updated a record.

    Attributes:
        source: The kind of actor. A source that this release does not know stays `str`.
        workspace_member_id: The workspace member, if it was a person.
        name: The name to display.
        context: More about the source, such as `{"provider": "google"}`. May be an array.
    """

    source: ActorSource | str | Unset | None = UNSET
    workspace_member_id: uuid.UUID | Unset | None = UNSET
    name: str | Unset | None = UNSET
    context: Mapping[str, Any] | tuple[Any, ...] | Unset | None = attrs.field(
        default=UNSET, converter=_freeze_json, hash=False
    )
