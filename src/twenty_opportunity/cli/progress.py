"""The bar that shows how far a command is, on a terminal and nowhere else."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

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

from twenty_opportunity.bulk.streams import files_in

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
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    shown = (TextColumn(doing), BarColumn(), *columns, TimeRemainingColumn())
    with Progress(*shown, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.advance(task, done)


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
