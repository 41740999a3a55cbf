"""The smallest body that turns one record into another, its effect on a record, and the day of a close date."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from decimal import Decimal
from typing import Any

import attrs
import pytest

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    Amount,
    Opportunity,
    OpportunityCreate,
    OpportunityUpdate,
    PartialOpportunity,
    Profile,
    UnrepresentableError,
    Unset,
    ValidationError,
)
from twenty_opportunity.records import Emails, File, Links, Phones, RichText
from twenty_opportunity.schemas.workspace import STANDARD

DEAL = PartialOpportunity(
    id=uuid.UUID(int=1), name="Roof", amount=Amount.of(5, "EUR"), extra={"seats": 3, "tags": ["a"]}
)


def nested(depth: int) -> Any:
    """Replace arrays by empty arrays."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, OpportunityUpdate()),
        ({"name": "Wall"}, OpportunityUpdate(name="Wall")),
        ({"close_date": None}, OpportunityUpdate(close_date=None)),
        ({"amount": Amount.of(5, "USD")}, OpportunityUpdate(amount=Amount.of(5, "USD"))),
        ({"amount": None}, OpportunityUpdate(amount=None)),
        ({"extra": {"seats": 3, "tags": ["a", "b"]}}, OpportunityUpdate(extra={"tags": ["a", "b"]})),
        ({"extra": {"seats": None, "tags": ["a"]}}, OpportunityUpdate(extra={"seats": None})),
        ({"extra": {**DEAL.extra, "new": {"a": 1}}}, OpportunityUpdate(extra={"new": {"a": 1}})),
    ],
)
def test_an_update_holds_what_differs_and_leads_there(changes: dict[str, Any], expected: OpportunityUpdate) -> None:
    """The body has only the properties that differ, and applying it returns the desired record."""
    after = attrs.evolve(DEAL, **changes)
    update = OpportunityUpdate.between(DEAL, after)
    assert update == expected
    assert update.apply(DEAL) == after


@pytest.mark.parametrize(("old", "new"), [(True, 1), (0, False), ([1], [True]), ({"a": 1}, {"a": True})])
def test_true_is_no_1(old: object, new: object) -> None:
    """In Python, True equals 1; an update distinguishes them, as JSON does."""
    before, after = PartialOpportunity(extra={"a": old}), PartialOpportunity(extra={"a": new})
    assert repr(OpportunityUpdate.between(before, after)) == repr(OpportunityUpdate(extra={"a": new}))


@pytest.mark.parametrize(
    ("after", "pointer"),
    [
        (attrs.evolve(DEAL, id=uuid.UUID(int=2)), "/id"),
        (attrs.evolve(DEAL, name=UNSET), "/name"),
        (attrs.evolve(DEAL, extra={"tags": ["a"]}), "/seats"),
    ],
)
def test_no_update_leads_there(after: Opportunity, pointer: str) -> None:
    """A property that cannot be written, or that would have to be removed, is refused with its pointer."""
    with pytest.raises(UnrepresentableError) as caught:
        OpportunityUpdate.between(DEAL, after)
    assert caught.value.pointer == pointer


def test_an_update_is_between_records_of_one_class() -> None:
    """Two classes may have different properties, so an update cannot turn one into the other."""

    @attrs.frozen(kw_only=True)
    class Deal(PartialOpportunity):
        seats: int | Unset = UNSET

    with pytest.raises(TypeError, match="Opportunity and Deal"):
        OpportunityUpdate.between(PartialOpportunity(), Deal())
    update = OpportunityUpdate.between(Deal(seats=1), Deal(seats=2))
    assert SERVER.unstructure(update) == {"seats": 2}
    assert update.apply(Deal(seats=1)) == Deal(seats=2)
    with pytest.raises(TypeError, match="Opportunity lacks the attribute seats, which this update changes"):
        update.apply(PartialOpportunity())


