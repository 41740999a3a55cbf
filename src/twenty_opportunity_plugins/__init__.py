"""
The plugins, which pytest and Hypothesis load in every run, even if a project does not use them.

They are outside of `twenty_opportunity` because importing a part of a package imports the package, which would slow
down projects that merely have it installed.
"""

from __future__ import annotations

from typing import Any

running_tests: list[Any] = []
"""The pytest requests of the running tests, the innermost last; empty if the plugin is not loaded."""
