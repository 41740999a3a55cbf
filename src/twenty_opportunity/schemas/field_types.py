"""
Twenty's field types, one row each: schema fragments for reading and writing, Python annotation, table cell, samples.

A new field type is one row of `FIELD_TYPES`. One whose values are objects is a composite too, and a record class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twenty_opportunity.schemas.composites import (
    ACTOR,
    ADDRESS,
    AMOUNT,
    EMAILS,
    FILE,
    FILLED_PATTERN,
    FULL_NAME,
    IDS,
    JSON,
    LINKS,
    NUMBER,
    PATTERNS_OF_COMPOSITES,
    PHONES,
    RICH_TEXT,
    STRING,
    TEXT,
    UUID,
    WRITTEN_UUID,
    CellType,
    Composite,
    Fragment,
    array,
    definition,
    or_null,
    reference,
)
from twenty_opportunity.values.formats import NUMERIC_PATTERN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twenty_opportunity.values.object_names import ObjectName

_YEAR: Final = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"  # the years of PostgreSQL begin with 0001
NAME_PATTERN: Final = "^[a-z][a-zA-Z0-9]*$"
OPTION_PATTERN: Final = "^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$"
NAME_LENGTH: Final = 63  # of a field's name and of an option's value: as long as PostgreSQL's identifiers
DATE_PATTERN: Final = f"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$"
# In upper case, no leap second, at most nine fraction digits, and offsets below 16 hours: PostgreSQL refuses those
# beyond. Servers answer in UTC, so in the years 0001 and 9999 an offset or the rounding of a long fraction must not
# lead to another year: the last year of RFC 3339 is 9999.
_INNER_YEAR: Final = "([1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8]|0[1-9][0-9]{2}|00[1-9][0-9]|000[2-9])"
_TIME: Final = "-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]"
_FRACTION: Final = "([.][0-9]{1,9})?"
_HOURS: Final = "(0[0-9]|1[0-5]):[0-9]{2}"
DATE_TIME_PATTERN: Final = (
    f"^({_INNER_YEAR}{_TIME}{_FRACTION}(Z|[+-]{_HOURS})|0001{_TIME}{_FRACTION}(Z|[+]00:00|-{_HOURS})|"
    f"9999{_TIME}([.][0-9]{{1,3}})?(Z|-00:00|[+]{_HOURS}))$"
)
_END_OF_LIST: Final = "^(first|last)$"

PATTERNS_IN_WORDS: Final[Mapping[str, str]] = {
    **PATTERNS_OF_COMPOSITES,
    OPTION_PATTERN: "an option's value, in capital letters and digits with single underscores between",
    DATE_PATTERN: "a day YYYY-MM-DD from the year 0001 on",
    DATE_TIME_PATTERN: (
        "an instant in upper case such as 2026-09-30T08:00:00Z: seconds below 60, at most 9 fraction digits, offset "
        "below 16 hours, years 0001 to 9999 in UTC"
    ),
    _END_OF_LIST: "first or last",
    NUMERIC_PATTERN: "a number in decimal digits such as -12.50",
}
"""The texts that each pattern matches, in words for those who do not read patterns."""

RATINGS: Final = ("RATING_1", "RATING_2", "RATING_3", "RATING_4", "RATING_5")
INSTANT: Final[Fragment] = {"type": "string", "format": "date-time"}
_NUMERIC: Final[Fragment] = {"type": ["number", "string"], "pattern": NUMERIC_PATTERN}


class FieldType(NamedTuple):
    """
    A field type: one row of the table.

    Attributes:
        description: Describes a field without its own description.
        read: The fragment for what a server sends, without null.
        write: The fragment for what a server accepts, without null; None if it accepts nothing.
        annotation: The Python type of its values in a record.
        cell: The type of its cells in a table; None if each property of the composite has its own column.
        sample: Typical values, with which the test server fills its records. Each can be read and, unless `write` is
            None, written.
        body_annotation: The Python type in a body, if bodies accept less than servers send.
        options: The strings in the fragments are the options of the field.
        reads_null: A server may send null even if the column is not nullable.
        writes_null: A server accepts null if the column is nullable.
        not_empty: The keywords that a body needs in addition if the column is not nullable: a server stores an empty
            value of these types as null.
        limited: The settings of the field may limit the number of items, and a server enforces it.
        composite: The object that its values are or contain.
    """

    description: str
    read: Fragment
    write: Fragment | None
    annotation: str
    cell: CellType | None
    sample: Sequence[Any]
    body_annotation: str | None = None
    options: bool = False
    reads_null: bool = False
    writes_null: bool = True
    not_empty: Fragment = {}  # noqa: RUF012 - the default of a tuple, which nothing changes
    limited: bool = False
    composite: Composite | None = None


class Field(NamedTuple):
    """
    One field of an object, as its metadata describes it.

    Attributes:
        name: Its name.
        type: Its type: a key of `FIELD_TYPES`, or a type that this release does not know.
        description: Its description in the words of the workspace, or empty.
        nullable: Whether it may be null; None if the metadata does not say.
        options: The values of its options; None if the metadata has none.
        relation_type: MANY_TO_ONE or ONE_TO_MANY for relations; None if the metadata does not say.
        join_column: The property that holds the id of a related record; None if the metadata does not say.
        targets: The objects that a relation to several objects leads to.
        most_values: The most items that an array may have; None if the metadata does not say.
        writable: Whether clients may write it.
        open_options: A server may send other options, too, such as new ones.
    """

    name: str
    type: str
    description: str = ""
    nullable: bool | None = None
    options: tuple[str, ...] | None = None
    relation_type: str | None = None
    join_column: str | None = None
    targets: tuple[ObjectName, ...] = ()
    most_values: int | None = None
    writable: bool = True
    open_options: bool = False


class FieldProperty(NamedTuple):
    """
    A property of a record. Most fields have one; a relation has an id and, at depth 1, the related record.

    Attributes:
        name: Its name.
        type: Its row: that of the field type, of an id, or of a related record.
        description: Its description.
        field: The field that it belongs to.
        connects: A body may connect the record that it holds, or disconnect it.
        is_related: It holds related records, which are there at depth 1.
    """

    name: str
    type: FieldType
    description: str
    field: Field
    connects: bool = False
    is_related: bool = False


def _composite(composite: Composite, *, writes_null: bool = True) -> FieldType:
    return FieldType(
        composite.description,
        read=reference(composite.name),
        write=reference(composite.name),
        annotation=composite.name,
        cell=None,
        sample=composite.sample,
        reads_null=True,
        writes_null=writes_null,
        composite=composite,
    )


def _id(description: str) -> FieldType:
    return FieldType(description, read=UUID, write=WRITTEN_UUID, annotation="uuid.UUID", cell=CellType.ID, sample=IDS)


_NO_ITEMS: Final[Fragment] = {"minItems": 1}

FIELD_TYPES: Final[Mapping[str, FieldType]] = {
    "TEXT": FieldType(
        "Text.",
        read=STRING,
        write=TEXT,
        annotation="str",
        cell=CellType.TEXT,
        sample=("Sent the revised offer", "Waiting for legal", "Renewal", "Third site"),
        not_empty={"pattern": FILLED_PATTERN},
    ),
    "NUMBER": FieldType(
        "A number.",
        read={"type": "number"},
        write=NUMBER,
        annotation="float",
        cell=CellType.NUMBER,
        sample=(12, 250, 3, 0.5),
    ),
    "NUMERIC": FieldType(
        "A decimal number, as a number or as text.",
        read=_NUMERIC,
        write={**NUMBER, **_NUMERIC, "maxLength": 300},  # the digits of a double; the server reads text as a number
        annotation="Decimal",
        cell=CellType.NUMERIC,
        sample=("12.50", 1999, "0.125"),
    ),
    "POSITION": FieldType(
        "The place among the records of a view; fractions and negative numbers are normal.",
        read={"type": "number"},
        write={**NUMBER, "type": ["number", "string"], "pattern": _END_OF_LIST},
        annotation="float",
        cell=CellType.NUMBER,
        sample=(1, 2, 3.5),
        body_annotation="float | str",
        writes_null=False,
    ),
    "BOOLEAN": FieldType(
        "True or false.",
        read={"type": "boolean"},
        write={"type": "boolean"},
        annotation="bool",
        cell=CellType.BOOLEAN,
        sample=(True, False),
    ),
    "UUID": _id("A uuid."),
    "DATE": FieldType(
        "A day.",
        read={"type": "string", "format": "date"},
        write={"type": "string", "format": "date", "pattern": DATE_PATTERN},
        annotation="dt.date",
        cell=CellType.DAY,
        sample=("2026-07-15", "2026-09-30"),
    ),
    "DATE_TIME": FieldType(
        "A point in time.",
        read={"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]},
        write={**INSTANT, "pattern": DATE_TIME_PATTERN},
        annotation="dt.date | dt.datetime",
        cell=CellType.INSTANT,
        sample=("2026-07-15T09:30:00.000Z", "2026-09-30T16:05:00.000Z"),
        body_annotation="dt.datetime",
    ),
    "SELECT": FieldType(
        "One of several options.",
        read=STRING,
        write=STRING,
        annotation="str",
        cell=CellType.TEXT,
        sample=("OPTION_1", "OPTION_2"),
        options=True,
    ),
    "MULTI_SELECT": FieldType(
        "Any of several options.",
        read=array(STRING),
        write=array(STRING),
        annotation="tuple[str, ...]",
        cell=CellType.TEXTS,
        sample=(["OPTION_1"], ["OPTION_1", "OPTION_2"]),
        options=True,
        reads_null=True,
        not_empty=_NO_ITEMS,
    ),
    "RATING": FieldType(
        "A rating.",
        read=STRING,
        write=STRING,
        annotation="str",
        cell=CellType.TEXT,
        sample=RATINGS,
        options=True,
    ),
    "ARRAY": FieldType(
        "Texts.",
        read=array(STRING),
        write=array(TEXT),
        annotation="tuple[str, ...]",
        cell=CellType.TEXTS,
        sample=(["priority", "east"], ["renewal"]),
        reads_null=True,
        not_empty=_NO_ITEMS,
    ),
    "CURRENCY": _composite(AMOUNT),
    "ACTOR": _composite(ACTOR),
    "FULL_NAME": _composite(FULL_NAME),
    "EMAILS": _composite(EMAILS),
    "PHONES": _composite(PHONES),
    "LINKS": _composite(LINKS),
    "ADDRESS": _composite(ADDRESS),
    "RICH_TEXT": _composite(RICH_TEXT, writes_null=False),
    "FILES": FieldType(
        "Files.",
        read=array(reference(FILE.name)),
        write=array(reference(FILE.name)),
        annotation=f"tuple[{FILE.name}, ...]",
        cell=CellType.JSON,
        sample=([*FILE.sample],),
        reads_null=True,
        not_empty=_NO_ITEMS,
        limited=True,
        composite=FILE,
    ),
    "RAW_JSON": FieldType(
        "Any JSON.",
        read={},
        write={"type": ["object", "array"], **reference(JSON)},
        annotation="Any",
        cell=CellType.JSON,
        sample=({"panels": 12, "tilt": 30.5}, ["east", "west"]),
        not_empty={"minItems": 1, "minProperties": 1},
    ),
    "RELATION": _id("The id of a record of another object."),
    "MORPH_RELATION": _id("The id of a record of one of several objects."),
    "TS_VECTOR": FieldType(
        "The text that full-text search looks in.",
        read=STRING,
        write=None,
        annotation="str",
        cell=CellType.TEXT,
        sample=("'offer':1",),
    ),
}
"""Every field type of Twenty. The rows of relations describe their ids."""

UNKNOWN: Final = FieldType("", read={}, write={}, annotation="Any", cell=CellType.JSON, sample=())
"""The row of every type that this release does not know: any value is accepted."""


def fragment(row: FieldType, field: Field, *, writing: bool) -> Fragment | None:
    """
    Return the fragment for the values of a field.

    Args:
        row: The row of its type.
        field: The field. Without options, any text is read, and any legal value of an option can be written. With open
            options, any text is read, and its options can be written.
        writing: Describe the values that a server accepts instead of those that it sends.

    Returns:
        The fragment, which may refer to `definitions`; None if a server accepts nothing.
    """
    found = row.write if writing else row.read
    if found is None:
        return None
    if row.options and (writing or field.options is not None):  # an old workspace may hold options of any spelling
        found = _with_options(found, field.options, "examples" if field.open_options and not writing else "enum")
    if writing and row.limited and field.most_values is not None:
        found = {**found, "maxItems": field.most_values}
    if not writing:
        return or_null(found) if field.nullable or row.reads_null else found
    if field.nullable and row.writes_null:
        return or_null(found)
    found = found if field.nullable else {**found, **row.not_empty}
    return _never_null(row, found)


def _with_options(found: Fragment, options: Sequence[str] | None, keyword: str) -> Fragment:
    if "items" in found:
        return {**found, "items": _with_options(found["items"], options, keyword)}
    if options is None:
        return {**found, "pattern": OPTION_PATTERN, "maxLength": NAME_LENGTH}
    return {**found, keyword: [*dict.fromkeys(options)]}


def _never_null(row: FieldType, found: Fragment) -> Fragment:
    """Replace the reference to a composite by its schema if null is refused: the definition accepts null."""
    if row.composite is None or row.composite.item:
        return found
    schema = definition(row.composite, writing=True, nullable=False)
    return {key: value for key, value in schema.items() if key != "description"}
