"""The side that explains: jsonschema's walk through a schema and an instance, its errors made violations."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from twenty_opportunity.errors import Violation, pointer
from twenty_opportunity.schemas.reading import keyword_pointer
from twenty_opportunity.validation.keywords import Explainer
from twenty_opportunity.validation.messages import Fault, sentence
from twenty_opportunity.validation.walking import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jsonschema import ValidationError


def explainer(schema: Mapping[str, Any]) -> Callable[[object], Iterator[Violation]]:
    """
    Make the walk that finds everything wrong with an instance.

    Args:
        schema: A schema of our dialect.

    Returns:
        A function that yields the violations of an instance, each once, in the order of the schema.
    """
    validator = Explainer(tree(schema))

    @lru_cache(maxsize=1024)
    def places(path: tuple[str | int, ...]) -> tuple[str, str]:
        return keyword_pointer(schema, path), pointer(*path)

    def explain(instance: object) -> Iterator[Violation]:
        seen: set[tuple[str, str]] = set()
        for error in validator.iter_errors(instance):
            violation = _violation(error, *places((*error.absolute_schema_path,)), schema.get("$id", ""))
            if (violation.pointer, violation.schema_pointer) not in seen:
                seen.add((violation.pointer, violation.schema_pointer))
                yield violation

    return explain


def _violation(error: ValidationError, schema_pointer: str, keyword_location: str, schema_id: str) -> Violation:
    message, without_value = sentence(_fault(error))
    return Violation(
        pointer=pointer(*error.absolute_path),
        keyword=str(error.validator),
        schema_pointer=schema_pointer,
        message=message,
        message_without_value=without_value,
        keyword_location=keyword_location,
        schema_id=schema_id,
    )


def _fault(error: ValidationError) -> Fault:
    tokens = [*error.absolute_path]
    return Fault(
        keyword=str(error.validator),
        value=error.validator_value,
        instance=error.instance,
        schema=error.schema,
        tokens=(*tokens[-2:],),
        alternatives=tuple([_fault(alternative) for alternative in error.context or ()]),
    )
