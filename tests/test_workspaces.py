"""Every object of a workspace has a profile, with classes for its records and documents."""

from __future__ import annotations

import copy
import json
import pickle
import types
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    Opportunity,
    Profile,
    TwentyOpportunityError,
    ValidationError,
    Workspace,
)
from twenty_opportunity.profiles import STANDARD, like_opportunity
from twenty_opportunity.records import (
    UNSET,
    Amount,
    Answer,
    BatchAnswer,
    Company,
    Create,
    DuplicatesAnswer,
    GraphQLDuplicates,
    GraphQLGroupBy,
    GraphQLPage,
    GroupByAnswer,
    OpportunityCreate,
    OpportunityPage,
    OpportunityUpdate,
    Page,
    Partial,
    PartialOpportunity,
    Record,
    Stage,
    Unset,
    Update,
    WebhookEvent,
)
from twenty_opportunity.schemas.workspace import MetadataError, standard_objects
from twenty_opportunity.testing.fixtures import fixtures
from twenty_opportunity.values.object_names import capitalized, snake_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from twenty_opportunity.schemas.field_types import Field

ROOM: Final[dict[str, Any]] = {
    "nameSingular": "dealRoom",
    "namePlural": "dealRooms",
    "fields": [
        {"name": "id", "type": "UUID", "isNullable": False},
        {"name": "createdAt", "type": "DATE_TIME", "isNullable": False},
        {"name": "updatedAt", "type": "DATE_TIME", "isNullable": False},
        {"name": "deletedAt", "type": "DATE_TIME"},
        {"name": "name", "type": "TEXT"},
        {"name": "position", "type": "POSITION", "isNullable": False},
        {"name": "phase", "type": "SELECT", "options": [{"value": "OPEN"}, {"value": "DONE"}]},
        {"name": "budget", "type": "CURRENCY"},
        {"name": "notes", "type": "RAW_JSON"},
        {"name": "extra", "type": "TEXT"},
        {"name": "searchVector", "type": "TS_VECTOR"},
        {
            "name": "opportunity",
            "type": "RELATION",
            "settings": {"relationType": "MANY_TO_ONE", "joinColumnName": "opportunityId"},
        },
        {"name": "people", "type": "RELATION", "settings": {"relationType": "ONE_TO_MANY"}},
    ],
}
OBJECTS: Final = [*standard_objects(), ROOM]
WORKSPACE: Final = Workspace.from_metadata({"data": {"objects": OBJECTS}})
ROOMS: Final = WORKSPACE["dealRoom"]
INSTANCE: Final[dict[str, Any]] = {
    "id": "0b9d4d1e-6c1f-4a3b-9f57-3f2f6f1c8a55",
    "createdAt": "2026-11-28T07:08:12.250Z",
    "updatedAt": "2026-11-28T07:08:12.250Z",
    "name": "Room one",
    "phase": "OPEN",
    "budget": {"amountMicros": 7000000, "currencyCode": "GBP"},
    "notes": {"a": [1, None]},
    "extra": "more",
    "opportunityId": None,
    "people": [],
}


@attrs.frozen(kw_only=True)
class DealRoom(Record, object="dealRoom", plural="dealRooms"):
    """A class for the custom object that a program writes itself."""

    id: uuid.UUID
    name: str | Unset | None = UNSET
    position: float | Unset = UNSET


def of(generic: Any, cl: Any) -> Any:
    """Return a generic document with records of a class that type checkers do not know."""
    return generic[cl]


def test_a_workspace_is_a_mapping_of_profiles() -> None:
    """Each object has a profile under its name, the same one each time, and the classes find it too."""
    assert [*WORKSPACE] == [each.singular for each in WORKSPACE.objects] == [each["nameSingular"] for each in OBJECTS]
    assert len(WORKSPACE) == len(OBJECTS)
    assert WORKSPACE["dealRoom"] is ROOMS is WORKSPACE[ROOMS.record]
    assert WORKSPACE[DealRoom] is WORKSPACE[DealRoom]
    assert WORKSPACE[DealRoom].record is DealRoom
    assert WORKSPACE.objects[-1].plural == "dealRooms"
    assert WORKSPACE.objects[-1].metadata == ROOM
    assert ROOMS.object_name == ("dealRoom", "dealRooms")
    assert "dealRoom" in repr(WORKSPACE)
    assert like_opportunity(Deal) is like_opportunity(ROOMS.record) is like_opportunity(Opportunity) is Opportunity
    with pytest.raises(KeyError, match="unknown object 'deal'; the workspace has opportunity, company"):
        WORKSPACE["deal"]


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """A class for opportunities that a program writes itself."""

    stage: Stage = attrs.field()


