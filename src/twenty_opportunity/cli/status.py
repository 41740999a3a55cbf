"""How the program ends: its exit statuses."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Status(IntEnum):
    """The exit status of every command."""

    CLEAN = 0
    FINDINGS = 1
    UNREADABLE = 2
    INTERRUPTED = 130


STATUSES: Final[Mapping[Status, str]] = {
    Status.CLEAN: "nothing was found to be wrong, or different",
    Status.FINDINGS: "something was found: a record is invalid, two profiles differ",
    Status.UNREADABLE: "something could not be read or written; the rest was done all the same",
    Status.INTERRUPTED: "interrupted",
}
"""What each means."""
