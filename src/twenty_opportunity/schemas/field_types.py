"""Twenty's field types: the schema fragment of what a server sends for each, and the one of what it takes."""

from __future__ import annotations

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


class Part(NamedTuple):
    """A member of a composite: what it is, how it is read, how it is written, and the composite it has several of."""

    description: str
    read: Fragment
    write: Fragment
    item: Composite | None = None


class Composite(NamedTuple):
    """
    A type whose values are objects. The record class of its name has an attribute for each part.

    Attributes:
        name: The name of its record class, and its own in `$defs`.
        description: What it is.
        parts: Its members. Each may be null, where it is not among the required ones of a body.
        required: The members that a body must have.
        item: It only stands in arrays, where there is no null.
    """

    name: str
    description: str
    parts: Mapping[str, Part]
    required: tuple[str, ...] = ()
    item: bool = False


class FieldType(NamedTuple):
    """
    A field type: one row of the table.

    Attributes:
        description: What its values are, for fields that do not say it themselves.
        read: The fragment of what a server sends, null aside.
        write: The fragment of what it takes, null aside; None where it takes nothing.
        options: The strings in the fragments are the field's options.
        reads_null: Reading takes null though the column has none.
        composite: The object that its values are or hold.
    """

    description: str
    read: Fragment
    write: Fragment | None
    options: bool = False
    reads_null: bool = False
    composite: Composite | None = None


def _same(
    description: str, found: Fragment, *, options: bool = False, reads_null: bool = False, of: Composite | None = None
) -> FieldType:
    return FieldType(description, found, found, options, reads_null, of)


def _composite(name: str, description: str, /, **parts: Part) -> FieldType:
    return _same(description, reference(name), reads_null=True, of=Composite(name, description, parts))


def _item(name: str, description: str, /, **parts: Part) -> Composite:
    return Composite(name, description, parts, item=True)


def _text(description: str) -> Part:
    return Part(description, _STRING, _TEXT)


def _text_like(description: str, pattern: str) -> Part:
    return Part(description, _STRING, {"type": "string", "pattern": pattern})


def _number(description: str) -> Part:
    return Part(description, {"type": ["number", "string"]}, _NUMBER)


def _several(description: str, item: Composite) -> Part:
    found = _array(reference(item.name))
    return Part(description, found, found, item)


_FILE: Final = _item(
    "File",
    "A file.",
    fileId=Part("The id of the uploaded file.", _STRING, _OWN_UUID),
    label=_text("What it is shown as."),
    extension=_text("The extension of its name."),
    url=_text("Where it can be downloaded."),
)._replace(required=("fileId", "label"))

