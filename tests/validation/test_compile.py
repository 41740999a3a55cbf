"""Tuples are found at every place where a schema describes an array, and nowhere else."""

from __future__ import annotations

import enum
from typing import Any, NoReturn

import pytest

from twenty_opportunity.validation import Validator
from twenty_opportunity.validation.compile import described, exact, tuple_finder

ARRAY: dict[str, Any] = {"type": "array"}
ARRAYS: dict[str, Any] = {"type": "array", "items": ARRAY}


class OwnDict(dict[str, Any]):
    """A subclass of dict."""


class OwnList(list[Any]):
    """A subclass of list."""


class Option(enum.Enum):
    """Options whose values are arrays and objects."""

    TUPLE = (1,)  # an empty one would be an object to Python 3.11.2
    LIST = [()]  # noqa: RUF012 - the options of an enum are not class variables
    OBJECT = {"a": ()}  # noqa: RUF012
    TEXT = "NEW"


FOUND: list[tuple[dict[str, Any], Any]] = [
    (ARRAY, ()),
    (ARRAY, Option.TUPLE),
    (ARRAYS, [()]),
    (ARRAYS, [[], ()]),
    (ARRAYS, OwnList([()])),
    (ARRAYS, Option.LIST),
    ({"prefixItems": [ARRAY]}, [()]),
    ({"properties": {"a": ARRAY}}, {"a": ()}),
    ({"properties": {"a": ARRAY}}, OwnDict(a=())),
    ({"properties": {"a": ARRAY}}, Option.OBJECT),
    ({"properties": {"a": ARRAYS}}, {"a": [()]}),
    ({"properties": {"a": {"properties": {"b": ARRAY}}}}, {"a": {"b": ()}}),
    ({"properties": {"a": ARRAY}, "additionalProperties": ARRAY}, {"a": [], "b": ()}),
    ({"patternProperties": {"^b$": ARRAY}}, {"b": ()}),
    ({"anyOf": [{"type": "string"}, ARRAYS]}, [()]),
    ({"$ref": "#/$defs/list", "$defs": {"list": ARRAY}}, ()),
    ({"enum": [[1]]}, (1,)),
    ({"const": [1]}, (1,)),
    ({"type": "array", "allOf": [{"minItems": 0}]}, ()),
    # A tuple beside containers that are looked at before it.
    ({"properties": {"a": ARRAYS, "b": ARRAYS}}, {"a": [()], "b": [[]]}),
    ({"additionalProperties": {"additionalProperties": ARRAY}}, {"a": {"c": ()}, "b": {"c": []}}),
    # And beside a tuple where no array is described.
    ({"properties": {"a": ARRAY, "b": {"items": ARRAY}}}, {"a": (), "b": ()}),
]
NOT_FOUND: list[tuple[dict[str, Any], Any]] = [
    (ARRAY, []),
    (ARRAY, [()]),
    (ARRAY, "text"),
    (ARRAYS, [[], [()]]),
    (ARRAYS, [Option.TEXT, None, {"a": ()}]),
    ({"items": ARRAY}, ()),
    ({"items": ARRAY}, {"a": ()}),
    ({"properties": {"a": ARRAY}}, {"a": []}),
    ({"properties": {"a": ARRAY}}, {"a": 5}),
    ({"properties": {"a": ARRAY}}, {"a": None, "b": ()}),
    ({"properties": {"a": ARRAY}}, [()]),
    ({"properties": {"a": ARRAYS}}, {"a": [[]]}),
    ({"properties": {"a": {"type": "string"}}, "additionalProperties": ARRAY}, {"a": (), "b": []}),
]


@pytest.mark.parametrize(("schema", "instance"), FOUND)
def test_a_tuple_is_found_where_an_array_is_described(schema: dict[str, Any], instance: Any) -> None:
    """A tuple in a place for arrays is found, at any depth and in containers of any class."""
    place = described(schema)
    assert place.matters()
    assert tuple_finder(place)(instance) is True


def test_a_schema_may_refer_to_itself_in_several_ways() -> None:
    """A definition that others lead back to, also through a condition, has finitely many places."""
    one = {"items": {"$ref": "#/$defs/two"}, "if": {"items": {"$ref": "#/$defs/one"}}, "additionalProperties": ARRAY}
    two = {
        "additionalProperties": {"$ref": "#/$defs/one"},
        "allOf": [{"additionalProperties": {"$ref": "#/$defs/two"}}],
    }
    place = described({"$ref": "#/$defs/one", "$defs": {"one": one, "two": two}})
    assert place.matters()
    assert tuple_finder(place)([{"a": [], "b": {"a": ()}}]) is True
    assert tuple_finder(place)([{"a": [()]}]) is False


