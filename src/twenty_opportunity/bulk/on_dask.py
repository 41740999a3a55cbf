"""Bulk work on Dask: a bag of chunks or texts becomes one summary, whichever workers come and go meanwhile."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import attrs

from twenty_opportunity.bulk.checking import Part, check, entries_in
from twenty_opportunity.bulk.chunks import Chunk
from twenty_opportunity.bulk.layouts import MARK
from twenty_opportunity.bulk.running import total_of_parts
from twenty_opportunity.bulk.schemas_in_transit import rules_of
from twenty_opportunity.bulk.summary import Summary, Tally, total_of
from twenty_opportunity.errors import required
from twenty_opportunity.profiles import PUBLISHED, Profile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twenty_opportunity.bulk.schemas_in_transit import Rules


def validate_bag(bag: Any, profile: Profile = PUBLISHED, *, as_: str | None = None) -> Any:
    """
    Sum up, on Dask, what is found in a bag.

    Args:
        bag: A `dask.bag.Bag` of the pieces of work that `chunks` gives, which workers read for themselves where they
            see the same files, or of texts, str or bytes, each a JSON document, whose lines nobody knows. As in a file
            of lines, blank ones are none, and a byte order mark is no part of one.
        profile: What records are held to.
        as_: The form of the documents, one of `FORMS`; None to find out the form of each.

    Returns:
        A `dask.bag.Item` that computes to the `Summary`. A worker that dies has its work done by another; each record
        is counted once.

    Raises:
        ValueError: There is no such form.
        MissingExtraError: The extra `dask` is not installed.
        TypeError: The bag holds something else; raised by whoever computes the summary.
    """
    with required("dask", "bulk.validate_bag"):
        from dask.bag import Item
    work = functools.partial(_partition, rules=rules_of(profile, as_))
    return bag.reduction(work, _total, split_every=False, out_type=Item)


def _partition(elements: Iterable[Any], rules: Rules) -> tuple[list[Part], Summary]:
    tally = Tally()
    parts: list[Part] = []
    for element in elements:
        if isinstance(element, Chunk):
            parts.append(attrs.evolve(check(element, rules), findings=()))
            continue
        text = _text(element)
        for entry in entries_in("", text, 0, rules) if text.strip() else ():
            tally.count(entry)
    return parts, tally.summary()


def _text(element: Any) -> bytes:
    """Give a text as a file has it. Half a character has no UTF-8, and is written so that no decoder takes it."""
    text = element.encode(errors="surrogatepass") if isinstance(element, str) else element
    if not isinstance(text, bytes | bytearray):
        message = f"a bag holds chunks or texts, not {type(element).__name__}"
        raise TypeError(message)
    return bytes(text).removeprefix(MARK)


def _total(done: Iterable[tuple[list[Part], Summary]]) -> Summary:
    partitions = [*done]  # none, where nothing is in the bag
    parts = [part for some, _ in partitions for part in some]
    return total_of([total_of_parts(parts), *(summary for _, summary in partitions)])
