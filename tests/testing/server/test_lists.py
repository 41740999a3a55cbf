"""Lists: filters, orders, limits and cursors."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from tests.testing.server.conftest import Client

COMPANY = "c1000000-0000-4000-8000-000000000001"
GONE = "c2000000-0000-4000-8000-000000000002"
IDS = [f"{number}0000000-0000-4000-8000-000000000000" for number in range(1, 8)]


def micros(value: int | None, code: str | None = "EUR") -> dict[str, Any]:
    """Return an amount."""
    return {"amountMicros": value, "currencyCode": code}


DEALS: list[dict[str, Any]] = [
    {
        "name": "beta",
        "stage": "MEETING",
        "amount": micros(5),
        "closeDate": "2026-02-15T10:00:00Z",
        "companyId": COMPANY,
    },
    {"name": "", "stage": "CUSTOMER", "companyId": GONE},
    {"name": "Alpha", "amount": micros(1, "USD"), "closeDate": "2026-01-15T10:00:00Z"},
    {"name": "100% _a_", "stage": "PROPOSAL", "amount": micros(0), "createdBy": {"source": "IMPORT", "name": "Ada"}},
    {"name": "Alpha", "stage": "SCREENING", "amount": micros(5), "closeDate": "2027-01-01"},
]


@pytest.fixture
def lists(client: Client) -> Client:
    """A server with five deals, whose ids are in the order of creation."""
    client.data("POST", "/batch/companies", [{"id": COMPANY, "name": "Acme"}, {"id": GONE, "name": "Gone"}])
    client.data("DELETE", f"/companies/{GONE}?soft_delete=true")
    client.deals(*({**deal, "id": IDS[at], "position": at} for at, deal in enumerate(DEALS)))
    return client


def positions(client: Client, query: str) -> list[int]:
    """Return the positions of the deals in a list; deals are numbered from 0."""
    return [record["position"] for record in client.data("GET", f"/opportunities?{query}")]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("name[eq]:Alpha", [2, 4]),
        ('name[eq]:"Alpha"', [2, 4]),
        ("name[neq]:Alpha", [0, 3]),
        ("name[in]:[Alpha,beta]", [0, 2, 4]),
        ('name[in]:["Alpha","x,y"]', [2, 4]),
        ("name[in]:[]", []),
        ("name[is]:NULL", [1]),
        ('name[eq]:""', [1]),
        ("name[eq]:NULL", [1]),
        ("name[gt]:Alpha", [0]),
        ("name[gte]:Alpha", [0, 2, 4]),
        ("name[lt]:Alpha", [3]),
        ("name[lte]:Alpha", [2, 3, 4]),
        ("name[ilike]:%a%", [0, 2, 3, 4]),
        ("name[like]:A_pha", [2, 4]),
        (r"name[like]:100\%%", [3]),
        ("name[startsWith]:100%", [3]),
        ("name[endsWith]:_a_", [3]),
        ("stage[eq]:NEW", [2]),
        ("stage[gt]:MEETING", [1, 3]),
        ("stage[in]:[NEW,CUSTOMER]", [1, 2]),
        ("amount.amountMicros[gte]:1", [0, 2, 4]),
        ("amount.amountMicros[lt]:0.5", [3]),
        ("not(amount.amountMicros[gt]:1)", [2, 3]),
        ("amount.currencyCode[is]:NOT_NULL", [0, 2, 3, 4]),
        ("closeDate[lt]:2026-02-01", [2]),
        ("closeDate[eq]:2027-01-01", [4]),
        ("position[in]:[3,4]", [3, 4]),
        ("createdBy.source[eq]:IMPORT", [3]),
        ("createdBy.workspaceMemberId[is]:NULL", [0, 1, 2, 3, 4]),
        ("company.name[eq]:Acme", [0]),
        ("company.name[is]:NULL", [1, 2, 3, 4]),
        ("company.domainName.primaryLinkUrl[is]:NULL", [0, 1, 2, 3, 4]),
        (f"companyId[eq]:{COMPANY.upper()}", [0]),
        (f"company.id[neq]:{GONE}", [0]),
        ("searchVector[eq]:x", []),
        ("stage[neq]:NEW,closeDate[is]:NOT_NULL", [0, 4]),
        ("and(stage[neq]:NEW,or(name[eq]:beta,name[eq]:Alpha))", [0, 4]),
        ("or(name[gt]:a,amount.amountMicros[gt]:4)", [0, 4]),
        ("deletedAt[is]:NOT_NULL", []),
    ],
)
def test_a_filter_finds_what_the_server_finds(lists: Client, condition: str, found: list[int]) -> None:
    """Only `is` finds nulls, and options are compared by their order."""
    assert positions(lists, f"filter={quote(condition)}") == found


ENUM = "invalid input value for enum workspace."


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("", "'filter' invalid for 'and()'. eg: price[gte]:10"),
        ("or()", "'filter' invalid for 'or()'. eg: price[gte]:10"),
        ("name", "'filter' invalid for 'name'. eg: price[gte]:10"),
        ("name[eq]:", "'filter' invalid for 'name[eq]:'. eg: price[gte]:10"),
        (
            "name[zzz]:1",
            (
                "'filter' invalid for 'name[zzz]:1', comparator zzz not in eq, neq, in, containsAny, is, gt, gte, lt, "
                "lte, startsWith, endsWith, like, ilike"
            ),
        ),
        (
            "name[in]:Alpha",
            (
                "'filter' invalid for 'in' operator. Received 'Alpha' but array value expected eg: "
                "'field[in]:[value_1,value_2]'"
            ),
        ),
        ("name[is]:null", 'Invalid filter value for "is" operator. Expected "NULL" or "NOT_NULL"'),
        ("zzz[eq]:1", 'Object opportunity doesn\'t have any "zzz" field.'),
        ("company[is]:NULL", 'Object company doesn\'t have any "is" field.'),
        ("noteTargets.id[is]:NULL", 'Cannot filter by relation field "noteTargets"'),
        ("amount[eq]:5", 'Sub field "eq" not found for composite type: CURRENCY'),
        (
            "amount.amountMicros[like]:5%",
            (
                'Operator "like" is not valid for field "amount.amountMicros" of type NUMERIC - Allowed operators: eq, '
                "neq, gt, gte, lt, lte, in, is"
            ),
        ),
        ("amount.amountMicros[eq]:abc", 'Invalid number value NaN for field "amount.amountMicros"'),
        ("stage[in]:[NEW,LOST]", f'{ENUM}opportunity_stage_enum: "LOST"'),
        ("createdBy.source[eq]:ZZZ", f'{ENUM}"opportunity_createdBySource_enum": "ZZZ"'),
        ("id[in]:[]", "Invalid UUID value '' for field \"id\""),
        (
            "closeDate[gt]:zzz",
            "Invalid value 'zzz' for date-time field \"closeDate\". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'",
        ),
        (
            "not(name[eq]:a,name[eq]:b)",
            "'filter' invalid. 'not' conjunction should contain only 1 condition. eg: not(field[eq]:1)",
        ),
    ],
)
def test_a_wrong_filter_is_refused(lists: Client, condition: str, message: str) -> None:
    """The message is that of a real server."""
    assert lists.refused("GET", f"/opportunities?filter={quote(condition)}") == message


def test_options_are_not_lists(lists: Client) -> None:
    """A real server lets the database fail."""
    message = lists.refused("GET", "/opportunities?filter=stage[containsAny]:[NEW]", status=500)
    assert message == "Data validation error."


def test_filters_of_other_types(custom: Client) -> None:
    """Filters work on lists, booleans and days."""
    custom.data("POST", "/sites", {"name": "a", "tags": ["BLUE"], "flag": True, "day": "2026-01-01"})
    custom.data("POST", "/sites", {"name": "b", "tags": None})
    for condition, names in (
        ("tags[containsAny]:[RED,BLUE]", ["a"]),
        ("flag[eq]:true", ["a"]),
        ("flag[eq]:false", ["b"]),
        ("day[lt]:2026-02-01", ["a"]),
        ("mystery[is]:NULL", None),
    ):
        status, answer = custom.send("GET", f"/sites?filter={condition}&order_by=name")
        assert (names is None) == (status == 400)
        assert names is None or [site["name"] for site in answer["data"]["sites"]] == names


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("id", [0, 1, 2, 3, 4]),
        ("id[DescNullsLast]", [0, 1, 2, 3, 4]),
        ("name", [1, 3, 2, 4, 0]),
        ("name[AscNullsLast]", [3, 2, 4, 0, 1]),
        ("name[DescNullsFirst]", [1, 0, 2, 4, 3]),
        ("name[DescNullsLast]", [0, 2, 4, 3, 1]),
        ("stage", [2, 4, 0, 3, 1]),
        ("amount.amountMicros[DescNullsLast],name", [4, 0, 2, 3, 1]),
        ("name,name[DescNullsLast]", [0, 2, 4, 3, 1]),
        ("company.name[DescNullsLast]", [0, 1, 2, 3, 4]),
        ("company.domainName.primaryLinkUrl", [0, 1, 2, 3, 4]),
        ("companyId", [2, 3, 4, 0, 1]),
    ],
)
def test_an_order_sorts_as_the_database(lists: Client, order: str, found: list[int]) -> None:
    """The id is always the last key, ascending; the direction decides where nulls are."""
    assert positions(lists, f"order_by={order}") == found


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ("", 'Field "" does not exist or is not sortable'),
        ("zzz", 'Field "zzz" does not exist or is not sortable'),
        ("name[AscNullsFirst", 'Field "name[AscNullsFirst" does not exist or is not sortable'),
        (
            "name[asc]",
            (
                "'order_by' direction 'asc' invalid. Allowed values are 'AscNullsFirst', 'AscNullsLast', "
                "'DescNullsFirst', 'DescNullsLast'. eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3"
            ),
        ),
        (
            "amount",
            (
                'Composite field "amount" requires subfield ordering (e.g., '
                "{ amount: { subFieldName: 'AscNullsFirst' } })"
            ),
        ),
        ("amount.zzz", "Sub field metadata not found for composite type: CURRENCY"),
        (
            "company",
            (
                'Relation field "company" requires nested field ordering (e.g., '
                "{ company: { fieldName: 'AscNullsFirst' } })"
            ),
        ),
        ("company.zzz", 'Nested field "zzz" not found in target object "company"'),
        ("noteTargets.id", 'Nested field "id" not found in target object "noteTargets"'),
    ],
)
def test_a_wrong_order_is_refused(lists: Client, order: str, message: str) -> None:
    """The message is that of a real server."""
    assert lists.refused("GET", f"/opportunities?order_by={order}") == message


@pytest.mark.parametrize(
    ("limit", "count"), [("", 5), ("2", 2), ("1e0", 1), ("0x2", 2), (" 3", 3), ("1.5", 2), ("1000", 5)]
)
def test_a_limit_is_a_number_of_javascript(lists: Client, limit: str, count: int) -> None:
    """An empty limit is 60, and a limit above 200 is 200."""
    assert len(lists.data("GET", f"/opportunities?limit={limit}")) == count


def test_wrong_limits_and_depths_are_refused(lists: Client) -> None:
    """A repeated parameter is joined by a comma; a repeated filter or order is ignored."""
    assert lists.refused("GET", "/opportunities?limit=-1") == "limit '-1' is invalid. Should be an integer"
    assert lists.refused("GET", "/opportunities?limit=abc") == "limit 'abc' is invalid. Should be an integer"
    assert lists.refused("GET", "/opportunities?limit=1&limit=2") == "limit '1,2' is invalid. Should be an integer"
    for depth in ("2", "x", "-1"):
        message = lists.refused("GET", f"/opportunities?depth={depth}")
        assert message == f"'depth={depth}' parameter invalid. Allowed values are 0, 1"
    assert len(lists.data("GET", "/opportunities?depth=&filter=stage[eq]:NEW&filter=x&order_by=x&order_by=y")) == 5


def test_a_limit_of_zero_has_a_next_page(lists: Client) -> None:
    """The page is empty, without cursors."""
    _, answer = lists.send("GET", "/opportunities?limit=0")
    assert answer["pageInfo"] == {
        "startCursor": None,
        "endCursor": None,
        "hasNextPage": True,
        "hasPreviousPage": False,
    }
    assert answer["totalCount"] == 5


def pages(client: Client, query: str, parameter: str = "starting_after") -> list[list[int]]:
    """Follow the cursors of a list, and return the positions on each page."""
    found: list[list[int]] = []
    cursor = ""
    while True:
        _, answer = client.send("GET", f"/opportunities?{query}{cursor}")
        assert answer["totalCount"] == 5
        found.append([record["position"] for record in answer["data"]["opportunities"]])
        info = answer["pageInfo"]
        if not info["hasNextPage"]:
            return found
        cursor = f"&{parameter}={quote(info['endCursor'])}"


def test_cursors_lead_through_all_pages(lists: Client) -> None:
    """The default order is by id."""
    assert pages(lists, "limit=2") == [[0, 1], [2, 3], [4]]
    assert pages(lists, "limit=2&order_by=stage") == [[2, 4], [0, 3], [1]]
    assert pages(lists, "limit=2&order_by=createdAt[DescNullsLast]") == [[0, 1], [2, 3], [4]]


def test_paging_by_a_nullable_field_loses_records(lists: Client) -> None:
    """Comparisons with null are never true, so a cursor leads neither to nulls nor away from them."""
    assert pages(lists, "limit=2&order_by=closeDate") == [[1, 3], []]
    assert pages(lists, "limit=2&order_by=closeDate[DescNullsLast]") == [[4, 0], [2]]
    assert pages(lists, "limit=2&order_by=name[AscNullsLast]") == [[3, 2], [4, 0]]


def test_an_empty_text_in_a_cursor_is_taken_for_null(lists: Client) -> None:
    """A cursor of a record without a name leads on; one of a record without an amount does not."""
    assert pages(lists, "limit=1&order_by=name") == [[1], [3], [2], [4], [0]]
    assert pages(lists, "limit=1&order_by=amount.amountMicros") == [[1], []]


def test_ids_of_relations_are_not_in_cursors(lists: Client) -> None:
    """The second page uses only the id, so it does not continue the first one."""
    assert pages(lists, "limit=2&order_by=companyId") == [[2, 3], [4]]


def test_a_list_can_be_read_backward(lists: Client) -> None:
    """The records before a cursor, in the order of the list; the cursors of both ends are swapped."""
    _, whole = lists.send("GET", "/opportunities")
    _, page = lists.send("GET", f"/opportunities?limit=2&ending_before={quote(whole['pageInfo']['endCursor'])}")
    assert [record["position"] for record in page["data"]["opportunities"]] == [2, 3]
    info = page["pageInfo"]
    assert (info["hasNextPage"], info["hasPreviousPage"]) == (False, True)
    assert base64.b64decode(info["startCursor"]) == b'{"id":"%s"}' % IDS[3].encode()
    _, last = lists.send("GET", f"/opportunities?limit=2&ending_before={quote(info['endCursor'])}")
    assert [record["position"] for record in last["data"]["opportunities"]] == [0, 1]
    assert last["pageInfo"]["hasPreviousPage"] is False


def test_a_cursor_has_the_values_of_the_order(lists: Client) -> None:
    """A cursor is Base64 of JSON; it works after the record was deleted."""
    _, page = lists.send("GET", "/opportunities?limit=1&order_by=amount.amountMicros[DescNullsLast]")
    cursor = page["pageInfo"]["endCursor"]
    assert base64.b64decode(cursor) == b'{"amount":{"amountMicros":5},"id":"%s"}' % IDS[0].encode()
    lists.data("DELETE", f"/opportunities/{IDS[0]}")
    query = f"order_by=amount.amountMicros[DescNullsLast]&starting_after={quote(cursor)}"
    assert positions(lists, query) == [4, 2, 3]


def test_wrong_cursors_are_refused(lists: Client) -> None:
    """A cursor of another order, and an invalid one, are refused; an empty one is ignored."""
    _, page = lists.send("GET", "/opportunities?limit=1")
    cursor = quote(page["pageInfo"]["endCursor"])
    assert lists.refused("GET", f"/opportunities?order_by=name&starting_after={cursor}") == "Invalid cursor"
    flat = quote(base64.b64encode(b'{"amount":5,"id":"x"}').decode())
    order = "order_by=amount.amountMicros"
    assert lists.refused("GET", f"/opportunities?{order}&starting_after={flat}") == "Invalid cursor"
    assert lists.refused("GET", "/opportunities?starting_after=zzz") == "Invalid cursor: zzz"
    both = f"starting_after={cursor}&ending_before={cursor}"
    assert lists.refused("GET", f"/opportunities?{both}") == "Cannot provide both before and after"
    for empty in ("", base64.b64encode(b"{}").decode(), base64.b64encode(b"null").decode()):
        assert len(positions(lists, f"starting_after={empty}")) == 5


def test_a_list_of_a_batch_path_is_a_list(lists: Client) -> None:
    """A server reads below `batch` and creates below `restore`."""
    assert len(lists.data("GET", "/batch/opportunities?limit=1")) == 1
    assert lists.data("POST", "/restore/opportunities", {})["stage"] == "NEW"
