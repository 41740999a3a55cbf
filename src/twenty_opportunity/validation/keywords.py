"""
The keywords of the explaining side, as jsonschema calls them: each yields an error for a fault, and no words.

Those of jsonschema quote the whole instance in every message, which a large one makes slow and a deep one impossible,
and give one error for several missing members.
"""
# ruff: noqa: ARG001  # jsonschema calls every keyword with the same four arguments

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

from jsonschema import Draft202012Validator, validators

from twenty_opportunity.validation import patterns
from twenty_opportunity.validation.choices import attempts, closest
from twenty_opportunity.validation.walking import Errors, Node, descend, holds, wordless
from twenty_opportunity.values.formats import FORMATS
from twenty_opportunity.values.json_equality import OUT_OF_BOUNDS, out_of_bounds, repeated, same
from twenty_opportunity.values.python_json import as_array, as_members, as_number, as_text, is_integer, json_type

Keyword: TypeAlias = Callable[[Any, Any, Any, Mapping[str, Any]], Errors]


def _type(validator: Any, types: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    if not _of_type(types, instance):
        yield wordless()


def _of_type(types: str | Sequence[str], instance: object) -> bool:
    name, allowed = json_type(instance), (types,) if isinstance(types, str) else types
    return name in allowed or (name == "number" and "integer" in allowed and is_integer(instance))


def _enum(validator: Any, values: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    # A value of the wrong type is one fault, and the keyword `type` tells it.
    if ("type" not in schema or _of_type(schema["type"], instance)) and not any(
        same(instance, value) for value in values
    ):
        yield wordless()


def _const(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    return _enum(validator, [value], instance, schema)


def _text(fails: Callable[[str, Any], bool]) -> Keyword:
    def keyword(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
        text = as_text(instance)
        if text is not None and fails(text, value):
            yield wordless()

    return keyword


def _pattern(validator: Any, pattern: str, instance: Any, schema: Mapping[str, Any]) -> Errors:
    # A text that is not of the format beside it is one fault, and the keyword `format` tells it.
    text, form = as_text(instance), schema.get("format")
    if text is None or (form is not None and not FORMATS[form](text)):
        return
    if patterns.compiled(pattern).search(text) is None:
        yield wordless()


def _bound(name: str) -> Keyword:
    def keyword(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
        number = as_number(instance)
        if number is not None and out_of_bounds(name, number, value):
            yield wordless()

    return keyword


def _count(as_container: Callable[[object], Any], fails: Callable[[int, int], bool]) -> Keyword:
    def keyword(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
        container = as_container(instance)
        if container is not None and fails(len(container), value):
            yield wordless()

    return keyword


def _unique_items(validator: Any, unique: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    items = as_array(instance)
    if unique and items is not None and not _all_different(items):
        yield wordless()


def _all_different(items: Sequence[object]) -> bool:
    try:
        return repeated(items) is None
    except ValueError:
        return False


def _properties(validator: Any, properties: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    members = as_members(instance) or {}
    for name, subschema in properties.items():
        if name in members:
            yield from descend(validator, members[name], subschema, name, name)


def _pattern_properties(validator: Any, by_pattern: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    members = as_members(instance) or {}
    for pattern, subschema in by_pattern.items():
        for name in [name for name in members if patterns.compiled(pattern).search(name)]:
            yield from descend(validator, members[name], subschema, name, pattern)


def _additional_properties(validator: Any, subschema: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    members = as_members(instance) or {}
    described = schema.get("properties", {})
    others = [patterns.compiled(pattern) for pattern in schema.get("patternProperties", ())]
    for name in members:
        if name not in described and not any(pattern.search(name) for pattern in others):
            yield from descend(validator, members[name], subschema, name)


def _property_names(validator: Any, subschema: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    for name in as_members(instance) or ():
        yield from descend(validator, name, subschema, name)


def _required(validator: Any, names: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    members = as_members(instance)
    if members is not None:
        yield from [wordless(path=[name]) for name in names if name not in members]


def _dependent_required(validator: Any, dependents: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    members = as_members(instance) or {}
    for present, names in dependents.items():
        for name in names if present in members else ():
            if name not in members:
                yield wordless(path=[name], schema_path=[present], validator_value=present)


def _items(validator: Any, subschema: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    items = as_array(instance) or []
    for index in range(len(schema.get("prefixItems", ())), len(items)):
        yield from descend(validator, items[index], subschema, index)


def _prefix_items(validator: Any, subschemas: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    for index, (item, subschema) in enumerate(zip(as_array(instance) or (), subschemas, strict=False)):
        yield from descend(validator, item, subschema, index, index)


def _all_of(validator: Any, subschemas: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    for index, subschema in enumerate(subschemas):
        yield from descend(validator, instance, subschema, schema_path=index)


def _any_of(validator: Any, subschemas: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    tried = attempts(validator, subschemas, instance)
    if all(tried):
        yield from closest(tried)


def _one_of(validator: Any, subschemas: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    tried = attempts(validator, subschemas, instance)
    passed = [subschema for subschema, errors in zip(subschemas, tried, strict=True) if not errors]
    if not passed:
        yield from closest(tried)
    elif len(passed) > 1:
        yield wordless(validator_value=passed)


def _not(validator: Any, subschema: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    if holds(validator, instance, subschema):
        yield wordless()


def _if(validator: Any, subschema: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    branch = "then" if holds(validator, instance, subschema) else "else"
    if schema.get(branch) is False:
        yield wordless(validator=branch, schema_path=[branch])
    elif branch in schema:
        yield from descend(validator, instance, schema[branch], schema_path=branch)


def _ref(validator: Any, reference: Any, instance: Any, schema: Node) -> Errors:
    # jsonschema leaves the keyword out of the path, which then leads nowhere.
    return descend(validator, instance, schema.target, schema_path="$ref")


Explainer: Final = cast("Any", validators).extend(
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
        "maxProperties": _count(as_members, operator.gt),
        "minItems": _count(as_array, operator.lt),
        "minLength": _count(as_text, operator.lt),
        "minProperties": _count(as_members, operator.lt),
        "not": _not,
        "oneOf": _one_of,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "prefixItems": _prefix_items,
        "properties": _properties,
        "propertyNames": _property_names,
        "required": _required,
        "type": _type,
        "uniqueItems": _unique_items,
        **{name: _bound(name) for name in OUT_OF_BOUNDS},
    },
)
