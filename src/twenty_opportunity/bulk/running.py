"""Check the chunks of files: in this process, in several, by an executor, or on Dask."""

from __future__ import annotations

import functools
import itertools
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import attrs

from twenty_opportunity.bulk.checking import (
    ChunkResult,
    check,
    complete_results,
    entries_in,
    entries_of,
    iter_results,
    lines_in,
    loaded,
    rules_of,
)
from twenty_opportunity.bulk.chunks import BYTE_ORDER_MARK, MAX_RECORD_SIZE, Chunk, chunks
from twenty_opportunity.bulk.files import BLOCK
from twenty_opportunity.bulk.summary import Summary, Tally, total_of
from twenty_opportunity.errors import required
from twenty_opportunity.profiles import PUBLISHED, Profile
from twenty_opportunity.values.arguments import check_number, check_type, items_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from twenty_opportunity.bulk.checking import Rules
    from twenty_opportunity.bulk.summary import Entry

Submit: TypeAlias = Callable[..., Future[Any]]
"""Schedules a call of a function with arguments, and returns its future."""

PieceT = TypeVar("PieceT")
ResultT = TypeVar("ResultT")

_AHEAD: Final = 4  # chunks that each process may be ahead of the results asked for
_AT_HAND: Final = 3  # chunks that another process has to do: its current one and the next two
_THREADS: Final = Path("/proc/self/task")  # Linux lists every thread of a process here, also those not of Python


def iter_entries(
    sources: Iterable[str | Path],
    profile: Profile[Any] = PUBLISHED,
    *,
    as_: str | None = None,
    max_record_size: int = MAX_RECORD_SIZE,
    advance: Callable[[int], None] | None = None,
) -> Iterator[Entry]:
    """
    Iterate over the records of files, each with its line and everything that is wrong with it.

    Args:
        sources: Files, folders, and `-` for standard input: `.json`, `.jsonl` and `.ndjson`, plain, gzip or zstd.
        profile: The profile to validate against.
        as_: The kind of all documents, one of `FORMS`; None to detect the kind of each.
        max_record_size: The size in bytes above which a record is refused.
        advance: Called with the number of bytes that were done since the last call, for a progress bar.

    Yields:
        The records and the unreadable texts, in the order of the sources.

    Raises:
        TypeError: The sources are a single name, or an argument has another type.
        ValueError: The kind of document is unknown, or the size is less than 1.
    """
    if advance is not None and not callable(advance):
        raise TypeError(f"advance must be a function that takes a number of bytes, not {type(advance).__name__}")
    rules = rules_of(profile, as_)
    lines = _LineCounter()
    for chunk in chunks(sources, max_record_size=max_record_size):
        held, data = loaded(chunk)
        before = lines.before(chunk.file, chunk.start, lines_in(chunk, data))
        for entry in entries_of(held, data, rules):
            yield entry.shifted(before)
        if advance:
            advance(chunk.taken)


def iter_parts(  # noqa: PLR0913 - each is an independent option
    sources: Iterable[str | Path],
    profile: Profile[Any] = PUBLISHED,
    *,
    as_: str | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    size: int = BLOCK,
    max_record_size: int = MAX_RECORD_SIZE,
) -> Iterator[ChunkResult]:
    """
    Check files part by part, with a summary of each part and all its findings.

    Processes that cannot be forked import the main script, which then needs `if __name__ == "__main__"`.

    Args:
        sources: As for `iter_entries`.
        profile: The profile to validate against.
        as_: The kind of all documents, one of `FORMS`; None to detect the kind of each.
        jobs: The number of processes, this one included.
        executor: Does the work instead of `jobs` processes, for example the `get_executor()` of a Dask client.
        size: The size of a part in bytes, approximately.
        max_record_size: The size in bytes above which a record is refused.

    Yields:
        The parts in the order of the sources, with lines counted from the beginning of each file. A part with very
        many findings comes as several.

    Raises:
        TypeError: The sources are a single name, or an argument has another type.
        ValueError: The kind of document is unknown, or a number is less than 1, or a size is more than 1 GiB.
        concurrent.futures.BrokenExecutor: A process died.
    """
    check_number("jobs", jobs, "the number of processes, this one included")
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise TypeError(
            f"executor must have a method submit, as in concurrent.futures, not be {type(executor).__name__}"
        )
    rules = rules_of(profile, as_)
    pieces = chunks(sources, size=size, max_record_size=max_record_size)
    lines = _LineCounter()
    work = functools.partial(iter_results, rules=rules)
    elsewhere = functools.partial(complete_results, rules=rules)
    for part in in_order(work, elsewhere, pieces, jobs, executor):
        yield part.shifted(lines.before(part.file, part.start, part.lines))


