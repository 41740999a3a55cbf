"""A dict that computes and keeps missing values, for any number of threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

ValueT = TypeVar("ValueT")


class Memo(dict[Any, ValueT]):
    """
    A dict that computes the value of a missing key and keeps it.

    Threads that ask at the same time may each compute a value; all of them get the one that was kept first. A lock is
    not used: `make` may call a program's own code, which may wait for other threads, and a fork would copy a held lock.

    Args:
        make: Returns the value of a key, ready for use by any thread.
    """

    def __init__(self, make: Callable[[Any], ValueT]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> ValueT:
        return self.setdefault(key, self._make(key))


class cached_property(Generic[ValueT]):  # noqa: N801 - named and used like the one of functools
    """
    A property that is computed when it is first read, and kept.

    `functools.cached_property` has a lock on Python 3.11; after a fork while another thread holds it, the child waits
    forever. This one does not: threads that read it at once may each compute the value, and all get the first one.

    Args:
        compute: Computes the value.
    """

    def __init__(self, compute: Callable[[Any], ValueT]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__
        self._name = compute.__name__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> ValueT: ...
    def __get__(self, instance: object, owner: type) -> ValueT | Self:
        if instance is None:
            return self
        # The value in the instance's dict hides this descriptor, so later reads are those of an attribute.
        value: ValueT = vars(instance).setdefault(self._name, self._compute(instance))
        return value
