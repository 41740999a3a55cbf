"""A dict that computes and keeps missing values, for any number of threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

ValueT = TypeVar("ValueT")


class Memo(dict[Any, ValueT]):
    """
    A dict that computes the value of a missing key and keeps it.

    Threads that ask at the same time may each compute a value; all of them get the one that was kept first. There is
    no lock: `make` may call a program's own code, which may wait for other threads, and a fork would copy a held lock.

    Args:
        make: Returns the value of a key, ready for use by any thread.
    """

    def __init__(self, make: Callable[[Any], ValueT]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> ValueT:
        return self.setdefault(key, self._make(key))
