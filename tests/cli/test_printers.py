"""Findings as text, JSON, GitHub commands and SARIF, without values unless asked for; progress bars."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity.cli import main
from twenty_opportunity.cli.output import progress, size_of
from twenty_opportunity.errors import SERVER_HINT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RECORD: dict[str, Any] = json.loads((Path(__file__).parents[2] / "examples" / "opportunity.json").read_bytes())


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write an invalid record and an unreadable text."""
    monkeypatch.chdir(tmp_path)
    name = "a,b.jsonl"
    Path(name).write_text(json.dumps(RECORD | {"stage": "SECRET"}) + "\n{\n", "utf-8")
    return name


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Run the command; return the lines of its output."""
    assert main(["validate", *arguments]) == 2
    output = capsys.readouterr().out
    assert ("SECRET" in output) == ("--show-values" in arguments)
    return output.splitlines()


def test_json(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each finding is an object, and the last object has the counts or the whole summary."""
    wrong, unreadable, last = map(json.loads, run(capsys, file, "--format", "json", "--show-values"))
    assert (wrong["file"], wrong["line"], wrong["pointer"], wrong["keyword"]) == (file, 1, "/stage", "enum")
    assert (unreadable["line"], unreadable["unreadable"]) == (2, True)
    assert last == {"summary": {"valid": 0, "invalid": 1, "unreadable": 1, "violations": 1, "hint": SERVER_HINT}}
    *_, text = run(capsys, file, "--format", "json", "--summary")
    assert json.loads(text)["summary"]["groups"][0]["count"] == 1


def test_github(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings are workflow commands, and a comma in a file name is escaped."""
    wrong, unreadable, last, hint = run(capsys, file, "--format", "github")
    assert wrong.startswith("::error file=a%2Cb.jsonl,line=1,title=enum::/stage: this string is not")
    assert unreadable.startswith("::error file=a%2Cb.jsonl,line=2,title=unreadable::the text is truncated")
    assert last == "::notice title=twenty-opportunity::0 valid, 1 invalid (1 violation), 1 unreadable"
    assert hint == f"::notice title=twenty-opportunity::{SERVER_HINT}"


def test_sarif(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The output is one document with results, locations and rules."""
    (text,) = run(capsys, file, "--format", "sarif")
    document = json.loads(text)
    (found,) = document["runs"]
    assert document["version"] == "2.1.0"
    assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == ["enum", "unreadable"]
    place = found["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": file}, "region": {"startLine": 1}}


def test_summary_and_max_errors(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--summary counts each kind of violation, and --max-errors limits the findings."""
    assert run(capsys, file, "--summary", "--max-errors", "0") == [
        "        1  /stage  enum",
        "0 valid, 1 invalid (1 violation), 1 unreadable",
    ]


@pytest.mark.parametrize(
    ("end", "status", "words"), [(BrokenProcessPool, 2, "a process died"), (KeyboardInterrupt, 130, "interrupted")]
)
def test_early_end_prints_the_summary(  # noqa: PLR0913, PLR0917 - two fixtures, and a case of three
    file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, end: Any, status: int, words: str
) -> None:
    """If a process dies, or on Ctrl-C, there is a message, the summary so far, and a status."""
    monkeypatch.setattr("twenty_opportunity.cli.validate.iter_parts", _ending(end()))
    assert main(["validate", file, "--jobs", "2"]) == status
    output, complaint = capsys.readouterr()
    assert output == "0 valid, 0 invalid, 0 unreadable\n"
    assert words in complaint


@pytest.mark.parametrize(
    ("error", "told", "status"),
    [
        (OSError(28, "No space left"), "twenty-opportunity: [Errno 28] No space left\n", 2),
        (BrokenPipeError(32, "Broken"), "", 141),
    ],
)
def test_unwritable_output(  # noqa: PLR0913, PLR0917 - three fixtures, and a case of three
    file: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: OSError,
    told: str,
    status: int,
) -> None:
    """A full disk is an error with status 2; a closed pipe has status 141 and no message."""

    class Output(io.StringIO):
        def flush(self) -> None:
            raise error

    with monkeypatch.context() as patched:
        patched.setattr("sys.stdout", Output())
        found = main(["validate", "-p", "server", file, "--max-errors", "0"])
    assert (found, capsys.readouterr().err) == (status, told)


def test_dask_scheduler(file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Workers of a Dask scheduler find the same, and their death is reported."""
    distributed: Any = pytest.importorskip("distributed", reason="the extra dask is not installed")
    run(capsys, file)
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None, silence_logs=50) as cluster:
        assert main(["validate", file, "--scheduler", cluster.scheduler_address]) == 2
        assert capsys.readouterr().out.endswith("0 valid, 1 invalid (1 violation), 1 unreadable\n")
        for end in (CancelledError(), distributed.KilledWorker("a task", "a worker", 3)):
            parts: Any = _ending(end)
            monkeypatch.setattr("twenty_opportunity.cli.validate.iter_parts", parts)
            assert main(["validate", file, "--scheduler", cluster.scheduler_address]) == 2
            assert "a process died before it had finished" in capsys.readouterr().err


