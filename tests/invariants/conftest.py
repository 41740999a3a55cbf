"""The cases of the invariants: every profile with each document class, and a subclass with every type of attribute."""

from __future__ import annotations

import datetime as dt
import enum
import json
import math
import uuid
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import attrs
import pytest
from hypothesis import settings

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    STANDARD,
    UNSET,
    Amount,
    Opportunity,
    OpportunityPage,
    PartialOpportunity,
    Profile,
    Unset,
    Workspace,
)
from twenty_opportunity.records import GraphQLPage, Links, Record, WebhookEvent

EXAMPLES = Path(__file__).parents[2] / "examples"


class Size(enum.StrEnum):
    """The options of a custom field."""

    SMALL = "SMALL"
    LARGE = "LARGE"


class Score(enum.IntEnum):
    """The integers that a custom field may hold."""

    LOW = 1
    HIGH = 2


@attrs.frozen(kw_only=True)
class Contact(Record):
    """An object in a deal that no bundled schema describes."""

    full_name: str
    born: dt.date | Unset | None = UNSET
    links: Links | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """An opportunity with custom fields of every type that an attribute may have."""

    probability: Decimal | Unset | None = UNSET
    size: Size | Unset | None = UNSET
    tier: Size | str | Unset = UNSET
    score: Score | Unset | None = UNSET
    grade: Literal["A", "B"] | Unset = UNSET
    is_renewal: bool | Unset = UNSET
    seats: int | Unset | None = UNSET
    ratio: float | Unset = UNSET
    seats_or_label: int | str | Unset = UNSET
    number: int | float | Unset | None = UNSET
    partner_id: uuid.UUID | Unset | None = UNSET
    signed_on: dt.date | Unset | None = UNSET
    signed_at: dt.datetime | Unset = UNSET
    signed: dt.date | dt.datetime | Unset | None = UNSET
    budget: Amount | Unset | None = UNSET
    budgets: tuple[Amount, ...] | Unset | None = UNSET
    contact: Contact | Unset | None = UNSET
    contacts: tuple[Contact | None, ...] | Unset = UNSET
    labels: tuple[str, ...] | Unset | None = UNSET
    tags: list[str] | Unset | None = UNSET
    notes: Mapping[str, Any] | Unset | None = UNSET
    options: dict[str, Any] | Unset = UNSET
    anything: Any = UNSET


def workspace(**options: Any) -> Profile:
    """Return the profile of the example workspace, which has fields of every type."""
    metadata = json.loads((EXAMPLES / "workspace" / "metadata.json").read_bytes())
    return Profile.from_metadata(metadata, **options)


def rooms() -> Profile[Any]:
    """Return the profile of a custom object, whose classes are made at run time."""
    fields = [
        {"name": "id", "type": "UUID", "isNullable": False},
        {"name": "createdAt", "type": "DATE_TIME", "isNullable": False},
        {"name": "updatedAt", "type": "DATE_TIME", "isNullable": False},
        {"name": "name", "type": "TEXT"},
        {"name": "phase", "type": "SELECT", "options": [{"value": "OPEN"}, {"value": "DONE"}]},
        {"name": "budget", "type": "CURRENCY"},
        {"name": "company", "type": "RELATION", "settings": {"relationType": "MANY_TO_ONE"}},
    ]
    company = {"nameSingular": "company", "namePlural": "companies", "fields": fields[:4]}
    room = {"nameSingular": "dealRoom", "namePlural": "dealRooms", "fields": fields}
    return Workspace.from_metadata([room, company], name="rooms")["dealRoom"]


WORKSPACE = workspace()
OPEN = workspace(name="open", open_options=True)
ROOMS = rooms()
CASES: list[tuple[Profile, Any]] = [
    *[(profile, cl) for profile in (PUBLISHED, SERVER, WORKSPACE) for cl in profile.document_classes],
    (PUBLISHED, Deal),
    (SERVER, Deal),
    (SERVER, OpportunityPage[Deal]),
    (SERVER, OpportunityPage[PartialOpportunity]),
    (SERVER, GraphQLPage[Deal]),
    (SERVER, WebhookEvent[Deal]),
    # The machinery is the same for every object, so a few cases of other objects are enough.
    (STANDARD["company"], STANDARD["company"].record),
    (STANDARD["person"], STANDARD["person"].create),
    (STANDARD["person"], STANDARD["person"].graphql_page),
    (ROOMS, ROOMS.record),
    (ROOMS, ROOMS.page),
    (OPEN, OPEN.record),
    (OPEN, OPEN.update),
]

# The examples of a test are divided among its cases; together they reach the number of the profile.
settings.register_profile("each case", max_examples=max(5, math.ceil(settings().max_examples / len(CASES))))


def _name(case: tuple[Profile, Any]) -> str:
    profile, cl = case
    inner = "".join(f"[{argument.__name__}]" for argument in getattr(cl, "__args__", ()))
    return f"{profile.name}-{cl.__name__}{inner}"


@pytest.fixture(scope="session", params=CASES, ids=_name)
def case(request: pytest.FixtureRequest) -> tuple[Profile, Any]:
    """Return each profile with each of its document classes."""
    found: tuple[Profile, Any] = request.param
    return found


@pytest.fixture(scope="session")
def examples() -> Path:
    """Return the folder of examples."""
    return EXAMPLES
