"""Opportunities as tables: Parquet and CSV files, written and read in batches, with nothing lost on the way."""

from __future__ import annotations

import csv
import datetime as dt
import sys
import uuid
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from twenty_opportunity.cells import MONEY_DIGITS, NUMERIC_DIGITS, Kind, cell_of, text_of
from twenty_opportunity.columns import EXTRA, Column, Columns, Row, RowError
from twenty_opportunity.envelopes import is_dict
from twenty_opportunity.errors import DecodeError, TwentyOpportunityError
from twenty_opportunity.extras import required
from twenty_opportunity.profiles import PUBLISHED, Profile
from twenty_opportunity.wire import decode, encode_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import IO

__all__ = ["Ids", "RowError", "TableError", "count_rows", "from_csv", "from_parquet", "to_csv", "to_parquet"]

Ids: TypeAlias = Literal["binary", "text"]
"""How a Parquet file holds uuids: as 16 bytes, or as text."""

_ROWS: Final = 10_000  # of a batch, which is a row group of Parquet
_CHARACTERS: Final = 2**25  # of the texts in a batch: a few of 10 MB each are a batch as well
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_EMPTY: Final[dict[str, Any]] = {}


class TableError(TwentyOpportunityError, ValueError):
    """A file is no table of opportunities of the profile. Says what it has instead."""


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


def write_parquet(rows: Iterable[Row], file: IO[bytes], columns: Columns, *, ids: Ids = "binary") -> None:
    """
    Write rows as a Parquet file, in batches.

    Args:
        rows: The rows, as `Columns.split` makes them.
        file: Where to write; opened for bytes.
        columns: The columns.
        ids: Hold uuids as 16 bytes or as text.

    Raises:
        MissingExtraError: The extra `arrow` is not installed.
    """
    arrow = _arrow()
    schema = _schema(arrow, columns, ids)
    with import_module("pyarrow.parquet").ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            cells = zip(*(row.cells for row in batch), strict=True)
            held = [
                [None if cell is None else _HELD.get(kind, _as_it_is)(cell) for cell in column]
                for kind, column in zip(_kinds(columns, ids), cells, strict=True)
            ]
            arrays = [arrow.array(values, field.type) for values, field in zip(held, schema, strict=False)]
            extra = arrow.array([_extra_text(row) for row in batch], arrow.string())
            writer.write_batch(arrow.record_batch([*arrays, extra], schema=schema))


def read_parquet(file: IO[bytes] | Path, columns: Columns) -> Iterator[Row | RowError]:
    """
    Read the rows of a Parquet file, in batches.

    Args:
        file: The file, or its path.
        columns: The columns. One that the file has not is empty.

    Yields:
        For each row what `Columns.join` takes, or what is wrong with it.

    Raises:
        MissingExtraError: The extra `arrow` is not installed.
        TableError: It is no Parquet file, or has columns that the profile has not, or of other types.
    """
    arrow = _arrow()
    try:
        table = import_module("pyarrow.parquet").ParquetFile(file)
        _refuse_unknown(table.schema_arrow.names, columns)
        for batch in table.iter_batches(batch_size=_ROWS):
            yield from _rows(arrow, batch, columns)
    except arrow.ArrowException as error:
        # Arrow's own words may quote a value.
        raise TableError("it is no Parquet file, or a column has another type than opportunities have there") from error


def count_rows(file: Path) -> int | None:
    """
    Count the rows of a Parquet file, without reading them.

    Args:
        file: Its path.

    Returns:
        How many there are; None where it is no such file.

    Raises:
        MissingExtraError: The extra `arrow` is not installed.
    """
    arrow = _arrow()
    try:
        rows: int = import_module("pyarrow.parquet").read_metadata(file).num_rows
    except (OSError, arrow.ArrowException):
        return None
    return rows


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
        writer.writerow([*cells, _extra_text(row)])


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
        lines = csv.reader(file, strict=True)
        header = next(lines, None)
        if header is None:
            raise TableError("it is empty; a CSV file begins with a line of column names")
        header[0] = header[0].removeprefix("\ufeff")
        _refuse_unknown(header, columns)
        for line in lines:
            if line:
                yield _row_of_texts(dict(zip(header, line, strict=False)), columns)
    except (csv.Error, UnicodeDecodeError) as error:
        raise TableError(f"it is no CSV in UTF-8: {error}") from error
    finally:
        csv.field_size_limit(before)


def _row_of_texts(texts: Mapping[str, str], columns: Columns) -> Row | RowError:
    try:
        cells = [_cell_of_text(column, texts.get(column.name)) for column in columns.columns]
        return Row(tuple(cells), _extra(texts.get(EXTRA)))
    except RowError as error:
        return error