def test_a_workspace_has_the_classes_of_a_program() -> None:
    """The profiles, their documents and related records are of the classes that were given to the workspace."""
    told = Workspace.from_metadata(OBJECTS, records=[Deal, DealRoom])
    assert (told["opportunity"].record, told["dealRoom"].record) == (Deal, DealRoom)
    assert told.opportunity == Profile.from_metadata(OBJECTS, record=Deal) != WORKSPACE.opportunity
    assert told["company"].record is Company
    assert told[Opportunity] is told[Deal] is told[OpportunityPage[Deal]] is told["opportunity"]
    room = told["dealRoom"].structure(INSTANCE)
    assert isinstance(room, DealRoom)
    page = told["dealRoom"].structure({"data": {"dealRooms": [INSTANCE]}}, told["dealRoom"].page)
    assert page.records == (room,)
    deal = {**{name: INSTANCE[name] for name in ("id", "createdAt", "updatedAt")}, "name": "Roof", "stage": "NEW"}
    company = {**{name: INSTANCE[name] for name in ("id", "createdAt", "updatedAt")}, "opportunities": [deal]}
    assert isinstance(told["company"].structure(company).opportunities[0], Deal)
    again = pickle.loads(pickle.dumps(told))  # noqa: S301 - pickled above
    assert again["dealRoom"] == told["dealRoom"] != ROOMS


def test_a_class_that_the_workspace_was_not_told() -> None:
    """Its profile has records of the class; all other profiles stay as they are."""
    deals = WORKSPACE[Deal]
    assert deals is WORKSPACE[Deal]
    assert (deals.record, WORKSPACE["opportunity"].record) == (Deal, Opportunity)
    assert deals.loads(json.dumps({**INSTANCE, "stage": "NEW"})).stage is Stage.NEW
    assert STANDARD[Company] is STANDARD["company"]
    assert STANDARD[Deal].record is Deal

    @attrs.frozen(kw_only=True)
    class Wrong(Opportunity):
        amount: int = attrs.field()  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]

    with pytest.raises(TypeError, match=r"Wrong.amount is int, but in the profile's schema its property is"):
        WORKSPACE[Wrong].schema()


@attrs.frozen(kw_only=True)
class OtherRoom(DealRoom):
    """Another class for the same object."""


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        ([DealRoom, OtherRoom], "records has two classes for the object dealRoom: DealRoom and OtherRoom"),
        ([PartialOpportunity], "records must be classes of complete records such as Opportunity, not PartialOpp"),
        (["Deal"], "records must be classes of complete records such as Opportunity, not 'Deal'"),
        (DealRoom, "records must be a list of classes such as .Opportunity., not type"),
        (None, "records must be a list of classes such as .Opportunity., not NoneType"),
    ],
)
def test_classes_that_a_workspace_refuses(classes: Any, message: str) -> None:
    """Each object has one class of complete records."""
    with pytest.raises(TypeError, match=message):
        Workspace.from_metadata(OBJECTS, records=classes)


def test_classes_of_other_objects_are_refused() -> None:
    """A workspace does not take a class of an object that it lacks, and a profile none of another object."""
    with pytest.raises(TypeError, match="records has DealRoom, but the workspace does not have the object dealRoom"):
        Workspace.from_metadata(standard_objects(), records=[DealRoom])
    with pytest.raises(TypeError, match="record must be a subclass of Opportunity, not DealRoom"):
        Profile.from_metadata(OBJECTS, record=DealRoom)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]


def test_the_profile_for_opportunities_equals_the_one_of_its_metadata() -> None:
    """The workspace adds nothing to it, and another name or other fields make another profile."""
    own = Profile.from_metadata(OBJECTS)
    assert WORKSPACE.opportunity == own
    assert hash(WORKSPACE.opportunity) == hash(own)
    assert own.record is Opportunity
    assert own != Profile.from_metadata(OBJECTS, name="other") != ROOMS
    assert own != "workspace"


