"""A profile ties schemas, validators and records together; PUBLISHED's methods are the package's functions."""

from __future__ import annotations

import collections
import copy
import datetime as dt
import enum
import json
import os
import pickle
import re
import subprocess
import sys
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import cattrs
import jsonschema
import pytest

import twenty_opportunity
from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    Amount,
    DecodeError,
    Opportunity,
    OpportunityCreate,
    OpportunityPage,
    OpportunityUpdate,
    PartialOpportunity,
    Profile,
    Stage,
    UnrepresentableError,
    Unset,
    ValidationError,
    Workspace,
    records,
    strategies,
)
from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.matchers import IsOpportunity
from twenty_opportunity.profiles import STANDARD, _import_before_fork, profile_for  # pyright: ignore[reportPrivateUsage]
from twenty_opportunity.records import Company, GraphQLPage, Links, Record
from twenty_opportunity.schemas.metadata_reader import MetadataError
from twenty_opportunity.schemas.workspace import standard_objects
from twenty_opportunity.testing.fixtures import fixtures

EXAMPLE = twenty_opportunity.PUBLISHED.schema()["examples"][0]


class Colour(enum.StrEnum):
    """A StrEnum."""

    RED = "red"


class Level(enum.IntEnum):
    """An IntEnum."""

    LOW = 1


@pytest.mark.parametrize(
    "name", ["is_valid", "iter_violations", "validate", "structure", "unstructure", "loads", "dumps"]
)
def test_the_functions_of_the_package_are_those_of_published(name: str) -> None:
    """The functions of the package are the methods of PUBLISHED."""
    assert getattr(twenty_opportunity, name) == getattr(PUBLISHED, name)
    assert name in twenty_opportunity.__all__


def test_the_example_of_the_schema_goes_round() -> None:
    """The schema's example becomes a typed record, and is written back except for the notation 2.0 of a number."""
    record = twenty_opportunity.structure(EXAMPLE)
    assert record.stage is Stage.PROPOSAL
    assert isinstance(record.amount, Amount)
    assert (record.amount.value, record.close_date) == (Decimal(250_000), dt.date(2026, 9, 30))
    assert twenty_opportunity.unstructure(record) == EXAMPLE
    text = json.dumps(EXAMPLE, ensure_ascii=False).encode()
    for data in (text, bytearray(text), memoryview(text), text.decode()):
        assert twenty_opportunity.loads(data) == record
    assert json.loads(twenty_opportunity.dumps(record)) == EXAMPLE


def test_all_that_is_wrong_is_told_by_every_call() -> None:
    """Validating, structuring and loading report the same violations, and all of them."""
    wrong = {**EXAMPLE, "stage": "LEAD", "amount": {"currencyCode": "usd"}, "id": 5}
    found = [(each.pointer, each.keyword) for each in PUBLISHED.iter_violations(wrong)]
    assert found == [("/id", "type"), ("/stage", "enum"), ("/amount/currencyCode", "pattern")]
    for call in (PUBLISHED.validate, PUBLISHED.structure, lambda instance: PUBLISHED.loads(json.dumps(instance))):
        with pytest.raises(ValidationError) as caught:
            call(wrong)
        assert [(each.pointer, each.keyword) for each in caught.value.violations] == found
    assert not PUBLISHED.is_valid(wrong)


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=repr)
def test_each_schema_is_the_users_own_and_needs_no_other(profile: Profile) -> None:
    """The returned schema is valid, a copy, and self-contained."""
    for cl in profile.document_classes:
        schema = profile.schema(cl)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert re.findall(r'"\$ref": "(?!#/)', json.dumps(schema)) == []
        schema.clear()
        assert profile.schema(cl) != {}


