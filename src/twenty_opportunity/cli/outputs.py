"""Where output goes: a file that is there whole or not at all, or the standard output."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

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
        path: The file; None or `-` for the standard output. It is replaced when everything is written, and stays as it
            was where that fails.

    Yields:
        What to write to.

    Raises:
        OSError: It cannot be written.
    """
    if path is None or str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with _straight(path) if path.exists() and not path.is_file() else _beside(path) as file:
        yield file


@contextmanager
def _straight(path: Path) -> Generator[IO[bytes]]:
    """Write to what is no regular file, a device or a pipe: to replace it would take it away from everybody."""
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None


@contextmanager
def _beside(path: Path) -> Generator[IO[bytes]]:
    try:
        # In the same folder: only there is replacing a file one step.
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        _allow_as_usual(name)
        Path(name).replace(path)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None
    finally:
        Path(name).unlink(missing_ok=True)


def _allow_as_usual(name: str) -> None:
    """Give a temporary file, which only its owner may read, the permissions of any other new file."""
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)


def complain(*message: Any) -> None:
    """Tell the person in front of the terminal, and not who reads the output."""
    print(*message, file=sys.stderr)  # noqa: T201 - the command's output
