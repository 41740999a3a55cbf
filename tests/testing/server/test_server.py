"""Everything around the routes: bodies, tokens, faults, webhooks, seeds, and a real port."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import copy
import datetime as dt
import io
import json
import pickle
import runpy
import socket
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIServer

import httpx
import httpx2
import pytest

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    OpportunityPage,
    OpportunityUpdate,
    Profile,
    WebhookEvent,
    Workspace,
    webhooks,
)
from twenty_opportunity import testing as package
from twenty_opportunity.cli import main
from twenty_opportunity.schemas.metadata_reader import MetadataError
from twenty_opportunity.schemas.workspace import standard_objects
from twenty_opportunity.testing import TwentyServer
from twenty_opportunity.testing.server.objects import objects_of
from twenty_opportunity.testing.server.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.testing.server.conftest import Client

KEY = "a key"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
        ('{"a":1', "Expected ',' or '}' after property value in JSON at position 6 (line 1 column 7)"),
        ('{"a"1}', "Expected ':' after property name in JSON at position 4 (line 1 column 5)"),
        ('{"a":}', 'Unexpected token \'}\', "{"a":}" is not valid JSON'),
        ('{"a":', "Unexpected end of JSON input"),
        ('{"a":1,}', "Expected double-quoted property name in JSON at position 7 (line 1 column 8)"),
        ("{}}", "Unexpected non-whitespace character after JSON at position 2 (line 1 column 3)"),
        ('{"a":NaN}', 'Unexpected token \'N\', "{"a":NaN}" is not valid JSON'),
        (" ", "Unexpected end of JSON input"),
        ("null", "Unexpected token 'n', \"null\" is not valid JSON"),
    ],
)
def test_a_body_that_is_not_json_is_refused_as_by_the_framework(client: Client, body: str, message: str) -> None:
    """The refusal has another form than others, and comes before the check of the token."""
    status, answer = client.send("POST", "/opportunities", body)
    assert (status, answer) == (400, {"message": message, "error": "Bad Request", "statusCode": 400})


def test_the_type_of_a_body_decides_how_it_is_read(client: Client) -> None:
    """The server accepts JSON in any Unicode encoding and forms, and refuses texts and other types."""
    create = ("POST", "/opportunities")
    assert client.data(*create, '\ufeff{"name":"bom"}')["name"] == "bom"
    assert client.data(*create, b'{"name":"\xff"}')["name"] == "\ufffd"
    wide = {"Content-Type": "application/json; charset=utf-16"}
    assert client.data(*create, '{"name":"é"}'.encode("utf-16"), headers=wide)["name"] == "é"
    assert client.data(*create, "name=form&stage=MEETING", headers=FORM)["stage"] == "MEETING"
    message = client.refused(*create, "x", headers={"Content-Type": "text/plain"})
    assert message == "Cannot create property 'position' on string 'x'"
    message = client.refused(*create, "<a/>", headers={"Content-Type": "application/xml"})
    assert message == "Cannot read properties of undefined (reading 'position')"
    for charset in ("latin-1", "utf-99"):
        answer = client.send(*create, "{}", headers={"Content-Type": f'application/json; charset="{charset}"'})
        assert answer == (500, f'unsupported charset "{charset.upper()}"')
    assert client.send(*create, "x" * (10 * 1024 * 1024 + 1)) == (500, "request entity too large")
    message = client.refused(*create, '[{"name":"array"}]')
    assert message == 'Object opportunity doesn\'t have any "0" field.'


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/rest", 404, "Cannot GET /rest"),
        ("GET", "/rest/", 404, "Cannot GET /rest/"),
        ("GET", "/elsewhere", 404, "Cannot GET /elsewhere"),
        ("HEAD", "/elsewhere", 404, None),
        ("TRACE", "/rest/opportunities", 404, "Cannot TRACE /rest/opportunities"),
        ("GET", "/rest/zzz", 400, "object 'zzz' not found."),
        ("GET", "/rest/opportunity", 400, "object 'opportunity' not found. Did you mean 'opportunities'?"),
        ("GET", "/rest/opportunities/zzz", 400, "'zzz' is not a valid UUID"),
        ("GET", "/rest/opportunities/%00", 400, "'%00' is not a valid UUID"),
        (
            "PATCH",
            "/rest/restore/opportunities/x",
            400,
            (
                "Query path '/rest/restore/opportunities/x' invalid. Valid examples: /rest/companies/id or "
                "/rest/companies or /rest/batch/companies"
            ),
        ),
        ("POST", "/metadata", 501, "twenty_opportunity.testing.TwentyServer does not implement POST /metadata"),
        (
            "GET",
            "/rest/metadata/fields",
            501,
            "twenty_opportunity.testing.TwentyServer does not implement GET /rest/metadata/fields",
        ),
        (
            "POST",
            "/rest/metadata/objects",
            501,
            "twenty_opportunity.testing.TwentyServer does not implement POST /rest/metadata/objects",
        ),
        ("GET", "/rest/metadata/zzz", 400, "'zzz' is not a valid UUID"),
        ("GET", "/rest/metadata/objects/zzz", 404, "Object metadata not found"),
    ],
)
def test_routes(client: Client, method: str, path: str, status: int, message: str | None) -> None:
    """Unknown and unimplemented routes are refused."""
    answer = client.http.request(method, path)
    assert answer.status_code == status
    if message is not None:
        found = answer.json()
        assert message in (found.get("message"), *found.get("messages", ()))


def test_options_answers_without_content(client: Client) -> None:
    """Browsers ask this before a request from another page."""
    answer = client.http.request("OPTIONS", "/rest/opportunities")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("authorization", "status", "message"),
    [
        (None, 403, "Missing authentication token"),
        ("Bearer ", 403, "Missing authentication token"),
        ("Basic abc", 403, "Missing authentication token"),
        ("Bearer abc", 401, "Token invalid."),
        ("Bearer a.b.c", 401, "Token invalid."),
        ("Bearer a.e30.c", 403, "Invalid token type"),
        ("Bearer a.eyJ0eXBlIjoiQVBJX0tFWSJ9.c", 401, "Token invalid."),
        (f"Bearer {KEY}", 200, None),
    ],
)
def test_a_key_is_asked_for_if_there_is_one(
    connect: type[Client], authorization: str | None, status: int, message: str | None
) -> None:
    """A missing token, a wrong one, and a JSON web token without a type have different messages."""
    client = connect(TwentyServer(api_key=KEY))
    headers = {"Authorization": authorization} if authorization else {}
    found, answer = client.send("GET", "/opportunities", headers=headers)
    assert found == status
    assert message is None or answer["messages"] == [message]


def test_metadata_is_served(client: Client, custom: Client) -> None:
    """All objects are returned, or one by its id; a profile can be built from them."""
    _, answer = client.send("GET", "/metadata/objects")
    assert Profile.from_metadata(answer).is_valid({"stage": "NEW"}, OpportunityUpdate)
    _, answer = custom.send("GET", "/metadata/objects/aaaaaaaa-0000-4000-8000-000000000001")
    assert answer["data"]["object"]["nameSingular"] == "site"


def test_faults_on_demand(client: Client) -> None:
    """Requests fail before they have an effect, and work again afterwards."""
    client.server.fail_next(429, times=2)
    client.server.fail_next(503)
    assert client.refused("POST", "/opportunities", {}, status=429).startswith("Limit reached")
    assert client.refused("POST", "/opportunities", {}, status=429).startswith("Limit reached")
    assert client.refused("POST", "/opportunities", {}, status=503) == "Service Unavailable"
    client.server.drop_connection()
    with pytest.raises(ConnectionResetError, match="drop_connection"):
        client.send("POST", "/opportunities", {})
    assert client.names() == []
    assert [request.status for request in client.server.requests] == [429, 429, 503, None, 200]


def test_a_delay_is_waited_for(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server waits before it answers, and has carried out the request by then."""
    waited: list[tuple[float, int]] = []
    monkeypatch.setattr("time.sleep", lambda seconds: waited.append((seconds, len(client.server.requests))))
    client.server.delay = 0.25
    client.send("POST", "/opportunities", {"name": "Roof"})
    assert waited == [(0.25, 1)]


