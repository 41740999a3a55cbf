"""Matchers are equal to valid payloads with the given properties, and explain every other comparison."""

from __future__ import annotations

import copy
import datetime as dt
import io
import sys
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
import rich.console

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    Amount,
    Opportunity,
    OpportunityUpdate,
    PartialOpportunity,
    Stage,
)
from twenty_opportunity.matchers import IsDocument, IsOpportunity, IsOpportunityCreate, IsOpportunityUpdate
from twenty_opportunity.records import Company, Page
from twenty_opportunity.testing.matchers import explain

PAYLOAD: dict[str, Any] = {
    "id": "5c222222-0000-4000-8000-000000000003",
    "createdAt": "2026-03-01T08:00:00.000Z",
    "updatedAt": "2026-06-10T11:00:00Z",
    "name": "Acme Enterprise Expansion",
    "stage": "PROPOSAL",
    "amount": {"amountMicros": 10_000_000, "currencyCode": "USD"},
    "closeDate": "2026-09-30",
    "ownerId": None,
    "priority": 3,
}


@pytest.mark.parametrize(
    "matcher",
    [
        IsOpportunity(),
        IsOpportunity(stage="PROPOSAL", amount=Amount.of("10", "USD"), close_date=dt.date(2026, 9, 30)),
        IsOpportunity(stage=Stage.PROPOSAL, closeDate="2026-09-30", owner_id=None, extra={"priority": 3}),
        IsOpportunity(created_at=dt.datetime(2026, 3, 1, 9, tzinfo=dt.timezone(dt.timedelta(hours=1)))),
        IsOpportunity(amount={"amountMicros": 10_000_000, "currencyCode": "USD"}, company_id=UNSET),
        IsOpportunity(SERVER, name="Acme Enterprise Expansion"),
        IsDocument(Opportunity, stage="PROPOSAL"),
    ],
    ids=repr,
)
def test_a_payload_as_asked_for_is_equal(matcher: IsDocument) -> None:
    """A valid payload with the given properties is equal, for typed values and for JSON, and more than once."""
    assert matcher == PAYLOAD
    assert PAYLOAD == matcher  # noqa: SIM300 - the other side is the point
    assert matcher == PAYLOAD, "twice"


def test_a_record_is_compared_as_its_document() -> None:
    """Records are compared like their documents, bodies too."""
    assert PUBLISHED.structure(PAYLOAD) == IsOpportunity(stage="PROPOSAL", extra={"priority": 3})
    assert OpportunityUpdate(close_date=None) == IsOpportunityUpdate(close_date=None, stage=UNSET)
    assert IsOpportunityCreate(name="x") == {"name": "x", "stage": "NEW"}


def test_each_violation_and_each_difference_is_a_line() -> None:
    """The explanation has the violations of a payload, then the properties that differ."""
    payload = {**PAYLOAD, "createdAt": "yesterday", "stage": "LEAD", "amount": None}
    lines = [*IsOpportunity(stage="NEW", amount=Amount.of("10", "USD"), name=UNSET, position=1).mismatches(payload)]
    assert [line.partition(":")[0] for line in lines] == [
        "/createdAt",
        "/stage",
        "/stage",
        "/amount",
        "/name",
        "/position",
    ]
    assert lines[2:] == [
        "/stage: is 'LEAD', expected 'NEW'",
        f"/amount: is None, expected {Amount.of('10', 'USD')!r}",
        "/name: is 'Acme Enterprise Expansion', expected absent",
        "/position: is absent, expected 1",
    ]
    assert payload != IsOpportunity()


