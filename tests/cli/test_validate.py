"""The command line says which record of which file is wrong, on which line and why, and its status sums it up."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity.cli import main
from twenty_opportunity.errors import SERVER_HINT

EXAMPLES = Path(__file__).parents[2] / "examples"
VALID: dict[str, Any] = json.loads((EXAMPLES / "opportunity.json").read_bytes())
INVALID = {**VALID, "stage": "LEAD"}


def lines(records: list[dict[str, Any]]) -> str:
    """Write records as JSON Lines."""
    return "".join(f"{json.dumps(record)}\n" for record in records)


def validate(capsys: pytest.CaptureFixture[str], *paths: Path) -> tuple[int, list[str], str]:
    """Run the command; give its exit status, the lines of its output, and its complaints."""
    status = main(["validate", *map(str, paths)])
    output, complaints = capsys.readouterr()
    return status, output.splitlines(), complaints


@pytest.mark.parametrize("text", [json.dumps(VALID), f"[{json.dumps(VALID)}]"], ids=["record", "array"])
def test_a_json_file_holds_a_record_or_an_array(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """A valid record, alone or in an array, is counted, and the status is 0."""
    file = tmp_path / "deals.json"
    file.write_text(text, "utf-8")
    assert validate(capsys, file) == (0, ["1 valid, 0 invalid, 0 unreadable"], "")


def test_a_violation_is_a_line_with_file_line_pointer_and_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every violation of a record has a line of its own; blank lines are no records; the status is 1."""
    file = tmp_path / "deals.jsonl"
    file.write_text(lines([VALID]) + "\r\n" + lines([{**INVALID, "closeDate": "soon"}]), "utf-8")
    status, output, complaints = validate(capsys, file)
    assert (status, complaints) == (1, "")
    assert sorted(line.split(": ")[0] for line in output[:-1]) == [f"{file}:3:/closeDate", f"{file}:3:/stage"]
    assert "PROPOSAL" in next(line for line in output if "/stage" in line)
    assert output[-1] == "1 valid, 1 invalid (2 violations), 0 unreadable"


TEXT = r"""
[
  {"id": "5c222222-0000-0000-0000-000000000003", "createdAt": "2026-03-01T08:00:00Z",
   "updatedAt": "2026-03-01T08:00:00Z", "name": "A \"b\\\" {[", "stage": "NEW"},
  {
    "id": "5c222222-0000-0000-0000-000000000003",
    "createdAt": "2026-03-01T08:00:00Z",
    "stage": "NEW",
    "tags": [1, [true, null], {"a/b": "}"}],
    "amount": {
      "currencyCode": "USD",
      "currencyCode": "usd",
      "amountMicros": -1.5e1
    },
    "stage": "WON"
  },
  7,
  {"updatedAt": "yesterday"}
]
"""


def test_a_violation_is_on_the_line_of_the_member_at_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a file of many lines the line is the member's; what is missing is missing on the line its object begins on."""
    file = tmp_path / "deals.json"
    file.write_text(TEXT, "utf-8")
    status, output, _ = validate(capsys, file)
    places = {line.removeprefix(f"{file}:").split(": ")[0] for line in output[:-1]}
    assert status == 1
    assert places == {
        "5:/1/name",
        "5:/1/updatedAt",
        "12:/1/amount/currencyCode",
        "15:/1/stage",
        "17:/2",
        "18:/3/createdAt",
        "18:/3/id",
        "18:/3/name",
        "18:/3/stage",
        "18:/3/updatedAt",
    }
    assert output[-1] == "1 valid, 3 invalid (10 violations), 0 unreadable"


