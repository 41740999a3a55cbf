"""Faults: every way to break one keyword of a schema at one place of a document, and the mistakes that do it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache, partial
from random import Random
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import attrs

from twenty_opportunity.errors import TwentyOpportunityError, UnsupportedSchemaError, pointer
from twenty_opportunity.profiles import profile_for
from twenty_opportunity.records import Opportunity
from twenty_opportunity.testing.samples import matching_text, smallest
from twenty_opportunity.testing.schema_alternatives import (
    BY_TYPE,
    FROM_EXAMPLES,
    Resolver,
    accepts,
    excluded_names,
    types,
)
from twenty_opportunity.validation.messages import TYPES_IN_WORDS
from twenty_opportunity.values.json_pointer import value_at
from twenty_opportunity.values.python_json import is_list

if TYPE_CHECKING:
    from twenty_opportunity.profiles import Profile
    from twenty_opportunity.schemas.reading import Schema
    from twenty_opportunity.testing.schema_alternatives import Alternatives, Where

__all__ = ["Breakage", "Fault", "Faults", "NoFaultError", "breakages"]

T = TypeVar("T")
Tokens = tuple[str | int, ...]

_ITEM: Final = -1  # in the tokens of a breakage: any item of an array
_MANY: Final = 40  # ways to break the parts of something
_LONGEST_ARRAY: Final = 100  # that is made one item too long
_SAMPLES: Final = 8  # of a pattern
_BEYOND_FLOATS: Final = 10**309


class NoFaultError(TwentyOpportunityError):
    """The profile accepts a document after every change that was tried."""


@attrs.frozen
class Fault:
    """
    A single fault in a document.

    Attributes:
        pointer: The JSON Pointer of the property at fault, also if it is missing or unexpected.
        keyword: The schema keyword that is violated.
        description: The change in words, without values.
    """

    pointer: str
    keyword: str
    description: str


Pick: TypeAlias = Callable[[Sequence[Any]], Any]
"""Chooses one of several: by a seed for fixtures, by a draw for strategies."""


@attrs.frozen(eq=False)
class Mistake:
    """
    A mistake.

    Attributes:
        description: The change in words, without values.
        change: Takes the correct value; returns the wrong one, and the tokens that lead from it to the fault.
    """

    description: str
    change: Callable[[Any], tuple[Any, Tokens]]


@attrs.frozen(eq=False)
class Container:
    """
    An object or array that leads to the place of a breakage.

    Attributes:
        cl: `dict` or `list`.
        names: The properties that distinguish its alternative of the schema from the others; empty if any will do.
        smallest: Makes the smallest one, for documents that have another value there.
    """

    cl: Any
    names: frozenset[str]
    smallest: Callable[[], Any]

    def made_of(self, value: Any) -> Any:
        """Return a copy of a value, or the smallest container if the value is not one of its kind."""
        fits = isinstance(value, self.cl) and all(name in value for name in self.names)
        return value.copy() if fits else self.smallest()


@attrs.frozen(eq=False)
class Breakage:
    """
    A way to break documents of a schema.

    Attributes:
        tokens: The place: property names, and `_ITEM` for any item of an array.
        keyword: The keyword that is violated.
        usual: The mistakes that break only this keyword, whatever the correct value is.
        fill: The containers on the way, from the outermost on.
        near: Returns mistakes that are derived from the correct value, if there are such.
    """

    tokens: Tokens
    keyword: str
    usual: Sequence[Mistake]
    fill: tuple[Container, ...]
    near: Callable[[Any], Sequence[Mistake]] | None = None

    def current(self, document: Any, tokens: Tokens) -> Any:
        """Return the value at the place, or None if it is absent."""
        try:
            return value_at(document, tokens)
        except LookupError:
            return None

    def place(self, document: Any, pick: Pick) -> Tokens:
        """Choose a place for the breakage in a document; for an array, one of its items."""
        tokens: Tokens = ()
        for token in self.tokens:
            items = self.current(document, tokens)
            at = pick(range(len(items))) if token is _ITEM and is_list(items) and items else 0
            tokens = (*tokens, at if token is _ITEM else token)
        return tokens

    def applied(self, document: Any, tokens: Tokens, mistake: Mistake) -> tuple[Any, Tokens]:
        """
        Make a mistake in a copy of a valid document, at the place that `place` has chosen.

        Returns the invalid document, and the tokens that lead to the fault.
        """

        def changed(value: Any, depth: int) -> tuple[Any, Tokens]:
            if depth == len(tokens):
                return mistake.change(self.fill[depth].made_of(value) if depth < len(self.fill) else value)
            copy = self.fill[depth].made_of(value)
            token = tokens[depth]
            inner = copy[token:] if isinstance(token, int) else [copy[token]] if token in copy else []
            wrong, place = changed(inner[0] if inner else None, depth + 1)
            if isinstance(token, int):
                copy[token : token + 1] = [wrong]
            else:
                copy[token] = wrong
            return copy, (token, *place)

        return changed(document, 0)


_OF_OBJECTS: Final = frozenset({"required", "not", "additionalProperties", "properties"})


def breakages(schema: Mapping[str, Any]) -> list[Breakage]:
    """
    List the ways to break documents of a schema, one for each keyword and place.

    If the parts of a document can be broken in very many ways, those of the whole are repeated. Raises
    UnsupportedSchemaError if the schema has a keyword or a combination of keywords that is not supported.
    """
    return _Breaker(Resolver(schema)).breakages(schema, (), (), ())


class Faults:
    """
    Puts faults into the documents of one class of a profile.

    Args:
        profile: The profile.
        cl: The document class.
        seed: The choice of faults depends on it.
    """

    def __init__(self, profile: Profile[Any], cl: Any = Opportunity, seed: int = 0) -> None:
        self._profile = profile = profile_for(cl, profile)
        self._cl = cl
        self._random = Random(seed)  # noqa: S311 - fixtures are not secrets
        self._kinds: dict[str, list[Breakage]] = {}
        for breakage in dict.fromkeys(breakages(profile.schema(cl))):
            if not breakage.tokens and breakage.keyword not in _OF_OBJECTS:
                continue  # the document stays an object
            for description in dict.fromkeys(mistake.description for mistake in breakage.usual):
                self._kinds.setdefault(description, []).append(breakage)

    def put_into(self, document: dict[str, Any]) -> tuple[dict[str, Any], Fault]:
        """
        Make one mistake in a copy of a valid document. Each kind of mistake is as likely as any other.

        Returns the invalid document and its fault, which is the only violation that the profile reports. Raises
        NoFaultError if the profile accepts every change that is tried.
        """
        for broken, fault in self._attempts(document):
            found = [*self._profile.iter_violations(broken, self._cl)]
            if [(one.pointer, one.keyword) for one in found] == [(fault.pointer, fault.keyword)]:
                return broken, fault
        message = f"every change that was tried in a document of {self._cl.__name__} is valid for {self._profile.name}"
        raise NoFaultError(message)

    def _attempts(self, document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Fault]]:
        """List mistakes in any order, those first of a kind that is drawn first."""
        for description in self._shuffled([*self._kinds]):
            for breakage in self._shuffled(self._kinds[description]):
                tokens = breakage.place(document, self._random.choice)
                current = breakage.current(document, tokens)
                if current is None:
                    continue  # people make mistakes in the fields that they fill in
                for mistake in self._shuffled(breakage.near(current) if breakage.near else breakage.usual):
                    if mistake.description == description:
                        broken, place = breakage.applied(document, tokens, mistake)
                        yield broken, Fault(pointer(*place), breakage.keyword, description)

    def _shuffled(self, options: Sequence[T]) -> list[T]:
        return self._random.sample(options, len(options))


class _Breaker:
    """Lists the breakages of the parts of one schema."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def breakages(self, schema: Schema, where: Where, tokens: Tokens, fill: tuple[Container, ...]) -> list[Breakage]:
        alternatives = self._resolver.alternatives(schema, where)
        within = [
            *self._in_arrays(_of_type("array", alternatives), tokens, fill),
            *self._in_objects(_of_type("object", alternatives), tokens, fill),
        ]
        return _balanced([*_of_values(alternatives, tokens, fill)], within)

    def _container(self, cl: Any, schema: Mapping[str, Any], where: Where, names: Iterable[str] = ()) -> Container:
        plain = {**schema, "type": "object" if cl is dict else "array"}
        return Container(cl, frozenset(names), lambda: smallest(plain, where, self._resolver))

    def _in_arrays(self, alternatives: Alternatives, tokens: Tokens, fill: tuple[Container, ...]) -> Iterator[Breakage]:
        for schema, where in alternatives[:1]:
            least, most = schema.get("minItems", 0), schema.get("maxItems")
            items, place = schema.get("items", True), (*where, "items")

            def of_length(length: int, items: Any = items, place: Where = place) -> Callable[[Any], tuple[Any, Tokens]]:
                def change(value: Any) -> tuple[Any, Tokens]:
                    found: list[Any] = value if is_list(value) else []
                    missing = range(len(found), length)
                    return [*found, *(smallest(items, place, self._resolver) for _ in missing)][:length], ()

                return change

            if least:
                few = [Mistake("too few items", of_length(length)) for length in {0, least - 1}]
                yield Breakage(tokens, "minItems", few, fill)
            if most is not None and most <= _LONGEST_ARRAY:
                many = [Mistake("too many items", of_length(most + more)) for more in (1, 2)]
                yield Breakage(tokens, "maxItems", many, fill)
            if most != 0:
                whole = self._container(list, schema, where)
                yield from self.breakages(items, place, (*tokens, _ITEM), (*fill, whole))

    def _in_objects(self, alternatives: Alternatives, tokens: Tokens, fill: tuple[Container, ...]) -> list[Breakage]:
        # What all alternatives have in common is broken: one of them may accept what only another one refuses.
        if not alternatives:
            return []
        schema, where = alternatives[0]
        whole = (*fill, self._container(dict, schema, where))
        required = [plain.get("required", []) for plain, _ in alternatives]
        everywhere = [name for name in required[0] if all(name in names for names in required)]
        apart = [name for names in required for name in names if name not in everywhere]
        removed = [[name] for name in everywhere] + ([apart] if apart else [])
        own = [Breakage(tokens, "required", [_removed(names)], whole) for names in removed]
        common = _common([plain for plain, _ in alternatives])
        properties = common.get("properties", {})
        for names in excluded_names(common):
            values = {name: self._any_valid(properties.get(name, True)) for name in names}
            own.append(Breakage(tokens, "not", [_combined(values)], whole))
        within: list[Breakage] = []
        for name, part in properties.items():
            if part is False:
                within.append(Breakage(tokens, "properties", _added([name]), whole))
            else:
                within += self.breakages(part, (*where, "properties", name), (*tokens, name), whole)
        for name, part, plain, place in _of_one_alternative(alternatives):
            container = self._container(dict, plain, place, plain.get("required", ()))
            found = self.breakages(part, (*place, "properties", name), (*tokens, name), (*fill, container))
            # A wrong option there is taken for the tag of another alternative, which is then explained.
            within += [one for one in found if one.tokens != (*tokens, name) or one.keyword not in {"enum", "const"}]
        additional = common.get("additionalProperties", True)
        reserved = {*properties, *required[0], *(name for names in excluded_names(schema) for name in names)}
        names = [name for name in _misspelled(properties) if name not in reserved]
        if additional is False:
            within.append(Breakage(tokens, "additionalProperties", _added(names), whole))
        elif additional is not True:
            place = (*where, "additionalProperties")
            within += self.breakages(additional, place, (*tokens, names[0]), whole)
        return _balanced(own, within)

    def _any_valid(self, schema: Schema) -> Any:
        try:
            return smallest(schema, (), self._resolver)
        except UnsupportedSchemaError:
            return None


