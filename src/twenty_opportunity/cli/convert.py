"""`convert`: records between JSON Lines, Parquet and CSV, without loss."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from io import BufferedIOBase, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Annotated, Any, Final, cast

import attrs
import typer

from twenty_opportunity.bulk import FORMS, MAX_RECORD_SIZE, Entry, Finding, iter_entries
from twenty_opportunity.bulk.files import BLOCK, STANDARD_INPUT, Stream, suffix_of
from twenty_opportunity.bulk.summary import Tally
from twenty_opportunity.bulk.tables import TableError, UuidStorage, read_csv, write_csv
from twenty_opportunity.bulk.tables.columns import EXTRA, Columns, RowError
from twenty_opportunity.bulk.tables.parquet import count_rows, read_parquet, write_parquet
from twenty_opportunity.cli.options import (
    AsOption,
    CommandError,
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
from twenty_opportunity.cli.printers import PRINTERS, Printer, line_of
from twenty_opportunity.errors import Violation
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


_ROW_FORMS: Final = tuple(name for name, form in FORMS.items() if form.document_class is None)


class _RefusedError(Exception):
    """A record was refused, so nothing must be written."""


@attrs.define
class _Conversion:
    """The options of one conversion, and its counts so far."""

    source: Path
    target: Path
    kind: FileKind
    target_kind: FileKind
    profile: Profile[Any]
    as_: str | None
    ids: UuidStorage
    skip_invalid: bool
    spreadsheet_safe: bool
    max_record_size: int
    show_values: bool
    printer: Printer | None
    columns: Columns
    advance: Callable[[int], None] = attrs.field(default=lambda _: None)
    tally: Tally = attrs.field(factory=Tally)
    unit: str = ""  # of the line numbers of findings
    is_let_out: bool = False
    overflow: Counter[str] = attrs.field(factory=Counter[str])

    def accepted(self, entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
        """Count and report what is read, and yield the valid records."""
        for entry in entries:
            refused = self.tally.invalid + self.tally.unreadable
            self.tally.count(entry)
            if entry.is_valid:
                yield entry.instance
                continue
            self._report(entry, refused)
            if not self.skip_invalid:
                raise _RefusedError

    def _report(self, entry: Entry, refused: int) -> None:
        """Report what is wrong with a record: all of it to a program, the first records to a person."""
        if self.printer:
            for finding in entry.findings:
                self.printer.finding(finding)
        elif refused < _MOST_LISTED:
            for finding in entry.findings:
                echo(line_of(finding if self.show_values else finding.redacted(), self.unit), err=True)
        elif refused == _MOST_LISTED:
            echo("...", err=True)

    def finish(self) -> None:
        """Report the summary to a program, and a hint to a person."""
        if self.printer:
            self.printer.summary(self.tally.summary())
        elif self.tally.hint:
            echo(self.tally.hint, err=True)

    def note(self, line: str) -> None:
        """Write a line for people, unless a program reads standard error."""
        if not (self.printer and str(self.target) == STANDARD_INPUT):
            echo(line, err=True)

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Count what goes to the column for everything else, and report each value without a cell."""
        for number, row in enumerate(rows, 1):
            for column, reason in self.columns.overflow(row):
                self.overflow[reason] += 1
                if column and reason == "no value for its column" and self.overflow[reason] <= _MOST_LISTED:
                    message = f"the column {column.name} cannot hold the value; it is in {EXTRA} only"
                    self.note(f"row {number}:{column.pointer}: {message}")
            yield row


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
    refuse_conflicts({"TARGET": target}, [profile, source])
    found = profile_named(profile, object_)
    printer = PRINTERS[output_format](show_values=show_values, err=str(target) == STANDARD_INPUT)
    conversion = _Conversion(
        source,
        target,
        _kind_of(source, from_),
        _kind_of(target, to),
        profile=found,
        as_=as_,
        ids=ids,
        skip_invalid=skip_invalid,
        spreadsheet_safe=spreadsheet_safe,
        max_record_size=max_record_size,
        show_values=show_values,
        printer=None if output_format is Format.TEXT else printer,
        columns=Columns(found),
    )
    if conversion.kind is not FileKind.JSON and as_ not in {None, *_ROW_FORMS}:
        raise typer.BadParameter(f"a row is one record; choose from {', '.join(_ROW_FORMS)}", param_hint="--as")
    if spreadsheet_safe and conversion.target_kind is not FileKind.CSV:
        raise typer.BadParameter("only CSV can be made safe for spreadsheets", param_hint="--spreadsheet-safe")
    status = None
    try:
        with _progress(conversion) as conversion.advance:
            _convert(conversion)
    except KeyboardInterrupt:
        written = f"no more than {conversion.tally.valid} records are" if conversion.is_let_out else "nothing is"
        conversion.note(f"interrupted: {written} written")
        status = Status.INTERRUPTED
    conversion.finish()
    return status or Status.of(conversion.tally)


