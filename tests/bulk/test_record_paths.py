"""Documents of every form are told apart, and their records found in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity import PUBLISHED, SERVER, Profile
from twenty_opportunity.bulk import FORMS, Entry, iter_entries, rules_of, summarize

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVENT: dict[str, Any] = {
    "targetUrl": "https://example.com/hook",
    "eventName": "opportunity.created",
    "objectMetadata": {"id": "20202020-0000-4000-8000-000000000001", "nameSingular": "opportunity"},
    "workspaceId": "20202020-0000-4000-8000-000000000002",
    "webhookId": "20202020-0000-4000-8000-000000000003",
    "eventDate": "2026-06-12T08:30:00.481Z",
}
DOCUMENTS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "record": (lambda record: record, ""),
    "page": (lambda record: {"data": {"opportunities": [record]}}, "/data/opportunities/0"),
    "answer": (lambda record: {"data": {"createOpportunity": record}}, "/data/createOpportunity"),
    "batch": (lambda record: {"data": {"updateOpportunities": [record]}}, "/data/updateOpportunities/0"),
    "graphql": (
        lambda record: {"data": {"opportunities": {"edges": [{"node": record, "cursor": "x"}]}}},
        "/data/opportunities/edges/0/node",
    ),
    "webhook": (lambda record: {**EVENT, "record": record}, "/record"),
}


def test_every_form_is_tested() -> None:
    """Each form of documents that servers send has one here; the forms of bodies are told, never found out."""
    missing = FORMS.keys() - DOCUMENTS.keys() - {"create", "update"}
    assert not missing, f"tests/bulk/test_forms.py: DOCUMENTS has no document of the form {', '.join(missing)}"


def entries(folder: Path, document: Any, profile: Profile = SERVER, **options: Any) -> list[Entry]:
    """Write a document into a file and go through its records."""
    file = folder / "a.json"
    file.write_text(json.dumps(document, indent=1), "utf-8")
    return [*iter_entries([file], profile, **options)]


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=["published", "server"])
@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize("said", [True, False], ids=["said", "found out"])
def test_records_are_found_in_every_form(
    tmp_path: Path, record: dict[str, Any], profile: Profile, form: str, *, said: bool
) -> None:
    """The record of a document is one entry, at its pointer, whether the form is told or found out."""
    document, pointer = DOCUMENTS[form]
    (entry,) = entries(tmp_path, document(record), profile, as_=form if said else None)
    assert (entry.pointer, entry.instance, entry.is_valid) == (pointer, record, True)
    (entry,) = entries(tmp_path, document(record | {"name": 7}), profile, as_=form if said else None)
    assert [finding.pointer for finding in entry.findings] == [f"{pointer}/name"]
    text = (tmp_path / "a.json").read_text("utf-8").splitlines()
    assert '"name": 7' in text[entry.findings[0].line - 1]


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"data": {"opportunities": []}, "totalCount": "one"}, "/totalCount"),
        ({"data": {"opportunities": {"edges": [{"node": {}, "cursor": 7}]}}}, "/data/opportunities/edges/0/cursor"),
        ({**EVENT, "eventName": "opportunity.painted", "record": {}}, "/eventName"),
    ],
    ids=["page", "graphql", "webhook"],
)
def test_an_envelope_that_is_wrong_is_an_entry(tmp_path: Path, document: Any, pointer: str) -> None:
    """What is wrong around records is found by profiles that know the document, and blamed on no record."""
    *records, envelope = entries(tmp_path, document)
    assert all(entry.is_valid for entry in records)
    assert [finding.pointer for finding in envelope.findings] == [pointer]
    assert all(entry.is_valid for entry in entries(tmp_path, document, PUBLISHED, as_="record")) is False


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (
            {"statusCode": 400, "error": "BadRequest", "messages": ["no such field"]},
            "error answer of a server: no such",
        ),
        ({"event": "opportunity.created", "data": {}, "timestamp": 1}, "no server sends it"),
    ],
    ids=["error", "webhook"],
)
def test_documents_without_records_are_unreadable(tmp_path: Path, document: Any, words: str) -> None:
    """An error answer and the webhook body that no server sends are not records, and the reason says what they are."""
    (entry,) = entries(tmp_path, document)
    assert not entry.is_readable
    assert words in entry.findings[0].reason


@pytest.mark.parametrize("form", [form for form in DOCUMENTS if form != "record"])
@pytest.mark.parametrize("document", [{}, [], 7, {"data": {"opportunities": 7}}, {"data": []}])
def test_a_document_of_another_form_than_told_is_unreadable(tmp_path: Path, form: str, document: Any) -> None:
    """Where the records of a form should be and are not, the place is named."""
    found = entries(tmp_path, [document], as_=form)
    assert [entry.is_readable for entry in found] == [False]
    assert "has no records at /" in found[0].findings[0].reason


@pytest.mark.parametrize("document", [7, None, [], True, {}, {"name": "A"}])
def test_other_values_are_invalid_records(tmp_path: Path, document: Any) -> None:
    """A value that does not resemble any document is validated as a record."""
    (entry,) = entries(tmp_path, [document], PUBLISHED)
    assert (entry.pointer, entry.is_readable, entry.is_valid) == ("/0", True, False)


def test_what_has_an_id_is_a_record(tmp_path: Path, record: dict[str, Any]) -> None:
    """A record with members that documents have is a record all the same."""
    (entry,) = entries(tmp_path, record | {"data": {"opportunities": []}, "eventName": "x", "record": {}})
    assert entry.pointer == ""


@pytest.mark.parametrize("form", ["create", "update"])
def test_bodies_are_held_to_what_may_be_written(tmp_path: Path, form: str) -> None:
    """As bodies, records may have nothing that the server sets, and creation needs what it needs."""
    assert [entry.is_valid for entry in entries(tmp_path, [{"name": "A", "stage": "NEW"}], as_=form)] == [True]
    (entry,) = entries(tmp_path, [{"name": "A", "stage": "NEW", "updatedBy": {}}], as_=form)
    assert [finding.pointer for finding in entry.findings] == ["/0/updatedBy"]


@pytest.mark.parametrize("form", [None, *FORMS])
def test_the_fast_way_finds_what_the_other_finds(tmp_path: Path, record: dict[str, Any], form: str | None) -> None:
    """Lines that are counted as they pass are those that are valid when each is looked at, whatever form is told."""
    body = {"name": "A", "stage": "NEW"}
    documents = [*(make(record) for make, _ in DOCUMENTS.values()), body, {"id": record["id"]}, {}, [], [record], 7]
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(map(json.dumps, documents)), "utf-8")
    for profile in (PUBLISHED, SERVER):
        found = [*iter_entries([file], profile, as_=form)]
        summary = summarize([file], profile, as_=form)
        assert summary.valid == sum(entry.is_valid for entry in found)
        assert summary.unreadable == sum(not entry.is_readable for entry in found)
        assert summary.total == len(found)


def test_an_unknown_form_is_refused() -> None:
    """The error lists the forms that there are."""
    with pytest.raises(ValueError, match=", ".join(FORMS)):
        rules_of(SERVER, "letter")