@pytest.mark.parametrize("profile", [ROOMS, WORKSPACE["company"], WORKSPACE.opportunity, SERVER, STANDARD["person"]])
def test_profiles_of_every_object_pickle(profile: Profile[Any]) -> None:
    """A profile that is unpickled equals the pickled one, and has the same classes."""
    again = pickle.loads(pickle.dumps(profile))  # noqa: S301 - pickled above
    assert again == profile
    assert again.record is profile.record
    assert again.document_classes == profile.document_classes


def test_workspaces_pickle() -> None:
    """A workspace that is unpickled has equal profiles; the one of the standard objects is itself."""
    again = pickle.loads(pickle.dumps(WORKSPACE))  # noqa: S301 - pickled above
    assert again["dealRoom"] == ROOMS
    assert pickle.loads(pickle.dumps(STANDARD)) is STANDARD  # noqa: S301 - pickled above


SOLAR: Final[Any] = json.loads(Path("examples/workspace/metadata.json").read_bytes())
WITH_OPTIONS: Final = [
    (profile, field)
    for each in (WORKSPACE, Workspace.from_metadata(SOLAR, name="solar"))
    for profile in each.values()
    for field in profile.fields
    if field.options
]


@pytest.mark.parametrize(
    ("profile", "field"), WITH_OPTIONS, ids=[f"{each}.{field.name}" for each, field in WITH_OPTIONS]
)
def test_open_options_read_new_options_and_write_the_known_ones(profile: Profile[Any], field: Field) -> None:
    """With open options, a record may have any option of a field, except ratings; a body has those of the metadata."""
    singular = profile.object_name.singular
    opened = Workspace.from_metadata(SOLAR if profile.name.startswith("solar") else OBJECTS, open_options=True)[
        singular
    ]
    for option, known in ((field.options or ("",))[0], True), ("A_NEW_ONE", False):
        instance = {field.name: [option] if field.type == "MULTI_SELECT" else option}
        is_read = known or field.type != "RATING"
        assert opened.is_valid(instance, opened.partial) is is_read
        assert profile.is_valid(instance, profile.partial) is known
        for body in (opened.create, opened.update):
            assert opened.is_valid(instance, body) is known
        if is_read:
            record = opened.structure(instance, opened.partial)
            assert json.loads(opened.dumps(record)) == instance


def test_open_options_are_the_same_for_a_profile_and_a_workspace() -> None:
    """A profile with open options equals that of the workspace, and both pickle; another one does not equal it."""
    workspace = Workspace.from_metadata(OBJECTS, open_options=True)
    profile = Profile.from_metadata(OBJECTS, open_options=True)
    assert workspace.opportunity == profile != Profile.from_metadata(OBJECTS)
    assert pickle.loads(pickle.dumps(profile)) == profile  # noqa: S301 - pickled above
    assert pickle.loads(pickle.dumps(workspace)).opportunity == profile  # noqa: S301 - pickled above


def test_open_options_do_not_open_a_profile_to_more_attributes() -> None:
    """A class of the program cannot write a property that the metadata does not have."""

    @attrs.frozen(kw_only=True)
    class DealUpdate(OpportunityUpdate):
        mood: str | Unset = UNSET

    profile = Profile.from_metadata(OBJECTS, open_options=True)
    with pytest.raises(TypeError, match="does not describe a writable property mood"):
        profile.schema(DealUpdate)


def test_the_standard_workspace() -> None:
    """It has the profile SERVER for opportunities, and any options of a field are valid."""
    assert STANDARD.opportunity is SERVER
    assert STANDARD["task"].is_valid({"title": "Call", "status": "A_NEW_ONE"}, STANDARD["task"].create)
    assert not WORKSPACE["task"].is_valid({"title": "Call", "status": "A_NEW_ONE"}, WORKSPACE["task"].create)


