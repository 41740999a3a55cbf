"""The types of a union must differ in JSON; otherwise the union is refused."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import attrs
import pytest

from twenty_opportunity import SERVER, UNSET, Opportunity, PartialOpportunity, Unset, ValidationError
from twenty_opportunity.conversion.python_types import TEXT, Codec, enumeration, scalars
from twenty_opportunity.conversion.unions import union
from twenty_opportunity.records import FrozenMapping, Record, SpelledDecimal


class Shade(enum.Enum):
    """Options that are not texts in Python."""

    DARK = "DARK"


class Colour(enum.StrEnum):
    """Options that are texts."""

    RED = "RED"


@attrs.frozen(kw_only=True)
class One(Record):
    """An object."""

    x: int | Unset = UNSET


@attrs.frozen(kw_only=True)
class Other(Record):
    """An object with the same property."""

    x: str | Unset | None = UNSET


def deal_with(annotation: Any) -> Any:
    """Make a class of deals with one attribute of a type."""
    field: Any = attrs.field(type=annotation, default=UNSET)
    return attrs.make_class("Deal", {"field": field}, bases=(PartialOpportunity,), frozen=True, kw_only=True)


OBJECTS = r"are indistinguishable: each may be a JSON object; use Mapping\[str, Any\]"
ARRAYS = "are indistinguishable: each may be a JSON array; use one array whose items may be either"


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (One | Other, rf"Deal\.field: One and Other {OBJECTS}"),
        (One | Mapping[str, Any] | None, f"One and Mapping {OBJECTS}"),
        (dict[str, Any] | str | Other, f"dict and Other {OBJECTS}"),
        (One | Any, f"One and Any {OBJECTS}"),
        (list[str] | list[int], rf"list\[str\] and list\[int\] {ARRAYS}"),
        (tuple[tuple[int, ...] | list[int], ...], ARRAYS),
    ],
)
def test_a_union_whose_members_look_alike_is_refused(annotation: Any, message: str) -> None:
    """Two kinds of objects or arrays are indistinguishable: the first type would read values of the second."""
    cl = deal_with(annotation | Unset)
    for call in (lambda: SERVER.schema(cl), lambda: SERVER.structure({}, cl)):
        with pytest.raises(TypeError, match=message):
            call()


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (One | list[str] | str, One(x=1)),
        (One | list[str] | str, ["1"]),
        (Decimal | str, "abc"),
        (Decimal | str, "1e5"),
        (Decimal | str, "1.5\n"),
        (Decimal | str, Decimal("1.50")),
        (Decimal | str, SpelledDecimal(1.5)),
        (str | int, "5"),
        (dt.date | str, "soon"),
        (dt.date | str, dt.date(2026, 1, 1)),
        (dt.date | dt.datetime | str, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        (Decimal | float, 0.5),
        (float | Decimal, Decimal("0.1")),
        (int | float, 5),
        (Shade | str, Shade.DARK),
        (Shade | str, "LIGHT"),
        (Colour | str, "RED"),
        (Literal["2026"] | dt.date, dt.date(2026, 1, 1)),
        (tuple[Decimal | str, ...], ("abc", Decimal(1))),
    ],
)
def test_a_value_of_a_union_comes_back(annotation: Any, value: Any) -> None:
    """Each type reads the values that it writes, so the record that is read back equals the one that was written."""
    cl = deal_with(annotation | Unset)
    record = cl(field=value)
    assert SERVER.loads(SERVER.dumps(record), cl) == record


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        (Decimal | str, "1.50", "/field: the str would be read back as Decimal, another value"),
        (Decimal | str, SpelledDecimal("1E+2"), "/field: the Decimal would be read back as str, another value"),
        (dt.date | str, "2026-01-01", "the str would be read back as date"),
        (uuid.UUID | str, str(uuid.UUID(int=1)), "the str would be read back as UUID"),
        (Decimal | float, 0.1, "the float would be read back as Decimal"),
        (Shade | str, "DARK", "the str would be read back as Shade"),
        (Literal["2026-01-01"] | dt.date, dt.date(2026, 1, 1), "the date would be read back as Literal"),
        (tuple[dt.date | str, ...], ("2026-01-01",), "/field/0: the str would be read back as date"),
    ],
)
def test_a_value_that_would_come_back_as_another_is_not_written(annotation: Any, value: Any, message: str) -> None:
    """Text that looks like a date would be read back as a date, so a record with it is refused, not changed."""
    with pytest.raises(ValidationError, match=message):
        SERVER.dumps(deal_with(annotation | Unset)(field=value))


def test_what_is_told_apart_by_a_hook_that_refuses_is_refused_as_well() -> None:
    """If a greedy hook would read the value of another type, the value is refused because it would not be read back."""

    class Point:
        """A type that only a hook can read."""

    def read(value: object, _: type) -> Any:
        raise ValueError(value)

    SERVER_LIKE.converter.register_structure_hook(Point, read)
    with pytest.raises(ValidationError, match="the str would be read back as Point"):
        SERVER_LIKE.dumps(deal_with(Point | str | Unset)(field="a text"))


SERVER_LIKE = type(SERVER)("ours", lambda: {Opportunity: {"type": "object", "properties": {}}})


def test_what_cannot_be_mixed_up_is_written_without_a_further_look() -> None:
    """The values of a type are written the fast way, unless an earlier type might read them."""
    known = scalars(milliseconds=True)

    def quick(*codecs: Codec) -> list[str]:
        return [part.name for part in union([*codecs]).alternatives if part.classes]

    assert quick(known[dt.date], known[dt.datetime]) == ["date", "datetime"]
    assert quick(enumeration(Colour), TEXT) == ["Colour", "str"]
    assert quick(known[float], TEXT) == ["float", "str"]
    assert quick(known[int], TEXT) == ["int", "str"]
    assert quick(enumeration(Shade), TEXT) == ["Shade"]
    assert quick(known[dt.date], TEXT) == ["date"]
    assert quick(known[Decimal], known[float]) == []


def test_bare_and_open_types_are_those_of_anything() -> None:
    """A list or an object without item types has items of any type."""
    cl = deal_with(list | Mapping | Unset)
    values: list[Any] = [[1, None, {"a": []}], FrozenMapping({"a": [1]})]
    for value in values:
        record = cl(field=value)
        assert SERVER.loads(SERVER.dumps(record), cl) == record
