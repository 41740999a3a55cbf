"""Find the records in a JSON document, and the line of each value in its text."""

from __future__ import annotations

import functools
import itertools
import re
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity import records
from twenty_opportunity.errors import legible
from twenty_opportunity.schemas.field_types import FIELD_TYPES
from twenty_opportunity.schemas.responses import (
    DEFINITIONS,
    DELETED_RECORD,
    DOCUMENTS,
    PARTIAL_RECORD,
    RECORD,
    UNSENT_WEBHOOK,
    Document,
)
from twenty_opportunity.values.json_text import decode
from twenty_opportunity.values.memo import cached_property
from twenty_opportunity.values.object_names import OPPORTUNITY, ObjectName
from twenty_opportunity.values.python_json import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_EACH: Final = "*"  # means every index of an array
_SHOWN: Final = 200  # characters of a message or a name from a document
_AROUND: Final = frozenset({"data", "errors", "extensions", "pageInfo", "totalCount"})
"""The properties of the answers of a server, around the records."""
_SUBJECTS: Final = {"Duplicates": "duplicates of records", "GroupBy": "groups of records"}
_FIELD_TYPE_NAMES: Final = [*FIELD_TYPES]  # a list, because what is looked up may not be hashable


@attrs.frozen
class RecordPaths:
    """
    A kind of document, and where its records are.

    Attributes:
        name: The name for `--as` and `as_`.
        title: The name in sentences.
        paths: The paths to its records: property names, and `*` for every item of an array.
        document_class: The class of the document; None if the document is the record.
        record_class: The class of its records.
        deletions: The paths to the ids of deleted records, which are not records.
    """

    name: str
    title: str
    paths: tuple[tuple[str, ...], ...]
    document_class: type[records.Record] | None = None
    record_class: type[records.Record] = records.Opportunity
    deletions: tuple[tuple[str, ...], ...] = ()

    def records(self, instance: Any) -> Iterator[tuple[tuple[str, ...], Any]] | None:
        """Return the records of a document, each with its path; None if the document cannot hold records."""
        paths = [path for path in self.paths if _has(instance, path)]
        if not paths and not any(_has(instance, path) for path in self.deletions):
            return None
        return itertools.chain.from_iterable(_at(instance, path) for path in paths)

    def envelope(self, instance: Any) -> Any:
        """Return the document without its records."""
        for path in self.paths:
            instance = _emptied(instance, path)
        return instance


# The recursion of these functions follows a path of the schema, which is short, however deep the data is.


def _has(value: Any, path: tuple[str, ...]) -> bool:
    """Check whether a document has a place for records, which may be an empty array."""
    for token in path:
        if token == _EACH:
            return is_list(value)
        if not is_dict(value) or token not in value:
            return False
        value = value[token]
    return True


