"""Streams: the bytes of files and of standard input, decompressed, up to where they can be read and no further."""

from __future__ import annotations

import errno
import gzip
import os
import stat
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, cast

from twenty_opportunity.errors import MissingExtraError, required

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from types import TracebackType
    from typing import Self, TextIO

STANDARD_INPUT: Final = "-"
BLOCK: Final = 1 << 20  # bytes that are read at once

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = (
    b"\x28\xb5\x2f\xfd",
    *(bytes([kind]) + b"\x2a\x4d\x18" for kind in range(0x50, 0x60)),  # frames to be skipped, with which pzstd begins
)
_MAGIC: Final = 4  # bytes that tell a compression
_COMPRESSED: Final = (".gz", ".zst")
LINES: Final = frozenset({".jsonl", ".ndjson"})
_SUFFIXES: Final = LINES | {".json"}
_FAULTS: Final = (
    ".faults"  # before the suffix: what `generate --invalid` writes beside records says what is wrong with them
)

# By how gzip's own words begin, which go on with bytes of the file.
_WRONG_WITH_GZIP: Final = {
    "Not a gzipped file": "there is something after the compressed data that is no gzip",
    "CRC check failed": "the compressed data is broken: it does not have the checksum that it says",
    "Incorrect length": "the compressed data is broken: it does not have the length that it says",
}
_BROKEN: Final = "the compressed data is broken"


def suffix_of(name: str) -> str:
    """Give the suffix that tells what is in a file, that of its compression aside; empty where it tells nothing."""
    return _bare(name).suffix.lower()


def _bare(name: str) -> Path:
    path = Path(name)
    return Path(path.stem) if path.suffix.lower() in _COMPRESSED else path


def files_in(source: str) -> list[str]:
    """
    List the files that a source stands for.

    Args:
        source: A file, a folder, or `-` for standard input.

    Returns:
        The source itself; for a folder the files of records in it, by name. Folders in it are not entered, and what
        `generate --invalid` says of its records, in `*.faults.jsonl`, is left out.

    Raises:
        FileNotFoundError: There is no such file in the folder, or the source has no name.
    """
    if not source:  # to pathlib, and to a script whose variable is empty, that would be this folder
        raise FileNotFoundError(0, "the name of a file is empty", source)
    if source == STANDARD_INPUT or not Path(source).is_dir():
        return [source]
    files = sorted(str(file) for file in Path(source).iterdir() if _has_records(file.name) and not file.is_dir())
    if not files:
        raise FileNotFoundError(0, "there is no .json, .jsonl or .ndjson file in this folder", source)
    return files


def _has_records(name: str) -> bool:
    bare = _bare(name)
    return bare.suffix.lower() in _SUFFIXES and not bare.stem.lower().endswith(_FAULTS)


class _Readable(Protocol):
    """What gives bytes, some at a time; none at its end."""

    def read1(self, size: int = ..., /) -> bytes: ...


