"""
Twenty's field types, one row each: schema fragments for reading and writing, Python annotation, table cell, samples.

A new field type is one row of `FIELD_TYPES`; a new type of object also needs a record class of the same name.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from twenty_opportunity.values.formats import NUMERIC_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Fragment: TypeAlias = dict[str, Any]

# No look-around, no `\d` and no `.`: these mean the same to ECMA-262, Rust, Python and every other engine.
_YEAR: Final = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"  # PostgreSQL has no year 0000
NAME_PATTERN: Final = "^[a-z][a-zA-Z0-9]*$"
OPTION_PATTERN: Final = "^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$"
NAME_LENGTH: Final = 63  # of a field's name and of an option's value: as long as PostgreSQL's identifiers
TEXT_PATTERN: Final = "^[^\\x00]*$"  # PostgreSQL's text cannot hold U+0000
UUID_PATTERN: Final = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
DATE_PATTERN: Final = f"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$"
# In upper case, no leap second, and offsets below 16 hours: PostgreSQL refuses those beyond. Servers answer in UTC, so
# in the first and the last year of four digits only offsets lead there that stay in them: 10000 is no RFC 3339.
_INNER_YEAR: Final = "([1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8]|0[1-9][0-9]{2}|00[1-9][0-9]|000[2-9])"
_TIME: Final = "-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]([.][0-9]+)?"
_HOURS: Final = "(0[0-9]|1[0-5]):[0-9]{2}"
DATE_TIME_PATTERN: Final = (
    f"^({_INNER_YEAR}{_TIME}(Z|[+-]{_HOURS})|0001{_TIME}(Z|[+]00:00|-{_HOURS})|9999{_TIME}(Z|-00:00|[+]{_HOURS}))$"
)
_ADDRESS: Final = "[A-Za-z0-9_+-]+(['.][A-Za-z0-9_+-]+)*@([A-Za-z0-9]+(-+[A-Za-z0-9]+)*[.])+[A-Za-z]{2,}"
EMAIL_PATTERN: Final = f"^{_ADDRESS}$"
_EMAIL_OR_EMPTY: Final = f"^({_ADDRESS})?$"
_CURRENCY_CODE: Final = "^[A-Z]{3}$"
_INTEGER: Final = "^-?[0-9]+$"
_END_OF_LIST: Final = "^(first|last)$"
_PHONE_NUMBER: Final = "^[0-9+() ./-]*$"
_COUNTRY_CODE: Final = "^([A-Z]{2})?$"
_CALLING_CODE: Final = "^([+]?[0-9]{1,4})?$"

PATTERNS_IN_WORDS: Final[Mapping[str, str]] = {
    OPTION_PATTERN: "an option's value, in capital letters and digits with single underscores between",
    TEXT_PATTERN: "text without U+0000",
    UUID_PATTERN: "a uuid of version 1 to 5 and variant 8, 9, a or b, which is what servers take",
    DATE_PATTERN: "a day YYYY-MM-DD from the year 0001 on",
    DATE_TIME_PATTERN: "an instant in upper case, no leap second, its offset under 16 hours, in UTC of 0001 to 9999",
    EMAIL_PATTERN: "an email address such as name@example.com",
    _EMAIL_OR_EMPTY: "an email address such as name@example.com, or empty",
    _CURRENCY_CODE: "three capital letters",
    _INTEGER: "an integer in decimal digits",
    _END_OF_LIST: "first or last",
    _PHONE_NUMBER: "a phone number of digits, spaces and + ( ) . / -",
    _COUNTRY_CODE: "a country as two capital letters, or empty",
    _CALLING_CODE: "a calling code such as +33, or empty",
    NUMERIC_PATTERN: "a number in decimal digits such as -12.50",
}
"""What the texts are that a pattern matches, for those who do not read patterns."""

ACTOR_SOURCES: Final = (
    "EMAIL",
    "CALENDAR",
    "API",
    "IMPORT",
    "MANUAL",
    "SYSTEM",
    "WORKFLOW",
    "WEBHOOK",
    "AGENT",
    "APPLICATION",
)
RATINGS: Final = ("RATING_1", "RATING_2", "RATING_3", "RATING_4", "RATING_5")
_MOST_MICROS: Final = 2**53 - 1  # the largest integer below which JavaScript has them all
_DOUBLE: Final = 1.7976931348623157e308  # beyond it JavaScript reads infinity, which the server refuses

_STRING: Final[Fragment] = {"type": "string"}
_TEXT: Final[Fragment] = {"type": "string", "pattern": TEXT_PATTERN}
_NUMBER: Final[Fragment] = {"type": "number", "minimum": -_DOUBLE, "maximum": _DOUBLE}
_NUMERIC: Final[Fragment] = {"type": ["number", "string"], "pattern": NUMERIC_PATTERN}
_BOOLEAN: Final[Fragment] = {"type": "boolean"}
_UUID: Final[Fragment] = {"type": "string", "format": "uuid"}
_OWN_UUID: Final[Fragment] = {"type": "string", "format": "uuid", "pattern": UUID_PATTERN}
_OBJECT: Final[Fragment] = {"type": "object"}
_EMAIL: Final[Fragment] = {"type": "string", "pattern": EMAIL_PATTERN, "maxLength": 254}
_SOURCE: Final[Fragment] = {"type": "string", "enum": [*ACTOR_SOURCES]}
INSTANT: Final[Fragment] = {"type": "string", "format": "date-time"}


def _array(items: Fragment) -> Fragment:
    return {"type": "array", "items": items}


def reference(definition: str) -> Fragment:
    """Give the fragment that refers to a definition of the same schema."""
    return {"$ref": f"#/$defs/{definition}"}


class CellType(enum.Enum):
    """The type of the cells of a table column."""

    TEXT = "text"
    NUMBER = "a number"
    NUMERIC = "a decimal number"
    MONEY = "an amount in the major unit"
    BOOLEAN = "true or false"
    INSTANT = "an instant"
    DAY = "a day"
    ID = "a uuid"
    TEXTS = "an array of texts"
    JSON = "JSON"


class CompositeProperty(NamedTuple):
    """
    A property of a composite.

    Attributes:
        description: Its description.
        read: The fragment for reading, without null.
        write: The fragment for writing, without null.
        cell: The type of its cells in a table.
        item: The composite in its array, if it holds one.
    """

    description: str
    read: Fragment
    write: Fragment
    cell: CellType = CellType.TEXT
    item: Composite | None = None


class Composite(NamedTuple):
    """
    A type whose values are objects. The record class of its name has an attribute for each property.

    Attributes:
        name: The name of its record class and of its definition in `$defs`.
        description: Its description.
        properties: Its properties. Each may be null unless a body requires it.
        required: The properties that a body must have.
        item: It is only used as the item of an array, so it is never null.
    """

    name: str
    description: str
    properties: Mapping[str, CompositeProperty]
    required: tuple[str, ...] = ()
    item: bool = False


class FieldType(NamedTuple):
    """
    A field type: one row of the table.

    Attributes:
        description: Describes a field that has no description of its own.
        read: The fragment for what a server sends, without null.
        write: The fragment for what a server accepts, without null; None if it accepts nothing.
        annotation: The Python type of its values in a record.
        cell: The type of its cells in a table; None if each property of the composite has its own column.
        sample: Typical values. Each can be read and, unless `write` is None, written.
        body_annotation: The Python type in a body, if bodies accept less than servers send.
        options: The strings in the fragments are the options of the field.
        reads_null: A server may send null even if the column is not nullable.
        composite: The object that its values are or contain.
    """

    description: str
    read: Fragment
    write: Fragment | None
    annotation: str
    cell: CellType | None
    sample: tuple[Any, ...]
    body_annotation: str | None = None
    options: bool = False
    reads_null: bool = False
    composite: Composite | None = None


class Target(NamedTuple):
    """The object at the other end of a relation."""

    singular: str
    plural: str


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
    """

    name: str
    type: str
    description: str = ""
    nullable: bool | None = None
    options: tuple[str, ...] | None = None
    relation_type: str | None = None
    join_column: str | None = None
    targets: tuple[Target, ...] = ()


