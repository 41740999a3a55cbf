"""From a workspace's metadata to its JSON Schemas: one for each document class, each self-contained."""

from __future__ import annotations

import warnings
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import msgspec

from twenty_opportunity.errors import legible
from twenty_opportunity.schemas import responses as answers
from twenty_opportunity.schemas.bundled import read_json
from twenty_opportunity.schemas.field_types import (
    ACTOR_SOURCES,
    FIELD_TYPES,
    INSTANT,
    RATINGS,
    Fragment,
    definitions,
    fragment,
    or_null,
)
from twenty_opportunity.schemas.metadata_reader import Field, MetadataError, is_dict, is_list, opportunity_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["STANDARD", "MetadataError", "UnknownFieldTypeWarning", "schemas", "write"]

_SCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"
_SHOWN: Final = 60  # characters of a field's type in a warning
_LISTED: Final = 8  # fields that a warning lists


class UnknownFieldTypeWarning(UserWarning):
    """Fields are of types that this release does not know, so whatever they hold is accepted."""


class _Use(Enum):
    """What a schema is for."""

    READ = "Opportunity"
    CREATE = "OpportunityCreate"
    UPDATE = "OpportunityUpdate"


_DESCRIPTIONS: Final[Mapping[_Use, str]] = {
    _Use.READ: "An opportunity, a potential deal, as a server sends it.",
    _Use.CREATE: "What a client sends to create an opportunity.",
    _Use.UPDATE: "What a client sends to change an opportunity: a member left out keeps its value, null clears it.",
}
_CREATE_ONLY: Final = frozenset({"id", "createdAt", "updatedAt", "deletedAt"})
_SET_BY_SERVER: Final = frozenset({"updatedBy"})
_INSTANTS: Final = frozenset({"createdAt", "updatedAt", "deletedAt"})  # never sent as a day, not even by old servers
_RELATIONS: Final = frozenset({"RELATION", "MORPH_RELATION"})

_READ_ONLY: Final[Fragment] = {"readOnly": True}

# Of `createdBy` a client says how; who it was, the server takes from the credentials.
_CREATOR: Final[Fragment] = {
    "type": "object",
    "properties": {
        "source": {"description": "The kind of actor.", "type": "string", "enum": [*ACTOR_SOURCES]},
    },
    "required": ["source"],
    "additionalProperties": False,
}


def schemas(metadata: object, *, open_options: bool = False) -> dict[str, dict[str, Any]]:
    """
    Make the schemas of a workspace, JSON Schema Draft 2020-12.

    Reading is tolerant: nothing is required of an opportunity, and whatever is not described is accepted. Writing is
    strict: what the server refuses is refused.

    Args:
        metadata: The decoded metadata of the opportunity object, in any of the forms in which servers give it. It is
            not changed.
        open_options: Accept any legal value for a field with options instead of the options alone.

    Returns:
        The schema of each document class by the name of the class. Each is self-contained, and the caller's own.

    Raises:
        MetadataError: The metadata is in no form that is known; says what was looked for. Or it has two fields of one
            name; says which.
    """
    fields = [_completed(field, open_options=open_options) for field in opportunity_fields(metadata)]
    _refuse_repeated(field.name for field in fields)
    _warn_of_unknown(field for field in fields if field.type not in FIELD_TYPES)
    uses = {use: _schema(fields, use) for use in _Use}
    read, written = definitions(writing=False), definitions(writing=True)
    travelling = {**read, **answers.DEFINITIONS, _Use.READ.value: uses[_Use.READ]}
    return {
        **{
            use.value: _self_contained(use.value, schema, read if use is _Use.READ else written)
            for use, schema in uses.items()
        },
        **{name: _self_contained(name, row.schema, travelling) for name, row in answers.DOCUMENTS.items()},
    }


def _refuse_repeated(names: Iterable[str]) -> None:
    seen = set[str]()
    for name in names:
        if name in seen:
            message = f"the metadata has two active fields of the name {legible(name, _SHOWN)}: which one counts?"
            raise MetadataError(message)
        seen.add(name)


def _warn_of_unknown(fields: Iterable[Field]) -> None:
    named = [f"{field.name} ({legible(field.type, _SHOWN)})" for field in fields]
    if named:
        listed = ", ".join([*named[:_LISTED], *(["..."] if len(named) > _LISTED else [])])
        message = f"fields of unknown types are accepted whatever they hold: {listed}"
        warnings.warn(message, UnknownFieldTypeWarning, stacklevel=3)


def _completed(field: Field, *, open_options: bool) -> Field:
    """Say what the metadata leaves out: as the standard object has it, and else as most fields have it."""
    standard = _STANDARD_FIELDS.get(field.name)
    if standard is None or standard.type != field.type:
        standard = Field(field.name, field.type)
    nullable = standard.nullable if field.nullable is None else field.nullable
    options = RATINGS if field.type == "RATING" else None
    return field._replace(
        description=field.description or standard.description or _description(field.type),
        nullable=nullable is not False,
        options=options if open_options else field.options or options,
        relation_type=field.relation_type or standard.relation_type,
        join_column=field.join_column or standard.join_column,
    )


