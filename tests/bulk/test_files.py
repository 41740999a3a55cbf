"""A broken file is read as far as possible, and each fault is reported with its place."""

from __future__ import annotations

import gzip
import io
import os
import random
import sys
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest

from twenty_opportunity import SERVER
from twenty_opportunity.bulk import Finding, Summary, iter_entries, iter_parts, summarize
from twenty_opportunity.bulk.files import zstd_module


def findings(*files: Path | str, size: int = 1 << 20) -> list[Finding]:
    """Return all findings in files."""
    return [finding for part in iter_parts(files, size=size) for finding in part.findings]


def write(file: Path, data: bytes) -> Path:
    """Write a file."""
    file.write_bytes(data)
    return file


def counts(summary: Summary) -> tuple[int, int, int]:
    """Return the counts of a summary: valid, invalid, unreadable."""
    return summary.valid, summary.invalid, summary.unreadable


def zstd(data: bytes) -> bytes:
    """Return data compressed with zstd."""
    compressed: bytes = zstd_module("a test").compress(data)
    return compressed


@pytest.mark.parametrize("compress", [gzip.compress, zstd])
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a"])
def test_compression_is_detected(tmp_path: Path, line: bytes, compress: Any, name: str) -> None:
    """Compression is detected by the content, and files may consist of several gzip members or zstd frames."""
    file = write(tmp_path / name, compress(line * 3) + compress(line * 2))
    assert counts(summarize([file])) == (5, 0, 0)


