"""Several processes find what one finds, in the same order, and leave nothing behind when they are interrupted."""

from __future__ import annotations

import functools
import os
import signal
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import pytest

from twenty_opportunity import PUBLISHED, SERVER
from twenty_opportunity.bulk import Chunk, check, chunks, iter_parts, rules_of, running, summarize, total_of_parts

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from twenty_opportunity.bulk import Part


@pytest.fixture
def file(tmp_path: Path, line: bytes) -> Path:
    """Make a file of many chunks with one violation in each."""
    wrong = line.replace(b"PROPOSAL", b"LEAD")
    path = tmp_path / "a.jsonl"
    path.write_bytes((line * 9 + wrong) * 50)
    return path


def test_processes_keep_the_order(file: Path, line: bytes) -> None:
    """The parts of two processes are those of one, one after the other, and so is their summary."""
    size = len(line) * 10
    alone = [*iter_parts([file, file], size=size)]
    assert [*iter_parts([file, file], size=size, jobs=2)] == alone
    assert [finding.line for part in alone for finding in part.findings] == [*range(10, 501, 10)] * 2
    assert summarize([file], SERVER, jobs=2) == summarize([file], SERVER)


def test_any_executor_will_do(file: Path, line: bytes) -> None:
    """Work is given to whatever runs it, and is asked for in order."""
    with ThreadPoolExecutor(3) as executor:
        parts = [*iter_parts([file], size=len(line) * 10, executor=executor)]
    assert parts == [*iter_parts([file], size=len(line) * 10)]


def test_no_more_is_read_than_is_needed(file: Path, line: bytes) -> None:
    """Chunks are given out a few at a time; who stops early has the rest cancelled."""
    given: list[Chunk] = []

    class Counting(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
            given.append(args[0])
            return super().submit(fn, *args, **kwargs)

    with Counting(1) as executor:
        parts = cast("Generator[Part]", iter_parts([file], size=len(line), executor=executor))
        next(parts)
        parts.close()
    assert 0 < len(given) < 50


def test_a_process_that_dies_is_told_of() -> None:
    """When a process ends before its work there is an error, not a summary of less than everything."""
    die: Any = os._exit
    with pytest.raises(BrokenExecutor):
        list(running.done_in_order(die, cast("Any", [1]), 2, None))


def test_interruptions_are_for_the_first_process() -> None:
    """Ctrl-C does not reach the other processes, which would each print where it hit them; here it is as before."""
    ask: Any = functools.partial(signal.pthread_sigmask, signal.SIG_BLOCK)
    (blocked,) = running.done_in_order(ask, cast("Any", [()]), 2, None)
    assert signal.SIGINT in cast("Any", blocked)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_processes_of_ones_own_context(file: Path) -> None:
    """A pool that forks works as well: nothing of the work needs a fresh process."""
    with ProcessPoolExecutor(1) as executor:
        assert summarize([file], executor=executor) == summarize([file])


def test_a_file_may_be_named_twice(file: Path, line: bytes) -> None:
    """Parts of the same place of the same file are on the same lines."""
    rules = rules_of(PUBLISHED)
    parts = [check(chunk, rules) for chunk in chunks([file, file], size=len(line) * 10)]
    assert total_of_parts(reversed(parts)) == summarize([file, file])
