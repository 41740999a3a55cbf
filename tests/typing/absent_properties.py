"""Absent properties, as type checkers see them: complete records need no narrowing, and UNSET narrows."""
# pyright: strict

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import assert_type

from twenty_opportunity import UNSET, Amount, Opportunity, OpportunityUpdate, PartialOpportunity, Stage, Unset


def complete_records_need_no_narrowing(deal: Opportunity) -> None:
    """The five required properties have their types, without UNSET or None."""
    assert_type(deal.id, uuid.UUID)
    assert_type(deal.created_at, dt.datetime)
    assert_type(deal.updated_at, dt.datetime)
    assert_type(deal.name, str)
    assert_type(deal.stage, Stage | str)
    assert_type(deal.name.upper(), str)
    assert_type(deal.updated_at - deal.created_at, dt.timedelta)


def complete_records_are_partial_ones(deal: Opportunity) -> PartialOpportunity:
    """A function that takes a partial record accepts a complete one."""
    return deal


def partial_records_are_not_complete(part: PartialOpportunity) -> None:
    """A partial record is not accepted as a complete one, and its id may be absent."""
    deal: Opportunity = part  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    assert_type(part.id, uuid.UUID | Unset)
    uuid.UUID(str(deal.id))


def unset_narrows(deal: PartialOpportunity) -> None:
    """`is UNSET` removes Unset from a type, and leaves nothing else on the other side."""
    assert_type(deal.name, str | Unset | None)
    if deal.name is UNSET:
        return
    assert_type(deal.name, str | None)
    if deal.name is not None:
        assert_type(deal.name, str)


def truth_narrows(deal: Opportunity) -> None:
    """UNSET is false, so `or` replaces both absent and null by a default."""
    assert_type(deal.company_id or uuid.UUID(int=0), uuid.UUID)
    if deal.amount:
        assert_type(deal.amount.value, Decimal | None)


def nothing_is_read_without_narrowing(deal: Opportunity) -> None:
    """An attribute of an object that may be absent or null is refused until it is narrowed."""
    deal.amount.value  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]  # noqa: B018
    deal.company_id.hex  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess, reportAttributeAccessIssue, reportUnknownMemberType]  # noqa: B018


def instances_narrow(deal: Opportunity) -> None:
    """`isinstance` also narrows, if only one type is of interest."""
    if isinstance(deal.stage, Stage):
        assert_type(deal.stage, Stage)
    if isinstance(deal.amount, Amount):
        assert_type(deal.amount.value, Decimal | None)
    assert_type(deal.close_day, dt.date | Unset | None)
    assert_type(deal.close_day_in(dt.UTC), dt.date | Unset | None)


def nothing_is_forgotten(deal: PartialOpportunity) -> None:
    """A value that may be absent or null cannot be used unchecked, and a complete record needs all its properties."""
    PartialOpportunity(name=deal.name, stage=deal.stage)
    uuid.UUID(deal.name)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Opportunity(name="Heat pump", stage="NEW")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def updates_say_three_things() -> None:
    """An update accepts a value, None and UNSET, and refuses values of another type."""
    OpportunityUpdate(name="Heat pump", close_date=None, amount=UNSET)
    OpportunityUpdate(name=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OpportunityUpdate(closeDate=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def records_are_frozen(deal: Opportunity) -> None:
    """No attribute can be set."""
    deal.name = "Heat pump"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    deal.extra["roofArea"] = 120  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
