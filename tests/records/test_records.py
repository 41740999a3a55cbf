"""Records are frozen attrs classes that mirror the JSON: UNSET is absent, extra is undescribed, and nothing is lost."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
import types
import uuid
from collections.abc import Mapping
from typing import Any

import attrs
import pytest

import twenty_opportunity
from twenty_opportunity import SERVER, PartialOpportunity, records
from twenty_opportunity.records import (
    UNSET,
    WIRE_NAME,
    ActorMetadata,
    ActorSource,
    Amount,
    DeletedOpportunity,
    FrozenMapping,
    GraphQLPage,
    Links,
    Opportunity,
    OpportunityAnswer,
    OpportunityBatchAnswer,
    OpportunityCreate,
    OpportunityPage,
    OpportunityUpdate,
    Record,
    Stage,
    Unset,
    wire_name,
)
from twenty_opportunity.records.base import RELATED
from twenty_opportunity.records.responses import (
    AnswerData,
    BatchData,
    Connection,
    ConnectionData,
    Edge,
    PageData,
)

PUBLISHED_MEMBERS = [
    "id",
    "createdAt",
    "updatedAt",
    "deletedAt",
    "name",
    "stage",
    "amount",
    "closeDate",
    "position",
    "companyId",
    "pointOfContactId",
    "ownerId",
    "createdBy",
    "updatedBy",
]
CLASSES: list[Any] = [
    cl for cl in (getattr(records, name) for name in records.__all__) if isinstance(cl, type) and issubclass(cl, Record)
]


def test_an_opportunity_has_all_fourteen_properties() -> None:
    """Each property of the published schema has an attribute, in snake_case, in the order of the schema."""
    related = [attribute.name for attribute in attrs.fields(Opportunity) if RELATED in attribute.metadata]
    assert related == ["company", "point_of_contact", "owner", "note_targets", "task_targets"]
    attributes = [attribute for attribute in attrs.fields(Opportunity) if attribute.name not in {"extra", *related}]
    assert [wire_name(attribute) for attribute in attributes] == PUBLISHED_MEMBERS
    assert [*twenty_opportunity.PUBLISHED.schema()["properties"]] == PUBLISHED_MEMBERS


def a_record(cl: Any) -> Any:
    """Return a record with only the attributes that its class requires."""
    required = {a.name: None for a in attrs.fields(cl) if a.default is attrs.NOTHING}
    return cl(**required)


@pytest.mark.parametrize("cl", CLASSES)
def test_every_class_is_frozen_keyword_only_and_has_slots(cl: Any) -> None:
    """Attributes cannot be set, added or passed by position."""
    record = a_record(cl)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        record.extra = {}
    with pytest.raises((AttributeError, attrs.exceptions.FrozenInstanceError)):
        record.nmae = "typo"
    with pytest.raises(TypeError):
        cl(1)
    assert not hasattr(record, "__dict__")


@pytest.mark.parametrize("cl", CLASSES)
def test_every_class_is_hashable_copied_and_pickled(cl: Any) -> None:
    """An empty record is hashable, equals its copies, and shows only its name or the attributes it always has."""
    record = a_record(cl)
    for other in (copy.copy(record), copy.deepcopy(record), pickle.loads(pickle.dumps(record))):  # noqa: S301 - our own
        assert other == record
        assert hash(other) == hash(record)
    assert repr(record).startswith(f"{cl.__name__}(")
    assert "UNSET" not in repr(record)
    assert "extra" not in repr(record)


def test_records_are_hashed_by_what_has_a_hash() -> None:
    """Extra properties, which can be any JSON, count for equality but not for the hash."""
    one, other = (PartialOpportunity(name="Roof", extra={"tags": tags}) for tags in (["a"], ["b"]))
    assert hash(one) == hash(other)
    assert one != other
    assert {one: 1, other: 2}[PartialOpportunity(name="Roof", extra={"tags": ["b"]})] == 2
    actor = ActorMetadata(context={"provider": {}})
    assert hash(actor) == hash(ActorMetadata(context={}))


def test_the_context_of_an_actor_may_be_an_array() -> None:
    """An array is held as a tuple, however the actor was made, and is written as an array."""
    held = ActorMetadata(context=["csv", {"row": 7}])
    assert held.context == ("csv", {"row": 7})
    instance = {"createdBy": {"context": ["csv", {"row": 7}]}}
    read = SERVER.structure(instance, PartialOpportunity)
    assert read == PartialOpportunity(created_by=held)
    assert SERVER.unstructure(read) == instance


def test_unset_is_one_object_and_false() -> None:
    """UNSET stays the same object after copy and pickle, is false, and is never None."""
    assert copy.deepcopy(UNSET) is pickle.loads(pickle.dumps(UNSET)) is UNSET  # noqa: S301 - our own
    assert not UNSET
    assert (PartialOpportunity().company_id or "none") == "none"
    assert UNSET is not None
    assert repr(UNSET) == "UNSET"
    assert PartialOpportunity(name=None) != PartialOpportunity()


@pytest.mark.parametrize("name", ["name", "value", "amount_micros", "x"])
def test_unset_has_no_attributes(name: str) -> None:
    """An attribute of UNSET raises an error; an enum's `name` and `value` would look like data."""
    with pytest.raises(AttributeError, match=name):
        getattr(PartialOpportunity().created_by, name)


