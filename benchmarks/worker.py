"""The process of one library: reads lines with a work and a number of loops, and prints the seconds."""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time


def main(peer: str) -> None:
    """Run the works that are read until the input ends."""
    works = importlib.import_module(f"benchmarks.peers.{peer}").works()
    print(json.dumps(sorted(works)), flush=True)
    for line in sys.stdin:
        name, loops = json.loads(line)
        work = works[name]
        gc.collect()
        begun = time.perf_counter()
        for _ in range(loops):
            work()
        print(time.perf_counter() - begun, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
