"""A client of the server, and a server with its own clock."""

from __future__ import annotations

import datetime as dt
import json
from itertools import count
from typing import Any

import httpx2
import pytest

from twenty_opportunity.testing import TwentyServer

START = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


def ticking() -> Any:
    """Return a clock that is a second later each time."""
    seconds = count()
    return lambda: START + dt.timedelta(seconds=next(seconds))


class Client:
    """Calls a server without a network."""

    def __init__(self, server: TwentyServer) -> None:
        self.server = server
        self.http = httpx2.Client(transport=httpx2.WSGITransport(server), base_url="http://twenty.test")

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        """Send a request, and return the status and the answer."""
        content = body if isinstance(body, (str, bytes)) else b"" if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json", **options.pop("headers", {})}
        answer = self.http.request(method, f"/rest{path}", content=content, headers=headers, **options)
        return answer.status_code, answer.json() if answer.content else None

    def data(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Send a request that succeeds, and return its data."""
        status, answer = self.send(method, path, body, **options)
        assert status in {200, 201}, answer
        return next(iter(answer["data"].values()))

    def refused(self, method: str, path: str, body: Any = None, *, status: int = 400, **options: Any) -> str:
        """Send a request that is refused, and return the message."""
        found, answer = self.send(method, path, body, **options)
        assert found == status, answer
        return str(answer["messages"][0] if "messages" in answer else answer["message"])

    def names(self, query: str = "") -> list[str]:
        """Return the names in a list of opportunities."""
        return [record["name"] for record in self.data("GET", f"/opportunities?{query}")]

    def deals(self, *deals: dict[str, Any]) -> list[dict[str, Any]]:
        """Create opportunities."""
        found: list[dict[str, Any]] = self.data("POST", "/batch/opportunities", [*deals])
        return found


@pytest.fixture
def server() -> TwentyServer:
    """A server of a standard workspace, with a clock of its own."""
    return TwentyServer(clock=ticking())


@pytest.fixture
def client(server: TwentyServer) -> Client:
    """A client of the server."""
    return Client(server)
