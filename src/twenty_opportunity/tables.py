"""The public import path of `bulk.tables`."""

from __future__ import annotations

from twenty_opportunity.bulk.tables import (
    Ids,
    RowError,
    TableError,
    UuidStorage,
    count_rows,
    from_arrow,
    from_csv,
    from_parquet,
    to_arrow,
    to_csv,
    to_parquet,
)

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
