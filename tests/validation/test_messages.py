"""Each keyword tells its fault in one sentence that says where, what, and what would be right."""
# ruff: noqa: E501  # a message stands on one line

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections import ChainMap
from decimal import Decimal
from typing import Any

import attrs
import pytest

from twenty_opportunity.schemas.field_types import (
    FIELD_TYPES,
    PATTERNS_IN_WORDS,
    UUID_PATTERN,
    Field,
    definitions,
    fragment,
)
from twenty_opportunity.validation import Validator
from twenty_opportunity.validation.messages import MESSAGE_LIMIT, Failure, sentence

ANY = {"type": ["object", "array", "string", "number", "boolean", "null"]}
CURRENCY = {"type": "object", "properties": {"code": {"type": "string", "pattern": "^[A-Z]{3}$"}}}


def lines(schema: dict[str, Any], instance: object) -> list[str]:
    """Explain an instance, one violation a line, with its keyword and where that stands."""
    found = list(Validator(schema).iter_violations(instance))
    return [f"{violation.schema_pointer} {violation}" for violation in found]


def member(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Make the schema of an object from that of a member."""
    return {"type": "object", "properties": {name: schema}}


@pytest.mark.parametrize(
    ("schema", "instance", "expected"),
    [
        ({"type": "string"}, 5, ["/type (root): 5 is not a string"]),
        ({"type": "integer"}, 1.5, ["/type (root): 1.5 is not an integer"]),
        ({"type": "array"}, "[]", ['/type (root): "[]" is not an array; decode JSON text with loads']),
        ({"type": "string"}, 2**99, [f"/type (root): {2**99} is not a string"]),
        (
            {"type": "string"},
            {1: 2},
            ["/type (root): a dict with a Python int for a key is not a string; property names must be strings"],
        ),
        ({"type": "number"}, float("inf"), ["/type (root): inf is not a number; JSON has neither NaN nor infinities"]),
        ({"pattern": "^a", "description": "Ends in X."}, "b", ['/pattern (root): "b" does not match ^a (Ends in X)']),
        ({"not": {"type": "null", "description": "D" * 200}}, None, [f"/not (root): {'D' * 200}"]),
        (
            {"enum": [f"{number} {'x' * 30}" for number in range(4)]},
            f"3 {'x' * 29}",
            [
                f'/enum (root): "3 {"x" * 29}" is not a value; must be one of "0 {"x" * 30}" and 3 more; the nearest is "3 {"x" * 30}"'
            ],
        ),
        ({"type": "integer"}, True, ["/type (root): true is not an integer"]),
        ({"type": ["object", "array", "null"]}, False, ["/type (root): false is not an object, an array or null"]),
        ({"type": "array"}, {"a": 1}, ["/type (root): an object with 1 property is not an array"]),
        ({"type": "boolean"}, [1, 2], ["/type (root): an array with 2 items is not a boolean"]),
        ({"type": "number"}, None, ["/type (root): null is not a number"]),
        ({"enum": ["A", 1, None]}, "B", ['/enum (root): "B" is not a value; must be one of A, 1, null']),
        (
            member("age", {"enum": [1, 2]}),
            {"age": "1"},
            ['/properties/age/enum /age: "1" is not an age; must be one of 1, 2'],
        ),
        (
            {"type": "object", "properties": {"tags": {"type": "array", "items": {"enum": ["A", "B"]}}}},
            {"tags": ["A", "C"]},
            ['/properties/tags/items/enum /tags/1: "C" is not one of the tags; must be one of A, B'],
        ),
        ({"type": "string", "enum": ["A"]}, 5, ["/type (root): 5 is not a string"]),
        (
            {"const": {"a": 1}},
            {"a": 2},
            ["/const (root): an object with 1 property is not an object with 1 property, the only value allowed"],
        ),
        ({"type": "string", "const": "x"}, "y", ['/const (root): "y" is not "x", the only value allowed']),
        ({"type": "string", "const": "x"}, 1, ["/type (root): 1 is not a string"]),
        ({"minimum": 0}, -1, ["/minimum (root): -1 must be at least 0"]),
        ({"maximum": 2.5}, Decimal("2.6"), ["/maximum (root): 2.6 must be at most 2.5"]),
        ({"exclusiveMinimum": 0}, 0.0, ["/exclusiveMinimum (root): 0.0 must be greater than 0"]),
        ({"exclusiveMaximum": 9}, 9, ["/exclusiveMaximum (root): 9 must be less than 9"]),
        pytest.param(
            {"minimum": 0, "type": "integer"},
            10**5000,
            ["/minimum (root): an integer of about 5001 digits has too many digits to be compared"],
            id="an integer that cannot be written",
        ),
        ({"minLength": 2}, "é", ['/minLength (root): "é" must have at least 2 characters']),
        ({"maxLength": 1}, "ab", ['/maxLength (root): "ab" must have at most 1 character']),
        (
            {"pattern": "^a+$", "description": "Only the letter a."},
            "b",
            ['/pattern (root): "b" does not match ^a+$ (Only the letter a)'],
        ),
        ({"pattern": "^a+$"}, "b", ['/pattern (root): "b" does not match ^a+$']),
        (
            CURRENCY,
            {"code": "usd"},
            ['/properties/code/pattern /code: "usd" does not match ^[A-Z]{3}$ (three capital letters)'],
        ),
        ({"format": "date"}, "x", ['/format (root): "x" is not an RFC 3339 date such as 2026-09-30']),
        (
            {"format": "date-time"},
            "x",
            ['/format (root): "x" is not an RFC 3339 date-time such as 2026-03-01T08:00:00Z'],
        ),
        (
            {"format": "uuid"},
            "x",
            ['/format (root): "x" is not an RFC 9562 uuid such as 5c222222-0000-4000-8000-000000000003'],
        ),
        ({"minItems": 1}, [], ["/minItems (root): an array with 0 items must have at least 1 item"]),
        ({"maxItems": 1}, [1, 2], ["/maxItems (root): an array with 2 items must have at most 1 item"]),
        (
            {"uniqueItems": True},
            [1, True, 1.0],
            ["/uniqueItems (root): an array with 3 items has the same item at 0 and 2; items must be unique"],
        ),
        (
            {"items": False, "prefixItems": [True]},
            [1, 2],
            ["/items /1: is not an allowed item; the array must have at most 1 item"],
        ),
        ({"prefixItems": [{"type": "null"}]}, [1, 2], ["/prefixItems/0/type /0: 1 is not null"]),
        (
            {"minProperties": 1},
            {},
            ["/minProperties (root): an object with 0 properties must have at least 1 property"],
        ),
        (
            {"maxProperties": 0},
            {"a": 1},
            ["/maxProperties (root): an object with 1 property must have at most 0 properties"],
        ),
        (
            {"required": ["a", "b/c", "d"]},
            {"a": 1},
            ["/required /b~1c: is required but missing", "/required /d: is required but missing"],
        ),
        (
            {"dependentRequired": {"a": ["b"], "x": ["y"]}},
            {"a": 1},
            ["/dependentRequired/a /b: is required because a is present, but missing"],
        ),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1, "b": 2}, []),
        (
            {"properties": {"closeDate": True, "stage": True}, "additionalProperties": False},
            {"close_date": 1},
            ["/additionalProperties /close_date: is not an allowed property; did you mean closeDate?"],
        ),
        (
            {"properties": {"closeDate": True, "stage": True, "no": False}, "additionalProperties": False},
            {"xyz": 1, "no": 2},
            [
                "/properties/no /no: is not an allowed property; must be one of closeDate, stage",
                "/additionalProperties /xyz: is not an allowed property; must be one of closeDate, stage",
            ],
        ),
        (
            {"additionalProperties": False},
            {"a": 1},
            ["/additionalProperties /a: is not an allowed property; none is allowed here"],
        ),
        (
            {"patternProperties": {"^x": False}},
            {"xy": 1},
            ["/patternProperties/^x /xy: is not an allowed property; none is allowed here"],
        ),
        (
            {"patternProperties": {"^x": {"type": "null"}}, "additionalProperties": {"type": "string"}},
            {"xy": None, "y": 1, "xz": 2},
            ["/patternProperties/^x/type /xz: 2 is not null", "/additionalProperties/type /y: 1 is not a string"],
        ),
        ({"propertyNames": {"pattern": "^a"}}, {"b": 1}, ['/propertyNames/pattern /b: "b" does not match ^a']),
        ({"propertyNames": False}, {"b": 1}, ["/propertyNames /b: is not an allowed property; none is allowed here"]),
        ({"not": {"type": "null", "description": "Null is not taken."}}, None, ["/not (root): Null is not taken."]),
        ({"not": {"type": "null"}}, None, ["/not (root): null is a value that the schema excludes"]),
        ({"not": True}, 1, ["/not (root): 1 is a value that the schema excludes"]),
        ({"not": False}, 1, []),
        (
            {"allOf": [{"type": "string"}, {"minLength": 3}]},
            "x",
            ['/allOf/1/minLength (root): "x" must have at least 3 characters'],
        ),
        ({"allOf": [False]}, 1, ["/allOf/0 (root): 1 violates the keyword allOf"]),
        (
            {"if": {"type": "string"}, "then": {"minLength": 1}, "else": {"minimum": 0}},
            "",
            ['/then/minLength (root): "" must have at least 1 character'],
        ),
        (
            {"if": {"type": "string"}, "then": {"minLength": 1}, "else": {"minimum": 0}},
            -1,
            ["/else/minimum (root): -1 must be at least 0"],
        ),
        ({"if": {"type": "string"}, "then": False}, "a", ['/then (root): "a" violates the keyword then']),
        (
            {
                "oneOf": [
                    {"minimum": 0, "title": "positive"},
                    {"maximum": 9, "description": "small"},
                    {"type": "integer"},
                ]
            },
            5,
            ["/oneOf (root): 5 must match only one alternative, but matches 3: positive; small; an unnamed one"],
        ),
        (
            {"oneOf": [{"minimum": 0, "title": "positive"}, {"type": "string"}, {"maximum": 9, "title": "small"}]},
            5,
            ["/oneOf (root): 5 must match only one alternative, but matches 2: positive; small"],
        ),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"type": "null"}}}, 1, ["/$defs/A/type (root): 1 is not null"]),
    ],
)
def test_each_keyword_has_its_sentence(schema: dict[str, Any], instance: object, expected: list[str]) -> None:
    """What a keyword says of an instance, where it points, and where it stands."""
    assert lines(schema, instance) == expected


@pytest.mark.parametrize(
    ("branches", "instance", "expected"),
    [
        ([{"type": "object"}, {"type": "null"}], 5, "/0/type (root): 5 is not an object or null"),
        ([{"type": "string"}, {"type": "string", "minLength": 1}], 5, "/0/type (root): 5 is not a string"),
        (
            [{"format": "date-time"}, {"format": "date"}],
            "x",
            '/0/format (root): "x" is not an RFC 3339 date-time such as 2026-03-01T08:00:00Z or an RFC 3339 date such as 2026-09-30',
        ),
        (
            [{"type": "number"}, {"enum": ["first", "last"]}],
            "second",
            '/1/enum (root): "second" is not a value; must be one of first, last',
        ),
        ([{"type": "number"}, {"enum": ["first"]}], None, "/0/type (root): null is not a number or one of first"),
        ([{"const": "a"}, {"const": "b"}], "c", '/0/const (root): "c" is not "a" or "b"'),
        ([{"const": "a"}, {"pattern": "^[bc]$"}], "d", '/0/const (root): "d" is not "a" or text that matches ^[bc]$'),
        (
            [{"anyOf": [{"type": "null"}, {"type": "object"}]}, {"type": "array"}],
            "x",
            '/0/anyOf/0/type (root): "x" is not null, an object or an array; decode JSON text with loads',
        ),
        (
            [{"required": ["a"], "type": "object"}, {"type": "object", "required": ["b", "c"]}],
            {},
            "/0/required /a: is required but missing",
        ),
        (
            [
                {"properties": {"kind": {"const": "a"}}},
                {"properties": {"kind": {"const": "b"}, "x": {"type": "null"}, "y": {"type": "null"}}},
            ],
            {"kind": "b", "x": 1, "y": None},
            "/1/properties/x/type /x: 1 is not null",
        ),
        (
            [
                {"properties": {"kind": {"enum": ["a"]}}},
                {"properties": {"kind": {"enum": ["b"]}, "x": {"type": "null"}, "y": {"type": "null"}}},
            ],
            {"kind": "b", "x": 1, "y": 2},
            "/1/properties/x/type /x: 1 is not null",
        ),
        (
            [{"allOf": [{"type": "string"}, {"type": "array"}]}, {"type": "null"}],
            5,
            "/0/allOf/0/type (root): 5 is not a string or null",
        ),
        (
            [{"type": "null"}, {"properties": {"a": {"type": "string"}}}],
            {"a": 5},
            "/1/properties/a/type /a: 5 is not a string",
        ),
        ([{"const": 5}, {"type": "object", "required": ["a"]}], {}, "/1/required /a: is required but missing"),
        (
            [{"type": "integer"}, {"minLength": 2, "maxLength": 0}],
            "x",
            '/1/minLength (root): "x" must have at least 2 characters',
        ),
    ],
)
def test_a_choice_tells_of_the_branch_that_was_meant(branches: list[Any], instance: object, expected: str) -> None:
    """A choice never shows itself: one branch is explained, or what all of them want is told at once."""
    for keyword in ("anyOf", "oneOf"):
        assert lines({keyword: branches}, instance)[0] == f"/{keyword}{expected}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "this boolean"),
        ("secret", "this string"),
        (7, "this number"),
        ({"secret": 1}, "an object with 1 property"),
    ],
)
def test_without_the_value_there_is_its_kind(value: object, expected: str) -> None:
    """Nothing of the value is in the message for those who may not see it."""
    (violation,) = Validator({"const": 5}).iter_violations(value)
    assert violation.message_without_value == f"{expected} is not 5, the only value allowed"


@pytest.mark.parametrize(("length", "is_offered"), [(64, True), (65, False)])
def test_similar_names_are_looked_for_up_to_a_length(length: int, *, is_offered: bool) -> None:
    """Looking for a similar name takes the longer the longer it is, so there is an end to it."""
    schema = {"properties": {"a" * length: True}, "additionalProperties": False}
    (line,) = lines(schema, {"a" * (length - 1) + "b": 1})
    assert ("did you mean" in line) == is_offered


class Colour(enum.Enum):
    """An enumeration whose members are strings, and one whose member is a tuple."""

    RED = "red"
    PAIR = (1, 2)


@attrs.frozen
class ARecord:
    """Any attrs class."""


class Small(int):
    """An int that is no plain one."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"{}", "a Python bytes is not null; decode JSON text with loads"),
        (bytearray(), "a Python bytearray is not null; decode JSON text with loads"),
        (dt.date(2026, 1, 1), "a Python date is not null; use its RFC 3339 text, as unstructure writes it"),
        (
            dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            "a Python datetime is not null; use its RFC 3339 text, as unstructure writes it",
        ),
        (uuid.UUID(int=1), "a Python UUID is not null; use its text, as unstructure writes it"),
        ((1, 2), "a Python tuple is not null; use a list"),
        (Colour.PAIR, "a Python tuple is not null; use a list"),
        ({1, 2}, "a Python set is not null; use a list"),
        (ChainMap({}), "a Python ChainMap is not null; use a dict"),
        (ARecord(), "a Python ARecord is not null; convert the record with unstructure"),
        (Small(1), "a Python Small is not null; use a plain int or float"),
        (object(), "a Python object is not null; JSON has no such type"),
        (float("nan"), "nan is not null; JSON has neither NaN nor infinities"),
        (Decimal("-Infinity"), "-Infinity is not null; JSON has neither NaN nor infinities"),
        ({None: 1}, "a dict with a Python NoneType for a key is not null; property names must be strings"),
        (type("N" * 1000, (), {})(), f"a Python {'N' * 14}…{'N' * 15} is not null; JSON has no such type"),
        (Colour.RED, '"red" is not null'),
        ("{}", '"{}" is not null'),
    ],
)
def test_what_is_no_json_is_told_what_to_use_instead(value: object, expected: str) -> None:
    """A Python object that stands for no JSON value is named, with the way to one that does."""
    assert lines(member("x", {"type": "null"}), {"x": value}) == [f"/properties/x/type /x: {expected}"]


