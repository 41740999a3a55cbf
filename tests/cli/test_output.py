"""Outputs are whole or absent, keep their permissions, never replace an input, and are named in errors."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from twenty_opportunity.bulk.files import zstd_module
from twenty_opportunity.cli import main
from twenty_opportunity.cli.output import refuse_conflicts, writing

EXAMPLE = Path(__file__).parents[2] / "examples" / "workspace"
PROGRAM = [sys.executable, "-m", "twenty_opportunity"]


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there is no /dev/null here")
def test_device_is_not_replaced() -> None:
    """/dev/null is written to, not replaced."""
    with writing(Path("/dev/null")) as file:
        file.write(b"report")
    assert not Path("/dev/null").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_full_device_is_named() -> None:
    """A full output is named in the error."""
    with pytest.raises(OSError, match="/dev/full") as caught, writing(Path("/dev/full")) as file:
        file.write(b"report")
    assert caught.value.filename == "/dev/full"


def test_full_output_of_two_is_named(tmp_path: Path) -> None:
    """If one of two outputs is full, the error names it, and the other output stays absent."""
    target = tmp_path / "deals.jsonl"
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with pytest.raises(OSError, match="/dev/full") as caught, writing(target), writing(Path("/dev/full")) as full:
        full.write(b"fault")
    assert caught.value.filename == "/dev/full"
    assert not [*tmp_path.iterdir()]


def test_other_errors_keep_their_name(tmp_path: Path) -> None:
    """An error about another file keeps the name of that file."""
    with pytest.raises(OSError, match="elsewhere") as caught, writing(tmp_path / "deals.jsonl"):
        raise FileNotFoundError(2, "No such file", "elsewhere")
    assert caught.value.filename == "elsewhere"


def test_permissions_are_kept(tmp_path: Path) -> None:
    """A replaced file keeps its permissions, and a new file has the usual ones."""
    private, new, usual = tmp_path / "private", tmp_path / "new", tmp_path / "usual"
    private.touch(0o600)
    usual.touch()
    for path in (private, new):
        with writing(path) as file:
            file.write(b"deals")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(new.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_link_stays_a_link(tmp_path: Path) -> None:
    """The target of a link is replaced, not the link."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.touch()
    link.symlink_to(real)
    with writing(link) as file:
        file.write(b"deals")
    assert (link.is_symlink(), real.read_bytes()) == (True, b"deals")


@pytest.mark.parametrize(("suffix", "unpack"), [(".gz", gzip.decompress), (".zst", zstd_module("a test").decompress)])
def test_suffix_means_compression(tmp_path: Path, suffix: str, unpack: Any) -> None:
    """.gz and .zst compress, and the same content gives the same bytes."""
    for name in ("a", "b"):
        with writing(tmp_path / f"{name}.jsonl{suffix}") as file:
            file.write(b"deals")
    first, second = ((tmp_path / f"{name}.jsonl{suffix}").read_bytes() for name in ("a", "b"))
    assert unpack(first) == b"deals"
    assert first == second


SCRIPT = """
import resource, sys
from twenty_opportunity.bulk.files import zstd_module
from twenty_opportunity.cli import main
sys.dont_write_bytecode = True  # it would be cut off, and nothing could import the module again
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))  # no file becomes larger, as on a disk that is full
sys.exit(main())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit for the size of files")
@pytest.mark.parametrize("arguments", [("generate", "-n", "500", "-o"), ("convert", "deals.jsonl")])
def test_full_disk_leaves_no_file(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """If the disk is full, the error names the file, and nothing is left of it."""
    assert main(["generate", "-n", "500", "-o", str(tmp_path / "deals.jsonl")]) == 0
    command = [sys.executable, "-c", SCRIPT, *arguments, "copy.jsonl"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (2, "twenty-opportunity: copy.jsonl: File too large\n")
    assert [file.name for file in tmp_path.iterdir()] == ["deals.jsonl"]


ENDED = """
import signal, sys
from twenty_opportunity.bulk.files import zstd_module
from twenty_opportunity.cli import generate, main

found = generate.fixtures

def fixtures(*arguments, **options):
    signal.raise_signal(signal.{signal})
    return found(*arguments, **options)