def test_an_attribute_named_extra_is_refused() -> None:
    """A class that redefines `extra` is refused with a suggestion, because its extra properties would be lost."""
    with pytest.raises(TypeError, match=r'Deal\.extra: .* name the attribute extra_ .* \{WIRE_NAME: "extra"\}'):

        @attrs.frozen(kw_only=True)
        class Deal(PartialOpportunity):
            extra: int = 0  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]

    with pytest.raises(TypeError, match=r"Made\.extra: .* name the attribute extra_"):
        attrs.make_class("Made", {"extra": attrs.field(default=0)}, bases=(PartialOpportunity,), kw_only=True)


def test_a_repr_shows_what_there_is() -> None:
    """The repr omits UNSET, shows null, and ends with extra; an attribute or a class may define its repr."""

    @attrs.frozen(kw_only=True)
    class Deal(PartialOpportunity):
        secret: str | Unset = attrs.field(default=UNSET, repr=False)

    @attrs.frozen(kw_only=True, repr=False)
    class Shy(PartialOpportunity):
        def __repr__(self) -> str:
            return "Shy"

    deal = Deal(name="Roof", stage=Stage.NEW, close_date=None, secret="x", extra={"a": 1})  # noqa: S106 - no password
    assert repr(deal) == "Deal(name='Roof', stage=<Stage.NEW: 'NEW'>, close_date=None, extra={'a': 1})"
    assert repr(Shy(name="Roof")) == "Shy"


def test_a_repr_raises_nothing() -> None:
    """An integer with too many digits, and endless nesting, are shown as their class."""
    circle: dict[str, Any] = {}
    for _ in range(100_000):
        circle = {"a": circle}
    assert repr(Amount(amount_micros=10**5000)) == "Amount(amount_micros=<int>)"
    assert repr(PartialOpportunity(extra=circle)) == "PartialOpportunity(extra=<FrozenMapping>)"


@pytest.mark.parametrize(
    ("attribute", "member"),
    [
        ("id", "id"),
        ("point_of_contact_id", "pointOfContactId"),
        ("address_street1", "addressStreet1"),
        ("line_2", "line2"),
        ("_hidden", "hidden"),
        ("url", "url"),
    ],
)
def test_names_meet_the_wire_mechanically(attribute: str, member: str) -> None:
    """snake_case becomes camelCase, without the underscore of a private attribute."""
    cl = attrs.make_class("Deal", [attribute], bases=(Record,), frozen=True, kw_only=True)
    assert wire_name(attrs.fields_dict(cl)[attribute]) == member


