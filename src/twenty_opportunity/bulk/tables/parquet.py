"""Parquet files: rows are written and read in batches, in the types with which any engine can sum and sort."""

from __future__ import annotations

import datetime as dt
import uuid
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from twenty_opportunity.bulk.tables.cells import MONEY_DIGITS, NUMERIC_DIGITS, Kind, cell_of
from twenty_opportunity.bulk.tables.columns import EXTRA, Column, Columns, Row, RowError, extra_of_text, extra_text
from twenty_opportunity.bulk.tables.headers import TableError, refuse_others
from twenty_opportunity.errors import required

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import IO

Ids: TypeAlias = Literal["binary", "text"]
"""How a Parquet file holds uuids: as 16 bytes, or as text."""

_ROWS: Final = 10_000  # of a batch, which is a row group of Parquet
_CHARACTERS: Final = 2**25  # of the texts in a batch: a few of 10 MB each are a batch as well
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_NO_TABLE: Final = "it is no Parquet file, or a column has another type than opportunities have there"


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
            extra = arrow.array([extra_text(row) for row in batch], arrow.string())
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
        refuse_others(table.schema_arrow.names, columns)
        for batch in table.iter_batches(batch_size=_ROWS):
            yield from _rows(arrow, batch, columns)
    except arrow.ArrowException as error:
        # Arrow's own words may quote a value.
        raise TableError(_NO_TABLE) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise TableError("it is broken: a part of it cannot be unpacked") from error  # Arrow's own words, again


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
    extras = _values(batch, EXTRA, _texts_of(arrow), RowError("", f"the column {EXTRA} holds no text"))
    for extra, *held in zip(extras, *cells, strict=True):
        broken = next((cell for cell in (*held, extra) if isinstance(cell, RowError)), None)
        try:
            yield broken or Row(tuple(held), extra_of_text(extra))
        except RowError as error:
            yield error


def _cells(arrow: Any, batch: Any, column: Column) -> list[Any]:
    """Read a column in whatever type it comes that can be cast to ours without loss."""
    if column.kind is Kind.ID:
        read = _ids_of(arrow, column)
    elif column.kind is Kind.INSTANT:
        read = _instants_of(arrow)
    else:
        read = _cast_to(_type(arrow, column.kind))
    return _values(batch, column.name, read, column.refusal())


def _values(batch: Any, name: str, read: Callable[[Any], list[Any]], refusal: RowError) -> list[Any]:
    """Read a column, None for each row where there is none; a value that Python or our type cannot hold is refused."""
    if name not in batch.schema.names:
        return [None] * int(batch.num_rows)
    array = batch.column(name)
    try:
        return read(array)
    except (ValueError, OverflowError):  # of Arrow, too, where it is about a value and not about the type
        return [_value(array.slice(row, 1), read, refusal) for row in range(len(array))]


def _value(array: Any, read: Callable[[Any], list[Any]], refusal: RowError) -> Any:
    try:
        return read(array)[0]
    except (ValueError, OverflowError):
        return refusal


def _cast_to(type_: Any) -> Callable[[Any], list[Any]]:
    return lambda array: list(array.cast(type_).to_pylist())


def _texts_of(arrow: Any) -> Callable[[Any], list[Any]]:
    return _cast_to(arrow.string())


def _instants_of(arrow: Any) -> Callable[[Any], list[Any]]:
    def read(array: Any) -> list[Any]:
        # As integers: a datetime of Arrow's needs a time zone database, which not every machine has.
        micros = array.cast(arrow.timestamp("us", tz="UTC")).cast(arrow.int64()).to_pylist()
        return [None if value is None else _EPOCH + value * _MICROSECOND for value in micros]

    return read


def _ids_of(arrow: Any, column: Column) -> Callable[[Any], list[Any]]:
    def read(array: Any) -> list[Any]:
        if arrow.types.is_fixed_size_binary(array.type):
            return [value and uuid.UUID(bytes=value) for value in array.to_pylist()]
        texts = array.cast(arrow.string()).to_pylist()
        return [text and (cell_of(Kind.ID, text) or column.refusal()) for text in texts]

    return read


def _as_it_is(cell: Any) -> Any:
    return cell


def _id_bytes(cell: uuid.UUID) -> bytes:
    return cell.bytes


_HELD: Final[Mapping[Kind | str, Callable[[Any], Any]]] = {"binary id": _id_bytes, "text id": str}
