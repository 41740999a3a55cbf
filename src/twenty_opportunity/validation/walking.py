"""
How the explaining side gets from a schema to the schemas in it, on jsonschema's validators and errors.

What jsonschema takes most of its time for is making a validator for every schema that it comes to. Here each schema
object keeps the one made for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from jsonschema import ValidationError

from twenty_opportunity.schemas.reading import replaced, resolved, subschemas

Errors: TypeAlias = Iterator[ValidationError]


class Node(dict[str, Any]):
    """A schema object that keeps the validator made for it, and the schema that it refers to."""

    __slots__ = ("target", "validator")

    validator: Any
    target: Node


def tree(schema: Mapping[str, Any]) -> Node:
    """Copy a schema of our dialect into nodes, its references resolved."""
    root: Node = _node(schema)
    for _, subschema in subschemas(root):
        if isinstance(subschema, Node) and "$ref" in subschema:
            subschema.target = resolved(subschema["$ref"], root)[1]
    return root


def _node(schema: Any) -> Any:
    return schema if isinstance(schema, bool) else Node(replaced(schema, _node))


def wordless(**details: Any) -> ValidationError:
    """Make an error without words: those are found when somebody wants to read them."""
    return ValidationError("", **details)


def descend(
    validator: Any,
    instance: object,
    schema: Any,
    path: str | int | None = None,
    schema_path: str | int | None = None,
) -> Errors:
    """
    Hold an instance against a schema within the one that is being walked.

    Args:
        validator: The validator of that one.
        instance: The instance, or the part of it that the schema is for.
        schema: The schema.
        path: The token that leads to the part.
        schema_path: The token that leads to the schema, from the keyword on.
    """
    if schema is False:  # jsonschema's own message for it would quote the instance, however large it is
        yield wordless(path=_known(path), schema_path=_known(schema_path))
    elif schema is not True:
        for found in _validator(validator, schema).iter_errors(instance):
            found.path.extendleft(_known(path))
            found.schema_path.extendleft(_known(schema_path))
            yield found


def _validator(validator: Any, node: Node) -> Any:
    try:
        return node.validator
    except AttributeError:
        node.validator = validator.evolve(schema=node)
        return node.validator


def _known(token: str | int | None) -> tuple[str | int, ...]:
    return () if token is None else (token,)


def holds(validator: Any, instance: object, schema: Any) -> bool:
    """Tell whether an instance fits a schema within the one that is being walked."""
    return next(descend(validator, instance, schema), None) is None
