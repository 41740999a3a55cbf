"""The reference names everything that is public."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import twenty_opportunity
from twenty_opportunity import bulk, records, strategies, webhooks

if TYPE_CHECKING:
    from types import ModuleType

REFERENCE: Final = Path(__file__).parents[2] / "docs" / "reference"
DOCUMENTED: Final = {
    line.partition(":: ")[2]
    for page in REFERENCE.glob("*.md")
    for line in page.read_text("utf-8").splitlines()
    if line.startswith((".. auto", ".. data:"))
}


@pytest.mark.parametrize("module", [twenty_opportunity, records, strategies, webhooks, bulk])
def test_public_names_are_documented(module: ModuleType) -> None:
    """What a public module offers has an entry, under that module's name or under the package's."""
    homes = (module.__name__, twenty_opportunity.__name__)
    assert [name for name in module.__all__ if not any(f"{home}.{name}" in DOCUMENTED for home in homes)] == []
