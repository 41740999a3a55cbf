"""Records are fields of pydantic models, and request and response bodies of FastAPI endpoints."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

import attrs
import fastapi
import pydantic
import pydantic_core
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    STANDARD,
    Amount,
    Opportunity,
    OpportunityCreate,
    OpportunityPage,
    OpportunityUpdate,
    Profile,
)
from twenty_opportunity.records import (
    UNSET,
    ActorMetadata,
    Address,
    Company,
    Emails,
    File,
    FullName,
    Links,
    Page,
    PageInfo,
    Phones,
    Record,
    RichText,
    Unset,
    Update,
)
from twenty_opportunity.strategies import documents, records
from twenty_opportunity.values.json_text import decode

MINIMAL: dict[str, Any] = {
    "id": "5c222222-0000-4000-8000-000000000003",
    "createdAt": "2026-03-01T08:00:00.000Z",
    "updatedAt": "2026-03-02T08:00:00.000Z",
    "name": "Heat pump",
    "stage": "NEW",
}
BROKEN: dict[str, Any] = {**MINIMAL, "createdAt": 1}


class Offer(pydantic.BaseModel):
    """A model that holds records in several ways."""

    number: int
    kind: Annotated[Literal["a", "b"] | None, SERVER] = None
    deals: list[Annotated[Opportunity, SERVER]] = []
    others: Annotated[list[Opportunity] | None, SERVER] = None
    by_name: Annotated[dict[str, Annotated[Opportunity, "a note"]], SERVER] = {}
    page: Annotated[OpportunityPage, SERVER] | None = None
    change: Annotated[OpportunityCreate | OpportunityUpdate | None, SERVER] = None


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=repr)
@given(data=st.data())
def test_every_document_class_is_a_field(profile: Profile, data: st.DataObject) -> None:
    """Each class is validated, built and written as its profile does it, from Python objects and from JSON text."""
    cl = data.draw(st.sampled_from(profile.document_classes))
    instance = data.draw(documents(cl, profile=profile))
    annotated: Any = Annotated[cl, profile]
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(annotated)
    try:
        record = profile.structure(instance, cl)
        text = profile.dumps(record)
    except ValueError:  # valid, and nothing that Python or JSON can hold
        return
    assert adapter.validate_python(instance) == record
    assert adapter.validate_json(text) == profile.loads(text, cl)
    assert adapter.validate_python(record) is record
    assert adapter.dump_python(record) == decode(text)
    assert decode(adapter.dump_json(record)) == decode(text)


@given(record=records(Opportunity, profile=SERVER))
def test_models_lose_nothing(record: Opportunity) -> None:
    """A model with records is read back from its own JSON."""
    offer = Offer(number=1, deals=[record], by_name={"x": record}, change=OpportunityCreate(name="x"))
    assert Offer.model_validate_json(offer.model_dump_json()) == offer


def errors_of(instance: Any) -> dict[tuple[Any, ...], str]:
    """Return the type of each error by its place."""
    with pytest.raises(pydantic.ValidationError) as caught:
        Offer.model_validate(instance)
    return {error["loc"]: error["type"] for error in caught.value.errors()}


def test_errors_have_places_and_no_values() -> None:
    """There is one error for each violation, at its place within the whole, without the value."""
    broken = {**MINIMAL, "stage": "secret text", "createdAt": 7, "amount": {"amountMicros": "secret"}}
    instance = {"number": 1, "deals": [MINIMAL, broken], "others": [{}], "page": {"data": {}}}
    found = errors_of(instance)
    assert found[("deals", 1, "createdAt")] == "type"
    assert found[("deals", 1, "amount", "amountMicros")] in {"type", "pattern"}
    assert found[("page", "data", "opportunities")] == "required"
    with pytest.raises(pydantic.ValidationError) as caught:
        Offer.model_validate(instance)
    assert "secret" not in caught.value.json()
    (created_at,) = (error for error in caught.value.errors() if error["loc"] == ("deals", 1, "createdAt"))
    assert created_at.get("ctx", {})["expected"] == ["string"]


def test_a_union_names_its_branches() -> None:
    """The place of an error within a union names the class that was tried."""
    found = errors_of({"number": 1, "change": {"nam": 1}})
    assert [place[1:] for place in found] == [
        ("OpportunityCreate", "nam"),
        ("OpportunityUpdate", "nam"),
    ]


@pytest.mark.parametrize("profile_is_last", [True, False])
def test_other_annotations_hold_on_both_sides_of_the_profile(*, profile_is_last: bool) -> None:
    """A constraint before the profile has the same effect as one after it."""
    length = pydantic.Field(min_length=1)
    noted: tuple[Any, Any] = (length, SERVER) if profile_is_last else (SERVER, length)
    annotated: Any = Annotated[(list[Opportunity], *noted)]
    with pytest.raises(pydantic.ValidationError, match="at least 1 item"):
        pydantic.TypeAdapter(annotated).validate_python([])


@pytest.mark.parametrize(
    ("annotation", "record"),
    [
        (Opportunity, OpportunityCreate(name="x")),
        (OpportunityUpdate, Amount(amount_micros=1)),
        (Amount, OpportunityUpdate()),
        (OpportunityPage, PageInfo()),
    ],
)
def test_a_record_of_another_class_is_refused(annotation: Any, record: Record) -> None:
    """The error names the class that the field takes, and has the place of the field."""
    annotated: Any = Annotated[annotation, SERVER]
    model_class: Any = pydantic.create_model("Model", deal=(annotated, ...))
    with pytest.raises(pydantic.ValidationError) as raised:
        model_class(deal=record)
    (error,) = raised.value.errors()
    assert (error["loc"], error["type"]) == (("deal",), "type")
    expected = (
        rf"the field takes records of the class {annotation.__name__} or decoded JSON, not {type(record).__name__}"
    )
    assert error["msg"] == expected


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """A class of the program, which `SERVER` reads."""

    mood: str | Unset = UNSET


@attrs.frozen(kw_only=True)
class DealRoom(Record, object="dealRoom", plural="dealRooms"):
    """A class of an object that only a workspace has."""


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Opportunity, "Opportunity, SERVER"),
        (list[OpportunityUpdate], "OpportunityUpdate, SERVER"),
        (OpportunityPage, "OpportunityPage, SERVER"),
        (OpportunityPage[Opportunity], "OpportunityPage[Opportunity], SERVER"),
        (OpportunityPage[Deal | Opportunity], "OpportunityPage, SERVER"),
        (Page[DealRoom], "DealRoomPage, WORKSPACE[DealRoomPage]"),
        (Amount, "Amount, SERVER"),
        (Deal, "Deal, SERVER"),
        (Company, "Company, STANDARD[Company]"),
        (STANDARD["person"].partial, "PartialPerson, STANDARD[PartialPerson]"),
        (DealRoom, "DealRoom, WORKSPACE[DealRoom]"),
    ],
)
def test_a_record_without_a_profile_is_refused_at_definition(annotation: Any, expected: str) -> None:
    """The schema of a bare record class is unknown, and the error names a profile that has the class."""
    with pytest.raises(TypeError, match=rf" alone is not .*; write {re.escape(f'Annotated[{expected}]')}"):
        pydantic.TypeAdapter(annotation)


@pytest.mark.parametrize("name", ["PROFILE", "WORKSPACE"])
@pytest.mark.parametrize("cl", [Deal, Update.for_class(Deal), Update.for_class(DealRoom), Page[DealRoom]])
def test_a_class_beside_its_profile_names_it(name: str, cl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of `models` has the profile of its classes, and the error names it instead of SERVER."""
    monkeypatch.setitem(globals(), name, SERVER)
    expected = name if name == "PROFILE" else f"WORKSPACE[{cl.__name__}]"
    with pytest.raises(TypeError, match=re.escape(f"write Annotated[{cl.__name__}, {expected}]")):
        pydantic.TypeAdapter(cl)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Deal | Company, "Annotated[Deal, WORKSPACE[Deal]] | Annotated[Company, WORKSPACE[Company]]"),
        (Amount, "Annotated[Amount, WORKSPACE.opportunity]"),
        (list[Company], "Annotated[Company, WORKSPACE[Company]]"),
        (dict[str, int], "Annotated[Deal, WORKSPACE[Deal]]"),
    ],
)
def test_a_workspace_is_not_a_profile(annotation: Any, expected: str) -> None:
    """A workspace in an annotation is refused at definition, and the error names a profile in it."""
    annotated: Any = Annotated[annotation, STANDARD]
    message = f"a workspace is not a field of pydantic, but each of its profiles is; write {expected}"
    with pytest.raises(TypeError, match=re.escape(message)):
        pydantic.TypeAdapter(annotated)


