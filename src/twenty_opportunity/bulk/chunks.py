"""Cut files into chunks that can be checked independently, each with its file and position."""

from __future__ import annotations

import re
from enum import Enum
from io import IOBase
from os import PathLike, fsdecode
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from twenty_opportunity.bulk.files import BLOCK, LINES, Stream, files_in, suffix_of
from twenty_opportunity.errors import DecodeError
from twenty_opportunity.values.arguments import check_number, items_of
from twenty_opportunity.values.json_text import TRUNCATED, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
MAX_RECORD_SIZE: Final = 1 << 20
"""The size in bytes of the largest record that is decoded by default: a line or an item of an array."""

MAX_DOCUMENT: Final = 4
"""The size of the largest document, such as a page, in multiples of the size of the largest record."""

_LARGEST_CHUNK: Final = 1 << 30
_OTHER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_LINE_BREAK: Final = b"\r\n"
_OTHER_ENCODING: Final = "the text is UTF-16 or UTF-32; JSON is exchanged in UTF-8"


class Layout(Enum):
    """How JSON texts are arranged in a file."""

    LINES = "lines"
    ITEMS = "items"
    WHOLE = "whole"


@attrs.frozen
class Chunk:
    """
    Consecutive records of a file.

    Attributes:
        file: The file.
        start: The position of the chunk among the others of its file; used only to order them.
        layout: How the records are arranged in it.
        data: The bytes; None if the chunk has to be read from the file.
        end: The position in the file where the chunk ends, if it has to be read from there.
        index: The index of its first item in the array.
        spans: The beginning and the end of each item in the data.
        fault: The reason why the file is unreadable right after the data; None if it is not.
        taken: The number of bytes of the file that it was made of.
        skipped: The number of newlines in the text that is left out after the data.
        max_record_size: The size in bytes above which a record is refused.
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
    skipped: int = 0
    max_record_size: int = MAX_RECORD_SIZE

    def read(self) -> bytes:
        """
        Return the bytes.

        Returns:
            The bytes of the chunk, from memory or from the file.

        Raises:
            OSError: The file cannot be read, or has become shorter.
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


def too_large(subject: str, limit: int) -> str:
    """Return the reason why a text is refused that is larger than a record may be."""
    return f"{subject} is larger than {limit} bytes, the maximum size"


def chunks(
    sources: Iterable[str | Path], *, size: int = BLOCK, max_record_size: int = MAX_RECORD_SIZE
) -> Iterator[Chunk]:
    """
    Cut files into chunks.

    The lines of an uncompressed file are not read here, but when the chunk is checked.

    Args:
        sources: Files, folders, and `-` for standard input.
        size: The size of a chunk in bytes, approximately; a longer record makes a longer chunk.
        max_record_size: The size in bytes above which a record is refused.

    Yields:
        The chunks in the order of the sources. An unreadable source is a chunk with a fault.

    Raises:
        TypeError: The sources are a single name, or an argument has another type.
        ValueError: A size is less than 1, or that of a chunk is more than 1 GiB.
    """
    check_number("size", size, "the size of a chunk in bytes", _LARGEST_CHUNK)
    check_number("max_record_size", max_record_size, "the size of the largest record in bytes")
    if isinstance(sources, str | PathLike):  # a str is an iterable of names, too: its characters
        raise TypeError(f"sources must be a list of files or folders, such as [{fsdecode(sources)!r}]")
    if isinstance(sources, IOBase):  # an iterable of lines
        raise TypeError(f"sources must be a list of files or folders, not {type(sources).__name__}")
    for source in map(fsdecode, items_of("sources", sources, str | PathLike, "names of files or folders")):
        try:
            files = files_in(source)
        except OSError as error:
            yield Chunk(source, 0, data=b"", fault=_reason(error))
            continue
        for file in files:
            with Stream(file) as stream:
                for chunk in _chunks_of(stream, size, max_record_size):
                    yield attrs.evolve(chunk, taken=chunk.taken or stream.taken(), max_record_size=max_record_size)


