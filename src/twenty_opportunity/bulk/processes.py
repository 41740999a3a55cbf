"""Processes: others that do work for this one, started in the way that is safe, and gone when they are not needed."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Generator

Submit: TypeAlias = Callable[..., Future[Any]]
"""Takes a function and its arguments, and gives what becomes of the call."""

_THREADS: Final = Path("/proc/self/task")  # where Linux lists every thread of a process, Python's or not


@contextmanager
def processes(number: int) -> Generator[Submit]:
    """
    Have other processes work.

    Args:
        number: How many.

    Returns:
        What gives them work. They end with the block, and what they have not begun then is not done.
    """
    pool = ProcessPoolExecutor(number, multiprocessing.get_context(_way_to_start()))

    def submit(work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        with _uninterrupted():
            return pool.submit(work, *arguments)

    try:
        yield submit
    finally:
        pool.shutdown(cancel_futures=True)


def _way_to_start() -> str:
    """
    Choose how processes start: forked where this thread is the only one, else spawned.

    A spawned process imports everything anew, which takes as long as 50,000 records. A fork of a process with more
    threads may hang, since a lock that another thread holds is never released in it, and only Linux tells of threads
    that are not Python's.
    """
    try:
        threads = len([*_THREADS.iterdir()])
    except OSError:
        return "spawn"
    return "fork" if threads == 1 else "spawn"


@contextmanager
def _uninterrupted() -> Generator[None]:
    """Keep Ctrl-C from processes that start meanwhile: this one hears it, and ends them when their chunk is done."""
    if not hasattr(signal, "pthread_sigmask"):  # pragma: no cover - Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