def test_a_check_of_an_event_fails_the_block_that_serves() -> None:
    """The client gets its answer, and the end of the block raises the first failure, once."""
    server = TwentyServer()

    def receive(_: Mapping[str, str], body: bytes) -> None:
        raise AssertionError(json.loads(body)["record"]["name"])

    server.webhook(receive)
    with pytest.raises(AssertionError, match=r"^Roof$"), server.serve() as url:  # noqa: PT012
        for name in ("Roof", "Heat pump"):
            assert httpx.post(f"{url}/rest/opportunities", json={"name": name}).status_code == 201
    assert [request.status for request in server.requests] == [201, 201]
    with server.serve():
        pass
    with pytest.raises(ZeroDivisionError), server.serve() as url:  # noqa: PT012
        httpx.post(f"{url}/rest/opportunities", json={"name": "Roof"})
        raise ZeroDivisionError


def test_a_request_has_the_store_for_itself(connect: type[Client]) -> None:
    """Another thread cannot take the lock of the store while a request is answered."""
    taken: list[bool] = []

    def clock() -> dt.datetime:
        other = threading.Thread(target=lambda: taken.append(server._lock.acquire(blocking=False)))  # noqa: SLF001
        other.start()
        other.join()
        return dt.datetime(2026, 3, 1, tzinfo=dt.UTC)

    server = TwentyServer(clock=clock)
    assert connect(server).send("POST", "/opportunities", {"name": "Roof"})[0] == 201
    assert taken
    assert not any(taken)


