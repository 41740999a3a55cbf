"""
Validate files and streams of records, and convert them to tables.

Files are cut into chunks, which any number of processes can check; the summaries of the chunks add up. Memory stays
bounded whatever the input. This package may import `profiles`, `validation`, `schemas`, `records`, `values` and
`errors`, but not `conversion` or the other doors.
"""

from __future__ import annotations

from twenty_opportunity.bulk.checking import ChunkResult, Rules, check, rules_of
from twenty_opportunity.bulk.chunks import MAX_RECORD_SIZE, Chunk, Layout, chunks
from twenty_opportunity.bulk.documents import FORMS, RecordPaths
from twenty_opportunity.bulk.running import iter_entries, iter_parts, summarize, total_of_parts, validate_bag
from twenty_opportunity.bulk.summary import Entry, Finding, Group, Summary, total_of

Form = RecordPaths
Part = ChunkResult

__all__ = [
    "FORMS",
    "MAX_RECORD_SIZE",
    "Chunk",
    "ChunkResult",
    "Entry",
    "Finding",
    "Form",
    "Group",
    "Layout",
    "Part",
    "RecordPaths",
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
