"""Chunks: sources cut into pieces of work that can be done apart, each knowing its file and its place in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from twenty_opportunity.bulk.array_splitter import ArrayCutter
from twenty_opportunity.bulk.files import BLOCK, Stream, files_in
from twenty_opportunity.bulk.layouts import MARK, Layout, layout_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OTHER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_OTHER_ENCODING: Final = "the text is UTF-16 or UTF-32; JSON is exchanged in UTF-8"


@attrs.frozen
class Chunk:
    """
    A piece of work: some records of a file that follow each other.

    Attributes:
        file: The file.
        start: Where it begins among the chunks of the file; that they are ordered by it is all that it says.
        layout: How the texts of records stand in it.
        data: The bytes; None where whoever does the work reads them from the file.
        end: Where in the file it ends, where it is read from there.
        index: The index of its first item in an array.
        spans: Where in the data each item begins and ends.
        fault: What is wrong at the end of it, if anything.
        taken: How many bytes of the file were read for it.
    """

    file: str
    start: int
    layout: Layout = Layout.LINES
    data: bytes | None = None
    end: int = 0
    index: int = 0
    spans: tuple[tuple[int, int], ...] = ()
    fault: str | None = None
    taken: int = 0

    def read(self) -> bytes:
        """
        Give the bytes.

        Raises:
            OSError: The file cannot be read, or is shorter than it was.
        """
        if self.data is not None:
            return self.data
        with Path(self.file).open("rb") as file:
            file.seek(self.start)
            data = file.read(self.end - self.start)
        if len(data) < self.end - self.start:
            raise OSError(0, "the file has become shorter", self.file)
        return data

    def failed(self, error: OSError) -> Chunk:
        """Return this chunk as one that could not be read."""
        return attrs.evolve(self, data=b"", fault=_reason(error))


def chunks(sources: Iterable[str | Path], *, size: int = BLOCK) -> Iterator[Chunk]:
    """
    Cut sources into pieces of work.

    Lines of a file that is not compressed are left there for whoever does the work; all else is read here.

    Args:
        sources: Files, folders, and `-` for standard input.
        size: The bytes of a chunk, about; a longer record makes a longer chunk.

    Returns:
        The chunks in the order of the sources. What cannot be read is a chunk with a fault.

    Raises:
        TypeError: The sources are one.
    """
    if isinstance(sources, str | Path):  # the letters of a name are files to nobody
        message = f"sources are several: a list of files or folders, such as [{str(sources)!r}]"
        raise TypeError(message)
    for source in map(str, sources):
        try:
            files = files_in(source)
        except OSError as error:
            yield Chunk(source, 0, data=b"", fault=_reason(error))
            continue
        for file in files:
            yield from _chunks_of(file, size)


def _chunks_of(file: str, size: int) -> Iterator[Chunk]:
    with Stream(file) as stream:
        layout = layout_of(stream)
        if stream.head.startswith(_OTHER_MARKS):
            yield Chunk(file, 0, data=b"", fault=_OTHER_ENCODING)
        elif layout is Layout.ITEMS:
            yield from _items(stream, size)
        elif layout is Layout.WHOLE:
            yield _whole(stream)
        elif stream.can_be_shared:
            yield from _places(stream, size)
        else:
            yield from _lines(stream, size)


def _places(stream: Stream, size: int) -> Iterator[Chunk]:
    """Cut a file of lines without reading more of it than where the cuts are."""
    start = len(MARK) if stream.head.startswith(MARK) else 0
    while (end := stream.end_of_line(start + size)) > start:
        yield Chunk(stream.name, start, end=end, taken=end - start)
        start = end


def _lines(stream: Stream, size: int) -> Iterator[Chunk]:
    start = 0
    held: list[bytes] = []  # of a line that is longer than what was read so far
    for block in _blocks(stream, size):
        whole, newline, rest = block.rpartition(b"\n")
        if not newline:
            held.append(rest)
            continue
        data = b"".join([*held, whole, newline])
        held = [rest]
        yield Chunk(stream.name, start, data=data, taken=stream.taken())
        start += len(data)
    # Where the stream ended before its end, so did its last line.
    rest = b"" if stream.fault else b"".join(held)
    if rest or stream.fault:
        yield Chunk(stream.name, start, data=rest, fault=stream.fault, taken=stream.taken())


def _blocks(stream: Stream, size: int) -> Iterator[bytes]:
    block = stream.read(size).removeprefix(MARK)
    while block:
        yield block
        block = stream.read(size)


def _items(stream: Stream, size: int) -> Iterator[Chunk]:
    cutter = ArrayCutter(stream.read, size)
    start = 0
    for batch in cutter.batches():
        yield Chunk(
            stream.name,
            start,
            Layout.ITEMS,
            batch.data,
            index=batch.index,
            spans=batch.spans,
            taken=stream.taken(),
        )
        start += len(batch.data)
    fault = stream.fault or cutter.complaint
    if fault:
        yield Chunk(stream.name, start, Layout.WHOLE, cutter.rest, fault=fault, taken=stream.taken())


def _whole(stream: Stream) -> Chunk:
    data = b"".join(_blocks(stream, BLOCK))
    return Chunk(stream.name, 0, Layout.WHOLE, data, fault=stream.fault, taken=stream.taken())


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