class FieldProperty(NamedTuple):
    """
    A property of a record. Most fields have one; a relation has an id and, at depth 1, the related record.

    Attributes:
        name: Its name.
        type: Its row: that of the field type, of an id, or of a related record.
        description: Its description.
        field: The field that it belongs to.
    """

    name: str
    type: FieldType
    description: str
    field: Field


def _composite(
    name: str, description: str, sample: Sequence[Fragment], /, **properties: CompositeProperty
) -> FieldType:
    return FieldType(
        description,
        read=reference(name),
        write=reference(name),
        annotation=name,
        cell=None,
        sample=tuple(sample),
        reads_null=True,
        composite=Composite(name, description, properties),
    )


def _item(name: str, description: str, /, **properties: CompositeProperty) -> Composite:
    return Composite(name, description, properties, item=True)


def _text(description: str) -> CompositeProperty:
    return CompositeProperty(description, _STRING, _TEXT)


def _text_like(description: str, pattern: str) -> CompositeProperty:
    return CompositeProperty(description, _STRING, {"type": "string", "pattern": pattern})


def _number(description: str) -> CompositeProperty:
    return CompositeProperty(description, {"type": ["number", "string"]}, _NUMBER, CellType.NUMBER)


def _several(description: str, item: Composite) -> CompositeProperty:
    found = _array(reference(item.name))
    return CompositeProperty(description, found, found, CellType.JSON, item)


