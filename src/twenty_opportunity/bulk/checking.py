"""Checking: the texts of a chunk become entries, and these a part of the whole. This is what is done in parallel."""

from __future__ import annotations

import itertools
import operator
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import attrs
import msgspec

from twenty_opportunity.bulk.findings import Entry, Finding
from twenty_opportunity.bulk.layouts import Layout
from twenty_opportunity.bulk.line_numbers import Places
from twenty_opportunity.bulk.record_paths import NoRecordsError, entries
from twenty_opportunity.bulk.summary import Summary, Tally
from twenty_opportunity.errors import DecodeError, pointer
from twenty_opportunity.values.json_text import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from twenty_opportunity.bulk.chunks import Chunk
    from twenty_opportunity.bulk.schemas_in_transit import Rules
    from twenty_opportunity.validation import Validator

_decode: Final = msgspec.json.Decoder().decode
_AT_ONCE: Final = 1 << 16  # bytes of lines: more would not stay in the caches of a processor


@attrs.frozen
class Part:
    """
    What was found in a chunk.

    Attributes:
        file: The chunk's file.
        start: Where the chunk begins.
        lines: How many lines end in it.
        summary: What was found, lines counted from the chunk's first, which is 1.
        findings: Everything that was found, in order, lines counted the same way.
        taken: How many bytes of the file it is.
    """

    file: str
    start: int
    lines: int
    summary: Summary
    findings: tuple[Finding, ...]
    taken: int = 0

    def further(self, lines: int) -> Part:
        """Move everything down by the number of lines that stand before the chunk."""
        findings = tuple(finding.further(lines) for finding in self.findings)
        return attrs.evolve(self, summary=self.summary.further(lines), findings=findings)


def check(chunk: Chunk, rules: Rules) -> Part:
    """
    Check a chunk.

    Args:
        chunk: The piece of work.
        rules: What its records are held to.

    Returns:
        What was found.
    """
    try:
        data = chunk.read()
    except OSError as error:
        chunk, data = chunk.failed(error), b""
    tally = Tally()
    findings: list[Finding] = []
    if chunk.layout is Layout.LINES:
        others, begun = _count_at_first_sight(data, rules.passes, tally)
        found = _entries_in_lines(chunk.file, others, rules)
        lines = begun if data.endswith(b"\n") else max(begun - 1, 0)
    else:
        found = _entries_in_texts(chunk, data, rules)
        lines = data.count(b"\n")
    for entry in itertools.chain(found, _faults(chunk, lines)):
        tally.count(entry)
        findings += entry.findings
    return Part(chunk.file, chunk.start, lines, tally.summary(), tuple(findings), chunk.taken)


def _count_at_first_sight(
    data: bytes, passes: Callable[[Any], bool], tally: Tally
) -> tuple[list[tuple[int, bytes]], int]:
    """Count the records of lines that are valid at first sight; give all others, numbered, and the number of lines."""
    others: list[tuple[int, bytes]] = []
    lines = BytesIO(data)
    before = 0
    while some := lines.readlines(_AT_ONCE):
        verdicts = _verdicts(some, passes)
        if all(verdicts):
            tally.valid += len(verdicts)
        else:
            tally.valid += sum(verdicts)
            others += itertools.compress(enumerate(some, before + 1), map(operator.not_, verdicts))
        before += len(some)
    return others, before


def _verdicts(lines: Sequence[bytes], passes: Callable[[Any], bool]) -> Sequence[bool]:
    """Check whether each line is a valid record at first sight."""
    try:
        return [*map(passes, map(_decode, lines))]
    except (msgspec.DecodeError, ValueError, RecursionError):
        if len(lines) == 1:
            return [False]  # is looked at again, to say what is wrong
    return [verdict for line in lines for verdict in _verdicts([line], passes)]


def _entries_in_lines(file: str, lines: Iterable[tuple[int, bytes]], rules: Rules) -> Iterator[Entry]:
    for number, line in lines:
        if not line.isspace():
            yield from entries_in(file, line, number, rules)


def entries_of(chunk: Chunk, data: bytes, rules: Rules) -> Iterator[Entry]:
    """
    Find the entries of a chunk.

    Args:
        chunk: The piece of work.
        data: Its bytes.
        rules: What its records are held to.

    Returns:
        The records and what cannot be read, in order, lines counted from the chunk's first.
    """
    if chunk.layout is Layout.LINES:
        yield from _entries_in_lines(chunk.file, enumerate(BytesIO(data), 1), rules)
    else:
        yield from _entries_in_texts(chunk, data, rules)
    yield from _faults(chunk, data.count(b"\n"))


def _entries_in_texts(chunk: Chunk, data: bytes, rules: Rules) -> Iterator[Entry]:
    if chunk.layout is Layout.WHOLE and not chunk.fault:
        yield from entries_in(chunk.file, data, 1, rules)
    line, at = 1, 0
    for index, (begin, end) in enumerate(chunk.spans, chunk.index):
        line, at = line + data.count(b"\n", at, begin), begin
        yield from entries_in(chunk.file, data[begin:end], line, rules, str(index))


def _faults(chunk: Chunk, lines: int) -> Iterator[Entry]:
    if chunk.fault:
        yield _unreadable(chunk.file, lines + 1, "", chunk.fault)


def _unreadable(file: str, line: int, base: str, reason: str) -> Entry:
    return Entry(file, line, base, None, (Finding(file, line, base, None, reason),))


def entries_in(file: str, text: bytes, line: int, rules: Rules, *index: str) -> Iterator[Entry]:
    """
    Find the entries of one JSON text.

    Args:
        file: The file that the text is from.
        text: The text.
        line: The line on which it begins.
        rules: What its records are held to.
        index: The text's index, where it is an item of an array.

    Returns:
        The records in it, and its envelope where something is wrong with that; or that it cannot be read.
    """
    base = pointer(*index)
    places = Places(text, line)
    try:
        instance = decode(text)
        form, found = entries(instance, rules.form)
    except DecodeError as error:
        at = line + text.rstrip().count(b"\n", 0, error.offset or 0)
        yield _unreadable(file, at, base, str(error))
        return
    except NoRecordsError as error:
        yield _unreadable(file, places.line_of(""), base, str(error))
        return
    for tokens, record in found:
        yield _entry(file, places, base, pointer(*tokens), record, rules.validator(form.record_class))
    if form.document_class and rules.validator(form.document_class):
        envelope = form.envelope(instance)
        entry = _entry(file, places, base, "", envelope, rules.validator(form.document_class))
        yield from [] if entry.is_valid else [entry]


def _entry(file: str, places: Places, base: str, way: str, record: Any, validator: Validator | None) -> Entry:  # noqa: PLR0913, PLR0917 - of one thing each
    violations = validator.iter_violations(record) if validator else ()
    findings = [Finding(file, places.line_of(way + found.pointer), base + way, found) for found in violations]
    return Entry(file, places.line_of(way), base + way, record, tuple(findings))
