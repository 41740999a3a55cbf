"""A changed Parquet file is refused row by row, or as a whole if it is not a table of opportunities."""

from __future__ import annotations

import io
import json
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from twenty_opportunity import PUBLISHED
from twenty_opportunity.bulk.tables.columns import Columns, Row, RowError
from twenty_opportunity.bulk.tables.parquet import count_rows, read_parquet
from twenty_opportunity.tables import TableError, to_parquet

pa: Final[Any] = import_module("pyarrow")  # it is not typed
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
    """Return an array of text from bytes that may not be UTF-8."""
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
def test_a_cell_that_does_not_fit_is_refused_alone(name: str, array: Any) -> None:
    """Only its row is refused, with the column and without the value."""
    broken, sound = rows((name, array))
    assert isinstance(broken, RowError)
    assert f"the column {name} does not hold" in broken.reason
    assert isinstance(sound, Row)
    assert COLUMNS.join(sound) or name == "_extra"


def test_bytes_of_another_length_are_not_an_id() -> None:
    """Rows with such bytes are refused, and the others are read."""
    broken, empty = rows(("id", pa.array([b"12345678", None], pa.binary(8))))
    assert (str(broken), type(empty)) == ("/id: the column id does not hold a uuid", Row)


def test_two_columns_of_one_name_are_refused() -> None:
    """It is unclear which of the two counts."""
    with pytest.raises(TableError, match="several columns are called name"):
        rows(("name", pa.array(["a"])), ("id", pa.array([RECORD["id"]])), ("name", pa.array(["b"])))


def test_a_broken_page_is_refused() -> None:
    """A file with broken pages raises TableError, not OSError."""
    file = io.BytesIO()
    to_parquet([RECORD] * 100, file)
    data = file.getvalue()
    with pytest.raises(TableError, match="it is broken"):
        list(read_parquet(io.BytesIO(data[:4] + b"\xff" * 60 + data[64:]), COLUMNS))


def test_a_column_whose_name_is_not_text_is_refused(tmp_path: Path) -> None:
    """Arrow reads column names as UTF-8, and fails with an unrelated error if they are not."""
    file = io.BytesIO()
    pq.write_table(pa.table({"name": ["a"]}), file)
    (tmp_path / "a.parquet").write_bytes(file.getvalue().replace(b"name", b"n\xffme"))
    with pytest.raises(TableError, match="not a Parquet file"):
        list(read_parquet(tmp_path / "a.parquet", COLUMNS))
    count_rows(tmp_path / "a.parquet")


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    """The error of the operating system reaches the caller."""
    with pytest.raises(FileNotFoundError):
        list(read_parquet(tmp_path / "gone.parquet", COLUMNS))