@pytest.mark.parametrize("value", [7, None, {"name": "Heat pump"}, OpportunityUpdate()])
def test_an_update_is_applied_to_opportunities_only(value: Any) -> None:
    """An object that is not an opportunity is refused because of its type, whatever its attributes."""
    with pytest.raises(TypeError, match=f"^apply takes an opportunity, not {type(value).__name__}$"):
        OpportunityUpdate().apply(value)


FIELDS = [{"name": name, "type": "NUMBER", "isNullable": False} for name in ("roofArea", "derived", "new")]
WORKSPACE = Profile.from_metadata({"nameSingular": "opportunity", "fields": FIELDS})


@attrs.frozen(kw_only=True)
class Roof(PartialOpportunity):
    """A deal with an additional attribute."""

    roof_area: float | Unset = UNSET
    derived: int = attrs.field(init=False, default=7)


@attrs.frozen(kw_only=True)
class RoofUpdate(OpportunityUpdate):
    """The update with the same attribute."""

    roof_area: float | Unset = UNSET


def test_what_an_update_has_as_json_changes_no_attribute_in_silence() -> None:
    """A property in extra that the record has an attribute for is refused, and following the suggestion works."""
    body, before = b'{"roofArea":5,"derived":1,"new":2}', Roof(roof_area=1.0)
    words = (
        r"roofArea in extra, and Roof has the attribute roof_area.*between, or .*OpportunityUpdate\.for_class\(Roof\)"
    )
    with pytest.raises(TypeError, match=words):
        WORKSPACE.loads(body, OpportunityUpdate).apply(before)
    after = WORKSPACE.loads(body, RoofUpdate).apply(before)
    assert (after.roof_area, after.extra) == (5, {"derived": 1, "new": 2})
    assert WORKSPACE.loads(body, OpportunityUpdate).apply(PartialOpportunity()).extra["roofArea"] == 5


def test_a_signalling_nan_is_equal_to_nothing() -> None:
    """Comparing one raises in Python; it counts as different, so it is in the update, which cannot be written."""

    @attrs.frozen(kw_only=True)
    class Deal(PartialOpportunity):
        share: Decimal | Unset = UNSET

    update = OpportunityUpdate.between(Deal(share=Decimal(1)), Deal(share=Decimal("sNaN")))
    with pytest.raises(ValidationError, match="is not a finite number"):
        SERVER.dumps(update)


def test_what_is_nested_as_deep_as_loads_takes_has_its_update() -> None:
    """Records that were read can be compared, however deep they are."""
    before, same, after = (
        SERVER.loads(b'{"a":%b}' % (b"[" * depth + b"]" * depth), PartialOpportunity) for depth in (700, 700, 701)
    )
    assert OpportunityUpdate.between(before, same) == OpportunityUpdate()
    assert OpportunityUpdate.between(before, after).apply(before) == after


def test_circles_and_depths_without_end_are_compared() -> None:
    """A list that contains itself does not loop, and unbounded nesting does not exhaust the stack."""
    circle: list[Any] = []
    other: list[Any] = []
    circle.append(circle)
    other.append(other)
    assert (
        OpportunityUpdate.between(PartialOpportunity(extra={"a": circle}), PartialOpportunity(extra={"a": other})).extra
        == {}
    )
    deep, deeper = PartialOpportunity(extra={"a": nested(50_000)}), PartialOpportunity(extra={"a": nested(50_001)})
    assert [*OpportunityUpdate.between(deep, deeper).extra] == ["a"]


@pytest.mark.parametrize(
    ("close_date", "day"),
    [
        (UNSET, UNSET),
        (None, None),
        (dt.date(2026, 9, 30), dt.date(2026, 9, 30)),
        (dt.datetime(2026, 9, 30, 23, 59, tzinfo=dt.UTC), dt.date(2026, 9, 30)),
        (dt.datetime(2026, 9, 30, 23, 59, tzinfo=dt.timezone(dt.timedelta(hours=-1))), dt.date(2026, 10, 1)),
        (dt.datetime(2026, 9, 30, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=1))), dt.date(2026, 9, 29)),
    ],
)
def test_the_day_of_a_close_date_is_that_in_utc(close_date: Any, day: object) -> None:
    """A day stays itself, an instant becomes its day in UTC, and absent or null stays so."""
    found = PartialOpportunity(close_date=close_date).close_day
    assert found == day
    assert type(found) is type(day)


