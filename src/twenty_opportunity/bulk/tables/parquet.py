"""Write and read Arrow record batches and Parquet files, with types that any engine can sum and sort."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from twenty_opportunity.bulk.tables.cells import CONVERSIONS, MONEY_DIGITS, NUMERIC_DIGITS
from twenty_opportunity.bulk.tables.columns import (
    EXTRA,
    Columns,
    Row,
    RowError,
    TableError,
    extra_of_text,
    extra_text,
    refuse_unknown,
)
from twenty_opportunity.errors import UnrepresentableError, legible, pointer, required
from twenty_opportunity.schemas.composites import CellType
from twenty_opportunity.values.arguments import check_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import IO


_SHOWN: Final = 40  # characters of an argument in a message


class UuidStorage(enum.StrEnum):
    """How Arrow and Parquet store ids: as 16 bytes with the logical type UUID, or as text."""

    BINARY = "binary"
    TEXT = "text"

    @classmethod
    def _missing_(cls, value: object) -> UuidStorage:
        raise ValueError(f"ids are stored as binary or text, not {legible(repr(value), _SHOWN)}")


Ids: TypeAlias = UuidStorage | Literal["binary", "text"]
"""A `UuidStorage` or its value."""

_ROWS: Final = 10_000  # of a batch, which is a row group of Parquet
_CHARACTERS: Final = 2**25  # of the texts in a batch: a few texts of 10 MB make a batch as well
_UUID_LENGTH: Final = 16
_to_id: Final = CONVERSIONS[CellType.ID].of_json
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_NOT_PARQUET: Final = "it is not a Parquet file, or a column has a type that does not fit the records"
_BROKEN: Final = "it is broken: a part of it cannot be decompressed"


def record_batches(rows: Iterable[Row], columns: Columns, ids: Ids = UuidStorage.BINARY) -> tuple[Any, Iterator[Any]]:
    """Return the Arrow schema of the columns, and an iterator over batches of rows, made by `Columns.split`."""
    arrow = arrow_module()
    types = [_type(arrow, column.cell_type, UuidStorage(ids)) for column in columns.columns]
    fields = [arrow.field(column.name, type_) for column, type_ in zip(columns.columns, types, strict=True)]
    schema = arrow.schema([*fields, arrow.field(EXTRA, arrow.string())])
    return schema, (_batch(arrow, batch, schema) for batch in _batches(rows))


def write_parquet(rows: Iterable[Row], file: IO[bytes], columns: Columns, *, ids: Ids = UuidStorage.BINARY) -> None:
    """Write rows, made by `Columns.split`, as a Parquet file, in batches."""
    schema, batches = record_batches(rows, columns, ids)
    with import_module("pyarrow.parquet").ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def read_parquet(file: IO[bytes] | Path, columns: Columns) -> Iterator[Row | RowError]:
    """
    Read the rows of a Parquet file, in batches: each row, or what is wrong with it.

    Raise TableError if it is not a Parquet file, or has unknown columns, or columns of other types.
    """
    arrow = arrow_module()
    try:
        table = import_module("pyarrow.parquet").ParquetFile(file)
        yield from read_batches(table.schema_arrow, table.iter_batches(batch_size=_ROWS), columns)
    except (arrow.ArrowException, UnicodeDecodeError) as error:  # the name of a column may be any bytes
        raise TableError(_NOT_PARQUET) from error  # without Arrow's message, which may quote a value
    except OSError as error:
        if error.errno is not None:
            raise
        raise TableError(_BROKEN) from error


def read_batches(schema: Any, batches: Iterable[Any], columns: Columns) -> Iterator[Row | RowError]:
    """Read the rows of Arrow record batches: each row, or what is wrong with it. A column may be missing."""
    arrow = arrow_module()
    refuse_unknown(schema.names, columns)
    for batch in batches:
        cells = [_values(arrow, batch, each.name, each.cell_type, each.refusal()) for each in columns.columns]
        refusal = RowError("", f"the column {EXTRA} does not hold text")
        extras = _values(arrow, batch, EXTRA, CellType.JSON, refusal)
        for extra, *held in zip(extras, *cells, strict=True):
            broken = next((cell for cell in (*held, extra) if isinstance(cell, RowError)), None)
            try:
                yield broken or Row(tuple(held), extra_of_text(extra))
            except RowError as error:
                yield error


def count_rows(file: Path) -> int | None:
    """
    Return the number of rows of a Parquet file, without reading them.

    Args:
        file: The path.

    Returns:
        The number; None if it is not a Parquet file.

    Raises:
        TypeError: The file is not a path.
        MissingExtraError: The extra `arrow` is not installed.
    """
    check_type("file", file, str | PathLike, "the path of a file")
    arrow = arrow_module()
    try:
        rows: int = import_module("pyarrow.parquet").read_metadata(file).num_rows
    except (OSError, UnicodeDecodeError, arrow.ArrowException):
        return None
    return rows


def arrow_module() -> Any:
    """Return pyarrow, which is not typed; raise MissingExtraError if it is not installed."""
    with required("arrow", "the use of Arrow and Parquet"):
        return import_module("pyarrow")


def _batches(rows: Iterable[Row]) -> Iterator[list[tuple[Any, ...]]]:
    """Cut rows into batches that have neither many rows nor much text."""
    batch: list[tuple[Any, ...]] = []
    size = 0
    for row in rows:
        cells = (*row.cells, extra_text(row))
        batch.append(cells)
        size += sum(len(cell) for cell in cells if isinstance(cell, str))
        if len(batch) >= _ROWS or size >= _CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _batch(arrow: Any, rows: list[tuple[Any, ...]], schema: Any) -> Any:
    arrays: list[Any] = []
    for cells, field in zip(zip(*rows, strict=True), schema, strict=True):
        try:
            arrays.append(_array(arrow, cells, field.type))
        except UnicodeEncodeError:
            raise UnrepresentableError(pointer(field.name), "a lone surrogate cannot be encoded in UTF-8") from None
    return arrow.record_batch(arrays, schema=schema)


def _array(arrow: Any, cells: tuple[Any, ...], type_: Any) -> Any:
    if isinstance(type_, arrow.UuidType):
        stored = arrow.array([cell and cell.bytes for cell in cells], type_.storage_type)
        return arrow.ExtensionArray.from_storage(type_, stored)
    is_text = arrow.types.is_string(type_)
    return arrow.array([cell if cell is None or not is_text else str(cell) for cell in cells], type_)


def _type(arrow: Any, cell_type: CellType, ids: UuidStorage) -> Any:
    types = {
        CellType.NUMBER: arrow.float64(),
        CellType.NUMERIC: arrow.decimal128(*NUMERIC_DIGITS),
        CellType.MONEY: arrow.decimal128(*MONEY_DIGITS),
        CellType.BOOLEAN: arrow.bool_(),
        CellType.INSTANT: arrow.timestamp("us", tz="UTC"),
        CellType.DAY: arrow.date32(),
        CellType.TEXTS: arrow.list_(arrow.string()),
        CellType.ID: arrow.uuid() if ids is UuidStorage.BINARY else arrow.string(),
    }
    return types.get(cell_type, arrow.string())


def _values(arrow: Any, batch: Any, name: str, cell_type: CellType, refusal: RowError) -> list[Any]:
    """Read a column. The refusal replaces a value that does not fit; a missing column is read as nulls."""
    if name not in batch.schema.names:
        return [None] * int(batch.num_rows)
    array = batch.column(name)
    try:
        return _read(arrow, array, cell_type)
    except (ValueError, OverflowError):  # Arrow raises them, too, for a value that does not fit
        slices = (array.slice(row, 1) for row in range(len(array)))
        return [value for each in slices for value in _read_one(arrow, each, cell_type, refusal)]


def _read_one(arrow: Any, array: Any, cell_type: CellType, refusal: RowError) -> list[Any]:
    try:
        return _read(arrow, array, cell_type)
    except (ValueError, OverflowError):
        return [refusal]


def _read(arrow: Any, array: Any, cell_type: CellType) -> list[Any]:
    """Read a column of any type that can be converted to ours without loss."""
    if cell_type is CellType.ID:
        stored = array.storage if isinstance(array.type, arrow.BaseExtensionType) else array
        return [None if value is None else _id(value) for value in stored.to_pylist()]
    if cell_type is CellType.INSTANT:
        # As integers: Arrow's datetime needs a time zone database, which not every machine has.
        micros = array.cast(arrow.timestamp("us", tz="UTC")).cast(arrow.int64()).to_pylist()
        return [None if value is None else _EPOCH + value * _MICROSECOND for value in micros]
    return list(array.cast(_type(arrow, cell_type, UuidStorage.TEXT)).to_pylist())


def _id(value: Any) -> uuid.UUID:
    """Read an id from 16 bytes, which pandas and polars make of the logical type UUID, or from text."""
    if isinstance(value, bytes) and len(value) == _UUID_LENGTH:
        return uuid.UUID(bytes=value)
    found: uuid.UUID | None = _to_id(value.decode() if isinstance(value, bytes) else value)
    if found is None:
        raise ValueError("not a UUID")
    return found