_IDS: Final = ("7e5dd20c-92f0-4b0e-9d8c-4d3f0a6e1b52", "c1a9f3de-5b27-4c64-8a11-2f9d7b3e6a08")
_FILE: Final = _item(
    "File",
    "A file.",
    fileId=CompositeProperty("The id of the uploaded file.", _STRING, _OWN_UUID),
    label=_text("The label shown."),
    extension=_text("The extension of its name."),
    url=_text("The address to download it from."),
)._replace(required=("fileId", "label"))

FIELD_TYPES: Final[Mapping[str, FieldType]] = {
    "TEXT": FieldType(
        "Text.",
        read=_STRING,
        write=_TEXT,
        annotation="str",
        cell=CellType.TEXT,
        sample=("Sent the revised offer", "Waiting for legal", "Renewal", "Third site"),
    ),
    "NUMBER": FieldType(
        "A number.",
        read={"type": "number"},
        write=_NUMBER,
        annotation="float",
        cell=CellType.NUMBER,
        sample=(12, 250, 3, 0.5),
    ),
    "NUMERIC": FieldType(
        "A decimal number, as a number or as text.",
        read=_NUMERIC,
        write={**_NUMBER, **_NUMERIC, "maxLength": 300},  # the digits of a double; the server reads text as a number
        annotation="Decimal",
        cell=CellType.NUMERIC,
        sample=("12.50", 1999, "0.125"),
    ),
    "POSITION": FieldType(
        "The place among the records of a view; fractions and negative numbers are normal.",
        read={"type": "number"},
        write={**_NUMBER, "type": ["number", "string"], "pattern": _END_OF_LIST},
        annotation="float",
        cell=CellType.NUMBER,
        sample=(1, 2, 3.5),
        body_annotation="float | str",
    ),
    "BOOLEAN": FieldType(
        "True or false.",
        read=_BOOLEAN,
        write=_BOOLEAN,
        annotation="bool",
        cell=CellType.BOOLEAN,
        sample=(True, False),
    ),
    "UUID": FieldType("A uuid.", read=_UUID, write=_OWN_UUID, annotation="uuid.UUID", cell=CellType.ID, sample=_IDS),
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
        read=_STRING,
        write=_STRING,
        annotation="str",
        cell=CellType.TEXT,
        sample=("OPTION_1", "OPTION_2"),
        options=True,
    ),
    "MULTI_SELECT": FieldType(
        "Any of several options.",
        read=_array(_STRING),
        write=_array(_STRING),
        annotation="tuple[str, ...]",
        cell=CellType.TEXTS,
        sample=(["OPTION_1"], ["OPTION_1", "OPTION_2"]),
        options=True,
        reads_null=True,
    ),
    "RATING": FieldType(
        "A rating.",
        read=_STRING,
        write=_STRING,
        annotation="str",
        cell=CellType.TEXT,
        sample=RATINGS,
        options=True,
    ),
    "ARRAY": FieldType(
        "Texts.",
        read=_array(_STRING),
        write=_array(_TEXT),
        annotation="tuple[str, ...]",
        cell=CellType.TEXTS,
        sample=(["priority", "east"], ["renewal"]),
        reads_null=True,
    ),
    "CURRENCY": _composite(
        "Amount",
        "An amount of money, counted in micros.",
        [
            {"amountMicros": 12_500_000_000, "currencyCode": "EUR"},
            {"amountMicros": 8_400_000_000, "currencyCode": "USD"},
            {"amountMicros": 950_250_000, "currencyCode": "GBP"},
        ],
        amountMicros=CompositeProperty(
            "Millionths of the major unit, whatever the currency: 1.00 is 1000000.",
            {"type": ["integer", "string"], "pattern": _INTEGER},
            {"type": "integer", "minimum": -_MOST_MICROS, "maximum": _MOST_MICROS},
            CellType.MONEY,
        ),
        currencyCode=_text_like("The ISO 4217 code of the currency.", _CURRENCY_CODE),
    ),
    "ACTOR": _composite(
        "ActorMetadata",
        "Who or what did something.",
        [
            {"source": "MANUAL", "workspaceMemberId": _IDS[0], "name": "Noor Haddad", "context": None},
            {"source": "API", "workspaceMemberId": None, "name": "Nightly import", "context": None},
        ],
        source=CompositeProperty(f"The kind of actor; servers know {', '.join(ACTOR_SOURCES)}.", _STRING, _SOURCE),
        workspaceMemberId=CompositeProperty(
            "The id of the workspace member, if a person did it.", _UUID, _OWN_UUID, CellType.ID
        ),
        name=_text("The name shown."),
        context=CompositeProperty("More about the source, such as its provider.", _OBJECT, _OBJECT, CellType.JSON),
    ),
    "FULL_NAME": _composite(
        "FullName",
        "A person's name.",
        [{"firstName": "Noor", "lastName": "Haddad"}, {"firstName": "Ingrid", "lastName": "Lindqvist"}],
        firstName=_text("The first name."),
        lastName=_text("The last name."),
    ),
    "EMAILS": _composite(
        "Emails",
        "Email addresses.",
        [
            {"primaryEmail": "noor@example.com", "additionalEmails": ["sales@example.org"]},
            {"primaryEmail": "ingrid@example.net", "additionalEmails": []},
        ],
        # The server's own user interface clears the first address with an empty text.
        primaryEmail=CompositeProperty("The first address.", _STRING, {**_EMAIL, "pattern": _EMAIL_OR_EMPTY}),
        additionalEmails=CompositeProperty("The other addresses.", _array(_STRING), _array(_EMAIL), CellType.TEXTS),
    ),
    "PHONES": _composite(
        "Phones",
        "Phone numbers.",
        [
            {
                "primaryPhoneNumber": "2025550142",
                "primaryPhoneCountryCode": "US",
                "primaryPhoneCallingCode": "+1",
                "additionalPhones": [],
            },
            {
                "primaryPhoneNumber": "7700900123",
                "primaryPhoneCountryCode": "GB",
                "primaryPhoneCallingCode": "+44",
                "additionalPhones": [{"number": "7700900456", "countryCode": "GB", "callingCode": "+44"}],
            },
        ],
        primaryPhoneNumber=_text_like("The first number.", _PHONE_NUMBER),
        primaryPhoneCountryCode=_text_like("Its country, as two letters.", _COUNTRY_CODE),
        primaryPhoneCallingCode=_text_like("Its country's calling code, such as +33.", _CALLING_CODE),
        additionalPhones=_several(
            "The other numbers.",
            _item(
                "Phone",
                "One more phone number.",
                number=_text_like("The number.", _PHONE_NUMBER),
                countryCode=_text_like("Its country, as two letters.", _COUNTRY_CODE),
                callingCode=_text_like("Its country's calling code, such as +33.", _CALLING_CODE),
            ),
        ),
    ),
    "LINKS": _composite(
        "Links",
        "Links.",
        [
            {"primaryLinkLabel": "Deal room", "primaryLinkUrl": "https://example.com/deal", "secondaryLinks": []},
            {
                "primaryLinkLabel": "",
                "primaryLinkUrl": "https://example.org",
                "secondaryLinks": [{"url": "https://example.net/plan", "label": "Plan"}],
            },
        ],
        primaryLinkLabel=_text("The label of the first link."),
        primaryLinkUrl=_text("The address of the first link."),
        secondaryLinks=_several(
            "The other links.",
            _item("Link", "One more link.", url=_text("Its address."), label=_text("The label shown.")),
        ),
    ),
    "ADDRESS": _composite(
        "Address",
        "A postal address.",
        [
            {
                "addressStreet1": "12 Quay Street",
                "addressStreet2": None,
                "addressCity": "Bristol",
                "addressState": None,
                "addressCountry": "United Kingdom",
                "addressPostcode": "BS1 4DB",
                "addressLat": 51.45,
                "addressLng": -2.59,
            },
            {"addressStreet1": "4 rue des Lilas", "addressCity": "Lyon", "addressCountry": "France"},
        ],
        addressStreet1=_text("The street and number."),
        addressStreet2=_text("The second line of the street."),
        addressCity=_text("The city."),
        addressState=_text("The state or region."),
        addressCountry=_text("The country."),
        addressPostcode=_text("The postal code."),
        addressLat=_number("The latitude in degrees."),
        addressLng=_number("The longitude in degrees."),
    ),
    "RICH_TEXT": _composite(
        "RichText",
        "Formatted text, in two notations.",
        [{"blocknote": None, "markdown": "Asked for a revised **offer**."}, {"markdown": "# Notes"}],
        blocknote=_text("The text as BlockNote has it, JSON in a string."),
        markdown=_text("The text as Markdown."),
    ),
    "FILES": FieldType(
        "Files.",
        read=_array(reference(_FILE.name)),
        write=_array(reference(_FILE.name)),
        annotation=f"tuple[{_FILE.name}, ...]",
        cell=CellType.JSON,
        sample=([{"fileId": _IDS[1], "label": "offer.pdf"}], []),
        reads_null=True,
        composite=_FILE,
    ),
    "RAW_JSON": FieldType(
        "Any JSON.",
        read={},
        write={"type": ["object", "array"]},
        annotation="Any",
        cell=CellType.JSON,
        sample=({"panels": 12, "tilt": 30.5}, ["east", "west"]),
    ),
    "RELATION": FieldType(
        "The id of a record of another object.",
        read=_UUID,
        write=_OWN_UUID,
        annotation="uuid.UUID",
        cell=CellType.ID,
        sample=_IDS,
    ),
    "MORPH_RELATION": FieldType(
        "The id of a record of one of several objects.",
        read=_UUID,
        write=_OWN_UUID,
        annotation="uuid.UUID",
        cell=CellType.ID,
        sample=_IDS,
    ),
    "TS_VECTOR": FieldType(
        "The text that full-text search looks in.",
        read=_STRING,
        write=None,
        annotation="str",
        cell=CellType.TEXT,
        sample=("'offer':1",),
    ),
}
"""Every field type of Twenty. The rows of relations describe their ids."""