def test_profiles_name_their_classes() -> None:
    """The classes for opportunities are the ones of this package."""
    assert (SERVER.record, SERVER.partial) == (Opportunity, PartialOpportunity)
    assert (PUBLISHED.create, PUBLISHED.update) == (OpportunityCreate, OpportunityUpdate)
    assert SERVER.page is OpportunityPage
    assert SERVER.graphql_page == GraphQLPage[PartialOpportunity]
    assert SERVER.event == WebhookEvent[Opportunity]
    names = [cl.__name__ for cl in (ROOMS.record, ROOMS.partial, ROOMS.create, ROOMS.update)]
    assert names == ["DealRoom", "PartialDealRoom", "DealRoomCreate", "DealRoomUpdate"]
    assert ROOMS.page is of(Page, ROOMS.record)
    assert ROOMS.answer is of(Answer, ROOMS.record)
    assert ROOMS.batch_answer is of(BatchAnswer, ROOMS.record)
    assert ROOMS.graphql_page is of(GraphQLPage, ROOMS.partial)


def test_records_of_a_class_made_at_run_time() -> None:
    """They are typed, are written back, pickle, and keep properties without an attribute in `extra`."""
    room = ROOMS.structure(INSTANCE)
    assert room.id == uuid.UUID(INSTANCE["id"])
    assert room.budget.currency_code == "GBP"
    assert room.notes == {"a": [1, None]}
    assert room.extra_ == "more"
    assert room.opportunity_id is None
    assert room.deleted_at is UNSET
    assert room.people == ()
    assert room.extra == {}
    assert json.loads(ROOMS.dumps(room)) == INSTANCE
    assert pickle.loads(pickle.dumps(room)) == room == copy.deepcopy(room) == copy.copy(room)  # noqa: S301 - pickled above
    assert ROOMS.loads(json.dumps({"name": "Room"}), ROOMS.partial).name == "Room"


def test_an_incomplete_record_names_the_class_of_partial_ones() -> None:
    """The way out is the class of the object, not that for opportunities."""
    with pytest.raises(ValidationError, match="use PartialDealRoom for records without it"):
        ROOMS.structure({"name": "Room"})


def test_bodies_of_a_class_made_at_run_time() -> None:
    """A body has the attributes that clients write; an update is the difference of two records."""
    assert "search_vector" not in attrs.fields_dict(ROOMS.create)
    assert "id" in attrs.fields_dict(ROOMS.create)
    assert "id" not in attrs.fields_dict(ROOMS.update)
    assert ROOMS.dumps(ROOMS.create(name="Room", position="first")) == b'{"name":"Room","position":"first"}'
    before = ROOMS.structure(INSTANCE)
    after = attrs.evolve(before, budget=None)
    update = Update.between(before, after)
    assert update == ROOMS.update(budget=None)
    assert update.apply(before) == after
    # A server ignores null for the whole composite.
    assert ROOMS.dumps(update) == b'{"budget":{"amountMicros":null,"currencyCode":null}}'


def test_a_position_may_be_first_or_last() -> None:
    """A body takes an end of the list for the position of the record, and only numbers for others."""
    fields = [*ROOM["fields"], {"name": "rank", "type": "POSITION"}, {"name": "size", "type": "NUMBER"}]
    rooms = Workspace.from_metadata([{**ROOM, "fields": fields}])["dealRoom"]
    assert rooms.dumps(rooms.create(position="first", rank=1.5)) == b'{"position":"first","rank":1.5}'
    for name in ("rank", "size"):
        with pytest.raises(ValidationError, match=f"/{name}"):
            rooms.dumps(rooms.create(**{name: "first"}))


def test_a_class_that_a_program_wrote() -> None:
    """It names its object once; the other classes are made of it, and the profile of the workspace takes all."""
    room = ROOMS.loads(json.dumps(INSTANCE), DealRoom)
    assert room.name == "Room one"
    assert room.extra["phase"] == "OPEN"
    page = ROOMS.loads(json.dumps({"data": {"dealRooms": [INSTANCE]}, "totalCount": 1}), Page[DealRoom])
    assert [*page] == [room] == [*page.data.deal_rooms]
    assert json.loads(ROOMS.dumps(page)) == {"data": {"dealRooms": [INSTANCE]}, "totalCount": 1}
    update = Update.between(room, attrs.evolve(room, name="Room two"))
    assert update.__class__ is Update.for_class(DealRoom)
    assert ROOMS.dumps(update) == b'{"name":"Room two"}'
    assert ROOMS.dumps(Create.for_class(DealRoom)(name="Room")) == b'{"name":"Room"}'
    assert not ROOMS.is_valid({"searchVector": "x"}, Create.for_class(DealRoom))
    partial = ROOMS.loads(b'{"name":null}', Partial.for_class(DealRoom))
    assert partial.name is None
    assert pickle.loads(pickle.dumps(page)) == page  # noqa: S301 - pickled above


