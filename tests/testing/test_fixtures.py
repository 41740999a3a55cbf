"""Fixtures are realistic, the same for the same seed, and valid or invalid in the one way that they name."""

from __future__ import annotations

import base64
import datetime as dt
import json
from fractions import Fraction
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final

import pytest

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    Opportunity,
    OpportunityCreate,
    OpportunityUpdate,
    PartialOpportunity,
    Profile,
)
from twenty_opportunity.profiles import STANDARD
from twenty_opportunity.records import DuplicatesAnswer, ErrorAnswer, GraphQLErrorAnswer, GraphQLGroupBy, GroupByAnswer
from twenty_opportunity.testing.faults import Faults, NoFaultError
from twenty_opportunity.testing.fixtures import Fixture, FixtureError, OpportunityMaker, fixtures

METADATA: Final = Path(__file__).parents[2] / "examples" / "workspace" / "metadata.json"
WORKSPACE: Final = Profile.from_metadata(json.loads(METADATA.read_text("utf-8")))
SERVER_MESSAGES: Final = (
    "You do not have permission",
    "Record not found",
    "Invalid cursor",
    "Missing authentication token",
)
CASES: Final = [
    pytest.param(profile, cl, id=f"{profile.name}-{cl.__name__}")
    for profile in (PUBLISHED, SERVER, WORKSPACE)
    for cl in profile.document_classes
]


def made(number: int, profile: Profile, cl: Any = Opportunity, **options: Any) -> list[Fixture]:
    """Make a number of fixtures."""
    return [*islice(fixtures(profile, cl, **options), number)]


def instances(number: int, profile: Profile, cl: Any = Opportunity, **options: Any) -> list[dict[str, Any]]:
    """Make a number of documents."""
    return [fixture.instance for fixture in made(number, profile, cl, **options)]


@pytest.mark.parametrize(("profile", "cl"), CASES)
def test_every_document_is_valid_or_has_the_fault_that_it_names(profile: Profile, cl: Any) -> None:
    """In every class of every profile, the share asked for has the violation of its fault, and no other."""
    found = made(10, profile, cl, seed=3, invalid=0.2)
    assert sum(fixture.fault is not None for fixture in found) == 2
    for fixture in found:
        violations = [*profile.iter_violations(fixture.instance, cl)]
        if fixture.fault is None:
            assert violations == []
        else:
            assert [(found.pointer, found.keyword) for found in violations] == [
                (fixture.fault.pointer, fixture.fault.keyword)
            ]


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER, WORKSPACE])
def test_a_seed_makes_the_same_fixtures(profile: Profile) -> None:
    """The same seed makes the same fixtures, however many are taken; another seed makes others."""
    first = made(20, profile, seed=7, invalid=0.25)
    assert made(10, profile, seed=7, invalid=0.25) == first[:10]
    assert made(20, profile, seed=8, invalid=0.25) != first
    assert json.dumps(instances(3, profile, seed=7)) == json.dumps(instances(3, profile, seed=7))


def test_days_do_not_depend_on_today() -> None:
    """Everything happens around a day of 2026 that the seed decides, in a possible order."""
    for record in instances(200, SERVER, seed=1):
        created, updated = (dt.datetime.fromisoformat(record[name]) for name in ("createdAt", "updatedAt"))
        assert dt.datetime(2024, 10, 1, tzinfo=dt.UTC) < created <= updated < dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
        if record.get("closeDate"):
            assert record["closeDate"][:10] >= record["createdAt"][:10]


def test_deals_are_plausible() -> None:
    """Amounts are round and of a usual size, in several currencies; few deals are deleted; early stages have more."""
    records = instances(400, PUBLISHED, seed=2)
    amounts = [record["amount"] for record in records if record.get("amount")]
    micros = [amount["amountMicros"] for amount in amounts if amount["currencyCode"] in {"USD", "EUR", "GBP"}]
    assert 2_000 < median(micros) / 1_000_000 < 50_000
    assert min(micros) >= 100_000_000
    assert max(micros) <= 5_000_000 * 1_000_000
    assert {amount["currencyCode"] for amount in amounts} == {"USD", "EUR", "GBP", "CHF", "JPY"}
    stages = [record["stage"] for record in records]
    assert stages.count("NEW") > stages.count("CUSTOMER") > 0
    assert 0 < sum(record["deletedAt"] is not None for record in records) < 40
    assert len({record["name"] for record in records}) > 100
    assert len({record["id"] for record in records}) == 400
    assert len({record["companyId"] for record in records if record.get("companyId")}) <= 40