def test_json_text_is_to_be_decoded_first() -> None:
    """A whole text where an object has to be is most likely one that nobody decoded."""
    assert lines({"type": "object"}, "{}") == ['/type (root): "{}" is not an object; decode JSON text with loads']


LONG = [f"OPTION_{number}" for number in range(1000)]


def test_a_long_list_is_cut_and_the_nearest_value_offered() -> None:
    """Of many values a few are listed, with the number of the others, and the one that was probably meant."""
    assert lines(member("stage", {"enum": LONG}), {"stage": "option-77"}) == [
        '/properties/stage/enum /stage: "option-77" is not a stage; must be one of OPTION_0, OPTION_1, OPTION_2, OPTION_3, OPTION_4, OPTION_5 and 994 more; the nearest is OPTION_77'
    ]
    for stage in (5, "?", "option-77" * 1000):
        assert lines(member("stage", {"enum": LONG}), {"stage": stage})[0].endswith("and 994 more")


def test_known_members_are_cut_as_well() -> None:
    """Of many known members a few are listed where none is near."""
    schema = {"properties": dict.fromkeys(LONG, True), "additionalProperties": False}
    assert lines(schema, {"?": 1})[0].endswith(
        "must be one of OPTION_0, OPTION_1, OPTION_2, OPTION_3, OPTION_4, OPTION_5 and 994 more"
    )


