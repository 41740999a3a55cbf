"""Read the bytes of files and of standard input, decompressed, as far as they can be read; write files whole."""

from __future__ import annotations

import errno
import gzip
import io
import os
import stat
import sys
import tempfile
import zlib
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final, Protocol, cast

from twenty_opportunity.errors import MissingExtraError, required

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from io import BufferedReader
    from typing import TextIO

STANDARD_INPUT: Final = "-"
BLOCK: Final = 1 << 20  # bytes read at once

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = (
    b"\x28\xb5\x2f\xfd",
    *(bytes([kind]) + b"\x2a\x4d\x18" for kind in range(0x50, 0x60)),  # skippable frames; pzstd begins with one
)
_MAGIC_LENGTH: Final = 4
# A frame says how much memory its decompression needs. Only `zstd --long` and `--ultra -22` need more than 64 MiB.
_ZSTD_WINDOW_LOG: Final = 26
_COMPRESSED: Final = (".gz", ".zst")
LINES: Final = frozenset({".jsonl", ".ndjson"})
_SUFFIXES: Final = LINES | {".json"}
_FAULTS: Final = ".faults"  # `generate --invalid` writes a `NAME.faults.jsonl` that describes what it broke

# Messages of the gzip module, by their beginning: the rest may quote bytes of the file.
_GZIP_FAULTS: Final = {
    "Not a gzipped file": "there is something after the compressed data that is not gzip",
    "CRC check failed": "the compressed data is broken: its checksum is wrong",
    "Incorrect length": "the compressed data is broken: its length is wrong",
}
_NO_NAME: Final = "no file can have this name"
_BROKEN: Final = "the compressed data is broken"
_WINDOW: Final = "it takes more than 64 MiB of memory to decompress; run `zstd -d --long=31` on it first"


def suffix_of(name: str) -> str:
    """Return the suffix of a file name in lower case, without that of a compression."""
    return _without_compression(name).suffix.lower()


def _without_compression(name: str) -> Path:
    path = Path(name)
    return Path(path.stem) if path.suffix.lower() in _COMPRESSED else path


def files_in(source: str) -> list[str]:
    """
    List the files that a source names.

    Args:
        source: A file, a folder, or `-` for standard input.

    Returns:
        The source itself, or the files of records in the folder and its subfolders, sorted by name. Hidden folders,
        links to folders, pipes, and the `*.faults.jsonl` files of `generate --invalid` are left out.

    Raises:
        FileNotFoundError: The folder does not have such a file, or the source is empty.
    """
    if not source:  # pathlib takes an empty name for the current folder
        raise FileNotFoundError(0, "the name of a file is empty", source)
    if source == STANDARD_INPUT or not Path(source).is_dir():
        return [source]
    files = sorted(_files_below(source))
    if not files:
        raise FileNotFoundError(0, "there is no .json, .jsonl or .ndjson file in this folder", source)
    return files


def _files_below(folder: str) -> Iterator[str]:
    """Find the files of records in a folder and its subfolders. Hidden folders and links to folders are skipped."""
    unreadable: list[str] = []
    for path, folders, names in os.walk(folder, onerror=lambda error: unreadable.append(str(error.filename))):
        folders[:] = [name for name in folders if not name.startswith(".")]
        # Opening a pipe would wait until a program writes to it.
        yield from (str(Path(path, name)) for name in names if _has_records(name) and not Path(path, name).is_fifo())
    yield from unreadable  # so that reading one reports why


def _has_records(name: str) -> bool:
    path = _without_compression(name)
    return path.suffix.lower() in _SUFFIXES and not path.stem.lower().endswith(_FAULTS)


class _Readable(Protocol):
    """A file that returns the available bytes; none at its end."""

    def read1(self, size: int = ..., /) -> bytes: ...


