"""Groups and aggregates, duplicates and merging."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from tests.testing.server.conftest import Client


@pytest.fixture
def deals(client: Client) -> Client:
    """A server with deals in two stages."""
    company = client.data("POST", "/companies", {"name": "Acme"})["id"]
    client.deals(
        {"stage": "MEETING", "amount": {"amountMicros": 1_000_000}, "closeDate": "2026-02-14T23:30:00Z"},
        {"stage": "MEETING", "amount": {"amountMicros": 2_000_000}, "companyId": company, "name": "x"},
        {"amount": {"amountMicros": -3, "currencyCode": "EUR"}, "closeDate": "2026-11-01"},
    )
    return client


def grouped(client: Client, groups: Any, *aggregates: str, more: str = "") -> list[dict[str, Any]]:
    """Request groups."""
    query = f"group_by={quote(json.dumps(groups))}&aggregate={quote(json.dumps(aggregates))}{more}"
    status, answer = client.send("GET", f"/opportunities/groupBy?{query}")
    assert status == 200, answer
    found: list[dict[str, Any]] = answer
    return found


def period(granularity: str, zone: str | None = "UTC", **more: str) -> Any:
    """Return a group by a period of the close date."""
    return [{"closeDate": {"granularity": granularity, **({"timeZone": zone} if zone else {}), **more}}]


def test_aggregates_are_texts(deals: Client) -> None:
    """Exact numbers are texts, and averages have PostgreSQL's decimal places."""
    names = ["countNotEmptyId", "countEmptyName", "countUniqueValuesStage", "percentageEmptyName"]
    names += ["percentageNotEmptyName", "sumAmountAmountMicros", "avgAmountAmountMicros", "maxCloseDate"]
    found = {each["groupByDimensionValues"][0]: each for each in grouped(deals, [{"stage": True}], *names)}
    assert found["MEETING"] == {
        "countNotEmptyId": "2",
        "countEmptyName": "1",
        "countUniqueValuesStage": "1",
        "percentageEmptyName": "0.50000000000000000000",
        "percentageNotEmptyName": "0.50000000000000000000",
        "sumAmountAmountMicros": "3000000",
        "avgAmountAmountMicros": "1500000.000000000000",
        "maxCloseDate": "2026-02-14T23:30:00.000Z",
        "groupByDimensionValues": ["MEETING"],
    }
    assert found["NEW"]["percentageEmptyName"] == "1.00000000000000000000"


def test_aggregates_of_other_types(custom: Client) -> None:
    """Numbers are JSON numbers, booleans are counted, and the sum of nothing is null."""
    custom.data("POST", "/sites", {"number": 1, "flag": True})
    custom.data("POST", "/sites", {"number": 2.5})
    names = ["sumNumber", "avgNumber", "minNumber", "countTrueFlag", "countFalseFlag", "sumPriceAmountMicros"]
    query = f"group_by={quote(json.dumps([{'phase': True}]))}&aggregate={quote(json.dumps(names))}"
    _, [found] = custom.send("GET", f"/sites/groupBy?{query}")
    assert [found[name] for name in names] == [3.5, 1.75, 1, "1", "1", None]
    query = "&".join(
        [
            f"group_by={quote(json.dumps([{'price': {'currencyCode': True}}]))}",
            f"aggregate={quote(json.dumps(['minPriceAmountMicros']))}",
        ]
    )
    custom.data("POST", "/sites", {"price": {"amountMicros": 7}})
    assert custom.send("GET", f"/sites/groupBy?{query}")[1] == [
        {"minPriceAmountMicros": "7", "groupByDimensionValues": [None]}
    ]


@pytest.mark.parametrize(
    ("groups", "values"),
    [
        (period("DAY"), ["2026-02-14", "2026-11-01", None]),
        (period("DAY", "Asia/Tokyo"), ["2026-02-15", "2026-11-01", None]),
        (period("WEEK"), ["2026-02-09", "2026-10-26", None]),
        (period("WEEK", weekStartDay="SUNDAY"), ["2026-02-08", "2026-11-01", None]),
        (period("MONTH"), ["2026-02-01", "2026-11-01", None]),
        (period("QUARTER"), ["2026-01-01", "2026-10-01", None]),
        (period("YEAR"), ["2026-01-01", None]),
        (period("DAY_OF_THE_WEEK", None), ["Saturday", "Sunday", None]),
        (period("MONTH_OF_THE_YEAR", None), ["February", "November", None]),
        (period("QUARTER_OF_THE_YEAR", None), ["Q1", "Q4", None]),
        ([{"closeDate": True}], ["2026-02-14T23:30:00.000Z", "2026-11-01T00:00:00.000Z", None]),
        ([{"company": {"name": True}}], ["Acme", None]),
        ([{"amount": {"currencyCode": True}}], ["EUR", None]),
    ],
)
def test_a_group_is_a_value_or_a_period(deals: Client, groups: Any, values: list[Any]) -> None:
    """Periods begin in a time zone; a relation groups by a field of the related records."""
    found = [each["groupByDimensionValues"][0] for each in grouped(deals, groups)]
    assert sorted(found, key=str) == sorted(values, key=str)


