"""
Measure bulk work: a million records against a bare loop, in seconds, CPU seconds and memory.

Run it as `python benchmarks/bulk.py [RECORDS]`, with nothing else running. The records are made in a temporary folder.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BARE = """
import sys
import jsonschema_rs
import msgspec
from twenty_opportunity import PUBLISHED
accepts = jsonschema_rs.Draft202012Validator(PUBLISHED.schema(), validate_formats=True).is_valid
decode = msgspec.json.Decoder().decode
print(sum(accepts(decode(line)) for line in open(sys.argv[1], "rb")))
"""
OURS = """
import sys
from twenty_opportunity import bulk
if __name__ == "__main__":
    print(bulk.summarize([sys.argv[1]], jobs=int(sys.argv[2])))
"""
EXAMPLE = Path(__file__).parents[1] / "examples" / "opportunity.json"
ROUNDS = 5
STAGES = ("NEW", "SCREENING", "MEETING", "PROPOSAL", "CUSTOMER")


def write(file: Path, number: int) -> None:
    """Write valid records of about 750 bytes, no two alike."""
    record: dict[str, Any] = json.loads(EXAMPLE.read_bytes())
    chance = random.Random(7)
    with file.open("w", encoding="utf-8") as lines:
        for count in range(number):
            record["name"] = f"Deal {count} {'x' * 60}"
            record["stage"] = chance.choice(STAGES)
            record["amount"] = {"amountMicros": chance.randrange(10**12), "currencyCode": chance.choice(["USD", "EUR"])}
            record["closeDate"] = f"{chance.randint(2024, 2028)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            lines.write(json.dumps(record) + "\n")


def measure(name: str, script: Path, *arguments: str) -> float:
    """Run a program in another process, print its costs, and return the seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    command = [sys.executable, str(script), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    memory = after.ru_maxrss / 1024  # the largest process so far: the programs are run from small to large
    print(f"{name:14} {seconds:7.2f} s {cpu:7.2f} CPU s {memory:7.0f} MiB  {run.stdout.strip()}")
    return seconds


def ratio(rounds: list[float]) -> str:
    """Return the median and the range of ratios."""
    return f"{statistics.median(rounds):.2f} ({min(rounds):.2f} to {max(rounds):.2f})"


def main() -> None:
    """Measure several rounds in turn, and print the ratios."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        file, bare, ours = (Path(folder) / name for name in ("deals.jsonl", "bare.py", "ours.py"))
        bare.write_text(BARE, "utf-8")
        ours.write_text(OURS, "utf-8")
        write(file, number)
        print(f"{number} records, {file.stat().st_size / 1e6:.0f} MB")
        slower: list[float] = []
        faster: list[float] = []
        for _ in range(ROUNDS):
            alone = measure("bare loop", bare, str(file))
            one = measure("one process", ours, str(file), "1")
            two = measure("two processes", ours, str(file), "2")
            slower.append(one / alone)
            faster.append(one / two)
        print(f"one process takes {ratio(slower)} times as long as the bare loop")
        print(f"two processes are {ratio(faster)} times as fast as one")


if __name__ == "__main__":
    main()
