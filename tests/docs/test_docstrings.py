"""The docstrings of what is public say what it raises, takes and holds."""

from __future__ import annotations

import ast
import enum
import importlib
import inspect
import pkgutil
import re
import textwrap
from typing import TYPE_CHECKING, Any, Final

import pytest

import twenty_opportunity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE: Final = twenty_opportunity.__name__


def _modules() -> Iterator[Any]:
    yield twenty_opportunity
    for found in pkgutil.walk_packages(twenty_opportunity.__path__, f"{PACKAGE}."):
        if not found.name.startswith((f"{PACKAGE}.cli", f"{PACKAGE}.validation")):
            module = importlib.import_module(found.name)
            if hasattr(module, "__all__"):
                yield module


def _public() -> Iterator[tuple[str, Any]]:
    """List the public classes, functions and methods, each once."""
    for module in _modules():
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isclass(value):
                yield f"{value.__module__}.{name}", value
                yield from ((f"{value.__module__}.{name}.{key}", method) for key, method in _methods(value))
            elif inspect.isfunction(value):
                yield f"{value.__module__}.{name}", value


def _methods(cl: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, held in vars(cl).items():
        method = getattr(held, "__func__", None) or getattr(held, "fget", None) or held
        is_public = not name.startswith("_") or name == "__call__"
        if is_public and inspect.isfunction(method) and method.__module__ == cl.__module__:
            yield name, method


def _is_made_by_programs(cl: type) -> bool:
    """Tell whether a class has a constructor of its own, or one of a base that is ours."""
    ours = [base for base in cl.__mro__ if base.__module__.startswith(PACKAGE)]
    has_constructor = any("__init__" in vars(base) or "_fields" in vars(base) for base in ours)
    return has_constructor and not issubclass(cl, enum.Enum) and not getattr(cl, "_is_protocol", False)


PUBLIC: Final[dict[str, Any]] = dict(_public())
FUNCTIONS: Final = {name: value for name, value in PUBLIC.items() if not inspect.isclass(value)}
CLASSES: Final = {
    name: value for name, value in PUBLIC.items() if inspect.isclass(value) and _is_made_by_programs(value)
}


def section(text: str | None, *titles: str) -> str:
    """Give what stands in a section of a docstring of Google's style."""
    found = [
        re.search(rf"^{title}:\n((?: +\S.*(?:\n|$)|\n)+)", inspect.cleandoc(text or ""), re.MULTILINE)
        for title in titles
    ]
    return "".join(match[1] for match in found if match)


def named(text: str) -> set[str]:
    """Name what a section has an entry for."""
    entries = re.findall(r"^(?:\*\*)?([\w.]+)(?: \([^)]*\))?:", textwrap.dedent(text), re.MULTILINE)
    return {entry.rpartition(".")[2] for entry in entries}


def raised(function: Callable[..., Any]) -> set[str]:
    """Name the errors that a function raises itself, those made by a function of its module included."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return {name for node in ast.walk(tree) if isinstance(node, ast.Raise) for name in _error(function, node.exc)}


def _error(function: Any, expression: ast.expr | None) -> set[str]:
    made = expression.func if isinstance(expression, ast.Call) else expression
    name = ast.unparse(made).rpartition(".")[2] if made else ""
    if name[:1].isupper():
        return {name}
    returned = getattr(function.__globals__.get(name), "__annotations__", {}).get("return")
    return {str(returned)} if returned else set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_raised_is_said(name: str) -> None:
    """A function says of each error that it raises when it does."""
    function = FUNCTIONS[name]
    assert raised(function) <= named(section(function.__doc__, "Raises"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_taken_and_given_is_said(name: str) -> None:
    """A function that takes something says what each argument is, and what comes back."""
    function = FUNCTIONS[name]
    signature = inspect.signature(function)
    parameters = signature.parameters.keys() - {"self", "cls"}
    assert named(section(function.__doc__, "Args")) == parameters - _in_one_line(function)
    if parameters - _in_one_line(function) and signature.return_annotation != "None":
        assert section(function.__doc__, "Returns", "Yields")


def _in_one_line(function: Callable[..., Any]) -> set[str]:
    """Name the arguments of a function whose docstring is a line that names or implies them all."""
    is_one_line = "\n" not in (function.__doc__ or "").strip()
    return {*inspect.signature(function).parameters} if is_one_line else set()


@pytest.mark.parametrize("name", CLASSES)
def test_what_a_class_holds_is_said(name: str) -> None:
    """A class says what it is made of: each argument of its constructor, which for a record are its attributes."""
    cl = CLASSES[name]
    said = {entry for base in cl.__mro__ for entry in named(section(base.__doc__, "Args", "Attributes"))}
    others = re.findall(r"attributes are those of `(\w+)`", cl.__doc__ or "")
    said |= {
        entry for other in others for entry in named(section(getattr(twenty_opportunity, other).__doc__, "Attributes"))
    }
    assert {*inspect.signature(cl).parameters} <= said | {"args", "kwargs"}
