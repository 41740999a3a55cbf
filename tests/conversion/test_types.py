"""A codec reads and writes the values of its type, and its fragment describes them for validators."""

from __future__ import annotations

import copy
import datetime as dt
import enum
import pickle
import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity import UnrepresentableError
from twenty_opportunity.conversion.python_types import (
    ANYTHING,
    TEXT,
    Codec,
    MisfitError,
    array,
    enumeration,
    literal,
    scalars,
)
from twenty_opportunity.conversion.unions import union
from twenty_opportunity.records import FrozenMapping, SpelledDecimal, SpelledInt
from twenty_opportunity.validation import Validator

SCALARS = scalars(milliseconds=False)
SERVER_SCALARS = scalars(milliseconds=True)


class Colour(enum.StrEnum):
    """Options that are texts."""

    RED = "RED"


class Level(enum.IntEnum):
    """Options that are integers."""

    LOW = 1


EVERY = [
    *SCALARS.values(),
    enumeration(Colour),
    enumeration(Level),
    literal(("a", "b")),
    literal((1, 2)),
    union([SCALARS[int], TEXT]),
    union([enumeration(Colour), TEXT]),
    union([SCALARS[dt.date], SCALARS[dt.datetime]]),
    array(SCALARS[int]),
    array(union([TEXT, SCALARS[bool]]), list),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
LIKELY = st.sampled_from(
    ["RED", "a", "1.5", "2026-01-01", "2026-01-01T00:00:00Z", str(uuid.UUID(int=1)), 1, 2.0, [1], ["x"]]
)


def schema_of(codec: Codec) -> Any:
    """Return the schema that consists of the fragments of a codec and its parts."""
    if codec.alternatives:
        return {"anyOf": [schema_of(part) for part in codec.alternatives]}
    return {**codec.fragment, **({"items": schema_of(codec.item)} if codec.item else {})}


VALIDATORS = {codec.name: Validator(schema_of(codec)) for codec in EVERY}


@pytest.mark.parametrize("codec", EVERY, ids=lambda codec: codec.name)
@given(value=JSON | LIKELY)
def test_what_the_fragment_accepts_is_read_and_comes_back(codec: Codec, value: Any) -> None:
    """A valid value is read, kept and written unchanged, or as text with the same meaning."""
    if VALIDATORS[codec.name].is_valid(value):
        assert codec.takes(value)
        try:
            read = codec.structure(value)
        except UnrepresentableError:
            return
        assert codec.holds(read)
        written = codec.unstructure(read)
        assert written == value or written.lower() == value.lower()
        assert codec.structure(written) == read


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9" * 5000, "is not an integer, or has more digits than Python converts"),
        ("x", "is not an integer, or has more digits than Python converts"),
        (Decimal("1E+10001"), "its exponent means more than 10,000 digits"),
        (Decimal("1" * 20_001), "it has more than 20,000 digits before the point"),
    ],
)
def test_an_integer_that_python_does_not_read_is_unrepresentable(text: Any, reason: str) -> None:
    """Text that is not an integer, or that has more digits than Python reads, is refused with the reason."""
    with pytest.raises(UnrepresentableError, match=reason):
        SCALARS[int].structure(text)


@pytest.mark.parametrize("text", ["abc", "NaN", "sNaN", "Infinity", "-Infinity", ""])
def test_a_decimal_that_is_no_number_is_unrepresentable(text: str) -> None:
    """Decimal reads NaN and infinities, which are not amounts; they are refused even if a schema allows such text."""
    with pytest.raises(UnrepresentableError, match="is not a number that a Decimal can hold"):
        SCALARS[Decimal].structure(text)


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("-0"), "-0"),
        (SpelledDecimal("1.50"), "1.50"),
        (SpelledDecimal(1.5), 1.5),
        (SpelledDecimal(10**400), 10**400),
    ],
)
def test_decimals_are_written_as_plain_digits_or_as_they_came(value: Decimal, wire: Any) -> None:
    """Exponents, which servers cannot read, are never written; the notation that was read is kept."""
    written = SCALARS[Decimal].unstructure(value)
    assert (type(written), written) == (type(wire), wire)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")])
def test_decimals_that_are_no_numbers_are_not_written(value: Decimal) -> None:
    """JSON has no NaN and no infinity."""
    with pytest.raises(MisfitError, match="is not a finite number"):
        SCALARS[Decimal].unstructure(value)


@pytest.mark.parametrize("value", [Decimal("1E+10001"), Decimal("1E-10001"), Decimal("1E+999999999999999999")])
def test_decimals_of_too_many_digits_are_not_written(value: Decimal) -> None:
    """Ten characters of a Decimal can mean more digits than fit into memory."""
    with pytest.raises(UnrepresentableError, match="its exponent means more than 10,000 digits"):
        SCALARS[Decimal].unstructure(value)


