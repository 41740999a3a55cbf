"""The objects of a server, from the metadata of a workspace: their fields, columns and relations."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from twenty_opportunity.profiles import PUBLISHED, SERVER, Profile, Workspace
from twenty_opportunity.schemas import metadata_reader, workspace
from twenty_opportunity.schemas.composites import ACTOR_SOURCES, CellType
from twenty_opportunity.schemas.field_types import FIELD_TYPES, RATINGS
from twenty_opportunity.testing.server.errors import refusal
from twenty_opportunity.values.object_names import capitalized
from twenty_opportunity.values.python_json import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twenty_opportunity.schemas.field_types import Field

    Rows = Mapping[str, list[tuple[Field, dict[str, Any]]]]  # the fields of each object, with their metadata

TO_ONE: Final = "MANY_TO_ONE"
RELATIONS: Final = frozenset({"RELATION", "MORPH_RELATION"})

_TYPE_OF_CELL: Final = {
    CellType.ID: "UUID",
    CellType.JSON: "RAW_JSON",
    CellType.MONEY: "NUMERIC",
    CellType.NUMBER: "NUMERIC",
    CellType.TEXT: "TEXT",
    CellType.TEXTS: "RAW_JSON",
}
_SUBFIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    name: {sub: _TYPE_OF_CELL[each.cell] for sub, each in row.composite.properties.items()}
    for name, row in FIELD_TYPES.items()
    if row.composite and not row.composite.item
}
"""The columns of each composite."""

# REST metadata does not name the other end of a relation. Most fields are named after it; these are not.
_NAMED_OTHERWISE: Final[Mapping[str, str]] = {
    "pointOfContact": "person",
    "owner": "workspaceMember",
    "accountOwner": "workspaceMember",
    "assignee": "workspaceMember",
    "list": "messageList",
}
_INVERSES: Final[Mapping[str, tuple[str, str]]] = {
    "pointOfContactForOpportunities": ("opportunity", "pointOfContactId"),
    "ownedOpportunities": ("opportunity", "ownerId"),
    "accountOwnerForCompanies": ("company", "accountOwnerId"),
    "assignedTasks": ("task", "assigneeId"),
}
_SYSTEM: Final = {"id": "UUID", "createdAt": "DATE_TIME", "updatedAt": "DATE_TIME", "deletedAt": "DATE_TIME"}
"""The columns that every object has on a server, even if its metadata leaves them out."""
_USUAL_DEFAULTS: Final = {"BOOLEAN": False, "NUMBER": 0, "NUMERIC": 0, "TEXT": ""}
_UNIQUE: Final = frozenset({("company", "domainName"), ("person", "emails")})
_DUPLICATE_CRITERIA: Final[Mapping[str, list[list[str]]]] = {
    "company": [["name"], ["domainNamePrimaryLinkUrl"]],
    "person": [["nameFirstName", "nameLastName"], ["linkedinLinkPrimaryLinkUrl"], ["emailsPrimaryEmail"]],
}


@attrs.frozen
class Column:
    """
    A field, or a property of a composite field, as the database has it.

    Attributes:
        name: The name in bodies and filters: `closeDate`, `companyId`, `amount.amountMicros`.
        type: The field type.
        nullable: Whether it may be null.
        default: Its default in stored form, or "now" and "uuid".
        options: The values of a select.
        most_values: The maximum number of files.
        unique: Whether no two records may have the same value.
        relation: The name of the relation that the column holds an id of.
        target: The object that the id refers to; None if that is not known.
        subfields: The properties of a composite.
    """

    name: str
    type: str
    nullable: bool = True
    default: Any = None
    options: tuple[str, ...] = ()
    most_values: int | None = None
    unique: bool = False
    relation: str | None = None
    target: str | None = None
    subfields: Mapping[str, Column] = attrs.field(factory=dict[str, "Column"])

    @property
    def identifying(self) -> Column:
        """The column whose value no two records may share if this one is unique: a composite has one for it."""
        sub = {"LINKS": "primaryLinkUrl", "EMAILS": "primaryEmail", "PHONES": "primaryPhoneNumber"}.get(self.type)
        return self.subfields[sub] if sub else self

    def value(self, row: Mapping[str, Any] | None) -> Any:
        """Return the stored value in a record; None without a record, or if it lacks the value."""
        value: Any = row
        for part in self.name.split("."):
            value = value.get(part) if value else None
        return value


@attrs.frozen
class ServerObject:
    """
    An object of a workspace, such as company.

    Attributes:
        singular: Its name, such as "company".
        plural: Its name in paths, such as "companies".
        columns: The columns by name.
        relations: The relations to many records by name: the object with the records, and its column that refers back;
            None if that is not known.
        metadata: The metadata that it was made from.
    """

    singular: str
    plural: str
    columns: Mapping[str, Column]
    relations: Mapping[str, tuple[str, str] | None]
    metadata: Mapping[str, Any]

    @property
    def table(self) -> str:
        """The name of its table, which messages of the database have."""
        return f"_{self.singular}" if self.metadata.get("isCustom") else self.singular

    @property
    def to_one(self) -> dict[str, Column]:
        """The columns that refer to another record, by the name of the relation."""
        return {column.relation: column for column in self.columns.values() if column.relation}

    @property
    def duplicate_criteria(self) -> list[list[str]]:
        """The groups of columns that duplicates have in common."""
        found = self.metadata.get("duplicateCriteria")
        known = flattened(self.columns.values()).keys()
        given = found if found is not None else _DUPLICATE_CRITERIA.get(self.singular, [])
        return [names for names in given if known >= {*names}]

    def column_named(self, name: str) -> Column:
        """Return the column of a name that a request has."""
        if name not in self.columns:
            raise refusal(f'Object {self.singular} doesn\'t have any "{name}" field.')
        return self.columns[name]


def foreign_key(table: str, column: str) -> str:
    """Return the name of the constraint of a column that refers to another table, which is the same on every server."""
    digest = hashlib.sha1(f"{table}_{column}".encode(), usedforsecurity=False)
    return f"FK_{digest.hexdigest()[:27]}"


Row: TypeAlias = dict[str, Any]
"""A stored record: stored values by column."""
Path: TypeAlias = tuple[Column, ...]
"""The columns that lead from a record to others, and the column there: those of `company.name` are two."""
Test: TypeAlias = Callable[[Row], bool | None]
"""A condition, with the three values of SQL: None where a null makes it unknown."""


def objects_of(source: object) -> dict[str, ServerObject]:
    """
    Return the objects of a server by their plural name.

    The source is a profile, a workspace, or decoded metadata of several objects. Others raise MetadataError.
    """
    metadata = _metadata_of(source)
    rows_of = {each["nameSingular"]: metadata_reader.field_rows(each) for each in metadata}
    plurals = {each["namePlural"]: each["nameSingular"] for each in metadata}
    found = [_object(each, rows_of, plurals) for each in metadata]
    return {each.plural: each for each in found}


def _metadata_of(source: Any) -> list[Mapping[str, Any]]:
    if issubclass(type(source), Profile):
        standard: dict[str, Mapping[str, Any]] = {each["nameSingular"]: each for each in workspace.standard_objects()}
        if source not in {SERVER, PUBLISHED}:  # both have the standard fields, without options and defaults
            standard[source.object_name.singular] = _of_profile(source)
        return [*standard.values()]
    if isinstance(source, Workspace):
        return [each.metadata for each in source.objects]
    return [each.metadata for each in metadata_reader.objects_of(source)]


def _of_profile(profile: Profile[Any]) -> dict[str, Any]:
    """Return metadata of the object of a profile."""
    rows = [
        {**metadata_reader.field_metadata(field), "options": [{"value": value} for value in field.options or ()]}
        for field in profile.fields
    ]
    singular, plural = profile.object_name
    return {"nameSingular": singular, "namePlural": plural, "fields": rows}


def _object(metadata: Mapping[str, Any], rows_of: Rows, plurals: Mapping[str, str]) -> ServerObject:
    singular = metadata["nameSingular"]
    columns = {name: Column(name, kind, nullable=name == "deletedAt") for name, kind in _SYSTEM.items()}
    relations: dict[str, tuple[str, str] | None] = {}
    for field, row in rows_of[singular]:
        if field.type not in RELATIONS:
            columns[field.name] = _column(singular, field, row)
        elif field.relation_type == TO_ONE:
            columns |= {column.name: column for column in _references(field, rows_of)}
        else:
            relations[field.name] = _inverse(singular, field.name, rows_of, plurals)
    return ServerObject(singular, metadata["namePlural"], columns, relations, metadata)


def _column(singular: str, field: Field, row: Mapping[str, Any]) -> Column:
    name, kind = field.name, field.type
    options = RATINGS if kind == "RATING" else _options(field, row)
    nullable = field.nullable is not False
    subfields = {sub: Column(f"{name}.{sub}", of_type) for sub, of_type in _SUBFIELDS.get(kind, {}).items()}
    if kind == "ACTOR":
        subfields["source"] = Column(f"{name}.source", "SELECT", options=ACTOR_SOURCES)
    default = _default(row.get("defaultValue"))
    if subfields and not is_dict(default):
        default = {"source": "MANUAL", "name": "System"} if kind == "ACTOR" else None
    if default is None and not nullable and options:
        default = [options[0]] if kind == "MULTI_SELECT" else options[0]
    if default is None and not nullable and "defaultValue" not in row:
        default = _USUAL_DEFAULTS.get(kind)  # a profile and a generated module do not know the defaults
    is_unique = row.get("isUnique") is True or (singular, name) in _UNIQUE
    return Column(name, kind, nullable, default, options, field.most_values, is_unique, subfields=subfields)


def _options(field: Field, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the options of a field in their order. A generated module has only their values, in that order."""
    if field.options is None:
        return ()
    positions: list[Any] = [each.get("position") if is_dict(each) else None for each in row["options"]]
    by_value = dict(zip(field.options, positions, strict=True))
    if all(isinstance(position, int | float) for position in positions):
        return tuple(sorted(by_value, key=by_value.__getitem__))
    return field.options


