"""Records for the files of the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "opportunity.json"


@pytest.fixture
def record() -> dict[str, Any]:
    """Return a valid record."""
    found: dict[str, Any] = json.loads(EXAMPLE.read_bytes())
    return found


@pytest.fixture
def line(record: dict[str, Any]) -> bytes:
    """Return a valid record as a line."""
    return json.dumps(record).encode() + b"\n"
