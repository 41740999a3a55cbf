"""
Compare the speed of the library with others: `python -m benchmarks.speed`.

All libraries run in this process, in bursts of 0.2 ms by turns, so that other load on the machine affects all of them.
A ratio is the median of the ratios of all rounds; its spread is that of the middle half.
"""

from __future__ import annotations

import argparse
import gc
import platform
import statistics
from importlib import import_module
from importlib.metadata import version
from time import process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PEERS = {
    "ours": "twenty-opportunity",
    "pydantic_models": "pydantic",
    "msgspec_structs": "msgspec",
    "compiled_jsonschema": "jsonschema-rs",
    "plain_jsonschema": "jsonschema",
    "fast_jsonschema": "fastjsonschema",
    "plain_cattrs": "cattrs",
    "decoders": "orjson",
}
BURST = 2e-4  # seconds of work in each turn
GOALS = {
    "is_valid: record": {"jsonschema-rs": 1.15, "jsonschema": 0.01},
    "is_valid: server record": {"jsonschema-rs": 1.15},
    "is_valid: 40 custom fields": {"jsonschema-rs": 1.15},
    "is_valid: 40 custom fields of the profile": {"jsonschema-rs": 1.15},
    "is_valid: page of 200": {"jsonschema-rs": 1.15},
    "explain: invalid record": {"jsonschema": 0.5},
    "structure: record": {"pydantic": 0.9},
    "structure: server record": {"pydantic": 0.9},
    "structure: 40 custom fields": {"pydantic": 1.2},
    "structure: 40 custom fields of the profile": {"pydantic": 1.2},
    "loads: record": {"pydantic": 0.9, "msgspec": 2.5},
    "loads: server record": {"pydantic": 0.9, "msgspec": 2.5},
    "loads: page of 200": {"pydantic": 0.9},
    "loads: 40 custom fields": {"pydantic": 1.0},
    "loads: 40 custom fields of the profile": {"pydantic": 1.0},
    "dumps: record": {"pydantic": 0.8},
    "dumps: server record": {"pydantic": 0.8},
    "dumps: page of 200": {"pydantic": 0.8},
    "dumps: 40 custom fields": {"pydantic": 1.8},
    "dumps: 40 custom fields of the profile": {"pydantic": 1.0},
}
"""The highest ratio of our time to that of another library that counts as fast enough."""


def seconds(work: Callable[[], object], loops: int) -> float:
    """Return the CPU seconds of one call."""
    repeat = range(loops)
    begun = process_time()
    for _ in repeat:
        work()
    return (process_time() - begun) / loops


def measure(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Measure the same work with each library, in turns."""
    for work in works.values():
        work()  # the first call compiles schemas and generates code
    loops = {peer: max(1, round(BURST / seconds(work, 20))) for peer, work in works.items()}
    found: dict[str, list[float]] = {peer: [] for peer in works}
    order = [*works]
    for number in range(rounds):
        if number % 50 == 0:
            gc.collect()
        order.append(order.pop(0))  # so that no library always runs after the same other one
        for peer in order:
            found[peer].append(seconds(works[peer], loops[peer]))
    return found


def rows(work: str, times: dict[str, list[float]]) -> list[str]:
    """Return the rows of a table with the ratios of our time to that of each library."""
    lines: list[str] = []
    ours = times["ours"]
    for peer in times.keys() - {"ours"}:
        low, middle, high = statistics.quantiles(
            (one / other for one, other in zip(ours, times[peer], strict=True)), n=4
        )
        mine, its = (f"{statistics.median(each) * 1e6:.2f} µs" for each in (ours, times[peer]))
        goal = GOALS.get(work, {}).get(PEERS[peer])
        shown = "" if goal is None else f"{goal:g}{'' if middle <= goal else ' (missed)'}"
        lines.append(f"| {work} | {mine} | {PEERS[peer]} | {its} | {shown} | {middle:.3g} | {low:.3g}-{high:.3g} |")
    return sorted(lines)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--only", default="", help="measure only works whose name contains this")
    chosen: Any = parser.parse_args()
    versions = ", ".join(f"{name} {version(name)}" for name in PEERS.values())
    print(f"Python {platform.python_version()}, {platform.machine()}; {versions}\n")
    print("| work | ours | other library | its time | goal | ratio | middle half |\n|---|---|---|---|---|---|---|")
    works = {peer: import_module(f"benchmarks.peers.{peer}").works() for peer in PEERS}
    for work in sorted(works["ours"]):
        if chosen.only in work:
            able = {peer: its[work] for peer, its in works.items() if work in its}
            print("\n".join(rows(work, measure(able, chosen.rounds))), flush=True)


if __name__ == "__main__":
    main()
