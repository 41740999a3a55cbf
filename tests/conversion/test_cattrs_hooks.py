"""A cattrs converter of the user's own structures and unstructures classes that hold records."""

from __future__ import annotations

import json
from typing import Any

import attrs
import cattrs
import pytest
from cattrs.preconf.json import make_converter as make_json_converter
from cattrs.preconf.msgspec import make_converter as make_msgspec_converter
from cattrs.preconf.orjson import make_converter as make_orjson_converter
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    Opportunity,
    OpportunityPage,
    OpportunityUpdate,
    ValidationError,
)
from twenty_opportunity.errors import violations_of
from twenty_opportunity.strategies import records


@attrs.frozen
class Deal(Opportunity):
    """An opportunity with a custom field."""

    roof_area: int | None = None


@attrs.frozen
class Offer:
    """A class of a program that holds records in several ways."""

    number: int
    deal: Opportunity
    others: list[Deal]
    updates: dict[str, OpportunityUpdate]
    page: OpportunityPage[Deal] | None = None


MINIMAL: dict[str, Any] = {
    "id": "5c222222-0000-4000-8000-000000000003",
    "createdAt": "2026-03-01T08:00:00.000Z",
    "updatedAt": "2026-03-02T08:00:00.000Z",
    "name": "Heat pump",
    "stage": "NEW",
}
MAKERS = [cattrs.Converter, make_json_converter, make_msgspec_converter, make_orjson_converter]


def converter_of(make: Any, **options: Any) -> Any:
    """Build a converter that knows the records of SERVER."""
    converter = make(**options)
    SERVER.configure(converter)
    return converter


def offer_of(deal: dict[str, Any]) -> dict[str, Any]:
    """Build the instance of an offer."""
    page = {
        "data": {"opportunities": [{**deal, "roofArea": 3}]},
        "totalCount": 1,
        "pageInfo": {"hasNextPage": False, "startCursor": None, "endCursor": None},
    }
    return {
        "number": 7,
        "deal": {**deal, "customField": {"a": [1, None]}},
        "others": [{**deal, "roofArea": 120}],
        "updates": {"x": {"name": None}},
        "page": page,
    }


@given(make=st.sampled_from(MAKERS), detailed=st.booleans(), record=records(Opportunity, profile=SERVER))
def test_nothing_is_lost(*, make: Any, detailed: bool, record: Opportunity) -> None:
    """A record comes back unchanged through the user's own converter, in every class that holds it."""
    converter = converter_of(make, detailed_validation=detailed)
    offer = Offer(number=1, deal=record, others=[], updates={"a": OpportunityUpdate(name=None)})
    instance = converter.unstructure(offer)
    assert instance["deal"] == SERVER.unstructure(record)
    assert converter.structure(instance, Offer) == offer


@pytest.mark.parametrize("make", MAKERS[1:])
def test_preconfigured_converters_write_and_read_text(make: Any) -> None:
    """The `dumps` and `loads` of a preconfigured converter write and read the records."""
    converter = converter_of(make)
    offer = converter.structure(offer_of(MINIMAL), Offer)
    text = converter.dumps(offer)
    assert json.loads(text)["deal"]["customField"] == {"a": [1, None]}
    assert converter.loads(text, Offer) == offer
    assert offer.others[0].roof_area == 120


@pytest.mark.parametrize("make", MAKERS)
def test_errors_have_the_place_within_the_whole(make: Any) -> None:
    """Each violation is found by `transform_error`, and by `violations_of` with a pointer from the root."""
    broken = offer_of(MINIMAL)
    broken["number"] = "seven"
    broken["others"].append({**MINIMAL, "roofArea": 1, "stage": 3, "amount": {"currencyCode": 7}})
    broken["updates"]["x"] = 5
    with pytest.raises(cattrs.ClassValidationError) as caught:
        converter_of(make).structure(broken, Offer)
    messages = cattrs.transform_error(caught.value)
    places = [message.partition(" @ ")[2] for message in messages]
    assert sorted(places) == ["$.number", "$.others[1].amount.currencyCode", "$.others[1].stage", "$.updates['x']"]
    found = {violation.pointer: violation.keyword for violation in violations_of(caught.value)}
    assert found == {
        "/number": "",
        "/others/1/amount/currencyCode": "type",
        "/others/1/stage": "type",
        "/updates/x": "type",
    }


@pytest.mark.parametrize("make", MAKERS)
def test_what_python_cannot_hold_has_the_place_within_the_whole(make: Any) -> None:
    """A leap second, which no datetime can hold, is found at its place, as violations are."""
    broken = offer_of(MINIMAL)
    broken["others"].append({**MINIMAL, "roofArea": 1, "createdAt": "2016-12-31T23:59:60Z"})
    with pytest.raises(cattrs.ClassValidationError) as caught:
        converter_of(make).structure(broken, Offer)
    (violation,) = violations_of(caught.value)
    assert (violation.pointer, violation.keyword) == ("/others/1/createdAt", "")
    assert violation.message == "is a leap second, which a datetime cannot hold"
    (message,) = cattrs.transform_error(caught.value)
    assert message.endswith(" @ $.others[1].createdAt")


@pytest.mark.parametrize("wrong", [None, json, cattrs.Converter])
def test_only_a_converter_is_configured(wrong: Any) -> None:
    """A module or a class in place of a converter is refused by name."""
    with pytest.raises(TypeError, match=rf"takes a cattrs converter .*, not {type(wrong).__name__}"):
        SERVER.configure(wrong)


def test_a_converter_without_detailed_validation_raises_ours() -> None:
    """Without detailed validation the error is our own, with the pointers of the record."""
    broken = {**offer_of({**MINIMAL, "stage": 3}), "page": None}
    with pytest.raises(ValidationError) as caught:
        converter_of(cattrs.Converter, detailed_validation=False).structure(broken, Offer)
    assert violations_of(caught.value) == caught.value.violations
    assert [violation.pointer for violation in caught.value.violations] == ["/stage"]


def test_other_exceptions_are_listed_too() -> None:
    """An exception that is not ours is a violation without a keyword, and without words it has its type's name."""
    (violation,) = violations_of(KeyError())
    assert (violation.pointer, violation.keyword, violation.message) == ("", "", "KeyError")


def test_the_profile_decides() -> None:
    """A converter that is configured by another profile validates against that one."""
    converter = cattrs.Converter()
    PUBLISHED.configure(converter)
    with pytest.raises(cattrs.ClassValidationError):
        converter.structure({**MINIMAL, "stage": "OFFER_SENT"}, Opportunity)


def test_a_converter_that_was_not_configured_loses_nothing_silently() -> None:
    """Such a converter leaves UNSET in its result under the attribute's name, which no JSON encoder takes."""
    instance = cattrs.Converter().unstructure(OpportunityUpdate(name="x"))
    assert instance["name"] == "x"
    assert instance["close_date"] is UNSET
    with pytest.raises(TypeError):
        json.dumps(instance)
