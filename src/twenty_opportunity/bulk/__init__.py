"""Bulk work: the records of files, streams and warehouses, validated and summed up."""

from __future__ import annotations

from twenty_opportunity.bulk.checking import Part, check
from twenty_opportunity.bulk.chunks import Chunk, chunks
from twenty_opportunity.bulk.findings import Entry, Finding
from twenty_opportunity.bulk.layouts import Layout
from twenty_opportunity.bulk.on_dask import validate_bag
from twenty_opportunity.bulk.record_paths import FORMS, Form
from twenty_opportunity.bulk.running import iter_entries, iter_parts, summarize, total_of_parts
from twenty_opportunity.bulk.schemas_in_transit import Rules, rules_of
from twenty_opportunity.bulk.summary import Group, Summary, total_of

__all__ = [
    "FORMS",
    "Chunk",
    "Entry",
    "Finding",
    "Form",
    "Group",
    "Layout",
    "Part",
    "Rules",
    "Summary",
    "check",
    "chunks",
    "iter_entries",
    "iter_parts",
    "rules_of",
    "summarize",
    "total_of",
    "total_of_parts",
    "validate_bag",
]
