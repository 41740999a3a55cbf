"""Every code block of the documentation, the README and the docstrings runs and prints what the page shows."""

from __future__ import annotations

import doctest
import importlib
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest
from sybil import Document, Example, Region
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.myst.lexers import DirectiveLexer
from sybil.parsers.rest import DocTestParser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "src" / "twenty_opportunity"
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PAGES: Final = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "schemas/README.md", "benchmarks/NOTES.md")),
    *sorted((ROOT / "docs").glob("[!_]*/*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
DOCSTRINGS: Final = [path for path in sorted(PACKAGE.rglob("*.py")) if ">>> " in path.read_text("utf-8")]
FENCE: Final = "```"
RUN: Final = {"python", "console", "json", "sh", "{code-block} python"}
"""The info strings of the blocks that are run or checked."""

_ELLIPSIS: Final = doctest.ELLIPSIS
_DIRECTIVE: Final = re.compile(r"```\{(diagram|download|eval-rst|literalinclude|toctree)\}")
_NOT_RUN: Final = re.compile(r"<!-- not run: \S.* -->")
_FAILURE: Final = re.compile(r"\b[1-9][0-9]* (?:errors?|failed|invalid|unreadable)\b")


def unmarked(page: str) -> list[str]:
    """Return the opening fences of a page whose blocks are neither run nor marked with a reason."""
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    fences = [index for index, line in enumerate(lines) if line.startswith(FENCE)]
    return [
        lines[index]
        for index in fences[::2]  # every second fence closes a block
        if lines[index].removeprefix(FENCE) not in RUN
        and not _DIRECTIVE.match(lines[index])
        and not _NOT_RUN.fullmatch(lines[index - 1])
    ]


def parse(path: Path) -> Document:
    """Parse a page, or the docstrings of a module."""
    if path.suffix == ".md":
        return Document.parse(str(path), *_PARSERS)
    document = PythonDocStringDocument.parse(str(path), DocTestParser(_ELLIPSIS))
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    document.namespace.update(vars(importlib.import_module(name)))
    return document


def _run_commands(example: Example) -> str | None:
    """
    Run each line that begins with a dollar sign in a shell, and compare its output with the lines below it.

    If a command fails, its output must show it: by `echo "exit status $?"`, or by a count of failures.
    """
    checker = doctest.OutputChecker()
    nothing, *sessions = re.split(r"^\$ ", str(example.parsed), flags=re.MULTILINE)
    if nothing.strip() or not sessions:
        return f"the command (a line that begins with `$ `) above {nothing!r} is missing"
    for session in sessions:
        command, _, shown = re.sub(r"\\\n", "", session).partition("\n")
        printed, status = _output_of(command)
        if not checker.check_output(shown, printed, _ELLIPSIS):
            return f"$ {command}\n{checker.output_difference(doctest.Example(command, shown), printed, _ELLIPSIS)}"
        if status and not _FAILURE.search(shown):
            return f"$ {command}\nexits with status {status}, which the page does not show"
    return None


def _output_of(command: str) -> tuple[str, int]:
    """
    Run a command as a reader would: 100 columns, no colors, and the programs of this Python.

    The variables of CI are removed because Hypothesis skips its health checks there. The seed is fixed, so that every
    run takes equally long.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
    del inherited["PATH"]
    for name in ("CI", "HYPOTHESIS_PROFILE", "GITHUB_ACTIONS", "TF_BUILD"):
        inherited.pop(name, None)
    environment = {
        **inherited,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "PYTEST_ADDOPTS": "--hypothesis-seed=0",
        "PYTHONUTF8": "1",
    }
    ended = subprocess.run(
        ["bash", "-c", command],  # noqa: S607 - found on the PATH
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ended.stdout, ended.returncode


def _read_json(example: Example) -> None:
    json.loads(str(example.parsed))


def _check_installation(example: Example) -> str | None:
    """Check that each line installs this project with extras and groups that exist; nothing is installed."""
    above = [line for line in example.document.text[: example.region.start].splitlines() if line.strip()]
    if _NOT_RUN.fullmatch(above[-1]):
        return None
    for line in str(example.parsed).splitlines():
        # `.ci/run` runs the commands of the README.
        command, _, _ = line.partition(" && ") if Path(example.path).name == "README.md" else (line, "", "")
        found = re.fullmatch(
            r'pip install (?:-e )?"?(?P<what>[\w.-]+)(?:\[(?P<extras>[\w,]+)\])?"?(?: --group (?P<group>\w+))?', command
        )
        if not found:
            return f"{line} is neither run nor an installation of this project"
        extras = {*(found["extras"] or "").split(",")} - {""}
        if (
            found["what"] not in {".", PROJECT["project"]["name"]}
            or not extras <= PROJECT["project"]["optional-dependencies"].keys()
        ):
            return f"{line} installs an unknown extra or package"
        if found["group"] and found["group"] not in PROJECT["dependency-groups"]:
            return f"{line} names an unknown dependency group"
    return None


def _write_file(example: Example) -> None:
    path = Path(example.region.lexemes["options"]["caption"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(example.parsed), "utf-8")


def _files(document: Document) -> Iterable[Region]:
    """Yield the blocks with a caption: files that the reader writes, and that later commands of the page need."""
    for region in DirectiveLexer("code-block", "python")(document):
        region.parsed = region.lexemes["source"]
        region.evaluator = _write_file
        yield region


_PARSERS: Final = (
    PythonCodeBlockParser(doctest_optionflags=_ELLIPSIS),
    CodeBlockParser("console", _run_commands),
    CodeBlockParser("json", _read_json),
    CodeBlockParser("sh", _check_installation),
    _files,
)


def _pickled(value: Any) -> Any:
    """Return what arrives in another process."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - pickled on the same line


@attrs.frozen
class Parallel:
    """A substitute for a Spark collection."""

    items: list[Any]

    def map(self, function: Callable[[Any], Any]) -> Parallel:
        """Call a function with each item, as a Spark worker would."""
        return Parallel([_pickled(function(_pickled(item))) for item in self.items])

    def collect(self) -> list[Any]:
        """Return the items."""
        return self.items


def _substitutes() -> dict[str, ModuleType]:
    """Build substitutes for the parts of Ray and Spark that the pages use; neither is a dependency."""
    ray = ModuleType("ray")
    vars(ray).update(
        put=_pickled,
        remote=lambda function: SimpleNamespace(remote=lambda *given: _pickled(function(*map(_pickled, given)))),
        get=list,
    )
    context = SimpleNamespace(
        broadcast=lambda value: SimpleNamespace(value=_pickled(value)),
        parallelize=lambda items, _: Parallel(items),
    )
    session = SimpleNamespace(builder=SimpleNamespace(getOrCreate=lambda: SimpleNamespace(sparkContext=context)))
    pyspark, sql = ModuleType("pyspark"), ModuleType("pyspark.sql")
    vars(sql).update(SparkSession=session)
    return {"ray": ray, "pyspark": pyspark, "pyspark.sql": sql}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture
def _examples_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run in a folder with the examples; modules can be imported from it, and are unloaded afterwards."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for name, module in _substitutes().items():
        monkeypatch.setitem(sys.modules, name, module)
    yield
    for name, module in [*sys.modules.items()]:
        if str(getattr(module, "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]


def _is_slow(path: Path) -> bool:
    """Check whether a page starts processes; those of the README are checked in every run."""
    return path.name != "README.md" and "```console" in path.read_text("utf-8")


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=[pytest.mark.slow] * _is_slow(path), id=_name(path)) for path in [*PAGES, *DOCSTRINGS]],
)
@pytest.mark.usefixtures("_examples_folder")
def test_every_block_runs(path: Path) -> None:
    """The blocks of a page run in order, and print what the page shows."""
    for example in parse(path).examples():
        example.evaluate()


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_blocks_that_do_not_run_have_a_reason(path: Path) -> None:
    """A block that is not run has a comment above it with the reason."""
    assert unmarked(path.read_text("utf-8")) == []
