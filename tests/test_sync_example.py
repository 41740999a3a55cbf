"""The example client, tested with the Twenty server: pages, retries, exact money, and changes in both directions."""

from __future__ import annotations

import importlib.util
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from twenty_opportunity.testing import TwentyServer

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLE = Path(__file__).parents[1] / "examples" / "sync.py"


@pytest.fixture(scope="module")
def sync() -> Any:
    """Load the example as a module."""
    spec = importlib.util.spec_from_file_location("sync", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the client waited, without waiting."""
    found: list[float] = []
    monkeypatch.setattr("time.sleep", found.append)
    return found


@pytest.fixture
def server() -> TwentyServer:
    """A server with more deals than a page has."""
    server = TwentyServer()
    server.seed(opportunity=450)
    return server


@pytest.fixture
def http(server: TwentyServer) -> Iterator[httpx.Client]:
    """A client without a network."""
    with httpx.Client(transport=httpx.WSGITransport(server), base_url="http://twenty") as client:
        yield client


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    """An empty database."""
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()


def test_all_pages_are_copied(
    sync: Any, server: TwentyServer, http: httpx.Client, database: sqlite3.Connection
) -> None:
    """With the exact amount of each deal, zero and the largest included."""
    for micros in (0, 2**53 - 1):
        http.post("/rest/opportunities", json={"amount": {"amountMicros": micros, "currencyCode": "EUR"}})
    server.requests.clear()
    assert sync.sync(http, database) == (0, 452, 0, [])
    assert len(server.requests) == 4
    rows = {
        deal_id: (micros, code) for deal_id, micros, code in database.execute("SELECT id, micros, currency FROM deals")
    }
    listed = http.get("/rest/opportunities", params={"limit": 200}).json()["data"]["opportunities"]
    amounts = {deal["id"]: (deal["amount"]["amountMicros"], deal["amount"]["currencyCode"]) for deal in listed}
    assert len(amounts) == 200
    assert amounts.items() <= rows.items()
    assert {(0, "EUR"), (2**53 - 1, "EUR")} <= {*rows.values()}


def test_the_next_run_copies_what_changed(
    sync: Any, server: TwentyServer, http: httpx.Client, database: sqlite3.Connection
) -> None:
    """Deleted deals are marked, and stages are sent as the smallest update."""
    sync.sync(http, database)
    [first, second] = [row[0] for row in database.execute("SELECT id FROM deals ORDER BY id LIMIT 2")]
    [since] = database.execute("SELECT max(updated_at) FROM deals").fetchone()
    http.patch(f"/rest/opportunities/{first}", json={"updatedAt": "2999-01-01T00:00:00Z", "name": "Renamed"})
    http.delete(f"/rest/opportunities/{second}", params={"soft_delete": "true"})
    assert since < "2999"
    database.execute("UPDATE deals SET new_stage = 'PROPOSAL' WHERE id = ?", [first])
    sent, copied, forgotten, refused = sync.sync(http, database)
    assert (sent, forgotten, refused) == (1, 0, [])
    assert copied >= 1
    [patch] = [request for request in server.requests if request.method == "PATCH" and b"PROPOSAL" in request.body]
    assert patch.body == b'{"stage":"PROPOSAL"}'
    [stage, new_stage] = database.execute("SELECT stage, new_stage FROM deals WHERE id = ?", [first]).fetchone()
    assert (stage, new_stage) == ("PROPOSAL", None)
    [deleted] = database.execute("SELECT deleted FROM deals WHERE id = ?", [second]).fetchone()
    assert deleted == 1


def test_destroyed_deals_are_forgotten(
    sync: Any, server: TwentyServer, http: httpx.Client, database: sqlite3.Connection
) -> None:
    """All ids are read only if the numbers of deals differ. Soft-deleted deals remain."""
    sync.sync(http, database)
    [first, second, third] = [row[0] for row in database.execute("SELECT id FROM deals ORDER BY id LIMIT 3")]
    http.delete(f"/rest/opportunities/{first}")
    http.delete(f"/rest/opportunities/{second}", params={"soft_delete": "true"})
    database.execute("UPDATE deals SET new_stage = 'PROPOSAL' WHERE id IN (?, ?)", [first, third])
    sent, _, forgotten, refused = sync.sync(http, database)
    assert (sent, forgotten) == (1, 1)
    assert refused == [f"{first}: Record not found"]
    known = [row[0] for row in database.execute("SELECT id FROM deals ORDER BY id LIMIT 2")]
    assert known == [second, third]
    server.requests.clear()
    sent, _, forgotten, refused = sync.sync(http, database)
    assert (sent, forgotten, refused) == (0, 0, [])
    assert len(server.requests) == 2


def test_a_refused_deal_does_not_stop_the_others(sync: Any, http: httpx.Client, database: sqlite3.Connection) -> None:
    """Its new stage stays for the next run if the server or the profile refuses it."""
    sync.sync(http, database)
    [first, second, third] = [row[0] for row in database.execute("SELECT id FROM deals ORDER BY id LIMIT 3")]
    for deal_id, stage in ((first, "WON"), (second, ""), (third, "CUSTOMER")):
        database.execute("UPDATE deals SET new_stage = ? WHERE id = ?", [stage, deal_id])
    for expected in (1, 0):
        sent, _, _, refused = sync.sync(http, database)
        assert (sent, len(refused)) == (expected, 2)
        assert refused[0].startswith(f"{first}: Invalid value")
        assert refused[1].startswith(f"{second}: /stage: ")
    waiting = [row[0] for row in database.execute("SELECT new_stage FROM deals WHERE new_stage NOTNULL ORDER BY id")]
    assert waiting == ["WON", ""]


def test_refused_and_dropped_requests_are_repeated(
    sync: Any, server: TwentyServer, http: httpx.Client, database: sqlite3.Connection, waits: list[float]
) -> None:
    """With longer and longer waits, together more than the minute over which servers count requests."""
    server.fail_next(429, times=2)
    server.fail_next(503)
    assert sync.sync(http, database)[:2] == (0, 450)
    assert waits == [1, 2, 4]
    waits.clear()
    server.fail_next(429, times=6)
    sync.sync(http, database)
    assert sum(waits) > 60
    server.fail_next(429, times=7)
    with pytest.raises(httpx.HTTPStatusError, match="429"):
        sync.sync(http, database)
    server.fail_next(500)
    with pytest.raises(httpx.HTTPStatusError, match="500"):
        sync.sync(http, database)


@pytest.mark.usefixtures("waits")
def test_dropped_connections_are_repeated(sync: Any, server: TwentyServer, database: sqlite3.Connection) -> None:
    """On a real port, where httpx reports them."""
    server.drop_connection(2)
    with server.serve() as url, httpx.Client(base_url=url) as http:
        assert sync.sync(http, database)[:2] == (0, 450)
        server.drop_connection(7)
        with pytest.raises(httpx.TransportError):
            sync.sync(http, database)


def test_the_command_takes_a_url_and_a_file(server: TwentyServer, tmp_path: Path) -> None:
    """As its docstring shows."""
    with server.serve() as url:
        ended = subprocess.run(
            [sys.executable, str(EXAMPLE), url, str(tmp_path / "deals.sqlite")],
            env={**os.environ, "TWENTY_API_KEY": "any"},
            capture_output=True,
            text=True,
            check=True,
        )
    assert ended.stdout == "sent 0 stages, copied 450 deals, forgot 0 destroyed deals\n"


def test_the_command_reports_refused_stages(
    server: TwentyServer, http: httpx.Client, sync: Any, tmp_path: Path
) -> None:
    """On stderr, and by its exit status."""
    path = tmp_path / "deals.sqlite"
    with sqlite3.connect(path) as database:
        sync.sync(http, database)
        database.execute("UPDATE deals SET new_stage = 'WON' WHERE id = (SELECT min(id) FROM deals)")
    database.close()
    with server.serve() as url:
        ended = subprocess.run(
            [sys.executable, str(EXAMPLE), url, str(path)],
            env={**os.environ, "TWENTY_API_KEY": "any"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stdout.startswith("sent 0 stages, ")
    assert 'Invalid value "WON" for field "stage"' in ended.stderr
    assert "Traceback" not in ended.stderr
