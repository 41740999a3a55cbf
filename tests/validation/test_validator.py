"""All calls of a validator agree about JSON values, other objects, tuples, long integers and unusual strings."""

from __future__ import annotations

import collections
import copy
import decimal
import enum
import json
import pickle
import socket
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from jsonschema import Draft202012Validator

from twenty_opportunity.errors import UnsupportedSchemaError, ValidationError, pointer
from twenty_opportunity.schemas.composites import definitions
from twenty_opportunity.validation import Validator
from twenty_opportunity.validation.compile import compiled, for_python
from twenty_opportunity.validation.explain import WINDOW, Explainer

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "twenty-opportunity.json").read_bytes())
EXAMPLE = SCHEMA["examples"][0]
PUBLISHED = Validator(SCHEMA)
LISTS = Validator(
    {
        "type": "object",
        "properties": {
            "tags": {"type": ["array", "null"], "items": {"type": "string"}},
            "rows": {"type": "array", "items": {"$ref": "#/$defs/row"}, "prefixItems": [{"type": "array"}]},
            "deep": {"anyOf": [{"properties": {"inner": {"type": "array"}}, "type": "object"}, {"type": "null"}]},
            "pair": {"enum": [[1, 2], "none"]},
            "text": {"type": "string"},
        },
        "additionalProperties": {"type": "array"},
        "not": {"type": "array"},
        "$defs": {"row": {"type": "array", "items": True}},
    }
)


class Text(str):
    """A subclass of str."""

    __slots__ = ()


class Stage(enum.StrEnum):
    """Stages as a program may name them."""

    NEW = "NEW"


class Labelled(str, enum.Enum):  # noqa: UP042  # many programs have such classes
    """Stages whose `str()` is not their value."""

    NEW = "NEW"
    stage = "stage"


class Plain(enum.Enum):
    """Options that are not strings themselves."""

    NEW = "NEW"
    TEXT = Text("NEW")
    OBJECT = EXAMPLE
    LIST = ["a"]  # noqa: RUF012
    PAIR = ("a",)
    ROWS = {"tags": ("a",)}  # noqa: RUF012
    STRANGE = {1}  # noqa: RUF012
    NAMES = {1: 2}  # noqa: RUF012


class Hostile(dict[str, Any]):
    """A dict whose methods raise an error."""

    def fail(self, *_: object) -> NoReturn:
        """Raise an error."""
        raise RuntimeError

    __iter__ = __getitem__ = __contains__ = __len__ = get = items = keys = values = fail


def changed(**members: object) -> dict[str, Any]:
    """Return the example of the published schema with other properties."""
    return {**EXAMPLE, **members}


def verdict(validator: Validator, instance: object) -> bool:
    """Return the verdict of a validator, after checking that its three calls agree."""
    violations = list(validator.iter_violations(instance))
    assert validator.is_valid(instance) is (violations == [])
    if violations:
        with pytest.raises(ValidationError) as caught:
            validator.validate(instance)
        assert caught.value.violations == tuple(violations)
        assert all(violation.keyword for violation in violations)
    else:
        validator.validate(instance)
    return not violations


@pytest.mark.parametrize(
    "instance",
    [
        EXAMPLE,
        collections.OrderedDict(EXAMPLE),
        collections.defaultdict(int, EXAMPLE),
        Hostile(EXAMPLE),
        changed(stage=Stage.NEW),
        changed(stage=Labelled.NEW),
        changed(stage=Plain.NEW),
        changed(stage=Plain.TEXT),
        changed(stage=Text("NEW"), id=Text(EXAMPLE["id"])),
        {Text(name): value for name, value in EXAMPLE.items()},
        {**{name: value for name, value in EXAMPLE.items() if name != "stage"}, Labelled.stage: "NEW"},
        changed(name="\ud800"),
        changed(**{"\ud800\udfff": {"\udfff": "\ud800"}, "name": Text("\ud800")}),
        Plain.OBJECT,
        changed(position=2**64),
        changed(position=-0.0),
        changed(position=decimal.Decimal("1.5")),
        changed(amount={"amountMicros": 1.0}),
        changed(amount={"amountMicros": decimal.Decimal("1E3")}),
        changed(extra={1: (2, {3})}, other=b"bytes", third=float("nan")),
        changed(createdBy={"context": {"a": {1: 2}}}),
    ],
    ids=lambda instance: type(instance).__name__,
)
def test_what_stands_for_json_is_taken(instance: object) -> None:
    """Subclasses of dict and str, enum options and unusual strings are accepted as their values."""
    assert verdict(PUBLISHED, instance)