def _balanced(own: list[Breakage], within: list[Breakage]) -> list[Breakage]:
    """Repeat the breakages of a whole if its parts have a hundred of them: it would hardly ever be broken itself."""
    return [*own * (1 + len(within) // _MANY), *within]


def _constant(description: str, value: Any) -> Mistake:
    # A copy: the caller may change the document that it gets.
    return Mistake(description, lambda _: (deepcopy(value), ()))


def _of_type(name: str, alternatives: Alternatives) -> Alternatives:
    """Keep the alternatives of a type, if each of them constrains it."""
    kept = [(schema, where) for schema, where in alternatives if name in types(schema)]
    return kept if all(BY_TYPE[name] & schema.keys() for schema, _ in kept) else []


def _common(schemas: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the keywords that several schemas have in common."""
    first, *others = schemas
    return {key: value for key, value in first.items() if all(other.get(key) == value for other in others)}


def _of_one_alternative(
    alternatives: Alternatives,
) -> Iterator[tuple[str, Schema, Mapping[str, Any], Where]]:
    """List the properties of one alternative that no other alternative accepts."""
    for plain, where in alternatives:
        others = [other for other, _ in alternatives if other is not plain]
        for name, part in plain.get("properties", {}).items():
            if others and all(
                other.get("additionalProperties") is False and name not in other.get("properties", {})
                for other in others
            ):
                yield name, part, plain, where


def _removed(names: Sequence[str]) -> Mistake:
    def change(value: Any) -> tuple[Any, Tokens]:
        return {name: part for name, part in value.items() if name not in names}, (names[0],)

    return Mistake("a required property is missing", change)


def _added(names: Iterable[str]) -> list[Mistake]:
    def adding(name: str, part: Any) -> Callable[[Any], tuple[Any, Tokens]]:
        return lambda value: ({**value, name: deepcopy(part)}, (name,))

    values: list[Any] = [None, True, 0, "?", [], {"a": 1}]
    return [Mistake("an unexpected property", adding(name, values[at % len(values)])) for at, name in enumerate(names)]


def _combined(values: Mapping[str, Any]) -> Mistake:
    return Mistake("properties that exclude each other", lambda value: ({**deepcopy(values), **value}, ()))


def _misspelled(properties: Iterable[str]) -> list[str]:
    """List plausible misspellings of a described property, and some implausible names."""
    changed = [
        [name.lower(), name.upper(), f"{name}s", name[:-1], re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)]
        for name in properties
    ]
    return [*dict.fromkeys(["unknown", *(name for names in changed for name in names), "", "a/b~c"])]


def _of_values(alternatives: Alternatives, tokens: Tokens, fill: tuple[Container, ...]) -> Iterator[Breakage]:
    """List the ways to break the keywords of a value."""
    schemas = [schema for schema, _ in alternatives]
    if schemas and all("type" in schema for schema in schemas):
        wrong = [*_wrong_types({name for schema in schemas for name in types(schema)})]
        if wrong:
            yield Breakage(tokens, "type", wrong, fill)
    if any(FROM_EXAMPLES in schema for schema in schemas):
        return  # nothing is known of the values that are not valid
    for keyword in _POOLS:
        for schema in (schema for schema in schemas if keyword in schema):
            # The same fragments occur all over a schema: what does not depend on a value is found once.
            usual = _usual_mistakes(keyword, json.dumps(schema), json.dumps(schemas))
            if usual:
                yield Breakage(tokens, keyword, usual, fill, partial(_near_mistakes, keyword, schema, schemas))
                break


def _near_mistakes(
    keyword: str, schema: Mapping[str, Any], alternatives: Sequence[Mapping[str, Any]], current: Any = None
) -> Sequence[Mistake]:
    return [_constant(*pair) for pair in near_misses(keyword, schema, alternatives, current)]


@lru_cache(maxsize=1_024)
def _usual_mistakes(keyword: str, schema: str, alternatives: str) -> Sequence[Mistake]:
    return _near_mistakes(keyword, json.loads(schema), json.loads(alternatives))


_WRONG_TYPES: Final[Mapping[str, Sequence[Any]]] = {
    "null": (None,),
    "boolean": (False, True),
    "number": (0, 42, -1, 0.5, 2**64 + 1),
    "string": ("", "0", "12.50 USD", "null", "\x00", "名前"),
    "array": ([], [None], ["one", "two"]),
    "object": ({}, {"a": None}, {"value": 1}),
}


def _wrong_types(allowed: set[str]) -> Iterator[Mistake]:
    expected = " or ".join(TYPES_IN_WORDS[name] for name in sorted(allowed))
    for name, values in _WRONG_TYPES.items():
        if name == "number" and "integer" in allowed:
            yield from (_constant("a fraction instead of an integer", value) for value in (0.5, 12.5, -0.5))
        elif name not in allowed:
            yield from (_constant(f"{TYPES_IN_WORDS[name]} instead of {expected}", value) for value in values)


def near_misses(
    keyword: str, schema: Mapping[str, Any], alternatives: Iterable[Mapping[str, Any]], current: Any = None
) -> list[tuple[str, Any]]:
    """
    List values that break one keyword of a plain schema, each with a description.

    No alternative accepts them, and only the keyword refuses them; or other keywords as well if there are no others: a
    pattern may leave nothing for its format to refuse. Mistakes are derived from the current value if it is given.
    """
    refused = [*_POOLS[keyword](schema, current)]
    takes = accepts({keyword: schema[keyword]})
    for check in (takes, *(accepts(_about_values(alternative)) for alternative in alternatives)):
        refused = [pair for pair in refused if not check(pair[1])]
    others = accepts({name: value for name, value in _about_values(schema).items() if name != keyword})
    return [pair for pair in refused if others(pair[1])] or refused


def _about_values(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {keyword: value for keyword, value in schema.items() if keyword == "type" or keyword in _POOLS}


Pairs: TypeAlias = Iterable[tuple[str, Any]]
"""Wrong values, each with a description of the mistake."""

_NOT_OF_FORMAT: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "date": {
        "text that is not a day": ("", "tomorrow", "{y}-{m}", "{y}"),
        "a day in another notation": (
            "{d}.{m}.{y}", "{y}{m}{d}", "{y}/{m}/{d}", "{y}-W04-7", "{y}-025", "{y}-1-25", "26-01-25", "+{y}-{m}-{d}",
        ),
        "a day that does not exist": ("{y}-02-30", "2025-02-29", "{y}-13-01", "{y}-00-10"),
        "a point in time instead of a day": ("{y}-{m}-{d}T00:00:00.000Z",),
        "white space around a day": ("{y}-{m}-{d}\n", " {y}-{m}-{d}"),
        "digits of another script": ("\uff12\uff10\uff12\uff16-{m}-{d}",),
    },
    "date-time": {
        "text that is not a point in time": ("", "now", "{y}-{m}", "{y}", "1769358360"),
        "a point in time that does not exist": (
            "{y}-02-30T16:26:00Z", "2025-02-29T16:26:00.000Z", "{y}-{m}-{d}T24:00:00Z", "{y}-{m}-{d}T16:60:00Z",
            "{y}-{m}-{d}T16:26:61Z", "{y}-{m}-{d}T16:26:60Z", "{y}-{m}-{d}T23:59:60+01:00",
        ),
        "a point in time without an offset": ("{y}-{m}-{d}T16:26:00", "{y}-{m}-{d}T16:26:00.000"),
        "a point in time in another notation": (
            "{y}-{m}-{d} 16:26:00Z", "{y}-{m}-{d}T16:26Z", "{y}-{m}-{d}T16:26:00+0100", "{y}-{m}-{d}T16:26:00+01",
            "{y}-{m}-{d}T16:26:00+24:00", "{y}-{m}-{d}T16:26:00.Z", "{y}-{m}-{d}T16:26:00,5Z", "{y}{m}{d}T162600Z",
        ),
        "white space around a point in time": ("{y}-{m}-{d}T16:26:00Z\n",),
        "digits of another script": ("{y}-{m}-{d}T16:26:0\u0660Z",),
    },
    "uuid": {
        "text that is not a uuid": ("", "garbage", "OPP-0042"),
        "a uuid that is cut off": ("{u}",),
        "a uuid that is too long": ("{u}30",),
        "a uuid in another notation": (
            "5c222222000000000000000000000003", "{{{u}3}}", "urn:uuid:{u}3", "5c22222-20000-0000-0000-000000000003",
            "5c222222_0000_0000_0000_000000000003",
        ),
        "a uuid with a wrong character": ("{u}g", "{u}\u09ea"),
        "white space around a uuid": ("{u}3\n",),
    },
}  # fmt: skip
_OF_FORMAT: Final[Mapping[str, Sequence[str]]] = {  # valid, and refused by patterns
    "date": ("0000-01-01", "0001-01-01", "2000-02-29", "9999-12-31"),
    "date-time": (
        "0000-01-01T00:00:00Z", "2000-01-01t00:00:00z", "2000-01-01T00:00:00z", "1998-12-31T23:59:60Z",
        "2000-01-01T00:00:00+23:59", "2000-01-01T00:00:00-23:59", "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59.5-01:00", "2000-01-01T00:00:00.123456789Z",
    ),
    "uuid": (
        "00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "5c222222-0000-7000-8000-000000000003", "5c222222-0000-4000-c000-000000000003",
        "5c222222-0000-1000-8000-000000000003", "5C222222-0000-4000-8000-00000000000A",
    ),
}  # fmt: skip


def _options(schema: Mapping[str, Any], _: Any) -> Pairs:
    values = schema.get("enum", [schema.get("const")])
    texts = [value for value in values if isinstance(value, str)]
    yield from (("an option that does not exist", value) for value in ("", "OTHER", "NO_SUCH_OPTION"))
    yield from (("an option in lower case", change(text)) for text in texts for change in (str.lower, str.title))
    spaces = [form.format(text) for text in texts for form in ("{} ", " {}", "{}\n")]
    yield from (("white space around an option", text) for text in spaces)
    yield from (("a misspelled option", form) for text in texts for form in (f"{text}_X", f"{text}S", text[:-1]))
    if not texts:
        others: Sequence[Any] = (0, 1, -1, 0.5, True, False, None, "0", [], {})
        yield from (("another value", value) for value in others)


def _format(schema: Mapping[str, Any], current: Any) -> Pairs:
    text = current if isinstance(current, str) else ""
    day = re.match(r"(\d{4})-(\d\d)-(\d\d)", text, re.ASCII)
    y, m, d = day.groups() if day else ("2026", "01", "25")
    u = text[:35] if re.fullmatch("[0-9a-f-]{36}", text) else "5c222222-0000-0000-0000-00000000000"
    for description, forms in _NOT_OF_FORMAT[schema["format"]].items():
        yield from ((description, form.format(y=y, m=m, d=d, u=u)) for form in forms)


def _pattern(schema: Mapping[str, Any], current: Any) -> Pairs:
    of_format = _OF_FORMAT.get(schema.get("format", ""), ())
    yield from (("a value that the pattern of the format excludes", text) for text in of_format)
    yield from (("text of another form", text) for text in ("", "!", "a", "A", "0", "\x00", "é"))
    samples = [current] if isinstance(current, str) else [*_samples(schema["pattern"], 1)]
    yield from (("letters in the other case", text.swapcase()) for text in samples)
    for text in samples:
        yield from (("text after the end", f"{text}{more}") for more in ("\n", "!", "\x00", text))
        yield from (("text of another form", wrong) for wrong in (f" {text}", f"{text[:-1]}é", text[:-1]))
        places = range(min(len(text), 40))
        yield from (("a wrong character", f"{text[:at]}{wrong}{text[at + 1 :]}") for at in places for wrong in "-!a0\0")


def _samples(pattern: str, repeated: int) -> Iterator[str]:
    random = Random(0)  # noqa: S311 - the same texts each time
    return (matching_text(pattern, random, repeated) for _ in range(_SAMPLES))


def _shorter(schema: Mapping[str, Any], _: Any) -> Pairs:
    length = schema["minLength"] - 1
    return (("text that is too short", text) for text in ("a" * length, "é" * length, ""))


def _longer(schema: Mapping[str, Any], _: Any) -> Pairs:
    most: int = schema["maxLength"]
    texts = [character * (most + 1) for character in "Aa1é"] + ["a" * (2 * most + 2)]
    if "pattern" in schema:
        for text in _samples(schema["pattern"], 2):
            # Repeating one character keeps most texts within their pattern, at one place or another.
            texts += [f"{text[:at]}{text[at] * most}{text[at:]}" for at in range(min(len(text), most))]
    return (("text that is too long", text) for text in texts)


def _less(schema: Mapping[str, Any], _: Any) -> Pairs:
    least = schema["minimum"]
    values = (math.ceil(least) - 1, math.floor(least) - 1, least - 0.5, 2 * math.floor(least) - 10, -_BEYOND_FLOATS)
    return (("a number that is too small", value) for value in values)


def _more(schema: Mapping[str, Any], _: Any) -> Pairs:
    most = schema["maximum"]
    values = (math.floor(most) + 1, math.ceil(most) + 1, most + 0.5, 2 * math.ceil(most) + 10, _BEYOND_FLOATS)
    return (("a number that is too large", value) for value in values)


_POOLS: Final[Mapping[str, Callable[[Mapping[str, Any], Any], Pairs]]] = {
    "const": _options,
    "enum": _options,
    "format": _format,
    "pattern": _pattern,
    "minLength": _shorter,
    "maxLength": _longer,
    "minimum": _less,
    "maximum": _more,
}
"""Ways to break the keywords for strings and numbers, in the order in which people describe a value."""
