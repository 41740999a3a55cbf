"""Creating, reading, changing, deleting and restoring records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.testing.server.conftest import Client

ID = "10000000-0000-4000-8000-000000000001"
OTHER = "20000000-0000-4000-8000-000000000002"
UNKNOWN = "90000000-0000-4000-8000-00000000dead"


def test_a_minimal_record_has_the_defaults_of_the_server(client: Client) -> None:
    """A body without properties creates a record in the first stage, with the API key as its creator."""
    status, answer = client.send("POST", "/opportunities", {"id": ID})
    assert status == 201
    by: dict[str, Any] = {"source": "API", "workspaceMemberId": None, "name": "Test key", "context": {}}
    assert answer == {
        "data": {
            "createOpportunity": {
                "id": ID,
                "createdAt": "2026-03-01T09:00:00.000Z",
                "updatedAt": "2026-03-01T09:00:00.000Z",
                "deletedAt": None,
                "name": "",
                "amount": {"amountMicros": None, "currencyCode": None},
                "closeDate": None,
                "stage": "NEW",
                "position": 0,
                "createdBy": by,
                "updatedBy": by,
                "searchVector": "",
                "companyId": None,
                "pointOfContactId": None,
                "ownerId": None,
            }
        }
    }
    assert client.send("GET", f"/opportunities/{ID.upper()}") == (
        200,
        {"data": {"opportunity": answer["data"]["createOpportunity"]}},
    )


@pytest.mark.parametrize("body", ["", "[]", "{}"])
def test_an_empty_body_makes_a_record(client: Client, body: str) -> None:
    """A server treats an empty body or list as an empty object."""
    assert client.data("POST", "/opportunities", body)["stage"] == "NEW"


def test_an_update_merges_and_moves_the_time(client: Client) -> None:
    """Composites merge property by property, and every accepted write updates the timestamp."""
    client.deals({"id": ID, "name": "Roof", "amount": {"amountMicros": 5_000_000, "currencyCode": "EUR"}})
    after = client.data("PATCH", f"/opportunities/{ID}", {"amount": {"amountMicros": 7_000_000}})
    assert (after["name"], after["amount"]) == ("Roof", {"amountMicros": 7_000_000, "currencyCode": "EUR"})
    assert after["updatedAt"] > after["createdAt"]
    again = client.data("PUT", f"/opportunities/{ID}", {"amount": None})
    assert again["amount"] == after["amount"]
    assert again["updatedAt"] > after["updatedAt"]


def test_a_refused_update_changes_nothing(client: Client) -> None:
    """A body is refused as a whole, before the id is looked up."""
    client.deals({"id": ID, "name": "Roof"})
    before = client.data("GET", f"/opportunities/{ID}")
    message = client.refused("PATCH", f"/opportunities/{ID}", {"name": "x", "stage": "LOST"})
    assert (
        message
        == 'Invalid value "LOST" for field "stage". Valid values are: NEW, SCREENING, MEETING, PROPOSAL, CUSTOMER'
    )
    assert client.data("GET", f"/opportunities/{ID}") == before
    assert client.refused("PATCH", f"/opportunities/{UNKNOWN}", {"stage": "LOST"}) == message
    assert client.refused("PATCH", f"/opportunities/{UNKNOWN}", {}, status=404) == "Record not found"
    assert client.refused("PATCH", "/opportunities/zzz", {}) == "'zzz' is not a valid UUID"


def test_a_soft_deleted_record_is_hidden_and_can_be_restored(client: Client) -> None:
    """Reading returns 404, updating works, and a filter that mentions deletedAt finds the record."""
    client.deals({"id": ID, "name": "a"}, {"id": OTHER, "name": "b"})
    deleted = client.data("DELETE", f"/opportunities/{ID}?soft_delete=true")
    assert deleted["deletedAt"] == deleted["updatedAt"]
    assert client.refused("GET", f"/opportunities/{ID}", status=404) == "Record not found"
    assert client.data("PATCH", f"/opportunities/{ID}", {"name": "c"})["deletedAt"] == deleted["deletedAt"]
    assert client.names() == ["b"]
    assert client.names("filter=deletedAt[is]:NOT_NULL") == ["c"]
    assert client.names("filter=or(deletedAt[is]:NULL,stage[eq]:NEW)") == ["c", "b"]
    restored = client.data("PATCH", f"/restore/opportunities?filter=id[eq]:{ID}")
    assert [record["deletedAt"] for record in restored] == [None]
    assert client.names() == ["c", "b"]


def test_restoring_by_deleted_at_works_but_answers_nothing(client: Client) -> None:
    """A server searches the restored records with the same filter, which then finds nothing."""
    client.deals({"id": ID, "name": "a"})
    client.data("DELETE", f"/opportunities/{ID}?soft_delete=true")
    assert client.data("PATCH", "/restore/opportunities?filter=deletedAt[is]:NOT_NULL") == []
    assert client.names() == ["a"]
    assert [record["name"] for record in client.data("PATCH", "/restore/opportunities")] == ["a"]


@pytest.mark.parametrize("query", ["", "?soft_delete=false", "?soft_delete=1"])
def test_deleting_destroys_unless_soft_delete_is_true(client: Client, query: str) -> None:
    """A destroyed record cannot be restored, and its id can be used again."""
    client.deals({"id": ID})
    assert client.data("DELETE", f"/opportunities/{ID}{query}") == {"id": ID}
    assert client.refused("DELETE", f"/opportunities/{ID}", status=404) == "Record not found"
    assert client.names("filter=deletedAt[is]:NOT_NULL") == []
    client.deals({"id": ID})


def test_bulk_operations_reach_soft_deleted_records(client: Client) -> None:
    """Updating and deleting by filter hide nothing; deleting needs a filter."""
    client.deals({"id": ID, "name": "a"}, {"id": OTHER, "name": "b"})
    client.data("DELETE", f"/opportunities/{ID}?soft_delete=true")
    changed = client.data("PATCH", "/opportunities", {"name": "x"})
    assert {record["id"] for record in changed} == {ID, OTHER}
    deleted = client.data("DELETE", "/opportunities?filter=name[eq]:x&soft_delete=true")
    assert {record["deletedAt"] is None for record in deleted} == {False}
    assert client.refused("DELETE", "/opportunities").startswith("Filters are mandatory for bulk destroy operations")
    destroyed = client.data("DELETE", f"/opportunities?filter=id[in]:[{ID},{OTHER}]")
    assert sorted(record["id"] for record in destroyed) == [ID, OTHER]


def test_an_update_by_filter_changes_at_most_200_records(client: Client) -> None:
    """More are refused; a batch of more than 200 is refused, too."""
    client.deals(*[{"name": "n"}] * 200)
    assert len(client.data("PATCH", "/opportunities?filter=name[eq]:n", {"stage": "MEETING"})) == 200
    client.deals({"name": "n"})
    assert client.refused("PATCH", "/opportunities", {"name": "m"}) == "Cannot update more than 200 records at once"
    message = client.refused("POST", "/batch/opportunities", [{}] * 201)
    assert message == "Cannot create more than 200 records at once"


def test_a_bad_record_refuses_the_whole_batch(client: Client) -> None:
    """A batch is created completely or not at all."""
    assert "Invalid string value 5" in client.refused("POST", "/batch/opportunities", [{"name": "a"}, {"name": 5}])
    assert client.refused("POST", "/batch/opportunities", [{"id": ID}, {"id": ID}]) == "A duplicate entry was detected"
    assert client.refused("POST", "/batch/opportunities", {"name": "a"}) == "args.data.forEach is not a function"
    for value, shown in ((5, "number '5'"), (True, "boolean 'true'")):
        message = client.refused("POST", "/batch/opportunities", [value])
        assert message == f"Cannot create property 'position' on {shown}"
    assert client.names() == []


def test_an_id_stays_taken_while_the_record_is_soft_deleted(client: Client) -> None:
    """Only destroying a record frees its id."""
    client.deals({"id": ID})
    client.data("DELETE", f"/opportunities/{ID}?soft_delete=true")
    assert client.refused("POST", "/opportunities", {"id": ID}) == "A duplicate entry was detected"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "Invalid UUID value '' for field \"id\""),
        (None, 'null value in column "id" of relation "opportunity" violates not-null constraint'),
        (False, 'Invalid UUID value false for field "id"'),
        ("zzz", 'Value "zzz" is not a valid UUID'),
        ([None, {}], 'Value ",[object Object]" is not a valid UUID'),
        ("01890000-0000-7000-8000-000000000000", 'Value "01890000-0000-7000-8000-000000000000" is not a valid UUID'),
    ],
)
def test_a_new_id_must_be_a_uuid_of_version_1_to_5(client: Client, value: Any, message: str) -> None:
    """Each wrong id has the message of a real server."""
    assert client.refused("POST", "/opportunities", {"id": value}) == message


def test_an_id_cannot_be_changed(client: Client) -> None:
    """The timeline of a record refers to its id."""
    client.deals({"id": ID})
    message = client.refused("PATCH", f"/opportunities/{ID}", {"id": OTHER})
    assert message == (
        'update or delete on table "opportunity" violates foreign key constraint "FK_0482ca18fc5e49456ce97cf61aa" '
        'on table "timelineActivity"'
    )
    assert client.data("PATCH", f"/opportunities/{ID}", {"id": ID})["id"] == ID


def test_an_upsert_updates_what_exists(client: Client) -> None:
    """Creating by id also restores a soft-deleted record; the answer lists updated records first."""
    assert client.data("POST", "/opportunities?upsert=true", {"id": ID, "name": "a"})["position"] == 0
    client.data("DELETE", f"/opportunities/{ID}?soft_delete=true")
    again = client.data("POST", "/opportunities?upsert=true", {"id": ID, "stage": "MEETING"})
    assert (again["name"], again["stage"], again["deletedAt"]) == ("a", "MEETING", None)
    both = client.data("POST", "/batch/opportunities?upsert=true", [{"name": "new"}, {"id": ID, "name": "b"}])
    assert [record["name"] for record in both] == ["b", "new"]
    same = [{"id": ID, "name": "c"}, {"id": ID, "position": "last"}]
    [one] = client.data("POST", "/batch/opportunities?upsert=true", same)
    assert (one["name"], one["position"]) == ("c", 1)
    assert client.refused("POST", "/opportunities?upsert=false", {"id": ID}) == "A duplicate entry was detected"


def test_an_upsert_finds_unique_values(client: Client) -> None:
    """Companies are found by their domain, people by their primary email address in any letter case."""
    link = {"primaryLinkUrl": "https://acme.example.com"}
    first = client.data("POST", "/companies", {"name": "Acme", "domainName": link})
    again = client.data("POST", "/companies?upsert=true", {"name": "Acme Ltd", "domainName": link})
    assert (again["id"], again["name"]) == (first["id"], "Acme Ltd")
    assert client.refused("POST", "/companies", {"domainName": link}) == "A duplicate entry was detected"
    twice = [{"domainName": {"primaryLinkUrl": "b.example.com"}}] * 2
    assert client.refused("POST", "/batch/companies", twice) == "A duplicate entry was detected"
    person = client.data("POST", "/people", {"emails": {"primaryEmail": "Ada@Example.com"}})
    found = client.data(
        "POST", "/people?upsert=true", {"emails": {"primaryEmail": "ada@example.com"}, "jobTitle": "CTO"}
    )
    assert (found["id"], found["jobTitle"]) == (person["id"], "CTO")
    assert client.data("POST", "/people?upsert=true", {"emails": {"primaryEmail": ""}})["id"] != person["id"]
