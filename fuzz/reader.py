"""The command line: `validate` counts the records of any file and exits with the right status."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unittest import mock

import typer.main

from fuzz.choices import Choices
from twenty_opportunity.bulk import FORMS
from twenty_opportunity.bulk.files import zstd_module
from twenty_opportunity.cli import app

if TYPE_CHECKING:
    from collections.abc import Callable

_compress_zstd: Final[Callable[[bytes], bytes]] = zstd_module("a target").compress
_SUFFIXES: Final = (".jsonl", ".json", ".ndjson", "", ".JSON", ".csv")
_PACKINGS: Final[tuple[tuple[str, Callable[[bytes], bytes]], ...]] = (
    ("", bytes),
    (".gz", lambda data: gzip.compress(data, 1, mtime=0)),
    (".gz", lambda data: gzip.compress(data, 1, mtime=0)[:-9]),
    (".gz", lambda data: b"\x1f\x8b" + data),
    (".zst", _compress_zstd),
    (".zst", lambda data: _compress_zstd(data)[:-3]),
    (".zst", lambda data: b"\x28\xb5\x2f\xfd" + data),
    (".gz", bytes),
)
_OPTIONS: Final[tuple[tuple[str, ...], ...]] = (
    *((), ("--profile", "server"), ("--summary",), ("--show-values",), ("--max-errors", "1")),
    *(("--format", "json"), ("--format", "sarif"), ("--format", "github"), *(("--as", form) for form in FORMS)),
)
_SUMMARY: Final = re.compile(r"(\d+) valid, (\d+) invalid(?: \(\d+ violations?\))?, (\d+) unreadable")
_FOLDER: Final = tempfile.TemporaryDirectory(prefix="fuzz-")

_COMMANDS: Final = typer.main.get_command(app.make_app())


def target(data: bytes) -> None:
    """
    Validate a file.

    Args:
        data: The suffix, the compression, the options and the content.
    """
    choices = Choices(data)
    suffix, (ending, pack) = choices.of(_SUFFIXES), choices.of(_PACKINGS)
    options = choices.of(_OPTIONS)
    file = Path(_FOLDER.name, f"deals{suffix}{ending}")
    file.write_bytes(pack(choices.rest()))
    status, output, complaints = _validate(str(file), options)
    assert status in {0, 1, 2}, status
    _look_at(status, output, complaints, options)


def _validate(file: str, options: tuple[str, ...]) -> tuple[int, str, str]:
    output, complaints = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(complaints),
        mock.patch.object(app, "make_app", return_value=_COMMANDS),  # building them takes as long as the rest
    ):
        status = app.run(["validate", *options, file])
    return status, output.getvalue(), complaints.getvalue()


def _look_at(status: int, output: str, complaints: str, options: tuple[str, ...]) -> None:
    """Compare the status with the output: an early error leaves no summary."""
    if "--format" in options:
        assert json.loads(output) if "sarif" in options else output.strip()
        return
    found = _SUMMARY.search(output)
    assert found, (output, complaints)
    _, invalid, unreadable = map(int, found.groups())
    assert status == (2 if unreadable else 1 if invalid else 0), (status, output)
    problems = [line for line in complaints.splitlines() if not line.startswith("hint: ")]
    assert bool(problems) is bool(unreadable) or "--max-errors" in options, complaints
