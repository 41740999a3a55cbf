"""Related records are typed at depth 1, and anything else under their names stays in `extra`."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import uuid
from typing import Any, Final

import attrs
import pytest
from hypothesis import given

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    Opportunity,
    OpportunityPage,
    OpportunityUpdate,
    PartialOpportunity,
    Profile,
    UnrepresentableError,
    Unset,
    ValidationError,
    Workspace,
)
from twenty_opportunity.profiles import STANDARD
from twenty_opportunity.records import (
    Company,
    Connection,
    Create,
    NoteTarget,
    PartialCompany,
    PartialNoteTarget,
    PartialPerson,
    Person,
    Record,
    WorkspaceMember,
    related,
)
from twenty_opportunity.records import (
    Opportunity as Deal,
)
from twenty_opportunity.records.responses import Edge
from twenty_opportunity.strategies import records
from twenty_opportunity.testing.fixtures import fixtures

ID: Final = "0b9d4d1e-6c1f-4a3b-9f57-3f2f6f1c8a55"
MADE: Final = {"id": ID, "createdAt": "2026-11-28T07:08:12.250Z", "updatedAt": "2026-11-28T07:08:12.250Z"}
DEAL: Final = {**MADE, "name": "Roof", "stage": "NEW"}
COMPANY: Final = {**MADE, "name": "Solar Ltd", "annualRevenue": {"amountMicros": "15", "currencyCode": "EUR"}}
ODD: Final = dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(seconds=3)))
LINK: Final = {**MADE, "noteId": ID}


def of_room(*fields: dict[str, Any], others: tuple[str, ...] = ()) -> Profile[Any]:
    """Return the profile of a custom object with some fields, in a workspace with further objects."""
    common = [{"name": name, "type": "UUID" if name == "id" else "DATE_TIME"} for name in MADE]
    objects = [
        {"nameSingular": name, "namePlural": f"{name}s", "fields": [*common, *(fields if name == "dealRoom" else ())]}
        for name in ("dealRoom", *others)
    ]
    return Workspace.from_metadata(objects)["dealRoom"]


def relation(name: str, kind: str = "RELATION", direction: str = "MANY_TO_ONE", **rest: Any) -> dict[str, Any]:
    """Return the metadata of a relation."""
    return {"name": name, "type": kind, "settings": {"relationType": direction}, **rest}


@pytest.mark.parametrize("profile", [SERVER, PUBLISHED, STANDARD["opportunity"]])
def test_a_deal_at_depth_one(profile: Profile[Opportunity]) -> None:
    """A single related record and several in a tuple are typed; records without a class stay in `extra`."""
    instance = {**DEAL, "company": COMPANY, "owner": None, "noteTargets": [LINK], "attachments": [MADE]}
    deal = profile.structure(instance)
    assert isinstance(deal.company, Company)
    assert deal.company.name == "Solar Ltd"
    assert deal.owner is None
    assert deal.point_of_contact is UNSET
    assert isinstance(deal.note_targets, tuple)
    assert deal.note_targets[0].note_id == uuid.UUID(ID)
    assert deal.extra == {"attachments": [MADE]}
    assert json.loads(profile.dumps(deal)) == instance
    assert profile.loads(profile.dumps(deal)) == deal == pickle.loads(pickle.dumps(deal))  # noqa: S301 - pickled above
    page = profile.structure({"data": {"opportunities": [instance]}}, OpportunityPage) if profile is SERVER else [deal]
    assert [*page] == [deal]


def test_a_deal_with_an_unusual_spelling_at_depth_one() -> None:
    """The fallback, which reads an integer spelled as text, makes typed related records, too."""
    amount = {"amountMicros": "15", "currencyCode": "EUR"}
    deal = SERVER.structure({**DEAL, "amount": amount, "company": COMPANY})
    assert deal.company == SERVER.structure({**DEAL, "company": COMPANY}).company != UNSET
    assert json.loads(SERVER.dumps(deal)) == {**DEAL, "amount": amount, "company": COMPANY}


def test_depth_zero_leaves_relations_unset() -> None:
    """The ids are present, and the related records are not."""
    deal = SERVER.structure({**DEAL, "companyId": ID})
    assert deal.company is deal.note_targets is UNSET
    assert "company=" not in repr(deal)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("company", {"id": 5}),
        ("company", {"name": "a selection lacks the id"}),
        ("company", {**MADE, "createdAt": "2016-12-31T23:59:60Z"}),
        ("noteTargets", [LINK, {}]),
        ("noteTargets", None),
        ("noteTargets", LINK),
        ("noteTargets", {"edges": [{"node": LINK}]}),
    ],
)
def test_anything_else_stays_in_extra(name: str, value: Any) -> None:
    """A value that is not a complete record of the object does not invalidate the deal, and is written back."""
    deal = SERVER.structure({**DEAL, name: value})
    assert deal.extra == {name: value}
    assert json.loads(SERVER.dumps(deal)) == {**DEAL, name: value}


def test_a_selection_of_graphql() -> None:
    """The relations of a partial record are partial; several are a connection or a tuple."""
    link = {"node": {"id": ID, "note": {"title": "x"}}, "cursor": "a"}
    instance = {"company": {"name": "Solar Ltd"}, "noteTargets": {"edges": [link]}, "taskTargets": [{"taskId": ID}]}
    deal = SERVER.structure(instance, PartialOpportunity)
    assert isinstance(deal.company, PartialCompany)
    assert deal.company.name == "Solar Ltd"
    assert isinstance(deal.note_targets, Connection)
    node = deal.note_targets.edges[0].node
    assert isinstance(node, PartialNoteTarget)
    # The related records of related records are JSON.
    assert node.note is UNSET
    assert node.extra == {"note": {"title": "x"}}
    assert isinstance(deal.task_targets, tuple)
    assert json.loads(SERVER.dumps(deal)) == instance
    assert SERVER.structure({"noteTargets": {"edges": 7}}, PartialOpportunity).extra == {"noteTargets": {"edges": 7}}


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=repr)
def test_a_connection_without_an_argument_is_of_opportunities(profile: Profile) -> None:
    """Related records may have the notations of servers, such as micros as text, and are written back unchanged."""
    instance = {"edges": [{"node": {"amount": {"amountMicros": "15", "currencyCode": "EUR"}}, "cursor": "a"}]}
    connection = profile.converter.structure(instance, Connection)
    assert isinstance(connection.edges[0].node, PartialOpportunity)
    assert profile.converter.unstructure(connection) == instance


def a_company(**attributes: Any) -> Company:
    """Return a company as a program builds it."""
    company: Company = STANDARD["company"].structure(MADE)
    return attrs.evolve(company, **attributes)


@pytest.mark.parametrize(
    ("attributes", "error", "message"),
    [
        ({"company": WorkspaceMember}, ValidationError, "company: the attribute company holds type; it takes Company"),
        ({"company": a_company(name=7)}, ValidationError, "/company/name: the attribute name holds int"),
        ({"note_targets": (7,)}, ValidationError, "/noteTargets/0: the attribute note_targets holds int"),
        ({"note_targets": [7]}, ValidationError, r"holds list; it takes tuple\[NoteTarget, ...\]"),
        ({"company": a_company(people=())}, ValidationError, r"/company/people: .* cannot hold any"),
        ({"extra": {"company": COMPANY}}, UnrepresentableError, "/company: the property is in extra"),
        (
            {"note_targets": (attrs.evolve(STANDARD["noteTarget"].structure(LINK), created_at=ODD),)},
            UnrepresentableError,
            "/noteTargets/0/createdAt",
        ),
        ({"company": None, "extra": {"company": 7}}, UnrepresentableError, "/company: the property is in extra"),
        ({"company": a_company(position=float("inf"))}, ValidationError, "/company/position: "),
    ],
)
def test_records_that_would_not_be_read_back(attributes: Any, error: type[Exception], message: str) -> None:
    """The error has the place, even inside the related record."""
    deal = attrs.evolve(SERVER.structure(DEAL), **attributes)
    with pytest.raises(error, match=message):
        SERVER.dumps(deal)


def test_bodies_have_no_related_records() -> None:
    """An update can change the id, but not the related record."""
    deal = SERVER.structure({**DEAL, "companyId": None, "company": None})
    assert not hasattr(OpportunityUpdate(), "company")
    changed = attrs.evolve(deal, company_id=uuid.UUID(ID))
    assert OpportunityUpdate.between(deal, changed) == OpportunityUpdate(company_id=uuid.UUID(ID))
    with pytest.raises(UnrepresentableError, match="/company: no update can change it; give both records the same"):
        OpportunityUpdate.between(deal, attrs.evolve(deal, company=a_company()))


def test_related_records_of_two_reads_are_no_change() -> None:
    """A record that follows its id, or that was read at one depth only, is not part of an update."""
    deal = SERVER.structure({**DEAL, "companyId": None, "company": None})
    linked = attrs.evolve(deal, company_id=uuid.UUID(ID), company=a_company())
    assert OpportunityUpdate.between(deal, linked) == OpportunityUpdate(company_id=uuid.UUID(ID))
    bare = attrs.evolve(linked, company=UNSET, note_targets=UNSET)
    for before, after in ((linked, bare), (bare, linked)):
        assert OpportunityUpdate.between(before, after) == OpportunityUpdate()
    one, other = (attrs.evolve(deal, note_targets=each) for each in ((), (STANDARD["noteTarget"].structure(LINK),)))
    with pytest.raises(UnrepresentableError, match="/noteTargets: no update can change it"):
        OpportunityUpdate.between(one, other)


def test_custom_objects_whose_relations_have_the_name_of_an_object() -> None:
    """Metadata from REST does not name the object of a relation; the name of the property does if an object has it."""
    rooms = of_room(
        relation("person"),
        relation("visits", direction="ONE_TO_MANY"),
        relation("targetVisit", "MORPH_RELATION"),
        relation("boss"),
        relation("unknownDirection", settings={}),
        others=("visit", "person"),
    )
    names = [name for name in attrs.fields_dict(rooms.record) if not name.endswith("_id")]
    assert names == ["extra", "id", "created_at", "updated_at", "person", "visits", "target_visit"]
    room = rooms.structure({**MADE, "person": MADE, "visits": [MADE], "targetVisit": None, "boss": MADE})
    assert type(room.person).__name__ == "Person"
    assert type(room.visits[0]).__name__ == "Visit"
    assert room.extra == {"boss": MADE}
    assert pickle.loads(pickle.dumps(rooms)).structure(rooms.unstructure(room)) == room  # noqa: S301 - pickled above
    partial = rooms.structure({"visits": {"edges": [{"node": {"id": ID}}]}}, rooms.partial)
    assert type(partial.visits.edges[0].node).__name__ == "PartialVisit"
    assert not {"person", "visits"} & attrs.fields_dict(rooms.create).keys()


def test_metadata_that_names_the_object() -> None:
    """Metadata from GraphQL names the object of a relation."""
    target = {"targetObjectMetadata": {"nameSingular": "company", "namePlural": "companies"}}
    rooms = of_room(relation("customer", relation=target))
    room = rooms.structure({**MADE, "customer": COMPANY})
    assert isinstance(room.customer, Company)
    assert rooms.related().keys() == {"customer"}
    assert rooms.related()["customer"].profile is STANDARD["company"]


@attrs.frozen(kw_only=True)
class Visit(Record, object="visit", plural="visits"):
    """A handwritten class of a custom object with relations."""

    id: uuid.UUID
    deal: Deal | Unset | None = related("opportunity", name="relatedDeal")
    person: Person | Unset | None = related("person")
    nobody: Record | Unset | None = related("nobody")


def test_a_class_that_a_program_wrote() -> None:
    """The annotations name the classes; a relation to an object that the workspace lacks stays in `extra`."""
    visits = Workspace.from_metadata([{"nameSingular": "visit", "namePlural": "visits", "fields": []}])
    with pytest.raises(Exception, match="found it without fields"):
        visits[Visit]
    field = {"name": "id", "type": "UUID"}
    profile = Workspace.from_metadata([{"nameSingular": "visit", "namePlural": "visits", "fields": [field]}])[Visit]
    instance = {**MADE, "relatedDeal": DEAL, "person": MADE, "nobody": MADE}
    visit = profile.structure(instance, Visit)
    assert isinstance(visit.deal, Opportunity)
    assert isinstance(visit.person, Person)
    assert visit.nobody is UNSET
    assert json.loads(profile.dumps(visit)) == instance
    assert profile.related(Visit).keys() == {"relatedDeal", "person"}
    assert "deal" not in attrs.fields_dict(Create.for_class(Visit))
    with pytest.raises(ValidationError, match=r"/nobody: .* but the object nobody is unknown"):
        profile.dumps(attrs.evolve(visit, nobody=Record(), extra={}))


@given(records(Opportunity, SERVER), records(Opportunity, SERVER, company=COMPANY))
def test_strategies_make_records_of_depth_one(deal: Opportunity, of_company: Opportunity) -> None:
    """Related records are valid, and do not have related records themselves."""
    assert SERVER.loads(SERVER.dumps(deal)) == deal
    company = of_company.company
    assert isinstance(company, Company)
    assert company.people is UNSET


def test_fixtures_are_of_depth_zero() -> None:
    """Realistic documents lack related records unless a test passes them."""
    document = next(fixtures(SERVER, Opportunity)).instance
    assert not {"company", "noteTargets"} & document.keys()
    link = STANDARD["noteTarget"].structure(LINK)
    assert isinstance(link, NoteTarget)
    assert json.loads(SERVER.dumps(attrs.evolve(SERVER.structure(DEAL), note_targets=(link,)))) == {
        **DEAL,
        "noteTargets": [LINK],
    }
    assert SERVER.converter.structure(MADE, PartialPerson).id == uuid.UUID(ID)
    edge = SERVER.converter.structure({"node": {"name": "Solar Ltd"}}, Edge[PartialCompany])
    assert isinstance(edge.node, PartialCompany)
    assert edge.node.name == "Solar Ltd"
