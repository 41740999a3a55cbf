"""How each Python type meets JSON: what it reads, what it writes, and the schema fragment that says so."""

# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# JSON of any type is looked at here: what isinstance leaves of Any is partially unknown to pyright.

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
_MOST_ZEROS = 10_000  # that an exponent stands for: the text of Decimal("1E+99999999999") would fill the memory


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


def is_held(codec: Codec, value: Any) -> bool:
    """Tell whether a codec writes a value; whatever cannot be asked for its class is written by none."""
    try:
        return codec.holds(value)
    except Exception:  # noqa: BLE001 - the class of a class, or a property, may raise whatever it likes
        return False


def plain(value: Any) -> Any:
    """Give the JSON value that an enum member or a subclass of str stands for."""
    value = unwrapped(value)
    return str.__str__(value) if _is_text(value) else value


def _exactly(*classes: type) -> Callable[[Any], bool]:
    return lambda value: type(value) in classes


def _is_a(cl: type) -> Callable[[Any], bool]:
    # What `isinstance` asks last, a class may claim: an object whose `__class__` is dict is none.
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
    return int(_bounded(value)) if isinstance(value, Decimal) else value


def _bounded(value: Decimal) -> Decimal:
    """Refuse a finite Decimal whose digits, written out, would fill the memory."""
    exponent: Any = value.as_tuple().exponent  # a text only where the value is not finite
    if abs(exponent) > _MOST_ZEROS:
        raise UnrepresentableError("", f"its exponent stands for more than {_MOST_ZEROS:,} digits")
    return value


def _structure_number(value: Any) -> int | float:
    """Read a number; one that a decoder made a Decimal becomes the float that prints the same, or is refused."""
    number: int | float = plain(value)
    if not isinstance(number, Decimal):
        return number
    written = str(number)
    try:
        number = int(written) if written.lstrip("-").isdecimal() else float(written)
    except ValueError:
        raise UnrepresentableError("", "Python reads no integer of so many digits") from None
    if Decimal(written) != Decimal(repr(number)):
        raise UnrepresentableError("", "the Decimal has more digits than a float holds")
    return number


def _structure_decimal(value: Any) -> Decimal:
    """Read a decimal from a number or its text; the spelling is remembered."""
    value = plain(value)
    try:
        number = SpelledDecimal(_structure_number(value) if isinstance(value, Decimal) else value)
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise UnrepresentableError("", "Python reads no decimal from this text")
    return number


def _unstructure_spelled(value: Any) -> Any:
    return value.wire if value.__class__ is SpelledInt else plain(value)


def _unstructure_decimal(value: Decimal) -> Any:
    """Write a decimal as the text it came from, or as plain digits; a number would be read as a float elsewhere."""
    if isinstance(value, SpelledDecimal):
        return value.wire
    if not value.is_finite():
        raise MisfitError("is not a finite number")
    return format(_bounded(value), "f")


def _scalar(name: str, held: tuple[type, ...], reads: set[str], **rest: Any) -> Codec:
    """Make the codec of a type that JSON holds as it is, but for what the rest says."""
    is_one = _exactly(*held)
    defaults: dict[str, Any] = {
        "takes": lambda value: plain(value).__class__ in held,
        "holds": is_one,
        "structure": plain,
        "unstructure": plain,
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
        # What formats.uuid_text does, without the call around it: most records have six.
        # Database drivers have subclasses of UUID; one of datetime may hold nanoseconds, which would be lost.
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
    """Make the codec of JSON objects of any members, as dicts or, for `Mapping`, as what cannot be changed."""
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
    Make the codec of an enum of texts or of integers.

    Raises:
        TypeError: It has other members.
    """
    # A StrEnum's member and its text are the same value to Python, so its text is as good. A plain Enum's are not.
    options = _options(cl.__name__, {member.value: member for member in cl})
    holds = options.holds if issubclass(cl, (str, int)) else _exactly(cl)
    return attrs.evolve(options, holds=holds, classes=(cl,), written="value._value_")


def literal(values: tuple[Any, ...]) -> Codec:
    """
    Make the codec of a `Literal` of texts or of integers.

    Raises:
        TypeError: It has other values.
    """
    return _options(f"Literal{[*values]}", dict(zip(values, values, strict=True)))


def _options(name: str, members: Mapping[Any, Any]) -> Codec:
    kind = next((kind for kind in (str, int) if all(type(value) is kind for value in members)), None)
    if kind is None:
        raise TypeError(f"{name} has members that are neither all texts nor all integers")
    is_of_kind = _text_that(lambda _: True) if kind is str else _is_number
    named = "string" if kind is str else "integer"
    return Codec(
        name=name,
        takes=lambda value: is_of_kind(value) and plain(value) in members,
        holds=lambda value: issubclass(type(value), kind) and plain(value) in members,
        structure=lambda value: members[plain(value)],
        unstructure=plain,
        fragment={"type": named, "enum": list(members)},
        reads=frozenset({"string"} if kind is str else {"number", "integer"}),
        options=frozenset(members),
    )


def array(item: Codec, cl: type = tuple) -> Codec:
    """Make the codec of a tuple of any length, or of a list."""

    def each(convert: Callable[[Any], Any], values: Any) -> list[Any]:
        converted: list[Any] = []
        try:
            for value in values:
                converted.append(convert(value))  # noqa: PERF401 - the length tells which item is at fault
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
