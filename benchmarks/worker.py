"""One library in a process of its own: reads a work and a number of loops a line, answers with the seconds."""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time


def main(peer: str) -> None:
    """Answer until the input ends."""
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
