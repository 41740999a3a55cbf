"""
Measure what a generated document costs beside a hand-written strategy: `python -m benchmarks.strategies`.

Both make opportunities of the published schema with the same properties. They take turns, a burst of examples each, in
one process; a ratio is the median of the ratios of the rounds. It counts processor time, including the work of
Hypothesis for each example.
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import statistics
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, ActorSource, Stage
from twenty_opportunity.strategies import documents, invalid_documents, records

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 1.5


def by_hand() -> st.SearchStrategy[dict[str, Any]]:
    """Make the strategy that one would write with the public strategies, without any of the corners."""
    uuids = st.uuids().map(str)
    instants = st.datetimes(timezones=st.just(dt.UTC)).map(dt.datetime.isoformat)
    currencies = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
    anything = st.none() | st.booleans() | st.integers() | st.text()
    amounts = st.fixed_dictionaries(
        {}, optional={"amountMicros": st.none() | st.integers(), "currencyCode": st.none() | currencies}
    )
    actors = st.fixed_dictionaries(
        {},
        optional={
            "source": st.sampled_from([*map(str, ActorSource)][:8]),
            "workspaceMemberId": st.none() | uuids,
            "name": st.none() | st.text(),
            "context": st.none() | st.dictionaries(st.text(), anything, max_size=2),
        },
    )
    return st.fixed_dictionaries(
        {
            "id": uuids,
            "createdAt": instants,
            "updatedAt": instants,
            "name": st.text(),
            "stage": st.sampled_from([*map(str, Stage)]),
        },
        optional={
            "deletedAt": st.none() | instants,
            "amount": st.none() | amounts,
            "closeDate": st.none() | st.dates().map(dt.date.isoformat),
            "position": st.floats(allow_nan=False, allow_infinity=False),
            "companyId": st.none() | uuids,
            "pointOfContactId": st.none() | uuids,
            "ownerId": st.none() | uuids,
            "createdBy": actors,
            "updatedBy": actors,
        },
    )


def bursts(strategy: st.SearchStrategy[Any], examples: int) -> Callable[[], float]:
    """Make the function that draws so many examples and gives the mean of the seconds that one took."""

    @settings(max_examples=examples, database=None, phases=[Phase.generate], deadline=None)
    @given(strategy)
    def draw(_: Any) -> None:
        """Draw an example."""

    def burst() -> float:
        begin = time.process_time()
        draw()
        return (time.process_time() - begin) / examples

    return burst


def main() -> None:
    """Measure, and print a line for each strategy with its ratio to the hand-written one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--examples", type=int, default=300)
    arguments = parser.parse_args()
    hand = by_hand()
    draw_hand = bursts(hand.map(_checked), arguments.examples)
    named = {"documents": documents(), "records": records(), "invalid_documents": invalid_documents()}
    ours = {name: bursts(strategy, arguments.examples) for name, strategy in named.items()}
    costs: dict[str, list[float]] = {name: [] for name in ["by hand", *ours]}
    for _ in range(arguments.rounds):
        costs["by hand"].append(draw_hand())
        for name, draw in ours.items():
            costs[name].append(draw())
    print(f"Python {platform.python_version()}, hypothesis {version('hypothesis')}, {arguments.rounds} rounds")
    for name, seconds in costs.items():
        ratio = statistics.median(mine / other for mine, other in zip(seconds, costs["by hand"], strict=True))
        print(f"{name:18} {statistics.median(seconds) * 1e6:7.0f} µs an example, {ratio:.2f} times by hand")
    ratio = statistics.median(mine / other for mine, other in zip(costs["documents"], costs["by hand"], strict=True))
    print(f"documents is {'within' if ratio <= LIMIT else 'BEYOND'} {LIMIT} times")


def _checked(document: dict[str, Any]) -> dict[str, Any]:
    # The two have to make the same thing for their costs to be compared.
    PUBLISHED.validate(document)
    return document


if __name__ == "__main__":
    main()
