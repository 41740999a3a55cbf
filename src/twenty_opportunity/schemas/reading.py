"""
The one reader of schemas: references, types, alternatives, and the walk over everything that a schema describes.

Only the plain keywords of JSON Schema Draft 2020-12 are supported, with references within the schema. `check` refuses
all others, so that every engine reads a schema alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

from twenty_opportunity.errors import UnsupportedSchemaError, legible, pointer
from twenty_opportunity.values.formats import FORMATS
from twenty_opportunity.values.json_pointer import resolve
from twenty_opportunity.values.python_json import type_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Schema: TypeAlias = Mapping[str, Any] | bool

ANY_ITEM: Final = "*"
"""The token of a path for the index of any item of an array."""

_HOLDS_SCHEMA: Final = frozenset({"additionalProperties", "else", "if", "items", "not", "propertyNames", "then"})
_HOLDS_SCHEMA_LIST: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_HOLDS_SCHEMA_MAP: Final = frozenset({"$defs", "patternProperties", "properties"})
_ENTERS: Final = frozenset(
    {"additionalProperties", "items", "patternProperties", "prefixItems", "properties", "propertyNames"}
)
_ASSERTIONS: Final = frozenset(
    {
        "const", "dependentRequired", "enum", "exclusiveMaximum", "exclusiveMinimum", "format", "maxItems", "maxLength",
        "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "pattern", "required", "type",
        "uniqueItems",
    }
)  # fmt: skip
ANNOTATIONS: Final = frozenset(
    {"$comment", "default", "deprecated", "description", "examples", "readOnly", "title", "writeOnly"}
)
_REF: Final = "$ref"
_ALTERNATIVES: Final = ("anyOf", "oneOf")
_ROOT_ONLY: Final = frozenset({"$id", "$schema"})
_KNOWN: Final = _HOLDS_SCHEMA | _HOLDS_SCHEMA_LIST | _HOLDS_SCHEMA_MAP | _ASSERTIONS | ANNOTATIONS | {_REF}
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def check(schema: Mapping[str, Any]) -> None:
    """
    Refuse a schema that would be misread.

    Args:
        schema: The schema.

    Raises:
        UnsupportedSchemaError: A keyword or a format is not supported, a reference leads out of the schema or
            back to itself, or a value is not a schema where one is expected.
    """
    if schema.get("$schema", _DIALECT) != _DIALECT:
        raise UnsupportedSchemaError(pointer("$schema"), "only Draft 2020-12 is supported")
    for place, subschema in reached(schema):
        for keyword, value in () if isinstance(subschema, bool) else subschema.items():
            _check_keyword(place, keyword, value, schema)
    _check_no_circle(schema, schema, (), set())


def subschemas(schema: Any, place: str = "") -> Iterator[tuple[str, Schema]]:
    """Walk a schema and every schema within it, each with its JSON Pointer; references are not followed."""
    if not isinstance(schema, dict | bool):
        raise UnsupportedSchemaError(place, "is not a schema")
    whole = cast("Schema", schema)
    yield place, whole
    if not isinstance(whole, bool):
        for tokens, subschema in children(whole):
            yield from subschemas(subschema, place + pointer(*tokens))


def reached(schema: Mapping[str, Any]) -> Iterator[tuple[str, Schema]]:
    """Walk a schema as `subschemas` does, and the schemas outside of it that its references lead to."""
    met: set[str] = set()
    found: list[tuple[str, Any]] = [("", schema)]
    for start, whole in found:  # which grows on the way
        for place, subschema in subschemas(whole, start) if start not in met else ():
            if place not in met:
                met.add(place)
                yield place, subschema  # before its reference is followed: `check` refuses one that leads nowhere
                if isinstance(subschema, dict) and _REF in subschema:
                    tokens, target = resolve(subschema[_REF], schema)
                    found.append((pointer(*tokens), target))


def children(schema: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """List the schemas directly inside a schema, each with the tokens that lead to it."""
    for keyword, value in schema.items():
        if keyword in _HOLDS_SCHEMA:
            yield (keyword,), value
        elif keyword in _HOLDS_SCHEMA_LIST:
            yield from [((keyword, index), subschema) for index, subschema in enumerate(value)]
        elif keyword in _HOLDS_SCHEMA_MAP:
            yield from [((keyword, name), subschema) for name, subschema in value.items()]


def replaced(schema: Mapping[str, Any], replace: Callable[[Any], Any]) -> dict[str, Any]:
    """Copy a schema and replace each schema directly inside it."""
    copy = dict(schema)
    for keyword, value in schema.items():
        if keyword in _HOLDS_SCHEMA:
            copy[keyword] = replace(value)
        elif keyword in _HOLDS_SCHEMA_LIST:
            copy[keyword] = [replace(subschema) for subschema in value]
        elif keyword in _HOLDS_SCHEMA_MAP:
            copy[keyword] = {name: replace(subschema) for name, subschema in value.items()}
    return copy


def followed(root: Mapping[str, Any], schema: object) -> dict[str, Any]:
    """
    Return a schema with its references followed.

    Args:
        root: The whole schema.
        schema: A part of it.

    Returns:
        A new dict without `$ref`. Keywords beside a reference win over those of its target. It is empty for a boolean
        schema.
    """
    plain: dict[str, Any] = dict(cast("Any", schema)) if isinstance(schema, Mapping) else {}
    while _REF in plain:
        _, target = resolve(plain.pop(_REF), root)
        plain = {**target, **plain}
    return plain


def types(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the types that a schema names; empty if it allows any type."""
    return frozenset(type_names(schema.get("type", ())))


