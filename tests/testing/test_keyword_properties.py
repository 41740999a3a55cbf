"""Properties given by keyword: their names in Python and in JSON, and the JSON of their values."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from pathlib import Path

import attrs
import pytest

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    Amount,
    Opportunity,
    OpportunityCreate,
    OpportunityPage,
    OpportunityUpdate,
    Profile,
    Stage,
)
from twenty_opportunity.profiles import STANDARD
from twenty_opportunity.records import CompanyUpdate
from twenty_opportunity.testing.keyword_properties import named

METADATA = Path(__file__).parents[2] / "examples" / "workspace" / "metadata.json"


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """An opportunity with an additional attribute."""

    contract_value: int | None = None


def test_both_names_mean_the_property() -> None:
    """A property has the name of the attribute and the name in JSON, also if a subclass adds it."""
    assert named({"close_date": 1, "stage": 2, "ownerId": 3}, Opportunity, PUBLISHED) == {
        "closeDate": 1,
        "stage": 2,
        "ownerId": 3,
    }
    assert named({"contract_value": 1}, Deal, SERVER) == {"contractValue": 1}


def test_extra_adds_properties_that_the_profile_does_not_know() -> None:
    """An unknown property is given in `extra`, if the schema is open and does not describe it."""
    assert named({"extra": {"customField": 1}, "stage": 2}, Opportunity, PUBLISHED) == {"customField": 1, "stage": 2}
    with pytest.raises(TypeError, match="give it by its name"):
        named({"extra": {"stage": 1}}, Opportunity, PUBLISHED)
    with pytest.raises(
        TypeError, match="does not accept properties that the profile does not know, such as customField"
    ):
        named({"extra": {"customField": 1}}, OpportunityCreate, PUBLISHED)
    with pytest.raises(TypeError, match="extra is a mapping"):
        named({"extra": 3}, Opportunity, PUBLISHED)


def test_a_generic_class_has_the_properties_of_its_origin() -> None:
    """A page of a subclass has the properties of a page."""
    assert named({"total_count": 1}, OpportunityPage[Deal], SERVER) == {"totalCount": 1}


def test_an_unknown_property_is_a_type_error_that_helps() -> None:
    """The message has the nearest name or all names, and names `extra` if the document class is open."""
    with pytest.raises(TypeError, match=r"OpportunityCreate does not have the property stge; the nearest is stage$"):
        named({"stge": 1}, OpportunityCreate, PUBLISHED)
    with pytest.raises(TypeError, match="does not have the property x; it has amount, closeDate, close_date, "):
        named({"x": 1}, OpportunityCreate, PUBLISHED)
    with pytest.raises(
        TypeError, match=r"Opportunity does not have the property stgae; the nearest is stage; extra={'stgae': "
    ):
        named({"stgae": 1}, Opportunity, PUBLISHED)


def test_none_is_what_a_record_with_none_is_written_as() -> None:
    """In an update of a server, the object clears a composite; elsewhere None is null."""
    cleared = {"amountMicros": None, "currencyCode": None}
    assert named({"amount": None, "close_date": None}, OpportunityUpdate, SERVER) == {
        "amount": cleared,
        "closeDate": None,
    }
    assert named({"createdBy": None, "companyId": None}, OpportunityUpdate, SERVER) == {
        "createdBy": None,
        "companyId": None,
    }
    assert named({"amount": None}, OpportunityUpdate, PUBLISHED) == {"amount": None}
    assert named({"amount": None}, OpportunityCreate, SERVER) == {"amount": None}
    links = {"primaryLinkUrl": None, "primaryLinkLabel": None, "secondaryLinks": None}
    assert named({"domain_name": None}, CompanyUpdate, STANDARD["company"]) == {"domainName": links}
    workspace = Profile.from_metadata(json.loads(METADATA.read_bytes()))
    assert named({"budget": None}, OpportunityUpdate, workspace) == {"budget": cleared}


def test_unset_is_accepted_for_a_property_that_a_body_never_has() -> None:
    """An update cannot have the time of creation, by either name; a name that records do not have is a mistake."""
    assert named({"createdAt": UNSET, "updated_at": UNSET}, OpportunityUpdate, SERVER) == {}
    assert named({"stage": UNSET}, OpportunityUpdate, SERVER) == {"stage": UNSET}
    with pytest.raises(TypeError, match="the nearest is stage"):
        named({"stge": UNSET}, OpportunityUpdate, SERVER)
    with pytest.raises(TypeError, match="does not have the property createdAt"):
        named({"createdAt": 1}, OpportunityUpdate, SERVER)
    with pytest.raises(TypeError, match="does not have the property x"):
        named({"x": UNSET}, Opportunity, SERVER)


def test_a_property_given_twice_is_a_type_error() -> None:
    """Both names of one property at once are a mistake."""
    with pytest.raises(TypeError, match="closeDate is given twice"):
        named({"close_date": 1, "closeDate": 2}, Opportunity, PUBLISHED)


def test_typed_values_become_json_in_the_style_of_the_profile() -> None:
    """Typed values are written in the style of the profile, JSON is unchanged, UNSET is absent."""
    instant = dt.datetime(2026, 1, 25, 16, 26, tzinfo=dt.UTC)
    published, server = PUBLISHED.converter.unstructure, SERVER.converter.unstructure
    assert published(instant) == "2026-01-25T16:26:00Z"
    assert server(instant) == "2026-01-25T16:26:00.000Z"
    assert server(Amount.of("10", "USD")) == {"amountMicros": 10_000_000, "currencyCode": "USD"}
    assert published(Stage.NEW) == "NEW"
    assert published(uuid.UUID(int=0)) == "00000000-0000-0000-0000-000000000000"
    assert published({"a": [1, None, 2.5, "x", True]}) == {"a": [1, None, 2.5, "x", True]}
    assert published(UNSET) is UNSET
