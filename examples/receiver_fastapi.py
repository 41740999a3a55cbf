"""
Receive the webhooks of a Twenty workspace with FastAPI.

    pip install twenty-opportunity fastapi uvicorn
    TWENTY_WEBHOOK_SECRET=... python examples/receiver_fastapi.py --port 8000

The webhook points to https://your-host/twenty. While its secret is being rotated, the one before it may stay in
TWENTY_WEBHOOK_SECRET_BEFORE. Run it behind a reverse proxy, which ends TLS and limits connections, and how long a
request's headers take: uvicorn waits for those without end. With several workers, let them share a `ReplayMemory` of
your own in a database.
"""
# ruff: noqa: INP001 - a script that is run by its path

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from typing import TYPE_CHECKING, Final

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect

from twenty_opportunity import DecodeError, TwentyOpportunityError, ValidationError, WebhookEvent, webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_BODY: Final = 1_000_000
CLOSE: Final = {"Connection": "close"}  # what is left of the body shall not be read

STATUS: Final[dict[type[TwentyOpportunityError], int]] = {
    webhooks.WebhookError: 401,  # who did not sign is nobody, and so is who signed long ago
    # Not 204: a server sends nothing twice, so whoever does should not believe that anything was done.
    webhooks.ReplayError: 409,
    webhooks.ReplayMemoryFullError: 503,
    DecodeError: 400,
    TwentyOpportunityError: 422,
}


def announce(event: WebhookEvent) -> None:
    """Stand in for what you do with an event; runs in a thread, after the answer was sent."""
    logging.getLogger("uvicorn.error").info("received %s", event.event_name)


def create_app(
    secrets: Sequence[str], *, seconds: float = 5.0, handle: Callable[[WebhookEvent], None] = announce
) -> FastAPI:
    """
    Make the application.

    Args:
        secrets: The webhook's secret; while it is being rotated, the old and the new one.
        seconds: How long to wait for a request's body.
        handle: What to do with each event.

    Returns:
        An ASGI application that receives deliveries at /twenty.
    """
    app = FastAPI(openapi_url=None)
    replays = webhooks.BoundedReplayMemory()

    @app.post("/twenty")
    async def receive(request: Request) -> Response:
        body = await read(request, seconds)
        event = webhooks.receive(body, request.headers, secrets, replays=replays)
        # Twenty waits five seconds and never sends again: the answer goes first.
        return Response(status_code=204, background=BackgroundTask(handle, event))

    @app.exception_handler(TwentyOpportunityError)
    async def refuse(_: Request, error: TwentyOpportunityError) -> Response:
        status = next(STATUS[cl] for cl in type(error).__mro__ if cl in STATUS)
        return JSONResponse({"errors": reasons(error)}, status)

    return app


async def read(request: Request, seconds: float) -> bytes:
    """Read the body, but no more of it than is allowed, and no longer."""
    too_long = HTTPException(413, f"a body has at most {MAX_BODY} bytes", CLOSE)
    if int(request.headers.get("Content-Length", 0)) > MAX_BODY:  # the HTTP server lets nothing but digits pass
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
    """Say what is wrong, with nothing of the customer's data: answers end up in logs."""
    if isinstance(error, ValidationError):
        return [str(violation.redacted()) for violation in error.violations]
    return [str(error)]


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
    app = create_app([secret for secret in secrets if secret], seconds=options.seconds)
    uvicorn.run(app, host=options.host, port=options.port)


if __name__ == "__main__":
    main()
