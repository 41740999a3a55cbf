"""Invariant 10: an update that `between` builds makes a server end with what `after` says."""

from __future__ import annotations

from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity import (
    SERVER,
    UNSET,
    ActorMetadata,
    Amount,
    Opportunity,
    OpportunityUpdate,
    Profile,
    TwentyOpportunityError,
    Unset,
)
from twenty_opportunity.records import Address, Emails, FullName, Links, Phones, RichText
from twenty_opportunity.schemas.field_types import FIELD_TYPES
from twenty_opportunity.strategies import records
from twenty_opportunity.values.json_text import decode

from .conftest import WORKSPACE

MERGED: Final = {"ACTOR", "ADDRESS", "CURRENCY", "FULL_NAME"}
"""The field types whose values a server merges property by property."""


def stored(before: Any, sent: Any, field_type: str) -> Any:
    """
    Return what a server stores for a field: the model that the invariant is tested against.

    It leaves out how a server normalizes addresses, numbers and URLs, and the notation of a rich text that it makes
    from the other one.
    """
    if not isinstance(sent, dict):
        return before if sent is None and field_type in {*MERGED, "EMAILS", "LINKS", "PHONES"} else sent
    held = before if isinstance(before, dict) else {}
    if field_type in MERGED:
        return {**held, **sent}
    if field_type == "EMAILS":  # without the primary address it is cleared, without the others they stay
        return {"additionalEmails": held.get("additionalEmails"), **sent}
    if field_type == "PHONES":  # without the additional numbers they are cleared, and the rest stays
        return {**held, "additionalPhones": None, **sent}
    if field_type == "LINKS":  # replaced as a whole; the first that has a URL is the primary link
        primary = {"url": sent.get("primaryLinkUrl"), "label": sent.get("primaryLinkLabel")}
        links = [primary, *(sent.get("secondaryLinks") or [])]
        kept: list[Any] = [each for each in links if isinstance(each, dict) and each.get("url")]
        first = kept[0] if kept else {}
        return {
            "primaryLinkUrl": first.get("url"),
            "primaryLinkLabel": first.get("label"),
            "secondaryLinks": kept[1:],
        }
    return sent


def without_empty(value: Any) -> Any:
    """Leave out what a server reads back as empty: it keeps null, an empty text and an empty list as the same."""
    if isinstance(value, dict):
        found = {key: inner for key, each in value.items() if (inner := without_empty(each)) is not None}
        return found or None
    if isinstance(value, list):
        return [without_empty(each) for each in value] or None
    return None if value == "" else value


MONEY: Final = {"amountMicros": 1, "currencyCode": "USD"}
NAME: Final = {"firstName": "Ada", "lastName": "Lee"}
PLACE: Final = {"addressCity": "Lyon", "addressLat": 45.7}
ACTOR: Final = {"source": "IMPORT", "name": "Ada", "context": {"provider": "x"}}
EMAILS: Final = {"primaryEmail": "ada@example.com", "additionalEmails": ["lee@example.com"]}
PRIMARY: Final = {
    "primaryPhoneNumber": "2025550100",
    "primaryPhoneCountryCode": "US",
    "primaryPhoneCallingCode": "+1",
}
OTHER: Final = {"number": "2025550101", "countryCode": "US", "callingCode": "+1"}
PHONES: Final = {**PRIMARY, "additionalPhones": [OTHER]}
A, B, C = ("https://a.example.com", "https://b.example.com", "https://c.example.com")
LINKS: Final = {"primaryLinkUrl": A, "primaryLinkLabel": "A", "secondaryLinks": [{"url": B, "label": "B"}]}
A_UUID, A_TIME = ("7e5dd20c-92f0-4b0e-9d8c-4d3f0a6e1b52", "2026-09-01T00:00:00.000Z")
NOTES: Final = {"blocknote": "[{}]", "markdown": "Hello"}


