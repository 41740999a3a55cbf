"""What the keywords of a schema say, and the refusal of those that no document can be made for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from twenty_opportunity.errors import UnsupportedSchemaError, pointer
from twenty_opportunity.schemas.reading import check, resolved
from twenty_opportunity.validation import Validator

Schema: TypeAlias = Mapping[str, Any] | bool
Where: TypeAlias = tuple[str | int, ...]
Alternatives: TypeAlias = list[tuple[Mapping[str, Any], Where]]
"""Schemas one of which a value has to fit, each with its place."""

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
_ANNOTATIONS: Final = frozenset(
    {
        "$comment",
        "$defs",
        "$id",
        "$schema",
        "default",
        "deprecated",
        "description",
        "examples",
        "readOnly",
        "title",
        "writeOnly",
    }
)
_COMBINING: Final = ("$ref", "anyOf", "oneOf")
_KNOWN: Final = _ANNOTATIONS.union(BY_TYPE["array"], BY_TYPE["object"], BY_TYPE["string"], BY_TYPE["number"]).union(
    {"type", "enum", "const"}, _COMBINING
)


def accepts(schema: Mapping[str, Any]) -> Callable[[Any], bool]:
    """Give the check that a schema stands for, its formats included."""
    return _compiled(json.dumps(schema))


@lru_cache(maxsize=4_096)
def _compiled(schema: str) -> Callable[[Any], bool]:
    # The same few leaves stand all over a schema, and compiling one takes as long as hundreds of checks.
    return Validator(json.loads(schema)).is_valid


def unsupported(where: Where, reason: str) -> UnsupportedSchemaError:
    """Say that no document can be made for something at a place of a schema."""
    return UnsupportedSchemaError(pointer(*where), reason)


def check_keywords(schema: Mapping[str, Any], where: Where) -> None:
    """
    Refuse keywords that the generator does not know.

    Raises:
        UnsupportedSchemaError: A keyword is unknown, or `not` says more than which members may not be there.
    """
    for keyword in schema:
        if keyword not in _KNOWN and not keyword.startswith("x-"):
            raise unsupported((*where, keyword), f"the keyword {keyword!r} is unknown to the generator")
    if "not" in schema and not _is_of_members(schema["not"]):
        raise unsupported((*where, "not"), "the keyword 'not' is known only around 'required'")


def _is_of_members(ruled_out: Mapping[str, Any]) -> bool:
    """Tell whether a schema says which members of an object are there, and nothing else."""
    return ruled_out.get("type", "object") == "object" and set(ruled_out) - _ANNOTATIONS - {"type"} == {"required"}


def types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """List the types that a schema allows, the simplest first; an integer that any number covers is left out."""
    allowed = schema.get("type", TYPES)
    allowed = {allowed} if isinstance(allowed, str) else set(allowed)
    return tuple(name for name in TYPES if name in allowed and not (name == "integer" and "number" in allowed))


def allowed_values(schema: Mapping[str, Any]) -> list[Any]:
    """List the values of an `enum` or `const` that the rest of its schema accepts."""
    takes = accepts({keyword: value for keyword, value in schema.items() if keyword not in {"$schema", "$id"}})
    return [value for value in schema.get("enum", [schema.get("const")]) if takes(value)]


class Resolver:
    """
    Follows the references of one schema, and puts together what several of its parts say of one value.

    Args:
        root: The schema, which needs no other.

    Raises:
        UnsupportedSchemaError: The schema cannot be read, or refers to itself.
    """

    def __init__(self, root: Mapping[str, Any]) -> None:
        check(root)
        self._root = root

    def alternatives(self, schema: Schema, where: Where) -> Alternatives:
        """
        List the plain schemas of which a value has to fit one.

        Args:
            schema: Any part of the schema.
            where: Its place.

        Returns:
            Schemas without `$ref`, `anyOf` and `oneOf`, each with the place it is from.

        Raises:
            UnsupportedSchemaError: A keyword is unknown, or a combination of them.
        """
        if isinstance(schema, bool):
            return [({}, where)] if schema else []
        check_keywords(schema, where)
        keyword = next((keyword for keyword in _COMBINING if keyword in schema), None)
        if keyword is None:
            return [(schema, where)]
        rest = {name: value for name, value in schema.items() if name != keyword}
        place = (*where, keyword)
        if keyword == "$ref":
            tokens, target = resolved(schema["$ref"], self._root)
            return self.alternatives(_merged(rest, target, place), tuple(tokens))
        branches = [(_merged(rest, part, (*place, i)), (*place, i)) for i, part in enumerate(schema[keyword])]
        found = [option for branch, at in branches for option in self.alternatives(branch, at)]
        if keyword == "oneOf":
            _check_disjoint(found, place)
        return found


def _merged(schema: Mapping[str, Any], other: Mapping[str, Any], where: Where) -> dict[str, Any]:
    """Put together what two schemas say of the same value."""
    merged = {**schema, **other}
    for keyword in schema.keys() & other.keys() - _ANNOTATIONS:
        merged[keyword] = _both(keyword, schema[keyword], other[keyword], where)
    return merged


def _both(keyword: str, one: Any, other: Any, where: Where) -> Any:
    if keyword == "type":
        return sorted(set(types({"type": one})) & set(types({"type": other})))
    if keyword == "required":
        return [*one, *(name for name in other if name not in one)]
    if one != other:
        raise unsupported((*where, keyword), f"two values of {keyword!r} for one value are more than can be made")
    return one


def _check_disjoint(alternatives: Alternatives, where: Where) -> None:
    """Refuse alternatives of which one value could fit two, where it may fit one only."""
    seen: list[tuple[str, list[Any] | None]] = []
    for schema, _ in alternatives:
        values = schema.get("enum", [schema["const"]] if "const" in schema else None)
        for name in types(schema):
            kind = "number" if name == "integer" else name
            if any(kind == other and _may_share(values, others) for other, others in seen):
                raise unsupported(where, f"two alternatives of 'oneOf' are of type {name}: a value may fit both")
        seen.extend(("number" if name == "integer" else name, values) for name in types(schema))


def _may_share(values: list[Any] | None, others: list[Any] | None) -> bool:
    return values is None or others is None or any(value in others for value in values)
