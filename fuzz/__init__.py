"""Coverage-guided fuzzing. Each target is a module with a function `target` that takes bytes, and a folder of seeds."""

from __future__ import annotations

from typing import Final

TARGETS: Final = ("loads", "violations", "metadata", "deliveries", "reader", "server")
"""The names of the target modules."""
