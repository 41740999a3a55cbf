"""The names of attributes, classes and options are unique, and valid in Python."""

from __future__ import annotations

import keyword

from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity.cli.models import option_names
from twenty_opportunity.records import Opportunity
from twenty_opportunity.schemas.attributes import attribute_names, unique
from twenty_opportunity.values.object_names import camel_case, capitalized

MEMBERS = st.lists(st.from_regex(r"\A[a-z][a-zA-Z0-9]{0,5}\Z"), unique=True)


@given(MEMBERS)
def test_attribute_names_are_unique_and_valid(members: list[str]) -> None:
    """Every property has a unique attribute name that neither Python nor a record uses."""
    names = attribute_names(members, frozenset(dir(Opportunity)))
    assert names.keys() == set(members)
    assert len(set(names.values())) == len(members)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in names.values())
    assert not set(names.values()) & {*dir(Opportunity), "uuid", "dt", "str", "self", "attrs"}


@given(st.lists(st.text(min_size=1), unique=True))
def test_option_names_are_unique_and_valid(options: list[str]) -> None:
    """Every option has a unique name that Python accepts."""
    names = option_names(options)
    assert [*names] == options
    assert len(set(names.values())) == len(options)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in names.values())


def test_spelling_of_attributes() -> None:
    """Acronyms are one word, reserved names end in an underscore, repeated names are numbered."""
    members = ["roofArea", "annualURL", "class", "uuid", "name", "type", "fooBAR", "fooBar", "closeDay", "x2y"]
    names = attribute_names(members, frozenset(dir(Opportunity)))
    assert [names[member] for member in members] == [
        "roof_area",
        "annual_url",
        "class_",
        "uuid_",
        "name_",
        "type",
        "foo_bar_2",
        "foo_bar",
        "close_day_",
        "x2y",
    ]
    assert camel_case(names["fooBar"]) == "fooBar"


def test_spelling_of_options() -> None:
    """An option that is a valid name keeps it; others are spelled with underscores."""
    options = ["NEW", "A_1", "2nd", "ä", "title", "None", "A 1"]
    assert [*option_names(options).values()] == [
        "NEW",
        "A_1",
        "OPTION_2nd",
        "OPTION",
        "title_",
        "None_",
        "A_1_2",
    ]


def test_numbered_names_are_unique_too() -> None:
    """A numbered name is never one that is given or taken."""
    assert unique(["a", "a", "a_2", "a"], taken=["a_3"]) == ["a", "a_4", "a_2", "a_5"]
    assert capitalized("leadSource") == "LeadSource"
