"""
The record classes: one attrs class for each object that the schemas describe.

`base` has their base class, `forms` the bodies and partial records, `opportunity` and `standard` the standard objects,
`amounts` and `composites` the objects within records, and `responses` the documents that contain records. The package
may import `values` and `errors`; it does not know the schemas.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.records.amounts import ActorMetadata, ActorSource, Amount, Stage
from twenty_opportunity.records.base import (
    READ_ONLY,
    UNSET,
    WIRE_NAME,
    FrozenMapping,
    Record,
    SpelledDecimal,
    SpelledInt,
    Unset,
    related,
    wire_name,
)
from twenty_opportunity.records.forms import Create, Partial, Update, forms_of
from twenty_opportunity.records.opportunity import (
    Opportunity,
    OpportunityCreate,
    OpportunityUpdate,
    PartialOpportunity,
)

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
        Answer,
        BatchAnswer,
        Connection,
        DeletedOpportunity,
        Duplicates,
        DuplicatesAnswer,
        ErrorAnswer,
        GraphQLDuplicates,
        GraphQLError,
        GraphQLErrorAnswer,
        GraphQLGroupBy,
        GraphQLPage,
        Group,
        GroupByAnswer,
        ObjectMetadata,
        OpportunityAnswer,
        OpportunityBatchAnswer,
        OpportunityPage,
        Page,
        PageInfo,
        WebhookEvent,
    )
    from twenty_opportunity.records.standard import (
        Company,
        CompanyCreate,
        CompanyUpdate,
        Note,
        NoteCreate,
        NoteTarget,
        NoteUpdate,
        PartialCompany,
        PartialNote,
        PartialNoteTarget,
        PartialPerson,
        PartialTask,
        PartialTaskTarget,
        PartialWorkspaceMember,
        Person,
        PersonCreate,
        PersonUpdate,
        Task,
        TaskCreate,
        TaskTarget,
        TaskUpdate,
        WorkspaceMember,
    )
else:  # hidden from type checkers, which would accept any misspelled name

    def __getattr__(name: str) -> Any:
        if name in __all__:
            module = "responses" if name in _IN_RESPONSES else "composites" if name in _COMPOSITES else "standard"
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)


# By name, because attrs takes a third of a millisecond to create a class, and most programs need few of these.
DOCUMENT_CLASSES: Final = (
    "Opportunity",
    "PartialOpportunity",
    "OpportunityCreate",
    "OpportunityUpdate",
    "OpportunityPage",
    "OpportunityAnswer",
    "OpportunityBatchAnswer",
    "GraphQLPage",
    "WebhookEvent",
    "GroupByAnswer",
    "GraphQLGroupBy",
    "DuplicatesAnswer",
    "GraphQLDuplicates",
    "GraphQLErrorAnswer",
    "ErrorAnswer",
)
"""The document classes, in the order in which profiles list them."""

OBJECT_CLASSES: Final = frozenset(
    {"Opportunity", "Company", "Person", "Note", "Task", "NoteTarget", "TaskTarget", "WorkspaceMember"}
)
"""The names of the record classes of the standard objects."""

_COMPOSITES: Final = frozenset(
    {"Address", "Emails", "File", "FullName", "Link", "Links", "Phone", "Phones", "RichText"}
)
_IN_RESPONSES: Final = frozenset(
    {
        *DOCUMENT_CLASSES,
        "Answer",
        "BatchAnswer",
        "Connection",
        "DeletedOpportunity",
        "Duplicates",
        "GraphQLError",
        "Group",
        "ObjectMetadata",
        "Page",
        "PageInfo",
    }
)

__all__ = [
    "READ_ONLY",
    "UNSET",
    "WIRE_NAME",
    "ActorMetadata",
    "ActorSource",
    "Address",
    "Amount",
    "Answer",
    "BatchAnswer",
    "Company",
    "CompanyCreate",
    "CompanyUpdate",
    "Connection",
    "Create",
    "DeletedOpportunity",
    "Duplicates",
    "DuplicatesAnswer",
    "Emails",
    "ErrorAnswer",
    "File",
    "FrozenMapping",
    "FullName",
    "GraphQLDuplicates",
    "GraphQLError",
    "GraphQLErrorAnswer",
    "GraphQLGroupBy",
    "GraphQLPage",
    "Group",
    "GroupByAnswer",
    "Link",
    "Links",
    "Note",
    "NoteCreate",
    "NoteTarget",
    "NoteUpdate",
    "ObjectMetadata",
    "Opportunity",
    "OpportunityAnswer",
    "OpportunityBatchAnswer",
    "OpportunityCreate",
    "OpportunityPage",
    "OpportunityUpdate",
    "Page",
    "PageInfo",
    "Partial",
    "PartialCompany",
    "PartialNote",
    "PartialNoteTarget",
    "PartialOpportunity",
    "PartialPerson",
    "PartialTask",
    "PartialTaskTarget",
    "PartialWorkspaceMember",
    "Person",
    "PersonCreate",
    "PersonUpdate",
    "Phone",
    "Phones",
    "Record",
    "RichText",
    "SpelledDecimal",
    "SpelledInt",
    "Stage",
    "Task",
    "TaskCreate",
    "TaskTarget",
    "TaskUpdate",
    "Unset",
    "Update",
    "WebhookEvent",
    "WorkspaceMember",
    "forms_of",
    "related",
    "wire_name",
]
