"""A replay memory knows what it was told for as long as it must, in bounded room, from any thread."""

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
    """The first time a signature is remembered it is new, after that it is known; others are new."""
    memory = BoundedReplayMemory()
    assert memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert not memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("b", now=NOW, until=NOW + MINUTE)
    assert len(memory) == 2


def test_a_signature_is_known_up_to_its_last_instant() -> None:
    """A delivery is still in time at its last instant, so its signature is still known then, and another is new."""
    memory = BoundedReplayMemory()
    memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("b", now=NOW + MINUTE, until=NOW + MINUTE)
    assert not memory.remember("a", now=NOW + MINUTE, until=NOW + MINUTE)


def test_what_is_late_anyway_is_forgotten() -> None:
    """The memory shrinks as time passes, in the order of the last instants and not of arrival."""
    memory = BoundedReplayMemory()
    memory.remember("long", now=NOW, until=NOW + 9 * MINUTE)
    memory.remember("short", now=NOW, until=NOW + MINUTE)
    assert memory.remember("new", now=NOW + 2 * MINUTE, until=NOW + 5 * MINUTE)
    assert len(memory) == 2
    assert not memory.remember("long", now=NOW + 2 * MINUTE, until=NOW + 9 * MINUTE)


def test_a_clock_that_is_set_back_lets_nothing_in_again() -> None:
    """What may have been forgotten counts as known when the clock says that it is not late after all."""
    memory = BoundedReplayMemory()
    memory.remember("a", now=NOW, until=NOW + MINUTE)
    memory.remember("b", now=NOW + 2 * MINUTE, until=NOW + 3 * MINUTE)
    assert not memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("c", now=NOW, until=NOW + MINUTE + MINUTE)


def test_a_full_memory_refuses_and_forgets_nothing() -> None:
    """With no room left a new signature is refused, a known one is still known, and time makes room again."""
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
    """Anything else is a mistake of the caller."""
    with pytest.raises(TypeError, match="capacity"):
        BoundedReplayMemory(capacity)


class GuardedSet(set[str]):
    """A set that notes whether a lock is held whenever it is asked or added to."""

    def __init__(self, lock: threading.Lock) -> None:
        """Take the lock."""
        super().__init__()
        self.lock = lock
        self.guarded: list[bool] = []

    def __contains__(self, signature: object) -> bool:
        """Note, and answer."""
        self.guarded.append(self.lock.locked())
        return super().__contains__(signature)

    def add(self, signature: str) -> None:
        """Note, and add."""
        self.guarded.append(self.lock.locked())
        super().add(signature)


def test_of_two_threads_one_is_first() -> None:
    """Asking and remembering are one step, under one lock, and the lock is free again whatever came of it."""
    memory = BoundedReplayMemory(1)
    lock = vars(memory)["_lock"]
    known = vars(memory)["_known"] = GuardedSet(lock)
    memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert known.guarded == [True, True]
    with pytest.raises(ReplayMemoryFullError):
        memory.remember("b", now=NOW, until=NOW + MINUTE)
    assert not lock.locked()


def test_many_threads_can_share_a_memory() -> None:
    """Of eight threads that bring the same thousand signatures, each signature is new to exactly one."""
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
    """A store of a user's own: a table that several processes share."""

    def __init__(self, path: Path) -> None:
        """Open the database, with the table in it."""
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("CREATE TABLE IF NOT EXISTS taken (signature TEXT PRIMARY KEY, until TEXT)")

    def remember(self, signature: str, *, now: datetime, until: datetime) -> bool:
        """Insert the signature; nothing happens where it is there already."""
        self.database.execute("DELETE FROM taken WHERE until < ?", [now.isoformat(timespec="microseconds")])
        row = (signature, until.isoformat(timespec="microseconds"))
        return self.database.execute("INSERT OR IGNORE INTO taken VALUES (?, ?)", row).rowcount == 1


def test_a_store_of_the_users_own_is_a_memory(tmp_path: Path) -> None:
    """One method makes a memory of a database, and processes that share it take a delivery once between them."""
    first: ReplayMemory = DatabaseMemory(tmp_path / "replays.db")
    second: ReplayMemory = DatabaseMemory(tmp_path / "replays.db")
    headers = webhooks.sign(b"{}", "secret", timestamp=NOW)
    webhooks.verify(b"{}", headers, "secret", now=NOW, replays=first)
    with pytest.raises(ReplayError):
        webhooks.verify(b"{}", headers, "secret", now=NOW + MINUTE, replays=second)
    for memory in (first, second):
        assert isinstance(memory, DatabaseMemory)
        memory.database.close()