FIELD_TYPES: Final[Mapping[str, FieldType]] = {
    "TEXT": FieldType("Text.", _STRING, _TEXT),
    "NUMBER": FieldType("A number.", {"type": "number"}, _NUMBER),
    "NUMERIC": FieldType(
        "A decimal number, as a number or as text.",
        _NUMERIC,
        {**_NUMBER, **_NUMERIC, "maxLength": 300},  # the digits of a double; the server makes a number of the text
    ),
    "POSITION": FieldType(
        "The place among the records of a view; fractions and negative numbers are normal.",
        {"type": "number"},
        {**_NUMBER, "type": ["number", "string"], "pattern": _END_OF_LIST},
    ),
    "BOOLEAN": _same("Yes or no.", _BOOLEAN),
    "UUID": FieldType("A uuid.", _UUID, _OWN_UUID),
    "DATE": FieldType(
        "A day.", {"type": "string", "format": "date"}, {"type": "string", "format": "date", "pattern": DATE_PATTERN}
    ),
    "DATE_TIME": FieldType(
        "A point in time.",
        {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]},
        {**INSTANT, "pattern": DATE_TIME_PATTERN},
    ),
    "SELECT": _same("One of several options.", _STRING, options=True),
    "MULTI_SELECT": _same("Any of several options.", _array(_STRING), options=True, reads_null=True),
    "RATING": _same("A rating.", _STRING, options=True),
    "ARRAY": FieldType("Texts.", _array(_STRING), _array(_TEXT), reads_null=True),
    "CURRENCY": _composite(
        "Amount",
        "An amount of money, counted in micros.",
        amountMicros=Part(
            "Millionths of the major unit, whatever the currency: 1.00 is 1000000.",
            {"type": ["integer", "string"], "pattern": _INTEGER},
            {"type": "integer", "minimum": -_MOST_MICROS, "maximum": _MOST_MICROS},
        ),
        currencyCode=_text_like("The ISO 4217 code of the currency.", _CURRENCY_CODE),
    ),
    "ACTOR": _composite(
        "ActorMetadata",
        "Who or what did something.",
        source=Part(f"The kind of actor; servers know {', '.join(ACTOR_SOURCES)}.", _STRING, _SOURCE),
        workspaceMemberId=Part("The id of the workspace member, where a person did it.", _UUID, _OWN_UUID),
        name=_text("The name shown."),
        context=Part("More about the source, such as its provider.", _OBJECT, _OBJECT),
    ),
    "FULL_NAME": _composite(
        "FullName",
        "A person's name.",
        firstName=_text("The first name."),
        lastName=_text("The last name."),
    ),
    "EMAILS": _composite(
        "Emails",
        "Email addresses.",
        # The server's own user interface clears the first address with an empty text.
        primaryEmail=Part("The first address.", _STRING, {**_EMAIL, "pattern": _EMAIL_OR_EMPTY}),
        additionalEmails=Part("The other addresses.", _array(_STRING), _array(_EMAIL)),
    ),
    "PHONES": _composite(
        "Phones",
        "Phone numbers.",
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
        primaryLinkLabel=_text("What the first link is shown as."),
        primaryLinkUrl=_text("Where the first link leads."),
        secondaryLinks=_several(
            "The other links.",
            _item("Link", "One more link.", url=_text("Where it leads."), label=_text("What it is shown as.")),
        ),
    ),
    "ADDRESS": _composite(
        "Address",
        "A postal address.",
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
        blocknote=_text("The text as BlockNote has it, JSON in a string."),
        markdown=_text("The text as Markdown."),
    ),
    "FILES": _same("Files.", _array(reference(_FILE.name)), reads_null=True, of=_FILE),
    "RAW_JSON": FieldType("Any JSON.", {}, {"type": ["object", "array"]}),
    "RELATION": FieldType("The id of a record of another object.", _UUID, _OWN_UUID),
    "MORPH_RELATION": FieldType("The id of a record of one of several objects.", _UUID, _OWN_UUID),
    "TS_VECTOR": FieldType("What full-text search looks in.", _STRING, None),
}
"""Every field type of Twenty. Relations have a row for their ids; which members hold those, the metadata says."""


def _with_items(composite: Composite) -> Iterator[Composite]:
    yield composite
    for part in composite.parts.values():
        if part.item:
            yield from _with_items(part.item)


COMPOSITES: Final[Mapping[str, Composite]] = {
    each.name: each for row in FIELD_TYPES.values() if row.composite for each in _with_items(row.composite)
}
"""The types whose values are objects, by the names that they have in `$defs`: those of the table and those in these."""

RATINGS: Final = ("RATING_1", "RATING_2", "RATING_3", "RATING_4", "RATING_5")


def fragment(
    field_type: str, *, writing: bool, nullable: bool, options: Sequence[str] | None = None
) -> Fragment | None:
    """
    Give the fragment for the values of a field.

    Args:
        field_type: The type of the field, a key of `FIELD_TYPES`.
        writing: For what a server takes instead of for what it sends.
        nullable: Whether the field may be null.
        options: The values of the field's options; None leaves any legal value.

    Returns:
        The fragment, which may refer to `definitions`; None where a server takes nothing.
    """
    row = FIELD_TYPES[field_type]
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
    members = {
        name: _part(part, writing=writing, nullable=name not in required) for name, part in composite.parts.items()
    }
    return {
        "description": composite.description,
        "type": "object" if composite.item else ["object", "null"],
        "properties": members,
        **({"required": required} if required else {}),
        **({"additionalProperties": False} if writing else {}),
    }


def _part(part: Part, *, writing: bool, nullable: bool) -> Fragment:
    found = part.write if writing else part.read
    return {"description": part.description, **(or_null(found) if nullable else found)}
