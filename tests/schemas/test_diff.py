"""Comparing two profiles reports each difference once, and nothing else."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from twenty_opportunity import PUBLISHED, SERVER, UNSET, Opportunity, OpportunityCreate, Profile, Unset
from twenty_opportunity.profiles import STANDARD, Workspace, compare
from twenty_opportunity.records import OpportunityPage, WebhookEvent
from twenty_opportunity.schemas.diff import Difference, differences
from twenty_opportunity.schemas.workspace import properties, standard_objects


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """An opportunity with an attribute of the program."""

    roof_area: float | Unset | None = UNSET


METADATA: Final = Path(__file__).parents[2] / "examples" / "workspace" / "metadata.json"
WORKSPACE: Final = Profile.from_metadata(json.loads(METADATA.read_text("utf-8")))


def profile(**properties: Any) -> Profile:
    """Make a profile with the given properties."""
    return Profile("own", lambda: {Opportunity: {"type": "object", "properties": properties}})


@pytest.mark.parametrize("one", [PUBLISHED, SERVER, WORKSPACE])
def test_nothing_differs_from_itself(one: Profile) -> None:
    """A profile equals itself in every document class."""
    assert [difference for cl in one.document_classes for difference in compare(one, one, cl)] == []


@pytest.mark.parametrize("one", [SERVER, WORKSPACE])
def test_the_other_way_round_is_the_mirror_image(one: Profile) -> None:
    """Swapping the profiles swaps before and after, and changes nothing else but what the differences break."""
    there, back = compare(PUBLISHED, one), compare(one, PUBLISHED)
    mirrored = [Difference(each.pointer, each.aspect, each.after, each.before) for each in back]
    assert sorted((attrs.evolve(each, breaks=()) for each in there), key=repr) == sorted(mirrored, key=repr)


def without(name: str, field: str, *, deactivate: bool) -> Workspace:
    """Build the standard objects without a field of one of them."""
    objects = copy.deepcopy(standard_objects())
    fields = next(each["fields"] for each in objects if each["nameSingular"] == name)
    changed = next(each for each in fields if each["name"] == field)
    if deactivate:
        changed["isActive"] = False
    else:
        fields.remove(changed)
    return Workspace.from_metadata(objects)


@pytest.mark.parametrize("deactivate", [False, True])
@pytest.mark.parametrize("name", sorted(STANDARD))
def test_a_removed_field_breaks_reading(name: str, *, deactivate: bool) -> None:
    """Every field is missed, also one for which the record class has an attribute; bodies with it are refused."""
    before = Workspace.from_metadata(standard_objects())[name]
    for field in before.fields:
        after = without(name, field.name, deactivate=deactivate)[name]
        removed = {f"/{each.name}" for each in properties(field)}
        found = {each.pointer: each.breaks for each in compare(before, after) if each.aspect == "property"}
        assert found == dict.fromkeys(removed, ("reading",))
        written = {f"/{each}" for each in before.schema(before.update)["properties"]}
        bodies = differences(before.schema(before.update), after.schema(after.update))
        assert {each.pointer: each.breaks for each in bodies} == dict.fromkeys(
            sorted(removed & written), ("reading", "writing")
        )
        back = {each.pointer: each.breaks for each in compare(after, before) if each.aspect == "property"}
        assert back.keys() == found.keys()
        assert {*back.values()} <= {(), ("writing",)}


def test_a_field_that_is_missing_in_documents() -> None:
    """The records within documents are compared likewise, and those of a class that a program wrote."""
    before, after = STANDARD["opportunity"], without("opportunity", "amount", deactivate=False)["opportunity"]
    pointers = {each.pointer for each in compare(before, after, OpportunityPage) if each.aspect == "property"}
    assert "/data/opportunities/*/amount" in pointers
    assert not [each for each in pointers if each.startswith("/data/opportunities/*/amount/")]
    assert "/amount" in {each.pointer for each in compare(before, after, Deal) if each.aspect == "property"}


def test_the_published_schema_against_a_workspace() -> None:
    """The differences between the published schema and a workspace are found, such as stages and the close date."""
    found = {(each.pointer, each.aspect): (each.before, each.after) for each in compare(PUBLISHED, WORKSPACE)}
    assert found["/stage", "options"][1] == ["LEAD", "SITE_VISIT", "OFFER_SENT", "NEGOTIATION", "SIGNED", "LOST"]
    assert found["/closeDate", "format"] == (["date"], ["date-time", "date"])
    assert not {("/name", "null"), ("/name", "required")} & found.keys()
    assert found["/id", "read-only"] == (True, False)
    assert found["/amount/amountMicros", "type"] == (["integer"], ["integer", "string"])
    assert found["/amount/currencyCode", "pattern"] == (["^[A-Z]{3}$"], None)
    assert found["/roofArea", "property"] == (None, ["number"])
    assert found["/offerDate", "property"] == (None, ["date"])
    assert found["/calculation", "property"] == (None, ["any"])


def test_bodies_are_compared_too() -> None:
    """Any document class that both offer can be compared; a class that one of them lacks raises a TypeError."""
    found = {(each.pointer, each.aspect): each.after for each in compare(SERVER, WORKSPACE, OpportunityCreate)}
    assert found["/buildingType", "property"] == ["string"]
    with pytest.raises(TypeError, match="have a schema for WebhookEvent"):
        compare(SERVER, PUBLISHED, WebhookEvent)


def test_a_member_that_only_one_has_is_said_once() -> None:
    """If only one profile describes a property, the properties within it are not listed separately."""
    inner = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}}
    assert compare(profile(), profile(x=inner)) == (Difference("/x", "property", None, ["object"]),)
    assert compare(profile(x=inner), profile()) == (Difference("/x", "property", ["object"], None, ("reading",)),)


def test_items_and_undescribed_members() -> None:
    """Items of arrays are listed under an asterisk, and accepting undescribed properties is a difference."""
    before = profile(tags={"type": "array", "items": {"type": "string"}}, sub={"type": "object"})
    after = profile(
        tags={"type": "array", "items": {"type": "string", "enum": ["A"]}, "maxItems": 3},
        sub={"type": "object", "additionalProperties": False},
    )
    assert compare(before, after) == (
        Difference("/tags", "maxItems", None, [3], ("writing",)),
        Difference("/tags/*", "options", None, ["A"], ("writing",)),
        Difference("/sub", "other properties", "taken", "refused", ("writing",)),
    )
    by_pattern = {"type": "object", "patternProperties": {"^x": True}, "additionalProperties": False}
    assert compare(before, profile(tags=before.schema(Opportunity)["properties"]["tags"], sub=by_pattern)) == ()


def test_a_boolean_schema_says_nothing() -> None:
    """A property whose schema is true may be anything, so one with a type differs from it."""
    differences = compare(profile(x=True), profile(x={"type": "string"}))
    assert [each.to_dict() for each in differences] == [
        {"pointer": "/x", "aspect": "null", "before": True, "after": False, "breaks": ["writing"]},
        {"pointer": "/x", "aspect": "type", "before": None, "after": ["string"], "breaks": ["writing"]},
    ]


TEXT: Final = {"type": "string"}


@pytest.mark.parametrize(
    ("before", "after", "breaks"),
    [
        ({"x": {"type": "integer"}}, {"x": {"type": "number"}}, ("reading",)),
        ({"x": {"type": "number"}}, {"x": {"type": "integer"}}, ("writing",)),
        ({"x": {"enum": ["A"]}}, {"x": {"enum": ["A", "B"]}}, ("reading",)),
        ({"x": {"enum": ["A", "B"]}}, {"x": {"enum": ["B"]}}, ("writing",)),
        ({"x": {"enum": ["A", "B"]}}, {"x": {"enum": ["B", "A"]}}, ()),
        ({"x": {"enum": ["A"]}}, {"x": {"enum": ["B"]}}, ("reading", "writing")),
        ({"x": {"enum": ["A"]}}, {"x": {"enum": ["A", None]}}, ("reading",)),
        ({"x": {"type": "null"}}, {"x": {"type": ["null", "string"]}}, ("reading",)),
        ({"x": {"type": ["string", "null"]}}, {"x": TEXT}, ("writing",)),
        ({"x": {**TEXT, "format": "date"}}, {"x": {**TEXT, "format": "date-time"}}, ("reading", "writing")),
        ({"x": TEXT}, {"x": {**TEXT, "minLength": 1}}, ("writing",)),
        ({"x": {**TEXT, "minLength": 2}}, {"x": {**TEXT, "minLength": 1}}, ("reading",)),
        ({"x": {**TEXT, "maxLength": 2}}, {"x": {**TEXT, "maxLength": 1}}, ("writing",)),
        ({"x": {**TEXT, "pattern": "a"}}, {"x": {**TEXT, "pattern": "b"}}, ("reading", "writing")),
        ({"x": {**TEXT, "readOnly": True}}, {"x": TEXT}, ()),
        ({"x": TEXT}, {"x": {**TEXT, "readOnly": True}}, ("writing",)),
        ({"x": {"type": "array"}}, {"x": {"type": "array", "items": TEXT}}, ("writing",)),
        ({}, {"x": TEXT}, ()),
        ({"x": TEXT}, {}, ("reading",)),
    ],
)
def test_differences_that_break_something(
    before: dict[str, Any], after: dict[str, Any], breaks: tuple[str, ...]
) -> None:
    """A difference breaks reading if the second schema allows more, and writing if it allows less."""
    (difference,) = compare(profile(**before), profile(**after))
    assert difference.breaks == breaks


def test_a_limit_of_a_new_type() -> None:
    """A pattern for strings breaks nothing where strings were not allowed."""
    types, pattern = compare(profile(x={"type": "integer"}), profile(x={"type": ["integer", "string"], "pattern": "a"}))
    assert (types.aspect, types.breaks) == ("type", ("reading",))
    assert (pattern.aspect, pattern.breaks) == ("pattern", ())


@pytest.mark.parametrize(
    ("closed", "required", "breaks"),
    [
        (False, False, ()),
        (True, False, ("reading",)),
        (False, True, ("writing",)),
        (True, True, ("reading", "writing")),
    ],
)
def test_a_new_property(closed: bool, required: bool, breaks: tuple[str, ...]) -> None:  # noqa: FBT001 - parameters
    """A new property breaks reading if it was refused before, and writing if it is required."""
    others = {} if not closed else {"additionalProperties": False}
    before = profile(x={"type": "object", **others})
    after = profile(x={"type": "object", "properties": {"a": TEXT}, "required": ["a"] * required, **others})
    (difference,) = compare(before, after)
    assert (difference.pointer, difference.breaks) == ("/x/a", breaks)


def test_a_property_that_is_refused() -> None:
    """The removal of a property breaks writing, too, if the second schema refuses undescribed properties."""
    before = profile(x={"type": "object", "properties": {"a": TEXT}, "additionalProperties": False})
    (difference,) = compare(before, profile(x={"type": "object", "additionalProperties": False}))
    assert difference.breaks == ("reading", "writing")
