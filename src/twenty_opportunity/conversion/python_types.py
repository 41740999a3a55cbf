"""The codec of each Python type: what JSON it reads, what it writes, and the schema fragment that says so."""

# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values are JSON of any type, and what isinstance leaves of Any is partially unknown to pyright.

from __future__ import annotations

import datetime as dt
import functools
import re
import types
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

import attrs
from msgspec import to_builtins

from twenty_opportunity.errors import UnrepresentableError
from twenty_opportunity.records import FrozenMapping, SpelledDecimal, SpelledInt
from twenty_opportunity.values.formats import (
    NUMERIC_PATTERN,
    date_text,
    date_time_text,
    is_date,
    is_date_time,
    is_uuid,
    parse_date,
    parse_date_time,
    parse_uuid,
)
from twenty_opportunity.values.python_json import (
    as_array,
    as_number,
    as_object,
    as_text,
    class_name,
    is_integer,
    unwrapped,
)

if TYPE_CHECKING:
    import enum


_NUMERIC: Final = re.compile(NUMERIC_PATTERN, re.ASCII)
_MOST_ZEROS = 10_000  # that an exponent adds: the digits of Decimal("1E+99999999999") would fill the memory
_MOST_DIGITS = 20_000  # before the point: Python converts a million of them in 20 seconds


class MisfitError(Exception):
    """An attribute holds a value that its type does not allow; becomes a violation at the attribute's property."""

    def __init__(self, reason: str, *tokens: str) -> None:
        super().__init__(reason, *tokens)
        self.reason = reason
        self.tokens = tokens

    def under(self, token: str) -> MisfitError:
        """Return the same error with its place seen from one level up."""
        return MisfitError(self.reason, token, *self.tokens)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Codec:
    """
    How one Python type is read from JSON and written to it.

    Attributes:
        name: The type's name, for messages.
        takes: Whether `structure` reads a JSON value; decides which type of a union reads it.
        holds: Whether `unstructure` writes a Python value.
        structure: Convert a JSON value that the fragment accepts.
        unstructure: Convert a Python value that the codec holds.
        fragment: The JSON Schema of what `unstructure` writes, without that of alternatives and items.
        reads: The JSON types that `structure` reads; they may be more than those of the fragment.
        text_formats: The formats that text may have to be read; empty if it may have any.
        options: The only values that are read; None if there are others.
        alternatives: The codecs of a union's types.
        item: The codec of an array's items.
        record: The record class of an object.
        classes: Every value of exactly these classes can be written without a further check.
        written: The code that writes such a value, with `{}` instead of `unstructure`.
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
    alternatives: tuple[Codec, ...] = ()
    item: Codec | None = None
    record: Any = None
    classes: tuple[type[Any], ...] = ()
    written: str = "{}(value)"

    @property
    def branches(self) -> tuple[Codec, ...]:
        """The codecs of a union's types; for any other type the codec itself."""
        return self.alternatives or (self,)


def is_held(codec: Codec, value: Any) -> bool:
    """Check whether a codec writes a value; none writes a value whose class cannot be examined."""
    try:
        return codec.holds(value)
    except Exception:  # noqa: BLE001 - a metaclass or a property may raise anything
        return False


def unwrap_str(value: Any) -> Any:
    """Return the plain value of an enum member or of a subclass of str, and any other value unchanged."""
    value = unwrapped(value)
    return str.__str__(value) if _is_text(value) else value


def _exactly(*classes: type) -> Callable[[Any], bool]:
    return lambda value: type(value) in classes


def _is_a(cl: type) -> Callable[[Any], bool]:
    # `isinstance` also believes `__class__`, which an object may set to anything.
    return lambda value: issubclass(type(value), cl)


def _is_text(value: Any) -> bool:
    return issubclass(type(value), str)


def _is_number(value: Any) -> bool:
    return as_number(value) is not None


def _text_that(check: Callable[[str], bool]) -> Callable[[Any], bool]:
    def takes(value: Any) -> bool:
        text = as_text(value)
        return text is not None and check(text)

    return takes


_is_numeric: Final = _text_that(lambda text: _NUMERIC.fullmatch(text) is not None)


