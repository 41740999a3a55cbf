"""The example workspace, with custom fields of every type: from metadata to typed records and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest

from twenty_opportunity import SERVER, OpportunityPage, OpportunityUpdate, Profile
from twenty_opportunity.schemas.field_types import FIELD_TYPES
from twenty_opportunity.schemas.workspace import schemas


def server_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas of SERVER by class name."""
    return {cl.__name__: SERVER.schema(cl) for cl in SERVER.document_classes}


EXAMPLES: Final = Path(__file__).parents[1] / "examples"
METADATA: Final[dict[str, Any]] = json.loads((EXAMPLES / "workspace" / "metadata.json").read_text("utf-8"))
PAGE: Final[dict[str, Any]] = json.loads((EXAMPLES / "workspace" / "page.json").read_text("utf-8"))
SERVER_PAGE: Final[dict[str, Any]] = json.loads((EXAMPLES / "server" / "page.json").read_text("utf-8"))
FIELDS: Final[list[dict[str, Any]]] = METADATA["data"][1]["fields"]
RECORDS: Final[list[dict[str, Any]]] = PAGE["data"]["opportunities"]


def errors(schema: dict[str, Any], instance: Any) -> list[str]:
    """Return the messages of jsonschema-rs."""
    return [str(error) for error in jsonschema_rs.validator_for(schema, validate_formats=True).iter_errors(instance)]


def test_workspace_has_fields_of_every_type() -> None:
    """The workspace has at least 40 active custom fields, and fields of every type."""
    active = [field for field in FIELDS if field["isCustom"] and field["isActive"]]
    assert len(active) >= 40
    missing = FIELD_TYPES.keys() - {field["type"] for field in active}
    assert not missing, f"examples/workspace/metadata.json lacks custom fields of type {', '.join(missing)}"


def test_pages_are_valid() -> None:
    """The page of the workspace is valid for its schemas, and the standard page for those of SERVER."""
    assert errors(schemas(METADATA)["OpportunityPage"], PAGE) == []
    assert errors(server_schemas()["OpportunityPage"], SERVER_PAGE) == []


def test_page_shows_every_property() -> None:
    """The page shows every property of the schema except relations, and no deactivated field."""
    described = schemas(METADATA)["Opportunity"]["properties"].keys()
    seen = {name for record in RECORDS for name in record}
    missing = described - seen - {"pointOfContact", "owner", "taskTargets", "timelineActivities"}
    assert not missing, f"no record in examples/workspace/page.json has {', '.join(missing)}"
    assert seen <= described
    assert "oldReference" not in described


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["name"] or "unnamed")
def test_read_values_can_be_sent_back(record: dict[str, Any]) -> None:
    """An update with the values of a record is valid, except for files, old amounts as text, and null positions."""
    found = schemas(METADATA)
    schema, read = found["OpportunityUpdate"], found["Opportunity"]["properties"]
    sent = {name for name in schema["properties"] if not read[name].get("readOnly")} - {"createdBy"}
    body = {name: value for name, value in record.items() if name in sent}
    expected = {"subsidy"} if isinstance(record.get("subsidy", {}).get("amountMicros"), str) else set[str]()
    expected |= {"boardPosition"} if record.get("boardPosition", 0) is None else set()
    # A server refuses the extension and the URL that it adds to a file.
    expected |= {name for name in ("plans", "photos") if any("url" in file for file in record.get(name) or ())}
    accepts = jsonschema_rs.validator_for(schema, validate_formats=True).is_valid
    assert {name for name, value in body.items() if not accepts({name: value})} == expected


def test_pages_are_typed_and_come_back_identical() -> None:
    """The profile of the workspace reads its page, SERVER reads the standard page, and both are lossless."""
    for profile, page in ((Profile.from_metadata(METADATA), PAGE), (SERVER, SERVER_PAGE)):
        typed = profile.loads(json.dumps(page), OpportunityPage)
        assert len(typed) == len(page["data"]["opportunities"])
        assert profile.unstructure(typed) == page


def test_bodies_are_validated_against_the_workspace() -> None:
    """Only the stages and fields of the workspace may be sent."""
    profile = Profile.from_metadata(METADATA)
    assert profile.is_valid({"stage": "SITE_VISIT", "products": ["BATTERY"]}, OpportunityUpdate)
    assert not profile.is_valid({"stage": "NEW"}, OpportunityUpdate)
    assert not profile.is_valid({"product": ["BATTERY"]}, OpportunityUpdate)
