"""
A Twenty server in process, for the tests of programs that use a server.

It refuses the requests that a real server refuses, and gives the same answers. It is a WSGI application (PEP 3333) over
records in memory, and needs only the standard library. It may import what `testing` may, and the samples there.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import sys
import threading
import time
import traceback
import urllib.request
import uuid
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from itertools import product
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias
from urllib.parse import parse_qs, parse_qsl, quote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import attrs

from twenty_opportunity.profiles import SERVER
from twenty_opportunity.testing.server import graphql, rest
from twenty_opportunity.testing.server.errors import RefusalError, plain_refusal, refusal, unimplemented
from twenty_opportunity.testing.server.javascript import parse_body, sound
from twenty_opportunity.testing.server.objects import objects_of
from twenty_opportunity.testing.server.store import Event, Store
from twenty_opportunity.testing.server.written import EPOCH
from twenty_opportunity.values.python_json import is_dict
from twenty_opportunity.values.signatures import sign

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

__all__ = ["Delivery", "Request", "TwentyServer"]

Receiver: TypeAlias = str | Callable[[Mapping[str, str], bytes], object]
"""The receiver of deliveries: a URL, or a function of headers and body."""

_MICROSECOND: Final = dt.timedelta(microseconds=1)
_WORKSPACE_ID: Final = "20202020-1c25-4d02-bf25-6aeccf7ea419"
_TIMEOUT: Final = 5  # seconds that a receiver has, as on a real server
LARGEST_BODY: Final = 10 * 1024 * 1024
BLOCK: Final = 1024 * 1024  # bytes of a body that are read at once, whatever length it claims to have
_is_length: Final = re.compile(r"[0-9]{1,18}").fullmatch
_FAULTS: Final[Mapping[int, Any]] = {
    401: {"statusCode": 401, "messages": ["Token invalid."], "error": "UNAUTHENTICATED"},
    403: {"statusCode": 403, "messages": ["Missing authentication token"], "error": "FORBIDDEN_EXCEPTION"},
    404: {"statusCode": 404, "error": "NotFoundException", "messages": ["Record not found"]},
    429: {"statusCode": 429, "error": "HttpException", "messages": ["Limit reached (100 tokens per 60000 ms)"]},
    500: {"statusCode": 500, "error": "InternalServerErrorException", "messages": ["Data validation error."]},
}


@attrs.frozen
class Request:
    """
    A request that the server answered.

    Attributes:
        method: The HTTP method.
        path: The path with the query, as sent.
        headers: The headers by name in lower case.
        body: The raw body.
        status: The status of the answer; None if the connection was dropped.
        answer: The answer as decoded JSON.
    """

    method: str
    path: str
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes
    status: int | None
    answer: Any

    @property
    def json(self) -> Any:
        """The body as decoded JSON."""
        return json.loads(self.body)


@attrs.frozen
class Delivery:
    """
    A webhook delivery.

    Attributes:
        receiver: The receiver.
        headers: The headers, with the signature if the webhook has a secret.
        body: The raw body.
        error: The reason why it failed; None if it arrived. A server tries only once. Any exception of a function is a
            reason, but an `AssertionError` is raised, for tests that check events there.
    """

    receiver: Receiver
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes
    error: str | None = None

    @property
    def json(self) -> Any:
        """The event as decoded JSON."""
        return json.loads(self.body)


@attrs.frozen
class _Webhook:
    receiver: Receiver
    secret: str | None
    operations: tuple[str, ...]
    id: str

    def wants(self, event: Event) -> bool:
        names = product((event.object.singular, "*"), (event.action, "*"))
        return any(".".join(name) in self.operations for name in names)


class TwentyServer:
    """
    A Twenty server in process: a WSGI application over records in memory.

    Args:
        workspace_or_profile: The objects that the server stores, as a profile, a workspace, or decoded metadata of
            several objects. With a profile, the server has the other standard objects, too.
        api_key: The key that requests must have; without it every request is accepted.
        clock: Returns the current time as an aware datetime. Default: the clock of the machine.

    Attributes:
        delay: The seconds to wait before each answer. The request is carried out before.
        requests: The requests in their order.
        deliveries: The webhook deliveries in their order.
    """

    delay: float
    requests: list[Request]
    deliveries: list[Delivery]

    def __init__(
        self,
        workspace_or_profile: object = SERVER,
        *,
        api_key: str | None = None,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.delay = 0
        self.requests = []
        self.deliveries = []
        self._api_key = api_key
        self._clock = clock
        self._store = Store(objects_of(workspace_or_profile), self._now)
        self._lock = threading.RLock()
        self._webhooks: list[_Webhook] = []
        self._faults: list[int | None] = []
        self._failed_checks: list[AssertionError] = []

    def __reduce__(self) -> NoReturn:
        """Raise TypeError: the records of a copy would differ at once."""
        raise TypeError("a TwentyServer cannot be copied or pickled; serve it, and give other processes the URL")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        status, content, events = self._handled(environ)
        self._deliver(events)
        self._wait()
        start_response(*_head(status, content))
        return [content]

    def _handled(self, environ: WSGIEnvironment) -> tuple[int, bytes, Sequence[Event]]:
        """Carry out a request, and record it; return the status and body of the answer, and the events to deliver."""
        body = _body(environ)
        path = quote(environ.get("PATH_INFO", ""), safe="/%:;=@!$&'()*+,~", encoding="latin-1")
        query = environ.get("QUERY_STRING", "")
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or (name in {"CONTENT_LENGTH", "CONTENT_TYPE"} and value)
        }
        method = environ["REQUEST_METHOD"]
        target = f"{path}?{query}" if query else path
        try:
            status, answer, content, events = self._answer(method, path, query, headers, body)
        except Exception as error:
            self.requests.append(Request(method, target, headers, body, 500, _own_fault(error)))
            raise
        self.requests.append(Request(method, target, headers, body, status, answer))
        if status is None:
            raise ConnectionResetError("the connection was dropped, as drop_connection asked for")
        return status, content, events

    def _wait(self) -> None:
        if self.delay:  # a test may count the waits of its client
            time.sleep(self.delay)

    def _answer_on_port(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request; after an exception, write it to the log of the WSGI server and answer with status 500."""
        try:
            status, content, events = self._handled(environ)
            try:
                self._deliver(events)
            except AssertionError as error:
                self._failed_checks.append(error)  # not an error for the client
            self._wait()
            start_response(*_head(status, content))
        except ConnectionResetError:
            raise  # as drop_connection asked for
        except Exception as error:  # noqa: BLE001 - the client must get an answer
            traceback.print_exc(file=environ["wsgi.errors"])
            content = _encoded(_own_fault(error))
            start_response(*_head(500, content), sys.exc_info())
        return [content]

    @contextmanager
    def serve(self, host: str = "127.0.0.1", port: int = 0) -> Generator[str]:
        """
        Serve on a port while the block runs.

        Args:
            host: The address to listen on.
            port: The port; 0 for any free one.

        Yields:
            The URL of the server, without a path.

        Raises:
            AssertionError: A function that received events failed a check. It is raised at the end of the block.
        """
        application = self._answer_on_port
        with make_server(host, port, application, server_class=_ThreadingServer, handler_class=_QuietHandler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            try:
                yield f"http://{host}:{server.server_port}"
            finally:
                server.shutdown()
                thread.join()
        if self._failed_checks:
            failed, self._failed_checks = self._failed_checks, []
            raise failed[0]

    def fail_next(self, status: int = 500, times: int = 1) -> None:
        """
        Make the next requests fail, before anything is read or written.

        Args:
            status: The HTTP status of the answers.
            times: The number of requests that fail.

        Raises:
            ValueError: HTTP does not have the status.
        """
        self._faults += [HTTPStatus(status).value] * times

    def drop_connection(self, times: int = 1) -> None:
        """
        Make the next requests end without an answer.

        The server closes its connection on a port. If the application is called directly, it raises
        ConnectionResetError.

        Args:
            times: The number of these requests.
        """
        self._faults += [None] * times

    def webhook(self, receiver: Receiver, *, secret: str | None = None, operations: Sequence[str] = ("*.*",)) -> None:
        """
        Deliver events to a receiver, before the request that causes them is answered.

        Args:
            receiver: A URL, or a function of the headers and the raw body.
            secret: The secret that signs the deliveries; without it they are not signed.
            operations: The events, such as `opportunity.created`, with `*` for either part.

        Raises:
            TypeError: The operations are a str, whose characters are not events.
        """
        if isinstance(operations, str):
            raise TypeError(f'operations is a list such as ["opportunity.*"], not the str {operations!r}')
        self._webhooks.append(_Webhook(receiver, secret, tuple(operations), str(uuid.uuid4())))

    def seed(self, seed: int = 0, /, **counts: int) -> dict[str, list[dict[str, Any]]]:
        """
        Store realistic records, with the companies and people that they refer to, all or none.

        No events are delivered.

        Args:
            seed: The same seed produces the same records.
            counts: The number of records by the singular name of their object, as in `opportunity=25`.

        Returns:
            The new records by the singular name of their object, as the server sends them.

        Raises:
            TypeError: An object is unknown.
            ValueError: The server has records of the same seed.
        """
        from twenty_opportunity.testing.server.seeds import seeded  # most servers start empty

        with self._lock, self._store.all_or_nothing():
            found = seeded(self._store, seed, counts)
            self._store.events = []
        return found

    def _now(self) -> int:
        moment = self._clock()
        return (moment - EPOCH) // _MICROSECOND // 1000 * 1000

    def _answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int | None, Any, bytes, list[Event]]:
        with self._lock:
            if self._faults:
                status = self._faults.pop(0)
                fault = None if status is None else _fault(status)
                return status, fault, _encoded(fault), []
            if method == "OPTIONS":
                return HTTPStatus.NO_CONTENT, None, b"", []
            self._store.events = []
            try:
                found = self._routed(method, path, query, headers, body)
                content = _encoded(found[1])
            except (RefusalError, RecursionError) as error:
                refused = error if isinstance(error, RefusalError) else unimplemented("requests that are nested deeply")
                return refused.status, refused.body, _encoded(refused.body), []
            return *found, content, self._store.events

    def _routed(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Any]:
        _refuse_length(headers)
        decoded = _decoded(headers.get("content-type", ""), body)
        if path.startswith("/metadata"):
            raise unimplemented(f"{method} {path}")
        if not path.startswith(("/rest", "/graphql")):
            raise plain_refusal(404, "Not Found", f"Cannot {method} {path}")
        refused = _authenticate(headers.get("authorization", ""), self._api_key)
        if path.startswith("/graphql"):
            return graphql.unauthenticated(refused) if refused else graphql.answer(self._store, decoded)
        if refused:
            raise refused
        return rest.answer(self._store, rest.Call(method, path, parse_qs(query, keep_blank_values=True), decoded))

    def _deliver(self, events: Sequence[Event]) -> None:
        for event in events:
            for webhook in [*self._webhooks]:
                if webhook.wants(event):
                    self.deliveries.append(self._delivery(webhook, event))

    def _delivery(self, webhook: _Webhook, event: Event) -> Delivery:
        now = self._clock()
        content: dict[str, Any] = {
            "targetUrl": webhook.receiver if isinstance(webhook.receiver, str) else "http://localhost/webhook",
            "eventName": f"{event.object.singular}.{event.action}",
            "objectMetadata": {"id": _id_of(event), "nameSingular": event.object.singular},
            "workspaceId": _WORKSPACE_ID,
            "webhookId": webhook.id,
            "eventDate": now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:23] + "Z",
            "record": event.record,
        }
        if event.updated_fields is not None:
            content["updatedFields"] = [*event.updated_fields]
        body = _encoded(content)
        headers = {"Content-Type": "application/json"}
        if webhook.secret is not None:
            headers |= sign(body, webhook.secret, timestamp=now)
            headers["X-Twenty-Webhook-Nonce"] = uuid.uuid4().hex
        error = None
        try:
            _send(webhook.receiver, headers, body)
        except AssertionError:
            raise  # a test in a function that receives events
        except Exception as failure:  # noqa: BLE001 - whatever fails, the request that caused the event was answered
            error = str(failure) or type(failure).__name__
        return Delivery(webhook.receiver, headers, body, error)


