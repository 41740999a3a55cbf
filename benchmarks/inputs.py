"""What is measured on: the examples of the tree, and the page of 200 records that they are repeated into."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent.parent / "examples"


def read(name: str) -> Any:
    """Decode an example."""
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def record() -> dict[str, Any]:
    """Give the published schema's own example, 14 members."""
    found: dict[str, Any] = read("opportunity.json")
    return found


def invalid() -> dict[str, Any]:
    """Give that record with three things wrong."""
    return {**record(), "stage": "LEAD", "amount": {"amountMicros": 1, "currencyCode": "usd"}, "position": "first"}


def server_record() -> dict[str, Any]:
    """Give a record as a server sends it."""
    found: dict[str, Any] = read("server/page.json")["data"]["opportunities"][0]
    return found


def workspace_record() -> dict[str, Any]:
    """Give a record with 40 and more custom fields."""
    found: dict[str, Any] = read("workspace/page.json")["data"]["opportunities"][0]
    return found


def page(size: int = 200) -> dict[str, Any]:
    """Give a REST page of so many records."""
    document: dict[str, Any] = read("server/page.json")
    records = document["data"]["opportunities"]
    document["data"]["opportunities"] = [copy.deepcopy(records[index % len(records)]) for index in range(size)]
    return document


def dumped(instance: Any) -> bytes:
    """Encode an instance as the servers do: UTF-8, no white space."""
    return json.dumps(instance, ensure_ascii=False, separators=(",", ":")).encode()
