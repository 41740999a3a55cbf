"""`schema`, `compare` and `models` write schemas, differences and modules."""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity import PUBLISHED, OpportunityCreate, PartialOpportunity, Profile
from twenty_opportunity.cli import main
from twenty_opportunity.cli.models import module

METADATA = Path(__file__).parents[2] / "examples" / "workspace" / "metadata.json"


def run(capfdbinary: pytest.CaptureFixture[bytes], *arguments: object) -> tuple[int, str, str]:
    """Run the program; return its status, its output and its messages."""
    status = main([*map(str, arguments)])
    output, complaints = capfdbinary.readouterr()
    return status, output.decode(), complaints.decode()


def test_schema_of_a_class(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    """The schema of any class of any profile is printed, or written to a file."""
    status, output, complaints = run(capfdbinary, "schema")
    assert (status, json.loads(output), complaints) == (0, PUBLISHED.schema(), "")
    file = tmp_path / "create.json"
    assert run(capfdbinary, "schema", "-p", METADATA, "-c", "OpportunityCreate", "-o", file) == (0, "", "")
    profile = Profile.from_metadata(json.loads(METADATA.read_text("utf-8")))
    assert json.loads(file.read_text("utf-8")) == profile.schema(OpportunityCreate)


def test_unknown_class_lists_the_classes(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """An unknown class is an error that lists the classes of the profile."""
    status, output, complaints = run(capfdbinary, "schema", "-c", "WebhookEvent")
    assert (status, output) == (2, "")
    assert "OpportunityCreate" in complaints


@pytest.mark.parametrize("profiles", [("server", "published"), ("published", "server")])
def test_class_that_one_profile_lacks(capfdbinary: pytest.CaptureFixture[bytes], profiles: tuple[str, str]) -> None:
    """The error names the profile that lacks the class, first or second."""
    assert main(["compare", *profiles, "-c", "WebhookEvent"]) == 2
    output, complaint = capfdbinary.readouterr()
    assert output == b""
    assert b"unknown document class 'WebhookEvent' for the profile PUBLISHED; choose from Opportunity" in complaint


def test_compressed_metadata(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    """Metadata may be compressed; a truncated file is an error."""
    packed = tmp_path / "metadata.json.gz"
    packed.write_bytes(gzip.compress(METADATA.read_bytes()))
    assert main(["compare", str(METADATA), str(packed)]) == 0
    packed.write_bytes(packed.read_bytes()[:-40])
    assert main(["models", str(packed)]) == 2
    assert f"{packed}: the compressed data is cut off".encode() in capfdbinary.readouterr().err


def test_differences_as_a_table(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """The table names each property once, and the status is 1."""
    monkeypatch.delenv("COLUMNS", raising=False)
    status, output, _ = run(capfdbinary, "compare", "published", METADATA)
    assert status == 1
    assert "LEAD, SITE_VISIT, OFFER_SENT" in output
    assert output.count("/stage ") == 1
    assert "^[A-Z]{3}$" in output
    assert "/roofArea" in output
    assert max(map(len, output.splitlines())) <= 120


def test_differences_as_json(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    """The JSON is an array of objects."""
    file = tmp_path / "differences.json"
    status, output, _ = run(capfdbinary, "compare", "published", "server", "--format", "json", "-o", file)
    assert (status, output) == (1, "")
    wanted = {"pointer": "/closeDate", "aspect": "format", "before": ["date"], "after": ["date-time", "date"]}
    assert {**wanted, "breaks": ["reading"]} in json.loads(file.read_text("utf-8"))


def test_equal_profiles(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Equal profiles have status 0."""
    assert run(capfdbinary, "compare", "server", "server") == (0, "nothing differs\n", "")


def test_differences_that_count(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    """`--fail-on` selects the differences for which the status is 1; all of them are shown."""
    metadata = json.loads(METADATA.read_text("utf-8"))
    opportunity = next(each for each in metadata["data"] if each["nameSingular"] == "opportunity")
    fields = opportunity["fields"]
    cases: list[tuple[str, list[Any], dict[str, int]]] = [
        ("removed", [each for each in fields if each["name"] != "lostReason"], {"any": 1, "breaking": 1, "reading": 1}),
        ("added", [*fields, {"name": "mood", "type": "TEXT"}], {"any": 1}),
        ("the same", fields, {}),
    ]
    for name, changed, failing in cases:
        opportunity["fields"] = changed
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(metadata), "utf-8")
        for fail_on in ("any", "breaking", "reading", "writing"):
            status, output, _ = run(capfdbinary, "compare", METADATA, file, "--fail-on", fail_on)
            assert (name, fail_on, status) == (name, fail_on, failing.get(fail_on, 0))
            assert ("nothing differs" in output) is (changed is fields)


def test_every_aspect_can_be_shown(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Values that are strings, numbers, lists or missing are shown."""
    _, output, _ = run(capfdbinary, "compare", "server", METADATA, "-c", "OpportunityCreate")
    assert "/stage" in output
    assert " - " in output


def test_module_is_written(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """`models` writes the module of the library, with the given name."""
    metadata = json.loads(METADATA.read_text("utf-8"))
    assert run(capfdbinary, "models", METADATA) == (0, module(metadata), "")
    wide = module(metadata, name="Project", line_length=120)
    assert run(capfdbinary, "models", METADATA, "--name", "Project", "--line-length", "120") == (0, wide, "")


def test_module_finds_its_metadata(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --load the path in the module leads to the metadata from any folder."""
    folder = tmp_path / "package"
    folder.mkdir()
    (tmp_path / "metadata.json").write_bytes(METADATA.read_bytes())
    path = folder / "deals_that_load.py"
    assert run(capfdbinary, "models", tmp_path / "metadata.json", "-o", path, "--load") == (0, "", "")
    assert '"../metadata.json"' in path.read_text("utf-8")
    spec = importlib.util.spec_from_file_location("deals_that_load", path)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "deals_that_load", found)  # where Python looks for the names in annotations
    spec.loader.exec_module(found)
    assert found.PROFILE.is_valid({"stage": "LEAD"}, PartialOpportunity)
    assert found.PROFILE.loads(b'{"stage":"LEAD"}', found.PartialDeal).stage is found.DealStage.LEAD


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("{", [], "truncated"),
        ("{}", [], "expected the metadata"),
        ('{"fields": [{"name": "name", "type": "TEXT"}]}', ["--name", "deal"], "cannot have the name"),
    ],
)
def test_wrong_metadata_and_names_are_refused(
    text: str, options: list[str], said: str, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    """Wrong metadata and wrong names have their own messages, and nothing is written."""
    source, target = tmp_path / "metadata.json", tmp_path / "deals.py"
    source.write_text(text, "utf-8")
    status, output, complaints = run(capfdbinary, "models", source, "-o", target, *options)
    assert (status, output) == (2, "")
    assert said in complaints
    assert not target.exists()


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_differences_for_programs(form: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """GitHub and SARIF locate the differences in the file of the second profile."""
    status, output, _ = run(capfdbinary, "compare", "published", METADATA, "--format", form)
    assert status == 1
    said = "/stage: options: published has NEW, SCREENING, MEETING, PROPOSAL, CUSTOMER; "
    if form == "github":
        first, *_, last = output.splitlines()
        assert first.startswith(f"::warning file={METADATA},title=")
        assert f"::error file={METADATA},title=options::{said}" in output
        assert f"::{said}" in output
        assert last == f"::notice title=twenty-opportunity::{len(output.splitlines()) - 1} differences"
    else:
        results = json.loads(output)["runs"][0]["results"]
        [stage] = [result for result in results if result["message"]["text"].startswith(said)]
        assert (stage["ruleId"], stage["level"]) == ("options", "error")
        assert stage["message"]["text"].endswith("LOST (breaks reading and writing)")
        [place] = stage["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == str(METADATA)
        assert place["logicalLocations"] == [{"fullyQualifiedName": "/stage", "kind": "property"}]


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_named_profile_is_not_a_file(form: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Differences between named profiles are not located in a file."""
    status, output, _ = run(capfdbinary, "compare", "published", "server", "--format", form)
    assert (status, "file=" in output, "physicalLocation" in output) == (1, False, False)


@pytest.mark.parametrize(("columns", "width"), [("60", 60), ("200", 200), ("", 120), ("wide", 120)])
def test_width_of_the_table(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """COLUMNS sets the width of the table; the default is 120."""
    monkeypatch.setenv("COLUMNS", columns)
    _, output, _ = run(capfdbinary, "compare", "published", METADATA)
    widest = max(map(len, output.splitlines()))
    assert width * 0.75 < widest <= width


def test_metadata_as_profile(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """`models` takes the metadata as --profile too, and refuses named profiles."""
    assert run(capfdbinary, "models", "-p", METADATA) == run(capfdbinary, "models", METADATA)
    for arguments in ([], ["--profile", "server"], ["published"]):
        status, output, complaints = run(capfdbinary, "models", *arguments)
        assert (status, output) == (2, "")
        assert "give a file with metadata" in complaints