def test_one_long_value_is_listed_shortened() -> None:
    """Even the first of the values may be too long, and texts that are no words are quoted."""
    (line,) = lines({"enum": ["x y" * 50, "y z" * 50, "b" * 100]}, "c")
    assert line.endswith(f'one of "{("x y" * 50)[:19]}…{("x y" * 50)[-20:]}" and 2 more')


@pytest.mark.parametrize(
    ("schema", "instance"),
    [
        ({"type": "null"}, "secret" * 10),
        ({"type": "null"}, 123456),
        ({"enum": LONG}, "ption_1"),
        ({"const": 1}, "secret"),
        ({"format": "uuid"}, "secret"),
        ({"pattern": "^a$"}, "secret"),
        ({"minLength": 100}, "secret"),
        ({"maximum": 0}, 123456),
        ({"not": {"type": "string"}}, "secret"),
        ({"oneOf": [{"type": "string"}, {"minLength": 1}]}, "secret"),
        ({"anyOf": [{"type": "null"}, {"type": "array"}]}, "secret"),
    ],
)
def test_a_message_without_the_value_holds_nothing_of_it(schema: dict[str, Any], instance: object) -> None:
    """The redacted message says what kind of value is wrong, and neither quotes it nor what is near to it."""
    (violation,) = Validator(schema).iter_violations(instance)
    assert str(instance)[:6] in violation.message
    kind = "this string" if isinstance(instance, str) else "this number"
    assert violation.redacted().message.startswith(f"{kind} ")
    assert str(instance)[:6] not in violation.redacted().message
    assert "nearest" not in violation.redacted().message