@pytest.mark.parametrize("compress", [gzip.compress, zstd])
def test_a_truncated_file_is_read_up_to_the_cut(tmp_path: Path, line: bytes, compress: Any) -> None:
    """Complete lines are validated, and the line that was cut is reported."""
    noise = random.Random(7)  # noqa: S311 - of a test, not of a secret
    data = compress(b"".join(line.replace(b'"name": "', b'"name": "%d' % noise.getrandbits(999)) for _ in range(5000)))
    file = write(tmp_path / "a.jsonl.gz", data[: len(data) // 2])
    summary = summarize([file])
    assert summary.unreadable == 1
    assert 0 < summary.valid < 5000
    (problem,) = summary.problems
    assert (problem.line, problem.reason) == (summary.valid + 1, "the compressed data is cut off")
    assert [entry.line for entry in iter_entries([file])] == [*range(1, problem.line + 1)]


@pytest.mark.parametrize("start", [b"\x1f\x8b\x08", b"\x1f\x8b\x00\x00", b"\x28\xb5\x2f\xfd\xff\xff\xff\xff"])
def test_broken_compression_is_reported(tmp_path: Path, start: bytes) -> None:
    """Data that only begins like a compressed file is one unreadable text."""
    (found,) = findings(write(tmp_path / "a.jsonl", start + b"x" * 50))
    assert found.reason.startswith("the compressed data is ")


def test_a_wrong_checksum_is_reported(tmp_path: Path, line: bytes) -> None:
    """A wrong checksum is a finding, and the records before it count."""
    data = bytearray(gzip.compress(line * 2))
    data[-8] ^= 1
    assert counts(summarize([write(tmp_path / "a.jsonl.gz", bytes(data))]))[2] == 1


AFTER: Final = "there is something after the compressed data that is not gzip"


@pytest.mark.parametrize(
    ("place", "after", "reason"),
    [
        (None, b"sekret", AFTER),
        (None, b"\x1f", AFTER),
        (-8, b"", "the compressed data is broken: its checksum is wrong"),
        (-4, b"", "the compressed data is broken: its length is wrong"),
        (2, b"", "the compressed data is broken"),
    ],
)
def test_faults_of_gzip_are_explained(
    tmp_path: Path, line: bytes, place: int | None, after: bytes, reason: str
) -> None:
    """The reason is plain English and quotes nothing of the file."""
    data = bytearray(gzip.compress(line * 2))
    if place is not None:
        data[place] ^= 1
    (found,) = findings(write(tmp_path / "a.jsonl.gz", bytes(data) + after))
    assert found.reason == reason


def test_skippable_frames_are_skipped(tmp_path: Path, line: bytes) -> None:
    """A file of pzstd begins with a skippable frame."""
    skipped = b"\x50\x2a\x4d\x18\x04\x00\x00\x00size"
    assert counts(summarize([write(tmp_path / "a", (skipped + zstd(line)) * 2)])) == (2, 0, 0)


def test_zstd_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    """Without the extra the file is unreadable for a reason that names the extra, and the next file is read."""
    files = [write(tmp_path / "a.jsonl.zst", zstd(line)), write(tmp_path / "b.jsonl", line)]
    monkeypatch.setitem(sys.modules, "backports.zstd", None)
    (found,) = findings(*files)
    assert (found.file, found.line, "twenty-opportunity[zstd]" in found.reason) == (str(files[0]), 1, True)
    assert counts(summarize(files)) == (1, 0, 1)


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    """A dash means standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(line * 2))))
    assert counts(summarize(["-"])) == (2, 0, 0)


@pytest.mark.parametrize("left", [True, False], ids=["closed since", "closed before"])
def test_standard_input_may_be_closed(monkeypatch: pytest.MonkeyPatch, *, left: bool) -> None:
    """A closed standard input is one finding."""
    given = io.TextIOWrapper(io.BytesIO())
    given.close()
    monkeypatch.setattr(sys, "stdin", given if left else None)
    (found,) = findings("-")
    assert (found.file, found.reason) == ("-", "standard input is closed")


def test_a_pipe_has_no_position(monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    """A pipe is read although its position is unknown; it does not report progress."""

    class Pipe(io.BytesIO):
        def tell(self) -> int:
            raise OSError("a pipe")

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Pipe(line))))
    assert [part.taken for part in iter_parts(["-"])] == [0]


def test_marks_and_line_breaks_are_accepted(tmp_path: Path, line: bytes) -> None:
    """A byte order mark, CRLF, blank lines and a missing last line break are accepted."""
    data = b"\xef\xbb\xbf" + line.replace(b"\n", b"\r\n") + b"\r\n  \n\n" + line.rstrip()
    for file in (write(tmp_path / "a.jsonl", data), write(tmp_path / "b.jsonl.gz", gzip.compress(data))):
        assert counts(summarize([file])) == (2, 0, 0)
        assert [entry.line for entry in iter_entries([file])] == [1, 5]


def test_bad_utf8_spoils_its_line_only(tmp_path: Path, line: bytes) -> None:
    """A line that is not UTF-8 is unreadable, and the lines around it are valid."""
    file = write(tmp_path / "a.jsonl", line + line.replace(b"e", b"\xff") + line)
    (found,) = findings(file)
    assert (found.line, counts(summarize([file]))) == (2, (2, 0, 1))
    assert "not UTF-8" in found.reason


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_encodings_are_reported_once(tmp_path: Path, line: bytes, encoding: str) -> None:
    """A file in UTF-16 is one unreadable text."""
    (found,) = findings(write(tmp_path / "a.jsonl", (line * 3).decode().encode(encoding)))
    assert "UTF-16" in found.reason


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_deep_nesting_spoils_its_record_only(tmp_path: Path, line: bytes, name: str) -> None:
    """A record of 10,000 nested arrays is unreadable, and the records around it are valid."""
    deep = b'{"id": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    lines = [line.rstrip(), deep, line.rstrip()]
    data = b"\n".join(lines) if name == "a.jsonl" else b"[" + b",\n".join(lines) + b"]"
    file = write(tmp_path / name, data)
    (found,) = findings(file)
    assert (found.line, counts(summarize([file]))) == (2, (2, 0, 1))
    assert "nested too deeply" in found.reason


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.json"])
def test_a_large_record_is_refused_and_the_others_are_read(tmp_path: Path, line: bytes, name: str) -> None:
    """A record of 20 MB is unreadable unless the limit allows it; the records around it are valid either way."""
    long = line.rstrip()[:-1] + b', "extra": "' + b"x" * 20_000_000 + b'"}'
    with gzip.open(tmp_path / name, "wb", 1) if name.endswith("gz") else (tmp_path / name).open("wb") as file:
        file.writelines([line, long, b"\n", line] if "jsonl" in name else [b"[", line, b",", long, b",", line, b"]"])
    (found,) = findings(tmp_path / name)
    assert (found.line, "is larger than 1048576 bytes, the maximum size" in found.reason) == (2, True)
    assert counts(summarize([tmp_path / name])) == (2, 0, 1)
    assert counts(summarize([tmp_path / name], max_record_size=30_000_000)) == (3, 0, 0)


@pytest.mark.parametrize(("digits", "expected"), [(f'"{"9" * 800_000}"', (0, 1, 0)), ("9" * 5_000, (0, 0, 1))])
def test_very_many_digits_are_read_and_shown(tmp_path: Path, digits: str, expected: tuple[int, int, int]) -> None:
    """Neither an amount of very many digits nor the repr of its summary meets the limit of Python's integers."""
    text = f'{{"amount": {{"amountMicros": {digits}, "currencyCode": "EUR"}}}}'
    summary = summarize([write(tmp_path / "a.jsonl", text.encode())], SERVER)
    assert counts(summary) == expected
    assert repr(summary).startswith("Summary(")
    assert all(map(str, findings(tmp_path / "a.jsonl")))


def test_empty_files(tmp_path: Path) -> None:
    """An empty file of lines is valid without records; an empty .json file is not JSON."""
    assert counts(summarize([write(tmp_path / "a.jsonl", b"")])) == (0, 0, 0)
    assert counts(summarize([write(tmp_path / "a.json", b"")])) == (0, 0, 1)


def test_missing_files_are_reported(tmp_path: Path, line: bytes) -> None:
    """A missing file and an empty folder are findings, and the other files are read."""
    (tmp_path / "empty").mkdir()
    file = write(tmp_path / "a.jsonl", line)
    found = findings(tmp_path / "gone.jsonl", tmp_path / "empty", "", "a\0.jsonl", "\ud800.json", file)
    assert [finding.reason for finding in found] == [
        "No such file or directory",
        "there is no .json, .jsonl or .ndjson file in this folder",
        "the name of a file is empty",
        *["no file can have this name"] * 2,
    ]
    assert counts(summarize([tmp_path / "gone.jsonl", file])) == (1, 0, 1)


@pytest.mark.parametrize("left", [None, 10], ids=["removed", "shortened"])
def test_a_file_that_vanishes_is_reported(tmp_path: Path, line: bytes, left: int | None) -> None:
    """A file that is removed or shortened between two chunks is unreadable from there on."""
    vanishing, next_file = write(tmp_path / "a.jsonl", line * 20), write(tmp_path / "b.jsonl", line)
    parts = iter_parts([vanishing, next_file], size=len(line) * 2)
    assert next(parts).summary.valid == 3
    if left is None:
        vanishing.unlink()
    else:
        vanishing.write_bytes(b"x" * left)
    rest = [*parts]
    assert {part.file for part in rest if part.summary.unreadable} == {str(vanishing)}
    assert rest[0].findings[0].line == 4
    assert rest[-1].summary.valid == 1


def test_entries_of_a_file_that_vanishes(tmp_path: Path, record: dict[str, Any], line: bytes) -> None:
    """A file that is removed meanwhile is an unreadable entry."""
    file = write(tmp_path / "a.jsonl", line * 3000)
    entries = iter_entries([file])
    assert next(entries).instance == record
    file.unlink()
    *_, last = entries
    assert (last.is_readable, last.is_valid, last.instance) == (False, False, None)


def test_a_disk_that_fails_ends_the_stream(monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    """Records before a read error are validated, and the error of the system is reported."""

    class Disk(io.RawIOBase):
        blocks: ClassVar = [line]

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            if not self.blocks:
                raise OSError(5, "Input/output error")
            block = self.blocks.pop()
            buffer[: len(block)] = block
            return len(block)

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Disk())))
    first, last = iter_parts(["-"])
    assert first.summary.valid == 1
    assert (last.findings[0].line, last.findings[0].reason) == (2, "Input/output error")


