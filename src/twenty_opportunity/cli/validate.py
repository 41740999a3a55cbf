"""`validate`: which records of which files are wrong, where and why, and how many of how many."""

from __future__ import annotations

import sys
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from twenty_opportunity.bulk import iter_parts
from twenty_opportunity.bulk.files import files_in
from twenty_opportunity.bulk.summary import Tally
from twenty_opportunity.cli.options import (
    AsOption,
    Format,
    FormatOption,
    ProfileOption,
    ShowValuesOption,
    form_named,
    profile_named,
)
from twenty_opportunity.cli.outputs import complain, writing
from twenty_opportunity.cli.printing import printer_of
from twenty_opportunity.cli.progress import progress
from twenty_opportunity.cli.status import Status
from twenty_opportunity.errors import required

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from concurrent.futures import Executor

    from twenty_opportunity.bulk import Finding, Part, Summary
    from twenty_opportunity.cli.printing import Printer

EXAMPLES: Final = {
    "twenty-opportunity validate examples/": "the records of a folder, against the published schema",
    "twenty-opportunity validate --profile server --summary export.jsonl.gz": "an export, and how much is wrong",
    "twenty-opportunity validate --profile metadata.json --report report.html --jobs 2 export.jsonl": "against a "
    "workspace's own fields, with a page to show",
    "curl -s $URL/rest/opportunities | twenty-opportunity validate --profile server --as page -": "what a server sends",
}

_MOST_JOBS: Final = 64


def command(  # noqa: PLR0913 - each is an option of the command line
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER|-",
            help=".json (a record, an array, a REST or GraphQL page, a webhook body), .jsonl or .ndjson (one of these "
            "a line), any of them with .gz or .zst; a folder with such files; - for standard input.",
            show_default=False,
        ),
    ],
    *,
    profile: ProfileOption = "published",
    as_: AsOption = None,
    output: FormatOption = Format.TEXT,
    max_errors: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Print no more than so many findings; all are counted.")
    ] = None,
    summary: Annotated[bool, typer.Option("--summary", help="Say how many violations of each kind there are.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="REPORT.HTML", help="Write a page for people, with charts, to this file.")
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, max=_MOST_JOBS, metavar="N", help="Processes to use.")
    ] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="tcp://HOST:PORT", help="A Dask scheduler whose workers do the work.")
    ] = None,
    show_values: ShowValuesOption = False,
) -> Status:
    """
    Tell which records are invalid, where and why.

    Each violation is a line `file:line:pointer: message` on standard output; what cannot be read is told on standard
    error, and the rest is validated all the same. The last line says how many records are valid, invalid and
    unreadable.
    """
    as_ = form_named(as_)
    chosen = profile_named(profile)
    if report is not None:
        _refuse_to_lose(report, sources)
    printer = printer_of(output, groups=summary, show_values=show_values)
    tally = Tally()
    with ExitStack() as stack:
        executor, died = stack.enter_context(_cluster(scheduler))
        stack.callback(lambda: printer.summary(tally.summary()))
        advance = stack.enter_context(progress(sources))
        parts = iter_parts(sources, chosen, as_=as_, jobs=jobs, executor=executor)
        interruption = _print(parts, tally, _Quota(printer, max_errors, show_values=show_values), advance, died)
    if interruption is None and report is not None:
        _write(report, tally.summary(), chosen.name, show_values=show_values)
    return interruption or _status(tally)


class _Quota:
    """Passes so many findings on and no more, with nothing of a value in them unless asked for."""

    def __init__(self, printer: Printer, most: int | None, *, show_values: bool) -> None:
        self._printer = printer
        self._left = sys.maxsize if most is None else most
        self._show_values = show_values

    def finding(self, finding: Finding) -> None:
        if self._left > 0:
            self._left -= 1
            self._printer.finding(finding if self._show_values else finding.redacted())


def _print(
    parts: Iterator[Part],
    tally: Tally,
    quota: _Quota,
    advance: Callable[[int], None],
    died: tuple[type[Exception], ...],
) -> Status | None:
    """Print and count everything; tell why it ended before its end, if it did."""
    try:
        for part in parts:
            tally.add(part.summary)
            for finding in part.findings:
                quota.finding(finding)
            advance(part.taken)
    except KeyboardInterrupt:
        _complain("interrupted: what follows is what was found until then")
        return Status.INTERRUPTED
    except died:
        _complain("a process died before it had done its work: what follows is what was found until then")
        return Status.UNREADABLE
    return None


def _refuse_to_lose(report: Path, sources: list[str]) -> None:
    """Refuse a report in the place of what is read for it."""
    if str(report) == "-":
        raise typer.BadParameter("a report is a file; the standard output has the findings", param_hint="--report")
    with suppress(OSError):  # what cannot be listed is told of when it is read
        if report.resolve() in {Path(file).resolve() for source in sources for file in files_in(source)}:
            raise typer.BadParameter(f"{report} is what is to be validated", param_hint="--report")


def _complain(sentence: str) -> None:
    complain(f"twenty-opportunity: {sentence}")


def _status(tally: Tally) -> Status:
    return Status.UNREADABLE if tally.unreadable else Status.FINDINGS if tally.invalid else Status.CLEAN


@contextmanager
def _cluster(scheduler: str | None) -> Generator[tuple[Executor | None, tuple[type[Exception], ...]]]:
    """Give what does the work in place of our own processes, if anything, and the errors that say that it died."""
    if scheduler is None:
        yield None, (BrokenExecutor,)
        return
    with required("dask", "--scheduler"):
        from distributed import Client, KilledWorker
    try:
        client = cast("Any", Client)(scheduler)
    except ValueError as error:
        raise typer.BadParameter(f"{scheduler!r} is no address: {error}", param_hint="--scheduler") from None
    with client:
        yield client.get_executor(pure=False), (CancelledError, KilledWorker)


def _write(path: Path, summary: Summary, profile: str, *, show_values: bool) -> None:
    from twenty_opportunity.cli.report import page

    text = page(summary, profile, show_values=show_values)
    with writing(path) as file:
        file.write(text.encode())
