"""From metadata to schemas: the standard object, custom workspaces, and unknown field types."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, Opportunity, Profile, records
from twenty_opportunity.schemas.field_types import FIELD_TYPES, RATINGS
from twenty_opportunity.schemas.workspace import (
    STANDARD,
    MetadataError,
    UnknownFieldTypeWarning,
    fields,
    properties,
    schemas,
    schemas_of,
    without_options,
)


def server_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas of SERVER by the names of their classes."""
    return {cl.__name__: SERVER.schema(cl) for cl in SERVER.document_classes}


if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
ID: Final = "0b9d4d1e-6c1f-4a3b-9f57-3f2f6f1c8a55"
VERSION_7: Final = "019b2f3c-7a10-7c55-8d6e-5a0c4a6f7b11"
KEYWORDS: Final = {
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "description",
    "enum",
    "examples",
    "format",
    "items",
    "minItems",
    "maxLength",
    "maximum",
    "minimum",
    "not",
    "pattern",
    "properties",
    "patternProperties",
    "readOnly",
    "required",
    "title",
    "type",
}
STANDARD_FIELDS: Final[list[dict[str, Any]]] = STANDARD["fields"]
EVERY_TYPE: Final = [{"name": f"custom{index}", "type": name} for index, name in enumerate(FIELD_TYPES)]


def workspace(*rows: dict[str, Any], name: str = "Opportunity", open_options: bool = False) -> dict[str, Any]:
    """Make one schema of a workspace with exactly these fields."""
    return schemas({"nameSingular": "opportunity", "fields": [*rows]}, open_options=open_options)[name]


def custom(**row: Any) -> Any:
    """Return the schema of the property of a custom field for reading."""
    return workspace({"name": "custom", **row})["properties"]["custom"]


def members(row: dict[str, Any], name: str = "Opportunity") -> list[str]:
    """List the properties of one field."""
    return [*workspace({"name": "custom", **row}, name=name)["properties"]]


def acceptor(schema: dict[str, Any]) -> Any:
    """Return the check for a schema."""
    return jsonschema_rs.validator_for(schema, validate_formats=True).is_valid


def subschemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """List every schema within a schema, including itself."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", [])]
    for part in [*inner, *(schema[keyword] for keyword in ("items", "not") if keyword in schema)]:
        yield from subschemas(part)


def test_there_is_a_schema_for_each_document_class() -> None:
    """The schemas have the names of the document classes."""
    assert tuple(server_schemas()) == records.DOCUMENT_CLASSES


@pytest.mark.parametrize("schema", [*server_schemas().values(), *schemas({"fields": EVERY_TYPE}).values()])
def test_schemas_are_plain_described_and_self_contained(schema: dict[str, Any]) -> None:
    """Every validator can use them: Draft 2020-12, plain keywords, no foreign references, each property described."""
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema_rs.validator_for(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    references = {part["$ref"] for part in subschemas(schema) if "$ref" in part}
    assert references == {f"#/$defs/{name}" for name in schema.get("$defs", {})}
    for part in subschemas(schema):
        assert part.keys() <= KEYWORDS, part.keys() - KEYWORDS
        assert all(member["description"] for member in part.get("properties", {}).values())
        assert part.get("format", "uuid") in {"date", "date-time", "json-array", "uuid"}


@pytest.mark.parametrize("name", ["OpportunityCreate", "OpportunityUpdate"])
def test_bodies_are_closed_wherever_they_are_described(name: str) -> None:
    """Undescribed properties cannot be sent at any level."""
    for schema in (server_schemas()[name], workspace(*EVERY_TYPE, name=name)):
        assert all(part["additionalProperties"] is False for part in subschemas(schema) if "properties" in part)


def test_reading_requires_what_is_always_there_and_closes_nothing() -> None:
    """A complete opportunity has five properties; a partial one may be empty; both may have properties of any name."""
    required = ["id", "createdAt", "updatedAt", "name", "stage"]
    for made in (server_schemas(), schemas({"fields": EVERY_TYPE})):
        complete, partial = made["Opportunity"], made["PartialOpportunity"]
        assert complete.pop("required") == required
        for schema in (complete, partial):
            assert all(part.keys().isdisjoint({"required", "additionalProperties"}) for part in subschemas(schema))
        assert {**complete, "title": "", "description": ""} == {**partial, "title": "", "description": ""}
        assert complete["properties"].get("name", {}).get("type", "string") == "string"


def test_a_servers_record_is_read() -> None:
    """A record of the standard object is accepted in the current and the former form of servers."""
    accepts = acceptor(server_schemas()["Opportunity"])
    now: dict[str, Any] = {
        "id": ID,
        "createdAt": "2026-01-05T08:00:00.000Z",
        "updatedAt": "2026-01-05T08:00:00.000Z",
        "deletedAt": None,
        "name": "",
        "amount": {"amountMicros": None, "currencyCode": None},
        "closeDate": "2026-01-25T16:26:00.000Z",
        "stage": "CONTRACT_SIGNED",
        "position": -2.5,
        "createdBy": {"source": "APPLICATION", "workspaceMemberId": None, "name": "", "context": {}},
        "updatedBy": {"source": "SOMETHING_NEW", "workspaceMemberId": ID, "name": "x", "context": None},
        "searchVector": "'x':1",
        "companyId": None,
        "company": {"id": ID},
        "attachments": [{"id": ID}],
        "noteTargets": {"edges": []},
        "favorites": [],
    }
    before = {"closeDate": "2026-01-25", "amount": {"amountMicros": "1500000", "currencyCode": ""}, "probability": "0"}
    assert accepts(now)
    assert accepts(now | before)
    wrong = {"stage": ["NEW"], "createdAt": "2026-01-05", "companyId": "x", "id": None, "position": "1", "company": ID}
    assert [name for name, value in wrong.items() if accepts(now | {name: value})] == []


def test_what_may_be_written_of_the_standard_object() -> None:
    """A body has the properties that the server accepts, some of them only for creation."""
    written = server_schemas()
    update = [
        "name",
        "amount",
        "closeDate",
        "stage",
        "position",
        "createdBy",
        "company",
        "companyId",
        "pointOfContact",
        "pointOfContactId",
        "owner",
        "ownerId",
    ]
    assert [*written["OpportunityUpdate"]["properties"]] == update
    only = [name for name in written["OpportunityCreate"]["properties"] if name not in update]
    assert only == ["id", "createdAt", "updatedAt", "deletedAt"]
    accepts = acceptor(written["OpportunityCreate"])
    assert accepts(
        {"id": ID, "createdAt": "2026-01-05T08:00:00Z", "deletedAt": None, "createdBy": {"source": "IMPORT"}}
    )
    refused: dict[str, Any] = {
        "id": VERSION_7,
        "createdAt": None,
        "stage": None,
        "createdBy": None,
        "updatedBy": {"source": "API"},
        "searchVector": "x",
        "company": {"id": ID},
        "attachments": [],
        "closeDate": "2026-01-05",
    }
    assert [name for name, value in refused.items() if accepts({name: value})] == []
    assert not accepts({"createdBy": {"source": "SOMETHING_NEW"}})


def test_readonly_is_what_can_never_be_written() -> None:
    """`readOnly` marks the properties that the server sets and those that change on the other side of a relation."""
    members = server_schemas()["Opportunity"]["properties"]
    marked = [name for name, member in members.items() if member.get("readOnly")]
    assert marked[:5] == ["updatedBy", "searchVector", "company", "pointOfContact", "owner"]
    assert marked[5:] == ["attachments", "noteTargets", "taskTargets", "timelineActivities"]
    connected = {"company", "pointOfContact", "owner"}  # a body refers to the record
    assert not ({*marked} - connected) & server_schemas()["OpportunityCreate"]["properties"].keys()


def test_options_are_the_workspaces_own() -> None:
    """A field with options allows only them in both directions; open ones write them and read any text."""
    row = {"name": "stage", "type": "SELECT", "options": [{"value": "LEAD"}, {"value": "WON"}, {"value": "LEAD"}]}
    for name in ("Opportunity", "OpportunityUpdate"):
        assert workspace(row, name=name)["properties"]["stage"]["enum"] == ["LEAD", "WON"]
    is_open = {name: workspace(row, name=name, open_options=True) for name in ("Opportunity", "OpportunityUpdate")}
    assert is_open["OpportunityUpdate"]["properties"]["stage"]["enum"] == ["LEAD", "WON"]
    assert "enum" not in is_open["Opportunity"]["properties"]["stage"]
    assert is_open["Opportunity"]["properties"]["stage"]["examples"] == ["LEAD", "WON"]
    assert custom(type="SELECT", options=["A"])["enum"] == ["A", None]
    assert custom(type="MULTI_SELECT", options=["A"])["items"]["enum"] == ["A"]
    assert "pattern" not in custom(type="SELECT")


def test_ratings_are_never_open() -> None:
    """A rating has five values; a workspace that lists other values has those."""
    ratings = [f"RATING_{index}" for index in range(1, 6)]
    row = {"name": "custom", "type": "RATING"}
    assert workspace(row, open_options=True)["properties"]["custom"]["enum"] == [*ratings, None]
    assert workspace(row)["properties"]["custom"]["enum"] == [*ratings, None]
    assert custom(type="RATING", options=["RATING_1"])["enum"] == ["RATING_1", None]


@pytest.mark.parametrize("field_type", FIELD_TYPES)
def test_null_is_what_the_column_takes(field_type: str) -> None:
    """A body may have null if the column is nullable; in an update, null for a composite would change nothing."""
    composite = FIELD_TYPES[field_type].composite
    never = {
        # A server fails on null for a rich text, and refuses it for a position.
        "OpportunityCreate": field_type in {"POSITION", "RICH_TEXT", "TS_VECTOR"},
        "OpportunityUpdate": field_type in {"POSITION", "TS_VECTOR"} or (composite is not None and not composite.item),
    }
    # The property of a relation has the name of its join column.
    for nullable, expected in ((True, True), (None, True), (False, False)):
        row = {"name": "custom", "type": field_type, "isNullable": nullable, "settings": {"joinColumnName": "custom"}}
        for name, is_never in never.items():
            assert acceptor(workspace(row, name=name))({"custom": None}) is (expected and not is_never)


@pytest.mark.parametrize("field_type", [name for name, row in FIELD_TYPES.items() if row.composite])
def test_the_body_that_clears_a_composite_is_valid(field_type: str) -> None:
    """Null for each property is accepted where null for the whole is refused."""
    composite = FIELD_TYPES[field_type].composite
    assert composite is not None
    cleared = [] if composite.item else dict.fromkeys(composite.properties)
    accepts = acceptor(workspace({"name": "custom", "type": field_type}, name="OpportunityUpdate"))
    assert accepts({"custom": cleared})


def test_a_composite_that_is_never_null_keeps_its_own_description() -> None:
    """If null is refused, the composite is inlined instead of a reference, with the description of the field."""
    row = {"name": "budget", "type": "CURRENCY", "isNullable": False, "label": "Budget"}
    member = workspace(row, name="OpportunityUpdate")["properties"]["budget"]
    assert (member["description"], member["type"]) == ("Budget", "object")


def test_what_metadata_leaves_out_is_as_in_the_standard_object() -> None:
    """In exports that omit keys, a stage is still never null, and the side of a relation is still known."""
    rows = [{"name": row["name"], "type": row["type"]} for row in STANDARD_FIELDS]
    assert schemas({"fields": rows}) == schemas_of(without_options(fields(STANDARD)))
    assert workspace({"name": "score", "type": "TEXT"})["properties"]["score"]["type"] == ["string", "null"]


def test_no_field_needs_to_exist() -> None:
    """A workspace may have deactivated any field, including the stage."""
    rows = [{**row, "isActive": False} if row["name"] != "id" else row for row in STANDARD_FIELDS]
    assert [*workspace(*rows)["properties"]] == ["id"]
    assert workspace(*rows, name="OpportunityUpdate")["properties"] == {}


@pytest.mark.parametrize("field_type", FIELD_TYPES)
def test_a_field_without_a_description_gets_its_types(field_type: str) -> None:
    """Every property has a description."""
    schema = workspace({"name": "custom", "type": field_type, "description": " "})
    described = [member["description"] for member in schema["properties"].values()]
    assert all(text.startswith(FIELD_TYPES[field_type].description.rstrip(".")) for text in described)


def test_instants_of_the_system_were_never_days() -> None:
    """In responses of old servers, `closeDate` and custom date-times may be days; the record's timestamps may not."""
    day = "2026-01-25"
    rows = [*STANDARD_FIELDS, {"name": "custom", "type": "DATE_TIME"}]
    accepts = acceptor(schemas({"fields": rows})["PartialOpportunity"])
    names = ["createdAt", "updatedAt", "deletedAt", "closeDate", "custom"]
    assert [name for name in names if accepts({name: day})] == ["closeDate", "custom"]
    assert [name for name in names if accepts({name: None})] == ["deletedAt", "closeDate", "custom"]


