"""The documented refusals: values that servers accept and that bodies may not have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from twenty_opportunity.schemas.field_types import FIELD_TYPES
from twenty_opportunity.schemas.workspace import STANDARD, schemas
from twenty_opportunity.validation import Validator

FILE: Final = Path(__file__).parents[2] / "docs" / "design" / "refusals.json"
REFUSALS: Final = json.loads(FILE.read_text("utf-8"))


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal['where']}-{refusal['accepted']!r}")
@pytest.mark.parametrize("operation", ["create", "update"])
def test_each_refusal_is_one(refusal: dict[str, Any], operation: str) -> None:
    """Each recorded form that a server accepts is refused, and the form to send instead is valid."""
    if refusal.get("operation", operation) != operation:
        return
    fields: list[Any] = STANDARD["fields"]
    name = refusal["where"]
    if name in FIELD_TYPES:
        name = "custom"
        fields = [{"name": name, "type": refusal["where"], "options": [{"value": "OPTION_1"}]}]
    is_valid = Validator(schemas({"fields": fields})[f"Opportunity{operation.title()}"]).is_valid

    def body(value: Any) -> Any:
        return value if name == "body" else {name: value}

    assert [value for value in (refusal["accepted"], *refusal.get("also", [])) if is_valid(body(value))] == []
    assert is_valid(body(refusal["instead"]) if "instead" in refusal else {})
    assert refusal["reason"].endswith(".")
