"""The documents that contain records: REST and GraphQL responses, errors, and webhook bodies."""

from __future__ import annotations

import datetime as dt
import types
import typing
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic

import attrs
from typing_extensions import TypeVar  # has `default` before Python 3.13

from twenty_opportunity.records.base import UNSET, WIRE_NAME, Record, Unset, attributes_of, type_hints_of, wire_name
from twenty_opportunity.records.forms import made, make_class
from twenty_opportunity.records.opportunity import Opportunity, PartialOpportunity
from twenty_opportunity.values.object_names import OPPORTUNITY, ObjectName, snake_case, spared

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Answer",
    "AnswerData",
    "BatchAnswer",
    "BatchData",
    "Connection",
    "ConnectionData",
    "DeletedOpportunity",
    "Duplicates",
    "DuplicatesAnswer",
    "DuplicatesData",
    "Edge",
    "ErrorAnswer",
    "GraphQLDuplicates",
    "GraphQLError",
    "GraphQLErrorAnswer",
    "GraphQLGroupBy",
    "GraphQLPage",
    "Group",
    "GroupByAnswer",
    "GroupsData",
    "ObjectMetadata",
    "OpportunityAnswer",
    "OpportunityBatchAnswer",
    "OpportunityPage",
    "Page",
    "PageData",
    "PageInfo",
    "WebhookEvent",
]

OpportunityT = TypeVar("OpportunityT", bound=PartialOpportunity, default=Opportunity)
RecordT = TypeVar("RecordT", bound=Record, default=Opportunity)
# A GraphQL selection decides which properties there are.
SelectionT = TypeVar("SelectionT", bound=Record, default=PartialOpportunity)
ItemT_co = TypeVar("ItemT_co", covariant=True)
NodeT_co = TypeVar("NodeT_co", bound=Record, default=PartialOpportunity, covariant=True)


@attrs.frozen(kw_only=True, repr=False)
class Document(Record):
    """
    The base of the documents whose property names contain the name of the object.

    The classes for opportunities are written here. `Page[Company]` is derived from the one for opportunities, with the
    names of the other object.
    """

    __template__: ClassVar[Any] = None
    """The class for opportunities; None if it is this one."""

    # Type checkers ignore it: to them, `Page[Company]` is what any generic class is.
    def __class_getitem__(cls, item: Any) -> Any:
        template: Any = cls.__template__ or cls
        generic: Any = super()
        name = getattr(item, "__object__", None)
        if name is None or (name == OPPORTUNITY and template is cls):  # None for a type variable
            return generic.__class_getitem__(item)
        if name != OPPORTUNITY:
            return made(_make_document, template, item)
        return template if item is Opportunity else template[item]


_RESERVED: Final = frozenset({"self", *dir(Record)})
"""Names that no attribute can have."""


def _make_document(template: Any, record_class: Any) -> Any:
    """Make the class of a document with records of another object than the opportunity."""
    name: ObjectName = record_class.__object__
    spoken = ObjectName(snake_case(name.singular), snake_case(name.plural))
    hints = type_hints_of(template)
    attributes: dict[str, Any] = {}
    for own, attribute in attributes_of(template).items():
        annotation = _with_records(hints[own], record_class)
        attributes[spared(spoken.renamed(own), _RESERVED)] = attrs.field(
            default=attrs.Factory(annotation) if hasattr(attribute.default, "factory") else attribute.default,
            type=annotation,
            metadata={WIRE_NAME: name.renamed(wire_name(attribute))},
        )
    title = template.__name__.replace("Opportunity", "")
    is_generic = title == template.__name__ and attributes.keys() == attributes_of(template).keys()
    base = template if is_generic else template.__bases__[0]
    recipe = (_make_document, template, record_class)
    return make_class(recipe, f"{record_class.__name__}{title}", attributes, base, name, {"__template__": template})


def _with_records(annotation: Any, record_class: Any) -> Any:
    """Replace each type variable in an annotation by a record class."""
    if annotation.__class__ is OpportunityT.__class__:
        return record_class
    if not getattr(annotation, "__parameters__", ()):
        return annotation
    origin: Any = typing.get_origin(annotation)
    if origin is types.UnionType:
        origin = typing.Union
    arguments: Any = tuple(_with_records(argument, record_class) for argument in typing.get_args(annotation))
    return origin[arguments if len(arguments) > 1 else arguments[0]]