@pytest.mark.parametrize(
    ("field_type", "before", "sent", "after"),
    [
        ("CURRENCY", MONEY, None, MONEY),
        ("CURRENCY", MONEY, {}, MONEY),
        ("CURRENCY", MONEY, {"amountMicros": None}, {"currencyCode": "USD"}),
        ("CURRENCY", MONEY, {"currencyCode": ""}, {"amountMicros": 1}),
        ("FULL_NAME", NAME, None, NAME),
        ("FULL_NAME", NAME, {"lastName": ""}, {"firstName": "Ada"}),
        ("FULL_NAME", NAME, {"firstName": None, "lastName": None}, None),
        ("ADDRESS", PLACE, {}, PLACE),
        ("ADDRESS", PLACE, {"addressLat": None, "addressState": "R"}, {"addressCity": "Lyon", "addressState": "R"}),
        ("ACTOR", ACTOR, None, ACTOR),
        ("ACTOR", ACTOR, {"name": "Lee"}, {**ACTOR, "name": "Lee"}),
        ("EMAILS", EMAILS, None, EMAILS),
        ("EMAILS", EMAILS, {}, {"additionalEmails": ["lee@example.com"]}),
        ("EMAILS", EMAILS, {"primaryEmail": "b@example.com"}, {**EMAILS, "primaryEmail": "b@example.com"}),
        ("EMAILS", EMAILS, {"primaryEmail": ""}, {"additionalEmails": ["lee@example.com"]}),
        ("EMAILS", EMAILS, {"additionalEmails": ["b@example.com"]}, {"additionalEmails": ["b@example.com"]}),
        ("EMAILS", EMAILS, {"additionalEmails": []}, None),
        ("EMAILS", EMAILS, {"primaryEmail": None, "additionalEmails": None}, None),
        ("PHONES", PHONES, None, PHONES),
        ("PHONES", PHONES, {}, PRIMARY),
        ("PHONES", PHONES, {"primaryPhoneNumber": ""}, {k: v for k, v in PRIMARY.items() if k != "primaryPhoneNumber"}),
        (
            "PHONES",
            PHONES,
            {"primaryPhoneNumber": "20", "primaryPhoneCallingCode": "+44"},
            {**PRIMARY, "primaryPhoneNumber": "20", "primaryPhoneCallingCode": "+44"},
        ),
        ("PHONES", PHONES, {"additionalPhones": [OTHER, OTHER]}, {**PRIMARY, "additionalPhones": [OTHER, OTHER]}),
        ("PHONES", PHONES, dict.fromkeys(PRIMARY, ""), None),
        ("LINKS", LINKS, None, LINKS),
        ("LINKS", LINKS, {}, None),
        ("LINKS", LINKS, {"secondaryLinks": []}, None),
        ("LINKS", LINKS, {"primaryLinkLabel": "A"}, None),
        ("LINKS", LINKS, {"primaryLinkUrl": C}, {"primaryLinkUrl": C}),
        ("LINKS", LINKS, *[{"primaryLinkUrl": C, "primaryLinkLabel": "C"}] * 2),
        ("LINKS", LINKS, {"secondaryLinks": [{"url": C}]}, {"primaryLinkUrl": C}),
        (
            "LINKS",
            LINKS,
            {"primaryLinkUrl": "", "secondaryLinks": [{"url": B, "label": "B"}, {"url": C}]},
            {"primaryLinkUrl": B, "primaryLinkLabel": "B", "secondaryLinks": [{"url": C}]},
        ),
        ("LINKS", LINKS, {"secondaryLinks": [{"label": "B"}]}, None),
        ("LINKS", LINKS, {"secondaryLinks": [None]}, None),
        ("RICH_TEXT", NOTES, {}, None),
        ("RICH_TEXT", NOTES, {"blocknote": "", "markdown": ""}, None),
        ("RICH_TEXT", NOTES, {"blocknote": "[]", "markdown": "# other"}, {"blocknote": "[]", "markdown": "# other"}),
        ("TEXT", "a", None, None),
    ],
)
def test_the_model_is_the_server(field_type: str, before: Any, sent: Any, after: Any) -> None:
    """The model stores what a Twenty 2.21 server was seen to store."""
    assert without_empty(stored(before, sent, field_type)) == after


@attrs.frozen(kw_only=True)
class Project(Opportunity):
    """An opportunity of the workspace that has a typed attribute for each type of composite."""

    budget: Amount | Unset | None = UNSET
    approved_by: ActorMetadata | Unset | None = UNSET
    signatory: FullName | Unset | None = UNSET
    invoice_emails: Emails | Unset | None = UNSET
    site_phones: Phones | Unset | None = UNSET
    links: Links | Unset | None = UNSET
    site_address: Address | Unset | None = UNSET
    scope: RichText | Unset | None = UNSET