def test_a_folder_means_the_files_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON files of a folder and its subfolders are validated in the order of their names, hidden folders aside."""
    (tmp_path / "b.json").write_text(json.dumps(INVALID), "utf-8")
    (tmp_path / "a.jsonl").write_text(lines([VALID, INVALID]), "utf-8")
    (tmp_path / "notes.txt").write_text("not JSON", "utf-8")
    (tmp_path / "old" / "inner").mkdir(parents=True)
    (tmp_path / "old" / "inner" / "c.json").write_text(json.dumps(INVALID), "utf-8")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "d.json").write_text("not JSON", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path)
    status, output, _ = validate(capsys, tmp_path)
    assert status == 1
    assert [line.split(":/stage")[0] for line in output[:-1]] == [
        f"{tmp_path / 'a.jsonl'}:2",
        f"{tmp_path / 'b.json'}:1",
        f"{tmp_path / 'old' / 'inner' / 'c.json'}:1",
    ]
    assert output[-1] == "1 valid, 3 invalid (3 violations), 0 unreadable"


def test_a_folder_that_cannot_be_listed_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A subfolder without permission is unreadable, and never skipped in silence."""
    (tmp_path / "a.jsonl").write_text(lines([VALID]), "utf-8")
    (tmp_path / "sub").mkdir()
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if Path(path).name == "sub":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    status, output, complaints = validate(capsys, tmp_path)
    assert (status, output) == (2, ["1 valid, 0 invalid, 1 unreadable"])
    assert complaints.startswith(f"{tmp_path / 'sub'}:1: ")


def test_what_cannot_be_read_does_not_stop_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file and a folder without files are named, the rest is validated, and the status is 2."""
    file = tmp_path / "deals.json"
    file.write_text(json.dumps(INVALID), "utf-8")
    (tmp_path / "empty").mkdir()
    status, output, complaints = validate(capsys, tmp_path / "gone.json", tmp_path / "empty", file)
    assert status == 2
    assert output[-1] == "0 valid, 1 invalid (1 violation), 2 unreadable"
    assert complaints.splitlines() == [
        f"{tmp_path / 'gone.json'}:1: No such file or directory",
        f"{tmp_path / 'empty'}:1: there is no .json, .jsonl or .ndjson file in this folder",
        SERVER_HINT,
    ]


def test_a_line_that_is_no_json_does_not_stop_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cut-off line is unreadable, the line after it is not, and the complaint says which line it is."""
    file = tmp_path / "deals.jsonl"
    file.write_text(lines([VALID]) + json.dumps(VALID)[:40] + "\n" + lines([VALID]), "utf-8")
    status, output, complaints = validate(capsys, file)
    assert (status, output) == (2, ["2 valid, 0 invalid, 1 unreadable"])
    assert complaints.startswith(f"{file}:2: ")


@pytest.mark.parametrize(
    ("text", "line"), [('{\n"stage":\nNEW}', 3), ("[\n{\n\n", "2:/0"), ("[" * 9999, "1:/0"), ("", 1)]
)
def test_a_file_that_is_no_json_is_unreadable_from_a_line_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, line: int | str
) -> None:
    """The complaint names the line on which a file stops to be JSON."""
    file = tmp_path / "deals.json"
    file.write_text(text, "utf-8")
    status, _, complaints = validate(capsys, file)
    assert status == 2
    assert complaints.startswith(f"{file}:{line}: ")


def test_the_exit_statuses_are_documented(capsys: pytest.CaptureFixture[str]) -> None:
    """Who asks for help reads what each exit status means."""
    assert main(["--help"]) == 0
    assert "Exit status" in capsys.readouterr().out


def test_the_size_of_records_has_a_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A record above --max-record-size is unreadable, and the others are validated."""
    file = tmp_path / "deals.jsonl"
    file.write_text(lines([{**VALID, "name": "x" * 5000}, VALID]), "utf-8")
    assert main(["validate", str(file), "--max-record-size", "4096"]) == 2
    output, complaints = capsys.readouterr()
    assert output == "1 valid, 0 invalid, 1 unreadable\n"
    assert complaints.startswith(f"{file}:1: ")
    assert main(["validate", str(file)]) == 0
