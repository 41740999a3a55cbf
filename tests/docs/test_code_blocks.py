"""The documentation says nothing that is not so: every code block runs, and prints what is shown."""

from __future__ import annotations

import doctest
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from sybil import Document, Example, Region
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.myst.lexers import DirectiveLexer
from sybil.parsers.rest import DocTestParser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "src" / "twenty_opportunity"
PAGES: Final = [ROOT / "README.md", *sorted((ROOT / "docs").glob("[!_]*/*.md")), *sorted((ROOT / "docs").glob("*.md"))]
DOCSTRINGS: Final = [path for path in sorted(PACKAGE.rglob("*.py")) if ">>> " in path.read_text("utf-8")]
RUN: Final = {"python", "console", "json", "{code-block} python"}
"""What follows the fence of a block that is run."""

_ELLIPSIS: Final = doctest.ELLIPSIS
_FENCE: Final = re.compile(r"^(?P<before>.*)\n+[ ]*(?P<fence>`{3,}|~{3,})(?P<info>[^\n`]+)\n", re.MULTILINE)
_DIRECTIVE: Final = re.compile(r"\{(?!code)[a-z-]+\}.*")
_NOT_RUN: Final = re.compile(r"% not run: \S.*")


def parse(path: Path) -> Document:
    """Read a page, or the docstrings of a module."""
    if path.suffix == ".md":
        return Document.parse(str(path), *_PARSERS)
    document = PythonDocStringDocument.parse(str(path), DocTestParser(_ELLIPSIS))
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    document.namespace.update(vars(importlib.import_module(name)))
    return document


def unmarked(path: Path) -> list[str]:
    """List the code blocks of a page that are neither run nor marked with why they are not."""
    return [
        match["info"]
        for match in _FENCE.finditer(f"\n{path.read_text('utf-8')}")
        if match["info"] not in RUN and not _DIRECTIVE.fullmatch(match["info"]) and not _NOT_RUN.match(match["before"])
    ]


def _run_commands(example: Example) -> str | None:
    """Run each line that begins with a dollar in a shell, and compare what it prints with what is shown below it."""
    checker = doctest.OutputChecker()
    for session in re.split(r"^\$ ", str(example.parsed), flags=re.MULTILINE)[1:]:
        command, _, shown = re.sub(r"\\\n", "", session).partition("\n")
        printed = _output_of(command)
        if not checker.check_output(shown, printed, _ELLIPSIS):
            return f"$ {command}\n{checker.output_difference(doctest.Example(command, shown), printed, _ELLIPSIS)}"
    return None


def _output_of(command: str) -> str:
    """Run a command as a reader would, in a terminal of 100 columns without colours and with this Python's programs."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**inherited, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100", "CI": "true", "PYTHONUTF8": "1"}
    ended = subprocess.run(
        ["bash", "-c", command],  # noqa: S607 - the shell of whoever runs the tests
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ended.stdout


def _read_json(example: Example) -> None:
    json.loads(str(example.parsed))


def _write_file(example: Example) -> None:
    path = Path(example.region.lexemes["options"]["caption"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(example.parsed), "utf-8")


def _files(document: Document) -> Iterable[Region]:
    """Find the blocks with a caption: files that the reader writes, and that later commands of the page need."""
    for region in DirectiveLexer("code-block", "python")(document):
        region.parsed = region.lexemes["source"]
        region.evaluator = _write_file
        yield region


_PARSERS: Final = (
    PythonCodeBlockParser(doctest_optionflags=_ELLIPSIS),
    CodeBlockParser("console", _run_commands),
    CodeBlockParser("json", _read_json),
    _files,
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture
def _reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand in a folder with the examples, from which modules are imported; those that a page wrote are forgotten."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name, module in [*sys.modules.items()]:
        if str(getattr(module, "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.mark.parametrize("path", [*PAGES, *DOCSTRINGS], ids=_name)
@pytest.mark.usefixtures("_reader")
def test_every_block_runs(path: Path) -> None:
    """The blocks of a page run one after the other, and print what the page shows."""
    for example in parse(path).examples():
        example.evaluate()


@pytest.mark.parametrize("path", [page for page in PAGES if page.name != "README.md"], ids=_name)
def test_what_is_not_run_is_marked(path: Path) -> None:
    """A block that is not run has a comment above it that says why; the README's are run by `.ci/run`."""
    assert unmarked(path) == []


@pytest.mark.parametrize(
    "block",
    [
        "```python\n>>> 1 + 1\n3\n```\n",
        "```python\nassert 1 + 1 == 3\n```\n",
        "```console\n$ echo two\nthree\n```\n",
        "```json\n{1: 1}\n```\n",
        "```{code-block} python\n:caption: two.py\n\nN = 2\n```\n\n```python\n>>> import two\n>>> two.N\n3\n```\n",
    ],
)
@pytest.mark.usefixtures("_reader")
def test_what_is_not_so_is_noticed(block: str, tmp_path: Path) -> None:
    """A block that fails, or prints something else, fails the test of its page."""
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n{block}", "utf-8")
    *before, last = parse(page).examples()
    for example in before:
        example.evaluate()
    with pytest.raises((AssertionError, ValueError)):
        last.evaluate()


def test_what_is_neither_run_nor_marked_is_noticed(tmp_path: Path) -> None:
    """Only what is run, what Sphinx reads and what says why it is not run passes."""
    page = tmp_path / "page.md"
    page.write_text("```sh\ncurl\n```\n\n% not run: needs a server\n```sh\ncurl\n```\n\n```py\n1 / 0\n```\n", "utf-8")
    assert unmarked(page) == ["sh", "py"]
