"""The public import path of `values.formats`."""

from __future__ import annotations

from twenty_opportunity.values.formats import (
    FORMATS,
    NUMERIC_PATTERN,
    date_text,
    date_time_text,
    is_date,
    is_date_time,
    is_uuid,
    parse_date,
    parse_date_time,
    parse_uuid,
    uuid_text,
)

__all__ = [
    "FORMATS",
    "NUMERIC_PATTERN",
    "date_text",
    "date_time_text",
    "is_date",
    "is_date_time",
    "is_uuid",
    "parse_date",
    "parse_date_time",
    "parse_uuid",
    "uuid_text",
]
