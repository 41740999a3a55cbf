"""The bar that shows how far a command is, on a terminal and nowhere else."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from twenty_opportunity.bulk.streams import files_in

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable


@contextmanager
def progress(sources: Iterable[str]) -> Generator[Callable[[int], None]]:
    """
    Show how much of some sources is done, with the rate and the time left.

    Args:
        sources: Files, folders and `-`.

    Returns:
        A context with a function to be told how many more bytes are done.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("validating"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=size_of(sources))
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