def test_outside_of_tests_the_profile_is_the_published_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a running test, fixtures are unavailable, so a matcher uses PUBLISHED."""
    monkeypatch.setattr("twenty_opportunity.testing.matchers.running_tests", [])
    assert IsOpportunity().profile is PUBLISHED


def test_true_is_not_one() -> None:
    """True and 1 are different in JSON, and to a matcher."""
    assert [*IsOpportunity(extra={"priority": True}).mismatches({**PAYLOAD, "priority": 1})] == [
        "/priority: is 1, expected True"
    ]


def test_none_for_a_composite_of_an_update_is_what_clears_it() -> None:
    """A record with None matches, and so does its document; the difference shows the object that clears."""
    matcher = IsOpportunityUpdate(SERVER, amount=None)
    cleared = OpportunityUpdate(amount=None)
    assert cleared == matcher
    assert SERVER.unstructure(cleared) == matcher
    expected = "expected {'amountMicros': None, 'currencyCode': None}"
    assert [*matcher.mismatches({"amount": {"amountMicros": 5}})] == [f"/amount: is {{'amountMicros': 5}}, {expected}"]
    assert [*matcher.mismatches({})] == [f"/amount: is absent, {expected}"]
    refused, _ = matcher.mismatches({"amount": None})
    assert refused.startswith("/amount: null is not an object; send")


def test_a_body_never_has_the_time_of_creation() -> None:
    """A body with a property that it cannot have does not match, and UNSET may say so."""
    assert IsOpportunityUpdate(SERVER, createdAt=UNSET) == {"stage": "NEW"}
    assert IsOpportunityUpdate(SERVER, createdAt=UNSET) != {"createdAt": "2026-01-25T16:26:00Z"}


def test_a_payload_that_is_not_an_object_is_explained() -> None:
    """A payload that is not an object has a violation and no properties."""
    assert len([*IsOpportunity(stage="NEW").mismatches("text")]) == 1


def test_answer_of_a_server_is_explained_with_a_hint() -> None:
    """A payload that the published schema refuses and a server sends is explained with the profile to use."""
    lines = explain("==", {**PAYLOAD, "closeDate": "2026-09-30T10:00:00.000Z"}, IsOpportunity(name="a")) or []
    assert [line.partition(":")[0] for line in lines[1:]] == ["/closeDate", "/name", "hint"]
    assert lines[-1].endswith("SERVER")


def test_a_record_that_cannot_be_written_is_explained() -> None:
    """A record with an attribute of a wrong type is reported with this reason."""
    wrong: Any = Decimal(1)
    [line] = IsOpportunity().mismatches(PartialOpportunity(name=wrong))
    assert "name" in line
    [line] = IsOpportunity().mismatches(PartialOpportunity(created_at=dt.datetime(2026, 1, 1)))  # noqa: DTZ001 - naive on purpose
    assert line.startswith("/createdAt: ")


def test_a_document_that_python_cannot_hold_is_compared_as_json() -> None:
    """A leap second is valid, so its document can be matched, by its text."""
    payload = {**PAYLOAD, "updatedAt": "1998-12-31T23:59:60Z"}
    assert payload == IsOpportunity(updated_at="1998-12-31T23:59:60Z")
    assert payload != IsOpportunity(stage="NEW")


def test_matchers_nest() -> None:
    """The value of a property may be any object that defines equality."""
    assert IsOpportunity(amount=_IsInCurrency("USD")) == PAYLOAD
    assert IsOpportunity(amount=_IsInCurrency("EUR")) != PAYLOAD


class _IsInCurrency:
    """Equal to every amount in a currency."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and other.get("currencyCode") == self.code

    def __hash__(self) -> int:
        return hash(self.code)


def test_a_matcher_shows_itself_as_it_was_made_and_has_no_hash() -> None:
    """Its repr is the call that makes it; a set cannot hold it."""
    assert repr(IsOpportunity(stage="NEW", close_date=None)) == "IsOpportunity(stage='NEW', close_date=None)"
    with pytest.raises(TypeError, match="unhashable type: 'IsOpportunity'"):
        hash(IsOpportunity())


def test_a_matcher_of_documents_shows_their_class() -> None:
    """Many document classes share one matcher."""
    assert repr(IsDocument(Company, name="A")) == "IsDocument(Company, name='A')"
    assert repr(IsDocument(Page[Company])) == "IsDocument(CompanyPage)"


def test_an_unknown_property_is_a_type_error() -> None:
    """A typo in a name is an error of the test, not a mismatch of the payload."""
    with pytest.raises(TypeError, match="nearest is stage"):
        assert IsOpportunityCreate(stge="NEW") == {"name": "x", "stage": "NEW"}
    with pytest.raises(TypeError, match="nearest is stage"):
        assert IsOpportunity(stgae="NEW") == PAYLOAD


