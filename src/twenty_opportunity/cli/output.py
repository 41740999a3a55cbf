"""The outputs of commands, lines for people, and the progress bar."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import os
import re
import stat
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Final, cast

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from twenty_opportunity.bulk.files import files_in, written_whole, zstd_module

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping
    from contextlib import AbstractContextManager


def file_path(name: str) -> Path:
    """Return a path from the command line. An empty one would be the current folder to pathlib."""
    if not name:
        raise typer.BadParameter("the name of the file is empty")
    if "\0" in name:
        raise typer.BadParameter("no file can have a NUL in its name")
    return Path(name)


OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", parser=file_path, help="Write to this file. Default: standard output."
    ),
]

# GitHub Actions reads :: at the beginning of a line as a command, and ##[ anywhere in it.
_GITHUB_COMMAND: Final = re.compile(r"(?<=#)(?=#\[)|\A(?=\s*::)")


@contextmanager
def writing(path: Path | None, *, escape: bool = True) -> Generator[IO[bytes]]:
    """
    Open an output.

    Args:
        path: The file, see `written_whole`; None or `-` for standard output. Files whose names end in `.gz` or `.zst`
            are compressed.
        escape: Escape the data on a terminal. False if it is escaped already, and has colors.

    Yields:
        A file that is open for writing.

    Raises:
        OSError: The file cannot be written.
        MissingExtraError: The name ends in `.zst`, and the extra `zstd` is not installed.
    """
    if path is None or str(path) == "-":
        yield cast("IO[bytes]", _Visible() if escape and sys.stdout.isatty() else sys.stdout.buffer)
        sys.stdout.flush()
        sys.stdout.buffer.flush()
        return
    with written_whole(path) as file, _compressed(file, path.suffix.lower()) as compressed:
        yield compressed


class _Visible(io.BufferedIOBase):
    """Standard output on a terminal: it shows what is in the data instead of acting on it."""

    def __init__(self) -> None:
        utf_8 = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        self._decoder = io.IncrementalNewlineDecoder(utf_8, translate=True)  # CSV has \r\n

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any, /) -> int:
        """Show bytes as text."""
        lines = self._decoder.decode(bytes(data)).split("\n")
        sys.stdout.write("\n".join(map(_visible, lines)))
        return len(data)


def _compressed(file: IO[bytes], suffix: str) -> AbstractContextManager[IO[bytes]]:
    if suffix == ".gz":
        # Without name and time, so that the same records give the same file.
        return cast("IO[bytes]", gzip.GzipFile("", "wb", fileobj=file, mtime=0))
    if suffix == ".zst":
        return cast("IO[bytes]", zstd_module("writing .zst").ZstdFile(file, "wb"))
    return nullcontext(file)


def refuse_conflicts(outputs: Mapping[str, Path | None], inputs: Iterable[str | Path]) -> None:
    """
    Refuse outputs that are inputs or the same file twice, and inputs that can be read once only and come twice.

    Args:
        outputs: The files to write, by the option or argument that names them.
        inputs: Every file and folder that the command reads. A name that is neither is ignored.

    Raises:
        typer.BadParameter: A file would be overwritten, or a pipe read again.
    """
    read: set[tuple[int, int]] = set()
    streams: set[tuple[int, int]] = set()
    for name in (file for source in inputs for file in _files_in(str(source))):
        status = _status_of(name, 0)
        if status and (name == "-" or stat.S_ISFIFO(status.st_mode)):
            if _identity(status) in streams:
                raise typer.BadParameter(f"{name!r} is a stream, which can be read once only; give it once")
            streams.add(_identity(status))
        if status and stat.S_ISREG(status.st_mode):
            read.add(_identity(status))
    written: dict[str, str] = {}
    for option, path in outputs.items():
        if path is None:
            continue
        status = _status_of(str(path), 1)
        if status and stat.S_ISREG(status.st_mode) and _identity(status) in read:
            raise typer.BadParameter(f"{str(path)!r} is read by this command; choose another file", param_hint=option)
        other = written.setdefault(os.path.realpath(path), option)
        if other != option:
            raise typer.BadParameter(f"{str(path)!r} is also the file of {other}", param_hint=option)


def _files_in(source: str) -> list[str]:
    try:
        return files_in(source)
    except OSError:  # reported when the source is read
        return []


def _status_of(name: str, standard_stream: int) -> os.stat_result | None:
    try:
        return os.fstat(standard_stream) if name == "-" else os.stat(name)  # noqa: PTH116 - one form for both
    except (OSError, ValueError):
        return None


def _identity(status: os.stat_result) -> tuple[int, int]:
    """Return what tells a file from any other one, whatever the names and links that lead to it."""
    return status.st_dev, status.st_ino


def echo(line: object, *, err: bool = False) -> None:
    """Write a line for people to standard output or standard error. It may contain names and values from outside."""
    print(escaped(str(line)), file=sys.stderr if err else sys.stdout)


def escaped(text: str) -> str:
    r"""
    Escape everything in a line that a terminal or GitHub Actions acts on instead of showing it.

    ESC becomes `\x1b`, a mark that reverses the text `\u202e`, and so on. A line break is escaped, too: it is a part of
    some name.
    """
    return _GITHUB_COMMAND.sub(r"\\", _visible(text))


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode("ascii") for ch in text)


def escaped_json(data: bytes) -> str:
    """Escape everything in JSON that a terminal acts on, without changing its meaning."""
    text = data.decode()
    visible = "".join(ch if ch.isprintable() or ch == "\n" else json.dumps(ch)[1:-1] for ch in text)
    return visible.replace("##[", r"#\u0023[")


class _RateColumn(ProgressColumn):
    """Records per second."""

    def render(self, task: Task) -> Text:
        """Return the rate, once there is one."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "?/s")


@contextmanager
def progress(doing: str, total: int | None, *, unit: str = "bytes") -> Generator[Callable[[int], None]]:
    """
    Show a progress bar with the rate and the time left if standard error is a terminal.

    The total is a number of bytes or records; None if it is unknown. The function takes the number of them that were
    processed since its last call.
    """
    # Rich also takes FORCE_COLOR for a terminal, which is about colors only.
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    rate = (DownloadColumn(), TransferSpeedColumn()) if unit == "bytes" else (MofNCompleteColumn(), _RateColumn())
    # Rich shows lines that are written meanwhile above the bar. The terminal wraps them, so that they can be copied.
    console = Console(file=sys.stderr, soft_wrap=True)
    columns = (TextColumn(doing), BarColumn(), *rate, TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.advance(task, done)


def size_of(sources: Iterable[str]) -> int | None:
    """Return the size of files and folders on the disk in bytes; None if it is unknown."""
    try:
        return sum(Path(file).stat().st_size for source in sources for file in files_in(source)) or None
    except (OSError, ValueError):  # ValueError for a name with a NUL
        return None
