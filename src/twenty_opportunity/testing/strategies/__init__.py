"""
Strategies for property-based tests: documents and records of every profile, made by the profile's own schema.

Needs Hypothesis: `pip install "twenty-opportunity[strategies]"`. With it, `st.from_type(Opportunity)` works by itself.
"""

from __future__ import annotations

from twenty_opportunity.testing.strategies.api import (
    documents,
    invalid_documents,
    malformed_documents,
    raw_documents,
    records,
)
from twenty_opportunity.testing.strategies.invalid import InvalidDocument
from twenty_opportunity.testing.strategies.types import of_type

__all__ = [
    "InvalidDocument",
    "documents",
    "invalid_documents",
    "malformed_documents",
    "of_type",
    "raw_documents",
    "records",
]
