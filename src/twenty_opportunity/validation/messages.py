"""One sentence for one fault: what is wrong, and what would be right, in at most 200 characters."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate, takewhile
from typing import Any, Final, TypeAlias

import attrs

from twenty_opportunity.errors import legible
from twenty_opportunity.schemas.field_types import PATTERNS_IN_WORDS
from twenty_opportunity.validation.quoting import advice, kind, quoted
from twenty_opportunity.values.json_equality import repeated, unwritable
from twenty_opportunity.values.python_json import as_array, as_number, as_object, as_text

MESSAGE_LIMIT: Final = 200
_NAME_LIMIT: Final = 24
_LIST_LIMIT: Final = 90  # characters of a list that is shown whole
_CUT_LIST_LIMIT: Final = 60  # and of one that is cut, so that the nearest value has room behind it
_PATTERN_LIMIT: Final = 60
_SEARCHABLE: Final = 64  # characters of a text for which a similar one is looked for

_TYPES: Final = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_FORMATS: Final = {
    "date": "an RFC 3339 full-date such as 2026-09-30",
    "date-time": "an RFC 3339 date-time such as 2026-03-01T08:00:00Z",
    "uuid": "an RFC 9562 uuid such as 5c222222-0000-4000-8000-000000000003",
}


@attrs.frozen
class Fault:
    """
    A keyword that an instance violates.

    Attributes:
        keyword: The keyword.
        value: Its value in the schema. Of `dependentRequired` the member that is present, of `oneOf` the branches fit.
        instance: The value at fault; the object or array around it where a member or an item may not be there.
        schema: The schema object that the keyword stands in.
        tokens: The last tokens of the pointer, the very last at the end.
        alternatives: The faults of the branches, where the value fits none of several.
    """

    keyword: str
    value: Any
    instance: Any
    schema: Any
    tokens: tuple[str | int, ...] = ()
    alternatives: tuple[Fault, ...] = ()


Name: TypeAlias = Callable[[Any], str]
Sentence: TypeAlias = Callable[[Fault, Name], str]


def sentence(fault: Fault) -> tuple[str, str]:
    """
    Put a fault into words.

    Returns:
        The message, and the message with nothing of the value in it.
    """
    if fault.keyword in _PLACES:
        message = _bounded(_PLACES[fault.keyword](fault))
        return message, message
    say = _alternatives if fault.alternatives else _VALUES.get(fault.keyword, _other)
    nearest = _nearest_value(fault) if fault.keyword == "enum" else ""
    return _bounded(say(fault, quoted) + nearest), _bounded(say(fault, kind))


def _bounded(message: str) -> str:
    return message if len(message) <= MESSAGE_LIMIT else f"{message[: MESSAGE_LIMIT - 1]}…"


def _alternatives(fault: Fault, name: Name) -> str:
    return _is_not(fault, name, _either([*dict.fromkeys(_phrases(fault))]))


def _is_not(fault: Fault, name: Name, phrase: str) -> str:
    undecoded = not fault.tokens and ("an object" in phrase or "an array" in phrase)
    return f"{name(fault.instance)} is not {phrase}{advice(fault.instance, undecoded=undecoded)}"


def _phrases(fault: Fault) -> Iterable[str]:
    if not fault.alternatives:
        return [_PHRASES[fault.keyword](fault)]
    return [phrase for alternative in fault.alternatives for phrase in _phrases(alternative)]


def _either(phrases: list[str]) -> str:
    return " or ".join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases)


def _types(fault: Fault) -> str:
    return _either([_TYPES[name] for name in ([fault.value] if isinstance(fault.value, str) else fault.value)])


def _values(fault: Fault) -> str:
    return f"one of {_listed(fault.value)}"


def _form(fault: Fault) -> str:
    return _FORMATS.get(fault.value, f"of the format {fault.value}")


_PHRASES: Final[Mapping[str, Callable[[Fault], str]]] = {
    "const": lambda fault: quoted(fault.value),
    "enum": _values,
    "format": _form,
    "pattern": lambda fault: (
        PATTERNS_IN_WORDS.get(fault.value) or f"text that matches {legible(fault.value, _PATTERN_LIMIT)}"
    ),
    "type": _types,
}


def _listed(values: Iterable[Any]) -> str:
    names = [_bare(value) for value in values]
    if _fits(names):
        return ", ".join(names)
    ends = accumulate(len(name) + len(", ") for name in names)
    count = max(1, len([*takewhile(lambda end: end <= _CUT_LIST_LIMIT, ends)]))
    return f"{', '.join(names[:count])} and {len(names) - count} more"


def _fits(names: list[str]) -> bool:
    return len(", ".join(names)) <= _LIST_LIMIT


def _bare(value: Any) -> str:
    return value if isinstance(value, str) and value.isidentifier() and len(value) <= _NAME_LIMIT else quoted(value)


def _type(fault: Fault, name: Name) -> str:
    return _is_not(fault, name, _types(fault))


def _enum(fault: Fault, name: Name) -> str:
    return f"{name(fault.instance)} is not {_noun(fault.tokens)} of this schema; one of {_listed(fault.value)}"


def _noun(tokens: tuple[str | int, ...]) -> str:
    """Call a value by the name of the member that holds it, or that holds the array that it is in."""
    name = next((legible(token, _NAME_LIMIT) for token in reversed(tokens) if isinstance(token, str)), "value")
    if tokens and isinstance(tokens[-1], int):
        return f"one of the {name}"
    return f"{'an' if name[:1] in tuple('aeioAEIO') else 'a'} {name}"


def _nearest_value(fault: Fault) -> str:
    """Offer the value that was probably meant, where the list of values does not hold them all."""
    if _fits([_bare(value) for value in fault.value]):
        return ""
    nearest = _nearest(as_text(fault.instance), fault.value)
    return "" if nearest is None else f"; the nearest is {_bare(nearest)}"


def _nearest(name: str | int | None, names: Iterable[Any]) -> str | None:
    if not isinstance(name, str) or len(name) > _SEARCHABLE:
        return None
    by_letters = {other.casefold(): other for other in names if isinstance(other, str)}
    nearest = difflib.get_close_matches(name.casefold(), by_letters, n=1)
    return by_letters[nearest[0]] if nearest else None


def _const(fault: Fault, name: Name) -> str:
    return f"{name(fault.instance)} is not {quoted(fault.value)}, the only value allowed"


def _format(fault: Fault, name: Name) -> str:
    return f"{name(fault.instance)} is not {_form(fault)}"


def _pattern(fault: Fault, name: Name) -> str:
    words = PATTERNS_IN_WORDS.get(fault.value)
    if words and len(fault.value) > _PATTERN_LIMIT:  # half a pattern tells nobody anything
        return f"{name(fault.instance)} is not {words}"
    words = words or fault.schema.get("description", "").rstrip(".")
    return f"{name(fault.instance)} does not match {legible(fault.value, _PATTERN_LIMIT)}{words and f': {words}'}"


def _bound(relation: str) -> Sentence:
    def say(fault: Fault, name: Name) -> str:
        number = as_number(fault.instance)
        if isinstance(number, int) and unwritable(number):
            return f"{name(fault.instance)} has more digits than can be read"
        return f"{name(fault.instance)} must be {relation} {quoted(fault.value)}"

    return say


def _count(unit: str, wanted: str) -> Sentence:
    def say(fault: Fault, name: Name) -> str:
        return f"{name(fault.instance)} must have {wanted} {fault.value} {unit}{'' if fault.value == 1 else 's'}"

    return say


def _unique(fault: Fault, name: Name) -> str:
    try:
        first, second = repeated(as_array(fault.instance) or ()) or (0, 0)
    except ValueError as error:
        return f"{name(fault.instance)} has items {error}"
    return f"{name(fault.instance)} has the same item at {first} and {second}; its items must differ"


def _missing(_fault: Fault) -> str:
    return "is required, and missing"


def _missing_beside(fault: Fault) -> str:
    return f"is required where {legible(fault.value, _NAME_LIMIT)} is, and missing"


def _unexpected(fault: Fault) -> str:
    allowed = [name for name, schema in fault.schema.get("properties", {}).items() if schema is not False]
    nearest = _nearest(fault.tokens[-1], allowed)
    if nearest is not None:
        return f"no such member is allowed here; did you mean {_bare(nearest)}?"
    return f"no such member is allowed here; {f'known are {_listed(allowed)}' if allowed else 'none is'}"


def _unexpected_item(fault: Fault) -> str:
    return f"no item is allowed here; at most {len(fault.schema.get('prefixItems', ()))} are"


def _ruled_out(fault: Fault, name: Name) -> str:
    return (as_object(fault.value) or {}).get("description") or f"{name(fault.instance)} is what the schema rules out"


def _ambiguous(fault: Fault, name: Name) -> str:
    names = [str(branch.get("title") or branch.get("description") or "one without a name") for branch in fault.value]
    return f"{name(fault.instance)} fits {len(names)} forms that exclude each other: {'; '.join(names)}"


def _other(fault: Fault, name: Name) -> str:
    return f"{name(fault.instance)} violates the keyword {fault.keyword}"


# Faults of a place, where something may not be or has to be, and faults of a value that is there.
_PLACES: Final[Mapping[str, Callable[[Fault], str]]] = {
    "additionalProperties": _unexpected,
    "dependentRequired": _missing_beside,
    "items": _unexpected_item,
    "patternProperties": _unexpected,
    "properties": _unexpected,
    "propertyNames": _unexpected,
    "required": _missing,
}
_VALUES: Final[Mapping[str, Sentence]] = {
    "const": _const,
    "enum": _enum,
    "exclusiveMaximum": _bound("less than"),
    "exclusiveMinimum": _bound("greater than"),
    "format": _format,
    "maxItems": _count("item", "at most"),
    "maxLength": _count("character", "at most"),
    "maxProperties": _count("member", "at most"),
    "maximum": _bound("at most"),
    "minItems": _count("item", "at least"),
    "minLength": _count("character", "at least"),
    "minProperties": _count("member", "at least"),
    "minimum": _bound("at least"),
    "not": _ruled_out,
    "oneOf": _ambiguous,
    "pattern": _pattern,
    "type": _type,
    "uniqueItems": _unique,
}
