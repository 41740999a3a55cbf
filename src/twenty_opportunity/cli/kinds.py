"""The kinds of files that `convert` knows: how their names tell them, and how what is packed or piped is read."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from io import BufferedReader, RawIOBase, TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final

from twenty_opportunity.bulk.files import BLOCK, STANDARD_INPUT, Stream, suffix_of
from twenty_opportunity.bulk.tables.headers import TableError
from twenty_opportunity.errors import TwentyOpportunityError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path


class Kind(StrEnum):
    """The kinds of files."""

    JSON = "json"
    PARQUET = "parquet"
    CSV = "csv"


class ConversionError(TwentyOpportunityError):
    """Files of such names cannot be converted into each other."""


_SUFFIXES: Final = {
    ".jsonl": Kind.JSON,
    ".ndjson": Kind.JSON,
    ".json": Kind.JSON,
    ".parquet": Kind.PARQUET,
    ".csv": Kind.CSV,
}


def kind_of(path: Path, named: Kind | None) -> Kind:
    """
    Tell what a file is, or is to be.

    Args:
        path: The file, or `-`, which is JSON Lines; a folder is one of JSON.
        named: What the command line says that it is.

    Returns:
        The kind.

    Raises:
        ConversionError: The name does not tell, or is that of a compressed Parquet file.
    """
    if named is None and path.is_dir():
        return Kind.JSON
    suffix = ".jsonl" if str(path) == STANDARD_INPUT else suffix_of(path.name)
    kind = named or _SUFFIXES.get(suffix)
    if kind is None:
        raise ConversionError(f"{path}: the name does not tell what it is: {', '.join(_SUFFIXES)}; say --from or --to")
    if kind is Kind.PARQUET and path.suffix.lower() in {".gz", ".zst"}:
        raise ConversionError(f"{path}: Parquet compresses itself; unpack it, or give a name without {path.suffix}")
    return kind


def is_array(path: Path) -> bool:
    """Tell whether a file of JSON is to be one array: who reads what is called .json expects one text."""
    return suffix_of(path.name) == ".json"


def is_piped(source: Path) -> bool:
    """Tell whether a source can be read once and from its beginning only."""
    return str(source) == STANDARD_INPUT or source.is_fifo()


def is_revocable(target: Path) -> bool:
    """Tell whether what was written can be taken back; of the standard output, a device or a pipe it cannot."""
    return str(target) != STANDARD_INPUT and (target.is_file() or not target.exists())


@contextmanager
def unpacked_text(path: Path, advance: Callable[[int], None]) -> Generator[IO[str]]:
    """
    Open a file of text, plain, gzip or zstd.

    Args:
        path: The file; `-` for standard input.
        advance: Is told how many more bytes of the file are done.

    Yields:
        The text. Reading it raises `TableError` where the file cannot be read or unpacked.
    """
    with (
        Stream(str(path)) as stream,
        TextIOWrapper(BufferedReader(_Unpacked(stream, advance)), "utf-8", newline="") as text,
    ):
        yield text


class _Unpacked(RawIOBase):
    """A stream as a file of Python's, for what reads nothing else."""

    def __init__(self, stream: Stream, advance: Callable[[int], None]) -> None:
        self._stream = stream
        self._advance = advance
        self._block = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._block:
            self._block = memoryview(self._stream.read(len(buffer)))
            self._advance(self._stream.taken())
        if not self._block and self._stream.fault:
            raise TableError(self._stream.fault)
        size = min(len(buffer), len(self._block))
        buffer[:size] = self._block[:size]
        self._block = self._block[size:]
        return size


@contextmanager
def seekable(source: Path) -> Generator[Path | IO[bytes]]:
    """
    Give a source as what can be read here and there; what comes through a pipe is put into a file first.

    Args:
        source: The file; `-` for standard input.

    Yields:
        The same, or what was put aside of it.

    Raises:
        TableError: The pipe cannot be read.
    """
    if not is_piped(source):
        yield source
        return
    with TemporaryFile() as file:
        with Stream(str(source)) as stream:
            while block := stream.read(BLOCK):
                file.write(block)
            if stream.fault:
                raise TableError(stream.fault)
        yield file