def test_a_name_may_be_given() -> None:
    """The metadata of an attribute names its property if camelCase would be wrong."""
    named: Any = attrs.field(default=UNSET, metadata={WIRE_NAME: "class"})
    cl = attrs.make_class("Deal", {"class_": named}, bases=(Record,), frozen=True, kw_only=True)
    assert wire_name(attrs.fields(cl).class_) == "class"


def test_a_frozen_mapping_is_a_mapping_of_what_it_was_made_of() -> None:
    """It equals any mapping with the same items, keeps their order, pickles, and is independent of its source."""
    source: dict[str, Any] = {"b": 1, "a": [2]}
    mapping = FrozenMapping(source)
    source["c"] = 3
    assert mapping == {"b": 1, "a": [2]} == dict(mapping)
    assert [*mapping] == ["b", "a"]
    assert (len(mapping), mapping["b"], "c" in mapping, mapping.get("c")) == (2, 1, False, None)
    assert repr(mapping) == "{'b': 1, 'a': [2]}"
    assert isinstance(mapping, Mapping)
    assert pickle.loads(pickle.dumps(mapping)) == mapping  # noqa: S301 - our own
    deep = copy.deepcopy(mapping)
    deep["a"].append(3)
    assert mapping["a"] == [2]


@pytest.mark.parametrize("extra", [{}, FrozenMapping({}), types.MappingProxyType({})])
def test_nothing_extra_is_nothing(extra: Mapping[str, Any]) -> None:
    """A record that was created with empty extra properties equals one that was created without them."""
    assert PartialOpportunity(extra=extra) == PartialOpportunity()
    assert not PartialOpportunity(extra=extra).extra


def test_a_frozen_mapping_is_kept_as_it_is() -> None:
    """Extra properties are passed from record to record without a copy."""
    extra = FrozenMapping({"a": 1})
    assert PartialOpportunity(extra=extra).extra is extra
    assert OpportunityCreate(extra=PartialOpportunity(extra={"a": 1}).extra).extra == {"a": 1}


@pytest.mark.parametrize("context", [None, UNSET, {"provider": "google"}])
def test_the_context_of_an_actor_cannot_be_changed(context: Any) -> None:
    """An object within a record is frozen like the record; null and UNSET are kept."""
    actor = ActorMetadata(source=ActorSource.EMAIL, context=context)
    assert actor.context == context
    assert not hasattr(actor.context, "__setitem__")


ROOF, DOOR = PartialOpportunity(name="Roof"), PartialOpportunity(name="Door")


def _of(cl: Any, attribute: str, value: Any) -> Any:
    return cl(**{attribute: value})


def test_pages_are_iterated_and_counted() -> None:
    """The pages of REST and GraphQL, and batch answers, iterate over their records in order, and have a length."""
    data: Any = PageData(opportunities=(ROOF, DOOR))
    edges = (Edge(node=ROOF, cursor="a"), Edge(cursor="b"), Edge(node=DOOR))
    graph: Any = ConnectionData(opportunities=Connection(edges=edges))
    pages: list[Any] = [
        OpportunityPage(data=data, total_count=7),
        GraphQLPage(data=graph),
        *[
            OpportunityBatchAnswer(data=_of(BatchData, f"{done}_opportunities", (ROOF, DOOR)))
            for done in ("create", "update", "restore")
        ],
    ]
    for page in pages:
        assert [record.name for record in page] == ["Roof", "Door"]
        assert len(page) == 2
    assert (pages[1].page_info, pages[1].total_count) == (UNSET, UNSET)
    for empty in (OpportunityPage(), GraphQLPage(), OpportunityBatchAnswer()):
        assert ([*empty], len(empty)) == ([], 0)


@pytest.mark.parametrize("done", ["", "create_", "update_", "restore_"])
def test_an_answer_gives_its_record_whatever_was_done(done: str) -> None:
    """The record is found under the name of any operation."""
    answer: Any = OpportunityAnswer(data=_of(AnswerData, f"{done}opportunity", ROOF))
    assert answer.opportunity is ROOF
    assert OpportunityAnswer().opportunity is UNSET


