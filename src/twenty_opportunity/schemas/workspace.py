"""From a workspace's metadata to its JSON Schemas: one for each document class, each self-contained."""

from __future__ import annotations

import functools
import warnings
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import msgspec

from twenty_opportunity.errors import legible, listed
from twenty_opportunity.schemas import responses as answers
from twenty_opportunity.schemas.bundled import read_json
from twenty_opportunity.schemas.composites import (
    COMPOSITES,
    JSON,
    NUMBER,
    WRITTEN_UUID,
    Fragment,
    definition_of,
    definitions,
)
from twenty_opportunity.schemas.field_types import (
    FIELD_TYPES,
    INSTANT,
    RATINGS,
    UNKNOWN,
    Field,
    FieldProperty,
    FieldType,
    fragment,
)
from twenty_opportunity.schemas.metadata_reader import MetadataError, object_fields, refuse_repeated
from twenty_opportunity.values.object_names import OPPORTUNITY, ObjectName
from twenty_opportunity.values.python_json import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

__all__ = [
    "STANDARD",
    "MetadataError",
    "UnknownFieldTypeWarning",
    "fields",
    "properties",
    "schemas",
    "schemas_of",
    "without_options",
]

_SCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"
_SHOWN: Final = 60  # characters of a field's type in a warning
_LISTED: Final = 8  # fields that a warning lists


class UnknownFieldTypeWarning(UserWarning):
    """This release does not know the types of some fields, so it accepts any value for them."""


class _Use(Enum):
    """The purpose of a schema."""

    READ = "Opportunity"
    PARTIAL = "PartialOpportunity"
    CREATE = "OpportunityCreate"
    UPDATE = "OpportunityUpdate"


_DESCRIPTIONS: Final[Mapping[_Use, str]] = {
    _Use.READ: "An opportunity as a server sends it.",
    _Use.PARTIAL: "Any part of an opportunity: a GraphQL selection, or the answer to a role that may not read all.",
    _Use.CREATE: "What a client sends to create an opportunity.",
    _Use.UPDATE: "What a client sends to change an opportunity: a property left out keeps its value, null clears it.",
}
_READS: Final = frozenset({_Use.READ, _Use.PARTIAL})
REQUIRED: Final = ("id", "createdAt", "updatedAt", "name", "stage")
"""The properties of every complete opportunity from a server; those of other objects are the first three."""

_EITHER: Final = "a relation can be written as the id of the record or as connect or disconnect, but not as both"
_CREATE_ONLY: Final = frozenset({"id", "createdAt", "updatedAt", "deletedAt"})
_SET_BY_SERVER: Final = frozenset({"updatedBy"})
_INSTANTS: Final = frozenset({"createdAt", "updatedAt", "deletedAt"})  # never sent as a day, not even by old servers
RELATIONS: Final = frozenset({"RELATION", "MORPH_RELATION"})

_READ_ONLY: Final[Fragment] = {"readOnly": True}

# Several related records are an array in REST and a connection in GraphQL. Checking their type would slow down every
# record without any benefit.
_RECORDS: Final = UNKNOWN._replace(write=None)
_RECORD: Final = _RECORDS._replace(read={"type": "object"}, reads_null=True)


# A body can name the record by any unique field. An id is enough, and a server refuses one that no record has.
_CONNECTION: Final[Fragment] = {
    "anyOf": [
        {
            "type": "object",
            "properties": {
                "connect": {
                    "description": "The record to connect.",
                    "type": "object",
                    "properties": {
                        "where": {
                            "description": "How to find the record.",
                            "type": "object",
                            "properties": {"id": {"description": "The id of the record.", **WRITTEN_UUID}},
                            "required": ["id"],
                            "additionalProperties": False,
                        }
                    },
                    "required": ["where"],
                    "additionalProperties": False,
                }
            },
            "required": ["connect"],
            "additionalProperties": False,
            "examples": [{"connect": {"where": {"id": "5c222222-0000-4000-8000-000000000003"}}}],
        },
        {
            "type": "object",
            "properties": {"disconnect": {"description": "Remove the relation.", "enum": [True]}},
            "required": ["disconnect"],
            "additionalProperties": False,
            "examples": [{"disconnect": True}],
        },
    ]
}


def fields(metadata: object, name: ObjectName = OPPORTUNITY, *, open_options: bool = False) -> tuple[Field, ...]:
    """
    Read the fields of an object from metadata.

    Args:
        metadata: The decoded metadata of the object, in any of the forms that servers send. It is not changed.
        name: The name of the object.
        open_options: Servers may send other options than those of a field, too, such as new ones.

    Returns:
        The active fields, in their order. Details that the metadata leaves out are those of the standard
        field of that name, or else those of most fields.

    Raises:
        MetadataError: The form of the metadata is unknown, or two fields have the same name.
    """
    known = _standard_fields(name)
    found = tuple(_completed(field, known, open_options=open_options) for field in object_fields(metadata, name))
    refuse_repeated("fields", (field.name for field in found))
    _warn_of_unknown(field for field in found if field.type not in FIELD_TYPES)
    return found


