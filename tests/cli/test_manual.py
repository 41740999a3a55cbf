"""The man page says what the program says of itself."""

from __future__ import annotations

from pathlib import Path

from twenty_opportunity.cli.app import COMMANDS
from twenty_opportunity.cli.manual import page

COMMITTED = Path(__file__).parents[2] / "docs" / "twenty-opportunity.1"


def test_the_page_is_that_of_the_program() -> None:
    """The page in `docs/` is the one that the program makes; `python -m twenty_opportunity.cli.manual` writes it."""
    assert COMMITTED.read_text("utf-8") == page()


def test_every_command_is_in_it() -> None:
    """Each command has its part, with its options, and the hyphens of these can be copied."""
    text = page()
    assert [line for line in text.splitlines() if line.startswith(".SS ")] == [f".SS {name}" for name in COMMANDS]
    assert r".B \-p, \-\-profile published|server|FILE" in text
    assert r"\&.json" in text
