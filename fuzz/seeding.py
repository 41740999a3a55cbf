"""The seeds from which each target starts, one folder for each target."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SEEDS: Final = Path(__file__).parent / "seeds"


def seeds(name: str) -> list[Path]:
    """
    Return the seeds of a target.

    Args:
        name: The name of the target.

    Returns:
        The paths of its seeds, sorted.
    """
    return sorted((SEEDS / name).iterdir())
