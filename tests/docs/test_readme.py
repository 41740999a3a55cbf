"""The README says nothing that is not so: its code runs, its output is what comes out, its commands are meant."""

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
SCREEN: Final = 50  # lines


@pytest.fixture(autouse=True)
def _root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run everything where the README says: in a clone of the repository."""
    monkeypatch.chdir(ROOT)


def blocks(language: str) -> list[str]:
    """List the code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_code_does_what_is_shown() -> None:
    """Every statement of the README prints what the README shows below it."""
    code, _ = blocks("python")
    example = doctest.DocTestParser().get_doctest(code, {}, "README.md", "README.md", 0)
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0


def test_the_tests_pass(pytester: pytest.Pytester) -> None:
    """The tests of the README, with a valid document, a wrong one and a fixture, pass in a project of their own."""
    _, tests = blocks("python")
    pytester.makepyfile(tests)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=3)


def test_the_command_prints_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The wrong examples give the output, to the letter, that the README shows."""
    (session,) = blocks("console")
    command, _, shown = session.partition("\n")
    main(command.removeprefix("$ twenty-opportunity ").split())
    assert capsys.readouterr().out == shown


def test_there_are_two_commands() -> None:
    """One command line installs the package and validates the examples, one installs what tests need and runs them."""
    install, test = blocks("sh")
    assert install == 'pip install ".[cli]" && twenty-opportunity validate examples/\n'
    assert test == 'pip install -e ".[test]" && pytest\n'


def test_the_examples_are_valid(capsys: pytest.CaptureFixture[str]) -> None:
    """Who runs the first command sees it succeed."""
    assert main(["validate", "examples/"]) == 0
    assert capsys.readouterr().out.endswith(" valid, 0 invalid, 0 unreadable\n")


def test_it_fits_two_screens() -> None:
    """The README is as short as it has to be."""
    assert len(README.splitlines()) <= 2 * SCREEN