@given(st.sampled_from([(SERVER, Opportunity), (WORKSPACE, Opportunity), (WORKSPACE, Project)]), st.data())
def test_an_update_arrives(case: tuple[Profile, type[Opportunity]], data: st.DataObject) -> None:
    """The server, merging what is sent into what it holds, ends with `after`; what cannot be sent is refused."""
    profile, cl = case
    before, other = data.draw(records(cl, profile=profile)), data.draw(records(cl, profile=profile))
    typed = [each.name for each in attrs.fields(cl) if each.name not in attrs.fields_dict(Opportunity)]
    names = ["amount", "close_date", "name", "company_id", "created_by", "stage", "extra", *typed]
    name = data.draw(st.sampled_from(names))
    value = data.draw(st.sampled_from([None, getattr(other, name)]))
    if name == "extra":
        # In `extra`, a composite with a property that no server sends is not known to be one.
        custom = [
            field.name
            for field in profile.fields
            if field.name in before.extra
            and all(is_sent(each.extra.get(field.name), field.type) for each in (before, other))
        ]
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
        assert_arrives(types.get(name, ""), instance.get(name), sent, wanted[name])


@st.composite
def composites(draw: st.DrawFn, field_type: str) -> dict[str, Any]:
    """Draw some of the properties of a value that can be written; each may be null."""
    composite = FIELD_TYPES[field_type].composite
    assert composite
    value = draw(st.sampled_from(composite.sample))
    names = draw(st.lists(st.sampled_from(sorted(value)), unique=True))
    return {name: draw(st.sampled_from([value[name], None])) for name in names}


COMPOSITES: Final = {
    "budget": "CURRENCY",
    "approvedBy": "ACTOR",
    "signatory": "FULL_NAME",
    "invoiceEmails": "EMAILS",
    "sitePhones": "PHONES",
    "links": "LINKS",
    "siteAddress": "ADDRESS",
    "scope": "RICH_TEXT",
}


# A part of an actor in `extra` is not known to be one, because its properties have common names.
UNTYPED_ACTOR: Final = (Opportunity, "approvedBy")


@given(
    st.sampled_from(
        [
            *((Project, each) for each in COMPOSITES),
            *((Opportunity, each) for each in COMPOSITES if each != "approvedBy"),
        ]
    ),
    st.data(),
)
def test_an_update_of_a_composite_arrives(case: tuple[type[Opportunity], str], data: st.DataObject) -> None:
    """A part of a composite becomes another part on the server, and what neither has stays, or it is refused."""
    cl, field = case
    field_type = COMPOSITES[field]
    instance = {"id": A_UUID, "createdAt": A_TIME, "updatedAt": A_TIME, "name": "Roof", "stage": "NEW"}
    values = st.none() | composites(field_type)
    old, new = data.draw(values), data.draw(values)
    before, after = (SERVER.structure({**instance, field: value}, cl) for value in (old, new))
    try:
        body = decode(WORKSPACE.dumps(OpportunityUpdate.between(before, after)))
    except TwentyOpportunityError:
        return
    for sent in body.values():
        assert_arrives(field_type, old, sent, new)


def assert_arrives(field_type: str, before: Any, sent: Any, after: Any) -> None:
    """Check the property of a record; those of a composite that were not selected keep what the server holds."""
    row = FIELD_TYPES.get(field_type)
    names = row.composite.properties if row and row.composite else {}
    old, new = known(before, names), known(after, names)
    if names and field_type != "RICH_TEXT" and isinstance(old, dict) and isinstance(new, dict):
        hidden = dict.fromkeys(names - old.keys() - new.keys(), "not selected")
        old, new = {**hidden, **old}, {**hidden, **new}
    assert without_empty(stored(old, sent, field_type)) == without_empty(new), field_type


def is_sent(value: Any, field_type: str) -> bool:
    """Check whether a server could send a value of a type: a composite has only the properties of its type."""
    row = FIELD_TYPES.get(field_type)
    return bool(known(value, row.composite.properties if row and row.composite else {}) == value)


def known(value: Any, names: Any) -> Any:
    """Leave out properties that no server sends: a composite has only those of its type."""
    return {name: each for name, each in value.items() if name in names} if names and isinstance(value, dict) else value
