"""
Invariant 5: no silent invalid records.

`dumps` refuses a record that is not a valid document, with its violations.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    STANDARD,
    UNSET,
    ActorMetadata,
    Amount,
    Opportunity,
    OpportunityCreate,
    OpportunityPage,
    OpportunityUpdate,
    PartialOpportunity,
    Profile,
    TwentyOpportunityError,
    ValidationError,
    WebhookEvent,
)
from twenty_opportunity.records import Connection, DuplicatesAnswer, GraphQLPage, Group, GroupByAnswer, Note
from twenty_opportunity.records.responses import ConnectionData, Duplicates, Edge, PageData
from twenty_opportunity.strategies import records

if TYPE_CHECKING:
    from collections.abc import Callable

INSTANT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
VALID = Opportunity(id=uuid.UUID(int=1), created_at=INSTANT, updated_at=INSTANT, name="", stage="NEW")
NOTE = Note(id=uuid.UUID(int=1), created_at=INSTANT, updated_at=INSTANT)
THINGS = st.one_of(
    st.sampled_from([None, UNSET, True, (), [], {}, b"", float("nan"), Decimal(1), uuid.UUID(int=0), INSTANT]),
    st.sampled_from([Amount(), Amount(currency_code="usd"), ActorMetadata(source="NOBODY"), VALID, PageData()]),
    st.integers(),
    st.floats(),
    st.text(),
    st.dates(),
    st.lists(st.text(), max_size=2).map(tuple),
)


@given(st.data())
@settings.get_profile("each case")
def test_dumped_records_are_valid(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """The schema accepts all that `dumps` writes, for any attributes and extra properties."""
    profile, cl = case
    record = data.draw(records(cl, profile))
    names = [attribute.name for attribute in attrs.fields(record.__class__) if attribute.name != "extra"]
    held = data.draw(st.dictionaries(st.sampled_from(names), THINGS, max_size=2))
    extra = data.draw(st.dictionaries(st.sampled_from(["name", "amount", "new"]), THINGS, max_size=1))
    with contextlib.suppress(TwentyOpportunityError):
        text = profile.dumps(attrs.evolve(record, **held, extra={**record.extra, **extra}))
        assert profile.is_valid(msgspec.json.decode(text), cl)


@pytest.mark.parametrize(
    ("profile", "record", "violations"),
    [
        (
            PUBLISHED,
            OpportunityCreate(),
            ["/name required", "/stage required"],
        ),
        (PUBLISHED, PartialOpportunity(name=None), ["/name type"]),
        (PUBLISHED, attrs.evolve(VALID, stage="LEAD"), ["/stage enum"]),
        (PUBLISHED, attrs.evolve(VALID, amount=Amount(currency_code="usd")), ["/amount/currencyCode pattern"]),
        (PUBLISHED, attrs.evolve(VALID, close_date=INSTANT), ["/closeDate format"]),
        (PUBLISHED, attrs.evolve(VALID, created_by=ActorMetadata(source="AGENT")), ["/createdBy/source enum"]),
        (PUBLISHED, attrs.evolve(VALID, position=float("nan")), ["/position type"]),
        (PUBLISHED, OpportunityCreate(id=uuid.UUID(int=1), name="", stage="NEW"), ["/id additionalProperties"]),
        (PUBLISHED, OpportunityCreate(name=""), ["/stage required"]),
        (PUBLISHED, OpportunityUpdate(extra={"nmae": "Deal"}), ["/nmae additionalProperties"]),
        (SERVER, OpportunityUpdate(amount=Amount(amount_micros=2**53 + 1)), ["/amount/amountMicros maximum"]),
        (
            SERVER,
            OpportunityPage(data=PageData(opportunities=(VALID, attrs.evolve(VALID, position=float("nan"))))),
            None,
        ),
    ],
)
def test_invalid_records_are_refused_with_all_violations(
    profile: Profile, record: Any, violations: list[str] | None
) -> None:
    """A record with well-typed attributes that is not a valid document is refused with all violations."""
    with pytest.raises(ValidationError) as caught:
        profile.dumps(record)
    found = [f"{violation.pointer} {violation.keyword}" for violation in caught.value.violations]
    assert found == (["/data/opportunities/1/position type"] if violations is None else violations)


@pytest.mark.parametrize(
    ("attribute", "value", "reason"),
    [
        ("id", str(uuid.UUID(int=1)), "the attribute id holds str; it takes UUID"),
        ("created_at", INSTANT.date(), "the attribute created_at holds date; it takes datetime"),
        ("name", 5, "the attribute name holds int; it takes str"),
        ("name", b"Deal", "the attribute name holds bytes; it takes str"),
        ("stage", None, "the attribute stage holds NoneType; it takes Stage | str"),
        ("amount", {"amountMicros": 1}, "the attribute amount holds dict; it takes Amount"),
        ("close_date", "2026-01-01", "the attribute close_date holds str; it takes date | datetime"),
        ("position", Decimal(1), "the attribute position holds Decimal; it takes float"),
        ("position", True, "the attribute position holds bool; it takes float"),
        ("deleted_at", VALID, "the attribute deleted_at holds Opportunity; it takes datetime"),
    ],
)
def test_wrong_attribute_is_refused_at_its_property(attribute: str, value: Any, reason: str) -> None:
    """An attribute of a wrong type is refused with the property, the attribute and its type."""
    with pytest.raises(ValidationError) as caught:
        PUBLISHED.unstructure(attrs.evolve(VALID, **{attribute: value}))
    (violation,) = caught.value.violations
    member = {"created_at": "createdAt", "close_date": "closeDate", "deleted_at": "deletedAt"}.get(attribute, attribute)
    assert (violation.pointer, violation.keyword, violation.message) == (f"/{member}", "type", reason)


def test_pointer_leads_into_nested_values() -> None:
    """The pointer leads through objects and arrays to the wrong property."""
    wrong: Any = Amount(amount_micros="5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    page = OpportunityPage(data=PageData(opportunities=(VALID, attrs.evolve(VALID, amount=wrong))))
    with pytest.raises(ValidationError) as caught:
        SERVER.unstructure(page)
    assert [each.pointer for each in caught.value.violations] == ["/data/opportunities/1/amount/amountMicros"]
    odd: Any = (VALID, "not a record")
    with pytest.raises(ValidationError) as caught:
        SERVER.unstructure(OpportunityPage(data=PageData(opportunities=odd)))
    assert [str(each) for each in caught.value.violations] == [
        "/data/opportunities/1: holds str, not PartialOpportunity"
    ]


@pytest.mark.parametrize("is_page", [True, False], ids=["page", "groups"])
def test_document_of_another_object_holds_only_its_records(*, is_page: bool) -> None:
    """A page or a group of companies with an opportunity among its records is refused by `dumps`."""
    profile, edge = STANDARD["company"], Edge(node=PartialOpportunity(name="Roof"))
    data: Any = profile.structure({"data": {"companies": {"edges": []}}}, profile.graphql_page)
    inner = attrs.evolve(data.data, companies=Connection(edges=(edge,)))
    groups: Any = GroupByAnswer(groups=(Group(group_by_dimension_values=(), edges=(edge,)),))
    with pytest.raises(ValidationError, match="a record of companies"):
        profile.dumps(attrs.evolve(data, data=inner) if is_page else groups)


@pytest.mark.parametrize("held", [Amount(), OpportunityCreate(name=""), WebhookEvent(), NOTE])
@pytest.mark.parametrize(
    "document_with",
    [
        lambda held: WebhookEvent(record=held),
        lambda held: DuplicatesAnswer(data=(Duplicates(opportunity_duplicates=(held,)),)),
        lambda held: GraphQLPage(data=ConnectionData(opportunities=Connection(edges=(Edge(node=held),)))),
    ],
)
def test_document_holds_only_records_of_its_object(document_with: Callable[[Any], Any], held: Any) -> None:
    """A document that holds another record than a complete or partial one of its object is refused, not written."""
    document = document_with(held)
    for write in (SERVER.dumps, SERVER.unstructure):
        with pytest.raises(ValidationError, match="a record of opportunities"):
            write(document)
