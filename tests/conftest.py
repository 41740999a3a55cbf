"""The Hypothesis profiles of the test suite, and the option to test without generated code."""

from __future__ import annotations

import gc
import os
from typing import Any, NoReturn

import pytest
from hypothesis import settings

IN_CI = bool(os.environ.get("CI"))

# For runs that repeat the tests with another Python or other versions of the dependencies.
settings.register_profile("quick", max_examples=20, deadline=None, derandomize=True)
# In CI, the same examples in every run; for developers, other examples in each run.
settings.register_profile("dev", max_examples=100, deadline=None, derandomize=IN_CI)
# For the invariants: at least 500 examples of each, and more than 2,000 of the first, which has several tests.
settings.register_profile("ci", max_examples=500, deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option to test without generated code."""
    parser.addoption("--plain", action="store_true", help="convert and validate without any generated code")


def pytest_configure(config: pytest.Config) -> None:
    """Replace all that uses generated code by the plain way, before a test makes a profile."""
    if config.getoption("plain"):
        patch = pytest.MonkeyPatch()
        config.add_cleanup(patch.undo)
        _take_plain_way(patch)


def pytest_collection_finish() -> None:
    """Exempt all that exists before the first test from garbage collection, which took a tenth of the time."""
    gc.freeze()


def _take_plain_way(patch: pytest.MonkeyPatch) -> None:
    from twenty_opportunity.conversion import codegen, fallback
    from twenty_opportunity.validation import compile as compiling

    def refuse(*_: object) -> NoReturn:
        raise ValueError("no code is generated")  # what makes the other functions of `codegen` take the plain way

    def unstructurer(properties: Any, _unstructurers: Any, relations: Any = ()) -> Any:
        plain = fallback.make_unstructurer(properties, relations)

        def unstructure(record: Any, undescribed: list[Any]) -> Any:
            undescribed.append(instance := plain(record))
            return instance

        return unstructure

    def without_tuples(place: Any, accepts: Any, **_: bool) -> Any:
        finds = compiling.tuple_finder(place)
        return lambda instance: accepts(instance) and not finds(instance)

    patch.setattr("twenty_opportunity.conversion.codegen.Source.function", refuse)
    patch.setattr(codegen, "unstructurer", unstructurer)
    patch.setattr(compiling, "_without_tuples", without_tuples)
