"""
The plugins, which pytest and Hypothesis load into every run, used or not.

It stands outside of `twenty_opportunity` because importing a part of a package imports the package: a project that
merely has it installed shall not pay for it.
"""

from __future__ import annotations

from typing import Any

running_tests: list[Any] = []
"""The pytest requests of the tests that are running, the innermost last; empty where the plugin is not loaded."""
