"""Of a choice that an instance fits no branch of, the fault to tell: what is wrong in the branch that was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.validation.walking import Errors, descend, wordless
from twenty_opportunity.values.python_json import json_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jsonschema import ValidationError

# Faults that can be put as "is not ..."; several of them, of branches of which any would do, make one sentence.
_NAMEABLE: Final = frozenset({"const", "enum", "format", "pattern", "type"})


def attempts(validator: Any, subschemas: Sequence[Any], instance: object) -> list[list[ValidationError]]:
    """Hold an instance against every branch of a choice, and list the errors of each."""
    return [[*descend(validator, instance, subschema, schema_path=index)] for index, subschema in enumerate(subschemas)]


def closest(tried: list[list[ValidationError]]) -> Errors:
    """Tell of a failed choice what is wrong in the branch that was meant, and of several such what would be right."""
    fitting = [errors for errors in tried if not any(map(_of_other_type, errors))]
    candidates = fitting or [[error for error in errors if _of_other_type(error)][:1] for errors in tried]
    if all(len(errors) == 1 and not errors[0].path and errors[0].validator in _NAMEABLE for errors in candidates):
        yield _merged([errors[0] for errors in candidates])
    else:
        yield from min(candidates, key=_distance)


def _of_other_type(error: ValidationError) -> bool:
    if error.path:
        return False
    if error.validator in ("enum", "const"):
        values: Any = error.validator_value if error.validator == "enum" else [error.validator_value]
        return json_type(error.instance) not in map(json_type, values)
    return error.validator == "type"


def _distance(errors: list[ValidationError]) -> tuple[bool, int]:
    # A member of a fixed value tells the branches of a choice apart: one that has another value was not meant.
    told_apart = any(error.validator in ("enum", "const") and len(error.path) == 1 for error in errors)
    return told_apart, len(errors)


def _merged(errors: list[ValidationError]) -> ValidationError:
    first = errors[0]
    if len(errors) == 1:
        return first
    return wordless(validator=first.validator, schema_path=first.relative_schema_path, context=errors)