def _send(receiver: Receiver, headers: Mapping[str, str], body: bytes) -> None:
    if not isinstance(receiver, str):
        receiver(headers, body)
        return
    request = urllib.request.Request(receiver, body, dict(headers), method="POST")  # noqa: S310 - the test's own URL
    with urllib.request.urlopen(request, timeout=_TIMEOUT):  # noqa: S310 - the test's own URL
        pass


def _id_of(event: Event) -> str:
    found = event.object.metadata.get("id")
    return str(found or uuid.uuid5(uuid.NAMESPACE_URL, event.object.singular))


def _fault(status: int) -> Any:
    phrase = HTTPStatus(status).phrase
    return _FAULTS.get(status, {"statusCode": status, "error": phrase, "messages": [phrase]})


def _own_fault(error: Exception) -> Any:
    """Return the answer to a request that this server fails on, in the form of a real server's unexpected error."""
    return {
        "statusCode": 500,
        "error": "InternalServerErrorException",
        "messages": [f"twenty_opportunity.testing.TwentyServer raised {error!r}"],
    }


def _head(status: int, content: bytes) -> tuple[str, list[tuple[str, str]]]:
    sent = [("Content-Type", "application/json; charset=utf-8"), ("Content-Length", str(len(content)))]
    return f"{status} {HTTPStatus(status).phrase}", sent


