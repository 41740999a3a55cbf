"""The positions that a server gives to records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twenty_opportunity.testing import TwentyServer

if TYPE_CHECKING:
    from tests.testing.server.conftest import Client


def test_records_without_a_position_come_first(client: Client) -> None:
    """The first record has position 0, and each later one is one below the lowest."""
    bodies = [
        {},
        {"position": "first"},
        {"position": "last"},
        {"position": 10},
        {"position": "last"},
        {"position": -4.5},
        {},
    ]
    found = [client.data("POST", "/opportunities", body)["position"] for body in bodies]
    assert found == [0, -1, 1, 10, 11, -4.5, -5.5]


def test_the_last_position_without_records_is_two(client: Client) -> None:
    """If a server finds no record, it adds one to one."""
    assert client.data("POST", "/opportunities", {"position": "last"})["position"] == 2


def test_soft_deleted_records_do_not_count(client: Client) -> None:
    """After a soft deletion, the position of the lowest record is used again."""
    client.deals({}, {})
    lowest = client.data("GET", "/opportunities?order_by=position")[0]
    client.data("DELETE", f"/opportunities/{lowest['id']}?soft_delete=true")
    assert client.data("POST", "/opportunities", {})["position"] == lowest["position"]


def test_a_batch_is_reordered_by_kind(client: Client) -> None:
    """Records without a position come first, then `first`, `last` and numbers; numbers affect the others."""
    client.deals({}, {}, {})
    positions: list[object] = [7, None, "last", "first"]
    found = client.deals(*({"name": str(each), **({"position": each} if each else {})} for each in positions))
    assert [(deal["name"], deal["position"]) for deal in found] == [("None", -3), ("first", -4), ("last", 8), ("7", 7)]


def test_an_update_resolves_first_and_last(client: Client) -> None:
    """Updating works like creating."""
    one, _ = client.deals({}, {})
    assert client.data("PATCH", f"/opportunities/{one['id']}", {"position": "first"})["position"] == -2
    assert client.data("PATCH", f"/opportunities/{one['id']}", {"position": "last"})["position"] == 0


def test_other_positions_are_refused(client: Client) -> None:
    """The message shows null without quotes and texts with quotes."""
    for value, shown in ((None, "null"), ("3", "'3'"), ("middle", "'middle'"), (True, "true")):
        message = client.refused("POST", "/opportunities", {"position": value})
        assert message == f'Invalid position value {shown} for field "position"'


def test_an_object_without_positions_has_none(connect: type[Client], metadata: dict[str, Any]) -> None:
    """This depends on the metadata."""
    rows = [each["node"] for each in metadata["fields"]["edges"] if each["node"]["name"] != "position"]
    client = connect(TwentyServer([{**metadata, "fields": rows}]))
    assert "position" not in client.data("POST", "/opportunities", {})
