"""Files are cut into chunks: their layout is detected, and arrays are cut between items."""

from __future__ import annotations

import gzip
import io
import sys
import types
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity.bulk import chunks, iter_parts, summarize
from twenty_opportunity.bulk.chunks import ArrayCutter, Layout, layout_of
from twenty_opportunity.bulk.files import BLOCK, Stream

if TYPE_CHECKING:
    from pathlib import Path


# Texts without a suffix: how many of them are records, none of which is valid, and how many are not.
BEGINNINGS = {
    "document": (b'{"id":\n 1}', (1, 0)),
    "document of blank lines": (b'\n{\n\n"id": 1}', (1, 0)),
    "lines": (b'{"id": 1}\n{"id": 2}', (2, 0)),
    "one line": (b'{"id": 1}', (1, 0)),
    "blank line": (b'\n \n{"id": 1}\n{"id": 2}', (2, 0)),
    "line cut off": (b'{"id": 1\n{"id": 2}\n{"id": 3}', (2, 1)),
    "line of no JSON": (b'oops\n{"id": 2}', (1, 1)),
    "nothing but a cut": (b'{"id": 1', (0, 1)),
    "array": (b"\xef\xbb\xbf[{},\n{}]", (2, 0)),
    "empty": (b"", (0, 0)),
}


class Slow(io.BytesIO):
    """A pipe that gives a few bytes at a time."""

    at_once = 7

    def read1(self, _: int | None = -1, /) -> bytes:
        """Return the bytes that are available at once."""
        return super().read1(self.at_once)

    def peek(self, size: int, /) -> bytes:
        """Return the next bytes without reading them."""
        return self.getvalue()[self.tell() :][:size]


def read_from(monkeypatch: pytest.MonkeyPatch, pipe: io.BytesIO) -> None:
    """Make a pipe standard input."""
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=pipe))


def found(source: Any) -> tuple[int, int]:
    """Return the numbers of invalid records and unreadable texts."""
    summary = summarize([source])
    return summary.invalid, summary.unreadable


@pytest.mark.parametrize(("text", "expected"), BEGINNINGS.values(), ids=BEGINNINGS)
def test_the_layout_is_detected(tmp_path: Path, text: bytes, expected: tuple[int, int]) -> None:
    """A file without a known suffix has lines, an array or one document, depending on its beginning."""
    (tmp_path / "export.txt").write_bytes(text)
    assert found(tmp_path / "export.txt") == expected


@pytest.mark.parametrize(("text", "expected"), BEGINNINGS.values(), ids=BEGINNINGS)
def test_the_layout_of_a_slow_pipe(monkeypatch: pytest.MonkeyPatch, text: bytes, expected: tuple[int, int]) -> None:
    """A pipe that returns few bytes at a time is detected in the same way."""
    read_from(monkeypatch, Slow(text))
    assert found("-") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'{"id": 1}\n{"id": 2}', (2, 0)),
        (b'\n{"id": 1}\n{"id": 2', (1, 1)),
        (b'{"id": 1\n{"id": 2}\n', (0, 1)),
        (b'{"id":\n 1}', (1, 0)),
    ],
    ids=["lines", "the last cut off", "the first cut off", "document"],
)
def test_a_json_file_may_be_lines(tmp_path: Path, text: bytes, expected: tuple[int, int]) -> None:
    """A .json file contains lines if its first line is JSON."""
    (tmp_path / "export.json").write_bytes(text)
    assert found(tmp_path / "export.json") == expected


