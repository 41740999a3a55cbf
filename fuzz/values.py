"""Values of every type, JSON or not, and documents that contain some of them."""

from __future__ import annotations

import collections
import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NoReturn

from twenty_opportunity import UNSET, Amount, Opportunity, PartialOpportunity, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.choices import Choices


class HostileError(Exception):
    """The exception of hostile objects, which no call may let through."""


def _hostile(*_: object) -> NoReturn:
    raise HostileError


_any_hostile: Any = _hostile
_unhashable: Any = None


class HostileDict(dict[Any, Any]):
    """A dict whose methods all raise."""

    __repr__ = object.__repr__
    keys = values = items = get = __iter__ = __len__ = __getitem__ = __contains__ = __eq__ = _any_hostile
    __hash__ = _unhashable


class Hostile:
    """An object whose methods all raise."""

    __repr__ = object.__repr__
    __str__ = __eq__ = __len__ = __iter__ = __bool__ = _any_hostile
    __hash__ = _unhashable


class Option(enum.Enum):
    """Enum members with JSON values and another value."""

    TEXT = "NEW"
    INTEGER = 2
    OBJECT = {"amountMicros": 1}  # noqa: RUF012 - an enum member, not a class variable
    OTHER = object()


class Text(str):
    """A subclass of str."""

    __slots__ = ()


def circle() -> Any:
    """Return a list and a dict that contain each other."""
    around: dict[str, Any] = {}
    around["amount"] = [around]
    return around


NAMES: Final = (
    *("id", "name", "stage", "amount", "amountMicros", "currencyCode", "closeDate", "createdAt", "createdBy"),
    *("source", "context", "record", "data", "opportunities", "opportunity", "edges", "node", "pageInfo"),
    *("fields", "type", "options", "value", "settings", "relation", "isNullable", "nameSingular", "extra/~", ""),
)
TEXTS: Final = (
    *("", "NEW", "USD", "USD\n", "2026-09-30", "2026-09-30T08:00:00.000Z", "1998-12-31T23:59:60Z", "0000-02-29"),
    *("5c222222-0000-4000-8000-000000000003", "5C222222-0000-0000-0000-00000000000F", "1249990000", "-0", "1e400"),
    *("RELATION", "MORPH_RELATION", "SELECT", "MULTI_SELECT", "CURRENCY", "MANY_TO_ONE", "opportunity", "\ud800"),
    *("2026-01-01T00:00:00.1234567Z", "9999-12-31T23:59:59-23:59", "x" * 5000, "\0", "\u0661", "\U0001f600"),
)
NUMBERS: Final = (
    *(0, -1, 1, 2**31, 2**53 + 1, -(2**63), 2**64, 10**400, 10**4299, 10**4300, -(10**5000)),
    *(0.0, -0.0, 1.0, 0.1, 1e16, 1e308, 5e-324, float("nan"), float("inf"), float("-inf")),
)
_UNUSUAL: Final[tuple[Any, ...]] = (  # factories
    *(Hostile, circle, object, set, tuple, bytearray, PartialOpportunity, dict, list),
    *(lambda: HostileDict(amountMicros=1), lambda: UNSET, lambda: Opportunity, lambda: iter(())),
    *(lambda: Option.TEXT, lambda: Option.INTEGER, lambda: Option.OBJECT, lambda: Option.OTHER, lambda: Stage.NEW),
    *(lambda: Amount.of("1", "USD"), lambda: Text("NEW"), lambda: collections.OrderedDict[str, int](amountMicros=1)),
    *(lambda: Decimal("1.10"), lambda: Decimal("sNaN"), lambda: Decimal("1E+999999"), lambda: 1j, lambda: b"NEW"),
    *(lambda: dt.date(2026, 1, 1), lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC), lambda: uuid.UUID(int=0)),
    *(lambda: {1: 2}, lambda: {None: 2}, lambda: {(): 2}, lambda: {Option.TEXT: 2}, lambda: {Text("name"): 2}),
    *(lambda: _deep(300), lambda: _deep(10_000), lambda: (1, "NEW"), lambda: frozenset({1})),
)


def _deep(depth: int) -> Any:
    nested: list[Any] = []
    for _ in range(depth):
        nested = [nested]
    return nested


def value(choices: Choices, depth: int = 3) -> Any:
    """
    Build a value.

    Args:
        choices: The decisions.
        depth: How deep arrays and objects may be nested.

    Returns:
        The value, JSON or not.
    """
    makers: tuple[Callable[[], Any], ...] = (
        lambda: choices.of((None, True, False)),
        lambda: choices.of(TEXTS),
        lambda: choices.of(NUMBERS),
        choices.text,
        lambda: int.from_bytes(choices.take(9), signed=True),
        lambda: _unusual(choices),
        lambda: [value(choices, depth - 1) for _ in range(choices.byte() % 4)],
        lambda: {_name(choices): value(choices, depth - 1) for _ in range(choices.byte() % 4)},
    )
    return choices.of(makers if depth else makers[:-2])()


def _unusual(choices: Choices) -> Any:
    make: Callable[[], Any] = choices.of(_UNUSUAL)
    return make()


def _name(choices: Choices) -> Any:
    return choices.of(NAMES) if choices.byte() % 2 else choices.text()


def edited(choices: Choices, instance: Any) -> Any:
    """
    Replace some values by others.

    Args:
        choices: The decisions.
        instance: A document; arrays and objects are copied before a change.

    Returns:
        The document with up to three changes.
    """
    for _ in range(1 + choices.byte() % 3):
        instance = _edited_once(choices, instance)
    return instance


def _edited_once(choices: Choices, instance: Any) -> Any:
    kind, step = instance.__class__, choices.byte()
    if kind not in {dict, list} or not instance or step % 4 == 0:
        return value(choices)
    if kind is list:
        index = step // 4 % len(instance)
        return [*instance[:index], _edited_once(choices, instance[index]), *instance[index + 1 :]]
    name = [*instance][choices.byte() % len(instance)]
    if step % 4 == 1:
        return {known: member for known, member in instance.items() if known is not name}
    if step % 4 == 2:
        return {**instance, _name(choices): value(choices)}
    return {**instance, name: _edited_once(choices, instance[name])}