def _ending(error: BaseException) -> Callable[..., Iterator[Any]]:
    def parts(*_: Any, **__: Any) -> Iterator[Any]:
        yield from ()
        raise error

    return parts


@pytest.mark.parametrize("address", ["nowhere", "tcp://", ""])
def test_wrong_scheduler_address(file: str, capsys: pytest.CaptureFixture[str], address: str) -> None:
    """A wrong address is refused before the work begins."""
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    assert main(["validate", file, "--scheduler", address]) == 2
    output, complaint = capsys.readouterr()
    assert output == ""
    assert "--scheduler" in complaint
    assert "is not an address" in re.sub(r"\s+", " ", complaint.replace("│", " "))


@pytest.mark.parametrize(("source", "known"), [("a,b.jsonl", True), ("gone", False)])
def test_progress_bar_has_a_total(file: str, monkeypatch: pytest.MonkeyPatch, source: str, *, known: bool) -> None:
    """The total of the progress bar is the size of the files, if that is known."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert Path(file).exists()
    with progress("validating", size_of([source])) as advance:
        advance(7)
    assert (size_of([source]) is not None) == known


def test_progress_bar_counts_records(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The progress bar shows the number of records and the rate."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for total, shown in ((20, "10/20"), (None, "10/?")):
        with progress("generating", total, unit="records") as advance:
            advance(1)
            advance(9)
        told = capsys.readouterr().err
        assert shown in told
        assert "/s" in told


def test_lines_are_above_the_progress_bar(
    file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lines on the terminal are above the bar, whole, and without markup."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    output, complaints = sys.stdout, sys.stderr
    line = "[bold]:smile: " + "x" * 300
    with progress("validating", size_of([file])):
        sys.stdout.write(f"{line}\n")
        sys.stderr.write("of standard error\n")
    assert (sys.stdout, sys.stderr) == (output, complaints)
    printed, told = capsys.readouterr()
    assert printed == ""
    assert line in told
    assert "of standard error" in told


def test_progress_bar_counts_bytes(
    file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The progress bar shows the number of bytes and the rate."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert Path(file).exists()
    with progress("reading", size_of(["a,b.jsonl"])) as advance:
        advance(1)
        advance(2)
    told = capsys.readouterr().err
    assert "reading" in told
    assert re.search(r"[0-9] bytes/s|[0-9] [kM]B/s", told)


def test_file_name_with_a_line_break(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line break in a file name is escaped in the way of each format."""
    monkeypatch.chdir(tmp_path)
    name = "my deals\n%.jsonl"
    Path(name).write_text("{}\n[\n", "utf-8")
    assert main(["validate", name]) == 2
    output, complaints = capsys.readouterr()
    assert output.startswith("my deals\\n%.jsonl:1:/id: ")
    assert complaints.startswith("my deals\\n%.jsonl:2: ")
    main(["validate", name, "--format", "sarif"])
    [first, *_] = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20deals%0A%25.jsonl"
    main(["validate", name, "--format", "github"])
    assert capsys.readouterr().out.startswith("::error file=my deals%0A%25.jsonl,line=1,")


def test_sarif_path_with_a_colon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A relative path with a colon begins with ./ in SARIF, as RFC 3986 requires."""
    monkeypatch.chdir(tmp_path)
    Path("c:d.jsonl").write_text("{}\n", "utf-8")
    main(["validate", "c:d.jsonl", "--format", "sarif"])
    [first, *_] = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "./c:d.jsonl"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")
def test_file_name_that_is_not_unicode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A file name that is not UTF-8 is escaped, or percent-encoded in a URI."""
    monkeypatch.chdir(tmp_path)
    name = os.fsdecode(b"bad\xff.jsonl")
    Path(name).write_text("{}\n", "utf-8")
    for form in ("text", "json", "github"):
        assert main(["validate", name, "--format", form, "--report", "report.html", "--summary"]) == 1
        assert "bad\\" in capfd.readouterr().out
    main(["validate", name, "--format", "sarif"])
    assert "bad%FF.jsonl" in capfd.readouterr().out
    assert r"bad\udcff.jsonl:1:/id" in Path("report.html").read_text("utf-8")
