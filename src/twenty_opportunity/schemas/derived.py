"""Schemas that are derived from others: those of parts and request bodies, and forms that OpenAPI 3.1 can hold."""

# pyright: reportUnnecessaryIsInstance=false
# Arguments are checked at run time too.

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.errors import legible, pointer
from twenty_opportunity.schemas.reading import followed, replaced
from twenty_opportunity.values.json_pointer import resolve
from twenty_opportunity.values.python_json import as_object, json_type, type_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SHOWN: Final = 96  # characters of a template in a message
_OF_OBJECTS: Final = frozenset({"properties", "required", "additionalProperties", "patternProperties"})
_OF_TEXTS: Final = frozenset({"format", "pattern", "minLength", "maxLength"})
BODIES: Final = frozenset({"create", "update"})
"""The forms of the classes of request bodies."""
_ROOT_ONLY: Final = ("$id", "$schema", "$defs")


def read_only(record: Mapping[str, Any], body: Mapping[str, Any]) -> frozenset[str]:
    """
    List the properties that records have and bodies cannot have.

    Args:
        record: The schema of the records; an empty one if the other schema is not one of bodies.
        body: The schema of the bodies.

    Returns:
        The names.
    """
    described, own = (as_object(schema.get("properties")) or {} for schema in (record, body))
    return frozenset(described) - frozenset(own)


def partial_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """
    Build the schema of any part of a record from the Draft 2020-12 schema of the record itself.

    Args:
        schema: The schema of a record, such as `published()`. It is not changed.

    Returns:
        The same schema with nothing required, under another title.
    """
    partial: dict[str, Any] = deepcopy(_without(schema, "$id", "examples", "required"))
    return {**partial, "title": "PartialOpportunity"}


def create_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """
    Derive the schema of the body that creates a record from the Draft 2020-12 schema of the record.

    Properties that are `readOnly` are removed; the other required properties stay required. Objects with described
    properties refuse all others, because a server would drop a misspelled property silently.

    Args:
        schema: The schema of a record, such as `published()`. It is not changed.

    Returns:
        A self-contained schema.

    Raises:
        KeyError: The schema lacks a `title`.
    """
    return _body(schema, "Create", "What a client sends to create an opportunity.")


def update_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """
    Derive the schema of the body that updates a record: like `create_schema`, with nothing required.

    Args:
        schema: The schema of a record, such as `published()`. It is not changed.

    Returns:
        A self-contained schema.

    Raises:
        KeyError: The schema lacks a `title`.
    """
    body = _body(schema, "Update", "What a client sends to change an opportunity: a property left out keeps its value.")
    return _without(body, "required")


def _body(schema: Mapping[str, Any], suffix: str, description: str) -> dict[str, Any]:
    # The `$id` and the examples are those of the record, not of the body.
    own = {"title": f"{schema['title']}{suffix}", "description": description}
    body: dict[str, Any] = _closed(deepcopy({**_without(schema, "$id", "examples"), **own}))
    return body


def _closed(schema: Any) -> Any:
    """Remove `readOnly` properties and refuse undescribed ones, here and in every schema inside."""
    if isinstance(schema, bool):
        return schema
    result = replaced(schema, _closed)
    if "properties" in schema:
        read_only = [name for name, inner in schema["properties"].items() if _is_read_only(inner)]
        result["properties"] = _without(result["properties"], *read_only)
        result["additionalProperties"] = False
        if "required" in schema:
            result["required"] = [name for name in schema["required"] if name not in read_only]
    return result


def _is_read_only(schema: Any) -> bool:
    return not isinstance(schema, bool) and schema.get("readOnly") is True


def inlined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """
    Put the target of each reference in its place.

    Args:
        schema: A self-contained schema. It is not changed. A reference to a schema around it is left out: any value is
            accepted there.

    Returns:
        A new schema without `$ref`, `$defs`, `$id` and `$schema`, which can stand anywhere in another document.
    """

    def inline(part: Any, entered: tuple[str, ...] = ()) -> Any:
        if isinstance(part, bool):
            return part
        reference = part.get("$ref")
        if reference in entered:
            return _without(part, "$ref")
        inside = (*entered, reference) if reference else entered
        # Keywords beside a reference apply in addition to its target; none of our schemas has the same keyword twice.
        return _spelled_out(replaced(followed(schema, part), lambda inner: inline(inner, inside)))

    whole: dict[str, Any] = inline(_without(schema, *_ROOT_ONLY))
    return whole


