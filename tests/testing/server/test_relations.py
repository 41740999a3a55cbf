"""Relations between records: ids, connect, depth 1, and records that go away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity.testing import TwentyServer

if TYPE_CHECKING:
    from tests.testing.server.conftest import Client

COMPANY = "c1000000-0000-4000-8000-000000000001"
DEAL = "10000000-0000-4000-8000-000000000001"
UNKNOWN = "90000000-0000-4000-8000-00000000dead"


@pytest.fixture
def deal(client: Client) -> dict[str, Any]:
    """A deal with a company."""
    client.data("POST", "/companies", {"id": COMPANY, "name": "Acme"})
    found: dict[str, Any] = client.data("POST", "/opportunities", {"id": DEAL, "companyId": COMPANY})
    return found


@pytest.mark.usefixtures("deal")
def test_depth_1_adds_the_records_of_relations(client: Client) -> None:
    """At depth 0 related records are left out, lists of them, too; unsupported relations are empty."""
    found = client.data("GET", f"/opportunities/{DEAL}?depth=1")
    assert found["company"]["name"] == "Acme"
    assert found["pointOfContact"] is found["owner"] is None
    company = client.data("GET", f"/companies/{COMPANY}?depth=1")
    assert [each["id"] for each in company["opportunities"]] == [DEAL]
    assert company["people"] == []
    assert "company" not in company["opportunities"][0]
    assert client.data("GET", "/opportunities?depth=1")[0]["company"]["id"] == COMPANY


@pytest.mark.usefixtures("deal")
def test_a_soft_deleted_company_looks_like_none_at_depth_1(client: Client) -> None:
    """At depth 0 its id remains, and another deal may refer to it."""
    client.data("DELETE", f"/companies/{COMPANY}?soft_delete=true")
    assert client.data("GET", f"/opportunities/{DEAL}")["companyId"] == COMPANY
    found = client.data("GET", f"/opportunities/{DEAL}?depth=1")
    assert (found["company"], found["companyId"]) == (None, None)
    client.data("POST", "/opportunities", {"companyId": COMPANY})


def test_an_id_of_an_object_that_the_server_lacks_stays(connect: type[Client]) -> None:
    """REST metadata does not name the other object of a custom relation, and the example has no people."""
    metadata = json.loads(Path("examples/workspace/metadata.json").read_bytes())
    client = connect(TwentyServer(metadata))
    client.server.seed(opportunity=20)
    names = ["installer", "architect", "owner", "pointOfContact", "payerPerson"]
    with_ids = {f"{name}Id": UNKNOWN for name in names}
    sent = client.data("POST", "/opportunities?depth=1", with_ids)
    assert {name: sent[name] for name in with_ids} == with_ids
    assert {sent[name] for name in names} == {None}
    columns = {*with_ids, "companyId", "payerCompanyId"}
    plain, deep = (client.data("GET", f"/opportunities?depth={depth}") for depth in (0, 1))
    assert plain == [{name: value for name, value in deal.items() if name in plain[0]} for deal in deep]
    assert all(any(deal[name] for deal in plain) for name in columns)
    selection = " ".join(f"{name}Id {name} {{ id }}" for name in names)
    query = f"{{ opportunities {{ edges {{ node {{ {selection} }} }} }} }}"
    answer = client.http.post("/graphql", json={"query": query}).json()
    selected = [each["node"] for each in answer["data"]["opportunities"]["edges"]]
    assert [{name: deal[name] for name in with_ids} for deal in selected] == [
        {name: deal[name] for name in with_ids} for deal in plain
    ]


def test_a_destroyed_company_leaves_its_deals(client: Client, deal: dict[str, Any]) -> None:
    """They lose the id, but their update time does not change, and no event is sent."""
    client.server.webhook(lambda *_: None, operations=["opportunity.*"])
    client.data("POST", "/opportunities", {})
    client.server.deliveries.clear()
    client.data("DELETE", f"/companies/{COMPANY}")
    after = client.data("GET", f"/opportunities/{DEAL}")
    assert after == {**deal, "companyId": None}
    assert client.server.deliveries == []


def test_an_unknown_company_breaks_the_foreign_key(client: Client) -> None:
    """The constraint has the same name on every server."""
    message = client.refused("POST", "/opportunities", {"companyId": UNKNOWN})
    assert message == (
        'insert or update on table "opportunity" violates foreign key constraint "FK_5a104112b21bbebb37fca93a548"'
    )


@pytest.mark.parametrize(
    ("body", "company"),
    [
        ({"company": {"connect": {"where": {"id": COMPANY.upper()}}}}, COMPANY),
        ({"company": {"connect": {"where": {"domainName": {"primaryLinkUrl": "https://acme.example.com"}}}}}, COMPANY),
        ({"company": {"connect": {"where": {"id": COMPANY}}}, "companyId": None}, COMPANY),
        ({"companyId": COMPANY, "company": {"disconnect": True}}, None),
        ({"companyId": COMPANY, "company": {"disconnect": False}}, COMPANY),
        ({"company": {"connect": {"where": {}}}}, None),
        ({"company": {"connect": {}}}, None),
    ],
)
def test_a_body_connects_by_id_or_unique_value(client: Client, body: dict[str, Any], company: str | None) -> None:
    """`disconnect` overrides an id; a connection without a condition is ignored on creation."""
    link = {"primaryLinkUrl": "https://acme.example.com"}
    client.data("POST", "/companies", {"id": COMPANY, "domainName": link})
    assert client.data("POST", "/opportunities", body)["companyId"] == company


def test_a_body_connects_a_person_by_address(client: Client) -> None:
    """Upper and lower case are equal."""
    person = client.data("POST", "/people", {"emails": {"primaryEmail": "ada@example.com"}})
    where = {"emails": {"primaryEmail": "ADA@example.com"}}
    found = client.data("POST", "/opportunities", {"pointOfContact": {"connect": {"where": where}}})
    assert found["pointOfContactId"] == person["id"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (COMPANY, 'Relation "company" requires connect or disconnect operation'),
        ({"connect": COMPANY}, 'Relation "company" requires connect or disconnect operation'),
        ({"connect": None}, 'Relation "company" requires connect or disconnect operation'),
        ({"connect": None, "disconnect": None}, 'Relation "company" requires connect or disconnect operation'),
        (
            {"connect": {"where": ["x"]}},
            "Missing required fields: at least one unique constraint have to be fully populated for 'company'.",
        ),
        (
            {"disconnect": "x"},
            'Property "company.disconnect" was not found in "opportunity". Make sure your query is correct.',
        ),
        ({"disconnect": None}, 'Relation "company" requires connect or disconnect operation'),
        (
            {"connect": {"where": {"id": COMPANY}}, "disconnect": True},
            "Cannot have both connect and disconnect for the same field on undefined.",
        ),
        (
            {"connect": {"where": {"id": COMPANY}}, "disconnect": False},
            "Cannot have both connect and disconnect for the same field on undefined.",
        ),
        (
            {"connect": {"where": {}}},
            'Property "company.connect" was not found in "opportunity". Make sure your query is correct.',
        ),
        (
            {"connect": {"where": {"name": "Acme"}}},
            "Missing required fields: at least one unique constraint have to be fully populated for 'company'.",
        ),
        ({"connect": {"where": {"id": "zzz"}}}, 'invalid input syntax for type uuid: "zzz"'),
        (
            {"connect": {"where": {"id": UNKNOWN}}},
            f"Expected 1 record to connect to company, but found 0 for id = {UNKNOWN}",
        ),
        (
            {"connect": {"where": {"domainName": {"primaryLinkUrl": "x.example"}}}},
            "Expected 1 record to connect to company, but found 0 for domainNamePrimaryLinkUrl = x.example",
        ),
        (
            {"connect": {"where": {"domainName": "x.example"}}},
            "Expected 1 record to connect to company, but found 0 for domainNamePrimaryLinkUrl = x.example",
        ),
    ],
)
def test_a_wrong_connection_is_refused(client: Client, deal: dict[str, Any], value: Any, message: str) -> None:
    """Each mistake has the message of a real server."""
    assert client.refused("PATCH", f"/opportunities/{deal['id']}", {"company": value}) == message


@pytest.mark.parametrize("where", ["x", 1, True, None, [], [1], {"id": None}, {"id": 5}, {"domainName": {"a": 1}}])
def test_a_condition_that_is_not_of_texts_is_none(client: Client, deal: dict[str, Any], where: Any) -> None:
    """The server ignores it on creation, and refuses it in an update; a batch and an upsert are treated alike."""
    body = {"company": {"connect": {"where": where}}}
    assert client.data("POST", "/opportunities", body)["companyId"] is None
    assert [each["companyId"] for each in client.data("POST", "/batch/opportunities", [body])] == [None]
    message = 'Property "company.connect" was not found in "opportunity". Make sure your query is correct.'
    assert client.refused("PATCH", f"/opportunities/{deal['id']}", body) == message
    for path in ("/opportunities", "/batch/opportunities?upsert=true"):
        sent = {**body, "id": deal["id"]}
        assert client.send("POST", f"{path}?upsert=true", [sent] if "batch" in path else sent)[0] == 400


def test_connect_and_an_id_exclude_each_other(client: Client, deal: dict[str, Any]) -> None:
    """An id that is null is allowed."""
    body = {"companyId": COMPANY, "company": {"connect": {"where": {"id": COMPANY}}}}
    message = client.refused("PATCH", f"/opportunities/{deal['id']}", body)
    assert message == "company and companyId cannot be both provided."


def test_relations_of_custom_objects_come_from_the_metadata(custom: Client) -> None:
    """The metadata of the relation decides, or the name of the field or its end; morph relations have many columns."""
    custom.data("POST", "/companies", {"id": COMPANY, "name": "Acme"})
    partner = custom.data("POST", "/sites", {})["id"]
    ids = {"companyId": COMPANY, "mainCompanyId": COMPANY, "partnerId": partner, "subjectCompanyId": COMPANY}
    site = custom.data("POST", "/sites?depth=1", {**ids, "subjectSiteId": partner, "mysteryId": UNKNOWN})
    assert site["company"]["name"] == site["mainCompany"]["name"] == site["subjectCompany"]["name"] == "Acme"
    assert site["partner"]["id"] == site["subjectSite"]["id"] == partner
    assert (site["mystery"], site["mysteryId"], site["visits"]) == (None, UNKNOWN, [])
    for column in ("companyId", "mainCompanyId", "partnerId", "subjectSiteId"):
        assert "violates foreign key" in custom.refused("POST", "/sites", {column: UNKNOWN})
    assert [each["id"] for each in custom.data("GET", f"/companies/{COMPANY}?depth=1")["sites"]] == [site["id"]]
    message = custom.refused("POST", "/sites", {"mystery": {"connect": {"where": {"name": "x"}}}})
    assert message.startswith("Missing required fields")
    message = custom.refused("POST", "/sites", {"mystery": {"connect": {"where": {"id": UNKNOWN}}}})
    assert message.startswith("Expected 1 record")