class Stream:
    """
    The decompressed bytes of a file, one block after the other.

    A fault ends the stream where it happens: what came before it is read all the same, and `fault` says what it was.

    Args:
        name: The file; `-` for standard input.

    Attributes:
        name: The same.
        fault: Why the stream ended before its end; None while it has not.
        compressed: Whether what is in the file has to be decompressed.
        head: What was read so far, while nothing was asked for.
    """

    name: str
    fault: str | None
    compressed: bool
    head: bytes

    def __init__(self, name: str) -> None:
        self.name = name
        self.fault = None
        self._file: BinaryIO | None = None
        self._source: _Readable | None = None
        self.compressed = False
        self._taken = 0
        self._size = 0
        try:
            self._open()
        except OSError as error:
            self.fault = error.strerror or str(error)
        except MissingExtraError as error:
            self.fault = str(error)
        except ValueError:  # of a NUL, or of half a character
            self.fault = "no file can have this name"
        self.head = self._next(BLOCK)
        self._pending = self.head

    def _open(self) -> None:
        standard = _standard_input() if self.name == STANDARD_INPUT else None
        file = standard or Path(self.name).open("rb")  # noqa: SIM115 - this object is the context manager
        self._file = file
        start = file.peek(_MAGIC)
        self.compressed = start.startswith((_GZIP, *_ZSTD))
        if start.startswith(_GZIP):
            self._source = gzip.GzipFile(fileobj=file)
        else:
            self._source = _Zstd(file) if self.compressed else file

    def grow(self) -> bool:
        """Read on into the head, as long as that is smaller than a block; tell whether it grew."""
        block = self._next(BLOCK) if len(self.head) < BLOCK else b""
        self.head += block
        self._pending = self.head
        return bool(block)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; standard input is not ours to close."""
        if self._file is not None and self.name != STANDARD_INPUT:
            self._file.close()

    @property
    def can_be_shared(self) -> bool:
        """Whether others can read the same bytes, at any place in the file."""
        if self._file is None or self.fault or self.compressed or self.name == STANDARD_INPUT:
            return False
        return stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)

    def end_of_line(self, place: int) -> int:
        """
        Find the end of a line of a file that can be shared.

        Args:
            place: Some place in the file.

        Returns:
            Where the line ends that has the place in it, or else the file, as large as it was at first.
        """
        file = cast("BufferedReader", self._file)
        self._size = self._size or os.fstat(file.fileno()).st_size
        if place >= self._size:
            return self._size
        file.seek(place)
        # A file that has become shorter keeps its size here, so that whoever reads it notices.
        return file.tell() if file.readline() else self._size

    def taken(self) -> int:
        """Tell how many bytes of the file, as it is, were read since this was last asked."""
        try:
            position = self._file.tell() if self._file else 0
        except OSError:
            return 0  # a pipe has no position
        taken, self._taken = position - self._taken, position
        return taken

    def read(self, size: int) -> bytes:
        """
        Read on.

        Args:
            size: How many bytes at most.

        Returns:
            The bytes, fewer where there are no more at once; none at the end, or at a fault.
        """
        if self._pending:
            block, self._pending = self._pending, b""
            return block
        return self._next(size)

    def _next(self, size: int) -> bytes:
        if self.fault or self._source is None:
            return b""
        try:
            return self._source.read1(size)
        except EOFError:
            self.fault = "the compressed data is cut off"
        except gzip.BadGzipFile as error:
            told = str(error)
            self.fault = next((ours for words, ours in _WRONG_WITH_GZIP.items() if told.startswith(words)), _BROKEN)
        except (zlib.error, _BrokenError) as error:
            self.fault = f"{_BROKEN}: {error}"
        except OSError as error:
            self.fault = error.strerror or str(error)
        return b""


def _standard_input() -> BufferedReader:
    given = cast("TextIO | None", sys.stdin)  # None where whoever started this process closed it
    if given is None or given.buffer.closed:
        raise OSError(errno.EBADF, "standard input is closed")
    return cast("BufferedReader", given.buffer)


class _BrokenError(ValueError):
    """Data is not what its compression says."""


class _Zstd:
    """Decompresses frame after frame, and notices when the last is cut off, which zstandard's own reader does not."""

    _INPUT: Final = 1 << 14  # bytes that are decompressed at once; small, since there is no bound to what they become

    def __init__(self, file: BinaryIO) -> None:
        with required("zstd", "reading .zst"):
            import zstandard

        self._module = zstandard
        self._file = file
        self._blocks = self._decompressed()

    def read1(self, size: int = -1, /) -> bytes:  # noqa: ARG002 - blocks come as large as they are
        return next(self._blocks, b"")

    def _decompressed(self) -> Iterator[bytes]:
        frame = None
        data = b""
        try:
            while data := data or self._file.read(self._INPUT):
                frame = frame or self._module.ZstdDecompressor().decompressobj()
                block = frame.decompress(data)
                data = frame.unused_data
                frame = None if frame.eof else frame
                if block:
                    yield block
        except self._module.ZstdError as error:
            raise _BrokenError(str(error)) from None
        if frame is not None:
            raise EOFError
