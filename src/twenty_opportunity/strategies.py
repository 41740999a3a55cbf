"""The public import path of `testing.strategies`."""

from __future__ import annotations

from twenty_opportunity.testing.strategies import (
    InvalidDocument,
    documents,
    invalid_documents,
    malformed_documents,
    of_type,
    raw_documents,
    records,
)

__all__ = [
    "InvalidDocument",
    "documents",
    "invalid_documents",
    "malformed_documents",
    "of_type",
    "raw_documents",
    "records",
]