@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(2026, 9, 30),  # noqa: DTZ001 - neither an instant nor a day in UTC
        dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        dt.datetime(9999, 12, 31, 23, tzinfo=dt.timezone(dt.timedelta(hours=-1))),
    ],
)
def test_a_close_date_without_a_day_in_utc_is_refused(moment: dt.datetime) -> None:
    """A naive datetime has an unknown day in UTC, whatever the machine's time zone; so have some extreme ones."""
    with pytest.raises(UnrepresentableError) as caught:
        _ = PartialOpportunity(close_date=moment).close_day
    assert caught.value.pointer == "/closeDate"


@pytest.mark.parametrize(
    ("zone", "stored", "day"),
    [
        ("America/Los_Angeles", "2026-10-01T00:30:00.000Z", dt.date(2026, 9, 30)),
        ("Asia/Tokyo", "2026-09-29T23:30:00.000Z", dt.date(2026, 9, 30)),
        ("UTC", "2026-09-29T23:30:00.000Z", dt.date(2026, 9, 29)),
    ],
)
def test_the_close_day_in_a_zone_is_the_day_that_was_picked_there(zone: str, stored: str, day: dt.date) -> None:
    """The web app stores 30 September, picked at 17:30 in Los Angeles or at 08:30 in Tokyo, as these instants."""
    deal = SERVER.structure({"closeDate": stored}, PartialOpportunity)
    assert deal.close_day_in(zoneinfo.ZoneInfo(zone)) == day
    assert deal.close_day == deal.close_day_in(dt.UTC)


@pytest.mark.parametrize("value", [dt.date(2026, 9, 30), None, UNSET])
def test_a_day_is_the_same_in_every_zone(value: Any) -> None:
    """The day of a date is independent of time zones, and an absent date stays absent."""
    assert PartialOpportunity(close_date=value).close_day_in(zoneinfo.ZoneInfo("Asia/Tokyo")) == value


@pytest.mark.parametrize("close_date", [dt.datetime(2026, 9, 30, tzinfo=dt.UTC), dt.date(2026, 9, 30), None, UNSET])
@pytest.mark.parametrize("zone", [None, "Asia/Tokyo", zoneinfo.ZoneInfo])
def test_only_a_time_zone_has_days(close_date: Any, zone: Any) -> None:
    """Anything else is refused, whatever the close date is: Python treats None as the time zone of the machine."""
    with pytest.raises(TypeError, match=r"close_day_in takes a time zone such as .*, not (NoneType|str|type)"):
        PartialOpportunity(close_date=close_date).close_day_in(zone)


@pytest.mark.parametrize("close_date", ["2026-09-30", 1790726400])
def test_a_close_date_of_another_type_has_no_day(close_date: Any) -> None:
    """A record may hold anything until it is dumped, but a text is never returned as a day."""
    with pytest.raises(TypeError, match=r"close_date holds (str|int); it takes a date or a datetime"):
        _ = PartialOpportunity(close_date=close_date).close_day


def test_a_subclass_gets_its_update_class() -> None:
    """The class has typed attributes for the custom fields, and `between` returns its instances."""
    update_class = OpportunityUpdate.for_class(Roof)
    assert update_class is OpportunityUpdate.for_class(Roof)
    update = WORKSPACE.loads(b'{"roofArea": 5}', update_class)
    assert update == update_class(roof_area=5)
    before = Roof(roof_area=1.0)
    assert update.apply(before).roof_area == 5
    assert type(OpportunityUpdate.between(before, update.apply(before))) is update_class
    assert OpportunityUpdate.for_class(Opportunity) is OpportunityUpdate
    assert OpportunityUpdate.for_class(PartialOpportunity) is OpportunityUpdate


