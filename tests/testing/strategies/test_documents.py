"""Documents and records: corners occur, examples shrink to what a person would write, properties can be given."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    Amount,
    Opportunity,
    OpportunityCreate,
    OpportunityPage,
    OpportunityUpdate,
    PartialOpportunity,
    Stage,
    UnrepresentableError,
    ValidationError,
    WebhookEvent,
)
from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.records import OpportunityAnswer
from twenty_opportunity.strategies import documents, records
from twenty_opportunity.testing.strategies.generator import from_schema
from twenty_opportunity.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hypothesis.strategies import SearchStrategy

MEASURING = settings(
    max_examples=1_000,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    deadline=None,
    suppress_health_check=[],
)
SMALLEST = {
    "id": "00000000-0000-0000-0000-000000000000",
    "createdAt": "2000-01-01T00:00:00Z",
    "updatedAt": "2000-01-01T00:00:00Z",
    "name": "",
    "stage": "NEW",
}
OPTIONAL = [
    "deletedAt",
    "amount",
    "closeDate",
    "position",
    "companyId",
    "pointOfContactId",
    "ownerId",
    "createdBy",
    "updatedBy",
]


def values(instance: Any, *names: str) -> Iterator[Any]:
    """Find the values of properties with any of these names, at every level."""
    if isinstance(instance, dict):
        for name, value in instance.items():
            if name in names:
                yield value
            yield from values(value, *names)


def some(check: Callable[[Any], object], *names: str) -> Callable[[Any], bool]:
    """Make the check that something under one of the names passes."""
    return lambda instance: any(check(value) for value in values(instance, *names))


def text(pattern: str, *names: str) -> Callable[[Any], bool]:
    """Make the check that a text under one of the names matches."""
    return some(lambda value: isinstance(value, str) and re.search(pattern, value), *names)


def integer(check: Callable[[int], bool], *names: str) -> Callable[[Any], bool]:
    """Make the check that an int under one of the names passes."""
    return some(lambda value: type(value) is int and check(value), *names)


def root_property(name: str, check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Make the check that a property of the document, or UNSET if it is absent, passes."""
    return lambda instance: check(instance.get(name, UNSET))


