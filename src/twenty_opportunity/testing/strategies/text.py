"""Strings: any text, and what a pattern matches."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.testing.patterns import Chain, Characters, Choice, Node, Repeat, parse
from twenty_opportunity.testing.strategies.forms import Form, Weighted, choose, constant, drawn

_UNUSUAL: Final = (
    "\x00",
    "\u2028\t\r\n",
    "\x1b[31m",
    "Zoë & 株式会社",
    "שלום",
    "e\u0301",
    "🏳️\u200d🌈",
    "null",
    "a/b~c",
    '"\\"',
)


def any_text(least: int, most: int | None) -> list[Weighted]:
    """
    Give the forms of any string between two lengths.

    Args:
        least: The fewest characters.
        most: The most characters; None where there may be any number.

    Returns:
        The forms, the simplest first.
    """
    options: list[Weighted] = [(2, constant(""))] if least == 0 else []
    if most != 0:
        options.append((12, drawn(st.text(min_size=max(least, 1), max_size=most))))
    unusual = [text for text in _UNUSUAL if least <= len(text) and (most is None or len(text) <= most)]
    if unusual:
        options.append((2, drawn(st.sampled_from(unusual))))
    return options


def matching_text(pattern: str, least: int, most: int | None) -> list[Weighted]:
    """
    Give the forms of the strings between two lengths that a pattern matches.

    Args:
        pattern: The pattern.
        least: The fewest characters.
        most: The most characters; None where there may be any number.

    Returns:
        The forms, the simplest first.

    Raises:
        UnsupportedSchemaError: The pattern has an unknown construct, or none of the texts made for it is so long.
    """
    node = parse(pattern)
    if most is not None and node.shortest <= most:
        node = node.fitted(most)
    too_long = most is not None and (node.longest is None or node.longest > most)
    if too_long or node.shortest < least:
        reason = f"no text is made that matches {pattern!r} and has {least} to {most} characters"
        raise UnsupportedSchemaError("", reason)
    return [(16, _matching(node))]


def _matching(node: Node) -> Form:
    if isinstance(node, Characters):
        return drawn(st.text(_alphabet(node), min_size=1, max_size=1))
    if isinstance(node, Choice):
        return choose([(1, _matching(option)) for option in node.options])
    if isinstance(node, Chain):
        parts = [_matching(part) for part in node.parts]
        return lambda draw: "".join([part(draw) for part in parts])
    return _repeated(node)


def _repeated(node: Repeat) -> Form:
    if isinstance(node.part, Characters):
        return drawn(st.text(_alphabet(node.part), min_size=node.least, max_size=node.most))
    few = node.least + 3 if node.most is None else min(node.most, node.least + 3)
    part = _matching(node.part)
    count = st.integers(node.least, few)
    return lambda draw: "".join([part(draw) for _ in range(draw(count))])


def _alphabet(characters: Characters) -> str | st.SearchStrategy[str]:
    if characters.negated:
        return st.characters(codec="utf-8", exclude_characters=characters.members)
    return characters.members