def _encoded(answer: Any) -> bytes:
    """Write JSON as JavaScript does."""
    return sound(json.dumps(answer, ensure_ascii=False, separators=(",", ":"))).encode()


def _body(environ: WSGIEnvironment) -> bytes:
    """Read the body; nothing if its length is not a number. Of one that is too large, the rest is not kept."""
    length = environ.get("CONTENT_LENGTH") or "0"
    left = int(length) if _is_length(length) else 0
    blocks: list[bytes] = []
    while left and (block := environ["wsgi.input"].read(min(left, BLOCK))):
        left -= len(block)
        if len(blocks) * BLOCK <= LARGEST_BODY:
            blocks.append(block)
    return b"".join(blocks)


def _refuse_length(headers: Mapping[str, str]) -> None:
    if "transfer-encoding" in headers:
        raise unimplemented("a body in chunks; send it with a Content-Length")
    if not _is_length(headers.get("content-length", "0")):
        raise plain_refusal(400, "Bad Request", "Parse Error: Invalid character in Content-Length")


def _decoded(content_type: str, body: bytes) -> Any:
    """Decode a body like the framework of the server."""
    kind, _, parameters = content_type.partition(";")
    if len(body) > LARGEST_BODY:
        raise RefusalError(500, "request entity too large")
    match kind.strip().lower():
        case "application/json":
            charset = dict(parse_qsl(parameters.replace(" ", ""), separator=";")).get("charset", "utf-8").strip('"')
            if not charset.lower().startswith("utf-"):
                raise RefusalError(500, f'unsupported charset "{charset.upper()}"')
            try:
                text = body.decode("utf-8-sig" if charset.lower() == "utf-8" else charset, "replace")
            except (LookupError, ValueError):  # such as a name with a NUL
                raise RefusalError(500, f'unsupported charset "{charset.upper()}"') from None
            return parse_body(text)
        case "application/x-www-form-urlencoded":
            return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        case "text/plain":
            return body.decode("utf-8", "replace")
        case _:
            return None


def _authenticate(authorization: str, api_key: str | None) -> RefusalError | None:
    """Return the refusal of a token that is not the key."""
    scheme, _, token = authorization.partition(" ")
    if api_key is None or (scheme == "Bearer" and token == api_key):
        return None
    if scheme != "Bearer" or not token:
        return refusal("Missing authentication token", status=403, error="FORBIDDEN_EXCEPTION")
    parts = token.split(".")
    try:
        payload: Any = json.loads(base64.urlsafe_b64decode(parts[1] + "==")) if len(parts) == 3 else None  # noqa: PLR2004 - a JWT
    except ValueError:
        payload = None
    if is_dict(payload) and "type" not in payload:
        return refusal("Invalid token type", status=403, error="INVALID_JWT_TOKEN_TYPE")
    return refusal("Token invalid.", status=401, error="UNAUTHENTICATED")


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 1024  # connections that wait; clients beyond the 5 of the standard library were reset


class _QuietHandler(WSGIRequestHandler):
    """Handles requests without a log. A ConnectionResetError of the application closes the connection."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        """Write nothing."""
