"""How each Python type meets JSON: what it reads, what it writes, and the schema fragment that says so."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import attrs
from msgspec import to_builtins

from twenty_opportunity.errors import UnrepresentableError
from twenty_opportunity.formats import (
    date_text,
    date_time_text,
    is_date,
    is_date_time,
    is_uuid,
    parse_date,
    parse_date_time,
    parse_uuid,
)
from twenty_opportunity.records import FrozenMapping, SpelledDecimal, SpelledInt

NUMERIC_PATTERN = "^-?[0-9]+([.][0-9]+)?$"


class MisfitError(Exception):
    """An attribute holds what its type does not allow; becomes a violation at the attribute's member."""

    def __init__(self, reason: str, *tokens: str) -> None:
        super().__init__(reason, *tokens)
        self.reason = reason
        self.tokens = tokens

    def under(self, token: str) -> MisfitError:
        """Say the same of a value one level up."""
        return MisfitError(self.reason, token, *self.tokens)


@attrs.frozen(kw_only=True)
class Codec:
    """
    How one Python type meets JSON.

    Attributes:
        name: The type's name, for messages.
        takes: Whether a JSON value is one that `structure` reads; tells the members of a union apart.
        holds: Whether a Python value is one that `unstructure` writes.
        structure: JSON to Python, for values that the fragment accepts.
        unstructure: Python to JSON, for values that it holds.
        fragment: The JSON Schema of what `unstructure` writes, that of parts and items aside.
        reads: The JSON types that `structure` reads, which may be more.
        text_formats: The formats one of which a string must have to be read; empty where any string is.
        options: The strings that can be read; None where any is.
        parts: The codecs of a union's members.
        item: The codec of an array's items.
        record: The record class whose objects are read.
        classes: The classes of which, exactly, every value can be written without a further look.
        written: The code that writes such a value, where `{}` stands for `unstructure`.
    """

    name: str
    takes: Callable[[Any], bool]
    holds: Callable[[Any], bool]
    structure: Callable[[Any], Any]
    unstructure: Callable[[Any], Any]
    fragment: Mapping[str, Any]
    reads: frozenset[str]
    text_formats: frozenset[str] = frozenset()
    options: frozenset[str] | None = None
    parts: tuple[Codec, ...] = ()
    item: Codec | None = None
    record: Any = None
    classes: tuple[type, ...] = ()
    written: str = "{}(value)"


def plain(value: Any) -> Any:
    """Give the JSON value that an enum member or a subclass of str stands for."""
    if isinstance(value, enum.Enum):
        return plain(value.value)
    return str.__str__(value) if isinstance(value, str) else value


