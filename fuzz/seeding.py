"""Seeds: the inputs that a target starts from, a folder each."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SEEDS: Final = Path(__file__).parent / "seeds"


def seeds(name: str) -> list[Path]:
    """
    List the seeds of a target.

    Args:
        name: The target.

    Returns:
        Its seeds, by name.
    """
    return sorted((SEEDS / name).iterdir())