DOCUMENTS: Final[list[tuple[Any, Any, Callable[[Any], Any]]]] = [
    (Page, {"data": {"dealRooms": [INSTANCE]}}, lambda page: [*page]),
    (Answer, {"data": {"createDealRoom": INSTANCE}}, lambda answer: [answer.record]),
    (BatchAnswer, {"data": {"restoreDealRooms": [INSTANCE]}}, lambda answer: [*answer]),
    (GraphQLPage, {"data": {"dealRooms": {"edges": [{"node": INSTANCE}]}}}, lambda page: [*page]),
    (
        GraphQLGroupBy,
        {"data": {"dealRoomsGroupBy": [{"groupByDimensionValues": [], "edges": [{"node": INSTANCE}]}]}},
        lambda groups: [groups.data.deal_rooms_group_by[0].edges[0].node],
    ),
    (
        DuplicatesAnswer,
        {"data": [{"dealRoomDuplicates": [INSTANCE]}]},
        lambda answer: [each for one in answer for each in one.records],
    ),
    (
        GraphQLDuplicates,
        {"data": {"dealRoomDuplicates": [{"edges": [{"node": INSTANCE}]}]}},
        lambda answer: [next(iter(answer)).edges[0].node] * len(answer),
    ),
    (
        WebhookEvent,
        {
            "targetUrl": "https://example.com/hook",
            "eventName": "dealRoom.created",
            "objectMetadata": {"nameSingular": "dealRoom"},
            "workspaceId": INSTANCE["id"],
            "webhookId": INSTANCE["id"],
            "eventDate": "2026-11-28T07:08:12.250Z",
            "record": INSTANCE,
        },
        lambda event: [event.record],
    ),
]


@pytest.mark.parametrize("record", [ROOMS.record, DealRoom])
@pytest.mark.parametrize(
    ("generic", "instance", "held"), DOCUMENTS, ids=[generic.__name__ for generic, *_ in DOCUMENTS]
)
def test_documents_of_every_object(generic: Any, instance: Any, held: Any, record: Any) -> None:
    """Every document is one of the object: its records are typed, it comes back, and it pickles."""
    document = ROOMS.structure(instance, generic[record])
    (found,) = held(document)
    assert found.__class__ is record
    assert json.loads(ROOMS.dumps(document)) == instance
    assert pickle.loads(pickle.dumps(document)) == document  # noqa: S301 - pickled above


@pytest.mark.parametrize("name", sorted(STANDARD))
def test_documents_are_read_without_the_name_of_the_object(name: str) -> None:
    """Each document has an attribute or items that are the same for every object."""
    profile = STANDARD[name]
    record: Any = profile.record
    instance = next(iter(fixtures(profile, record, seed=1))).instance
    singular, plural = map(capitalized, profile.object_name)
    answer = profile.structure(
        {"data": [{f"{name}Duplicates": [instance]}, {f"{name}Duplicates": []}]}, of(DuplicatesAnswer, record)
    )
    assert [[each.__class__ for each in one] for one in answer] == [[record], []]
    assert (len(answer), [len(one) for one in answer]) == (2, [1, 0])
    assert [one.records for one in answer] == [getattr(one, f"{snake_case(name)}_duplicates") for one in answer]
    deleted = profile.structure({"data": {f"delete{singular}": {"id": instance["id"]}}}, of(Answer, record))
    assert str(deleted.deleted_id) == instance["id"]
    several = profile.structure({"data": {f"destroy{plural}": [{"id": instance["id"]}]}}, of(BatchAnswer, record))
    assert [str(each) for each in several.deleted_ids] == [instance["id"]]


