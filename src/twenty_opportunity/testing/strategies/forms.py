"""Forms, the functions of Hypothesis' draw that strategies are built of, and how one of several is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

Form: TypeAlias = Callable[[DrawFn], Any]
"""
Makes a value by drawing. A form that is no strategy of its own costs nothing but what it draws, and the number of
draws is what an example costs.
"""

Weighted: TypeAlias = tuple[int, Form]
"""A form and how often it is chosen among others."""


def constant(value: Any) -> Form:
    """Make the form of one value, which has to be immutable."""
    return lambda _: value


def copied(value: Any) -> Form:
    """Make the form of one value, a new copy each time where it can be changed."""
    return (lambda _: deepcopy(value)) if value.__class__ in {list, dict} else constant(value)


def drawn(strategy: SearchStrategy[Any], convert: Callable[[Any], Any] | None = None) -> Form:
    """Make the form that draws from a strategy, and converts what it drew."""
    if convert is None:
        return lambda draw: draw(strategy)
    return lambda draw: convert(draw(strategy))


def choose(options: Sequence[Weighted]) -> Form:
    """
    Make the form that is one of several at a time.

    Args:
        options: The forms with their weights. It shrinks towards the first.

    Returns:
        The form. It takes one draw to choose, however many there are.
    """
    table = tuple([form for weight, form in options for _ in range(weight)])
    if len(set(map(id, table))) == 1:
        return table[0]
    index = st.sampled_from(range(len(table)))
    return lambda draw: table[draw(index)](draw)


def strategy_of(form: Form, name: str) -> SearchStrategy[Any]:
    """
    Make a strategy of a form, which Hypothesis then shrinks and shows as one value.

    Args:
        form: The form.
        name: What to call it where Hypothesis shows it.

    Returns:
        The strategy.
    """

    def definition(draw: DrawFn) -> Any:
        return form(draw)

    definition.__name__ = definition.__qualname__ = name
    return st.composite(definition)()


def ready(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """
    Let Hypothesis make its tables of characters when it looks at a strategy, ahead of the first example.

    They take seconds where no run before has left them on disk. Drawing comes upon the strategies of text too late: an
    example that takes so long fails Hypothesis' health check.

    Args:
        strategy: The strategy of a whole document.

    Returns:
        A strategy that makes the same.
    """

    def looked_at() -> SearchStrategy[Any]:
        st.text().validate()
        return strategy

    return st.deferred(looked_at)


def weight_of(options: Sequence[Weighted]) -> int:
    """Add up the weights."""
    return sum(weight for weight, _ in options)
