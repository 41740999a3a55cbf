"""
The field types whose values are objects: their properties, and the rules that a server enforces for them.

Each composite is a definition in the schemas of a workspace, and a record class of the same name.
"""

from __future__ import annotations

import enum
import functools
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from twenty_opportunity.schemas.phone_numbers import CALLING_CODES, COUNTRIES, PHONE_PATTERN, phone_rules
from twenty_opportunity.values.python_json import type_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Fragment: TypeAlias = dict[str, Any]

# No look-around, no `\d` and no `.`: these patterns mean the same to ECMA-262, Rust, Python and every other engine.
TEXT_PATTERN: Final = "^[^\\x00]*$"  # PostgreSQL cannot store U+0000, nor half of a surrogate pair in JSON
FILLED_PATTERN: Final = TEXT_PATTERN.replace("*", "+")
UUID_PATTERN: Final = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
FILE_ID_PATTERN: Final = UUID_PATTERN.replace("[1-5]", "4")
CURRENCY_CODE_PATTERN: Final = "^[A-Z]{3}$"
INTEGER_PATTERN: Final = "^-?[0-9]+$"
_LABEL: Final = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# The server is laxer about dots and hyphens, and refuses quotes, spaces and a local part of more than 64 characters.
_ADDRESS: Final = "[A-Za-z0-9_%&'*+/=?^`{|~.-]{1,64}@([A-Za-z0-9]+(-+[A-Za-z0-9]+)*[.])+[A-Za-z]{2,}"
EMAIL_PATTERN: Final = f"^{_ADDRESS}$"
EMAIL_OR_EMPTY_PATTERN: Final = f"^({_ADDRESS})?$"
# The server parses a text such as `localhost:3000` or `mailto:a@example.com` as a scheme and stores `null3000`. So a
# port needs a scheme, and only http and https are schemes.
_BYTE: Final = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_HOST: Final = f"(({_LABEL}[.])+[A-Za-z]{{2,63}}|{_BYTE}([.]{_BYTE}){{3}}|localhost)"
_REST: Final = "([/?#][^\\x00-\\x20\\x7f]*)?"
LINK_PATTERN: Final = f"^([Hh][Tt][Tt][Pp][Ss]?://{_HOST}(:[0-9]{{1,4}})?{_REST}|{_HOST}{_REST})?$"

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
MOST_MICROS: Final = 2**53 - 1  # the largest integer below which JavaScript has them all
_DOUBLE: Final = 1.7976931348623157e308  # beyond it JavaScript reads infinity, which the server refuses

STRING: Final[Fragment] = {"type": "string"}
TEXT: Final[Fragment] = {"type": "string", "pattern": TEXT_PATTERN}
NUMBER: Final[Fragment] = {"type": "number", "minimum": -_DOUBLE, "maximum": _DOUBLE}
UUID: Final[Fragment] = {"type": "string", "format": "uuid"}
WRITTEN_UUID: Final[Fragment] = {"type": "string", "format": "uuid", "pattern": UUID_PATTERN}
_EMAIL: Final[Fragment] = {"type": "string", "pattern": EMAIL_PATTERN, "maxLength": 254}
_LINK: Final[Fragment] = {"type": "string", "pattern": LINK_PATTERN}


def reference(definition: str) -> Fragment:
    """Return the fragment that refers to a definition of the same schema."""
    return {"$ref": f"#/$defs/{definition}"}


