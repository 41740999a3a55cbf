"""
Receive the webhooks of a Twenty workspace with the standard library and twenty-opportunity.

    TWENTY_WEBHOOK_SECRET=... python examples/receiver_stdlib.py --port 8000

The URL of the webhook is https://your-host/twenty. During a rotation of the secret, put the old one into
TWENTY_WEBHOOK_SECRET_BEFORE. Run the receiver behind a reverse proxy that terminates TLS and limits the number of
connections and the time for the headers of a request: the receiver itself limits only the pauses and the body.
"""
# ruff: noqa: INP001, T201 - a script that is run by its path and prints to the terminal

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
    webhooks.WebhookError: 401,
    webhooks.ReplayError: 409,  # not 204: a server never sends a delivery twice, so someone else did
    webhooks.ReplayMemoryFullError: 503,
    DecodeError: 400,
    TwentyOpportunityError: 422,
}


class UnreadableError(Exception):
    """The body of a request is not read, or not to its end."""

    def __init__(self, status: int, reason: str) -> None:
        """Create an error with the HTTP status and the reason."""
        super().__init__(reason)
        self.status = status


def announce(event: WebhookEvent) -> None:
    """Print the event; replace this with your own code. Each request has its own thread."""
    print("received", event.event_name, flush=True)


@dataclasses.dataclass(frozen=True)
class Settings:
    """The secrets, the seconds to wait for a body, the function for events, and the replay memory."""

    secrets: Sequence[str]
    seconds: float = 5.0
    handle: Callable[[WebhookEvent], None] = announce
    replays: webhooks.ReplayMemory = dataclasses.field(default_factory=webhooks.BoundedReplayMemory)


class Receiver(BaseHTTPRequestHandler):
    """Answers a request: 204 for an event that was handled or ignored, otherwise a JSON list of errors."""

    def __init__(self, settings: Settings, *request: Any) -> None:
        """Answer a request of http.server."""
        self.settings = settings
        super().__init__(*request)

    def setup(self) -> None:
        """Limit the time that a single read may take."""
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
        """Receive a delivery and handle its event; return the status and the errors."""
        settings = self.settings
        try:
            event = webhooks.receive(self.body(), self.headers, settings.secrets, replays=settings.replays)
        except UnreadableError as error:
            return error.status, [str(error)]
        except webhooks.UnrelatedEventError:
            return 204, []  # a webhook receives the events of all objects unless it is limited to some
        except TwentyOpportunityError as error:
            return status_of(error), reasons(error)
        # Twenty waits five seconds and never sends a delivery again: put longer work into a queue.
        settings.handle(event)
        return 204, []

    def body(self) -> bytes:
        """Read the body, unless it is too large or takes too long."""
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
        """Return the length of the body; http.server does not decode chunks."""
        lengths = self.headers.get_all("Content-Length", [])
        if not lengths or "Transfer-Encoding" in self.headers:
            raise UnreadableError(411, "a Content-Length is required, without a Transfer-Encoding")
        if len(lengths) > 1 or not re.fullmatch("[0-9]{1,18}", lengths[0]):
            raise UnreadableError(400, "the Content-Length is not a number")
        if int(lengths[0]) > MAX_BODY:
            raise UnreadableError(413, f"a body has at most {MAX_BODY} bytes")
        return int(lengths[0])

    def answer(self, status: int, errors: Sequence[str] = ()) -> None:
        """Send the answer and close the connection, because an unread body may follow."""
        content = json.dumps({"errors": errors}).encode() if errors else b""
        self.send_response(status)
        if content:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def status_of(error: TwentyOpportunityError) -> int:
    """Return the HTTP status of an error, or of its nearest base class."""
    return next(STATUS[cl] for cl in type(error).__mro__ if cl in STATUS)


def reasons(error: TwentyOpportunityError) -> list[str]:
    """Return the errors without customer data, because answers end up in logs."""
    if isinstance(error, ValidationError):
        return [str(violation.redacted()) for violation in error.violations]
    return [str(error)]


class Server(ThreadingHTTPServer):
    """The server. On close it finishes the requests that it has begun to answer."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], settings: Settings) -> None:
        """Listen on an address."""
        super().__init__(address, functools.partial(Receiver, settings))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report an error, unless the client went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def main() -> None:
    """Serve until interrupted or terminated."""
    parser = argparse.ArgumentParser(description="Receive webhooks of Twenty at /twenty.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default=8000, type=int)
    parser.add_argument("--seconds", default=5.0, type=float, help="the seconds to wait for the body of a request")
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