def components(documents: Mapping[str, Mapping[str, Any]], ref_template: str) -> dict[str, dict[str, Any]]:
    """
    Turn self-contained schemas into components that refer to each other.

    Args:
        documents: Self-contained schemas by name. They are not changed.
        ref_template: The reference to a component, with `{}` for its name.

    Returns:
        The schemas by name, and the definitions within them. Equal definitions of several documents are one
        component; others of the same name get the name of their document before their own.

    Raises:
        TypeError: The template is not a str.
        ValueError: The template does not have exactly one `{}`.
    """
    if not isinstance(ref_template, str):
        raise TypeError(f'ref_template is a str such as "#/components/schemas/{{}}", not {type(ref_template).__name__}')
    if ref_template.count("{}") != 1:
        raise ValueError(f'ref_template "{legible(ref_template, _SHOWN)}" must have exactly one {{}}, for the name')
    bare = {name: _without(schema, *_ROOT_ONLY) for name, schema in documents.items()}
    first = dict[str, Any](bare)
    definitions = {name: dict[str, Any](schema.get("$defs", {})) for name, schema in documents.items()}
    for defined in definitions.values():
        first = {**defined, **first}
    found: dict[str, dict[str, Any]] = {}
    for document in documents:
        names = {
            name: name if _untitled(first[name]) == _untitled(definition) else document + name
            for name, definition in definitions[document].items()
        }
        refer = _referring(documents[document], document, names, ref_template)
        found[document] = refer(bare[document])
        found = {**{names[name]: refer(definition) for name, definition in definitions[document].items()}, **found}
    return found


def _referring(
    schema: Mapping[str, Any], document: str, names: Mapping[str, str], ref_template: str
) -> Callable[[Any], Any]:
    """Return a function that turns the references in a part of a schema into those to components."""

    def refer(part: Any) -> Any:
        if isinstance(part, bool):
            return part
        changed = _spelled_out(replaced(part, refer))
        if "$ref" in part:
            tokens, _ = resolve(part["$ref"], schema)
            # A definition is a component of its own, and any other place is within that of the document.
            name, rest = (names[tokens[1]], tokens[2:]) if tokens[:1] == ["$defs"] else (document, tokens)
            changed["$ref"] = ref_template.replace("{}", name) + pointer(*rest)
        return changed

    return refer


def _spelled_out(part: dict[str, Any]) -> dict[str, Any]:
    """
    Write a schema so that generators of code read what validators do.

    They take a branch or true without a type for one of unknown type, an object without properties for an empty one,
    and an array without items for an error. Examples of a definition may be of a type that the reference to it does
    not accept.
    """
    if part.get("enum") == [True] and "type" not in part:
        part = {"type": "boolean", **part}
    types = set(type_names(part.get("type", ())))
    if types and "examples" in part:
        accepted = {*types, *({"number"} if "integer" in types else ())}
        part = {**part, "examples": [each for each in part["examples"] if json_type(each) in accepted]}
    if "array" in types and "items" not in part:
        part = {**part, "items": {}}
    if "object" in types and not _OF_OBJECTS & part.keys():
        return {**part, "additionalProperties": True}
    branches: list[dict[str, Any]] = part.get("anyOf", [])
    if types - {"null"} != {"string"} or not branches or not all(branch.keys() <= _OF_TEXTS for branch in branches):
        return part
    texts = [{"type": "string", **branch} for branch in branches]
    return {**_without(part, "type"), "anyOf": [*texts, {"type": "null"}] if "null" in types else texts}


def _without(mapping: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key not in keys}


def _untitled(definition: Any) -> Any:
    """Leave out the title: a document has one, and the same object within another document has its name."""
    return definition if isinstance(definition, bool) else _without(definition, "title")