def _chunks_of(stream: Stream, size: int, limit: int) -> Iterator[Chunk]:
    layout = layout_of(stream)
    if stream.head.startswith(_OTHER_MARKS):
        yield Chunk(stream.name, 0, data=b"", fault=_OTHER_ENCODING)
    elif layout is Layout.ITEMS:
        yield from _items(stream, size, limit)
    elif layout is Layout.WHOLE:
        yield _whole(stream, limit)
    elif stream.can_be_shared:
        yield from _positions(stream, size, limit)
    else:
        yield from _lines(stream, size, limit)


def _positions(stream: Stream, size: int, limit: int) -> Iterator[Chunk]:
    """Cut a file into lines, reading no more of it than where the cuts are."""
    start = len(BYTE_ORDER_MARK) if stream.head.startswith(BYTE_ORDER_MARK) else 0
    while (end := stream.end_of_line(start + size)) > start:
        if end - start > size + limit + len(_LINE_BREAK):  # the last line is certainly too large
            line = stream.start_of_line(start, start + size)
            fault = too_large("the line", limit)
            yield Chunk(stream.name, start, end=line, fault=fault, taken=end - start, skipped=1)
        else:
            yield Chunk(stream.name, start, end=end, taken=end - start)
        start = end


def _lines(stream: Stream, size: int, limit: int) -> Iterator[Chunk]:
    start = 0
    text = bytearray()  # that which is in no chunk yet
    lost = 0  # bytes of the current line, which is too large and not held
    for block in _blocks(stream, size):
        text += block
        if lost:
            end = text.find(b"\n") + 1 or len(text)
            lost += end
            is_over = text.endswith(b"\n", 0, end)
            del text[:end]
            if is_over:
                yield Chunk(stream.name, start, data=b"", fault=too_large("the line", limit), skipped=1)
                start, lost = start + lost, 0
        if cut := text.rfind(b"\n", max(len(text) - len(block), 0)) + 1:
            yield Chunk(stream.name, start, data=bytes(text[:cut]))
            start += cut
            del text[:cut]
        if len(text) > limit + len(_LINE_BREAK):  # certainly too large; smaller lines are measured when checked
            lost = len(text)
            text.clear()
    # A stream with a fault was cut off within its last line.
    fault = stream.fault or (too_large("the line", limit) if lost else None)
    if text or fault:
        yield Chunk(stream.name, start, data=b"" if fault else bytes(text), fault=fault)


def _blocks(stream: Stream, size: int) -> Iterator[bytes]:
    block = stream.read(size).removeprefix(BYTE_ORDER_MARK)
    while block:
        yield block
        block = stream.read(size)


def _items(stream: Stream, size: int, limit: int) -> Iterator[Chunk]:
    cutter = ArrayCutter(stream.read, size, limit, stream.name)
    start = 0
    for chunk in cutter.chunks():
        yield chunk
        start = chunk.start + len(chunk.data or b"") + 1
    if fault := stream.fault or cutter.complaint:
        yield Chunk(stream.name, start, Layout.WHOLE, b"", fault=fault)


def _whole(stream: Stream, limit: int) -> Chunk:
    blocks: list[bytes] = []
    size = 0
    for block in _blocks(stream, BLOCK):
        blocks.append(block)
        size += len(block)
        if size > limit * MAX_DOCUMENT:
            return Chunk(stream.name, 0, Layout.WHOLE, b"", fault=too_large("the document", limit * MAX_DOCUMENT))
    return Chunk(stream.name, 0, Layout.WHOLE, b"".join(blocks), fault=stream.fault)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def layout_of(stream: Stream) -> Layout:
    """
    Find out how JSON texts are arranged in a file.

    Only as much is read as decides: a pipe may be slow.

    Args:
        stream: The file, of which only the head was read.

    Returns:
        Lines if the suffix says so; otherwise what the beginning looks like. A `.json` file may contain lines, too:
        many exports are called so.
    """
    suffix = suffix_of(stream.name)
    if suffix in LINES:
        return Layout.LINES
    if _beginning(stream, bool).startswith(b"["):
        return Layout.ITEMS
    first = _beginning(stream, lambda text: b"\n" in text).split(b"\n")[0]
    if _can_be_json(first, whole=True):
        return Layout.LINES
    if suffix == ".json":
        return Layout.WHOLE
    return Layout.WHOLE if _continues(stream, first) else Layout.LINES


