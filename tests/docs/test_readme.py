"""The tests and the commands of the README work; `test_code_blocks` runs its other blocks."""

from __future__ import annotations

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


def test_example_tests_pass(pytester: pytest.Pytester) -> None:
    """The tests of the README pass in a separate project."""
    *_, tests = blocks("python")
    pytester.makepyfile(tests)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=3)


def test_commands() -> None:
    """One command installs the package, one validates the examples in a clone, and one runs the tests."""
    package, install, test = blocks("sh")
    files = "examples/opportunity.json examples/opportunities.jsonl"
    assert package == "pip install twenty-opportunity\n"
    assert install == f'pip install ".[cli]" && twenty-opportunity validate {files}\n'
    assert test == 'pip install -e ".[test]" && pytest\n'


def test_examples_are_valid(capsys: pytest.CaptureFixture[str]) -> None:
    """The first command succeeds."""
    assert main(["validate", "examples/opportunity.json", "examples/opportunities.jsonl"]) == 0
    assert capsys.readouterr().out.endswith(" valid, 0 invalid, 0 unreadable\n")
