"""
Convert records to tables and back without loss: CSV, Parquet and Arrow.

This package may import `profiles`, `schemas`, `records`, `values` and `errors`. pyarrow, the extra `arrow`, is
imported when it is first needed.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import os
import re
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from twenty_opportunity.bulk.files import BLOCK, naming, written_whole
from twenty_opportunity.bulk.tables.columns import (
    EXTRA,
    Column,
    Columns,
    Row,
    RowError,
    TableError,
    extra_of_text,
    extra_text,
    refuse_unknown,
)
from twenty_opportunity.bulk.tables.parquet import (
    Ids,
    UuidStorage,
    arrow_module,
    count_rows,
    read_batches,
    read_parquet,
    record_batches,
    write_parquet,
)
from twenty_opportunity.profiles import PUBLISHED, Profile
from twenty_opportunity.schemas.composites import CellType
from twenty_opportunity.values.arguments import check_type, items_of
from twenty_opportunity.values.json_text import encode, is_plain_json

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from typing import IO, Self

__all__ = [
    "Ids",
    "RowError",
    "TableError",
    "UuidStorage",
    "count_rows",
    "from_arrow",
    "from_csv",
    "from_parquet",
    "to_arrow",
    "to_csv",
    "to_parquet",
]

# A spreadsheet takes text for a formula that begins with one of these, even if the cell is quoted in the file.
_FORMULA: Final = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
# An apostrophe before a formula makes it text. Twenty's own exports have a zero-width joiner instead.
_may_be_formula: Final = re.compile(rf"['\u200d]*+{_FORMULA}").match
_is_guarded: Final = re.compile(rf"['\u200d]++{_FORMULA}").match
_GUARD: Final = "'"


def _objects(documents: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the documents, and refuse by name what is not JSON: records must be unstructured before."""
    document: Mapping[str, Any]
    for document in items_of("documents", documents, object, "dicts"):
        found = type(document).__name__
        if not isinstance(document, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - users may pass anything
            raise TypeError(f"a document is a dict of decoded JSON, not {found}; convert records with unstructure")
        if not is_plain_json(document):
            encode(dict(document))  # raises unless only the classes differ from those of decoded JSON
        yield document


@contextmanager
def _opened(file: Any, mode: str) -> Generator[Any]:
    """Open a path, and leave a file as it is. A file that is written by its path is written whole or not at all."""
    is_text = "b" not in mode
    if not isinstance(file, (str, os.PathLike)):
        others = (io.RawIOBase, io.BufferedIOBase) if is_text else io.TextIOBase
        if isinstance(file, others) or not hasattr(file, {"r": "readline", "rb": "read"}.get(mode, "write")):
            wanted = 'text with newline=""' if is_text else "bytes"
            raise TypeError(f"file must be a path, or a file that is opened for {wanted}, not {type(file).__name__}")
        yield file
        return
    path = Path(os.fsdecode(cast("str", file)))
    with naming(path):
        opened = path.open("rb") if "r" in mode else written_whole(path)
    with opened as binary:
        if is_text:
            with io.TextIOWrapper(binary, "utf-8", newline="") as text:
                yield text
        else:
            yield binary


def to_parquet(
    documents: Iterable[Mapping[str, Any]],
    file: IO[bytes] | str | Path,
    profile: Profile[Any] = PUBLISHED,
    *,
    ids: Ids = UuidStorage.BINARY,
) -> None:
    """
    Write records as a Parquet file.

    Args:
        documents: Instances that the profile accepts.
        file: The file to write to, opened for bytes, or its path. After an error, the file at a path is as it was.
        profile: The profile, whose fields are the columns.
        ids: Store ids as 16 bytes with the logical type UUID, or as text.

    Raises:
        MissingExtraError: The extra `arrow` is not installed.
        OSError: The file cannot be written.
        TypeError: A document is not a dict, or the file is not opened for bytes.
        ValidationError: A value is not JSON, such as a set or a key that is not text.
        UnrepresentableError: A text has a lone surrogate.
    """
    columns = Columns(profile)
    with _opened(file, "wb") as opened:
        write_parquet(map(columns.split, _objects(documents)), opened, columns, ids=ids)


def from_parquet(file: IO[bytes] | str | Path, profile: Profile[Any] = PUBLISHED) -> Iterator[dict[str, Any]]:
    """
    Read records from a Parquet file.

    Args:
        file: The file, opened for bytes, or its path.
        profile: The profile that it was written with.

    Yields:
        The documents, identical to those written; they are not validated.

    Raises:
        MissingExtraError: The extra `arrow` is not installed.
        OSError: The file cannot be opened.
        TypeError: The file is not opened for bytes.
        TableError: It is not a Parquet file, or has columns that the profile does not have.
        RowError: A row was changed to something that is not a document.
    """
    columns = Columns(profile)
    with _opened(file, "rb") as opened:
        yield from _joined(read_parquet(opened, columns), columns)


def to_arrow(
    documents: Iterable[Mapping[str, Any]], profile: Profile[Any] = PUBLISHED, *, ids: Ids = UuidStorage.BINARY
) -> Any:
    """
    Return records as Arrow record batches, for polars, DuckDB, pandas and anything else that reads Arrow streams.

    Args:
        documents: Instances that the profile accepts. They are read batch by batch.
        profile: The profile, whose fields are the columns.
        ids: Store ids as 16 bytes with the logical type UUID, or as text.

    Returns:
        A `pyarrow.RecordBatchReader`, which has the Arrow C stream interface.

    Raises:
        MissingExtraError: The extra `arrow` is not installed.
        TypeError: A document is not a dict. Raised when the batches are read, like the next ones.
        ValidationError: A value is not JSON, such as a set or a key that is not text.
        UnrepresentableError: A text has a lone surrogate.
    """
    columns = Columns(profile)
    schema, batches = record_batches(map(columns.split, _objects(documents)), columns, ids)
    return arrow_module().RecordBatchReader.from_batches(schema, batches)


def from_arrow(data: Any, profile: Profile[Any] = PUBLISHED) -> Iterator[dict[str, Any]]:
    """
    Read records from an Arrow stream.

    Args:
        data: Anything with the Arrow C stream interface, such as a table of pyarrow, polars, pandas or DuckDB.
        profile: The profile that the data was written with.

    Yields:
        The documents; they are not validated.

    Raises:
        MissingExtraError: The extra `arrow` is not installed.
        TableError: It has columns that the profile does not have, or columns of other types.
        RowError: A row is not a document.
        TypeError: The data is not an Arrow stream.
    """
    if not hasattr(data, "__arrow_c_stream__"):
        wanted = "from_arrow reads tables of pyarrow, polars, pandas and DuckDB"
        raise TypeError(f"{wanted}, or any object with __arrow_c_stream__, not {type(data).__name__}")
    arrow = arrow_module()
    columns = Columns(profile)
    reader = arrow.RecordBatchReader.from_stream(data)
    try:
        yield from _joined(read_batches(reader.schema, reader, columns), columns)
    except arrow.ArrowException as error:
        raise TableError("a column has a type that does not fit the records") from error


def to_csv(
    documents: Iterable[Mapping[str, Any]],
    file: IO[str] | str | Path,
    profile: Profile[Any] = PUBLISHED,
    *,
    spreadsheet_safe: bool = False,
) -> None:
    """
    Write records as CSV (RFC 4180, with a header).

    Args:
        documents: Instances that the profile accepts.
        file: The file to write to, opened for text with `newline=""`, or its path. After an error, the file at a path
            is as it was.
        profile: The profile, whose fields are the columns.
        spreadsheet_safe: Write an apostrophe before text that a spreadsheet would take for a formula. `from_csv`
            removes it.

    Raises:
        OSError: The file cannot be written.
        TypeError: A document is not a dict, or the file is not opened for text.
        ValidationError: A value is not JSON, such as a set or a key that is not text.
    """
    check_type("spreadsheet_safe", spreadsheet_safe, bool, "a bool")
    columns = Columns(profile)
    rows = (columns.split(document, empty_text=False) for document in _objects(documents))
    with _opened(file, "w") as opened:
        write_csv(rows, opened, columns, spreadsheet_safe=spreadsheet_safe)


def from_csv(file: IO[str] | str | Path, profile: Profile[Any] = PUBLISHED) -> Iterator[dict[str, Any]]:
    """
    Read records from CSV.

    Args:
        file: The file, opened for text with `newline=""`, or its path.
        profile: The profile that it was written with.

    Yields:
        The documents; they are not validated.

    Raises:
        OSError: The file cannot be opened.
        TypeError: The file is not opened for text.
        TableError: It has columns that the profile does not have, or no header.
        RowError: A row is not a document.
    """
    columns = Columns(profile)
    with _opened(file, "r") as opened:
        yield from _joined(read_csv(opened, columns), columns)


def _joined(rows: Iterable[Row | RowError], columns: Columns) -> Iterator[dict[str, Any]]:
    """Turn rows into documents; raise an error with the number of its row."""
    for number, row in enumerate(rows, 1):
        try:
            if isinstance(row, RowError):
                raise row
            document = columns.join(row)
        except RowError as error:
            error.row = number
            raise
        yield document


def write_csv(rows: Iterable[Row], file: IO[str], columns: Columns, *, spreadsheet_safe: bool = False) -> None:
    """Write rows, made by `Columns.split` with `empty_text=False`, as CSV, one at a time."""
    writer = csv.writer(file)
    writer.writerow([*(column.name for column in columns.columns), EXTRA])
    # Text that looks guarded gets one more apostrophe, so that reading can always remove one.
    needs_guard = _may_be_formula if spreadsheet_safe else _is_guarded
    for row in rows:
        cells = map(_text_of, columns.columns, row.cells, repeat(needs_guard))
        writer.writerow([*cells, extra_text(row)])


def _text_of(column: Column, cell: Any, needs_guard: Callable[[str], object]) -> str:
    if cell is None:
        return ""
    if column.cell_type is CellType.TEXT and needs_guard(cell):
        return f"{_GUARD}{cell}"
    return column.conversion.to_text(cell)


def read_csv(file: IO[str], columns: Columns, *, max_record_size: int = sys.maxsize - 1) -> Iterator[Row | RowError]:
    """
    Read the rows of a CSV file, one at a time: each row, or what is wrong with it.

    Args:
        file: The file, opened for text with `newline=""`. A byte order mark before the header is ignored.
        columns: The columns. A column that the file does not have is empty.
        max_record_size: The number of characters above which a row is refused, its line break included.

    Yields:
        The rows and errors.

    Raises:
        TableError: It has unknown columns, or no header, or is not CSV.
    """
    lines = _BoundedLines(file, max_record_size)
    rows = _PARSER.reader(lines, strict=True)
    try:
        header = lines.next_row(rows)
        if not header:
            raise TableError("it is empty, or its first line is; a CSV file begins with a line of column names")
        refuse_unknown(header, columns)
        while (line := lines.next_row(rows)) is not None:
            if lines.is_too_large:
                yield RowError("", f"the row is larger than {max_record_size} characters, the maximum size of a record")
            elif line:
                yield _row_of_texts(header, line, columns)
    except (_PARSER.Error, UnicodeDecodeError) as error:
        raise TableError(f"it is not CSV in UTF-8: {error}") from error


def _parser() -> Any:
    """
    Return a parser of CSV that takes cells of any size.

    The limit of the csv module, 128 KiB, is less than a text may have. It is one for the whole process, so changing it
    would change what other code reads, in other threads as well. This is another instance of the module with its own.
    """
    spec: Any = importlib.util.find_spec("_csv")
    parser: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(parser)
    parser.field_size_limit(sys.maxsize)
    return parser


_PARSER: Final = _parser()


class _BoundedLines:
    """The lines of a CSV file, without what would make a row too large."""

    def __init__(self, file: IO[str], limit: int) -> None:
        self.is_too_large = False
        self._file = file
        self._limit = limit
        self._size = 0
        self._is_first = True

    def next_row(self, rows: Iterator[list[str]]) -> list[str] | None:
        """Read the next row, which may have several lines; None at the end."""
        self._size = 0
        self.is_too_large = False
        return next(rows, None)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._file.readline(self._limit + 1)
        if self._is_first:  # a byte order mark would make the quotes of the first name a part of it
            self._is_first, line = False, line.removeprefix("\ufeff")
        self._size += len(line)
        if not line:
            raise StopIteration
        if self._size <= self._limit:
            return line
        # Only whether quotes are open at the end of the line matters for the lines after it.
        self.is_too_large = True
        quotes = line.count('"')
        while line and not line.endswith(("\n", "\r")):
            line = self._file.readline(BLOCK)
            quotes += line.count('"')
        return ',"' if quotes % 2 else ""


def _row_of_texts(header: Sequence[str], line: Sequence[str], columns: Columns) -> Row | RowError:
    if len(line) != len(header):
        mistake = "it is cut off" if len(line) < len(header) else "a cell with a comma is not quoted"
        return RowError("", f"the row has {len(line)} cells and the header has {len(header)}; usually {mistake}")
    texts = dict(zip(header, line, strict=True))
    try:
        cells = [_cell_of_text(column, texts.get(column.name)) for column in columns.columns]
        return Row(tuple(cells), extra_of_text(texts.get(EXTRA)))
    except RowError as error:
        return error


def _cell_of_text(column: Column, text: str | None) -> Any:
    if not text:
        return None
    cell = column.conversion.of_text(text[1:] if _is_guarded(text) else text)
    if cell is None:
        raise column.refusal()
    return cell
