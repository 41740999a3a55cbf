"""Classes with additional attributes: a contradiction of a profile's schema is reported on first use."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    OpportunityPage,
    OpportunityUpdate,
    PartialOpportunity,
    Profile,
    Unset,
    WebhookEvent,
)

PAGE: Any = OpportunityPage  # Any, for type checkers see what is wrong between its brackets
EVENT: Any = WebhookEvent
SEATS = {"nameSingular": "opportunity", "fields": [{"name": "seats", "type": "NUMBER", "label": "Seats"}]}


@attrs.frozen(kw_only=True)
class Renamed(PartialOpportunity):
    """A deal whose name is a number."""

    name: int | Unset = UNSET  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]


@attrs.frozen(kw_only=True)
class Seated(PartialOpportunity):
    """A deal whose seats are a text."""

    seats: str | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class Complex(PartialOpportunity):
    """A deal with a value that JSON cannot represent."""

    phase: complex | Unset = UNSET


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=repr)
def test_an_attribute_that_the_schema_types_otherwise_is_refused_with_both_named(profile: Profile) -> None:
    """The error has the types of the class and of the schema, whichever call uses the two together."""
    record = Renamed(name=1)
    for call in (
        lambda: profile.schema(Renamed),
        lambda: profile.is_valid({}, Renamed),
        lambda: profile.structure({}, Renamed),
        lambda: profile.loads(b"{}", Renamed),
        lambda: profile.dumps(record),
    ):
        with pytest.raises(TypeError, match=r"Renamed\.name is int, but in the profile's schema .* (string|null)"):
            call()


def test_a_field_of_a_workspace_is_held_to_its_own_type() -> None:
    """A field that is text in one workspace and a number in another is refused only by the latter."""
    instance: dict[str, Any] = {"seats": "three"}
    assert SERVER.structure(instance, Seated).seats == "three"
    with pytest.raises(TypeError, match=r"Seated\.seats is str.*number"):
        Profile.from_metadata(SEATS).structure(instance, Seated)


def test_an_attribute_within_a_page_is_held_to_the_schema_too() -> None:
    """A generic document uses the class of its argument."""
    with pytest.raises(TypeError, match=r"Renamed\.name is int"):
        SERVER.schema(OpportunityPage[Renamed])


def test_a_type_that_nobody_can_read_is_named() -> None:
    """A type that JSON cannot represent is refused with a suggestion, in both directions."""
    for call in (lambda: SERVER.structure({}, Complex), lambda: SERVER.dumps(Complex(phase=1j))):
        with pytest.raises(TypeError, match=r"Complex\.phase: .*complex.*register a hook"):
            call()


def test_any_text_is_no_number() -> None:
    """An integer is not read from free text, with or without null; a class that accepts text as well is fine."""

    @attrs.frozen(kw_only=True)
    class Priced(PartialOpportunity):
        name: int | Unset | None = UNSET  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]

    @attrs.frozen(kw_only=True)
    class Either(PartialOpportunity):
        name: int | str | Unset | None = UNSET  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]

    @attrs.frozen(kw_only=True)
    class Anything(PartialOpportunity):
        name: Any = UNSET

    for profile in (PUBLISHED, SERVER):
        with pytest.raises(TypeError, match=r"Priced\.name is int"):
            profile.schema(Priced)
        assert profile.schema(Either)["properties"].keys() == profile.schema(Anything)["properties"].keys()


@pytest.mark.parametrize(
    ("cl", "named"),
    [
        (PAGE[OpportunityPage], r"OpportunityPage\[OpportunityPage\]: OpportunityPage is not PartialOpportunity or"),
        (
            EVENT[OpportunityUpdate],
            r"WebhookEvent\[OpportunityUpdate\]: OpportunityUpdate is not a class of an object's records or",
        ),
        (PAGE[Seated | dict[str, Any]], r"OpportunityPage\[dict\]: dict is not PartialOpportunity or"),
        (PAGE[Any], r"OpportunityPage\[Any\]: Any is not PartialOpportunity or"),
    ],
)
def test_a_page_of_anything_but_opportunities_is_refused(cl: Any, named: str) -> None:
    """An argument that type checkers refuse is also refused by a profile, and the error names both classes."""
    for call in (lambda: SERVER.schema(cl), lambda: SERVER.is_valid({}, cl), lambda: SERVER.loads(b"{}", cl)):
        with pytest.raises(TypeError, match=f"{named} a subclass of it"):
            call()
