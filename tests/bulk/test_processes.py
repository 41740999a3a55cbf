"""Other processes are forked where that is safe, and spawned where it is not."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from twenty_opportunity.bulk import running

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import sys, threading
from pathlib import Path
from twenty_opportunity import bulk

print("imported", flush=True)
if __name__ == "__main__":
    gate = threading.Event()
    if sys.argv[2:]:
        threading.Thread(target=gate.wait).start()
    print(bulk.summarize([sys.argv[1]], jobs=2))
    gate.set()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of every thread")
@pytest.mark.parametrize(("arguments", "imports"), [((), 1), (("threads",), 2)], ids=["one thread", "two threads"])
def test_a_process_of_one_thread_is_forked(
    tmp_path: Path, line: bytes, arguments: tuple[str, ...], imports: int
) -> None:
    """The script is imported by other processes only where it has threads; what is found is the same."""
    (tmp_path / "script.py").write_text(SCRIPT, "utf-8")
    (tmp_path / "a.jsonl").write_bytes(line * 9)
    command = [sys.executable, "script.py", "a.jsonl", *arguments]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.splitlines() == ["imported"] * imports + ["9 valid, 0 invalid, 0 unreadable"]
    assert run.stderr == ""


@pytest.mark.parametrize(("threads", "way"), [(1, "fork"), (2, "spawn"), (None, "spawn")])
def test_threads_are_counted_by_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int | None, way: str
) -> None:
    """Only where the system lists this one thread and no other is a fork safe; where it lists none, nobody knows."""
    monkeypatch.setattr(running, "_THREADS", tmp_path / "task")
    for number in range(threads or 0):
        (tmp_path / "task" / str(number)).mkdir(parents=True)
    assert running._start_method() == way  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