def _beginning(stream: Stream, is_enough: Callable[[bytes], bool]) -> bytes:
    """Read until there is enough or the head is full; return the head without the white space before it."""
    while not is_enough(beginning := stream.head.removeprefix(BYTE_ORDER_MARK).lstrip()):
        if not stream.grow():
            break
    return beginning


def _continues(stream: Stream, first: bytes) -> bool:
    """Check whether the second line continues the JSON text of the first."""
    first_two = _beginning(stream, lambda text: text.count(b"\n") > 1).split(b"\n")[:2]
    return len(first_two) > 1 and _can_be_json(first, whole=False) and _can_be_json(b"\n".join(first_two), whole=False)


def _can_be_json(text: bytes | bytearray, *, whole: bool) -> bool:
    """Check whether a text is JSON, or, unless it is whole, may become JSON with more text."""
    try:
        decode(text)
    except DecodeError as error:
        return not whole and error.reason == TRUNCATED
    return True


# Every quantifier is possessive: text that was matched once is never read again.
_STRING: Final = rb'"(?:[^"\\]++|\\.)*+"'
_END_OF_STRING: Final = re.compile(rb'(?:[^"\\]++|\\.)*+("?)', re.DOTALL)
_BETWEEN: Final = re.compile(rb"[ \t\r\n]*+([\[{,\]\"]|[^ \t\r\n,\]\[{\"]++)")
_BRACKET: Final = re.compile(rb'[^"\[\]{}]*+(?:%b[^"\[\]{}]*+)*+([\[\]{}"]?)' % _STRING, re.DOTALL)
_NESTING: Final = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_WHITE_SPACE: Final = b" \t\r\n"


