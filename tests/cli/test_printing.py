"""Findings come out for people, for programs, for GitHub and for SARIF, without values unless asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity.cli import main

RECORD: dict[str, Any] = json.loads((Path(__file__).parents[2] / "examples" / "opportunity.json").read_bytes())


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write a record with a violation and a text that cannot be read."""
    monkeypatch.chdir(tmp_path)
    name = "a,b.jsonl"
    Path(name).write_text(json.dumps(RECORD | {"stage": "SECRET"}) + "\n{\n", "utf-8")
    return name


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Run the command; give the lines of its output."""
    assert main(["validate", *arguments]) == 2
    output = capsys.readouterr().out
    assert ("SECRET" in output) == ("--show-values" in arguments)
    return output.splitlines()


def test_json_is_an_object_a_line(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings are objects; the last has the counts, or the whole summary where it is asked for."""
    wrong, unreadable, last = map(json.loads, run(capsys, file, "--format", "json", "--show-values"))
    assert (wrong["file"], wrong["line"], wrong["pointer"], wrong["keyword"]) == (file, 1, "/stage", "enum")
    assert (unreadable["line"], unreadable["unreadable"]) == (2, True)
    assert last == {"summary": {"valid": 0, "invalid": 1, "unreadable": 1, "violations": 1}}
    *_, text = run(capsys, file, "--format", "json", "--summary")
    assert json.loads(text)["summary"]["groups"][0]["count"] == 1


def test_github_annotates_lines(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings are workflow commands, in which a comma in a name is no separator."""
    wrong, unreadable, last = run(capsys, file, "--format", "github")
    assert wrong.startswith("::error file=a%2Cb.jsonl,line=1,title=enum::/stage: this string is not")
    assert unreadable.startswith("::error file=a%2Cb.jsonl,line=2,title=unreadable::Input data was truncated")
    assert last == "::notice title=twenty-opportunity::0 valid, 1 invalid (1 violation), 1 unreadable"


def test_sarif_is_one_document(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Results have a rule and a place, and the driver lists the rules."""
    (text,) = run(capsys, file, "--format", "sarif")
    document = json.loads(text)
    (found,) = document["runs"]
    assert document["version"] == "2.1.0"
    assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == ["enum", "unreadable"]
    place = found["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": file}, "region": {"startLine": 1}}


def test_a_summary_lists_the_kinds(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The kinds of violations are listed with their numbers; so many findings are printed as are wanted."""
    assert run(capsys, file, "--summary", "--max-errors", "0") == [
        "        1  /stage  enum",
        "0 valid, 1 invalid (1 violation), 1 unreadable",
    ]