OTHER = {**PAYLOAD, "stage": "NEW", "closeDate": None}


def test_matchers_are_combined() -> None:
    """`a | b` is equal to what one of them is equal to, `~a` to all else, and both nest and take other values."""
    sent, fresh = IsOpportunity(stage="PROPOSAL"), IsOpportunity(stage="NEW")
    assert sent | fresh == PAYLOAD
    assert sent | fresh == OTHER
    assert ~fresh == PAYLOAD
    assert ~sent != PAYLOAD
    assert sent | None == None  # noqa: E711 - compared, not identical
    assert None | sent == None  # noqa: E711 - compared, not identical
    assert ~(sent | None) == OTHER
    assert IsOpportunity(stage=~IsOpportunity()) == PAYLOAD
    assert repr(~(sent | None)) == "~(IsOpportunity(stage='PROPOSAL') | None)"
    assert repr(~sent) == "~IsOpportunity(stage='PROPOSAL')"
    assert next((fresh | None).mismatches(PAYLOAD)) == "/stage: is 'PROPOSAL', expected 'NEW'"
    assert next((~sent).mismatches(PAYLOAD)).endswith("expected anything but IsOpportunity(stage='PROPOSAL')")


def test_matchers_inside_of_dicts_and_lists_are_explained() -> None:
    """A comparison of containers has a line for each place that differs, with its pointer within the whole."""
    expected = {"records": [IsOpportunity(stage="NEW"), IsOpportunity()], "total": 2, "more": False}
    actual = {"records": [PAYLOAD, OTHER], "total": 3, "a/b": None}
    assert actual != expected
    assert explain("==", actual, expected) == [
        "payload == {'records': [IsOpportunity(stage='NEW'), IsOpportunity()], 'total': 2, 'more': False}",
        "/records/0/stage: is 'PROPOSAL', expected 'NEW'",
        "/total: is 3, expected 2",
        "/more: is absent, expected False",
        "/a~1b: is None, expected absent",
    ]
    assert explain("==", [IsOpportunity()], [PAYLOAD, 1]) is not None
    assert explain("==", [1], {"a": (2,)}) is None
    endless: list[Any] = []
    endless.append(endless)
    assert explain("==", endless, {}) is None
    assert (explain("==", {"a": "text"}, {"a": IsOpportunity()}) or [])[1].startswith("/a: ")


def test_a_mock_shows_why_a_call_was_not_expected() -> None:
    """`assert_called_with` takes matchers, and its message has the mismatches."""
    send = mock.Mock()
    send(PAYLOAD, retry=True)
    send.assert_called_with(IsOpportunity(stage="PROPOSAL"), retry=True)
    with pytest.raises(AssertionError) as error:
        send.assert_called_with(IsOpportunity(stage="NEW"), retry=True)
    assert "IsOpportunity(stage='NEW') </stage: is 'PROPOSAL', expected 'NEW'>" in str(error.value)


def test_a_repr_lists_few_mismatches() -> None:
    """The repr of a matcher lists three mismatches of its last comparison and counts the others."""
    matcher = IsOpportunity()
    assert matcher != {}
    assert repr(matcher).endswith("; 2 more>")
    assert matcher == PAYLOAD
    assert repr(matcher) == "IsOpportunity()"


def test_records_print_match_and_copy() -> None:
    """Records work with `rich.print`, with `match` on classes, and with `copy.replace` where Python has it."""
    record = PUBLISHED.structure(PAYLOAD)
    output = io.StringIO()
    rich.console.Console(file=output, width=100).print(record)
    assert "name='Acme Enterprise Expansion'" in output.getvalue()
    assert "UNSET" not in output.getvalue()
    match record:
        case Opportunity(stage=Stage.PROPOSAL, amount=Amount(currency_code=code)):
            assert code == "USD"
        case _:
            pytest.fail("the pattern does not match")
    if sys.version_info >= (3, 13):
        assert copy.replace(record, stage=Stage.NEW).stage is Stage.NEW