def _default(value: Any) -> Any:
    """Return a default in stored form: the database has texts in quotes."""
    if isinstance(value, str):
        return value if value in {"now", "uuid"} else value.strip("'") or None
    if is_list(value):
        return [_default(each) for each in value] or None
    return {key: _default(each) for key, each in value.items()} if is_dict(value) else value


def _references(field: Field, rows_of: Rows) -> Iterator[Column]:
    """Yield the columns of a relation to one record: a relation to records of several objects has one for each."""
    targets = [target.singular for target in field.targets] or [_target_by_name(field.name, rows_of)]
    for (column, name), target in zip(workspace.id_columns(field), targets, strict=False):
        yield Column(column, "UUID", relation=name, target=target if target in rows_of else None)


def _target_by_name(name: str, rows_of: Rows) -> str:
    """Return the object that a relation leads to by its name; an empty text if that does not show it."""
    known = name if name in rows_of else _NAMED_OTHERWISE.get(name)
    return known or next((singular for singular in rows_of if name.endswith(capitalized(singular))), "")


def _inverse(singular: str, name: str, rows_of: Rows, plurals: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the object and the column that refer back, by the name of the relation: its plural, or a known name."""
    if name in _INVERSES:
        return _INVERSES[name] if _INVERSES[name][0] in rows_of else None
    other = plurals.get(name, "")
    for field, _ in rows_of.get(other, ()):
        if field.type in RELATIONS and field.relation_type == TO_ONE:
            for column in _references(field, rows_of):
                if column.target == singular:
                    return other, column.name
    return None


def flattened(columns: Iterable[Column]) -> dict[str, Column]:
    """Return each column by its name in the database: `amountAmountMicros` is `amount.amountMicros`."""
    found: dict[str, Column] = {}
    for column in columns:
        found[column.name] = column
        found |= {f"{column.name}{capitalized(name)}": each for name, each in column.subfields.items()}
    return found
