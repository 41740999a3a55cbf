"""Text from outside cannot act on a terminal or on GitHub Actions, for every command and format."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity.cli import main
from twenty_opportunity.cli.output import escaped, escaped_json, writing
from twenty_opportunity.values.json_text import encode_sound

EXAMPLES = Path(__file__).parents[2] / "examples"
HOSTILE = "\x1b[2J\r\n::error::forged\u202e\x9b1m ##[error]"
PROGRAM = [sys.executable, "-m", "twenty_opportunity"]
COMMAND = re.compile(r"\s*::|.*##\[")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="file names cannot have such characters")


def is_harmless(text: str) -> bool:
    """Check that every character is visible, and that no line is a workflow command."""
    return all(line.isprintable() and not COMMAND.match(line) for line in text.split("\n"))


@given(st.text() | st.text("\x1b\r\n:#[ \u202eerror"))
def test_line_is_harmless(text: str) -> None:
    """Any text becomes one line without control characters and workflow commands."""
    line = escaped(text)
    assert is_harmless(line)
    assert "\n" not in line
    assert escaped(line) == line


@given(st.text() | st.text("\x1b\r\n\u202e\U000e0001"))
def test_json_keeps_its_meaning(text: str) -> None:
    """Escaped JSON decodes to the same value."""
    shown = escaped_json(encode_sound({"a": text.encode("utf-8", "replace").decode()}))
    assert shown.isprintable()
    assert json.loads(shown) == {"a": text.encode("utf-8", "replace").decode()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write hostile metadata, and files with hostile names."""
    monkeypatch.chdir(tmp_path)
    metadata = json.loads((EXAMPLES / "workspace" / "metadata.json").read_bytes())
    text = json.dumps(metadata).replace('"LEAD"', json.dumps(HOSTILE))
    assert text != json.dumps(metadata)
    Path("m.json").write_text(text, "utf-8")
    name = HOSTILE.replace("/", "")
    Path(f"{name}.json").write_text(text, "utf-8")
    Path(f"{name}.jsonl").write_text(json.dumps({HOSTILE: 1, "stage": HOSTILE}) + "\n[\n", "utf-8")
    return tmp_path


NAME = HOSTILE.replace("/", "")
LINES: list[list[str]] = [
    ["validate", f"{NAME}.jsonl"],
    ["validate", f"{NAME}.jsonl", "--show-values", "--summary"],
    ["validate", f"{NAME}.jsonl", "--show-values", "--format", "json", "--summary"],
    ["validate", f"{NAME}.jsonl", "--show-values", "--format", "sarif"],
    ["validate", "-p", f"{NAME}.json", f"{NAME}.jsonl", "--show-values"],
    ["validate", "-p", NAME, "x.jsonl"],
    ["validate", "::error::x.jsonl"],
    ["validate", "x.jsonl", "--as", HOSTILE],
    ["validate", "x.jsonl", "--format", HOSTILE],
    ["validate", "x.jsonl", f"--{HOSTILE}"],
    [HOSTILE],
    ["validate", "x.jsonl", "--report", f"{NAME}/{NAME}.html"],
    ["convert", f"{NAME}.jsonl", f"{NAME}.csv", "--show-values"],
    ["convert", f"{NAME}.jsonl", f"{NAME}.csv", "--show-values", "--format", "json"],
    ["convert", f"{NAME}.jsonl", f"{NAME}.xml"],
    ["convert", f"{NAME}.jsonl", f"{NAME}/x.csv"],
    ["generate", "-o", f"{NAME}.out.jsonl"],
    ["generate", "-o", f"{NAME}/x.jsonl"],
    ["generate", "--invalid", HOSTILE],
    ["generate", "--class", HOSTILE],
    ["schema", "-p", "m.json"],
    ["schema", "-p", f"{NAME}.json", "--class", HOSTILE],
    ["compare", "published", "m.json"],
    ["compare", "server", f"{NAME}.json"],
    ["compare", f"{NAME}.json", "published", "--format", "json"],
    ["compare", f"{NAME}.json", "published", "--format", "sarif"],
    ["models", "m.json"],
    ["models", f"{NAME}.json", "--load"],
    ["models", "m.json", "--name", HOSTILE],
    ["models", f"{NAME}.jsonl"],
]


@pytest.mark.parametrize("arguments", LINES, ids=lambda arguments: ascii(" ".join(arguments))[:60])
def test_commands_are_harmless(arguments: list[str], folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """File names, options of a workspace, values and arguments are escaped."""
    assert folder.exists()
    main(arguments)
    output, complaints = capfd.readouterr()
    assert output + complaints
    assert is_harmless(output) or arguments[0] == "models"  # Python code is not changed for the sake of GitHub
    assert all(line.isprintable() for line in output.split("\n"))
    assert is_harmless(complaints)


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", f"{NAME}.jsonl", "--show-values", "--format", "github"],
        ["convert", f"{NAME}.jsonl", "x.csv", "--show-values", "--format", "github"],
        ["compare", f"{NAME}.json", "published", "--format", "github"],
        ["compare", "published", f"{NAME}.json", "--format", "github"],
    ],
    ids=["validate", "convert", "before", "after"],
)
def test_workflow_commands_are_well_formed(
    arguments: list[str], folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each line for GitHub is one annotation, and file names cannot add properties to it."""
    assert folder.exists()
    main(arguments)
    lines = [line for line in capfd.readouterr().out.split("\n") if line]
    assert lines
    for line in lines:
        assert line.isprintable()
        assert re.match(r"::(error|warning|notice) (file=[^,:]*,)?(line=\d+,)?title=[^,:]*::[^\n]*$", line)
        assert "file=" not in line or "%0D%0A" in line.split("::")[1]


class Terminal(io.TextIOWrapper):
    """A standard output that is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


@pytest.mark.parametrize("block", [1, 7, 1000])
def test_terminal_gets_visible_text(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data in blocks of any size is escaped as a whole; line breaks stay, and bytes that are not UTF-8 are shown."""
    data = f"ä {HOSTILE}\r\n\U0001f4d0\n".encode() + b"\xff"
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", Terminal(shown, "utf-8", newline=""))
    with writing(None) as file:
        assert file.writable()
        for at in range(0, len(data), block):
            file.write(data[at : at + block])
    assert shown.getvalue().decode() == "ä \\x1b[2J\n::error::forged\\u202e\\x9b1m ##[error]\n📐\n\\xff"
    with writing(None, escape=False) as file:
        file.write(b"\x1b")
    assert shown.getvalue().endswith(b"\x1b")


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["generate", "-p", "m.json", "-n", "50"],
        ["schema", "-p", "m.json"],
        ["convert", "x.jsonl", "-"],
        ["convert", "x.jsonl", "-", "--to", "csv"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_data_on_a_terminal_is_escaped(arguments: list[str], folder: Path) -> None:
    """Data that goes to a terminal is escaped; data in a file or a pipe is not."""
    record: dict[str, Any] = json.loads((EXAMPLES / "opportunity.json").read_bytes())
    (folder / "x.jsonl").write_text(json.dumps({**record, "name": HOSTILE}, ensure_ascii=False) + "\n", "utf-8")
    ours, theirs = os.openpty()
    run = subprocess.Popen([*PROGRAM, *arguments], cwd=folder, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 100_000):
            shown += block
    except OSError:  # the end, on Linux
        pass
    os.close(ours)
    assert run.wait(60) == 0
    text = shown.decode().replace("\r\n", "\n")
    assert len(text) > 100
    assert all(line.isprintable() for line in text.split("\n"))