@pytest.mark.parametrize(("value", "number"), [("1.5", 1.5), ("7", 7), ("-7", -7), ("1E+2", 100.0), ("0.1", 0.1)])
def test_a_decimal_of_another_decoder_is_the_number_that_prints_the_same(value: str, number: float) -> None:
    """A number from json.loads(parse_float=Decimal) becomes the float or int with the same digits."""
    read = SCALARS[float].structure(Decimal(value))
    assert (type(read), read) == (type(number), number)


@pytest.mark.parametrize("value", ["0.12345678901234567890", "1E+400", "1E-400"])
def test_a_decimal_that_no_float_holds_is_unrepresentable(value: str) -> None:
    """Digits would be lost silently."""
    with pytest.raises(UnrepresentableError, match="the Decimal has more digits than a float holds"):
        SCALARS[float].structure(Decimal(value))


def test_a_union_reads_what_is_most_particular_first() -> None:
    """Options and formats are tried before plain text, and a float before an integer."""
    either = union([TEXT, enumeration(Colour)])
    assert [either.structure("RED"), either.structure("BLUE")] == [Colour.RED, "BLUE"]
    assert isinstance(either.structure("RED"), Colour)
    number = union([SCALARS[int], SCALARS[float]])
    assert type(number.structure(2.0)) is float
    assert type(union([SCALARS[int], TEXT]).structure(2.0)) is SpelledInt
    assert (either.text_formats, either.options) == (frozenset(), None)
    assert union([SCALARS[dt.date], TEXT]).text_formats == frozenset()


@pytest.mark.parametrize("other", [TEXT, SCALARS[float]])
def test_a_union_writes_no_integer_as_text(other: Codec) -> None:
    """An integer that was read as text elsewhere is written as a number, which is read back as the same integer."""
    either = union([SCALARS[int], other])
    assert either.unstructure(SpelledInt("12")) == 12
    assert either.structure(either.unstructure(SpelledInt("12"))) == 12
    assert type(either.unstructure(SpelledInt(12.0))) is float


def test_a_union_refuses_what_none_of_its_members_takes() -> None:
    """A value that the schema allows but no type of the union accepts is refused."""
    with pytest.raises(UnrepresentableError, match=r"cannot be read as Colour \| int") as caught:
        union([enumeration(Colour), SCALARS[int]]).structure("BLUE")
    assert caught.value.pointer == ""


def test_the_options_of_a_union_are_known_where_no_other_text_is_taken() -> None:
    """The union of two enums has the options of both; an enum with a number has the enum's; numbers alone have none."""
    both = union([enumeration(Colour), literal(("BLUE",))])
    assert sorted(both.options or ()) == ["BLUE", "RED"]
    assert union([SCALARS[bool], SCALARS[float]]).options is None


def test_an_array_says_which_item_is_at_fault() -> None:
    """The error has the index of the item, at every depth."""
    nested = array(array(SCALARS[dt.date]))
    with pytest.raises(UnrepresentableError) as unread:
        nested.structure([[], ["2026-01-01", "0000-01-01"]])
    assert unread.value.pointer == "/1/1"
    with pytest.raises(MisfitError) as unwritten:
        nested.unstructure(((), (dt.date(2026, 1, 1), "2026-01-01")))
    assert (unwritten.value.tokens, unwritten.value.reason) == (("1", "1"), "holds str, not date")


def test_instants_are_written_in_the_style_of_the_profile() -> None:
    """PUBLISHED keeps the offset and writes the shortest fraction; a server writes UTC and milliseconds."""
    instant = dt.datetime(2026, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert SCALARS[dt.datetime].unstructure(instant) == "2026-01-01T01:00:00+01:00"
    assert SERVER_SCALARS[dt.datetime].unstructure(instant) == "2026-01-01T00:00:00.000Z"


def test_a_mapping_cannot_be_changed_and_is_no_view() -> None:
    """Objects without a class become immutable values that are independent of the instance."""
    instance = {"a": 1}
    read = next(codec for cl, codec in SCALARS.items() if getattr(cl, "__name__", "") == "Mapping").structure(instance)
    instance["a"] = 2
    assert (type(read), read) == (FrozenMapping, {"a": 1})


def test_anything_is_anything() -> None:
    """A value of any type is passed through as the same object."""
    value = object()
    assert ANYTHING.takes(value)
    assert ANYTHING.structure(value) is ANYTHING.unstructure(value) is value


@pytest.mark.parametrize(
    "number",
    [SpelledInt("1500000"), SpelledInt(1500000.0), SpelledDecimal("1.50"), SpelledDecimal(1.5), SpelledDecimal(2)],
)
def test_spelled_numbers_keep_their_spelling_wherever_they_go(number: Any) -> None:
    """A number in another notation equals the number, and keeps the notation after copy and pickle."""
    for same in (copy.copy(number), copy.deepcopy(number), pickle.loads(pickle.dumps(number))):  # noqa: S301 - our own
        assert same == number
        assert (type(same), type(same.wire), same.wire) == (type(number), type(number.wire), number.wire)
    assert hash(number) == hash(number + 0)
    assert type(number + 1) in {int, Decimal}