def _convert(conversion: _Conversion) -> None:
    entries = _entries(conversion)
    tally = conversion.tally
    try:
        with _output(conversion) as file:
            _write(conversion.accepted(entries), file, conversion)
    except _RefusedError:
        conversion.skip_invalid = True
        for _ in conversion.accepted(entries):  # check the rest as well
            pass
        conversion.note(
            f"{tally.invalid} invalid, {tally.unreadable} unreadable: nothing is written (see --skip-invalid)"
        )
        return
    noun = "record" if tally.valid == 1 else "records"
    counts = f"{tally.invalid} invalid and {tally.unreadable} unreadable skipped"
    conversion.note(f"{tally.valid} {noun} written to {conversion.target}, {counts}")
    if conversion.overflow:
        listed = ", ".join(f"{count} {reason}" for reason, count in sorted(conversion.overflow.items()))
        conversion.note(f"values in {EXTRA}, which other columns cannot hold: {listed}")


@contextmanager
def _output(conversion: _Conversion) -> Generator[IO[bytes]]:
    """Open the target. If its content cannot be taken back, hold it until every record is accepted."""
    target = conversion.target
    # What is written can be discarded, unlike on standard output, a device or a pipe.
    is_revocable = str(target) != STANDARD_INPUT and (target.is_file() or not target.exists())
    with writing(target) as out:
        if conversion.skip_invalid or is_revocable:
            conversion.is_let_out = not is_revocable
            yield out
            return
        with TemporaryFile() as held:
            yield held
            conversion.is_let_out = True
            held.seek(0)
            shutil.copyfileobj(held, out)


def _kind_of(path: Path, named: FileKind | None) -> FileKind:
    """Return the kind that the command line names, or that of a name. `-` is JSON Lines, and a folder has JSON."""
    if named is None and path.is_dir():
        return FileKind.JSON
    suffix = ".jsonl" if str(path) == STANDARD_INPUT else suffix_of(path.name)
    kind = named or _KINDS.get(suffix)
    if kind is None:
        raise CommandError(f"{path}: unknown suffix; use one of {', '.join(_KINDS)}, or give --from or --to")
    if kind is FileKind.PARQUET and path.suffix.lower() in {".gz", ".zst"}:
        raise CommandError(f"{path}: Parquet compresses itself; use a name without {path.suffix}")
    return kind


def _progress(conversion: _Conversion) -> AbstractContextManager[Callable[[int], None]]:
    """Count bytes, or rows of a file that is not read from its beginning to its end."""
    source = conversion.source
    if conversion.kind is FileKind.PARQUET:
        return progress("converting", None if _is_piped(source) else count_rows(source), unit="records")
    return progress("converting", size_of([str(source)]))