@pytest.mark.filterwarnings("error")
def test_a_default_made_by_a_function_needs_no_warning() -> None:
    """The schema of a model with a default record is built in both modes."""

    class Change(pydantic.BaseModel):
        update: Annotated[OpportunityUpdate, SERVER] = pydantic.Field(default_factory=OpportunityUpdate)
        updates: list[Annotated[OpportunityUpdate, SERVER]] = pydantic.Field(default_factory=list)

    assert Change().model_dump(mode="json") == {"update": {}, "updates": []}
    modes: tuple[Literal["validation", "serialization"], ...] = ("validation", "serialization")
    for mode in modes:
        assert Change.model_json_schema(mode=mode)["properties"]["update"]["type"] == "object"


def test_a_model_with_arbitrary_types_takes_bare_records() -> None:
    """A program that only passes records around does not need a profile, as with any other class."""

    class Box(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)
        change: OpportunityUpdate

    change = OpportunityUpdate(name="x")
    assert Box(change=change).change is change


def test_python_cannot_hold_a_leap_second() -> None:
    """A valid value that Python cannot represent is an error at its place."""
    leap = {**MINIMAL, "createdAt": "2016-12-31T23:59:60Z"}
    assert errors_of({"number": 1, "deals": [leap]}) == {("deals", 0, "createdAt"): "unrepresentable"}


