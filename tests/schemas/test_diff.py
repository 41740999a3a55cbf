"""Comparing two profiles says what differs, each thing once, and nothing where nothing does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from twenty_opportunity import PUBLISHED, SERVER, Opportunity, OpportunityCreate, Profile
from twenty_opportunity.profiles import compare
from twenty_opportunity.records import WebhookEvent
from twenty_opportunity.schemas.diff import Difference

METADATA: Final = Path(__file__).parents[2] / "examples" / "workspace" / "metadata.json"
WORKSPACE: Final = Profile.from_metadata(json.loads(METADATA.read_text("utf-8")))


def profile(**properties: Any) -> Profile:
    """Make a profile of the members given."""
    return Profile("own", lambda: {Opportunity: {"type": "object", "properties": properties}})


@pytest.mark.parametrize("one", [PUBLISHED, SERVER, WORKSPACE])
def test_nothing_differs_from_itself(one: Profile) -> None:
    """A profile compared with itself has no differences, whatever the document class."""
    assert [difference for cl in one.document_classes for difference in compare(one, one, cl)] == []


@pytest.mark.parametrize("one", [SERVER, WORKSPACE])
def test_the_other_way_round_is_the_mirror_image(one: Profile) -> None:
    """Before and after change places, and nothing else changes."""
    there, back = compare(PUBLISHED, one), compare(one, PUBLISHED)
    mirrored = [Difference(each.member, each.aspect, each.after, each.before) for each in back]
    assert sorted(there, key=repr) == sorted(mirrored, key=repr)


def test_the_published_schema_against_a_workspace() -> None:
    """What the published schema gets wrong of a workspace is found: stages, the close date, what is required."""
    found = {(each.member, each.aspect): (each.before, each.after) for each in compare(PUBLISHED, WORKSPACE)}
    assert found["/stage", "options"][1] == ["LEAD", "SITE_VISIT", "OFFER_SENT", "NEGOTIATION", "SIGNED", "LOST"]
    assert found["/closeDate", "format"] == (["date"], ["date-time", "date"])
    assert not {("/name", "null"), ("/name", "required")} & found.keys()
    assert found["/id", "read-only"] == (True, False)
    assert found["/amount/amountMicros", "type"] == (["integer"], ["integer", "string"])
    assert found["/amount/currencyCode", "pattern"] == (["^[A-Z]{3}$"], None)
    assert found["/roofArea", "member"] == (None, ["number"])
    assert found["/offerDate", "member"] == (None, ["date"])
    assert found["/calculation", "member"] == (None, ["any"])


def test_bodies_are_compared_too() -> None:
    """Any document class that both offer can be compared; one that one of them lacks is a TypeError."""
    found = {(each.member, each.aspect): each.after for each in compare(SERVER, WORKSPACE, OpportunityCreate)}
    assert found["/buildingType", "member"] == ["string"]
    with pytest.raises(TypeError, match="no schema for WebhookEvent"):
        compare(SERVER, PUBLISHED, WebhookEvent)


def test_a_member_that_only_one_has_is_said_once() -> None:
    """What is inside a member that only one profile describes is not listed beside it."""
    inner = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}}
    assert compare(profile(), profile(x=inner)) == (Difference("/x", "member", None, ["object"]),)
    assert compare(profile(x=inner), profile()) == (Difference("/x", "member", ["object"], None),)


def test_items_and_undescribed_members() -> None:
    """Items of arrays stand under an asterisk, and whether undescribed members are taken is told."""
    before = profile(tags={"type": "array", "items": {"type": "string"}}, sub={"type": "object"})
    after = profile(
        tags={"type": "array", "items": {"type": "string", "enum": ["A"]}, "maxItems": 3},
        sub={"type": "object", "additionalProperties": False},
    )
    assert compare(before, after) == (
        Difference("/tags", "maxItems", None, [3]),
        Difference("/tags/*", "options", None, ["A"]),
        Difference("/sub", "other members", "taken", "refused"),
    )
    by_pattern = {"type": "object", "patternProperties": {"^x": True}, "additionalProperties": False}
    assert compare(before, profile(tags=before.schema(Opportunity)["properties"]["tags"], sub=by_pattern)) == ()


def test_a_boolean_schema_says_nothing() -> None:
    """A member whose schema is true may be anything, so one with a type differs from it."""
    differences = compare(profile(x=True), profile(x={"type": "string"}))
    assert [each.to_dict() for each in differences] == [
        {"member": "/x", "aspect": "null", "before": True, "after": False},
        {"member": "/x", "aspect": "type", "before": None, "after": ["string"]},
    ]
