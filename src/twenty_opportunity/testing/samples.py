"""Realistic documents of any schema: its properties, filled in the way people fill in a CRM."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial
from importlib import import_module
from itertools import chain
from random import Random
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from twenty_opportunity.records import UNSET, Stage
from twenty_opportunity.schemas.field_types import FIELD_TYPES
from twenty_opportunity.schemas.responses import EVENT_NAME_PATTERN
from twenty_opportunity.testing import envelopes
from twenty_opportunity.testing.schema_alternatives import (
    Resolver,
    accepts,
    allowed_values,
    left_out,
    types,
    unsupported,
)
from twenty_opportunity.validation.compile import python_pattern
from twenty_opportunity.values.money import MICROS_PER_UNIT
from twenty_opportunity.values.python_json import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from twenty_opportunity.schemas.reading import Schema
from twenty_opportunity.testing.schema_alternatives import Alternatives, Where

Make: TypeAlias = Callable[[Any], Any]
"""Makes a value. It takes the value that the object around it suggests, and uses it if the schema allows it."""

# Invented names: a first word that is not a surname, and a trade.
_FIRST_WORDS: Final = (
    "Alder", "Birchfield", "Cobaltine", "Driftwood", "Emberly", "Fernhollow", "Gullwing", "Harbourlight", "Ivorybay",
    "Junipera", "Kestrelway", "Lanternfish", "Mossgate", "Northlark", "Orchardine", "Pinemarten",
)  # fmt: skip
_TRADES: Final = ("Logistics", "Foods", "Labs", "Energy", "Interiors", "Freight", "Textiles", "Robotics", "Clinics")
_FIRST_NAMES: Final = ("Noor", "Tomás", "Ingrid", "Wei", "Amara", "Luca", "Priya", "Jonas", "Mei", "Salma")
_LAST_NAMES: Final = ("Haddad", "Lindqvist", "Okafor", "Tanaka", "Moreau", "Novak", "Silva", "Becker", "Iyer", "Larsen")
_WORK: Final = ("Renewal", "Rollout", "Pilot", "Expansion", "Support contract", "Migration", "Training", "Phase 2")
_CURRENCIES: Final = {"USD": (12, 1), "EUR": (9, 1), "GBP": (4, 1), "CHF": (2, 1), "JPY": (1, 150)}  # weight, rate
_SOURCES: Final = ("MANUAL", "MANUAL", "API", "IMPORT", "EMAIL")
WORDS: Final[Mapping[str, Sequence[Any]]] = {
    "extension": ("pdf", "docx", "xlsx", "png"),
    "url": ("https://example.com/offer.pdf", "https://example.com/plan.png"),
    "avatarUrl": ("https://example.com/portrait.png",),
    "colorScheme": ("System", "Light", "Dark"),
    "jobTitle": ("Head of Purchasing", "Site Manager", "Architect", "Accountant"),
    "locale": ("en", "fr-FR", "de-DE"),
    "timeZone": ("Europe/Paris", "America/New_York", "Asia/Tokyo"),
}
"""Values by the name of their property, for properties whose type does not say enough."""
_TEXTS: Final = (
    *FIELD_TYPES["TEXT"].sample,
    "Asked for a second quote",
    "Decision after the summer",
    "Prefers one invoice per site",
    "Met at the trade fair",
    "Budget is approved",
    "Call back on Monday",
)

_COMPANIES: Final = 40
_OWNERS: Final = 6
_FIRST_DAY: Final = dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC)
_IS_DEAL: Final = frozenset({"stage", "closeDate"})
_CLOSED: Final = re.compile(r"CUSTOMER|WON|LOST|SIGNED|CLOSED|DONE|CANCEL|REJECT|PAID")
_SHARE: Final = re.compile(r"(?i)percent|probab|rate|share")
_ALWAYS_THERE: Final = frozenset({"id", "createdAt", "updatedAt", "deletedAt", "name", "stage"})
_MOSTLY_NULL: Final = frozenset(
    {"deletedAt", "context"}
)  # filled in although the schema may not describe their content
_MOST_MICROS: Final = 2**53 - 1
_NOTHING: Final = object()  # the object around a value does not ask for any
_COMPOSITES: Final[Mapping[frozenset[str], Sequence[Any]]] = {
    frozenset(row.composite.properties): [*chain(*row.sample)] if row.composite.item else row.sample
    for row in FIELD_TYPES.values()
    if row.composite
}


class InventedWorkspace:
    """
    An invented workspace: companies, people and deals that are consistent with each other.

    Everything happens around the day `today`, which does not depend on the clock.
    """

    today: dt.datetime

    def __init__(self, random: Random) -> None:
        self._random = random
        self.today = _FIRST_DAY + dt.timedelta(days=random.randrange(365))
        names = random.sample([f"{word} {trade}" for word in _FIRST_WORDS for trade in _TRADES], _COMPANIES)
        self._companies = [(self.id(), name) for name in names]
        people = random.sample([f"{first} {last}" for first in _FIRST_NAMES for last in _LAST_NAMES], _COMPANIES)
        self._people = [(self.id(), name) for name in people]

    def deal(self, stages: Sequence[str]) -> dict[str, Any]:
        """
        Make the properties of an opportunity in one of the stages, of which early ones have more deals.

        Points in time are datetimes.
        """
        random = self._random
        stage = random.choices(stages, range(len(stages) + 2, 2, -1))[0]
        created = self.moment(-420, -20)
        closed, updated = sorted(created + (self.today - created) * random.random() for _ in range(2))
        if not _CLOSED.search(stage):
            closed = self.moment(5, 180)
        company, person, owner = random.choice(self._companies), random.choice(self._people), self._owner()
        return {
            "id": self.id(),
            "createdAt": created,
            "updatedAt": updated,
            "deletedAt": updated if random.random() < 0.02 else None,  # noqa: PLR2004 - one of fifty
            "name": f"{company[1]}: {random.choice(_WORK)}",
            "stage": stage,
            "amount": self.amount(),
            "closeDate": closed.replace(hour=0, minute=0, second=0, microsecond=0),
            "position": random.randrange(1, 1000),
            "companyId": company[0],
            "pointOfContactId": person[0],
            "ownerId": owner[0],
            "createdBy": self.actor(owner),
            "updatedBy": self.actor(),
            "searchVector": " ".join(f"'{word.lower()}':{at}" for at, word in enumerate(company[1].split(), 1)),
        }

    def record(self, *, person: bool) -> dict[str, Any]:
        """
        Make properties of a record of any other object, which may lack some of them: a person, or something else.

        Points in time are datetimes.
        """
        created, updated = sorted(self.moment(-420, 0) for _ in range(2))
        company, name = self._random.choice(self._companies)[1], self.full_name()
        number = self._random.randrange(10**6)  # a server refuses a second record with the same address or link
        email = f"{name['firstName'][0]}.{name['lastName']}.{number}@example.com".lower()
        return {
            "createdAt": created,
            "updatedAt": updated,
            "name": name if person else company,
            "emails": {"primaryEmail": email, "additionalEmails": []},
            "userEmail": email,
            "domainName": {
                "primaryLinkLabel": "",
                "primaryLinkUrl": f"https://{company.lower().replace(' ', '-')}-{number}.example.com",
                "secondaryLinks": [],
            },
        }

    def amount(self) -> dict[str, Any]:
        """Make an amount of money: most are small, few are large, all are round."""
        code = self._random.choices([*_CURRENCIES], [weight for weight, _ in _CURRENCIES.values()])[0]
        worth = int(min(max(self._random.lognormvariate(9.5, 1.2), 200), 5_000_000))
        step = 10 ** (len(str(worth)) - 2)
        units = worth // step * step * _CURRENCIES[code][1]
        return {"amountMicros": min(units * MICROS_PER_UNIT, _MOST_MICROS), "currencyCode": code}

    def full_name(self) -> dict[str, Any]:
        """Make the name of a person."""
        return {"firstName": self._random.choice(_FIRST_NAMES), "lastName": self._random.choice(_LAST_NAMES)}

    def moment(self, first: int, last: int) -> dt.datetime:
        """Make a point in time in working hours, some days from today, in milliseconds as servers have them."""
        day = self.today + dt.timedelta(days=self._random.randrange(first, last))
        return day + dt.timedelta(milliseconds=self._random.randrange(8 * 3600 * 1000))

    def id(self) -> str:
        """Make a uuid."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _owner(self) -> tuple[str, str]:
        return self._random.choice(self._people[:_OWNERS])

    def actor(self, member: tuple[str, str] | None = None) -> dict[str, Any]:
        """Make the actor of a change: a member of the workspace, by default any."""
        member = member or self._owner()
        source = self._random.choice(_SOURCES)
        context = {"provider": "google"} if source == "EMAIL" else None
        return {"source": source, "workspaceMemberId": member[0], "name": member[1], "context": context}


