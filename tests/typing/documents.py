"""Documents, as type checkers see them: calls return the class that was passed, also pages of subclasses."""
# pyright: strict

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_type

import attrs

from twenty_opportunity import (
    SERVER,
    UNSET,
    Opportunity,
    OpportunityPage,
    OpportunityUpdate,
    PartialOpportunity,
    Profile,
    Unset,
    Violation,
    WebhookEvent,
    dumps,
    is_valid,
    iter_violations,
    loads,
    structure,
    unstructure,
    validate,
)
from twenty_opportunity.records import GraphQLPage, OpportunityAnswer, OpportunityBatchAnswer


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """A user's record class."""

    roof_area: float | Unset | None = UNSET


def what_is_asked_for_is_given(data: bytes, text: str, instance: object) -> None:
    """`loads` and `structure` return the class that was passed, and an opportunity by default."""
    assert_type(loads(data), Opportunity)
    assert_type(SERVER.loads(text), Opportunity)
    assert_type(SERVER.loads(data, OpportunityUpdate), OpportunityUpdate)
    assert_type(SERVER.structure(instance, Deal), Deal)
    assert_type(structure(instance), Opportunity)
    assert_type(Profile.from_metadata(instance), Profile)


def pages_hold_opportunities(data: bytes) -> None:
    """A page without an argument is a page of opportunities."""
    page = SERVER.loads(data, OpportunityPage)
    assert_type(page, OpportunityPage[Opportunity])
    assert_type(list(page), list[Opportunity])
    assert_type(len(page), int)
    assert_type(SERVER.loads(data, OpportunityAnswer).opportunity, Opportunity | Unset)
    assert_type(SERVER.loads(data, OpportunityBatchAnswer).opportunities, tuple[Opportunity, ...])
    assert_type(list(SERVER.loads(data, GraphQLPage)), list[PartialOpportunity])
    assert_type(list(SERVER.loads(data, GraphQLPage[Opportunity])), list[Opportunity])
    assert_type(list(SERVER.loads(data, OpportunityPage[PartialOpportunity])), list[PartialOpportunity])
    assert_type(SERVER.structure({}, WebhookEvent).record, Opportunity | Unset)


def pages_of_subclasses_keep_them(data: bytes) -> None:
    """A page of a subclass contains records of that subclass, and so do answers and events."""
    page = SERVER.loads(data, OpportunityPage[Deal])
    assert_type(next(iter(page)).roof_area, float | Unset | None)
    assert_type(SERVER.loads(data, OpportunityAnswer[Deal]).opportunity, Deal | Unset)
    assert_type(SERVER.loads(data, OpportunityBatchAnswer[Deal]).opportunities, tuple[Deal, ...])
    assert_type(SERVER.loads(data, WebhookEvent[Deal]).record, Deal | Unset)


def there_and_back(deal: Deal) -> None:
    """Records become instances and bytes."""
    assert_type(unstructure(deal), dict[str, Any])
    assert_type(dumps(deal), bytes)


def questions(instance: object) -> None:
    """Any object can be checked."""
    assert_type(is_valid(instance), bool)
    assert_type(iter_violations(instance), Iterator[Violation])
    validate(instance, OpportunityUpdate)


def wrong_uses(deal: Opportunity, page: OpportunityPage[Opportunity]) -> None:
    """Wrong calls are errors before they run."""
    loads(7)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    loads(b"{}", dict)  # type: ignore[type-var]  # pyright: ignore[reportCallIssue, reportArgumentType]
    dumps({"name": "Heat pump"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OpportunityUpdate.between(deal, page)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    page[0]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
