"""Python objects of any class, and the JSON values that they represent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from twenty_opportunity.validation import Validator
from twenty_opportunity.values.python_json import as_array, as_members, as_object, as_text, is_integer, plain


class Text(str):
    """A subclass of str with another text."""

    __slots__ = ()

    def __str__(self) -> str:
        """Return another text."""
        return "something else"


class Own(dict[Any, Any]):
    """A subclass of dict."""


class Row(list[Any]):
    """A subclass of list."""


@pytest.mark.parametrize("value", [0, -7, 10**30, 2.0, -0.0, 1e300, Decimal(2), Decimal("2.0"), Decimal("1E+3")])
def test_a_number_without_a_fraction_is_an_integer(value: Any) -> None:
    """2.0 is one, as JSON Schema says, as a float and as a Decimal."""
    assert is_integer(value)


@pytest.mark.parametrize("value", [2.5, Decimal("2.5"), Decimal("NaN"), float("inf"), True, "2", None, [], 2j])
def test_nothing_else_is_an_integer(value: Any) -> None:
    """A number with a fraction is not an integer. Neither is an object that is not a JSON number."""
    assert not is_integer(value)


def test_texts_and_containers_of_other_classes_become_plain() -> None:
    """Methods of a subclass do not matter: the value is that of the base class."""
    for made, expected in (
        (as_text(Text("NEW")), "NEW"),
        (as_array(Row([1])), [1]),
        (as_object(Own({1: 2})), {1: 2}),
        (as_members({Text("a"): 1, Text(""): Text("")}), {"a": 1, "": ""}),
        (plain(Own({Text("a"): Row([Text(""), Text("NEW")])})), {"a": ["", "NEW"]}),
    ):
        assert made == expected
        assert type(made) is type(expected)
    assert [*map(type, as_members({Text("a"): 1}) or ())] == [str]
    assert as_members({"a": 1, 2: 3}) is None
    assert as_members(Own({Text("a"): 1, None: 3})) is None


def test_members_of_other_names_are_found_by_what_they_are_called() -> None:
    """A key of a subclass of str is the name that it is of, for both sides."""
    validator = Validator({"properties": {"a": {"type": "null"}}, "required": ["a"]})
    assert validator.is_valid({Text("a"): None})
    assert [violation.pointer for violation in validator.iter_violations({Text("a"): 1})] == ["/a"]


def test_what_is_shared_stays_shared_in_a_copy() -> None:
    """A container that is met twice is copied once."""
    shared = [Text("a")]
    first, second = plain([shared, shared])
    assert first is second
