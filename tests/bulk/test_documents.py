"""The kind of a document is detected, its records are found, and every value has its line."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, Profile
from twenty_opportunity.bulk import FORMS, Entry, iter_entries, rules_of, summarize
from twenty_opportunity.bulk.documents import LineNumbers
from twenty_opportunity.errors import pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


EVENT: dict[str, Any] = {
    "targetUrl": "https://example.com/hook",
    "eventName": "opportunity.created",
    "objectMetadata": {"id": "20202020-0000-4000-8000-000000000001", "nameSingular": "opportunity"},
    "workspaceId": "20202020-0000-4000-8000-000000000002",
    "webhookId": "20202020-0000-4000-8000-000000000003",
    "eventDate": "2026-06-12T08:30:00.481Z",
}
RECORD: dict[str, Any] = {
    "id": "20202020-0000-4000-8000-000000000004",
    "createdAt": "2026-06-12T08:30:00.000Z",
    "updatedAt": "2026-06-12T08:30:00.000Z",
    "name": "Roof",
    "stage": "NEW",
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


def test_every_kind_is_tested() -> None:
    """Each kind of document that servers send has an example here; bodies are never detected."""
    missing = FORMS.keys() - DOCUMENTS.keys() - {"create", "update", "partial"}
    assert not missing, f"tests/bulk/test_documents.py: DOCUMENTS lacks the kind {', '.join(missing)}"


def entries(folder: Path, document: Any, profile: Profile = SERVER, **options: Any) -> list[Entry]:
    """Write a document into a file and return its entries."""
    file = folder / "a.json"
    file.write_text(json.dumps(document, indent=1), "utf-8")
    return [*iter_entries([file], profile, **options)]


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=["published", "server"])
@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize("said", [True, False], ids=["said", "found out"])
def test_records_are_found_in_every_kind(
    tmp_path: Path, record: dict[str, Any], profile: Profile, form: str, *, said: bool
) -> None:
    """The record of a document is one entry, at its pointer, whether the kind is given or detected."""
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
        ({**EVENT, "eventName": "opportunity.2", "record": RECORD}, "/eventName"),
    ],
    ids=["page", "graphql", "webhook"],
)
def test_a_fault_around_records_is_an_entry(tmp_path: Path, document: Any, pointer: str) -> None:
    """A fault of the document around records is an entry, if the profile has a schema of the document."""
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


@pytest.mark.parametrize("form", [None, *FORMS])
def test_a_string_is_unreadable(tmp_path: Path, form: str | None) -> None:
    """After some errors a server sends nothing but a string, which is not a record, whatever kind is asked for."""
    (entry,) = entries(tmp_path, "request entity too large", as_=form)
    assert not entry.is_readable
    assert entry.findings[0].reason == "is the error answer of a server: request entity too large"


@pytest.mark.parametrize("form", [form for form in DOCUMENTS if form != "record"])
@pytest.mark.parametrize("document", [{}, [], 7, {"data": {"opportunities": 7}}, {"data": []}])
def test_a_document_of_another_kind_is_unreadable(tmp_path: Path, form: str, document: Any) -> None:
    """The reason names the place where the records should be."""
    found = entries(tmp_path, [document], as_=form)
    assert [entry.is_readable for entry in found] == [False]
    assert "has no records at /" in found[0].findings[0].reason


@pytest.mark.parametrize("document", [7, None, [], True, {}, {"name": "A"}])
def test_other_values_are_invalid_records(tmp_path: Path, document: Any) -> None:
    """A value that does not resemble any document is validated as a record."""
    (entry,) = entries(tmp_path, [document], PUBLISHED)
    assert (entry.pointer, entry.is_readable, entry.is_valid) == ("/0", True, False)


def test_what_has_an_id_is_a_record(tmp_path: Path, record: dict[str, Any]) -> None:
    """An object with an id is a record, even if it has properties of another kind."""
    (entry,) = entries(tmp_path, record | {"data": {"opportunities": []}, "eventName": "x", "record": {}})
    assert entry.pointer == ""


@pytest.mark.parametrize("form", ["create", "update"])
def test_bodies_are_validated_for_writing(tmp_path: Path, form: str) -> None:
    """Bodies are validated against the schemas for writing."""
    assert [entry.is_valid for entry in entries(tmp_path, [{"name": "A", "stage": "NEW"}], as_=form)] == [True]
    (entry,) = entries(tmp_path, [{"name": "A", "stage": "NEW", "updatedBy": {}}], as_=form)
    assert [finding.pointer for finding in entry.findings] == ["/0/updatedBy"]


@pytest.mark.parametrize("form", [None, *FORMS])
def test_the_quick_check_agrees(tmp_path: Path, record: dict[str, Any], form: str | None) -> None:
    """The quick check counts as valid exactly the records that are valid when each is checked."""
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


def test_an_answer_to_a_deletion_has_no_records(tmp_path: Path) -> None:
    """A server answers a deletion with ids, which are checked as ids and not counted as records."""
    for data in ({"deleteOpportunity": {"id": RECORD["id"]}}, {"deleteOpportunities": [{"id": RECORD["id"]}]}):
        assert entries(tmp_path, {"data": data}) == []
    (entry,) = entries(tmp_path, {"data": {"deleteOpportunity": {"id": "7"}}})
    assert [finding.pointer for finding in entry.findings] == ["/data/deleteOpportunity/id"]


def test_partial_records_are_accepted_if_asked_for(tmp_path: Path) -> None:
    """A record without a required property is refused with the way out, and accepted as a partial one or a body."""
    (entry,) = entries(tmp_path, {"name": RECORD["name"]})
    messages = [finding.violation.message for finding in entry.findings if finding.violation]
    assert messages[0].endswith(
        "use --as partial for records without it, --as create or update for request bodies, --object for other objects"
    )
    assert not [message for message in messages[1:] if "--as" in message]
    for form in ("partial", "create", "update"):
        (entry,) = entries(tmp_path, {"name": RECORD["name"]}, as_=form)
        assert entry.is_valid
    (entry,) = entries(tmp_path, {"data": {"opportunities": [{"name": RECORD["name"]}]}})
    assert not [each for each in entry.findings if each.violation and "--as" in each.violation.message]


def test_an_unknown_kind_is_refused() -> None:
    """The error lists the kinds of documents."""
    with pytest.raises(ValueError, match=", ".join(FORMS)):
        rules_of(SERVER, "letter")


json_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def lines_of(value: Any, line: int, *way: str) -> Iterator[tuple[str, int]]:
    """Return the line of every value in a text with each item, property and bracket on a separate line."""
    yield pointer(*way), line
    if isinstance(value, dict | list):
        for token, part in value.items() if isinstance(value, dict) else enumerate(value):
            line += 1
            yield from lines_of(part, line, *way, str(token))
            line += json.dumps(part, indent=0).count("\n")


@given(json_values, st.integers(1, 5), st.sampled_from(["", "\n", " \n\n"]))
def test_every_value_has_its_line(value: Any, line: int, before: str) -> None:
    """The line of a value is counted from the first line of the text."""
    places = LineNumbers((before + json.dumps(value, indent=0) + "\n").encode(), line)
    expected = dict(lines_of(value, line + before.count("\n")))
    assert {way: places.line_of(way) for way in expected} == expected


LOOKS: Final[Counter[str]] = Counter()


class Text(str):
    """A text that counts how often it is read."""

    __slots__ = ()

    def count(self, *arguments: Any) -> int:
        """Count in it."""
        LOOKS["count"] += 1
        return super().count(*arguments)


class Raw(bytes):
    """The same for bytes."""

    __slots__ = ()

    def count(self, *arguments: Any) -> int:
        """Count in it."""
        LOOKS["raw count"] += 1
        return super().count(*arguments)

    def strip(self, *arguments: Any) -> bytes:
        """Strip it."""
        LOOKS["raw strip"] += 1
        return super().strip(*arguments)

    def lstrip(self, *arguments: Any) -> bytes:
        """Strip its beginning."""
        LOOKS["raw lstrip"] += 1
        return super().lstrip(*arguments)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Decode it."""
        LOOKS["decode"] += 1
        return Text(super().decode(encoding, errors))