MANY_TO_ONE: Final = {"relationType": "MANY_TO_ONE"}
COMPANY: Final = {"targetObjectMetadata": {"nameSingular": "company", "namePlural": "companies"}}
PERSON: Final = {"targetObjectMetadata": {"nameSingular": "workspaceMember", "namePlural": "workspaceMembers"}}


@pytest.mark.parametrize(
    ("row", "read", "written"),
    [
        ({"type": "RELATION", "settings": {**MANY_TO_ONE, "joinColumnName": "ownId"}}, ["custom", "ownId"], ["ownId"]),
        ({"type": "RELATION", "settings": MANY_TO_ONE}, ["custom", "customId"], ["customId"]),
        ({"type": "RELATION", "settings": {"relationType": "ONE_TO_MANY"}}, ["custom"], []),
        ({"type": "RELATION"}, ["custom", "customId"], []),
        (
            {"type": "MORPH_RELATION", "settings": {**MANY_TO_ONE, "joinColumnName": "customCompanyId"}},
            ["customCompany", "customCompanyId"],
            ["customCompanyId"],
        ),
        ({"type": "MORPH_RELATION", "settings": {"relationType": "ONE_TO_MANY"}}, ["custom"], []),
        (
            {"type": "MORPH_RELATION", "settings": MANY_TO_ONE, "morphRelations": [COMPANY, PERSON]},
            ["customCompany", "customCompanyId", "customWorkspaceMember", "customWorkspaceMemberId"],
            ["customCompanyId", "customWorkspaceMemberId"],
        ),
        (
            {
                "name": "targetCompany",
                "type": "MORPH_RELATION",
                "settings": {**MANY_TO_ONE, "joinColumnName": "targetCompanyId"},
                "morphRelations": [COMPANY, PERSON],
            },
            ["targetCompany", "targetCompanyId", "targetWorkspaceMember", "targetWorkspaceMemberId"],
            ["targetCompanyId", "targetWorkspaceMemberId"],
        ),
    ],
)
def test_relations_are_ids_and_records(row: dict[str, Any], read: list[str], written: list[str]) -> None:
    """A relation is read as ids, and as records at depth 1; it is written as this side's ids, or connected."""
    assert members(row) == read
    connected = [name.removesuffix("Id") for name in written]
    assert members(row, "OpportunityUpdate") == [
        name for name in read if name in written or (name in connected) or (written and name == "custom")
    ]
    assert [name for name in members(row, "OpportunityUpdate") if name.endswith("Id")] == written


