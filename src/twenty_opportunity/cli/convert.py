"""`convert`: records between JSON Lines, Parquet and CSV, without loss."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import contextmanager, redirect_stdout
from enum import StrEnum
from io import BufferedReader, RawIOBase, TextIOWrapper
from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import attrs
import typer

from twenty_opportunity.bulk import MAX_RECORD_SIZE, Finding, Summary, iter_entries
from twenty_opportunity.bulk.files import BLOCK, STANDARD_INPUT, Stream, files_in, suffix_of
from twenty_opportunity.bulk.tables import TableError, UuidStorage, read_csv, write_csv
from twenty_opportunity.bulk.tables.columns import EXTRA, Columns, RowError
from twenty_opportunity.bulk.tables.parquet import count_rows, read_parquet, write_parquet
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
)
from twenty_opportunity.cli.output import echo, file_path, progress, refuse_conflicts, size_of, writing
from twenty_opportunity.cli.printers import Printer, line_of, printer_of
from twenty_opportunity.errors import TwentyOpportunityError, Violation
from twenty_opportunity.profiles import Profile
from twenty_opportunity.values.json_text import encode_sound

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from contextlib import AbstractContextManager

    from twenty_opportunity.bulk.tables.columns import Row

EXAMPLES: Final = {
    "twenty-opportunity convert deals.jsonl deals.parquet -p metadata.json": "Write the records of a workspace as a "
    "table.",
    "twenty-opportunity convert deals.parquet deals.jsonl -p metadata.json": "Get the same records back.",
    "zcat deals.jsonl.gz | twenty-opportunity convert - deals.csv --skip-invalid": "Write the valid records for a "
    "spreadsheet.",
}
_MOST_LISTED: Final = 20  # findings for people, and values without a cell


class FileKind(StrEnum):
    """The kinds of files."""

    JSON = "json"
    PARQUET = "parquet"
    CSV = "csv"


_KINDS: Final = {
    ".jsonl": FileKind.JSON,
    ".ndjson": FileKind.JSON,
    ".json": FileKind.JSON,
    ".parquet": FileKind.PARQUET,
    ".csv": FileKind.CSV,
}


class ConversionError(TwentyOpportunityError):
    """Files with such names cannot be converted into each other."""


class _RefusedError(Exception):
    """A record was refused, so nothing must be written."""


@attrs.define
class _Conversion:
    """The options of one conversion, and its counts so far."""

    columns: Columns
    profile: Profile
    show_values: bool
    printer: Printer | None
    to_standard_output: bool
    as_: str | None
    ids: UuidStorage
    spreadsheet_safe: bool
    max_record_size: int
    advance: Callable[[int], None] = attrs.field(default=lambda _: None)
    written: int = 0
    invalid: int = 0
    unreadable: int = 0
    violations: int = 0
    hint: str = ""
    is_let_out: bool = False
    overflow: Counter[str] = attrs.field(factory=Counter[str])

    @property
    def status(self) -> Status:
        return Status.FAILED if self.unreadable else Status.FINDINGS if self.invalid else Status.CLEAN

    def refuse(self, findings: Iterable[Finding], unit: str = "") -> None:
        """Report what is wrong with a record: all of it to a program, the first records to a person."""
        reported = [finding if self.show_values else finding.redacted() for finding in findings]
        before, is_readable = self.invalid + self.unreadable, not any(finding.reason for finding in reported)
        self.invalid += is_readable
        self.unreadable += not is_readable
        self.violations += sum(finding.violation is not None for finding in reported)
        if self.printer:
            with self._apart_from_records():
                for finding in reported:
                    self.printer.finding(finding)
        elif before < _MOST_LISTED:
            for finding in reported:
                echo(line_of(finding, unit), err=True)
        elif before == _MOST_LISTED:
            echo("...", err=True)

    def finish(self) -> None:
        """Report the summary to a program, and a hint to a person."""
        if self.printer:
            with self._apart_from_records():
                counts = self.written, self.invalid, self.unreadable, self.violations
                self.printer.summary(Summary(*counts, hint=self.hint))
        elif self.hint:
            echo(self.hint, err=True)

    def _apart_from_records(self) -> redirect_stdout[Any]:
        return redirect_stdout(sys.stderr if self.to_standard_output else sys.stdout)

    def report(self, line: str) -> None:
        """Write a line for people, unless a program reads standard error."""
        if not (self.printer and self.to_standard_output):
            echo(line, err=True)


_Documents: TypeAlias = Iterable[dict[str, Any]]
_Writer: TypeAlias = Callable[[_Documents, IO[bytes], _Conversion], None]


def convert(  # noqa: PLR0913 - each is an option of the command line
    source: Annotated[
        Path,
        typer.Argument(metavar="SOURCE", parser=file_path, help="The file or folder to read; - for standard input."),
    ],
    target: Annotated[
        Path, typer.Argument(metavar="TARGET", parser=file_path, help="The file to write; - for standard output.")
    ],
    *,
    profile: ProfileOption = "published",
    object_: ObjectOption = "opportunity",
    from_: Annotated[
        FileKind | None,
        typer.Option("--from", metavar="|".join(FileKind), help="The kind of SOURCE. Default: from its name."),
    ] = None,
    to: Annotated[
        FileKind | None,
        typer.Option("--to", metavar="|".join(FileKind), help="The kind of TARGET. Default: from its name."),
    ] = None,
    as_: AsOption = None,
    ids: Annotated[
        UuidStorage, typer.Option("--ids", metavar="|".join(UuidStorage), help="How Parquet stores UUIDs.")
    ] = UuidStorage.BINARY,
    skip_invalid: Annotated[
        bool, typer.Option("--skip-invalid", help="Leave out invalid records. Default: they stop the conversion.")
    ] = False,
    spreadsheet_safe: Annotated[
        bool,
        typer.Option(
            "--spreadsheet-safe",
            help="Write an apostrophe before CSV text that a spreadsheet would take for a formula. Reading removes it.",
        ),
    ] = False,
    output_format: FormatOption = Format.TEXT,
    max_record_size: MaxRecordSizeOption = MAX_RECORD_SIZE,
    show_values: ShowValuesOption = False,
) -> Status:
    """
    Convert records between JSON Lines, Parquet and CSV.

    The name of TARGET decides its format: .json is one array, .jsonl and .ndjson are lines. JSON and CSV are
    compressed if the name ends in .gz or .zst.

    Amounts become decimals of the major unit, instants become timestamps in UTC, UUIDs become 16 bytes or text.

    Values that a column cannot hold (null, unknown properties, other spellings) go to the column _extra, as JSON, so
    that every record can be converted back without loss. The number of such values is reported.

    Findings are reported on standard error. In other formats than text they go to standard output, unless the records
    go there.
    """
    refuse_conflicts({"TARGET": target}, [profile, *_inputs(source)])
    found = profile_named(profile, object_)
    printer = None if output_format is Format.TEXT else printer_of(output_format, groups=False, show_values=show_values)
    kind, target_kind = _kind_of(source, from_), _kind_of(target, to)
    if spreadsheet_safe and target_kind is not FileKind.CSV:
        raise typer.BadParameter("only CSV can be made safe for spreadsheets", param_hint="--spreadsheet-safe")
    conversion = _Conversion(
        columns=Columns(found),
        profile=found,
        show_values=show_values,
        printer=printer,
        to_standard_output=str(target) == "-",
        as_=as_,
        ids=ids,
        spreadsheet_safe=spreadsheet_safe,
        max_record_size=max_record_size,
    )
    write = _writer(target_kind, target)
    documents = _READERS[kind](source, conversion)
    status = None
    try:
        with _progress(source, kind) as conversion.advance:
            try:
                with _output(target, conversion, skip_invalid=skip_invalid) as file:
                    write(_accepted(documents, conversion, skip_invalid=skip_invalid), file, conversion)
            except _RefusedError:
                conversion.written += sum(document is not None for document in documents)  # check the rest as well
                counts = f"{conversion.invalid} invalid, {conversion.unreadable} unreadable"
                conversion.report(f"{counts}: nothing is written (see --skip-invalid)")
            else:
                _report_counts(conversion, target)
    except KeyboardInterrupt:
        written = f"no more than {conversion.written} records are" if conversion.is_let_out else "nothing is"
        conversion.report(f"interrupted: {written} written")
        status = Status.INTERRUPTED
    conversion.finish()
    return status or conversion.status


def _inputs(source: Path) -> list[str]:
    try:
        return files_in(str(source))
    except OSError:  # reported when the source is read
        return []


@contextmanager
def _output(target: Path, conversion: _Conversion, *, skip_invalid: bool) -> Generator[IO[bytes]]:
    """Open the target. If its content cannot be taken back, hold it until every record is accepted."""
    with writing(target) as out:
        if skip_invalid or _is_revocable(target):
            conversion.is_let_out = not _is_revocable(target)
            yield out
            return
        with TemporaryFile() as held:
            yield held
            conversion.is_let_out = True
            held.seek(0)
            shutil.copyfileobj(held, out)


def _is_revocable(target: Path) -> bool:
    """Check whether what is written can be discarded, unlike on standard output, a device or a pipe."""
    return str(target) != STANDARD_INPUT and (target.is_file() or not target.exists())


def _kind_of(path: Path, named: FileKind | None) -> FileKind:
    """
    Return the kind of a file.

    Args:
        path: The file. `-` is JSON Lines, a folder has JSON.
        named: The kind that the command line names.

    Returns:
        The kind.

    Raises:
        ConversionError: The suffix is unknown, or means a compressed Parquet file.
    """
    if named is None and path.is_dir():
        return FileKind.JSON
    suffix = ".jsonl" if str(path) == STANDARD_INPUT else suffix_of(path.name)
    kind = named or _KINDS.get(suffix)
    if kind is None:
        raise ConversionError(f"{path}: unknown suffix; use one of {', '.join(_KINDS)}, or give --from or --to")
    if kind is FileKind.PARQUET and path.suffix.lower() in {".gz", ".zst"}:
        raise ConversionError(f"{path}: Parquet compresses itself; use a name without {path.suffix}")
    return kind


def _writer(kind: FileKind, target: Path) -> _Writer:
    """Return the function that writes a kind. A program that reads .json expects one JSON text."""
    return _write_array if kind is FileKind.JSON and suffix_of(target.name) == ".json" else _WRITERS[kind]


def _progress(source: Path, kind: FileKind) -> AbstractContextManager[Callable[[int], None]]:
    """Count bytes, or rows of a file that is not read from its beginning to its end."""
    if kind is FileKind.PARQUET:
        return progress("converting", None if _is_piped(source) else count_rows(source), unit="records")
    return progress("converting", size_of([str(source)]))


def _accepted(
    documents: Iterator[dict[str, Any] | None], conversion: _Conversion, *, skip_invalid: bool
) -> Iterator[dict[str, Any]]:
    for document in documents:
        if document is not None:
            conversion.written += 1
            yield document
        elif not skip_invalid:
            raise _RefusedError


def _read_json(path: Path, conversion: _Conversion) -> Iterator[dict[str, Any] | None]:
    entries = iter_entries(
        [str(path)],
        conversion.profile,
        as_=conversion.as_,
        advance=conversion.advance,
        max_record_size=conversion.max_record_size,
    )
    for entry in entries:
        if not entry.is_valid:
            conversion.refuse(entry.findings)
            conversion.hint = conversion.hint or entry.hint
        yield entry.instance if entry.is_valid else None


def _read_parquet(path: Path, conversion: _Conversion) -> Iterator[dict[str, Any] | None]:
    for document in _documents(path, _parquet_rows(path, conversion), conversion):
        yield document
        conversion.advance(1)


def _parquet_rows(path: Path, conversion: _Conversion) -> Iterator[Row | RowError]:
    with _seekable(path) as file:
        yield from read_parquet(file, conversion.columns)


def _read_csv(path: Path, conversion: _Conversion) -> Iterator[dict[str, Any] | None]:
    yield from _documents(path, _csv_rows(path, conversion), conversion)


def _csv_rows(path: Path, conversion: _Conversion) -> Iterator[Row | RowError]:
    with _decompressed_text(path, conversion.advance) as text:
        yield from read_csv(text, conversion.columns, max_record_size=conversion.max_record_size)


def _documents(path: Path, rows: Iterable[Row | RowError], conversion: _Conversion) -> Iterator[dict[str, Any] | None]:
    """Turn rows into documents and validate them: someone may have edited a cell."""
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            yield _document(path, number, row, conversion)
    except (TableError, OSError) as error:
        reason = _reason(error, show_values=conversion.show_values)
        conversion.refuse([Finding(str(path), number + 1, reason=reason)], "row " if number else "")
        yield None


def _reason(error: TableError | OSError, *, show_values: bool) -> str:
    if isinstance(error, TableError):
        return str(error) if show_values else error.message_without_value
    return os.strerror(error.errno) if error.errno else str(error)


def _document(path: Path, number: int, row: Row | RowError, conversion: _Conversion) -> dict[str, Any] | None:
    try:
        if isinstance(row, RowError):
            raise row
        document = conversion.columns.join(row)
    except RowError as error:
        violations = [Violation(error.pointer, "column", "", error.reason)]
    else:
        violations = [*conversion.profile.iter_violations(document)]
        if not violations:
            return document
    conversion.refuse([Finding(str(path), number, violation=each) for each in violations], "row ")
    return None


def _is_piped(source: Path) -> bool:
    """Check whether a source can be read once only, from its beginning."""
    return str(source) == STANDARD_INPUT or source.is_fifo()


@contextmanager
def _seekable(source: Path) -> Generator[Path | IO[bytes]]:
    """Return a source, or a temporary file with everything that comes through a pipe."""
    if not _is_piped(source):
        yield source
        return
    with TemporaryFile() as file:
        with Stream(str(source)) as stream:
            while block := stream.read(BLOCK):
                file.write(block)
            if stream.fault:
                raise TableError(stream.fault)
        yield file


@contextmanager
def _decompressed_text(path: Path, advance: Callable[[int], None]) -> Generator[IO[str]]:
    """Open a text file, plain, gzip or zstd. Reading raises `TableError` if it cannot be read or decompressed."""
    with (
        Stream(str(path)) as stream,
        TextIOWrapper(BufferedReader(_RawStream(stream, advance)), "utf-8", newline="") as text,
    ):
        yield text


class _RawStream(RawIOBase):
    """A stream as a raw file of Python, which is all that TextIOWrapper reads."""

    def __init__(self, stream: Stream, advance: Callable[[int], None]) -> None:
        self._stream = stream
        self._advance = advance
        self._block = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._block:
            self._block = memoryview(self._stream.read(len(buffer)))
            self._advance(self._stream.taken())
        if not self._block and self._stream.fault:
            raise TableError(self._stream.fault)
        size = min(len(buffer), len(self._block))
        buffer[:size] = self._block[:size]
        self._block = self._block[size:]
        return size


def _write_lines(documents: _Documents, file: IO[bytes], *_: object) -> None:
    for document in documents:
        file.write(encode_sound(document) + b"\n")


def _write_array(documents: _Documents, file: IO[bytes], *_: object) -> None:
    """Write one array, a record on each line, as the records come."""
    before = b"["
    for document in documents:
        file.write(before + b"\n" + encode_sound(document))
        before = b","
    file.write(b"[]\n" if before == b"[" else b"\n]\n")


def _write_parquet(documents: _Documents, file: IO[bytes], conversion: _Conversion) -> None:
    rows = _counted((conversion.columns.split(document) for document in documents), conversion)
    write_parquet(rows, file, conversion.columns, ids=conversion.ids)


def _write_csv(documents: _Documents, file: IO[bytes], conversion: _Conversion) -> None:
    rows = _counted((conversion.columns.split(document, empty_text=False) for document in documents), conversion)
    text = TextIOWrapper(file, "utf-8", newline="")
    try:
        write_csv(rows, text, conversion.columns, spreadsheet_safe=conversion.spreadsheet_safe)
    finally:
        text.detach()  # closing the wrapper would close the file, which belongs to the caller


def _counted(rows: Iterable[Row], conversion: _Conversion) -> Iterator[Row]:
    """Count what goes to the column for everything else, and report each value without a cell."""
    for number, row in enumerate(rows, 1):
        for column, reason in conversion.columns.overflow(row):
            conversion.overflow[reason] += 1
            if column and reason == "no value for its column" and conversion.overflow[reason] <= _MOST_LISTED:
                message = f"the column {column.name} cannot hold the value; it is in {EXTRA} only"
                conversion.report(f"row {number}:{column.pointer}: {message}")
        yield row


def _report_counts(conversion: _Conversion, target: Path) -> None:
    noun = "record" if conversion.written == 1 else "records"
    counts = f"{conversion.invalid} invalid and {conversion.unreadable} unreadable skipped"
    conversion.report(f"{conversion.written} {noun} written to {target}, {counts}")
    if conversion.overflow:
        listed = ", ".join(f"{count} {reason}" for reason, count in sorted(conversion.overflow.items()))
        conversion.report(f"values in {EXTRA}, which other columns cannot hold: {listed}")


_READERS: Final[dict[FileKind, Callable[[Path, _Conversion], Iterator[dict[str, Any] | None]]]] = {
    FileKind.JSON: _read_json,
    FileKind.PARQUET: _read_parquet,
    FileKind.CSV: _read_csv,
}
_WRITERS: Final[dict[FileKind, _Writer]] = {
    FileKind.JSON: _write_lines,
    FileKind.PARQUET: _write_parquet,
    FileKind.CSV: _write_csv,
}