def test_what_writing_takes_follows_from_the_published_schema() -> None:
    """Bodies exclude readOnly and unknown properties; creating requires some properties, updating none."""
    assert PUBLISHED.dumps(OpportunityCreate(name="Roof", stage=Stage.NEW)) == b'{"name":"Roof","stage":"NEW"}'
    assert PUBLISHED.dumps(OpportunityUpdate(close_date=None)) == b'{"closeDate":null}'
    assert PUBLISHED.dumps(OpportunityUpdate()) == b"{}"
    refused = {
        "/id": OpportunityCreate(id=uuid.UUID(int=1), name="", stage="NEW"),
        "/stage": OpportunityCreate(name="Roof"),
        "/clsoeDate": OpportunityUpdate(extra={"clsoeDate": None}),
        "/amount/currency": OpportunityUpdate(amount=Amount(extra={"currency": "USD"})),
    }
    for pointer, body in refused.items():
        with pytest.raises(ValidationError) as caught:
            PUBLISHED.dumps(body)
        assert [each.pointer for each in caught.value.violations] == [pointer]
    with pytest.raises(ValidationError, match="closeDate"):
        PUBLISHED.dumps(refused["/clsoeDate"])


@pytest.mark.parametrize("write", [SERVER.dumps, SERVER.unstructure], ids=lambda write: write.__name__)
def test_only_records_are_written(write: Any) -> None:
    """An instance is refused because it is decoded already, and the error says so."""
    with pytest.raises(TypeError, match=f"{write.__name__} takes a record, not dict"):
        write(EXAMPLE)


def test_unknown_stages_stay_text_where_the_profile_allows_them() -> None:
    """A custom stage is text to SERVER, and an error to PUBLISHED."""
    assert SERVER.loads(b'{"stage": "WON"}', PartialOpportunity).stage == "WON"
    assert SERVER.loads(b'{"stage": "NEW"}', PartialOpportunity).stage is Stage.NEW
    assert not PUBLISHED.is_valid({**EXAMPLE, "stage": "WON"})


def test_instants_are_written_as_the_profile_does() -> None:
    """A server's record is written back unchanged by SERVER; PUBLISHED uses the notation of its schema."""
    instance = {"createdAt": "2026-01-25T16:26:00.000Z", "closeDate": "2026-01-25T00:00:00.000Z"}
    assert SERVER.unstructure(SERVER.structure(instance, PartialOpportunity)) == instance
    record = PUBLISHED.structure({**EXAMPLE, "createdAt": "2026-01-25t16:26:00.120000+01:00"})
    assert PUBLISHED.unstructure(record)["createdAt"] == "2026-01-25T16:26:00.120+01:00"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"{", DecodeError),
        (b'{"id": 5}', ValidationError),
        (b'{"updatedAt": "0000-01-01T00:00:00Z"}', UnrepresentableError),
    ],
)
def test_loads_refuses_at_three_gates(data: bytes, error: type[Exception]) -> None:
    """Malformed JSON, invalid instances and unrepresentable values each have their exception."""
    with pytest.raises(error):
        SERVER.loads(data, PartialOpportunity)


def test_nesting_that_is_loaded_is_dumped() -> None:
    """`dumps` writes any undescribed property that `loads` reads; deeper nesting is refused."""
    for depth in (10, 200, 300, 500):
        data = b'{"deep":' + b"[" * depth + b"]" * depth + b"}"
        assert SERVER.dumps(SERVER.loads(data, PartialOpportunity)) == data
    with pytest.raises(DecodeError, match="nested too deeply"):
        SERVER.loads(b'{"deep":' + b"[" * 100_000)


def test_a_large_text_is_just_a_long_text() -> None:
    """A text of ten million characters is read, validated and written; a violation does not quote it."""
    name = "x" * 10_000_000
    data = b'{"name":"' + name.encode() + b'"}'
    assert SERVER.dumps(SERVER.loads(data, PartialOpportunity)) == data
    with pytest.raises(ValidationError) as caught:
        SERVER.loads(b'{"id":"' + name.encode() + b'"}', PartialOpportunity)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("cl", "named"),
    [(int, "int"), (OpportunityPage, "OpportunityPage"), (Amount, "Amount"), ("Opportunity", "'Opportunity'")],
)
def test_a_class_without_a_schema_is_named_with_those_that_have_one(cl: Any, named: str) -> None:
    """The error names the profile, the class, and the document classes of the profile."""
    classes = "Opportunity, PartialOpportunity, OpportunityCreate, OpportunityUpdate"
    message = f"PUBLISHED does not have a schema for {named}; it has {classes}"
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        PUBLISHED.schema(cl)
    assert PUBLISHED.base_of(Opportunity) is Opportunity