def test_a_record_can_be_connected_instead_of_its_id() -> None:
    """A body connects or disconnects a record; both, or an id in addition, would be a contradiction."""
    accepts = acceptor(server_schemas()["OpportunityUpdate"])
    connect = {"connect": {"where": {"id": ID}}}
    assert accepts({"company": connect, "owner": {"disconnect": True}, "pointOfContactId": None})
    refused = [
        {"company": None},
        {"company": {}},
        {"company": ID},
        {"company": {"connect": ID}},
        {"company": {"connect": {"where": {}}}},
        {"company": {"connect": {"where": {"id": VERSION_7}}}},
        {"company": {"connect": {"where": {"id": ID, "name": "x"}}}},
        {"company": {"disconnect": False}},
        {"company": {**connect, "disconnect": True}},
        {"company": connect, "companyId": ID},
    ]
    assert [body for body in refused if accepts(body)] == []


def test_related_records_are_read_in_every_form() -> None:
    """A related record is an object; several are an array in REST and a connection in GraphQL; ids are any uuid."""
    one = {"type": "RELATION", "settings": MANY_TO_ONE}
    schema = workspace({"name": "one", **one}, {"name": "many", "type": "RELATION"})
    accepts = acceptor({**schema, "required": []})
    assert all(map(accepts, [{"one": None}, {"one": {"id": ID}}, {"oneId": None}, {"oneId": VERSION_7}]))
    assert all(map(accepts, [{"many": None}, {"many": [{}]}, {"many": {"edges": []}}, {"manyId": VERSION_7}]))
    assert not any(map(accepts, [{"one": []}, {"one": ID}, {"oneId": "x"}, {"manyId": 1}]))