class Stream(AbstractContextManager["Stream"]):
    """
    The decompressed bytes of a file, block by block.

    An error ends the stream. The bytes before it are read, and `fault` says what happened.

    Args:
        name: The file; `-` for standard input.

    Attributes:
        name: The file.
        fault: Why the stream ended too early; None if it did not.
        compressed: Whether the content is compressed.
        head: The first bytes, read ahead to find out what the file contains.
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
        self._decompression_errors: tuple[type[Exception], ...] = (zlib.error,)
        self.compressed = False
        self._taken = 0
        self._size = 0
        try:
            self._open()
        except OSError as error:
            self.fault = error.strerror or str(error)
        except MissingExtraError as error:
            self.fault = str(error)
        except ValueError:  # the name has a NUL or a lone surrogate
            self.fault = _NO_NAME
        self.head = self._next(BLOCK)
        self._pending = self.head

    def _open(self) -> None:
        standard = _standard_input() if self.name == STANDARD_INPUT else None
        file = standard or Path(self.name).open("rb")  # noqa: SIM115 - this object is the context manager
        self._file = file
        start = file.peek(_MAGIC_LENGTH)
        self.compressed = start.startswith((_GZIP, *_ZSTD))
        if start.startswith(_GZIP):
            self._source = gzip.GzipFile(fileobj=file)
        elif self.compressed:
            zstd = zstd_module("reading .zst")
            self._decompression_errors = (zlib.error, zstd.ZstdError)
            limit = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
            self._source = zstd.ZstdFile(file, options=limit)
        else:
            self._source = file

    def grow(self) -> bool:
        """Read more into the head unless it has a whole block already; return whether it grew."""
        block = self._next(BLOCK) if len(self.head) < BLOCK else b""
        self.head += block
        self._pending = self.head
        return bool(block)

    def __exit__(self, *_: object) -> None:
        """Close the file, but not standard input, which belongs to the process."""
        if self._file is not None and self.name != STANDARD_INPUT:
            self._file.close()

    @property
    def can_be_shared(self) -> bool:
        """Whether other processes can read the same bytes at any position of the file."""
        if self._file is None or self.fault or self.compressed or self.name == STANDARD_INPUT:
            return False
        return stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)

    def end_of_line(self, position: int) -> int:
        """Return the position after the line at a position of a file that can be shared, or its first size."""
        file = cast("BufferedReader", self._file)
        self._size = self._size or os.fstat(file.fileno()).st_size
        file.seek(position)
        # In blocks: a line may be larger than the memory.
        while position < self._size and (block := file.readline(BLOCK)):
            position += len(block)
            if block.endswith(b"\n"):
                return position
        return self._size  # also of a file that has become shorter, so that reading it reports that

    def start_of_line(self, start: int, end: int) -> int:
        """Return the start of the line that goes on at `end`, no earlier than `start`."""
        file = cast("BufferedReader", self._file)
        file.seek(start)
        return start + file.read(end - start).rfind(b"\n") + 1

    def taken(self) -> int:
        """Return the number of compressed bytes read since the last call; 0 for a pipe."""
        try:
            position = self._file.tell() if self._file else 0
        except OSError:
            return 0
        taken, self._taken = position - self._taken, position
        return taken

    def read(self, size: int) -> bytes:
        """
        Return the bytes that are available at once, up to a size; none at the end or at a fault.

        The first call returns the whole head.
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
            text = str(error)
            self.fault = next((ours for words, ours in _GZIP_FAULTS.items() if text.startswith(words)), _BROKEN)
        except self._decompression_errors as error:
            self.fault = _WINDOW if "too much memory" in str(error) else f"{_BROKEN}: {error}"
        except OSError as error:
            self.fault = error.strerror or str(error)
        return b""


def zstd_module(purpose: str) -> Any:
    """Return `compression.zstd`, or its backport before Python 3.14; raise MissingExtraError, naming the purpose."""
    with required("zstd", purpose):
        return import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")


def _standard_input() -> BufferedReader:
    given = cast("TextIO | None", sys.stdin)  # None if the parent process closed it
    if given is None or given.buffer.closed:
        raise OSError(errno.EBADF, "standard input is closed")
    return cast("BufferedReader", given.buffer)


@contextmanager
def written_whole(path: Path) -> Generator[IO[bytes]]:
    """
    Open a file that is written whole or not at all.

    `open_file(atomic=True)` of Click is not used: after an error it replaces the file with a partial one.

    Args:
        path: The file. It is replaced when the block ends, and stays as it was if the block raises. It keeps its
            permissions, and a link stays a link. A device or a pipe is written directly.

    Yields:
        A file that is open for writing.

    Raises:
        OSError: The file cannot be written.
    """
    is_replaced = path.is_file() or not path.exists()
    with _replaced(path) if is_replaced else _NamedFile(str(path), path) as raw, io.BufferedWriter(raw) as file:
        yield file


@contextmanager
def _replaced(shown: Path) -> Generator[io.FileIO]:
    """Open a temporary file that replaces another one when it is complete."""
    with naming(shown), suppress(FileNotFoundError):
        shown.stat()  # raises if the path is a loop of links, which Path.resolve does not report as an OSError
    path = Path(os.path.realpath(shown))
    with naming(shown):
        # In the same folder, because only there os.replace is atomic. A name has 255 bytes, and a character up to four.
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", dir=path.parent)
    try:
        with _NamedFile(descriptor, shown) as file:
            yield file
        with naming(shown):
            Path(name).chmod(_permissions(path))
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _permissions(path: Path) -> int:
    """Return the permissions of a file, or those of any new file. mkstemp's are for the owner only."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)  # the only way to read it
    os.umask(mask)
    return 0o666 & ~mask


class _NamedFile(io.FileIO):
    """A file whose errors name it: if several files are open, the message says which disk is full."""

    def __init__(self, file: int | str, shown: Path) -> None:
        with naming(shown):
            super().__init__(file, "wb")
        self._shown = shown

    def write(self, data: Any, /) -> int:
        """Write as much as fits."""
        try:
            return super().write(data)
        except OSError as error:
            raise _named(error, self._shown) from None


@contextmanager
def naming(shown: Path) -> Generator[None]:
    """Make errors name a file as it was given. A name with a NUL or a lone surrogate is an OSError, too."""
    try:
        yield
    except OSError as error:
        raise _named(error, shown) from None
    except ValueError:
        raise OSError(errno.EINVAL, _NO_NAME, str(shown)) from None


def _named(error: OSError, shown: Path) -> OSError:
    return type(error)(error.errno, error.strerror, str(shown))