@pytest.mark.parametrize("cl", [[], {}, [Opportunity]])
def test_what_cannot_even_be_looked_up_is_no_class(cl: Any) -> None:
    """A list in place of a class gets the same error as any other mistake, from every call."""
    for call in (SERVER.is_valid, SERVER.iter_violations, SERVER.validate, SERVER.structure):
        with pytest.raises(TypeError, match=r"SERVER does not have a schema for [\[{].*; it has Opportunity"):
            call({}, cl)
    with pytest.raises(TypeError, match=r"SERVER does not have a schema for [^;]{96};"):
        SERVER.schema(["x" * 1000])
    with pytest.raises(TypeError, match="SERVER does not have a schema for"):
        SERVER.loads(b"{}", cl)


def test_a_type_error_of_the_instances_own_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A TypeError from within a check is not mistaken for a wrong class."""
    profile = Profile("ours", lambda: {Opportunity: {"type": "object"}})

    def check(_: object) -> bool:
        raise TypeError("the check failed")

    validator = profile._validators[Opportunity]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    for name in ("accepts", "check"):
        monkeypatch.setitem(vars(validator), name, check)
    for call in (lambda: profile.is_valid({}), lambda: profile.loads(b"{}")):
        with pytest.raises(TypeError, match="the check failed"):
            call()


def test_a_profile_is_known_by_its_name() -> None:
    """A workspace's profile has the given name."""
    metadata = {"nameSingular": "opportunity", "fields": [{"name": "name", "type": "TEXT"}]}
    assert repr(Profile.from_metadata(metadata, name="ours")) == "<Profile ours>"
    assert Profile.from_metadata(metadata).name == "workspace"
    names = tuple(cl.__name__ for cl in Profile.from_metadata(metadata).document_classes)
    assert names == records.DOCUMENT_CLASSES


def test_threads_share_a_profile() -> None:
    """If many threads use a profile for the first time at once, all of them get the same objects."""
    profile = Profile.from_metadata({"nameSingular": "opportunity", "fields": [{"name": "name", "type": "TEXT"}]})

    def use(number: int) -> Any:
        cl = profile.document_classes[1 + number % 3]
        (violation,) = profile.iter_violations({"name": 5}, cl)
        return profile.dumps(profile.structure({"name": "x"}, cl)), violation.pointer

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(use, range(64))) == {(b'{"name":"x"}', "/name")}


# The public converter.


@attrs.frozen
class Row:
    """A user's class that contains a record and scalars."""

    deal: PartialOpportunity
    amounts: list[Amount]
    at: dt.datetime
    day: dt.date | None
    key: uuid.UUID
    price: Decimal
    count: int
    ratio: float
    is_new: bool
    note: str
    stage: Stage
    colour: Colour
    level: Level
    more: dict[str, Any]
    rest: Mapping[str, int]
    pair: tuple[int, str]
    names: frozenset[str]


ROW: dict[str, Any] = {
    "deal": {"name": "Roof", "createdAt": "2026-01-01T00:00:00.000Z", "new": [1]},
    "amounts": [{"amountMicros": 1}, {}],
    "at": "2026-01-01T00:00:00.000Z",
    "day": None,
    "key": "5c222222-0000-0000-0000-000000000003",
    "price": "1.50",
    "count": 2,
    "ratio": 2.5,
    "is_new": False,
    "note": "",
    "stage": "NEW",
    "colour": "red",
    "level": 1,
    "more": {"a": None},
    "rest": {"a": 1},
    "pair": [1, "a"],
    "names": ["a"],
}


