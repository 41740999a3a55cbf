"""What is made when it is first asked for, and kept: one thing a key, however many threads ask at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

ValueT = TypeVar("ValueT")


class Made(dict[Any, ValueT]):
    """
    What is made of each key when it is first asked for, and kept.

    Threads that ask at once may each make it, and all of them get what the first of them kept. There is no lock: what
    makes a thing may be a program's own code, which may wait for other threads, and a fork would copy a held lock.

    Args:
        make: Makes the value of a key, finished: the next thread uses it at once.
    """

    def __init__(self, make: Callable[[Any], ValueT]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> ValueT:
        return self.setdefault(key, self._make(key))