def test_requests_are_kept_for_assertions(client: Client) -> None:
    """The representation shows the request and its answer."""
    client.refused("POST", "/opportunities?depth=1", {"stage": "LOST"}, headers={"X-Trace": "1"})
    [request] = client.server.requests
    assert (request.method, request.path, request.json) == ("POST", "/rest/opportunities?depth=1", {"stage": "LOST"})
    assert request.headers["x-trace"] == "1"
    assert 'Invalid value "LOST" for field "stage"' in repr(request)


def test_a_real_port_answers_and_drops_connections(server: TwentyServer) -> None:
    """The same application behind HTTP."""
    server.seed(opportunity=1)
    with server.serve() as url:
        page = SERVER.loads(httpx2.get(f"{url}/rest/opportunities").content, OpportunityPage)
        assert page.total_count == 1
        server.drop_connection()
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"{url}/rest/opportunities")


def test_many_clients_can_connect_at_once(server: TwentyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections wait until the server accepts them, also if it is slow."""
    monkeypatch.setattr(WSGIServer, "serve_forever", lambda *_, **__: None)
    monkeypatch.setattr(WSGIServer, "shutdown", lambda _: None)
    with server.serve() as url, ExitStack() as connections:
        address = urlsplit(url)
        for _ in range(100):
            connection = socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=5)
            connections.enter_context(connection).sendall(b"GET / HTTP/1.1")


def failing(server: TwentyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a server fail after it has created a record."""
    create = Store.create

    def fail(*args: Any, **options: Any) -> Any:
        create(*args, **options)
        raise KeyError("deal")

    monkeypatch.setattr(Store, "create", fail)
    server.webhook(lambda *_: None)


def test_a_fault_of_the_server_is_raised_and_recorded(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a port, the exception reaches the test. Later requests do not deliver the events of the failed one."""
    failing(client.server, monkeypatch)
    with pytest.raises(KeyError, match="deal"):
        client.send("POST", "/opportunities", {"name": "Roof"})
    [request] = client.server.requests
    assert (request.json, request.status) == ({"name": "Roof"}, 500)
    assert "KeyError('deal')" in request.answer["messages"][0]
    assert client.send("GET", "/opportunities")[0] == 200
    assert client.server.deliveries == []


def test_a_fault_of_the_server_is_an_answer_on_a_port(
    server: TwentyServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The client gets JSON, and the exception is in the output of the test."""
    failing(server, monkeypatch)
    with server.serve() as url:
        answer = httpx2.post(f"{url}/rest/opportunities", json={"name": "Roof"})
    assert (answer.status_code, answer.json()) == (500, server.requests[0].answer)
    assert "KeyError: 'deal'" in capfd.readouterr().err


def test_the_body_of_a_server_without_length_is_empty(server: TwentyServer) -> None:
    """A WSGI server may omit the length."""
    environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": "/rest/opportunities", "wsgi.input": io.BytesIO()}
    statuses: list[str] = []

    def start_response(status: str, *_: object) -> Any:
        statuses.append(status)

    server({**environ, "CONTENT_TYPE": "application/json"}, start_response)
    assert statuses == ["201 Created"]


# Webhooks


def events(server: TwentyServer) -> list[tuple[str, list[str] | None]]:
    """Return the delivered events, and clear them."""
    found = [(each.json["eventName"], each.json.get("updatedFields")) for each in server.deliveries]
    server.deliveries.clear()
    return found


def test_deliveries_are_signed_and_received(client: Client) -> None:
    """The library verifies and reads them."""
    moment = dt.datetime(2026, 3, 1, 9, 0, 5, tzinfo=dt.UTC)
    received: list[WebhookEvent] = []

    def receive(headers: Mapping[str, str], body: bytes) -> None:
        received.append(webhooks.receive(body, headers, "secret", now=moment))

    client.server.webhook(receive, secret="secret")  # noqa: S106 - of this test
    client.data("POST", "/opportunities", {"name": "Roof"})
    [event] = received
    assert (event.event_name, event.record.name) == ("opportunity.created", "Roof")


def test_each_change_is_an_event(client: Client) -> None:
    """The event has the changed fields in its own order; without a change, nothing is delivered."""
    server = client.server
    server.webhook(lambda *_: None)
    company = client.data("POST", "/companies", {})["id"]
    deal = client.data("POST", "/opportunities", {"name": "a"})["id"]
    assert events(server) == [("company.created", None), ("opportunity.created", None)]
    path = f"/opportunities/{deal}"
    client.data("PATCH", path, {"companyId": company, "stage": "MEETING", "name": "b"})
    assert events(server) == [("opportunity.updated", ["name", "stage", "company", "companyId"])]
    client.data("PATCH", path, {"name": "b", "updatedAt": "2020-01-01"})
    client.data("PATCH", "/restore/opportunities")
    assert events(server) == []
    for _ in range(2):
        client.data("DELETE", f"{path}?soft_delete=true")
    assert events(server) == [("opportunity.deleted", ["deletedAt"])] * 2
    client.data("PATCH", f"/restore/opportunities?filter=id[eq]:{deal}")
    assert events(server) == [("opportunity.restored", ["deletedAt"])]
    client.data("PATCH", path, {"deletedAt": "2020-01-01"})
    client.data("POST", "/opportunities?upsert=true", {"id": deal, "amount": {"amountMicros": 1}, "name": "c"})
    assert events(server) == [
        ("opportunity.updated", ["deletedAt"]),
        ("opportunity.updated", ["deletedAt", "name"]),
    ]
    client.data("POST", "/opportunities", {"deletedAt": "2020-01-01"})
    client.data("DELETE", path)
    assert events(server) == [("opportunity.destroyed", None)]


def test_bulk_operations_have_fewer_events(client: Client) -> None:
    """Several destroyed records cause one event; an update after which the filter fails causes none."""
    client.server.webhook(lambda *_: None, operations=["opportunity.updated", "*.destroyed"])
    client.deals({}, {})
    client.data("PATCH", "/opportunities?filter=stage[eq]:NEW", {"stage": "MEETING"})
    client.data("PATCH", "/opportunities?filter=stage[eq]:MEETING", {"name": "x"})
    assert events(client.server) == [("opportunity.updated", ["name"])] * 2
    client.data("DELETE", "/opportunities?filter=name[eq]:x")
    assert events(client.server) == [("opportunity.destroyed", None)]


def test_deliveries_go_to_a_url_once(server: TwentyServer, client: Client) -> None:
    """A failed delivery is recorded with its error, and not repeated."""
    other = TwentyServer()
    other.fail_next(200)
    with other.serve() as url:
        server.webhook(f"{url}/rest/companies")
        client.data("POST", "/opportunities", {})
        client.data("POST", "/opportunities", {})
    client.data("POST", "/opportunities", {})
    arrived, refused, unreachable = server.deliveries
    assert arrived.error is None
    assert refused.error is not None
    assert "400" in refused.error
    assert unreachable.error is not None
    assert other.requests[0].json["targetUrl"] == f"{url}/rest/companies"
    assert "X-Twenty-Webhook-Signature" not in refused.headers


def test_an_exception_of_a_function_is_the_error_of_the_delivery(server: TwentyServer, client: Client) -> None:
    """A failing receiver does not change the answer to the request; only a failed assertion gets out."""

    def receive(_headers: object, body: bytes) -> None:
        assert b"checked" not in body
        raise KeyError("deal") if b"named" in body else ValueError

    server.webhook(receive)
    client.data("POST", "/opportunities", {"name": "named"})
    client.data("POST", "/opportunities", {})
    assert [delivery.error for delivery in server.deliveries] == ["'deal'", "ValueError"]
    with pytest.raises(AssertionError):
        client.data("POST", "/opportunities", {"name": "checked"})


# Seeds and objects


def test_seeds_are_realistic_and_the_same_for_the_same_seed(
    server: TwentyServer, client: Client, clock: Callable[[], dt.datetime]
) -> None:
    """Records are stored with the records that they refer to, and without events."""
    server.webhook(lambda *_: None)
    found = server.seed(opportunity=25, company=2, person=2, workspaceMember=1)
    assert [len(records) for records in found.values()] == [25, 2, 2, 1]
    assert server.deliveries == []
    deals = client.data("GET", "/opportunities?depth=1")
    assert len(deals) == 25
    assert {deal["name"].partition(":")[0] == deal["company"]["name"] for deal in deals if deal["company"]} == {True}
    companies = {company["id"] for company in client.data("GET", "/companies")}
    assert (
        {deal["companyId"] for deal in deals} - {None} == {company["id"] for company in found["company"]} == companies
    )
    again = TwentyServer(clock=clock).seed(opportunity=25, company=2, person=2, workspaceMember=1)
    assert again["opportunity"] == found["opportunity"]
    assert TwentyServer().seed(1, opportunity=1) != TwentyServer().seed(2, opportunity=1)
    with pytest.raises(TypeError, match=r"^unknown object 'deal'; choose from opportunity, company, person, note, "):
        server.seed(deal=1)


def test_seeded_members_have_addresses_and_time_zones(server: TwentyServer) -> None:
    """Texts fit the names of their fields."""
    for member in server.seed(workspaceMember=20)["workspaceMember"]:
        assert member["userEmail"].endswith("@example.com")
        assert member["name"]["lastName"].lower() in member["userEmail"]
        assert "/" in member["timeZone"]


@pytest.mark.parametrize("name", ["opportunity", "company"])
def test_a_seed_that_was_used_is_refused(server: TwentyServer, name: str) -> None:
    """The message says to pass another seed, and the other seed works."""
    server.seed(**{name: 2})
    message = rf"^the server has records of {name} with the seed 0; pass another: seed\(1, {name}=3\)$"
    with pytest.raises(ValueError, match=message):
        server.seed(**{name: 3})
    assert len(server.seed(1, **{name: 3})[name]) == 3


@pytest.mark.parametrize("counts", [{"company": 1, "deal": 1}, {"company": 1, "opportunity": 1}])
def test_a_refused_seed_stores_nothing(server: TwentyServer, client: Client, counts: dict[str, int]) -> None:
    """An unknown object or a seed that was used leaves no records of the objects before it, and no events."""
    server.webhook(lambda *_: None)
    server.seed(opportunity=1)
    before = client.data("GET", "/companies")
    with pytest.raises((TypeError, ValueError)):
        server.seed(**counts)
    assert client.data("GET", "/companies") == before
    assert server.deliveries == []


def source_of(kind: str) -> Any:
    """Return the example workspace in one of the accepted forms."""
    metadata = json.loads((Path(__file__).parents[3] / "examples" / "workspace" / "metadata.json").read_bytes())
    return {"metadata": metadata, "workspace": Workspace.from_metadata(metadata)}.get(
        kind, Profile.from_metadata(metadata)
    )


@pytest.mark.parametrize("kind", ["metadata", "workspace", "profile"])
def test_a_workspace_in_any_form_is_a_server(kind: str) -> None:
    """A server has seeds and defaults, even if the metadata lacks objects or the profile lacks defaults."""
    server = TwentyServer(source_of(kind))
    assert len(server.seed(opportunity=40)["opportunity"]) == 40
    http = httpx.Client(transport=httpx.WSGITransport(server), base_url="http://twenty")
    answer = http.post("/rest/opportunities", json={"name": "Roof", "stage": "LEAD"})
    assert answer.json()["data"]["createOpportunity"]["monumentProtected"] is False
    assert http.post("/rest/opportunities", json={"monumentProtected": None}).status_code == 400


def test_seeds_of_custom_objects_have_a_value_for_each_field(custom: Client) -> None:
    """The options come from the metadata."""
    [site] = custom.server.seed(site=1)["site"]
    assert site["phase"] in {"PLAN", "BUILD"}
    assert site["tags"] in (["RED"], ["BLUE"])
    assert site["price"]["amountMicros"] is not None


def test_a_server_has_the_fields_of_a_profile(connect: type[Client], metadata: dict[str, Any]) -> None:
    """A workspace has its own stages and fields; PUBLISHED has the standard ones."""
    options = [{"value": "LEAD"}, {"value": "WON"}]
    stage = {"name": "stage", "type": "SELECT", "options": options, "isNullable": False}
    rows = [each["node"] for each in metadata["fields"]["edges"]]
    profile = Profile.from_metadata({**metadata, "fields": [*rows, stage]})
    client = connect(TwentyServer(profile))
    assert client.data("POST", "/opportunities", {})["stage"] == "LEAD"
    assert client.data("POST", "/companies", {"name": "Acme"})["name"] == "Acme"
    assert connect(TwentyServer(PUBLISHED)).data("POST", "/opportunities", {})["stage"] == "NEW"


def test_a_server_takes_any_envelope_and_a_workspace(
    connect: type[Client], metadata: dict[str, Any], all_metadata: dict[str, Any]
) -> None:
    """Anything else is refused."""
    assert connect(TwentyServer(Workspace.from_metadata(metadata))).data("POST", "/opportunities", {})["name"] == ""
    assert connect(TwentyServer(all_metadata)).data("GET", "/sites") == []
    wrongs: list[Any] = [5, "opportunity", []]
    for wrong in wrongs:
        with pytest.raises(MetadataError, match=r"^expected objects with nameSingular"):
            TwentyServer(wrong)


def test_the_server_is_imported_when_it_is_asked_for() -> None:
    """Other attributes are unknown."""
    assert package.TwentyServer is TwentyServer
    with pytest.raises(AttributeError, match=r"no attribute 'TwentyClient'"):
        package.TwentyClient  # noqa: B018 - the attribute is what is tested


def test_httpx_calls_the_server_as_an_application(server: TwentyServer) -> None:
    """This is the example of the guide."""
    with httpx2.Client(transport=httpx2.WSGITransport(server), base_url="http://twenty") as http:
        assert http.get("/rest/opportunities").json()["totalCount"] == 0
    assert json.dumps(server.requests[0].answer)


@pytest.mark.parametrize("encode", [lambda settings: settings, json.dumps], ids=["object", "text"])
def test_settings_of_a_field_may_be_json_text(encode: Any) -> None:
    """Some exports contain the settings of a field as text; the server reads both forms."""
    settings = {"relationType": "MANY_TO_ONE", "joinColumnName": "companyId"}
    fields = [
        {"name": "id", "type": "UUID"},
        {"name": "deletedAt", "type": "DATE_TIME"},
        {"name": "company", "type": "RELATION", "settings": encode(settings)},
    ]
    (room,) = objects_of([{"nameSingular": "room", "namePlural": "rooms", "fields": fields}]).values()
    assert [*room.columns] == ["id", "createdAt", "updatedAt", "deletedAt", "companyId"]


def test_a_workspace_of_a_generated_module_is_a_server(tmp_path: Path, connect: type[Client]) -> None:
    """The metadata in such a module is compact: options are texts, and defaults are missing."""
    written = tmp_path / "models.py"
    metadata = Path(__file__).parents[3] / "examples" / "workspace" / "metadata.json"
    assert main(["models", str(metadata), "--all", "-o", str(written)]) == 0
    client = connect(TwentyServer(runpy.run_path(str(written))["WORKSPACE"]))
    client.server.seed(opportunity=2)
    deal = client.data("POST", "/opportunities", {})
    assert (deal["stage"], deal["monumentProtected"], deal["payerPersonId"]) == ("LEAD", False, None)
    assert client.send("POST", "/companies/duplicates", {"data": [{"name": "A"}]})[0] == 200


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"type": "SELECT", "options": [{"value": "A", "position": "x"}, {"value": "B"}]},
        {"type": "SELECT", "options": {"A": 1}},
        {"type": "CURRENCY", "defaultValue": "'none'"},
        {"type": "RELATION", "relation": {"type": "MANY_TO_ONE", "targetObjectMetadata": None}},
        {"type": "MORPH_RELATION", "morphRelations": [{"type": "MANY_TO_ONE", "targetObjectMetadata": {}}]},
        {"type": "MORPH_RELATION", "morphRelations": 5},
    ],
)
def test_metadata_may_lack_what_a_server_knows(connect: type[Client], clock: Any, more: dict[str, Any]) -> None:
    """Every object has the system fields, and a field whose metadata is odd does not stop the server."""
    fields = [{"name": "detail", "type": "TEXT", **more}]
    metadata = [{"nameSingular": "dealRoom", "namePlural": "dealRooms", "fields": fields}]
    client = connect(TwentyServer(metadata, clock=clock))
    room = client.data("POST", "/dealRooms", {})
    assert client.data("GET", f"/dealRooms/{room['id']}?depth=1").items() >= room.items()
    assert client.data("DELETE", f"/dealRooms/{room['id']}?soft_delete=true")["deletedAt"] > room["createdAt"]
    assert [len(rooms) for rooms in client.server.seed(dealRoom=2).values()] == [2]


