"""`convert`: records between JSON Lines, Parquet and CSV, with nothing lost on the way."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import contextmanager, redirect_stdout
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import attrs
import typer

from twenty_opportunity.bulk import Finding, Summary, iter_entries
from twenty_opportunity.bulk.tables import read_csv, write_csv
from twenty_opportunity.bulk.tables.columns import EXTRA, Columns, RowError
from twenty_opportunity.bulk.tables.headers import TableError
from twenty_opportunity.bulk.tables.parquet import count_rows, read_parquet, write_parquet
from twenty_opportunity.cli.kinds import (
    Kind,
    is_array,
    is_piped,
    is_revocable,
    kind_of,
    seekable,
    unpacked_text,
)
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
from twenty_opportunity.cli.printing import Printer, line_of, printer_of
from twenty_opportunity.cli.progress import counting, progress
from twenty_opportunity.cli.status import Status
from twenty_opportunity.errors import Violation
from twenty_opportunity.profiles import Profile
from twenty_opportunity.values.json_text import encode_sound

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from contextlib import AbstractContextManager

    from twenty_opportunity.bulk.tables.columns import Row

EXAMPLES: Final = {
    "twenty-opportunity convert deals.jsonl deals.parquet -p metadata.json": "make a table of a workspace's records",
    "twenty-opportunity convert deals.parquet deals.jsonl -p metadata.json": "get the same records back",
    "zcat deals.jsonl.gz | twenty-opportunity convert - deals.csv --skip-invalid": "make one for a spreadsheet, "
    "of what is valid",
}
_SHOWN: Final = 20  # findings, and values without a cell, that are listed


class Ids(StrEnum):
    """How Parquet holds uuids."""

    BINARY = "binary"
    TEXT = "text"


@attrs.define
class _Work:
    """One conversion: what it needs, and what it found so far."""

    columns: Columns
    profile: Profile
    show_values: bool
    printer: Printer | None
    is_piped: bool
    as_: str | None
    advance: Callable[[int], None] = attrs.field(default=lambda _: None)
    written: int = 0
    invalid: int = 0
    unreadable: int = 0
    violations: int = 0
    is_out: bool = False
    apart: Counter[str] = attrs.field(factory=Counter[str])

    @property
    def status(self) -> Status:
        return Status.UNREADABLE if self.unreadable else Status.FINDINGS if self.invalid else Status.CLEAN

    def refuse(self, findings: Iterable[Finding], unit: str = "") -> None:
        """Say what is wrong with a record: to a machine all of it, to a person until enough was said."""
        told = [finding if self.show_values else finding.redacted() for finding in findings]
        before, is_readable = self.invalid + self.unreadable, not any(finding.reason for finding in told)
        self.invalid += is_readable
        self.unreadable += not is_readable
        self.violations += sum(finding.violation is not None for finding in told)
        if self.printer:
            with self._beside_records():
                for finding in told:
                    self.printer.finding(finding)
        elif before < _SHOWN:
            complain("\n".join(line_of(finding, unit) for finding in told))
        elif before == _SHOWN:
            complain("...")

    def finish(self) -> None:
        """Give a machine the summary."""
        if self.printer:
            with self._beside_records():
                self.printer.summary(Summary(self.written, self.invalid, self.unreadable, self.violations))

    def _beside_records(self) -> redirect_stdout[Any]:
        return redirect_stdout(sys.stderr if self.is_piped else sys.stdout)

    def say(self, line: str) -> None:
        """Tell a person, unless a machine reads what persons do."""
        if not (self.printer and self.is_piped):
            complain(line)


_Writer: TypeAlias = Callable[[Iterable[dict[str, Any]], IO[bytes], _Work, Ids], None]


def command(  # noqa: PLR0913 - each is an option that stands for itself
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The file to read, or a folder; - for a pipe.")],
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="The file to write; - for the standard output.")],
    *,
    profile: ProfileOption = "published",
    from_: Annotated[Kind | None, typer.Option("--from", help="What SOURCE is. Its name tells otherwise.")] = None,
    to: Annotated[Kind | None, typer.Option("--to", help="What TARGET is. Its name tells otherwise.")] = None,
    as_: AsOption = None,
    ids: Annotated[Ids, typer.Option("--ids", help="How Parquet holds uuids.")] = Ids.BINARY,
    skip_invalid: Annotated[
        bool, typer.Option("--skip-invalid", help="Leave out what is invalid. Otherwise nothing is written then.")
    ] = False,
    form: FormatOption = Format.TEXT,
    show_values: ShowValuesOption = False,
) -> Status:
    """
    Convert records between JSON Lines, Parquet and CSV.

    What TARGET is called decides how it is written: .json is one array, .jsonl and .ndjson are lines, and with .gz or
    .zst behind it, JSON and CSV are compressed.

    Amounts become decimals of the major unit, instants timestamps in UTC, days dates, ids 16 bytes or text.

    What a column cannot say (nulls, undescribed members, other spellings) is in the column _extra, as JSON.

    So every record comes back as it was. How much is in _extra is told, and each value that has no other cell.

    What is wrong with records is told on standard error; in another format than text on standard output, if no records
    go there.
    """
    found = profile_named(profile)
    printer = None if form is Format.TEXT else printer_of(form, groups=False, show_values=show_values)
    work = _Work(Columns(found), found, show_values, printer, str(target) == "-", form_named(as_))
    kind, write = kind_of(source, from_), _writer(kind_of(target, to), target)
    documents = _READERS[kind](source, work)
    status = None
    try:
        with _progress(source, kind) as work.advance:
            try:
                with _output(target, work, skip_invalid=skip_invalid) as file:
                    write(_accepted(documents, work, skip_invalid=skip_invalid), file, work, ids)
            except _RefusedError:
                work.written += sum(document is not None for document in documents)  # the rest is looked at too
                left = f"{work.invalid} invalid, {work.unreadable} unreadable"
                work.say(f"{left}: nothing is written (see --skip-invalid)")
            else:
                _tell(work, target)
    except KeyboardInterrupt:
        work.say(f"interrupted: {f'no more than {work.written} records are' if work.is_out else 'nothing is'} written")
        status = Status.INTERRUPTED
    work.finish()
    return status or work.status


class _RefusedError(Exception):
    """A record was refused, so nothing is to be written."""


@contextmanager
def _output(target: Path, work: _Work, *, skip_invalid: bool) -> Generator[IO[bytes]]:
    """Open the target; of what cannot be taken back nothing is let out before every record was accepted."""
    with writing(target) as out:
        if skip_invalid or is_revocable(target):
            work.is_out = not is_revocable(target)
            yield out
            return
        with TemporaryFile() as held:
            yield held
            work.is_out = True
            held.seek(0)
            shutil.copyfileobj(held, out)


def _writer(kind: Kind, target: Path) -> _Writer:
    return _write_array if kind is Kind.JSON and is_array(target) else _WRITERS[kind]


def _progress(source: Path, kind: Kind) -> AbstractContextManager[Callable[[int], None]]:
    """Show the bytes that are read, or the rows of a file that is read here and there."""
    if kind is Kind.PARQUET:
        return counting(None if is_piped(source) else count_rows(source), "converting")
    return progress([str(source)], "converting")


def _accepted(
    documents: Iterator[dict[str, Any] | None], work: _Work, *, skip_invalid: bool
) -> Iterator[dict[str, Any]]:
    for document in documents:
        if document is not None:
            work.written += 1
            yield document
        elif not skip_invalid:
            raise _RefusedError


def _read_json(path: Path, work: _Work) -> Iterator[dict[str, Any] | None]:
    for entry in iter_entries([str(path)], work.profile, as_=work.as_, advance=work.advance):
        if not entry.is_valid:
            work.refuse(entry.findings)
        yield entry.instance if entry.is_valid else None


def _read_parquet(path: Path, work: _Work) -> Iterator[dict[str, Any] | None]:
    for document in _documents(path, _parquet_rows(path, work), work):
        yield document
        work.advance(1)


def _parquet_rows(path: Path, work: _Work) -> Iterator[Row | RowError]:
    with seekable(path) as file:
        yield from read_parquet(file, work.columns)


def _read_csv(path: Path, work: _Work) -> Iterator[dict[str, Any] | None]:
    yield from _documents(path, _csv_rows(path, work), work)


def _csv_rows(path: Path, work: _Work) -> Iterator[Row | RowError]:
    with unpacked_text(path, work.advance) as text:
        yield from read_csv(text, work.columns)


def _documents(path: Path, rows: Iterable[Row | RowError], work: _Work) -> Iterator[dict[str, Any] | None]:
    """Make documents of rows, and hold them against the profile: somebody may have changed a cell."""
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            yield _document(path, number, row, work)
    except (TableError, OSError) as error:
        reason = _reason(error, show_values=work.show_values)
        work.refuse([Finding(str(path), number + 1, reason=reason)], "row " if number else "")
        yield None


def _reason(error: TableError | OSError, *, show_values: bool) -> str:
    if isinstance(error, TableError):
        return str(error) if show_values else error.message_without_value
    return os.strerror(error.errno) if error.errno else str(error)


def _document(path: Path, number: int, row: Row | RowError, work: _Work) -> dict[str, Any] | None:
    try:
        if isinstance(row, RowError):
            raise row
        document = work.columns.join(row)
    except RowError as error:
        violations = [Violation(error.pointer, "column", "", error.reason)]
    else:
        violations = [*work.profile.iter_violations(document)]
        if not violations:
            return document
    work.refuse([Finding(str(path), number, violation=each) for each in violations], "row ")
    return None


def _write_json(documents: Iterable[dict[str, Any]], file: IO[bytes], *_: object) -> None:
    for document in documents:
        file.write(encode_sound(document) + b"\n")


def _write_array(documents: Iterable[dict[str, Any]], file: IO[bytes], *_: object) -> None:
    """Write one text, a record a line, as the records come."""
    before = b"["
    for document in documents:
        file.write(before + b"\n" + encode_sound(document))
        before = b","
    file.write(b"[]\n" if before == b"[" else b"\n]\n")


def _write_parquet(documents: Iterable[dict[str, Any]], file: IO[bytes], work: _Work, ids: Ids) -> None:
    rows = _told((work.columns.split(document) for document in documents), work)
    write_parquet(rows, file, work.columns, ids=ids.value)


def _write_csv(documents: Iterable[dict[str, Any]], file: IO[bytes], work: _Work, _: Ids) -> None:
    rows = _told((work.columns.split(document, empty_text=False) for document in documents), work)
    text = TextIOWrapper(file, "utf-8", newline="")
    try:
        write_csv(rows, text, work.columns)
    finally:
        text.detach()  # the file is not its own to close


def _told(rows: Iterable[Row], work: _Work) -> Iterator[Row]:
    """Count what stands in the column for everything else, and name what has no cell of its own."""
    for number, row in enumerate(rows, 1):
        for column, reason in work.columns.kept_apart(row):
            work.apart[reason] += 1
            if column and reason == "no value for its column" and work.apart[reason] <= _SHOWN:
                said = f"the column {column.name} cannot hold the value; it is in {EXTRA} only"
                work.say(f"row {number}:{column.pointer}: {said}")
        yield row


def _tell(work: _Work, target: Path) -> None:
    records = "record" if work.written == 1 else "records"
    work.say(f"{work.written} {records} in {target}, {work.invalid} invalid and {work.unreadable} unreadable left out")
    if work.apart:
        listed = ", ".join(f"{count} {reason}" for reason, count in sorted(work.apart.items()))
        work.say(f"what the columns cannot hold is in {EXTRA}: {listed}")


_READERS: Final[dict[Kind, Callable[[Path, _Work], Iterator[dict[str, Any] | None]]]] = {
    Kind.JSON: _read_json,
    Kind.PARQUET: _read_parquet,
    Kind.CSV: _read_csv,
}
_WRITERS: Final[dict[Kind, _Writer]] = {
    Kind.JSON: _write_json,
    Kind.PARQUET: _write_parquet,
    Kind.CSV: _write_csv,
}
