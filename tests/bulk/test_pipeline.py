"""The pipeline counts valid records by stage, currency and day, and adds their amounts up exactly."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import pytest

from twenty_opportunity.bulk import Worth
from twenty_opportunity.bulk.pipeline import Pipeline, day_of


def counted(*records: dict[str, Any]) -> Pipeline:
    """Count records."""
    pipeline = Pipeline()
    for record in records:
        pipeline.count([record])
    pipeline.count(records)
    return pipeline


def amount(micros: object, currency: object = "USD") -> dict[str, Any]:
    """Make a record at the stage NEW."""
    return {"stage": "NEW", "closeDate": None, "amount": {"amountMicros": micros, "currencyCode": currency}}


def test_sums_are_exact() -> None:
    """Integers of any size, whole floats and texts of digits add up without a loss, in any context."""
    records = [amount(10**30 + 1), amount(1), amount(2.0), amount("9" * 5000), amount(None), amount(-5)]
    with localcontext(prec=3):
        found = counted(*records).stages()
    assert found == {("NEW", "USD"): Worth(12, 10, 2 * (10**30 + 1 + 1 + 2 + (10**5000 - 1) - 5))}


def test_sums_do_not_tell_when_they_were_made() -> None:
    """More records than are summed up at once are worth what they are worth."""
    found = counted(*[amount(7)] * 12_000).stages()
    assert found == {("NEW", "USD"): Worth(24_000, 24_000, 168_000)}


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ({}, ("", "")),
        ({"stage": "NEW", "amount": None, "closeDate": None}, ("NEW", "")),
        ({"stage": None, "amount": {}}, ("", "")),
        (amount(None, None), ("NEW", "")),
        ({"amount": {"currencyCode": "USD"}}, ("", "USD")),
    ],
)
def test_what_a_record_has_not_is_empty(record: dict[str, Any], key: tuple[str, str]) -> None:
    """Records without a stage, an amount or a date are counted once each, and worth nothing."""
    pipeline = counted(record)
    assert (pipeline.stages(), pipeline.days()) == ({key: Worth(2, 0, 0)}, {})
    assert pipeline.stages()[key].value is None


def test_the_value_is_in_units() -> None:
    """Micros are millionths."""
    assert Worth(1, 1, 1_249_990_000).value == Decimal("1249.99")


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-09-30T23:59:59.999Z", "2026-09-30"),
        ("2026-09-30t00:00:00z", "2026-09-30"),
        ("2026-09-30T23:30:00-01:00", "2026-10-01"),
        ("2026-09-30T00:30:00.5+01:00", "2026-09-29"),
        ("2016-12-31T15:59:60-08:00", "2016-12-31"),
        ("0000-01-01T00:00:00+01:00", "0000-01-01"),
        ("0001-01-01T00:00:00+01:00", "0001-01-01"),
        ("9999-12-31T23:59:59-01:00", "9999-12-31"),
    ],
)
def test_days_are_those_of_utc(instant: str, day: str) -> None:
    """An instant counts on its day in UTC, leap seconds too; where there is no such day, on the one that is written."""
    assert day_of(instant) == day
    assert counted({"closeDate": instant}, {"closeDate": "2027-01-01"}).days() == {day: 2, "2027-01-01": 2}