def test_an_update_class_fits_a_position() -> None:
    """The position is a number in a record and may be a word in a body; every other position is a number in both."""

    @attrs.frozen(kw_only=True)
    class Placed(Opportunity):
        position: float | Unset = UNSET
        board_position: float | Unset | None = UNSET

    fields = [{"name": "boardPosition", "type": "POSITION"}, {"name": "position", "type": "POSITION"}]
    profile = Profile.from_metadata({"nameSingular": "opportunity", "fields": fields})
    update_class = OpportunityUpdate.for_class(Placed)
    update = update_class(position="first", board_position=2.5)
    assert profile.dumps(update) == b'{"position":"first","boardPosition":2.5}'
    assert update_class.for_class(Placed) is update_class


def test_complete_records_have_updates_too() -> None:
    """Two complete records differ by the same update as two partial ones."""
    before = SERVER.structure(
        {
            "id": "5c222222-0000-4000-8000-000000000003",
            "createdAt": "2026-03-01T08:00:00.000Z",
            "updatedAt": "2026-03-02T08:00:00.000Z",
            "name": "Roof",
            "stage": "NEW",
        }
    )
    after = attrs.evolve(before, name="Door")
    update = OpportunityUpdate.between(before, after)
    assert update == OpportunityUpdate(name="Door")
    assert update.apply(before) == after


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"amount": Amount(amount_micros=7)}, "/amount/currencyCode"),
        ({"extra": {"seats": 3, "tags": ["a"], "budget": {"amountMicros": 7}}}, "/budget/currencyCode"),
    ],
)
def test_a_composite_without_a_property_is_refused(changes: dict[str, Any], place: str) -> None:
    """A server merges a composite, so a property that it lacks would be kept: the refusal names the property."""
    budget = {"amountMicros": 5, "currencyCode": "EUR"}
    before = attrs.evolve(DEAL, extra={**DEAL.extra, "budget": budget})
    with pytest.raises(UnrepresentableError) as caught:
        OpportunityUpdate.between(before, attrs.evolve(before, **changes))
    assert caught.value.pointer == place


def test_other_objects_in_extra_may_lose_properties() -> None:
    """JSON that is not a composite is replaced as a whole."""
    before = attrs.evolve(DEAL, extra={"settings": {"a": 1, "b": 2}})
    after = attrs.evolve(before, extra={"settings": {"a": 1}})
    assert OpportunityUpdate.between(before, after).extra == {"settings": {"a": 1}}
    # A single name that no composite has shows that the object is not a composite.
    before = attrs.evolve(DEAL, extra={"settings": {"primaryLinkUrl": A, "b": 2}})
    after = attrs.evolve(before, extra={"settings": {"primaryLinkUrl": A}})
    assert OpportunityUpdate.between(before, after).extra == {"settings": {"primaryLinkUrl": A}}


def test_profiles_of_servers_clear_composites_property_by_property() -> None:
    """None for a composite is written as null for each of its properties; PUBLISHED writes null itself."""
    update = OpportunityUpdate(amount=None, name=None)
    cleared = {"name": None, "amount": {"amountMicros": None, "currencyCode": None}}
    assert SERVER.unstructure(update) == cleared
    assert SERVER.converter.unstructure(update) == cleared
    assert SERVER.loads(SERVER.dumps(update), OpportunityUpdate).amount == Amount(
        amount_micros=None, currency_code=None
    )
    assert PUBLISHED.unstructure(update) == {"name": None, "amount": None}


@pytest.mark.parametrize("profile", [SERVER, Profile.from_metadata(STANDARD)], ids=repr)
def test_a_body_with_null_for_a_composite_is_refused(profile: Profile) -> None:
    """A server would change nothing, so the refusal names the object that clears the composite."""
    with pytest.raises(ValidationError, match=r'/amount: .*send \{"amountMicros": null, "currencyCode": null\}'):
        profile.loads('{"amount":null}', OpportunityUpdate)
    assert not profile.is_valid({"amount": None}, OpportunityUpdate)
    assert profile.is_valid({"amount": None}, OpportunityCreate)
    assert PUBLISHED.loads('{"amount":null}', OpportunityUpdate) == OpportunityUpdate(amount=None)
    with pytest.raises(ValidationError, match=r"^/createdBy: "):
        profile.dumps(OpportunityUpdate(created_by=None))


