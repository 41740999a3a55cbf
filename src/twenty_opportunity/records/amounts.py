"""The objects inside an opportunity: amounts, actors, and the composite types of custom fields."""

# pyright: reportUnnecessaryIsInstance=false
# What callers may pass is checked at run time, too.

from __future__ import annotations

import enum
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from twenty_opportunity.records.base import UNSET, Record, Unset, freeze
from twenty_opportunity.values.money import decimal_to_micros, micros_to_decimal

if TYPE_CHECKING:
    from decimal import Decimal


class Stage(enum.StrEnum):
    """The pipeline stages of a workspace that has not changed them, in their order."""

    NEW = "NEW"
    SCREENING = "SCREENING"
    MEETING = "MEETING"
    PROPOSAL = "PROPOSAL"
    CUSTOMER = "CUSTOMER"


class ActorSource(enum.StrEnum):
    """What can create or update a record; servers may know more, which stay `str`."""

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


def _freeze_object(members: Mapping[str, Any] | Unset | None) -> Mapping[str, Any] | Unset | None:
    return freeze(members) if isinstance(members, Mapping) else members


@attrs.frozen(kw_only=True, repr=False)
class Amount(Record):
    """
    An amount of money, counted in micros.

    Amounts of one currency compare and add exactly; of two currencies they refuse to (TypeError), and so do two that
    name none (absent, null or empty): nothing says that it is the same one. Equality is that of records: same micros,
    same currency, same extra members.

    Attributes:
        amount_micros: Millionths of the major unit, for every currency: JPY 100 is 100_000_000.
        currency_code: The ISO 4217 code.
    """

    amount_micros: int | Unset | None = UNSET
    currency_code: str | Unset | None = UNSET

    @classmethod
    def of(cls, value: Decimal | int | str, currency_code: str, /, *, rounding: str | None = None) -> Amount:
        """
        Make an amount from major units, exactly.

        Args:
            value: The amount in major units, `"1249.99"`. Floats are refused: 8.20 is not 8.20 in binary.
            currency_code: The ISO 4217 code.
            rounding: A rounding mode of the decimal module, for values finer than one micro; without it they are
                refused.

        Returns:
            The amount.

        Raises:
            UnrepresentableError: The value is no finite decimal number, or finer than one micro.
            TypeError: The value is a float or bool.
        """
        return cls(amount_micros=decimal_to_micros(value, rounding=rounding), currency_code=currency_code)

    @property
    def value(self) -> Decimal | None:
        """
        The amount in major units, exact; None where it has none.

        Raises:
            TypeError: The micros are no int: a record can be made of anything, and is judged when it is dumped.
        """
        micros: Any = self.amount_micros
        return None if micros is None or micros is UNSET else micros_to_decimal(micros)

    def __add__(self, other: Amount) -> Amount:
        """Add two amounts of one currency, exactly; undescribed members are not carried over."""
        if not isinstance(other, Amount):
            return NotImplemented
        mine, theirs = self._micros_beside(other, "add")
        return self.__class__(amount_micros=mine + theirs, currency_code=self.currency_code)

    def __radd__(self, other: int) -> Amount:
        """Let `sum` begin with its 0; type checkers want that said of every int."""
        return self if other.__class__ is int and other == 0 else NotImplemented

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
        """Give the micros of both amounts, where they are of one currency."""
        if self.currency_code != other.currency_code or not self.currency_code:
            mine, theirs = (amount.currency_code or "no currency" for amount in (self, other))
            if mine == theirs:
                message = f"cannot {verb} amounts without a currency: nothing says that both are of the same one"
                raise TypeError(message)
            message = f"cannot {verb} {mine} and {theirs}: convert one of them first"
            raise TypeError(message)
        return self._whole_micros(verb), other._whole_micros(verb)

    def _whole_micros(self, verb: str) -> int:
        micros = self.amount_micros
        if not isinstance(micros, int) or isinstance(micros, bool):
            message = f"cannot {verb} an amount that has no amount_micros, an int"
            raise TypeError(message)
        return micros


@attrs.frozen(kw_only=True, repr=False)
class ActorMetadata(Record):
    """
    Who or what created or updated a record.

    Attributes:
        source: The kind of actor; one that this release does not know stays `str`.
        workspace_member_id: The member, where a person did it.
        name: The name shown.
        context: More about the source, such as `{"provider": "google"}`.
    """

    source: ActorSource | str | Unset | None = UNSET
    workspace_member_id: uuid.UUID | Unset | None = UNSET
    name: str | Unset | None = UNSET
    context: Mapping[str, Any] | Unset | None = attrs.field(default=UNSET, converter=_freeze_object, hash=False)