INSTANTS = ("createdAt", "updatedAt", "deletedAt")
UUIDS = ("id", "companyId", "pointOfContactId", "ownerId", "workspaceMemberId")
PART_PROPERTIES: Mapping[str, set[str]] = {
    "amount": {"amountMicros", "currencyCode"},
    "createdBy": {"source", "workspaceMemberId", "name", "context"},
}
CORNERS: Mapping[str, Callable[[Any], bool]] = {
    **{f"{name} absent": root_property(name, lambda value: value is UNSET) for name in OPTIONAL},
    **{
        f"{name} present": root_property(name, lambda value: value is not None and value is not UNSET)
        for name in OPTIONAL
    },
    **{
        f"{name} null": root_property(name, lambda value: value is None)
        for name in OPTIONAL
        if name not in {"position", "createdBy", "updatedBy"}
    },
    "extra at the root": lambda instance: bool(instance.keys() - {*SMALLEST, *OPTIONAL}),
    "extra in the amount": some(lambda amount: amount and amount.keys() - PART_PROPERTIES["amount"], "amount"),
    "extra in an actor": some(lambda actor: actor.keys() - PART_PROPERTIES["createdBy"], "createdBy", "updatedBy"),
    "properties in a context": some(bool, "context"),
    "empty name": some(lambda name: name == "", "name"),
    "unicode name": text("[^\x00-\x7f]", "name"),
    "astral name": text("[\U00010000-\U0010ffff]", "name"),
    "control characters": text("[\x00-\x1f]", "name"),
    "micros beyond 2^64": integer(lambda micros: micros > 2**64, "amountMicros"),
    "micros below -2^64": integer(lambda micros: micros < -(2**64), "amountMicros"),
    "everyday negative micros": integer(lambda micros: -(2**53) < micros < 0, "amountMicros"),
    "micros spelled as a float": some(lambda micros: type(micros) is float, "amountMicros"),
    "negative position": some(lambda position: position < 0, "position"),
    "fractional position": some(lambda position: position % 1, "position"),
    "integer position": integer(lambda _: True, "position"),
    "integer position spelled as a float": some(lambda n: type(n) is float and n.is_integer(), "position"),
    **{f"{digits} digits": text(rf":\d\d\.\d{{{digits}}}[Zz+-]", *INSTANTS) for digits in range(1, 7)},
    "no digits": text(r":\d\dZ", *INSTANTS),
    "more than 6 digits": text(r"\.\d{7,}", *INSTANTS),
    "offset ahead": text(r"\+(?!00:00)\d\d:\d\d$", *INSTANTS),
    "offset behind": text(r"-(?!00:00)\d\d:\d\d$", *INSTANTS),
    "offset of more than 14 hours": text(r"[+-](1[5-9]|2\d):\d\d$", *INSTANTS),
    "unknown local offset": text("-00:00$", *INSTANTS),
    "leap second": text(":60", *INSTANTS),
    "leap second elsewhere": text(r":60(\.\d+)?[+-]", *INSTANTS),
    "year 0000": text("^0000-", *INSTANTS),
    "year 0000 of a date": text("^0000-", "closeDate"),
    "year 9999": text("^9999-", *INSTANTS),
    "lower-case t": text("t", *INSTANTS),
    "lower-case z": text("z", *INSTANTS),
    "1 January": text("-01-01", *INSTANTS),
    "1 January of a date": text("-01-01", "closeDate"),
    "29 February": text("-02-29", *INSTANTS),
    "29 February of a date": text("-02-29", "closeDate"),
    "upper-case uuid": text("^[^a-z]*[A-F][^a-z]*$", *UUIDS),
    "mixed-case uuid": text("[A-F].*[a-f]", *UUIDS),
}


def measured(strategy: SearchStrategy[Any], corners: Mapping[str, Callable[[Any], bool]]) -> Counter[str]:
    """Count the examples of a thousand in which each corner occurs."""
    counts = Counter(dict.fromkeys(corners, 0))

    @MEASURING
    @given(strategy)
    def count(instance: Any) -> None:
        counts.update(name for name, check in corners.items() if check(instance))

    count()
    return counts


@pytest.mark.slow
def test_each_corner_occurs_within_a_thousand_examples() -> None:
    """Each corner of the published schema occurs in a thousand documents, and not once only."""
    counts = measured(documents(), CORNERS)
    assert not {name: count for name, count in counts.items() if count < 2}


@pytest.mark.slow
def test_records_reach_the_corners_that_they_can_hold() -> None:
    """A thousand records have every corner but those that Python cannot hold, and of those none."""
    corners = {
        "instant at the beginning of time": lambda record: record.created_at.year == 1,
        "instant on 29 February": lambda record: (record.created_at.month, record.created_at.day) == (2, 29),
        "microseconds": lambda record: record.created_at.microsecond % 1000,
        "offset": lambda record: record.created_at.utcoffset() != dt.timedelta(0),
        "extra": lambda record: bool(record.extra),
        "cleared": lambda record: record.close_date is None,
        "left out": lambda record: record.close_date is UNSET,
    }
    counts = measured(records(), corners)
    assert not {name: count for name, count in counts.items() if count < 2}