UNKNOWN: Final = FieldType("", read={}, write={}, annotation="Any", cell=CellType.JSON, sample=())
"""The row of every type that this release does not know: any value is accepted."""


def _with_items(composite: Composite) -> Iterator[Composite]:
    yield composite
    for each in composite.properties.values():
        if each.item:
            yield from _with_items(each.item)


COMPOSITES: Final[Mapping[str, Composite]] = {
    each.name: each for row in FIELD_TYPES.values() if row.composite for each in _with_items(row.composite)
}
"""The types whose values are objects, by the names that they have in `$defs`: those of the table and those in these."""


def fragment(row: FieldType, *, writing: bool, nullable: bool, options: Sequence[str] | None = None) -> Fragment | None:
    """
    Return the fragment for the values of a field.

    Args:
        row: The row of its type.
        writing: For what a server accepts instead of for what it sends.
        nullable: Whether the field may be null.
        options: The values of the options of the field; None accepts any legal value.

    Returns:
        The fragment, which may refer to `definitions`; None if a server accepts nothing.
    """
    found = row.write if writing else row.read
    if found is None:
        return None
    if row.options:
        found = _with_options(found, options)
    if nullable or (row.reads_null and not writing):
        return or_null(found)
    return _never_null(found)


def _with_options(found: Fragment, options: Sequence[str] | None) -> Fragment:
    if "items" in found:
        return {**found, "items": _with_options(found["items"], options)}
    if options is None:
        return {**found, "pattern": OPTION_PATTERN, "maxLength": NAME_LENGTH}
    return {**found, "enum": [*dict.fromkeys(options)]}


