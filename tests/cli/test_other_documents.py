"""Documents that are not about opportunities are unreadable, for every profile, command and form."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity import PUBLISHED, SERVER, Opportunity, OpportunityUpdate, Profile, ValidationError
from twenty_opportunity.bulk import FORMS, iter_entries, summarize
from twenty_opportunity.cli import main
from twenty_opportunity.errors import SERVER_HINT

EXAMPLES = Path(__file__).parents[2] / "examples"
METADATA = json.loads((EXAMPLES / "workspace" / "metadata.json").read_bytes())
OPPORTUNITY = json.loads((EXAMPLES / "opportunity.json").read_bytes())
COMPANY = {"id": "5c222222-0000-4000-8000-0000000000aa", "name": "Larch & Sons", "employees": 12}
FIELD = {"id": COMPANY["id"], "name": "amount", "type": "CURRENCY", "label": "Amount"}
MESSAGE = "the budget is spent"

ERRORS: dict[str, Any] = {
    "list of messages": {"statusCode": 400, "error": "BadRequest", "messages": [MESSAGE, "try later"]},
    "message": {"message": MESSAGE, "error": "Not Found", "statusCode": 404},
    "message that is a list": {"statusCode": 422, "message": [MESSAGE]},
    "string": MESSAGE,
    "GraphQL": {"errors": [{"message": MESSAGE, "extensions": {"code": "FORBIDDEN"}}]},
    "GraphQL without data": {"data": None, "errors": [{"message": MESSAGE}]},
    "GraphQL with null": {"data": {"opportunities": None}, "errors": [{"message": MESSAGE}]},
    "GraphQL with a null record": {"data": {"createOpportunity": None}, "errors": [{"message": MESSAGE}]},
    "GraphQL with text": {"data": {}, "errors": [MESSAGE]},
}
OTHERS: dict[str, Any] = {
    "page of companies": {"data": {"companies": [COMPANY]}, "totalCount": 1, "pageInfo": {}},
    "company": {"data": {"company": COMPANY}},
    "GraphQL page of people": {"data": {"people": {"edges": [{"node": COMPANY}]}}},
    "null for the records": {"data": {"opportunities": None}},
    "null for the edges": {"data": {"opportunities": {"edges": None}}},
    "no data": {"data": None},
    "empty data": {"data": {}},
    "error without messages": {"statusCode": 500, "messages": []},
    "group": {"groupByDimensionValues": ["NEW"], "countNotEmptyId": "3"},
    "duplicates of companies": {"data": [{"companyDuplicates": [COMPANY]}]},
    "metadata": METADATA,
    "object": {"id": COMPANY["id"], "nameSingular": "opportunity", "fields": [FIELD]},
    "objects": {"data": {"objects": [{"nameSingular": "company"}]}},
    "fields": {"fields": [FIELD]},
    "field": FIELD,
    "event of a company": {"eventName": "company.created", "record": COMPANY, "objectMetadata": {}},
    "event of metadata": {"eventName": "metadata.fieldMetadata.created", "record": FIELD},
    "event without a record": {"eventName": "opportunity.created", "eventDate": "2026-03-01T08:00:00.000Z"},
    "event of the documentation": {"event": "opportunity.created", "data": OPPORTUNITY, "timestamp": "now"},
}
PROFILES = {"published": PUBLISHED, "server": SERVER, "workspace": Profile.from_metadata(METADATA)}


@pytest.mark.parametrize("as_", [None, *FORMS])
@pytest.mark.parametrize("profile", PROFILES)
def test_other_documents_are_unreadable(profile: str, as_: str | None, tmp_path: Path) -> None:
    """Each is one unreadable text in a file, on a line and in an array, with the message of the server."""
    documents = ERRORS | OTHERS
    if as_:  # with a named form these are an invalid record and an invalid event
        del documents["string"]
    if as_ == "webhook":
        del documents["event of the documentation"]
    for name, document in documents.items():
        text = json.dumps(document)
        for file, content in (("a.json", text), ("b.jsonl", f"{text}\n"), ("c.json", f"[{text}]")):
            path = tmp_path / file
            path.write_text(content, "utf-8")
            [entry] = iter_entries([path], PROFILES[profile], as_=as_)
            assert not entry.is_readable, (name, file)
            assert MESSAGE in entry.findings[0].reason or name not in ERRORS
            assert summarize([path], PROFILES[profile], as_=as_).unreadable == 1


@pytest.mark.parametrize("name", [*ERRORS, *OTHERS])
def test_commands_report_the_reason(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`validate` and `convert` end with status 2, and print the reason."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps((ERRORS | OTHERS)[name]), "utf-8")
    assert main(["validate", "-p", "server", str(path)]) == 2
    output, complaints = capsys.readouterr()
    assert output == "0 valid, 0 invalid, 1 unreadable\n"
    assert MESSAGE in complaints or name in OTHERS
    assert main(["convert", "-p", "server", str(path), str(tmp_path / "b.jsonl")]) == 2
    assert not (tmp_path / "b.jsonl").exists()
    assert MESSAGE in capsys.readouterr().err or name in OTHERS


@pytest.mark.parametrize("odd", [None, 7, "text", [], True])
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("as_", [None, "page", "graphql"])
def test_page_with_an_odd_item(profile: str, as_: str | None, odd: Any, tmp_path: Path) -> None:
    """An item that is not a record is a finding at its place, and the other records are validated."""
    record = SERVER.unstructure(SERVER.structure(OPPORTUNITY)) if profile != "workspace" else None
    if record is None:
        record = json.loads((EXAMPLES / "workspace" / "page.json").read_bytes())["data"]["opportunities"][0]
    edges = [{"node": record}, {"node": odd}, odd, {"node": record}, {"cursor": "c"}]
    page = {"data": {"opportunities": [record, odd, record]}, "totalCount": 3}
    graphql = {"data": {"opportunities": {"edges": edges}}}
    path = tmp_path / "a.json"
    if as_ != "graphql":
        path.write_text(json.dumps(page), "utf-8")
        wrong = [entry for entry in iter_entries([path], PROFILES[profile], as_=as_) if not entry.is_valid]
        assert [finding.pointer for entry in wrong for finding in entry.findings] == ["/data/opportunities/1"]
        assert summarize([path], PROFILES[profile], as_=as_).valid == 2
    if as_ != "page":
        path.write_text(json.dumps(graphql), "utf-8")
        wrong = [entry for entry in iter_entries([path], PROFILES[profile], as_=as_) if not entry.is_valid]
        places = ["/data/opportunities/edges/1/node", "/data/opportunities/edges/2"]
        assert [finding.pointer for entry in wrong for finding in entry.findings][:2] == places
        assert summarize([path], PROFILES[profile], as_=as_).valid == 2


def test_errors_beside_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The records of a partial answer are validated, and its errors give status 2."""
    path = tmp_path / "a.json"
    answer = {"data": {"opportunities": {"edges": [{"node": OPPORTUNITY}]}}, "errors": [{"message": MESSAGE}]}
    path.write_text(json.dumps(answer, indent=1), "utf-8")
    assert main(["validate", str(path)]) == 2
    output, complaints = capsys.readouterr()
    assert output == "1 valid, 0 invalid, 1 unreadable\n"
    assert complaints.startswith(f"{path}:")
    assert complaints.endswith(f"the answer has errors too: {MESSAGE}\n")


