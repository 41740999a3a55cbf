"""The typed records: attrs classes that mirror the JSON, one class a described object."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.records.amounts import ActorMetadata, ActorSource, Amount, Stage
from twenty_opportunity.records.base import (
    UNSET,
    WIRE_NAME,
    FrozenMapping,
    Record,
    SpelledDecimal,
    SpelledInt,
    Unset,
    wire_name,
)
from twenty_opportunity.records.opportunity import Opportunity, OpportunityCreate, OpportunityUpdate

if TYPE_CHECKING:
    from twenty_opportunity.records.composites import (
        Address,
        Emails,
        File,
        FullName,
        Link,
        Links,
        Phone,
        Phones,
        RichText,
    )
    from twenty_opportunity.records.responses import (
        ErrorAnswer,
        GraphQLPage,
        ObjectMetadata,
        OpportunityAnswer,
        OpportunityBatchAnswer,
        OpportunityPage,
        PageInfo,
        WebhookEvent,
    )
else:  # hidden from type checkers, to which any misspelt name would be in the module

    def __getattr__(name: str) -> Any:
        if name in __all__:
            module = "responses" if name in _OF_DOCUMENTS else "composites"
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)


# By name: making an attrs class takes a third of a millisecond, and most programs need few of these.
DOCUMENTS: Final = (
    "Opportunity",
    "OpportunityCreate",
    "OpportunityUpdate",
    "OpportunityPage",
    "OpportunityAnswer",
    "OpportunityBatchAnswer",
    "GraphQLPage",
    "WebhookEvent",
    "ErrorAnswer",
)
"""The document classes, in the order in which profiles list them."""

_OF_DOCUMENTS: Final = frozenset({*DOCUMENTS, "ObjectMetadata", "PageInfo"})

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
