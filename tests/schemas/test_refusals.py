"""What is refused though servers take it: each row of the list is true."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from twenty_opportunity.schemas.field_types import FIELD_TYPES
from twenty_opportunity.schemas.refusals import REFUSALS, Refusal
from twenty_opportunity.schemas.workspace import STANDARD, schemas


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal.where}-{refusal.taken!r}")
@pytest.mark.parametrize("body", ["OpportunityCreate", "OpportunityUpdate"])
def test_each_refusal_is_one(refusal: Refusal, body: str) -> None:
    """The form that is named is refused, the one to send instead is not, and there is a reason."""
    fields: list[Any] = STANDARD["fields"]
    member = refusal.where
    if refusal.where in FIELD_TYPES:
        member = "custom"
        fields = [{"name": member, "type": refusal.where}]
    accepts = jsonschema_rs.validator_for(schemas({"fields": fields})[body], validate_formats=True).is_valid
    assert not accepts({member: refusal.taken})
    assert accepts({member: refusal.instead})
    assert refusal.reason.endswith(".")
