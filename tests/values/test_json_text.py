"""JSON text is read to the letter of RFC 8259 and written without a lie; every refusal says what and where."""

from __future__ import annotations

import array
import collections
import datetime as dt
import enum
import sys
import uuid
from decimal import Decimal
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity.errors import DecodeError, UnrepresentableError, ValidationError
from twenty_opportunity.records import UNSET, FrozenMapping
from twenty_opportunity.values.json_text import decode, encode, encode_sound, is_plain_json

BIG = 100_000_000
TOO_DEEP = "the arrays and objects are nested too deeply"


class Text(str):
    """A subclass of str."""

    __slots__ = ()


class Colour(enum.StrEnum):
    """Texts with names."""

    RED = "red"


class Level(enum.IntEnum):
    """Integers with names."""

    LOW = 1


class Mixed(enum.Enum):
    """An option that is not a str, but has one as its value."""

    TEXT = "text"


class NotFinite(float, enum.Enum):
    """A float that JSON has not."""

    NAN = float("nan")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_what_is_encoded_decodes_to_the_same(instance: Any) -> None:
    """Every JSON value comes back, its numbers of the same class: 2 and 2.0 stay apart, integers exact."""
    assert repr(decode(encode(instance))) == repr(instance)
    assert is_plain_json(instance)


@pytest.mark.parametrize("data", [b"[1]", bytearray(b"[1]"), memoryview(b"[1]"), "[1]", memoryview(b"[_1_]_")[::2]])
def test_bytes_of_every_kind_and_str_are_read(data: Any) -> None:
    """Decode takes bytes, bytearray, memoryview, one of scattered bytes included, and str."""
    assert decode(data) == [1]


@pytest.mark.parametrize("data", [None, 5, {}, [], object()])
def test_what_is_no_text_is_a_type_error(data: Any) -> None:
    """A decoded instance given by mistake is a TypeError that names structure."""
    with pytest.raises(TypeError, match=rf"bytes or str, not {type(data).__name__}; structure\(\) takes decoded JSON"):
        decode(data)


def test_of_duplicate_names_the_last_wins() -> None:
    """A name that stands twice has the later value."""
    assert decode(b'{"a": 1, "b": 2, "a": 3}') == {"a": 3, "b": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"18446744073709551617", 2**64 + 1),
        (b"-18446744073709551617", -(2**64) - 1),
        (b"1" + b"0" * 4299, 10**4299),
        (b"2", 2),
        (b"2.0", 2.0),
        (b"-0.0", -0.0),
        (b"1E5", 100000.0),
        (b"1e-400", 0.0),
        (b"0." + b"1" * 10_000, 0.1111111111111111),
    ],
)
def test_numbers_are_exact_integers_or_the_nearest_float(text: bytes, expected: float) -> None:
    """Integers of any size are exact; a number with a point or an exponent is a float."""
    assert repr(decode(text)) == repr(expected)