class Sampler:
    """
    Makes realistic documents of one schema.

    Args:
        schema: The schema. All its references stay within it.
        seed: The same seed produces the same documents, on every machine.
        gaps: The share, from 0 to 1, of empty values in the fields of an opportunity that may be empty.

    Raises:
        UnsupportedSchemaError: The schema has a keyword or a combination of keywords that is not supported.
    """

    def __init__(self, schema: Mapping[str, Any], seed: str, *, gaps: float = 0) -> None:
        self._resolver = Resolver(schema)
        self._random = Random(seed)  # noqa: S311 - samples are not secrets
        self._workspace = InventedWorkspace(self._random)
        self._envelopes = envelopes.Envelopes(self._workspace, self._random)
        self._in_rest = schema.get("type") == "array"  # groups, which have their records in GraphQL only
        self._gaps = gaps
        self._make = self._maker(schema, (), "")

    def document(self, action: str | None = None) -> Any:
        """
        Make a document with every property that the schema describes, except those that a server would leave out.

        A webhook event is one of the action, such as `created`; None for any.
        """
        self._envelopes.action = action
        return self._make(_NOTHING)

    def _maker(self, schema: Schema, where: Where, name: str) -> Make:
        """Make the function for a part of the schema once: reading a schema costs more than making a value."""
        alternatives = self._resolver.alternatives(schema, where)
        if not alternatives:
            raise unsupported(where, _NOTHING_IS_VALID)
        nullable = _is_nullable(alternatives)
        filled = [pair for pair in alternatives if pair[0].get("type") != "null"] or alternatives[:1]
        if _is_object(filled[0][0]):
            filled = [pair for pair in filled if _is_object(pair[0])]
            makers = [self._object(plain, place, whole=len(filled) == 1) for plain, place in filled]
        else:
            makers = [self._value(filled[0][0], filled[0][1], name)]

        def make(wanted: Any) -> Any:
            return None if wanted is None and nullable else self._random.choice(makers)(wanted)

        return make

    def _object(self, schema: Mapping[str, Any], where: Where, *, whole: bool) -> Make:
        """Make the function for objects. If there are alternatives, each has only what it requires."""
        properties, required = schema.get("properties", {}), schema.get("required", ())
        if not properties:
            takes_any = "type" not in schema
            return lambda wanted: deepcopy(wanted) if is_dict(wanted) or (takes_any and wanted is not _NOTHING) else {}
        absent = left_out(schema)
        sent = {name for shape, names in envelopes.OF_ERRORS.items() if properties.keys() >= shape for name in names}
        makers = {
            name: self._maker(part, (*where, "properties", name), name)
            for name, part in properties.items()
            if (whole or name in required or name in sent)
            and name not in absent
            and (name in _MOSTLY_NULL or name in required or name in sent or self._is_described(part, where))
        }
        nullable = {
            name
            for name in makers
            if _is_nullable(self._resolver.alternatives(properties[name], (*where, "properties", name)))
        }
        is_deal = properties.keys() >= _IS_DEAL
        is_composite = frozenset(properties) in _COMPOSITES
        suggest = self._suggester(properties, where, required)

        def make(wanted: Any) -> dict[str, Any]:
            values: dict[str, Any] = wanted if is_dict(wanted) else suggest()
            made: dict[str, Any] = {}
            for name, make_value in makers.items():
                if values.get(name) is UNSET:
                    continue
                empty = is_composite and name not in values and name not in WORDS
                if is_deal and name not in _ALWAYS_THERE and name not in required:
                    empty = self._random.random() < self._gaps
                if not empty or (name in required and name not in nullable):
                    made[name] = make_value(values.get(name, None if name in _MOSTLY_NULL else _NOTHING))
                elif name in nullable:
                    made[name] = None
            return made

        return make

    def _suggester(
        self, properties: Mapping[str, Schema], where: Where, required: Collection[str] = ()
    ) -> Callable[[], dict[str, Any]]:
        """Return what suggests the values of the properties of an object, which belong together."""
        if properties.keys() >= _IS_DEAL:
            return partial(self._workspace.deal, self._stages(properties["stage"], where))
        if {"createdAt", "updatedAt"} <= properties.keys():
            return partial(self._workspace.record, person=not properties.keys().isdisjoint({"emails", "userEmail"}))
        around = self._suggester_around(properties, where, required)
        if around is not None:
            return around
        if "amountMicros" in properties:
            return self._workspace.amount
        if "firstName" in properties:
            return self._workspace.full_name
        return partial(self._random.choice, _COMPOSITES.get(frozenset(properties), ({},)))

    def _suggester_around(
        self, properties: Mapping[str, Schema], where: Where, required: Collection[str]
    ) -> Callable[[], dict[str, Any]] | None:
        """Return what suggests the values of an object around records; None for any other object."""
        names = properties.keys()
        if names >= envelopes.EVENT:
            record, place = self._inside(properties, where, "record")
            named, _ = self._resolver.alternatives(properties["eventName"], where)[0]
            name = matching_text(named.get("pattern", EVENT_NAME_PATTERN), self._random, 1).partition(".")[0]
            return self._envelopes.event(name, envelopes.changeable(record), self._suggester(record, place))
        if names >= envelopes.GROUP:
            edge, place = self._inside(properties, where, "edges")
            node, place = self._inside(edge, place, "node")
            stages = self._stages(node["stage"], place) if node.keys() >= _IS_DEAL else ()
            return self._envelopes.group(node.keys(), stages, in_rest=self._in_rest)
        if names >= envelopes.PAGE:
            # Duplicates in REST are not on pages.
            return partial(self._envelopes.page, whole=any(name.endswith("Duplicates") for name in names))
        if names >= envelopes.RESULT and "errors" not in required:
            return lambda: {"errors": UNSET}
        makes = {
            envelopes.GRAPHQL_ERROR: self._envelopes.graphql_error,
            envelopes.REST_ERROR: self._envelopes.rest_error,
        }
        return next((make for shape, make in makes.items() if names >= shape), None)

    def _inside(self, properties: Mapping[str, Schema], where: Where, name: str) -> tuple[Mapping[str, Schema], Where]:
        """Return the properties of an object that is the value of a property, or an item of its value."""
        schema, place = self._resolver.alternatives(properties[name], (*where, "properties", name))[0]
        if "items" in schema:
            schema, place = self._resolver.alternatives(schema["items"], (*place, "items"))[0]
        return schema.get("properties", {}), place

    def _stages(self, schema: Schema, where: Where) -> Sequence[str]:
        found = [stage for plain, _ in self._resolver.alternatives(schema, where) for stage in _options(plain)]
        return found or [*Stage]

    def _is_described(self, schema: Schema, where: Where) -> bool:
        """Check whether a schema describes the content of a value, and not only that it is an object or an array."""
        alternatives = self._resolver.alternatives(schema, where)
        if not alternatives:
            return False
        plain = next((plain for plain, _ in alternatives if plain.get("type") != "null"), alternatives[0][0])
        return bool({_CONTENTS.get(_kind(plain), "type"), "enum", "const"} & plain.keys())

    def _value(self, schema: Mapping[str, Any], where: Where, name: str) -> Make:
        """Make the function for values that are not objects."""
        if "enum" in schema or "const" in schema:
            values = [value for value in allowed_values(schema) if value is not None]
            return lambda wanted: wanted if wanted in values else self._random.choice(values)
        kind = _kind(schema)
        if kind == "array":
            return self._array(schema, where, name)
        if kind == "boolean":
            return lambda wanted: wanted if isinstance(wanted, bool) else self._random.choice((True, False))
        if kind == "null":
            return lambda _: None
        candidates, fits = self._texts if kind == "string" else self._numbers, _check_of_value(schema)
        return lambda wanted: _first_fitting(candidates(schema, name, wanted), fits, where)

    def _array(self, schema: Mapping[str, Any], where: Where, name: str) -> Make:
        items, place = schema.get("items", True), (*where, "items")
        least, most = schema.get("minItems", 0), schema.get("maxItems", 4)
        alternatives = self._resolver.alternatives(items, place)
        if alternatives and (options := _options(alternatives[0][0])):
            return lambda _: self._random.sample(options, self._random.randint(least, min(most, len(options))))
        make_item = self._maker(items, place, name)

        def make(wanted: Any) -> list[Any]:
            found: list[Any] = wanted if is_list(wanted) else [_NOTHING] * min(most, max(least, 1))
            return [make_item(item) for item in found]

        return make

    def _texts(self, schema: Mapping[str, Any], name: str, wanted: Any) -> Iterator[Any]:
        """List texts, the most fitting first."""
        if "format" in schema:
            moment = wanted if isinstance(wanted, dt.datetime) else self._workspace.moment(-90, 180)
            yield from {
                "date": (moment.date().isoformat(),),
                "date-time": (
                    f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z",
                    f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                ),
                "uuid": (wanted if isinstance(wanted, str) else self._workspace.id(),),
            }.get(schema["format"], ())
            return
        if isinstance(wanted, str):
            yield wanted
        for words in (_options(schema), WORDS.get(name, ()), _TEXTS):
            yield from self._random.sample(words, len(words))
        yield from ("12", "a@example.com", "")
        if "pattern" in schema:
            yield from (matching_text(schema["pattern"], self._random, most) for most in range(9))

    def _numbers(self, schema: Mapping[str, Any], name: str, wanted: Any) -> Iterator[Any]:
        if isinstance(wanted, int | float):
            yield wanted
        yield from WORDS.get(name, ())
        yield self._random.randrange(101 if _SHARE.search(name) else 500)
        yield from (schema[bound] for bound in ("minimum", "maximum") if bound in schema)


