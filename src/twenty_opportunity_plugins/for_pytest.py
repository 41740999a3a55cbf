"""The pytest plugin: fixtures, and explanations of failed comparisons. It imports the package on first use."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity_plugins import running_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twenty_opportunity import Profile, Workspace
    from twenty_opportunity.testing import TwentyServer
    from twenty_opportunity.testing.fixtures import OpportunityMaker


@pytest.fixture(scope="session")
def opportunity_profile() -> Profile[Any]:
    """
    The profile of `make_opportunity`, `make_record` and the matchers: `PUBLISHED`.

    A project overrides it with the profile of a workspace, `WORKSPACE.opportunity`. Records of other objects are then
    those of the workspace, too.
    """
    from twenty_opportunity import PUBLISHED

    return PUBLISHED


@pytest.fixture
def make_opportunity(request: pytest.FixtureRequest, opportunity_profile: Profile[Any]) -> OpportunityMaker:
    """Make realistic opportunities with the given properties, the same ones in every run of a test."""
    from twenty_opportunity.testing.fixtures import OpportunityMaker

    return OpportunityMaker(opportunity_profile, request.node.nodeid)


@pytest.fixture
def make_record(make_opportunity: OpportunityMaker) -> OpportunityMaker:
    """Make realistic records of any object: `make_record(Company, name="Solar Ltd")`."""
    return make_opportunity


@pytest.fixture(scope="session")
def workspace(opportunity_profile: Profile[Any]) -> Profile[Any] | Workspace:
    """
    The objects of `twenty_server`: those of `opportunity_profile`.

    A project overrides it with its `Workspace`, so that the server has all objects.
    """
    return opportunity_profile


@pytest.fixture
def twenty_server(workspace: Profile[Any] | Workspace) -> TwentyServer:
    """
    A Twenty server in process, empty, with the objects of `workspace`.

    `twenty_server.seed(opportunity=25)` stores realistic records.
    """
    from twenty_opportunity.testing import TwentyServer

    return TwentyServer(workspace)


@pytest.fixture
def twenty_url(twenty_server: TwentyServer) -> Iterator[str]:
    """The URL of `twenty_server`, on a port of this machine."""
    with twenty_server.serve() as url:
        yield url


@pytest.fixture(autouse=True)
def _running_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Register the running test, so that matchers read its `opportunity_profile`."""
    running_tests.append(request)
    yield
    running_tests.pop()


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Explain a failed comparison with a matcher by its mismatches, one a line."""
    if "twenty_opportunity.testing.matchers" not in sys.modules:
        return None
    from twenty_opportunity.testing.matchers import explain

    return explain(op, left, right)