def _exactly(*classes: type) -> Callable[[Any], bool]:
    return lambda value: value.__class__ in classes


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _text_that(check: Callable[[str], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and check(value)


def _formatted(
    cl: type, form: str, check: Callable[[str], bool], parse: Callable[[str], Any], text: Callable[[Any], str]
) -> Codec:
    """Make the codec of a type that JSON holds as text of one format."""
    return Codec(
        name=cl.__name__,
        takes=_text_that(check),
        holds=_exactly(cl),
        structure=lambda value: parse(plain(value)),
        unstructure=text,
        fragment={"type": "string", "format": form},
        reads=frozenset({"string"}),
        text_formats=frozenset({form}),
        classes=(cl,),
    )


def _structure_integer(value: Any) -> int:
    """Read an integer in any spelling; another spelling than digits is remembered."""
    value = plain(value)
    if isinstance(value, (str, float)):
        try:
            return SpelledInt(value)
        except ValueError:
            raise UnrepresentableError(
                "", "Python reads no integer from this text, or none of so many digits"
            ) from None
    return int(value) if isinstance(value, Decimal) else value


def _structure_number(value: Any) -> int | float:
    """Read a number; one that a decoder made a Decimal becomes the float that prints the same, or is refused."""
    number: int | float = plain(value)
    if not isinstance(number, Decimal):
        return number
    written = str(number)
    number = int(written) if written.lstrip("-").isdecimal() else float(written)
    if Decimal(written) != Decimal(repr(number)):
        raise UnrepresentableError("", "the Decimal has more digits than a float holds")
    return number


def _structure_decimal(value: Any) -> Decimal:
    """Read a decimal from a number or its text; the spelling is remembered."""
    value = plain(value)
    try:
        return value if isinstance(value, Decimal) else SpelledDecimal(value)
    except InvalidOperation:
        raise UnrepresentableError("", "Python reads no decimal from this text") from None


def _unstructure_spelled(value: Any) -> Any:
    return value.wire if value.__class__ in {SpelledInt, SpelledDecimal} else value


def _unstructure_decimal(value: Decimal) -> Any:
    """Write a decimal as the text it came from, or as plain digits; a number would be read as a float elsewhere."""
    if not value.is_finite():
        raise MisfitError("is not a finite number")
    return _unstructure_spelled(value) if isinstance(value, SpelledDecimal) else format(value, "f")


def _scalar(name: str, held: tuple[type, ...], reads: set[str], **rest: Any) -> Codec:
    """Make the codec of a type that JSON holds as it is, but for what the rest says."""
    is_one = _exactly(*held)
    defaults: dict[str, Any] = {"takes": is_one, "holds": is_one, "structure": plain, "unstructure": plain}
    return Codec(name=name, reads=frozenset(reads), **{**defaults, **rest})


TEXT = _scalar(
    "str",
    (str,),
    {"string"},
    takes=_is_text,
    holds=_is_text,
    fragment={"type": "string"},
    classes=(str,),
    written="value",
)
ANYTHING = Codec(
    name="Any",
    takes=lambda _: True,
    holds=lambda _: True,
    structure=lambda value: value,
    unstructure=lambda value: value,
    fragment={},
    reads=frozenset({"string", "number", "integer", "boolean", "object", "array"}),
)


def scalars(*, milliseconds: bool) -> dict[Any, Codec]:
    """
    List the codecs of the types that have no parts.

    Args:
        milliseconds: Write instants as servers do, in UTC with at least three digits of a second.

    Returns:
        The codec of each type.
    """
    return {
        Any: ANYTHING,
        object: ANYTHING,
        str: TEXT,
        bool: _scalar("bool", (bool,), {"boolean"}, fragment={"type": "boolean"}, classes=(bool,), written="value"),
        int: _scalar(
            "int",
            (int, SpelledInt),
            {"integer", "string"},
            structure=_structure_integer,
            unstructure=_unstructure_spelled,
            fragment={"type": "integer"},
            classes=(int,),
            written="value",
        ),
        float: _scalar(
            "float",
            (int, float),
            {"number", "integer"},
            structure=_structure_number,
            fragment={"type": "number"},
            classes=(float, int),
            written="value",
        ),
        Decimal: _scalar(
            "Decimal",
            (int, float, str),
            {"number", "integer", "string"},
            holds=_exactly(Decimal, SpelledDecimal),
            structure=_structure_decimal,
            unstructure=_unstructure_decimal,
            fragment={"type": ["number", "string"], "pattern": NUMERIC_PATTERN},
        ),
        # What formats.uuid_text does, without the call around it: most records have six.
        uuid.UUID: _formatted(uuid.UUID, "uuid", is_uuid, parse_uuid, to_builtins),
        dt.date: _formatted(dt.date, "date", is_date, parse_date, date_text),
        dt.datetime: _formatted(
            dt.datetime,
            "date-time",
            is_date_time,
            parse_date_time,
            lambda value: date_time_text(value, milliseconds=milliseconds),
        ),
        Mapping: _scalar(
            "Mapping",
            (dict,),
            {"object"},
            takes=lambda value: isinstance(value, dict),
            holds=lambda value: isinstance(value, Mapping),
            structure=FrozenMapping,
            unstructure=dict,
            fragment={"type": "object"},
        ),
    }


def enumeration(cl: type[enum.Enum]) -> Codec:
    """Make the codec of an enum of strings."""
    members = {member.value: member for member in cl}
    return Codec(
        name=cl.__name__,
        takes=lambda value: isinstance(value, str) and value in members,
        # A StrEnum's member and its text are the same value to Python, so its text is as good.
        holds=lambda value: isinstance(value, (cl, str)) and plain(value) in members,
        structure=lambda value: members[plain(value)],
        unstructure=plain,
        fragment={"type": "string", "enum": list(members)},
        reads=frozenset({"string"}),
        options=frozenset(members),
        classes=(cl,),
        written="value._value_",
    )


def union(codecs: list[Codec]) -> Codec:
    """
    Make the codec of a union: the first member that takes a value reads it.

    Args:
        codecs: The members' codecs. An enum or a format goes before plain text, which takes every string.

    Returns:
        The codec.
    """
    ordered = sorted(codecs, key=lambda codec: codec is TEXT)
    text = [codec for codec in ordered if "string" in codec.reads]
    closed = all(codec.options is not None for codec in text)

    def structure(value: Any) -> Any:
        return next(codec for codec in ordered if codec.takes(value)).structure(value)

    def unstructure(value: Any) -> Any:
        return next(codec for codec in ordered if codec.holds(value)).unstructure(value)

    return Codec(
        name=" | ".join(codec.name for codec in codecs),
        takes=lambda value: any(codec.takes(value) for codec in ordered),
        holds=lambda value: any(codec.holds(value) for codec in ordered),
        structure=structure,
        unstructure=unstructure,
        fragment={},
        reads=frozenset().union(*(codec.reads for codec in ordered)),
        text_formats=frozenset() if TEXT in ordered else frozenset().union(*(c.text_formats for c in text)),
        options=frozenset().union(*(c.options or () for c in text)) if text and closed else None,
        parts=tuple(ordered),
    )


def array(item: Codec) -> Codec:
    """Make the codec of a tuple of any length."""

    def each(convert: Callable[[Any], Any], values: Any) -> list[Any]:
        converted: list[Any] = []
        try:
            for value in values:
                converted.append(convert(value))  # noqa: PERF401 - the length tells which item is at fault
        except (UnrepresentableError, MisfitError) as error:
            raise error.under(str(len(converted))) from None
        return converted

    def write(value: Any) -> Any:
        if not item.holds(value):
            raise MisfitError(f"holds {value.__class__.__name__}, not {item.name}")
        return item.unstructure(value)

    return Codec(
        name=f"tuple[{item.name}, ...]",
        takes=lambda value: isinstance(value, list),
        holds=lambda value: isinstance(value, tuple),
        structure=lambda value: tuple(each(item.structure, value)),
        unstructure=lambda value: each(write, value),
        fragment={"type": "array"},
        reads=frozenset({"array"}),
        item=item,
    )
