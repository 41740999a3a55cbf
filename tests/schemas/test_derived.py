"""Schemas can be placed into OpenAPI documents: without references, or with references to components."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from twenty_opportunity import PUBLISHED, SERVER, OpportunityUpdate, Profile
from twenty_opportunity.schemas.derived import components, inlined
from twenty_opportunity.strategies import documents

PROFILES = (PUBLISHED, SERVER)
OTHERS = st.dictionaries(st.sampled_from(["id", "data", "name"]), st.none())


def document(schemas: dict[str, Any]) -> dict[str, Any]:
    """Build an OpenAPI document that contains schemas."""
    info = {"title": "Deals", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": schemas}}


@pytest.mark.parametrize("profile", PROFILES, ids=repr)
def test_an_openapi_document_takes_the_components(profile: Profile) -> None:
    """The components of a profile, pasted into an OpenAPI 3.1 document, form a valid document."""
    found = profile.components()
    assert {cl.__name__ for cl in profile.document_classes} <= found.keys()
    OpenAPIV31SpecValidator(document(found)).validate()
    assert '"#/$defs/' not in json.dumps(found)


@pytest.mark.parametrize(
    ("template", "error"),
    [(None, TypeError), ("#/defs/{name}", ValueError), ("#/defs", ValueError), ("{}{}", ValueError)],
)
def test_a_template_without_one_place_for_the_name_is_refused(template: Any, error: type[Exception]) -> None:
    """Otherwise all references would be equal, or none could be formatted."""
    with pytest.raises(error, match="ref_template"):
        SERVER.components(ref_template=template)


def test_a_template_may_have_other_braces() -> None:
    """Only the empty pair is replaced."""
    found = SERVER.components(ref_template="schemas-{1}.json#/{}")
    assert found["Opportunity"]["properties"]["amount"]["$ref"] == "schemas-{1}.json#/Amount"


@pytest.mark.parametrize("profile", PROFILES, ids=repr)
@given(data=st.data())
def test_components_mean_what_the_schemas_mean(profile: Profile, data: st.DataObject) -> None:
    """A component accepts the same instances as the schema of its document class, except for formats."""
    cl = data.draw(st.sampled_from(profile.document_classes))
    instance = data.draw(
        documents(cl, profile=profile) | st.dictionaries(st.sampled_from(["id", "data", "name"]), st.none())
    )
    whole = DRAFT202012.create_resource(document(profile.components()))
    registry: Registry[Any] = Registry().with_resource("urn:api", whole)
    component = Draft202012Validator({"$ref": f"urn:api#/components/schemas/{cl.__name__}"}, registry=registry)
    expected = Draft202012Validator(profile.schema(cl)).is_valid(instance)
    assert component.is_valid(instance) == expected
    assert Draft202012Validator(inlined(profile.schema(cl))).is_valid(instance) == expected


def test_definitions_that_differ_get_names_of_their_own() -> None:
    """Definitions with the same name become one component only if they are equal."""
    number: dict[str, Any] = {"$ref": "#/$defs/Size", "$defs": {"Size": {"type": "number"}}}
    text: dict[str, Any] = {"$ref": "#/$defs/Size", "$defs": {"Size": {"type": "string"}}}
    assert components({"A": number, "B": number, "C": text}, "#/x/{}") == {
        "A": {"$ref": "#/x/Size"},
        "B": {"$ref": "#/x/Size"},
        "C": {"$ref": "#/x/CSize"},
        "Size": {"type": "number"},
        "CSize": {"type": "string"},
    }


def test_generators_of_code_know_each_type() -> None:
    """A branch of texts has its type, and an object without described properties may have any."""
    close_date = SERVER.schema()["properties"]["closeDate"]
    assert close_date["type"] == ["string", "null"]
    branches = [{"type": "string", "format": name} for name in ("date-time", "date")]
    for found in (SERVER.components()["Opportunity"], inlined(SERVER.schema())):
        assert "type" not in found["properties"]["closeDate"]
        assert found["properties"]["closeDate"]["anyOf"] == [*branches, {"type": "null"}]
        assert found["properties"]["company"]["additionalProperties"] is True
    body = inlined(SERVER.schema(OpportunityUpdate))["properties"]
    disconnect = body["company"]["anyOf"][1]["properties"]["disconnect"]
    assert (disconnect["type"], disconnect["enum"]) == ("boolean", [True])
    assert all(isinstance(each, dict) for each in body["createdBy"]["properties"]["context"]["examples"])
    assert inlined({"type": ["object", "array"]}) == {
        "type": ["object", "array"],
        "items": {},
        "additionalProperties": True,
    }
    assert inlined({"type": "integer", "examples": [1, "1", 2.5]}) == {"type": "integer", "examples": [1, 2.5]}
    assert inlined({"type": "string", "anyOf": [{"format": "date"}]}) == {
        "anyOf": [{"type": "string", "format": "date"}]
    }
    for kept in (
        {"type": "string"},
        {"type": "string", "anyOf": [{"enum": ["A"]}, {"type": "null"}]},
        {"type": "object", "required": ["a"]},
        {"type": "object", "properties": {"a": True}},
    ):
        assert inlined(kept) == kept


def test_boolean_schemas_stay() -> None:
    """A boolean schema is kept where it is."""
    schema: dict[str, Any] = {"properties": {"a": True, "b": {"$ref": "#/$defs/B"}}, "$defs": {"B": {"items": False}}}
    assert inlined(schema) == {"properties": {"a": True, "b": {"items": False}}}
    assert components({"A": schema}, "{}")["A"] == {"properties": {"a": True, "b": {"$ref": "B"}}}


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("#", "#/c/Deal"),
        ("#/properties/name", "#/c/Deal/properties/name"),
        ("#/$defs/a", "#/c/a"),
        ("#/$defs/a/properties/b", "#/c/a/properties/b"),
        ("#/x-shared/c~1d", "#/c/Deal/x-shared/c~1d"),
    ],
)
def test_a_reference_may_lead_to_any_place(reference: str, found: str) -> None:
    """A place within a schema is the same place within its component."""
    schema = {
        "properties": {"name": {"type": "string"}, "other": {"$ref": reference}},
        "$defs": {"a": {"properties": {"b": {"type": "string"}}}},
        "x-shared": {"c/d": {"type": "string"}},
    }
    deal = components({"Deal": schema}, "#/c/{}")["Deal"]
    assert deal["properties"]["other"] == {"$ref": found}


def test_references_follow_the_template() -> None:
    """References to components follow the template."""
    found = SERVER.components(ref_template="deals.json#/$defs/{}")
    assert found["Opportunity"]["properties"]["amount"]["$ref"] == "deals.json#/$defs/Amount"