def test_custom_composites_are_cleared_property_by_property() -> None:
    """The same is true of the custom fields of a workspace."""
    profile = Profile.from_metadata({"name": "opportunity", "fields": [{"name": "mobile", "type": "PHONES"}]})
    assert profile.unstructure(OpportunityUpdate(extra={"mobile": None}))["mobile"] == {
        "primaryPhoneNumber": None,
        "primaryPhoneCountryCode": None,
        "primaryPhoneCallingCode": None,
        "additionalPhones": None,
    }


INSTANCE = {
    "id": str(uuid.UUID(int=1)),
    "createdAt": "2026-09-01T00:00:00Z",
    "updatedAt": "2026-09-01T00:00:00Z",
    "name": "Roof",
    "stage": "NEW",
}
A, B = "https://a.example.com", "https://b.example.com"
NUMBER = {"number": "+33612345678"}


@attrs.frozen(kw_only=True)
class Reachable(Opportunity):
    """An opportunity with the composites that a server does not merge property by property."""

    emails: Emails | Unset | None = UNSET
    phones: Phones | Unset | None = UNSET
    links: Links | Unset | None = UNSET


@pytest.mark.parametrize("cl", [Opportunity, Reachable])
@pytest.mark.parametrize(
    ("name", "before", "after", "place"),
    [
        ("links", None, {"primaryLinkUrl": ""}, None),
        ("links", None, {"primaryLinkLabel": "A"}, "primaryLinkLabel"),
        ("links", None, {"primaryLinkUrl": "", "primaryLinkLabel": "A"}, "primaryLinkLabel"),
        ("links", None, {"secondaryLinks": [{"url": B}]}, "secondaryLinks"),
        ("links", None, {"primaryLinkUrl": A, "secondaryLinks": [{"url": B}, {"label": "C"}]}, "secondaryLinks"),
        ("links", None, {"primaryLinkUrl": A, "primaryLinkLabel": "A", "secondaryLinks": [{"url": B}]}, None),
        ("links", {"primaryLinkUrl": A}, {"primaryLinkUrl": B}, "primaryLinkLabel"),
        (
            "links",
            {"primaryLinkUrl": A, "primaryLinkLabel": ""},
            {"primaryLinkUrl": B, "primaryLinkLabel": ""},
            "secondaryLinks",
        ),
        ("emails", {"additionalEmails": []}, {"additionalEmails": ["a@example.com"]}, "primaryEmail"),
        ("emails", {"primaryEmail": ""}, {"primaryEmail": "a@example.com"}, None),
        ("emails", {"additionalEmails": []}, {"primaryEmail": "", "additionalEmails": ["a@example.com"]}, None),
        ("phones", {"primaryPhoneNumber": ""}, {"primaryPhoneNumber": "+33612345678"}, "additionalPhones"),
        ("phones", {"additionalPhones": []}, {"additionalPhones": [NUMBER]}, None),
    ],
)
def test_a_composite_that_no_server_stores_like_this_is_refused(
    cl: type[Opportunity], name: str, before: Any, after: Any, place: str | None
) -> None:
    """If a server would store something else than `after`, the error names the property, typed or in `extra`."""
    old, new = (SERVER.structure({**INSTANCE, name: value}, cl) for value in (before, after))
    if place is None:
        assert OpportunityUpdate.between(old, new).apply(old) == new
    else:
        with pytest.raises(UnrepresentableError) as caught:
            OpportunityUpdate.between(old, new)
        assert caught.value.pointer == f"/{name}/{place}"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (
            None,
            {"secondaryLinks": [{"url": B}]},
            "a server makes the first of them the primary link, because primaryLinkUrl is empty",
        ),
        (None, {"primaryLinkLabel": "A"}, "a server drops a label without a URL; set primaryLinkUrl too"),
        (None, {"primaryLinkUrl": A, "secondaryLinks": [{"label": "B"}]}, "a server drops a link without a URL"),
        (
            {"primaryLinkUrl": A},
            {"primaryLinkUrl": B},
            "the update would clear it; read it first, and give both records its value",
        ),
        (
            {"primaryLinkUrl": A, "primaryLinkLabel": "A"},
            {"primaryLinkUrl": A},
            "an update cannot remove a property; set it to None to clear it",
        ),
    ],
)
def test_a_refused_composite_has_its_reason(before: Any, after: Any, reason: str) -> None:
    """The reason says what a server would do instead, and what to set."""
    with pytest.raises(UnrepresentableError) as caught:
        OpportunityUpdate.between(*(PartialOpportunity(extra={"links": each}) for each in (before, after)))
    assert caught.value.reason == reason