def test_a_class_that_the_profile_lacks_is_refused_at_definition() -> None:
    """A class without a schema in a model raises an error when the model is defined."""
    with pytest.raises(TypeError, match="PUBLISHED does not have a schema for OpportunityPage"):
        pydantic.TypeAdapter(Annotated[OpportunityPage, PUBLISHED])


def test_invalid_records_are_not_written() -> None:
    """An invalid record is refused when it is serialized."""
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(Annotated[OpportunityUpdate, SERVER])
    wrong = OpportunityUpdate(amount=Amount(amount_micros=1, currency_code="euro"))
    with pytest.raises(pydantic_core.PydanticSerializationError, match="currencyCode"):
        adapter.dump_json(wrong)


@attrs.frozen(kw_only=True)
class Price(Amount):
    """A class for amounts with a property of the program's own."""

    vat: int


COMPOSITES: dict[Any, Any] = {
    Amount: {"amountMicros": 5, "currencyCode": "EUR"},
    Price: {"amountMicros": 5, "currencyCode": "EUR", "vat": 20},
    ActorMetadata: {"source": "API"},
    Address: {"addressCity": "Lille"},
    Emails: {"primaryEmail": "a@example.com", "additionalEmails": ["b@example.com"]},
    FullName: {"firstName": "Noor"},
    Links: {"primaryLinkUrl": "https://example.org", "secondaryLinks": [{"url": "https://example.com"}]},
    Phones: {"additionalPhones": [{"number": "612345678"}]},
    RichText: {"markdown": "text"},
    File: {"label": "plan"},
}


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=repr)
@pytest.mark.parametrize("cl", COMPOSITES)
def test_every_composite_is_a_field(cl: Any, profile: Profile) -> None:
    """A composite is validated, built and written on its own, and has its JSON Schema."""
    annotated: Any = Annotated[cl, profile]
    fields: dict[str, Any] = {"value": (annotated, ...), "others": (list[annotated] | None, None)}
    model_class: Any = pydantic.create_model("Model", **fields)
    instance = {"value": COMPOSITES[cl], "others": [COMPOSITES[cl]]}
    model = model_class.model_validate(instance)
    assert type(model.value) is cl
    assert model.model_dump(mode="json") == json.loads(model.model_dump_json()) == instance
    described = model_class.model_json_schema()["properties"]["value"]
    assert described["type"] == "object"
    assert described["properties"].keys() >= COMPOSITES[cl].keys()
    wrongs: tuple[Any, ...] = (None, 5, {next(iter(COMPOSITES[cl])): {}})
    for wrong in wrongs:
        with pytest.raises(pydantic.ValidationError) as caught:
            model_class.model_validate({"value": wrong})
        assert caught.value.errors()[0]["loc"][0] == "value"
    broken = model_class.model_construct(value=cl(**{**vars_of(model.value), next(iter(vars_of(model.value))): 5j}))
    with pytest.raises(pydantic_core.PydanticSerializationError):
        broken.model_dump()