def test_a_workspace_has_its_own_stages_and_fields() -> None:
    """Stages and options are those of the workspace, fields have fitting values, and some are empty."""
    records = instances(100, WORKSPACE, seed=2)
    assert {record["stage"] for record in records} == {
        "LEAD",
        "SITE_VISIT",
        "OFFER_SENT",
        "NEGOTIATION",
        "SIGNED",
        "LOST",
    }
    assert all(0 <= record["winProbability"] <= 100 for record in records if record.get("winProbability") is not None)
    emails = [record["invoiceEmails"]["primaryEmail"] for record in records if record.get("invoiceEmails")]
    assert all("@example." in email for email in emails)
    assert 0 < sum(record["siteNotes"] is None for record in records) < 50


def test_an_update_changes_a_few_properties() -> None:
    """Bodies that update have one to four properties, bodies that create have most of them."""
    assert {len(body) for body in instances(50, WORKSPACE, OpportunityUpdate)} == {1, 2, 3, 4}
    assert min(len(body) for body in instances(20, WORKSPACE, OpportunityCreate)) > 20


def test_none_clears_a_composite_of_an_update() -> None:
    """The maker writes None as the profile writes it in a record."""
    make = OpportunityMaker(SERVER, "seed")
    cleared = {"amountMicros": None, "currencyCode": None}
    assert make.document(OpportunityUpdate, amount=None)["amount"] == cleared
    assert SERVER.unstructure(make(OpportunityUpdate, amount=None))["amount"] == cleared


def test_the_share_of_invalid_documents_is_exact() -> None:
    """Five per cent are five of a hundred, one is all of them, and a share is between 0 and 1."""
    assert sum(fixture.fault is not None for fixture in made(100, PUBLISHED, invalid=Fraction(5, 100))) == 5
    assert all(fixture.fault for fixture in made(10, PUBLISHED, invalid=1))
    for part in (-0.1, 1.1):
        with pytest.raises(ValueError, match="between 0 and 1"):
            fixtures(PUBLISHED, invalid=part)


def test_faults_are_of_many_kinds() -> None:
    """Mistakes are those that people make, described without the values."""
    faults = {fixture.fault.description for fixture in made(300, PUBLISHED, seed=1, invalid=1) if fixture.fault}
    assert len(faults) >= 12
    assert {"a required property is missing", "a day in another notation", "an option in lower case"} <= faults


def profile(schema: dict[str, Any]) -> Profile:
    """Make a profile of one schema."""
    return Profile("own", lambda: {Opportunity: schema})


def test_patterns_and_bounds_of_a_schema_are_kept_at_any_depth() -> None:
    """If no usual value is valid, the value is made from the pattern and the bounds of the schema."""
    schema = {
        "type": "object",
        "properties": {
            "a/b": {"type": "string", "pattern": "^[0-9]{3}$"},
            "list": {"type": "array", "items": {"type": "string", "pattern": "^[xy]$"}},
            "nothing": {"type": "null"},
            "inner": {"type": "object", "properties": {"n": {"type": "integer", "maximum": -1, "minimum": -9}}},
        },
        "required": ["a/b", "list", "inner"],
    }
    own = profile(schema)
    record = next(fixtures(own)).instance
    assert own.is_valid(record)
    assert record.keys() >= {"a/b", "list", "inner"}
    assert record["list"][0] in {"x", "y"}


def test_a_fault_is_the_only_violation() -> None:
    """A change that violates two keywords is not used, and neither is one that violates another keyword."""
    schema = {"type": "object", "properties": {"a": {"type": "string", "minLength": 2, "pattern": "^[ab]{2}$"}}}
    own = profile(schema | {"not": {"required": ["a", "b"]}})
    faults = Faults(own, PartialOpportunity, seed=1)
    for _ in range(50):
        broken, fault = faults.put_into({"a": "ab"})
        assert [(found.pointer, found.keyword) for found in own.iter_violations(broken, PartialOpportunity)] == [
            (fault.pointer, fault.keyword)
        ]


