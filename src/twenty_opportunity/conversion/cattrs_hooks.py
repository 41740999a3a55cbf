"""Hooks for a cattrs converter of the user's own, so that classes that hold records convert with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twenty_opportunity.errors import ValidationError
from twenty_opportunity.records.base import Record, origin_of
from twenty_opportunity.values.json_pointer import location

if TYPE_CHECKING:
    from collections.abc import Callable

    import cattrs

__all__ = ["is_record", "register"]


def register(
    converter: cattrs.BaseConverter,
    structure: Callable[[Any, Any], Any],
    unstructure: Callable[[Any], Any],
) -> None:
    """
    Register hooks for every record class.

    Args:
        converter: The converter.
        structure: Builds a record of an instance and a record class.
        unstructure: Builds the instance of a record.
    """

    def structure_detailed(instance: Any, cl: Any) -> Any:
        try:
            return structure(instance, cl)
        except ValidationError as error:
            raise _group(error, instance, cl) from None

    detailed = getattr(converter, "detailed_validation", False)
    converter.register_structure_hook_func(is_record, structure_detailed if detailed else structure)
    converter.register_unstructure_hook_func(is_record, unstructure)


def is_record(annotation: Any) -> bool:
    """Check whether an annotation is a record class, or a generic one with its argument."""
    cl = origin_of(annotation)
    return isinstance(cl, type) and issubclass(cl, Record)


def _group(error: ValidationError, instance: object, cl: Any) -> Exception:
    """Build the error that a converter with detailed validation raises: one exception for each violation."""
    from cattrs.errors import AttributeValidationNote, ClassValidationError

    name = origin_of(cl).__name__
    found: list[Exception] = []
    for violation in error.violations:
        each = ValidationError([violation])
        path = "".join(
            f"[{key}]" if isinstance(key, int) else f".{key}" for key in location(violation.pointer, instance)
        )
        if path:
            each.add_note(AttributeValidationNote(f"Structuring {name} @ {path[1:]}", path[1:], None))
        found.append(each)
    group: Any = ClassValidationError  # of whose `__new__` type checkers see only that of ExceptionGroup
    error_group: Exception = group(f"While structuring {name}", found, cl)
    return error_group