def without_options(fields: Iterable[Field]) -> tuple[Field, ...]:
    """
    Return fields whose options are unknown, so that any legal value can be written.

    Args:
        fields: The fields.

    Returns:
        The same fields without their options.
    """
    return tuple(field._replace(options=None) for field in fields)


def schemas(metadata: object, *, open_options: bool = False) -> dict[str, dict[str, Any]]:
    """
    Build the schemas of a workspace, JSON Schema Draft 2020-12.

    Reading is tolerant: only the properties that every complete opportunity has are required, and undescribed ones are
    accepted. Writing is strict: values that the server refuses are refused.

    Args:
        metadata: The decoded metadata of the opportunity object, in any of the forms that servers send. It is not
            changed.
        open_options: Accept any text for a field with options when reading, such as an option that the workspace adds
            later. Writing accepts only the options in the metadata.

    Returns:
        The schema of each document class by the name of the class. Each is a new self-contained copy.

    Raises:
        MetadataError: The form of the metadata is unknown, or two fields have the same name.
    """
    return schemas_of(fields(metadata, open_options=open_options))


def schemas_of(fields: Sequence[Field], name: ObjectName = OPPORTUNITY) -> dict[str, dict[str, Any]]:
    """
    Build the schemas of an object from its fields, as `fields` returns them.

    Args:
        fields: The fields of the object.
        name: The name of the object.

    Returns:
        The schema of each document class by the name that the class for opportunities has. Each is a new self-contained
        copy.
    """
    uses = {use: _schema(fields, use, name) for use in _Use}
    # An object may have the name of a definition: a workspace may have an object `group`.
    is_taken = name.class_name in {*COMPOSITES, JSON, *answers.DEFINITIONS}
    defined = ObjectName(f"{name.singular}Record", f"{name.plural}Records") if is_taken else name
    around = {defined.renamed(own): _renamed(schema, name, defined) for own, schema in answers.DEFINITIONS.items()}
    read = definitions(writing=False)
    travelling = {**read, **around, **{defined.renamed(use.value): uses[use] for use in _READS}}
    documents = {own: _renamed(row.schema, name, defined) for own, row in answers.DOCUMENTS.items()}
    # Definitions for writing are built when a body refers to them: those of phone numbers take milliseconds.
    used: dict[_Use, Callable[[str], Fragment]] = {
        _Use.READ: read.__getitem__,
        _Use.PARTIAL: read.__getitem__,
        _Use.CREATE: functools.partial(definition_of, writing=True),
        _Use.UPDATE: functools.partial(definition_of, writing=True, updating=True),
    }
    return {
        **{use.value: _self_contained(name.renamed(use.value), schema, used[use]) for use, schema in uses.items()},
        **{
            own: _self_contained(name.renamed(own), schema, travelling.__getitem__) for own, schema in documents.items()
        },
    }


def _renamed(schema: Any, name: ObjectName, defined: ObjectName) -> Any:
    """Return a schema about opportunities as one about another object, and rename its definitions."""
    if is_dict(schema):
        return {
            name.renamed(key): defined.renamed(part) if key == "$ref" else _renamed(part, name, defined)
            for key, part in schema.items()
        }
    if is_list(schema):
        return [_renamed(part, name, defined) for part in schema]
    return name.renamed(schema) if isinstance(schema, str) else schema


def _warn_of_unknown(fields: Iterable[Field]) -> None:
    named = [f"{field.name} ({legible(field.type, _SHOWN)})" for field in fields]
    if named:
        message = f"any value is accepted for fields of unknown types: {listed(named, _LISTED)}"
        warnings.warn(message, UnknownFieldTypeWarning, stacklevel=4)


def _completed(field: Field, known: Mapping[str, Field], *, open_options: bool) -> Field:
    """Add what the metadata leaves out, from the standard object if it has such a field."""
    standard = known.get(field.name)
    if standard is None or standard.type != field.type:
        standard = Field(field.name, field.type)
    nullable = standard.nullable if field.nullable is None else field.nullable
    options = RATINGS if field.type == "RATING" else None
    return field._replace(
        description=field.description or standard.description or _description(field.type),
        nullable=nullable is not False,
        options=field.options or options,
        relation_type=field.relation_type or standard.relation_type,
        join_column=field.join_column or standard.join_column,
        open_options=open_options and field.type != "RATING",
    )


def _description(field_type: str) -> str:
    if field_type in FIELD_TYPES:
        return FIELD_TYPES[field_type].description
    return f"A value of the type {legible(field_type, _SHOWN)}, which this release does not know."


def properties(field: Field) -> Iterator[FieldProperty]:
    """
    List the properties of a record that belong to a field.

    Args:
        field: The field.

    Yields:
        Each property with its row of the table, in the order in which servers send them.
    """
    row = FIELD_TYPES.get(field.type, UNKNOWN)
    if field.type in RELATIONS:
        yield from _relation(field, row)
        return
    if field.type == "DATE_TIME" and field.name in _INSTANTS:
        row = row._replace(read=INSTANT, annotation="dt.datetime")
    if field.type == "POSITION" and field.name != "position":
        row = row._replace(write=NUMBER, body_annotation=None)  # first and last are places in the list of all records
    if field.name in _SET_BY_SERVER or not field.writable:
        row = row._replace(write=None)
    yield FieldProperty(field.name, row, field.description, field)


