"""
The side that explains: jsonschema's walk through a schema and an instance, with keywords that tell faults apart.

The keywords of jsonschema quote the whole instance in every message, which a large one makes slow and a deep one
impossible, and give one error for several missing members; those here leave the words to `messages`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

from jsonschema import Draft202012Validator, TypeChecker, ValidationError, validators

from twenty_opportunity.errors import Violation, pointer
from twenty_opportunity.formats import FORMATS
from twenty_opportunity.validation import patterns
from twenty_opportunity.validation.dialect import keyword_pointer
from twenty_opportunity.validation.equality import OUT_OF_BOUNDS, out_of_bounds, repeated, same
from twenty_opportunity.validation.instances import as_array, as_number, as_object, as_text, is_integer, json_type
from twenty_opportunity.validation.messages import Fault, sentence

Errors: TypeAlias = Iterator[ValidationError]
Keyword: TypeAlias = Callable[[Any, Any, Any, Mapping[str, Any]], Errors]

# Faults that can be put as "is not ..."; several of them, of branches of which any would do, make one sentence.
_NAMEABLE: Final = frozenset({"const", "enum", "format", "pattern", "type"})


def explainer(schema: Mapping[str, Any]) -> Callable[[object], Iterator[Violation]]:
    """
    Make the walk that finds everything wrong with an instance.

    Args:
        schema: A schema of our dialect.

    Returns:
        A function that yields the violations of an instance, each once, in the order of the schema.
    """
    # With its $schema the root would be read by jsonschema's own class when something refers to it.
    root = {keyword: value for keyword, value in schema.items() if keyword not in ("$schema", "$id")}
    validator = _Explainer(root)

    def explain(instance: object) -> Iterator[Violation]:
        seen: set[tuple[str, str]] = set()
        for error in validator.iter_errors(instance):
            violation = _violation(error, schema)
            if (violation.pointer, violation.schema_pointer) not in seen:
                seen.add((violation.pointer, violation.schema_pointer))
                yield violation

    return explain


def _violation(error: ValidationError, schema: Mapping[str, Any]) -> Violation:
    path = [*error.absolute_schema_path]
    message, without_value = sentence(_fault(error))
    return Violation(
        pointer=pointer(*error.absolute_path),
        keyword=str(error.validator),
        schema_pointer=keyword_pointer(schema, path),
        message=message,
        message_without_value=without_value,
        keyword_location=pointer(*path),
        schema_id=schema.get("$id", ""),
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


def _descend(
    validator: Any,
    instance: object,
    schema: Any,
    path: str | int | None = None,
    schema_path: str | int | None = None,
) -> Errors:
    # jsonschema's message for the schema `false` quotes the instance, however large it is.
    if schema is False:
        yield ValidationError("", path=_known(path), schema_path=_known(schema_path))
    else:
        yield from validator.descend(instance, schema, path=path, schema_path=schema_path)


def _known(token: str | int | None) -> tuple[str | int, ...]:
    return () if token is None else (token,)


def _holds(validator: Any, instance: object, schema: Any) -> bool:
    return next(_descend(validator, instance, schema), None) is None


def _is(name: str) -> Callable[[TypeChecker, Any], bool]:
    def check(checker: TypeChecker, instance: object) -> bool:  # noqa: ARG001
        return is_integer(instance) if name == "integer" else json_type(instance) == name

    return check


def _type(validator: Any, types: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    if not _of_type(validator, types, instance):
        yield ValidationError("")


def _of_type(validator: Any, types: str | list[str], instance: object) -> bool:
    return any(validator.is_type(instance, name) for name in ([types] if isinstance(types, str) else types))


def _enum(validator: Any, values: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    # A value of the wrong type is one fault, and the keyword `type` tells it.
    if ("type" not in schema or _of_type(validator, schema["type"], instance)) and not any(
        same(instance, value) for value in values
    ):
        yield ValidationError("")


def _const(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    return _enum(validator, [value], instance, schema)


def _text(fails: Callable[[str, Any], bool]) -> Keyword:
    def keyword(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
        text = as_text(instance)
        if text is not None and fails(text, value):
            yield ValidationError("")

    return keyword


def _bound(name: str) -> Keyword:
    def keyword(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
        number = as_number(instance)
        if number is not None and out_of_bounds(name, number, value):
            yield ValidationError("")

    return keyword


def _count(as_container: Callable[[object], Any], fails: Callable[[int, int], bool]) -> Keyword:
    def keyword(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
        container = as_container(instance)
        if container is not None and fails(len(container), value):
            yield ValidationError("")

    return keyword


def _unique_items(validator: Any, unique: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    items = as_array(instance)
    if unique and items is not None and not _all_different(items):
        yield ValidationError("")


def _all_different(items: Sequence[object]) -> bool:
    try:
        return repeated(items) is None
    except ValueError:
        return False


def _properties(validator: Any, properties: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    members = as_object(instance) or {}
    for name, subschema in properties.items():
        if name in members:
            yield from _descend(validator, members[name], subschema, name, name)


def _pattern_properties(validator: Any, by_pattern: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    members = as_object(instance) or {}
    for pattern, subschema in by_pattern.items():
        for name in [name for name in members if patterns.compiled(pattern).search(name)]:
            yield from _descend(validator, members[name], subschema, name, pattern)


def _additional_properties(validator: Any, subschema: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    members = as_object(instance) or {}
    described = schema.get("properties", {})
    others = [patterns.compiled(pattern) for pattern in schema.get("patternProperties", ())]
    for name in members:
        if name not in described and not any(pattern.search(name) for pattern in others):
            yield from _descend(validator, members[name], subschema, name)


def _property_names(validator: Any, subschema: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    for name in as_object(instance) or ():
        yield from _descend(validator, name, subschema, name)


def _required(validator: Any, names: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    members = as_object(instance)
    if members is not None:
        yield from [ValidationError("", path=[name]) for name in names if name not in members]


def _dependent_required(validator: Any, dependents: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    members = as_object(instance) or {}
    for present, names in dependents.items():
        for name in names if present in members else ():
            if name not in members:
                yield ValidationError("", path=[name], schema_path=[present], validator_value=present)


def _items(validator: Any, subschema: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    items = as_array(instance) or []
    for index in range(len(schema.get("prefixItems", ())), len(items)):
        yield from _descend(validator, items[index], subschema, index)


def _prefix_items(validator: Any, subschemas: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    for index, (item, subschema) in enumerate(zip(as_array(instance) or (), subschemas, strict=False)):
        yield from _descend(validator, item, subschema, index, index)


def _all_of(validator: Any, subschemas: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    for index, subschema in enumerate(subschemas):
        yield from _descend(validator, instance, subschema, schema_path=index)


def _any_of(validator: Any, subschemas: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    attempts = _attempts(validator, subschemas, instance)
    if all(attempts):
        yield from _closest(attempts)


def _one_of(validator: Any, subschemas: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    attempts = _attempts(validator, subschemas, instance)
    passed = [subschema for subschema, errors in zip(subschemas, attempts, strict=True) if not errors]
    if not passed:
        yield from _closest(attempts)
    elif len(passed) > 1:
        yield ValidationError("", validator_value=passed)


def _attempts(validator: Any, subschemas: Sequence[Any], instance: object) -> list[list[ValidationError]]:
    return [
        [*_descend(validator, instance, subschema, schema_path=index)] for index, subschema in enumerate(subschemas)
    ]


def _closest(attempts: list[list[ValidationError]]) -> Errors:
    """Tell of a failed choice what is wrong in the branch that was meant, and of several such what would be right."""
    fitting = [errors for errors in attempts if not any(map(_of_other_type, errors))]
    candidates = fitting or [[error for error in errors if _of_other_type(error)][:1] for errors in attempts]
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
    return ValidationError(
        "",
        validator=first.validator,
        validator_value=first.validator_value,
        instance=first.instance,
        schema=first.schema,
        schema_path=first.relative_schema_path,
        context=errors,
    )


def _not(validator: Any, subschema: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:  # noqa: ARG001
    if _holds(validator, instance, subschema):
        yield ValidationError("")


def _if(validator: Any, subschema: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    branch = "then" if _holds(validator, instance, subschema) else "else"
    if schema.get(branch) is False:
        yield ValidationError("", validator=branch, schema_path=[branch])
    elif branch in schema:
        yield from _descend(validator, instance, schema[branch], schema_path=branch)


def _ref(validator: Any, reference: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    for error in _FOLLOW(validator, reference, instance, schema):
        error.schema_path.appendleft("$ref")  # jsonschema leaves it out, and a path without it leads nowhere
        yield error


_FOLLOW: Final = Draft202012Validator.VALIDATORS["$ref"]
_TYPE_CHECKS: Final[dict[str, Any]] = {
    name: _is(name) for name in ("array", "boolean", "integer", "null", "number", "object", "string")
}
_Explainer: Final = cast("Any", validators).extend(
    Draft202012Validator,
    {
        "$ref": _ref,
        "additionalProperties": _additional_properties,
        "allOf": _all_of,
        "anyOf": _any_of,
        "const": _const,
        "dependentRequired": _dependent_required,
        "enum": _enum,
        "format": _text(lambda text, name: not FORMATS[name](text)),
        "if": _if,
        "items": _items,
        "maxItems": _count(as_array, operator.gt),
        "maxLength": _count(as_text, operator.gt),
        "maxProperties": _count(as_object, operator.gt),
        "minItems": _count(as_array, operator.lt),
        "minLength": _count(as_text, operator.lt),
        "minProperties": _count(as_object, operator.lt),
        "not": _not,
        "oneOf": _one_of,
        "pattern": _text(lambda text, pattern: patterns.compiled(pattern).search(text) is None),
        "patternProperties": _pattern_properties,
        "prefixItems": _prefix_items,
        "properties": _properties,
        "propertyNames": _property_names,
        "required": _required,
        "type": _type,
        "uniqueItems": _unique_items,
        **{name: _bound(name) for name in OUT_OF_BOUNDS},
    },
    type_checker=TypeChecker(_TYPE_CHECKS),
)