@attrs.frozen(kw_only=True, repr=False)
class _Listing(Document, Generic[ItemT_co]):
    """The base of the documents that are iterable, with a length."""

    @property
    def _items(self) -> tuple[ItemT_co, ...]:
        found: tuple[ItemT_co, ...] = _first(typing.cast("Any", self).data)
        return found

    def __iter__(self) -> Iterator[ItemT_co]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


@attrs.frozen(kw_only=True, repr=False)
class Page(_Listing[RecordT], Generic[RecordT]):
    """
    A page of records from REST: `Page[Company]` is the answer to `GET /rest/companies`. Iterable, with a length.

    `data` has the records under the name of the object, as in `data.companies`; `records` has them for every object.
    """

    if TYPE_CHECKING:
        data: Any
        total_count: int | Unset | None
        page_info: PageInfo | Unset | None

    @property
    def records(self) -> tuple[RecordT, ...]:
        """The records of the page."""
        return self._items


@attrs.frozen(kw_only=True, repr=False)
class Answer(Document, Generic[RecordT]):
    """
    The REST answer to reading, creating, updating, deleting or restoring one record: `Answer[Company]`.

    `data` has the record under the name of the operation, such as `data.create_company`.
    """

    if TYPE_CHECKING:
        data: Any

    @property
    def record(self) -> RecordT | Unset:
        """The record after any operation; UNSET after a deletion."""
        found: RecordT | Unset = _done(self.data, UNSET, deleted=False)
        return found

    @property
    def deleted_id(self) -> uuid.UUID | Unset:
        """The id of the record that was deleted or destroyed; UNSET after any other operation."""
        found: DeletedOpportunity | Unset = _done(self.data, UNSET, deleted=True)
        return found.id if found else UNSET


@attrs.frozen(kw_only=True, repr=False)
class BatchAnswer(_Listing[RecordT], Generic[RecordT]):
    """
    The REST answer to a batch of records, or to an operation on all records of a filter. Iterable, with a length.

    `data` has the records under the name of the operation, such as `data.create_companies`.
    """

    if TYPE_CHECKING:
        data: Any

    @property
    def records(self) -> tuple[RecordT, ...]:
        """The records after any operation; none after a deletion."""
        found: tuple[RecordT, ...] = _done(self.data, (), deleted=False)
        return found

    @property
    def deleted_ids(self) -> tuple[uuid.UUID, ...]:
        """The ids of the records that were deleted or destroyed; none after any other operation."""
        found: tuple[DeletedOpportunity, ...] = _done(self.data, (), deleted=True)
        return tuple(each.id for each in found)

    @property
    def _items(self) -> tuple[RecordT, ...]:
        return self.records


def _first(data: Record) -> Any:
    """Return the value of the only attribute of `data`, whose name has that of the object in it."""
    return getattr(data, next(iter(attributes_of(data.__class__))))


def _done(data: Record, nothing: Any, *, deleted: bool) -> Any:
    """Return the value of the attribute of `data` that is set, among those of deletions or all others."""
    cl: Any = data.__class__
    # The names for opportunities tell: another object may be called deleteRequest.
    own = zip(attributes_of(cl), attributes_of(cl.__template__ or cl), strict=False)
    names = [name for name, each in own if each.startswith(("delete_", "destroy_")) is deleted]
    return next((value for name in names if (value := getattr(data, name)) is not UNSET), nothing)


@attrs.frozen(kw_only=True, repr=False)
class PageInfo(Record):
    """
    Whether there are pages before and after a page, and its cursors.

    Attributes:
        has_next_page: Whether records follow.
        has_previous_page: Whether records come before.
        start_cursor: The first record's cursor; None on an empty page.
        end_cursor: The last record's cursor, with which to request the next page; None on an empty page.
    """

    has_next_page: bool | Unset | None = UNSET
    has_previous_page: bool | Unset | None = UNSET
    start_cursor: str | Unset | None = UNSET
    end_cursor: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class PageData(Document, Generic[OpportunityT]):
    """
    The `data` of a REST page.

    Attributes:
        opportunities: The records.
    """

    opportunities: tuple[OpportunityT, ...] = ()


@attrs.frozen(kw_only=True, repr=False)
class OpportunityPage(Page[OpportunityT], Generic[OpportunityT]):
    """
    A page of opportunities, the answer to `GET /rest/opportunities`. Iterable, with a length.

    `OpportunityPage[Deal]` is a page of a subclass of `Opportunity`, and `OpportunityPage[PartialOpportunity]` one of
    records that may lack properties.

    Attributes:
        data: The records, under `opportunities`.
        total_count: The number of records in all pages.
        page_info: Cursors to the pages around this one.
    """

    data: PageData[OpportunityT] = attrs.field(factory=PageData)
    total_count: int | Unset | None = UNSET
    page_info: PageInfo | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class DeletedOpportunity(Record):
    """
    The answer about a record that was deleted or destroyed.

    Attributes:
        id: The record's id, which is all that a server sends.
    """

    id: uuid.UUID


