"""How texts stand in a file is found out by its name and by how it begins, and no more is read for it than decides."""

from __future__ import annotations

import io
import sys
import types
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity.bulk import chunks, summarize
from twenty_opportunity.bulk.chunks import Layout, layout_of
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
        """Give as much as there is at once."""
        return super().read1(self.at_once)

    def peek(self, size: int, /) -> bytes:
        """Look at what comes next."""
        return self.getvalue()[self.tell() :][:size]


def read_from(monkeypatch: pytest.MonkeyPatch, pipe: io.BytesIO) -> None:
    """Make a pipe the standard input."""
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=pipe))


def found(source: Any) -> tuple[int, int]:
    """Tell how many invalid records and how many unreadable texts there are."""
    summary = summarize([source])
    return summary.invalid, summary.unreadable


@pytest.mark.parametrize(("text", "expected"), BEGINNINGS.values(), ids=BEGINNINGS)
def test_the_layout_is_found_out(tmp_path: Path, text: bytes, expected: tuple[int, int]) -> None:
    """A file whose suffix says nothing is lines, an array or one document, by how it begins."""
    (tmp_path / "export.txt").write_bytes(text)
    assert found(tmp_path / "export.txt") == expected


@pytest.mark.parametrize(("text", "expected"), BEGINNINGS.values(), ids=BEGINNINGS)
def test_the_layout_of_what_comes_slowly(
    monkeypatch: pytest.MonkeyPatch, text: bytes, expected: tuple[int, int]
) -> None:
    """What comes through a pipe in small pieces is read as it is at once."""
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
    """Exports of lines that are called .json are lines, where the first of them is a text of its own."""
    (tmp_path / "export.json").write_bytes(text)
    assert found(tmp_path / "export.json") == expected


def test_no_more_is_waited_for_than_decides(monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    """The first line decides, however much comes after it."""
    pipe = Slow(line * 9)
    read_from(monkeypatch, pipe)
    assert layout_of(Stream("-")) is Layout.LINES
    assert pipe.tell() < len(line) + 7


def test_what_decides_may_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a line without an end no more is held than is read at once."""
    pipe = Slow(b"{" + b" " * 3 * BLOCK)
    pipe.at_once = 1 << 16
    read_from(monkeypatch, pipe)
    assert layout_of(Stream("-")) is Layout.LINES
    assert pipe.tell() < BLOCK + pipe.at_once


def test_sources_are_several(tmp_path: Path) -> None:
    """The name of one file is no list of files: its letters would be."""
    for source in (tmp_path, str(tmp_path)):
        with pytest.raises(TypeError, match="sources is a list of files or folders, such as"):
            next(chunks(source))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def test_a_folder_called_like_a_file_is_not_read(tmp_path: Path) -> None:
    """Of a folder the files are read; folders in it are not entered, whatever they are called."""
    (tmp_path / "export.json").mkdir()
    (tmp_path / "deal.json").write_text("{}", "utf-8")
    assert found(tmp_path) == (1, 0)
