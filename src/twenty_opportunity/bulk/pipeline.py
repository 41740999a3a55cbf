"""The pipeline: how many records there are at each stage, what they are worth, exactly, and when they close."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.errors import UnrepresentableError
from twenty_opportunity.schemas.metadata_reader import is_dict
from twenty_opportunity.values.formats import parse_date_time
from twenty_opportunity.values.money import micros_to_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DAY: Final = len("2026-09-30")
_AT_ONCE: Final = 10_000  # amounts that are summed up together: each sum costs as much as ten amounts
_MINUTE: Final = len("2026-09-30T08:30")


@attrs.frozen(order=True)
class Worth:
    """
    What some records are worth together.

    Attributes:
        records: How many records there are.
        amounts: How many of them have an amount.
        micros: The exact sum of these.
    """

    records: int = 0
    amounts: int = 0
    micros: int = 0

    def __add__(self, other: Worth) -> Worth:
        return Worth(self.records + other.records, self.amounts + other.amounts, self.micros + other.micros)

    @property
    def value(self) -> Decimal | None:
        """The sum in units of the currency; None where no record has an amount."""
        return micros_to_decimal(self.micros) if self.amounts else None


class Pipeline:
    """Figures of valid records, counted as they come."""

    def __init__(self) -> None:
        self._micros: dict[Any, dict[Any, list[Any]]] = {}  # by stage, then by currency
        self._dates: Counter[Any] = Counter()
        self._stages: dict[tuple[str, str], Worth] = {}
        self._waiting = 0

    def count(self, records: Iterable[Mapping[str, Any]]) -> int:
        """
        Count records.

        Args:
            records: Valid instances.

        Returns:
            How many there are.
        """
        # Every valid record there is comes by here. Most are of a kind that was met before and have everything; two
        # looks at texts cost less than one at a pair of them, and lists are summed up faster than numbers.
        micros = self._micros
        dates: list[Any] = []
        for record in records:
            try:
                amount = record["amount"]
                of_kind = micros[record["stage"]][amount["currencyCode"]]
                date, micro = record["closeDate"], amount["amountMicros"]
            except (KeyError, TypeError):
                of_kind, date, micro = self._unusual(record)
            of_kind.append(micro)
            dates.append(date)
        self._dates.update(dates)
        self._waiting += len(dates)
        if self._waiting >= _AT_ONCE:
            self._add_up()
        return len(dates)

    def _unusual(self, record: Mapping[str, Any]) -> tuple[list[Any], Any, Any]:
        amount = record.get("amount")
        found = amount if is_dict(amount) else {}
        of_stage = self._micros.setdefault(record.get("stage"), {})
        of_kind = of_stage.setdefault(found.get("currencyCode"), [])
        return of_kind, record.get("closeDate"), found.get("amountMicros")

    def _add_up(self) -> None:
        self._waiting = 0
        for stage, of_stage in self._micros.items():
            for currency, found in of_stage.items():
                if found:
                    key = (stage or "", currency or "")
                    self._stages[key] = self._stages.get(key, Worth()) + _worth(found)
                    found.clear()

    def stages(self) -> dict[tuple[str, str], Worth]:
        """Give what was counted by stage and currency; a text is empty where a record has none."""
        self._add_up()
        return dict(self._stages)

    def days(self) -> dict[str, int]:
        """Give how many records close on which day, in UTC."""
        days: Counter[str] = Counter()
        for date, number in self._dates.items():
            if date:
                days[date if len(date) == _DAY else day_of(date)] += number
        return dict(days)


def _worth(found: list[Any]) -> Worth:
    amounts = [micros if micros.__class__ is int else _exact(micros) for micros in found if micros is not None]
    return Worth(len(found), len(amounts), sum(amounts))


def _exact(micros: float | str) -> int:
    """Read micros in the other forms that a schema may allow: 2.0, and digits in a text."""
    return int(Decimal(micros))


def day_of(instant: str) -> str:
    """
    Tell the day of an instant in UTC, the way servers count it.

    Args:
        instant: A valid date-time.

    Returns:
        The day, `YYYY-MM-DD`; the day as written where UTC would leave the years that Python has.
    """
    if instant[-1] in "Zz":
        return instant[:_DAY]
    try:
        # Seconds change no day, and leap seconds cannot be parsed. An offset is six characters long.
        return parse_date_time(f"{instant[:_MINUTE]}:00{instant[-6:]}").astimezone(dt.UTC).date().isoformat()
    except (UnrepresentableError, OverflowError):
        return instant[:_DAY]
