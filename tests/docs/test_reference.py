"""The reference has an entry for every public name, and no other entries."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

import twenty_opportunity

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE: Final = twenty_opportunity.__name__
DOCS: Final = Path(__file__).parents[2] / "docs"
REFERENCE: Final = DOCS / "reference"
ENTRIES: Final = [
    (match["kind"], match["name"])
    for page in sorted(REFERENCE.glob("*.md"))
    for match in re.finditer(r"^\.\. (?P<kind>\w+):: (?P<name>\S+)", page.read_text("utf-8"), re.MULTILINE)
]
DOCUMENTED: Final = {name for _, name in ENTRIES}


PATHS: Final = (
    "bulk",
    "errors",
    "formats",
    "matchers",
    "money",
    "records",
    "schemas",
    "strategies",
    "tables",
    "webhooks",
)
PUBLIC: Final = {
    name: [*importlib.import_module(name).__all__] for name in (PACKAGE, *(f"{PACKAGE}.{path}" for path in PATHS))
}
"""The public import paths with their names."""


def _object(name: str) -> Any:
    owner, _, attribute = name.rpartition(".")
    try:
        return getattr(importlib.import_module(owner), attribute)
    except ModuleNotFoundError:  # a method
        return getattr(_object(owner), attribute)


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names_are_documented(module: str) -> None:
    """Every public name has an entry, in its module or in another public module that exports it."""
    homes = {name: [home for home in PUBLIC if name in PUBLIC[home]] for name in PUBLIC[module]}
    missing = [name for name in homes if not any(f"{home}.{name}" in DOCUMENTED for home in homes[name])]
    assert not missing, f"no page of docs/reference has an entry for {', '.join(missing)} of {module}"


def test_entries_use_the_directive_of_their_kind() -> None:
    """Each entry uses the Sphinx directive for its kind of object."""
    for kind, name in ENTRIES:
        value = _object(name)
        cls = inspect.isclass(value)
        assert {
            "autofunction": inspect.isroutine(value),
            "automethod": inspect.isroutine(value),
            "autoclass": cls and not issubclass(value, BaseException),
            "autoexception": cls and issubclass(value, BaseException),
            "autodata": not cls and not inspect.isroutine(value),
            "data": not cls and not inspect.isroutine(value),
        }[kind], name


def _below(cl: type) -> Iterator[type]:
    subclasses: list[type] = cl.__subclasses__()
    for subclass in subclasses:
        yield subclass
        yield from _below(subclass)


def _is_raised_to_programs(error: type) -> bool:
    home = error.__module__
    ours = home.startswith(PACKAGE) and not home.startswith(f"{PACKAGE}.cli")
    return ours and not error.__name__.startswith("_")


def test_errors_are_documented() -> None:
    """Every exception that a call can raise has an entry."""
    errors = filter(_is_raised_to_programs, _below(twenty_opportunity.TwentyOpportunityError))
    documented = {name.rpartition(".")[2] for name in DOCUMENTED}
    assert {error.__name__ for error in errors} - documented == set()


def test_generated_parts_are_current() -> None:
    """The signatures and summaries in the Markdown of the pages are those of the code."""
    script = DOCS / "_ext" / "generated.py"
    spec = importlib.util.spec_from_file_location("generated", script)
    assert spec
    assert spec.loader
    generated: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generated)
    pages = {path.relative_to(DOCS): path.read_text("utf-8") for path in DOCS.rglob("[!_]*.md")}
    old = [str(path) for path, text in pages.items() if "_build" not in path.parts and generated.current(text) != text]
    assert old == [], "run `python docs/_ext/generated.py`"
    assert generated.listed() == (DOCS / "llms.txt").read_text("utf-8"), "run `python docs/_ext/generated.py`"
