"""Malicious requests are refused, or answered as by a real server."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from twenty_opportunity.testing.server import BLOCK, LARGEST_BODY

if TYPE_CHECKING:
    from tests.testing.server.conftest import Client
    from twenty_opportunity.testing import TwentyServer

LIST = "/opportunities"


class Body(BytesIO):
    """A body that records how much is read at once."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Read a part."""
        assert size is not None
        assert size >= 0, "a socket would wait for the end of the connection"
        self.most = max(self.most, size)
        return super().read(size)


def post(server: TwentyServer, body: BytesIO, **environ: str) -> tuple[str, Any]:
    """Call a server as an application; return the status and the answer."""
    statuses: list[str] = []
    given: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": "/rest/opportunities", "wsgi.input": body}
    kind = {"CONTENT_TYPE": "application/json"}

    def start(status: str, *_: Any) -> Any:
        statuses.append(status)

    content: Any = server({**given, **kind, **environ}, start)
    return statuses[0], json.loads(b"".join(content))


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 5_000, "1e3", "+2", "\u0663"])
def test_a_length_that_is_not_a_number_is_refused(server: TwentyServer, length: str) -> None:
    """The server would wait forever for a negative length, and Python refuses to convert very many digits."""
    status, answer = post(server, Body(b"{}"), CONTENT_LENGTH=length)
    assert (status, answer["message"][:11]) == ("400 Bad Request", "Parse Error")


def test_a_body_is_read_in_blocks(server: TwentyServer) -> None:
    """A body may claim any length, and a body that is too large is not kept."""
    body = Body(b'{"name": "A"}')
    assert post(server, body, CONTENT_LENGTH="9" * 17)[0] == "201 Created"
    assert body.most <= BLOCK
    large = Body(b" " * (LARGEST_BODY + 3 * BLOCK))
    assert post(server, large, CONTENT_LENGTH=str(len(large.getvalue())))[0].startswith("500")
    assert large.read(1) == b""
    assert len(server.requests[-1].body) <= LARGEST_BODY + BLOCK


def test_a_body_in_chunks_is_not_taken_for_an_empty_one(server: TwentyServer) -> None:
    """Python's WSGI server does not read chunks, and an empty body would create an empty record."""
    status, answer = post(server, Body(b"2\r\n{}\r\n0\r\n\r\n"), HTTP_TRANSFER_ENCODING="chunked")
    assert (status[:3], "send it with a Content-Length" in answer["messages"][0]) == ("501", True)


@pytest.mark.parametrize("levels", [300, 900, 100_000])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"name":', "}"),
        ('{"createdBy": {"source": "API", "context": {"a":', "}}}"),
        ('{"zzz":', "}"),
        ("", ""),
    ],
    ids=["text", "JSON", "unknown", "body"],
)
def test_deep_bodies_are_answered(client: Client, before: str, after: str, levels: int) -> None:
    """The server answers a body of any depth, and keeps working."""
    status, _ = client.send("POST", LIST, f"{before}{'[' * levels}{']' * levels}{after}")
    assert status in {201, 400, 501}
    assert client.send("GET", LIST)[0] == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("filter=" + "and(" * 200 + "name[eq]:A" + ")" * 200, 200),
        ("filter=" + "not(" * 12_000 + "name[eq]:A" + ")" * 12_000, 501),
        ("filter=" + "company." * 300 + "name[eq]:A", 400),
        ("starting_after=" + quote(base64.b64encode(b"[" * 30_000), safe=""), 501),
    ],
    ids=["200", "12,000", "path", "cursor"],
)
def test_deep_queries_are_answered(client: Client, query: str, status: int) -> None:
    """The time for a deep filter does not grow with the square of its depth."""
    assert client.send("GET", f"{LIST}?{query}")[0] == status
    groups = client.send("GET", f"{LIST}/groupBy", params={"group_by": "[" * 15_000})
    assert groups[0] == 501


@pytest.mark.parametrize(("text", "found"), [("a" * 3_000, False), ("a" * 3_000 + "b", True)])
def test_a_pattern_is_matched_without_looking_again(client: Client, text: str, found: bool) -> None:  # noqa: FBT001 - a parameter
    """With naive matching, each place for one of 20 parts would be tried with each place for the others."""
    client.send("POST", LIST, {"name": text})
    assert client.names("filter=name[like]:" + "%25a" * 20 + "%25b") == ([text] if found else [])


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("%", "", True),
        ("%ab%", "aab", True),
        ("a%b%c", "abbcc", True),
        ("a%b%c", "acb", False),
        ("a%a", "a", False),
        ("_%_", "ab", True),
        ("_%_", "a", False),
        ("\\%%", "%x", True),
        ("\\%%", "x%", False),
        ("%aab", "aaab", True),
        ("a.%", "ab", False),
    ],
)
def test_patterns_match_as_in_a_database(client: Client, pattern: str, text: str, matches: bool) -> None:  # noqa: FBT001 - a parameter
    """A percent sign matches any text, an underscore any character, and a backslash escapes both."""
    client.send("POST", LIST, {"name": f"x{text}"})
    assert bool(client.names(f"filter=name[like]:{quote('x' + pattern)}")) is matches


