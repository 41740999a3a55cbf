"""Findings come out for people, for programs, for GitHub and for SARIF, without values unless asked for."""

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
    """Write a record with a violation and a text that cannot be read."""
    monkeypatch.chdir(tmp_path)
    name = "a,b.jsonl"
    Path(name).write_text(json.dumps(RECORD | {"stage": "SECRET"}) + "\n{\n", "utf-8")
    return name


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Run the command; give the lines of its output."""
    assert main(["validate", *arguments]) == 2
    output = capsys.readouterr().out
    assert ("SECRET" in output) == ("--show-values" in arguments)
    return output.splitlines()


def test_json_is_an_object_a_line(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings are objects; the last has the counts, or the whole summary where it is asked for."""
    wrong, unreadable, last = map(json.loads, run(capsys, file, "--format", "json", "--show-values"))
    assert (wrong["file"], wrong["line"], wrong["pointer"], wrong["keyword"]) == (file, 1, "/stage", "enum")
    assert (unreadable["line"], unreadable["unreadable"]) == (2, True)
    assert last == {"summary": {"valid": 0, "invalid": 1, "unreadable": 1, "violations": 1, "hint": SERVER_HINT}}
    *_, text = run(capsys, file, "--format", "json", "--summary")
    assert json.loads(text)["summary"]["groups"][0]["count"] == 1


def test_github_annotates_lines(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings are workflow commands, in which a comma in a name is no separator."""
    wrong, unreadable, last, hint = run(capsys, file, "--format", "github")
    assert wrong.startswith("::error file=a%2Cb.jsonl,line=1,title=enum::/stage: this string is not")
    assert unreadable.startswith("::error file=a%2Cb.jsonl,line=2,title=unreadable::the text is truncated")
    assert last == "::notice title=twenty-opportunity::0 valid, 1 invalid (1 violation), 1 unreadable"
    assert hint == f"::notice title=twenty-opportunity::{SERVER_HINT}"


def test_sarif_is_one_document(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Results have a rule and a place, and the driver lists the rules."""
    (text,) = run(capsys, file, "--format", "sarif")
    document = json.loads(text)
    (found,) = document["runs"]
    assert document["version"] == "2.1.0"
    assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == ["enum", "unreadable"]
    place = found["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": file}, "region": {"startLine": 1}}


def test_a_summary_lists_the_kinds(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The kinds of violations are listed with their numbers; so many findings are printed as are wanted."""
    assert run(capsys, file, "--summary", "--max-errors", "0") == [
        "        1  /stage  enum",
        "0 valid, 1 invalid (1 violation), 1 unreadable",
    ]


@pytest.mark.parametrize(
    ("end", "status", "words"), [(BrokenProcessPool, 2, "a process died"), (KeyboardInterrupt, 130, "interrupted")]
)
def test_what_ends_it_early_is_told(  # noqa: PLR0913, PLR0917 - two fixtures, and a case of three
    file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, end: Any, status: int, words: str
) -> None:
    """When a process dies or someone interrupts there is a sentence, a summary of what there is, and a status."""
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
def test_output_that_cannot_be_written_ends_it(  # noqa: PLR0913, PLR0917 - three fixtures, and a case of three
    file: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: OSError,
    told: str,
    status: int,
) -> None:
    """A full disk is reported, with status 2. A reader that has ended is not an error: 141, as for any program."""

    class Output(io.StringIO):
        def flush(self) -> None:
            raise error

    with monkeypatch.context() as patched:
        patched.setattr("sys.stdout", Output())
        found = main(["validate", "-p", "server", file, "--max-errors", "0"])
    assert (found, capsys.readouterr().err) == (status, told)


def test_a_cluster_does_the_work(
    file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a scheduler's address its workers find what this process finds; when they die there is a sentence."""
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
def test_a_scheduler_that_is_no_address_is_told(file: str, capsys: pytest.CaptureFixture[str], address: str) -> None:
    """What is no address is refused before anything is counted."""
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    assert main(["validate", file, "--scheduler", address]) == 2
    output, complaint = capsys.readouterr()
    assert output == ""
    assert "--scheduler" in complaint
    assert "is not an address" in re.sub(r"\s+", " ", complaint.replace("│", " "))


@pytest.mark.parametrize(("source", "known"), [("a,b.jsonl", True), ("gone", False)])
def test_the_bar_knows_how_much_there_is(
    file: str, monkeypatch: pytest.MonkeyPatch, source: str, *, known: bool
) -> None:
    """On a terminal the bar goes to the size of the files, where that is known."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert Path(file).exists()
    with progress("validating", size_of([source])) as advance:
        advance(7)
    assert (size_of([source]) is not None) == known


def test_the_bar_of_records_shows_their_rate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal records are counted, of how many where that is known."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for total, shown in ((20, "10/20"), (None, "10/?")):
        with progress("generating", total, unit="records") as advance:
            advance(1)
            advance(9)
        told = capsys.readouterr().err
        assert shown in told
        assert "/s" in told


def test_what_is_printed_stands_above_the_bar(
    file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the output is the terminal, too, its lines are shown whole, with nothing made of what looks like markup."""
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


def test_the_bar_of_bytes_shows_their_rate(
    file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal bytes are counted, with so many a second and the time that is left."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert Path(file).exists()
    with progress("reading", size_of(["a,b.jsonl"])) as advance:
        advance(1)
        advance(2)
    told = capsys.readouterr().err
    assert "reading" in told
    assert re.search(r"[0-9] bytes/s|[0-9] [kM]B/s", told)


def test_a_file_is_named_as_each_format_has_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name of more than one line stays on one line of text; to SARIF it is a URI, to GitHub it is escaped."""
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


def test_a_name_that_begins_like_a_scheme_is_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In SARIF a relative name with a colon is written as RFC 3986 wants it, so that nobody takes it for a scheme."""
    monkeypatch.chdir(tmp_path)
    Path("c:d.jsonl").write_text("{}\n", "utf-8")
    main(["validate", "c:d.jsonl", "--format", "sarif"])
    [first, *_] = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "./c:d.jsonl"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")
def test_a_name_that_is_no_unicode_can_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What is no UTF-8 in a file's name is escaped wherever the name is written; in a URI it is the byte."""
    monkeypatch.chdir(tmp_path)
    name = os.fsdecode(b"bad\xff.jsonl")
    Path(name).write_text("{}\n", "utf-8")
    for form in ("text", "json", "github"):
        assert main(["validate", name, "--format", form, "--report", "report.html", "--summary"]) == 1
        assert "bad\\" in capfd.readouterr().out
    main(["validate", name, "--format", "sarif"])
    assert "bad%FF.jsonl" in capfd.readouterr().out
    assert r"bad\udcff.jsonl:1:/id" in Path("report.html").read_text("utf-8")