@attrs.frozen(kw_only=True)
class DealWithFiles(Opportunity):
    """An opportunity with a FILES field."""

    photos: tuple[File, ...] | Unset | None = UNSET


ROOF = {"fileId": "78021bfc-364f-4256-bd24-ab2b338e67a4", "label": "roof.jpg"}
CELLAR = {"fileId": "1df28a8b-a7e8-495b-8452-821cdbf2c9a6", "label": "cellar.jpg"}
READ = {"extension": ".jpg", "url": "https://crm.example.com/file?token=1"}


@pytest.mark.parametrize("cl", [Opportunity, DealWithFiles])
def test_files_are_written_without_what_a_server_adds(cl: type[Opportunity]) -> None:
    """An update of files has their ids and labels; the files that stay keep their URLs."""

    def deal(*files: Any) -> Any:
        return SERVER.structure({**INSTANCE, "photos": [*files]}, cl)

    held = deal({**ROOF, **READ})
    for change in ([ROOF, CELLAR], [{**ROOF, "label": "Roof"}], [CELLAR]):
        update = OpportunityUpdate.between(held, deal(*({**READ, **each} for each in change)))
        assert SERVER.unstructure(update) == {"photos": change}
        assert update.apply(held) == deal(
            *({**each, **(READ if each["fileId"] == ROOF["fileId"] else {})} for each in change)
        )
        assert update.minimized(held) == update
    again = deal({**ROOF, **READ, "url": "https://crm.example.com/file?token=2"})
    assert OpportunityUpdate.between(held, again) == OpportunityUpdate()
    assert OpportunityUpdate.between(deal(ROOF), again).minimized(held) == OpportunityUpdate()
    assert OpportunityUpdate.for_class(cl).between(held, deal()).apply(held) == deal()


def test_a_list_that_only_looks_like_files_is_written_as_it_is() -> None:
    """JSON with other properties, or without the id of a file, is not a file."""
    for other in ([{**ROOF, **READ, "pages": 3}], [READ], [{**READ, "fileId": [7]}], [ROOF, 7]):
        before, after = (PartialOpportunity(extra={"photos": each}) for each in ([], other))
        assert OpportunityUpdate.between(before, after) == OpportunityUpdate(extra={"photos": other})
        assert OpportunityUpdate(extra={"photos": other}).apply(before) == after


BEFORE: dict[str, dict[str, Any]] = {
    "amount": {"amountMicros": 1, "currencyCode": "EUR", "newer": 1},
    "emails": {"primaryEmail": "a@example.com", "additionalEmails": ["b@example.com"]},
    "phones": {
        "primaryPhoneNumber": "612345678",
        "primaryPhoneCountryCode": "FR",
        "primaryPhoneCallingCode": "+33",
        "additionalPhones": [NUMBER],
    },
    "links": {"primaryLinkUrl": A, "primaryLinkLabel": "A", "secondaryLinks": [{"url": B, "label": "B"}]},
    "text": {"blocknote": "[]", "markdown": "old"},
}


@attrs.frozen(kw_only=True)
class Written(Reachable):
    """The same with a rich text."""

    text: RichText | Unset | None = UNSET