def vars_of(record: Any) -> dict[str, Any]:
    """Return the attributes of a composite, without `extra`."""
    return {name: getattr(record, name) for name in attrs.fields_dict(type(record)) if name != "extra"}


def test_the_amounts_of_the_published_schema_are_stricter() -> None:
    """The schema of a composite is that of the profile."""
    adapter: pydantic.TypeAdapter[Amount] = pydantic.TypeAdapter(Annotated[Amount, PUBLISHED])
    with pytest.raises(pydantic.ValidationError) as caught:
        adapter.validate_python({"currencyCode": "euro"})
    assert caught.value.errors()[0]["loc"] == ("currencyCode",)
    assert pydantic.TypeAdapter(Annotated[PageInfo, SERVER]).validate_python({}) == PageInfo()
    for cl in (Company, PageInfo, Record):
        annotated: Any = Annotated[cl, PUBLISHED]
        with pytest.raises(TypeError, match=f"PUBLISHED does not have a schema for {cl.__name__}"):
            pydantic.TypeAdapter(annotated)


app = fastapi.FastAPI()


@app.post("/deals")
def create_deal(
    deal: Annotated[OpportunityCreate, SERVER, fastapi.Body()],
) -> Annotated[OpportunityCreate, SERVER]:
    """Return the body."""
    return deal


@app.post("/lists")
def create_deals(deals: Annotated[list[Opportunity], SERVER]) -> Annotated[list[Opportunity], SERVER]:
    """Return the body."""
    return deals


@app.post("/offers")
def create_offer(offer: Offer) -> Offer:
    """Return the body."""
    return offer


client = TestClient(app)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/deals", {"name": "x", "amount": {"amountMicros": 1, "currencyCode": "EUR"}}),
        ("/lists", [{**MINIMAL, "roofArea": 120}]),
    ],
)
def test_bodies_become_records_and_answers_bodies(path: str, body: Any) -> None:
    """An endpoint gets records and returns them, custom fields included."""
    answer = client.post(path, json=body)
    assert (answer.status_code, answer.json()) == (200, body)


@pytest.mark.parametrize(
    ("path", "body", "places"),
    [
        ("/deals", {"name": "x", "stage": 3}, [["body", "stage"]]),
        ("/lists", [MINIMAL, BROKEN], [["body", 1, "createdAt"]]),
        (
            "/offers",
            {"number": 1, "deals": [MINIMAL, BROKEN]},
            [["body", "deals", 1, "createdAt"]],
        ),
    ],
)
def test_an_invalid_body_is_answered_with_422(path: str, body: Any, places: list[list[Any]]) -> None:
    """The response has one error for each violation, at its place in the body."""
    answer = client.post(path, json=body)
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["detail"]] == places
    assert [error["input"] for error in answer.json()["detail"]] == [None]


def test_the_openapi_document_has_the_schemas() -> None:
    """FastAPI's OpenAPI document is valid and contains the schema of the profile."""
    described = app.openapi()
    OpenAPIV31SpecValidator(described).validate()
    assert "#/$defs/" not in json.dumps(described)
    body = described["paths"]["/deals"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"].keys() == SERVER.schema(OpportunityCreate)["properties"].keys()
    assert body["additionalProperties"] is False
