"""
Receive the webhooks of a Twenty workspace with nothing but the standard library and twenty-opportunity.

    TWENTY_WEBHOOK_SECRET=... python examples/receiver_stdlib.py --port 8000

The webhook points to https://your-host/twenty. While its secret is being rotated, the one before it may stay in
TWENTY_WEBHOOK_SECRET_BEFORE. Run it behind a reverse proxy, which ends TLS and limits connections, and how long a
request's headers take as a whole: here only the pauses between them, and the body, are limited.
"""
# ruff: noqa: INP001, T201 - a script that is run by its path, and speaks on the terminal

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import functools
import json
import os
import re
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity import DecodeError, TwentyOpportunityError, ValidationError, WebhookEvent, webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_BODY: Final = 1_000_000
PATH: Final = "/twenty"

STATUS: Final[dict[type[TwentyOpportunityError], int]] = {
    webhooks.WebhookError: 401,  # who did not sign is nobody, and so is who signed long ago
    # Not 204: a server sends nothing twice, so whoever does should not believe that anything was done.
    webhooks.ReplayError: 409,
    webhooks.ReplayMemoryFullError: 503,
    DecodeError: 400,
    TwentyOpportunityError: 422,
}


class UnreadableError(Exception):
    """A request whose body is not read, or not to its end: the HTTP status, and why."""

    def __init__(self, status: int, reason: str) -> None:
        """Take both."""
        super().__init__(reason)
        self.status = status


def announce(event: WebhookEvent) -> None:
    """Stand in for what you do with an event; runs in a thread of its own for each."""
    print("received", event.event_name, flush=True)


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is received, and what becomes of it: the secrets, how long to wait for a body, what to do with an event."""

    secrets: Sequence[str]
    seconds: float = 5.0
    handle: Callable[[WebhookEvent], None] = announce
    replays: webhooks.ReplayMemory = dataclasses.field(default_factory=webhooks.BoundedReplayMemory)


class Receiver(BaseHTTPRequestHandler):
    """Answers one request: 204 for an event that was handled, else a JSON list of what is wrong."""

    def __init__(self, settings: Settings, *request: Any) -> None:
        """Answer a request, as http.server has it."""
        self.settings = settings
        super().__init__(*request)

    def setup(self) -> None:
        """Limit how long any single wait for the client takes."""
        self.request.settimeout(self.settings.seconds)
        super().setup()

    def do_POST(self) -> None:
        """Answer a delivery."""
        try:
            status, errors = self.receive()
        except Exception:
            self.answer(500, ["the delivery could not be handled"])
            raise
        self.answer(status, errors)

    def receive(self) -> tuple[int, list[str]]:
        """Receive a delivery, and have its event handled; give the status, and what is wrong."""
        settings = self.settings
        try:
            event = webhooks.receive(self.body(), self.headers, settings.secrets, replays=settings.replays)
        except UnreadableError as error:
            return error.status, [str(error)]
        except TwentyOpportunityError as error:
            return status_of(error), reasons(error)
        # Twenty waits five seconds and never sends again: what takes longer belongs into a queue of your own.
        settings.handle(event)
        return 204, []

    def body(self) -> bytes:
        """Read the body: not a byte of it where it is too long, and no longer than the server's patience."""
        if self.path != PATH:
            raise UnreadableError(404, f"deliveries go to {PATH}")
        length = self.length()
        deadline = time.monotonic() + self.settings.seconds
        body = bytearray()
        try:
            while len(body) < length:
                self.connection.settimeout(max(deadline - time.monotonic(), 0.001))
                chunk = self.rfile.read1(length - len(body))
                if not chunk:
                    raise UnreadableError(400, "the body ends early")
                body += chunk
        except TimeoutError:
            raise UnreadableError(408, "the body did not arrive in time") from None
        return bytes(body)

    def length(self) -> int:
        """Tell how long the body is; http.server reads no chunks."""
        lengths = self.headers.get_all("Content-Length", [])
        if not lengths or "Transfer-Encoding" in self.headers:
            raise UnreadableError(411, "a Content-Length is needed, and no Transfer-Encoding")
        if len(lengths) > 1 or not re.fullmatch("[0-9]{1,18}", lengths[0]):
            raise UnreadableError(400, "the Content-Length is no number")
        if int(lengths[0]) > MAX_BODY:
            raise UnreadableError(413, f"a body has at most {MAX_BODY} bytes")
        return int(lengths[0])

    def answer(self, status: int, errors: Sequence[str] = ()) -> None:
        """Send the answer, and close the connection: an unread body may follow."""
        content = json.dumps({"errors": errors}).encode() if errors else b""
        self.send_response(status)
        if content:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def status_of(error: TwentyOpportunityError) -> int:
    """Find the HTTP status of an error, or of the nearest class above it."""
    return next(STATUS[cl] for cl in type(error).__mro__ if cl in STATUS)


def reasons(error: TwentyOpportunityError) -> list[str]:
    """Say what is wrong, with nothing of the customer's data: answers end up in logs."""
    if isinstance(error, ValidationError):
        return [str(violation.redacted()) for violation in error.violations]
    return [str(error)]


class Server(ThreadingHTTPServer):
    """The server. When it is closed it waits for the requests that it has begun to answer."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], settings: Settings) -> None:
        """Listen at an address."""
        super().__init__(address, functools.partial(Receiver, settings))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report a failure, unless it is that of a client that went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def main() -> None:
    """Serve until interrupted or terminated."""
    parser = argparse.ArgumentParser(description="Receive webhooks of Twenty at /twenty.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default=8000, type=int)
    parser.add_argument("--seconds", default=5.0, type=float, help="how long to wait for a request's body")
    options = parser.parse_args()
    secrets = [os.environ.get(f"TWENTY_WEBHOOK_SECRET{suffix}") for suffix in ("", "_BEFORE")]
    if not secrets[0]:
        sys.exit("set TWENTY_WEBHOOK_SECRET to the secret of the webhook")
    address = (options.host, options.port)
    settings = Settings([secret for secret in secrets if secret], options.seconds)
    with Server(address, settings) as server:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        print(f"listening on http://{options.host}:{server.server_port}{PATH}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