def test_records_are_embedded_in_classes_of_ones_own() -> None:
    """The converter reads records and scalars in the profile's style, and leaves everything else to cattrs."""
    row = SERVER.converter.structure(ROW, Row)
    assert row.deal == PartialOpportunity(name="Roof", created_at=row.at, extra={"new": [1]})
    assert (row.stage, row.colour, row.level) == (Stage.NEW, Colour.RED, Level.LOW)
    assert [type(value) for value in (row.stage, row.colour, row.level, row.more, row.rest)] == [
        Stage,
        Colour,
        Level,
        dict,
        dict,
    ]
    assert row.price == Decimal("1.50")
    written = SERVER.converter.unstructure(row)
    assert written == ROW
    assert json.dumps(written, sort_keys=True) == json.dumps(ROW, sort_keys=True)
    assert PUBLISHED.converter.unstructure(row)["at"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("value", "cl"),
    [
        ("5", int),
        (True, int),
        (1.5, int),
        (5, str),
        ("1.5", float),
        (1, bool),
        ("2026-01-01T00:00:00Z", dt.date),
        ("2026-01-01", dt.datetime),
        ("x", uuid.UUID),
        ("1e5", Decimal),
        (5, Colour),
        ("1", Level),
        ({"amountMicros": "x"}, Amount),
        ({"secondaryLinks": 5}, Links),
        ([], Opportunity),
        (None, Opportunity),
        ({"id": "x"}, Opportunity),
    ],
)
def test_the_converter_coerces_nothing(value: Any, cl: Any) -> None:
    """Values that cattrs would silently convert are refused with the reason."""
    with pytest.raises(ValidationError):
        SERVER.converter.structure(value, cl)


def test_enums_of_ones_own_are_looked_up() -> None:
    """A text that is not an option of a StrEnum is refused, not kept as text."""
    with pytest.raises(ValueError, match="'blue' is not a valid Colour"):
        SERVER.converter.structure("blue", Colour)


def test_the_converter_writes_only_what_json_has() -> None:
    """A Decimal that is not a number is refused, as is an attribute with a value of another type."""
    with pytest.raises(ValidationError, match="is not a finite number"):
        SERVER.converter.unstructure(Decimal("NaN"))
    wrong: Any = "x"
    with pytest.raises(ValidationError, match="/amountMicros: the attribute amount_micros holds str"):
        SERVER.converter.unstructure(Amount(amount_micros=wrong))


@attrs.frozen(kw_only=True)
class Misfit(Opportunity):
    """A deal that does not fit any profile."""

    position: uuid.UUID | Unset = UNSET  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]


def test_a_class_that_does_not_fit_the_profile_is_refused_by_the_converter_too() -> None:
    """An embedded record is validated against the profile's schema like a document."""
    with pytest.raises(TypeError, match=r"Misfit\.position is UUID.* number"):
        SERVER.converter.structure({}, Misfit)


def test_a_copy_of_the_converter_reads_records_too() -> None:
    """To use other hooks for other classes, copy the converter, like any converter of cattrs."""
    assert SERVER.converter.copy().structure({"name": "Roof"}, PartialOpportunity) == PartialOpportunity(name="Roof")


def test_the_global_converter_is_never_touched() -> None:
    """A plain cattrs converter still coerces as before."""
    assert cattrs.structure("5", int) == 5
    with pytest.raises(cattrs.errors.StructureHandlerNotFoundError):
        cattrs.structure("2026-01-01", dt.date)


def test_an_ordered_dict_is_an_object() -> None:
    """Subclasses of dict, list and str are JSON like the classes that they extend."""

    class Text(str):
        __slots__ = ()

    instance = collections.OrderedDict({Text("name"): Text("Roof"), "new": collections.OrderedDict(a=1)})
    record = SERVER.structure(instance, PartialOpportunity)
    assert (type(record.name), record.name, record.extra) == (str, "Roof", {"new": {"a": 1}})
    assert SERVER.dumps(record) == b'{"name":"Roof","new":{"a":1}}'


