"""The documents in which opportunities travel: REST and GraphQL answers, errors, and webhook bodies."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Generic

import attrs

from twenty_opportunity.records.base import UNSET, Record, Unset
from twenty_opportunity.records.opportunity import Opportunity

if TYPE_CHECKING:
    # The default of a type variable is for type checkers only until Python 3.13 is the lowest version.
    from collections.abc import Iterator

    from typing_extensions import TypeVar

    OpportunityT = TypeVar("OpportunityT", bound=Opportunity, default=Opportunity)
else:
    from typing import TypeVar

    OpportunityT = TypeVar("OpportunityT", bound=Opportunity)

__all__ = [
    "AnswerData",
    "BatchData",
    "Connection",
    "ConnectionData",
    "Edge",
    "ErrorAnswer",
    "GraphQLPage",
    "ObjectMetadata",
    "OpportunityAnswer",
    "OpportunityBatchAnswer",
    "OpportunityPage",
    "PageData",
    "PageInfo",
    "WebhookEvent",
]


@attrs.frozen(kw_only=True, repr=False)
class PageInfo(Record):
    """
    Where a page stands among the others.

    Attributes:
        has_next_page: Whether records follow.
        has_previous_page: Whether records come before.
        start_cursor: The first record's cursor; None on an empty page.
        end_cursor: The last record's cursor, to ask for the next page with; None on an empty page.
    """

    has_next_page: bool | Unset | None = UNSET
    has_previous_page: bool | Unset | None = UNSET
    start_cursor: str | Unset | None = UNSET
    end_cursor: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class PageData(Record, Generic[OpportunityT]):
    """
    The `data` of a REST page.

    Attributes:
        opportunities: The records.
    """

    opportunities: tuple[OpportunityT, ...] = ()


@attrs.frozen(kw_only=True, repr=False)
class OpportunityPage(Record, Generic[OpportunityT]):
    """
    A page of opportunities, the answer of `GET /rest/opportunities`. Iterable, with a length.

    `OpportunityPage[Deal]` is a page of a subclass of `Opportunity`.

    Attributes:
        data: The records, under `opportunities`.
        total_count: How many records the query has in all its pages.
        page_info: Cursors to the pages around this one.
    """

    data: PageData[OpportunityT] = attrs.field(factory=PageData)
    total_count: int | Unset | None = UNSET
    page_info: PageInfo | Unset | None = UNSET

    def __iter__(self) -> Iterator[OpportunityT]:
        return iter(self.data.opportunities)

    def __len__(self) -> int:
        return len(self.data.opportunities)


@attrs.frozen(kw_only=True, repr=False)
class AnswerData(Record, Generic[OpportunityT]):
    """
    The `data` of a REST answer about one opportunity: what was asked for names the member.

    Attributes:
        opportunity: The record that was read.
        create_opportunity: The record that was created.
        update_opportunity: The record that was updated.
        delete_opportunity: The record that was deleted; it has its id only.
        restore_opportunity: The record that was restored.
    """

    opportunity: OpportunityT | Unset = UNSET
    create_opportunity: OpportunityT | Unset = UNSET
    update_opportunity: OpportunityT | Unset = UNSET
    delete_opportunity: OpportunityT | Unset = UNSET
    restore_opportunity: OpportunityT | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class OpportunityAnswer(Record, Generic[OpportunityT]):
    """
    The REST answer to reading, creating, updating, deleting or restoring one opportunity.

    Attributes:
        data: The record under the name of what was done; a deleted one has its id only.
    """

    data: AnswerData[OpportunityT] = attrs.field(factory=AnswerData[OpportunityT])

    @property
    def opportunity(self) -> OpportunityT | Unset:
        """The record, whatever was done to it."""
        data = self.data
        done = (data.create_opportunity, data.update_opportunity, data.delete_opportunity, data.restore_opportunity)
        return next((record for record in (data.opportunity, *done) if record is not UNSET), UNSET)


@attrs.frozen(kw_only=True, repr=False)
class BatchData(Record, Generic[OpportunityT]):
    """
    The `data` of a REST answer about several opportunities: what was done names the member.

    Attributes:
        create_opportunities: The records that were created.
        update_opportunities: The records that were updated.
        delete_opportunities: The records that were deleted.
        restore_opportunities: The records that were restored.
    """

    create_opportunities: tuple[OpportunityT, ...] | Unset = UNSET
    update_opportunities: tuple[OpportunityT, ...] | Unset = UNSET
    delete_opportunities: tuple[OpportunityT, ...] | Unset = UNSET
    restore_opportunities: tuple[OpportunityT, ...] | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class OpportunityBatchAnswer(Record, Generic[OpportunityT]):
    """
    The REST answer to a batch, or to an update or restore by filter. Iterable, with a length.

    Attributes:
        data: The records under the name of what was done.
    """

    data: BatchData[OpportunityT] = attrs.field(factory=BatchData[OpportunityT])

    @property
    def opportunities(self) -> tuple[OpportunityT, ...]:
        """The records, whatever was done to them."""
        data = self.data
        done = (data.create_opportunities, data.update_opportunities, data.delete_opportunities)
        return next((records for records in (*done, data.restore_opportunities) if records is not UNSET), ())

    def __iter__(self) -> Iterator[OpportunityT]:
        return iter(self.opportunities)

    def __len__(self) -> int:
        return len(self.opportunities)


@attrs.frozen(kw_only=True, repr=False)
class Edge(Record, Generic[OpportunityT]):
    """
    One entry of a GraphQL connection: a node and its cursor.

    Attributes:
        node: The record.
        cursor: Its cursor, to ask for what comes after it with.
    """

    node: OpportunityT | Unset = UNSET
    cursor: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Connection(Record, Generic[OpportunityT]):
    """
    A GraphQL connection.

    Attributes:
        edges: The records of the page, each with its cursor.
        page_info: Where the page stands among the others.
        total_count: How many records the query has in all its pages.
    """

    edges: tuple[Edge[OpportunityT], ...] = ()
    page_info: PageInfo | Unset | None = UNSET
    total_count: int | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class ConnectionData(Record, Generic[OpportunityT]):
    """
    The `data` of a GraphQL page.

    Attributes:
        opportunities: The connection.
    """

    opportunities: Connection[OpportunityT] = attrs.field(factory=Connection)


@attrs.frozen(kw_only=True, repr=False)
class GraphQLPage(Record, Generic[OpportunityT]):
    """
    A page of opportunities as GraphQL answers it. Iterable over the nodes, with a length.

    Attributes:
        data: The connection, under `opportunities`.
    """

    data: ConnectionData[OpportunityT] = attrs.field(factory=ConnectionData[OpportunityT])

    def __iter__(self) -> Iterator[OpportunityT]:
        return (edge.node for edge in self.data.opportunities.edges if edge.node is not UNSET)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@attrs.frozen(kw_only=True, repr=False)
class ObjectMetadata(Record):
    """
    Which object a webhook event is about.

    Attributes:
        id: The id of the object's metadata.
        name_singular: The object's name, `opportunity`.
    """

    id: uuid.UUID | Unset = UNSET
    name_singular: str | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class WebhookEvent(Record, Generic[OpportunityT]):
    """
    What a server posts to a webhook when an opportunity changes.

    Attributes:
        target_url: Where the webhook points.
        event_name: `opportunity.created`, `updated`, `deleted`, `restored` or `destroyed`.
        object_metadata: The object that the event is about.
        workspace_id: The workspace.
        webhook_id: The webhook.
        event_date: When it happened, an aware datetime.
        user_id: Who did it, where a person did.
        workspace_member_id: The same as a member of the workspace.
        record: The opportunity after the event.
        updated_fields: The members that changed, on updated, deleted and restored.
    """

    target_url: str | Unset = UNSET
    event_name: str | Unset = UNSET
    object_metadata: ObjectMetadata | Unset = UNSET
    workspace_id: uuid.UUID | Unset = UNSET
    webhook_id: uuid.UUID | Unset = UNSET
    event_date: dt.datetime | Unset = UNSET
    user_id: uuid.UUID | Unset | None = UNSET
    workspace_member_id: uuid.UUID | Unset | None = UNSET
    record: OpportunityT | Unset = UNSET
    updated_fields: tuple[str, ...] | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class ErrorAnswer(Record):
    """
    The REST answer that says what went wrong.

    Attributes:
        status_code: The HTTP status.
        error: The status in words, or the kind of error.
        messages: What went wrong, one sentence each.
        code: The server's code for it.
    """

    status_code: int | Unset = UNSET
    error: str | Unset | None = UNSET
    messages: tuple[str, ...] | Unset = UNSET
    code: str | Unset | None = UNSET


if TYPE_CHECKING:
    # Every generic document class: without these, `loads(data, OpportunityPage)` is a page of Any to mypy.
    DocumentT = TypeVar(
        "DocumentT",
        GraphQLPage[Opportunity],
        OpportunityAnswer[Opportunity],
        OpportunityBatchAnswer[Opportunity],
        OpportunityPage[Opportunity],
        WebhookEvent[Opportunity],
    )
