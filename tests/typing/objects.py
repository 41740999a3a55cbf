"""Type checkers follow the records and documents of every object."""

# pyright: strict
# As a user of the strict mode sees them: nothing is unknown.

from __future__ import annotations

import uuid
from typing import IO, Any, assert_type

import attrs
from hypothesis.strategies import SearchStrategy

from twenty_opportunity import Amount, Opportunity, OpportunityUpdate, Profile, Workspace, bulk, strategies, tables
from twenty_opportunity.matchers import IsDocument, IsOpportunity
from twenty_opportunity.profiles import SERVER, STANDARD, compare
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
    Partial,
    PartialCompany,
    PartialPerson,
    Person,
    Record,
    Unset,
    Update,
    WebhookEvent,
    WorkspaceMember,
)
from twenty_opportunity.testing import TwentyServer
from twenty_opportunity.testing.fixtures import OpportunityMaker, fixtures


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


@attrs.frozen(kw_only=True)
class PartialDealRoom(Partial, object="dealRoom", plural="dealRooms"):
    """Any part of one."""

    name: str | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class DealRoomUpdate(Update[DealRoom | PartialDealRoom], object="dealRoom", plural="dealRooms"):
    """The body that updates one."""

    name: str | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """A class for opportunities with a custom field."""

    roof_area: float | Unset | None = UNSET


def classes_of_a_program(room: DealRoom, part: PartialDealRoom, body: bytes) -> None:
    """A workspace and a profile that know the classes return them."""
    workspace = Workspace.from_metadata([], records=[Deal, DealRoom])
    assert_type(workspace[Deal], Profile[Deal])
    assert_type(workspace[DealRoom].loads(body), DealRoom)
    assert_type(Profile.from_metadata({}, record=Deal).loads(body), Deal)
    assert_type(Profile.from_metadata({}, record=Deal, open_options=True).loads(body), Deal)
    assert_type(Workspace.from_metadata([], open_options=True)[Company].loads(body), Company)
    assert_type(Profile.from_metadata({}), Profile[Opportunity])
    for profile in (workspace[PartialDealRoom], workspace[DealRoomUpdate], workspace[OpportunityUpdate]):
        assert_type(profile, Profile[Any])
    assert_type(workspace[Page[Deal]], Profile[Any])
    assert_type(workspace[WebhookEvent[DealRoom]], Profile[Any])
    assert_type(DealRoomUpdate.between(room, room), DealRoomUpdate)
    DealRoomUpdate.between(part, part)
    Profile.from_metadata({}, record=DealRoom)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]


def updates_of_any_object(workspace: Workspace, room: DealRoom) -> bytes:
    """An object without a handwritten update class has a typed update."""
    update = Update.between(room, room)
    assert_type(update.apply(room), DealRoom)
    return workspace[DealRoom].dumps(update)


def about_deals(profile: Profile) -> Opportunity:
    """A function with a bare annotation is for opportunities, of any class."""
    return profile.loads(b"{}")


def profiles_as_arguments(deals: Profile[Deal], companies: Profile[Company], file: IO[bytes], text: IO[str]) -> None:
    """Everything in the package that takes a profile takes the one of every class."""
    about_deals(deals)
    about_deals(companies)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    compare(deals, companies)
    profile: Profile[Deal] | Profile[Company]
    for profile in (deals, companies):
        bulk.summarize([], profile)
        bulk.rules_of(profile)
        bulk.iter_entries([], profile)
        bulk.iter_parts([], profile)
        bulk.validate_bag([], profile)
        tables.to_parquet([], file, profile)
        tables.from_parquet(file, profile)
        tables.to_arrow([], profile)
        tables.from_arrow([], profile)
        tables.to_csv([], text, profile)
        tables.from_csv(text, profile)
        fixtures(profile)
        OpportunityMaker(profile, "seed")
        IsOpportunity(profile)
        IsDocument(Company, profile)
        TwentyServer(profile)
    strategies.documents(Company, companies)
    strategies.invalid_documents(Company, companies)
    strategies.raw_documents(Company, companies)
    strategies.malformed_documents(Company, companies)
    assert_type(strategies.records(Company, companies), SearchStrategy[Company])
    assert_type(strategies.records(Deal, deals), SearchStrategy[Deal])


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
