"""`validate` reports each violation with file, line and pointer, and counts the records."""

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
    """Run the command; return its status, the lines of its output, and its messages."""
    status = main(["validate", *map(str, paths)])
    output, complaints = capsys.readouterr()
    return status, output.splitlines(), complaints


@pytest.mark.parametrize("text", [json.dumps(VALID), f"[{json.dumps(VALID)}]"], ids=["record", "array"])
def test_record_or_array(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """A .json file has a record or an array of records."""
    file = tmp_path / "deals.json"
    file.write_text(text, "utf-8")
    assert validate(capsys, file) == (0, ["1 valid, 0 invalid, 0 unreadable"], "")


def test_violation_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each violation is a line with file, line, pointer and message; blank lines are skipped."""
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


def test_line_of_a_property(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line is that of the wrong property, or of the object that lacks it."""
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


def test_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder means the files in it and its subfolders, except hidden folders."""
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


def test_folder_without_permission(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A subfolder that cannot be listed is unreadable, and not skipped."""
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


def test_missing_files_do_not_stop_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file and an empty folder are reported, and the rest is validated."""
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


def test_malformed_line_does_not_stop_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A truncated line is unreadable, and the next line is validated."""
    file = tmp_path / "deals.jsonl"
    file.write_text(lines([VALID]) + json.dumps(VALID)[:40] + "\n" + lines([VALID]), "utf-8")
    status, output, complaints = validate(capsys, file)
    assert (status, output) == (2, ["2 valid, 0 invalid, 1 unreadable"])
    assert complaints.startswith(f"{file}:2: ")


@pytest.mark.parametrize(
    ("text", "line"), [('{\n"stage":\nNEW}', 3), ("[\n{\n\n", "2:/0"), ("[" * 9999, "1:/0"), ("", 1)]
)
def test_line_of_malformed_json(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, line: int | str) -> None:
    """The message names the line at which the JSON is malformed."""
    file = tmp_path / "deals.json"
    file.write_text(text, "utf-8")
    status, _, complaints = validate(capsys, file)
    assert status == 2
    assert complaints.startswith(f"{file}:{line}: ")


def test_exit_statuses_are_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    """The help lists the exit statuses."""
    assert main(["--help"]) == 0
    assert "Exit status" in capsys.readouterr().out


def test_max_record_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A record above --max-record-size is unreadable, and the others are validated."""
    file = tmp_path / "deals.jsonl"
    file.write_text(lines([{**VALID, "name": "x" * 5000}, VALID]), "utf-8")
    assert main(["validate", str(file), "--max-record-size", "4096"]) == 2
    output, complaints = capsys.readouterr()
    assert output == "1 valid, 0 invalid, 1 unreadable\n"
    assert complaints.startswith(f"{file}:1: ")
    assert main(["validate", str(file)]) == 0


def test_partial(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--partial accepts any subset of the properties, and still validates each of them."""
    file = tmp_path / "deals.jsonl"
    file.write_text(lines([{"name": "Larch"}, {"stage": "NEW", "id": VALID["id"]}, {}]), "utf-8")
    for option in (["--partial"], ["--as", "partial"], ["--partial", "--as", "partial"]):
        for profile in ("published", "server"):
            assert main(["validate", "-p", profile, str(file), *option]) == 0
    assert main(["validate", str(file)]) == 1
    file.write_text(lines([{"name": 7}]), "utf-8")
    assert main(["validate", str(file), "--partial"]) == 1
    capsys.readouterr()
    assert main(["validate", str(file), "--partial", "--as", "page"]) == 2
    assert "only records can be partial" in capsys.readouterr().err
