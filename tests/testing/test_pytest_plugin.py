"""The pytest plugin: opportunities for tests, and failures with an explanation."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import attrs
import httpx2
import pytest

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    Amount,
    Opportunity,
    OpportunityCreate,
    OpportunityPage,
    OpportunityUpdate,
    Stage,
    Unset,
    ValidationError,
)
from twenty_opportunity.matchers import IsDocument, IsOpportunity
from twenty_opportunity.records import Company, WebhookEvent
from twenty_opportunity.testing.faults import Faults
from twenty_opportunity.testing.fixtures import OpportunityMaker
from twenty_opportunity.testing.matchers import explain
from twenty_opportunity_plugins import for_pytest

if TYPE_CHECKING:
    from twenty_opportunity import Profile
    from twenty_opportunity.testing import TwentyServer

pytest_plugins = ["pytester"]

TESTS = """
    from twenty_opportunity import SERVER, Amount, Opportunity, Stage
    from twenty_opportunity.matchers import IsOpportunity

    def test_record(make_opportunity):
        record = make_opportunity(stage=Stage.NEW, amount=Amount.of("10", "USD"))
        assert isinstance(record, Opportunity)
        assert record == IsOpportunity(stage="NEW", amount=Amount.of("10", "USD"))

    def test_document(make_opportunity, opportunity_profile):
        document = make_opportunity.document(name="Acme", extra={"customField": 1})
        assert opportunity_profile.is_valid(document)
        assert document == IsOpportunity(name="Acme", extra={"customField": 1})
        print("made", document["id"])
"""
FAILING = """
    from twenty_opportunity.matchers import IsOpportunity

    def test_wrong(make_opportunity):
        payload = make_opportunity.document(stage="LEAD", closeDate="tomorrow")
        assert payload == IsOpportunity(stage="NEW")
"""
OVERRIDE = """
    import pytest
    from twenty_opportunity import SERVER

    @pytest.fixture(scope="session")
    def opportunity_profile():
        return SERVER