def array(items: Fragment) -> Fragment:
    """Return the fragment of an array of items."""
    return {"type": "array", "items": items}


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
        write: The fragment for writing, without null; None if a body cannot have the property.
        cell: The type of its cells in a table.
        item: The composite in its array, if it holds one.
    """

    description: str
    read: Fragment
    write: Fragment | None
    cell: CellType = CellType.TEXT
    item: Composite | None = None


class Composite(NamedTuple):
    """
    A type whose values are objects. The record class of its name has an attribute for each property.

    Attributes:
        name: The name of its record class and of its definition in `$defs`.
        description: Its description.
        sample: Typical values, which can be read and written.
        properties: Its properties. Each may be null unless a body requires it.
        required: The properties that a body must have.
        filled: The properties that must not be empty in a body if the column is not nullable.
        rules: Returns schemas that all apply to a body, for what several properties must have in common. Called when
            they are needed, because those of phone numbers take milliseconds to build.
        item: It is only used as the item of an array, so it is never null.
    """

    name: str
    description: str
    sample: Sequence[Fragment]
    properties: Mapping[str, CompositeProperty]
    required: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    rules: Callable[[], tuple[Fragment, ...]] = tuple
    item: bool = False


JSON: Final = "Json"
"""The name of the definition of JSON that a server can store."""

PATTERNS_OF_COMPOSITES: Final[Mapping[str, str]] = {
    TEXT_PATTERN: "text without U+0000 and without half of a surrogate pair",
    FILLED_PATTERN: "text that is not empty, without U+0000 and without half of a surrogate pair",
    UUID_PATTERN: "a uuid of version 1 to 5 and variant 8, 9, a or b, which is what servers take",
    FILE_ID_PATTERN: "a uuid of version 4, as servers give to uploaded files",
    EMAIL_PATTERN: "an email address such as name@example.com",
    EMAIL_OR_EMPTY_PATTERN: "an email address such as name@example.com, or empty",
    CURRENCY_CODE_PATTERN: "three capital letters",
    INTEGER_PATTERN: "an integer in decimal digits",
    PHONE_PATTERN: "a phone number such as +33612345678, or 0612345678 with a country code",
    LINK_PATTERN: "an http or https URL with a dotted host in ASCII letters, without user name or spaces, such as "
    "https://example.com/offer",
}


def _text(description: str) -> CompositeProperty:
    return CompositeProperty(description, STRING, TEXT)


def _link(description: str) -> CompositeProperty:
    return CompositeProperty(description, STRING, _LINK)


def _number(description: str) -> CompositeProperty:
    return CompositeProperty(description, {"type": ["number", "string"]}, NUMBER, CellType.NUMBER)


def _several(description: str, item: Composite) -> CompositeProperty:
    found = array(reference(item.name))
    return CompositeProperty(description, found, found, CellType.JSON, item)


def _phone(number: str, country: str, calling: str) -> dict[str, CompositeProperty]:
    return {
        number: CompositeProperty("The number.", STRING, {"type": "string", "pattern": PHONE_PATTERN}),
        country: CompositeProperty(
            "Its country, as two letters.", STRING, {"type": "string", "enum": [*COUNTRIES, ""]}
        ),
        calling: CompositeProperty(
            "Its country's calling code, such as +33.", STRING, {"type": "string", "enum": [*CALLING_CODES, ""]}
        ),
    }


IDS: Final = ("7e5dd20c-92f0-4b0e-9d8c-4d3f0a6e1b52", "c1a9f3de-5b27-4c64-8a11-2f9d7b3e6a08")
_ADDITIONAL_PHONE: Final = ("number", "countryCode", "callingCode")
_PRIMARY_PHONE: Final = ("primaryPhoneNumber", "primaryPhoneCountryCode", "primaryPhoneCallingCode")

AMOUNT: Final = Composite(
    "Amount",
    "An amount of money, counted in micros.",
    [
        {"amountMicros": 12_500_000_000, "currencyCode": "EUR"},
        {"amountMicros": 8_400_000_000, "currencyCode": "USD"},
        {"amountMicros": 950_250_000, "currencyCode": "GBP"},
    ],
    {
        "amountMicros": CompositeProperty(
            "Millionths of the major unit, whatever the currency: 1.00 is 1000000.",
            {"type": ["integer", "string"], "pattern": INTEGER_PATTERN},
            {"type": "integer", "minimum": -MOST_MICROS, "maximum": MOST_MICROS},
            CellType.MONEY,
        ),
        "currencyCode": CompositeProperty(
            "The ISO 4217 code of the currency.", STRING, {"type": "string", "pattern": CURRENCY_CODE_PATTERN}
        ),
    },
)
ACTOR: Final = Composite(
    "ActorMetadata",
    "Who or what did something.",
    [
        {"source": "MANUAL", "workspaceMemberId": IDS[0], "name": "Noor Haddad", "context": None},
        {"source": "API", "workspaceMemberId": None, "name": "Nightly import", "context": None},
    ],
    {
        "source": CompositeProperty(
            f"The kind of actor; servers know {', '.join(ACTOR_SOURCES)}.",
            STRING,
            {"type": "string", "enum": [*ACTOR_SOURCES]},
        ),
        "workspaceMemberId": CompositeProperty(
            "The id of the workspace member, if a person did it.", UUID, WRITTEN_UUID, CellType.ID
        ),
        "name": _text("The name shown."),
        "context": CompositeProperty(
            "More about the source, such as its provider.",
            {"type": ["object", "array"]},  # its column is JSON, so a record may hold an array
            {"type": "object", **reference(JSON)},
            CellType.JSON,
        ),
    },
    filled=("source", "name"),
)
FULL_NAME: Final = Composite(
    "FullName",
    "A person's name.",
    [{"firstName": "Noor", "lastName": "Haddad"}, {"firstName": "Ingrid", "lastName": "Lindqvist"}],
    {"firstName": _text("The first name."), "lastName": _text("The last name.")},
)
EMAILS: Final = Composite(
    "Emails",
    "Email addresses.",
    [
        {"primaryEmail": "noor@example.com", "additionalEmails": ["sales@example.org"]},
        {"primaryEmail": "ingrid@example.net", "additionalEmails": []},
    ],
    {
        # The server's own user interface clears the first address with an empty text.
        "primaryEmail": CompositeProperty("The first address.", STRING, {**_EMAIL, "pattern": EMAIL_OR_EMPTY_PATTERN}),
        "additionalEmails": CompositeProperty("The other addresses.", array(STRING), array(_EMAIL), CellType.TEXTS),
    },
)
PHONES: Final = Composite(
    "Phones",
    "Phone numbers.",
    [
        {
            "primaryPhoneNumber": "2025550142",
            "primaryPhoneCountryCode": "US",
            "primaryPhoneCallingCode": "+1",
            "additionalPhones": [],
        },
        {"primaryPhoneNumber": "+33612345678", "additionalPhones": None},
        {
            "primaryPhoneNumber": "7012345678",
            "primaryPhoneCountryCode": "GB",
            "primaryPhoneCallingCode": "+44",
            "additionalPhones": [{"number": "612345678", "countryCode": "FR", "callingCode": "+33"}],
        },
    ],
    {
        **_phone(*_PRIMARY_PHONE),
        "additionalPhones": _several(
            "The other numbers.",
            Composite(
                "Phone",
                "One more phone number.",
                [{"number": "612345678", "countryCode": "FR", "callingCode": "+33"}, {"number": "+12025550142"}],
                _phone(*_ADDITIONAL_PHONE),
                rules=functools.partial(phone_rules, *_ADDITIONAL_PHONE),
                item=True,
            ),
        ),
    },
    rules=functools.partial(phone_rules, *_PRIMARY_PHONE),
)
LINKS: Final = Composite(
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
    {
        "primaryLinkLabel": _text("The label of the first link."),
        "primaryLinkUrl": _link("The address of the first link."),
        "secondaryLinks": _several(
            "The other links.",
            Composite(
                "Link",
                "One more link.",
                [{"url": "https://example.net/plan", "label": "Plan"}],
                {"url": _link("Its address."), "label": _text("The label shown.")},
                item=True,
            ),
        ),
    },
)
ADDRESS: Final = Composite(
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
    {
        "addressStreet1": _text("The street and number."),
        "addressStreet2": _text("The second line of the street."),
        "addressCity": _text("The city."),
        "addressState": _text("The state or region."),
        "addressCountry": _text("The country."),
        "addressPostcode": _text("The postal code."),
        "addressLat": _number("The latitude in degrees."),
        "addressLng": _number("The longitude in degrees."),
    },
)
RICH_TEXT: Final = Composite(
    "RichText",
    "Formatted text, in two notations.",
    [{"blocknote": None, "markdown": "Asked for a revised **offer**."}, {"markdown": "# Notes"}],
    {
        "blocknote": CompositeProperty(
            "The text as BlockNote has it: a JSON array in a string.",
            STRING,
            {"type": "string", "format": "json-array", "examples": ["[]", '[{"type":"paragraph","content":[]}]']},
        ),
        "markdown": _text("The text as Markdown."),
    },
)
FILE: Final = Composite(
    "File",
    "A file.",
    [{"fileId": IDS[1], "label": "offer.pdf"}],
    {
        "fileId": CompositeProperty(
            "The id of the uploaded file.", STRING, {"type": "string", "format": "uuid", "pattern": FILE_ID_PATTERN}
        ),
        "label": _text("The label shown."),
        "extension": CompositeProperty("The extension of its name.", STRING, None),
        "url": CompositeProperty("The address to download it from.", STRING, None),
    },
    required=("fileId", "label"),
    item=True,
)


def _with_items(composite: Composite) -> Iterator[Composite]:
    yield composite
    for each in composite.properties.values():
        if each.item:
            yield from _with_items(each.item)


COMPOSITES: Final[Mapping[str, Composite]] = {
    each.name: each
    for composite in (AMOUNT, ACTOR, FULL_NAME, EMAILS, PHONES, LINKS, ADDRESS, RICH_TEXT, FILE)
    for each in _with_items(composite)
}
"""Every composite by its name in `$defs`, including those inside of others."""


def definitions(*, writing: bool, updating: bool = False) -> dict[str, Fragment]:
    """
    Return the `$defs` that fragments refer to.

    Args:
        writing: Describe the bodies that a server accepts instead of those that it sends.
        updating: For the body of an update, in which null for a composite is refused: it would change nothing.

    Returns:
        The schema of each composite. One for writing refuses undescribed properties.
    """
    names = (*COMPOSITES, JSON) if writing else COMPOSITES
    return {name: definition_of(name, writing=writing, updating=updating) for name in names}


def definition_of(name: str, *, writing: bool, updating: bool = False) -> Fragment:
    """
    Return one of the `$defs` that fragments refer to.

    Args:
        name: The name of a composite, or `JSON`.
        writing: As for `definitions`.
        updating: As for `definitions`.

    Returns:
        The schema.
    """
    if name == JSON:
        return _storable_json()
    return definition(COMPOSITES[name], writing=writing, accepts_null=not updating)


def definition(composite: Composite, *, writing: bool, nullable: bool = True, accepts_null: bool = True) -> Fragment:
    """
    Return the schema of a composite.

    Args:
        composite: The composite.
        writing: Describe the bodies that a server accepts instead of those that it sends.
        nullable: Whether the column is nullable.
        accepts_null: Whether null is a value of a nullable column here.

    Returns:
        The schema, which may refer to `definitions`.
    """
    required = composite.required if writing else ()
    filled = () if nullable else composite.filled
    described: dict[str, Fragment] = {}
    for name, each in composite.properties.items():
        found = each.write if writing else each.read
        if found is not None:
            if name not in {*required, *filled}:
                found = or_null(found)
            elif name in filled and "pattern" in found:
                found = {**found, "pattern": FILLED_PATTERN}
            described[name] = {"description": each.description, **found}
    # A generator of documents needs the examples: the rules say only whether a given document is valid.
    all_of = composite.rules() if writing else ()
    rules = {"allOf": [*all_of], "examples": [*composite.sample]} if all_of else {}
    return {
        "description": composite.description,
        "type": ["object", "null"] if nullable and accepts_null and not composite.item else "object",
        "properties": described,
        **({"required": [*required]} if required else {}),
        **({"additionalProperties": False} if writing else {}),
        **rules,
    }


def _storable_json() -> Fragment:
    return {
        "description": "JSON as a server stores it: no text in it has U+0000 or half of a surrogate pair.",
        "pattern": TEXT_PATTERN,
        # Not `propertyNames`: for each name that it refuses, jsonschema-rs copies the whole object.
        "patternProperties": {TEXT_PATTERN: reference(JSON)},
        "additionalProperties": False,
        "items": reference(JSON),
        "examples": [{"panels": 12, "tilt": 30.5}, ["east", None, {"a": "b"}], {}],
    }


def or_null(found: Fragment) -> Fragment:
    """Return the fragment that accepts null too."""
    if "type" not in found:  # a definition has its null itself, and anything includes it
        return found
    result = {**found, "type": [*type_names(found["type"]), "null"]}
    return {**result, "enum": [*found["enum"], None]} if "enum" in found else result
