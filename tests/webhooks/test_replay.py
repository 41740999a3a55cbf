"""A replay memory remembers signatures for as long as it must, with a bounded size, in any thread or process."""

from __future__ import annotations

import collections
import copy
import os
import pickle
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity import webhooks
from twenty_opportunity.errors import ReplayError, ReplayMemoryFullError
from twenty_opportunity.webhooks.replay import (
    BoundedReplayMemory,
    RedisReplayMemory,
    ReplayMemory,
    SqliteReplayMemory,
)

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    Making = Callable[..., BoundedReplayMemory | SqliteReplayMemory]

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["bounded", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Making:
    """Return a function that makes a memory with a capacity."""

    def made(*capacity: Any) -> BoundedReplayMemory | SqliteReplayMemory:
        if request.param == "bounded":
            return BoundedReplayMemory(*capacity)
        return SqliteReplayMemory(tmp_path / "replays.db", *capacity)

    return made


def test_a_signature_is_new_once(make: Making) -> None:
    """A signature is new the first time and known afterwards; other signatures are new."""
    memory = make()
    assert memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert not memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("b", now=NOW, until=NOW + MINUTE)
    assert len(memory) == 2


def test_a_signature_is_known_up_to_its_last_instant(make: Making) -> None:
    """At the last instant of its tolerance a signature is still known."""
    memory = make()
    memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("b", now=NOW + MINUTE, until=NOW + MINUTE)
    assert not memory.remember("a", now=NOW + MINUTE, until=NOW + MINUTE)


def test_late_signatures_are_forgotten(make: Making) -> None:
    """Late signatures are forgotten, in the order of their last instants."""
    memory = make()
    memory.remember("long", now=NOW, until=NOW + 9 * MINUTE)
    memory.remember("short", now=NOW, until=NOW + MINUTE)
    assert memory.remember("new", now=NOW + 2 * MINUTE, until=NOW + 5 * MINUTE)
    assert len(memory) == 2
    assert not memory.remember("long", now=NOW + 2 * MINUTE, until=NOW + 9 * MINUTE)


def test_a_clock_that_is_set_back_accepts_no_replay(make: Making) -> None:
    """After the clock was set back, signatures that may have been forgotten count as known."""
    memory = make()
    memory.remember("a", now=NOW, until=NOW + MINUTE)
    memory.remember("b", now=NOW + 2 * MINUTE, until=NOW + 3 * MINUTE)
    assert not memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("c", now=NOW, until=NOW + MINUTE + MINUTE)


def test_a_full_memory_refuses_and_forgets_nothing(make: Making) -> None:
    """A full memory refuses new signatures and still knows the old ones, until some are late."""
    memory = make(2)
    assert memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("b", now=NOW, until=NOW + 2 * MINUTE)
    for _ in range(2):
        with pytest.raises(ReplayMemoryFullError, match="2"):
            memory.remember("c", now=NOW, until=NOW + 2 * MINUTE)
        assert not memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert memory.remember("c", now=NOW + MINUTE + MINUTE / 2, until=NOW + 2 * MINUTE)
    assert len(memory) == 2


@pytest.mark.parametrize("capacity", [0, -1, True, 1.0, None, "10"])
def test_a_capacity_is_a_positive_integer(make: Making, capacity: Any) -> None:
    """Any other capacity raises TypeError."""
    with pytest.raises(TypeError, match="capacity"):
        make(capacity)


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


def test_a_file_outlives_its_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another memory with the same file knows the signatures, also in another working directory."""
    monkeypatch.chdir(tmp_path)
    memory = SqliteReplayMemory("replays.db")
    assert memory.remember("a", now=NOW, until=NOW + MINUTE)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert not memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert not SqliteReplayMemory(tmp_path / "replays.db").remember("a", now=NOW, until=NOW + MINUTE)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not allow the colon in a file name")
def test_no_memory_forgets_between_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name that SQLite keeps in memory, where each call would find nothing, is an ordinary file."""
    monkeypatch.chdir(tmp_path)
    memory = SqliteReplayMemory(":memory:")
    assert memory.remember("a", now=NOW, until=NOW + MINUTE)
    assert not memory.remember("a", now=NOW, until=NOW + MINUTE)


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        (3, {}, "path must be the path of a file, not int"),
        ("a.db", {"timeout": "4"}, "timeout must be a number of seconds, zero or more, not '4'"),
        ("a.db", {"timeout": True}, "timeout must be a number of seconds, zero or more, not True"),
        ("a.db", {"timeout": -1}, "timeout must be a number of seconds, zero or more, not -1"),
        ("a.db", {"timeout": float("nan")}, "timeout must be a number of seconds, zero or more, not nan"),
        ("a.db", {"timeout": float("inf")}, "timeout must be a number of seconds, zero or more, not inf"),
    ],
)
def test_arguments_of_sqlite(tmp_path: Path, path: Any, options: Any, message: str) -> None:
    """A path or a timeout of another type raises TypeError, and no file is created."""
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        SqliteReplayMemory(tmp_path / path if isinstance(path, str) else path, **options)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"signature": b"a"}, "signature must be a str, not bytes"),
        ({"now": NOW.replace(tzinfo=None)}, "now must be an aware datetime, not a naive one"),
        ({"until": 3}, "until must be an aware datetime, not int"),
    ],
)
def test_arguments_of_remember(make: Making, wrong: dict[str, Any], message: str) -> None:
    """A naive datetime, or an argument of another type, raises TypeError, and nothing is remembered."""
    right: dict[str, Any] = {"signature": "a", "now": NOW, "until": NOW + MINUTE}
    memory = make()
    redis = RedisReplayMemory(Client("OK"))
    for each in (memory, redis):
        with pytest.raises(TypeError, match=f"^{message}"):
            each.remember(**right | wrong)
    assert memory.remember(**right)