def test_generic_documents_without_a_class_are_of_the_object_of_the_profile() -> None:
    """`WebhookEvent` alone is one for opportunities in their profiles, and one of the object in any other."""
    event = ROOMS.structure(DOCUMENTS[-1][1], WebhookEvent)
    assert event.record.__class__ is ROOMS.record
    groups: Any = ROOMS.structure(
        [{"groupByDimensionValues": [], "edges": [{"node": {"name": "Room"}}]}], GroupByAnswer
    )
    assert groups.groups[0].edges[0].node.__class__ is ROOMS.partial
    assert Page[Opportunity] is OpportunityPage
    assert Page[PartialOpportunity] == OpportunityPage[PartialOpportunity]
    assert ROOMS.page[DealRoom] is Page[DealRoom]


@pytest.mark.parametrize(
    "cl", [Opportunity, OpportunityPage, WebhookEvent[Opportunity], of(GraphQLPage, WORKSPACE["company"].record)]
)
def test_documents_of_another_object_are_refused(cl: Any) -> None:
    """The error lists the classes of the object."""
    with pytest.raises(TypeError, match=r"does not have a schema for \w+; it has DealRoom, PartialDealRoom"):
        ROOMS.structure({}, cl)


def test_updates_of_another_object_are_refused() -> None:
    """An update for opportunities neither compares nor changes the records of another object."""
    room = ROOMS.structure(INSTANCE)
    with pytest.raises(TypeError, match="between takes two records"):
        OpportunityUpdate.between(room, room)
    with pytest.raises(TypeError, match="apply takes an opportunity, not DealRoom"):
        OpportunityUpdate(name="x").apply(room)
    with pytest.raises(TypeError, match="apply takes a record, not int"):
        Update().apply(7)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("form", "record", "message"),
    [
        (Update, int, "takes a class for records of an object, not int"),
        (Update, Page[Company], "not CompanyPage"),
        (Create, Amount, "not Amount"),
        (Partial, "DealRoom", "not str"),
        (OpportunityUpdate, Company, "takes a class for records of opportunities, not Company"),
    ],
)
def test_forms_are_those_of_a_record_class(form: Any, record: Any, message: str) -> None:
    """A body or a part is one of complete records, and of those of its own object."""
    with pytest.raises(TypeError, match=message):
        form.for_class(record)


def test_a_class_names_its_object_in_both_forms() -> None:
    """The plural of a name cannot be guessed."""
    names: list[dict[str, Any]] = [{"object": "room"}, {"plural": "rooms"}, {"object": 3, "plural": 4}]
    for given in [*names, {"object": "", "plural": "rooms"}]:
        with pytest.raises(TypeError, match="Room: name the object in both forms"):
            types.new_class("Room", (Record,), given)


def test_an_object_may_have_the_name_of_a_definition() -> None:
    """The schemas of an object that is called group have groups of records and groups of answers."""
    group = {**ROOM, "nameSingular": "group", "namePlural": "groups"}
    profile = Workspace.from_metadata([group])["group"]
    answer = profile.structure({"data": {"createGroup": INSTANCE}}, profile.answer)
    assert answer.record.name == "Room one"
    groups: Any = profile.structure(
        {"data": {"groupsGroupBy": [{"groupByDimensionValues": ["x"]}]}}, profile.document_classes[10]
    )
    assert len(groups) == 1
    assert next(iter(groups)).group_by_dimension_values == ("x",)


@pytest.mark.parametrize(
    ("singular", "plural"),
    [("class", "classes"), ("lesson", "import"), ("extra", "self"), ("deleteRequest", "deleteRequests")],
)
def test_an_object_may_have_any_name(singular: str, plural: str) -> None:
    """Documents have attributes for the names of the object, also for keywords of Python and names of operations."""
    profile = Workspace.from_metadata([{**ROOM, "nameSingular": singular, "namePlural": plural}])[singular]
    answer = profile.structure({"data": {singular: INSTANCE}}, profile.answer)
    page = profile.structure({"data": {plural: [INSTANCE]}}, profile.page)
    deletion = {"data": {f"delete{singular[0].upper()}{singular[1:]}": {"id": INSTANCE["id"]}}}
    assert (answer.record.name, page.records[0].name) == ("Room one", "Room one")
    assert str(profile.structure(deletion, profile.answer).deleted_id) == INSTANCE["id"]
    assert profile.unstructure(answer) == {"data": {singular: INSTANCE}}


