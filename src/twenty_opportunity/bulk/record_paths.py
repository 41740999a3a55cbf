"""Forms: the documents in which records come, how each is told from the others, and where its records stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity import records
from twenty_opportunity.schemas.metadata_reader import is_dict, is_list
from twenty_opportunity.schemas.responses import DEFINITIONS, DOCUMENTS, RECORD, UNSENT_WEBHOOK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_EACH: Final = "*"  # a token that stands for every index of an array

_ERROR: Final = "is the error answer of a server, which has no records"


@attrs.frozen
class Form:
    """
    A form of documents.

    Attributes:
        name: What `--as` and `as_` call it.
        title: What a sentence calls it.
        ways: Where records may stand in it, by the tokens that lead there.
        document_class: The class of the whole document; None where the document is the record.
        record_class: The class of a record in it.
    """

    name: str
    title: str
    ways: tuple[tuple[str, ...], ...]
    document_class: type[records.Record] | None = None
    record_class: type[records.Record] = records.Opportunity

    def records(self, instance: Any) -> list[tuple[tuple[str, ...], Any]] | None:
        """Find the records in a document, each with the tokens that lead to it; None where it has no such place."""
        found = [records for way in self.ways if (records := _at(instance, way)) is not None]
        return [record for records in found for record in records] if found else None

    def envelope(self, instance: Any) -> Any:
        """Give the document with nothing in the places of its records."""
        for way in self.ways:
            instance = _emptied(instance, way)
        return instance


def _at(value: Any, way: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]] | None:
    if not way:
        return [((), value)]
    token, *rest = way
    if token == _EACH:
        if not is_list(value):
            return None
        found = [(str(index), _at(item, tuple(rest))) for index, item in enumerate(value)]
    elif is_dict(value) and token in value:
        found = [(token, _at(value[token], tuple(rest)))]
        if found[0][1] is None:
            return None
    else:
        return None
    return [((token, *tokens), record) for token, inner in found for tokens, record in inner or ()]


def _emptied(value: Any, way: tuple[str, ...]) -> Any:
    token, rest = way[0], way[1:]
    if token == _EACH:
        return [_emptied(item, rest) for item in value] if rest and is_list(value) else []
    if not is_dict(value) or token not in value:
        return value
    return {**value, token: _emptied(value[token], rest) if rest else {}}


def _ways(schema: Any) -> Iterator[tuple[str, ...]]:
    """Find where a document's schema says that records stand."""
    reference = schema.get("$ref")
    if reference == RECORD["$ref"]:
        yield ()
    elif reference:
        yield from _ways(DEFINITIONS[reference.rpartition("/")[2]])
    inner = {**schema.get("properties", {}), **({_EACH: schema["items"]} if "items" in schema else {})}
    for token, part in inner.items():
        yield from ((token, *way) for way in _ways(part))


_ALL: Final = (
    Form("record", "a record", ((),)),
    *(
        Form(document.form, document.title, tuple(_ways(document.schema)), getattr(records, name))
        for name, document in DOCUMENTS.items()
        if document.form
    ),
    Form("create", "the body of a creation", ((),), record_class=records.OpportunityCreate),
    Form("update", "the body of an update", ((),), record_class=records.OpportunityUpdate),
)
FORMS: Final[Mapping[str, Form]] = {form.name: form for form in _ALL}
"""Every form by its name."""

_RECORD: Final = FORMS["record"]
# What has the fewest places for records comes first: nothing else fits those by chance.
_ENVELOPES: Final = sorted((form for form in _ALL if form.ways[0][:1] == ("data",)), key=lambda form: len(form.ways))


class NoRecordsError(ValueError):
    """A document holds no records, or not where those of its form stand."""


def entries(instance: Any, form: Form | None) -> tuple[Form, list[tuple[tuple[str, ...], Any]]]:
    """
    Find the records of a document.

    Args:
        instance: The decoded document.
        form: Its form; found out where it is None.

    Returns:
        The form, and each record with the tokens that lead to it.

    Raises:
        NoRecordsError: There is no place for records in it.
    """
    known = form or form_of(instance)
    found = known.records(instance)
    if found is None:
        where = " or ".join("/" + "/".join(way) for way in known.ways)
        raise NoRecordsError(f"is not {known.title}: it has no records at {where}")
    return known, found


def form_of(instance: Any) -> Form:
    """
    Find out the form of a document; what has an id is a record whatever else it has.

    Args:
        instance: The decoded document.

    Returns:
        Its form, that of a record where nothing speaks for another.

    Raises:
        NoRecordsError: It is a document that has no records, as a rule.
    """
    if not is_dict(instance) or "id" in instance:
        return _RECORD
    if "eventName" in instance and is_dict(instance.get("record")):
        return FORMS["webhook"]
    if instance.keys() >= {"event", "data", "timestamp"}:
        raise NoRecordsError(UNSENT_WEBHOOK)
    if instance.keys() >= {"statusCode", "messages"}:
        raise NoRecordsError(_ERROR)
    if is_dict(instance.get("data")):
        return next(_fitting(instance), _RECORD)
    return _RECORD


def _fitting(instance: Any) -> Iterator[Form]:
    for form in _ENVELOPES:
        found = form.records(instance)
        if found is not None and all(is_dict(record) for _, record in found):
            yield form
