"""
Compare the speed of the library with others: `python -m benchmarks.speed`.

Each library runs in its own process. They take turns in short bursts, so that other load on the machine affects all of
them. A ratio is the median of the ratios of all rounds; the spread is that of the middle half.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
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
BURST = 0.02  # seconds of work in each turn


class Peer:
    """A library in its own process."""

    def __init__(self, module: str) -> None:
        command = [sys.executable, "-m", "benchmarks.worker", module]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.works: set[str] = set(json.loads(self._answer()))
        self._loops: dict[str, int] = {}

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()

    def _run(self, work: str, loops: int) -> float:
        assert self._process.stdin
        print(json.dumps([work, loops]), file=self._process.stdin, flush=True)
        return float(self._answer()) / loops

    def seconds(self, work: str) -> float:
        """Return the seconds of one call, measured in one burst; the first burst sets the number of calls."""
        if work not in self._loops:
            self._run(work, 1)
            self._loops[work] = max(1, int(BURST / self._run(work, 3)))
            self._run(work, self._loops[work])
        return self._run(work, self._loops[work])


def measure(rounds: int, only: str = "") -> dict[str, dict[str, list[float]]]:
    """Measure each work with each library that supports it, in turns."""
    peers = {module: Peer(module) for module in PEERS}
    works = sorted(work for work in peers["ours"].works if only in work)
    found: dict[str, dict[str, list[float]]] = {work: {} for work in works}
    for work in works:
        able = [module for module in PEERS if work in peers[module].works]
        for _ in range(rounds):
            for module in able:
                found[work].setdefault(module, []).append(peers[module].seconds(work))
    return found


def table(found: dict[str, dict[str, list[float]]]) -> str:
    """Return a table with the ratios of our time to that of each library."""
    lines = ["| work | ours | beside | its time | ratio | middle half |", "|---|---|---|---|---|---|"]
    for work, times in found.items():
        ours = times["ours"]
        for module, theirs in times.items():
            if module == "ours":
                continue
            ratios = sorted(mine / other for mine, other in zip(ours, theirs, strict=True))
            low, middle, high = statistics.quantiles(ratios, n=4)
            micros = [f"{statistics.median(each) * 1e6:.2f} µs" for each in (ours, theirs)]
            lines.append(
                f"| {work} | {micros[0]} | {PEERS[module]} | {micros[1]} | {middle:.2f} | {low:.2f}-{high:.2f} |"
            )
    return "\n".join(lines)


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="", help="measure only works whose name contains this")
    chosen: Any = parser.parse_args()
    versions = ", ".join(f"{name} {version(name)}" for name in PEERS.values())
    print(f"Python {platform.python_version()}, {platform.machine()}; {versions}\n")
    print(table(measure(chosen.rounds, chosen.only)))


if __name__ == "__main__":
    main()