@pytest.mark.parametrize("digits", ["0x" + "f" * 500, "9" * 400, "9" * 5_000, "1e999", "-1e999"])
def test_numbers_beyond_doubles_are_infinite(client: Client, digits: str) -> None:
    """To JavaScript, numbers beyond all doubles are infinite."""
    for query in (f"filter=position[eq]:{digits}", f"filter=amount.amountMicros[lt]:{digits}", f"depth={digits}"):
        assert client.send("GET", f"{LIST}?{query}")[0] in {200, 400}
    for value in (digits, f'"{digits}"'):
        for body in (f'{{"position": {value}}}', f'{{"amount": {{"amountMicros": {value}}}}}'):
            assert client.send("POST", LIST, body)[0] in {201, 400, 500}
    assert client.send("GET", f"{LIST}/groupBy", params={"aggregate": '["sumPosition"]'})[0] == 200


@pytest.mark.parametrize("value", ["null", "5", '"x"', "true", "[]", "{}", '"2026-01-01"', "1e400", '"\\ud800"'])
@pytest.mark.parametrize("name", ["stage", "closeDate", "amount.amountMicros", "createdBy.source", "position", "name"])
def test_values_of_another_type_in_a_cursor(client: Client, name: str, value: str) -> None:
    """A cursor with an impossible value for the column is refused, or matches nothing."""
    client.deals({"name": "A", "closeDate": "2026-01-01", "amount": {"amountMicros": 5, "currencyCode": "USD"}})
    inner = value
    for token in reversed(name.split(".")):
        inner = f'{{"{token}": {inner}, "id": "x"}}'
    cursor = quote(base64.b64encode(inner.encode()), safe="")
    assert client.send("GET", f"{LIST}?order_by={name}&starting_after={cursor}")[0] in {200, 400}


@pytest.mark.parametrize(
    "how",
    [
        {"granularity": "DAY", "timeZone": 5},
        {"granularity": "DAY", "timeZone": "../../etc/passwd"},
        {"granularity": "DAY", "timeZone": "\0"},
        {"granularity": {"a": 1}, "timeZone": "UTC"},
        {"granularity": "WEEK", "timeZone": "UTC", "weekStartDay": []},
    ],
)
def test_odd_groups_are_answered(client: Client, how: dict[str, Any]) -> None:
    """A time zone is not used as a path, and a value of another type does not raise a Python error."""
    client.deals({"name": "A"})
    status, _ = client.send("GET", f"{LIST}/groupBy", params={"group_by": json.dumps([{"createdAt": how}])})
    assert status == (200 if how["granularity"] == "WEEK" else 400)


def test_half_of_a_surrogate_pair_is_replaced(client: Client) -> None:
    """UTF-8 cannot encode it, not even in the message of a refusal."""
    assert "\ufffd" in client.refused("POST", LIST, '{"closeDate": "\\ud800"}')
    assert "\ufffd" in client.refused("POST", LIST, '{"\\udfff": 1}')


def test_a_charset_with_a_nul_is_refused(client: Client) -> None:
    """Python raises another error for such a name."""
    status, answer = post(
        client.server, BytesIO(b"{}"), CONTENT_LENGTH="2", CONTENT_TYPE="application/json;charset=utf-\0"
    )
    assert (status[:3], answer[:19]) == ("500", "unsupported charset")


def graphql(client: Client, query: str, **variables: Any) -> Any:
    """Send a GraphQL request and return the answer."""
    body = {"query": query, "variables": variables}
    return client.http.post("/graphql", json=body).json()


def test_fragments_are_spread_once(client: Client) -> None:
    """A fragment within itself ends, and fragments that double 40 times are read 40 times."""
    client.deals({"name": "A"})
    doubled = " ".join(f"fragment F{each} on Query {{...F{each + 1} ...F{each + 1}}}" for each in range(40))
    last = "fragment F40 on Query {opportunities {edges {node {...N}}}} fragment N on Opportunity {name ...N}"
    found = graphql(client, f"{{...F0}} {doubled} {last}")
    assert found == {"data": {"opportunities": {"edges": [{"node": {"name": "A"}}]}}}


def test_relations_without_end_are_refused(client: Client) -> None:
    """A fragment may lead from a record to others and back."""
    company = client.data("POST", "/companies", {"name": "C"})
    client.deals({"name": "A", "companyId": company["id"]})
    fragment = "fragment N on Opportunity {company {opportunities {edges {node {...N}}}}}"
    answer = graphql(client, f"{{opportunities {{edges {{node {{...N}}}}}}}} {fragment}")
    assert "nested deeply" in answer["messages"][0]


