"""Running: chunks are checked one after the other, or by other processes with their order kept, in bounded room."""

from __future__ import annotations

import functools
from collections import deque
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from twenty_opportunity.bulk.checking import Part, check, entries_of
from twenty_opportunity.bulk.chunks import chunks
from twenty_opportunity.bulk.processes import Submit, processes
from twenty_opportunity.bulk.schemas_in_transit import rules_of
from twenty_opportunity.bulk.summary import Summary, Tally, total_of
from twenty_opportunity.profiles import PUBLISHED, Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from twenty_opportunity.bulk.chunks import Chunk
    from twenty_opportunity.bulk.findings import Entry

    Work = Callable[[Chunk], Part]

_PART: Final = 4 << 20  # bytes that are summed up on their own: to add a summary takes as long as some hundred records
_AHEAD: Final = 4  # chunks that each process may be ahead of what was asked for
_AT_HAND: Final = 3  # chunks that another process has to do: the one it is at, and the next two


def iter_entries(
    sources: Iterable[str | Path],
    profile: Profile = PUBLISHED,
    *,
    as_: str | None = None,
    advance: Callable[[int], None] | None = None,
) -> Iterator[Entry]:
    """
    Go through the records of files, each with its line and everything that is wrong with it.

    Args:
        sources: Files, folders, and `-` for standard input; `.json`, `.jsonl` and `.ndjson`, plain, gzip or zstd.
        profile: What records are held to.
        as_: The form of the documents, one of `FORMS`; None to find out the form of each.
        advance: Is told how many more bytes of the files are done, for a progress bar.

    Returns:
        The entries in the order of the sources. Each record is one, and each text that cannot be read.

    Raises:
        TypeError: The sources are one: the name of a file is no list of files.
        ValueError: There is no such form.
    """
    rules = rules_of(profile, as_)
    lines = _Lines()
    for chunk in chunks(sources):
        try:
            data = chunk.read()
        except OSError as error:
            data = b""
            chunk = chunk.failed(error)  # noqa: PLW2901 - it is the same piece of work
        before = lines.before(chunk.file, chunk.start, data.count(b"\n"))
        for entry in entries_of(chunk, data, rules):
            yield entry.further(before)
        if advance:
            advance(chunk.taken)


def iter_parts(  # noqa: PLR0913 - each is an option that stands for itself
    sources: Iterable[str | Path],
    profile: Profile = PUBLISHED,
    *,
    as_: str | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    size: int = _PART,
) -> Iterator[Part]:
    """
    Check files part by part: a summary of each, and everything that was found.

    Processes that cannot be forked import the script, which then needs `if __name__ == "__main__"`.

    Args:
        sources: As `iter_entries` takes them.
        profile: What records are held to.
        as_: The form of the documents, one of `FORMS`; None to find out the form of each.
        jobs: How many processes do the work, this one among them.
        executor: Does the work in their stead, such as the `get_executor()` of a Dask client.
        size: The bytes of a part, about.

    Returns:
        The parts in the order of the sources, their lines counted from the beginning of the file.

    Raises:
        TypeError: The sources are one: the name of a file is no list of files.
        ValueError: There is no such form, or there are no jobs.
        concurrent.futures.BrokenExecutor: A process died.
    """
    if jobs < 1:
        raise ValueError(f"jobs are processes, this one among them, so there is at least 1 and not {jobs}")
    rules = rules_of(profile, as_)
    work = functools.partial(check, rules=rules)
    pieces = chunks(sources, size=size)
    lines = _Lines()
    for part in done_in_order(work, pieces, jobs, executor):
        yield part.further(lines.before(part.file, part.start, part.lines))


def summarize(
    sources: Iterable[str | Path],
    profile: Profile = PUBLISHED,
    *,
    as_: str | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
) -> Summary:
    """
    Sum up what is found in files.

    Args:
        sources: As `iter_entries` takes them.
        profile: What records are held to.
        as_: The form of the documents, one of `FORMS`; None to find out the form of each.
        jobs: How many processes do the work, this one among them.
        executor: Does the work in their stead.

    Returns:
        The summary, the same whatever does the work.

    Raises:
        TypeError: The sources are one: the name of a file is no list of files.
        ValueError: There is no such form, or there are no jobs.
        concurrent.futures.BrokenExecutor: A process died.
    """
    tally = Tally()
    for part in iter_parts(sources, profile, as_=as_, jobs=jobs, executor=executor):
        tally.add(part.summary)
    return tally.summary()


def total_of_parts(parts: Iterable[Part]) -> Summary:
    """
    Sum up parts as `check` gives them, in whatever order they were done.

    Args:
        parts: All parts of some files, their lines counted from the part's first.

    Returns:
        The summary, lines counted from the beginning of each file.
    """
    lines = _Lines()
    ordered = sorted(parts, key=lambda part: (part.file, part.start))
    return total_of(part.summary.further(lines.before(part.file, part.start, part.lines)) for part in ordered)


class _Lines:
    """Counts the lines of a file that stand before each of its parts, which come in order."""

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


def done_in_order(work: Work, pieces: Iterable[Chunk], jobs: int, executor: Executor | None) -> Iterator[Part]:
    """Do the work in this process, in others or by an executor; give what is done in the order of the pieces."""
    if executor is not None:
        yield from _in_order(executor.submit, work, pieces, _AHEAD * max(jobs, 4))
    elif jobs == 1:
        yield from map(work, pieces)
    else:
        with processes(jobs - 1) as submit:
            yield from _shared(submit, work, pieces, jobs - 1)


def _in_order(submit: Submit, work: Work, pieces: Iterable[Chunk], ahead: int) -> Iterator[Part]:
    with _pending() as pending:
        for piece in pieces:
            pending.append(submit(work, piece))
            if len(pending) >= ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _shared(submit: Submit, work: Work, pieces: Iterable[Chunk], others: int) -> Iterator[Part]:
    """Give other processes as much as keeps them at work, once they are; do the rest here."""
    started = [submit(_nothing) for _ in range(others)]
    with _pending() as pending:
        for piece in pieces:
            waiting = sum(not future.done() for future in pending)
            they_can = waiting < _AT_HAND * others and any(future.done() for future in started)
            pending.append(submit(work, piece) if they_can else _done(work(piece)))
            while pending and (pending[0].done() or len(pending) > _AHEAD * (others + 1)):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


@contextmanager
def _pending() -> Generator[deque[Future[Part]]]:
    pending: deque[Future[Part]] = deque()
    try:
        yield pending
    finally:
        for future in pending:
            future.cancel()


def _done(part: Part) -> Future[Part]:
    future: Future[Part] = Future()
    future.set_result(part)
    return future


def _nothing() -> None:
    """Do nothing: a process that has done it has started."""
