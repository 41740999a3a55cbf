"""The documentation says nothing that is not so: every code block runs, and prints what is shown."""

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
"""The only fence of a block: others are read by Sphinx, and some of them not by what runs the blocks."""
RUN: Final = {"python", "console", "json", "sh", "{code-block} python"}
"""What follows the fence of a block that is run, or held to what it is about."""
DIRECTIVES: Final = {"diagram", "download", "eval-rst", "help", "literalinclude", "refusals", "toctree"}
"""What follows, in braces, the fence of a block that holds no code."""
ENTRIES: Final = {"autoclass", "autodata", "autoexception", "autofunction", "data"}
"""The directives in a block of reStructuredText: entries of the reference, without code."""

_ELLIPSIS: Final = doctest.ELLIPSIS
_OPENING: Final = re.compile(r" *(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>.*)")
_NOT_RUN: Final = re.compile(r"<!-- not run: \S.* -->")
_INDENTED: Final = re.compile(r" {4,}\S| {,3}\t|<(?!!--)")
_FAILURE: Final = re.compile(r"\b[1-9][0-9]* (?:errors?|failed|invalid|unreadable)\b")


@attrs.frozen
class Block:
    """
    What stands between two fences, or what looks like code and does not.

    Attributes:
        fence: The fence; empty where there is none.
        info: What follows it; the line itself where there is none.
        before: The last line above that is not empty.
        lines: What stands within.
    """

    fence: str
    info: str
    before: str
    lines: list[str]


def blocks(text: str) -> Iterator[Block]:
    """Find the blocks of a page, whatever they are fenced with, and what is code without a fence to Markdown."""
    open_block, before, after_gap = None, "", True
    for line in text.splitlines():
        if open_block:
            if line.strip().startswith(open_block.fence) and not line.strip(f"{open_block.fence[0]} "):
                yield open_block
                open_block = None
            else:
                open_block.lines.append(line)
            continue
        if opening := _OPENING.fullmatch(line):
            open_block = Block(opening["fence"], opening["info"].strip(), before, [])
        elif after_gap and _INDENTED.match(line):
            yield Block("", line, before, [])
        before, after_gap = line if line.strip() else before, not line.strip()
    if open_block:
        yield open_block


def unmarked(path: Path) -> list[str]:
    """List the code blocks of a page that are neither run nor marked with why they are not."""
    return [f"{block.fence}{block.info}" for block in blocks(path.read_text("utf-8")) if not _is_known(block)]


def _is_known(block: Block) -> bool:
    if block.fence != FENCE or not block.info:
        return False
    if block.info in RUN or _NOT_RUN.fullmatch(block.before):
        return True
    directive = re.fullmatch(r"\{([a-z-]+)\}.*", block.info)
    is_known = directive is not None and directive[1] in DIRECTIVES
    return is_known and (block.info != "{eval-rst}" or all(map(_is_entry, block.lines)))


def _is_entry(line: str) -> bool:
    """Tell whether a line of reStructuredText is an entry of the reference, an option of one, or what one says."""
    directive = re.match(r"\s*\.\. *([\w-]+)::", line)
    return directive[1] in ENTRIES if directive else not re.search(r"::$|>>>|^\s*\.\.", line)


def parse(path: Path) -> Document:
    """Read a page, or the docstrings of a module."""
    if path.suffix == ".md":
        return Document.parse(str(path), *_PARSERS)
    document = PythonDocStringDocument.parse(str(path), DocTestParser(_ELLIPSIS))
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    document.namespace.update(vars(importlib.import_module(name)))
    return document


def _run_commands(example: Example) -> str | None:
    """
    Run each line that begins with a dollar in a shell, and compare what it prints with what is shown below it.

    A command that fails has to say so in what is shown: by `echo "exit status $?"`, or by a number of what is wrong.
    """
    checker = doctest.OutputChecker()
    nothing, *sessions = re.split(r"^\$ ", str(example.parsed), flags=re.MULTILINE)
    if nothing.strip() or not sessions:
        return f"there is no command, which begins with a dollar, above {nothing!r}"
    for session in sessions:
        command, _, shown = re.sub(r"\\\n", "", session).partition("\n")
        printed, status = _output_of(command)
        if not checker.check_output(shown, printed, _ELLIPSIS):
            return f"$ {command}\n{checker.output_difference(doctest.Example(command, shown), printed, _ELLIPSIS)}"
        if status and not _FAILURE.search(shown):
            return f"$ {command}\nends with status {status}, which is not shown"
    return None


def _output_of(command: str) -> tuple[str, int]:
    """
    Run a command as a reader would, in a terminal of 100 columns without colours and with this Python's programs.

    Hypothesis looks at the health of a test, as it does on a reader's machine, where it would not in CI. What it draws
    is the same in each run, so that what it finds takes no longer in one than in another.
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
        ["bash", "-c", command],  # noqa: S607 - the shell of whoever runs the tests
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ended.stdout, ended.returncode


def _read_json(example: Example) -> None:
    json.loads(str(example.parsed))


def _hold_installation(example: Example) -> str | None:
    """Hold each line of a shell to be an installation of this project, with what it offers."""
    above = [line for line in example.document.text[: example.region.start].splitlines() if line.strip()]
    if _NOT_RUN.fullmatch(above[-1]):
        return None
    for line in str(example.parsed).splitlines():
        # What the README does after it, its own tests hold and `.ci/run` runs.
        command, _, _ = line.partition(" && ") if Path(example.path).name == "README.md" else (line, "", "")
        found = re.fullmatch(
            r'pip install (?:-e )?"?(?P<what>[\w.-]+)(?:\[(?P<extras>[\w,]+)\])?"?(?: --group (?P<group>\w+))?', command
        )
        if not found:
            return f"{line} is neither run nor an installation"
        extras = {*(found["extras"] or "").split(",")} - {""}
        if (
            found["what"] not in {".", PROJECT["project"]["name"]}
            or not extras <= PROJECT["project"]["optional-dependencies"].keys()
        ):
            return f"{line} installs what there is not"
        if found["group"] and found["group"] not in PROJECT["dependency-groups"]:
            return f"{line} names a group that there is not"
    return None


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
    CodeBlockParser("sh", _hold_installation),
    _files,
)


def _travelled(value: Any) -> Any:
    """Give what arrives in another process."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - it was made right here


