"""Tables go through the Arrow C stream interface to data frames and back."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import polars as pl
import pytest

from twenty_opportunity import SERVER, tables
from twenty_opportunity.tables import RowError

if TYPE_CHECKING:
    from collections.abc import Callable

pa: Final[Any] = import_module("pyarrow")  # it has no types

PAGE: Final = Path(__file__).parents[3] / "examples" / "server" / "page.json"
DEALS: Final[list[dict[str, Any]]] = json.loads(PAGE.read_bytes())["data"]["opportunities"]


def _duckdb(reader: Any) -> Any:
    return duckdb.from_arrow(reader)


def _pandas(reader: Any) -> Any:
    return reader.read_pandas()


@pytest.mark.parametrize("frame_of", [pl.DataFrame, _duckdb, _pandas], ids=["polars", "duckdb", "pandas"])
@pytest.mark.parametrize("ids", ["binary", "text"])
def test_frames_are_lossless(frame_of: Callable[[Any], Any], ids: tables.Ids) -> None:
    """A frame of polars, DuckDB or pandas is read back as the documents that it was made from."""
    frame = frame_of(tables.to_arrow(DEALS, SERVER, ids=ids))
    assert [*tables.from_arrow(frame, SERVER)] == DEALS


def test_frames_have_typed_columns() -> None:
    """A frame of polars has decimals and instants in UTC, not text."""
    frame = pl.DataFrame(tables.to_arrow(DEALS, SERVER))
    assert frame.schema["amount_value"] == pl.Decimal(38, 6)
    assert frame.schema["closeDate"] == pl.Datetime("us", "UTC")


@pytest.mark.parametrize("id_", ["d44db448", b"d44db448", 7, 0])
def test_wrong_ids_are_refused(id_: object) -> None:
    """An id that is neither 16 bytes nor the text of a uuid is refused, whatever the type of its column."""
    table = pa.table({"id": [id_]})
    with pytest.raises(RowError, match="/id"):
        list(tables.from_arrow(table, SERVER))
