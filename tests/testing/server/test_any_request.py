"""The server never raises an exception, whatever the request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twenty_opportunity.testing import TwentyServer

if TYPE_CHECKING:
    from tests.testing.server.conftest import Client

ID = "10000000-0000-4000-8000-000000000001"
FIELDS = [
    "name",
    "number",
    "moment",
    "tags",
    "price",
    "mails",
    "phones",
    "links",
    "files",
    "companyId",
    "company",
    "zzz",
]
PARTS = [
    "amountMicros",
    "primaryEmail",
    "secondaryLinks",
    "additionalPhones",
    "connect",
    "where",
    "id",
    "url",
    "number",
]
WORDS = [*FIELDS, "[eq]:", "[in]:[", "]", "(", ")", ",", "and(", "not(", ".", "NULL", "[DescNullsLast]", '"', "1"]
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
known = st.sampled_from([ID, "2026-01-01", "first", "https://a.example", "+12025550123", "a@b", "[1]", "AscNullsFirst"])
values = st.recursive(
    scalars | known,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(PARTS), inside, max_size=3),
    max_leaves=6,
)
connections = st.fixed_dictionaries(
    {}, optional={"connect": values | st.fixed_dictionaries({"where": values}), "disconnect": values}
)
bodies = st.dictionaries(st.sampled_from([*FIELDS, "ids", "data"]), values, max_size=3) | st.fixed_dictionaries(
    {"company": connections}
)
texts = st.lists(st.sampled_from(WORDS), max_size=6).map("".join) | values.map(json.dumps)
NAMES = ["filter", "order_by", "limit", "depth", "starting_after", "upsert", "soft_delete", "group_by", "aggregate"]
PATHS = [
    "/sites",
    "/batch/sites",
    f"/sites/{ID}",
    "/restore/sites",
    "/sites/groupBy",
    "/companies/merge",
    "/companies/duplicates",
    "/metadata/objects",
]
QUERIES = [
    "query($f: X, $o: X, $n: X) { sites(filter: $f, orderBy: $o, first: $n) { edges { node { id company { id } } } } }",
    "query($f: X, $o: X, $n: X) { sitesGroupBy(filter: $f, orderBy: $o, groupBy: $n) { totalCount } }",
    "mutation($f: X, $o: X, $n: X) { updateSites(filter: $f, data: $o) { id } createSites(data: $n) { id } }",
]
STATUSES = {200, 201, 400, 404, 500, 501}
once = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


requests = st.tuples(
    st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
    st.sampled_from(PATHS),
    st.dictionaries(st.sampled_from(NAMES), texts | st.just("true"), max_size=3),
    bodies | st.lists(bodies | scalars, max_size=2) | values,
)


@once
@given(sent=requests)
def test_rest_answers(connect: type[Client], all_metadata: dict[str, Any], sent: tuple[Any, ...]) -> None:
    """The answer has a status of a real server, or 501."""
    method, path, query, body = sent
    client = connect(TwentyServer(all_metadata))
    headers = {"Content-Type": "application/json"}
    answer = client.http.request(method, f"/rest{path}", params=query, content=json.dumps(body), headers=headers)
    assert answer.status_code in STATUSES


@once
@given(query=st.sampled_from(QUERIES), variables=st.dictionaries(st.sampled_from("fon"), values | bodies, max_size=3))
def test_graphql_answers(
    connect: type[Client], all_metadata: dict[str, Any], query: str, variables: dict[str, Any]
) -> None:
    """The answer has data, errors, or the status 501."""
    client = connect(TwentyServer(all_metadata))
    body = json.dumps({"query": query, "variables": variables})
    answer = client.http.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in STATUSES
