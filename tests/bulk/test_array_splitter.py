"""Arrays that are wrong are read as far as they are right, and what is wrong is told with its line."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from twenty_opportunity.bulk import iter_parts, summarize
from twenty_opportunity.bulk.chunks import ArrayCutter

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "cut in an item": (b'[{"id": 1},\n{"id": 2', [(2, "/1", "truncated")], 1),
    "cut after a comma": (b'[{"id": 1},\n', [(2, "", "the array does not end")], 1),
    "cut in a text": (b'[{"id": 1},\n "ab', [(2, "/1", "truncated")], 1),
    "cut in a word": (b"[{}, tru", [(1, "/1", "truncated")], 1),
    "cut at once": (b"[", [(1, "", "the array does not end")], 0),
    "no item": (b"[{},,{}]", [(1, "/1", "empty")], 2),
    "no last item": (b"[{},\n]", [(2, "/1", "empty")], 1),
    "no comma": (b"[{}\n{}, {}]", [(2, "/0", "trailing characters")], 1),
    "brackets that do not match": (b"[{], {}, {}]", [(1, "/0", "malformed")], 2),
    "a brace too many": (b"[}, {}]", [(1, "/0", "malformed")], 1),
    "cut after an item": (b'[{"id": 1}\n', [(2, "", "the array does not end")], 1),
    "something behind": (b"[{}]\n \n{}", [(1, "", "something after the end")], 1),
    "white space behind": (b"[{}]" + b"\n" * 100, [], 1),
    "nothing": (b"[ \n]", [], 0),
}


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_with_an_array_is_told(tmp_path: Path, case: str, size: int, *, compressed: bool) -> None:
    """The items that are JSON are validated, each other one is unreadable, and so is an array without an end."""
    text, expected, items = CASES[case]
    file = tmp_path / "a.json"
    file.write_bytes(gzip.compress(text) if compressed else text)
    parts = [*iter_parts([file], size=size)]
    found = [finding for part in parts for finding in part.findings if finding.reason]
    assert [(finding.line, finding.base) for finding in found] == [(line, base) for line, base, _ in expected]
    assert all(words in finding.reason for finding, (*_, words) in zip(found, expected, strict=True))
    assert sum(part.summary.valid + part.summary.invalid for part in parts) == items
    assert summarize([file]).total == items + len(expected)


def test_what_is_behind_an_array_may_come_late() -> None:
    """White space behind an array is read block after block, until there is something else."""
    blocks = iter([b"[]", b" \n", b" ", b"x"])
    cutter = ArrayCutter(lambda _: next(blocks, b""), 1)
    assert [*cutter.batches()] == []
    assert cutter.complaint == "there is something after the end of the array"
