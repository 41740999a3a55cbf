"""jsonschema-rs alone: a verdict, no records, and no guard against what it takes that is no JSON."""

from __future__ import annotations

from typing import Any

from jsonschema_rs import Draft202012Validator

from benchmarks import inputs
from twenty_opportunity import PUBLISHED, SERVER, OpportunityPage, PartialOpportunity, Profile


def works() -> dict[str, Any]:
    """List what is measured, by work and input."""
    workspace = Profile.from_metadata(inputs.read("workspace/metadata.json"))
    found: dict[str, Any] = {}
    for name, schema, instance in (
        ("record", PUBLISHED.schema(), inputs.record()),
        ("invalid record", PUBLISHED.schema(), inputs.invalid()),
        ("server record", SERVER.schema(), inputs.server_record()),
        ("partial record", SERVER.schema(PartialOpportunity), inputs.partial_record()),
        ("40 custom fields", SERVER.schema(), inputs.workspace_record()),
        ("40 custom fields of the profile", workspace.schema(), inputs.workspace_record()),
        ("40 custom fields and related records", workspace.schema(), inputs.workspace_record(depth=1)),
        ("page of 200", SERVER.schema(OpportunityPage), inputs.page()),
    ):
        is_valid = Draft202012Validator(schema, validate_formats=True).is_valid
        found[f"is_valid: {name}"] = lambda check=is_valid, i=instance: check(i)
    return found
