"""Opportunities as tables: Parquet and CSV files, written and read in batches, with nothing lost on the way."""

from __future__ import annotations

import csv
import sys
from itertools import chain
from typing import TYPE_CHECKING, Any

from twenty_opportunity.bulk.tables.cells import cell_of, text_of
from twenty_opportunity.bulk.tables.columns import EXTRA, Column, Columns, Row, RowError, extra_of_text, extra_text
from twenty_opportunity.bulk.tables.headers import TableError, refuse_others
from twenty_opportunity.bulk.tables.parquet import Ids, count_rows, read_parquet, write_parquet
from twenty_opportunity.profiles import PUBLISHED, Profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import IO

__all__ = ["Ids", "RowError", "TableError", "count_rows", "from_csv", "from_parquet", "to_csv", "to_parquet"]


def to_parquet(
    documents: Iterable[Mapping[str, Any]],
    file: IO[bytes],
    profile: Profile = PUBLISHED,
    *,
    ids: Ids = "binary",
) -> None:
    """
    Write opportunities as a Parquet file.

    Args:
        documents: Instances that the profile accepts.
        file: Where to write; opened for bytes.
        profile: The profile, which gives the columns.
        ids: Hold uuids as 16 bytes or as text.

    Raises:
        MissingExtraError: The extra `arrow` is not installed.
    """
    columns = Columns(profile)
    write_parquet(map(columns.split, documents), file, columns, ids=ids)


def from_parquet(file: IO[bytes] | Path, profile: Profile = PUBLISHED) -> Iterator[dict[str, Any]]:
    """
    Read opportunities from a Parquet file.

    Args:
        file: The file, or its path.
        profile: The profile that it was written with.

    Yields:
        The documents, as they were before they were written; they are not validated.

    Raises:
        MissingExtraError: The extra `arrow` is not installed.
        TableError: It is no Parquet file, or has columns that the profile has not.
        RowError: A row stands for no document, since it was changed.
    """
    columns = Columns(profile)
    yield from map(columns.join, _sound(read_parquet(file, columns)))


def to_csv(documents: Iterable[Mapping[str, Any]], file: IO[str], profile: Profile = PUBLISHED) -> None:
    """
    Write opportunities as CSV (RFC 4180, with a header).

    Args:
        documents: Instances that the profile accepts.
        file: Where to write; opened for text with `newline=""`.
        profile: The profile, which gives the columns.
    """
    columns = Columns(profile)
    write_csv((columns.split(document, empty_text=False) for document in documents), file, columns)


def from_csv(file: IO[str], profile: Profile = PUBLISHED) -> Iterator[dict[str, Any]]:
    """
    Read opportunities from CSV.

    Args:
        file: The file, opened for text with `newline=""`.
        profile: The profile that it was written with.

    Yields:
        The documents; they are not validated.

    Raises:
        TableError: It has columns that the profile has not, or no header.
        RowError: A row stands for no document.
    """
    columns = Columns(profile)
    yield from map(columns.join, _sound(read_csv(file, columns)))


def _sound(rows: Iterable[Row | RowError]) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, RowError):
            raise row
        yield row


def write_csv(rows: Iterable[Row], file: IO[str], columns: Columns) -> None:
    """
    Write rows as CSV, one at a time.

    Args:
        rows: The rows, as `Columns.split` makes them with `empty_text=False`.
        file: Where to write; opened for text with `newline=""`.
        columns: The columns.
    """
    writer = csv.writer(file)
    kinds = [column.kind for column in columns.columns]
    writer.writerow([*(column.name for column in columns.columns), EXTRA])
    for row in rows:
        cells = ["" if cell is None else text_of(kind, cell) for kind, cell in zip(kinds, row.cells, strict=True)]
        writer.writerow([*cells, extra_text(row)])


def read_csv(file: IO[str], columns: Columns) -> Iterator[Row | RowError]:
    """
    Read the rows of a CSV file, one at a time.

    Args:
        file: The file, opened for text with `newline=""`. A byte order mark before the header is passed over.
        columns: The columns. One that the file has not is empty.

    Yields:
        For each row what `Columns.join` takes, or what is wrong with it.

    Raises:
        TableError: It has columns that the profile has not, or no header, or is no CSV.
    """
    before = csv.field_size_limit(sys.maxsize)  # the module's own, 128 KiB, is less than a text may have
    try:
        # A mark would take the quotes of the first name for a part of it.
        lines = csv.reader(chain([next(file, "").removeprefix("\ufeff")], file), strict=True)
        header = next(lines, None)
        if not header:
            raise TableError("it is empty, or its first line is; a CSV file begins with a line of column names")
        refuse_others(header, columns)
        for line in lines:
            if line:
                yield _row_of_texts(header, line, columns)
    except (csv.Error, UnicodeDecodeError) as error:
        raise TableError(f"it is no CSV in UTF-8: {error}") from error
    finally:
        csv.field_size_limit(before)


def _row_of_texts(header: Sequence[str], line: Sequence[str], columns: Columns) -> Row | RowError:
    if len(line) != len(header):
        mistake = "it is cut off" if len(line) < len(header) else "a cell with a comma in it has no quotes around it"
        return RowError("", f"the row has {len(line)} cells where the header has {len(header)}; as a rule {mistake}")
    texts = dict(zip(header, line, strict=True))
    try:
        cells = [_cell_of_text(column, texts.get(column.name)) for column in columns.columns]
        return Row(tuple(cells), extra_of_text(texts.get(EXTRA)))
    except RowError as error:
        return error


def _cell_of_text(column: Column, text: str | None) -> Any:
    if not text:
        return None
    cell = cell_of(column.kind, text)
    if cell is None:
        raise column.refusal()
    return cell