def or_null(found: Fragment) -> Fragment:
    """Give the fragment that takes null too."""
    if "type" not in found:  # a definition has its null itself, and anything includes it
        return found
    types = found["type"]
    result = {**found, "type": [*([types] if isinstance(types, str) else types), "null"]}
    return {**result, "enum": [*found["enum"], None]} if "enum" in found else result


def _never_null(found: Fragment) -> Fragment:
    """Put a composite in the place of its reference where null is refused: only bodies of non-null columns need it."""
    if "$ref" not in found:
        return found
    definition = _definition(COMPOSITES[found["$ref"].rpartition("/")[2]], writing=True)
    return {key: value for key, value in definition.items() if key != "description"} | {"type": "object"}


def definitions(*, writing: bool) -> dict[str, Fragment]:
    """
    Give the `$defs` that fragments refer to.

    Args:
        writing: For what a server takes instead of for what it sends.

    Returns:
        The schema of each composite. One for writing refuses undescribed members.
    """
    return {name: _definition(composite, writing=writing) for name, composite in COMPOSITES.items()}


def _definition(composite: Composite, *, writing: bool) -> Fragment:
    required = [*composite.required] if writing else []
    properties = {
        name: _property(each, writing=writing, nullable=name not in required)
        for name, each in composite.properties.items()
    }
    return {
        "description": composite.description,
        "type": "object" if composite.item else ["object", "null"],
        "properties": properties,
        **({"required": required} if required else {}),
        **({"additionalProperties": False} if writing else {}),
    }


def _property(each: CompositeProperty, *, writing: bool, nullable: bool) -> Fragment:
    found = each.write if writing else each.read
    return {"description": each.description, **(or_null(found) if nullable else found)}
