"""Several processes return the findings of one, in the same order."""

from __future__ import annotations

import functools
import itertools
import os
import signal
import subprocess
import sys
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
    """Make this module importable for spawned processes; pytest imports it by its path."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))


def done(work: Any, jobs: int, *, until: Callable[[list[Any]], bool]) -> list[Any]:
    """Do work until a condition holds: a process takes as long to start as thousands of pieces."""
    found: list[Any] = []
    pieces: Any = itertools.takewhile(lambda _: not until(found), range(10_000_000))
    for part in running.in_order(work, work, pieces, jobs, None):
        found.append(part)  # noqa: PERF402 - what is found ends the pieces
    return found


@pytest.fixture
def file(tmp_path: Path, line: bytes) -> Path:
    """Write a file of many chunks with one violation in each."""
    wrong = line.replace(b"PROPOSAL", b"LEAD")
    path = tmp_path / "a.jsonl"
    path.write_bytes((line * 9 + wrong) * 50)
    return path


def test_processes_keep_the_order(file: Path, line: bytes) -> None:
    """Two processes return the parts and the summary of one."""
    size = len(line) * 10
    alone = [*iter_parts([file, file], size=size)]
    assert [*iter_parts([file, file], size=size, jobs=2)] == alone
    assert [finding.line for part in alone for finding in part.findings] == [*range(10, 501, 10)] * 2
    assert summarize([file], SERVER, jobs=2) == summarize([file], SERVER)


def test_any_executor_works(file: Path, line: bytes) -> None:
    """Any executor can do the work, and the parts come in order."""
    with ThreadPoolExecutor(3) as executor:
        parts = [*iter_parts([file], size=len(line) * 10, executor=executor)]
    assert parts == [*iter_parts([file], size=len(line) * 10)]


def test_no_more_is_read_than_is_needed(file: Path, line: bytes) -> None:
    """Few chunks are submitted ahead, and they are cancelled when the iteration stops early."""
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
    """The number of processes includes this one."""
    found = Counter(done(_pid, 3, until=lambda found: len({*found[-100:]}) == 3))
    assert len(found) == 3
    assert os.getpid() in found


def test_a_slow_process_keeps_the_order() -> None:
    """The results of a slow process come in order."""
    here = os.getpid()
    work = functools.partial(_slow_elsewhere, here)
    found = done(work, 2, until=lambda found: sum(pid != here for pid, _ in found[-1000:]) >= 20)
    assert [piece for _, piece in found] == [*range(len(found))]


def test_a_process_that_dies_is_an_error() -> None:
    """A process that dies raises an error, so that no part is lost silently."""
    with pytest.raises(BrokenExecutor):
        done(functools.partial(_deadly_elsewhere, os.getpid()), 2, until=lambda _: False)


def test_interruptions_reach_only_the_first_process() -> None:
    """Ctrl-C does not reach the other processes, and reaches this one as before."""
    hears = dict(done(_hears, 2, until=lambda found: len({*found[-100:]}) == 2))
    assert hears.pop(os.getpid())
    assert [*hears.values()] == [False]


@pytest.mark.parametrize("jobs", [0, -1])
def test_jobs_must_be_positive(file: Path, jobs: int) -> None:
    """The number of processes must be at least 1."""
    with pytest.raises(ValueError, match=f"must be at least 1, not {jobs}"):
        summarize([file], jobs=jobs)


def test_a_pool_of_the_caller(file: Path) -> None:
    """A pool of the caller works as well."""
    with ProcessPoolExecutor(1) as executor:
        assert summarize([file], executor=executor) == summarize([file])


def test_a_file_may_be_named_twice(file: Path, line: bytes) -> None:
    """A file that is named twice has the same lines both times."""
    rules = rules_of(PUBLISHED)
    parts = [check(chunk, rules) for chunk in chunks([file, file], size=len(line) * 10)]
    assert total_of_parts(reversed(parts)) == summarize([file, file])


SCRIPT = """
import sys, threading
from pathlib import Path
from twenty_opportunity import bulk

print("imported", flush=True)
if __name__ == "__main__":
    gate = threading.Event()
    if sys.argv[2:]:
        threading.Thread(target=gate.wait).start()
    print(bulk.summarize([sys.argv[1]], jobs=2))
    gate.set()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists every thread")
@pytest.mark.parametrize(("arguments", "imports"), [((), 1), (("threads",), 2)], ids=["one thread", "two threads"])
def test_a_process_of_one_thread_is_forked(
    tmp_path: Path, line: bytes, arguments: tuple[str, ...], imports: int
) -> None:
    """Other processes import the script only if it has threads; the summary is the same."""
    (tmp_path / "script.py").write_text(SCRIPT, "utf-8")
    (tmp_path / "a.jsonl").write_bytes(line * 9)
    command = [sys.executable, "script.py", "a.jsonl", *arguments]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.splitlines() == ["imported"] * imports + ["9 valid, 0 invalid, 0 unreadable"]
    assert run.stderr == ""


@pytest.mark.parametrize(("threads", "way"), [(1, "fork"), (2, "spawn"), (None, "spawn")])
def test_threads_are_counted_by_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int | None, way: str
) -> None:
    """A fork is safe only if the system lists one thread; if it lists none, their number is unknown."""
    monkeypatch.setattr(running, "_THREADS", tmp_path / "task")
    for number in range(threads or 0):
        (tmp_path / "task" / str(number)).mkdir(parents=True)
    assert running._start_method() == way  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
