"""
Deliver the same bodies to several processes at once, which share a replay memory; print what each process said.

    python deliver_at_once.py sqlite FILE
    python deliver_at_once.py redis SOCKET
"""
# ruff: noqa: T201 - a script that is run by its path

from __future__ import annotations

import importlib
import multiprocessing
import sqlite3
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity import webhooks

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

PROCESSES: Final = 4
BODIES: Final = [b"body %d" % number for number in range(25)]
NOW: Final = datetime(2026, 6, 1, 9, tzinfo=UTC)


def opened(kind: str, place: str) -> webhooks.ReplayMemory:
    """Open the memory."""
    if kind == "sqlite":
        return webhooks.SqliteReplayMemory(place, timeout=60)
    return webhooks.RedisReplayMemory(importlib.import_module("redis").Redis(unix_socket_path=place))


def deliver(kind: str, place: str, barrier: Barrier, outcomes: Any) -> None:
    """Verify each body together with the other processes; put down the outcomes."""
    memory = opened(kind, place)
    for body in BODIES:
        headers = webhooks.sign(body, "secret", timestamp=NOW)
        barrier.wait()
        outcome = "accepted"
        try:
            webhooks.verify(body, headers, "secret", now=NOW, replays=memory)
        except (webhooks.WebhookError, sqlite3.Error) as error:
            outcome = type(error).__name__
        outcomes.put(f"{body.decode()} {outcome}")


def main(kind: str, place: str) -> None:
    """Start the processes, and print their outcomes in order."""
    context = multiprocessing.get_context("spawn")
    barrier, outcomes = context.Barrier(PROCESSES), context.Queue()
    processes = [context.Process(target=deliver, args=(kind, place, barrier, outcomes)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    said = [outcomes.get() for _ in range(PROCESSES * len(BODIES))]
    for process in processes:
        process.join()
    print(*sorted(said), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
