"""
The part of JSON Schema 2020-12 that both sides read alike: plain keywords, and references within the schema.

Whatever else a schema has is refused before any instance is held against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast
from urllib.parse import unquote

from twenty_opportunity.errors import UnsupportedSchemaError, legible, pointer
from twenty_opportunity.validation import patterns
from twenty_opportunity.values.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Schema: TypeAlias = Mapping[str, Any] | bool

_HOLDS_SCHEMA: Final = frozenset({"additionalProperties", "else", "if", "items", "not", "propertyNames", "then"})
_HOLDS_SCHEMA_LIST: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_HOLDS_SCHEMA_MAP: Final = frozenset({"$defs", "patternProperties", "properties"})
_ASSERTIONS: Final = frozenset(
    {
        "const", "dependentRequired", "enum", "exclusiveMaximum", "exclusiveMinimum", "format", "maxItems", "maxLength",
        "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "pattern", "required", "type",
        "uniqueItems",
    }
)  # fmt: skip
_ANNOTATIONS: Final = frozenset(
    {"$comment", "default", "deprecated", "description", "examples", "readOnly", "title", "writeOnly"}
)
_REF: Final = "$ref"
_ROOT_ONLY: Final = frozenset({"$id", "$schema"})
_KNOWN: Final = _HOLDS_SCHEMA | _HOLDS_SCHEMA_LIST | _HOLDS_SCHEMA_MAP | _ASSERTIONS | _ANNOTATIONS | {_REF}
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def check(schema: Mapping[str, Any]) -> None:
    """
    Refuse a schema that would be misread.

    Raises:
        UnsupportedSchemaError: The schema has a keyword, a pattern or a format that is not supported, a reference out
            of itself or into a circle, or something that is no schema where one has to be.
    """
    if schema.get("$schema", _DIALECT) != _DIALECT:
        raise UnsupportedSchemaError(pointer("$schema"), "only Draft 2020-12 is supported")
    for place, subschema in subschemas(schema):
        for keyword, value in () if isinstance(subschema, bool) else subschema.items():
            _check_keyword(place, keyword, value, schema)
    _check_no_circle(schema, schema, ())


def subschemas(schema: Any, place: str = "") -> Iterator[tuple[str, Schema]]:
    """Walk a schema and every schema within it, each with its JSON Pointer; references are not followed."""
    if not isinstance(schema, dict | bool):
        raise UnsupportedSchemaError(place, "is no schema")
    whole = cast("Schema", schema)
    yield place, whole
    if not isinstance(whole, bool):
        for tokens, subschema in children(whole):
            yield from subschemas(subschema, place + pointer(*tokens))


def children(schema: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """List the schemas that stand directly in a schema, each with the tokens that lead to it."""
    for keyword, value in schema.items():
        if keyword in _HOLDS_SCHEMA:
            yield (keyword,), value
        elif keyword in _HOLDS_SCHEMA_LIST:
            yield from [((keyword, index), subschema) for index, subschema in enumerate(value)]
        elif keyword in _HOLDS_SCHEMA_MAP:
            yield from [((keyword, name), subschema) for name, subschema in value.items()]


def replaced(schema: Mapping[str, Any], replace: Callable[[Any], Any]) -> dict[str, Any]:
    """Copy a schema with something else for each of the schemas that stand directly in it."""
    copy = dict(schema)
    for keyword, value in schema.items():
        if keyword in _HOLDS_SCHEMA:
            copy[keyword] = replace(value)
        elif keyword in _HOLDS_SCHEMA_LIST:
            copy[keyword] = [replace(subschema) for subschema in value]
        elif keyword in _HOLDS_SCHEMA_MAP:
            copy[keyword] = {name: replace(subschema) for name, subschema in value.items()}
    return copy


def resolved(reference: str, root: Mapping[str, Any]) -> tuple[list[str], Any]:
    """
    Follow a reference within a schema.

    Returns:
        The tokens that lead to the target, and the target.

    Raises:
        LookupError: There is nothing there.
    """
    if reference != "#" and not reference.startswith("#/"):
        raise LookupError(reference)
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in unquote(reference).split("/")[1:]]
    return tokens, at(root, tokens)


def at(root: Any, tokens: Sequence[str | int]) -> Any:
    """
    Return what the tokens of a JSON Pointer lead to.

    Raises:
        LookupError: There is nothing there.
    """
    for token in tokens:
        if not isinstance(root, dict | list) or (isinstance(root, list) and not str(token).isdecimal()):
            raise LookupError(token)
        step: Any = int(token) if isinstance(root, list) else token
        root = cast("Any", root)[step]
    return root


def keyword_pointer(root: Mapping[str, Any], path: Sequence[str | int]) -> str:
    """
    Tell where the keyword stands that a path of evaluation leads to.

    Args:
        root: The whole schema.
        path: Keywords, member names and indices, with a `$ref` wherever one was followed.
    """
    place: list[str | int] = []
    node: Any = root
    for token in path:
        # A member may be named $ref as well; what it leads to is a schema then, and no string.
        if token == _REF and isinstance(node.get(token), str):
            tokens, node = resolved(node[token], root)
            place = [*tokens]
        else:
            node = at(node, [token])
            place.append(token)
    return pointer(*place)


def _check_keyword(place: str, keyword: str, value: Any, root: Mapping[str, Any]) -> None:
    here = place + pointer(keyword)
    if not (keyword in _KNOWN or keyword.startswith("x-") or (keyword in _ROOT_ONLY and not place)):
        raise UnsupportedSchemaError(here, "the keyword is not supported here")
    if keyword == "format" and value not in FORMATS:
        raise UnsupportedSchemaError(here, f"no check is known for the format {legible(str(value), 40)}")
    if keyword == _REF:
        _check_reference(here, value, root)
    if keyword in ("anyOf", "oneOf") and not all(isinstance(branch, dict) for branch in value):
        raise UnsupportedSchemaError(here, "a branch that everything fits, or nothing, is no choice")
    if keyword in ("pattern", "patternProperties"):
        _check_patterns(here, [value] if keyword == "pattern" else value)


def _check_patterns(place: str, values: Sequence[str]) -> None:
    for pattern in values:
        try:
            patterns.compiled(pattern)
        except ValueError as error:
            raise UnsupportedSchemaError(place, str(error)) from None


def _check_reference(place: str, reference: str, root: Mapping[str, Any]) -> None:
    try:
        _, target = resolved(reference, root)
    except LookupError:
        reason = f"only references within the schema are followed, and {legible(reference, 60)} is none"
        raise UnsupportedSchemaError(place, reason) from None
    if not isinstance(target, dict):
        raise UnsupportedSchemaError(place, "the reference leads to no object")


def _check_no_circle(schema: Schema, root: Mapping[str, Any], passed: tuple[str, ...]) -> None:
    # A schema without circles bounds the depth to which an instance is looked at, on both sides.
    if isinstance(schema, bool):
        return
    if _REF in schema:
        reference = schema[_REF]
        if reference in passed:
            raise UnsupportedSchemaError(pointer(*resolved(reference, root)[0]), "the schema refers to itself")
        _check_no_circle(resolved(reference, root)[1], root, (*passed, reference))
    for tokens, subschema in children(schema):
        if tokens[0] != "$defs":
            _check_no_circle(subschema, root, passed)
