"""`convert` loses nothing, tells what has no cell, and writes a whole file or none."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity.cli import main
from twenty_opportunity.tables import count_rows, from_parquet

EXAMPLES = Path(__file__).parents[2] / "examples"
METADATA = EXAMPLES / "workspace" / "metadata.json"
PAGE = json.loads((EXAMPLES / "workspace" / "page.json").read_text("utf-8"))
RECORDS = PAGE["data"]["opportunities"]
VALID: dict[str, Any] = json.loads((EXAMPLES / "opportunity.json").read_bytes())
PRIVATE = "Project Nightingale"


def run(capfdbinary: pytest.CaptureFixture[bytes], *arguments: object) -> tuple[int, str, str]:
    """Run the command; give its status, its output and its complaints."""
    status = main(["convert", *map(str, arguments)])
    output, complaints = capfdbinary.readouterr()
    return status, output.decode(), complaints.decode()


def write(path: Path, *records: Any) -> Path:
    """Write records as JSON Lines."""
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), "utf-8")
    return path


def read(path: Path) -> list[Any]:
    """Read a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl", "PARQUET"])
def test_records_come_back(suffix: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A workspace's records, from the page that its server sends, through every form and back."""
    table, back = tmp_path / f"deals.{suffix}", tmp_path / "back.ndjson"
    source = tmp_path / "page.json"
    source.write_text(json.dumps(PAGE), "utf-8")
    assert run(capfdbinary, source, table, "-p", METADATA)[0] == 0
    assert run(capfdbinary, table, back, "-p", METADATA)[0] == 0
    assert read(back) == RECORDS
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["page.json", table.name, "back.ndjson"])