@pytest.mark.parametrize("cl", [Opportunity, Reachable, Written])
@pytest.mark.parametrize(
    ("name", "change", "stored"),
    [
        ("amount", {"amountMicros": 2}, {"amountMicros": 2, "currencyCode": "EUR", "newer": 1}),
        (
            "amount",
            {"amountMicros": None, "currencyCode": None},
            {"amountMicros": None, "currencyCode": None, "newer": 1},
        ),
        ("emails", {"primaryEmail": "c@example.com"}, {**BEFORE["emails"], "primaryEmail": "c@example.com"}),
        ("emails", {"additionalEmails": []}, {"primaryEmail": None, "additionalEmails": []}),
        (
            "phones",
            {"primaryPhoneNumber": "687654321"},
            {**BEFORE["phones"], "primaryPhoneNumber": "687654321", "additionalPhones": None},
        ),
        ("links", {"primaryLinkUrl": B}, {"primaryLinkUrl": B, "primaryLinkLabel": None, "secondaryLinks": None}),
        (
            "links",
            {"secondaryLinks": [{"label": "C"}, {"url": B, "label": "B"}, {"url": A}]},
            {"primaryLinkUrl": B, "primaryLinkLabel": "B", "secondaryLinks": [{"url": A}]},
        ),
        (
            "links",
            {"primaryLinkLabel": "C"},
            {"primaryLinkUrl": None, "primaryLinkLabel": None, "secondaryLinks": None},
        ),
        (
            "links",
            {"primaryLinkUrl": A, "secondaryLinks": [{"label": "C"}, {"url": B}]},
            {"primaryLinkUrl": A, "primaryLinkLabel": None, "secondaryLinks": [{"url": B}]},
        ),
        ("text", {"markdown": "new"}, {"markdown": "new"}),
    ],
)
def test_a_partial_composite_is_merged_as_by_a_server(
    cl: type[Opportunity], name: str, change: Any, stored: Any
) -> None:
    """`apply` keeps what a server keeps, typed or in `extra`, and the record differs by a smallest update."""
    before = SERVER.structure({**INSTANCE, **BEFORE}, cl)
    update = SERVER.structure({**INSTANCE, name: change}, cl)
    body = OpportunityUpdate.for_class(cl)(
        **{name: getattr(update, name)} if hasattr(update, name) else {}, extra=update.extra
    )
    after = body.apply(before)
    assert SERVER.unstructure(after)[name] == stored
    smallest = OpportunityUpdate.between(before, after)
    assert smallest.apply(before) == after


def test_a_composite_without_a_value_takes_that_of_the_update() -> None:
    """A server stores null for what was never set; a property that is null may stay absent."""
    empty = PartialOpportunity(amount=Amount(amount_micros=None, currency_code=None))
    for before in (PartialOpportunity(), PartialOpportunity(amount=None), empty):
        after = OpportunityUpdate(amount=Amount(amount_micros=2)).apply(before)
        assert after.amount == Amount(amount_micros=2)
    links = {"primaryLinkLabel": "A", "secondaryLinks": None}
    after = OpportunityUpdate(extra={"links": links}).apply(empty)
    assert after.extra["links"] == {"primaryLinkUrl": None, "primaryLinkLabel": None, "secondaryLinks": None}


ID = uuid.UUID(int=7)


@attrs.frozen(kw_only=True)
class OfInstaller(PartialOpportunity):
    """An opportunity with a relation whose id is text."""

    installer_id: str | Unset | None = UNSET


