"""json and orjson: bytes to instances, nothing checked."""

from __future__ import annotations

import json
from typing import Any

import orjson

from benchmarks import inputs


def works() -> dict[str, Any]:
    """List what is measured, by work and input."""
    found: dict[str, Any] = {}
    for name, instance in (("record", inputs.record()), ("page of 200", inputs.page())):
        raw = inputs.dumped(instance)
        found[f"loads: {name}"] = lambda r=raw: orjson.loads(r)
        found[f"loads with json: {name}"] = lambda r=raw: json.loads(r)
        found[f"dumps: {name}"] = lambda i=instance: orjson.dumps(i)
    return found
