"""The typed records: attrs classes that mirror the JSON, one class a described object."""

from __future__ import annotations

from twenty_opportunity.records.base import UNSET, WIRE_NAME, FrozenMapping, Record, Unset, wire_name
from twenty_opportunity.records.documents import (
    ErrorAnswer,
    GraphQLPage,
    ObjectMetadata,
    OpportunityAnswer,
    OpportunityBatchAnswer,
    OpportunityPage,
    PageInfo,
    WebhookEvent,
)
from twenty_opportunity.records.opportunity import Opportunity, OpportunityCreate, OpportunityUpdate
from twenty_opportunity.records.parts import (
    ActorMetadata,
    ActorSource,
    Address,
    Amount,
    Emails,
    File,
    FullName,
    Link,
    Links,
    Phone,
    Phones,
    RichText,
    Stage,
)
from twenty_opportunity.records.spelling import SpelledDecimal, SpelledInt

__all__ = [
    "UNSET",
    "WIRE_NAME",
    "ActorMetadata",
    "ActorSource",
    "Address",
    "Amount",
    "Emails",
    "ErrorAnswer",
    "File",
    "FrozenMapping",
    "FullName",
    "GraphQLPage",
    "Link",
    "Links",
    "ObjectMetadata",
    "Opportunity",
    "OpportunityAnswer",
    "OpportunityBatchAnswer",
    "OpportunityCreate",
    "OpportunityPage",
    "OpportunityUpdate",
    "PageInfo",
    "Phone",
    "Phones",
    "Record",
    "RichText",
    "SpelledDecimal",
    "SpelledInt",
    "Stage",
    "Unset",
    "WebhookEvent",
    "wire_name",
]
