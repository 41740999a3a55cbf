"""The reference names everything that is public, and nothing else."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import pkgutil
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

import twenty_opportunity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PACKAGE: Final = twenty_opportunity.__name__
REFERENCE: Final = Path(__file__).parents[2] / "docs" / "reference"
ENTRIES: Final = [
    (match["kind"], match["name"])
    for page in sorted(REFERENCE.glob("*.md"))
    for match in re.finditer(r"^\.\. (?P<kind>\w+):: (?P<name>\S+)", page.read_text("utf-8"), re.MULTILINE)
]
DOCUMENTED: Final = {name for _, name in ENTRIES}


def _modules() -> Iterator[ModuleType]:
    """Import every module that programs may, which are those that say what in them is public."""
    yield twenty_opportunity
    for found in pkgutil.walk_packages(twenty_opportunity.__path__, f"{PACKAGE}."):
        if not found.name.startswith(f"{PACKAGE}.cli"):
            module = importlib.import_module(found.name)
            if hasattr(module, "__all__"):
                yield module


INNER: Final = {f"{PACKAGE}.validation"}
"""A package whose `__all__` is for the other modules."""
PUBLIC: Final = {module.__name__: [*module.__all__] for module in _modules() if module.__name__ not in INNER}
PUBLIC[PACKAGE].append("__version__")


def _object(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def test_the_modules_are_found() -> None:
    """The names that are held against the reference are those of every module that has one in it."""
    assert {name.rpartition(".")[0] for name in DOCUMENTED} <= PUBLIC.keys()
    assert len(PUBLIC) > 20


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names_are_documented(module: str) -> None:
    """What a module offers has an entry, under its own name or under that of a module that offers the same."""
    homes = {name: [home for home in PUBLIC if name in PUBLIC[home]] for name in PUBLIC[module]}
    missing = [name for name in homes if not any(f"{home}.{name}" in DOCUMENTED for home in homes[name])]
    assert not missing, f"no page of docs/reference has an entry for {', '.join(missing)} of {module}"


@pytest.mark.parametrize("name", sorted(DOCUMENTED))
def test_documented_names_are_public(name: str) -> None:
    """What has an entry is offered by the module under whose name it stands there, and is there once."""
    module, _, attribute = name.rpartition(".")
    assert attribute in PUBLIC[module]
    assert hasattr(importlib.import_module(module), attribute)
    assert [other for _, other in ENTRIES].count(name) == 1


def _texts_of_constants(module: str) -> dict[str, str]:
    """Read the texts that stand below assignments in a module."""
    nodes = [*ast.walk(ast.parse(inspect.getsource(importlib.import_module(module))))]
    bodies = [
        body for node in nodes for field in ("body", "orelse") if isinstance(body := getattr(node, field, 0), list)
    ]
    found: dict[str, str] = {}
    for body in bodies:
        for node, after in itertools.pairwise(body):
            said = after.value if isinstance(after, ast.Expr) else None
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(said, ast.Constant):
                target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
                found[ast.unparse(target)] = str(said.value)
    return found


@pytest.mark.parametrize("name", [name for kind, name in ENTRIES if kind == "autodata"])
def test_constants_have_texts_of_their_own(name: str) -> None:
    """A constant whose text Sphinx looks up has one in the module that is named; it would show that of its type."""
    module, _, constant = name.rpartition(".")
    text = _texts_of_constants(module)[constant]
    assert text != inspect.getdoc(type(_object(name)))


def test_functions_and_classes_are_read_by_their_kind() -> None:
    """An entry is made by the directive that its object needs."""
    for kind, name in ENTRIES:
        value = _object(name)
        cls = inspect.isclass(value)
        assert {
            "autofunction": inspect.isroutine(value),
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
    """Every error that a call can raise has an entry, whichever module raises it."""
    errors = filter(_is_raised_to_programs, _below(twenty_opportunity.TwentyOpportunityError))
    documented = {name.rpartition(".")[2] for name in DOCUMENTED}
    assert {error.__name__ for error in errors} - documented == set()