@pytest.mark.parametrize(
    ("name", "field_type", "named"),
    [
        ("name", "NUMBER", "Opportunity.name is str, but in the profile's schema its property is of type number"),
        ("closeDate", "TEXT", "Opportunity.close_date is date | datetime, but .* is text of any form"),
        ("amount", "RAW_JSON", "OpportunityCreate.amount is Amount, but .* of type array or object"),
    ],
)
def test_metadata_that_types_a_standard_field_otherwise_is_refused_at_once(
    name: str, field_type: str, named: str
) -> None:
    """Metadata with which a standard attribute could hold nothing is refused by name when its profile is made."""
    metadata = {"nameSingular": "opportunity", "fields": [{"name": name, "type": field_type}]}
    with pytest.raises(MetadataError, match=f"the metadata gives a standard field another type: {named}"):
        Profile.from_metadata(metadata)


@pytest.mark.parametrize(("name", "field_type"), [("closeDate", "DATE"), ("position", "NUMBER"), ("name", "SELECT")])
def test_metadata_that_types_a_standard_field_so_that_it_fits_is_taken(name: str, field_type: str) -> None:
    """An older server's day for closeDate, or a name that is one of several, fits the attribute and is accepted."""
    metadata = {"nameSingular": "opportunity", "fields": [{"name": name, "type": field_type}]}
    value = "ROOF" if name == "name" else None
    assert Profile.from_metadata(metadata).is_valid({name: value}, PartialOpportunity)


REQUIRED: dict[str, Any] = {
    "id": "5c222222-0000-4000-8000-000000000003",
    "createdAt": "2026-03-01T08:00:00.000Z",
    "updatedAt": "2026-03-02T08:00:00.000Z",
    "name": "Roof",
    "stage": "NEW",
}


@pytest.mark.parametrize("missing", REQUIRED)
@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=repr)
def test_an_incomplete_record_is_refused_with_the_way_out(profile: Profile, missing: str) -> None:
    """The violation names the class for partial records, which accepts the record; a body lacks such a class."""
    instance = {name: value for name, value in REQUIRED.items() if name != missing}
    (violation,) = profile.iter_violations(instance)
    assert (violation.pointer, violation.keyword) == (f"/{missing}", "required")
    for message in (violation.message, violation.message_without_value):
        assert message.endswith("; use PartialOpportunity for records without it")
    record = profile.structure(instance, PartialOpportunity)
    assert profile.structure(profile.unstructure(record), PartialOpportunity) == record
    assert all("Partial" not in each.message for each in PUBLISHED.iter_violations({}, OpportunityCreate))


def test_the_way_out_is_named_once() -> None:
    """If many properties are missing, only the first names the class, and those of other objects do not."""
    page: dict[str, Any] = {"data": {"opportunities": [{}, {}]}, "pageInfo": {}}
    messages = [violation.message for violation in SERVER.iter_violations(page, OpportunityPage)]
    assert len(messages) == 10
    assert ["Partial" in message for message in messages] == [True] + [False] * 9
    assert ["Partial" in each.message for each in SERVER.iter_violations({}, OpportunityPage)] == [False]


def test_a_page_of_partial_records_comes_back() -> None:
    """A page does not know the class of its records, so it is written with any records."""
    page = SERVER.loads(b'{"data":{"opportunities":[{"name":"Roof"}]}}', OpportunityPage[PartialOpportunity])
    assert SERVER.loads(SERVER.dumps(page), OpportunityPage[PartialOpportunity]) == page
    with pytest.raises(ValidationError) as caught:
        SERVER.loads(SERVER.dumps(page), OpportunityPage)
    assert {each.keyword for each in caught.value.violations} == {"required"}


def test_graphql_records_are_partial_unless_asked_for() -> None:
    """A selection decides which properties a node has; `GraphQLPage[Opportunity]` requires all of them."""
    page = {"data": {"opportunities": {"edges": [{"node": {"name": "Roof"}}]}}}
    assert [*SERVER.structure(page, records.GraphQLPage)] == [PartialOpportunity(name="Roof")]
    with pytest.raises(ValidationError) as caught:
        SERVER.structure(page, records.GraphQLPage[Opportunity])
    assert {each.keyword for each in caught.value.violations} == {"required"}