"""


def test_a_maker_makes_realistic_records(make_opportunity: OpportunityMaker) -> None:
    """Each record is different, valid, and has the given properties."""
    first, second = (
        make_opportunity(),
        make_opportunity(stage=Stage.NEW, close_date=None, position=UNSET, extra={"priority": 3}),
    )
    assert first != second
    assert (second.stage, second.close_date, second.position, second.extra) == (Stage.NEW, None, UNSET, {"priority": 3})
    assert PUBLISHED.structure(PUBLISHED.unstructure(first)) == first


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """An opportunity with an additional attribute."""

    seats: int | Unset = UNSET


def test_an_event_agrees_with_what_is_given() -> None:
    """With a given name, the record and the fields that changed are those of such an event."""
    make_opportunity = OpportunityMaker(SERVER, "seed")
    for _ in range(10):
        created = make_opportunity.document(WebhookEvent, event_name="opportunity.created")
        assert "updatedFields" not in created
        assert created["record"]["createdAt"] == created["record"]["updatedAt"]
        deleted = make_opportunity.document(WebhookEvent, event_name="opportunity.deleted")
        assert (deleted["updatedFields"], deleted["record"]["deletedAt"]) == (
            ["deletedAt"],
            deleted["record"]["updatedAt"],
        )
        updated = make_opportunity.document(WebhookEvent, updated_fields=["stage"])
        assert (updated["eventName"], updated["updatedFields"]) == ("opportunity.updated", ["stage"])
    won = make_opportunity.document(WebhookEvent, event_name="opportunity.won")
    assert won["eventName"] == "opportunity.won"


def test_a_maker_makes_records_of_any_document_class(make_opportunity: OpportunityMaker) -> None:
    """Subclasses and bodies are made, with their additional attributes."""
    deal = make_opportunity(Deal, seats=3)
    assert (type(deal), deal.seats) == (Deal, 3)
    body = make_opportunity(OpportunityUpdate, stage="NEW")
    assert (type(body), body.stage) == (OpportunityUpdate, Stage.NEW)
    assert make_opportunity.document(Deal, seats="many")["seats"] == "many"
    connected = {"connect": {"where": {"id": "5c222222-0000-4000-8000-000000000003"}}}
    document = OpportunityMaker(SERVER, "seed").document(OpportunityCreate, company=connected)
    assert document["company"] == connected
    assert SERVER.is_valid(document, OpportunityCreate)
    with pytest.raises(TypeError, match="Deal does not have the property seat; the nearest is seats"):
        make_opportunity(Deal, seat=3)


def test_a_maker_is_deterministic() -> None:
    """The same seed makes the same records, another seed others."""
    makers = [OpportunityMaker(SERVER, seed) for seed in ("a", "a", "b")]
    first, again, other = [maker.document() for maker in makers]
    assert first == again
    assert first != other


def test_the_fixture_is_seeded_with_the_id_of_the_test(
    make_opportunity: OpportunityMaker, opportunity_profile: Profile, request: pytest.FixtureRequest
) -> None:
    """The records of a test depend on its own id, and on nothing else."""
    assert make_opportunity() == OpportunityMaker(opportunity_profile, request.node.nodeid)()


def test_a_maker_makes_records_of_any_object(make_record: OpportunityMaker) -> None:
    """The profile is that of the object, for the matcher and for faults, too."""
    company = make_record(Company, name="Solar Ltd")
    assert company.name == "Solar Ltd"
    assert company == IsDocument(Company, name="Solar Ltd")
    assert company != IsDocument(Company, name="Another")
    broken, _ = Faults(PUBLISHED, Company).put_into(make_record.document(Company))
    assert broken != IsDocument(Company)


def test_a_document_may_be_invalid_and_a_record_may_not(make_opportunity: OpportunityMaker) -> None:
    """An invalid value makes an invalid document; a record with it is refused with the violation."""
    assert not PUBLISHED.is_valid(make_opportunity.document(stage="LEAD"))
    with pytest.raises(ValidationError, match="/stage"):
        make_opportunity(stage="LEAD")
    assert "name" not in make_opportunity.document(name=UNSET)
    assert make_opportunity.document(amount=Amount.of("1", "EUR"))["amount"] == {
        "amountMicros": 1_000_000,
        "currencyCode": "EUR",
    }


def test_only_comparisons_with_matchers_are_explained() -> None:
    """A failed == with a matcher on either side has a line for each mismatch; pytest explains other comparisons."""
    payload = {"stage": "LEAD"}
    lines = explain("==", payload, IsOpportunity(stage="NEW"))
    assert lines == explain("==", IsOpportunity(stage="NEW"), payload)
    assert lines is not None
    assert lines[0] == "payload == IsOpportunity(stage='NEW')"
    assert [line.partition(":")[0] for line in lines[1:]] == [
        "/id",
        "/createdAt",
        "/updatedAt",
        "/name",
        "/stage",
        "/stage",
    ] or len(lines) == 7
    assert explain("!=", IsOpportunity(), PUBLISHED) == ["payload != IsOpportunity()"]
    assert explain("==", payload, {}) is None


def test_comparisons_are_not_explained_if_the_matchers_are_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed assertion imports nothing in a project that does not use matchers."""
    assert for_pytest.pytest_assertrepr_compare("==", {}, IsOpportunity()) is not None
    monkeypatch.delitem(sys.modules, "twenty_opportunity.testing.matchers")
    assert for_pytest.pytest_assertrepr_compare("==", {}, IsOpportunity()) is None


def test_the_matchers_use_the_profile_of_the_test(opportunity_profile: Profile) -> None:
    """A matcher without a profile uses the fixture, which is PUBLISHED here."""
    assert IsOpportunity().profile is opportunity_profile is PUBLISHED
    assert IsOpportunity(SERVER).profile is SERVER


def test_the_plugin_serves_a_project(pytester: pytest.Pytester) -> None:
    """The fixtures are available in a project that has only tests."""
    pytester.makepyfile(TESTS)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_a_project_can_override_the_profile(pytester: pytest.Pytester) -> None:
    """Records, documents and matchers follow the profile that a project sets."""
    pytester.makeconftest(OVERRIDE)
    pytester.makepyfile(
        TESTS
        + """
    def test_stage(make_opportunity):
        assert make_opportunity(stage="WON").stage == "WON"
        assert make_opportunity.document(stage="WON") == IsOpportunity(stage="WON")
        assert IsOpportunity().profile is SERVER
        """
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=3)


def test_a_failure_shows_the_violations(pytester: pytest.Pytester) -> None:
    """The report of a failed comparison has a line for each violation and mismatch, and no dictionary diff."""
    pytester.makepyfile(FAILING)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E * assert payload == IsOpportunity(stage='NEW')",
            "E * /stage: *",
            "E * /closeDate: *",
            "E * /stage: is 'LEAD', expected 'NEW'",
        ]
    )
    result.stdout.no_fnmatch_line("*Differing items*")


