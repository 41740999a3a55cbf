"""The example receivers work for a client in another process, over a real socket."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import httpx2
import pytest

from twenty_opportunity import webhooks
from twenty_opportunity.testing import TwentyServer

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[2] / "examples"
SECRET = "a secret of our own"  # noqa: S105 - and it guards nothing
SECRET_BEFORE = "the secret before it"  # noqa: S105 - nor did this
PATIENCE = 0.5  # seconds that a receiver waits for a body, short so that the tests are
EVENT = {
    "targetUrl": "https://crm-hooks.example.org/twenty",
    "eventName": "opportunity.created",
    "objectMetadata": {"id": "f3b1c9d2-50a7-4d0c-9a53-2a8d6a3e1b10", "nameSingular": "opportunity"},
    "workspaceId": "0c6f2f5e-7a0b-4b57-8a5f-6f3f0f6c9d21",
    "webhookId": "7d8e1a34-2b6c-4f19-b0de-91c4a5e6f702",
    "eventDate": "2026-06-01T08:59:59.871Z",
}
RECORD = {
    "id": "be4a91c0-6d1f-4c2e-8b7a-3e5d9f012c84",
    "createdAt": "2026-05-30T10:00:00.000Z",
    "updatedAt": "2026-06-01T08:59:59.860Z",
    "stage": "NEW",
}
numbers = itertools.count()


@attrs.define
class Running:
    """An example that runs in another process."""

    name: str
    process: subprocess.Popen[str]
    port: int = 0
    log: list[str] = attrs.field(factory=list[str])

    def read_log_to(self, pattern: str) -> re.Match[str]:
        """Read the log until a line matches."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.log.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError("".join(self.log))

    def connect(self) -> socket.socket:
        """Open a connection with a timeout."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def post(self, body: bytes, headers: dict[str, str], path: str = "/twenty") -> tuple[int, str]:
        """Post a delivery; return the status and the body of the answer."""
        with self.connect() as connection:
            connection.sendall(head(len(body), headers, path) + body)
            return parsed(received(connection))


def head(length: int, headers: dict[str, str], path: str = "/twenty") -> bytes:
    """Return the head of a request."""
    fields = {"Host": "localhost", "Connection": "close", "Content-Length": str(length), **headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items() if value), "", ""]
    return "\r\n".join(lines).encode()


def received(connection: socket.socket) -> bytes:
    """Return everything up to the end of the connection."""
    answer = bytearray()
    with contextlib.suppress(ConnectionError):
        while chunk := connection.recv(65536):
            answer += chunk
    return bytes(answer)


def parsed(answer: bytes) -> tuple[int, str]:
    """Return the status and the body of an answer."""
    top, _, body = answer.decode().partition("\r\n\r\n")
    return int(top.split()[1]), body


def delivery(secret: str = SECRET, age: timedelta = timedelta(), **event: Any) -> tuple[bytes, dict[str, str]]:
    """Return a signed delivery that is unique."""
    record = {**RECORD, "name": f"Secret deal {next(numbers)}"}
    body = json.dumps({**EVENT, "record": record, **event}).encode()
    return body, webhooks.sign(body, secret, timestamp=datetime.now(UTC) - age)


def start(name: str, **environment: str) -> Running:
    """Start an example on a free port."""
    command = [sys.executable, str(EXAMPLES / f"{name}.py"), "--port", "0", "--seconds", str(PATIENCE)]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("TWENTY_")}
    process = subprocess.Popen(
        command,
        env=environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    return Running(name, process)


@pytest.fixture(scope="module", params=["receiver_stdlib", "receiver_fastapi"])
def receiver(request: pytest.FixtureRequest) -> Iterator[Running]:
    """Run an example. After the tests it terminates on request, and its log is free of secrets and tracebacks."""
    running = start(request.param, TWENTY_WEBHOOK_SECRET=SECRET, TWENTY_WEBHOOK_SECRET_BEFORE=SECRET_BEFORE)
    try:
        running.port = int(running.read_log_to(r"http://127\.0\.0\.1:(\d+)")[1])
        yield running
    finally:
        running.process.terminate()
        rest, _ = running.process.communicate(timeout=30)
    assert running.process.returncode in {0, -signal.SIGTERM}
    log = "".join([*running.log, rest])
    assert not any(word in log for word in (SECRET, SECRET_BEFORE, "Secret deal", "Traceback"))


def test_an_event_is_handled(receiver: Running) -> None:
    """A correct delivery is answered with 204 and an empty body, and its event is handled."""
    assert receiver.post(*delivery(eventName="opportunity.restored")) == (204, "")
    receiver.read_log_to("received opportunity.restored")


@pytest.mark.parametrize("name", ["company.created", "metadata.view.updated"])
def test_an_event_of_another_object_is_acknowledged(receiver: Running, name: str) -> None:
    """Events of other objects, which a webhook receives by default, are answered with 204 and not handled."""
    body, headers = delivery(eventName=name)
    assert receiver.post(body, headers) == (204, "")
    assert receiver.post(body, headers)[0] == 409
    assert receiver.post(*delivery("guessed", eventName=name))[0] == 401
    assert not any(name in line for line in receiver.log)


def test_the_old_secret_is_accepted(receiver: Running) -> None:
    """During a rotation, deliveries signed with the old secret are accepted, too."""
    assert receiver.post(*delivery(SECRET_BEFORE)) == (204, "")


def test_a_wrong_signature_is_refused(receiver: Running) -> None:
    """A delivery signed with another secret is refused, and the answer does not reveal the right signature."""
    body, headers = delivery("guessed")
    status, answer = receiver.post(body, headers)
    right = webhooks.sign(
        body, SECRET, timestamp=datetime.fromtimestamp(int(headers[webhooks.TIMESTAMP_HEADER]) / 1000, UTC)
    )
    assert status == 401
    assert SECRET not in answer
    assert right[webhooks.SIGNATURE_HEADER] not in answer


def test_an_unsigned_delivery_is_refused(receiver: Running) -> None:
    """The answer to an unsigned delivery says what is missing."""
    status, answer = receiver.post(delivery()[0], {})
    assert status == 401
    assert "secret" in answer


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_late_or_early_delivery_is_refused(receiver: Running, age: timedelta) -> None:
    """A delivery that was signed too long ago, or in the future, is refused with the reason."""
    status, answer = receiver.post(*delivery(age=age))
    assert status == 401
    assert "tolerance" in answer


def test_a_replay_is_refused(receiver: Running) -> None:
    """The second time, a delivery is answered with 409."""
    body, headers = delivery()
    assert receiver.post(body, headers) == (204, "")
    status, answer = receiver.post(body, headers)
    assert status == 409
    assert "before" in answer


def test_a_body_that_is_not_json_is_refused(receiver: Running) -> None:
    """A signed body that is not JSON is answered with 400."""
    body = b'{"eventName": '
    status, _ = receiver.post(body, webhooks.sign(body, SECRET, timestamp=datetime.now(UTC)))
    assert status == 400


def test_an_invalid_event_is_refused_with_all_violations(receiver: Running) -> None:
    """The answer lists the violations without values."""
    record = {**RECORD, "name": ["Secret deal"], "stage": 5, "amount": "Secret deal"}
    status, answer = receiver.post(*delivery(record=record))
    assert status == 422
    errors = json.loads(answer)["errors"]
    assert sorted(error.split(":")[0] for error in errors) == ["/record/amount", "/record/name", "/record/stage"]
    assert "Secret deal" not in answer


def test_other_paths_are_not_found(receiver: Running) -> None:
    """Other paths are answered with 404."""
    assert receiver.post(*delivery(), "/elsewhere")[0] == 404


def test_a_body_of_50_megabytes_is_not_read(receiver: Running) -> None:
    """A body that is announced as too large is refused before it is sent completely."""
    body = memoryview(bytes(1_000_000))
    sent: list[int] = []

    def send() -> None:
        with contextlib.suppress(OSError):
            for _ in range(50):
                connection.sendall(body)
                sent.append(len(body))

    with receiver.connect() as connection:
        connection.sendall(head(50_000_000, delivery()[1]))
        sender = threading.Thread(target=send)
        sender.start()
        answer = received(connection)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        sender.join()
    assert parsed(answer)[0] == 413
    assert sum(sent) < 50_000_000
    assert receiver.post(*delivery()) == (204, "")


def test_a_half_sent_body_times_out(receiver: Running) -> None:
    """A client that stops in the middle of a body is answered with 408, and others are served meanwhile."""
    body, headers = delivery()
    with receiver.connect() as connection:
        connection.sendall(head(len(body), headers) + body[: len(body) // 2])
        assert receiver.post(*delivery()) == (204, "")
        assert parsed(received(connection))[0] == 408
    assert receiver.post(body, headers) == (204, "")


def test_a_body_that_ends_early_is_refused(receiver: Running) -> None:
    """After a body that ended early, the complete delivery is accepted."""
    body, headers = delivery()
    for _ in range(3):
        with receiver.connect() as connection:
            connection.sendall(head(len(body), headers) + body[: len(body) // 2])
            connection.shutdown(socket.SHUT_WR)
            assert received(connection)[9:12] in {b"400", b""}
    assert receiver.post(body, headers) == (204, "")


def test_a_half_sent_head_does_not_block_others(receiver: Running) -> None:
    """Deliveries are accepted while other clients stop in the middle of a head."""
    with contextlib.ExitStack() as stack:
        connections: list[socket.socket] = []
        for _ in range(20):
            connections.append(stack.enter_context(receiver.connect()))
            connections[-1].sendall(head(10, {})[:30])
        assert receiver.post(*delivery()) == (204, "")
        if receiver.name == "receiver_stdlib":  # for the other its docstring names a reverse proxy
            assert [received(connection) for connection in connections] == [b""] * 20


@pytest.mark.parametrize("length", ["many", "-1", "+1", "1_0", "٣"])
def test_an_invalid_length_is_refused(receiver: Running, length: str) -> None:
    """A Content-Length that is not ASCII digits is answered with 400."""
    body, headers = delivery()
    assert receiver.post(body, {**headers, "Content-Length": length})[0] == 400


def test_chunks_are_read_or_refused(receiver: Running) -> None:
    """A chunked body is refused, or read up to the maximum size, depending on the server."""
    body, headers = delivery()
    headers |= {"Content-Length": "", "Transfer-Encoding": "chunked"}
    reads_chunks = receiver.name == "receiver_fastapi"
    chunks = b"%x\r\n%b\r\n0\r\n\r\n"
    with receiver.connect() as connection:
        connection.sendall(head(0, headers) + chunks % (len(body), body))
        assert parsed(received(connection))[0] == (204 if reads_chunks else 411)
    with receiver.connect() as connection:
        connection.sendall(head(0, headers))
        with contextlib.suppress(ConnectionError):
            connection.sendall(chunks % (1_000_001, bytes(1_000_001)))
        assert parsed(received(connection))[0] == (413 if reads_chunks else 411)


def test_a_receiver_accepts_the_deliveries_of_a_server(receiver: Running) -> None:
    """Every event of a deal is received, and events of other objects are acknowledged."""
    server = TwentyServer()
    server.webhook(f"http://127.0.0.1:{receiver.port}/twenty", secret=SECRET)
    http = httpx2.Client(transport=httpx2.WSGITransport(server), base_url="http://twenty/rest")
    http.post("/companies", json={"name": "Acme"})
    path = f"/opportunities/{http.post('/opportunities', json={}).json()['data']['createOpportunity']['id']}"
    http.patch(path, json={"name": "Roof", "amount": {"amountMicros": 1, "currencyCode": "EUR"}})
    http.delete(f"{path}?soft_delete=true")
    http.patch("/restore/opportunities")
    http.delete(path)
    sent = [(delivery.json["eventName"], delivery.error) for delivery in server.deliveries]
    actions = ("created", "updated", "deleted", "restored", "destroyed")
    assert sent == [("company.created", None), *((f"opportunity.{action}", None) for action in actions)]


def test_a_receiver_refuses_the_deliveries_of_another_secret(receiver: Running) -> None:
    """The server records the status, and does not repeat the delivery."""
    server = TwentyServer()
    server.webhook(f"http://127.0.0.1:{receiver.port}/twenty", secret="another")  # noqa: S106 - it guards nothing
    http = httpx2.Client(transport=httpx2.WSGITransport(server), base_url="http://twenty/rest")
    http.post("/opportunities", json={})
    [delivery] = server.deliveries
    assert delivery.error == "HTTP Error 401: Unauthorized"


def test_workers_share_the_deliveries(tmp_path: Path) -> None:
    """A delivery that one worker accepted is refused by another one with the same file; without it, by status 503."""
    environment = {"TWENTY_WEBHOOK_SECRET": SECRET, "TWENTY_REPLAYS": str(tmp_path / "replays.db")}
    with contextlib.ExitStack() as stack:
        first, second = (start("receiver_fastapi", **environment) for _ in range(2))
        for worker in (first, second):
            stack.enter_context(worker.process)
            stack.callback(worker.process.terminate)
            worker.port = int(worker.read_log_to(r"http://127\.0\.0\.1:(\d+)")[1])
        body, headers = delivery()
        assert first.post(body, headers) == (204, "")
        assert second.post(body, headers)[0] == 409
        with contextlib.closing(sqlite3.connect(tmp_path / "replays.db")) as database:
            [name] = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchone()
            database.execute(f'DROP TABLE "{name}"')
        status, answer = second.post(*delivery())
        assert (status, "the replay memory failed" in answer) == (503, True)


@pytest.mark.parametrize("name", ["receiver_stdlib", "receiver_fastapi"])
def test_a_receiver_without_a_secret_does_not_start(name: str) -> None:
    """A missing secret is reported at the start, with the name of the variable."""
    running = start(name, TWENTY_WEBHOOK_SECRET="", TWENTY_WEBHOOK_SECRET_BEFORE=SECRET)
    output, _ = running.process.communicate(timeout=30)
    assert running.process.returncode == 1
    assert output == "set TWENTY_WEBHOOK_SECRET to the secret of the webhook\n"
