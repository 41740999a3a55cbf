"""Cut files into chunks that can be checked independently, each with its file and position."""

from __future__ import annotations

import re
from enum import Enum
from io import IOBase
from os import PathLike, fsdecode
from pathlib import Path
from typing import TYPE_CHECKING, Final

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
        spans: The begin and the end of each item in the data.
        fault: The reason why the file is unreadable right after the data; None if it is not.
        taken: The number of bytes of the file that it was made of.
        skipped: The number of newlines after the data that were left out, because the record there is too large.
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
    held: list[bytes] = []  # the beginning of a line that continues in the next block
    held_size = 0  # above the maximum nothing is held any more, but the bytes are still counted
    most = limit + len(_LINE_BREAK)  # a larger line is certainly too large; smaller ones are measured when checked
    for block in _blocks(stream, size):
        text = block
        if held_size > most:
            end, newline, text = block.partition(b"\n")
            held_size += len(end)
            if not newline:
                continue
            yield Chunk(stream.name, start, data=b"", fault=too_large("the line", limit), skipped=1)
            start += held_size + 1
            held_size = 0
        lines, newline, rest = text.rpartition(b"\n")
        if newline:
            data = b"".join([*held, lines, newline])
            yield Chunk(stream.name, start, data=data)
            start += len(data)
            held, held_size = [], 0
        held.append(rest)
        held_size += len(rest)
        if held_size > most:
            held = []
    # A stream with a fault was cut off within its last line.
    fault = stream.fault or (too_large("the line", limit) if held_size > most else None)
    rest = b"" if fault else b"".join(held)
    if rest or fault:
        yield Chunk(stream.name, start, data=rest, fault=fault)


def _blocks(stream: Stream, size: int) -> Iterator[bytes]:
    block = stream.read(size).removeprefix(BYTE_ORDER_MARK)
    while block:
        yield block
        block = stream.read(size)


def _items(stream: Stream, size: int, limit: int) -> Iterator[Chunk]:
    cutter = ArrayCutter(stream.read, size, limit)
    start = 0
    for batch in cutter.batches():
        fault = too_large(f"item {batch.index} of the array", limit) if batch.is_too_large else None
        yield Chunk(
            stream.name,
            start,
            Layout.ITEMS,
            batch.data,
            index=batch.index,
            spans=batch.spans,
            fault=fault,
            skipped=batch.skipped,
        )
        start += len(batch.data) + 1  # never the same twice, although the data may be empty
    if fault := stream.fault or cutter.complaint:
        yield Chunk(stream.name, start, Layout.WHOLE, cutter.rest, fault=fault)


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


def _can_be_json(text: bytes, *, whole: bool) -> bool:
    """Check whether a text is JSON, or, unless it is whole, may become JSON with more text."""
    try:
        decode(text)
    except DecodeError as error:
        return not whole and error.reason == TRUNCATED
    return True


# Every quantifier is possessive: text that was matched once is never read again.
_STRING: Final = rb'"(?:[^"\\]++|\\.)*+"'
_END_OF_STRING: Final = re.compile(rb'(?:[^"\\]++|\\.)*+("?)', re.DOTALL)
_SHALLOW: Final = re.compile(
    rb"[ \t\r\n]*+(?:(?P<whole>%b)|(?P<open>[\[{])|(?P<comma>,)|(?P<end>\])|(?P<word>[^ \t\r\n,\]\[{\"]++))" % _STRING,
    re.DOTALL,
)
_NO_BRACKET: Final = rb'[^"\[\]{}]*+(?:%b[^"\[\]{}]*+)*+' % _STRING
_BRACKET: Final = re.compile(rb"%b([\[\]{}])" % _NO_BRACKET, re.DOTALL)
_UP_TO_BRACKET: Final = re.compile(_NO_BRACKET, re.DOTALL)
_WHITE_SPACE: Final = b" \t\r\n"


@attrs.frozen
class Batch:
    """
    Consecutive items of an array, with the text between them.

    Attributes:
        data: The text, which continues that of the batch before.
        index: The index of the first item.
        spans: The begin and the end of each item in the text.
        skipped: The number of newlines in the text that is left out after the data.
        is_too_large: Whether the text left out is an item.
    """

    data: bytes
    index: int
    spans: tuple[tuple[int, int], ...] = ()
    skipped: int = 0
    is_too_large: bool = False