def smallest(strategy: SearchStrategy[Any], condition: Callable[[Any], object] = lambda _: True) -> Any:
    """Shrink to the smallest example that meets a condition."""
    return find(
        strategy,
        lambda value: bool(condition(value)),
        settings=settings(database=None, max_examples=2_000, derandomize=True),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("condition", "rest"),
    [
        (lambda _: True, {}),
        (lambda instance: "deletedAt" in instance, {"deletedAt": None}),
        (lambda instance: instance.get("closeDate"), {"closeDate": "2000-01-01"}),
        (lambda instance: instance.get("position", 1) < 0, {"position": -1}),
        (lambda instance: instance.get("companyId"), {"companyId": SMALLEST["id"]}),
        (lambda instance: instance.get("amount") == {}, {"amount": {}}),
        (
            lambda instance: (instance.get("amount") or {}).get("currencyCode"),
            {"amount": {"currencyCode": "AAA"}},
        ),
        (
            lambda instance: ((instance.get("amount") or {}).get("amountMicros") or 0) > 2**64,
            {"amount": {"amountMicros": 2**64 + 1}},
        ),
        (
            lambda instance: "source" in (instance.get("createdBy") or {}),
            {"createdBy": {"source": "EMAIL"}},
        ),
        (lambda instance: instance.keys() - {*SMALLEST, *OPTIONAL}, {"customField": None}),
        (lambda instance: instance["name"] > "", {"name": "0"}),
        (lambda instance: instance["stage"] != "NEW", {"stage": "SCREENING"}),
        (lambda instance: ":60" in instance["createdAt"], {"createdAt": "1972-06-30T23:59:60Z"}),
        (lambda instance: instance["createdAt"] < "0001", {"createdAt": "0000-01-01T00:00:00Z"}),
    ],
)
def test_documents_shrink_to_what_a_person_would_write(
    condition: Callable[[dict[str, Any]], object], rest: dict[str, Any]
) -> None:
    """The smallest opportunity has the required properties with zero or empty values, and what the condition needs."""
    assert smallest(documents(), condition) == SMALLEST | rest


@pytest.mark.slow
def test_other_documents_shrink_too() -> None:
    """The smallest update is empty, as is the smallest page; records shrink to the record of the smallest document."""
    assert smallest(documents(OpportunityUpdate)) == {}
    assert smallest(documents(OpportunityCreate)) == {"name": "", "stage": "NEW"}
    assert smallest(documents(OpportunityPage, SERVER)) == {"data": {"opportunities": []}}
    assert smallest(records()) == PUBLISHED.structure(SMALLEST)


@pytest.mark.parametrize(
    ("schema", "place", "named"),
    [
        ({"type": "object", "properties": {"a": {"uniqueItems": True}}}, "/properties/a/uniqueItems", "'uniqueItems'"),
        ({"type": "string", "format": "uuid", "pattern": "^x$"}, "/format", "uuid"),
        ({"type": "string", "pattern": "^a{9}$", "maxLength": 5}, "/pattern", "0 to 5"),
        ({"type": "string", "pattern": "^a?$", "minLength": 5}, "/pattern", "5 to None"),
        ({"type": "object", "properties": {"a": False}, "required": ["a"]}, "", "a is required and cannot be valid"),
        ({"type": "object", "additionalProperties": {"type": "string", "enum": [1]}}, "/additionalProperties", "valid"),
    ],
)
def test_what_cannot_be_made_is_refused_at_construction(schema: dict[str, Any], place: str, named: str) -> None:
    """A keyword, format or combination that no document can be made for raises before anything is drawn."""
    with pytest.raises(UnsupportedSchemaError) as error:
        from_schema(schema)
    assert error.value.pointer == place
    assert named in error.value.reason