def test_a_folder_is_the_files_in_it(tmp_path: Path, line: bytes) -> None:
    """The files of records in a folder are read in the order of their names, compressed ones, too."""
    for name in ("b.ndjson", "a.jsonl.gz", "c.json", "notes.txt", "z.gz"):
        (tmp_path / name).write_bytes(line)
    assert [entry.file.rpartition("/")[2] for entry in iter_entries([tmp_path])] == ["a.jsonl.gz", "b.ndjson", "c.json"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_in_a_folder_are_not_read(tmp_path: Path, line: bytes) -> None:
    """Nothing may ever be written to a pipe in a folder, so it is not waited for."""
    (tmp_path / "b.json").write_bytes(line)
    os.mkfifo(tmp_path / "a.json")
    assert counts(summarize([tmp_path])) == (1, 0, 0)


def test_files_of_faults_are_not_records(tmp_path: Path, line: bytes) -> None:
    """The `*.faults.jsonl` of `generate --invalid` are read only if they are named."""
    beside = [f"a.faults{suffix}" for suffix in (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".JSONL.zst")]
    for name in (*beside, "deals.json.faults.jsonl", "a.jsonl", "faults.jsonl", "a.faults.b.json"):
        (tmp_path / name).write_bytes(line)
    found = [Path(entry.file).name for entry in iter_entries([tmp_path])]
    assert found == ["a.faults.b.json", "a.jsonl", "faults.jsonl"]
    assert counts(summarize([tmp_path / name for name in beside])) == (len(beside), 0, 0)