@attrs.frozen(kw_only=True, repr=False)
class AnswerData(Document, Generic[OpportunityT]):
    """
    The `data` of a REST answer about one opportunity, under the name of the operation.

    Attributes:
        opportunity: The record that was read.
        create_opportunity: The record that was created.
        update_opportunity: The record that was updated.
        delete_opportunity: The id of the record that was deleted.
        restore_opportunity: The record that was restored.
        destroy_opportunity: The id of the record that GraphQL destroyed.
        merge_opportunity: The record into which others were merged. Servers merge companies and people.
    """

    opportunity: OpportunityT | Unset = UNSET
    create_opportunity: OpportunityT | Unset = UNSET
    update_opportunity: OpportunityT | Unset = UNSET
    delete_opportunity: DeletedOpportunity | Unset = UNSET
    restore_opportunity: OpportunityT | Unset = UNSET
    destroy_opportunity: DeletedOpportunity | Unset = UNSET
    merge_opportunity: OpportunityT | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class OpportunityAnswer(Answer[OpportunityT], Generic[OpportunityT]):
    """
    The REST answer to reading, creating, updating, deleting or restoring one opportunity.

    Attributes:
        data: The record under the name of the operation.
    """

    data: AnswerData[OpportunityT] = attrs.field(factory=AnswerData[OpportunityT])

    @property
    def opportunity(self) -> OpportunityT | Unset:
        """The same as `record`."""
        return self.record


@attrs.frozen(kw_only=True, repr=False)
class BatchData(Document, Generic[OpportunityT]):
    """
    The `data` of a REST answer about several opportunities, under the name of the operation.

    Attributes:
        create_opportunities: The records that were created.
        update_opportunities: The records that were updated.
        delete_opportunities: The ids of the records that were deleted.
        restore_opportunities: The records that were restored.
        destroy_opportunities: The ids of the records that GraphQL destroyed.
    """

    create_opportunities: tuple[OpportunityT, ...] | Unset = UNSET
    update_opportunities: tuple[OpportunityT, ...] | Unset = UNSET
    delete_opportunities: tuple[DeletedOpportunity, ...] | Unset = UNSET
    restore_opportunities: tuple[OpportunityT, ...] | Unset = UNSET
    destroy_opportunities: tuple[DeletedOpportunity, ...] | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class OpportunityBatchAnswer(BatchAnswer[OpportunityT], Generic[OpportunityT]):
    """
    The REST answer to a batch, or to an operation on all records of a filter. Iterable, with a length.

    Attributes:
        data: The records under the name of the operation.
    """

    data: BatchData[OpportunityT] = attrs.field(factory=BatchData[OpportunityT])

    @property
    def opportunities(self) -> tuple[OpportunityT, ...]:
        """The same as `records`."""
        return self.records


@attrs.frozen(kw_only=True, repr=False)
class Edge(Record, Generic[NodeT_co]):
    """
    One entry of a GraphQL connection: a node and its cursor.

    Attributes:
        node: The record.
        cursor: Its cursor, with which to request the entries after it.
    """

    node: NodeT_co | Unset = UNSET
    cursor: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Connection(Record, Generic[NodeT_co]):
    """
    A GraphQL connection.

    Attributes:
        edges: The records of the page, each with its cursor.
        page_info: Whether there are pages before and after this one.
        total_count: The number of records in all pages.
    """

    edges: tuple[Edge[NodeT_co], ...] = ()
    page_info: PageInfo | Unset | None = UNSET
    total_count: int | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class ConnectionData(Document, Generic[SelectionT]):
    """
    The `data` of a GraphQL page.

    Attributes:
        opportunities: The connection.
    """

    opportunities: Connection[SelectionT] = attrs.field(factory=Connection)


@attrs.frozen(kw_only=True, repr=False)
class GraphQLError(Record):
    """
    One error of a GraphQL answer.

    Attributes:
        message: The reason, in a sentence.
        extensions: The server's details: `code`, `subCode` and `userFriendlyMessage`.
    """

    message: str
    extensions: Mapping[str, Any] | Unset | None = attrs.field(default=UNSET, hash=False)

    @property
    def code(self) -> str | None:
        """The server's code for the error, such as `BAD_USER_INPUT`; None without one."""
        found: object = self.extensions.get("code") if self.extensions else None
        return found if isinstance(found, str) else None


