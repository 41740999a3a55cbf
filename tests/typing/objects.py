"""Type checkers follow the records and documents of every object."""

from __future__ import annotations

import uuid
from typing import Any, assert_type

import attrs

from twenty_opportunity import Amount, Opportunity, Profile, Workspace
from twenty_opportunity.profiles import SERVER, STANDARD
from twenty_opportunity.records import (
    UNSET,
    Answer,
    BatchAnswer,
    Company,
    CompanyUpdate,
    Connection,
    DuplicatesAnswer,
    GraphQLDuplicates,
    GraphQLGroupBy,
    GraphQLPage,
    Group,
    Links,
    NoteTarget,
    Page,
    PartialCompany,
    PartialPerson,
    Person,
    Record,
    Unset,
    WebhookEvent,
    WorkspaceMember,
)


@attrs.frozen(kw_only=True)
class DealRoom(Record, object="dealRoom", plural="dealRooms"):
    """A class for a custom object."""

    id: uuid.UUID
    name: str | Unset | None = UNSET


def objects(workspace: Workspace) -> None:
    """A class as the key returns a typed profile; a name returns a profile of any record."""
    assert_type(workspace.opportunity, Profile[Opportunity])
    assert_type(workspace[Company], Profile[Company])
    assert_type(workspace["dealRoom"], Profile[Any])
    assert_type(SERVER.loads(b"{}"), Opportunity)
    assert_type(STANDARD[Person].loads(b"{}"), Person)


def documents(profile: Profile[Any]) -> None:
    """The argument of a document is the class of its records."""
    company = profile.loads(b"{}", Company)
    assert_type(company.annual_revenue, Amount | Unset | None)
    assert_type(company.domain_name, Links | Unset | None)
    page = profile.loads(b"{}", Page[Company])
    assert_type(page.records, tuple[Company, ...])
    for each in page:
        assert_type(each, Company)
    assert_type(profile.loads(b"{}", Answer[DealRoom]).record, DealRoom | Unset)
    assert_type(profile.loads(b"{}", Answer[DealRoom]).deleted_id, uuid.UUID | Unset)
    assert_type(profile.loads(b"{}", BatchAnswer[DealRoom]).deleted_ids, tuple[uuid.UUID, ...])
    for duplicates in profile.loads(b"{}", DuplicatesAnswer[Person]):
        assert_type(duplicates.records, tuple[Person, ...])
        assert_type(list(duplicates), list[Person])
    for connection in profile.loads(b"{}", GraphQLDuplicates[PartialPerson]):
        assert_type(connection, Connection[PartialPerson])
    for group in profile.loads(b"{}", GraphQLGroupBy[PartialPerson]):
        assert_type(group, Group[PartialPerson])
    for person in profile.loads(b"{}", GraphQLPage[Person]):
        assert_type(person, Person)
    assert_type(profile.structure({}, WebhookEvent[DealRoom]).record, DealRoom | Unset)


def relations(deal: Opportunity, partial: PartialCompany) -> None:
    """Related records are complete in complete records, and partial in partial ones."""
    assert_type(deal.company, Company | Unset | None)
    assert_type(deal.point_of_contact, Person | Unset | None)
    assert_type(deal.owner, WorkspaceMember | Unset | None)
    assert_type(deal.note_targets, tuple[NoteTarget, ...] | Unset)
    assert_type(partial.people, tuple[PartialPerson, ...] | Connection[PartialPerson] | Unset)
    CompanyUpdate(people=())  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def updates(company: Company, deal: Opportunity) -> None:
    """An update compares records of its object."""
    update = CompanyUpdate.between(company, company)
    assert_type(update, CompanyUpdate)
    assert_type(update.apply(company), Company)
    CompanyUpdate.between(company, deal)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    CompanyUpdate(nme="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