def test_an_answer_to_a_deletion_has_an_id() -> None:
    """A server sends only the id of a deleted record, so the answer does not have an opportunity."""
    id_ = "5c222222-0000-0000-0000-000000000003"
    one = SERVER.structure({"data": {"deleteOpportunity": {"id": id_}}}, OpportunityAnswer)
    assert one.opportunity is UNSET
    assert one.data.delete_opportunity == DeletedOpportunity(id=uuid.UUID(id_))
    assert one.deleted_id == uuid.UUID(id_)
    assert OpportunityAnswer().deleted_id is UNSET
    several = SERVER.structure({"data": {"deleteOpportunities": [{"id": id_}]}}, OpportunityBatchAnswer)
    assert [*several] == []
    assert several.data.delete_opportunities == (DeletedOpportunity(id=uuid.UUID(id_)),)
    assert several.deleted_ids == (uuid.UUID(id_),)
    assert OpportunityBatchAnswer().deleted_ids == ()
    (violation,) = SERVER.iter_violations({"data": {"deleteOpportunity": {}}}, OpportunityAnswer)
    assert (violation.pointer, violation.keyword) == ("/data/deleteOpportunity/id", "required")


def test_late_classes_are_found_by_name() -> None:
    """Classes that are created on first use are attributes of the package like any other."""
    assert records.Links is Links
    with pytest.raises(AttributeError, match=r"module 'twenty_opportunity\.records' has no attribute 'Nothing'"):
        _ = records.Nothing  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    assert all(hasattr(records, name) for name in records.__all__)


def test_amounts_that_are_equal_are_one_key() -> None:
    """Amounts are compared like records, with currency and extra properties; an amount can be a key."""
    assert Amount.of("1.50", "USD") == Amount(amount_micros=1_500_000, currency_code="USD")
    assert Amount.of(1, "USD") != Amount.of(1, "EUR")
    assert Amount.of(1, "USD") != attrs.evolve(Amount.of(1, "USD"), extra={"note": "x"})
    assert {Amount.of(1, "USD"): "a"}[Amount.of("1.0", "USD")] == "a"


@attrs.frozen(kw_only=True)
class Deal(PartialOpportunity):
    """A deal with attributes that need care in an update."""

    _secret: int | Unset = UNSET
    renamed: int | Unset = attrs.field(default=UNSET, alias="other")
    derived: dt.date = attrs.field(init=False, factory=dt.date.today)
    owner_id: str | Unset | None = UNSET  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]


def test_an_update_of_any_attribute_is_applied_and_pickled() -> None:
    """Private, renamed and typed attributes are in the update as in the record; the created class pickles."""
    before = Deal(secret=1, other=1, name="Roof", owner_id=None)  # pyright: ignore[reportCallIssue]
    after = Deal(secret=2, other=2, name="Roof", owner_id="anybody")  # pyright: ignore[reportCallIssue]
    update = OpportunityUpdate.between(before, after)
    assert type(update).__name__ == "DealUpdate"
    assert isinstance(update, OpportunityUpdate)
    assert update.apply(before) == after
    same: Any = pickle.loads(pickle.dumps(update))  # noqa: S301 - our own
    assert (same, copy.deepcopy(update)) == (update, update)
    assert twenty_opportunity.SERVER.unstructure(update) == {"ownerId": "anybody", "secret": 2, "renamed": 2}
    assert type(OpportunityUpdate.between(before, attrs.evolve(before, name="Door"))) is OpportunityUpdate


def test_what_cannot_be_sent_is_in_no_update() -> None:
    """An attribute that the constructor does not take is not a property, so its difference does not count."""
    before, after = Deal(), Deal()
    object.__setattr__(after, "derived", dt.date(2000, 1, 1))
    assert OpportunityUpdate.between(before, after) == OpportunityUpdate()