METADATA: dict[str, Any] = {
    "nameSingular": "opportunity",
    "fields": [{"name": "name", "type": "TEXT"}, {"name": "seats", "type": "NUMBER"}],
}


def test_profiles_are_pickled() -> None:
    """The built-in profiles unpickle to themselves, and a workspace's profile keeps its fields in another process."""
    for ready in (PUBLISHED, SERVER):
        assert pickle.loads(pickle.dumps(ready)) is copy.deepcopy(ready) is ready  # noqa: S301 - our own
    profile = Profile.from_metadata(METADATA, name="ours")
    profile.is_valid({})
    again = pickle.loads(pickle.dumps(profile))  # noqa: S301 - our own
    assert (again.name, again.fields) == ("ours", profile.fields)
    for cl in profile.document_classes:
        assert again.schema(cl) == profile.schema(cl)
    record = again.structure({"seats": 5}, PartialOpportunity)
    assert again.dumps(record) == b'{"seats":5}'


def _own_schemas() -> dict[type[records.Record], Any]:
    return {Opportunity: {"type": "object", "properties": {"name": {"type": "string"}}}}


def test_a_profile_of_a_function_is_pickled_with_the_function() -> None:
    """A custom profile pickles if its function does."""
    again = pickle.loads(pickle.dumps(Profile("own", _own_schemas, milliseconds=True)))  # noqa: S301 - our own
    assert not again.is_valid({"name": 5}, PartialOpportunity)
    with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
        pickle.dumps(Profile("own", lambda: _own_schemas()))  # noqa: PLW0108 - a function without a name


@pytest.mark.parametrize("cl", [Opportunity, OpportunityUpdate, OpportunityPage[Opportunity]], ids=str)
def test_classes_of_opportunities_keep_the_given_profile(cl: Any) -> None:
    """Only a class of another object has a standard profile other than the one for opportunities."""
    assert profile_for(cl, PUBLISHED) is PUBLISHED
    assert profile_for(cl, SERVER) is SERVER
    assert profile_for(Company, PUBLISHED) is profile_for(Company, SERVER)
    assert profile_for(Company, PUBLISHED) is not SERVER


def test_classes_of_other_objects_have_the_profile_of_the_workspace() -> None:
    """Each profile of a workspace finds the others; a class of an unknown object has none."""
    workspace = Workspace.from_metadata(standard_objects())
    assert profile_for(Company, workspace.opportunity) is workspace["company"]
    assert profile_for(Opportunity, workspace["company"]) is workspace.opportunity
    assert profile_for(Company, workspace["company"]) is workspace["company"]

    @attrs.frozen(kw_only=True)
    class Room(Record, object="dealRoom", plural="dealRooms"):
        pass

    assert profile_for(Room, workspace.opportunity) is workspace.opportunity


@pytest.mark.parametrize("wrong", ["SERVER", 5, Opportunity])
def test_the_name_of_a_profile_is_not_a_profile(wrong: Any) -> None:
    """Fixtures, strategies and matchers refuse anything else in place of a profile by name."""
    calls: list[Any] = [
        lambda: fixtures(wrong),
        lambda: strategies.records(Opportunity, profile=wrong),
        lambda: strategies.documents(Opportunity, profile=wrong),
        lambda: IsOpportunity(wrong) == {},
    ]
    for call in calls:
        with pytest.raises(TypeError, match=r"a profile such as SERVER is needed, not (str|int|type)"):
            call()


FORKED = """
import os, sys, threading
from pathlib import Path
from twenty_opportunity import PUBLISHED, SERVER, STANDARD, OpportunityPage

text = Path("examples/server/page.json").read_bytes()
end = threading.Event()
if "thread" in sys.argv:
    threading.Thread(target=end.wait).start()
child = os.fork()
if child == 0:
    before = set(sys.modules)
    SERVER.dumps(SERVER.loads(text, OpportunityPage))
    list(PUBLISHED.iter_violations({}))
    STANDARD["company"].is_valid({})
    print(len(set(sys.modules) - before), flush=True)
    os._exit(0)
os.waitpid(child, 0)
end.set()
"""