def _formatted(
    cl: type, form: str, check: Callable[[str], bool], parse: Callable[[str], Any], text: Callable[[Any], str]
) -> Codec:
    """Build the codec of a type that JSON holds as text of one format."""
    return Codec(
        name=cl.__name__,
        takes=_text_that(check),
        holds=_exactly(cl),
        structure=lambda value: parse(unwrap_str(value)),
        unstructure=text,
        fragment={"type": "string", "format": form},
        reads=frozenset({"string"}),
        text_formats=frozenset({form}),
        classes=(cl,),
    )


def _structure_integer(value: Any) -> int:
    """Return an integer; one that was not written as digits remembers its spelling."""
    value = unwrap_str(value)
    if isinstance(value, (str, float)):
        try:
            return SpelledInt(value)
        except ValueError:
            raise UnrepresentableError("", "is not an integer, or has more digits than Python converts") from None
    return int(_bounded(value)) if isinstance(value, Decimal) else value


def _bounded(value: Decimal) -> Decimal:
    """Raise UnrepresentableError for a finite Decimal whose digits, written out, would fill the memory."""
    exponent: Any = value.as_tuple().exponent  # a str only if the value is not finite
    if abs(exponent) > _MOST_ZEROS:
        raise UnrepresentableError("", f"its exponent means more than {_MOST_ZEROS:,} digits")
    if value.adjusted() >= _MOST_DIGITS:
        raise UnrepresentableError("", f"it has more than {_MOST_DIGITS:,} digits before the point")
    return value


def _structure_number(value: Any) -> int | float:
    """Return a number; a Decimal from a decoder becomes the float of the same digits, or is refused."""
    number: int | float = unwrap_str(value)
    if not isinstance(number, Decimal):
        return number
    written = str(number)
    try:
        number = int(written) if written.lstrip("-").isdecimal() else float(written)
    except ValueError:
        raise UnrepresentableError("", "the integer has more digits than Python converts") from None
    if Decimal(written) != Decimal(repr(number)):
        raise UnrepresentableError("", "the Decimal has more digits than a float holds")
    return number


def _structure_decimal(value: Any) -> Decimal:
    """Return a decimal that remembers how it was written, as a number or as text."""
    value = unwrap_str(value)
    try:
        number = SpelledDecimal(_structure_number(value) if isinstance(value, Decimal) else value)
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise UnrepresentableError("", "is not a number that a Decimal can hold")
    return number


def _unstructure_spelled(value: Any) -> Any:
    return value.wire if value.__class__ is SpelledInt else unwrap_str(value)


def _unstructure_decimal(value: Decimal) -> Any:
    """Return the text that the decimal was read from, or its digits as text: others read a number as a float."""
    if isinstance(value, SpelledDecimal):
        return value.wire
    if not value.is_finite():
        raise MisfitError("is not a finite number")
    return format(_bounded(value), "f")


def _scalar(name: str, held: tuple[type, ...], reads: set[str], **rest: Any) -> Codec:
    """Build the codec of a type that JSON has; `rest` overrides the defaults."""
    is_one = _exactly(*held)
    defaults: dict[str, Any] = {
        "takes": lambda value: unwrap_str(value).__class__ in held,
        "holds": is_one,
        "structure": unwrap_str,
        "unstructure": unwrap_str,
    }
    return Codec(name=name, reads=frozenset(reads), **{**defaults, **rest})