@attrs.frozen(kw_only=True, repr=False)
class GraphQLErrorAnswer(Record):
    """
    A GraphQL answer with errors, with or without data.

    Attributes:
        errors: The errors, at least one.
        data: The data as JSON, with None for fields that could not be read; None or UNSET without data.
    """

    errors: tuple[GraphQLError, ...]
    data: Mapping[str, Any] | Unset | None = attrs.field(default=UNSET, hash=False)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The message of each error."""
        return tuple(error.message for error in self.errors)


@attrs.frozen(kw_only=True, repr=False)
class Group(Record, Generic[SelectionT]):
    """
    A group of records. The aggregates that the query asked for are in `extra`: strings in REST, numbers in GraphQL.

    Attributes:
        group_by_dimension_values: The values that the records have in common, in the order of the query.
        total_count: The number of records in the group, if the query asked for it.
        edges: The records, as a GraphQL query selects them.
    """

    group_by_dimension_values: tuple[Any, ...] = attrs.field(default=(), hash=False)
    total_count: int | Unset | None = UNSET
    edges: tuple[Edge[SelectionT], ...] | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class GroupByAnswer(Record, Generic[SelectionT]):
    """
    The answer to `GET /rest/opportunities/groupBy`, a JSON array. Iterable over the groups, with a length.

    Attributes:
        groups: The groups.
    """

    __json_root__: ClassVar[str | None] = "groups"

    groups: tuple[Group[SelectionT], ...] = ()

    def __iter__(self) -> Iterator[Group[SelectionT]]:
        return iter(self.groups)

    def __len__(self) -> int:
        return len(self.groups)


@attrs.frozen(kw_only=True, repr=False)
class GroupsData(Document, Generic[SelectionT]):
    """
    The `data` of groups from GraphQL.

    Attributes:
        opportunities_group_by: The groups.
    """

    opportunities_group_by: tuple[Group[SelectionT], ...] = ()


@attrs.frozen(kw_only=True, repr=False)
class GraphQLGroupBy(_Listing[Group[SelectionT]], Generic[SelectionT]):
    """
    Groups of opportunities from GraphQL. Iterable over the groups, with a length.

    Attributes:
        data: The groups, under `opportunities_group_by`.
        errors: The errors of other parts of the query.
    """

    data: GroupsData[SelectionT] = attrs.field(factory=GroupsData[SelectionT])
    errors: tuple[GraphQLError, ...] | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class _DuplicatesOfOne(_Listing[RecordT], Generic[RecordT]):
    """What the duplicates of every object have; the name of the attribute with the records differs."""

    @property
    def records(self) -> tuple[RecordT, ...]:
        """The possible duplicates, of any object."""
        found: tuple[RecordT, ...] = _first(self)
        return found

    @property
    def _items(self) -> tuple[RecordT, ...]:
        return self.records


@attrs.frozen(kw_only=True, repr=False)
class Duplicates(_DuplicatesOfOne[RecordT], Generic[RecordT]):
    """
    The possible duplicates of one opportunity in the request. Iterable, with a length.

    Those of another object are under its name, as in `person_duplicates`; `records` has them for every object.

    Attributes:
        opportunity_duplicates: The opportunities.
        total_count: How many there are in all pages.
        page_info: Cursors to the pages around this one.
    """

    opportunity_duplicates: tuple[RecordT, ...] = ()
    total_count: int | Unset | None = UNSET
    page_info: PageInfo | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class DuplicatesAnswer(_Listing[Duplicates[RecordT]], Generic[RecordT]):
    """
    The answer to `POST /rest/opportunities/duplicates`. Iterable over its `Duplicates`, with a length.

    Attributes:
        data: The possible duplicates of each opportunity in the request, in the same order.
    """

    data: tuple[Duplicates[RecordT], ...] = ()

    @property
    def _items(self) -> tuple[Duplicates[RecordT], ...]:
        return self.data


@attrs.frozen(kw_only=True, repr=False)
class DuplicatesData(Document, Generic[SelectionT]):
    """
    The `data` of duplicates from GraphQL.

    Attributes:
        opportunity_duplicates: The possible duplicates of each opportunity in the query, in the same order.
    """

    opportunity_duplicates: tuple[Connection[SelectionT], ...] = ()


@attrs.frozen(kw_only=True, repr=False)
class GraphQLDuplicates(_Listing[Connection[SelectionT]], Generic[SelectionT]):
    """
    Duplicates of opportunities from GraphQL. Iterable over the connections, with a length.

    Attributes:
        data: The connections, under `opportunity_duplicates`.
        errors: The errors of other parts of the query.
    """

    data: DuplicatesData[SelectionT] = attrs.field(factory=DuplicatesData[SelectionT])
    errors: tuple[GraphQLError, ...] | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class GraphQLPage(_Listing[SelectionT], Generic[SelectionT]):
    """
    A page of opportunities from GraphQL. Iterable over the nodes, with a length.

    A selection may leave out any property, so the nodes are `PartialOpportunity` unless it is a
    `GraphQLPage[Opportunity]`.

    Attributes:
        data: The connection, under `opportunities`.
        errors: The errors of other parts of the query.
    """

    data: ConnectionData[SelectionT] = attrs.field(factory=ConnectionData[SelectionT])
    errors: tuple[GraphQLError, ...] | Unset = UNSET

    @property
    def connection(self) -> Connection[SelectionT]:
        """The connection, for any object."""
        found: Connection[SelectionT] = _first(self.data)
        return found

    @property
    def page_info(self) -> PageInfo | Unset | None:
        """Whether there are more pages, if the query selects it."""
        return self.connection.page_info

    @property
    def total_count(self) -> int | Unset | None:
        """The number of records in all pages, if the query selects it."""
        return self.connection.total_count

    @property
    def _items(self) -> tuple[SelectionT, ...]:
        return tuple(edge.node for edge in self.connection.edges if edge.node is not UNSET)


@attrs.frozen(kw_only=True, repr=False)
class ObjectMetadata(Record):
    """
    The object of a webhook event.

    Attributes:
        id: The id of the object's metadata.
        name_singular: The object's name, `opportunity`.
    """

    id: uuid.UUID | Unset = UNSET
    name_singular: str | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class WebhookEvent(Record, Generic[RecordT]):
    """
    The body that a server posts to a webhook when a record changes; `WebhookEvent[Company]` is about companies.

    Attributes:
        target_url: The URL of the webhook.
        event_name: The object and the action: `opportunity.created`, `updated`, `deleted`, `restored` or `destroyed`.
        object_metadata: The object that the event is about.
        workspace_id: The workspace.
        webhook_id: The webhook.
        event_date: When it happened, an aware datetime.
        user_id: The user who made the change; absent if it was not a user.
        workspace_member_id: The workspace member of the same user.
        record: The record after the event.
        updated_fields: The properties that changed, in updated, deleted and restored events.
    """

    target_url: str | Unset = UNSET
    event_name: str | Unset = UNSET
    object_metadata: ObjectMetadata | Unset = UNSET
    workspace_id: uuid.UUID | Unset = UNSET
    webhook_id: uuid.UUID | Unset = UNSET
    event_date: dt.datetime | Unset = UNSET
    user_id: uuid.UUID | Unset | None = UNSET
    workspace_member_id: uuid.UUID | Unset | None = UNSET
    record: RecordT | Unset = UNSET
    updated_fields: tuple[str, ...] | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class ErrorAnswer(Record):
    """
    The REST answer to a request that failed. Servers send three forms; `reasons` has the messages of any of them.

    Attributes:
        status_code: The HTTP status.
        error: The status in words, or the kind of error.
        messages: The reasons, one sentence each.
        message: The reason or reasons, in the other two forms.
        code: The server's code for it.
    """

    status_code: int | Unset = UNSET
    error: str | Unset | None = UNSET
    messages: tuple[str, ...] | Unset = UNSET
    message: str | tuple[str, ...] | Unset = UNSET
    code: str | Unset | None = UNSET

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons, from any of the three forms."""
        several = self.message if isinstance(self.message, tuple) else (self.message,) if self.message else ()
        return (*(self.messages or ()), *several)


if TYPE_CHECKING:
    # For every generic document class: without these, mypy infers a page of Any from `loads(data, OpportunityPage)`.
    DocumentT = TypeVar(
        "DocumentT",
        DuplicatesAnswer[Opportunity],
        GraphQLDuplicates[PartialOpportunity],
        GraphQLGroupBy[PartialOpportunity],
        GraphQLPage[PartialOpportunity],
        GroupByAnswer[PartialOpportunity],
        OpportunityAnswer[Opportunity],
        OpportunityBatchAnswer[Opportunity],
        OpportunityPage[Opportunity],
        WebhookEvent[Opportunity],
    )


for _document, _template in (
    (Page, OpportunityPage),
    (Answer, OpportunityAnswer),
    (BatchAnswer, OpportunityBatchAnswer),
):
    _document.__template__ = _template
    _template.__template__ = _template
