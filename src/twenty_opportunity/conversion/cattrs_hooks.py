"""Hooks for a cattrs converter of the user's own, so that classes that hold records convert with it."""

# pyright: reportUnnecessaryIsInstance=false
# Arguments are checked at run time too.

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twenty_opportunity.errors import UnrepresentableError, ValidationError
from twenty_opportunity.records.base import Record, origin_of
from twenty_opportunity.values.json_pointer import location

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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

    Raises:
        TypeError: It is not a converter.
    """
    from cattrs import BaseConverter

    if not isinstance(converter, BaseConverter):
        raise TypeError(
            f"configure takes a cattrs converter such as cattrs.Converter(), not {type(converter).__name__}"
        )

    def structure_detailed(instance: Any, cl: Any) -> Any:
        try:
            return structure(instance, cl)
        except ValidationError as error:
            found = [(violation.pointer, ValidationError([violation])) for violation in error.violations]
            raise _group(found, instance, cl) from None
        except UnrepresentableError as error:
            raise _group([(error.pointer, error)], instance, cl) from None

    detailed = converter.detailed_validation
    converter.register_structure_hook_func(is_record, structure_detailed if detailed else structure)
    converter.register_unstructure_hook_func(is_record, unstructure)


def is_record(annotation: Any) -> bool:
    """Check whether an annotation is a record class, or a generic one with its argument."""
    cl = origin_of(annotation)
    return isinstance(cl, type) and issubclass(cl, Record)


def _group(found: Sequence[tuple[str, Exception]], instance: object, cl: Any) -> Exception:
    """Build the error that a converter with detailed validation raises: exceptions with their places."""
    from cattrs.errors import AttributeValidationNote, ClassValidationError

    name = origin_of(cl).__name__
    for pointer, each in found:
        path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in location(pointer, instance))
        if path:
            each.add_note(AttributeValidationNote(f"Structuring {name} @ {path[1:]}", path[1:], None))
    group: Any = ClassValidationError  # of whose `__new__` type checkers see only that of ExceptionGroup
    error_group: Exception = group(f"While structuring {name}", [each for _, each in found], cl)
    return error_group
