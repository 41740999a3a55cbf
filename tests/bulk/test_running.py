"""Several processes find what one finds, in the same order, and leave nothing behind when they are interrupted."""

from __future__ import annotations

import functools
import itertools
import os
import signal
from collections import Counter
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from twenty_opportunity import PUBLISHED, SERVER
from twenty_opportunity.bulk import Chunk, check, chunks, iter_parts, rules_of, running, summarize, total_of_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from twenty_opportunity.bulk import Part


def _pid(_: int) -> list[int]:
    return [os.getpid()]


def _hears(_: int) -> list[tuple[int, bool]]:
    return [(os.getpid(), signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ()))]


def _slow_elsewhere(here: int, piece: int) -> list[tuple[int, int]]:
    if os.getpid() != here:
        sum(range(200_000))
    return [(os.getpid(), piece)]


def _deadly_elsewhere(here: int, piece: int) -> list[int]:
    if os.getpid() != here:
        os._exit(1)
    return [piece]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let spawned processes import this module, which pytest imports by its path."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))


def done(work: Any, jobs: int, *, until: Callable[[list[Any]], bool]) -> list[Any]:
    """Do as many pieces of work as it takes; a process takes as long to start as thousands of them."""
    found: list[Any] = []
    pieces: Any = itertools.takewhile(lambda _: not until(found), range(10_000_000))
    for part in running.in_order(work, work, pieces, jobs, None):
        found.append(part)  # noqa: PERF402 - what is found ends the pieces
    return found


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


def test_this_process_is_one_of_them() -> None:
    """What is asked for is all there is at work: this process, and others as soon as they have started."""
    found = Counter(done(_pid, 3, until=lambda found: len({*found[-100:]}) == 3))
    assert len(found) == 3
    assert os.getpid() in found


def test_what_others_are_slow_with_is_waited_for() -> None:
    """However far this process is ahead of another, everything comes in its order."""
    here = os.getpid()
    work = functools.partial(_slow_elsewhere, here)
    found = done(work, 2, until=lambda found: sum(pid != here for pid, _ in found[-1000:]) >= 20)
    assert [piece for _, piece in found] == [*range(len(found))]


def test_a_process_that_dies_is_told_of() -> None:
    """When a process ends before its work there is an error, not a summary of less than everything."""
    with pytest.raises(BrokenExecutor):
        done(functools.partial(_deadly_elsewhere, os.getpid()), 2, until=lambda _: False)


def test_interruptions_are_for_the_first_process() -> None:
    """Ctrl-C does not reach the other processes, which would each print where it hit them; here it is as before."""
    hears = dict(done(_hears, 2, until=lambda found: len({*found[-100:]}) == 2))
    assert hears.pop(os.getpid())
    assert [*hears.values()] == [False]


@pytest.mark.parametrize("jobs", [0, -1])
def test_somebody_has_to_work(file: Path, jobs: int) -> None:
    """No process at all does no work, and what asks for none is told so."""
    with pytest.raises(ValueError, match=f"must be at least 1, not {jobs}"):
        summarize([file], jobs=jobs)


def test_processes_of_ones_own_context(file: Path) -> None:
    """A pool that forks works as well: nothing of the work needs a fresh process."""
    with ProcessPoolExecutor(1) as executor:
        assert summarize([file], executor=executor) == summarize([file])


def test_a_file_may_be_named_twice(file: Path, line: bytes) -> None:
    """Parts of the same place of the same file are on the same lines."""
    rules = rules_of(PUBLISHED)
    parts = [check(chunk, rules) for chunk in chunks([file, file], size=len(line) * 10)]
    assert total_of_parts(reversed(parts)) == summarize([file, file])