def matching_text(pattern: str, random: Random, most: int) -> str:
    """
    Make a text that a pattern matches; a random number generator decides between alternatives and characters.

    A part is repeated at most `most` times, unless the pattern has a lower maximum or a higher minimum.
    """
    # The parser of `re` is not public. Hypothesis reads patterns with it, too, and the result is always checked.
    parser: Any = import_module("re._parser")

    def text(tokens: Any) -> str:
        return "".join([nodes[str(operation)](value) for operation, value in tokens])

    def repeated(value: Any) -> str:
        fewest, highest, part = value
        return "".join([text(part) for _ in range(max(fewest, min(most, int(highest))))])

    def one_of(items: Any) -> str:
        known = set(_EVERYDAY)
        for operation, value in items:
            if str(operation) == "RANGE":
                known.update(map(chr, value))
            elif str(operation) == "LITERAL":
                known.add(chr(value))
        return random.choice(sorted(character for character in known if _is_in_class(character, items)))

    nodes: Mapping[str, Callable[[Any], str]] = {
        "AT": lambda _: "",
        "BRANCH": lambda value: text(random.choice(value[1])),
        "IN": one_of,
        "LITERAL": chr,
        "MAX_REPEAT": repeated,
        "MIN_REPEAT": repeated,
        "NOT_LITERAL": lambda value: "a" if value != ord("a") else "b",
        "SUBPATTERN": lambda value: text(value[-1]),
    }
    found: str = text(parser.parse(python_pattern(pattern).pattern, re.ASCII))
    return found