@pytest.mark.parametrize(("schema", "instance"), NOT_FOUND)
def test_nothing_else_is_found(schema: dict[str, Any], instance: Any) -> None:
    """A list is an array. A tuple is ignored if no schema describes an array at its place."""
    place = described(schema)
    assert place.matters()
    assert not tuple_finder(place)(instance)


@pytest.mark.parametrize("more", [{}, {"required": []}])
@pytest.mark.parametrize(("schema", "instance"), FOUND + NOT_FOUND)
def test_the_generated_check_agrees(schema: dict[str, Any], instance: Any, more: dict[str, Any]) -> None:
    """The generated code refuses what the finder finds, in schemas that require properties and in others."""
    place, check = described(schema), exact(lambda _: True, {**schema, **more})
    assert place.matters()
    assert check(instance) is not tuple_finder(place)(instance)


def test_an_object_at_two_places_is_looked_at_in_each() -> None:
    """A tuple is found in an object that is at another place, too, and beside an object that contains itself."""
    schema = {"properties": {name: {"properties": {name: ARRAY}} for name in "abc"}}
    for name in "abc":
        shared: dict[str, Any] = {name: ()}
        assert not Validator(schema).is_valid(dict.fromkeys("abc", shared))
    place = described(
        {"$ref": "#/$defs/a", "$defs": {"a": {"type": ["array", "object"], "items": {"$ref": "#/$defs/a"}}}}
    )
    circle: list[Any] = []
    circle += [(), circle, circle]
    assert tuple_finder(place)(circle) is True
    circle[0] = []
    assert tuple_finder(place)(circle) is False


@pytest.mark.parametrize(
    ("schema", "instance"),
    [
        (ARRAYS, [[], []]),
        ({"properties": {"a": ARRAYS, "b": {"properties": {"c": ARRAY}}}}, {"a": [[]], "b": {"c": []}, "d": ()}),
        ({"properties": {"a": ARRAYS, "b": ARRAY, "d": {}}}, {"a": None, "b": None, "d": {}}),
        ({"items": {"properties": {"a": ARRAY}}}, [{"a": []}, {"a": None}]),
    ],
)
def test_the_generated_check_needs_no_finder(
    monkeypatch: pytest.MonkeyPatch, schema: dict[str, Any], instance: Any
) -> None:
    """Dicts, lists and null are checked by the generated code alone, which is ten times as fast as the finder."""

    def fail(_: object) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr("twenty_opportunity.validation.compile.tuple_finder", lambda _: fail)
    for each in (schema, {**schema, "required": []}):
        assert exact(lambda _: True, each)(instance)


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "string"},
        {"properties": {"a": {"type": "object"}}},
        {"enum": [1]},
        {"type": "object", "$defs": {"list": ARRAY}},
        {"if": ARRAY, "not": ARRAY},
        {"if": {"$ref": "#/$defs/a"}, "not": {"$ref": "#/$defs/a"}, "$defs": {"a": {"properties": {"a": ARRAY}}}},
    ],
)
def test_schemas_without_arrays_have_no_finder(schema: dict[str, Any]) -> None:
    """A schema without arrays costs nothing."""
    assert not described(schema).matters()


@pytest.mark.parametrize(("schema", "instance"), FOUND)
def test_tuples_are_refused_and_explained(schema: dict[str, Any], instance: Any) -> None:
    """A tuple that is found is refused by `is_valid`, and has a violation."""
    validator = Validator(schema)
    assert not validator.is_valid(instance)
    assert [*validator.iter_violations(instance)]


@pytest.mark.parametrize(
    ("schema", "valid", "invalid"),
    [
        ({"minimum": 0, "allOf": [{"type": "integer"}]}, 2, 1.5),
        ({"format": "date", "pattern": "^2026"}, "2026-06-12", "2025-06-12"),
        ({"format": "date", "pattern": "^2026"}, "2026-06-12", "2026-06-1/"),
        ({"format": "date", "pattern": "^2026", "allOf": [{"pattern": "12$"}]}, "2026-06-12", "2026-06-13"),
        ({"type": "object"}, {"a": 2}, {1: 2}),
        ({"type": ["object", "null"]}, {"a": 2}, {1: 2}),
        ({"properties": {"b": {}}}, {"b": 2}, {"b": 2, 1: 2}),
        ({"properties": {"b": {}}}, {}, {1: 2}),
        ({"maxLength": 1}, {1: 2}, "ab"),
        ({"type": "object", "additionalProperties": False}, {}, {"a": 2}),
        ({"type": ["number", "null"]}, 1.5, "1.5"),
    ],
)
def test_compiling_keeps_the_meaning_of_a_schema(schema: dict[str, Any], valid: Any, invalid: Any) -> None:
    """The keywords that `compiled` adds leave the keywords beside them in force."""
    validator = Validator({"properties": {"part": schema}})  # at the root, more is checked
    assert validator.is_valid({"part": valid})
    assert not validator.is_valid({"part": invalid})