def test_unknown_types_are_accepted_and_named() -> None:
    """A type of a newer server may be anything; one short warning names the fields at the line of the caller."""
    rows = [{"name": "hologram", "type": "HOLOGRAM"}, {"name": "scent", "type": "SCENT\n" * 99, "label": "Scent"}]
    with pytest.warns(UnknownFieldTypeWarning) as caught:
        made = schemas({"fields": [*rows, *STANDARD_FIELDS]})
    assert len(caught) == 1
    assert caught[0].filename == __file__
    message = str(caught[0].message)
    assert "hologram (HOLOGRAM), scent (SCENT" in message
    assert len(message) < 200
    assert made["Opportunity"]["properties"]["scent"] == {"description": "Scent"}
    for name in ("Opportunity", "OpportunityCreate", "OpportunityUpdate"):
        assert "the type HOLOGRAM" in made[name]["properties"]["hologram"]["description"]
        assert acceptor({**made[name], "required": []})({"hologram": [1, {"x": None}]})


def test_a_warning_of_many_unknown_types_stays_short() -> None:
    """The warning for a workspace full of unknown fields lists only some of them."""
    rows = [{"name": f"custom{index}", "type": "HOLOGRAM"} for index in range(1_000)]
    with pytest.warns(UnknownFieldTypeWarning, match=r"custom7 \(HOLOGRAM\), \.\.\.$"):
        schemas({"fields": rows})


def test_an_inactive_field_of_an_unknown_type_is_none_of_our_business() -> None:
    """An omitted field does not cause a warning; a warning would be an error here."""
    old = {"name": "old", "type": "HOLOGRAM", "isActive": False}
    assert [*workspace(old, {"name": "custom", "type": "TEXT"})["properties"]] == ["custom"]


def test_schemas_are_the_callers_own() -> None:
    """Changing the result does not change other results, and the metadata is not changed."""
    given = copy.deepcopy(STANDARD)
    before = copy.deepcopy(schemas(given))
    for schema in schemas(given).values():
        for part in [*subschemas(schema)]:
            part.clear()
    assert given == STANDARD
    assert schemas(given) == before


def test_what_is_no_metadata_is_refused() -> None:
    """The error is that of the metadata reader."""
    with pytest.raises(MetadataError, match="expected the metadata"):
        schemas({"data": []})


