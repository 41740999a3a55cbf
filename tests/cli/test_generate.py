"""`generate` writes valid and invalid records, the same for the same seed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity import PUBLISHED, OpportunityUpdate, Profile
from twenty_opportunity.cli import main

METADATA = Path(__file__).parents[2] / "examples" / "workspace" / "metadata.json"


def read(path: Path) -> list[Any]:
    """Read a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_default_is_ten_records(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """By default ten valid records go to standard output."""
    assert main(["generate"]) == 0
    output, complaints = capfdbinary.readouterr()
    records = [json.loads(line) for line in output.splitlines()]
    assert len(records) == 10
    assert all(map(PUBLISHED.is_valid, records))
    assert complaints == b""


def test_seed_is_reproducible(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same seed writes the same bytes, another seed writes others."""
    files = [tmp_path / name for name in ("a.jsonl", "b.jsonl", "c.jsonl")]
    for file, seed in zip(files, ("7", "7", "8"), strict=True):
        assert main(["generate", "-n", "5", "--seed", seed, "-o", str(file)]) == 0
    first, second, third = (file.read_bytes() for file in files)
    assert first == second != third
    assert capsys.readouterr().err.splitlines()[0] == f"5 records written to {files[0]}"


def test_faults_are_listed_beside_the_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second file lists the line, pointer and keyword of each fault."""
    file = tmp_path / "deals.jsonl"
    command = ["generate", "-p", str(METADATA), "-n", "20", "--invalid", "25%", "-o", str(file)]
    assert main(command) == 0
    profile = Profile.from_metadata(json.loads(METADATA.read_text("utf-8")))
    wrong = {
        (line, violation.pointer)
        for line, record in enumerate(read(file), 1)
        for violation in profile.iter_violations(record)
    }
    faults = read(tmp_path / "deals.faults.jsonl")
    assert len(faults) == 5
    assert {(fault["line"], fault["pointer"]) for fault in faults} == wrong
    assert all(fault.keys() == {"line", "pointer", "keyword", "description"} for fault in faults)
    assert "deals.faults.jsonl" in capsys.readouterr().err


def test_class_and_faults_file(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """--class sets the document class, and --faults the file that lists the faults."""
    told = tmp_path / "wrong.jsonl"
    assert main(["generate", "-n", "2", "-c", "opportunityupdate", "--invalid", "1", "--faults", str(told)]) == 0
    bodies = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert not any(PUBLISHED.is_valid(body, OpportunityUpdate) for body in bodies)
    assert len(read(told)) == len(bodies) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--invalid", "5%"], "give --faults, or a file as --output"),
        (["--invalid", "5%", "-o", "-"], "give --faults, or a file as --output"),
        (["--invalid", "5%", "-o", "/dev/null"], "give --faults, or a file as --output"),
        (["--invalid", "5%", "-o", "a.jsonl", "--faults", "./a.jsonl"], "is also the file of --output"),
        (["--invalid", "many"], "is not a share"),
        (["--invalid", "1/0"], "is not a share"),
        (["--invalid", "101%"], "is not between"),
        (["-c", "Deal"], "unknown document class 'Deal' for the profile"),
        (["-p", "/nowhere/metadata.json"], "No such file"),
        (["-o", "/nowhere/deals.jsonl"], "/nowhere/deals.jsonl: No such file"),
    ],
)
def test_wrong_options_are_errors(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An error is one sentence with status 2, without output."""
    assert main(["generate", *options]) == 2
    output, complaints = capsys.readouterr()
    assert not output
    assert said in complaints


def test_message_for_one_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message for one record is in the singular."""
    assert main(["generate", "-n", "1", "-o", str(tmp_path / "a.jsonl")]) == 0
    assert capsys.readouterr().err == f"1 record written to {tmp_path / 'a.jsonl'}\n"


def test_faults_of_a_compressed_file(tmp_path: Path) -> None:
    """The file with the faults of a.jsonl.gz is a.faults.jsonl."""
    assert main(["generate", "-n", "4", "--invalid", "50%", "-o", str(tmp_path / "a.jsonl.gz")]) == 0
    assert len(gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()).splitlines()) == 4
    assert len(read(tmp_path / "a.faults.jsonl")) == 2


def test_interruption_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C leaves no file, and says so."""

    def interrupted(*_: object, **__: object) -> Any:
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr("twenty_opportunity.cli.generate.fixtures", interrupted)
    assert main(["generate", "-o", str(tmp_path / "a.jsonl")]) == 130
    assert capsys.readouterr().err == "twenty-opportunity: interrupted; no file was written\n"
    assert not [*tmp_path.iterdir()]
