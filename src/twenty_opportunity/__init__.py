"""Validate, type, convert and generate the records of Twenty CRM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity import profiles, records
from twenty_opportunity.errors import (
    DecodeError,
    TwentyOpportunityError,
    UnrepresentableError,
    ValidationError,
    Violation,
)
from twenty_opportunity.profiles import PUBLISHED, SERVER, Profile, Workspace
from twenty_opportunity.records import (
    UNSET,
    ActorMetadata,
    ActorSource,
    Amount,
    Opportunity,
    OpportunityCreate,
    OpportunityUpdate,
    PartialOpportunity,
    Stage,
    Unset,
)
from twenty_opportunity.values.money import decimal_to_micros, micros_to_decimal

if TYPE_CHECKING:
    from twenty_opportunity.profiles import STANDARD
    from twenty_opportunity.records import OpportunityPage, WebhookEvent

    __version__: str
else:  # hidden from type checkers, which would accept any misspelled name

    def __getattr__(name: str) -> Any:
        # Classes that are made when first asked for; see `records`.
        if name in {"OpportunityPage", "WebhookEvent"}:
            return getattr(records, name)
        if name == "STANDARD":
            return profiles.STANDARD
        if name == "__version__":
            from importlib import metadata

            return metadata.version("twenty-opportunity")
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)


is_valid: Final = PUBLISHED.is_valid
iter_violations: Final = PUBLISHED.iter_violations
validate: Final = PUBLISHED.validate
structure: Final = PUBLISHED.structure
unstructure: Final = PUBLISHED.unstructure
loads: Final = PUBLISHED.loads
dumps: Final = PUBLISHED.dumps

__all__ = [
    "PUBLISHED",
    "SERVER",
    "STANDARD",
    "UNSET",
    "ActorMetadata",
    "ActorSource",
    "Amount",
    "DecodeError",
    "Opportunity",
    "OpportunityCreate",
    "OpportunityPage",
    "OpportunityUpdate",
    "PartialOpportunity",
    "Profile",
    "Stage",
    "TwentyOpportunityError",
    "UnrepresentableError",
    "Unset",
    "ValidationError",
    "Violation",
    "WebhookEvent",
    "Workspace",
    "decimal_to_micros",
    "dumps",
    "is_valid",
    "iter_violations",
    "loads",
    "micros_to_decimal",
    "structure",
    "unstructure",
    "validate",
]