def test_groups_can_be_filtered_ordered_and_limited(deals: Client) -> None:
    """Without dimensions, each record is a group."""
    order = quote(json.dumps([{"closeDate": {"granularity": "MONTH", "orderBy": "DescNullsLast"}}]))
    found = grouped(deals, period("MONTH"), more=f"&order_by={order}")
    assert [each["groupByDimensionValues"] for each in found] == [["2026-11-01"], ["2026-02-01"], [None]]
    order = quote(json.dumps([{"stage": "AscNullsFirst"}]))
    found = grouped(deals, [{"stage": True}], more=f"&order_by={order}&limit=1&filter=stage[in]:[NEW,MEETING]")
    assert [each["groupByDimensionValues"] for each in found] == [["MEETING"]]
    assert grouped(deals, []) == [{"groupByDimensionValues": []}] * 3


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("group_by=[", "group_by '[' is not valid JSON"),
        ('group_by=[{"zzz":true}]', "Unidentified field in groupBy: zzz"),
        (
            'group_by=[{"closeDate":{"granularity":"ZZZ"}}]',
            'Field "closeDate" does not support nested subfields in groupBy',
        ),
        (
            'group_by=[{"closeDate":{"granularity":"MONTH"}}]',
            "Time zone should be specified for a group by date on Day, Week, Month, Quarter or Year",
        ),
        (
            'group_by=[{"closeDate":{"granularity":"MONTH","timeZone":"Mars/Base"}}]',
            'time zone "Mars/Base" not recognized',
        ),
        ('group_by=[{"stage":true}]&aggregate=["zzz","sumZzz"]', "Unknown aggregate field(s): zzz, sumZzz"),
    ],
)
def test_wrong_groups_are_refused(deals: Client, query: str, message: str) -> None:
    """Each mistake has its message."""
    assert deals.refused("GET", f"/opportunities/groupBy?{quote(query, safe='=&')}") == message


def test_samples_and_other_orders_of_groups_are_not_implemented(deals: Client) -> None:
    """The answer names the missing argument."""
    path = "/opportunities/groupBy?include_records_sample=true"
    assert "groupBy with include_records_sample" in deals.refused("GET", path, status=501)
    order = quote('[{"name":"AscNullsFirst"}]')
    group = quote('[{"stage":true}]')
    path = f"/opportunities/groupBy?group_by={group}&order_by={order}"
    assert "groups ordered by name" in deals.refused("GET", path, status=501)


@pytest.mark.parametrize(
    ("method", "path", "body", "what"),
    [
        ("GET", "/opportunities/groupBy?group_by={}", None, "group_by that is not a list of objects"),
        ("GET", "/opportunities/groupBy?aggregate=[1]", None, "aggregate that is not a list of names"),
        ("GET", '/opportunities/groupBy?group_by=[{"stage":true}]&order_by=[{"stage":1}]', None, "ordered by stage 1"),
        ("GET", "/opportunities?filter=name.eq[eq]:x", None, "a filter below the operator eq"),
        ("POST", "/companies/duplicates", {"ids": 5}, "ids that are not a list"),
        ("POST", "/companies/duplicates", {"data": {"name": "A"}}, "duplicates of data that is not a list"),
    ],
)
def test_values_of_other_types_are_not_implemented(
    client: Client, method: str, path: str, body: Any, what: str
) -> None:
    """The answer names them."""
    assert what in client.refused(method, quote(path, safe="/?=&"), body, status=501)


def test_duplicates_share_the_values_of_a_criterion(client: Client) -> None:
    """Duplicates are found by the ids of records or by data; opportunities lack criteria."""
    first, second, other = (client.data("POST", "/companies", {"name": name})["id"] for name in ("A", "A", "B"))
    _, answer = client.send("POST", "/companies/duplicates", {"ids": [first, other]})
    assert [[each["id"] for each in found["companyDuplicates"]] for found in answer["data"]] == [[second], []]
    assert answer["data"][0]["totalCount"] == 1
    assert answer["data"][1]["pageInfo"]["startCursor"] is None
    _, answer = client.send("POST", "/companies/duplicates", {"data": [{"name": "A"}]})
    assert {each["id"] for each in answer["data"][0]["companyDuplicates"]} == {first, second}
    unknown = "90000000-0000-4000-8000-00000000dead"
    assert client.send("POST", "/companies/duplicates", {"ids": [unknown]}) == (200, {"data": []})
    message = client.refused("POST", "/companies/duplicates", {})
    assert message == 'You have to provide either "data" or "ids" argument'
    message = client.refused("POST", "/companies/duplicates", {"ids": ["zzz"]})
    assert message == 'invalid input syntax for type uuid: "zzz"'
    _, answer = client.send("POST", "/opportunities/duplicates", {"data": [{"name": "A"}]})
    assert answer["data"][0]["opportunityDuplicates"] == []


