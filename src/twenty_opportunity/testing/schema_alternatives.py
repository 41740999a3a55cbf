"""The plain alternatives of a schema, and the refusal of keywords that are unsupported in generated documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from twenty_opportunity.errors import UnsupportedSchemaError, pointer
from twenty_opportunity.schemas.reading import ANNOTATIONS, Schema, check, children
from twenty_opportunity.validation import Validator
from twenty_opportunity.values.json_pointer import resolve

Where: TypeAlias = tuple[str | int, ...]
Alternatives: TypeAlias = list[tuple[Mapping[str, Any], Where]]
"""Schemas, each with its place. A value has to be valid for one of them."""

TYPES: Final = ("null", "boolean", "integer", "number", "string", "array", "object")  # the simplest first
BY_TYPE: Final[Mapping[str, frozenset[str]]] = {
    "null": frozenset(),
    "boolean": frozenset(),
    "integer": frozenset({"minimum", "maximum"}),
    "number": frozenset({"minimum", "maximum"}),
    "string": frozenset({"format", "pattern", "minLength", "maxLength"}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "object": frozenset({"properties", "required", "additionalProperties", "not"}),
}
_SILENT: Final = ANNOTATIONS | {"$defs", "$id", "$schema"}  # they do not constrain a value
FROM_EXAMPLES: Final = "x-from-examples"
"""Marks an `enum` that is not in the schema: other values may be valid, too."""
_GENERATED_FORMATS: Final = frozenset({"date", "date-time", "uuid"})
_COMBINING: Final = ("$ref", "anyOf", "oneOf")
_KNOWN: Final = _SILENT.union(*BY_TYPE.values(), {"type", "enum", "const"}, _COMBINING)


def accepts(schema: Mapping[str, Any]) -> Callable[[Any], bool]:
    """Return the check of a schema, formats included."""
    return _compiled(json.dumps(schema))


@lru_cache(maxsize=4_096)
def _compiled(schema: str) -> Callable[[Any], bool]:
    # The same few fragments occur all over a schema, and compiling one takes as long as hundreds of checks.
    return Validator(json.loads(schema)).is_valid


def unsupported(where: Where, reason: str) -> UnsupportedSchemaError:
    """Return the error for a place of a schema for which documents cannot be made."""
    return UnsupportedSchemaError(pointer(*where), reason)


def _check_keywords(schema: Mapping[str, Any], where: Where) -> None:
    """Refuse unknown keywords, and a `not` that does more than exclude combinations of properties."""
    for keyword in schema:
        if keyword not in _KNOWN and not keyword.startswith("x-"):
            raise unsupported((*where, keyword), f"the keyword {keyword!r} is not supported for generated documents")
    for excluded in _excluded(schema):
        if excluded.get("type", "object") != "object" or excluded.keys() - _SILENT - {"type"} != {"required"}:
            raise unsupported((*where, "not"), "the keyword 'not' is supported only around 'required'")


def _excluded(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the schemas that `not` excludes, one by one."""
    excluded: Mapping[str, Any] = schema.get("not", {"anyOf": []})
    alone = excluded.keys() - _SILENT == {"anyOf"}
    return excluded["anyOf"] if alone else [excluded]


def excluded_names(schema: Mapping[str, Any]) -> list[list[str]]:
    """List the properties that exclude each other in an object, by `not` around `required`."""
    return [excluded["required"] for excluded in _excluded(schema)]


def left_out(schema: Mapping[str, Any], given: Collection[str] = ()) -> set[str]:
    """Return the properties to leave out, beside given ones, so that no properties exclude each other."""
    return {name for names in excluded_names(schema) for name in [name for name in names if name not in given][-1:]}


def types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """List the types that a schema allows, the simplest first; `integer` is left out if `number` is allowed."""
    allowed = schema.get("type", TYPES)
    allowed = {allowed} if isinstance(allowed, str) else set(allowed)
    return tuple(name for name in TYPES if name in allowed and not (name == "integer" and "number" in allowed))


