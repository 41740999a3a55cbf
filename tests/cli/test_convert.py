"""`convert` loses nothing, reports values without a cell, and writes a whole file or none."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from twenty_opportunity.bulk import Entry, Finding
from twenty_opportunity.cli import convert as module
from twenty_opportunity.cli import main
from twenty_opportunity.errors import SERVER_HINT, Violation
from twenty_opportunity.tables import count_rows, from_parquet
from twenty_opportunity.values.json_text import encode_sound

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[2] / "examples"
METADATA = EXAMPLES / "workspace" / "metadata.json"
PAGE = json.loads((EXAMPLES / "workspace" / "page.json").read_text("utf-8"))
RECORDS = PAGE["data"]["opportunities"]
VALID: dict[str, Any] = json.loads((EXAMPLES / "opportunity.json").read_bytes())
PRIVATE = "Project Nightingale"


def run(capfdbinary: pytest.CaptureFixture[bytes], *arguments: object) -> tuple[int, str, str]:
    """Run the command; return its status, its output and its messages."""
    status = main(["convert", *map(str, arguments)])
    output, complaints = capfdbinary.readouterr()
    return status, output.decode(), complaints.decode()


def piped(data: bytes) -> io.TextIOWrapper:
    """Return a standard input with these bytes."""
    return io.TextIOWrapper(io.BufferedReader(cast("Any", io.BytesIO(data))))


def write(path: Path, *records: Any) -> Path:
    """Write records as JSON Lines."""
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), "utf-8")
    return path


def read(path: Path) -> list[Any]:
    """Read a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    "suffix", ["parquet", "csv", "jsonl", "PARQUET", "json", "json.gz", "jsonl.zst", "csv.gz", "csv.ZST", "ndjson.GZ"]
)
def test_records_come_back(suffix: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """The records of a workspace are the same after a conversion to any format and back."""
    table, back = tmp_path / f"deals.{suffix}", tmp_path / "back.ndjson"
    source = tmp_path / "page.json"
    source.write_text(json.dumps(PAGE), "utf-8")
    assert run(capfdbinary, source, table, "-p", METADATA)[0] == 0
    assert run(capfdbinary, table, back, "-p", METADATA)[0] == 0
    assert read(back) == RECORDS
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["page.json", table.name, "back.ndjson"])


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
@pytest.mark.parametrize("form", ["create", "update", "partial"])
def test_other_forms_of_records_come_back(
    form: str, suffix: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Request bodies and partial records are converted to a table and back; a row is never a page."""
    source, table = write(tmp_path / "a.jsonl", {"name": "Roof"}), tmp_path / f"a.{suffix}"
    options = ("-p", METADATA, "--as", form)
    assert run(capfdbinary, source, table, *options)[0] == 0
    assert run(capfdbinary, table, tmp_path / "back.jsonl", *options)[0] == 0
    assert read(tmp_path / "back.jsonl") == [{"name": "Roof"}]
    status, _, complaints = run(capfdbinary, table, tmp_path / "b.jsonl", "-p", METADATA, "--as", "page")
    assert status == 2
    assert "choose from record, partial, create, update" in complaints


def test_values_without_a_cell_are_reported(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Values that go to the column _extra are counted, and those without a cell are listed."""
    odd = {**VALID, "name": "", "deletedAt": None, "strange": PRIVATE, "createdAt": "2026-12-31T23:59:60Z"}
    source = write(tmp_path / "deals.jsonl", odd, *[{**VALID, "position": 10**30}] * 25)
    status, output, complaints = run(capfdbinary, source, tmp_path / "deals.csv")
    assert (status, output) == (0, "")
    lines = complaints.splitlines()
    assert lines[0] == "row 1:/createdAt: the column createdAt cannot hold the value; it is in _extra only"
    assert len(lines) == 22
    assert lines[-1].startswith(
        "values in _extra, which other columns cannot hold: 1 empty text, 26 no value for its column, "
    )
    assert "1 undescribed" in lines[-1]
    assert PRIVATE not in complaints


def test_pipes(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """- is standard input or output, as JSON Lines by default."""
    assert run(capfdbinary, write(tmp_path / "a.jsonl", VALID), "-")[:2] == (
        0,
        f"{json.dumps(VALID, separators=(',', ':'))}\n",
    )
    status, text, _ = run(capfdbinary, tmp_path / "a.jsonl", "-", "--to", "csv")
    assert status == 0
    monkeypatch.setattr(sys, "stdin", piped(text.encode()))
    assert run(capfdbinary, "-", tmp_path / "b.jsonl", "--from", "csv")[0] == 0
    assert read(tmp_path / "b.jsonl") == [VALID]


def test_compressed_file_and_text_ids(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """The suffix before .gz gives the format; --ids text stores UUIDs as text."""
    source, target = tmp_path / "deals.jsonl.gz", tmp_path / "deals.parquet"
    source.write_bytes(gzip.compress(json.dumps(VALID).encode()))
    assert run(capfdbinary, source, target, "--ids", "text")[0] == 0
    with target.open("rb") as file:
        assert [*from_parquet(file)] == [VALID]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_invalid_record_stops_the_conversion(
    suffix: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """All findings are reported without values, and the target is not changed."""
    source = write(tmp_path / "deals.jsonl", VALID, {**VALID, "stage": PRIVATE}, {**VALID, "name": 5})
    target = tmp_path / f"deals_too.{suffix}"
    target.write_text("as it was", "utf-8")
    status, output, complaints = run(capfdbinary, source, target)
    assert (status, output) == (1, "")
    first, second, last, hint = complaints.splitlines()
    assert hint == SERVER_HINT  # a server may hold any stage
    assert first.startswith(f"{source}:2:/stage: ")
    assert second.startswith(f"{source}:3:/name: ")
    assert last == "2 invalid, 0 unreadable: nothing is written (see --skip-invalid)"
    assert PRIVATE not in complaints
    assert target.read_text("utf-8") == "as it was"
    assert len([*tmp_path.iterdir()]) == 2


def test_skip_invalid(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """With --skip-invalid the valid records are written; unreadable records give status 2."""
    source = write(tmp_path / "deals.jsonl", VALID, {**VALID, "stage": PRIVATE})
    target = tmp_path / "deals.csv"
    status, _, complaints = run(capfdbinary, source, target, "--skip-invalid", "--show-values")
    assert status == 1
    assert PRIVATE in complaints
    assert "1 record written to" in complaints
    with source.open("a", encoding="utf-8") as file:
        file.write("{\n")
    status, _, complaints = run(capfdbinary, source, tmp_path / "again.jsonl", "--skip-invalid")
    assert status == 2
    assert f"{source}:3" in complaints
    assert read(tmp_path / "again.jsonl") == [VALID]


def test_first_twenty_invalid_records_are_listed(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """After twenty invalid records the rest is only counted."""
    source = write(tmp_path / "deals.jsonl", *[{**VALID, "stage": "X"}] * 30)
    _, _, complaints = run(capfdbinary, source, tmp_path / "deals.csv")
    *listed, counts, hint = complaints.splitlines()
    assert (len(listed), listed[-1]) == (21, "...")
    assert counts.startswith("30 invalid")
    assert hint == SERVER_HINT


@pytest.mark.parametrize("options", [[], ["--show-values"]])
def test_rows_are_validated(options: list[str], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A cell that is invalid or has the wrong type is a finding of its row."""
    table = tmp_path / "deals.csv"
    run(capfdbinary, write(tmp_path / "deals.jsonl", *[VALID] * 3), table)
    header, first, second, third = table.read_text("utf-8").splitlines()
    stage, number = VALID["stage"], str(VALID["id"])
    changed = [header, first.replace(f",{stage},", f",{PRIVATE},"), second.replace(number, PRIVATE), third]
    table.write_text("\n".join(changed), "utf-8")
    status, output, complaints = run(capfdbinary, table, "-", "--skip-invalid", *options)
    assert (status, [json.loads(line) for line in output.splitlines()]) == (1, [VALID])
    assert f"{table}:row 1:/stage: " in complaints
    assert f"{table}:row 2:/id: the column id does not hold a uuid" in complaints
    assert (PRIVATE in complaints) == bool(options)


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("deals.xlsx", "deals.csv", "unknown suffix"),
        ("deals.jsonl", "deals", "unknown suffix"),
        ("missing.csv", "deals.jsonl", "No such file"),
        ("other.csv", "deals.jsonl", "the profile does not have 1 of its 2 columns: strange"),
        ("deals.jsonl", "deals.parquet.gz", "Parquet compresses itself"),
        ("deals.parquet.ZST", "deals.csv", "Parquet compresses itself"),
        ("deals.jsonl", "nowhere/deals.csv", "No such file"),
    ],
)
def test_wrong_names_are_errors(
    source: str, target: str, said: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """An error is one sentence with status 2, and no file is written."""
    write(tmp_path / "deals.jsonl", VALID)
    (tmp_path / "other.csv").write_text("id,strange\n,1\n", "utf-8")
    status, output, complaints = run(capfdbinary, tmp_path / source, tmp_path / target)
    assert (status, output) == (2, "")
    assert said in complaints
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deals.jsonl", "other.csv"]


BROKEN: dict[str, tuple[bytes, str]] = {
    "deals.parquet": (b"PAR1", ":1: it is not a Parquet file"),
    "deals.csv": (b"id,strange\n,1\n", ":1: the profile does not have 1 of its 2 columns: strange"),
    "blank.csv": (b"\n\n", ":1: it is empty, or its first line is"),
    "short.csv.gz": (gzip.compress(b"id\n")[:-9], ":1: the compressed data is cut off"),
    "half.csv": (b'id,name\n,A\n,"B', ":row 2: it is not CSV in UTF-8"),
    "missing.csv": (b"", ":1: No such file or directory"),
    "missing.parquet": (b"", ":1: No such file or directory"),
    "missing.jsonl": (b"", ":1: No such file or directory"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_unreadable_source_is_a_finding(name: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """An unreadable source is a finding that names the source, and the row if it has one."""
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
def test_findings_for_programs(form: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """In other formats than text all findings and the counts go to standard output, without values."""
    source = write(tmp_path / "deals.jsonl", VALID, *[{**VALID, "stage": PRIVATE}] * 25, {**VALID, "name": 5})
    status, output, complaints = run(capfdbinary, source, tmp_path / "deals.csv", "--skip-invalid", "--format", form)
    assert (status, PRIVATE in output + complaints, "/stage" in complaints) == (1, False, False)
    assert output.count("is not a stage") == 25
    last = output.splitlines()[-1]
    if form == "json":
        counts = {"valid": 1, "invalid": 26, "unreadable": 0, "violations": 26}
        assert json.loads(last) == {"summary": {**counts, "hint": SERVER_HINT}}
    elif form == "github":
        assert output.startswith(f"::error file={source},line=2,title=enum::/stage: ")
        notice = "::notice title=twenty-opportunity::"
        assert output.splitlines()[-2] == f"{notice}1 valid, 26 invalid (26 violations), 0 unreadable"
        assert last == f"{notice}{SERVER_HINT}"
    else:
        assert len(json.loads(output)["runs"][0]["results"]) == 26


def test_findings_are_apart_from_records(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """If the records go to standard output, the findings go to standard error."""
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


def test_rows_of_parquet_are_counted(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A Parquet file has a number of rows; another file has none."""
    table, other = tmp_path / "deals.parquet", tmp_path / "other.parquet"
    run(capfdbinary, write(tmp_path / "deals.jsonl", *[VALID] * 3), table)
    other.write_bytes(b"PAR1")
    assert [count_rows(file) for file in (table, other, tmp_path / "gone")] == [3, None, None]


def test_folder_and_form(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A folder is one source, and --as sets the form of its documents."""
    folder, target = tmp_path / "deals", tmp_path / "deals.csv"
    folder.mkdir()
    write(folder / "a.jsonl", VALID)
    (folder / "b.json").write_text(json.dumps({"data": {"opportunities": [VALID]}}), "utf-8")
    status, _, complaints = run(capfdbinary, folder, target)
    assert (status, complaints.splitlines()[0]) == (
        0,
        f"2 records written to {target}, 0 invalid and 0 unreadable skipped",
    )
    status, _, complaints = run(capfdbinary, folder / "b.json", target, "--as", "page")
    assert (status, complaints.splitlines()[0]) == (
        0,
        f"1 record written to {target}, 0 invalid and 0 unreadable skipped",
    )
    assert run(capfdbinary, folder / "a.jsonl", target, "--as", "page")[0] != 0
    status, _, complaints = run(capfdbinary, folder, target, "--as", "book")
    assert (status, "unknown form 'book'" in complaints) == (2, True)


def test_values_in_place_of_a_header_are_hidden(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A file without a header is refused without its values, unless they are asked for."""
    source = tmp_path / "headless.csv"
    source.write_text(f"{PRIVATE},secret@x.y,Nightingale\n", "utf-8")
    for options in ((), ("--format", "json"), ("--format", "sarif")):
        status, output, complaints = run(capfdbinary, source, tmp_path / "x.parquet", *options)
        assert (status, "none of its 3 columns is a column of the profile;" in output + complaints) == (2, True)
        assert "Nightingale" not in output + complaints
        assert "secret" not in output + complaints
    assert PRIVATE in run(capfdbinary, source, tmp_path / "x.parquet", "--show-values")[2]


@pytest.mark.parametrize("name", ["deals.csv", "deals.parquet"])
@pytest.mark.parametrize(
    "extra", [{"amount": {"amountMicros": {"a": 1}}}, {"createdAt": 5}, {"id": [1]}, {"closeDate": {"a": 1}}], ids=str
)
def test_wrong_extra_is_a_finding_of_its_row(
    extra: Any, name: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A wrong cell of the column _extra is a finding, and the other rows are converted."""
    pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    table, target = tmp_path / name, tmp_path / "back.jsonl"
    run(capfdbinary, write(tmp_path / "deals.jsonl", VALID, VALID), table)
    if name.endswith("csv"):
        with table.open(encoding="utf-8", newline="") as file:
            header, first, second = csv.reader(file)
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, [*first[:-1], json.dumps(extra)], second])
    else:
        held = pq.read_table(table)
        extras = pa.array([json.dumps(extra), held.column("_extra")[1].as_py()])
        pq.write_table(held.set_column(held.num_columns - 1, "_extra", extras), table)
    status, _, complaints = run(capfdbinary, table, target, "--skip-invalid")
    assert (status, read(target)) == (1, [VALID])
    assert complaints.startswith(f"{table}:row 1:/")
    assert "contradict each other" in complaints


@pytest.mark.parametrize("place", ["-", "pipe"])
@pytest.mark.parametrize("to", ["json", "csv", "parquet"])
def test_pipe_gets_nothing_before_all_is_valid(
    to: str, place: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Nothing is written to standard output or a pipe until every record is accepted."""
    if place == "pipe" and sys.platform == "win32":
        pytest.skip("needs named pipes")
    target = Path("-") if place == "-" else tmp_path / "pipe"
    source = write(tmp_path / "deals.jsonl", VALID, {**VALID, "name": 5})
    sound = write(tmp_path / "sound.jsonl", VALID)
    got: list[bytes] = []

    def converted(*arguments: Any) -> tuple[int, bytes, bytes]:
        reader = None
        if place == "pipe":
            target.unlink(missing_ok=True)
            os.mkfifo(target)
            reader = threading.Thread(target=lambda: got.append(target.read_bytes()), daemon=True)
            reader.start()
        status = main(["convert", *map(str, arguments), str(target), "--to", to])
        output, complaints = capfdbinary.readouterr()
        if reader is None:
            return status, output, complaints
        reader.join(60)
        return status, got.pop(), complaints

    status, output, complaints = converted(source)
    assert (status, output) == (1, b"")
    assert b"nothing is written" in complaints
    status, output, _ = converted(sound)
    whole = output
    assert (status, bool(whole)) == (0, True)
    status, output, _ = converted(source, "--skip-invalid")
    assert (status, output == whole or to == "parquet") == (1, True)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("place", ["-", "pipe"])
def test_tables_are_read_from_pipes(
    place: str,
    kind: str,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """CSV and Parquet can be read from a pipe, although Parquet is not read in order."""
    if place == "pipe" and sys.platform == "win32":
        pytest.skip("needs named pipes")
    table, target, source = tmp_path / f"deals.{kind}", tmp_path / "back.jsonl", "-"
    run(capfdbinary, write(tmp_path / "deals.jsonl", *[VALID] * 300), table)
    data = table.read_bytes()
    if place == "-":
        monkeypatch.setattr(sys, "stdin", piped(data))
    else:
        source = str(tmp_path / "pipe")
        os.mkfifo(source)
        threading.Thread(target=lambda: Path(source).write_bytes(data), daemon=True).start()
    assert run(capfdbinary, source, target, "--from", kind)[0] == 0
    assert read(target) == [VALID] * 300


def test_json_target_is_an_array(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A target that ends in .json is one array, and any other is lines."""
    several = write(tmp_path / "several.jsonl", VALID, VALID)
    nothing = write(tmp_path / "nothing.jsonl")
    for source, expected in ((several, [VALID, VALID]), (nothing, [])):
        target = tmp_path / "out.json"
        assert run(capfdbinary, source, target)[0] == 0
        assert json.loads(target.read_bytes()) == expected
    assert run(capfdbinary, several, tmp_path / "out.txt", "--to", "json")[0] == 0
    assert read(tmp_path / "out.txt") == [VALID, VALID]


def test_compressed_files_are_reproducible(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Compressed files contain neither time nor name, and their content is read back whole."""
    source = write(tmp_path / "deals.jsonl", *[VALID] * 300)
    for name in ("a.csv.gz", "b.csv.gz"):
        assert run(capfdbinary, source, tmp_path / name)[0] == 0
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()).startswith(b"id,")
    one, other = ((tmp_path / name).read_bytes() for name in ("a.csv.gz", "b.csv.gz"))
    assert one == other
    assert one[4:8] == bytes(4)
    assert run(capfdbinary, tmp_path / "a.csv.gz", tmp_path / "back.jsonl")[0] == 0
    assert read(tmp_path / "back.jsonl") == [VALID] * 300


def test_missing_extra_for_compression_is_named(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its extra the error says what to install, and no file is left."""
    monkeypatch.setitem(sys.modules, "backports.zstd", None)
    status, _, complaints = run(capfdbinary, write(tmp_path / "a.jsonl", VALID), tmp_path / "b.csv.zst")
    assert (status, "twenty-opportunity[zstd]" in complaints) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def interrupting(*records: Any) -> Iterator[Entry]:
    """Yield records, then press Ctrl-C."""
    for number, record in enumerate(records, 1):
        findings = () if record is VALID else (Finding("deals.jsonl", number, violation=Violation("", "type", "", "")),)
        yield Entry("deals.jsonl", number, "", record, findings)
    raise KeyboardInterrupt


@pytest.mark.parametrize("records", [[VALID], [VALID, 5]], ids=["at work", "after a refusal"])
@pytest.mark.parametrize("target", ["out.jsonl", "out.csv.gz", "out.parquet", "-"])
def test_interruption_leaves_nothing(
    target: str,
    records: list[Any],
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C leaves no file and no output, and gives status 130."""
    monkeypatch.setattr(module, "iter_entries", lambda *_, **__: interrupting(*records))
    there = target if target == "-" else tmp_path / target
    status, output, complaints = run(capfdbinary, tmp_path / "deals.jsonl", there)
    assert (status, output) == (130, "")
    assert complaints.splitlines()[-1] == "interrupted: nothing is written"
    assert not [*tmp_path.iterdir()]


def test_interruption_says_how_much_was_written(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --skip-invalid records are written to standard output at once, and Ctrl-C says how many."""
    monkeypatch.setattr(module, "iter_entries", lambda *_, **__: interrupting(VALID, VALID))
    status, output, complaints = run(capfdbinary, tmp_path / "deals.jsonl", "-", "--skip-invalid")
    assert (status, output.count("\n")) == (130, 2)
    assert complaints == "interrupted: no more than 2 records are written\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is read cannot be removed there")
def test_vanishing_source_is_named(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source that vanishes during the conversion is named, not the target."""
    source = write(tmp_path / "deals.jsonl", *[VALID] * 6_000)
    assert source.stat().st_size > 2 << 20

    def removing(document: Any) -> bytes:
        source.unlink(missing_ok=True)
        return encode_sound(document)

    monkeypatch.setattr(module, "encode_sound", removing)
    status, output, complaints = run(capfdbinary, source, tmp_path / "out.jsonl")
    assert (status, output) == (2, "")
    assert f"{source}:" in complaints
    assert "No such file or directory" in complaints
    assert "out.jsonl" not in complaints
    assert not [*tmp_path.iterdir()]


def test_closed_standard_input_is_a_finding(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed standard input is a finding in every format."""
    monkeypatch.setattr(sys, "stdin", None)
    for kind in ("json", "csv", "parquet"):
        status, _, complaints = run(capfdbinary, "-", tmp_path / "out.jsonl", "--from", kind)
        assert (status, "standard input is closed" in complaints) == (2, True)


FORMULA = "=cmd|' /C calc'!A0"


def test_spreadsheet_safe(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """With --spreadsheet-safe formulas have an apostrophe in CSV; either way the records come back."""
    records = [{**VALID, "name": name} for name in (FORMULA, f"'{FORMULA}", "'quoted'", "-1", "name")]
    source, table, back = write(tmp_path / "a.jsonl", *records), tmp_path / "a.csv", tmp_path / "b.jsonl"
    for options, cell in (((), FORMULA), (("--spreadsheet-safe",), f"'{FORMULA}")):
        assert run(capfdbinary, source, table, *options)[0] == 0
        with table.open(encoding="utf-8", newline="") as file:
            assert next(csv.DictReader(file))["name"] == cell
        assert run(capfdbinary, table, back)[0] == 0
        assert read(back) == records
    status, _, complaints = run(capfdbinary, source, tmp_path / "a.parquet", "--spreadsheet-safe")
    assert (status, "only CSV" in complaints) == (2, True)


def test_too_large_record_is_unreadable(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A record above --max-record-size is unreadable, and the others are converted."""
    source, target = write(tmp_path / "a.jsonl", {**VALID, "name": "x" * 5000}, VALID), tmp_path / "b.jsonl"
    status, _, complaints = run(capfdbinary, source, target, "--skip-invalid", "--max-record-size", "4096")
    assert (status, read(target)) == (2, [VALID])
    assert complaints.startswith(f"{source}:1: ")
    assert run(capfdbinary, source, tmp_path / "a.csv")[0] == 0
    status, _, complaints = run(capfdbinary, tmp_path / "a.csv", target, "--skip-invalid", "--max-record-size", "4096")
    assert (status, read(target)) == (1, [VALID])
    assert complaints.startswith(f"{tmp_path / 'a.csv'}:row 1:")


def test_empty_folder_is_a_finding(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A folder without files of records is unreadable."""
    status, _, complaints = run(capfdbinary, tmp_path, tmp_path / "b.jsonl")
    assert (status, "in this folder" in complaints) == (2, True)
