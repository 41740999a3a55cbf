"""Invariant 10: an update that `between` builds makes a server end with what `after` says."""

from __future__ import annotations

from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity import SERVER, Opportunity, OpportunityUpdate, Profile, TwentyOpportunityError
from twenty_opportunity.schemas.field_types import FIELD_TYPES
from twenty_opportunity.strategies import records
from twenty_opportunity.values.json_text import decode

from .conftest import WORKSPACE

MERGED: Final = {"ACTOR", "ADDRESS", "CURRENCY", "FULL_NAME"}
"""The field types whose values a server merges property by property."""


def stored(before: Any, sent: Any, field_type: str) -> Any:
    """Return what a server stores for a field: the model that the invariant is tested against."""
    if not isinstance(sent, dict):
        return before if sent is None and field_type in {*MERGED, "EMAILS", "LINKS", "PHONES"} else sent
    held = before if isinstance(before, dict) else {}
    if field_type in MERGED:
        return {**held, **sent}
    if field_type == "EMAILS":  # without the primary address it is cleared, without the others they stay
        return {"primaryEmail": None, "additionalEmails": held.get("additionalEmails"), **sent}
    if field_type == "PHONES":  # without the additional numbers they are cleared, and the rest stays
        return {**held, "additionalPhones": None, **sent}
    return sent


def without_empty(value: Any) -> Any:
    """Leave out what a server reads back as empty: it keeps null, an empty text and an empty list as the same."""
    if isinstance(value, dict):
        found = {key: inner for key, each in value.items() if (inner := without_empty(each)) is not None}
        return found or None
    return None if value in ("", []) else value


EMAILS: Final = {"primaryEmail": "ada@example.com", "additionalEmails": ["lee@example.com"]}
PHONES: Final = {"primaryPhoneNumber": "2025550100", "additionalPhones": [{"number": "2025550101"}]}


@pytest.mark.parametrize(
    ("field_type", "before", "sent", "after"),
    [
        ("CURRENCY", {"amountMicros": 1, "currencyCode": "USD"}, None, {"amountMicros": 1, "currencyCode": "USD"}),
        ("CURRENCY", {"amountMicros": 1, "currencyCode": "USD"}, {"amountMicros": None}, {"currencyCode": "USD"}),
        ("FULL_NAME", {"firstName": "Ada", "lastName": "Lee"}, {"lastName": ""}, {"firstName": "Ada"}),
        ("EMAILS", EMAILS, {}, {"additionalEmails": ["lee@example.com"]}),
        ("EMAILS", EMAILS, None, EMAILS),
        ("PHONES", PHONES, {}, {"primaryPhoneNumber": "2025550100"}),
        ("LINKS", {"primaryLinkUrl": "https://example.com"}, {"secondaryLinks": []}, None),
        ("TEXT", "a", None, None),
    ],
)
def test_the_model_is_the_server(field_type: str, before: Any, sent: Any, after: Any) -> None:
    """The model stores what a Twenty 2.21 server was seen to store."""
    assert without_empty(stored(before, sent, field_type)) == after


@pytest.mark.parametrize("profile", [SERVER, WORKSPACE], ids=repr)
@given(data=st.data())
def test_an_update_arrives(profile: Profile, data: st.DataObject) -> None:
    """The server, merging what is sent into `before`, ends with `after`; what cannot be sent is refused."""
    before = data.draw(records(Opportunity, profile=profile))
    other = data.draw(records(Opportunity, profile=profile))
    names = ["amount", "close_date", "name", "company_id", "created_by", "stage", "extra"]
    name = data.draw(st.sampled_from(names))
    value = data.draw(st.sampled_from([None, getattr(other, name)]))
    if name == "extra":
        custom = sorted(before.extra.keys() & {field.name for field in profile.fields})
        changed = data.draw(st.lists(st.sampled_from(custom), unique=True)) if custom else []
        value = {**before.extra, **{each: (value or {}).get(each) for each in changed}}
    changes: Any = {name: value}
    after = attrs.evolve(before, **changes)
    try:
        body = decode(profile.dumps(OpportunityUpdate.between(before, after)))
        wanted = profile.unstructure(after)
    except TwentyOpportunityError:
        return
    types = {field.name: field.type for field in profile.fields}
    instance = profile.unstructure(before)
    for name, sent in body.items():
        composite = types.get(name, "")
        effect = stored(known(instance.get(name), composite), sent, composite)
        assert without_empty(effect) == without_empty(known(wanted[name], composite)), name


def known(value: Any, field_type: str) -> Any:
    """Leave out properties that no server sends: a composite has no others than those of its type."""
    row = FIELD_TYPES.get(field_type)
    if not isinstance(value, dict) or row is None or row.composite is None:
        return value
    return {name: each for name, each in value.items() if name in row.composite.properties}
