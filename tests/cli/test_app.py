"""The exit status, the error messages, and signals."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity.cli import main

ROOT = Path(__file__).parents[2]
RECORD: dict[str, Any] = json.loads((ROOT / "examples" / "opportunity.json").read_bytes())
# The process that runs the tests may ignore Ctrl-C, and its children inherit that.
HEARING = [
    sys.executable,
    "-c",
    (
        "import signal, sys; from twenty_opportunity.cli import main; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); sys.exit(main())"
    ),
]
COLORS = re.compile(r"\x1b\[(?:[0-9]+;)*(?:3[0-8]|9[0-7])[;m]")
PROGRAM = [sys.executable, "-c", "import sys; from twenty_opportunity.cli import main; sys.exit(main())"]


class Panic(BaseException):
    """An error that is not an `Exception`, as a panic in Rust."""


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without Typer the program says how to install it, with status 2."""
    monkeypatch.setitem(sys.modules, "typer", None)
    for name in [name for name in sys.modules if name.startswith("twenty_opportunity.cli.")]:
        monkeypatch.delitem(sys.modules, name)
    assert main(["validate", "."]) == 2
    assert 'pip install "twenty-opportunity[cli]"' in capsys.readouterr().err


def test_missing_module_of_this_package_is_a_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing module of this package is a bug with a traceback, not a missing extra."""
    monkeypatch.setitem(sys.modules, "twenty_opportunity.cli.app", None)
    assert main([]) == 2
    complaints = capsys.readouterr().err
    assert "ModuleNotFoundError" in complaints
    assert "pip install" not in complaints


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints the version of the package."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("twenty-opportunity ")


@pytest.mark.parametrize("arguments", [["validate", "--as", "letter", "x"], ["validate"], ["paint"]])
def test_wrong_usage_has_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong command line prints the usage, with status 2."""
    assert main(arguments) == 2
    assert "Usage" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{", "{}", "[1]"])
def test_profile_without_metadata_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """A profile that is not metadata is an error that names the file."""
    file = tmp_path / "metadata.json"
    file.write_text(text, "utf-8")
    assert main(["validate", "--profile", str(file), "x"]) == 2
    assert str(file) in capsys.readouterr().err


def test_missing_profile_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A missing profile is an error that names the file."""
    assert main(["validate", "--profile", "gone.json", "x"]) == 2
    assert "gone.json: No such file or directory" in capsys.readouterr().err


def test_metadata_is_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    """The records of a workspace are valid with its metadata as the profile."""
    folder = ROOT / "examples" / "workspace"
    assert main(["validate", "--profile", str(folder / "metadata.json"), str(folder / "page.json")]) == 0
    assert capsys.readouterr().out.endswith("0 invalid, 0 unreadable\n")


def test_interruption_during_import_has_status_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C during the import ends the program without a traceback."""

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("twenty_opportunity.cli.app.run", interrupted)
    assert main([]) == 130


def test_program_runs_in_a_thread(capsys: pytest.CaptureFixture[str]) -> None:
    """Outside the main thread the program leaves signal handlers alone."""
    with ThreadPoolExecutor(1) as executor:
        assert executor.submit(main, ["--version"]).result() == 0
    assert capsys.readouterr().out.startswith("twenty-opportunity ")


def test_signal_gives_the_status_of_shells(monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGTERM gives status 143, and the handler is restored afterwards."""
    heard: list[Any] = []

    def listening(*_: object, **__: object) -> Any:
        heard.append(signal.getsignal(signal.SIGTERM))
        yield from ()

    monkeypatch.setattr("twenty_opportunity.cli.generate.fixtures", listening)
    before = signal.getsignal(signal.SIGTERM)
    assert main(["generate"]) == 0
    assert signal.getsignal(signal.SIGTERM) == before
    with pytest.raises(SystemExit) as ended:
        heard[0](signal.SIGTERM, None)
    assert ended.value.code == 143


def test_closed_streams(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A closed standard output is an error; a closed standard error is not."""
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", None)
        assert main(["schema"]) == 2
    assert capsys.readouterr().err == "twenty-opportunity: the standard output: it is closed\n"
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", None)
        assert main(["validate", "gone.jsonl"]) == 2
        sys.stderr.close()
    assert capsys.readouterr().out == "0 valid, 0 invalid, 1 unreadable\n"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the shell is of another kind")
@pytest.mark.parametrize(
    ("line", "status", "output", "complaint"),
    [
        ("--help >/dev/full", 2, "", "[Errno 28] No space left on device"),
        ("--version >/dev/full", 2, "", "[Errno 28] No space left on device"),
        ("schema >&-", 2, "", "the standard output: it is closed"),
        ("validate examples/opportunity.json >&-", 2, "", "the standard output: it is closed"),
        ("validate examples/opportunity.json 2>&-", 0, "1 valid, 0 invalid, 0 unreadable\n", ""),
        ("generate -n 20000 | head -c 1", 0, "{", ""),
        ("validate examples/invalid --format json | head -c 1", 0, "{", ""),
    ],
)
def test_full_and_closed_streams(line: str, status: int, output: str, complaint: str) -> None:
    """Full and closed streams give one sentence at most, and a status."""
    if "/dev/full" in line and not Path("/dev/full").exists():
        pytest.skip("the system has no /dev/full")
    run = subprocess.run(
        ["/bin/sh", "-c", f"{shlex.join(PROGRAM)} {line}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    said = f"twenty-opportunity: {complaint}\n" if complaint else ""
    assert (run.returncode, run.stdout, run.stderr) == (status, output, said)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_full_disk_has_status_2() -> None:
    """A full disk gives one sentence and status 2, without a traceback."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        run = subprocess.run(
            [*PROGRAM, "validate", "examples/invalid"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (run.returncode, run.stderr) == (2, "twenty-opportunity: [Errno 28] No space left on device\n")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes and process groups")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interruption_prints_the_summary(tmp_path: Path, jobs: str) -> None:
    """Ctrl-C ends all processes, prints the summary so far, and gives status 130."""
    pipe = tmp_path / "endless.jsonl"
    os.mkfifo(pipe)
    run = subprocess.Popen(
        [*HEARING, "validate", "-j", jobs, str(pipe)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    valid = (json.dumps(RECORD) + "\n").encode()
    with pipe.open("wb") as endless:
        for _ in range(4):
            endless.write(valid * (1 + (1 << 20) // len(valid)))
        endless.flush()
        os.killpg(run.pid, signal.SIGINT)
        output, complaints = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "Traceback" not in complaints
    assert "interrupted" in complaints
    assert output.splitlines()[-1].endswith(" valid, 0 invalid, 0 unreadable")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="terminals are of another kind")
@pytest.mark.parametrize(
    ("arguments", "doing", "written"),
    [
        (["validate", "a.json"], "validating", b"1 valid, 0 invalid, 0 unreadable\n"),
        (["convert", "a.json", "-"], "converting", None),
        (["convert", "a.csv", "-"], "converting", None),
        (["convert", "a.parquet", "-"], "converting", None),
        (["generate", "-n", "1", "--class", "OpportunityUpdate"], "generating", None),
    ],
)
def test_progress_bar_is_on_the_terminal_only(
    arguments: list[str], doing: str, written: bytes | None, tmp_path: Path
) -> None:
    """The progress bar is on standard error if that is a terminal, and heeds NO_COLOR."""
    file = tmp_path / "a.json"
    file.write_text(json.dumps(RECORD), "utf-8")
    if arguments[0] == "convert":
        main(["convert", str(file), str(tmp_path / arguments[1].replace("json", "jsonl")), "--skip-invalid"])
    arguments = [str(tmp_path / name) if name.startswith("a.") else name for name in arguments]
    arguments += ["--to", "json"] if arguments[0] == "convert" else []
    ours, theirs = os.openpty()
    environment = os.environ | {"TERM": "xterm", "NO_COLOR": "1"}
    command = [*PROGRAM, *arguments]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, env=environment, check=True)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert doing in shown
    assert "-:--:--" in shown or "0:00" in shown
    assert not COLORS.search(shown)
    assert run.stdout == written or (written is None and len(run.stdout.splitlines()) == 1)


def test_package_runs_as_a_module(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m twenty_opportunity` is the command line."""
    monkeypatch.setattr(sys, "argv", ["twenty-opportunity", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("twenty_opportunity", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("twenty-opportunity ")


@pytest.mark.parametrize(
    "error", [RuntimeError("out of luck\x1b[2J"), RecursionError(), MemoryError(), BaseExceptionGroup("two", [Panic()])]
)
@pytest.mark.parametrize("place", ["app.make_app", "generate.fixtures"])
def test_uncaught_error_has_status_2(
    error: BaseException, place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An uncaught error gives status 2 and a traceback, never the status of an invalid record."""

    def fail(*_: object, **__: object) -> Any:
        raise error

    monkeypatch.setattr(f"twenty_opportunity.cli.{place}", fail)
    assert main(["generate"]) == 2
    complaints = capsys.readouterr().err
    assert "Traceback" in complaints
    assert type(error).__name__ in complaints
    assert "please report it" in complaints
    assert "\x1b" not in complaints


@pytest.mark.parametrize(("code", "status"), [(143, 143), (0, 0), (None, 0), (1, 141)])
def test_exit_of_a_command(code: int | None, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal gives its status; Typer exits with 1 only if the reader of its help has ended."""

    def leave(*_: object, **__: object) -> Any:
        raise SystemExit(code)

    monkeypatch.setattr("twenty_opportunity.cli.generate.fixtures", leave)
    assert main(["generate"]) == status


@pytest.mark.parametrize("name", ["srver", "Server", "nowhere/m.json"])
def test_unknown_profile_lists_the_profiles(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelled profile is an error that lists the profiles."""
    assert main(["validate", "-p", name, "x.jsonl"]) == 2
    complaints = capsys.readouterr().err
    assert complaints.startswith(
        f"twenty-opportunity: {name}: No such file or directory; choose from published, server"
    )


@pytest.mark.parametrize(
    ("arguments", "choices"),
    [
        (["validate", "x", "--format", "xml"], "'text', 'json', 'github', 'sarif'"),
        (["validate", "x", "--as", "letter"], "choose from record, page"),
        (["convert", "x", "y", "--to", "xml"], "'json', 'parquet', 'csv'"),
        (["convert", "x", "y", "--ids", "xml"], "'binary', 'text'"),
        (["schema", "--class", "Letter"], "choose from Opportunity, "),
        (["validate", "x", "--max-errors", "x"], "'x' is not a whole number from 0 to"),
        (["validate", "x", "--jobs", "0"], "'0' is not a whole number from 1 to 64"),
        (["validate", "x", "--max-record-size", str(sys.maxsize)], "is not a whole number from 1 to"),
        (["convert", "x", "y", "--max-record-size", "1.5"], "'1.5' is not a whole number from 1 to"),
        (["generate", "-n", "9" * 30], "is not a whole number from 0 to"),
        (["generate", "--seed", "x"], "'x' is not a whole number from -"),
        (["models", "m.json", "--line-length", "0"], "'0' is not a whole number from 1 to"),
    ],
)
def test_wrong_value_lists_the_choices(arguments: list[str], choices: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong value of an option is an error of ours that lists the choices."""
    assert main(arguments) == 2
    complaints = capsys.readouterr().err
    assert choices in complaints
    assert "Value error" not in complaints
    assert "Traceback" not in complaints
    assert "Input should" not in complaints


@pytest.mark.skipif(sys.platform == "win32", reason="the shell is of another kind")
@pytest.mark.parametrize(
    "line",
    [
        "generate -n 100000",
        "schema",
        "compare published server",
        "models examples/workspace/metadata.json",
        "convert examples/opportunity.json -",
        "convert examples/opportunity.json - --to csv",
        "validate examples/invalid examples/invalid",
        "validate a b c d e 2>&1",
        "--help",
        "--version",
    ],
)
def test_closed_pipe_is_not_an_error(line: str) -> None:
    """A command whose reader has ended prints nothing, with status 141."""
    command = f"{shlex.join(PROGRAM)} {line} | true; echo ${{PIPESTATUS[0]}}"
    run = subprocess.run(["/bin/bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("141\n", "")