@pytest.mark.parametrize(
    ("answer", "cl", "reason"),
    [
        ({"statusCode": 400, "messages": ["A duplicate entry was detected"]}, OpportunityPage, "ErrorAnswer"),
        ({"errors": [{"message": "A duplicate entry was detected"}], "data": None}, GraphQLPage, "GraphQLErrorAnswer"),
    ],
)
def test_an_error_of_the_server_is_named(answer: dict[str, Any], cl: Any, reason: str) -> None:
    """The hint of a refusal has the reasons of the server, and the class that reads them."""
    with pytest.raises(ValidationError) as caught:
        SERVER.loads(json.dumps(answer), cl)
    assert "A duplicate entry was detected" in caught.value.hint
    assert caught.value.hint.endswith(f" {reason}")
    with pytest.raises(ValidationError) as caught:
        SERVER.structure({**answer, "statusCode": "x", "errors": [{}]}, cl)
    assert caught.value.hint == ""


@attrs.frozen(kw_only=True)
class DealWithSeats(Opportunity):
    """An opportunity with a custom field."""

    seats: int | Unset | None = UNSET


def test_a_property_of_records_that_no_body_has_is_named() -> None:
    """The message says so, in subclasses too, and suggests no other property; in a record there is nothing to say."""
    body = {"searchVector": "x", "updatedBy": {}}
    for cl in (OpportunityCreate, OpportunityUpdate, OpportunityUpdate.for_class(DealWithSeats)):
        found = {
            each.pointer: (each.message, each.params.get("suggestion")) for each in SERVER.iter_violations(body, cl)
        }
        assert {found["/searchVector"], found["/updatedBy"]} == {("cannot be written; leave it out", None)}
    bare = Profile(
        "bare", lambda: {OpportunityUpdate: {"additionalProperties": False, "properties": {"createdBy": {}}}}
    )
    [violation] = bare.iter_violations({"updatedBy": {}}, OpportunityUpdate)
    assert violation.message == "is not an allowed property; did you mean createdBy?"
    wrong = Profile("wrong", lambda: {Opportunity: {"properties": 5}, OpportunityUpdate: {"properties": 5}})
    with pytest.raises(UnsupportedSchemaError):
        wrong.is_valid({}, OpportunityUpdate)


@pytest.mark.parametrize("profile", [SERVER, STANDARD["company"]], ids=repr)
@pytest.mark.parametrize("name", ["Answer", "Page"])
def test_a_response_that_is_read_as_its_record_is_named(profile: Profile[Any], name: str) -> None:
    """The hint names the class of the response; data without a record has none."""
    document = next(iter(fixtures(profile, getattr(profile, name.lower())))).instance
    with pytest.raises(ValidationError) as caught:
        profile.structure(document)
    assert caught.value.hint == f"hint: the record is in a response; read it as {name}[{profile.record.__name__}]"
    for own, other, cl in (
        (profile, {"data": {"a": 1}}, profile.record),
        (profile, {"data": {}, "name": 7}, profile.partial),
        (PUBLISHED, document, Opportunity),  # without classes of responses
    ):
        with pytest.raises(ValidationError) as caught:
            own.structure(other, cl)
        assert caught.value.hint == ""


def test_a_fork_without_threads_imports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without other threads, none can hold a lock, so the fork skips the imports."""
    monkeypatch.setattr("threading.active_count", lambda: 1)
    monkeypatch.setattr("importlib.import_module", None)
    _import_before_fork()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("other", ["thread", "none"])
def test_a_forked_process_imports_nothing_if_there_are_threads(other: str) -> None:
    """Another thread may hold the lock of a module at the time of the fork, and the child would wait for it forever."""
    command = [sys.executable, "-c", FORKED, other]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    assert (int(run.stdout) == 0) == (other == "thread")
