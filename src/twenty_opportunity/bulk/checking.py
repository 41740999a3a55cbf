"""Check the records of a chunk: this is the work that is done in parallel."""

from __future__ import annotations

import functools
import itertools
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import attrs
import msgspec

from twenty_opportunity.bulk.chunks import Chunk, Layout, too_large
from twenty_opportunity.bulk.documents import (
    FORMS,
    LineNumbers,
    NoRecordsError,
    RecordPaths,
    forms_of,
    records_in,
    server_message,
)
from twenty_opportunity.bulk.summary import Entry, Finding, Summary, Tally
from twenty_opportunity.errors import SERVER_HINT, DecodeError, Violation, pointer
from twenty_opportunity.profiles import PUBLISHED, SERVER, like_opportunity, name_way_out, refuse_other_types
from twenty_opportunity.records import Opportunity, Record
from twenty_opportunity.schemas.derived import BODIES, read_only
from twenty_opportunity.schemas.field_types import PATTERNS_IN_WORDS
from twenty_opportunity.validation import Validator
from twenty_opportunity.values.arguments import check_type
from twenty_opportunity.values.json_text import decode, encode_sound
from twenty_opportunity.values.object_names import OPPORTUNITY, ObjectName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from twenty_opportunity.profiles import Profile

MAX_FINDINGS: Final = 5_000
"""The number of findings that are held at once, about 4 MB; more are reported in several results."""

_NO_SCHEMA: Final = b"{}"
_SERVER: Final = "for the hint"  # is not the name of a class
_OTHER_FORMS: Final = (
    "; use --as partial for records without it, --as create or update for request bodies, --object for other objects"
)
_decode: Final = msgspec.json.Decoder().decode
_BYTES_OF_VALUE: Final = 12  # of the text, at least, in a large document: each value takes about 70 in memory
_AT_ONCE: Final = 1 << 16  # bytes of lines: their instances fit into the caches of a processor


# Properties of documents that are not opportunities: an object with one of them is looked at closely.
_METADATA: Final = ("label", "nameSingular")
_AMBIGUOUS: Final = (
    *_METADATA,
    *("data", "errors", "eventName", "fields", "groupByDimensionValues", "statusCode", "timestamp"),
)