EMPTY = "the text is empty, and JSON has at least one value; read or send all of it"
TRUNCATED = "the text is truncated: it ends before its JSON does; read or send all of it"
MALFORMED = [
    (b"", EMPTY, 0),
    (b"  ", EMPTY, 2),
    (b'{"a":1', TRUNCATED, 6),
    (b'"a', TRUNCATED, 2),
    (b'"\\u12', TRUNCATED, 5),
    (b"tru", TRUNCATED, 3),
    (b"NaN", "JSON is malformed: invalid character", 0),
    (b"[1,NaN]", "JSON is malformed: invalid character", 3),
    (b"Infinity", "JSON is malformed: invalid character", 0),
    (b"-Infinity", "JSON is malformed: invalid character", 1),
    (b"[1,]", "JSON is malformed: trailing comma in array", 3),
    (b'{"a":1} x', "JSON is malformed: trailing characters", 8),
    (b"01", "JSON is malformed: invalid number", 1),
    (b"{a:1}", "JSON is malformed: object keys must be strings", 1),
    (b"'a'", "JSON is malformed: invalid character", 0),
    (b"/* */1", "JSON is malformed: invalid character", 0),
    (b'"\n"', "JSON is malformed: invalid character", 1),
    (b'"\x00"', "JSON is malformed: invalid character", 1),
    (b"[\x00]", "JSON is malformed: invalid character", 1),
    (b'"\\x"', "JSON is malformed: invalid escape character in string", 2),
    (b'"\\u12x4"', "JSON is malformed: invalid character in unicode escape", 5),
    ("\x00{}", "JSON is malformed: invalid character", 0),
    ('["é", x]', "JSON is malformed: invalid character", 7),
]
BADLY_ENCODED = [
    (b"\xef\xbb\xbf{}", "the text begins with a byte order mark; decode it with 'utf-8-sig' first", 0),
    ("\ufeff{}", "the text begins with a byte order mark; strip it first", 0),
    ("{}".encode("utf-16"), "the text is UTF-16; JSON is exchanged in UTF-8", 0),
    (b"\xfe\xff" + "{}".encode("utf-16-be"), "the text is UTF-16; JSON is exchanged in UTF-8", 0),
    ("{}".encode("utf-32"), "the text is UTF-32; JSON is exchanged in UTF-8", 0),
    (b"\x00\x00\xfe\xff" + "{}".encode("utf-32-be"), "the text is UTF-32; JSON is exchanged in UTF-8", 0),
    ("{}".encode("utf-16-le"), "the text is UTF-16 or UTF-32; JSON is exchanged in UTF-8", 0),
    ("{}".encode("utf-16-be"), "the text is UTF-16 or UTF-32; JSON is exchanged in UTF-8", 0),
    ("{}".encode("utf-32-le"), "the text is UTF-16 or UTF-32; JSON is exchanged in UTF-8", 0),
    ("{}".encode("utf-32-be"), "the text is UTF-16 or UTF-32; JSON is exchanged in UTF-8", 0),
    (b'"ab\xff"', "the text is not UTF-8: invalid start byte", 3),
    ('"Zürich"'.encode("latin-1"), "the text is not UTF-8: invalid start byte", 2),
    (b'"ab\xc3"', "the text is not UTF-8: invalid continuation byte", 3),
    (b'"\xed\xa0\x80"', "the text is not UTF-8: invalid continuation byte", 1),
    (b'"\xc0\x80"', "the text is not UTF-8: invalid start byte", 1),
]
LONE = "a string has a lone surrogate, which is not Unicode text"
SURROGATES = [
    (b'"\\ud800"', LONE, 1),
    (b'"\\uDFFF"', LONE, 1),
    (b'"a\\ud800b"', LONE, 2),
    (b'"\\ud800\\n"', LONE, 1),
    (b'"\\ud800\\u0041"', LONE, 1),
    (b'"\\ud800\\ud800"', LONE, 1),
    (b'"\\ude00\\ud83d"', LONE, 1),
    (b'{"\\udc00": 1}', LONE, 2),
    (b'["\\ud83d\\ude00", "\\u00e9\\\\ud800\\ud83d"]', LONE, 31),
    (b'["\\ud83d\\ude00", "\\ud83d', LONE, 18),
    ('"a\ud800"', "the text has a lone surrogate, which UTF-8 cannot encode", 2),
    ('"é\udfff"', "the text has a lone surrogate, which UTF-8 cannot encode", 3),
    (b'"\\\\ud800', TRUNCATED, 8),
    (b'x"\\ud800"', "JSON is malformed: invalid character", 0),
    (b'1 "\\ud800"', "JSON is malformed: trailing characters", 2),
]
RANGE = "the number is beyond what Python holds"
OUT_OF_RANGE = [
    (b"1e400", RANGE, 0),
    (b"-1E+400", RANGE, 0),
    (b'{"a": {"b": ["1e999", "\\"1e999", 1.5e3, 1e999]}}', RANGE, 40),
    (b"9" * 5000, RANGE, 0),
    (b"[" + b"1" * 400 + b".5]", RANGE, 1),
    ("[1, " + "9" * 4301 + "]", RANGE, 4),
]


@pytest.mark.parametrize(("data", "reason", "offset"), MALFORMED + BADLY_ENCODED + SURROGATES + OUT_OF_RANGE)
def test_a_text_that_is_refused_says_why_and_at_which_byte(data: bytes | str, reason: str, offset: int) -> None:
    """A text that is not JSON in UTF-8, or that Python cannot hold, raises DecodeError with a reason and an offset."""
    with pytest.raises(DecodeError) as caught:
        decode(data)
    assert (caught.value.reason, caught.value.offset) == (reason, offset)


