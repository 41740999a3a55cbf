"""The program ends as it should: with a status that tells, a sentence where something is amiss, and no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity.cli import main

ROOT = Path(__file__).parents[2]
RECORD: dict[str, Any] = json.loads((ROOT / "examples" / "opportunity.json").read_bytes())
# Whoever runs the tests may have told them not to hear Ctrl-C, and what they start inherits that.
HEARING = [
    sys.executable,
    "-c",
    (
        "import signal, sys; from twenty_opportunity.cli import main; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); sys.exit(main())"
    ),
]
PROGRAM = [sys.executable, "-c", "import sys; from twenty_opportunity.cli import main; sys.exit(main())"]


def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without Typer the program says how to install it, and its status is 2."""
    monkeypatch.setitem(sys.modules, "typer", None)
    for name in [name for name in sys.modules if name.startswith("twenty_opportunity.cli.")]:
        monkeypatch.delitem(sys.modules, name)
    assert main(["validate", "."]) == 2
    assert 'pip install "twenty-opportunity[cli]"' in capsys.readouterr().err


def test_a_module_of_our_own_that_is_missing_is_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours is not blamed on what is installed."""
    monkeypatch.setitem(sys.modules, "twenty_opportunity.cli.app", None)
    with pytest.raises(ModuleNotFoundError, match="twenty_opportunity"):
        main([])


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The version is that of the package."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("twenty-opportunity ")


@pytest.mark.parametrize("arguments", [["validate", "--as", "letter", "x"], ["validate"], ["paint"]])
def test_a_wrong_command_line_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What is no command line of the program is refused with its usage."""
    assert main(arguments) == 2
    assert "Usage" in capsys.readouterr().err


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """The help of a command ends with command lines to start from."""
    assert main(["validate", "--help"]) == 0
    assert "twenty-opportunity validate examples/" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["{", "{}", "[1]"])
def test_a_profile_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """A file without metadata is named, with what was looked for in it."""
    file = tmp_path / "metadata.json"
    file.write_text(text, "utf-8")
    assert main(["validate", "--profile", str(file), "x"]) == 2
    assert str(file) in capsys.readouterr().err


def test_a_profile_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is missing is named."""
    assert main(["validate", "--profile", "gone.json", "x"]) == 2
    assert "gone.json: No such file or directory" in capsys.readouterr().err


def test_a_workspace_is_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    """A workspace's records are valid by its metadata."""
    folder = ROOT / "examples" / "workspace"
    assert main(["validate", "--profile", str(folder / "metadata.json"), str(folder / "page.json")]) == 0
    assert capsys.readouterr().out.endswith("0 invalid, 0 unreadable\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_is_told() -> None:
    """Where the output has no room the status is 2, with a sentence and no traceback."""
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


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no names, and processes no groups")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_it_cleanly(tmp_path: Path, jobs: str) -> None:
    """An interruption ends all processes; what was found until then is summed up, and the status is 130."""
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
def test_a_terminal_has_a_progress_bar(arguments: list[str], doing: str, written: bytes | None, tmp_path: Path) -> None:
    """The bar is on a terminal, on standard error, and there only; NO_COLOR is heeded."""
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
    assert "\x1b[38" not in shown
    assert run.stdout == written or (written is None and len(run.stdout.splitlines()) == 1)
