"""The code and the commands of the README work, and print what it shows."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Final

import pytest

from twenty_opportunity.cli import main

pytest_plugins = ["pytester"]

ROOT: Final = Path(__file__).parents[2]
README: Final = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(autouse=True)
def _root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run everything in the root of the repository, as the README says."""
    monkeypatch.chdir(ROOT)


def blocks(language: str) -> list[str]:
    """Return the code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_code_prints_what_is_shown() -> None:
    """Every statement of the README prints the output below it."""
    code, _ = blocks("python")
    example = doctest.DocTestParser().get_doctest(code, {}, "README.md", "README.md", 0)
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0


def test_example_tests_pass(pytester: pytest.Pytester) -> None:
    """The tests of the README pass in a separate project."""
    _, tests = blocks("python")
    pytester.makepyfile(tests)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=3)


def test_command_prints_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Validating the invalid examples prints exactly the output in the README."""
    (session,) = blocks("console")
    command, _, shown = session.partition("\n")
    main(command.removeprefix("$ twenty-opportunity ").split())
    assert "".join(capsys.readouterr()) == shown


def test_commands() -> None:
    """One command installs the package and validates the examples, the other installs and runs the tests."""
    install, test = blocks("sh")
    files = "examples/opportunity.json examples/opportunities.jsonl"
    assert install == f'pip install ".[cli]" && twenty-opportunity validate {files}\n'
    assert test == 'pip install -e ".[test]" && pytest\n'


def test_examples_are_valid(capsys: pytest.CaptureFixture[str]) -> None:
    """The first command succeeds."""
    assert main(["validate", "examples/opportunity.json", "examples/opportunities.jsonl"]) == 0
    assert capsys.readouterr().out.endswith(" valid, 0 invalid, 0 unreadable\n")
