"""
Measure the costs beside the calls themselves: `python -m benchmarks.costs`.

Prints the time of the import compared with that of the dependencies, the time of the first call with a document class,
the memory of a record compared with a msgspec struct, and the time of each of a million records in a row.
"""

from __future__ import annotations

import compileall
import json
import resource
import statistics
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from tracemalloc import get_traced_memory, start, stop
from typing import TYPE_CHECKING, Any

from benchmarks import inputs

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
IMPORTS = ("import attrs, cattrs, msgspec", "import twenty_opportunity")
READERS = ("ours", "msgspec_structs", "pydantic_models")
RECORDS = 10_000
COUNTS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)


def alone(code: str) -> str:
    """Run code in a new process; return its output."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def cpu_seconds(code: str) -> float:
    """Return the CPU seconds of a statement in a new process, without the start of the interpreter."""
    timed = f"from time import process_time\nbegun = process_time()\n{code}\nprint(process_time() - begun)"
    return float(alone(timed))


def imports(rounds: int = 21) -> None:
    """Compare the import with that of the dependencies."""
    taken: dict[str, list[float]] = {code: [] for code in IMPORTS}
    for _ in range(rounds):
        for code in IMPORTS:
            taken[code].append(cpu_seconds(code))
    base, whole = (taken[code] for code in IMPORTS)
    ratios = [one / other for one, other in zip(whole, base, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    shown = ", ".join(f"`{code}` {statistics.median(found) * 1e3:.0f} ms" for code, found in taken.items())
    print(f"import: {shown}; ratio {middle:.2f} ({low:.2f}-{high:.2f})")


def first_calls() -> None:
    """Print the time of the first call of each kind, each in a new process."""
    text = inputs.dumped(inputs.record())
    # The first call of all imports what converts and validates, and the compiled validator.
    for call in ("is_valid(json.loads(text))", "loads(text)", "dumps(record)", "[*iter_violations({})]"):
        code = f"""
import json
from time import process_time
from twenty_opportunity import *
text = {text!r}
record = {"loads(text)" if "record" in call else None}
begun = process_time()
{call}
print(process_time() - begun)"""
        found = [float(alone(code)) for _ in range(9)]
        after = ", after loads" if "record" in call else ""
        print(f"first {call}{after}: {statistics.median(found) * 1e3:.1f} ms")


def memory_of_a_record(module: str) -> None:
    """Print the bytes that each of many records holds; the records share no values."""
    loads: Callable[[bytes], Any] = import_module(f"benchmarks.peers.{module}").reader()
    record = inputs.record()
    texts = [inputs.dumped({**record, "name": f"Deal number {number}"}) for number in range(RECORDS)]
    loads(texts[0])
    start()
    before, _ = get_traced_memory()
    kept = [loads(text) for text in texts]
    after, _ = get_traced_memory()
    stop()
    print(json.dumps((after - before) / len(kept)))


def memory() -> None:
    """Compare the memory of a record with that of a msgspec struct."""
    code = "from benchmarks.costs import memory_of_a_record as measure; measure({!r})"
    found = {module: float(alone(code.format(module))) for module in READERS}
    for module, size in found.items():
        print(f"memory of a record, {module}: {size:.0f} bytes, {size / found['msgspec_structs']:.2f} times a struct")


def in_a_row() -> None:
    """Print the time of each record and the peak memory when many are read in a row."""
    loads: Callable[[bytes], Any] = import_module("benchmarks.peers.ours").reader()
    text = inputs.dumped(inputs.record())
    loads(text)
    for count in COUNTS:
        clock = process_time if count >= RECORDS else perf_counter
        begun = clock()
        for _ in range(count):
            loads(text)
        taken = clock() - begun
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count:>9,} records in a row: {taken / count * 1e6:6.2f} µs each, {most:.0f} MiB at most")


def main() -> None:
    """Measure everything."""
    compileall.compile_dir(ROOT / "src", quiet=1)  # as an installer does
    imports()
    first_calls()
    memory()
    in_a_row()


if __name__ == "__main__":
    main()
