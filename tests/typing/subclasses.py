"""Subclasses, as type checkers see them: changes of a record keep its class."""
# pyright: strict

from __future__ import annotations

from decimal import Decimal
from typing import assert_type

import attrs
from hypothesis.strategies import SearchStrategy

from twenty_opportunity import (
    SERVER,
    UNSET,
    ActorMetadata,
    ActorSource,
    Amount,
    Opportunity,
    OpportunityUpdate,
    PartialOpportunity,
    Unset,
    WebhookEvent,
    strategies,
    webhooks,
)


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """A user's record class."""

    budget: Amount | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class PartialDeal(PartialOpportunity):
    """The same with any subset of its properties."""

    budget: Amount | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class DealUpdate(OpportunityUpdate):
    """The body that updates it."""

    budget: Amount | Unset | None = UNSET


def updates_are_of_their_class(before: Deal, after: Deal) -> None:
    """`between` returns the update class that it is called on, `apply` the class of its argument."""
    assert_type(DealUpdate.between(before, after), DealUpdate)
    assert_type(OpportunityUpdate.between(before, after), OpportunityUpdate)
    assert_type(OpportunityUpdate(name="Heat pump").apply(before), Deal)
    assert_type(attrs.evolve(before, budget=None), Deal)


def attributes_are_typed() -> None:
    """Attributes of a subclass are checked like those of the base."""
    PartialDeal(name="Heat pump", budget=Amount.of(100, "EUR"))
    PartialDeal(budget=100)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Deal({})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def events_hold_records_of_it(body: bytes, headers: dict[str, str]) -> None:
    """`receive` returns events of a subclass on request."""
    assert_type(webhooks.receive(body, headers, "the secret"), WebhookEvent[Opportunity])
    assert_type(webhooks.receive(body, headers, "the secret", cl=WebhookEvent[Deal]), WebhookEvent[Deal])
    webhooks.receive("{}", headers, "the secret")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


def strategies_make_it() -> None:
    """Strategies generate the class that is passed."""
    assert_type(strategies.records(), SearchStrategy[Opportunity])
    assert_type(strategies.records(Deal, SERVER), SearchStrategy[Deal])


def money_is_typed() -> None:
    """A type checker also refuses a float as an amount."""
    assert_type(Amount.of("8.20", "EUR") + Amount.of(1, "EUR"), Amount)
    assert_type(-(Amount.of(1, "EUR") * Decimal("0.19")) - 2 * Amount.of(1, "EUR"), Amount)
    assert_type(abs(Amount.of(1, "EUR")), Amount)
    Amount.of(1, "EUR") * 0.19  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
    assert_type(sum([Amount.of(1, "EUR")], Amount.of(0, "EUR")), Amount)
    sum([Amount.of(1, "EUR")])
    Amount.of(8.20, "EUR")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def sources_are_open(actor: ActorMetadata) -> None:
    """A source that this release does not know is text."""
    assert_type(actor.source, ActorSource | str | Unset | None)