def summarize(  # noqa: PLR0913 - each is an independent option
    sources: Iterable[str | Path],
    profile: Profile[Any] = PUBLISHED,
    *,
    as_: str | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    max_record_size: int = MAX_RECORD_SIZE,
) -> Summary:
    """
    Count the valid, invalid and unreadable records of files.

    Args:
        sources: As for `iter_entries`.
        profile: The profile to validate against.
        as_: The kind of all documents, one of `FORMS`; None to detect the kind of each.
        jobs: The number of processes, this one included.
        executor: Does the work instead of `jobs` processes.
        max_record_size: The size in bytes above which a record is refused.

    Returns:
        The summary; it does not depend on what does the work.

    Raises:
        TypeError: The sources are a single name, or an argument has another type.
        ValueError: The kind of document is unknown, or a number is less than 1, or a size is more than 1 GiB.
        concurrent.futures.BrokenExecutor: A process died.
    """
    tally = Tally()
    options: dict[str, Any] = {"as_": as_, "jobs": jobs, "executor": executor, "max_record_size": max_record_size}
    for part in iter_parts(sources, profile, **options):
        tally.add(part.summary)
    return tally.summary()


def total_of_parts(parts: Iterable[ChunkResult]) -> Summary:
    """
    Return the sum of the results of `check`, in any order.

    Args:
        parts: All results of some files, with lines counted from the beginning of each chunk.

    Returns:
        The summary, with lines counted from the beginning of each file.

    Raises:
        TypeError: They are not results of `check`.
    """
    lines = _LineCounter()
    parts = items_of("parts", parts, ChunkResult, "ChunkResult")
    ordered = sorted(parts, key=lambda part: (part.file, part.start))
    return total_of(part.summary.shifted(lines.before(part.file, part.start, part.lines)) for part in ordered)


class _LineCounter:
    """Counts the lines of a file before each of its parts, which come in order."""

    def __init__(self) -> None:
        self._file = ""
        self._start = -1
        self._before = 0
        self._after = 0

    def before(self, file: str, start: int, lines: int) -> int:
        if file != self._file or start < self._start:
            self._before = 0
        elif start > self._start:
            self._before = self._after
        self._file, self._start, self._after = file, start, self._before + lines
        return self._before


def in_order(
    work: Callable[[PieceT], Iterable[ResultT]],
    elsewhere: Callable[[PieceT], Sequence[ResultT] | None],
    pieces: Iterable[PieceT],
    jobs: int,
    executor: Executor | None,
) -> Iterator[ResultT]:
    """
    Do work on pieces in this process, in others or by an executor, and yield the results in the order of the pieces.

    Args:
        work: Does a piece in this process, result by result.
        elsewhere: Does a piece as a whole; returns None if the results are too many to be held, and then `work` does
            the piece again.
        pieces: The pieces.
        jobs: The number of processes, this one included.
        executor: Does the work instead of `jobs` processes.

    Yields:
        The results, in the order of the pieces.
    """
    if executor is None and jobs == 1:
        yield from itertools.chain.from_iterable(map(work, pieces))
        return
    pending: deque[tuple[PieceT, Future[Any]]] = deque()
    ahead = _AHEAD * (jobs if executor is None else max(jobs, 4))
    with processes(jobs - 1) if executor is None else nullcontext(executor.submit) as submit:
        started = [submit(_nothing) for _ in range(jobs - 1)] if executor is None else []
        try:
            for piece in pieces:
                # As much as keeps the other processes busy, once they have started; the rest is done here.
                waiting = sum(not future.done() for _, future in pending)
                they_can = waiting < _AT_HAND * (jobs - 1) and any(future.done() for future in started)
                is_submitted = executor is not None or they_can
                pending.append((piece, submit(elsewhere, piece) if is_submitted else _done(elsewhere(piece))))
                while pending and (pending[0][1].done() or len(pending) > ahead):
                    yield from _next_results(pending, work)
            while pending:
                yield from _next_results(pending, work)
        finally:
            for _, future in pending:
                future.cancel()


