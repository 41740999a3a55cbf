"""Remember the webhook deliveries that were accepted, so that none is accepted twice."""

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
    A memory of deliveries: a `BoundedReplayMemory`, or a store that several processes share.

    In SQL, `remember` is one statement, `INSERT ... ON CONFLICT DO NOTHING`, on a table whose key is the signature. It
    returns whether a row was inserted; rows whose `until` has passed can be deleted at any time. In Redis it is
    `SET signature 1 NX EXAT until`.
    """

    def remember(self, signature: str, *, now: datetime, until: datetime) -> bool:
        """
        Remember a delivery by its signature, in one atomic step, so that of two threads or processes one is first.

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

    A signature is forgotten when its delivery would be refused as late, and never before: a full memory refuses new
    deliveries. Only authentic deliveries are remembered, so a stranger cannot fill it. After the clock was set back,
    signatures that may have been forgotten count as known. The memory is lost with the process, and worker processes
    do not share it: give them a common store, see `ReplayMemory`.

    Args:
        capacity: The maximum number of signatures. With a tolerance of five minutes the default is enough for 333
            deliveries a second; 100,000 signatures take about 30 MB.

    Raises:
        TypeError: The capacity is not a positive integer.
    """

    def __init__(self, capacity: int = 100_000) -> None:
        if capacity.__class__ is not int or capacity < 1:
            raise TypeError(f"capacity must be a positive int, not {capacity!r}")
        self._capacity = capacity
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._expiries: list[tuple[datetime, str]] = []  # a heap: deliveries do not arrive in the order they were sent
        self._forgotten = _NEVER

    def __len__(self) -> int:
        """Return the number of signatures."""
        return len(self._known)

    def remember(self, signature: str, *, now: datetime, until: datetime) -> bool:
        """
        Remember a delivery by its signature.

        Args:
            signature: The signature.
            now: The present. Signatures that had to be remembered until an earlier instant are forgotten.
            until: The last instant at which the delivery is within the tolerance.

        Returns:
            True if the signature is new, False if it is known or may have been forgotten.

        Raises:
            ReplayMemoryFullError: The signature is new, and the memory is full.
        """
        with self._lock:
            self._forget(now)
            if signature in self._known or until <= self._forgotten:
                return False
            if len(self._known) >= self._capacity:
                raise ReplayMemoryFullError(f"the memory is full: it holds {self._capacity} deliveries, its capacity")
            self._known.add(signature)
            heapq.heappush(self._expiries, (until, signature))
            return True

    def _forget(self, now: datetime) -> None:
        while self._expiries and self._expiries[0][0] < now:
            self._forgotten, signature = heapq.heappop(self._expiries)
            self._known.remove(signature)
