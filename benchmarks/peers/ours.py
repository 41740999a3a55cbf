"""twenty-opportunity itself."""

from __future__ import annotations

from typing import Any

from benchmarks import inputs
from twenty_opportunity import PUBLISHED, SERVER, Opportunity, OpportunityPage, PartialOpportunity, Profile


def reader() -> Any:
    """Return the function that reads a record of the published schema."""
    return PUBLISHED.loads


def works() -> dict[str, Any]:
    """Return the measured calls by work and input."""
    workspace = Profile.from_metadata(inputs.read("workspace/metadata.json"))
    found: dict[str, Any] = {}
    for name, profile, instance in (
        ("record", PUBLISHED, inputs.record()),
        ("server record", SERVER, inputs.server_record()),
        ("partial record", SERVER, inputs.partial_record()),
        ("40 custom fields", SERVER, inputs.workspace_record()),
        ("40 custom fields of the profile", workspace, inputs.workspace_record()),
        ("40 custom fields and related records", workspace, inputs.workspace_record(depth=1)),
    ):
        cl = PartialOpportunity if name == "partial record" else Opportunity
        raw, typed = inputs.dumped(instance), profile.structure(instance, cl)
        found |= {
            f"is_valid: {name}": lambda p=profile, i=instance, c=cl: p.is_valid(i, c),
            f"loads: {name}": lambda p=profile, r=raw, c=cl: p.loads(r, c),
            f"structure: {name}": lambda p=profile, i=instance, c=cl: p.structure(i, c),
            f"dumps: {name}": lambda p=profile, t=typed: p.dumps(t),
        }
    page, wrong = inputs.page(), inputs.invalid()
    raw_page, typed_page = inputs.dumped(page), SERVER.structure(page, OpportunityPage)
    return found | {
        "is_valid: invalid record": lambda: PUBLISHED.is_valid(wrong),
        "explain: invalid record": lambda: list(PUBLISHED.iter_violations(wrong)),
        "is_valid: page of 200": lambda: SERVER.is_valid(page, OpportunityPage),
        "loads: page of 200": lambda: SERVER.loads(raw_page, OpportunityPage),
        "structure: page of 200": lambda: SERVER.structure(page, OpportunityPage),
        "dumps: page of 200": lambda: SERVER.dumps(typed_page),
    }
