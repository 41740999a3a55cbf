"""JSON values of any shape, for what a schema leaves open, and the names of members that it does not describe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from twenty_opportunity.testing.strategies.forms import Form, Weighted, choose, constant, drawn
from twenty_opportunity.testing.strategies.numbers import integers, numbers
from twenty_opportunity.testing.strategies.text import any_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hypothesis.strategies import DrawFn

_NAMES: Final = (
    "customField",
    "probability",
    "searchVector",
    "favorites",
    "created_at",
    "Name",
    "extra",
    "self",
    "__class__",
    "$ref",
    "a/b~c",
    "",
    "名前",
    "\x00",
)
_NAME: Final = choose([(3, drawn(st.sampled_from(_NAMES))), (1, drawn(st.text()))])
_COUNT: Final = st.sampled_from((1, 1, 1, 2, 3))
_SCALARS: Final[Mapping[str, list[Weighted]]] = {
    "null": [(2, constant(None))],
    "boolean": [(1, constant(False)), (1, constant(True))],  # noqa: FBT003 - a value, no flag
    "number": numbers(None, None),
    "string": any_text(0, None),
}


def members(value: Form, reserved: Collection[str] = ()) -> Form:
    """
    Make the form of some members.

    Args:
        value: The form of their values.
        reserved: The names that none of them may have.

    Returns:
        The form of a dict of one to three members.
    """

    def form(draw: DrawFn) -> dict[str, Any]:
        return {_free(_NAME(draw), reserved): value(draw) for _ in range(draw(_COUNT))}

    return form


def _free(name: str, reserved: Collection[str]) -> str:
    while name in reserved:
        name += "_"
    return name


def _of_type(depth: int) -> dict[str, list[Weighted]]:
    if depth == 0:
        return dict(_SCALARS)
    part = any_value(depth - 1)
    some = st.integers(1, 3)
    return {
        **_SCALARS,
        "array": [(1, lambda _: []), (1, lambda draw: [part(draw) for _ in range(draw(some))])],
        "object": [(1, lambda _: {}), (1, members(part))],
    }


def any_value(depth: int = 2) -> Form:
    """Make the form of any JSON value, nested no deeper than this."""
    simple = {"null": 4, "boolean": 2, "number": 3, "string": 3, "array": 1, "object": 1}
    return choose([(simple[name], choose(options)) for name, options in _of_type(depth).items()])


ANY_OF_TYPE: Final[Mapping[str, Form]] = {
    **{name: choose(options) for name, options in _of_type(2).items()},
    "integer": choose(integers(None, None)),
}
"""The form of any value of a type."""

ANY_VALUE: Final = any_value()
"""The form of any JSON value."""
