"""
Measure the peak memory of `validate` and `convert` for files that are made to fill it.

Run it as `python benchmarks/memory.py [NAME...]`. It needs Linux, whose kernel keeps the peak of each process, and the
extra `zstd`. It fails if a peak exceeds the limit.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeAlias

from twenty_opportunity.bulk.files import zstd_module

LIMIT: Final = 150  # MB
# `ru_maxrss` would include the peak of this process, of which the child is a fork.
PROGRAM: Final = """
import re, sys
from pathlib import Path
from twenty_opportunity.cli import main
status = main(sys.argv[1:])
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(f"{peak[1]} {status}", file=sys.stderr)
"""
MEGABYTE: Final = 1 << 20
TEXT: Final = b"x" * MEGABYTE


def repeated(before: bytes, part: bytes, times: int, after: bytes) -> Iterable[bytes]:
    """Yield a text of many equal parts."""
    yield before
    batch = max(MEGABYTE // len(part), 1)
    for done in range(0, times, batch):
        yield part * min(batch, times - done)
    yield after


def plain(file: Path, blocks: Iterable[bytes]) -> None:
    """Write a file."""
    with file.open("wb") as opened:
        opened.writelines(blocks)


def gz(file: Path, blocks: Iterable[bytes]) -> None:
    """Write a file of gzip."""
    with gzip.open(file, "wb", 6) as opened:
        for block in blocks:
            opened.write(block)


def zst(file: Path, blocks: Iterable[bytes]) -> None:
    """Write a file of zstd, as small as it can be."""
    with zstd_module("this benchmark").ZstdFile(file, "wb", level=19) as opened:
        for block in blocks:
            opened.write(block)


Write: TypeAlias = Callable[[Path, Iterable[bytes]], None]
FILES: Final[dict[str, tuple[str, Write, Iterable[bytes]]]] = {
    "empty objects": ("a.jsonl", plain, repeated(b"", b"{}\n", 100_000, b"")),
    "empty objects in an array": ("a.json", plain, repeated(b"[", b"{},", 100_000, b"{}]")),
    "empty objects in a page": (
        "a.json",
        plain,
        repeated(b'{"data":\n{"opportunities":[', b"{},", 100_000, b"{}]}}"),
    ),
    "lines that are cut off": ("a.jsonl", plain, repeated(b"", b"{\n", 100_000, b"")),
    "423 MB in zstd": ("a.jsonl.zst", zst, repeated(b"", b'{"id": 1}' + b" " * 9990 + b"\n", 42_300, b"")),
    "423 MB in gzip": ("a.jsonl.gz", gz, repeated(b"", b'{"id": 1}' + b" " * 9990 + b"\n", 42_300, b"")),
    "blank lines": ("a.jsonl", plain, repeated(b"", b"\n", 16 * MEGABYTE, b"")),
    "blank lines with spaces": ("a.jsonl", plain, repeated(b"", b" \r\n", 5 * MEGABYTE, b"")),
    "blank lines in zstd": ("a.jsonl.zst", zst, repeated(b"", b"\n", 400 * MEGABYTE, b"")),
    "a line of 600 MB": ("a.jsonl.gz", gz, repeated(b'{"id": "', TEXT, 600, b'"}\n{}\n')),
    "a plain line of 600 MB": ("a.jsonl", plain, repeated(b'{"id": "', TEXT, 600, b'"}\n{}\n')),
    "an item of 600 MB": ("a.json.gz", gz, repeated(b'[{"id": "', TEXT, 600, b'"}, {}]\n')),
    "a document of 600 MB": ("a.json.gz", gz, repeated(b'{"data":\n"', TEXT, 600, b'"}\n')),
    "white space of 300 MB": ("a.json.gz", gz, repeated(b"[{}", b"\n" * MEGABYTE, 300, b", {}]")),
    "brackets": ("a.jsonl", plain, repeated(b"", b"[", 20 * MEGABYTE, b"\n{}\n")),
    "a line of the largest size": (
        "a.jsonl",
        plain,
        repeated(b'{"id": "\xf0\x9f\x98\x80', b"x", 1_000_000, b'"}\n{}\n'),
    ),
    "many values in a line": ("a.jsonl", plain, repeated(b'{"id": [', b"{},", 340_000, b"1]}\n{}\n")),
    "a page of the largest size": (
        "a.json",
        plain,
        repeated(b'{"data":\n{"opportunities":[', b'{"id": "xxxxxxxxxxxxxx"},\n', 150_000, b"{}]}}"),
    ),
    "many names in a line": (
        "a.jsonl",
        plain,
        ([b"{"] + [b'"%x":1,' % number for number in range(105_000)] + [b'"a": 1}\n{}\n']),
    ),
    "deep JSON in a body": (
        "a.jsonl",
        plain,
        repeated(
            b'{"name": "x", "createdBy": {"source": "API", "context": {"a": ' + b"[" * 150,
            b'["\\u0000", "\\u0000"],',
            40_000,
            b"0" + b"]" * 150 + b"}}}\n{}\n",
        ),
    ),
}
OPTIONS: Final = {"deep JSON in a body": ["--profile", "server", "--as", "create"]}


def peak(*arguments: str) -> tuple[float, int, str]:
    """Run the command line in another process; return its peak in MB, its status, and its last line."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    memory, status = run.stderr.splitlines()[-1].split()
    return int(memory) * 1024 / 1e6, int(status), (run.stdout.splitlines() or [""])[-1]


def main() -> None:
    """Measure the files that are named, or all."""
    too_much: list[str] = []
    for name, (file_name, write, blocks) in FILES.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / file_name
            write(file, blocks)
            size = file.stat().st_size / 1e6
            for command in (["validate", "--max-errors", "0"], ["convert", "--skip-invalid"]):
                target = [str(Path(folder) / "out.csv")] if command[0] == "convert" else []
                begin = time.perf_counter()
                memory, status, summary = peak(*command, *OPTIONS.get(name, ()), str(file), *target)
                seconds = time.perf_counter() - begin
                print(f"{name:26} {size:7.1f} MB  {command[0]:8} {memory:5.0f} MB {seconds:6.1f} s  {status} {summary}")
                if memory > LIMIT:
                    too_much.append(f"{command[0]}: {name}")
    if too_much:
        sys.exit(f"more than {LIMIT} MB: {', '.join(too_much)}")


if __name__ == "__main__":
    main()
