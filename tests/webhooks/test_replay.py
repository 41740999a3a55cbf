"""A replay memory remembers signatures for as long as it must, with a bounded size, in any thread."""

from __future__ import annotations

import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity import webhooks
from twenty_opportunity.errors import ReplayError, ReplayMemoryFullError
from twenty_opportunity.webhooks.replay import BoundedReplayMemory, ReplayMemory

if TYPE_CHECKING:
    import threading
    from pathlib import Path

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_signature_is_new_once() -> None:
    """A signature is new the first time and known afterwards; other signatures are new."""
    memory = BoundedReplayMemory()
    assert memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert not memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("b", now=NOW, until=NOW + MINUTE)
    assert len(memory) == 2


def test_a_signature_is_known_up_to_its_last_instant() -> None:
    """At the last instant of its tolerance a signature is still known."""
    memory = BoundedReplayMemory()
    memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("b", now=NOW + MINUTE, until=NOW + MINUTE)
    assert not memory.remember("a", now=NOW + MINUTE, until=NOW + MINUTE)


def test_late_signatures_are_forgotten() -> None:
    """Late signatures are forgotten, in the order of their last instants."""
    memory = BoundedReplayMemory()
    memory.remember("long", now=NOW, until=NOW + 9 * MINUTE)
    memory.remember("short", now=NOW, until=NOW + MINUTE)
    assert memory.remember("new", now=NOW + 2 * MINUTE, until=NOW + 5 * MINUTE)
    assert len(memory) == 2
    assert not memory.remember("long", now=NOW + 2 * MINUTE, until=NOW + 9 * MINUTE)


def test_a_clock_that_is_set_back_accepts_no_replay() -> None:
    """After the clock was set back, signatures that may have been forgotten count as known."""
    memory = BoundedReplayMemory()
    memory.remember("a", now=NOW, until=NOW + MINUTE)
    memory.remember("b", now=NOW + 2 * MINUTE, until=NOW + 3 * MINUTE)
    assert not memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("c", now=NOW, until=NOW + MINUTE + MINUTE)


def test_a_full_memory_refuses_and_forgets_nothing() -> None:
    """A full memory refuses new signatures and still knows the old ones, until some are late."""
    memory = BoundedReplayMemory(2)
    assert memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("b", now=NOW, until=NOW + 2 * MINUTE)
    for _ in range(2):
        with pytest.raises(ReplayMemoryFullError, match="2"):
            memory.remember("c", now=NOW, until=NOW + 2 * MINUTE)
        assert not memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("c", now=NOW + MINUTE + MINUTE / 2, until=NOW + 2 * MINUTE)
    assert len(memory) == 2


@pytest.mark.parametrize("capacity", [0, -1, True, 1.0, None, "10"])
def test_a_capacity_is_a_positive_integer(capacity: Any) -> None:
    """Any other capacity raises TypeError."""
    with pytest.raises(TypeError, match="capacity"):
        BoundedReplayMemory(capacity)


class GuardedSet(set[str]):
    """A set that records whether a lock is held at each access."""

    def __init__(self, lock: threading.Lock) -> None:
        """Store the lock."""
        super().__init__()
        self.lock = lock
        self.guarded: list[bool] = []

    def __contains__(self, signature: object) -> bool:
        """Record the lock and look up."""
        self.guarded.append(self.lock.locked())
        return super().__contains__(signature)

    def add(self, signature: str) -> None:
        """Record the lock and add."""
        self.guarded.append(self.lock.locked())
        super().add(signature)


def test_of_two_threads_one_is_first() -> None:
    """Looking up and adding happen under one lock, which is always released."""
    memory = BoundedReplayMemory(1)
    lock = vars(memory)["_lock"]
    known = vars(memory)["_known"] = GuardedSet(lock)
    memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert known.guarded == [True, True]
    with pytest.raises(ReplayMemoryFullError):
        memory.remember("b", now=NOW, until=NOW + MINUTE)
    assert not lock.locked()


def test_many_threads_can_share_a_memory() -> None:
    """For eight threads with the same thousand signatures, each signature is new to exactly one."""
    memory = BoundedReplayMemory(1000)

    def remember(number: int) -> bool:
        return memory.remember(str(number % 1000), now=NOW, until=NOW + MINUTE)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(remember, range(8000))) == 1000
    finally:
        sys.setswitchinterval(interval)


class DatabaseMemory:
    """A memory in a database, which several processes can share."""

    def __init__(self, path: Path) -> None:
        """Open the database and create the table."""
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("CREATE TABLE IF NOT EXISTS taken (signature TEXT PRIMARY KEY, until TEXT)")

    def remember(self, signature: str, *, now: datetime, until: datetime) -> bool:
        """Insert the signature unless it exists."""
        self.database.execute("DELETE FROM taken WHERE until < ?", [now.isoformat(timespec="microseconds")])
        row = (signature, until.isoformat(timespec="microseconds"))
        return self.database.execute("INSERT OR IGNORE INTO taken VALUES (?, ?)", row).rowcount == 1


def test_a_custom_memory(tmp_path: Path) -> None:
    """A custom memory needs one method, and processes that share it accept a delivery once."""
    first: ReplayMemory = DatabaseMemory(tmp_path / "replays.db")
    second: ReplayMemory = DatabaseMemory(tmp_path / "replays.db")
    headers = webhooks.sign(b"{}", "secret", timestamp=NOW)
    webhooks.verify(b"{}", headers, "secret", now=NOW, replays=first)
    with pytest.raises(ReplayError):
        webhooks.verify(b"{}", headers, "secret", now=NOW + MINUTE, replays=second)
    for memory in (first, second):
        assert isinstance(memory, DatabaseMemory)
        memory.database.close()