def test_impossible_fixtures_are_errors() -> None:
    """A profile that refuses every document, and one that refuses none, raise an error that says so."""
    never = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["b"]}
    with pytest.raises(FixtureError, match="no realistic value is known that fits: /b"):
        next(fixtures(profile(never)))
    with pytest.raises(NoFaultError, match="every change that was tried in a document of Opportunity is valid"):
        Faults(profile({"type": "object"})).put_into({"a": [1, {}]})


@pytest.mark.parametrize("name", sorted(STANDARD))
def test_events_are_those_of_a_server(name: str) -> None:
    """The name of an event agrees with its object, its record and the fields that changed."""
    profile = STANDARD[name]
    seen: set[str] = set()
    for event in instances(60, profile, profile.event, seed=1):
        record, (object_, action) = event["record"], event["eventName"].split(".")
        seen.add(action)
        assert object_ == event["objectMetadata"]["nameSingular"] == name
        assert event["targetUrl"].startswith("https://")
        assert record["createdAt"] <= record["updatedAt"] < event["eventDate"]
        assert (record["createdAt"] == record["updatedAt"]) is (action == "created")
        assert (record["deletedAt"] is not None) is (action in {"deleted", "destroyed"})
        if action == "updated":
            assert event["updatedFields"]
            assert {*event["updatedFields"]} <= {*profile.schema(profile.update)["properties"]}
        else:
            changed = ["deletedAt"] if action in {"deleted", "restored"} else None
            assert event.get("updatedFields") == changed
    assert seen == {"created", "updated", "deleted", "restored", "destroyed"}


def of(generic: Any, record: Any) -> Any:
    """Return the class of a document with records of a class that is known at run time only."""
    return generic[record]


@pytest.mark.parametrize("name", sorted(STANDARD))
def test_pages_and_groups_are_those_of_a_server(name: str) -> None:
    """Pages have no errors, their cursors agree, and the values of a group are those of its records."""
    profile = STANDARD[name]
    plural = profile.object_name.plural
    for page in instances(20, profile, profile.graphql_page, seed=1):
        assert [*page] == ["data"]
        connection = page["data"][plural]
        (edge,), info = connection["edges"], connection["pageInfo"]
        assert info["startCursor"] == info["endCursor"] == edge["cursor"]
        assert json.loads(base64.b64decode(edge["cursor"]))["id"]
        assert info["hasNextPage"] is (connection["totalCount"] > 1)
        assert not info["hasPreviousPage"]
    for answer in instances(20, profile, of(DuplicatesAnswer, profile.record), seed=1):
        (duplicates,) = answer["data"]
        assert duplicates["totalCount"] == len(duplicates[f"{name}Duplicates"])
        assert not duplicates["pageInfo"]["hasNextPage"]
    for answer in instances(20, profile, of(GraphQLGroupBy, profile.partial), seed=1):
        (group,) = answer["data"][f"{plural}GroupBy"]
        node = group["edges"][0]["node"]
        value = node["stage"] if name == "opportunity" else node["createdBy"]["source"]
        assert group["groupByDimensionValues"] == [value]
        assert "errors" not in answer
    groups: Any
    for groups in instances(20, profile, of(GroupByAnswer, profile.partial), seed=1):
        (group,) = groups
        assert isinstance(group["groupByDimensionValues"][0], str)
        assert group.keys() == {"groupByDimensionValues", "totalCount"}


def test_errors_are_those_of_a_server() -> None:
    """Errors have the messages and codes of a server, and not the texts of records."""
    for answer in instances(20, SERVER, ErrorAnswer, seed=1):
        assert answer["statusCode"] in {400, 403, 404}
        assert answer["error"] in {"BadRequestException", "FORBIDDEN_EXCEPTION", "NotFoundException"}
        assert (answer.get("messages") or answer["message"])[0] in SERVER_MESSAGES
    for answer in instances(20, SERVER, GraphQLErrorAnswer, seed=1):
        (error,) = answer["errors"]
        assert error["message"] in SERVER_MESSAGES
        assert error["extensions"]["code"].isupper()
