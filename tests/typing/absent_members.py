"""Absent members, as type checkers see them: UNSET narrows, and what may be absent or null cannot be forgotten."""
# pyright: strict

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import assert_type

from twenty_opportunity import UNSET, Amount, Opportunity, OpportunityUpdate, Stage, Unset


def unset_narrows(deal: Opportunity) -> None:
    """`is UNSET` takes Unset out of a type, and leaves nothing else on the other side."""
    assert_type(deal.name, str | Unset | None)
    if deal.name is UNSET:
        return
    assert_type(deal.name, str | None)
    if deal.name is not None:
        assert_type(deal.name, str)


def truth_narrows(deal: Opportunity) -> None:
    """UNSET is false, so `or` gives a default for what is absent and for what is null."""
    assert_type(deal.company_id or uuid.UUID(int=0), uuid.UUID)
    if deal.amount:
        assert_type(deal.amount.value, Decimal | None)


def instances_narrow(deal: Opportunity) -> None:
    """`isinstance` narrows as well, where one type is all that is asked for."""
    if isinstance(deal.stage, Stage):
        assert_type(deal.stage, Stage)
    if isinstance(deal.amount, Amount):
        assert_type(deal.amount.value, Decimal | None)
    assert_type(deal.close_day, dt.date | Unset | None)


def nothing_is_forgotten(deal: Opportunity) -> None:
    """What may be absent or null is not used as if it were there."""
    Opportunity(name=deal.name, stage=deal.stage)
    uuid.UUID(deal.name)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def updates_say_three_things() -> None:
    """An update takes a value, None and UNSET, and refuses what is of another type."""
    OpportunityUpdate(name="Heat pump", close_date=None, amount=UNSET)
    OpportunityUpdate(name=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OpportunityUpdate(closeDate=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def records_are_frozen(deal: Opportunity) -> None:
    """No attribute can be set."""
    deal.name = "Heat pump"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    deal.extra["roofArea"] = 120  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
