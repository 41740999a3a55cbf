"""A client of the server, and a server with a controlled clock."""

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
    """Return a clock that advances a second with each call."""
    seconds = count()
    return lambda: START + dt.timedelta(seconds=next(seconds))


class Client:
    """A client that calls a server without a network."""

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
    """A server of a standard workspace, whose clock advances with each call."""
    return TwentyServer(clock=ticking())


@pytest.fixture
def client(server: TwentyServer) -> Client:
    """A client of the server."""
    return Client(server)


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    """Return the metadata of a field."""
    return {"name": name, "type": kind, "isNullable": True, **more}


def options(*values: str) -> list[dict[str, Any]]:
    """Return the metadata of the options of a field."""
    return [{"value": value, "label": value.title(), "position": at} for at, value in enumerate(values)]


SYSTEM = [
    field("id", "UUID", isNullable=False, defaultValue="uuid"),
    field("createdAt", "DATE_TIME", isNullable=False, defaultValue="now"),
    field("updatedAt", "DATE_TIME", isNullable=False, defaultValue="now"),
    field("deletedAt", "DATE_TIME"),
    field("position", "POSITION", isNullable=False, defaultValue=0),
    field("name", "TEXT"),
]
SITE = {
    "id": "aaaaaaaa-0000-4000-8000-000000000001",
    "nameSingular": "site",
    "namePlural": "sites",
    "isCustom": True,
    "fieldsList": [
        *SYSTEM,
        field("inactive", "TEXT", isActive=False),
        field("number", "NUMBER", isUnique=True),
        field("flag", "BOOLEAN", defaultValue=False),
        field("day", "DATE"),
        field("moment", "DATE_TIME", defaultValue="now"),
        field("key", "UUID", defaultValue="uuid"),
        field("rating", "RATING"),
        field("phase", "SELECT", options=options("PLAN", "BUILD"), defaultValue="'BUILD'"),
        field("must", "SELECT", options=options("YES", "NO"), isNullable=False),
        field("tags", "MULTI_SELECT", options=options("RED", "BLUE"), defaultValue=["'RED'"]),
        field("words", "ARRAY"),
        field("json", "RAW_JSON"),
        field("price", "CURRENCY"),
        field("keeper", "ACTOR", isNullable=False, defaultValue={"name": "'System'", "source": "'MANUAL'"}),
        field("contact", "FULL_NAME", defaultValue={"firstName": "'Ada'"}),
        field("mails", "EMAILS"),
        field("phones", "PHONES"),
        field("links", "LINKS"),
        field("place", "ADDRESS"),
        field("notes", "RICH_TEXT_V2"),
        field("files", "FILES", settings={"maxNumberOfValues": 2}),
        field("vector", "TS_VECTOR"),
        field("strange", "HOLOGRAM"),
        field("rank", "POSITION"),
        field(
            "partner",
            "RELATION",
            settings={"relationType": "MANY_TO_ONE", "joinColumnName": "partnerId"},
            relation={"targetObjectMetadata": {"nameSingular": "site", "namePlural": "sites"}},
        ),
        field("company", "RELATION", settings={"relationType": "MANY_TO_ONE", "joinColumnName": "companyId"}),
        field("mainCompany", "RELATION", settings={"relationType": "MANY_TO_ONE"}),
        field("mystery", "RELATION", settings={"relationType": "MANY_TO_ONE", "joinColumnName": "mysteryId"}),
        field(
            "subjectCompany",
            "MORPH_RELATION",
            settings={"relationType": "MANY_TO_ONE", "joinColumnName": "subjectCompanyId"},
            morphRelations=[
                {"targetObjectMetadata": {"nameSingular": "company", "namePlural": "companies"}},
                {"targetObjectMetadata": {"nameSingular": "site", "namePlural": "sites"}},
            ],
        ),
        field("visits", "RELATION", settings={"relationType": "ONE_TO_MANY"}),
    ],
}
COMPANY = {
    "nameSingular": "company",
    "namePlural": "companies",
    "duplicateCriteria": [["name"]],
    "fields": {
        **{each["name"]: {key: value for key, value in each.items() if key != "name"} for each in SYSTEM},
        "domainName": {"type": "LINKS"},
        "sites": {"type": "RELATION", "settings": {"relationType": "ONE_TO_MANY"}},
    },
}
OPPORTUNITY: dict[str, Any] = {
    "nameSingular": "opportunity",
    "namePlural": "opportunities",
    "fields": {"edges": [{"node": each} for each in SYSTEM]},
}
CUSTOM: dict[str, Any] = {"data": {"objects": {"edges": [{"node": each} for each in (SITE, COMPANY, OPPORTUNITY)]}}}


@pytest.fixture
def custom() -> Client:
    """A client of a server with a field of every type."""
    return Client(TwentyServer(CUSTOM, clock=ticking()))


@pytest.fixture
def connect() -> type[Client]:
    """Make a client of any server."""
    return Client


@pytest.fixture
def clock() -> Any:
    """A clock like that of `server`."""
    return ticking()


@pytest.fixture
def metadata() -> dict[str, Any]:
    """Metadata of one object with few fields."""
    return OPPORTUNITY


@pytest.fixture
def all_metadata() -> dict[str, Any]:
    """Metadata of several objects, with a field of every type."""
    return CUSTOM