def _relation(field: Field, row: FieldType) -> Iterator[FieldProperty]:
    """List the ids and, at depth 1, the records that a server sends for a relation."""
    subject = field.description.rstrip(".")
    many = f"{subject}: the records, at depth 1."
    if field.relation_type == "ONE_TO_MANY":
        yield FieldProperty(field.name, _RECORDS, many, field, is_related=True)
        return
    if field.relation_type is None or not field.writable:
        row = row._replace(write=None)  # the ids of the other side are changed there
    for column, record in id_columns(field):
        # Where the metadata does not say on which side of the relation the field is, it may be on either.
        if field.relation_type:
            connects = row.write is not None
            one = f"{subject}: the record, at depth 1."
            yield FieldProperty(record, _RECORD, one, field, connects=connects, is_related=True)
        else:
            yield FieldProperty(record, _RECORDS, many, field, is_related=True)
        yield FieldProperty(column, row, f"{subject}: the id.", field)


def id_columns(field: Field) -> list[tuple[str, str]]:
    """List the properties that hold the ids of a relation to one record, each with the one that holds the record."""
    column = field.join_column or f"{field.name}Id"
    if field.type == "RELATION" or not field.targets:
        return [(column, field.name if field.type == "RELATION" else column.removesuffix("Id"))]
    endings = [target.class_name for target in field.targets]
    # One row may describe all the objects, under the name they share or under that of the first one.
    stem = column.removesuffix("Id")
    shared = next((stem.removesuffix(ending) for ending in endings if stem.endswith(ending)), field.name)
    return [(f"{shared}{ending}Id", f"{shared}{ending}") for ending in endings]


def _schema(fields: Iterable[Field], use: _Use, name: ObjectName) -> Fragment:
    required = required_of(name)
    described = {
        each.name: found for field in fields for each in properties(field) if (found := _fragment(each, use, required))
    }
    whole: Fragment = {"description": name.renamed(_DESCRIPTIONS[use]), "type": "object", "properties": described}
    if use in _READS:
        return {**whole, "required": [*required]} if use is _Use.READ else whole
    related = [
        {"type": "object", "required": [column, record]}
        for field in fields
        if field.type in RELATIONS and field.relation_type == "MANY_TO_ONE" and field.writable
        for column, record in id_columns(field)
        if column != record
    ]
    excluded = {"not": {"description": _EITHER, "anyOf": related}} if related else {}
    return {**whole, **excluded, "additionalProperties": False}


def required_of(name: ObjectName) -> tuple[str, ...]:
    """
    Return the properties of every complete record of an object.

    Args:
        name: The name of the object.

    Returns:
        The names of the properties.
    """
    return REQUIRED if name == OPPORTUNITY else REQUIRED[:3]


def _fragment(each: FieldProperty, use: _Use, required: Sequence[str]) -> Fragment | None:
    """Return the schema of a property; None if bodies cannot have it."""
    if use is _Use.UPDATE and each.name in _CREATE_ONLY:
        return None
    reading = use in _READS
    # A server reads a null name back as "".
    field = each.field._replace(nullable=False) if reading and each.name in required else each.field
    found = _CONNECTION if each.connects and not reading else fragment(each.type, field, writing=not reading)
    if found is None:
        return None
    read_only = _READ_ONLY if reading and each.type.write is None else {}
    return {"description": each.description, **found, **read_only}


def _self_contained(title: str, schema: Fragment, definition: Callable[[str], Fragment]) -> dict[str, Any]:
    """Return a copy of a schema with the definitions that it uses, which a function returns by name."""
    used: dict[str, Fragment] = {}
    pending = [schema]
    while pending:
        new = {name: definition(name) for name in {*_references(pending.pop())} - used.keys()}
        used |= new
        pending.extend(new.values())
    defined = {"$defs": {name: used[name] for name in sorted(used)}} if used else {}
    whole = {"$schema": _SCHEMA, "title": title, **schema, **defined}
    copied: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))  # ten times faster than copy.deepcopy
    return copied


def _references(schema: object) -> Iterator[str]:
    """Yield the names of the definitions to which a schema refers."""
    if is_dict(schema):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        schema = [*schema.values()]
    for part in schema if is_list(schema) else ():
        yield from _references(part)


STANDARD: Final[dict[str, Any]] = read_json("server/opportunity.metadata.json")
"""The metadata of the opportunity object as every workspace has it at first."""


@functools.cache
def _standard_fields(name: ObjectName) -> Mapping[str, Field]:
    """Return the fields of an object that every workspace has at first, by name; none for any other object."""
    found = [standard for standard in standard_objects() if standard["nameSingular"] == name.singular]
    return {field.name: field for standard in found for field in object_fields(standard, name)}


def standard_objects() -> list[dict[str, Any]]:
    """Return the metadata of the bundled objects, which every workspace has at first."""
    return [STANDARD, *read_json("server/objects.metadata.json")]