def test_two_fields_of_one_name_are_refused() -> None:
    """Choosing one of two fields with the same name would be arbitrary; an inactive field does not count."""
    rows = [{"name": "seats", "type": "NUMBER"}, {"name": "seats", "type": "TEXT"}]
    with pytest.raises(MetadataError, match="the metadata has two active fields with the name seats"):
        workspace(*rows)
    assert workspace(rows[0], {**rows[1], "isActive": False})["properties"]["seats"]["type"] == ["number", "null"]


NAME: Final = st.from_regex(r"[a-z][a-zA-Z0-9]{0,5}", fullmatch=True)
ROW: Final[st.SearchStrategy[dict[str, Any]]] = st.fixed_dictionaries(
    {"name": NAME, "type": st.sampled_from([*FIELD_TYPES])},
    optional={
        "isNullable": st.sampled_from([True, False, None]),
        "isActive": st.sampled_from([True, True, None, False]),
        "label": st.text(max_size=5),
        "description": st.text(max_size=5) | st.none(),
        "options": st.lists(st.text(min_size=1, max_size=5), max_size=3),
        "settings": st.fixed_dictionaries(
            {},
            optional={"relationType": st.sampled_from(["MANY_TO_ONE", "ONE_TO_MANY", "OTHER"]), "joinColumnName": NAME},
        ),
        "morphRelations": st.lists(st.sampled_from([COMPANY, PERSON, {}]), max_size=2),
    },
)


@given(st.lists(ROW, min_size=1, max_size=5, unique_by=lambda row: str(row["name"])), st.booleans())
def test_every_workspace_has_schemas(rows: list[dict[str, Any]], open_options: bool) -> None:  # noqa: FBT001
    """For any fields, every schema is valid and accepts empty values."""
    made = schemas({"fields": rows}, open_options=open_options)
    for name in ("PartialOpportunity", "OpportunityCreate", "OpportunityUpdate"):
        assert acceptor(made[name])({})
    assert not acceptor(made["Opportunity"])({})
    assert acceptor(made["GraphQLPage"])({"data": {"opportunities": {"edges": [{"node": {}}]}}})
    assert not acceptor(made["OpportunityPage"])({"data": {"opportunities": [{}]}})


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER])
def test_the_fields_of_a_profile_have_the_properties_of_its_schema(profile: Profile) -> None:
    """Tables and samples have the properties of the schema, in any order."""
    named = [each.name for field in profile.fields for each in properties(field)]
    assert sorted(named) == sorted(profile.schema(Opportunity)["properties"])


def test_a_profile_from_metadata_keeps_its_fields() -> None:
    """The fields of a workspace have defaults for omitted keys."""
    rows = [{"name": "rating", "type": "RATING"}, {"name": "scent", "type": "TEXT", "isNullable": False}]
    rating, scent = Profile.from_metadata({"fields": rows}).fields
    assert (rating.options, rating.nullable, scent.nullable) == (RATINGS, True, False)


@pytest.mark.parametrize(
    "row",
    [
        {"name": "locked", "type": "TEXT"},
        {"name": "locked", "type": "RELATION", "settings": {"relationType": "MANY_TO_ONE", "joinColumnName": "locked"}},
    ],
)
def test_a_field_that_is_not_open_is_read_only(row: dict[str, Any]) -> None:
    """A server refuses to write fields of applications and of the system; they can still be read."""
    assert "locked" in members({**row, "writability": "OPEN"}, "OpportunityUpdate")
    assert members({**row, "writability": "SYSTEM"}, "OpportunityUpdate") == []
    assert custom(**{**row, "name": "custom", "settings": {}, "writability": "SYSTEM"})["readOnly"] is True


def test_only_the_position_of_the_record_may_be_an_end_of_the_list() -> None:
    """First and last are places among all records, so another position takes only a number."""
    fields = [{"name": name, "type": "POSITION"} for name in ("position", "rank")]
    accepts = acceptor(schemas({"fields": fields})["OpportunityUpdate"])
    assert accepts({"position": "first", "rank": 2.5})
    assert [value for value in ("first", "last", None) if accepts({"rank": value})] == []