TEXT = _scalar(
    "str",
    (str,),
    {"string"},
    takes=_text_that(lambda _: True),
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
    Return the codecs of the types that no other type is part of.

    Args:
        milliseconds: Write instants as servers do, in UTC with at least three digits of a second.

    Returns:
        The codec by type.
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
            takes=is_integer,
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
            takes=_is_number,
            structure=_structure_number,
            fragment={"type": "number"},
            classes=(float, int),
            written="value",
        ),
        Decimal: _scalar(
            "Decimal",
            (int, float, str),
            {"number", "integer", "string"},
            takes=lambda value: _is_number(value) or _is_numeric(value),
            holds=_exactly(Decimal, SpelledDecimal),
            structure=_structure_decimal,
            unstructure=_unstructure_decimal,
            fragment={"type": ["number", "string"], "pattern": NUMERIC_PATTERN},
        ),
        # `to_builtins` is what formats.uuid_text calls; most records have six uuids, and a call takes time.
        # Database drivers have subclasses of UUID. Those of datetime are refused: one may hold nanoseconds.
        uuid.UUID: attrs.evolve(
            _formatted(uuid.UUID, "uuid", is_uuid, parse_uuid, to_builtins),
            holds=_is_a(uuid.UUID),
        ),
        dt.date: _formatted(dt.date, "date", is_date, parse_date, date_text),
        dt.datetime: _formatted(
            dt.datetime,
            "date-time",
            is_date_time,
            parse_date_time,
            functools.partial(date_time_text, milliseconds=True) if milliseconds else date_time_text,
        ),
        types.NoneType: _scalar("None", (types.NoneType,), set(), fragment={"type": "null"}),
        Mapping: mapping(Mapping),
        dict: mapping(dict),
    }


def mapping(cl: type) -> Codec:
    """Build the codec of JSON objects with any properties, as dicts or, for `Mapping`, as frozen mappings."""
    return Codec(
        name=cl.__name__,
        takes=lambda value: as_object(value) is not None,
        holds=_is_a(cl),
        structure=lambda value: (FrozenMapping if cl is Mapping else dict)(as_object(value) or {}),
        unstructure=dict,
        fragment={"type": "object"},
        reads=frozenset({"object"}),
    )


def enumeration(cl: type[enum.Enum]) -> Codec:
    """
    Build the codec of an enum of texts or of integers.

    Args:
        cl: The enum.

    Returns:
        The codec.

    Raises:
        TypeError: It has values of other types, or of both.
    """
    # An option of a StrEnum equals its text, so the text is accepted too. An option of a plain Enum does not.
    options = _options(cl.__name__, {option.value: option for option in cl})
    holds = options.holds if issubclass(cl, (str, int)) else _exactly(cl)
    return attrs.evolve(options, holds=holds, classes=(cl,), written="value._value_")


def literal(values: tuple[Any, ...]) -> Codec:
    """
    Build the codec of a `Literal` of texts or of integers.

    Args:
        values: The values of the `Literal`.

    Returns:
        The codec.

    Raises:
        TypeError: It has values of other types, or of both.
    """
    return _options(f"Literal{[*values]}", dict(zip(values, values, strict=True)))


def _options(name: str, members: Mapping[Any, Any]) -> Codec:
    kind = next((kind for kind in (str, int) if all(type(value) is kind for value in members)), None)
    if kind is None:
        raise TypeError(f"the values of {name} are neither all texts nor all integers")
    is_of_kind = _text_that(lambda _: True) if kind is str else _is_number
    named = "string" if kind is str else "integer"
    return Codec(
        name=name,
        takes=lambda value: is_of_kind(value) and unwrap_str(value) in members,
        holds=lambda value: issubclass(type(value), kind) and unwrap_str(value) in members,
        structure=lambda value: members[unwrap_str(value)],
        unstructure=unwrap_str,
        fragment={"type": named, "enum": list(members)},
        reads=frozenset({"string"} if kind is str else {"number", "integer"}),
        options=frozenset(members),
    )


def array(item: Codec, cl: type = tuple) -> Codec:
    """Build the codec of a tuple of any length, or of a list."""

    def each(convert: Callable[[Any], Any], values: Any) -> list[Any]:
        converted: list[Any] = []
        try:
            for value in values:
                converted.append(convert(value))  # noqa: PERF401 - its length is the index of the item that fails
        except (UnrepresentableError, MisfitError) as error:
            raise error.under(str(len(converted))) from error.__cause__
        return converted

    def write(value: Any) -> Any:
        if not is_held(item, value):
            raise MisfitError(f"holds {class_name(value)}, not {item.name}")
        return item.unstructure(value)

    return Codec(
        name=f"tuple[{item.name}, ...]" if cl is tuple else f"list[{item.name}]",
        takes=lambda value: as_array(value) is not None,
        holds=_is_a(cl),
        structure=lambda value: cl(each(item.structure, as_array(value))),
        unstructure=lambda value: each(write, value),
        fragment={"type": "array"},
        reads=frozenset({"array"}),
        item=item,
    )
