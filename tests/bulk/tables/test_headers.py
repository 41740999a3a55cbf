"""Unknown columns are refused, and the message quotes no values."""

from __future__ import annotations

import pickle
from typing import Final

import pytest

from twenty_opportunity import PUBLISHED
from twenty_opportunity.bulk.tables.columns import Columns, TableError, refuse_unknown

COLUMNS: Final = Columns(PUBLISHED)


def refused(*names: str) -> TableError:
    """Return the error for a header."""
    with pytest.raises(TableError) as raised:
        refuse_unknown(names, COLUMNS)
    return raised.value


def test_known_columns_are_accepted() -> None:
    """Known columns are accepted in any order, and some may be missing."""
    refuse_unknown(["_extra", "stage", "id"], COLUMNS)


def test_unknown_columns_are_refused_without_values() -> None:
    """The message without values omits everything that does not look like the name of a column."""
    error = refused("id", "strange", "Acme GmbH", "secret@x.y")
    assert str(error).startswith("the profile does not have 3 of its 4 columns: strange, Acme GmbH, secret@x.y; use")
    assert error.message_without_value == (
        "the profile does not have 3 of its 4 columns, among them strange; use the profile that the file was made with"
    )
    assert refused("id", "+49 151").message_without_value.startswith("the profile does not have 1 of its 2 columns; ")


def test_a_first_record_in_place_of_a_header_is_not_quoted() -> None:
    """If no name is known, all of them count as values."""
    error = refused("Nightingale", "secret@x.y")
    assert "none of its 2 columns is a column of the profile: Nightingale, secret@x.y;" in str(error)
    assert error.message_without_value == (
        "none of its 2 columns is a column of the profile; "
        "a table begins with the names of its columns, those of the profile that it was made with"
    )


@pytest.mark.parametrize(("separator", "called"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_another_separator_is_named(separator: str, called: str) -> None:
    """A header with another separator is refused on one short line that names the separator."""
    error = refused(separator.join(column.name for column in COLUMNS.columns))
    assert f"its columns seem to be separated by {called}: save it with commas" in error.message_without_value
    assert "createdAt" not in error.message_without_value
    assert len(str(error)) < 200
    assert str(error).isprintable()


def test_few_names_are_listed() -> None:
    """The message lists at most eight names."""
    assert ": c0, c1, c2, c3, c4, c5, c6, c7, …; use" in str(refused("id", *(f"c{number}" for number in range(9))))


def test_a_name_twice_is_refused() -> None:
    """The message names the column."""
    error = refused("id", "name", "stage", "name")
    assert str(error) == error.message_without_value == "several columns are called name; keep only one of each"


def test_the_error_can_be_sent_to_another_process() -> None:
    """The error pickles with both messages."""
    error = refused("Nightingale")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (str(again), again.message_without_value) == (str(error), error.message_without_value)