@attrs.frozen
class Parallel:
    """Stands in for a collection of Spark's."""

    items: list[Any]

    def map(self, function: Callable[[Any], Any]) -> Parallel:
        """Do something with each item, as a worker would."""
        return Parallel([_travelled(function(_travelled(item))) for item in self.items])

    def collect(self) -> list[Any]:
        """Give the items."""
        return self.items


def _stand_ins() -> dict[str, ModuleType]:
    """Make modules with what the pages use of Ray and Spark, which this project does not depend on."""
    ray = ModuleType("ray")
    vars(ray).update(
        put=_travelled,
        remote=lambda function: SimpleNamespace(remote=lambda *given: _travelled(function(*map(_travelled, given)))),
        get=list,
    )
    context = SimpleNamespace(
        broadcast=lambda value: SimpleNamespace(value=_travelled(value)),
        parallelize=lambda items, _: Parallel(items),
    )
    session = SimpleNamespace(builder=SimpleNamespace(getOrCreate=lambda: SimpleNamespace(sparkContext=context)))
    pyspark, sql = ModuleType("pyspark"), ModuleType("pyspark.sql")
    vars(sql).update(SparkSession=session)
    return {"ray": ray, "pyspark": pyspark, "pyspark.sql": sql}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture
def _reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand in a folder with the examples, from which modules are imported; those that a page wrote are forgotten."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for name, module in _stand_ins().items():
        monkeypatch.setitem(sys.modules, name, module)
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


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_what_is_not_run_is_marked(path: Path) -> None:
    """A block that is not run has a comment above it that says why."""
    assert unmarked(path) == []


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_what_is_marked_as_run_is_found(path: Path) -> None:
    """What finds blocks to run finds each that a reader sees as such: none is passed over."""
    seen = [block for block in blocks(path.read_text("utf-8")) if block.info in RUN]
    whole = [example.region.start for example in parse(path).examples()]
    openings = {path.read_text("utf-8").rfind(FENCE, 0, start + 4) for start in whole}
    assert len(openings) == len(seen)


@pytest.mark.parametrize(
    "block",
    [
        "```python\n>>> 1 + 1\n3\n```\n",
        "```python\nassert 1 + 1 == 3\n```\n",
        "```console\n$ echo two\nthree\n```\n",
        "```console\n$ false\n```\n",
        '```console\n$ echo "0 invalid"; false\n0 invalid\n```\n',
        "```console\necho two\n```\n",
        "```console\nthree\n$ echo two\ntwo\n```\n",
        "```json\n{1: 1}\n```\n",
        "```sh\npip install twenty-opportunities\n```\n",
        '```sh\npip install "twenty-opportunity[parquet]"\n```\n',
        '```sh\npip install -e ".[test]" --group developers\n```\n',
        "```sh\nrm -r examples\n```\n",
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


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("```sh\npip install twenty-opportunity\n```\n", []),
        ("<!-- not run: needs a server -->\n```curl\n```\n\n<!-- not run: -->\n```curl\n```\n", ["```curl"]),
        ("```py\n1 / 0\n```\n", ["```py"]),
        ("Not fenced, but text.\n    It goes on.\n", []),
        ("```\n1 / 0\n```\n", ["```"]),
        ("<!-- not run: a reason -->\n```\n1 / 0\n```\n", ["```"]),
        (":::{code-block} python\n1 / 0\n:::\n", [":::{code-block} python"]),
        ("~~~python\n1 / 0\n~~~\n", ["~~~python"]),
        ("````markdown\n```python\n1 / 0\n```\n````\n", ["````markdown"]),
        ("Text:\n\n    1 / 0\n", ["    1 / 0"]),
        ("<pre>1 / 0</pre>\n", ["<pre>1 / 0</pre>"]),
        ("```{sourcecode} python\n1 / 0\n```\n", ["```{sourcecode} python"]),
        ("```{doctest}\n>>> 1 / 0\n```\n", ["```{doctest}"]),
        ("```{eval-rst}\n.. code-block:: python\n\n   1 / 0\n```\n", ["```{eval-rst}"]),
        ("```{eval-rst}\n.. data:: N\n\n   So:\n\n   >>> 1 / 0\n```\n", ["```{eval-rst}"]),
        ("```{eval-rst}\n.. data:: N\n\n   So::\n\n      1 / 0\n```\n", ["```{eval-rst}"]),
        ("```{eval-rst}\n.. data:: N\n   :type: int\n\n   A number.\n```\n", []),
        ("```python\n1\n```\n```py\n1 / 0\n", ["```py"]),
    ],
)
def test_what_is_neither_run_nor_marked_is_noticed(page: str, found: list[str], tmp_path: Path) -> None:
    """Only what is run, what holds no code and what says why it is not run passes, however a block is written."""
    file = tmp_path / "page.md"
    file.write_text(page, "utf-8")
    assert unmarked(file) == found
