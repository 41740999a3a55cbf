"""Repeated items are found as JSON compares them, and integers are writable up to a number of digits."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity.values.python_json import repeated, unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 4300


@pytest.fixture
def _limit() -> Iterator[None]:
    """Have Python write integers of so many digits, as it does unless told otherwise."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(LIMIT)
    yield
    sys.set_int_max_str_digits(before)


class Text(str):
    """A subclass of str."""

    __slots__ = ()


def nested(levels: int, kind: type) -> Any:
    """Nest arrays or objects in each other."""
    value: Any = kind()
    for _ in range(levels):
        value = [value] if kind is list else {"a": value}
    return value


@pytest.mark.usefixtures("_limit")
@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, False),
        (10 ** (LIMIT - 1), False),
        (10**LIMIT - 1, False),
        (10**LIMIT, True),
        (-(10**LIMIT), True),
        (1 - 10**LIMIT, False),
    ],
    ids=["zero", "digits", "most", "more", "negative", "most negative"],
)
def test_an_integer_is_written_up_to_a_number_of_digits(number: int, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The limit is the interpreter's, to the digit, on both sides of zero; and there may be none."""
    assert unwritable(number) is expected
    sys.set_int_max_str_digits(0)
    assert not unwritable(number)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], None),
        ([1, 2, 1.0], (0, 2)),
        ([1, Decimal(1)], (0, 1)),
        (["ab", str(b"ab", "ascii")], (0, 1)),
        (["ab", Text("ab")], (0, 1)),
        (["1", 1], None),
        ([True, 1, False, 0], None),
        ([None, True, False], None),
        ([None, 1, None], (0, 2)),
        ([[], {}], None),
        ([[1], [1.0]], (0, 1)),
        ([[1, 2], [2, 1]], None),
        ([{"a": 1}, {"a": 2}], None),
        ([{"a": 1, "b": 2}, {"b": 2, "a": 1.0}], (0, 1)),
        ([{"a": 1}, {"b": 1}], None),
    ],
)
def test_items_are_the_same_as_json_says(items: list[Any], expected: tuple[int, int] | None) -> None:
    """1.0 equals 1 and not a string, true does not equal 1, and only items have an order."""
    assert repeated(items) == expected


@pytest.mark.parametrize("kind", [list, dict])
def test_items_are_compared_up_to_a_depth(kind: type) -> None:
    """200 levels are compared, and of one more it is said that there are too many."""
    deepest = nested(200, kind)
    assert repeated([deepest, nested(199, kind), nested(200, kind)]) == (0, 2)
    with pytest.raises(ValueError, match=r"^nested too deeply to be compared$"):
        repeated([nested(201, kind)])