def _next_results(
    pending: deque[tuple[PieceT, Future[Any]]], work: Callable[[PieceT], Iterable[ResultT]]
) -> Iterable[ResultT]:
    piece, future = pending.popleft()
    results: Sequence[ResultT] | None = future.result()
    return work(piece) if results is None else results


def _done(result: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(result)
    return future


def _nothing() -> None:
    """Do nothing: a process that has done so has started."""


@contextmanager
def processes(number: int) -> Generator[Submit]:
    """
    Start processes, and end them with the block.

    The function submits work to them. Work that has not begun at the end of the block is dropped.
    """
    pool = ProcessPoolExecutor(number, multiprocessing.get_context(_start_method()))

    def submit(work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        with _without_interrupts():
            return pool.submit(work, *arguments)

    try:
        yield submit
    finally:
        pool.shutdown(cancel_futures=True)


def _start_method() -> str:
    """
    Choose how processes start: by a fork if this thread is the only one, otherwise by a spawn.

    A spawned process imports everything again, which takes as long as 50,000 records. A fork of a process with more
    threads may hang, because a lock held by another thread is never released in it. Only Linux lists threads that
    are not Python's.
    """
    try:
        threads = len([*_THREADS.iterdir()])
    except OSError:
        return "spawn"
    return "fork" if threads == 1 else "spawn"


@contextmanager
def _without_interrupts() -> Generator[None]:
    """Keep Ctrl-C from the processes started meanwhile: this one receives it, and ends them after their chunk."""
    if not hasattr(signal, "pthread_sigmask"):  # pragma: no cover - Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def validate_bag(bag: Any, profile: Profile[Any] = PUBLISHED, *, as_: str | None = None) -> Any:
    """
    Count the valid, invalid and unreadable records of a bag on Dask.

    Args:
        bag: A `dask.bag.Bag` of the chunks of `chunks`, which workers read themselves if they see the same files, or
            of JSON texts, str or bytes. As in a file of lines, blank texts and a byte order mark are ignored.
        profile: The profile to validate against.
        as_: The kind of all documents, one of `FORMS`; None to detect the kind of each.

    Returns:
        A `dask.bag.Item` that computes to the `Summary`. Another worker does the work of one that dies, and each
        record is counted once.

    Raises:
        ValueError: The kind of document is unknown.
        MissingExtraError: The extra `dask` is not installed.
        TypeError: An argument has another type; or the bag holds something else, raised when the summary is computed.
    """
    with required("dask", "bulk.validate_bag"):
        from dask.bag import Bag, Item
    check_type("bag", bag, Bag, "a dask.bag.Bag, such as dask.bag.from_sequence(chunks(files))")
    work = functools.partial(_partition, rules=rules_of(profile, as_))
    return bag.reduction(work, _total_of_partitions, split_every=False, out_type=Item)


def _partition(elements: Iterable[Any], rules: Rules) -> tuple[list[ChunkResult], Summary]:
    tally = Tally()
    parts: list[ChunkResult] = []
    for element in elements:
        if isinstance(element, Chunk):
            parts.append(attrs.evolve(check(element, rules), findings=()))
            continue
        text = _encoded(element)
        for entry in entries_in("", text, 0, rules) if text.strip() else ():
            tally.count(entry)
    return parts, tally.summary()


def _encoded(element: Any) -> bytes:
    """Return a text as a file has it. A lone surrogate is encoded so that no decoder accepts it."""
    text = element.encode(errors="surrogatepass") if isinstance(element, str) else element
    if not isinstance(text, bytes | bytearray):
        raise TypeError(f"a bag holds chunks or texts, not {type(element).__name__}")
    return bytes(text).removeprefix(BYTE_ORDER_MARK)


def _total_of_partitions(done: Iterable[tuple[list[ChunkResult], Summary]]) -> Summary:
    partitions = [*done]  # an empty bag has none
    parts = [part for some, _ in partitions for part in some]
    return total_of([total_of_parts(parts), *(summary for _, summary in partitions)])