@pytest.mark.parametrize("row", [{"name": "detail"}, {"type": "TEXT"}, {"name": "two words", "type": "TEXT"}])
def test_a_field_without_a_name_or_type_is_refused(row: dict[str, Any]) -> None:
    """The message names the field."""
    with pytest.raises(MetadataError, match=r"^fields\[0\] "):
        TwentyServer([{"nameSingular": "dealRoom", "namePlural": "dealRooms", "fields": [row]}])


def test_a_server_is_not_copied() -> None:
    """The records of a copy would differ at once, so there is none, and the error has what to do."""
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="give other processes the URL"):
            copied(TwentyServer())


def test_a_status_that_http_lacks_is_refused_at_once(client: Client) -> None:
    """A wrong argument fails where it is passed, and not in the request after it."""
    with pytest.raises(ValueError, match="599"):
        client.server.fail_next(599)
    with pytest.raises(TypeError, match="not the str"):
        client.server.webhook(print, operations="opportunity.created")
    assert client.send("GET", "/opportunities")[0] == 200


def test_operations_that_no_event_has_get_nothing(client: Client) -> None:
    """Webhooks may subscribe to events of metadata, whose names have three parts."""
    client.server.webhook(lambda *_: None, operations=["metadata.*.*", "metadata.*", "*", ""])
    client.deals({"name": "A"})
    assert client.server.deliveries == []


def test_parameters_after_the_charset(client: Client) -> None:
    """The type of a body may have several parameters."""
    headers = {"Content-Type": "application/json; charset=utf-8; profile=x"}
    assert client.send("POST", "/opportunities", {"name": "A"}, headers=headers)[0] == 201


def test_seeds_leave_out_choices_without_options(client: Client) -> None:
    """Metadata may lack the options of a field, and then no value of it is accepted."""
    opportunity = next(each for each in standard_objects() if each["nameSingular"] == "opportunity")
    kinds = [{"name": "kind", "type": "SELECT", "options": []}, {"name": "kinds", "type": "MULTI_SELECT"}]
    server = TwentyServer([{**opportunity, "fields": [*opportunity["fields"], *kinds]}])
    deals = server.seed(opportunity=3)["opportunity"]
    assert [(deal["kind"], deal["kinds"]) for deal in deals] == [(None, [])] * 3
    with pytest.raises(TypeError, match="opportunity must be a number of records, not NoneType"):
        client.server.seed(opportunity=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
