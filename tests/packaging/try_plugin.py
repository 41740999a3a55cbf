"""
Run the tests of a small project with the pytest plugin, where only pytest and the package are installed.

If pytest-xdist and coverage are installed, the tests also run with each of them. Exits with 1 if a run has another
result than expected.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = {
    "conftest.py": """
import pytest
from twenty_opportunity import SERVER

@pytest.fixture(scope="session")
def opportunity_profile():
    return SERVER
""",
    "test_project.py": """
import sys
from twenty_opportunity import SERVER, Amount, Stage
from twenty_opportunity.matchers import IsOpportunity

def test_record(make_opportunity):
    record = make_opportunity(stage=Stage.NEW, amount=Amount.of("10", "USD"))
    assert record == IsOpportunity(stage="NEW", amount=Amount.of("10", "USD"))
    assert SERVER.loads(SERVER.dumps(record)) == record

def test_document(make_opportunity):
    assert make_opportunity.document(stage="WON") == IsOpportunity(stage="WON")

def test_wrong(make_opportunity):
    assert make_opportunity.document(closeDate="tomorrow") == IsOpportunity(stage="LOST")
""",
}
RUNS = {
    "plain": (None, ["-m", "pytest"]),
    "pytest-xdist": ("xdist", ["-m", "pytest", "-p", "xdist", "-n", "2"]),
    "coverage": ("coverage", ["-m", "coverage", "run", "-m", "pytest"]),
}
EXPECTED = ["1 failed, 2 passed", "/closeDate: ", "/stage: is ", "expected 'LOST'"]


def main() -> int:
    """Run the tests of the project in each way; return 1 if a run has another result than expected."""
    failed = 0
    for name, (needed, arguments) in RUNS.items():
        if needed and importlib.util.find_spec(needed) is None:
            continue
        output = run([sys.executable, "-W", "error", *arguments, "-p", "no:cacheprovider"])
        missing = [text for text in EXPECTED if text not in output]
        if missing:
            failed = 1
            print(f"{output}\n{name}: the output lacks {missing}", file=sys.stderr)  # noqa: T201 - the script's output
    return failed


def run(command: list[str]) -> str:
    """Run a command in a folder with the files of the project."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in PROJECT.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
