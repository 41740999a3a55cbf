"""Layouts: how the texts of records stand in a file, found out by its name and by how it begins."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from twenty_opportunity.bulk.files import LINES, Stream, suffix_of
from twenty_opportunity.errors import DecodeError
from twenty_opportunity.values.json_text import TRUNCATED, decode

if TYPE_CHECKING:
    from collections.abc import Callable

MARK: Final = b"\xef\xbb\xbf"


class Layout(Enum):
    """How texts stand in a chunk."""

    LINES = "lines"
    ITEMS = "items"
    WHOLE = "whole"


def layout_of(stream: Stream) -> Layout:
    """
    Find out how texts stand in a file.

    No more of it is waited for than what decides: what comes through a pipe may come slowly.

    Args:
        stream: The file, of which nothing but the head was read.

    Returns:
        The layout: lines where the suffix says so; else what the beginning looks like. Of `.json` that may be lines,
        too, since many exports are called so.
    """
    suffix = suffix_of(stream.name)
    if suffix in LINES:
        return Layout.LINES
    begin = _begin(stream, bool)
    if begin.startswith(b"["):
        return Layout.ITEMS
    first = _begin(stream, lambda begin: b"\n" in begin).split(b"\n")[0]
    if _can_be(first, whole=True):
        return Layout.LINES
    if suffix == ".json":
        return Layout.WHOLE
    return Layout.WHOLE if _goes_on(stream, first) else Layout.LINES


def _begin(stream: Stream, is_enough: Callable[[bytes], bool]) -> bytes:
    """Read on until there is enough, or no more that may be held; give what there is, white space before it aside."""
    while not is_enough(begin := stream.head.removeprefix(MARK).lstrip()):
        if not stream.grow():
            break
    return begin


def _goes_on(stream: Stream, first: bytes) -> bool:
    """Tell whether a line is the beginning of a text that the next line continues: one that is broken is not."""
    first_two = _begin(stream, lambda begin: begin.count(b"\n") > 1).split(b"\n")[:2]
    return len(first_two) > 1 and _can_be(first, whole=False) and _can_be(b"\n".join(first_two), whole=False)


def _can_be(text: bytes, *, whole: bool) -> bool:
    """Tell whether a text is JSON, or else may become it when it goes on."""
    try:
        decode(text)
    except DecodeError as error:
        return not whole and error.reason == TRUNCATED
    return True
