"""The schemas of documents that contain opportunities: REST and GraphQL answers, errors and webhook bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from twenty_opportunity.schemas.composites import Fragment, reference
from twenty_opportunity.schemas.field_types import INSTANT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_UUID: Final[Fragment] = {"type": "string", "format": "uuid"}
_UUID_OR_NULL: Final[Fragment] = {"type": ["string", "null"], "format": "uuid"}
_TEXT: Final[Fragment] = {"type": "string"}
_TEXT_OR_NULL: Final[Fragment] = {"type": ["string", "null"]}
_FLAG: Final[Fragment] = {"type": ["boolean", "null"]}
RECORD: Final = reference("Opportunity")
PARTIAL_RECORD: Final = reference("PartialOpportunity")
DELETED_RECORD: Final = reference("DeletedOpportunity")
_RECORDS: Final[Fragment] = {"type": "array", "items": RECORD}
_DELETED: Final[Fragment] = {"type": "array", "items": DELETED_RECORD}

EVENT_NAME_PATTERN: Final = "^opportunity[.][A-Za-z]+$"

UNSENT_WEBHOOK: Final = (
    "A body with event, data and timestamp is the one that the public documentation shows; no server sends it. "
    "A server sends eventName, record and eventDate."
)
"""The message for a webhook body in the publicly documented form."""


def _object(description: str | None, required: Sequence[str], **described: tuple[str, Fragment]) -> Fragment:
    """Return the fragment of an object. Each property has a description and a fragment."""
    properties = {name: {"description": text, **found} for name, (text, found) in described.items()}
    listed = {"required": [*required]} if required else {}
    annotation = {"description": description} if description else {}
    return {**annotation, "type": "object", "properties": properties, **listed}


def _one_of(data: Fragment) -> Fragment:
    """Require at least one of the properties. The operation decides which one."""
    return {**data, "anyOf": [{"required": [name]} for name in data["properties"]]}


def _total(of: str) -> tuple[str, Fragment]:
    return f"How many {of} there are in all pages.", {"type": ["integer", "null"]}


class Document(NamedTuple):
    """
    A document: one row of the table.

    Attributes:
        schema: Its schema, which refers to definitions of the opportunity and of here.
        form: Its name for `--as`; None if it does not contain records.
        title: Its name in a sentence.
    """

    schema: Fragment
    form: str | None = None
    title: str = ""


_EDGES: Final[Fragment] = {"type": "array", "items": reference("Edge")}
_ERRORS: Final[Fragment] = {"type": "array", "items": reference("GraphQLError")}
_PAGE_INFO: Final = ("The place of the page among all pages.", reference("PageInfo"))

DEFINITIONS: Final[Mapping[str, Fragment]] = {
    "PageInfo": {
        **_object(
            "The place of a page among all pages.",
            [],
            hasNextPage=("Whether records follow.", _FLAG),
            hasPreviousPage=("Whether records come before.", _FLAG),
            startCursor=("The first record's cursor; null on an empty page.", _TEXT_OR_NULL),
            endCursor=(
                "The last record's cursor, to ask for the next page with; null on an empty page.",
                _TEXT_OR_NULL,
            ),
        ),
        "type": ["object", "null"],
    },
    "DeletedOpportunity": _object("An opportunity that was deleted.", ["id"], id=("The record's id.", _UUID)),
    "GraphQLError": _object(
        "One error of a GraphQL answer.",
        ["message"],
        message=("The reason, in a sentence.", _TEXT),
        extensions=("The server's codes for it.", {"type": ["object", "null"]}),
    ),
    "Group": _object(
        "One group of records, with the aggregates that the query asked for.",
        ["groupByDimensionValues"],
        groupByDimensionValues=("The values that the records have in common.", {"type": "array"}),
        totalCount=_total("records"),
        edges=("The records of the group, as a GraphQL query selects them.", _EDGES),
    ),
    "Duplicates": _object(
        "The opportunities that look like one of those asked about.",
        ["opportunityDuplicates"],
        opportunityDuplicates=("The opportunities.", _RECORDS),
        totalCount=_total("opportunities"),
        pageInfo=_PAGE_INFO,
    ),
    "Edge": _object(
        "One entry of a connection.",
        [],
        node=("The opportunity; a selection may leave out any property.", PARTIAL_RECORD),
        cursor=("Its cursor.", _TEXT_OR_NULL),
    ),
}
"""The `$defs` of the documents, without those of the opportunity."""

_CONNECTION: Final = _object(
    None,
    ["edges"],
    edges=("The opportunities with their cursors.", _EDGES),
    pageInfo=_PAGE_INFO,
    totalCount=_total("opportunities"),
)

DOCUMENTS: Final[Mapping[str, Document]] = {
    "OpportunityPage": Document(
        _object(
            "A page of opportunities, the answer of GET /rest/opportunities.",
            ["data"],
            data=(
                "What was asked for.",
                _object(None, ["opportunities"], opportunities=("The opportunities.", _RECORDS)),
            ),
            totalCount=_total("opportunities"),
            pageInfo=_PAGE_INFO,
        ),
        form="page",
        title="a REST page",
    ),
    "OpportunityAnswer": Document(
        _object(
            "The REST answer to reading, creating, updating, deleting or restoring one opportunity.",
            ["data"],
            data=(
                "The opportunity, under the name of the operation. At least one of the names is present.",
                _one_of(
                    _object(
                        None,
                        [],
                        opportunity=("The opportunity that was read.", RECORD),
                        createOpportunity=("The opportunity that was created.", RECORD),
                        updateOpportunity=("The opportunity after its update.", RECORD),
                        deleteOpportunity=("The id of the opportunity that was deleted.", DELETED_RECORD),
                        restoreOpportunity=("The opportunity that was restored.", RECORD),
                        destroyOpportunity=("The id of the opportunity that was destroyed.", DELETED_RECORD),
                        mergeOpportunity=("The opportunity into which others were merged.", RECORD),
                    )
                ),
            ),
        ),
        form="answer",
        title="a REST answer",
    ),
    "OpportunityBatchAnswer": Document(
        _object(
            "The REST answer to a batch, or to an update, deletion or restoration by filter.",
            ["data"],
            data=(
                "The opportunities, under the name of the operation. At least one of the names is present.",
                _one_of(
                    _object(
                        None,
                        [],
                        createOpportunities=("The opportunities that were created.", _RECORDS),
                        updateOpportunities=("The opportunities after their update.", _RECORDS),
                        deleteOpportunities=("The ids of the opportunities that were deleted.", _DELETED),
                        restoreOpportunities=("The opportunities that were restored.", _RECORDS),
                        destroyOpportunities=("The ids of the opportunities that were destroyed.", _DELETED),
                    )
                ),
            ),
        ),
        form="batch",
        title="a REST batch answer",
    ),
    "GraphQLPage": Document(
        _object(
            "A page of opportunities as GraphQL answers it.",
            ["data"],
            data=(
                "What was asked for.",
                _object(None, ["opportunities"], opportunities=("The connection of opportunities.", _CONNECTION)),
            ),
            errors=("The errors of other parts of the query.", _ERRORS),
        ),
        form="graphql",
        title="a GraphQL page",
    ),
    "WebhookEvent": Document(
        {
            # First, so that this message comes before those for missing properties.
            "not": {"description": UNSENT_WEBHOOK, "type": "object", "required": ["event", "data", "timestamp"]},
            **_object(
                "What a server posts to a webhook when an opportunity changes.",
                ["targetUrl", "eventName", "objectMetadata", "workspaceId", "webhookId", "eventDate", "record"],
                targetUrl=("The URL of the webhook.", _TEXT),
                eventName=("The object and the action.", {"type": "string", "pattern": EVENT_NAME_PATTERN}),
                objectMetadata=(
                    "The object that the event is about.",
                    _object(
                        None, [], id=("The object's id in the workspace.", _UUID), nameSingular=("Its name.", _TEXT)
                    ),
                ),
                workspaceId=("The workspace's id.", _UUID),
                webhookId=("The webhook's id.", _UUID),
                eventDate=("When it happened.", INSTANT),
                userId=("The user who made the change, if a person did.", _UUID_OR_NULL),
                workspaceMemberId=("The workspace member of the same person.", _UUID_OR_NULL),
                record=(
                    "The opportunity after the event, with the ids of related records but not the records.",
                    RECORD,
                ),
                updatedFields=(
                    "The properties that changed, on updated, deleted and restored.",
                    {"type": ["array", "null"], "items": _TEXT},
                ),
            ),
        },
        form="webhook",
        title="a webhook body",
    ),
    "GroupByAnswer": Document(
        {
            "description": "The answer of GET /rest/opportunities/groupBy: an array of groups.",
            "type": "array",
            "items": reference("Group"),
        },
    ),
    "GraphQLGroupBy": Document(
        _object(
            "Groups of opportunities as GraphQL answers them.",
            ["data"],
            data=(
                "What was asked for.",
                _object(
                    None,
                    ["opportunitiesGroupBy"],
                    opportunitiesGroupBy=("The groups.", {"type": "array", "items": reference("Group")}),
                ),
            ),
            errors=("The errors of other parts of the query.", _ERRORS),
        ),
    ),
    "DuplicatesAnswer": Document(
        _object(
            "The answer of POST /rest/opportunities/duplicates.",
            ["data"],
            data=(
                "For each opportunity in the request, those that look like it.",
                {"type": "array", "items": reference("Duplicates")},
            ),
        ),
    ),
    "GraphQLDuplicates": Document(
        _object(
            "Duplicates of opportunities as GraphQL answers them.",
            ["data"],
            data=(
                "What was asked for.",
                _object(
                    None,
                    ["opportunityDuplicates"],
                    opportunityDuplicates=(
                        "For each opportunity in the query, the connection of those that look like it.",
                        {"type": "array", "items": _CONNECTION},
                    ),
                ),
            ),
            errors=("The errors of other parts of the query.", _ERRORS),
        ),
    ),
    "GraphQLErrorAnswer": Document(
        _object(
            "A GraphQL answer with errors. Fields that could not be read are null in data.",
            ["errors"],
            errors=("What went wrong.", {**_ERRORS, "minItems": 1}),
            data=("The data; absent or null if there is none.", {"type": ["object", "null"]}),
        ),
    ),
    "ErrorAnswer": Document(
        {
            **_object(
                "The REST answer with an error.",
                ["statusCode"],
                statusCode=("The HTTP status.", {"type": "integer"}),
                error=("The status in words, or the kind of error.", _TEXT_OR_NULL),
                messages=("The reasons, one sentence each.", {"type": "array", "items": _TEXT}),
                message=("The reasons in another form of error.", {"type": ["string", "array"], "items": _TEXT}),
                code=("The server's error code.", _TEXT_OR_NULL),
            ),
            "anyOf": [{"required": ["messages"]}, {"required": ["message"]}],
        },
    ),
}
"""Each document, by the name of its class."""