@pytest.mark.parametrize("step", [1, 2])
def test_a_view_of_numbers_is_no_text(step: int) -> None:
    """A memoryview of integers is refused because of its format, not because of the encoding of its bytes."""
    view = memoryview(array.array("i", [1, 2, 3, 4]))[::step]
    with pytest.raises(TypeError, match=r"bytes or str, not a memoryview of items of 4 bytes; see memoryview\.cast"):
        decode(view)
    characters: Any = memoryview(b"[1]").cast("c")
    assert decode(characters) == [1]


@pytest.mark.parametrize("data", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000])
def test_nesting_that_would_exhaust_the_stack_is_refused(data: bytes) -> None:
    """A hundred thousand nested arrays are a DecodeError, not a crash."""
    with pytest.raises(DecodeError, match=TOO_DEEP):
        decode(data)


def test_a_hundred_million_characters_are_just_a_long_string() -> None:
    """A string of 100 MB is read, and where a quote is missing at its end, its end is pointed at."""
    data = b'{"a":"' + b"x" * BIG + b'"}'
    assert len(decode(data)["a"]) == BIG
    with pytest.raises(DecodeError) as caught:
        decode(memoryview(data)[:-2])
    assert caught.value.offset == len(data) - 2


def test_looking_for_a_lone_surrogate_takes_one_pass() -> None:
    """Among two million escapes the one that is half a character is found, and nothing searches them twice."""
    with pytest.raises(DecodeError) as caught:
        decode(b'"' + b"\\n" * 1_000_000 + b"\\ud83d\\ude00" * 1_000_000 + b'\\ud83d"')
    assert (caught.value.reason, caught.value.offset) == (LONE, 14_000_001)