def test_what_is_kept_apart_is_told(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """How many nulls, empty texts and undescribed members there are, and each value that has no cell."""
    odd = {**VALID, "name": "", "deletedAt": None, "strange": PRIVATE, "createdAt": "2026-12-31T23:59:60Z"}
    source = write(tmp_path / "deals.jsonl", odd, *[{**VALID, "position": 10**30}] * 25)
    status, output, complaints = run(capfdbinary, source, tmp_path / "deals.csv")
    assert (status, output) == (0, "")
    lines = complaints.splitlines()
    assert lines[0] == "row 1:/createdAt: the column createdAt cannot hold the value; it is in _extra only"
    assert len(lines) == 22
    assert lines[-1].startswith("what the columns cannot hold is in _extra: 1 empty text, 26 no value for its column, ")
    assert "1 undescribed" in lines[-1]
    assert PRIVATE not in complaints


def test_pipes_work_both_ways(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dash is the standard input or output, JSON Lines unless something else is said."""
    assert run(capfdbinary, write(tmp_path / "a.jsonl", VALID), "-")[:2] == (
        0,
        f"{json.dumps(VALID, separators=(',', ':'))}\n",
    )
    status, text, _ = run(capfdbinary, tmp_path / "a.jsonl", "-", "--to", "csv")
    assert status == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run(capfdbinary, "-", tmp_path / "b.jsonl", "--from", "csv")[0] == 0
    assert read(tmp_path / "b.jsonl") == [VALID]


def test_compressed_files_are_read(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """The name before .gz tells what it is; ids can be text."""
    source, target = tmp_path / "deals.jsonl.gz", tmp_path / "deals.parquet"
    source.write_bytes(gzip.compress(json.dumps(VALID).encode()))
    assert run(capfdbinary, source, target, "--ids", "text")[0] == 0
    with target.open("rb") as file:
        assert [*from_parquet(file)] == [VALID]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_with_a_finding_nothing_is_written(
    suffix: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """All findings are counted, with file, line and pointer and without values; what was there before stays."""
    source = write(tmp_path / "deals.jsonl", VALID, {**VALID, "stage": PRIVATE}, {**VALID, "name": 5})
    target = tmp_path / f"deals_too.{suffix}"
    target.write_text("as it was", "utf-8")
    status, output, complaints = run(capfdbinary, source, target)
    assert (status, output) == (1, "")
    first, second, last = complaints.splitlines()
    assert first.startswith(f"{source}:2:/stage: ")
    assert second.startswith(f"{source}:3:/name: ")
    assert last == "2 invalid, 0 unreadable: nothing is written (see --skip-invalid)"
    assert PRIVATE not in complaints
    assert target.read_text("utf-8") == "as it was"
    assert len([*tmp_path.iterdir()]) == 2


def test_findings_can_be_left_out(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """With --skip-invalid the rest is written; values are shown where that is asked for; unreadable is status 2."""
    source = write(tmp_path / "deals.jsonl", VALID, {**VALID, "stage": PRIVATE})
    target = tmp_path / "deals.csv"
    status, _, complaints = run(capfdbinary, source, target, "--skip-invalid", "--show-values")
    assert status == 1
    assert PRIVATE in complaints
    assert "1 record in" in complaints
    with source.open("a", encoding="utf-8") as file:
        file.write("{\n")
    status, _, complaints = run(capfdbinary, source, tmp_path / "again.jsonl", "--skip-invalid")
    assert status == 2
    assert f"{source}:3" in complaints
    assert read(tmp_path / "again.jsonl") == [VALID]


def test_many_findings_are_not_all_listed(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """After twenty records that are wrong the rest is only counted."""
    source = write(tmp_path / "deals.jsonl", *[{**VALID, "stage": "X"}] * 30)
    _, _, complaints = run(capfdbinary, source, tmp_path / "deals.csv")
    assert len(complaints.splitlines()) == 22
    assert complaints.splitlines()[-1].startswith("30 invalid")


@pytest.mark.parametrize("options", [[], ["--show-values"]])
def test_changed_rows_are_held_against_the_profile(
    options: list[str], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A cell that is no longer valid, and one that is none of its kind, are findings of their row."""
    table = tmp_path / "deals.csv"
    run(capfdbinary, write(tmp_path / "deals.jsonl", *[VALID] * 3), table)
    header, first, second, third = table.read_text("utf-8").splitlines()
    stage, number = VALID["stage"], str(VALID["id"])
    changed = [header, first.replace(f",{stage},", f",{PRIVATE},"), second.replace(number, PRIVATE), third]
    table.write_text("\n".join(changed), "utf-8")
    status, output, complaints = run(capfdbinary, table, "-", "--skip-invalid", *options)
    assert (status, [json.loads(line) for line in output.splitlines()]) == (1, [VALID])
    assert f"{table}:row 1:/stage: " in complaints
    assert f"{table}:row 2:/id: the column id holds not a uuid" in complaints
    assert (PRIVATE in complaints) == bool(options)


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("deals.xlsx", "deals.csv", "the name does not tell"),
        ("deals.jsonl", "deals", "the name does not tell"),
        ("missing.csv", "deals.jsonl", "No such file"),
        ("other.csv", "deals.jsonl", "the profile has no columns strange"),
        ("deals.jsonl", "nowhere/deals.csv", "No such file"),
    ],
)
def test_what_cannot_be_done_is_said(
    source: str, target: str, said: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """One sentence, status 2, and no file."""
    write(tmp_path / "deals.jsonl", VALID)
    (tmp_path / "other.csv").write_text("strange\n1\n", "utf-8")
    status, output, complaints = run(capfdbinary, tmp_path / source, tmp_path / target)
    assert (status, output) == (2, "")
    assert said in complaints
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deals.jsonl", "other.csv"]


BROKEN: dict[str, tuple[bytes, str]] = {
    "deals.parquet": (b"PAR1", ":1: it is no Parquet file"),
    "deals.csv": (b"strange\n1\n", ":1: the profile has no columns strange"),
    "half.csv": (b'id,name\n,A\n,"B', ":row 2: it is no CSV in UTF-8"),
    "missing.csv": (b"", ":1: No such file or directory"),
    "missing.parquet": (b"", ":1: No such file or directory"),
    "missing.jsonl": (b"", ":1: No such file or directory"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_a_finding_of_its_file(
    name: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """It is the file to be read that is named, its row where some could be read, and machines are told, too."""
    data, said = BROKEN[name]
    source = tmp_path / name
    if data:
        source.write_bytes(data)
    status, output, complaints = run(capfdbinary, source, tmp_path / "out.jsonl")
    assert (status, output) == (2, "")
    assert f"{source}{said}" in complaints
    assert "out.jsonl" not in complaints
    assert not (tmp_path / "out.jsonl").exists()
    status, output, _ = run(capfdbinary, source, tmp_path / "out.jsonl", "--format", "sarif")
    (unreadable,) = [
        result["message"]["text"]
        for result in json.loads(output)["runs"][0]["results"]
        if result["ruleId"] == "unreadable"
    ]
    assert status == 2
    assert said.partition(": ")[2] in unreadable


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_findings_are_told_to_machines(form: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """In another format than text all findings and the counts are on standard output, and no value of a field."""
    source = write(tmp_path / "deals.jsonl", VALID, *[{**VALID, "stage": PRIVATE}] * 25, {**VALID, "name": 5})
    status, output, complaints = run(capfdbinary, source, tmp_path / "deals.csv", "--skip-invalid", "--format", form)
    assert (status, PRIVATE in output + complaints, "/stage" in complaints) == (1, False, False)
    assert output.count("is not a stage") == 25
    last = output.splitlines()[-1]
    if form == "json":
        assert json.loads(last) == {"summary": {"valid": 1, "invalid": 26, "unreadable": 0, "violations": 26}}
    elif form == "github":
        assert output.startswith(f"::error file={source},line=2,title=enum::/stage: ")
        assert last == "::notice title=twenty-opportunity::1 valid, 26 invalid (26 violations), 0 unreadable"
    else:
        assert len(json.loads(output)["runs"][0]["results"]) == 26


def test_findings_for_machines_stay_out_of_records(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Where records go to standard output, what is found goes to standard error, and nothing else does."""
    table = tmp_path / "deals.csv"
    run(capfdbinary, write(tmp_path / "deals.jsonl", VALID, VALID), table)
    table.write_text(table.read_text("utf-8").replace(str(VALID["id"]), PRIVATE, 1), "utf-8")
    status, output, complaints = run(capfdbinary, table, "-", "--skip-invalid", "-f", "json")
    assert (status, [json.loads(line) for line in output.splitlines()]) == (1, [VALID])
    finding, summary = [json.loads(line) for line in complaints.splitlines()]
    assert (finding["line"], finding["pointer"], finding["keyword"]) == (1, "/id", "column")
    assert summary["summary"]["valid"] == 1
    status, output, complaints = run(capfdbinary, table, "-", "-f", "json")
    assert (status, output) == (1, "")
    assert json.loads(complaints.splitlines()[-1])["summary"] == {**summary["summary"], "invalid": 1}


def test_rows_are_counted_where_they_are(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A Parquet file says how many rows it has; what is none says nothing, and is refused when it is read."""
    table, other = tmp_path / "deals.parquet", tmp_path / "other.parquet"
    run(capfdbinary, write(tmp_path / "deals.jsonl", *[VALID] * 3), table)
    other.write_bytes(b"PAR1")
    assert [count_rows(file) for file in (table, other, tmp_path / "gone")] == [3, None, None]


def test_folders_and_documents_of_a_named_form_are_read(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A folder of JSON is one source; --as says what documents are, and a form that there is not is refused."""
    folder, target = tmp_path / "deals", tmp_path / "deals.csv"
    folder.mkdir()
    write(folder / "a.jsonl", VALID)
    (folder / "b.json").write_text(json.dumps({"data": {"opportunities": [VALID]}}), "utf-8")
    status, _, complaints = run(capfdbinary, folder, target)
    assert (status, complaints.splitlines()[0]) == (0, f"2 records in {target}, 0 invalid and 0 unreadable left out")
    status, _, complaints = run(capfdbinary, folder / "b.json", target, "--as", "page")
    assert (status, complaints.splitlines()[0]) == (0, f"1 record in {target}, 0 invalid and 0 unreadable left out")
    assert run(capfdbinary, folder / "a.jsonl", target, "--as", "page")[0] != 0
    status, _, complaints = run(capfdbinary, folder, target, "--as", "book")
    assert (status, "book is no form" in complaints) == (2, True)
