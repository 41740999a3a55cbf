"""The public import path of `testing.matchers`."""

from __future__ import annotations

from twenty_opportunity.testing.matchers import (
    IsDocument,
    IsOpportunity,
    IsOpportunityCreate,
    IsOpportunityUpdate,
)

__all__ = [
    "IsDocument",
    "IsOpportunity",
    "IsOpportunityCreate",
    "IsOpportunityUpdate",
]