@pytest.mark.parametrize(
    ("record", "body", "expected"),
    [
        (PartialOpportunity(company_id=ID), {"company": {"disconnect": True}}, PartialOpportunity(company_id=None)),
        (PartialOpportunity(), {"company": {"connect": {"where": {"id": str(ID)}}}}, PartialOpportunity(company_id=ID)),
        (
            PartialOpportunity(extra={"installerId": None}),
            {"installer": {"connect": {"where": {"id": str(ID)}}}},
            PartialOpportunity(extra={"installerId": str(ID)}),
        ),
        (
            PartialOpportunity(extra={"installerId": str(ID)}),
            {"installer": {"disconnect": True}},
            PartialOpportunity(extra={"installerId": None}),
        ),
        (OfInstaller(), {"installer": {"connect": {"where": {"id": str(ID)}}}}, OfInstaller(installer_id=str(ID))),
        (OfInstaller(installer_id=str(ID)), {"installer": {"disconnect": True}}, OfInstaller(installer_id=None)),
        (
            PartialOpportunity(),
            {"notes": {"disconnect": True}},
            PartialOpportunity(extra={"notes": {"disconnect": True}}),
        ),
        (
            PartialOpportunity(extra={"notesId": 1}),
            {"notes": {"connect": {"where": {"id": "no id"}}}},
            PartialOpportunity(extra={"notesId": 1, "notes": {"connect": {"where": {"id": "no id"}}}}),
        ),
    ],
)
def test_connecting_and_disconnecting_change_the_id(record: Any, body: Any, expected: Any) -> None:
    """The id of the related record changes, as an attribute or in `extra`; other JSON of this form stays as it is."""
    assert OpportunityUpdate(extra=body).apply(record) == expected
    assert OpportunityUpdate.between(record, expected).apply(record) == expected


@pytest.mark.parametrize("cl", [Opportunity, Reachable, Written])
@pytest.mark.parametrize(
    ("change", "minimized"),
    [
        ({"name": "Roof", "stage": "MEETING"}, {"stage": "MEETING"}),
        ({"amount": {"amountMicros": 1}}, {}),
        ({"amount": {"amountMicros": 2}}, {"amount": {"amountMicros": 2}}),
        ({"emails": BEFORE["emails"]}, {}),
        ({"emails": {"primaryEmail": "a@example.com"}}, {}),
        ({"emails": {"additionalEmails": ["b@example.com"]}}, {"emails": {"additionalEmails": ["b@example.com"]}}),
        ({"phones": {"primaryPhoneNumber": "+33612345678"}}, {"phones": {"primaryPhoneNumber": "+33612345678"}}),
        ({"links": BEFORE["links"]}, {}),
        ({"text": {"markdown": "old"}}, {}),
        ({"text": {}}, {"text": {}}),
        ({"reference": None, "tags": None, "budget": None}, {}),
        ({"budget": {"amountMicros": None, "currencyCode": ""}}, {}),
        ({"reference": "0", "seats": 0}, {"reference": "0", "seats": 0}),
        ({"seats": True}, {"seats": True}),
        ({"company": {"connect": {"where": {"id": str(ID)}}}, "owner": {"disconnect": True}}, {}),
        ({"company": {"disconnect": True}}, {"company": {"disconnect": True}}),
        ({"unread": None, "closeDate": None}, {"unread": None, "closeDate": None}),
    ],
)
def test_an_update_is_sent_without_what_the_record_has(cl: type[Opportunity], change: Any, minimized: Any) -> None:
    """Equal, merged and empty values are left out, typed or in `extra`; the others stay as the client wrote them."""
    custom = {"reference": "", "tags": [], "budget": {"amountMicros": None, "currencyCode": None}, "seats": 1}
    links = {"name": "Roof", "stage": "NEW", "companyId": str(ID), "ownerId": None}
    before = SERVER.structure({**INSTANCE, **BEFORE, **custom, **links}, cl)
    body = OpportunityUpdate.for_class(cl)
    own = Profile("any", lambda: {OpportunityUpdate: {"type": "object"}})
    update = own.structure(change, body)
    assert own.unstructure(update.minimized(before)) == minimized
    with pytest.raises(TypeError, match=r"^minimized takes an opportunity, not str$"):
        update.minimized("x")


def test_related_records_stay_as_they_were_read() -> None:
    """An update says nothing about the records of depth 1, so they can differ from the ids afterwards."""
    before = SERVER.structure({**INSTANCE, "companyId": INSTANCE["id"], "company": {**INSTANCE}})
    body = SERVER.loads('{"company": {"disconnect": true}}', OpportunityUpdate)
    after = body.apply(before)
    assert (after.company_id, after.company) == (None, before.company)
    assert OpportunityUpdate.between(before, after) == OpportunityUpdate(company_id=None)
