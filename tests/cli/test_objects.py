"""The commands take records of every object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from twenty_opportunity.bulk import iter_entries, summarize
from twenty_opportunity.cli import main
from twenty_opportunity.profiles import STANDARD
from twenty_opportunity.schemas.workspace import standard_objects

if TYPE_CHECKING:
    from pathlib import Path

COMPANY: Final = {
    "id": "0b9d4d1e-6c1f-4a3b-9f57-3f2f6f1c8a55",
    "createdAt": "2026-11-28T07:08:12.250Z",
    "updatedAt": "2026-11-28T07:08:12.250Z",
    "name": "Harbor Yards",
}
ROOM: Final = {
    "nameSingular": "dealRoom",
    "namePlural": "dealRooms",
    "fields": [{"name": name, "type": "TEXT"} for name in ("id", "createdAt", "updatedAt", "name")],
}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command; return its status and its output."""
    status = main([*arguments])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize(
    ("document", "as_"),
    [
        (COMPANY, "record"),
        ({"data": {"companies": [COMPANY]}}, "page"),
        ({"data": {"createCompany": COMPANY}}, "answer"),
        ({"data": {"companies": {"edges": [{"node": {"name": "Harbor Yards"}}]}}}, "graphql"),
        ({"name": "Harbor Yards"}, "create"),
    ],
)
def test_validate_documents_of_another_object(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, document: Any, as_: str
) -> None:
    """Each form of document is detected, or read in the given form."""
    file = tmp_path / "document.json"
    file.write_text(json.dumps(document))
    for given in ([], ["--as", as_]):
        if given or as_ != "create":
            status, out, _ = run(capsys, "validate", "-p", "server", "--object", "company", *given, str(file))
            assert (status, out) == (0, "1 valid, 0 invalid, 0 unreadable\n")


def test_violations_of_another_object(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A page is checked record by record, each at its place."""
    file = tmp_path / "page.json"
    file.write_text(json.dumps({"data": {"companies": [COMPANY, {**COMPANY, "name": 7}]}}))
    status, out, _ = run(capsys, "validate", "-p", "server", "--object", "company", str(file))
    assert status == 1
    assert ":/data/companies/1/name: " in out
    assert summarize([str(file)], STANDARD["company"]).invalid == 1


@pytest.mark.parametrize(
    ("document", "as_", "message"),
    [
        ({"data": {"companies": []}}, None, "is an answer about companies; use --object company"),
        ({"data": {"companies": []}}, "page", "is an answer about companies; use --object company"),
        ({"data": {"deletePerson": {"id": "x"}}}, None, "is an answer about people; use --object person"),
        (
            {"data": {"createPartnerCompany": {"id": "x"}}},
            None,
            "/data/createPartnerCompany; name another object with --object",
        ),
        ({"eventName": "company.created"}, None, "an event of another object: company.created; use --object company"),
        ({"eventName": "metadata.view.created"}, None, "an event of another object: metadata.view.created"),
        ({"data": {"rooms": []}}, None, "opportunities; it has /data/rooms; name another object with --object"),
        ({"data": {"rooms": []}}, "page", "/data/opportunities/*; name another object with --object"),
    ],
)
def test_documents_of_another_object_are_named(tmp_path: Path, document: Any, as_: str | None, message: str) -> None:
    """The error says which object the document is about, and how to read it."""
    file = tmp_path / "document.json"
    file.write_text(json.dumps(document))
    (entry,) = iter_entries([file], STANDARD.opportunity, as_=as_)
    (finding,) = entry.findings
    assert finding.reason.endswith(message)


@pytest.mark.parametrize(
    ("document", "subject"),
    [
        ({"data": [{"companyDuplicates": [COMPANY]}, {"companyDuplicates": []}]}, "duplicates of records"),
        ({"data": {"companyDuplicates": [{"edges": []}]}}, "duplicates of records"),
        ({"data": {"companiesGroupBy": [{"groupByDimensionValues": ["API"]}]}}, "groups of records"),
    ],
)
@pytest.mark.parametrize("as_", [None, "page", "graphql"])
def test_answers_about_records_are_named(tmp_path: Path, document: Any, subject: str, as_: str | None) -> None:
    """A recorded answer that does not list records is unreadable, and the reason says what it is."""
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(document))
    for object_ in ("opportunity", "company"):
        (entry,) = iter_entries([file], STANDARD[object_], as_=as_)
        assert [finding.reason for finding in entry.findings] == [f"is an answer about {subject}"]


@pytest.mark.parametrize("object_", ["opportunity", "company", "note"])
def test_a_recorded_body_is_refused_with_the_options_that_read_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, object_: str
) -> None:
    """The way out is an option of the command line, for every object, and the option reads the body."""
    file = tmp_path / "body.json"
    file.write_text(json.dumps({"position": 2}))
    given = ("validate", "-p", "server", "--object", object_, str(file))
    status, out, _ = run(capsys, *given)
    assert status == 1
    assert (
        "use --as partial for records without it, --as create or update for request bodies, --object for other objects"
        in out
    )
    assert "Partial" not in out
    for form in (["--as", "create"], ["--as", "update"], ["--partial"]):
        assert run(capsys, *given, *form)[0] == 0


def test_records_of_another_object_go_through_tables(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Generated people are valid, and a table returns them unchanged."""
    lines, table, again = (str(tmp_path / name) for name in ("people.jsonl", "people.csv", "again.jsonl"))
    given = ("-p", "server", "--object", "person")
    assert run(capsys, "generate", *given, "-n", "20", "-o", lines)[0] == 0
    assert run(capsys, "validate", *given, lines)[1] == "20 valid, 0 invalid, 0 unreadable\n"
    assert run(capsys, "convert", *given, lines, table)[0] == 0
    assert run(capsys, "convert", *given, table, again)[0] == 0
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "people.jsonl").read_bytes()


def test_schemas_of_the_objects_of_a_workspace(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A class has its own name, and also that of the class for opportunities."""
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps([*standard_objects(), ROOM]))
    for name in ("DealRoomPage", "opportunitypage"):
        _, out, _ = run(capsys, "schema", "-p", str(metadata), "--object", "dealRoom", "-c", name)
        assert json.loads(out)["title"] == "DealRoomPage"
    status, out, _ = run(capsys, "compare", "server", str(metadata), "--object", "task")
    assert status == 1
    assert "/status" in out


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--object", "company"], "the published schema has opportunities only; use --profile server or metadata"),
        (
            ["-p", "server", "--object", "deal"],
            "server: unknown object 'deal'; the workspace has opportunity, company",
        ),
    ],
)
def test_unknown_objects(capsys: pytest.CaptureFixture[str], given: list[str], message: str) -> None:
    """The error lists the known objects."""
    status, _, err = run(capsys, "schema", *given)
    assert status == 2
    assert message in err
