"""Hypothesis makes its tables of characters before the first example, because that takes seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import strategies as st

from twenty_opportunity import Opportunity, Profile
from twenty_opportunity.strategies import documents, invalid_documents, malformed_documents, raw_documents, records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

LOOKED_AT: Final = """
from pathlib import Path
from twenty_opportunity.strategies import records
strategy = records(name="Roof")
print(*Path(".").rglob("charmap*"))
strategy.validate()
print(*Path(".").rglob("charmap*"))
"""


def test_tables_of_characters_are_made_before_the_first_draw(tmp_path: Path) -> None:
    """On a new machine the tables are made when Hypothesis validates a strategy, and not earlier."""
    environment = {**os.environ, "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path)}
    command = [sys.executable, "-c", LOOKED_AT]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    made, looked_at = done.stdout.splitlines()
    assert not made
    assert "charmap" in looked_at


@pytest.mark.parametrize("make", [documents, records, invalid_documents, raw_documents, malformed_documents])
def test_every_strategy_has_them_made(
    make: Callable[..., SearchStrategy[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every strategy makes Hypothesis resolve the strategy of text when it validates it."""
    # Equal profiles share strategies, and one that was validated before asks for nothing.
    metadata = {"fields": [{"name": "name", "type": "TEXT"}]}
    strategy = make(Opportunity, Profile.from_metadata(metadata, name=make.__name__))
    asked: list[SearchStrategy[str]] = []
    text = st.text

    def asked_for() -> SearchStrategy[str]:
        asked.append(text())
        return asked[-1]

    monkeypatch.setattr(st, "text", asked_for)
    strategy.validate()
    assert asked
