"""The side that accepts: a schema compiled into a check that says yes in a microsecond."""

from __future__ import annotations

import copy
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from twenty_opportunity.errors import UnsupportedSchemaError, legible
from twenty_opportunity.schemas.reading import Schema, children, resolved, subschemas
from twenty_opportunity.values.python_json import as_array, as_object, plain, unwrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

Check: TypeAlias = Callable[[Any], bool]

_SAME_PLACE: Final = frozenset({"allOf", "anyOf", "else", "oneOf", "then"})
_ABSENT: Final = frozenset({type(None)})
_FLAT: Final = frozenset({list, type(None)})
_BOUNDS: Final = frozenset({"exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"})
# Python writes no integer of more than sys.get_int_max_str_digits() digits, 4300 unless told, and the compiled
# validator reads large integers from what Python writes. Beyond that, it takes one for an integer, but for no number,
# and finds it within any bounds.
_WRITTEN: Final = {"not": {"type": "integer", "not": {"type": "number"}}}


def compiled(schema: Mapping[str, Any]) -> Check:
    """
    Compile a schema, formats asserted.

    Args:
        schema: A schema of our dialect.

    Returns:
        The check of jsonschema-rs. It raises `ValueError` for most of what is no JSON value, and takes tuples for
        arrays.

    Raises:
        UnsupportedSchemaError: It is no Draft 2020-12 schema.
    """
    from jsonschema_rs import Draft202012Validator, ValidationError  # a millisecond few imports need

    try:
        return Draft202012Validator(_portable(schema), validate_formats=True, offline=True).is_valid
    except ValidationError as error:
        raise UnsupportedSchemaError("", f"is no Draft 2020-12 schema: {legible(error.message, 150)}") from None


def exact(accepts: Check, schema: Mapping[str, Any]) -> Check:
    """
    Make a compiled check one that takes no tuples for arrays.

    Args:
        accepts: The compiled check.
        schema: What it was compiled from.

    Returns:
        The check itself, where the schema describes no array.
    """
    holds_tuple = tuple_finder(schema)
    if holds_tuple is None:
        return accepts

    def check(instance: object) -> bool:
        return accepts(instance) and not holds_tuple(instance)

    return check


def tolerant(check: Check) -> Check:
    """Make a check one that raises nothing, and that takes a subclass of str for what it is."""

    # One closure and one call within it: the compiled check takes less than a microsecond, and every name counts.
    def is_valid(instance: object) -> bool:
        try:
            return check(instance)
        except ValueError:
            return _accepts_plain(check, instance)

    return is_valid


def complaint(accepts: Check, instance: object) -> str | None:
    """Return what the compiled check says of an instance that it cannot read, or None where it can."""
    try:
        accepts(plain(instance))
    except ValueError as error:
        return str(error)
    return None


def _accepts_plain(check: Check, instance: object) -> bool:
    try:
        return check(plain(instance))
    except ValueError:
        return False


def _portable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a schema so that it means to the compiled validator what it says, of what is JSON and of what is none."""
    whole: dict[str, Any] = copy.deepcopy(dict(schema))
    for _, subschema in [*subschemas(whole)]:
        if isinstance(subschema, dict):
            _make_numbers_exact(subschema)
            _make_names_exact(subschema)
    return whole


def _make_numbers_exact(schema: dict[str, Any]) -> None:
    types = _types(schema)
    if "number" in types:
        schema["type"] = [*dict.fromkeys([*types, "integer"])]
    if _BOUNDS & schema.keys():
        schema["allOf"] = [*schema.get("allOf", ()), _WRITTEN]


def _make_names_exact(schema: dict[str, Any]) -> None:
    """Have every key of a dict looked at, which is done only where there is something to hold its value to."""
    if "object" in _types(schema):
        others = schema.get("additionalProperties", True)
        schema["additionalProperties"] = {} if others is True else others


def _types(schema: Mapping[str, Any]) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else types


def tuple_finder(schema: Mapping[str, Any]) -> Check | None:
    """
    Make a check for tuples where a schema describes arrays.

    The compiled validator takes a tuple for an array, and a keyword of our own would cost it a third of its speed.

    Args:
        schema: A schema of our dialect.

    Returns:
        The check, for instances that the compiled one accepts; None where the schema describes no array.
    """
    place = _Place()
    _describe(place, schema, schema)
    return _finder(place) if place.matters() else None


@attrs.define
class _Place:
    """What a schema describes of a place in an instance, as far as arrays go."""

    array: bool = False
    members: dict[str, _Place] = attrs.Factory(dict[str, "_Place"])
    others: list[_Place] = attrs.Factory(list["_Place"])
    items: list[_Place] = attrs.Factory(list["_Place"])

    def matters(self) -> bool:
        """Tell whether an array is described here or anywhere within."""
        return self.array or self.reaches()

    def reaches(self) -> bool:
        """Tell whether an array is described anywhere within."""
        return any(place.matters() for place in (*self.members.values(), *self.others, *self.items))


def _describe(place: _Place, schema: Schema, root: Mapping[str, Any]) -> None:
    if isinstance(schema, bool):
        return
    values: list[Any] = [*schema.get("enum", ()), schema.get("const")]
    place.array |= "array" in _types(schema) or any(isinstance(value, list) for value in values)
    if "$ref" in schema:
        _describe(place, resolved(schema["$ref"], root)[1], root)
    for tokens, subschema in children(schema):
        inner = _inner(place, tokens)
        if inner is not None:
            _describe(inner, subschema, root)


def _inner(place: _Place, tokens: tuple[str | int, ...]) -> _Place | None:
    keyword = tokens[0]
    if keyword == "properties":
        return place.members.setdefault(str(tokens[1]), _Place())
    if keyword in ("items", "prefixItems"):
        place.items.append(_Place())
        return place.items[-1]
    if keyword in ("additionalProperties", "patternProperties"):
        place.others.append(_Place())
        return place.others[-1]
    return place if keyword in _SAME_PLACE else None


def _finder(place: _Place) -> Check:
    array, in_object, in_array = place.array, _object_finder(place), _array_finder(place)

    def find(value: object) -> bool:
        kind = type(value)
        if kind is tuple:
            return array
        if issubclass(kind, dict):
            return in_object(value)
        return in_array(value) if issubclass(kind, list) else issubclass(kind, Enum) and find(unwrapped(value))

    return find


def _object_finder(place: _Place) -> Check:
    get: Callable[[Any, str], Any] = dict[str, Any].get  # that of the class: a subclass may have its own
    # Most arrays hold texts: of those a look at the type is all it takes, and a call is saved.
    members = [
        (name, _finder(inner), _ABSENT if inner.reaches() else _FLAT)
        for name, inner in place.members.items()
        if inner.matters()
    ]
    others = [_finder(inner) for inner in place.others if inner.matters()]

    def find(instance: Any) -> bool:
        for name, find_in, usual in members:
            member = get(instance, name)
            if type(member) not in usual and find_in(member):
                return True
        return bool(others) and any(
            find_in(member)
            for name, member in (as_object(instance) or {}).items()
            if name not in place.members
            for find_in in others
        )

    return find


def _array_finder(place: _Place) -> Check:
    finders = [_finder(inner) for inner in place.items if inner.matters()]

    def find(instance: Any) -> bool:
        for find_in in finders:
            for item in as_array(instance) or ():
                if find_in(item):
                    return True
        return False

    return find
