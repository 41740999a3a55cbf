"""
Strategies for property-based tests: documents and records of every profile, made by the profile's own schema.

Needs Hypothesis: `pip install "twenty-opportunity[strategies]"`. With it, `st.from_type(Opportunity)` works by itself.
"""

from __future__ import annotations

from twenty_opportunity.strategies._invalid import InvalidDocument
from twenty_opportunity.strategies._public import (
    documents,
    invalid_documents,
    malformed_documents,
    raw_documents,
    records,
)
from twenty_opportunity.strategies._types import of_type

__all__ = [
    "InvalidDocument",
    "documents",
    "invalid_documents",
    "malformed_documents",
    "of_type",
    "raw_documents",
    "records",
]
