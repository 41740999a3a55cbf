"""The public import path of `bulk.tables`."""

from __future__ import annotations

from twenty_opportunity.bulk.tables import (
    Ids,
    RowError,
    TableError,
    count_rows,
    from_csv,
    from_parquet,
    to_csv,
    to_parquet,
)

__all__ = [
    "Ids",
    "RowError",
    "TableError",
    "count_rows",
    "from_csv",
    "from_parquet",
    "to_csv",
    "to_parquet",
]
