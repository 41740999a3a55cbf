"""Fuzzing, guided by coverage: each target is a module with a function `target` that takes bytes, and seeds for it."""

from __future__ import annotations

from typing import Final

TARGETS: Final = ("loads", "violations", "metadata", "deliveries", "reader")
"""The targets, each the module of that name in this package."""
