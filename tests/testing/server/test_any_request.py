"""The server never raises an exception, whatever the request."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twenty_opportunity.testing import TwentyServer

if TYPE_CHECKING:
    from collections.abc import Iterator

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
NOT_WRITTEN = ["RELATION", "MORPH_RELATION", "TS_VECTOR", "HOLOGRAM"]
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


# A value that the server stores for each type of field, but relations.
VALID: dict[str, Any] = {
    "name": "Roof",
    "number": 5,
    "flag": True,
    "day": "2026-01-02",
    "moment": "2026-01-02T00:00:00Z",
    "key": ID,
    "rating": "RATING_1",
    "phase": "PLAN",
    "tags": ["RED"],
    "words": ["a"],
    "json": {"a": [1, "b"]},
    "price": {"amountMicros": 5, "currencyCode": "EUR"},
    "keeper": {"source": "API", "name": "Ada", "workspaceMemberId": ID, "context": {"provider": "google"}},
    "contact": {"firstName": "Ada", "lastName": "Lee"},
    "mails": {"primaryEmail": "a@b.example", "additionalEmails": ["c@d.example"]},
    "phones": {
        "primaryPhoneNumber": "2025550100",
        "primaryPhoneCountryCode": "US",
        "primaryPhoneCallingCode": "+1",
        "additionalPhones": [{"number": "2025550101", "countryCode": "US", "callingCode": "+1"}],
    },
    "links": {
        "primaryLinkUrl": "https://a.example",
        "primaryLinkLabel": "A",
        "secondaryLinks": [{"url": "https://b.example", "label": "B"}],
    },
    "place": {"addressStreet1": "Road", "addressLat": 1.5, "addressLng": 2},
    "notes": {"blocknote": '[{"content": [{"text": "a"}]}]', "markdown": "a"},
    "files": [{"fileId": "04000ace-c8ad-4fe6-9879-64d486a2c8ab", "label": "a.pdf"}],
    "position": 1,
    "rank": 2,
}


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Find the places in a value, at every depth."""
    yield place
    if isinstance(value, (dict, list)):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*place, key))


def changed(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """Return a copy of a value that has another part at a place."""
    if not place:
        return new
    copied = copy.copy(value)
    copied[place[0]] = changed(value[place[0]], place[1:], new)
    return copied


PLACES = [place for place in places(VALID) if place]

OTHER_VALUES: list[Any] = [None, True, 5, 1.5, "x", [], ["x"], [[]], {}, {"a": 1}, [{"url": True}], [{"number": True}]]


def test_the_valid_values_have_all_types(connect: type[Client], all_metadata: dict[str, Any]) -> None:
    """The server stores each of the values; a relation, and a field that cannot be written, has none."""
    client = connect(TwentyServer(all_metadata))
    types = {each["name"]: each["type"] for each in all_metadata["data"]["objects"]["edges"][0]["node"]["fieldsList"]}
    assert {types[name] for name in VALID} == {*types.values()} - {*NOT_WRITTEN}
    for name, value in VALID.items():
        assert client.data("POST", "/sites", {name: value})[name] is not None


def test_a_value_of_another_type_is_answered(connect: type[Client], all_metadata: dict[str, Any]) -> None:
    """Any kind of JSON at any place is stored or refused."""
    client = connect(TwentyServer(all_metadata))
    for place in PLACES:
        for new in OTHER_VALUES:
            sent = {place[0]: changed(VALID, place, new)[place[0]]}
            assert client.send("POST", "/sites", sent)[0] in {201, 400}, sent


@once
@given(place=st.sampled_from(PLACES), new=values | values.map(json.dumps))
def test_changed_values_are_answered(
    connect: type[Client], all_metadata: dict[str, Any], place: tuple[Any, ...], new: Any
) -> None:
    """A value with any JSON at any place is stored or refused, through REST as through GraphQL, and can be read."""
    name = place[0]
    sent = {name: changed(VALID, place, new)[name]}
    client = connect(TwentyServer(all_metadata))
    status, answer = client.send("POST", "/sites", sent)
    assert status in STATUSES
    assert isinstance(answer, dict)
    parts = f"{{{' '.join(VALID[name])}}}" if isinstance(VALID[name], dict) and name != "json" else ""
    query = f"mutation($data: SiteCreateInput) {{ createSite(data: $data) {{ {name} {parts} }} }}"
    body = json.dumps({"query": query, "variables": {"data": sent}})
    other = client.http.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert other.status_code in STATUSES
    assert ("errors" in other.json()) == (status not in {200, 201})
    assert client.send("GET", "/sites")[0] == 200


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
