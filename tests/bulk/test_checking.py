"""Findings come in parts of bounded size, and blank or large texts take no memory."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from twenty_opportunity import PUBLISHED
from twenty_opportunity.bulk import check, checking, chunks, iter_entries, iter_parts, rules_of, summarize
from twenty_opportunity.bulk.files import Stream, zstd_module

if TYPE_CHECKING:
    from pathlib import Path

RULES = rules_of(PUBLISHED)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold few findings at once."""
    monkeypatch.setattr(checking, "MAX_FINDINGS", 20)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", b"{}\n\n" * 50),
        ("a.json", b"[" + b"{},\n\n" * 49 + b"{}]"),
        ("a.json", b'{"data": {"opportunities": [' + b"{},\n\n" * 49 + b"{}]}}"),
    ],
    ids=["lines", "array", "page"],
)
def test_many_findings_come_in_parts(tmp_path: Path, name: str, text: bytes, jobs: int) -> None:
    """A part exceeds the limit by few findings; together the parts have the findings of the entries, in order."""
    file = tmp_path / name
    file.write_bytes(text)
    parts = [*iter_parts([file], jobs=jobs, size=60)]
    expected = [finding for entry in iter_entries([file]) for finding in entry.findings]
    assert max(len(part.findings) for part in parts) < 25
    assert [finding for part in parts for finding in part.findings] == expected
    assert [finding.line for finding in expected] == [line for line in range(1, 100, 2) for _ in range(5)]
    assert summarize([file]).violations == len(expected) == 250


def test_a_part_of_many_findings_has_the_first(tmp_path: Path) -> None:
    """The result of `check` has a bounded number of findings and the summary of the whole chunk."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"{}\n" * 50)
    (chunk,) = chunks([file])
    part = check(chunk, RULES)
    assert (len(part.findings), part.summary.violations, part.lines) == (20, 250, 50)
    assert part.summary == summarize([file])


def test_many_findings_of_one_record_are_cut(tmp_path: Path, line: bytes) -> None:
    """Of a record with very many wrong properties the first are reported."""
    file = tmp_path / "a.json"
    file.write_bytes(line.rstrip()[:-2] + b"," + b",".join(b'"x%d": 1' % number for number in range(100)) + b"}}")
    (entry,) = iter_entries([file])
    assert len(entry.findings) <= 20


@pytest.mark.parametrize("compress", [gzip.compress, zstd_module("a test").compress])
def test_a_small_file_is_decompressed_in_bounded_blocks(tmp_path: Path, compress: object) -> None:
    """One read returns no more bytes than it asks for, whatever the compression ratio."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(compress(b"\n" * 50_000_000))  # type: ignore[operator] # pyright: ignore[reportCallIssue]
    with Stream(str(file)) as stream:
        blocks = [len(block) for block in iter(lambda: stream.read(1 << 20), b"")]
    assert (sum(blocks), max(blocks) <= 1 << 20, stream.fault) == (50_000_000, True, None)


def test_zstd_that_needs_much_memory_is_refused(tmp_path: Path) -> None:
    """A frame with a window above 64 MiB is one unreadable text, with the command that helps."""
    zstd = zstd_module("a test")
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.enable_long_distance_matching: 1}
    compressor = zstd.ZstdCompressor(options=options)
    file = tmp_path / "a.jsonl.zst"
    file.write_bytes(compressor.compress(b"{}\n") + compressor.flush())
    (problem,) = summarize([file]).problems
    assert "zstd -d --long=31" in problem.reason