def test_merging_fills_the_gaps_of_one_record(client: Client) -> None:
    """The others are destroyed, and references to them are moved; a dry run changes nothing."""
    link = {"primaryLinkUrl": "https://m.example.com"}
    kept = client.data("POST", "/companies", {"name": "M1"})["id"]
    gone = client.data("POST", "/companies", {"name": "M2", "domainName": link})["id"]
    deal = client.data("POST", "/opportunities", {"companyId": gone})["id"]
    body = {"ids": [kept, gone], "conflictPriorityIndex": 0}
    dry = client.data("PATCH", "/companies/merge", {**body, "dryRun": True})
    assert (dry["name"], dry["domainName"]["primaryLinkUrl"]) == ("M1", "https://m.example.com")
    assert dry["id"] not in {kept, gone}
    assert dry["deletedAt"] is not None
    merged = client.data("PATCH", "/companies/merge", body)
    assert (merged["id"], merged["domainName"], merged["deletedAt"]) == (kept, dry["domainName"], None)
    assert client.data("GET", f"/opportunities/{deal}")["companyId"] == kept
    assert client.refused("GET", f"/companies/{gone}", status=404) == "Record not found"


def test_wrong_merges_are_refused(client: Client) -> None:
    """Too few records, a wrong priority, and an object without criteria are refused."""
    ids = [client.data("POST", "/companies", {})["id"] for _ in range(2)]
    assert (
        client.refused("PATCH", "/companies/merge", {"ids": ids[:1]}) == "At least 2 record IDs are required for merge"
    )
    message = client.refused("PATCH", "/companies/merge", {"ids": ids, "conflictPriorityIndex": 7})
    assert message == "Invalid conflict priority '7'. Valid options for 2 records: 0-1"
    message = client.refused("PATCH", "/opportunities/merge", {"ids": ids})
    assert message.startswith("Merge is only available for objects with duplicate criteria.")


@pytest.mark.parametrize("name", ["price", "name", "words", "number"])
def test_only_instants_and_days_have_periods(custom: Client, name: str) -> None:
    """A field of another type cannot be grouped by a period."""
    custom.data("POST", "/sites", {"price": {"amountMicros": 1}, "name": "A", "words": ["a"], "number": 1})
    params = {"group_by": json.dumps([{name: {"granularity": "DAY", "timeZone": "UTC"}}])}
    refused = custom.refused("GET", "/sites/groupBy", params=params)
    assert refused == f'Field "{name}" does not support nested subfields in groupBy'


@pytest.mark.parametrize(
    ("granularity", "first"), [("DAY", "2026-05-06"), ("WEEK", "2026-05-04"), ("YEAR", "2026-01-01")]
)
def test_a_day_has_no_time_zone(custom: Client, granularity: str, first: str) -> None:
    """The period of a day is the same in every time zone."""
    custom.data("POST", "/sites", {"day": "2026-05-06"})
    params = {"group_by": json.dumps([{"day": {"granularity": granularity, "timeZone": "America/New_York"}}])}
    assert custom.send("GET", "/sites/groupBy", params=params) == (200, [{"groupByDimensionValues": [first]}])


@pytest.mark.parametrize("zone", ["America", "x" * 300])
def test_the_name_of_a_folder_is_not_a_time_zone(deals: Client, zone: str) -> None:
    """The time zones of Python are files, and some are in folders."""
    refused = deals.refused("GET", "/opportunities/groupBy", params={"group_by": json.dumps(period("DAY", zone))})
    assert refused == f'time zone "{zone}" not recognized'


def test_periods_that_python_cannot_hold(client: Client) -> None:
    """Python has only the years from 1 to 9999."""
    client.deals({"closeDate": "0001-01-01T00:00:00Z"})
    params = {"group_by": json.dumps(period("DAY", "America/New_York"))}
    assert "years 1 to 9999" in client.refused("GET", "/opportunities/groupBy", params=params, status=501)


@pytest.mark.parametrize("priority", ["-0.0", "0", "false"])
def test_a_record_is_merged_once(client: Client, priority: str) -> None:
    """The same id twice means one record, and zero has several forms in JSON."""
    kept, other = (record["id"] for record in client.data("POST", "/batch/companies", [{"name": "A"}, {"name": "B"}]))
    body = f'{{"ids": {json.dumps([kept, other, other])}, "conflictPriorityIndex": {priority}}}'
    assert client.data("PATCH", "/companies/merge", body)["id"] == kept
    assert [company["id"] for company in client.data("GET", "/companies")] == [kept]