def _is_in_class(character: str, items: Any) -> bool:
    """Check whether a character is in a class, as the parser of `re` has it."""
    found = negated = False
    for operation, value in items:
        if str(operation) == "NEGATE":
            negated = True
        elif str(operation) == "RANGE":
            found |= value[0] <= ord(character) <= value[1]
        elif str(operation) == "CATEGORY":
            found |= re.fullmatch(_CATEGORIES[str(value)], character, re.ASCII) is not None
        else:
            found |= ord(character) == value
    return found is not negated


def smallest(schema: Schema, where: Where, resolver: Resolver) -> Any:
    """
    Make the smallest instance of a schema, or of the part of it at a place.

    It has only the required properties, with zero or empty values if they are valid. Raises UnsupportedSchemaError if
    no such instance is known.
    """
    alternatives = resolver.alternatives(schema, where)
    if not alternatives:
        raise unsupported(where, _NOTHING_IS_VALID)
    plain, place = alternatives[0]
    if "enum" in plain or "const" in plain:
        return allowed_values(plain)[0]
    kind = types(plain)[0]
    if kind == "object":
        properties = plain.get("properties", {})
        required = plain.get("required", [])
        return {name: smallest(properties.get(name, True), (*place, "properties", name), resolver) for name in required}
    if kind == "array":
        items = plain.get("items", True)
        return [smallest(items, (*place, "items"), resolver) for _ in range(plain.get("minItems", 0))]
    return _first_fitting(_zeros(kind, plain), _check_of_value(plain), place)


