"""The inputs of the measurements: the examples, and a page of 200 records built from them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent.parent / "examples"


def read(name: str) -> Any:
    """Return a decoded example."""
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def record() -> dict[str, Any]:
    """Return the example of the published schema, with 14 properties."""
    found: dict[str, Any] = read("opportunity.json")
    return found


def invalid() -> dict[str, Any]:
    """Return that record with three faults."""
    return {**record(), "stage": "LEAD", "amount": {"amountMicros": 1, "currencyCode": "usd"}, "position": "first"}


def server_record() -> dict[str, Any]:
    """Return a record that a server sent."""
    found: dict[str, Any] = read("server/page.json")["data"]["opportunities"][0]
    return found


def partial_record() -> dict[str, Any]:
    """Return some properties of that record, as a GraphQL query selects them."""
    return {name: server_record()[name] for name in ("id", "name", "stage", "amount", "closeDate")}


def workspace_record(depth: int = 0) -> dict[str, Any]:
    """Return a record with more than 40 custom fields; at depth 1 with related records, too."""
    found: dict[str, Any] = read("workspace/page.json")["data"]["opportunities"][0]
    related = {
        "architect",
        "attachments",
        "company",
        "inspections",
        "installer",
        "noteTargets",
        "owner",
        "payerCompany",
    }
    related |= {"payerPerson", "pointOfContact", "taskTargets", "timelineActivities"}
    return {name: value for name, value in found.items() if depth or name not in related}


def page(size: int = 200) -> dict[str, Any]:
    """Return a REST page with the given number of records."""
    document: dict[str, Any] = read("server/page.json")
    records = document["data"]["opportunities"]
    document["data"]["opportunities"] = [copy.deepcopy(records[index % len(records)]) for index in range(size)]
    return document


def dumped(instance: Any) -> bytes:
    """Return an instance encoded as servers do: UTF-8, no white space."""
    return json.dumps(instance, ensure_ascii=False, separators=(",", ":")).encode()
