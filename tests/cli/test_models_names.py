"""Names for Python keep apart what is apart, and are names that Python takes."""

from __future__ import annotations

import keyword

from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity.cli.models import attribute_names, class_name, option_names, unique
from twenty_opportunity.records import Opportunity
from twenty_opportunity.records.base import camel_case

MEMBERS = st.lists(st.from_regex(r"\A[a-z][a-zA-Z0-9]{0,5}\Z"), unique=True)


@given(MEMBERS)
def test_attributes_are_names_and_no_two_alike(members: list[str]) -> None:
    """Whatever the members are called, each has an attribute of its own that Python takes and no record has."""
    names = attribute_names(members)
    assert names.keys() == set(members)
    assert len(set(names.values())) == len(members)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in names.values())
    assert not set(names.values()) & {*dir(Opportunity), "uuid", "dt", "str", "self", "attrs"}


@given(st.lists(st.text(min_size=1), unique=True))
def test_members_of_enums_are_names_and_no_two_alike(options: list[str]) -> None:
    """Whatever the options are, each has a member of its own that Python takes."""
    names = option_names(options)
    assert [*names] == options
    assert len(set(names.values())) == len(options)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in names.values())


def test_attributes_are_spelled_as_people_would() -> None:
    """Acronyms are one word, keywords and what annotations say have an underscore, names that collide a number."""
    members = ["roofArea", "annualURL", "class", "uuid", "name", "type", "fooBAR", "fooBar", "closeDay", "x2y"]
    names = attribute_names(members)
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


def test_options_are_spelled_as_they_are() -> None:
    """A legal option is its own name; another is made one."""
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


def test_numbers_make_no_name_that_is_there() -> None:
    """The number that tells two names apart leads to none that another one has, or that is taken."""
    assert unique(["a", "a", "a_2", "a"], taken=["a_3"]) == ["a", "a_4", "a_2", "a_5"]
    assert class_name("leadSource") == "LeadSource"
