"""The record classes of the standard objects other than the opportunity."""

from __future__ import annotations

import itertools
import json
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER
from twenty_opportunity.profiles import STANDARD
from twenty_opportunity.records import (
    OBJECT_CLASSES,
    Company,
    CompanyCreate,
    CompanyUpdate,
    GraphQLPage,
    Page,
    PartialPerson,
    Person,
    TaskUpdate,
    Update,
    WorkspaceMember,
)
from twenty_opportunity.strategies import records
from twenty_opportunity.testing.fixtures import OpportunityMaker, fixtures

OBJECTS: Final = [*STANDARD]
CLASSES: Final[list[Any]] = [
    pytest.param(name, form, id=f"{name}-{form}")
    for name in OBJECTS
    for form in ("record", "partial", "create", "update", "page", "answer", "event")
]


def test_every_standard_object_has_a_class() -> None:
    """The profile of each object reads its records into the class with its name."""
    assert {profile.record.__name__ for profile in STANDARD.values()} == OBJECT_CLASSES
    assert STANDARD[Company].create is CompanyCreate
    assert STANDARD["task"].update is TaskUpdate
    assert STANDARD["person"].partial is PartialPerson


@pytest.mark.parametrize(("name", "form"), CLASSES)
def test_documents_of_every_standard_object(name: str, form: str) -> None:
    """Realistic documents are typed and written back unchanged; a broken one is refused."""
    profile = STANDARD[name]
    cl = getattr(profile, form)
    for fixture in itertools.islice(fixtures(profile, cl, invalid=0.5), 4):
        assert profile.is_valid(fixture.instance, cl) == (fixture.fault is None)
        if fixture.fault is None:
            record = profile.structure(fixture.instance, cl)
            assert isinstance(record, profile.event.__origin__ if form == "event" else cl)
            assert json.loads(profile.dumps(record)) == fixture.instance


def test_attributes_stand_in_the_order_of_the_base() -> None:
    """The id comes first, although the class redefines it."""
    names = [attribute.name for attribute in attrs.fields(Company)]
    assert names[:4] == ["extra", "id", "created_at", "updated_at"]
    assert names[-6:-4] == ["account_owner_id", "account_owner"]


@given(st.from_type(Person))
def test_hypothesis_makes_records_of_standard_objects(person: Person) -> None:
    """`st.from_type` knows the classes and generates valid records."""
    assert STANDARD["person"].is_valid(STANDARD["person"].unstructure(person))


@given(records(Page[Company]), records(GraphQLPage[PartialPerson]))
def test_the_profile_of_a_class_is_found(companies: Page[Company], people: GraphQLPage[PartialPerson]) -> None:
    """Without a profile, strategies use that of the standard object."""
    assert all(isinstance(company, Company) for company in companies)
    assert all(isinstance(person, PartialPerson) for person in people)


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER, STANDARD["company"]])
def test_realistic_records_of_standard_objects(profile: Any) -> None:
    """`make_opportunity` makes records of other objects too, with the given properties."""
    make = OpportunityMaker(profile, "a test")
    company = make(Company, name="Harbor Yards")
    assert company.name == "Harbor Yards"
    assert company.domain_name
    with pytest.raises(TypeError, match="Company does not have the property nme; the nearest is name"):
        make(Company, nme="Harbor Yards")


def test_an_update_of_a_company() -> None:
    """An update is of the handwritten class, or of a class derived from it for a subclass."""
    company = OpportunityMaker(SERVER, "a test")(Company)
    update = CompanyUpdate.between(company, attrs.evolve(company, name="Harbor Yards"))
    assert update == CompanyUpdate(name="Harbor Yards")
    assert Update.between(company, attrs.evolve(company, name=None)) == CompanyUpdate(name=None)
    assert STANDARD["company"].dumps(update) == b'{"name":"Harbor Yards"}'


def test_bodies_that_nobody_wrote() -> None:
    """The class for the body of a workspace member is derived from the class for reading."""
    members = STANDARD[WorkspaceMember]
    assert members.dumps(members.update(locale="fr-FR")) == b'{"locale":"fr-FR"}'