def test_only_the_first_line_is_waited_for(monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    """The first line decides, however much comes after it."""
    pipe = Slow(line * 9)
    read_from(monkeypatch, pipe)
    assert layout_of(Stream("-")) is Layout.LINES
    assert pipe.tell() < len(line) + 7


def test_an_endless_line_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most one block of an endless line is held."""
    pipe = Slow(b"{" + b" " * 3 * BLOCK)
    pipe.at_once = 1 << 16
    read_from(monkeypatch, pipe)
    assert layout_of(Stream("-")) is Layout.LINES
    assert pipe.tell() < BLOCK + pipe.at_once


def test_sources_are_several(tmp_path: Path) -> None:
    """A single name is refused: its characters would be read as names."""
    for source in (tmp_path, str(tmp_path)):
        with pytest.raises(TypeError, match="sources must be a list of files or folders, such as"):
            next(chunks(source))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def test_a_folder_called_like_a_file_is_not_read(tmp_path: Path) -> None:
    """Files of a folder are read; folders in it are not entered, whatever their names."""
    (tmp_path / "export.json").mkdir()
    (tmp_path / "deal.json").write_text("{}", "utf-8")
    assert found(tmp_path) == (1, 0)


CASES = {
    "cut in an item": (b'[{"id": 1},\n{"id": 2', [(2, "/1", "truncated")], 1),
    "cut after a comma": (b'[{"id": 1},\n', [(2, "", "the array does not end")], 1),
    "cut in a text": (b'[{"id": 1},\n "ab', [(2, "/1", "truncated")], 1),
    "cut in a word": (b"[{}, tru", [(1, "/1", "truncated")], 1),
    "cut at once": (b"[", [(1, "", "the array does not end")], 0),
    "no item": (b"[{},,{}]", [(1, "/1", "empty")], 2),
    "no last item": (b"[{},\n]", [(2, "/1", "empty")], 1),
    "no comma": (b"[{}\n{}, {}]", [(2, "/0", "trailing characters")], 1),
    "brackets that do not match": (b"[{], {}, {}]", [(1, "/0", "malformed")], 2),
    "a brace too many": (b"[}, {}]", [(1, "/0", "malformed")], 1),
    "cut after an item": (b'[{"id": 1}\n', [(2, "", "the array does not end")], 1),
    "something behind": (b"[{}]\n \n{}", [(1, "", "something after the end")], 1),
    "white space behind": (b"[{}]" + b"\n" * 100, [], 1),
    "nothing": (b"[ \n]", [], 0),
}


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_faults_of_an_array_are_reported(tmp_path: Path, case: str, size: int, *, compressed: bool) -> None:
    """Items that are JSON are validated; others, and a missing end, are unreadable."""
    text, expected, items = CASES[case]
    file = tmp_path / "a.json"
    file.write_bytes(gzip.compress(text) if compressed else text)
    parts = [*iter_parts([file], size=size)]
    found = [finding for part in parts for finding in part.findings if finding.reason]
    assert [(finding.line, finding.base) for finding in found] == [(line, base) for line, base, _ in expected]
    assert all(words in finding.reason for finding, (*_, words) in zip(found, expected, strict=True))
    assert sum(part.summary.valid + part.summary.invalid for part in parts) == items
    assert summarize([file]).total == items + len(expected)


def test_text_after_an_array_may_come_late() -> None:
    """White space after an array is read block by block, up to anything else."""
    blocks = iter([b"[]", b" \n", b" ", b"x"])
    cutter = ArrayCutter(lambda _: next(blocks, b""), 1)
    assert [*cutter.chunks()] == []
    assert cutter.complaint == "there is something after the end of the array"


def test_white_space_does_not_make_an_item_too_large() -> None:
    """The limit is that of an item: white space before it does not count."""
    text = io.BytesIO(b'[       {"a":1}]')
    (chunk,) = ArrayCutter(text.read, 12, limit=8).chunks()
    assert [chunk.read()[slice(*span)] for span in chunk.spans] == [b'{"a":1}']


def test_lines_are_counted_after_much_white_space() -> None:
    """White space after an item that is larger than the limit is not held, and the next item keeps its line."""
    text = io.BytesIO(b"[1\n\n\n\n\n\n\n\n\n\n, 2]")
    first, second = ArrayCutter(text.read, 8, limit=4).chunks()
    assert [[chunk.read()[slice(*span)] for span in chunk.spans] for chunk in (first, second)] == [[b"1"], [b"2"]]
    assert (first.read().count(b"\n") + first.skipped, second.skipped) == (10, 0)
