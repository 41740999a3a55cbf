"""Help has examples that work, and a shell completes commands and values."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from twenty_opportunity.cli import main
from twenty_opportunity.cli.app import COMMANDS, PROGRAM

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPT = [sys.executable, "-c", "import sys; from twenty_opportunity.cli import main; sys.exit(main())"]


def examples_of(command: str) -> Mapping[str, str]:
    """Return the examples of a command."""
    return COMMANDS[command][1]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The help of each command ends with three examples or more."""
    monkeypatch.setenv("COLUMNS", "250")
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert len(examples_of(command)) >= 3
    assert all(line in shown for line in examples_of(command))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files that the examples name."""
    folder = tmp_path_factory.mktemp("exported")
    with contextlib.chdir(folder):
        _export()
    return folder


def _export() -> None:
    shutil.copytree(EXAMPLES / "invalid", "exports")
    shutil.copy(EXAMPLES / "server" / "page.json", "page.json")
    for name in ("metadata.json", "old.json", "new.json"):
        shutil.copy(EXAMPLES / "workspace" / "metadata.json", name)
    for name, profile in (
        ("export.jsonl.gz", "server"),
        ("plain.jsonl", "published"),
        ("export.jsonl", "metadata.json"),
        ("deals.jsonl", "metadata.json"),
    ):
        assert main(["generate", "-p", profile, "-n", "3", "-o", name]) == 0
    assert main(["convert", "-p", "metadata.json", "deals.jsonl", "deals.parquet"]) == 0


@pytest.mark.parametrize("line", [line for command in COMMANDS for line in examples_of(command)])
def test_examples_work(
    line: str, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each example in the help is a command line that does what it says."""
    monkeypatch.chdir(shutil.copytree(exported, tmp_path / "here"))
    *piped, ours = line.split(" | ")
    name, *arguments = shlex.split(ours)
    assert (name, bool(piped)) == (PROGRAM, "-" in arguments)
    capfd.readouterr()
    with Path("page.json" if "--as" in arguments else "plain.jsonl").open(encoding="utf-8") as pipe:
        monkeypatch.setattr(sys, "stdin", pipe)
        status = main(arguments)
    output, complaint = capfd.readouterr()
    finds = {"exports/", "published"} & {*arguments}
    assert (status, complaint.count("\n") < 3) == (int(bool(finds)), True), output + complaint
    assert all(Path(arguments[at + 1]).exists() for at, option in enumerate(arguments) if option in {"-o", "--report"})


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="bash completes it there, if any shell does")
def test_completion_of_commands(tmp_path: Path) -> None:
    """The completion script is for this program, and completes its commands."""
    environment = os.environ | {"HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    subprocess.run([*SCRIPT, "--install-completion", "bash"], env=environment, capture_output=True, check=True)
    (written,) = tmp_path.glob(".bash_completions/*")
    assert f"-F _twenty_opportunity_completion {PROGRAM}" in written.read_text("utf-8").replace("\n", " ").replace(
        "-o default ", ""
    )
    asked = {"_TWENTY_OPPORTUNITY_COMPLETE": "complete_bash", "COMP_WORDS": f"{PROGRAM} c", "COMP_CWORD": "1"}
    run = subprocess.run(SCRIPT, env=environment | asked, capture_output=True, text=True, check=False)
    assert run.stdout.split() == ["compare", "convert"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("validate --profile ", ["published", "server", "metadata.json"]),
        ("validate --profile s", ["server"]),
        ("validate -p meta", ["metadata.json"]),
        ("validate -p folder/", []),
        ("validate --as gr", ["graphql"]),
        ("validate --format ", ["text", "json", "github", "sarif"]),
        ("schema --class OpportunityU", ["OpportunityUpdate"]),
        ("schema --profile published --class WebhookE", []),
        ("schema --profile server --object company --class CompanyU", ["CompanyUpdate"]),
        ("schema --profile workspace.json --object ", ["company", "opportunity", "dealRoom"]),
        ("schema --profile metadata.json --object note", ["note", "noteTarget"]),
        ("schema --profile metadata.json --class OpportunityU", ["OpportunityUpdate"]),
        ("schema --profile - --object note", ["note", "noteTarget"]),
        ("compare pub", ["published"]),
        ("compare published s", ["server"]),
        ("convert --ids ", ["binary", "text"]),
    ],
)
def test_completion_of_values(
    typed: str, offered: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Options offer the values that they take."""
    monkeypatch.chdir(tmp_path)
    Path("metadata.json").touch()
    if "workspace.json" in typed:
        shutil.copy(EXAMPLES / "workspace" / "metadata.json", "workspace.json")
    line = f"{PROGRAM} {typed}"
    monkeypatch.setenv("_TWENTY_OPPORTUNITY_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
    assert main([]) == 0
    assert capsys.readouterr().out.split() == offered


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_80_columns(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Paragraphs fill the lines, short help is complete, examples have their own lines, flags show no type."""
    monkeypatch.setenv("COLUMNS", "80")
    assert main([*filter(None, [command]), "--help"]) == 0
    shown = capsys.readouterr().out
    lines = shown.splitlines()
    examples = examples_of(command) if command else {}
    assert all(len(line) <= 80 for line in lines)
    assert "..." not in shown.partition("\n")[2]
    assert "<bool>" not in shown
    assert all(f"    {example}" in lines for example in examples)
    description = shown.split("\n\n")[1:]
    for paragraph in description[
        : next(index for index, text in enumerate(description) if text.endswith(":") or ":\n" in text)
    ]:
        first, *rest = [line.split() for line in paragraph.splitlines()]
        for words in rest:  # the next word would not have fitted on the line before
            assert len(" ".join(first)) + 1 + len(words[0]) > 76
            first = words