def _at(value: Any, path: tuple[str, ...], *tokens: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not path:
        yield tokens, value
    elif path[0] == _EACH and is_list(value):
        for index, item in enumerate(value):
            # An item without a place for a record, such as null for an edge, is a finding at its own place.
            yield from _at(item, path[1:] if is_dict(item) else (), *tokens, str(index))
    elif is_dict(value) and path[0] in value:
        yield from _at(value[path[0]], path[1:], *tokens, path[0])


def _emptied(value: Any, path: tuple[str, ...]) -> Any:
    token, rest = path[0], path[1:]
    if token == _EACH:
        return [_emptied(item, rest) for item in value] if rest and is_list(value) else []
    if not is_dict(value) or token not in value:
        return value
    return {**value, token: _emptied(value[token], rest) if rest else {}}


def _paths_in(schema: Any, *targets: Any) -> Iterator[tuple[str, ...]]:
    """Find the paths to the references to one of the targets in the schema of a document."""
    reference = schema.get("$ref", "").rpartition("/")[2]
    if any(schema.get("$ref") == target["$ref"] for target in targets):
        yield ()
    elif reference in DEFINITIONS:
        yield from _paths_in(DEFINITIONS[reference], *targets)
    inner = {**schema.get("properties", {}), **({_EACH: schema["items"]} if "items" in schema else {})}
    for token, part in inner.items():
        yield from ((token, *path) for path in _paths_in(part, *targets))


def _paths_of(name: str, document: Document) -> RecordPaths:
    complete, partial = (tuple(_paths_in(document.schema, target)) for target in (RECORD, PARTIAL_RECORD))
    return RecordPaths(
        document.form or "",
        document.title,
        complete or partial,
        getattr(records, name),
        records.Opportunity if complete else records.PartialOpportunity,
        tuple(_paths_in(document.schema, DELETED_RECORD)),
    )


_ALL: Final = (
    RecordPaths("record", "a record", ((),)),
    *(_paths_of(name, document) for name, document in DOCUMENTS.items() if document.form),
    RecordPaths("partial", "any part of a record", ((),), record_class=records.PartialOpportunity),
    RecordPaths("create", "the body of a creation", ((),), record_class=records.OpportunityCreate),
    RecordPaths("update", "the body of an update", ((),), record_class=records.OpportunityUpdate),
)
FORMS: Final[Mapping[str, RecordPaths]] = {form.name: form for form in _ALL}
"""Every kind of document by its name."""


@functools.cache
def forms_of(name: ObjectName) -> Mapping[str, RecordPaths]:
    """Return the kinds of documents with records of an object, by their names."""

    def renamed(paths: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(map(name.renamed, path)) for path in paths)

    forms = FORMS.values()
    return {
        form.name: attrs.evolve(form, paths=renamed(form.paths), deletions=renamed(form.deletions)) for form in forms
    }


@functools.cache
def _envelopes(name: ObjectName) -> list[RecordPaths]:
    # The kinds with the fewest paths come first: no other document fits them by accident.
    found = (form for form in forms_of(name).values() if form.paths[0][:1] == ("data",))
    return sorted(found, key=lambda form: len(form.paths))


class NoRecordsError(ValueError):
    """A document does not have records where documents of its kind have them."""


def records_in(
    instance: Any, form: RecordPaths | None, name: ObjectName = OPPORTUNITY
) -> tuple[RecordPaths, Iterator[tuple[tuple[str, ...], Any]]]:
    """
    Find the records of a document.

    Args:
        instance: The decoded document.
        form: The kind of document; None to detect it.
        name: The object of the records.

    Returns:
        The kind, and each record with its path.

    Raises:
        NoRecordsError: The document is not a record of the object, and cannot hold such records.
    """
    message = server_message(instance)
    try:
        _refuse_others(instance, form, name)
        _, found = _located(instance, form, name)
        if message is None or any(record is not None for _, record in found):
            return _located(instance, form, name)
    except NoRecordsError:
        if message is None:
            raise
    raise NoRecordsError(f"is the error answer of a server: {message}")


def _located(
    instance: Any, form: RecordPaths | None, name: ObjectName
) -> tuple[RecordPaths, Iterator[tuple[tuple[str, ...], Any]]]:
    known = form or form_of(instance, name)
    found = known.records(instance)
    if found is None:
        _refuse_others_than_records(instance)
        _refuse_other_objects(instance, name)
        where = " or ".join("/" + "/".join(path) for path in known.paths)
        raise NoRecordsError(f"is not {known.title}: it has no records at {where}{_way_out(instance)}")
    return known, found


def server_message(instance: Any) -> str | None:
    """Return the message of a server in an error answer, shortened; None if the document does not report errors."""
    if not is_dict(instance):
        return None
    messages: Any = None
    if "statusCode" in instance:
        messages = instance.get("messages", instance.get("message"))
    elif "errors" in instance and instance.keys() <= _AROUND:
        messages = instance["errors"]
    if not messages:
        return None
    listed: Any = messages if is_list(messages) else [messages]
    texts = (str(each.get("message", "")) if is_dict(each) else str(each) for each in listed)
    return legible("; ".join(filter(None, texts)) or "no message", _SHOWN)


def _refuse_others(instance: Any, form: RecordPaths | None, name: ObjectName) -> None:
    """
    Raise NoRecordsError for errors, metadata and documents about other objects.

    A schema that requires little would accept them. The form is the one that the document must have; None if it is
    detected.
    """
    if not is_dict(instance):
        # After some errors a server sends nothing but a string. One with brackets is a record that was encoded twice.
        if isinstance(instance, str) and not instance.startswith(("{", "[")):
            raise NoRecordsError(f"is the error answer of a server: {legible(instance, _SHOWN)}")
        return
    if "statusCode" in instance and ("messages" in instance or "message" in instance):
        raise NoRecordsError("is the error answer of a server")
    if "eventName" in instance and "id" not in instance:
        _refuse_other_events(instance, name)
    if instance.keys() >= {"event", "data", "timestamp"} and (form is None or form.name != "webhook"):
        raise NoRecordsError(UNSENT_WEBHOOK)
    if "groupByDimensionValues" in instance:
        raise NoRecordsError("is a group of records")
    if _is_metadata(instance):
        raise NoRecordsError("is metadata; use it as the profile")
    if instance and instance.keys() <= _AROUND and form is not None and not form.document_class:
        raise NoRecordsError(f"is not {form.title}: it is an answer of a server with {_contents(instance)}")


def _refuse_other_events(instance: Mapping[str, Any], name: ObjectName) -> None:
    event = instance["eventName"]
    if isinstance(event, str) and not event.startswith(f"{name.singular}."):
        about = event.partition(".")[0]
        way_out = "" if about == "metadata" else f"; use --object {legible(about, _SHOWN)}"
        raise NoRecordsError(f"is an event of another object: {legible(event, _SHOWN)}{way_out}")
    if not is_dict(instance.get("record")):
        raise NoRecordsError("is an event without a record")


def _refuse_other_objects(instance: Any, name: ObjectName) -> None:
    """Refuse an answer with records of another standard object, which the error names."""
    data: Any = instance.get("data") if is_dict(instance) else None
    known: list[ObjectName] = [getattr(records, cl).__object__ for cl in sorted(records.OBJECT_CLASSES)]
    for other in known if is_dict(data) else ():
        keys = {path[1] for form in _envelopes(other) for path in (*form.paths, *form.deletions)}
        if other != name and not keys.isdisjoint(data):
            raise NoRecordsError(f"is an answer about {other.plural}; use --object {other.singular}")


def _refuse_others_than_records(instance: Any) -> None:
    """Refuse the answers about records that are not lists of records: duplicates and groups."""
    data: Any = instance.get("data") if is_dict(instance) else None
    names = [name for part in (data if is_list(data) else [data]) if is_dict(part) for name in part]
    for ending, subject in _SUBJECTS.items():
        if any(str(name).endswith(ending) for name in names):
            raise NoRecordsError(f"is an answer about {subject}")


def _is_metadata(instance: Mapping[str, Any]) -> bool:
    is_field = "label" in instance and instance.get("type") in _FIELD_TYPE_NAMES
    fields = instance.get("fields")
    has_fields = is_list(fields) and any(is_dict(field) and "type" in field for field in fields)
    return is_field or has_fields or "nameSingular" in instance


def _way_out(instance: Any) -> str:
    """Return the end of a message about a document that may hold the records of a custom object."""
    has_data = is_dict(instance) and is_dict(instance.get("data")) and instance["data"]
    return "; name another object with --object" if has_data else ""


def _contents(instance: Mapping[str, Any]) -> str:
    data = instance.get("data")
    names = [f"/data/{name}" for name in data] if is_dict(data) else [f"/{name}" for name in instance]
    return legible(", ".join(names) or "no data", _SHOWN)


def form_of(instance: Any, name: ObjectName = OPPORTUNITY) -> RecordPaths:
    """
    Detect the kind of a document: a record if it has an id, or if nothing speaks for another kind.

    Raise NoRecordsError if documents of its kind never have records.
    """
    forms = forms_of(name)
    if not is_dict(instance) or "id" in instance:
        return forms["record"]
    if "eventName" in instance:
        return forms["webhook"]
    if "data" not in instance and not (instance and instance.keys() <= _AROUND):
        return forms["record"]
    found = next((form for form in _envelopes(name) if form.records(instance) is not None), None)
    if found is None:
        _refuse_others_than_records(instance)
        _refuse_other_objects(instance, name)
        raise NoRecordsError(
            f"is an answer of a server without {name.plural}; it has {_contents(instance)}{_way_out(instance)}"
        )
    return found


class LineNumbers:
    """
    The lines of the values in a JSON text that was decoded before.

    Args:
        text: The text.
        line: The number of its first line.
    """

    def __init__(self, text: bytes, line: int) -> None:
        self._raw = text
        self._line = line
        self._objects: dict[int, dict[str, tuple[int, int]]] = {}
        self._arrays: dict[int, array[int]] = {}  # a page may have a million records

    @cached_property
    def _text(self) -> str:
        return self._raw.decode()

    @cached_property
    def _root(self) -> int:
        return _next(self._text, 0)

    @cached_property
    def _only_line(self) -> int | None:
        """The line of the whole text; None if it has several."""
        begin = len(self._raw) - len(self._raw.lstrip())
        return None if b"\n" in self._raw.strip() else self._line + self._raw.count(b"\n", 0, begin)

    @cached_property
    def _starts(self) -> array[int]:
        """The start of every line but the first, kept because a line is looked up for each record of a page."""
        return array("Q", (newline.end() for newline in re.finditer("\n", self._text)))

    def line_of(self, pointer: str) -> int:
        """Return the line of a value; if it is missing, that of the object it is missing from."""
        if self._only_line is not None:
            return self._only_line
        at = value = self._root
        for token in _tokens(pointer):
            positions = self._part(value, token)
            if positions is None:
                break
            at, value = positions
        return self._line + bisect_right(self._starts, at)

    def _part(self, start: int, token: str) -> tuple[int, int] | None:
        """Find a property or an item of a value: where it begins, and where its value does."""
        if self._text[start] == "[":
            if start not in self._arrays:
                self._arrays[start] = array("Q", (value for _, _, value in _parts(self._text, start)))
            items, index = self._arrays[start], int(token)
            return (items[index], items[index]) if index < len(items) else None
        if start not in self._objects:
            if len(self._objects) >= _MOST_OBJECTS:
                self._objects.popitem()  # the latest: the first are on the way to all others
            self._objects[start] = {name: (at, value) for name, at, value in _parts(self._text, start)}
        return self._objects[start].get(token)


# The text was decoded before, so nothing is checked again. A string of any size is one lexeme.
_LEXEME: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{\[]|[}\]]|[^\s,:{}\[\]"]++')
_MOST_OBJECTS: Final = 1000  # whose properties are kept
_NESTING: Final = {"{": 1, "[": 1, "}": -1, "]": -1}


def _next(text: str, index: int) -> int:
    """Find the next value, or the bracket that closes an object or array."""
    return next(_LEXEME.finditer(text, index)).start()


def _end(text: str, start: int) -> int:
    """Find the end of a value, without recursion: it may be nested deeply."""
    lexemes = _LEXEME.finditer(text, start)
    end = next(lexemes).end()
    depth = _NESTING.get(text[start], 0)
    while depth:
        lexeme = next(lexemes)
        end = lexeme.end()
        depth += _NESTING.get(text[lexeme.start()], 0)
    return end


def _parts(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Find each property or item of an object or array: its token, its beginning, and that of its value."""
    index = _next(text, start + 1)
    count = 0
    while text[index] not in "}]":
        token, value = str(count), index
        if text[start] == "{":
            end = _end(text, index)
            token, value = decode(text[index:end]), _next(text, end)
        yield token, index, value
        index = _next(text, _end(text, value))
        count += 1


def _tokens(pointer: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
