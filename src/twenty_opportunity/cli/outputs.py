"""Where output goes: a file that is there whole or not at all, or the standard output."""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, cast

import typer

from twenty_opportunity.errors import required

if TYPE_CHECKING:
    from collections.abc import Generator

OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write here instead of to the standard output."),
]


@contextmanager
def writing(path: Path | None) -> Generator[IO[bytes]]:
    """
    Open an output.

    Args:
        path: The file; None or `-` for the standard output. It is replaced when everything is written, with its
            permissions kept, and stays as it was where that fails. A link stays one. What ends in `.gz` or `.zst` is
            compressed.

    Yields:
        What to write to.

    Raises:
        OSError: It cannot be written.
        MissingExtraError: It ends in `.zst`, and the extra `zstd` is not installed.
    """
    if path is None or str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    opened = _straight(path) if path.exists() and not path.is_file() else _beside(path.resolve(), path)
    with opened as file, _packed(file, path.suffix.lower()) as packed:
        yield packed


class _Named(io.FileIO):
    """A file whose errors name it, the way the person did: of several that are open, it is the one that is full."""

    def __init__(self, file: int | str, shown: Path) -> None:
        super().__init__(file, "wb")
        self._shown = shown

    def write(self, data: Any, /) -> int:
        """Write what there is room for."""
        with _naming(self._shown):
            return super().write(data)


@contextmanager
def _naming(shown: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(shown)) from None


@contextmanager
def _straight(path: Path) -> Generator[IO[bytes]]:
    """Write to what is no regular file, a device or a pipe: to replace it would take it away from everybody."""
    with _naming(path):
        raw = _Named(str(path), path)
    with io.BufferedWriter(raw) as file:
        yield file


@contextmanager
def _beside(path: Path, shown: Path) -> Generator[IO[bytes]]:
    with _naming(shown):
        # In the same folder: only there is replacing a file one step.
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with io.BufferedWriter(_Named(descriptor, shown)) as file:
            yield file
        with _naming(shown):
            Path(name).chmod(_permissions(path))
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _permissions(path: Path) -> int:
    """Tell who may do what with a file: as it is, or as with any new file. A temporary one is for its owner alone."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@contextmanager
def _packed(file: IO[bytes], suffix: str) -> Generator[IO[bytes]]:
    if suffix == ".gz":
        # No name and no time: the same records make the same file.
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            yield cast("IO[bytes]", packed)
    elif suffix == ".zst":
        with required("zstd", "writing .zst"):
            import zstandard
        with zstandard.ZstdCompressor().stream_writer(file, closefd=False) as packed:
            yield cast("IO[bytes]", packed)
    else:
        yield file


def complain(*message: Any) -> None:
    """Tell the person in front of the terminal, and not who reads the output."""
    print(*message, file=sys.stderr)  # noqa: T201 - the command's output
