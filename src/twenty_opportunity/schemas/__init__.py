"""
Every schema, and the one reader of schemas: bundled files, field types, the documents around records, workspaces.

It may import `errors` and `values`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twenty_opportunity.schemas import bundled
from twenty_opportunity.schemas.bundled import PUBLISHED_ID, published, read, read_json
from twenty_opportunity.schemas.derived import create_schema, update_schema

if TYPE_CHECKING:
    from twenty_opportunity.schemas.bundled import FORMAT_CHECKER, REGISTRY
else:

    def __getattr__(name: str) -> Any:
        if name in ("FORMAT_CHECKER", "REGISTRY"):
            return getattr(bundled, name)
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)


__all__ = [
    "FORMAT_CHECKER",
    "PUBLISHED_ID",
    "REGISTRY",
    "create_schema",
    "published",
    "read",
    "read_json",
    "update_schema",
]