def test_the_same_test_gets_the_same_opportunity_in_any_order(pytester: pytest.Pytester) -> None:
    """A test gets the same record if it runs alone and if it runs after others."""
    pytester.makepyfile(TESTS)
    outputs = [
        pytester.runpytest_inprocess("-p", "no:cacheprovider", "-s", *arguments).stdout
        for arguments in (["-k", "document"], [])
    ]
    made = [[line for line in output.lines if "made" in line] for output in outputs]
    assert made[0][0].split()[-1] == made[1][0].split()[-1]


@pytest.mark.slow
def test_workers_and_coverage(pytester: pytest.Pytester) -> None:
    """The plugin works with pytest-xdist, and coverage measures the package from its first line."""
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "xdist", "-n", "1").assert_outcomes(passed=2)
    command = [sys.executable, "-m", "coverage", "run", "--source=twenty_opportunity", "-m", "pytest", "-q"]
    pytester.run(*command).assert_outcomes(passed=2)
    report = pytester.run(sys.executable, "-m", "coverage", "report", "--include=*/fixtures.py").stdout
    percentage = int(report.lines[-1].split()[-1].rstrip("%"))
    assert percentage > 60


def test_nothing_is_imported_until_it_is_used(pytester: pytest.Pytester) -> None:
    """The plugin imports neither the package nor Hypothesis in a project that does not use it."""
    pytester.makepyfile(
        """
        import sys

        def test_nothing():
            assert "twenty_opportunity_plugins.for_pytest" in sys.modules
            assert "twenty_opportunity" not in sys.modules
            assert "cattrs" not in sys.modules

        def test_failing():
            assert 1 == 2
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1, failed=1)


def test_making_opportunities_needs_no_hypothesis(pytester: pytest.Pytester) -> None:
    """The fixtures work if Hypothesis is not installed."""
    pytester.makeconftest("import sys\nsys.modules['hypothesis'] = None")
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest").assert_outcomes(passed=2)


def test_makers_make_opportunities(make_opportunity: OpportunityMaker) -> None:
    """Type checkers know that the record is an `Opportunity`."""
    record: Opportunity = make_opportunity()
    assert isinstance(record, Opportunity)


def test_a_server_is_at_hand(twenty_server: TwentyServer, twenty_url: str) -> None:
    """`twenty_url` is the URL of `twenty_server`."""
    twenty_server.seed(opportunity=2)
    page = SERVER.loads(httpx2.get(f"{twenty_url}/rest/opportunities").content, OpportunityPage)
    assert page.total_count == 2


def test_a_server_follows_the_profile(pytester: pytest.Pytester) -> None:
    """With only pytest and this package installed, as the fixture needs nothing else."""
    pytester.makeconftest("""
        import pytest
        from twenty_opportunity import Profile

        @pytest.fixture(scope="session")
        def opportunity_profile():
            stage = {"name": "stage", "type": "SELECT", "options": [{"value": "LEAD"}], "isNullable": False}
            system = [{"name": name, "type": "DATE_TIME"} for name in ("createdAt", "updatedAt", "deletedAt")]
            fields = [{"name": "id", "type": "UUID"}, *system, stage]
            return Profile.from_metadata({"nameSingular": "opportunity", "fields": fields})
    """)
    pytester.makepyfile("""
        import urllib.request

        def test_fixture(twenty_server, twenty_url):
            twenty_server.seed(opportunity=1)
            with urllib.request.urlopen(f"{twenty_url}/rest/opportunities") as answer:
                assert b'"stage":"LEAD"' in answer.read()
            [request] = twenty_server.requests
            assert request.path == "/rest/opportunities"
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_a_server_follows_the_workspace(pytester: pytest.Pytester) -> None:
    """A project that overrides `workspace` gets a server with all of its objects."""
    pytester.makeconftest("""
        import pytest
        from twenty_opportunity import STANDARD

        @pytest.fixture(scope="session")
        def workspace():
            return STANDARD
    """)
    pytester.makepyfile("""
        import urllib.request

        def test_fixture(twenty_server, twenty_url):
            twenty_server.seed(company=1)
            with urllib.request.urlopen(f"{twenty_url}/rest/companies") as answer:
                assert b'"domainName"' in answer.read()
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
