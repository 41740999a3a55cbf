"""Write one sentence for each failure: the fault and the allowed values, in at most 200 characters."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

import attrs

from twenty_opportunity.errors import legible
from twenty_opportunity.validation.compile import Path
from twenty_opportunity.values.formats import NUMERIC_PATTERN, is_date
from twenty_opportunity.values.json_text import encode_sound
from twenty_opportunity.values.python_json import (
    as_array,
    as_number,
    as_object,
    as_text,
    class_name,
    json_type,
    odd_name,
    repeated,
    type_names,
    unwrapped,
    unwritable,
)

_is_number: Final = re.compile(NUMERIC_PATTERN, re.ASCII).fullmatch
_is_integer: Final = re.compile("-?[0-9]+", re.ASCII).fullmatch
MESSAGE_LIMIT: Final = 200
_NAME_LIMIT: Final = 24
_LIST_LIMIT: Final = 90  # characters of a list that is shown whole
_CUT_LIST_LIMIT: Final = 60  # and of one that is cut, so that the nearest value has room behind it
_PATTERN_LIMIT: Final = 60
_CLEARING_LIMIT: Final = 130  # characters of the properties of an object that is shown whole
_SEARCHABLE: Final = 64  # characters of a text for which a similar one is looked for

TYPES_IN_WORDS: Final = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_FORMATS: Final = {
    "date": "an RFC 3339 date such as 2026-09-30",
    "json-array": 'a JSON array in a text, such as "[]"',
    "date-time": "an RFC 3339 date-time such as 2026-03-01T08:00:00Z",
    "uuid": "an RFC 9562 uuid such as 5c222222-0000-4000-8000-000000000003",
}


_QUOTATION_LIMIT: Final = 40
_TYPE_NAME_LIMIT: Final = 30
_SHORT_INTEGER: Final = 100  # bits up to which an integer is written out
_DIGITS_PER_BIT: Final = math.log10(2)
_WORDS: Final[Mapping[object, str]] = {None: "null", True: "true", False: "false"}
_ADVICE: Final[tuple[tuple[tuple[type, ...], str], ...]] = (
    ((bytes, bytearray, memoryview), "decode JSON text with loads"),
    ((datetime, date, time), "use its RFC 3339 text, as unstructure writes it"),
    ((UUID,), "use its text, as unstructure writes it"),
    ((tuple, AbstractSet), "use a list"),
    ((Mapping,), "use a dict"),
    ((int, float, Decimal), "use a plain int or float"),
)

_NOTHING: Final = "JSON does not have this type"
_BOUNDS: Final = {
    "exclusiveMaximum": "less than",
    "exclusiveMinimum": "greater than",
    "maximum": "at most",
    "minimum": "at least",
}
_COUNTS: Final = {
    "maxItems": ("at most", "item"),
    "maxLength": ("at most", "character"),
    "maxProperties": ("at most", "property"),
    "minItems": ("at least", "item"),
    "minLength": ("at least", "character"),
    "minProperties": ("at least", "property"),
}


@attrs.frozen
class Location:
    """
    A keyword in a schema, and the way to it.

    Attributes:
        keyword: The keyword.
        schema: The schema object that has it.
        value: Its value.
        path: The path of evaluation, with every `$ref` on it.
        path_pointer: The same as a JSON Pointer.
        pointer: Its JSON Pointer in the schema.
        order: Its place in the order of the schema, with None for each keyword that goes on to a part of the instance.
        steps: For each of these parts its name, if the schema names it; 0 for an item.
        checks: For each of these parts a check whether the keyword is about the property with a name.
        words: The meaning of the pattern, or of the only one for the names of properties, if known.
        read_only: The properties that the record has and its body, which the schema describes, cannot have.
    """

    keyword: str = ""
    schema: Any = None
    value: Any = None
    path: Path = ()
    path_pointer: str = ""
    pointer: str = ""
    order: tuple[int | None, ...] = ()
    steps: tuple[str | int | None, ...] = ()
    checks: tuple[Callable[[str], bool], ...] = ()
    words: str = ""
    read_only: frozenset[str] = frozenset()

    @property
    def is_entered(self) -> bool:
        """Return True if the value of the keyword is a schema for a part of the instance."""
        return self.order[-1] is None


class Failure(NamedTuple):
    """
    A keyword that an instance violates.

    Attributes:
        keyword: The keyword; empty for an object that is not a JSON value, if no keyword refuses it.
        value: The keyword's value in the schema. For `dependentRequired` the property that is present, for `oneOf` the
            branches that match.
        instance: The wrong value; for a missing or an unexpected part the object or array around it.
        schema: The schema object that has the keyword.
        path: Property names and array indices, from the root down.
        location: The keyword in the whole schema.
        alternatives: The failures of the branches, if the value matches none of several.
        names: All properties that the keyword forbids; the path has the first of them.
    """

    keyword: str
    value: Any
    instance: Any
    schema: Any
    path: Path = ()
    location: Location = Location()
    alternatives: tuple[Failure, ...] = ()
    names: Sequence[str] = ()


Sentence: TypeAlias = Callable[[Failure], str]


def sentence(failure: Failure) -> tuple[str, str]:
    """
    Write the message of a failure.

    Args:
        failure: The failure.

    Returns:
        The message, and the message without any content of the value.
    """
    if failure.keyword in _PLACES or _described(failure):
        message = _bounded(_described(failure) or _PLACES[failure.keyword](failure))
        return message, message
    say = _alternatives if failure.alternatives else _VALUES.get(failure.keyword, _violated)
    fault = say(failure)
    end, end_without_value = _ends(failure)
    return (
        _bounded(f"{quoted(failure.instance)} {fault}{end}"),
        _bounded(f"{kind(failure.instance)} {fault}{end_without_value}"),
    )


def _ends(failure: Failure) -> tuple[str, str]:
    """Return the ends of both messages, if the end of the first has content of the value."""
    if failure.keyword == "enum":
        return _nearest_value(failure), ""
    if _is_day(failure):
        return f' "{as_text(failure.instance)}T00:00:00Z"', ' "2026-03-01T00:00:00Z"'
    return "", ""


def not_json(failure: Failure) -> tuple[str, str]:
    """Write the messages, as `sentence` does, for an object that is not a JSON value."""
    end = advice(failure.instance)
    return f"{quoted(failure.instance)} is not a JSON value{end}", f"{kind(failure.instance)} is not a JSON value{end}"


def params(failure: Failure) -> dict[str, Any]:
    """Return the details of a failure for programs, from the schema alone."""
    if not failure.alternatives:
        details = _PARAMS.get(failure.keyword)
        return details(failure) if details else {}
    each = [params(alternative) for alternative in failure.alternatives]
    for name in ("expected", "allowed"):
        if all(details.keys() == {name} for details in each):
            values = [value for details in each for value in details[name]]
            return {name: [*dict.fromkeys(values)] if name == "expected" else values}
    return {"alternatives": each}


def _bounded(message: str) -> str:
    return message if len(message) <= MESSAGE_LIMIT else f"{message[: MESSAGE_LIMIT - 1]}…"


def _alternatives(failure: Failure) -> str:
    examples = [example for each in failure.alternatives for example in each.schema.get("examples", ())]
    instead = f"; send {_either([encode_sound(each).decode() for each in examples])}" if examples else ""
    return _is_not(failure, _either([*dict.fromkeys(_phrases(failure))])) + instead


def _is_not(failure: Failure, phrase: str) -> str:
    undecoded = not failure.path and ("an object" in phrase or "an array" in phrase)
    return f"is not {phrase}{advice(failure.instance, undecoded=undecoded)}"


def _phrases(failure: Failure) -> Iterable[str]:
    if not failure.alternatives:
        return [_PHRASES[failure.keyword](failure)]
    return [phrase for alternative in failure.alternatives for phrase in _phrases(alternative)]


def _either(phrases: list[str]) -> str:
    return " or ".join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases)


def _types(failure: Failure) -> str:
    return _either([TYPES_IN_WORDS[name] for name in type_names(failure.value)])


def _form(failure: Failure) -> str:
    return _FORMATS.get(failure.value, f"of the format {failure.value}")


_PHRASES: Final[Mapping[str, Sentence]] = {
    "const": lambda failure: quoted(failure.value),
    "enum": lambda failure: f"one of {_listed(failure.value)}",
    "format": _form,
    "pattern": lambda failure: failure.location.words or f"text that matches {legible(failure.value, _PATTERN_LIMIT)}",
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


def _type(failure: Failure) -> str:
    text, wanted = as_text(failure.instance), type_names(failure.value)
    if text is not None:
        is_number = ("number" in wanted and _is_number(text)) or ("integer" in wanted and _is_integer(text))
        instead = "; send the number without quotes" if is_number else ""
    else:
        instead = _clearing(failure) if failure.instance is None and len(failure.path) == 1 else ""
    return _is_not(failure, _types(failure)) + instead


def _clearing(failure: Failure) -> str:
    """Return the object that clears a composite: a server takes null for the whole and changes nothing."""
    properties: Any = failure.schema.get("properties")
    if failure.schema.get("additionalProperties") is not False or not properties:
        return ""
    if not all("null" in type_names(schema.get("type", "null")) for schema in properties.values()):
        return ""
    cleared = ", ".join(f'"{name}": null' for name in properties)
    if len(cleared) > _CLEARING_LIMIT:
        return f"; send an object with null for {', '.join(properties)}"
    return f"; send {{{cleared}}}"


def _enum(failure: Failure) -> str:
    return f"is not {_noun(failure.path[-2:])}; must be {_choice(failure.value)}"


def _choice(values: Sequence[Any]) -> str:
    return f"one of {_listed(values)}" if len(values) > 1 else _listed(values)


def _noun(tokens: tuple[str | int, ...]) -> str:
    """Return the name of the property that has the value, or that has the array around it."""
    name = next((legible(token, _NAME_LIMIT) for token in reversed(tokens) if isinstance(token, str)), None)
    if name is None:
        return "an allowed value"
    if tokens and isinstance(tokens[-1], int):
        return f"one of the {name}"
    return f"{'an' if name[:1] in tuple('aeioAEIO') else 'a'} {name}"


def _nearest_value(failure: Failure) -> str:
    """Return the value that was probably meant, if the list of values in the message is cut."""
    if _fits([_bare(value) for value in failure.value]):
        return ""
    nearest = _nearest(as_text(failure.instance), failure.value)
    return "" if nearest is None else f"; the nearest is {_bare(nearest)}"


def _nearest(name: str | int | None, names: Iterable[Any]) -> str | None:
    if not isinstance(name, str) or len(name) > _SEARCHABLE:
        return None
    return _nearest_text(name.casefold(), tuple([other for other in names if isinstance(other, str)]))


@lru_cache(maxsize=1)  # the message and the details of a violation ask for the same
def _nearest_text(name: str, names: tuple[str, ...]) -> str | None:
    by_letters = {other.casefold(): other for other in names}
    nearest = difflib.get_close_matches(name, by_letters, n=1)
    return by_letters[nearest[0]] if nearest else None


def _format(failure: Failure) -> str:
    return "is a day; send an instant such as" if _is_day(failure) else f"is not {_form(failure)}"


def _is_day(failure: Failure) -> bool:
    is_instant = (failure.keyword, failure.value, failure.alternatives) == ("format", "date-time", ())
    return is_instant and is_date(as_text(failure.instance) or "")


def _pattern(failure: Failure) -> str:
    words = failure.location.words
    if words and len(failure.value) > _PATTERN_LIMIT:  # part of a pattern would be misleading
        return f"is not {words}"
    words = words or failure.schema.get("description", "").rstrip(".")
    return f"does not match {legible(failure.value, _PATTERN_LIMIT)}{words and f' ({words})'}"


def _bound(failure: Failure) -> str:
    number = as_number(failure.instance)
    if isinstance(number, int) and unwritable(number):
        return "has too many digits to be compared"
    return f"must be {_BOUNDS[failure.keyword]} {quoted(failure.value)}"


def _count(failure: Failure) -> str:
    wanted, unit = _COUNTS[failure.keyword]
    return f"must have {wanted} {_number(failure.value, unit)}"


def _unique(failure: Failure) -> str:
    try:
        first, second = repeated(as_array(failure.instance) or ()) or (0, 0)
    except ValueError as error:
        return f"has items {error}"
    return f"has the same item at {first} and {second}; items must be unique"


def _unexpected(failure: Failure) -> str:
    if failure.path[-1] in failure.location.read_only:
        return "cannot be written; leave it out"
    known, nearest = _known(failure), _nearest(failure.path[-1], _known(failure))
    if nearest is not None:
        return f"is not an allowed property; did you mean {_bare(nearest)}?"
    allowed = [_choice(known)] if known else []
    if failure.keyword == "additionalProperties" and "patternProperties" in failure.schema:
        return f"is not an allowed property; its name must be {_either([*allowed, *_name_forms(failure)])}"
    return f"is not an allowed property; {f'must be {allowed[0]}' if known else 'none is allowed here'}"


def _name_forms(failure: Failure) -> list[str]:
    patterns = [name for name, schema in failure.schema["patternProperties"].items() if schema is not False]
    words = failure.location.words
    return [words] if words else [f"text that matches {legible(pattern, _PATTERN_LIMIT)}" for pattern in patterns]


def _known(failure: Failure) -> list[str]:
    return [name for name, schema in failure.schema.get("properties", {}).items() if schema is not False]


def _known_params(failure: Failure) -> dict[str, Any]:
    is_read = failure.path[-1] in failure.location.read_only
    nearest = None if is_read else _nearest(failure.path[-1], _known(failure))
    return {"known": _known(failure)} | ({} if nearest is None else {"suggestion": nearest})


def _most_items(failure: Failure) -> int:
    return len(failure.schema.get("prefixItems", ()))


def _described(failure: Failure) -> str:
    """Return the description of a schema that nothing may match, which says it all."""
    return (as_object(failure.value) or {}).get("description", "") if failure.keyword == "not" else ""


def _ambiguous(failure: Failure) -> str:
    names = [str(branch.get("title") or branch.get("description") or "an unnamed one") for branch in failure.value]
    return f"must match only one alternative, but matches {len(names)}: {'; '.join(names)}"


def quoted(value: Any) -> str:
    """Return a quotation of any value, of about 40 characters: the size of a container, the class of other objects."""
    value = unwrapped(value)
    text = as_text(value)
    if text is not None:
        return f'"{legible(text, _QUOTATION_LIMIT)}"'
    if type(value) is int and value.bit_length() > _SHORT_INTEGER:
        return f"an integer of about {int(value.bit_length() * _DIGITS_PER_BIT) + 1} digits"
    if value is None or type(value) is bool:
        return _WORDS[value]
    return legible(str(value), _QUOTATION_LIMIT) if _is_a(value, int, float, Decimal) else kind(value)


def kind(value: object) -> str:
    """Return what a value is, without any of its content."""
    value = unwrapped(value)
    properties, items = as_object(value), as_array(value)
    if properties is not None:
        odd = odd_name(properties)
        return (
            f"a dict with {_python(odd[0])} for a key"
            if odd
            else f"an object with {_number(len(properties), 'property')}"
        )
    if items is not None:
        return f"an array with {_number(len(items), 'item')}"
    name = json_type(value)
    if name is None:
        return _python(value)
    return "null" if name == "null" else f"this {name}"


def _python(value: object) -> str:
    return f"a Python {legible(class_name(value), _TYPE_NAME_LIMIT)}"


def _is_a(value: object, *classes: type) -> bool:
    """Check whether a value is of exactly one of some classes; `in` would call the metaclass of the value."""
    return any(type(value) is cl for cl in classes)


def _number(count: int, unit: str) -> str:
    return f"{count} {unit if count == 1 else 'properties' if unit == 'property' else f'{unit}s'}"


def advice(value: object, *, undecoded: bool = False) -> str:
    """
    Return what to use instead of a value of a wrong type.

    Args:
        value: The value.
        undecoded: If it is a string, it may be JSON text.

    Returns:
        The end of a sentence; empty if the value is a JSON value.
    """
    value = unwrapped(value)
    properties = as_object(value)
    if properties is not None and odd_name(properties) is not None:
        return "; property names must be strings"
    if undecoded and as_text(value) is not None:
        return "; decode JSON text with loads"
    if json_type(value) is not None:
        return ""
    if _is_a(value, float, Decimal):  # the finite ones have returned above
        return "; JSON has neither NaN nor infinities"
    return f"; {_instead(value)}"


def _instead(value: object) -> str:
    kind = type(value)
    try:
        if hasattr(kind, "__attrs_attrs__"):
            return "convert the record with unstructure"
        return next((words for types, words in _ADVICE if issubclass(kind, types)), _NOTHING)
    except Exception:  # noqa: BLE001 - both call the metaclass, which may raise anything
        return _NOTHING


def _violated(failure: Failure) -> str:
    return f"violates the keyword {failure.keyword}"


# Failures of a place, where something is missing or not allowed, and failures of a value.
_PLACES: Final[Mapping[str, Sentence]] = {
    "additionalProperties": _unexpected,
    "dependentRequired": lambda failure: (
        f"is required because {legible(failure.value, _NAME_LIMIT)} is present, but missing"
    ),
    "items": lambda failure: (
        f"is not an allowed item; the array must have at most {_number(_most_items(failure), 'item')}"
    ),
    "patternProperties": _unexpected,
    "properties": _unexpected,
    "propertyNames": _unexpected,
    "required": lambda _: "is required but missing",
}
_VALUES: Final[Mapping[str, Sentence]] = {
    **dict.fromkeys(_BOUNDS, _bound),
    **dict.fromkeys(_COUNTS, _count),
    "const": lambda failure: f"is not {quoted(failure.value)}, the only value allowed",
    "enum": _enum,
    "format": _format,
    "not": lambda _: "is a value that the schema excludes",
    "oneOf": _ambiguous,
    "pattern": _pattern,
    "type": _type,
    "uniqueItems": _unique,
}
_PARAMS: Final[Mapping[str, Callable[[Failure], dict[str, Any]]]] = {
    "const": lambda failure: {"allowed": [failure.value]},
    "enum": lambda failure: {"allowed": failure.value},
    "format": lambda failure: {"format": failure.value},
    "items": lambda failure: {"limit": _most_items(failure)},
    "pattern": lambda failure: {"pattern": failure.value},
    "type": lambda failure: {"expected": type_names(failure.value)},
    **dict.fromkeys(["additionalProperties", "patternProperties", "properties", "propertyNames"], _known_params),
    **dict.fromkeys([*_BOUNDS, *_COUNTS], lambda failure: {"limit": failure.value}),
}