def test_a_locked_file_refuses(tmp_path: Path) -> None:
    """While another process writes for longer than the timeout, the delivery is refused and not remembered."""
    memory = SqliteReplayMemory(tmp_path / "replays.db", timeout=0)
    other = sqlite3.connect(tmp_path / "replays.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    headers = webhooks.sign(b"{}", "secret", timestamp=NOW)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        webhooks.verify(b"{}", headers, "secret", now=NOW, replays=memory)
    other.close()
    webhooks.verify(b"{}", headers, "secret", now=NOW, replays=memory)
    assert len(memory) == 1


def test_sqlite_waits_as_long_as_the_timeout_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The timeout is passed to SQLite; the default is shorter than the five seconds that a server waits."""
    connect, timeouts = sqlite3.connect, list[float]()

    def recorded(path: str, *, timeout: float, isolation_level: None) -> sqlite3.Connection:
        timeouts.append(timeout)
        return connect(path, timeout=timeout, isolation_level=isolation_level)

    monkeypatch.setattr(sqlite3, "connect", recorded)
    SqliteReplayMemory(tmp_path / "one.db")
    SqliteReplayMemory(tmp_path / "two.db", timeout=0.5).remember("a", now=NOW, until=NOW + MINUTE)
    assert timeouts == [4.0, 0.5, 0.5]


def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path) -> None:
    """A file with other content is refused when the memory is created, and is not changed."""
    (tmp_path / "notes.txt").write_text("not a database" * 100, "utf-8")
    with pytest.raises(sqlite3.DatabaseError):
        SqliteReplayMemory(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text("utf-8") == "not a database" * 100


class Client:
    """A client of Redis that records its commands and gives one answer."""

    def __init__(self, answer: Any) -> None:
        """Store the answer."""
        self.answer = answer
        self.commands: list[Any] = []

    def set(self, name: str, value: str, /, *, nx: bool, px: int) -> Any:
        """Record the command."""
        self.commands.append((name, value, nx, px))
        return self.answer


class Awaited:
    """The answer of an asynchronous client."""

    def __await__(self) -> Iterator[Any]:
        """Wait for nothing."""
        return iter(())


@pytest.mark.parametrize(("answer", "new"), [(True, True), ("OK", True), (b"OK", True), (None, False), (False, False)])
def test_answers_of_clients(answer: Any, new: bool) -> None:  # noqa: FBT001 - a parameter
    """The answers of different clients are understood."""
    memory: ReplayMemory = RedisReplayMemory(Client(answer))
    assert memory.remember("a", now=NOW, until=NOW + MINUTE) is new


@pytest.mark.parametrize(
    ("until", "skew", "milliseconds"),
    [
        (NOW + MINUTE, MINUTE, 120_001),
        (NOW + MINUTE, timedelta(), 60_001),
        (NOW + timedelta(microseconds=1999), timedelta(), 2),
        (NOW, timedelta(), 1),
        (NOW - MINUTE, timedelta(), 1),
    ],
)
def test_keys_expire_after_the_last_instant(until: datetime, skew: timedelta, milliseconds: int) -> None:
    """A key is set once, and expires after the last instant of its delivery by the clock of any machine."""
    client = Client("OK")
    RedisReplayMemory(client, prefix="crm:", skew=skew).remember("a", now=NOW, until=until)
    assert client.commands == [("crm:a", "1", True, milliseconds)]


def test_an_asynchronous_client_is_refused() -> None:
    """An answer that is to be awaited is refused, because as a truth value it would accept each replay."""
    with pytest.raises(TypeError, match=r"^RedisReplayMemory needs a synchronous client, such as redis\.Redis$"):
        RedisReplayMemory(Client(Awaited())).remember("a", now=NOW, until=NOW + MINUTE)


def test_arguments_of_redis() -> None:
    """A client or a prefix of another type raises TypeError."""
    with pytest.raises(TypeError, match=r"^client must be a client of Redis, with a method set, not str$"):
        RedisReplayMemory("redis://localhost")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match=r"^prefix must be a str, not bytes$"):
        RedisReplayMemory(Client("OK"), prefix=b"crm:")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("skew", [-MINUTE, 60, None])
def test_a_skew_is_not_negative(skew: Any) -> None:
    """Any other skew raises TypeError."""
    with pytest.raises(TypeError, match="skew"):
        RedisReplayMemory(Client("OK"), skew=skew)


@pytest.fixture(scope="module")
def redis_socket() -> Iterator[str]:
    """Run a Redis server; yield the path of its socket."""
    program = shutil.which("redis-server")
    if program is None:
        reason = "redis-server is missing; on Debian, install the package redis-server"
        if os.environ.get("REQUIRE_REDIS"):
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory() as folder:  # of a short name, as paths of sockets must have
        path = f"{folder}/redis.sock"
        options = ["--port", "0", "--unixsocket", path, "--save", "", "--dir", folder]
        with subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            assert any("accept connections" in line for line in server.stdout)
            yield path
            server.terminate()


@pytest.fixture
def redis_client(redis_socket: str) -> Iterator[Any]:
    """Connect to the server, which is empty."""
    with pytest.importorskip("redis").Redis(unix_socket_path=redis_socket) as client:
        client.flushall()
        yield client
        client.config_set("maxmemory", 0)


def test_a_redis_server_remembers(redis_client: Any) -> None:
    """A signature is new once, in any memory of the server, until its key expires."""
    first, second = RedisReplayMemory(redis_client), RedisReplayMemory(redis_client)
    assert first.remember("a", now=NOW, until=NOW + MINUTE)
    assert not second.remember("a", now=NOW, until=NOW + MINUTE)
    assert second.remember("b", now=NOW, until=NOW + MINUTE)
    assert 60_000 < redis_client.pttl("twenty-webhook:a") <= 120_001
    redis_client.delete("twenty-webhook:a")  # as when it expires
    assert first.remember("a", now=NOW, until=datetime.max.replace(tzinfo=UTC))


def test_a_full_redis_server_refuses(redis_client: Any) -> None:
    """A Redis server without free memory refuses the delivery, and accepts it later."""
    headers = webhooks.sign(b"{}", "secret", timestamp=NOW)
    memory = RedisReplayMemory(redis_client)
    redis_client.config_set("maxmemory", 1)
    with pytest.raises(Exception, match="maxmemory"):
        webhooks.verify(b"{}", headers, "secret", now=NOW, replays=memory)
    redis_client.config_set("maxmemory", 0)
    webhooks.verify(b"{}", headers, "secret", now=NOW, replays=memory)


def outcomes_at_once(kind: str, place: str) -> collections.Counter[str]:
    """Deliver the same bodies to several processes at once; count their outcomes."""
    command = [sys.executable, "-W", "error", str(Path(__file__).with_name("deliver_at_once.py")), kind, place]
    return collections.Counter(subprocess.check_output(command, text=True).splitlines())


def expected_at_once() -> dict[str, int]:
    """Return the outcomes if each body is accepted by one of four processes."""
    return {f"body {number} {said}": times for number in range(25) for said, times in ACCEPTED_ONCE.items()}


ACCEPTED_ONCE = {"accepted": 1, "ReplayError": 3}


@pytest.mark.slow
def test_of_many_processes_with_a_file_one_is_first(tmp_path: Path) -> None:
    """If four processes receive a body at once, exactly one accepts it."""
    assert outcomes_at_once("sqlite", str(tmp_path / "replays.db")) == expected_at_once()


@pytest.mark.slow
def test_of_many_processes_with_redis_one_is_first(redis_client: Any, redis_socket: str) -> None:
    """If four processes receive a body at once, exactly one accepts it."""
    assert outcomes_at_once("redis", redis_socket) == expected_at_once()
    assert redis_client.dbsize() == 25


def test_a_memory_of_one_process_is_not_copied() -> None:
    """A copy in another process would accept a replay, so there is none, and the error has what to do."""
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="share a SqliteReplayMemory"):
            copied(BoundedReplayMemory())
