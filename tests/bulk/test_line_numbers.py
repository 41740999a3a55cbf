"""Lines of values are found, in a text that is looked through no more often for many of them than for one."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity.bulk import summarize
from twenty_opportunity.bulk.documents import LineNumbers
from twenty_opportunity.errors import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

json_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def lines_of(value: Any, line: int, *way: str) -> Iterator[tuple[str, int]]:
    """Give the line of every value in a text that has each item, each member and each bracket on a line of its own."""
    yield pointer(*way), line
    if isinstance(value, dict | list):
        for token, part in value.items() if isinstance(value, dict) else enumerate(value):
            line += 1
            yield from lines_of(part, line, *way, str(token))
            line += json.dumps(part, indent=0).count("\n")


@given(json_values, st.integers(1, 5), st.sampled_from(["", "\n", " \n\n"]))
def test_every_value_has_its_line(value: Any, line: int, before: str) -> None:
    """The line of a value is that on which it stands, counted on from that of the text."""
    places = LineNumbers((before + json.dumps(value, indent=0) + "\n").encode(), line)
    expected = dict(lines_of(value, line + before.count("\n")))
    assert {way: places.line_of(way) for way in expected} == expected


LOOKS: Final[Counter[str]] = Counter()


class Text(str):
    """A text that counts how often it is looked through."""

    __slots__ = ()

    def count(self, *arguments: Any) -> int:
        """Count in it."""
        LOOKS["count"] += 1
        return super().count(*arguments)


class Raw(bytes):
    """The same in bytes."""

    __slots__ = ()

    def count(self, *arguments: Any) -> int:
        """Count in it."""
        LOOKS["raw count"] += 1
        return super().count(*arguments)

    def strip(self, *arguments: Any) -> bytes:
        """Strip it."""
        LOOKS["raw strip"] += 1
        return super().strip(*arguments)

    def lstrip(self, *arguments: Any) -> bytes:
        """Strip its beginning."""
        LOOKS["raw lstrip"] += 1
        return super().lstrip(*arguments)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Decode it."""
        LOOKS["decode"] += 1
        return Text(super().decode(encoding, errors))


@pytest.mark.parametrize("indent", [None, 1])
def test_many_lines_cost_no_more_looks_than_one(indent: int | None) -> None:
    """Once one place was asked for, the text is not looked through again, be it one line or many."""
    text = json.dumps({"data": [{"id": number} for number in range(50)]}, indent=indent)
    places = LineNumbers(Raw(text.encode()), 1)
    places.line_of("/data/0")
    before = LOOKS.copy()
    found = [places.line_of(f"/data/{number}/id") for number in range(50)]
    assert before == LOOKS
    assert found == ([*range(4, 154, 3)] if indent else [1] * 50)


def test_a_page_of_records_that_are_wrong(tmp_path: Path, record: dict[str, Any]) -> None:
    """Each record of a page that was written to be read has its violation on its own line."""
    page = {"data": {"opportunities": [record | {"stage": "LEAD"}] * 3}}
    text = json.dumps(page, indent=2)
    (tmp_path / "a.json").write_text(text, "utf-8")
    lines = [number for number, line in enumerate(text.split("\n"), 1) if '"stage"' in line]
    (group,) = (
        group for (place, _), group in summarize([tmp_path / "a.json"], as_="page").groups.items() if place == "/stage"
    )
    assert [example.line for example in group.examples] == lines
