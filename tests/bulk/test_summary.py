"""Summaries have a bounded size and quote no values by default."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twenty_opportunity import PUBLISHED
from twenty_opportunity.bulk import Entry, Finding, Summary, rules_of, summary
from twenty_opportunity.bulk.checking import entries_in
from twenty_opportunity.bulk.summary import EXAMPLES, UNREADABLE_EXAMPLES, Tally, total_of
from twenty_opportunity.errors import SERVER_HINT

if TYPE_CHECKING:
    import pytest

RULES = rules_of(PUBLISHED)


def summed(*records: Any) -> Summary:
    """Return the summary of records, each on its line."""
    tally = Tally()
    for line, record in enumerate(records, 1):
        for entry in entries_in("a.jsonl", json.dumps(record).encode(), line, RULES):
            tally.count(entry)
    return tally.summary()


def test_the_first_examples_are_kept(record: dict[str, Any]) -> None:
    """Each group has few examples, those of the first lines."""
    found = summed(*[record | {"name": number} for number in range(10)])
    group = found.groups["/name", "type"]
    assert (group.count, [example.line for example in group.examples]) == (10, [*range(1, EXAMPLES + 1)])
    problems = total_of(
        Summary(unreadable=1, problems=(Finding("a", line, "", None, "x"),)) for line in range(50, 0, -1)
    )
    assert [problem.line for problem in problems.problems] == [*range(1, UNREADABLE_EXAMPLES + 1)]


def test_indices_share_a_group(record: dict[str, Any]) -> None:
    """Items of an array share a group, and long names are shortened."""
    place = summary.pattern_of
    assert place("/tags/0/x/12") == "/tags/*/x/*"
    assert len(place("/" + "x" * 1000)) < 100
    assert summed(record | {"name": 1}).shifted(0) == summed(record | {"name": 1})


def test_the_number_of_groups_is_bounded(monkeypatch: pytest.MonkeyPatch, record: dict[str, Any]) -> None:
    """Of too many groups the smallest keys are kept in any order of adding, and the totals are exact."""
    monkeypatch.setattr(summary, "LARGEST", 3)
    faults: list[dict[str, Any]] = [
        {"name": 1},
        {"stage": 1},
        {"position": "x"},
        {"id": 1},
        {"createdAt": 1},
        {"amount": 1},
        {"ownerId": 1},
    ]
    records = [record | fault for fault in faults]
    forwards, backwards = summed(*records), total_of(summed(one) for one in reversed(records))
    assert [*forwards.groups] == [*backwards.groups] == [("/amount", "type"), ("/createdAt", "type"), ("/id", "type")]
    assert forwards.violations == backwards.violations == 7
    assert total_of([forwards, backwards]).violations == 14


def test_values_are_hidden_by_default(record: dict[str, Any]) -> None:
    """The JSON form quotes values only if asked to."""
    found = summed(record | {"stage": "SECRET"}, record)
    assert "SECRET" not in json.dumps(found.to_dict())
    assert "SECRET" in json.dumps(found.to_dict(show_values=True))


def test_the_json_form_has_everything(record: dict[str, Any]) -> None:
    """The JSON form has counts, groups and problems."""
    tally = Tally()
    tally.add(summed(record, record | {"amount": None}, record | {"updatedBy": None}))
    tally.count(Entry("b", 1, "", None, (Finding("b", 1, "", None, "is cut off"),)))
    found = tally.summary()
    assert json.loads(json.dumps(found.to_dict())) == {
        "valid": 2,
        "invalid": 1,
        "unreadable": 1,
        "violations": 1,
        "groups": [
            {
                "pointer": "/updatedBy",
                "keyword": "type",
                "count": 1,
                "examples": [
                    {"file": "a.jsonl", "line": 3, "pointer": "/updatedBy", "message": "null is not an object"},
                ],
            }
        ],
        "problems": [{"file": "b", "line": 1, "pointer": "", "message": "is cut off"}],
        "hint": SERVER_HINT,
    }
    assert str(Summary()) == "0 valid, 0 invalid, 0 unreadable"
    assert str(found) == "2 valid, 1 invalid (1 violation), 1 unreadable"
    assert str(found + found) == "4 valid, 2 invalid (2 violations), 2 unreadable"
