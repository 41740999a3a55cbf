"""`between(before, after).apply(before) == after`, and no smaller update does the same."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, UNSET, Opportunity, OpportunityUpdate, Profile, UnrepresentableError
from twenty_opportunity.strategies import records
from twenty_opportunity.values.json_pointer import location, value_at


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=repr)
@given(data=st.data())
@settings(settings.get_profile("each case"))
def test_update_leads_to_the_record(profile: Profile, data: st.DataObject) -> None:
    """`between` finds an update with the same result, without equal properties; it refuses a removal in a composite."""
    before = data.draw(records(Opportunity, profile))
    given_update = data.draw(records(OpportunityUpdate, profile))
    # Not by `apply`, which keeps the properties of a composite that the update leaves out.
    given = {
        name: value
        for name in attrs.fields_dict(OpportunityUpdate)
        if (value := getattr(given_update, name)) is not UNSET
    }
    after = attrs.evolve(before, **{**given, "extra": {**before.extra, **given_update.extra}})
    try:
        update = OpportunityUpdate.between(before, after)
    except UnrepresentableError as error:
        # Only composites are looked at: an update may hold values that no record has, such as the "first" position.
        composites = {name: getattr(after, name) for name in ("amount", "created_by", "updated_by", "extra")}
        held, wanted = map(profile.unstructure, (before, attrs.evolve(before, **composites)))
        place = location(error.pointer, held)
        assert value_at(held, place) is not None
        with pytest.raises(KeyError):
            value_at(wanted, place)
        return
    assert update.apply(before) == after
    assert OpportunityUpdate.between(after, update.apply(before)) == OpportunityUpdate()
    for name in attrs.fields_dict(OpportunityUpdate):
        value = getattr(update, name)
        assert name == "extra" or value is UNSET or value != getattr(before, name)
    # By their texts, for to Python True is 1.
    assert all(repr(before.extra.get(key, UNSET)) != repr(value) for key, value in update.extra.items())


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=repr)
@given(data=st.data())
@settings(settings.get_profile("each case"))
def test_every_body_has_a_smallest_update(profile: Profile, data: st.DataObject) -> None:
    """The record after any valid body differs from the one before by an update with the same effect."""
    before = data.draw(records(Opportunity, profile))
    change = data.draw(records(OpportunityUpdate, profile))
    after = change.apply(before)
    update = OpportunityUpdate.between(before, after)
    assert update.apply(before) == after


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=repr)
@given(data=st.data())
@settings(settings.get_profile("each case"))
def test_a_minimized_update_has_the_same_effect(profile: Profile, data: st.DataObject) -> None:
    """Properties that `minimized` leaves out change at most how an empty value is written, and none is left."""
    before = data.draw(records(Opportunity, profile))
    change = data.draw(records(OpportunityUpdate, profile))
    least = change.minimized(before)
    assert least.minimized(before) == least
    after = least.apply(before)
    assert change.minimized(after) == change.minimized(change.apply(before)) == OpportunityUpdate()