def _entries(conversion: _Conversion) -> Iterator[Entry]:
    """Read the records of the source."""
    if conversion.kind is not FileKind.JSON:
        return _entries_of_rows(conversion)
    return iter_entries(
        [str(conversion.source)],
        conversion.profile,
        as_=conversion.as_,
        advance=conversion.advance,
        max_record_size=conversion.max_record_size,
    )


def _entries_of_rows(conversion: _Conversion) -> Iterator[Entry]:
    """Turn rows into records and validate them: someone may have edited a cell."""
    file, number = str(conversion.source), 0
    try:
        for number, row in enumerate(_rows(conversion), 1):
            conversion.unit = "row "
            yield _entry(file, number, row, conversion)
    except (TableError, OSError) as error:
        if isinstance(error, OSError):
            reason = os.strerror(error.errno) if error.errno else str(error)
        else:
            reason = str(error) if conversion.show_values else error.message_without_value
        yield Entry(file, number + 1, "", None, (Finding(file, number + 1, reason=reason),))


def _entry(file: str, number: int, row: Row | RowError, conversion: _Conversion) -> Entry:
    document: dict[str, Any] | None = None
    try:
        if isinstance(row, RowError):
            raise row
        document = conversion.columns.join(row)
        cl = getattr(conversion.profile, conversion.as_ or "record")
        violations = [*conversion.profile.iter_violations(document, cl)]
    except RowError as error:
        violations = [Violation(error.pointer, "column", "", error.reason)]
    return Entry(file, number, "", document, tuple(Finding(file, number, violation=each) for each in violations))


def _rows(conversion: _Conversion) -> Iterator[Row | RowError]:
    if conversion.kind is FileKind.PARQUET:
        with _seekable(conversion.source) as file:
            for row in read_parquet(file, conversion.columns):
                conversion.advance(1)
                yield row
        return
    with Stream(str(conversion.source)) as stream:
        text = TextIOWrapper(cast("Any", _Unpacked(stream, conversion.advance)), "utf-8", newline="")
        yield from read_csv(text, conversion.columns, max_record_size=conversion.max_record_size)


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
            shutil.copyfileobj(cast("Any", _Unpacked(stream, lambda _: None)), file)
        yield file


class _Unpacked(BufferedIOBase):
    """The content of a stream as a file. Reading raises `TableError` if it cannot be read or decompressed."""

    def __init__(self, stream: Stream, advance: Callable[[int], None]) -> None:
        self._stream = stream
        self._advance = advance

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:  # noqa: ARG002 - the readers take any number of bytes
        block = self._stream.read(BLOCK)
        self._advance(self._stream.taken())
        if not block and self._stream.fault:
            raise TableError(self._stream.fault)
        return block

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(size)


def _write(documents: Iterable[dict[str, Any]], file: IO[bytes], conversion: _Conversion) -> None:
    columns, kind = conversion.columns, conversion.target_kind
    if kind is FileKind.JSON:
        # A program that reads .json expects one JSON text.
        write_json = _write_array if suffix_of(conversion.target.name) == ".json" else _write_lines
        write_json(documents, file)
        return
    split = partial(columns.split, empty_text=kind is FileKind.PARQUET)
    rows = conversion.counted(map(split, documents))
    if kind is FileKind.PARQUET:
        write_parquet(rows, file, columns, ids=conversion.ids)
        return
    text = TextIOWrapper(file, "utf-8", newline="")
    try:
        write_csv(rows, text, columns, spreadsheet_safe=conversion.spreadsheet_safe)
    finally:
        text.detach()  # closing the wrapper would close the file, which belongs to the caller


def _write_lines(documents: Iterable[dict[str, Any]], file: IO[bytes]) -> None:
    for document in documents:
        file.write(encode_sound(document) + b"\n")


def _write_array(documents: Iterable[dict[str, Any]], file: IO[bytes]) -> None:
    """Write one array, a record on each line, as the records come."""
    before = b"["
    for document in documents:
        file.write(before + b"\n" + encode_sound(document))
        before = b","
    file.write(b"[]\n" if before == b"[" else b"\n]\n")