def allowed_values(schema: Mapping[str, Any]) -> list[Any]:
    """List the values of an `enum` or `const` that the rest of the schema accepts."""
    fits = accepts({keyword: value for keyword, value in schema.items() if keyword not in {"$schema", "$id"}})
    return [value for value in schema.get("enum", [schema.get("const")]) if fits(value)]


class Resolver:
    """
    Follows the references of a schema, and merges the parts of it that constrain the same value.

    All references must stay within the schema. Raises UnsupportedSchemaError if it cannot be read or refers to itself.
    """

    def __init__(self, root: Mapping[str, Any]) -> None:
        check(root)
        self._root = root
        self._check_ends(root, ())

    def alternatives(self, schema: Schema, where: Where) -> Alternatives:
        """
        List the plain schemas, without `$ref`, `anyOf` and `oneOf`, of which a value must be valid for one.

        Raises UnsupportedSchemaError for a keyword or a combination of keywords that is not supported.
        """
        if isinstance(schema, bool):
            return [({}, where)] if schema else []
        if _is_given_by_examples(schema):
            values = [*schema["examples"], *([None] if "null" in types(schema) else [])]
            return [({"type": schema.get("type", TYPES), "enum": values, FROM_EXAMPLES: True}, where)]
        _check_keywords(schema, where)
        keyword = next((keyword for keyword in _COMBINING if keyword in schema), None)
        if keyword is None:
            return [(schema, where)]
        rest = {name: value for name, value in schema.items() if name != keyword}
        place = (*where, keyword)
        if keyword == "$ref":
            tokens, target = resolve(schema["$ref"], self._root)
            return self.alternatives(_merged(rest, target, place), tuple(tokens))
        branches = [(_merged(rest, part, (*place, i)), (*place, i)) for i, part in enumerate(schema[keyword])]
        found = [option for branch, at in branches for option in self.alternatives(branch, at)]
        if keyword == "oneOf":
            _check_disjoint(found, place)
        return found

    def _check_ends(self, schema: Schema, entered: tuple[str, ...]) -> None:
        """Refuse a schema that refers to itself, unless it has examples."""
        if isinstance(schema, bool) or _is_given_by_examples(schema):
            return
        if "$ref" in schema:
            tokens, target = resolve(schema["$ref"], self._root)
            if schema["$ref"] in entered:
                raise unsupported(tuple(tokens), "the schema refers to itself: no document can be generated")
            self._check_ends(target, (*entered, schema["$ref"]))
        for within, part in children(schema):
            if within[0] != "$defs":
                self._check_ends(part, entered)


def _is_given_by_examples(schema: Mapping[str, Any]) -> bool:
    """Return True for rules of several properties and for JSON in text: they do not say how to generate a value."""
    unsupported_format = schema.get("format", "date") not in _GENERATED_FORMATS
    return "examples" in schema and bool(unsupported_format or schema.keys() - _KNOWN)


def _merged(schema: Mapping[str, Any], other: Mapping[str, Any], where: Where) -> dict[str, Any]:
    """Merge two schemas of the same value."""
    merged = {**schema, **other}
    for keyword in schema.keys() & other.keys() - _SILENT:
        one, two = schema[keyword], other[keyword]
        if keyword == "type":
            merged[keyword] = sorted(set(types(schema)) & set(types(other)))
        elif keyword == "required":
            merged[keyword] = [*one, *(name for name in two if name not in one)]
        elif one != two:
            raise unsupported((*where, keyword), f"two different values of {keyword!r} for one value are not supported")
    return merged


def _check_disjoint(alternatives: Alternatives, where: Where) -> None:
    """Refuse a `oneOf` if one value could be valid for two of its alternatives."""
    seen: list[tuple[str, list[Any] | None]] = []
    for schema, _ in alternatives:
        values = schema.get("enum", [schema["const"]] if "const" in schema else None)
        kinds = ["number" if name == "integer" else name for name in types(schema)]
        for kind in kinds:
            if any(kind == other and _may_share(values, others) for other, others in seen):
                raise unsupported(where, f"two alternatives of 'oneOf' are of type {kind}, so a value may match both")
        seen.extend((kind, values) for kind in kinds)


def _may_share(values: list[Any] | None, others: list[Any] | None) -> bool:
    return values is None or others is None or any(value in others for value in values)
