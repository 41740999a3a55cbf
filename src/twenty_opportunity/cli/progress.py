"""The bar that shows how far a command is, on a terminal and nowhere else."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

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

from twenty_opportunity.bulk.files import files_in

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable


class _RateColumn(ProgressColumn):
    """Records a second."""

    def render(self, task: Task) -> Text:
        """Show the rate, once there is one."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "?/s")


@contextmanager
def progress(sources: Iterable[str], doing: str = "validating") -> Generator[Callable[[int], None]]:
    """
    Show how much of some sources is done, with the rate and the time left.

    Args:
        sources: Files, folders and `-`.
        doing: What is being done with them.

    Returns:
        A context with a function to be told how many more bytes are done.
    """
    with _bar(doing, size_of(sources), DownloadColumn(), TransferSpeedColumn()) as advance:
        yield advance


@contextmanager
def counting(total: int | None, doing: str) -> Generator[Callable[[int], None]]:
    """
    Show how many records are done, with the rate and the time left.

    Args:
        total: How many there are; None where nobody knows.
        doing: What is being done with them.

    Returns:
        A context with a function to be told how many more are done.
    """
    with _bar(doing, total, MofNCompleteColumn(), _RateColumn()) as advance:
        yield advance


@contextmanager
def _bar(doing: str, total: int | None, *columns: ProgressColumn) -> Generator[Callable[[int], None]]:
    if not sys.stderr.isatty():  # and not what Rich takes for a terminal: FORCE_COLOR is about colours
        yield lambda _: None
        return
    console = Console(file=sys.stderr)
    shown = (TextColumn(doing), BarColumn(), *columns, TimeRemainingColumn())
    # What goes to a file or a pipe is left alone; Rich would take it for something to be shown above the bar.
    bar = Progress(*shown, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    with bar, _above(console):
        task = bar.add_task("", total=total)
        yield lambda done: bar.advance(task, done)


@contextmanager
def _above(console: Console) -> Generator[None]:
    """Have what is printed to the terminal appear above the bar."""
    lines = cast("TextIO", _Lines(console))
    with redirect_stderr(lines), redirect_stdout(lines) if sys.stdout.isatty() else nullcontext():
        yield


class _Lines(io.TextIOBase):
    """Shows whole lines as they are; what is too long is wrapped by the terminal, and copied from it in one piece."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun = ""

    def write(self, text: str, /) -> int:
        """Show the lines that end in a text."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._console.print(line, soft_wrap=True, markup=False, highlight=False, emoji=False)
        return len(text)


def size_of(sources: Iterable[str]) -> int | None:
    """
    Tell how many bytes there are.

    Args:
        sources: Files, folders and `-`.

    Returns:
        The bytes on the disk; None where nobody knows.
    """
    try:
        return sum(Path(file).stat().st_size for source in sources for file in files_in(source)) or None
    except OSError:
        return None
