"""The names of a table's columns: whether they are those of a profile, and what to say where they are not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from twenty_opportunity.bulk.tables.columns import EXTRA
from twenty_opportunity.errors import TwentyOpportunityError, legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from twenty_opportunity.bulk.tables.columns import Columns

_LISTED: Final = 8  # names that a message lists
_LONGEST: Final = 40  # characters of each
_looks_like_a_name: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}").fullmatch
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}


class TableError(TwentyOpportunityError, ValueError):
    """
    A file is no table of opportunities of the profile. Says what it has instead.

    Args:
        message: What is wrong.
        message_without_value: The same with nothing of a value in it; left out where the two do not differ.

    Attributes:
        message_without_value: The message with nothing in it that may be the value of a field: where a file has no
            header, its first record stands where the names of columns are looked for.
    """

    message_without_value: str

    def __init__(self, message: str, message_without_value: str | None = None) -> None:
        """Raise for a reason, and the same with nothing of a value in it, where the two differ."""
        super().__init__(message, message_without_value)
        self.message_without_value = message if message_without_value is None else message_without_value

    def __str__(self) -> str:
        """Return the reason."""
        return str(self.args[0])


def refuse_others(names: Sequence[str], columns: Columns) -> None:
    """
    Make sure that a table has columns of a profile, and each once.

    Args:
        names: The names of its columns.
        columns: The columns of the profile.

    Raises:
        TableError: It has others, or two of one name.
    """
    known = {EXTRA, *(column.name for column in columns.columns)}
    unknown = [name for name in names if name not in known]
    if unknown and len(unknown) == len(names):
        # As a rule what stands there are values, whatever they look like.
        said, mistake = f"no column that the profile has is among its {len(names)}", _likely_mistake(names)
        raise TableError(f"{said}: {_listed(unknown)}; {mistake}", f"{said}; {mistake}")
    if unknown:
        named = [name for name in unknown if _looks_like_a_name(name)]
        raise TableError(_unknown(names, unknown, unknown), _unknown(names, unknown, named))
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise TableError(f"more than one column is called {_listed(twice)}; leave one of each name")


def _unknown(names: Sequence[str], unknown: Sequence[str], named: Sequence[str]) -> str:
    among = ":" if len(named) == len(unknown) else ", among them"
    listed = f"{among} {_listed(named)}" if named else ""
    return (
        f"the profile does not have {len(unknown)} of its {len(names)} columns{listed}; "
        "take the profile that the file was made with"
    )


def _likely_mistake(names: Sequence[str]) -> str:
    if len(names) == 1:
        for separator, called in _SEPARATORS.items():
            if separator in names[0]:
                return f"it looks as if {called} stand between its columns: save it with commas"
    return "a table begins with the names of its columns, those of the profile that it was made with"


def _listed(names: Iterable[str]) -> str:
    listed = [legible(name, _LONGEST) for name in names]
    return ", ".join([*listed[:_LISTED], "…"] if len(listed) > _LISTED else listed)