@pytest.mark.parametrize(
    ("key", "singular"),
    [
        (Company, "company"),
        (Page[Company], "company"),
        (WebhookEvent[Company], "company"),
        (Opportunity, "opportunity"),
        (Page[Opportunity], "opportunity"),
        (OpportunityPage, "opportunity"),
        (OpportunityPage[Opportunity], "opportunity"),
        (DuplicatesAnswer, "opportunity"),
    ],
)
def test_class_names_its_object(key: Any, singular: str) -> None:
    """A class of records, or of documents that hold them, finds the profile of its object."""
    assert STANDARD[key] is STANDARD[singular]


@pytest.mark.parametrize("key", ["deal", Amount, 7, []])
def test_unknown_object(key: Any) -> None:
    """Any other key is refused with a list of the objects."""
    with pytest.raises(KeyError, match=r"unknown object .+; the workspace has opportunity, company"):
        STANDARD[key]


def test_other_profile_is_named() -> None:
    """A profile that is asked for a class of another object says which profile has it, and its name has its object."""
    with pytest.raises(TypeError, match=r'SERVER does not .+ For companies, use .+ STANDARD\["company"\]'):
        SERVER.loads(b"{}", Company)
    with pytest.raises(TypeError, match=r'SERVER company does not .+ For dealRooms, use .+ workspace\["dealRoom"\]'):
        STANDARD[Company].loads(b"{}", DealRoom)


def page(objects: list[Any], **info: Any) -> dict[str, Any]:
    """Return a page of objects as REST answers it."""
    return {"data": {"objects": objects}, "pageInfo": {"hasNextPage": False}, **info}


def test_objects_in_pages() -> None:
    """A list of pages is a workspace; an object that is there twice counts once, and one that is inactive not."""
    first = page(OBJECTS[:4], pageInfo={"hasNextPage": True}, totalCount=9)
    hidden = {**ROOM, "nameSingular": "hidden", "isActive": False}
    found = Workspace.from_metadata([first, page([*OBJECTS[3:], hidden], totalCount=9)])
    assert [*found] == [*WORKSPACE]


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        (
            [page(OBJECTS, pageInfo={"hasNextPage": True})],
            "page 2 of the objects is missing: in page 1, hasNextPage is",
        ),
        (page(OBJECTS, pageInfo={"hasNextPage": True}), "page 2 of the objects is missing"),
        ([page(OBJECTS[:2], totalCount=9)], "a page of the objects is missing before the first one: 2 of 9 objects"),
        (
            [page(OBJECTS[:2], pageInfo={"hasNextPage": True}), page(OBJECTS[4:], totalCount=9)],
            "a page of the objects is missing after one of the pages 1 to 1: 7 of 9 objects",
        ),
        ({}, "expected objects with nameSingular, namePlural and fields; found an object with no properties"),
        ([{"nameSingular": "room", "fields": []}], "the object 0 has the namePlural NoneType"),
        ([ROOM, {**ROOM, "namePlural": "rooms"}], "two active objects with the name dealRoom; deactivate one of them"),
        (
            [ROOM, {**ROOM, "nameSingular": "room"}],
            "two active objects with the name dealRooms; deactivate one of them",
        ),
    ],
)
def test_metadata_that_is_no_workspace(metadata: Any, message: str) -> None:
    """The error names the page that is missing, or what was expected."""
    with pytest.raises(MetadataError, match=message):
        Workspace.from_metadata(metadata)


def test_metadata_of_a_standard_field_with_another_type() -> None:
    """An object whose standard field has another type is refused when it is used, and no other object is."""
    broken = copy.deepcopy(OBJECTS)
    broken[0]["fields"] = [{**row, "type": "NUMBER"} if row["name"] == "name" else row for row in broken[0]["fields"]]
    found = Workspace.from_metadata(broken)
    assert found["dealRoom"].record is ROOMS.record
    with pytest.raises(TwentyOpportunityError, match="the metadata gives a standard field another type"):
        found.opportunity  # noqa: B018 - the property makes the profile
