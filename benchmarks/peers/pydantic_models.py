"""pydantic v2 models as datamodel-code-generator writes them, with `extra="allow"`, aware instants and the pattern."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations at run time
from enum import Enum
from typing import Annotated, Any
from uuid import UUID  # noqa: TC003 - as above

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from benchmarks import inputs


class Model(BaseModel):
    """The base class, which keeps extra properties."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class Stage(Enum):
    """The published stages."""

    NEW = "NEW"
    SCREENING = "SCREENING"
    MEETING = "MEETING"
    PROPOSAL = "PROPOSAL"
    CUSTOMER = "CUSTOMER"


class Source(Enum):
    """The published sources."""

    EMAIL = "EMAIL"
    CALENDAR = "CALENDAR"
    API = "API"
    IMPORT = "IMPORT"
    MANUAL = "MANUAL"
    SYSTEM = "SYSTEM"
    WORKFLOW = "WORKFLOW"
    WEBHOOK = "WEBHOOK"


class Amount(Model):
    """An amount."""

    amount_micros: Annotated[int | None, Field(alias="amountMicros")] = None
    currency_code: Annotated[str | None, Field(alias="currencyCode", pattern="^[A-Z]{3}$")] = None


class Actor(Model):
    """An actor."""

    source: Source | None = None
    workspace_member_id: Annotated[UUID | None, Field(alias="workspaceMemberId")] = None
    name: str | None = None
    context: dict[str, Any] | None = None


class Opportunity(Model):
    """An opportunity of the published schema."""

    id: UUID
    created_at: Annotated[AwareDatetime, Field(alias="createdAt")]
    updated_at: Annotated[AwareDatetime, Field(alias="updatedAt")]
    deleted_at: Annotated[AwareDatetime | None, Field(alias="deletedAt")] = None
    name: str
    stage: Stage
    amount: Amount | None = None
    close_date: Annotated[dt.date | None, Field(alias="closeDate")] = None
    position: float | None = None
    company_id: Annotated[UUID | None, Field(alias="companyId")] = None
    point_of_contact_id: Annotated[UUID | None, Field(alias="pointOfContactId")] = None
    owner_id: Annotated[UUID | None, Field(alias="ownerId")] = None
    created_by: Annotated[Actor | None, Field(alias="createdBy")] = None
    updated_by: Annotated[Actor | None, Field(alias="updatedBy")] = None


class ServerOpportunity(Opportunity):
    """An opportunity as servers send it; custom fields stay untyped extra."""

    stage: str  # type: ignore[assignment]
    close_date: Annotated[AwareDatetime | None, Field(alias="closeDate")] = None


class PartialOpportunity(ServerOpportunity):
    """Any part of an opportunity."""

    id: UUID | None = None  # type: ignore[assignment]
    created_at: Annotated[AwareDatetime | None, Field(alias="createdAt")] = None  # type: ignore[assignment]
    updated_at: Annotated[AwareDatetime | None, Field(alias="updatedAt")] = None  # type: ignore[assignment]
    name: str | None = None  # type: ignore[assignment]
    stage: str | None = None  # type: ignore[assignment]


class PageData(Model):
    """The data of a page."""

    opportunities: list[ServerOpportunity]


class Page(Model):
    """A page."""

    data: PageData
    total_count: Annotated[int, Field(alias="totalCount")]
    page_info: Annotated[dict[str, Any], Field(alias="pageInfo")]


def reader() -> Any:
    """Return the function that reads a record of the published schema."""
    return Opportunity.model_validate_json


def works() -> dict[str, Any]:
    """List what is measured, by work and input."""
    found: dict[str, Any] = {}
    for name, cl, instance in (
        ("record", Opportunity, inputs.record()),
        ("server record", ServerOpportunity, inputs.server_record()),
        ("partial record", PartialOpportunity, inputs.partial_record()),
        ("40 custom fields", ServerOpportunity, inputs.workspace_record()),
        ("40 custom fields of the profile", ServerOpportunity, inputs.workspace_record()),
        ("40 custom fields and related records", ServerOpportunity, inputs.workspace_record(depth=1)),
        ("page of 200", Page, inputs.page()),
    ):
        raw, typed = inputs.dumped(instance), cl.model_validate(instance)
        found |= {
            f"loads: {name}": lambda c=cl, r=raw: c.model_validate_json(r),
            f"structure: {name}": lambda c=cl, i=instance: c.model_validate(i),
            f"dumps: {name}": lambda t=typed, p=name == "partial record": t.model_dump_json(
                by_alias=True, exclude_unset=p
            ),
        }
    return found
