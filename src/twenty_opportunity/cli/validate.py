"""`validate`: which records of which files are invalid, where and why."""

from __future__ import annotations

import sys
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import ExitStack, contextmanager
from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from twenty_opportunity.bulk import MAX_RECORD_SIZE, iter_parts
from twenty_opportunity.bulk.summary import Tally
from twenty_opportunity.cli.options import (
    AsOption,
    Format,
    FormatOption,
    MaxRecordSizeOption,
    ObjectOption,
    ProfileOption,
    ShowValuesOption,
    Status,
    profile_named,
    whole_number,
)
from twenty_opportunity.cli.output import echo, file_path, progress, refuse_conflicts, size_of, writing
from twenty_opportunity.cli.printers import PRINTERS
from twenty_opportunity.errors import required

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from concurrent.futures import Executor

    from twenty_opportunity.bulk import Part
    from twenty_opportunity.cli.printers import Printer

EXAMPLES: Final = {
    "twenty-opportunity validate exports/": "Validate the files of a folder against the published schema.",
    "twenty-opportunity validate --profile server --summary export.jsonl.gz": "Validate an export, and count what is "
    "wrong.",
    "twenty-opportunity validate -p metadata.json --report r.html export.jsonl": "Validate "
    "against the fields of a workspace, and write a page to share.",
    "curl -s $URL | twenty-opportunity validate -p server --as page -": "Validate the answer of a server.",
}

_MOST_JOBS: Final = 64


def validate(  # noqa: PLR0913 - each is an option of the command line
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="Files: .json (a record, an array, a REST or GraphQL page, a webhook body), .jsonl or .ndjson (one of "
            "these on each line), also with .gz or .zst. A folder: all such files in it and its subfolders, except "
            "hidden folders, links to folders, and *.faults.jsonl. Standard input: -.",
            show_default=False,
        ),
    ],
    *,
    profile: ProfileOption = "published",
    object_: ObjectOption = "opportunity",
    as_: AsOption = None,
    partial: Annotated[
        bool,
        typer.Option("--partial", help="Accept records with any subset of the properties. The same as --as partial."),
    ] = False,
    output_format: FormatOption = Format.TEXT,
    max_errors: Annotated[
        int | None,
        typer.Option(
            parser=whole_number(0), metavar="N", help="Print at most N findings. All are counted. Default: print all."
        ),
    ] = None,
    summary: Annotated[bool, typer.Option("--summary", help="Count the violations of each kind.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(metavar="REPORT.HTML", parser=file_path, help="Write an HTML report with a chart to this file."),
    ] = None,
    jobs: Annotated[
        int,
        typer.Option("--jobs", "-j", parser=whole_number(1, _MOST_JOBS), metavar="N", help="The number of processes."),
    ] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="tcp://HOST:PORT", help="A Dask scheduler whose workers do the work.")
    ] = None,
    max_record_size: MaxRecordSizeOption = MAX_RECORD_SIZE,
    show_values: ShowValuesOption = False,
) -> Status:
    """
    Report which records are invalid, where and why.

    Each violation is a line file:line:pointer: message on standard output. Unreadable records are reported on
    standard error, and do not stop the validation of the others. The last line has the number of valid, invalid and
    unreadable records.
    """
    if report is not None and str(report) == "-":
        raise typer.BadParameter("a report must be a file: standard output has the findings", param_hint="--report")
    if partial:
        if as_ not in {None, "partial"}:
            raise typer.BadParameter(f"only records can be partial; leave out --as {as_}", param_hint="--partial")
        as_ = "partial"
    refuse_conflicts({"--report": report}, [profile, *sources])
    chosen = profile_named(profile, object_)
    printer = PRINTERS[output_format](groups=summary, show_values=show_values)
    tally = Tally()
    with ExitStack() as stack:
        executor, died = stack.enter_context(_cluster(scheduler))
        stack.callback(lambda: printer.summary(tally.summary()))
        advance = stack.enter_context(progress("validating", size_of(sources)))
        parts = iter_parts(sources, chosen, as_=as_, jobs=jobs, executor=executor, max_record_size=max_record_size)
        interruption = _print(parts, tally, printer, advance, most=max_errors, died=died)
    if interruption is None and report is not None:
        from twenty_opportunity.cli.report import html_report

        with writing(report) as file:
            file.write(html_report(tally.summary(), chosen.name, show_values=show_values).encode())
    return interruption or Status.of(tally)


def _print(  # noqa: PLR0913 - each is an independent option
    parts: Iterator[Part],
    tally: Tally,
    printer: Printer,
    advance: Callable[[int], None],
    *,
    most: int | None,
    died: tuple[type[Exception], ...],
) -> Status | None:
    """Print and count everything; return a status if the work ended early."""
    left = sys.maxsize if most is None else most
    try:
        for part in parts:
            tally.add(part.summary)
            for finding in part.findings[:left]:
                printer.finding(finding)
            left = max(left - len(part.findings), 0)
            advance(part.taken)
    except KeyboardInterrupt:
        echo("twenty-opportunity: interrupted; the summary covers what was read until then", err=True)
        return Status.INTERRUPTED
    except died:
        echo(
            "twenty-opportunity: a process died before it had finished; the summary covers what was read until then",
            err=True,
        )
        return Status.FAILED
    return None


@contextmanager
def _cluster(scheduler: str | None) -> Generator[tuple[Executor | None, tuple[type[Exception], ...]]]:
    """Return an executor, if others than our own processes do the work, and the errors that mean that it died."""
    if scheduler is None:
        yield None, (BrokenExecutor,)
        return
    if not scheduler:
        raise typer.BadParameter("an empty text is not an address", param_hint="--scheduler")
    with required("dask", "--scheduler"):
        from distributed import Client, KilledWorker
    try:
        client = cast("Any", Client)(scheduler)
    except ValueError as error:
        raise typer.BadParameter(f"{scheduler!r} is not an address: {error}", param_hint="--scheduler") from None
    with client:
        yield client.get_executor(pure=False), (CancelledError, KilledWorker)