class Rules:
    """
    The schemas that records are validated against, in a form that can be sent to other processes.

    A process compiles each schema once, for any number of chunks.

    Args:
        schemas: The JSON text of each schema, by the name of its document class.
        form: The name of the only kind of document; None to detect the kind of each.
        name: The object of the records.

    Raises:
        TypeError: The kind is not a str.
        ValueError: The kind is unknown.
    """

    form: RecordPaths | None
    passes: Callable[[Any], bool]

    def __init__(
        self, schemas: tuple[tuple[str, bytes], ...], form: str | None = None, name: ObjectName = OPPORTUNITY
    ) -> None:
        self._schemas = dict(schemas)
        self.name = name
        check_type("as_", form, str | None, "the name of a form, or None")
        if form is not None and form not in FORMS:
            raise ValueError(f"unknown form {form!r}; choose from {', '.join(FORMS)}")
        self.form = forms_of(name)[form] if form else None
        self.passes = self._quick_check()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the texts; compiled validators cannot be pickled."""
        return Rules, (tuple(self._schemas.items()), self.form and self.form.name, self.name)

    def _quick_check(self) -> Callable[[Any], bool]:
        """Return a check that accepts only valid records; those that it refuses have to be looked at closely."""
        form = self.form or FORMS["record"]
        if form.document_class:
            return lambda _: False
        schema = self._schemas[form.record_class.__name__]
        required = () if self.form else ("id",)
        return _compiled(_of_objects(schema, required, _AMBIGUOUS if self.form else _METADATA)).accepts

    def validator(self, cl: type) -> Validator | None:
        """Return the validator of a document class; None if the profile does not have the class."""
        schema = self._schemas.get(cl.__name__)
        is_body = getattr(cl, "__form__", None) in BODIES
        record = self._schemas[FORMS["record"].record_class.__name__] if is_body else _NO_SCHEMA
        return _compiled(schema, record) if schema else None

    def hint(self, cl: type, record: object) -> str:
        """Return a suggestion to use SERVER if it accepts a record that PUBLISHED refuses; otherwise an empty text."""
        schema = self._schemas.get(_SERVER) if cl is Opportunity else None
        return SERVER_HINT if schema and _compiled(schema).is_valid(record) else ""


def _of_objects(schema: bytes, required: Sequence[str], other: Sequence[str]) -> bytes:
    """Restrict a schema to objects that have some properties, and none of others."""
    whole = msgspec.json.decode(schema)
    names = dict.fromkeys([*whole.get("required", ()), *required])
    without = {"anyOf": [{"required": [name]} for name in other]}
    return msgspec.json.encode({**whole, "type": "object", "required": [*names], "not": without})


@functools.lru_cache(maxsize=32)
def _compiled(schema: bytes, record: bytes = _NO_SCHEMA) -> Validator:
    decoded = msgspec.json.decode(schema)
    return Validator(decoded, PATTERNS_IN_WORDS, read_only(msgspec.json.decode(record), decoded))


def rules_of(profile: Profile[Any], as_: str | None = None) -> Rules:
    """
    Return the schemas of a profile as rules.

    Args:
        profile: The profile.
        as_: The name of the only kind of document, one of `FORMS`; None to detect the kind of each.

    Returns:
        The rules.

    Raises:
        TypeError: The profile is not a profile, or the kind is not a str.
        ValueError: The kind is unknown.
    """
    refuse_other_types(profile)
    return Rules(_encoded_schemas(profile), as_, profile.object_name)


@functools.lru_cache(maxsize=16)  # making and encoding the schema of every document class takes 20 ms
def _encoded_schemas(profile: Profile[Any]) -> tuple[tuple[str, bytes], ...]:
    # The records of a document are checked one by one, and their places in the document are empty.
    classes = {like_opportunity(cl).__name__: cl for cl in profile.document_classes}
    schemas = {name: profile.schema(_with_records(cl, profile.partial)) for name, cl in classes.items()}
    if profile is PUBLISHED:
        schemas[_SERVER] = SERVER.schema()
    return tuple((name, msgspec.json.encode(schema)) for name, schema in schemas.items())


def _with_records(cl: Any, partial: Any) -> Any:
    return cl[partial] if getattr(cl, "__parameters__", ()) or hasattr(cl, "__template__") else cl


@attrs.frozen
class ChunkResult:
    """
    The findings in a chunk.

    Attributes:
        file: The file.
        start: The position of the result among the others of its file.
        lines: The number of lines that end in the chunk.
        summary: The counts. The first line of the chunk is line 1.
        findings: The findings in order, with lines counted the same way.
        taken: The number of bytes of the file.
    """

    file: str
    start: int
    lines: int
    summary: Summary
    findings: tuple[Finding, ...]
    taken: int = 0

    def shifted(self, lines: int) -> ChunkResult:
        """Return this result, moved down by a number of lines."""
        findings = tuple(finding.shifted(lines) for finding in self.findings)
        return attrs.evolve(self, summary=self.summary.shifted(lines), findings=findings)


def check(chunk: Chunk, rules: Rules) -> ChunkResult:
    """
    Check a chunk.

    Args:
        chunk: The chunk.
        rules: The schemas.

    Returns:
        The summary of the whole chunk, and its first findings, about `MAX_FINDINGS` at most.

    Raises:
        TypeError: An argument has another type.
    """
    check_type("chunk", chunk, Chunk, "a Chunk, see chunks")
    check_type("rules", rules, Rules, "Rules, see rules_of")
    results = iter_results(chunk, rules)
    first = last = next(results)
    tally = Tally()
    tally.add(first.summary)
    for last in results:
        tally.add(last.summary)
    return attrs.evolve(last, start=first.start, summary=tally.summary(), findings=first.findings)


def iter_results(chunk: Chunk, rules: Rules) -> Iterator[ChunkResult]:
    """
    Check a chunk in bounded memory: each result has about `MAX_FINDINGS` findings at most.

    The lines of all results are counted from the first line of the chunk. `lines` and `taken` are zero in all but the
    last.
    """
    chunk, data = loaded(chunk)
    tally = Tally()
    findings: list[Finding] = []
    start = chunk.start
    for entry in entries_of(chunk, data, rules, tally):
        tally.count(entry)
        findings += entry.findings
        if len(findings) >= MAX_FINDINGS:
            yield ChunkResult(chunk.file, start, 0, tally.summary(), tuple(findings))
            tally.clear()
            findings = []
            start += 1  # still before the next chunk: so many findings have more bytes than results
    yield ChunkResult(chunk.file, start, lines_in(chunk, data), tally.summary(), tuple(findings), chunk.taken)


def complete_results(chunk: Chunk, rules: Rules) -> list[ChunkResult] | None:
    """Return the results of a chunk; None if they are too many to be held, so that they have to be iterated over."""
    found = [*itertools.islice(iter_results(chunk, rules), 2)]
    return found if len(found) == 1 else None


def loaded(chunk: Chunk) -> tuple[Chunk, bytes]:
    """Return a chunk with its bytes. If it cannot be read, it has none, and a fault."""
    try:
        return chunk, chunk.read()
    except OSError as error:
        return chunk.failed(error), b""


def lines_in(chunk: Chunk, data: bytes) -> int:
    """Return the number of lines that end in a chunk with these bytes."""
    return data.count(b"\n") + chunk.skipped


def entries_of(chunk: Chunk, data: bytes, rules: Rules, passed: Tally | None = None) -> Iterator[Entry]:
    """
    Find the records of a chunk with these bytes, in order, with lines counted from its first line.

    Records that are valid at first sight are only counted in `passed`, if it is given.
    """
    if chunk.layout is Layout.WHOLE and not chunk.fault:
        yield from _entries_in_document(chunk, data, rules)
    elif chunk.layout is Layout.LINES:
        limit = chunk.max_record_size
        lines = enumerate(BytesIO(data), 1) if passed is None else _not_passing(data, rules, limit, passed)
        for number, line in lines:
            if not line.isspace():
                yield from _entries_in_bounded(chunk, line, number, rules, "the line")
    else:
        number, at = 1, 0
        for index, (begin, end) in enumerate(chunk.spans, chunk.index):
            number, at = number + data.count(b"\n", at, begin), begin
            text = data[begin:end]
            if passed is not None and len(text) <= chunk.max_record_size and _passes(text, rules.passes):
                passed.valid += 1
            else:
                yield from _entries_in_bounded(chunk, text, number, rules, f"item {index} of the array", str(index))
    if chunk.fault:
        prefix = pointer(chunk.index + len(chunk.spans)) if chunk.layout is Layout.ITEMS else ""
        yield _unreadable(chunk.file, data.count(b"\n") + 1, prefix, chunk.fault)


def _not_passing(data: bytes, rules: Rules, limit: int, passed: Tally) -> Iterator[tuple[int, bytes]]:
    """Count the lines that are valid records at first sight, and yield the others with their numbers."""
    text = BytesIO(data)
    number = 1
    while lines := text.readlines(_AT_ONCE):
        verdicts = _verdicts(lines, rules.passes)
        if verdicts and max(map(len, lines)) > limit:
            verdicts = [verdict and len(line) <= limit for verdict, line in zip(verdicts, lines, strict=True)]
        passed.valid += sum(verdicts)
        if not all(verdicts):
            numbered = enumerate(zip(verdicts, lines, strict=True), number)
            yield from [(at, line) for at, (verdict, line) in numbered if not (verdict or line.isspace())]
        number += len(lines)


def _verdicts(lines: Sequence[bytes], passes: Callable[[Any], bool]) -> list[bool]:
    """Check whether each line is a valid record at first sight; return nothing if all of them are blank."""
    try:
        return [*map(passes, map(_decode, lines))]
    except (msgspec.DecodeError, ValueError, RecursionError):
        # Millions of blank lines are passed over without looking at each.
        return [] if b"".join(lines).isspace() else [_passes(line, passes) for line in lines]


def _passes(line: bytes, passes: Callable[[Any], bool]) -> bool:
    try:
        return passes(_decode(line))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return False


def _entries_in_bounded(chunk: Chunk, text: bytes, line: int, rules: Rules, name: str, *index: str) -> Iterator[Entry]:
    limit = chunk.max_record_size
    if len(text) > limit and len(text.removesuffix(b"\n").removesuffix(b"\r")) > limit:
        yield _unreadable(chunk.file, line, pointer(*index), too_large(name, limit))
    else:
        yield from entries_in(chunk.file, text, line, rules, *index)


def _entries_in_document(chunk: Chunk, text: bytes, rules: Rules) -> Iterator[Entry]:
    limit = chunk.max_record_size
    if len(text) <= limit:
        yield from entries_in(chunk.file, text, 1, rules)
    elif sum(map(text.count, (b",", b"{", b"["))) * _BYTES_OF_VALUE > len(text):
        yield _unreadable(chunk.file, 1, "", "the document has too many values; set another maximum size of a record")
    else:
        yield from entries_in(chunk.file, text, 1, rules, max_record_size=limit)


def entries_in(
    file: str, text: bytes, line: int, rules: Rules, *index: str, max_record_size: int | None = None
) -> Iterator[Entry]:
    """
    Find the records in one JSON text, then the document around them if something is wrong with that.

    Args:
        file: The file of the text.
        text: The text.
        line: The number of its first line.
        rules: The schemas.
        index: The index of the text, if it is an item of an array.
        max_record_size: The size in bytes of the largest record, if the text is larger.

    Yields:
        The records and the document; or why the text is unreadable.
    """
    prefix = pointer(*index)
    lines = LineNumbers(text, line)
    try:
        instance = decode(text)
        form, found = records_in(instance, rules.form, rules.name)
    except DecodeError as error:
        at = line + text.rstrip().count(b"\n", 0, error.offset or 0)
        yield _unreadable(file, at, prefix, str(error))
        return
    except NoRecordsError as error:
        yield _unreadable(file, lines.line_of(""), prefix, str(error))
        return

    def entry(path: str, record: Any, cl: type[Record]) -> Entry:
        found = _violations(rules, record, cl, is_alone=form.document_class is None)
        violations = itertools.islice(found, MAX_FINDINGS)
        findings = [Finding(file, lines.line_of(path + each.pointer), prefix + path, each) for each in violations]
        return Entry(file, lines.line_of(path), prefix + path, record, tuple(findings))

    for tokens, record in found:
        path = pointer(*tokens)
        if max_record_size and len(encode_sound(record)) > max_record_size:
            yield _unreadable(file, lines.line_of(path), prefix + path, too_large("the record", max_record_size))
            continue
        checked = entry(path, record, form.record_class)
        yield checked if checked.is_valid else attrs.evolve(checked, hint=rules.hint(form.record_class, record))
    if form.document_class:
        around = entry("", form.envelope(instance), form.document_class)
        yield from [] if around.is_valid else [around]
    if message := server_message(instance):
        yield _unreadable(file, lines.line_of("/errors"), prefix, f"the answer has errors too: {message}")


def _violations(rules: Rules, record: Any, cl: type[Record], *, is_alone: bool) -> Iterator[Violation]:
    """
    Find what is wrong with a record; nothing if the profile does not have the class.

    One that is alone may be a body or a part of a record, whose form an option can name.
    """
    validator = rules.validator(cl)
    found = validator.iter_violations(record) if validator else iter(())
    return name_way_out(found, cl, way_out=_OTHER_FORMS) if cl is Opportunity and is_alone else found


def _unreadable(file: str, line: int, prefix: str, reason: str) -> Entry:
    return Entry(file, line, prefix, None, (Finding(file, line, prefix, None, reason),))
