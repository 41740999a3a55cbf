"""fastjsonschema: generated Python; it knows drafts up to 7, formats uuid not at all."""

from __future__ import annotations

from typing import Any

import fastjsonschema

from benchmarks import inputs
from twenty_opportunity import PUBLISHED


def works() -> dict[str, Any]:
    """List what is measured, by work and input."""
    schema = PUBLISHED.schema()
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    schema["definitions"] = schema.pop("$defs")
    for name in ("createdBy", "updatedBy"):
        schema["properties"][name] = {"$ref": "#/definitions/ActorMetadata"}
    schema.pop("$id")
    check, record = fastjsonschema.compile(schema), inputs.record()
    return {"is_valid: record": lambda: check(record)}