def branches(root: Mapping[str, Any], schema: object) -> list[dict[str, Any]]:
    """
    List the alternatives of a schema.

    Args:
        root: The whole schema.
        schema: A part of it.

    Returns:
        Schemas without `$ref`, `anyOf` and `oneOf`. A valid value fits one of them, and each has the keywords that
        apply to all of them.
    """
    plain = followed(root, schema)
    alternatives = [branch for keyword in _ALTERNATIVES for branch in plain.pop(keyword, ())]
    if not alternatives:
        return [plain]
    return [{**plain, **branch} for alternative in alternatives for branch in branches(root, alternative)]


class Described(NamedTuple):
    """
    A property or item that a schema describes.

    Attributes:
        path: The names that lead to it, with `ANY_ITEM` for the index of an item.
        branches: Its alternatives.
        required: Whether it must be there.
    """

    path: tuple[str, ...]
    branches: list[dict[str, Any]]
    required: bool


def described(root: Mapping[str, Any]) -> Iterator[Described]:
    """
    Walk everything that a schema describes.

    Args:
        root: The schema, self-contained.

    Returns:
        An iterator over the document itself, and each property and item in it, at any depth.
    """

    def walk(
        schema: object, path: tuple[str, ...], entered: tuple[object, ...], *, required: bool
    ) -> Iterator[Described]:
        alternatives = branches(root, schema)
        yield Described(path, alternatives, required)
        reference = cast("Mapping[str, Any]", schema).get(_REF) if isinstance(schema, Mapping) else None
        if reference is not None and reference in entered:
            return  # what is inside is the same again
        entered = (*entered, reference)
        for branch in alternatives:
            needed = branch.get("required", ())
            for name, inner in branch.get("properties", {}).items():
                yield from walk(inner, (*path, name), entered, required=name in needed)
            if "items" in branch:
                yield from walk(branch["items"], (*path, ANY_ITEM), entered, required=False)

    return walk(root, (), (), required=True)


def _check_keyword(place: str, keyword: str, value: Any, root: Mapping[str, Any]) -> None:
    here = place + pointer(keyword)
    if not (keyword in _KNOWN or keyword.startswith("x-") or (keyword in _ROOT_ONLY and not place)):
        raise UnsupportedSchemaError(here, "the keyword is not supported here")
    if keyword == "format" and value not in FORMATS:
        raise UnsupportedSchemaError(here, f"no check is known for the format {legible(str(value), 40)}")
    if keyword == _REF:
        _check_reference(here, value, root)
    if keyword in ("anyOf", "oneOf") and not all(isinstance(branch, dict) for branch in value):
        raise UnsupportedSchemaError(here, "a branch must be an object: true accepts everything, and false nothing")


def _check_reference(place: str, reference: str, root: Mapping[str, Any]) -> None:
    try:
        _, target = resolve(reference, root)
    except LookupError:
        reason = f"only references within the schema are followed, not {legible(reference, 60)}"
        raise UnsupportedSchemaError(place, reason) from None
    if not isinstance(target, dict):
        raise UnsupportedSchemaError(place, "the reference does not lead to an object")


def _check_no_circle(schema: Schema, root: Mapping[str, Any], passed: tuple[str, ...], known: set[str]) -> None:
    # A reference may be entered again for a part of the instance, which is smaller, but not for the same value.
    if isinstance(schema, bool):
        return
    if _REF in schema:
        reference = schema[_REF]
        tokens, target = resolve(reference, root)
        if reference in passed:
            raise UnsupportedSchemaError(pointer(*tokens), "the schema refers to itself")
        if reference not in known:
            known.add(reference)
            _check_no_circle(target, root, (*passed, reference), known)
    for tokens_within, subschema in children(schema):
        if tokens_within[0] != "$defs":
            inside = tokens_within[0] in _ENTERS
            _check_no_circle(subschema, root, () if inside else passed, known)