class ArrayCutter:
    """
    Cuts the text of an array between its items, holding no more than a few of them.

    Only brackets and strings are recognized; an item may be invalid JSON.

    Args:
        read: Returns about as many bytes as asked for; none at the end.
        block: The number of bytes to ask for.
        limit: The number of bytes that may be held. A larger item is left out.

    Attributes:
        complaint: The fault of the array apart from its items; None if it has none.
    """

    complaint: str | None

    def __init__(self, read: Callable[[int], bytes], block: int, limit: int = MAX_RECORD_SIZE) -> None:
        self.complaint = None
        self._read = read
        self._block = block
        self._limit = limit
        self._text = b""
        self._at = 0  # the text before this position was looked at
        self._depth = 0
        self._begin = -1  # of the current item; -1 between items
        self._end = 0
        self._spans: list[tuple[int, int]] = []
        self._index = 0  # of the first of the spans
        self._after_comma = False
        self._over = False
        self._skipped = 0
        self._before_large: bytes | None = None  # the text before an item that is too large, while in that item
        self._in_string = False  # only in such an item; elsewhere a string is matched as a whole
        self._large: Batch | None = None

    @property
    def rest(self) -> bytes:
        """The text after the last batch: white space and brackets."""
        return self._text[: self._at]

    def batches(self) -> Iterator[Batch]:
        """
        Cut the text.

        Yields:
            The items, batch by batch. The texts of the batches, joined, are the text up to the end of the last item,
            except for the parts that are left out.
        """
        self._text = self._read(self._block)
        self._at = self._text.index(b"[") + 1
        while True:
            self._look()
            if self._spans:
                cut = self._spans[-1][1]
                yield Batch(self._text[:cut], self._index, tuple(self._spans), self._skipped)
                self._index += len(self._spans)
                self._spans, self._skipped = [], 0
                self._forget(cut)
            elif self._large:
                yield self._large
                self._index += 1
                self._large = None
            elif self._over:
                return
            else:
                if len(self._text) > self._limit or self._before_large is not None:
                    yield from self._shrink()
                self._grow()

    def _forget(self, cut: int) -> None:
        self._text = self._text[cut:]
        self._at -= cut
        self._begin = self._begin - cut if self._begin >= 0 else -1
        self._end -= cut

    def _shrink(self) -> Iterator[Batch]:
        """Forget white space between items, or an item that is too large."""
        rest = self._text[self._at :].lstrip(_WHITE_SPACE)
        if self._before_large is None and not self._depth and not rest:
            if self._begin < 0:
                yield Batch(b"", self._index, skipped=self._text.count(b"\n"))
                self._forget(len(self._text))
                self._at = 0
            else:
                self._skipped += self._text.count(b"\n", self._at)
                self._text = self._text[: self._at]
            return
        if self._before_large is None:
            begin = len(self._text) - len(rest) if self._begin < 0 else self._begin
            if len(self._text) - begin <= self._limit:
                return
            self._before_large = self._text[:begin]
            self._at = max(self._at, begin)
            self._forget(begin)
            self._begin = 0
        self._skipped += self._text.count(b"\n", 0, self._at)
        self._forget(self._at)
        self._begin = 0

    def _grow(self) -> None:
        # An item larger than a block is read in steps that double, so that its strings are matched few times.
        blocks = [self._text]
        missing = min(max(self._block, len(self._text)), max(self._limit + 1 - len(self._text), self._block))
        while missing > 0 and (block := self._read(missing)):
            blocks.append(block)
            missing -= len(block)
        if len(blocks) > 1:
            self._text = b"".join(blocks)
            return
        self._over = True
        end = len(self._text)
        begin = end - len(self._text[self._at :].lstrip()) if self._begin < 0 else self._begin
        self._at = end
        if self._before_large is not None:
            self._finish(required=False)
        elif begin < end:
            self._spans.append((begin, end))
            if not _can_be_json(self._text[begin:], whole=True):
                return  # one finding is enough for an item that is cut off
        self.complaint = "the array does not end"

    def _look(self) -> None:
        """Look at everything in the text that is complete, up to a place where something is left out."""
        step = True
        while step and not (self._over or self._large or (self._skipped and self._begin < 0)):
            look = self._in_large_string if self._in_string else self._in_item if self._depth else self._between
            step = look()

    def _in_item(self) -> bool:
        bracket = _BRACKET.match(self._text, self._at)
        if bracket is None:
            return self._before_large is not None and self._in_large_item()
        self._at = self._end = bracket.end()
        self._depth += 1 if bracket[1] in b"[{" else -1
        return True

    def _in_large_item(self) -> bool:
        """Pass over text without a bracket; a string that does not end in this text may be larger than the memory."""
        text = _UP_TO_BRACKET.match(self._text, self._at)
        self._at = text.end() if text else self._at  # it always matches
        self._in_string = self._at < len(self._text)
        self._at += self._in_string
        return self._in_string

    def _in_large_string(self) -> bool:
        end = _END_OF_STRING.match(self._text, self._at)
        self._at = end.end() if end else self._at  # it always matches
        self._in_string = not (end and end[1])
        return not self._in_string

    def _between(self) -> bool:
        lexeme = _SHALLOW.match(self._text, self._at)
        if lexeme is None or (lexeme["word"] and lexeme.end() == len(self._text)):
            # The rest of a string or a word may be in the next block.
            return self._before_large is not None and self._in_large_item()
        self._at = lexeme.end()
        kind = lexeme.lastgroup or ""
        if kind == "comma":
            self._finish(required=True)
            self._after_comma = True
        elif kind == "end":
            self._finish(required=self._after_comma)
            self._over = True
            self._look_behind()
        else:
            self._begin = lexeme.start(kind) if self._begin < 0 else self._begin
            self._end = self._at
            self._depth = int(kind == "open")
        return True

    def _finish(self, *, required: bool) -> None:
        if self._before_large is not None:
            skipped = self._skipped + self._text.count(b"\n", 0, self._at)
            self._large = Batch(self._before_large, self._index, skipped=skipped, is_too_large=True)
            self._before_large, self._skipped = None, 0
            self._forget(self._at)
        elif self._begin >= 0:
            self._spans.append((self._begin, self._end))
        elif required:
            self._spans.append((self._at - 1, self._at - 1))  # an empty item, which is not JSON
        self._begin = -1

    def _look_behind(self) -> None:
        text = self._text[self._at :]
        while not text.strip(_WHITE_SPACE):
            text = self._read(self._block)
            if not text:
                return
        self.complaint = "there is something after the end of the array"
