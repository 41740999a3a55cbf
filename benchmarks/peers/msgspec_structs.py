"""msgspec structs alone, as a lower bound: no schema beyond the types, no extra properties, no spelling kept."""

from __future__ import annotations

import datetime as dt
import uuid  # noqa: TC003 - msgspec reads the annotations at run time
from typing import Annotated, Any, Literal

import msgspec

from benchmarks import inputs

Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
Instant = Annotated[dt.datetime, msgspec.Meta(tz=True)]
Unset = msgspec.UnsetType
UNSET = msgspec.UNSET
Source = Literal["EMAIL", "CALENDAR", "API", "IMPORT", "MANUAL", "SYSTEM", "WORKFLOW", "WEBHOOK"]


class Amount(msgspec.Struct, rename="camel"):
    """An amount."""

    amount_micros: int | Unset | None = UNSET
    currency_code: Currency | Unset | None = UNSET


class Actor(msgspec.Struct, rename="camel"):
    """An actor."""

    source: Source | Unset = UNSET
    workspace_member_id: uuid.UUID | Unset | None = UNSET
    name: str | Unset | None = UNSET
    context: dict[str, Any] | Unset | None = UNSET


class Opportunity(msgspec.Struct, rename="camel"):
    """An opportunity of the published schema."""

    id: uuid.UUID
    created_at: Instant
    updated_at: Instant
    name: str
    stage: Literal["NEW", "SCREENING", "MEETING", "PROPOSAL", "CUSTOMER"]
    deleted_at: Instant | Unset | None = UNSET
    amount: Amount | Unset | None = UNSET
    close_date: dt.date | Unset | None = UNSET
    position: float | Unset = UNSET
    company_id: uuid.UUID | Unset | None = UNSET
    point_of_contact_id: uuid.UUID | Unset | None = UNSET
    owner_id: uuid.UUID | Unset | None = UNSET
    created_by: Actor | Unset = UNSET
    updated_by: Actor | Unset = UNSET


class ServerOpportunity(msgspec.Struct, rename="camel"):
    """An opportunity as servers send it."""

    id: uuid.UUID | Unset = UNSET
    created_at: Instant | Unset = UNSET
    updated_at: Instant | Unset = UNSET
    deleted_at: Instant | Unset | None = UNSET
    name: str | Unset | None = UNSET
    stage: str | Unset = UNSET
    amount: Amount | Unset | None = UNSET
    close_date: Instant | Unset | None = UNSET
    position: float | Unset = UNSET
    company_id: uuid.UUID | Unset | None = UNSET
    point_of_contact_id: uuid.UUID | Unset | None = UNSET
    owner_id: uuid.UUID | Unset | None = UNSET
    created_by: Actor | Unset = UNSET
    updated_by: Actor | Unset = UNSET


class PageData(msgspec.Struct, rename="camel"):
    """The data of a page."""

    opportunities: list[ServerOpportunity]


class Page(msgspec.Struct, rename="camel"):
    """A page."""

    data: PageData
    total_count: int
    page_info: dict[str, Any]


def reader() -> Any:
    """Return the function that reads a record of the published schema."""
    return msgspec.json.Decoder(Opportunity).decode


def works() -> dict[str, Any]:
    """List what is measured, by work and input."""
    found: dict[str, Any] = {}
    for name, cl, instance in (
        ("record", Opportunity, inputs.record()),
        ("server record", ServerOpportunity, inputs.server_record()),
        ("partial record", ServerOpportunity, inputs.partial_record()),
        ("page of 200", Page, inputs.page()),
    ):
        raw, decode, encode = inputs.dumped(instance), msgspec.json.Decoder(cl).decode, msgspec.json.Encoder().encode
        typed = decode(raw)
        found |= {
            f"loads: {name}": lambda d=decode, r=raw: d(r),
            f"structure: {name}": lambda i=instance, c=cl: msgspec.convert(i, c),
            f"dumps: {name}": lambda e=encode, t=typed: e(t),
        }
    return found