@pytest.mark.parametrize(
    ("instance", "pointers"),
    [
        (changed(stage="NEW\n"), ["/stage"]),
        (changed(stage=Text("LEAD")), ["/stage"]),
        (changed(stage="\ud800", id="\ud800", closeDate="\ud800"), ["/id", "/stage", "/closeDate"]),
        (changed(name=("a",)), ["/name"]),
        (changed(name=b"a"), ["/name"]),
        (changed(name=Plain.STRANGE), ["/name"]),
        (changed(name=Plain.LIST), ["/name"]),
        (changed(amount=()), ["/amount"]),
        (changed(amount={1: 2}), ["/amount"]),
        (changed(amount={"amountMicros": 1, "currencyCode": "USD", 1: 2}), ["/amount"]),
        (changed(createdBy={"source": "API", "name": "", "context": None, 1: 2}), ["/createdBy"]),
        (changed(amount=Plain.NAMES), ["/amount"]),
        (changed(amount={Plain.NEW: 2}), ["/amount"]),
        (changed(amount=MappingProxyType({})), ["/amount"]),
        (changed(amount={"amountMicros": True}), ["/amount/amountMicros"]),
        (changed(amount={"amountMicros": decimal.Decimal("1.5")}), ["/amount/amountMicros"]),
        (changed(position=float("inf")), ["/position"]),
        (changed(position=decimal.Decimal("sNaN")), ["/position"]),
        (changed(position=True), ["/position"]),
        (changed(position=type("I", (int,), {})(3)), ["/position"]),
        (changed(createdBy={"context": {1: 2}}), ["/createdBy/context"]),
        ({**EXAMPLE, 5: 6}, [""]),
        ({**EXAMPLE, None: 6}, [""]),
        (tuple(EXAMPLE.items()), [""]),
        (object(), [""]),
        (None, [""]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_stands_for_no_json_is_refused_where_it_is_described(instance: object, pointers: list[str]) -> None:
    """Each is one violation at its place, and one verdict in all three ways of asking."""
    assert not verdict(PUBLISHED, instance)
    assert [violation.pointer for violation in PUBLISHED.iter_violations(instance)] == pointers


@pytest.mark.parametrize(
    ("instance", "pointers"),
    [
        ({}, []),
        ({"tags": ["a"], "rows": [[], ["x"]], "deep": {"inner": []}, "pair": [1, 2], "more": []}, []),
        ({"tags": collections.UserList(), "rows": type("L", (list,), {})([[]])}, ["/tags"]),
        ({"tags": None, "deep": None, "pair": "none"}, []),
        ({"tags": ("a",)}, ["/tags"]),
        ({"tags": Plain.LIST}, []),
        ({"tags": Plain.PAIR}, ["/tags"]),
        (Plain.ROWS, ["/tags"]),
        ({"rows": Plain.PAIR}, ["/rows"]),
        ({"rows": ()}, ["/rows"]),
        ({"rows": [()]}, ["/rows/0"]),
        ({"rows": [[], ()]}, ["/rows/1"]),
        ({"rows": [[()]]}, []),
        ({"deep": {"inner": ()}}, ["/deep/inner"]),
        ({"pair": (1, 2)}, ["/pair"]),
        ({"pair": [1, 3]}, ["/pair"]),
        ({"pair": [1]}, ["/pair"]),
        ({"more": ()}, ["/more"]),
        ({"more": [()]}, []),
        ({"tags": (), "text": Text("a")}, ["/tags"]),
        (Hostile({"tags": ()}), ["/tags"]),
        (Hostile({"tags": type("L", (list,), {})([Text("a")])}), []),
    ],
    ids=lambda value: type(value).__name__,
)
def test_tuples_are_not_arrays(instance: object, pointers: list[str]) -> None:
    """A tuple is refused if a schema describes an array at its place in any way, and ignored elsewhere."""
    assert verdict(LISTS, instance) is (pointers == [])
    assert [violation.pointer for violation in LISTS.iter_violations(instance)] == pointers


@pytest.mark.parametrize(
    ("schema", "number", "valid"),
    [
        ({"type": "number"}, 10**5000, True),
        ({"type": ["number", "null"]}, -(10**5000), True),
        ({"type": "integer"}, 10**5000, True),
        ({"type": "integer", "minimum": 0}, 10**4299, True),
        ({"type": "integer", "minimum": 0}, 10**5000, False),
        ({"type": "integer", "maximum": 0, "allOf": [{"minimum": -1}]}, -(10**5000), False),
        ({"type": "integer", "maximum": 2**53}, 2**53, True),
        ({"type": "integer", "maximum": 2**53}, 2**53 + 1, False),
        ({"type": "number", "exclusiveMinimum": 0.5}, decimal.Decimal("0.5"), False),
        ({"type": "number", "minimum": 0.5}, decimal.Decimal("0.5"), True),
        ({"enum": [2**53]}, 2**53 + 1, False),
        ({"enum": [1]}, True, False),
        ({"enum": [1]}, 1.0, True),
        ({"const": {"a": [0, False]}}, {"a": [0.0, False]}, True),
        ({"const": {"a": [0, False]}}, {"a": [False, 0]}, False),
        ({"const": {"a": 1}}, {"b": 1}, False),
        ({"const": {"a": 1}}, [1], False),
        ({"minimum": 1}, "0", True),
        ({"uniqueItems": True}, [1, True, "1", None, [1], [True], {"a": 1}, {"a": True}], True),
        ({"uniqueItems": True}, [{"a": [1]}, {"a": [1.0]}], False),
        ({"uniqueItems": False}, [1, 1], True),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_numbers_and_equality_are_exact(schema: dict[str, Any], number: object, valid: bool) -> None:  # noqa: FBT001
    """Integers of any size, equal values of several types, and Decimals whatever the context are judged alike."""
    with decimal.localcontext(decimal.Context(prec=3, traps=[decimal.FloatOperation, decimal.Inexact])):
        assert verdict(Validator(schema), number) is valid


def test_undescribed_values_may_be_deep_or_circular() -> None:
    """An undescribed value may be deep, and may contain itself, even if the validator has to copy the instance."""
    deep: dict[str, Any] = {"name": Text("x")}
    for _ in range(100_000):
        deep = {"a": [deep]}
    circle: list[Any] = []
    circle.append(circle)
    for stage in ("NEW", Text("NEW")):
        assert verdict(PUBLISHED, changed(stage=stage, deep=deep, circle=circle, createdBy={"context": deep}))
        assert not verdict(PUBLISHED, changed(stage=stage, name=deep, amount=circle))


RECURSIVE = {
    "$defs": {
        "Json": {
            "anyOf": [
                {"type": "array", "items": {"$ref": "#/$defs/Json"}},
                {"type": "object", "additionalProperties": {"$ref": "#/$defs/Json"}},
                {"type": ["string", "null"], "pattern": "^[^\u0000]*$"},
            ]
        }
    },
    "$ref": "#/$defs/Json",
}


@pytest.mark.parametrize("depth", [10, 300, 5_000])
@pytest.mark.parametrize("around", [lambda inner: [inner], lambda inner: {"a": inner}], ids=["array", "object"])
def test_values_of_a_recursive_schema_may_be_deep(depth: int, around: Any) -> None:
    """JSON that a schema describes at every depth is validated without recursion, valid or not."""
    validator = Validator(RECURSIVE)
    for leaf, expected in ((None, True), ("x", True), ("\0", False), ((1,), False), ({"a": ()}, False)):
        instance: Any = leaf
        for _ in range(depth):
            instance = around(instance)
        assert validator.is_valid(instance) is expected
        assert bool([*validator.iter_violations(instance)]) is not expected


@pytest.mark.parametrize("depth", [253, 254, 255, 300])
def test_a_violation_beside_a_deep_value_is_explained(depth: int) -> None:
    """An error of jsonschema-rs carries the object around it, which it accepts only up to 255 levels."""
    deep: Any = "x"
    for _ in range(depth):
        deep = [deep]
    schema = {"$defs": RECURSIVE["$defs"], "properties": {"json": RECURSIVE}, "required": ["name"]}
    (violation,) = Validator(schema).iter_violations({"json": deep})
    assert (violation.pointer, violation.keyword) == ("/name", "required")


@pytest.mark.parametrize(
    ("following", "expected"), [((), True), ([()], True), ({"list": ()}, False), ({"list": []}, True)]
)
def test_tuples_are_refused_where_a_recursive_schema_has_arrays(following: Any, expected: bool) -> None:  # noqa: FBT001
    """A tuple at a place without a type is any object, as everywhere."""
    link = {"properties": {"list": {"type": "array"}, "next": {"$ref": "#/$defs/Link"}}}
    assert Validator({"$defs": {"Link": link}, "$ref": "#/$defs/Link"}).is_valid({"next": following}) is expected


@pytest.mark.parametrize("circle", [[], {}], ids=["array", "object"])
def test_values_of_a_recursive_schema_may_contain_themselves(circle: Any) -> None:
    """A check of such a value ends."""
    if isinstance(circle, list):
        circle.append(circle)
    else:
        circle["a"] = circle
    assert Validator(RECURSIVE).is_valid(circle)


def test_large_values_are_not_repeated() -> None:
    """A property of any size leaves the message short, and is not changed."""
    name = "n" * 10_000_000
    before = changed(stage=name, position=[0] * 1_000_000, **{name: 1})
    instance = copy.copy(before)
    violations = list(PUBLISHED.iter_violations(instance))
    assert [violation.pointer for violation in violations] == ["/stage", "/position"]
    assert all(len(str(violation)) < 300 for violation in violations)
    assert instance == before
    (violation,) = Validator({"additionalProperties": False}).iter_violations({name: 1})
    assert violation.pointer == f"/{name}"
    assert len(str(violation)) < 300


def test_a_refusal_that_nothing_explains_fails_closed() -> None:
    """If the compiled check refuses an instance without errors, there is still a violation."""
    validator = Validator({})
    validator.__dict__["is_valid"] = lambda _: False
    (violation,) = validator.iter_violations({})
    assert (violation.pointer, violation.keyword, violation.schema_pointer) == ("", "", "")
    assert violation.message
    with pytest.raises(ValidationError, match="nested too deeply"):
        validator.validate({})


def test_objects_that_no_keyword_refuses_are_reported() -> None:
    """If no keyword refuses an object that is not JSON, it is reported at its place, without a keyword."""
    (violation,) = Validator({"minLength": 1}).iter_violations(b"")
    assert (violation.pointer, violation.keyword, violation.schema_pointer) == ("", "", "")
    assert violation.message.startswith("a Python bytes is not a JSON value")
    (violation,) = Validator({"properties": {"a": {"properties": {"b": True}}}}).iter_violations({"a": {1: 2}})
    assert (violation.pointer, violation.keyword) == ("/a", "")
    (violation,) = Validator({"minLength": 1}).iter_violations(type("N" * 1000, (), {})())
    assert len(violation.message) < 100


def test_satisfied_keywords_are_not_reported() -> None:
    """Keywords that are satisfied or do not apply do not cause violations."""
    schema = {
        "items": {"type": "null"},
        "uniqueItems": True,
        "required": ["a"],
        "anyOf": [{"type": "array"}, {"type": "null"}],
        "oneOf": [{"type": "array"}, {"type": "null"}],
        "not": {"type": "null"},
        "if": {"type": "null"},
        "then": {"type": "null"},
        "dependentRequired": {"a": ["b"]},
        "patternProperties": {"^a": {"type": "null"}},
        "pattern": "^a",
        "minItems": 1,
        "minimum": 0,
    }
    assert [violation.pointer for violation in Validator(schema).iter_violations([1, None])] == ["/0"]
    of_objects = {"dependentRequired": {"a": ["b", "c"]}, "required": ["a", "d"]}
    assert [violation.pointer for violation in Validator(of_objects).iter_violations({"a": 1, "b": 2})] == ["/c", "/d"]


def test_violations_come_once_and_in_the_order_of_the_schema() -> None:
    """The same keyword at the same place is one violation, whichever ways lead to it."""
    schema = {
        "allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}],
        "properties": {"b": {"type": "null"}, "a": {"type": "null"}},
        "$defs": {"a": {"required": ["x"]}},
    }
    found = [
        (violation.pointer, violation.keyword) for violation in Validator(schema).iter_violations({"a": 1, "b": 1})
    ]
    assert found == [("/x", "required"), ("/b", "type"), ("/a", "type")]


def size(value: object) -> int:
    """Count the values in an instance, itself included."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(size, parts))


class Counting:
    """A validator of jsonschema-rs that counts the values that it is given."""

    def __init__(self, schema: dict[str, Any]) -> None:
        """Compile a schema."""
        self.sizes = list[int]()
        self.errors = 0
        self._validator = compiled(schema, stand_ins=True)

    def iter_errors(self, instance: object) -> Iterator[Any]:
        """Count an instance, and yield and count its errors."""
        self.sizes.append(size(instance))
        for error in self._validator.iter_errors(instance):
            self.errors += 1
            yield error


NODE = {
    "properties": {"x": {"type": "null"}, "tags": {"items": {"$ref": "#/$defs/node"}}},
    "items": {"$ref": "#/$defs/node"},
    "additionalProperties": {"properties": {"tags": {"$ref": "#/$defs/node"}}, "type": "null"},
    "required": ["k", "x"],
}
TEXTS = {
    "type": ["array", "object", "string"],
    "patternProperties": {"^[^78x\\x00]*$": {"$ref": "#/$defs/text"}},
    "additionalProperties": False,
    "items": {"$ref": "#/$defs/text"},
}
ROWS = {"type": "array", "items": {"required": ["x"], "properties": {"tags": {"items": {"type": "string"}}}}}


def test_the_first_violation_of_a_large_array_takes_one_window() -> None:
    """However many items are broken, the first violation is there after a few of them."""
    counting: Any = Counting({"items": {"type": "null"}})
    million = [1] * 1_000_000
    assert next(Explainer({"items": {"type": "null"}}, counting)(million)).pointer == "/0"
    assert counting.sizes == [1 + WINDOW]
    assert next(Validator({"items": {"type": "null"}}).iter_violations(million)).pointer == "/0"


@pytest.mark.parametrize(
    ("schema", "instance", "number"),
    [
        ({"items": {"type": "null"}}, [1] * 10_000, 10_000),
        ({"additionalProperties": False}, {str(number): 1 for number in range(10_000)}, 10_000),
        ({"patternProperties": {"^[0-9]+$": {"type": "null"}}}, {str(number): 1 for number in range(10_000)}, 10_000),
        ({"$ref": "#/$defs/rows", "$defs": {"rows": ROWS}}, [{"x": 1, "tags": ["a"] * 99 + [1]}] * 3_000, 3_000),
        ({"properties": {"a": {"items": ROWS}}}, {"a": [[{"x": 1, "tags": [0] * 10_000}]] * 2}, 20_000),
    ],
    ids=["items", "additionalProperties", "patternProperties", "reference", "nested"],
)
def test_large_containers_are_explained_in_windows(schema: dict[str, Any], instance: Any, number: int) -> None:
    """The first violation takes a bounded part of the instance, and all of them take each part once."""
    counting: Any = Counting(schema)
    violations = Explainer(schema, counting)(instance)
    next(violations)
    assert len(counting.sizes) == 1
    assert 1 + sum(1 for _ in violations) == number
    assert max(counting.sizes) <= WINDOW * 104
    assert sum(counting.sizes) <= 1.1 * size(instance)


def deep(value: Any) -> Any:
    """Nest a value at a depth at which its path is long."""
    for _ in range(50):
        value = {"a": [value]}
    return value


STORABLE = {"$ref": "#/$defs/Json", "$defs": definitions(writing=True)}


@pytest.mark.parametrize("character", ["\x00", "\ud800"])
def test_names_that_cannot_be_stored_are_one_error_an_object(character: str) -> None:
    """jsonschema-rs, whose errors each hold a whole object, makes one error for all wrong names in an object."""
    inner = {f"{character}{number}": number for number in range(500)}
    instance = {"": [inner], **{f"a{character}{number}": {character: number} for number in range(500)}}
    validator: Any = Counting(STORABLE)
    found = list(Explainer(STORABLE, validator)(instance))
    assert [each.pointer for each in found] == [
        *(pointer("", 0, name) for name in inner),
        *(pointer(name) for name in instance if name),
    ]
    assert {each.schema_pointer for each in found} == {"/$defs/Json/additionalProperties"}
    assert validator.errors == 2


@pytest.mark.parametrize(
    "instance",
    [
        {f"a{number}": "\x00" for number in range(5_000)},
        {"a": [{"": ["\x00"] * 5_000}]},
        {**{f"a{number}": {"": ["\x00"]} for number in range(4_999)}, "\x00": 1},
        deep([["\x00"] * 50] * 100),
        deep([{str(key): "\x00" for key in range(50)}] * 100),
    ],
    ids=["properties", "items", "below", "small arrays in many", "small objects in many"],
)
def test_stored_json_is_explained_in_windows(instance: Any) -> None:
    """However many texts cannot be stored, and at whatever depth, few of their errors are there at a time."""
    validator: Any = Counting(STORABLE)
    assert sum(1 for _ in Explainer(STORABLE, validator)(instance)) == 5_000
    assert max(validator.sizes) <= WINDOW * 4
    assert validator.errors == 5_000


def test_cuts_in_cuts_are_bounded() -> None:
    """A schema that refers to itself has large arrays in the ends of large arrays, to any depth."""
    instance: Any = ["\x00"]
    for _ in range(250):
        instance = [""] * 2 + [instance]
    (found,) = Explainer(STORABLE, window=2)(instance)
    assert found.pointer == "/2" * 250 + "/0"


def test_every_text_that_cannot_be_stored_is_reported() -> None:
    """Texts below names of any form are found, by the keyword at its place in the schema."""
    instance = {"": "\x00", "1": ["\ud800", {"\ue000": "\x00", "^[^\\x00]*$": ["\udfff"]}], "a": "\ue000"}
    found = {each.pointer: each.keyword_location for each in Validator(STORABLE).iter_violations(instance)}
    of_property, of_item = r"/$ref/patternProperties/^[^\x00]*$", "/$ref/items"
    assert found == {
        "/": f"{of_property}/$ref/pattern",
        "/1/0": f"{of_property}{of_item}/$ref/pattern",
        "/1/1/\ue000": f"{of_property}{of_item}{of_property}/$ref/pattern",
        r"/1/1/^[^\x00]*$/0": f"{of_property}{of_item}{of_property}{of_item}/$ref/pattern",
    }


@pytest.mark.parametrize(
    "instance",
    [
        {"a": {"": 1}, "": {"a": 1}},
        {"a": "x", "b": {}, "": {"b": 1, "a": ""}},
        {"a": {"": 1, "a": True}, "": {"a": {}, "": 1}},
        {"1": 1, "+1": 1, "01": 1, "": 1, "0" * 9_000 + "1": 1, "9" * 9_000: 1, "-1": 1, "\u0663": 1},
        {"+1": {"1": {"": 2}}, "1": {"": {"+1": 2}}, "": {"1": {"01": True}, "01": {"1": [2]}}},
        {"": [{"1": [[1, {"": 2}]]}], "1": [{"": [[2, {"": 1}]]}, [{"": 1}, {"1": [1, {"": 1}]}]]},
    ],
    ids=["twins", "a name beside it", "types", "digits", "digits below", "items"],
)
def test_every_name_is_told_apart(instance: Any) -> None:
    """jsonschema-rs leaves empty names out of paths, and turns names of digits into integers; no violation is lost."""
    inner = {"$ref": "#/$defs/inner"}
    definition = {"type": ["array", "object", "string"], "additionalProperties": inner, "items": inner}
    schema = {**inner, "$defs": {"inner": definition}}
    expected = {pointer(*error.absolute_path) for error in Draft202012Validator(schema).iter_errors(instance)}
    for window in (1, 2, WINDOW):
        found = [each.pointer for each in Explainer(schema, window=window)(instance)]
        assert (len(found), {*found}) == (len(expected), expected)


@pytest.mark.parametrize(
    ("schema", "instance", "expected"),
    [
        ({"additionalProperties": False}, {"1": 1, "+1": {"a": 1}, "01": {}}, ["/+1/a"]),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"1": {"a": 1}, "+1": {"b": 1}}, ["/+1/b"]),
        ({"propertyNames": {"pattern": "^a"}}, {"1": 1, "+1": {"b": 1}, "01": {"a": 1}}, ["/+1/b"]),
        ({"propertyNames": {"enum": ["a"]}}, {"1": ["b"], "+1": {"b": 1, "c": 1}}, ["/+1/b", "/+1/c"]),
        ({"propertyNames": False}, {"1": 1, "+1": {"b": 1}}, ["/+1/b"]),
    ],
)
def test_names_are_wrong_only_in_objects(schema: dict[str, Any], instance: Any, expected: list[str]) -> None:
    """A name of digits that jsonschema-rs takes for another one is told apart by the names that are wrong in it."""
    found = Validator({"additionalProperties": schema}).iter_violations(instance)
    assert [each.pointer for each in found] == expected


@pytest.mark.parametrize(
    ("schema", "instance", "expected"),
    [
        ({"patternProperties": {"^1": {"type": "null"}}}, {"1": 5, "01": 5, "+1": 5}, ["/1"]),
        ({"properties": {"1": {}}, "additionalProperties": {"type": "null"}}, {"1": 5, "01": 5}, ["/01"]),
        ({"additionalProperties": {"properties": {"a": {"type": "null"}}}}, {"1": {"a": 5}, "01": {}}, ["/1/a"]),
        (
            {"patternProperties": {"^0": {}, "^x": {}}, "additionalProperties": {"type": "null"}},
            {"01": 5, "1": 5, "+1": 5},
            ["/1", "/+1"],
        ),
        (
            {"patternProperties": {"^1": {"patternProperties": {"^2": {"type": "null"}}}}},
            {"1": {"2": 5}, "2": {"2": 5}},
            ["/1/2"],
        ),
        (
            {"additionalProperties": {"properties": {"": {}}, "additionalProperties": {"type": "null"}}},
            {"a": {"": 5, "a": 5}, "": {"a": 5}},
            ["/a/a", "//a"],
        ),
        (
            {
                "patternProperties": {"^[^\\x00]*$": {}},
                "additionalProperties": {"patternProperties": {"^1": {"type": "null"}}},
            },
            {"\ud800": {"1": 5, "01": 5}},
            ["/\ud800/1"],
        ),
    ],
)
def test_a_name_is_that_of_a_keyword(schema: dict[str, Any], instance: Any, expected: list[str]) -> None:
    """A name that jsonschema-rs takes for another one is reported only if the keyword is about it."""
    assert [each.pointer for each in Validator(schema).iter_violations(instance)] == expected
    found = {pointer(*error.absolute_path) for error in Draft202012Validator(for_python(schema)).iter_errors(instance)}
    assert found == {*expected}


def test_the_branches_of_a_choice_are_those_of_its_place() -> None:
    """Two choices that an empty name makes alike do not mix."""
    choice = {"oneOf": [{"type": "object", "required": ["k"]}, {"type": "array", "minItems": 1}]}
    schema = {"additionalProperties": {"additionalProperties": choice}}
    found = [*Validator(schema).iter_violations({"a": {"": {}}, "": {"a": {}}})]
    assert [(each.pointer, each.keyword) for each in found] == [("/a//k", "required"), ("//a/k", "required")]


@pytest.mark.parametrize(
    ("branch", "present"),
    [({"properties": {"a": {}}, "additionalProperties": False}, {}), ({"additionalProperties": False}, {"a": 1})],
)
def test_forbidden_properties_in_a_choice_are_read_in_part(branch: dict[str, Any], present: dict[str, int]) -> None:
    """Thousands of forbidden properties are reported in order, though most of them are not copied."""
    schema = {"oneOf": [{"type": "object", **branch}, {"type": "null"}], "required": ["a"]}
    counting: Any = Counting(schema)
    instance = {**{f"k{number}": number for number in range(5_000)}, **present, "z": 1}
    found = [violation.pointer[1:] for violation in Explainer(schema, counting)(instance)]
    assert found == [*instance] + [name for name in ("a",) if name not in present]
    assert max(counting.sizes) <= WINDOW + 2


@pytest.mark.parametrize(
    "schema",
    [
        ROWS,
        {"items": {"type": "null"}, "minItems": 5, "maxItems": 6},
        {"items": {"type": "null"}, "minItems": 20, "maxItems": 1},
        {"items": {"type": "null"}, "prefixItems": [{"type": "string"}, True]},
        {"prefixItems": [True, True], "items": {"properties": {"tags": {"items": {"type": "null"}}}}},
        {"items": {"type": "null"}, "uniqueItems": True},
        {"items": {"type": "null"}, "const": [1, 2, 3]},
        {"allOf": [{"items": {"type": "null"}}, {"items": {"type": "string"}}]},
        {"allOf": [{"maxItems": 1}, {"items": {"type": "null"}}, {"minItems": 30}]},
        {"anyOf": [{"items": {"type": "null"}}, {"items": {"type": "string"}}]},
        {"not": {"items": {"type": "integer"}}},
        {"if": {"items": {"type": "integer"}}, "then": False, "else": {"maxItems": 2}},
        {"items": {"items": {"items": {"type": "null"}}}},
        {"items": {"propertyNames": {"maxLength": 1}, "maxProperties": 1, "minProperties": 9}},
        {"items": {"propertyNames": {"maxLength": 1}, "additionalProperties": False}},
        {"items": {"patternProperties": {"^t": {"items": {"type": "null"}}, "x$": {"type": "null"}}}},
        {"items": {"patternProperties": {"^k": {"type": "null"}}, "additionalProperties": False}},
        {"items": {"additionalProperties": False, "patternProperties": {"^[^0x]*$": {"items": {"type": "null"}}}}},
        {"items": {"allOf": [{"patternProperties": {"^k": {"type": "null"}}}, {"additionalProperties": False}]}},
        {"items": {"patternProperties": {"^k": {"type": "null"}}, "additionalProperties": False, "required": ["k1"]}},
        {"$ref": "#/$defs/text", "$defs": {"text": TEXTS}},
        {"items": {"allOf": [{"$ref": "#/$defs/text"}]}, "$defs": {"text": TEXTS}},
        {"items": {"anyOf": [{"$ref": "#/$defs/text"}]}, "$defs": {"text": TEXTS}},
        {"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/text"}]}, "text": TEXTS}},
        {
            "$ref": "#/$defs/a",
            "$defs": {"a": {"items": {"$ref": "#/$defs/a"}, "allOf": [{"$ref": "#/$defs/text"}]}, "text": TEXTS},
        },
        {
            "$ref": "#/$defs/a",
            "$defs": {
                "a": {"items": {"$ref": "#/$defs/a"}, "additionalProperties": {"$ref": "#/$defs/text"}},
                "text": TEXTS,
            },
        },
        {
            "$ref": "#/$defs/a",
            "$defs": {
                "a": {"items": {"$ref": "#/$defs/a"}, "additionalProperties": {"$ref": "#/$defs/b"}},
                "b": {"$ref": "#/$defs/a"},
            },
        },
        {
            "$ref": "#/$defs/a",
            "$defs": {"a": {"items": {"$ref": "#/$defs/a"}, "additionalProperties": {"items": {"type": "null"}}}},
        },
        {"items": {"additionalProperties": {"items": {"type": "null"}}, "required": ["tags", "k"]}},
        {"items": {"dependentRequired": {"k7": ["x", "k9"], "x": ["y"]}, "additionalProperties": {"type": "null"}}},
        {"items": {"properties": {"x": {"type": "null"}}, "additionalProperties": {"items": {"type": "null"}}}},
        {"items": {"properties": {"k": {}, "x": {}}, "required": ["k", "x"], "additionalProperties": {"type": "null"}}},
        {"items": {"anyOf": [{"required": ["k9"]}, {"type": "null"}], "additionalProperties": False}},
        {"items": {"anyOf": [{"properties": {"k7": False}, "additionalProperties": False}, {"type": "null"}]}},
        {"items": {"allOf": [{"properties": {"k2": {}}, "additionalProperties": False}], "required": ["k7", "z"]}},
        {
            "items": {"$ref": "#/$defs/x", "allOf": [{"$ref": "#/$defs/x"}]},
            "$defs": {"x": {"additionalProperties": False}},
        },
        {"items": {"properties": {"": {"propertyNames": {"maxLength": 1}, "maxProperties": 0}}}},
        {"items": {"const": {"x": [1, 2], "tags": ["a", 5, 7]}}},
        {"items": {"minLength": 1}},
        {"items": {"type": "integer", "maximum": 3}},
        {"allOf": [{"items": {"items": {"type": "null"}}}, {"items": {"items": {"minimum": 3}, "maxItems": 1}}]},
        {"items": {"items": {"type": "null"}}, "allOf": [{"items": {"type": "null"}}]},
        {"items": {"items": {"items": {"type": "null"}}}, "allOf": [{"items": {"items": {"items": {"minimum": 9}}}}]},
        {"$ref": "#/$defs/node", "$defs": {"node": NODE}},
        {"items": {"items": {"$ref": "#/$defs/node"}}, "$defs": {"node": NODE}},
    ],
    ids=str,
)
def test_windows_change_no_violation(schema: dict[str, Any]) -> None:
    """Windows of any size, also of one item, give the violations of the whole, in the same order."""
    row = {"x": 1, "tags": ["a", 5, 7], "\ud800": [1, [object()]], **{f"k{number}": number for number in range(9)}}
    for instance in (
        [row, {**row, "k9": [1, 2, 3], "": 0}, b"", {}, row],
        [{"": {"k1": 1, "k22": 2, "x": 1}}, {"": {}}],
        {"tags": [1, 2, "a"], "x": [row]},
        [*range(12)],
        [[[1, 2], [3, None, 5]], [], [[6], [7], [b"", b""]]],
        [b"", b"", b""],
        ["", b"", b""],
        {"tags": [row, {"tags": [row, {"k1": {}, "k2": {"tags": [{"x": 1}, {"y": 1}]}}]}, row]},
    ):
        whole = [*Explainer(schema, window=1000)(instance)]
        assert all([*Explainer(schema, window=window)(instance)] == whole for window in (1, 2, 5))


def test_the_output_of_the_standard_has_both_locations() -> None:
    """The path of evaluation passes the reference, the absolute location does not."""
    with pytest.raises(ValidationError) as caught:
        PUBLISHED.validate(changed(createdBy={"source": "FAX"}))
    (unit,) = caught.value.to_dict()["errors"]
    assert unit["keywordLocation"] == "/properties/createdBy/$ref/properties/source/enum"
    assert unit["absoluteKeywordLocation"] == f"{SCHEMA['$id']}#/$defs/ActorMetadata/properties/source/enum"
    assert unit["instanceLocation"] == "/createdBy/source"
    back = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  # our own
    assert back.violations == caught.value.violations


@pytest.mark.parametrize("schema_id", ["https://example.com/schema", ""])
def test_a_violation_names_the_schema_where_it_has_a_name(schema_id: str) -> None:
    """The `$id` of a schema is in its violations; without one, the output lacks an absolute location."""
    schema = {"type": "object", **({"$id": schema_id} if schema_id else {})}
    (violation,) = Validator(schema).iter_violations(5)
    assert violation.schema_id == schema_id
    assert ("absoluteKeywordLocation" in violation.to_dict()) is bool(schema_id)


def test_a_validator_keeps_its_own_schema() -> None:
    """Changing the schema afterwards changes nothing; a validator copies and pickles, used or not."""
    schema = copy.deepcopy(SCHEMA)
    validator = Validator(schema)
    schema["properties"]["stage"]["enum"].append("LEAD")
    unpickled = pickle.loads(pickle.dumps(validator))  # noqa: S301  # our own
    for one in (validator, unpickled, copy.deepcopy(PUBLISHED)):
        assert not verdict(one, changed(stage="LEAD"))
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither side opens a socket, whatever the schema's `$id` and `$schema` name."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert not verdict(Validator(SCHEMA), {})


def test_jsonschema_is_not_imported_to_validate() -> None:
    """jsonschema-rs accepts and explains; jsonschema and referencing are for those who ask for them."""
    program = (
        "import sys; from twenty_opportunity.validation import Validator; v = Validator({'type': 'null'});"
        "assert not {'jsonschema', 'jsonschema_rs'} & sys.modules.keys();"
        "assert v.is_valid(None) and not v.is_valid(1) and [*v.iter_violations(1)];"
        "assert not {'jsonschema', 'referencing'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_checks_for_decoders_are_the_compiled_ones() -> None:
    """Without arrays in the schema, the check is the compiled check itself."""
    assert PUBLISHED.check is PUBLISHED.accepts
    assert LISTS.accepts({"tags": ("a",)})
    assert not LISTS.check({"tags": ("a",)})
    with pytest.raises(ValueError, match="Unsupported type"):
        LISTS.check(b"")


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"$ref": 5}, "/$ref"),
        ({"properties": 5}, "/properties"),
        ({"properties": {"a": {"anyOf": 5}}}, "/properties/a/anyOf"),
        ({"pattern": 5}, "/pattern"),
        ({"items": {"pattern": "."}}, "/items/pattern"),
        ({"patternProperties": 5}, "/patternProperties"),
        ({"items": {"patternProperties": {".": True}}}, "/items/patternProperties"),
        ({"x-shared": {"properties": 5}, "items": {"$ref": "#/x-shared"}}, ""),
        ({"x-shared": {"text": {"minLenght": 5}}, "items": {"$ref": "#/x-shared/text"}}, "/x-shared/text/minLenght"),
        ({"x-shared": {"text": {"pattern": "."}}, "items": {"$ref": "#/x-shared/text"}}, "/x-shared/text/pattern"),
        ({"properties": {"1": {}, "a": {}, "01": {}}}, "/properties/01"),
        ({"items": {"patternProperties": {"00": {}, "0": {}}}}, "/items/patternProperties/0"),
        ({5: True}, ""),
    ],
)
def test_a_wrong_schema_is_refused_at_once(schema: dict[str, Any], place: str) -> None:
    """
    Wrong shapes and wrong targets of references are found before any instance is validated.

    So are two names of properties that jsonschema-rs takes for one integer, because its errors do not tell them apart.
    """
    with pytest.raises(UnsupportedSchemaError) as caught:
        Validator(schema)
    assert caught.value.pointer == place


@pytest.mark.parametrize(
    "schema",
    [
        *({"minLength": -1}, {"anyOf": []}, {"type": "text"}, {"type": 5}, {"$id": "http://a b"}),
        *({"title": "\ud800"}, {"properties": {"\ud800": {}}}, {"required": ["\ud800"]}, {"const": object()}),
    ],
)
def test_a_schema_that_is_not_valid_is_refused_on_first_use(schema: dict[str, Any]) -> None:
    """A value that Draft 2020-12 does not allow, or that is not JSON, is found when the schema is compiled."""
    with pytest.raises(UnsupportedSchemaError, match=r"is not a Draft 2020-12 schema: ."):
        Validator(schema).is_valid(1)


@pytest.mark.parametrize(
    ("schema", "instance", "places"),
    [
        ({"allOf": [{}, {"required": ["a"]}]}, {}, ["/a at /allOf/1/required"]),
        ({"properties": {"a": {"maximum": 5}}}, {"a": 10**5000}, ["/a at /properties/a/maximum"]),
        ({"propertyNames": False}, {"a": 1, "b": 2}, ["/a at /propertyNames", "/b at /propertyNames"]),
    ],
)
def test_the_location_of_a_keyword(schema: dict[str, Any], instance: Any, places: list[str]) -> None:
    """A violation has the path to its keyword, with the index of a branch and without what our compiler adds."""
    violations = [*Validator(schema).iter_violations(instance)]
    assert [f"{found.pointer} at {found.keyword_location}" for found in violations] == places


def test_violations_are_in_the_order_of_the_schema_in_every_container() -> None:
    """Items and other properties come in the order of the instance, and the rest in that of the schema."""
    part = {"properties": {"y": {"type": "null"}, "x": {"type": "null"}}}
    schema = {"properties": {"b": {"items": part}, "a": part, "c": {"additionalProperties": part}}}
    both = {"x": 1, "y": 1}
    violations = Validator(schema).iter_violations({"a": both, "b": [both, both], "c": {"q": both, "p": {"y": 1}}})
    expected = ["/b/0/y", "/b/0/x", "/b/1/y", "/b/1/x", "/a/y", "/a/x", "/c/q/y", "/c/q/x", "/c/p/y"]
    assert [found.pointer for found in violations] == expected


@pytest.mark.parametrize("keyword", ["then", "else"])
def test_violations_of_a_condition_come_where_the_if_is(keyword: str) -> None:
    """The order of the schema is kept: `then` and `else` belong to the `if`, wherever they are written."""
    schema = {"if": keyword == "then", "properties": {"a": {"type": "string"}}, keyword: {"required": ["b"]}}
    assert [found.pointer for found in Validator(schema).iter_violations({"a": 1})] == ["/b", "/a"]


@pytest.mark.parametrize("array", [[[1]], [{"x": [1]}], {"x": [1]}])
def test_arrays_of_an_enum_are_compared_whole_beside_a_violation(array: Any) -> None:
    """The explanation compares all levels of an option, and blames only the property that is missing."""
    for keyword in ({"enum": [array]}, {"const": array}):
        validator = Validator({"properties": {"a": keyword}, "required": ["b"]})
        assert [found.pointer for found in validator.iter_violations({"a": array})] == ["/b"]
        assert [found.pointer for found in validator.iter_violations({"a": [[2]]})] == ["/a", "/b"]


def test_references_lead_anywhere_within_the_schema() -> None:
    """The target of a reference need not be in `$defs`, and may refer to another."""
    shared = {"text": {"type": "string"}, "list": {"type": "array", "items": {"$ref": "#/x-shared/text"}}}
    validator = Validator({"x-shared": shared, "properties": {"a": {"$ref": "#/x-shared/list"}, "b": {"minimum": 1}}})
    assert verdict(validator, {"a": ["x"]})
    assert not verdict(validator, {"a": ("x",)})
    (found,) = validator.iter_violations({"a": [5], "b": 1})
    assert (found.pointer, found.schema_pointer) == ("/a/0", "/x-shared/text/type")
    assert found.keyword_location == "/properties/a/$ref/items/$ref/type"


@pytest.mark.parametrize("name", ["0", "007", "+1", "-1", "a~/b", "\u0661", ""])
def test_every_name_is_a_property(name: str) -> None:
    """Names that look like indices, and names that pointers escape, are those of properties."""
    validator = Validator({"properties": {name: {"type": "null"}}, "propertyNames": {"maxLength": 4}})
    (found,) = validator.iter_violations({name: 1})
    assert (found.pointer, found.schema_pointer) == (pointer(name), pointer("properties", name, "type"))
    assert found.keyword_location == found.schema_pointer
    validator = Validator({"additionalProperties": {"items": {"additionalProperties": False, "properties": {"a": {}}}}})
    (found,) = validator.iter_violations({name: [{name: 1}]})
    assert found.pointer == pointer(name, 0, name)
    validator = Validator({"properties": {name: False}, "additionalProperties": {"properties": {name: False}}})
    assert [found.pointer for found in validator.iter_violations({name: 1, "x": {name: 1}})] == [
        pointer(name),
        pointer("x", name),
    ]


@pytest.mark.parametrize(
    ("schema", "instance", "expected"),
    [
        ({"items": {"type": "boolean"}, "uniqueItems": True}, [object(), object()], ["/0", "/1"]),
        ({"items": {"type": "boolean"}, "uniqueItems": True}, [b"", True, True], ["/0", ""]),
        ({"properties": {"a": {"anyOf": [{"type": "boolean"}, {"enum": [None, 0]}]}}}, {"a": b""}, ["/a"]),
        ({"properties": {"a": {"type": "object", "required": ["b"]}}}, {"a": {1: 2}}, ["/a"]),
        ({"propertyNames": {"anyOf": [{"maxLength": 1}, {"pattern": "^a"}]}}, {"bb": 1}, ["/bb"]),
        ({"type": "object", "additionalProperties": False}, {"\ud800": 1}, ["/\ud800"]),
        ({"const": [[1]]}, [[2]], [""]),
        (
            {"properties": {"a": {"items": {"items": {"type": "null"}, "uniqueItems": True}}}},
            {"a": [[object(), object()]]},
            ["/a/0/0", "/a/0/1"],
        ),
    ],
)
def test_violations_are_those_of_the_instance(schema: dict[str, Any], instance: object, expected: list[str]) -> None:
    """The value that replaces an object that is not JSON does not cause violations itself."""
    assert [found.pointer for found in Validator(schema).iter_violations(instance)] == expected


def test_an_object_that_is_not_json_has_no_type() -> None:
    """An object that is not a JSON value is refused by every `type` that leaves out one type of JSON values."""
    types = ["array", "boolean", "null", "number", "object", "string"]
    schema = {"properties": {name: {"type": [other for other in types if other != name]} for name in types}}
    found = Validator(schema).iter_violations({name: object() for name in types})
    assert [(each.pointer, each.keyword) for each in found] == [(f"/{name}", "type") for name in types]


def test_no_context_is_asked_about_bounds() -> None:
    """Numbers of any class are compared exactly where the program's context forbids to mix them."""
    with decimal.localcontext() as context:
        context.traps[decimal.FloatOperation] = True
        for number in (1.5, decimal.Decimal("1.5"), 2):
            assert not Validator({"maximum": 1.25}).is_valid(number)
            assert Validator({"minimum": 1.25}).is_valid(number)


@pytest.mark.parametrize(
    ("instance", "value"),
    [
        (1.0, 1),
        (decimal.Decimal("1.0"), 1),
        (Text("a"), "a"),
        ([1.0, [None]], [1, [None]]),
        ({"a": 1.0}, {"a": 1}),
        (None, None),
    ],
)
def test_an_instance_is_the_value_that_a_schema_names(instance: Any, value: Any) -> None:
    """Numbers are equal by value, strings of any class by their characters, containers by their content."""
    assert verdict(Validator({"const": value}), instance)


@pytest.mark.parametrize(
    ("instance", "value"),
    [
        (True, 1),
        (1, True),
        ("1", 1),
        ("b", "a"),
        ([1], [1, 2]),
        ([1, 2], [1]),
        ([1, 2], [2, 1]),
        ("a", ["a"]),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 1, "b": 1}),
        ([], {}),
        (0, None),
        (None, False),
    ],
)
def test_different_values_are_not_equal(instance: Any, value: Any) -> None:
    """Values that differ in type, number, order, length or properties are not equal."""
    assert not verdict(Validator({"const": value}), instance)


@pytest.mark.parametrize("instance", [["\U0010f000"], ["a", "\U0010efff\U0010f7ff"], [Text("\U0010f000")], ["\uffff"]])
def test_private_use_characters_are_not_surrogates(instance: list[str]) -> None:
    """Text that excludes U+0000 may have any character, even those that replace lone surrogates in copies."""
    validator = Validator({"items": {"type": "string", "pattern": "^[^\\x00]*$"}})
    assert validator.is_valid(instance)
    assert validator.accepts([*map(str, instance)])
    for wrong in ("\ud800", "\x00"):
        assert [found.pointer for found in validator.iter_violations([*instance, wrong])] == [f"/{len(instance)}"]