def test_a_message_is_cut_at_its_limit() -> None:
    """What a schema says of itself may be long; a message is not."""
    (violation,) = Validator({"not": {"description": "x" * 10_000}}).iter_violations(1)
    assert violation.message == "x" * (MESSAGE_LIMIT - 1) + "…"


def test_an_unknown_keyword_is_told_all_the_same() -> None:
    """A fault of a keyword or a format that has no words of its own is named by it."""
    assert sentence(Failure("contains", {}, 1, {}))[0] == "1 violates the keyword contains"
    assert sentence(Failure("format", "email", "x", {}))[0] == '"x" is not of the format email'


def test_deeply_nested_items_are_told_so() -> None:
    """Items that are nested too deeply to be compared are refused by both sides, for the reason."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert lines({"uniqueItems": True}, [deep, deep]) == [
        "/uniqueItems (root): an array with 2 items has items nested too deeply to be compared"
    ]


def patterns_in(part: Any) -> set[str]:
    """Find every pattern in a schema, or in anything that holds schemas."""
    if isinstance(part, dict):
        own = {part["pattern"]} if isinstance(part.get("pattern"), str) else set()
        return own.union(*map(patterns_in, part.values()))
    return set[str]().union(*map(patterns_in, part)) if isinstance(part, list | tuple) else set()


def test_every_pattern_of_a_field_type_has_words() -> None:
    """No pattern that a field type or a composite brings is left to be read as a regular expression."""
    options = [
        fragment(row, Field("custom", name), writing=writing)
        for name, row in FIELD_TYPES.items()
        for writing in (True, False)
    ]
    composites = [
        {**definition, "allOf": []}  # rules have descriptions of their own
        for writing in (True, False)
        for definition in definitions(writing=writing).values()
    ]
    brought = patterns_in([*composites, *options])
    assert brought - PATTERNS_IN_WORDS.keys() == set()
    assert len(brought) > 10


@pytest.mark.parametrize("pattern", PATTERNS_IN_WORDS)
def test_words_stand_in_the_message_whole(pattern: str) -> None:
    """What is wanted is said to its end, however long the text that is refused and whatever the schema describes."""
    for text in ("\0", "\0" * 5000):
        [line] = lines({"pattern": pattern, "description": "Something else."}, text)
        assert line.removesuffix(")").endswith(PATTERNS_IN_WORDS[pattern].removesuffix(")"))


def test_a_long_pattern_is_left_out() -> None:
    """A pattern too long to be shown whole is not shown at all where there are words for it."""
    assert lines({"pattern": UUID_PATTERN}, "x") == [
        '/pattern (root): "x" is not a uuid of version 1 to 5 and variant 8, 9, a or b, which is what servers take'
    ]
    choice: dict[str, Any] = {"anyOf": [{"const": "a"}, {"pattern": "^[A-Z]{3}$"}]}
    assert lines(choice, "d")[0].endswith('"d" is not "a" or three capital letters')


def test_a_text_that_is_not_of_the_format_is_not_held_to_the_pattern_beside_it() -> None:
    """One fault is told once: what is no uuid at all is not told that it is of the wrong version, too."""
    fragment = {"type": "string", "format": "uuid", "pattern": UUID_PATTERN}
    assert [line.split(" ", 1)[0] for line in lines(fragment, "nobody")] == ["/format"]
    assert [line.split(" ", 1)[0] for line in lines(fragment, str(uuid.UUID(int=0)))] == ["/pattern"]
    assert lines(fragment, str(uuid.uuid4())) == []


@pytest.mark.parametrize(
    ("name", "noun"),
    [("Owner", "an Owner"), ("event", "an event"), ("Xname", "a Xname"), ("unit", "a unit")],
)
def test_a_value_is_called_by_the_name_of_its_member(name: str, noun: str) -> None:
    """The article is the one that is spoken, for names of capital letters, too."""
    (line,) = lines(member(name, {"enum": ["A"]}), {name: "B"})
    assert line.endswith(f'/{name}: "B" is not {noun}; must be one of A')


def test_names_are_bare_and_lists_whole_up_to_a_length() -> None:
    """A name of 24 characters needs no quotes, and a list of 90 is shown whole; of one more neither holds."""
    for length in (24, 25):
        (line,) = lines({"enum": ["n" * length]}, 5)
        assert ('"' in line) is (length > 24)
    for last in ("d" * 21, "d" * 22):
        (line,) = lines({"enum": ["a" * 21, "b" * 21, "c" * 21, last]}, 5)
        assert (" more" in line) is (len(last) > 21)


class Raising(type):
    """A class of classes that cannot be asked anything."""

    def __getattribute__(cls, name: str) -> Any:
        """Raise for every attribute."""
        raise RuntimeError(name)


def test_a_class_that_raises_gets_a_message() -> None:
    """The advice for an object does not depend on what its metaclass does."""
    odd = type.__call__(Raising("Odd", (), {}))
    assert lines(member("x", {"type": "null"}), {"x": odd})[0].endswith("JSON has no such type")


@pytest.mark.parametrize(
    ("schema", "instance", "expected"),
    [
        ({"type": "string"}, 5, {"expected": ("string",)}),
        ({"type": ["string", "null"]}, 5, {"expected": ("string", "null")}),
        ({"enum": [1, {"a": [2]}]}, 5, {"allowed": (1, {"a": (2,)})}),
        ({"const": None}, 5, {"allowed": (None,)}),
        ({"format": "date"}, "x", {"format": "date"}),
        ({"pattern": "^a$"}, "x", {"pattern": "^a$"}),
        ({"minimum": 9.5}, 5, {"limit": 9.5}),
        ({"maxLength": 0}, "x", {"limit": 0}),
        ({"minItems": 1}, [], {"limit": 1}),
        ({"maxProperties": 0}, {"a": 1}, {"limit": 0}),
        ({"prefixItems": [True], "items": False}, [1, 2], {"limit": 1}),
        ({"required": ["a"]}, {}, {}),
        ({"uniqueItems": True}, [1, 1], {}),
        ({"additionalProperties": False}, {"a": 1}, {"known": ()}),
        (
            {"properties": {"stage": {}, "b": False}, "additionalProperties": False},
            {"stgae": 1},
            {"known": ("stage",), "suggestion": "stage"},
        ),
        ({"properties": {"a": {}, "b": False}}, {"b": 1}, {"known": ("a",)}),
        (
            {"anyOf": [{"type": "string"}, {"anyOf": [{"type": "null"}, {"type": "string"}]}]},
            5,
            {"expected": ("string", "null")},
        ),
        ({"anyOf": [{"const": "a"}, {"enum": ["b", "a"]}]}, "x", {"allowed": ("a", "b", "a")}),
        (
            {"anyOf": [{"format": "date"}, {"format": "date-time"}]},
            "x",
            {"alternatives": ({"format": "date"}, {"format": "date-time"})},
        ),
        ({"minLength": 1}, b"", {}),
    ],
    ids=str,
)
def test_details_for_programs(schema: dict[str, Any], instance: object, expected: dict[str, Any]) -> None:
    """Each keyword has its details, which come from the schema."""
    (violation,) = Validator(schema).iter_violations(instance)
    assert violation.params == expected