@pytest.mark.parametrize("indent", [None, 1])
def test_many_lookups_read_the_text_once(indent: int | None) -> None:
    """After the first lookup the text is not read again, whether it has one line or many."""
    text = json.dumps({"data": [{"id": number} for number in range(50)]}, indent=indent)
    places = LineNumbers(Raw(text.encode()), 1)
    places.line_of("/data/0")
    before = LOOKS.copy()
    found = [places.line_of(f"/data/{number}/id") for number in range(50)]
    assert before == LOOKS
    assert found == ([*range(4, 154, 3)] if indent else [1] * 50)


def test_the_properties_of_few_objects_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines are the same if a page has more objects than are kept."""
    monkeypatch.setattr("twenty_opportunity.bulk.documents._MOST_OBJECTS", 3)
    lines = LineNumbers(json.dumps({"data": [{"id": number} for number in range(9)]}, indent=1).encode(), 1)
    for _ in range(2):
        assert [lines.line_of(f"/data/{number}/id") for number in range(9)] == [*range(4, 31, 3)]


def test_a_page_of_invalid_records(tmp_path: Path, record: dict[str, Any]) -> None:
    """In an indented page each violation has the line of its record."""
    page = {"data": {"opportunities": [record | {"stage": "LEAD"}] * 3}}
    text = json.dumps(page, indent=2)
    (tmp_path / "a.json").write_text(text, "utf-8")
    lines = [number for number, line in enumerate(text.split("\n"), 1) if '"stage"' in line]
    (group,) = (
        group for (place, _), group in summarize([tmp_path / "a.json"], as_="page").groups.items() if place == "/stage"
    )
    assert [example.line for example in group.examples] == lines
