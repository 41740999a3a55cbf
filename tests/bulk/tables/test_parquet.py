"""Parquet files that somebody changed are refused a row at a time, or as a whole where they are no such table."""

from __future__ import annotations

import io
import json
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from twenty_opportunity import PUBLISHED
from twenty_opportunity.bulk.tables.columns import Columns, Row, RowError
from twenty_opportunity.bulk.tables.parquet import read_parquet
from twenty_opportunity.tables import TableError, to_parquet

pa: Final[Any] = import_module("pyarrow")  # it has no types
pq: Final[Any] = import_module("pyarrow.parquet")
COLUMNS: Final = Columns(PUBLISHED)
RECORD: Final[Any] = json.loads((Path(__file__).parents[3] / "examples" / "opportunity.json").read_bytes())
NO_TEXT: Final = b"\xff\xfe"


def rows(*columns: tuple[str, Any]) -> list[Row | RowError]:
    """Write a table and read its rows."""
    file = io.BytesIO()
    pq.write_table(pa.table([array for _, array in columns], names=[name for name, _ in columns]), file)
    return [*read_parquet(file, COLUMNS)]


def text(*values: bytes) -> Any:
    """Make an array of text of bytes that may be none."""
    return pa.Array.from_buffers(pa.string(), len(values), pa.array(values, pa.binary()).buffers())


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("createdAt", pa.array([2**62, 0], pa.timestamp("us"))),
        ("createdAt", pa.array([2**62, 0], pa.int64())),
        ("createdAt", pa.array(["soon", "2026-01-01T00:00:00Z"])),
        ("closeDate", pa.array([2**31 - 1, 0], pa.date32())),
        ("name", text(NO_TEXT, b"a")),
        ("_extra", text(NO_TEXT, b"{}")),
        ("position", pa.array(["many", "3"])),
        ("position", pa.array([2**60, 3])),
        ("amount_value", pa.array([10**37, 1], pa.decimal128(38, 0))),
        ("id", pa.array([b"0" * 17, RECORD["id"].encode()])),
    ],
    ids=str,
)
def test_a_cell_beyond_what_is_held_is_refused_alone(name: str, array: Any) -> None:
    """It is the row that is refused, with the column and without the value, and the other rows are read."""
    broken, sound = rows((name, array))
    assert isinstance(broken, RowError)
    assert f"the column {name} does not hold" in broken.reason
    assert isinstance(sound, Row)
    assert COLUMNS.join(sound) or name == "_extra"


def test_bytes_of_another_length_are_no_uuid() -> None:
    """Each row that has some is refused; one that has none is read."""
    broken, empty = rows(("id", pa.array([b"12345678", None], pa.binary(8))))
    assert (str(broken), type(empty)) == ("/id: the column id does not hold a uuid", Row)


def test_two_columns_of_one_name_are_refused() -> None:
    """Nobody knows which of the two is meant."""
    with pytest.raises(TableError, match="more than one column is called name"):
        rows(("name", pa.array(["a"])), ("id", pa.array([RECORD["id"]])), ("name", pa.array(["b"])))


def test_a_broken_page_is_told() -> None:
    """Where the end of a file is whole and what it leads to is not, it is refused, not a fault of the system."""
    file = io.BytesIO()
    to_parquet([RECORD] * 100, file)
    data = file.getvalue()
    with pytest.raises(TableError, match="it is broken"):
        list(read_parquet(io.BytesIO(data[:4] + b"\xff" * 60 + data[64:]), COLUMNS))


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    """The caller is told what the system says, with the number of its error."""
    with pytest.raises(FileNotFoundError):
        list(read_parquet(tmp_path / "gone.parquet", COLUMNS))