def _cell_of_text(column: Column, text: str | None) -> Any:
    if not text:
        return None
    cell = cell_of(column.kind, text)
    if cell is None:
        raise RowError(column.pointer, f"the column {column.name} holds not {column.kind.value}")
    return cell


def _refuse_unknown(names: Iterable[str], columns: Columns) -> None:
    known = {EXTRA, *(column.name for column in columns.columns)}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise TableError(
            f"the profile has no columns {', '.join(unknown[:8])}; take the one that the file was made with"
        )


def _extra_text(row: Row) -> str | None:
    return encode_sound(row.extra).decode() if row.extra else None


def _extra(text: str | None) -> dict[str, Any]:
    if not text:
        return _EMPTY
    try:
        extra = decode(text)
    except DecodeError as error:
        raise RowError("", f"the column {EXTRA} holds no JSON: {error}") from error
    if is_dict(extra):
        return extra
    raise RowError("", f"the column {EXTRA} holds no JSON object")


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Cut rows into batches that are neither long nor heavy."""
    batch: list[Row] = []
    weight = 0
    for row in rows:
        batch.append(row)
        weight += sum(len(cell) for cell in row.cells if isinstance(cell, str))
        if len(batch) >= _ROWS or weight >= _CHARACTERS:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _arrow() -> Any:
    with required("arrow", "Parquet"):
        return import_module("pyarrow")


def _kinds(columns: Columns, ids: Ids) -> Iterator[Kind | str]:
    for column in columns.columns:
        yield f"{ids} id" if column.kind is Kind.ID else column.kind


def _schema(arrow: Any, columns: Columns, ids: Ids) -> Any:
    fields = [
        arrow.field(column.name, _type(arrow, kind))
        for column, kind in zip(columns.columns, _kinds(columns, ids), strict=True)
    ]
    return arrow.schema([*fields, arrow.field(EXTRA, arrow.string())])


def _type(arrow: Any, kind: Kind | str) -> Any:
    types = {
        Kind.NUMBER: arrow.float64(),
        Kind.NUMERIC: arrow.decimal128(*NUMERIC_DIGITS),
        Kind.MONEY: arrow.decimal128(*MONEY_DIGITS),
        Kind.BOOLEAN: arrow.bool_(),
        Kind.INSTANT: arrow.timestamp("us", tz="UTC"),
        Kind.DAY: arrow.date32(),
        Kind.TEXTS: arrow.list_(arrow.string()),
        "binary id": arrow.binary(16),
    }
    return types.get(kind, arrow.string())


def _rows(arrow: Any, batch: Any, columns: Columns) -> Iterator[Row | RowError]:
    cells = [_cells(arrow, batch, column) for column in columns.columns]
    extras = batch.column(EXTRA).cast(arrow.string()).to_pylist() if EXTRA in batch.schema.names else _nothing(batch)
    for extra, *held in zip(extras, *cells, strict=True):
        broken = next((cell for cell in held if isinstance(cell, RowError)), None)
        try:
            yield broken or Row(tuple(held), _extra(extra))
        except RowError as error:
            yield error


def _nothing(batch: Any) -> list[None]:
    return [None] * int(batch.num_rows)


def _cells(arrow: Any, batch: Any, column: Column) -> list[Any]:
    """Read a column in whatever type it comes that can be cast to ours without loss."""
    if column.name not in batch.schema.names:
        return _nothing(batch)
    array = batch.column(column.name)
    if column.kind is Kind.ID:
        binary = arrow.types.is_fixed_size_binary(array.type)
        return [_id(column, value) for value in (array if binary else array.cast(arrow.string())).to_pylist()]
    if column.kind is Kind.INSTANT:
        # As integers: a datetime of Arrow's needs a time zone database, which not every machine has.
        micros = array.cast(arrow.timestamp("us", tz="UTC")).cast(arrow.int64()).to_pylist()
        return [None if value is None else _EPOCH + value * _MICROSECOND for value in micros]
    return list(array.cast(_type(arrow, column.kind)).to_pylist())


def _id(column: Column, value: bytes | str | None) -> Any:
    if isinstance(value, bytes):
        return uuid.UUID(bytes=value)
    return value and (
        cell_of(Kind.ID, value) or RowError(column.pointer, f"the column {column.name} holds not {Kind.ID.value}")
    )


def _as_it_is(cell: Any) -> Any:
    return cell


def _id_bytes(cell: uuid.UUID) -> bytes:
    return cell.bytes


_HELD: Final[Mapping[Kind | str, Callable[[Any], Any]]] = {"binary id": _id_bytes, "text id": str}