def test_record_with_such_fields(tmp_path: Path) -> None:
    """A record with an id is a record, whatever its custom fields are called."""
    path = tmp_path / "a.jsonl"
    custom = {"data": {"a": 1}, "errors": [], "fields": ["a"], "eventName": "Fair", "statusCode": 3, "type": "NEW"}
    path.write_text(json.dumps({**OPPORTUNITY, **custom}) + "\n", "utf-8")
    assert summarize([path]).valid == 1


def test_hint_at_the_server_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If SERVER accepts what PUBLISHED refuses, the summary has one hint, in every format."""
    page = EXAMPLES / "server" / "page.json"
    for command in (
        ["validate", str(page)],
        ["validate", "--jobs", "2", str(page), str(page)],
        ["validate", "--format", "json", str(page)],
        ["validate", "--format", "json", "--summary", str(page)],
        ["validate", "--format", "sarif", str(page)],
        ["validate", "--format", "github", str(page)],
        ["convert", str(page), str(tmp_path / "a.csv")],
        ["convert", "--format", "json", str(page), str(tmp_path / "a.csv")],
    ):
        assert main(command) == 1
        assert "".join(capsys.readouterr()).count(SERVER_HINT) == 1


def test_no_hint_for_other_refusals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Records that SERVER refuses too, bodies, and other profiles give no hint."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps({**OPPORTUNITY, "position": "first"}), "utf-8")
    for options in ([], ["--as", "create"], ["-p", "server"]):
        assert main(["validate", str(path), *options]) == 1
        assert SERVER_HINT not in "".join(capsys.readouterr())


def test_hint_of_the_library() -> None:
    """The last line of a ValidationError has the same hint, also after pickling."""
    record = {**OPPORTUNITY, "closeDate": "2026-09-30T00:00:00.000Z"}
    for refuse in (PUBLISHED.validate, PUBLISHED.structure, lambda each: PUBLISHED.loads(json.dumps(each))):
        with pytest.raises(ValidationError) as caught:
            refuse(record)
        assert str(caught.value).splitlines()[-1] == f"{SERVER_HINT}, in Python SERVER"
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own
    for profile, cl, instance in (
        (SERVER, Opportunity, {**record, "position": "first"}),
        (PUBLISHED, OpportunityUpdate, record),
    ):
        with pytest.raises(ValidationError) as caught:
            profile.validate(instance, cl)
        assert "hint" not in str(caught.value)
        assert caught.value.hint == ""
