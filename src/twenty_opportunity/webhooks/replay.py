"""Remember the webhook deliveries that were accepted, so that none is accepted twice."""

from __future__ import annotations

import heapq
import math
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol, runtime_checkable

from twenty_opportunity.errors import ReplayMemoryFullError
from twenty_opportunity.values.arguments import check_type
from twenty_opportunity.values.signatures import EPOCH, MILLISECOND, since_1970

if TYPE_CHECKING:
    import sqlite3

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_CAPACITY: Final = 100_000
# The row without a signature holds the latest `now`: after the clock was set back, older signatures may be forgotten.
_TABLES: Final = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS deliveries (signature TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS expiries ON deliveries (until);
INSERT OR IGNORE INTO deliveries VALUES ('', 0);
COMMIT;
"""


@runtime_checkable
class ReplayMemory(Protocol):
    """
    A memory of deliveries, which may be shared by several processes.

    `BoundedReplayMemory` is for one process, `SqliteReplayMemory` for the processes of one machine, and
    `RedisReplayMemory` for several machines. To use another store, write a class with this method. In SQL it is one
    statement, `INSERT ... ON CONFLICT DO NOTHING`, on a table whose key is the signature; return True if it inserted a
    row. Rows whose `until` has passed can be deleted at any time.
    """

    def remember(self, signature: str, *, now: datetime, until: datetime) -> bool:
        """
        Remember a delivery by its signature, in one atomic step, so that only one of two threads or processes succeeds.

        Only correct signatures are passed. An exception reaches the caller of `verify`, and the delivery is refused.

        Args:
            signature: The signature, 64 hexadecimal digits.
            now: The present, an aware datetime.
            until: The last instant, in UTC, at which the delivery is within the tolerance. It must be remembered
                until then.

        Returns:
            True if the signature is new, False if it is known.
        """
        ...


class BoundedReplayMemory:
    """
    A memory of one process, of bounded size, which threads may share.

    A signature is forgotten only when its delivery would be refused as late; until then, a full memory refuses new
    deliveries. Only authentic deliveries are remembered, so an attacker cannot fill it. After the clock was set back,
    signatures that may have been forgotten count as known. The memory is lost with the process, and worker processes
    do not share it: use a `SqliteReplayMemory` or a `RedisReplayMemory` for them.

    Args:
        capacity: The maximum number of signatures. With a tolerance of five minutes the default is enough for 333
            deliveries a second; 100,000 signatures take about 30 MB.

    Raises:
        TypeError: The capacity is not a positive integer.
    """

    def __init__(self, capacity: int = _CAPACITY) -> None:
        self._capacity = _checked(capacity)
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._expiries: list[tuple[datetime, str]] = []  # a heap: deliveries do not arrive in the order they were sent
        self._forgotten = _NEVER

    def __len__(self) -> int:
        """Return the number of signatures."""
        return len(self._known)

    def __reduce__(self) -> NoReturn:
        """Raise TypeError: a copy would accept what this memory has accepted since."""
        raise TypeError(
            "a BoundedReplayMemory cannot be copied or pickled; share a SqliteReplayMemory between processes"
        )

    def remember(self, signature: str, *, now: datetime, until: datetime) -> bool:
        """
        Remember a delivery by its signature, see `ReplayMemory.remember`.

        After the clock was set back, a signature that may have been forgotten counts as known. Raise
        ReplayMemoryFullError if the signature is new, and the memory is full.
        """
        _check_delivery(signature, now, until)
        with self._lock:
            self._forget(now)
            if signature in self._known or until <= self._forgotten:
                return False
            if len(self._known) >= self._capacity:
                raise _full(self._capacity)
            self._known.add(signature)
            heapq.heappush(self._expiries, (until, signature))
            return True

    def _forget(self, now: datetime) -> None:
        while self._expiries and self._expiries[0][0] < now:
            self._forgotten, signature = heapq.heappop(self._expiries)
            self._known.remove(signature)


class SqliteReplayMemory:
    """
    A memory in a file, of bounded size, which the threads and processes of one machine may share.

    All processes open the same file, which remains after they end. Each call opens the file again, so workers that were
    forked after the memory was created can use it. It forgets and refuses like `BoundedReplayMemory`.

    Args:
        path: The file of the SQLite database; it is created if it does not exist. Its folder must be on a local disk,
            because SQLite cannot lock files of a network file system reliably. `:memory:` is a file of this name, too.
        capacity: The maximum number of signatures; 100,000 signatures take about 20 MB.
        timeout: The seconds to wait while other processes write.

    Raises:
        TypeError: The capacity is not a positive integer, or another argument is wrong.
        sqlite3.Error: The file cannot be opened, or is not a database.
    """

    def __init__(self, path: str | PathLike[str], capacity: int = _CAPACITY, *, timeout: float = 4.0) -> None:
        check_type("path", path, str | PathLike, "the path of a file")
        if timeout.__class__ not in {int, float} or not 0 <= timeout < math.inf:
            raise TypeError(f"timeout must be a number of seconds, zero or more, not {timeout!r}")
        # Absolute, so that ":memory:", which every call would open empty, is a file, too.
        self._path = Path(path).absolute()
        self._capacity = _checked(capacity)
        self._timeout = timeout
        with closing(self._connect()) as database:
            database.executescript(_TABLES)

    def __len__(self) -> int:
        """Return the number of signatures."""
        with closing(self._connect()) as database:
            return _count(database)

    def remember(self, signature: str, *, now: datetime, until: datetime) -> bool:
        """
        Remember a delivery by its signature, see `ReplayMemory.remember`.

        Raise ReplayMemoryFullError if the signature is new, and the memory is full; `sqlite3.Error` if the database
        cannot be written, or others wrote for longer than the timeout.
        """
        _check_delivery(signature, now, until)
        row = (signature, (until - EPOCH) // _MICROSECOND)
        with closing(self._connect()) as database, database:  # commits, or rolls back after an exception
            database.execute("BEGIN IMMEDIATE")  # takes the lock before anything is read
            present = (now - EPOCH) // _MICROSECOND
            database.execute("UPDATE deliveries SET until = max(until, ?) WHERE signature = ''", [present])
            ((latest,),) = database.execute("SELECT until FROM deliveries WHERE signature = ''")
            database.execute("DELETE FROM deliveries WHERE until < ?", [latest])
            known = database.execute("SELECT 1 FROM deliveries WHERE signature = ?", [signature]).fetchone()
            if known or row[1] < latest:
                return False
            if _count(database) >= self._capacity:
                raise _full(self._capacity)
            database.execute("INSERT INTO deliveries VALUES (?, ?)", row)
            return True

    def _connect(self) -> sqlite3.Connection:
        import sqlite3  # here, because some builds of Python lack it

        # Without an isolation level Python begins no transactions.
        return sqlite3.connect(self._path, timeout=self._timeout, isolation_level=None)


class RedisClient(Protocol):
    """A client of Redis or a compatible server: `redis.Redis`, `redis.RedisCluster`, `valkey.Valkey` and others."""

    def set(self, name: str, value: str, /, *, nx: bool, px: int) -> Any:
        """Set a key unless it exists, to expire after milliseconds; return something true if the key was set."""
        ...


class RedisReplayMemory:
    """
    A memory in Redis, which several machines may share.

    A signature is one key, which expires by itself (`SET key 1 NX PX milliseconds`). The `maxmemory` of the server
    bounds the memory. Leave its `maxmemory-policy` at `noeviction`: a full server then refuses new deliveries. With any
    other policy it forgets signatures early, and their deliveries can be replayed.

    Args:
        client: A synchronous client.
        prefix: The beginning of each key.
        skew: The maximum difference between the clocks of the machines. Signatures are remembered longer by this time.

    Raises:
        TypeError: The skew is not a timedelta, or is negative, or another argument is wrong.
    """

    def __init__(
        self, client: RedisClient, *, prefix: str = "twenty-webhook:", skew: timedelta = timedelta(minutes=1)
    ) -> None:
        if skew.__class__ is not timedelta or skew < timedelta():
            raise TypeError(f"skew must be a timedelta of zero or more, not {skew!r}")
        if not callable(getattr(client, "set", None)):
            raise TypeError(f"client must be a client of Redis, with a method set, not {type(client).__name__}")
        check_type("prefix", prefix, str, "a str")
        self._client = client
        self._prefix = prefix
        self._skew = skew

    def remember(self, signature: str, *, now: datetime, until: datetime) -> bool:
        """
        Remember a delivery by its signature, see `ReplayMemory.remember`.

        An exception of the client reaches the caller of `verify`, and the delivery is refused. Raise TypeError if the
        client is asynchronous.
        """
        _check_delivery(signature, now, until)
        left = max((until - now + self._skew) // MILLISECOND, 0) + 1  # rounded up; Redis refuses zero
        answer = self._client.set(f"{self._prefix}{signature}", "1", nx=True, px=left)
        if hasattr(answer, "__await__"):  # a coroutine is true, so every replay would be accepted
            raise TypeError("RedisReplayMemory needs a synchronous client, such as redis.Redis")
        return bool(answer)


def _check_delivery(signature: object, now: object, until: object) -> None:
    check_type("signature", signature, str, "a str")
    since_1970(now, "now")
    since_1970(until, "until")


def _checked(capacity: int) -> int:
    if capacity.__class__ is not int or capacity < 1:
        raise TypeError(f"capacity must be a positive int, not {capacity!r}")
    return capacity


def _full(capacity: int) -> ReplayMemoryFullError:
    return ReplayMemoryFullError(f"the memory is full: it holds {capacity} deliveries, its capacity")


def _count(database: sqlite3.Connection) -> int:
    ((number,),) = database.execute("SELECT count(*) FROM deliveries")
    return int(number) - 1  # without the row of the clock