class ArrayCutter:
    """
    Cuts the text of an array between its items, holding no more than a block and an item.

    Only brackets and strings are recognized; an item may be invalid JSON.

    Args:
        read: Returns about as many bytes as asked for; none at the end.
        block: The number of bytes to ask for.
        limit: The number of bytes of an item that may be held. A larger item is left out.
        file: The file.

    Attributes:
        complaint: The fault of the array apart from its items; None if it has none.
    """

    complaint: str | None

    def __init__(self, read: Callable[[int], bytes], block: int, limit: int = MAX_RECORD_SIZE, file: str = "") -> None:
        self.complaint = None
        self._read = read
        self._block = block
        self._limit = limit
        self._file = file
        self._start = 0
        self._text = bytearray()  # that which is in no chunk yet
        self._at = 0  # the text before this position was looked at
        self._depth = 0
        self._in_string = False
        self._begin = -1  # of the current item; -1 between items
        self._end = 0
        self._spans: list[tuple[int, int]] = []  # of the items before
        self._index = 0  # of the first of the spans
        self._is_too_large = False  # the current item, whose text is forgotten
        self._skipped = 0  # newlines in what was forgotten of the current item, or of the white space after it

    def chunks(self) -> Iterator[Chunk]:
        """
        Cut the text.

        Yields:
            The items, chunk by chunk, each with the text between its items. Of the text between two chunks, only the
            newlines are counted. An item that is too large is the fault of an empty chunk.
        """
        self._text += self._read(self._block)
        self._at = self._text.index(b"[") + 1
        before = b"["
        while before != b"]":
            for mark in self._marks():
                yield from self._finish(is_required=b"," in (mark, before))
                before = mark
            yield from self._cut()
            if before == b"]":
                self._look_behind()
            elif block := self._next_block():
                self._text += block
            else:
                yield from self._break_off()
                return

    def _marks(self) -> Iterator[bytes]:
        """Look at all the text, and yield the commas between items and the bracket after them."""
        mark = b""
        while mark != b"]":
            if self._in_string:
                found = cast("re.Match[bytes]", _END_OF_STRING.match(self._text, self._at))
                self._at = self._end = found.end()
                self._in_string = not found[1]
                if self._in_string:
                    return
            elif self._depth:
                found = cast("re.Match[bytes]", _BRACKET.match(self._text, self._at))
                self._at = self._end = found.end()
                self._in_string = found[1] == b'"'
                if not found[1]:
                    return
                self._depth += _NESTING.get(found[1], 0)
            elif between := _BETWEEN.match(self._text, self._at):
                self._at, mark = between.end(), between[1]
                if mark in {b",", b"]"}:
                    yield mark
                    continue
                self._begin = between.start(1) if self._begin < 0 else self._begin
                self._end = self._at
                self._in_string = mark == b'"'
                self._depth = int(mark in {b"[", b"{"})
            else:
                self._at = len(self._text)  # white space
                return

    def _finish(self, *, is_required: bool) -> Iterator[Chunk]:
        """End the current item. An item that is required but missing is an empty text, which is not JSON."""
        if self._is_too_large:
            self._skipped += self._text.count(b"\n", 0, self._at)
            fault = too_large(f"item {self._index} of the array", self._limit)
            yield self._chunk(skipped=self._skipped, fault=fault)
            self._index += 1
            self._is_too_large, self._skipped = False, 0
            self._forget(self._at)
        elif self._begin >= 0 or is_required:
            self._spans.append((self._begin, self._end) if self._begin >= 0 else (self._at - 1, self._at - 1))
        self._begin = -1
        if self._skipped:  # after which no item may come in a chunk: its line would be wrong
            yield from self._cut()

    def _cut(self) -> Iterator[Chunk]:
        """Yield the items that ended, and forget all text but that of the current item, unless it is too large."""
        end = self._spans[-1][1] if self._spans else 0
        kept = self._at if self._begin < 0 else self._begin
        skipped = self._text.count(b"\n", end, kept)
        if self._begin < 0:
            skipped, self._skipped = skipped + self._skipped, 0
        if self._spans or skipped:
            yield self._chunk(bytes(self._text[:end]), spans=tuple(self._spans), skipped=skipped)
        self._index += len(self._spans)
        self._spans = []
        self._forget(kept)
        if self._begin == 0 and self._end > self._limit:
            self._is_too_large = True
        if self._is_too_large:
            self._skipped += self._text.count(b"\n", 0, self._at)
            self._forget(self._at)
            self._begin = 0
        elif self._begin == 0 and len(self._text) > self._limit:
            rest = self._end + 1  # of the white space after the item, in which there may still be something
            self._skipped += self._text.count(b"\n", rest)
            del self._text[rest:]
            self._at = len(self._text)

    def _chunk(self, data: bytes = b"", **rest: Any) -> Chunk:
        start = self._start
        self._start += len(data) + 1  # never the same twice, although the data may be empty
        return Chunk(self._file, start, Layout.ITEMS, data, index=self._index, **rest)

    def _forget(self, cut: int) -> None:
        del self._text[:cut]
        self._at -= cut
        self._begin = max(self._begin - cut, -1)
        self._end -= cut

    def _next_block(self) -> bytes:
        """Read a whole block, although a pipe returns few bytes at a time: chunks should be large."""
        blocks: list[bytes] = []
        missing = self._block
        while missing > 0 and (block := self._read(missing)):
            blocks.append(block)
            missing -= len(block)
        return b"".join(blocks)

    def _break_off(self) -> Iterator[Chunk]:
        """End an array that is cut off. One finding is enough for an item that is cut off."""
        is_cut_off = self._begin >= 0 and not self._is_too_large and not _can_be_json(self._text, whole=True)
        self._at = self._end = len(self._text)
        yield from self._finish(is_required=False)
        yield from self._cut()
        self.complaint = None if is_cut_off else "the array does not end"

    def _look_behind(self) -> None:
        text: bytes | bytearray = self._text
        while not text.strip(_WHITE_SPACE):
            text = self._read(self._block)
            if not text:
                return
        self.complaint = "there is something after the end of the array"
