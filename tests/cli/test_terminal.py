"""On a terminal there is a progress bar, and a pipe gets the same output as without one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from twenty_opportunity.errors import SERVER_HINT

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "import sys; from twenty_opportunity.cli import main; sys.exit(main())"]
CONTROLS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
COLORS = re.compile(r"\x1b\[(?:[0-9]+;)*(?:3[0-8]|9[0-7])[;m]")
ARGUMENTS = ["validate", "examples/invalid"]

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="terminals are of another kind"),
    pytest.mark.slow,
]


def on_terminal(*arguments: str, output_too: bool, **environment: str) -> tuple[str, str]:
    """Run the program with standard error on a terminal; return the output and the text on the terminal."""
    ours, theirs = os.openpty()
    run = subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=ROOT,
        stdout=theirs if output_too else subprocess.PIPE,
        stderr=theirs,
        env={name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"} | environment,
        text=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 100_000):
            shown += block
    except OSError:  # what Linux says at the end
        pass
    os.close(ours)
    output, _ = run.communicate(timeout=60)
    return output or "", shown.decode()


def seen(shown: str) -> list[str]:
    """Return the lines that a terminal showed at some time."""
    return re.split(r"[\r\n]+", CONTROLS.sub("", shown))


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_pipe_gets_all_findings(form: str) -> None:
    """The terminal shows the bar only, and the findings go to the pipe."""
    arguments = [*ARGUMENTS, "--format", form]
    plain = subprocess.run([*PROGRAM, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    output, shown = on_terminal(*arguments, output_too=False)
    assert output == plain.stdout
    assert "validating" in shown
    assert "opportunities.jsonl" not in shown


def test_lines_are_not_wrapped() -> None:
    """Each finding above the bar is one line of any length, which the terminal wraps."""
    plain = subprocess.run([*PROGRAM, *ARGUMENTS], cwd=ROOT, capture_output=True, text=True, check=False)
    _, shown = on_terminal(*ARGUMENTS, output_too=True, COLUMNS="40")
    lines = seen(shown)
    assert [line for line in lines if line in plain.stdout.splitlines()] == plain.stdout.splitlines()
    assert "validating" in shown


def test_unreadable_text_is_above_the_bar(tmp_path: Path) -> None:
    """A message on standard error is a line above the bar."""
    (tmp_path / "a.jsonl").write_text("[\n", "utf-8")
    _, shown = on_terminal("validate", str(tmp_path / "a.jsonl"), output_too=False)
    expected = f"{tmp_path / 'a.jsonl'}:1: the text is truncated: it ends before its JSON does; read or send all of it"
    assert any(line.startswith(expected) for line in seen(shown))


def test_no_color() -> None:
    """The bar has colors, unless NO_COLOR is set."""
    assert COLORS.search(on_terminal(*ARGUMENTS, output_too=False)[1])
    assert not COLORS.search(on_terminal(*ARGUMENTS, output_too=False, NO_COLOR="1")[1])


def test_force_color_is_not_a_terminal() -> None:
    """FORCE_COLOR does not show a progress bar in a pipe."""
    environment = os.environ | {"FORCE_COLOR": "1"}
    run = subprocess.run([*PROGRAM, *ARGUMENTS], cwd=ROOT, capture_output=True, text=True, env=environment, check=False)
    assert run.stderr == f"{SERVER_HINT}\n"
    assert "\x1b" not in run.stdout