def _zeros(kind: str, schema: Mapping[str, Any]) -> Iterator[Any]:
    if kind == "string":
        yield from ("", _ZERO_DAY, f"{_ZERO_DAY}T00:00:00Z", f"{_ZERO_DAY}T00:00:00.000Z", *_ZERO_UUIDS)
        yield "0" * schema.get("minLength", 0)
        if "pattern" in schema:
            yield from (matching_text(schema["pattern"], Random(0), most) for most in (0, 1))  # noqa: S311 - fixed
    yield from (None, False, 0)
    yield from (schema[bound] for bound in ("minimum", "maximum") if bound in schema)


def _options(schema: Mapping[str, Any]) -> list[Any]:
    """List the options of a field; if it may get others, they are the examples of a schema."""
    if "enum" in schema:
        return allowed_values(schema)
    fits = _check_of_value(schema)
    return [example for example in schema.get("examples", ()) if fits(example)]


def _check_of_value(schema: Mapping[str, Any]) -> Callable[[Any], bool]:
    # The contents of objects and arrays may have references, which lead out of this part of the schema.
    return accepts({keyword: value for keyword, value in schema.items() if keyword not in {"items", "properties"}})


def _first_fitting(candidates: Iterable[Any], fits: Callable[[Any], bool], where: Where) -> Any:
    for candidate in candidates:
        if fits(candidate):
            return candidate
    raise unsupported(where, "no sample is known that fits; give the property a value")


_NOTHING_IS_VALID: Final = "nothing is valid here"
_ZERO_DAY: Final = "2000-01-01"
_ZERO_UUIDS: Final = ("00000000-0000-0000-0000-000000000000", "00000000-0000-1000-8000-000000000000")
_PREFERRED: Final = ("null", "boolean", "string", "integer", "number", "array", "object")
_CONTENTS: Final = {"object": "properties", "array": "items"}
_EVERYDAY: Final = "abcxyzABCXYZ0123456789 -_.,:/@+!é😀"  # what a sample takes of a class of characters
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_NOT_WORD": r"\W",
    "CATEGORY_WORD": r"\w",
}


def _is_nullable(alternatives: Alternatives) -> bool:
    return any(
        "null" in types(plain) and None in plain.get("enum", [None]) and plain.get("const") is None
        for plain, _ in alternatives
    )


def _is_object(schema: Mapping[str, Any]) -> bool:
    return _kind(schema) == "object" and not {"enum", "const"} & schema.keys()


def _kind(schema: Mapping[str, Any]) -> str:
    return max(types(schema), key=_PREFERRED.index)
