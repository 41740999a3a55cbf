"""Realistic documents without Hypothesis: what a schema describes, filled in with what people put there."""

from __future__ import annotations

import datetime as dt
import uuid
from random import Random
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.testing.patterns import parse
from twenty_opportunity.testing.schema_alternatives import Resolver, accepts, allowed_values, types, unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from twenty_opportunity.testing.schema_alternatives import Schema, Where

# What a member is mostly called tells what people put there; the schema has the last word.
_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("Sent the revised offer", "Waiting for legal", "Renewal", "ACME", "12", "a@example.com"),
    "createdBy/name": ("Noor Haddad", "Ingrid Lindqvist", "Wei Tanaka"),
    "updatedBy/name": ("Noor Haddad", "Ingrid Lindqvist", "Wei Tanaka"),
    "name": (
        "Harbour Lights Renewal",
        "Northwind Fleet Expansion",
        "Pilot for Alder & Birch",
        "Support Contract Juniper Labs",
        "Vela Logistics Rollout",
        "Third Site for Kestrel Foods",
    ),
    "stage": ("NEW", "SCREENING", "MEETING", "PROPOSAL", "CUSTOMER"),
    "source": ("MANUAL", "API", "IMPORT"),
    "currencyCode": ("USD", "EUR", "GBP", "JPY", "CHF"),
    "firstName": ("Noor", "Tomás", "Ingrid", "Wei", "Amara"),
    "lastName": ("Haddad", "Lindqvist", "Okafor", "Tanaka", "Moreau"),
    "primaryEmail": ("noor@example.com", "sales@example.org", "t.moreau@example.net"),
    "primaryPhoneNumber": ("5550100", "5550142"),
    "primaryPhoneCountryCode": ("FR", "US"),
    "primaryPhoneCallingCode": ("+33", "+1"),
    "addressStreet1": ("12 Quay Street", "4 rue des Lilas"),
    "addressCity": ("Bristol", "Lyon", "Osaka"),
    "addressCountry": ("United Kingdom", "France", "Japan"),
    "addressPostcode": ("BS1 4DB", "69003"),
    "primaryLinkUrl": ("https://example.com/deal",),
    "primaryLinkLabel": ("Deal room",),
    "url": ("https://example.com/file",),
    "label": ("Offer", "Notes"),
    "markdown": ("Asked for a revised **offer**.",),
}
_NULL: Final = frozenset({"deletedAt", "context"})  # of a record as most of them are
_DAYS: Final[Mapping[str, tuple[int, int]]] = {"createdAt": (0, 89), "updatedAt": (90, 180), "closeDate": (181, 360)}
_FIRST_DAY: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Sampler:
    """
    Makes realistic documents of one schema.

    Args:
        schema: The schema, which needs no other.
        seed: What the documents are made of: the same ones for the same seed, everywhere.
        resolver: Follows the references of the schema, where there is one already.
    """

    def __init__(self, schema: Mapping[str, Any], seed: str, resolver: Resolver | None = None) -> None:
        self._schema = schema
        self._resolver = resolver or Resolver(schema)
        self._random = Random(seed)  # noqa: S311 - samples are no secrets
        self._by_format: Mapping[str, Callable[[str], Iterator[str]]] = {
            "date": self._dates,
            "date-time": self._date_times,
            "uuid": self._uuids,
        }

        self._by_type: Mapping[str, Callable[[Mapping[str, Any], Where, tuple[str, ...]], Any]] = {
            "object": self._object,
            "array": self._array,
            "number": self._number,
            "integer": self._number,
            "string": self._string,
            "boolean": self._boolean,
            "null": self._null,
        }

    def document(self) -> Any:
        """Make a document with every member that the schema says something of."""
        return self.sample(self._schema, (), ())

    def sample(self, schema: Schema, where: Where, path: tuple[str, ...]) -> Any:
        """
        Make what a part of the schema describes.

        Args:
            schema: The part.
            where: Its place.
            path: The names of the members that lead there.

        Returns:
            The instance.

        Raises:
            UnsupportedSchemaError: Nothing is known that fits.
        """
        plain, place = self._alternative(schema, where)
        if path[-1:] and path[-1] in _NULL and "null" in types(plain):
            return None
        if "enum" in plain or "const" in plain:
            return self._random.choice([value for value in allowed_values(plain) if value is not None])
        make = self._by_type[_kind(plain)]
        return make(plain, place, path)

    def _alternative(self, schema: Schema, where: Where) -> tuple[Mapping[str, Any], Where]:
        """Pick the first alternative that is not null."""
        alternatives = self._resolver.alternatives(schema, where)
        return next((pair for pair in alternatives if pair[0].get("type") != "null"), alternatives[0])

    def _object(self, schema: Mapping[str, Any], where: Where, path: tuple[str, ...]) -> dict[str, Any]:
        members = schema.get("properties", {})
        described = [name for name in members if self._is_described(members[name], where) or name in _NULL]
        return {name: self.sample(members[name], (*where, "properties", name), (*path, name)) for name in described}

    def _is_described(self, schema: Schema, where: Where) -> bool:
        """Tell whether a schema says what is in a value, and not only that there is an object or array."""
        if schema is False:
            return False
        plain, _ = self._alternative(schema, where)
        needed = _CONTENTS.get(_kind(plain), "type")
        return needed in plain or "enum" in plain or "const" in plain

    def _array(self, schema: Mapping[str, Any], where: Where, path: tuple[str, ...]) -> list[Any]:
        count = max(schema.get("minItems", 0), min(schema.get("maxItems", 1), 1))
        return [self.sample(schema["items"], (*where, "items"), path) for _ in range(count)]

    def _string(self, schema: Mapping[str, Any], where: Where, path: tuple[str, ...]) -> Any:
        return _first_accepted(self._texts(schema, path), schema, where)

    def _number(self, schema: Mapping[str, Any], where: Where, path: tuple[str, ...]) -> Any:
        return _first_accepted(self._numbers(schema, path), schema, where)

    def _null(self, *_: object) -> None:
        return None

    def _boolean(self, *_: object) -> bool:
        return self._random.random() < 0.5  # noqa: PLR2004 - as often as not

    def _texts(self, schema: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
        yield from self._by_format.get(schema.get("format", ""), self._shuffled)("/".join(path[-2:]))
        yield from self._by_format.get(schema.get("format", ""), self._shuffled)("".join(path[-1:]))
        yield from self._shuffled("")
        if "pattern" in schema:
            node = parse(schema["pattern"])
            yield from (node.sample(self._random, repeated) for repeated in range(9))

    def _shuffled(self, name: str) -> Iterator[str]:
        texts = _TEXTS.get(name, ())
        yield from self._random.sample(texts, len(texts))

    def _dates(self, name: str) -> Iterator[str]:
        return (instant.date().isoformat() for instant in self._instants(name))

    def _date_times(self, name: str) -> Iterator[str]:
        for instant in self._instants(name):
            yield f"{instant:%Y-%m-%dT%H:%M:%S.000Z}"
            yield f"{instant:%Y-%m-%dT%H:%M:%SZ}"

    def _instants(self, name: str) -> Iterator[dt.datetime]:
        first, last = _DAYS.get(name, (0, 360))
        minutes = self._random.randrange(first * 24 * 60, last * 24 * 60)
        yield _FIRST_DAY + dt.timedelta(minutes=minutes)

    def _uuids(self, _: str) -> Iterator[str]:
        yield str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _numbers(self, schema: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[float]:
        if path[-1:] == ("amountMicros",):
            yield self._random.randrange(500, 100_000) * 1_250_000
        yield self._random.randrange(1, 100)
        yield from (schema[bound] for bound in ("minimum", "maximum") if bound in schema)


def smallest(schema: Schema, where: Where, resolver: Resolver) -> Any:
    """
    Make the smallest instance of a schema: what is required and nothing else, zero or empty where it can be.

    Args:
        schema: The schema, or a part of it.
        where: The place of that part.
        resolver: Follows the references of the whole.

    Returns:
        The instance.

    Raises:
        UnsupportedSchemaError: No such instance is known.
    """
    plain, place = resolver.alternatives(schema, where)[0]
    if "enum" in plain or "const" in plain:
        return allowed_values(plain)[0]
    kind = types(plain)[0]
    if kind == "object":
        members = plain.get("properties", {})
        required = plain.get("required", [])
        return {name: smallest(members.get(name, True), (*place, "properties", name), resolver) for name in required}
    if kind == "array":
        items = plain.get("items", True)
        return [smallest(items, (*place, "items"), resolver) for _ in range(plain.get("minItems", 0))]
    return _first_accepted(_zeros(kind, plain), plain, place)


def _zeros(kind: str, schema: Mapping[str, Any]) -> Iterator[Any]:
    if kind == "string":
        yield from ("", _ZERO_DAY, f"{_ZERO_DAY}T00:00:00Z", f"{_ZERO_DAY}T00:00:00.000Z", *_ZERO_UUIDS)
        yield "0" * schema.get("minLength", 0)
        if "pattern" in schema:
            yield parse(schema["pattern"]).sample(Random(0), 0)  # noqa: S311 - the same each time
    yield from (None, False, 0)
    yield from (schema[bound] for bound in ("minimum", "maximum") if bound in schema)


def _first_accepted(candidates: Iterator[Any], schema: Mapping[str, Any], where: Where) -> Any:
    takes = accepts({keyword: value for keyword, value in schema.items() if keyword not in {"items", "properties"}})
    found = [candidate for candidate in candidates if takes(candidate)][:1]
    if not found:
        raise unsupported(where, "no sample is known that fits; give the member a value")
    return found[0]


_ZERO_DAY: Final = "2000-01-01"
_ZERO_UUIDS: Final = ("00000000-0000-0000-0000-000000000000", "00000000-0000-1000-8000-000000000000")
_PREFERRED: Final = ("null", "boolean", "string", "integer", "number", "array", "object")
_CONTENTS: Final = {"object": "properties", "array": "items"}


def _kind(schema: Mapping[str, Any]) -> str:
    return max(types(schema), key=_PREFERRED.index)