@pytest.mark.parametrize("blank", [b"\n", b" \r\n", b"\t \n"])
@pytest.mark.parametrize("as_", [None, "webhook"])
def test_blank_lines_are_passed_over(tmp_path: Path, line: bytes, blank: bytes, as_: str | None) -> None:
    """Blank lines are not records, and the lines after them keep their numbers."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(blank * 100_000 + line + blank * 100_000 + b"{")
    (*_, problem) = [finding for part in iter_parts([file], as_=as_) for finding in part.findings]
    assert (problem.line, summarize([file], as_=as_).total) == (200_002, 2)


LARGE = [b'"' + b'x\\"[' * 90 + b'"', b"1" * 400, b"[" * 200 + b"]" * 200, b'{"a":' + b'"\\n",\n"b":' * 50 + b"1}"]


@pytest.mark.parametrize("item", LARGE, ids=["text", "number", "nested", "lines"])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_large_item_is_left_out(tmp_path: Path, item: bytes, size: int) -> None:
    """The items before and after it are read, with correct lines and indices."""
    file = tmp_path / "a.json.gz"
    file.write_bytes(gzip.compress(b"[7,\n " + b"\n" * 300 + item + b"\n" * 300 + b",\n8,9]"))
    parts = [*iter_parts([file], size=size, max_record_size=100)]
    found = [(finding.line, finding.base) for part in parts for finding in part.findings]
    first = 302 + item.count(b"\n") + 301
    assert found == [(1, "/0"), (302, "/1"), (first, "/2"), (first, "/3")]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (b"[7," + b"[" * 400, ["item 1 of the array is larger", "the array does not end"]),
        (b"[7" + b" " * 400, ["the array does not end"]),
        (b"[7", ["the array does not end"]),
        (b"[7" + b" " * 400 + b"8]", ["item 0 of the array is larger"]),
        (b'["a"', ["is the error answer of a server: a", "the array does not end"]),
        (b"[" + b" " * 400, ["the array does not end"]),
        (b'["' + b"x" * 400, ["item 0 of the array is larger", "the array does not end"]),
    ],
    ids=["large item", "white space after an item", "number", "no comma", "text", "white space", "large text"],
)
def test_an_array_may_end_in_what_is_left_out(tmp_path: Path, text: bytes, reasons: list[str]) -> None:
    """Each fault is reported once."""
    file = tmp_path / "a.json.gz"
    file.write_bytes(gzip.compress(text))
    parts = iter_parts([file], as_="record", size=10, max_record_size=100)
    found = [finding.reason for part in parts for finding in part.findings if finding.reason]
    assert all(words in reason for words, reason in zip(reasons, found, strict=True))


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
@pytest.mark.parametrize("end", [b"", b"\n", b"\n{}"])
def test_a_large_line_is_left_out(tmp_path: Path, name: str, end: bytes) -> None:
    """The lines before and after it are read with correct numbers, in plain and compressed files."""
    text = b"{}\n" + b"x" * 500 + b"\n{}\n" + b"y" * 500 + end
    file = tmp_path / name
    file.write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    for size in (1, 100, 10_000):
        parts = [*iter_parts([file], as_="record", size=size, max_record_size=100)]
        large = [finding.line for part in parts for finding in part.findings if "the line is larger" in finding.reason]
        others = {finding.line for part in parts for finding in part.findings if finding.violation}
        assert (large, others) == ([2, 4], {1, 3, 5} if end.endswith(b"}") else {1, 3})


def test_a_large_document_is_refused(tmp_path: Path) -> None:
    """A document that is not lines or an array is one text, so its size is limited as a whole."""
    file = tmp_path / "a.json"
    file.write_bytes(b'{"data":\n {"opportunities": [' + b" " * 500 + b"]}}")
    (problem,) = summarize([file], max_record_size=100).problems
    assert "the document is larger than 400 bytes" in problem.reason
    assert summarize([file], max_record_size=200).total == summarize([file], max_record_size=1000).total == 0


def test_a_document_of_several_records_may_be_larger(tmp_path: Path, line: bytes) -> None:
    """It may have four times the size of a record, but not a record that is too large, and not too many values."""
    file = tmp_path / "a.json"
    large = line.rstrip()[:-1] + b', "extra": "' + b"x" * 1000 + b'"}'
    file.write_bytes(b'{"data":\n{"opportunities": [' + b",\n".join([line, large, line]) + b"]}}")
    found = [*iter_entries([file], max_record_size=1000)]
    assert [(entry.is_valid, entry.line, entry.pointer[-2:]) for entry in found] == [
        (True, 2, "/0"),
        (False, 4, "/1"),
        (True, 5, "/2"),
    ]
    assert "the record is larger than 1000 bytes" in found[1].findings[0].reason
    file.write_bytes(b'{"data":\n{"opportunities": [' + b"{}," * 500 + b"{}]}}")
    (problem,) = summarize([file], max_record_size=1000).problems
    assert "too many values" in problem.reason