def _schema(fields: Iterable[Field], use: _Use) -> Fragment:
    properties = {name: member for field in fields for name, member in _members(field, use)}
    closed = {} if use is _Use.READ else {"additionalProperties": False}
    return {"description": _DESCRIPTIONS[use], "type": "object", "properties": properties, **closed}


def _description(field_type: str) -> str:
    if field_type in FIELD_TYPES:
        return FIELD_TYPES[field_type].description
    return f"A value of the type {legible(field_type, _SHOWN)}, which this release does not know."


def _members(field: Field, use: _Use) -> Iterator[tuple[str, Fragment]]:
    """Describe the members that stand for a field."""
    if field.type in _RELATIONS:
        yield from _sent_relation(field) if use is _Use.READ else _taken_relation(field)
        return
    found = _sent(field) if use is _Use.READ else _taken(field, use)
    if found is not None:
        yield field.name, {"description": field.description, **found}


def _sent(field: Field) -> Fragment:
    """Give the fragment of what a server sends for a field that is one member."""
    if field.type not in FIELD_TYPES:
        return {}
    if field.type == "DATE_TIME" and field.name in _INSTANTS:
        return or_null(INSTANT) if field.nullable else INSTANT
    found = _fragment(field, writing=False) or {}
    by_server = field.name in _SET_BY_SERVER or FIELD_TYPES[field.type].write is None
    return {**found, **_READ_ONLY} if by_server else found


def _taken(field: Field, use: _Use) -> Fragment | None:
    """Give the fragment of what a server takes for a field that is one member; None where it takes nothing."""
    if field.name in _SET_BY_SERVER or (field.name in _CREATE_ONLY and use is _Use.UPDATE):
        return None
    if field.type not in FIELD_TYPES:
        return {}
    if field.type == "ACTOR" and field.name == "createdBy":
        return _CREATOR
    return _fragment(field, writing=True)


def _fragment(field: Field, *, writing: bool) -> Fragment | None:
    return fragment(field.type, writing=writing, nullable=bool(field.nullable), options=field.options)


def _sent_relation(field: Field) -> Iterator[tuple[str, Fragment]]:
    """Describe the ids and, at depth 1, the records that a server sends for a relation."""
    subject = field.description.rstrip(".")
    # Of no type: an array, or a connection in GraphQL, and holding them to it would cost every record for nothing.
    many = {"description": f"{subject}: the records, at depth 1.", **_READ_ONLY}
    if field.relation_type == "ONE_TO_MANY":
        yield field.name, many
        return
    for column, record in _columns(field):
        one = {"description": f"{subject}: the record, at depth 1.", "type": ["object", "null"], **_READ_ONLY}
        # Where the metadata does not say on which side of the relation the field is, it may be on either.
        yield record, one if field.relation_type else many
        yield column, _identity(field, subject, writing=False)


def _taken_relation(field: Field) -> Iterator[tuple[str, Fragment]]:
    """Describe the ids that a server takes for a relation: those of the other side are changed there."""
    if field.relation_type == "MANY_TO_ONE":
        for column, _ in _columns(field):
            yield column, _identity(field, field.description.rstrip("."), writing=True)


def _identity(field: Field, subject: str, *, writing: bool) -> Fragment:
    return {"description": f"{subject}: the id.", **(_fragment(field, writing=writing) or {})}


def _columns(field: Field) -> list[tuple[str, str]]:
    """List the members that hold the ids of a relation to one record, each with the member that holds the record."""
    column = field.join_column or f"{field.name}Id"
    if field.type == "RELATION" or not field.targets:
        return [(column, field.name if field.type == "RELATION" else column.removesuffix("Id"))]
    endings = [f"{target.singular[0].upper()}{target.singular[1:]}" for target in field.targets]
    # One row may stand for all the objects, under the name they share or under that of the first of them.
    stem = column.removesuffix("Id")
    shared = next((stem.removesuffix(ending) for ending in endings if stem.endswith(ending)), field.name)
    return [(f"{shared}{ending}Id", f"{shared}{ending}") for ending in endings]


def _self_contained(title: str, schema: Fragment, available: Mapping[str, Fragment]) -> dict[str, Any]:
    """Give a copy of a schema with the definitions that it uses."""
    used: dict[str, Fragment] = {}
    pending = [schema]
    while pending:
        new = {name: available[name] for name in _references(pending.pop()) if name not in used}
        used |= new
        pending.extend(new.values())
    defined = {"$defs": {name: used[name] for name in sorted(used)}} if used else {}
    whole = {"$schema": _SCHEMA, "title": title, **schema, **defined}
    copied: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))  # ten times faster than copy.deepcopy
    return copied


def _references(schema: object) -> Iterator[str]:
    """Name the definitions that a schema refers to."""
    if is_dict(schema):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        schema = [*schema.values()]
    for part in schema if is_list(schema) else ():
        yield from _references(part)


def write(folder: Path) -> None:
    """
    Write the schemas of any server into files, one each.

    Args:
        folder: Where to; `schemas/server` in the tree of this library.
    """
    for name, schema in schemas(STANDARD, open_options=True).items():
        (folder / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n")


STANDARD: Final[dict[str, Any]] = read_json("server/opportunity.metadata.json")
"""The metadata of the opportunity object as every workspace has it at first."""

_STANDARD_FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in opportunity_fields(STANDARD)}
