"""Values that break one keyword and, where it can be, nothing else: a fixed pool a keyword, held against the schema."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.testing.patterns import parse
from twenty_opportunity.testing.schema_alternatives import accepts
from twenty_opportunity.testing.strategies import datetimes as _instants
from twenty_opportunity.testing.strategies import uuids as _uuids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_SAMPLES: Final = 8
_BEYOND_FLOATS: Final = 10**309

_NOT_OF_FORMAT: Final[Mapping[str, tuple[str, ...]]] = {
    "date": (
        "",
        "tomorrow",
        "2026-02-30",
        "2025-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-1-25",
        "20260125",
        "2026-W04-7",
        "2026-025",
        "26-01-25",
        "2026-01",
        "2026",
        "25.01.2026",
        "2026-01-25\n",
        " 2026-01-25",
        "+2026-01-25",
        "2026-01-25T00:00:00.000Z",
        "\uff12\uff10\uff12\uff16-01-25",
    ),
    "date-time": (
        "",
        "now",
        "2026-02-30T16:26:00Z",
        "2025-02-29T16:26:00.000Z",
        "2026-01-25T24:00:00Z",
        "2026-01-25T16:60:00Z",
        "2026-01-25T16:26:61Z",
        "2026-01-25T16:26:60Z",
        "2026-01-25T23:59:60+01:00",
        "2026-01-25T16:26:00",
        "2026-01-25T16:26Z",
        "2026-01-25 16:26:00Z",
        "2026-01-25T16:26:00+0100",
        "2026-01-25T16:26:00+01",
        "2026-01-25T16:26:00+24:00",
        "2026-01-25T16:26:00.Z",
        "2026-01-25T16:26:00,5Z",
        "20260125T162600Z",
        "2026-01-25T16:26:00Z\n",
        "2026-01-25T16:26:0\u0660Z",
        "2026-01",
        "2026",
        "1769358360",
    ),
    "uuid": (
        "",
        "garbage",
        "5c222222-0000-0000-0000-00000000000",
        "5c222222-0000-0000-0000-0000000000030",
        "5c222222000000000000000000000003",
        "{5c222222-0000-0000-0000-000000000003}",
        "urn:uuid:5c222222-0000-0000-0000-000000000003",
        "5c222222-0000-0000-0000-00000000000g",
        "5c22222-20000-0000-0000-000000000003",
        "5c222222_0000_0000_0000_000000000003",
        "5c222222-0000-0000-0000-000000000003\n",
        "5c222222-0000-0000-0000-00000000000\u09ea",
    ),
}
_VALID_OF_FORMAT: Final[Mapping[str, Callable[[], list[str]]]] = {
    "date": lambda: _instants.examples("date"),
    "date-time": lambda: _instants.examples("date-time"),
    "uuid": _uuids.examples,
}


def near_misses(keyword: str, schema: Mapping[str, Any], alternatives: Iterable[Mapping[str, Any]]) -> list[Any]:
    """
    List values which break one keyword of a schema.

    Args:
        keyword: A keyword of the schema that looks at a string or a number.
        schema: A schema without references and combinations.
        alternatives: The schemas one of which has to accept a value, this one included: none of them accepts these.

    Returns:
        The values that nothing but the keyword refuses. Where there are none, those that it refuses with others: a
            pattern may leave nothing for its format to refuse.
    """
    takes = accepts({keyword: schema[keyword]})
    refused = [value for value in _POOLS[keyword](schema) if not takes(value)]
    for alternative in alternatives:
        takes = accepts(_of_values(alternative))
        refused = [value for value in refused if not takes(value)]
    others = accepts({name: value for name, value in _of_values(schema).items() if name != keyword})
    return [value for value in refused if others(value)] or refused


def _of_values(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {keyword: value for keyword, value in schema.items() if keyword == "type" or keyword in _POOLS}


def _options(schema: Mapping[str, Any]) -> Iterable[Any]:
    values = schema.get("enum", [schema.get("const")])
    texts = [value for value in values if isinstance(value, str)]
    yield from ("", "OTHER", "other")
    for change in (str.lower, str.title, "{} ".format, " {}".format, "{}\n".format, "{}_X".format, "{}S".format):
        yield from map(change, texts)
    yield from (text[:-1] for text in texts)
    if not texts:
        yield from (0, 1, -1, 0.5, True, False, None, "0", [], {})


def _format(schema: Mapping[str, Any]) -> Iterable[str]:
    return _NOT_OF_FORMAT[schema["format"]]


def _pattern(schema: Mapping[str, Any]) -> Iterable[str]:
    if "format" in schema:
        yield from _VALID_OF_FORMAT[schema["format"]]()
    yield from ("", "!", "a", "A", "0", "\x00", "é")
    for text in _samples(schema["pattern"], repeated=1):
        yield from (f"{text}\n", f"{text}!", f" {text}", f"{text}\x00", f"{text[:-1]}é", text[:-1], text * 2)
        yield text.swapcase()
        yield from (f"{text[:at]}{wrong}{text[at + 1 :]}" for at in range(len(text)) for wrong in "-!a0\x00")


def _samples(pattern: str, *, repeated: int) -> list[str]:
    chance = random.Random(0)  # noqa: S311 - the pool is the same each time
    node = parse(pattern)
    return [node.sample(chance, repeated) for _ in range(_SAMPLES)]


def _shorter(schema: Mapping[str, Any]) -> Iterable[str]:
    return ["a" * (schema["minLength"] - 1), "é" * (schema["minLength"] - 1), ""]


def _longer(schema: Mapping[str, Any]) -> Iterable[str]:
    most: int = schema["maxLength"]
    yield from ("A" * (most + 1), "a" * (most + 1), "1" * (most + 1), "é" * (most + 1), "a" * (2 * most + 2))
    if "pattern" in schema:
        for text in _samples(schema["pattern"], repeated=most + 1):
            yield text
            # What a group with a question mark has inside is repeated once, so some character is, at any place.
            yield from (f"{text[:at]}{text[at] * most}{text[at:]}" for at in range(min(len(text), most)))


def _less(schema: Mapping[str, Any]) -> Iterable[float]:
    least = schema["minimum"]
    return [math.ceil(least) - 1, math.floor(least) - 1, least - 0.5, 2 * math.floor(least) - 10, -_BEYOND_FLOATS]


def _more(schema: Mapping[str, Any]) -> Iterable[float]:
    most = schema["maximum"]
    return [math.floor(most) + 1, math.ceil(most) + 1, most + 0.5, 2 * math.ceil(most) + 10, _BEYOND_FLOATS]


_POOLS: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterable[Any]]]] = {
    "const": _options,
    "enum": _options,
    "format": _format,
    "pattern": _pattern,
    "minLength": _shorter,
    "maxLength": _longer,
    "minimum": _less,
    "maximum": _more,
}

VALUE_KEYWORDS: Final = tuple(_POOLS)
"""The keywords that look at a string or a number, in the order in which a value is described."""