def test_a_format_that_the_generator_does_not_know_is_refused_at_construction(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format that the validation knows and the generator does not raises, naming it."""
    monkeypatch.setattr("twenty_opportunity.schemas.reading.FORMATS", {"email": bool})
    with pytest.raises(UnsupportedSchemaError, match="'email' is not supported"):
        from_schema({"type": "string", "format": "email"})


SCHEMAS: list[dict[str, Any]] = [
    {},
    {"type": "null"},
    {"type": ["boolean", "null"]},
    {"const": {"a": [1]}},
    {"type": ["string", "null"], "enum": ["A", None, 5]},
    {"type": "integer", "minimum": 3, "maximum": 5},
    {"type": "number", "minimum": -0.5, "maximum": 0.25},
    {"type": "number", "minimum": 0.1, "maximum": 0.2},
    {"type": "integer", "minimum": 2**130},
    {"type": "number", "maximum": -(2**53) - 1},
    {"type": "number", "minimum": 2**53 + 1},
    {"type": ["number", "string"], "minimum": 1, "pattern": "^[0-9]+$"},
    {"type": "string", "minLength": 2, "maxLength": 3},
    {"type": "string", "minLength": 200},
    {"type": "string", "pattern": "^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$", "maxLength": 5},
    {"type": "string", "pattern": "^(first|last)$"},
    {"type": "string", "pattern": "a[^b]|^c", "maxLength": 9},
    {"type": "string", "pattern": "^(ab){2,3}$"},
    {"type": "string", "pattern": "^(ab)*$"},
    {"type": "string", "format": "uuid", "pattern": "^[0-9a-f-]{14}[1-5]"},
    {"type": "string", "format": "date", "pattern": "^[0-9]{3}[1-9]|^[1-9]"},
    # No example of a kind is in September or has the digit, but one in twelve or sixteen draws.
    {"type": "string", "format": "date", "pattern": "^[0-9-]{6}[^9]"},
    {"type": "string", "format": "date-time", "pattern": "^[0-9-]{6}[^9]"},
    {"type": "string", "format": "uuid", "pattern": "^[0-9a-f][^1]"},
    {"type": "string", "format": "date-time", "pattern": "^[0-9]{4}-[0-9-]{5}T[0-9:]{8}[.][0-9]{3}Z$"},
    {"type": "string", "format": "date-time", "pattern": "^[0-9]{4}-[0-9-]{5}T[0-9:]{6}60Z$"},
    {"type": "string", "maxLength": 0},
    {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]},
    {"type": "array"},
    {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 3},
    {"type": "array", "items": {"type": "null"}, "maxItems": 0},
    {"type": "object", "additionalProperties": {"type": "integer"}},
    {"type": "object", "properties": {"a": False, "b": {"type": "null"}}, "required": ["c"]},
    {"type": "object", "not": {"required": ["customField"]}},
    {"type": "object", "properties": {"a": {}, "b": {}}, "not": {"required": ["a", "b"]}},
    {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "array", "items": {"type": "null"}}, {"type": "null"}]},
    {"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
@given(data=st.data())
@settings(max_examples=100)
def test_any_schema_of_ours_is_served(schema: dict[str, Any], data: st.DataObject) -> None:
    """Each keyword, alone and with others that look at the same value, is obeyed without throwing anything away."""
    assert Validator(schema).is_valid(data.draw(from_schema(schema)))


def test_no_member_of_an_open_object_takes_a_described_name() -> None:
    """An undescribed property whose drawn name is described gets another name, without another draw."""
    schema = {"type": "object", "properties": {"customField": {"type": "integer"}, "customField_": {"type": "integer"}}}
    assert smallest(from_schema(schema), lambda instance: "customField__" in instance) == {"customField__": None}


def test_members_can_be_given() -> None:
    """A property has a given value or a value of a given strategy, by either of its names."""
    given_documents = documents(stage=Stage.NEW, amount=st.none() | st.just(Amount.of("10", "USD")), closeDate=UNSET)
    wanted = [None, {"amountMicros": 10_000_000, "currencyCode": "USD"}]

    @settings(max_examples=50)
    @given(given_documents, records(stage=Stage.PROPOSAL, close_date=st.dates(), ownerId=None, extra={"priority": 3}))
    def check(instance: dict[str, Any], record: Opportunity) -> None:
        assert (instance["stage"], instance["amount"] in wanted, "closeDate" in instance) == ("NEW", True, False)
        assert (record.stage, type(record.close_date), record.owner_id) == (Stage.PROPOSAL, dt.date, None)
        assert record.extra["priority"] == 3

    check()


@pytest.mark.parametrize("amount", [None, st.none()])
def test_none_clears_a_composite_of_an_update(amount: Any) -> None:
    """None means what the profile writes for it, given or drawn; each document has a separate object."""
    drawn: list[Any] = []
    made = records(OpportunityUpdate, SERVER, amount=amount) | documents(OpportunityUpdate, SERVER, amount=amount)

    @given(made)
    def draw(update: Any) -> None:
        document = update if isinstance(update, dict) else SERVER.unstructure(update)
        drawn.append(document["amount"])

    draw()
    assert all(each == {"amountMicros": None, "currencyCode": None} for each in drawn)
    assert len({*map(id, drawn)}) == len(drawn)


def test_given_properties_of_parts_and_of_other_documents() -> None:
    """The properties of bodies, pages and events can be given as well."""
    answers = records(
        OpportunityAnswer[PartialOpportunity], SERVER, data=st.just({"opportunity": {"stage": "WON_TWICE"}})
    )
    assert smallest(answers).data.opportunity.stage == "WON_TWICE"
    assert smallest(records(OpportunityUpdate, close_date=None)) == OpportunityUpdate(close_date=None)
    removed = {"disconnect": True}
    assert smallest(documents(OpportunityUpdate, SERVER, company=removed)) == {"company": removed}


def test_a_given_value_that_is_not_valid_raises() -> None:
    """A document that a given value makes invalid is an error of the test that draws it, with the violations."""

    @settings(database=None, max_examples=1)
    @given(documents(stage="LEAD"))
    def check(instance: dict[str, Any]) -> None:
        """Never called."""

    with pytest.raises(ValidationError, match="/stage"):
        check()


def test_an_unknown_property_or_class_is_a_type_error_at_construction() -> None:
    """A typo in a name, or a class without a schema in the profile, raises before anything is drawn."""
    with pytest.raises(TypeError, match="nearest is stage"):
        documents(OpportunityCreate, stge="NEW")
    with pytest.raises(TypeError, match="PUBLISHED"):
        documents(OpportunityPage)


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """An opportunity with additional attributes."""

    priority: int | None = None
    renewal: dt.date | None = None


def test_subclasses_and_generics_are_served() -> None:
    """A subclass's attributes are generated typed, and a generic document takes the subclass."""
    deal = smallest(records(Deal, SERVER), lambda deal: deal.priority and deal.renewal)
    assert (deal.priority, deal.renewal) == (1, dt.date(2000, 1, 1))
    events = records(WebhookEvent[Deal], SERVER)
    assert type(smallest(events).record) is Deal


def test_strategies_are_made_once() -> None:
    """Asking again for the same strategy gives the same one: making it costs more than drawing from it."""
    assert documents(Opportunity, SERVER) is documents(Opportunity, SERVER)


@pytest.mark.slow
def test_nothing_is_thrown_away() -> None:
    """No drawn value is rejected, so no health check must be suppressed."""
    drawn: list[None] = []

    @settings(MEASURING, max_examples=200)
    @given(documents(), documents(OpportunityCreate, SERVER), documents(OpportunityPage, SERVER))
    def count(_: Any, __: Any, ___: Any) -> None:
        drawn.append(None)

    count()
    assert len(drawn) == 200


def test_what_python_cannot_hold_is_in_documents() -> None:
    """Documents are as valid as records cannot be: some of them cannot be typed."""
    instance = smallest(documents(), _unrepresentable)
    with pytest.raises(UnrepresentableError):
        PUBLISHED.structure(instance)


def _unrepresentable(instance: Any) -> bool:
    try:
        PUBLISHED.structure(instance)
    except UnrepresentableError:
        return True
    return False
