"""Memories of the webhook deliveries that were taken, so that none is taken twice."""

from __future__ import annotations

import heapq
import threading
from datetime import UTC, datetime
from typing import Final, Protocol, runtime_checkable

from twenty_opportunity.errors import ReplayMemoryFullError

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@runtime_checkable
class ReplayMemory(Protocol):
    """
    What remembers deliveries: a `BoundedReplayMemory`, or a store of your own that several processes share.

    In SQL, `remember` is one statement on a table whose key is the signature, `INSERT ... ON CONFLICT DO NOTHING`,
    and returns whether it inserted a row; rows whose `until` has passed can be deleted at any time. In Redis it is
    `SET signature 1 NX EXAT until`.
    """

    def remember(self, signature: str, *, now: datetime, until: datetime) -> bool:
        """
        Remember a delivery by its signature, in one atomic step: of two threads or processes one is first.

        It is called with signatures that were found right, and with no others. What it raises reaches the caller of
        `verify`, and the delivery is not taken.

        Args:
            signature: The signature, 64 hexadecimal digits.
            now: The present, an aware datetime.
            until: The last instant, in UTC, at which the delivery would still be in time. It must not be forgotten
                before.

        Returns:
            True where the signature was not known, False where it was.
        """
        ...


class BoundedReplayMemory:
    """
    A memory of one process, of bounded size, which threads may share.

    A signature is forgotten once its delivery would be refused as late, and never before: a full memory refuses what
    is new. Only deliveries that somebody with the secret signed are remembered, so no stranger can fill it. Where the
    clock is set back, what may have been forgotten already counts as known. It is lost with the process, and several
    worker processes have one each: let them share a store, see `ReplayMemory`.

    Args:
        capacity: How many signatures it may hold. With a tolerance of five minutes the default is enough for 333
            deliveries a second without end; 100,000 take about 30 MB.

    Raises:
        TypeError: The capacity is not a positive integer.
    """

    def __init__(self, capacity: int = 100_000) -> None:
        if capacity.__class__ is not int or capacity < 1:
            message = f"the capacity is a positive int, not {capacity!r}"
            raise TypeError(message)
        self._capacity = capacity
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._expiries: list[tuple[datetime, str]] = []  # a heap: deliveries do not arrive in the order they were sent
        self._forgotten = _NEVER

    def __len__(self) -> int:
        """Count the signatures that are held."""
        return len(self._known)

    def remember(self, signature: str, *, now: datetime, until: datetime) -> bool:
        """
        Remember a delivery by its signature.

        Args:
            signature: The signature.
            now: The present; whatever had to be remembered until an earlier instant is forgotten.
            until: The last instant at which the delivery would be in time.

        Returns:
            True where the signature was not known, False where it was, or where it may have been before it was
            forgotten.

        Raises:
            ReplayMemoryFullError: It is not known, and there is no room to remember it.
        """
        with self._lock:
            self._forget(now)
            if signature in self._known or until <= self._forgotten:
                return False
            if len(self._known) >= self._capacity:
                message = f"the memory already holds the {self._capacity} deliveries that it has room for"
                raise ReplayMemoryFullError(message)
            self._known.add(signature)
            heapq.heappush(self._expiries, (until, signature))
            return True

    def _forget(self, now: datetime) -> None:
        while self._expiries and self._expiries[0][0] < now:
            self._forgotten, signature = heapq.heappop(self._expiries)
            self._known.remove(signature)
