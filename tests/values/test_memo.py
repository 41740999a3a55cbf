"""A value is computed at its first use, is the same for every thread, and is complete before another thread sees it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import attrs

from twenty_opportunity import OpportunityUpdate, PartialOpportunity, Unset
from twenty_opportunity.records import UNSET
from twenty_opportunity.values.memo import Memo, cached_property

if TYPE_CHECKING:
    import pytest

# Of this, every run ended with a segmentation fault while a struct was shared before it had been converted to.
RACE = """
import sys, threading
from twenty_opportunity import SERVER, PartialOpportunity, Profile

sys.setswitchinterval(1e-6)
instance = {"name": "x", "createdAt": "2026-01-01T00:00:00Z", "amount": {"amountMicros": 5}}
for _ in range(150):
    profile = Profile("P", lambda: SERVER._schemas)
    start, done = threading.Barrier(16), []

    def run():
        start.wait()
        done.append(profile.structure(instance, PartialOpportunity))

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 16 and all(record == done[0] for record in done)
"""


def test_the_first_use_of_a_profile_can_be_raced() -> None:
    """Threads that all are the first to use a profile get equal records, and the interpreter lives."""
    done = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_another_thread_made_first_is_what_all_get() -> None:
    """If a second thread computes the value first, both threads get the value of the second."""

    def make(key: str) -> str:
        assert made.setdefault(key, "made by another thread") == "made by another thread"
        return "made by this one"

    made = Memo[str](make)
    assert (made["key"], made["key"]) == ("made by another thread", "made by another thread")


@attrs.frozen(kw_only=True)
class Deal(PartialOpportunity):
    """A deal with an attribute that updates have to be given."""

    seats: int | Unset = UNSET


def test_there_is_one_class_of_updates_however_many_threads_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads that are the first to compare deals get updates of one class, which are equal."""
    make_class = attrs.make_class
    others: list[OpportunityUpdate] = []

    def update() -> OpportunityUpdate:
        return OpportunityUpdate.between(Deal(seats=1), Deal(seats=2))

    def interrupted(*arguments: Any, **options: Any) -> type:
        monkeypatch.setattr(attrs, "make_class", make_class)
        others.append(update())  # as another thread would, while this one is about to
        return make_class(*arguments, **options)

    monkeypatch.setattr(attrs, "make_class", interrupted)
    assert update() == others[0] == update()


class Once:
    """A class with a property that is computed once."""

    def __init__(self) -> None:
        self.computed: list[int] = []

    @cached_property
    def value(self) -> int:
        """Compute the value."""
        self.computed.append(1)
        return len(self.computed)


def test_a_cached_property_is_computed_once_without_a_lock() -> None:
    """The value is kept, the property keeps its docstring, and the value that another thread kept first counts."""
    one = Once()
    assert (one.value, one.value, one.computed) == (1, 1, [1])
    assert Once.value.__doc__ == "Compute the value."
    other = Once()
    vars(other)["value"] = 7
    assert Once.value.__get__(other, Once) == 7