generate.fixtures = fixtures
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as if the tests did not run under nohup
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main(["generate", "-o", "deals.jsonl"]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended in another way")
@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("SIGINT", 130, "twenty-opportunity: interrupted; no file was written\n"),
        ("SIGTERM", 143, ""),
        ("SIGHUP", 129, ""),
    ],
)
def test_signals_leave_no_file(tmp_path: Path, name: str, status: int, said: str) -> None:
    """Ctrl-C, SIGTERM and SIGHUP leave no output and no temporary file."""
    command = [sys.executable, "-c", ENDED.format(signal=name)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (status, said)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", ""],
        ["validate", "a.jsonl", "--report", ""],
        ["validate", "a.jsonl", "--profile", ""],
        ["convert", "", "b.csv"],
        ["convert", "a.jsonl", ""],
        ["generate", "--output", ""],
        ["generate", "--invalid", "5%", "--faults", ""],
        ["schema", "--output", ""],
        ["compare", "", "server"],
        ["models", ""],
        ["models", "--profile", ""],
    ],
    ids=" ".join,
)
def test_empty_name_is_an_error(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty name, as from an unset variable, is not the current folder."""
    monkeypatch.chdir(tmp_path)
    assert main(["generate", "-n", "1", "-o", "a.jsonl"]) == 0
    capsys.readouterr()
    assert main(arguments) == 2
    output, complaints = capsys.readouterr()
    assert output in {"", "0 valid, 0 invalid, 1 unreadable\n"}
    assert "is empty" in complaints
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


@pytest.mark.parametrize("arguments", [["validate", "a\0"], ["generate", "-o", "a\0"], ["convert", "a\0", "b.csv"]])
def test_a_name_with_a_nul_is_an_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """No file can have it, and Python raises another error for it than for other names of missing files."""
    assert main(arguments) == 2
    output, complaints = capsys.readouterr()
    assert "no file can have" in complaints
    assert "bug" not in output + complaints


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write metadata and records, and links to them."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(EXAMPLE / "metadata.json", "m.json")
    shutil.copy(EXAMPLE / "page.json", "page.json")
    Path("folder").mkdir()
    shutil.copy("page.json", "folder/page.json")
    Path("link.json").symlink_to("m.json")
    Path("hard.json").hardlink_to("m.json")
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        "models m.json -o m.json",
        "models -p m.json -o ./m.json",
        "models m.json -o link.json",
        "models link.json -o m.json --load",
        "models m.json -o hard.json",
        "schema -p m.json -o m.json",
        "compare published m.json -o m.json",
        "compare m.json server -o folder/../m.json",
        "generate -p m.json -o m.json",
        "generate -p m.json --invalid 50% -o out.jsonl --faults m.json",
        "generate --invalid 50% -o out.jsonl --faults out.jsonl",
        "convert -p m.json page.json m.json",
        "convert -p m.json page.json page.json",
        "convert -p m.json folder folder/page.json",
        "validate -p m.json page.json --report m.json",
        "validate -p m.json page.json --report page.json",
        "validate -p m.json gone.json folder --report folder/page.json",
    ],
)
def test_input_is_not_overwritten(line: str, inputs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An output that is the profile, the metadata or an input, under any name, is refused."""
    before = {path: path.read_bytes() for path in inputs.rglob("*.json*")}
    assert main(line.split()) == 2
    output, complaints = capsys.readouterr()
    assert output == ""
    assert "is read by this command" in complaints or "is also the file of --output" in complaints
    assert {path: path.read_bytes() for path in inputs.rglob("*.json*")} == before


def test_redirected_input_is_not_overwritten(inputs: Path) -> None:
    """A file that is redirected to standard input is an input too."""
    command = [*PROGRAM, "convert", "-p", "m.json", "--as", "page", "-", "page.json"]
    with Path("page.json").open("rb") as page:
        run = subprocess.run(command, stdin=page, capture_output=True, text=True, check=False)
    assert (run.returncode, "is read by this command" in run.stderr) == (2, True)
    assert (inputs / "page.json").read_bytes() == (EXAMPLE / "page.json").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no /dev/stdin")
@pytest.mark.parametrize(
    ("arguments", "is_refused"),
    [
        (["validate", "-", "-"], True),
        (["validate", "/dev/stdin", "-"], True),
        (["validate", "-p", "-", "-"], True),
        (["compare", "-", "/dev/stdin"], True),
        (["validate", "/dev/null", "/dev/null", "-"], False),
    ],
)
def test_stream_is_read_once(arguments: list[str], is_refused: bool) -> None:  # noqa: FBT001 - a parameter
    """The second reading of a pipe would find nothing in it, and a validation of nothing would succeed."""
    run = subprocess.run([*PROGRAM, *arguments], input="", capture_output=True, text=True, check=False)
    assert (run.returncode == 2, "can be read once only" in run.stderr) == (is_refused, is_refused)


def test_inputs_are_not_the_same_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that is given twice is refused by its name."""
    monkeypatch.setattr("os.fstat", lambda _: os.stat_result(range(10)))
    with pytest.raises(typer.BadParameter, match="'-' is a stream, which can be read once only; give it once"):
        refuse_conflicts({}, ["-", "-"])


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGHUP")
def test_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    """Under nohup a command continues after the terminal is closed."""
    script = ENDED.format(signal="SIGHUP").replace("sys.exit", "signal.signal(signal.SIGHUP, signal.SIG_IGN)\nsys.exit")
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "10 records written to deals.jsonl\n")


@pytest.mark.parametrize(
    "line", ["generate -o loop", "generate --invalid 50% -o a.jsonl --faults loop", "schema -o loop"]
)
def test_loop_of_links_is_an_error(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An output that is a loop of links is an error that names it."""
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("pool")
    Path("pool").symlink_to("loop")
    assert main(line.split()) == 2
    assert re.fullmatch("twenty-opportunity: loop: [^\n]+\n", capsys.readouterr().err)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["loop", "pool"]


def test_link_to_a_new_file(tmp_path: Path) -> None:
    """An output that is a link to a missing file creates that file."""
    (tmp_path / "link").symlink_to("real")
    with writing(tmp_path / "link") as file:
        file.write(b"deals")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"deals"
