"""The cases of the targets: every profile with each document class, and a document of each."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs

from twenty_opportunity import PUBLISHED, SERVER, UNSET, Amount, Opportunity, OpportunityPage, Profile, Unset
from twenty_opportunity.records import WebhookEvent
from twenty_opportunity.testing.samples import Sampler


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """An opportunity with custom fields of some types."""

    probability: Decimal | Unset | None = UNSET
    seats: int | Unset | None = UNSET
    signed: dt.date | dt.datetime | Unset | None = UNSET
    budgets: tuple[Amount, ...] | Unset | None = UNSET
    notes: Mapping[str, Any] | Unset | None = UNSET


METADATA: Final[Any] = json.loads(
    (Path(__file__).parents[1] / "examples" / "workspace" / "metadata.json").read_text("utf-8")
)
"""The metadata of a workspace that has fields of every type."""

_WORKSPACE: Final = Profile.from_metadata(METADATA)

CASES: Final[tuple[tuple[Profile, Any], ...]] = (
    *((profile, cl) for profile in (PUBLISHED, SERVER, _WORKSPACE) for cl in profile.document_classes),
    (PUBLISHED, Deal),
    (SERVER, Deal),
    (SERVER, OpportunityPage[Deal]),
    (SERVER, WebhookEvent[Deal]),
)
"""Each profile with each of its document classes, and some with a subclass."""


def documents() -> list[Any]:
    """Return a valid document of each case."""
    return [Sampler(profile.schema(cl), "0").document() for profile, cl in CASES]