@pytest.mark.parametrize("digits", ["9" * 400, "9" * 5_000, "1e400"])
def test_numbers_in_queries_are_doubles(client: Client, digits: str) -> None:
    """A number in the text of a query is a JavaScript number, like one in the variables."""
    client.deals({"name": "A"})
    for query in (
        f"{{opportunities(filter: {{position: {{lt: {digits}}}}}) {{totalCount}}}}",
        f'mutation {{createOpportunity(data: {{name: "B", position: {digits}}}) {{id}}}}',
    ):
        assert graphql(client, query).keys() <= {"data", "errors"}
    assert client.send("GET", f"{LIST}/groupBy", params={"aggregate": '["sumPosition"]'})[0] == 200


@pytest.mark.parametrize("levels", [300, 100_000])
def test_deep_queries_of_graphql_are_answered(client: Client, levels: int) -> None:
    """This applies to the text of a query and to variables."""
    text = "{opportunities(filter: " + "{not: " * levels + "{}" + "}" * levels + ") {totalCount}}"
    assert client.http.post("/graphql", json={"query": text}).status_code in {200, 400, 501}
    variables = '{"f": ' + '{"not": ' * levels + "{}" + "}" * levels + "}"
    body = f'{{"query": "query ($f: F) {{opportunities(filter: $f) {{totalCount}}}}", "variables": {variables}}}'
    headers = {"Content-Type": "application/json"}
    assert client.http.post("/graphql", content=body, headers=headers).status_code in {200, 400, 501}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"phones": {"additionalPhones": [{"number": "1", "countryCode": ["FR"], "callingCode": [1]}]}}, 400),
        ({"links": {"secondaryLinks": [{"url": 5}]}}, 201),
        ({"notes": {"blocknote": '[1, {"content": "a"}, {"content": {"b": 1}}, {"content": ["c"]}]'}}, 201),
        ({"json": {"a": 1e999, "b": [-0.05, "x-0.05"]}}, 201),
        ({"json": "[1e999]"}, 201),
        ({"json": '["\\u0000"]'}, 500),
    ],
)
def test_values_of_another_type_within_a_field(custom: Client, body: dict[str, Any], status: int) -> None:
    """The parts of a composite and of a text with JSON may have any type."""
    text = json.dumps(body).replace("Infinity", "1e999")
    found, answer = custom.send("POST", "/sites", text)
    assert found == status, answer
    if body.get("json"):
        shown = answer["data"]["createSite"]["json"] if status == 201 else None
        assert shown in (None, [None], {"a": None, "b": [-0.05, "x-0.05"]})


@pytest.mark.parametrize(
    "body",
    [
        {"files": [{"fileId": "10000000-0000-4000-8000-000000000001", "label": "\ud800"}]},
        {"links": {"secondaryLinks": [{"url": "https://a.com", "label": "\ud800"}, {"url": "https://b.com"}]}},
        {"mails": {"additionalEmails": ["\ud800@a"]}},
    ],
)
def test_half_of_a_surrogate_pair_is_replaced_in_events(custom: Client, body: dict[str, Any]) -> None:
    """An event is encoded like an answer."""
    custom.server.webhook(lambda _, body: body)
    custom.data("POST", "/sites", body)
    assert "\ufffd" in custom.server.deliveries[0].body.decode()


def test_what_cannot_be_compared_has_no_order_and_no_sum(custom: Client) -> None:
    """JSON, files and whole composites have neither an order nor a sum, and texts do not have a sum."""
    custom.data("POST", "/batch/sites", [{"json": {"b": 1}}, {"json": ["a"]}])
    for name in ("json", "files", "keeper.context"):
        assert custom.send("GET", f"/sites?order_by={name}")[0] == 501
    for name in ("minJson", "maxPrice", "sumName", "avgWords", "sumPrice", "minKeeperContext"):
        refused = custom.refused("GET", f"/sites/groupBy?aggregate={quote(json.dumps([name]))}")
        assert refused == f"Unknown aggregate field(s): {name}"


def test_a_pattern_is_matched_with_the_text_of_json(custom: Client) -> None:
    """The database casts JSON to text."""
    custom.data("POST", "/sites", {"json": {"b": "\u00e9"}, "name": "A"})
    assert [each["name"] for each in custom.data("GET", "/sites?filter=json[like]:%25\u00e9%25")] == ["A"]
    assert custom.data("GET", "/sites?filter=keeper.context[like]:%25é%25") == []


def test_numbers_that_no_double_holds_in_aggregates(custom: Client) -> None:
    """A sum of exact numbers has any size; one of doubles that becomes infinite is an error of the database."""
    body = {"price": {"amountMicros": 1e308}, "rank": 1e308}
    custom.data("POST", "/batch/sites", [body, body])
    params = {"group_by": '[{"phase": true}]', "aggregate": '["sumPriceAmountMicros", "avgPriceAmountMicros"]'}
    status, [answer] = custom.send("GET", "/sites/groupBy", params=params)
    total = 2 * 10**308
    assert (status, answer["sumPriceAmountMicros"], answer["avgPriceAmountMicros"]) == (200, f"{total}", f"{10**308}")
    assert custom.refused("GET", "/sites/groupBy", params={**params, "aggregate": '["sumRank"]'}, status=500)
