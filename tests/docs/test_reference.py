"""The reference names everything that is public."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import twenty_opportunity
from twenty_opportunity import bulk, comparison, fixtures, modelling, records, strategies, tables, webhooks

if TYPE_CHECKING:
    from collections.abc import Iterator
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
    missing = [name for name in module.__all__ if not any(f"{home}.{name}" in DOCUMENTED for home in homes)]
    assert not missing, f"no page of docs/reference has an entry for {', '.join(missing)} of {module.__name__}"


@pytest.mark.parametrize("module", [comparison, fixtures, modelling, tables])
def test_functions_of_the_other_public_modules_are_documented(module: ModuleType) -> None:
    """What the commands stand on is public too: each function a program calls, with the classes that it gives."""
    called = {"compare", "fixtures", "module", "to_parquet", "from_parquet", "to_csv", "from_csv", "count_rows"}
    given = {"Difference", "Fixture", "FixtureError", "TableError"}
    offered = [
        name for name in vars(module) if name in called | given and vars(module)[name].__module__ == module.__name__
    ]
    assert offered
    assert [name for name in offered if f"{module.__name__}.{name}" not in DOCUMENTED] == []


def _below(cl: type) -> Iterator[type]:
    subclasses: list[type] = cl.__subclasses__()
    for subclass in subclasses:
        yield subclass
        yield from _below(subclass)


def _is_raised_to_programs(error: type) -> bool:
    home = error.__module__
    ours = home.startswith(twenty_opportunity.__name__) and not home.startswith("twenty_opportunity.cli")
    return ours and not error.__name__.startswith("_")


def test_errors_are_documented() -> None:
    """Every error that a call can raise has an entry, whichever module raises it."""
    for module in pkgutil.walk_packages(twenty_opportunity.__path__, f"{twenty_opportunity.__name__}."):
        importlib.import_module(module.name)
    errors = filter(_is_raised_to_programs, _below(twenty_opportunity.TwentyOpportunityError))
    documented = {name.rpartition(".")[2] for name in DOCUMENTED}
    assert {error.__name__ for error in errors} - documented == set()
