"""
Receive the webhooks of a Twenty workspace with FastAPI.

    pip install twenty-opportunity fastapi uvicorn
    TWENTY_WEBHOOK_SECRET=... python examples/receiver_fastapi.py --port 8000

The URL of the webhook is https://your-host/twenty. During a rotation of the secret, put the old one into
TWENTY_WEBHOOK_SECRET_BEFORE. Run the receiver behind a reverse proxy that terminates TLS and limits the number of
connections and the time for the headers of a request, for which uvicorn waits forever.

For several workers, name a file in which they remember deliveries together:

    TWENTY_REPLAYS=/var/lib/receiver/replays.db gunicorn --workers 4 --worker-class uvicorn_worker.UvicornWorker \
        --chdir examples "receiver_fastapi:from_environment()"
"""
# ruff: noqa: INP001 - a script that is run by its path

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sqlite3
import sys
from typing import TYPE_CHECKING, Final

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from twenty_opportunity import DecodeError, TwentyOpportunityError, ValidationError, WebhookEvent, webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_BODY: Final = 1_000_000
CLOSE: Final = {"Connection": "close"}  # the rest of the body is not read

STATUS: Final[dict[type[TwentyOpportunityError], int]] = {
    webhooks.WebhookError: 401,
    webhooks.ReplayError: 409,  # not 204: a server never sends a delivery twice, so someone else did
    webhooks.ReplayMemoryFullError: 503,
    DecodeError: 400,
    TwentyOpportunityError: 422,
}


def announce(event: WebhookEvent) -> None:
    """Log the event; replace this with your own code. It runs in a thread after the answer was sent."""
    logging.getLogger("uvicorn.error").info("received %s", event.event_name)


def create_app(
    secrets: Sequence[str],
    *,
    seconds: float = 5.0,
    handle: Callable[[WebhookEvent], None] = announce,
    replays: webhooks.ReplayMemory | None = None,
) -> FastAPI:
    """
    Build the application.

    Args:
        secrets: The secret of the webhook, or both the old and the new one during a rotation.
        seconds: The time to wait for the body of a request.
        handle: The function for each event.
        replays: Remembers the deliveries that were accepted; None for a memory of this process.

    Returns:
        An ASGI application that receives deliveries at /twenty.
    """
    app = FastAPI(openapi_url=None)
    memory = webhooks.BoundedReplayMemory() if replays is None else replays

    @app.post("/twenty")
    async def receive(request: Request) -> Response:
        body = await read(request, seconds)
        # In a thread, because the memory may wait for a disk or another machine.
        event = await run_in_threadpool(lambda: webhooks.receive(body, request.headers, secrets, replays=memory))
        # Twenty waits five seconds and never sends a delivery again, so the answer is sent first.
        return Response(status_code=204, background=BackgroundTask(handle, event))

    @app.exception_handler(webhooks.UnrelatedEventError)
    async def ignore(_: Request, error: webhooks.UnrelatedEventError) -> Response:  # noqa: ARG001
        # A webhook receives the events of all objects unless it is limited to some.
        return Response(status_code=204)

    @app.exception_handler(sqlite3.Error)
    async def unavailable(_: Request, error: sqlite3.Error) -> Response:
        return JSONResponse({"errors": [f"the replay memory failed: {error}"]}, 503)

    @app.exception_handler(TwentyOpportunityError)
    async def refuse(_: Request, error: TwentyOpportunityError) -> Response:
        status = next(STATUS[cl] for cl in type(error).__mro__ if cl in STATUS)
        return JSONResponse({"errors": reasons(error)}, status)

    return app


async def read(request: Request, seconds: float) -> bytes:
    """Read the body, unless it is too large or takes too long."""
    too_long = HTTPException(413, f"a body has at most {MAX_BODY} bytes", CLOSE)
    if int(request.headers.get("Content-Length", 0)) > MAX_BODY:  # uvicorn accepts only digits
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    raise too_long
    except TimeoutError:
        raise HTTPException(408, "the body did not arrive in time", CLOSE) from None
    except ClientDisconnect:
        raise HTTPException(400, "the body ends early", CLOSE) from None
    return bytes(body)


def reasons(error: TwentyOpportunityError) -> list[str]:
    """Return the errors without customer data, because answers end up in logs."""
    if isinstance(error, ValidationError):
        return [str(violation.redacted()) for violation in error.violations]
    return [str(error)]


def from_environment(seconds: float = 5.0) -> FastAPI:
    """Build the application from the environment variables."""
    secrets = [os.environ.get(f"TWENTY_WEBHOOK_SECRET{suffix}") for suffix in ("", "_BEFORE")]
    if not secrets[0]:
        sys.exit("set TWENTY_WEBHOOK_SECRET to the secret of the webhook")
    path = os.environ.get("TWENTY_REPLAYS")
    replays = webhooks.SqliteReplayMemory(path) if path else None
    return create_app([secret for secret in secrets if secret], seconds=seconds, replays=replays)


def main() -> None:
    """Serve until interrupted or terminated."""
    parser = argparse.ArgumentParser(description="Receive webhooks of Twenty at /twenty.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default=8000, type=int)
    parser.add_argument("--seconds", default=5.0, type=float, help="the seconds to wait for the body of a request")
    options = parser.parse_args()
    uvicorn.run(from_environment(options.seconds), host=options.host, port=options.port)


if __name__ == "__main__":
    main()