NO_JSON = [
    ((1,), "", "tuple is not a JSON value; use a list"),
    ({"a": {1}}, "/a", "set is not a JSON value; use a list"),
    ([frozenset()], "/0", "frozenset is not a JSON value; use a list"),
    ([[b"x"]], "/0/0", "bytes is not a JSON value; decode it to str"),
    ([bytearray()], "/0", "bytearray is not a JSON value; decode it to str"),
    ({"a/b": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "/a~1b", "datetime is not a JSON value; use its RFC 3339 text"),
    ({"~": dt.date(2026, 1, 1)}, "/~0", "date is not a JSON value; use its RFC 3339 text"),
    ({"a": FrozenMapping({})}, "/a", "FrozenMapping is not a JSON value; use dict(value)"),
    ([uuid.UUID(int=0)], "/0", "UUID is not a JSON value; use its text, str(value)"),
    ([Decimal(1)], "/0", "Decimal is not a JSON value; use a str, or a float or int where that is exact"),
    ([float("nan")], "/0", "nan is not a JSON number; use None"),
    ([float("-inf")], "/0", "-inf is not a JSON number; use None"),
    ([object()], "/0", "object is not a JSON value; use None, bool, int, float, str, list or dict"),
    ([Mixed.TEXT], "/0", "Mixed is not a JSON value; use its value"),
    ([NotFinite.NAN], "/0", "nan is not a JSON number; use None"),
    ({"a": UNSET}, "/a", "UnsetType is not a JSON value; leave the property out"),
    ([1j], "/0", "complex is not a JSON value; use None, bool, int, float, str, list or dict"),
    ({1: 2}, "", "a property name is int; property names must be str"),
    ({"a": {None: 2}}, "/a", "a property name is NoneType; property names must be str"),
]


@pytest.mark.parametrize(("instance", "pointer", "message"), NO_JSON)
def test_what_is_no_json_is_refused_with_what_to_use_instead(instance: Any, pointer: str, message: str) -> None:
    """The encoder would write a tuple as an array and NaN as null; here it is a violation at its place."""
    with pytest.raises(ValidationError) as caught:
        encode(instance)
    assert [(each.pointer, each.keyword, each.message) for each in caught.value.violations] == [
        (pointer, "type", message)
    ]
    assert not is_plain_json(instance)


def test_everything_that_is_no_json_is_named_in_order() -> None:
    """There is one violation for each value that is no JSON, in the order of the text."""
    with pytest.raises(ValidationError) as caught:
        encode({"b": [(), {"x": b""}], "a": {2: set()}, "c": 1.5, "d": float("nan")})
    assert [each.pointer for each in caught.value.violations] == ["/b/0", "/b/1/x", "/a", "/a/2", "/d"]


@pytest.mark.parametrize(
    ("instance", "text"),
    [
        (Text("é"), '"é"'),
        ({Text("a"): Text("b")}, '{"a":"b"}'),
        ({Colour.RED: Colour.RED}, '{"red":"red"}'),
        ([Level.LOW, True, None], "[1,true,null]"),
        (collections.OrderedDict(b=1, a=2), '{"b":1,"a":2}'),
        (10**30, "1" + "0" * 30),
        ([-0.0, 2, 2.0, 1e16], "[-0.0,2,2.0,1e16]"),
        ("\x00\u2028/", '"\\u0000\u2028/"'),
    ],
)
def test_subclasses_that_stand_for_json_are_written(instance: Any, text: str) -> None:
    """Subclasses of str and dict and options of enums are written as their values, without white space."""
    assert encode(instance) == text.encode()


@pytest.mark.parametrize(
    ("instance", "pointer"),
    [
        ("\ud800", ""),
        ({"a": ["x", "\udfff"]}, "/a/1"),
        ({"a": {"\ud800": 1}}, "/a"),
        ([Text("\ud800")], "/0"),
    ],
)
def test_a_lone_surrogate_has_no_form_in_utf_8(instance: Any, pointer: str) -> None:
    """Text with half a character is refused with the place of the text, or of the object that has it for a name."""
    with pytest.raises(UnrepresentableError) as caught:
        encode(instance)
    assert (caught.value.pointer, caught.value.reason) == (pointer, "a lone surrogate cannot be encoded in UTF-8")


def test_an_object_of_a_class_of_its_own_is_asked_for_nothing_when_a_place_is_looked_for() -> None:
    """The place of an unwritable value is found beside and inside of a dict that overrides its methods."""

    def refuse(*_: object) -> NoReturn:
        raise NotImplementedError

    class OwnDict(dict[str, Any]):
        __iter__: Any = refuse
        keys: Any = refuse

    for instance in ([OwnDict(a=1), "\ud800"], [0, OwnDict({"\ud800": 1})]):
        with pytest.raises(UnrepresentableError, match=r"^/1: a lone surrogate"):
            encode(instance)


def test_an_integer_of_more_digits_than_python_writes_is_pointed_at() -> None:
    """An integer of more than sys.get_int_max_str_digits() digits raises an error that says where it is."""
    with pytest.raises(UnrepresentableError, match=r"the integer cannot be written: .*digits") as caught:
        encode({"a": ["x", 10 ** sys.get_int_max_str_digits()]})
    assert caught.value.pointer == "/a/1"


def test_instances_that_contain_themselves_are_refused() -> None:
    """Circular lists and dicts are refused; a wide circle does not fill the memory."""
    around: list[Any] = []
    around.extend([around] * 100_000)
    with pytest.raises(UnrepresentableError, match=TOO_DEEP):
        encode({"a": around})
    itself: dict[str, Any] = {}
    itself["x"] = itself
    with pytest.raises(UnrepresentableError, match=TOO_DEEP):
        encode(itself)


def test_nesting_that_the_encoder_does_not_take_is_refused() -> None:
    """Arrays nested deeper than the interpreter's stack, which differs with its version, are refused."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(UnrepresentableError, match=TOO_DEEP):
        encode_sound(deep)


def test_what_is_nested_deeply_is_not_said_to_be_plain() -> None:
    """A look that is to be quick does not exhaust the stack."""
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert not is_plain_json(deep)


def test_bytes_that_are_gone_are_a_mistake_of_the_caller() -> None:
    """A memoryview that has been released is refused with the reason, as any other wrong argument."""
    view = memoryview(b"{}")
    view.release()
    with pytest.raises(TypeError, match=r"the bytes cannot be read: .*released"):
        decode(view)
