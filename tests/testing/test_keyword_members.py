"""Members given by keyword: their names in Python and on the wire, and the JSON of their values."""

from __future__ import annotations

import datetime as dt
import uuid

import attrs
import pytest

from twenty_opportunity import PUBLISHED, SERVER, UNSET, Amount, Opportunity, OpportunityCreate, OpportunityPage, Stage
from twenty_opportunity.testing.keyword_members import ABSENT, as_json, named


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """An opportunity with an attribute of its own."""

    contract_value: int | None = None


def test_both_names_mean_the_member() -> None:
    """A member is named as the attribute or as on the wire, also where a subclass adds it."""
    assert named({"close_date": 1, "stage": 2, "ownerId": 3}, Opportunity, PUBLISHED) == {
        "closeDate": 1,
        "stage": 2,
        "ownerId": 3,
    }
    assert named({"contract_value": 1}, Deal, SERVER) == {"contractValue": 1}


def test_an_undescribed_member_is_taken_where_the_schema_takes_it() -> None:
    """A custom field has its name on the wire, where the document class is open."""
    assert named({"customField": 1}, Opportunity, PUBLISHED) == {"customField": 1}


def test_a_generic_class_has_the_members_of_its_origin() -> None:
    """A page of one's own class has the members of a page."""
    assert named({"total_count": 1}, OpportunityPage[Deal], SERVER) == {"totalCount": 1}


def test_an_unknown_member_is_a_type_error_that_helps() -> None:
    """A typo is answered with the nearest name, anything else with all of them."""
    with pytest.raises(TypeError, match="OpportunityCreate has no member stge; the nearest is stage"):
        named({"stge": 1}, OpportunityCreate, PUBLISHED)
    with pytest.raises(TypeError, match="has no member x; it has amount, closeDate, close_date, "):
        named({"x": 1}, OpportunityCreate, PUBLISHED)
    with pytest.raises(TypeError, match="Opportunity has no member extra"):
        named({"extra": {}}, Opportunity, PUBLISHED)


def test_a_member_given_twice_is_a_type_error() -> None:
    """Both names of one member at once are a mistake."""
    with pytest.raises(TypeError, match="closeDate is given twice"):
        named({"close_date": 1, "closeDate": 2}, Opportunity, PUBLISHED)


def test_typed_values_become_json_in_the_style_of_the_profile() -> None:
    """Typed values are written as the profile does it, JSON stays as it is, UNSET is absent."""
    instant = dt.datetime(2026, 1, 25, 16, 26, tzinfo=dt.UTC)
    assert as_json(instant, PUBLISHED) == "2026-01-25T16:26:00Z"
    assert as_json(instant, SERVER) == "2026-01-25T16:26:00.000Z"
    assert as_json(Amount.of("10", "USD"), SERVER) == {"amountMicros": 10_000_000, "currencyCode": "USD"}
    assert as_json(Stage.NEW, PUBLISHED) == "NEW"
    assert as_json(uuid.UUID(int=0), PUBLISHED) == "00000000-0000-0000-0000-000000000000"
    assert as_json({"a": [1, None, 2.5, "x", True]}, PUBLISHED) == {"a": [1, None, 2.5, "x", True]}
    assert as_json(UNSET, PUBLISHED) is ABSENT
