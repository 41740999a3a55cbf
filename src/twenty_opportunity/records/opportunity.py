"""The opportunity, complete or partial, and the bodies that create and update one."""

# pyright: reportUnnecessaryIsInstance=false
# Arguments are checked at run time too.

from __future__ import annotations

import datetime as dt
import uuid
from types import NoneType
from typing import TYPE_CHECKING, ClassVar

import attrs

from twenty_opportunity.errors import UnrepresentableError
from twenty_opportunity.records.amounts import ActorMetadata, Amount, Stage
from twenty_opportunity.records.base import UNSET, Record, Unset, related
from twenty_opportunity.records.forms import Create, Partial, Update

if TYPE_CHECKING:
    from twenty_opportunity.records.responses import Connection
    from twenty_opportunity.records.standard import (
        Company,
        NoteTarget,
        PartialCompany,
        PartialNoteTarget,
        PartialPerson,
        PartialTaskTarget,
        PartialWorkspaceMember,
        Person,
        TaskTarget,
        WorkspaceMember,
    )
else:
    # Most programs do not use other objects, and creating a class takes a millisecond. `related` has the object's name.
    Company = Person = WorkspaceMember = NoteTarget = TaskTarget = Record
    PartialCompany = PartialPerson = PartialWorkspaceMember = PartialNoteTarget = PartialTaskTarget = Record
    Connection = tuple


@attrs.frozen(kw_only=True, repr=False)
class PartialOpportunity(Partial, object="opportunity", plural="opportunities"):
    """
    Any part of an opportunity, such as a GraphQL selection, or a record for a role that may not read every field.

    The attributes are those of `Opportunity`, but each may be UNSET. So any object without a wrong property is valid,
    even an error response. Subclasses add attributes in the same way as to `Opportunity`.
    """

    id: uuid.UUID | Unset = UNSET
    created_at: dt.datetime | Unset = UNSET
    updated_at: dt.datetime | Unset = UNSET
    deleted_at: dt.datetime | Unset | None = UNSET
    name: str | Unset | None = UNSET
    stage: Stage | str | Unset = UNSET
    amount: Amount | Unset | None = UNSET
    close_date: dt.date | dt.datetime | Unset | None = UNSET
    position: float | Unset | None = UNSET
    company_id: uuid.UUID | Unset | None = UNSET
    point_of_contact_id: uuid.UUID | Unset | None = UNSET
    owner_id: uuid.UUID | Unset | None = UNSET
    created_by: ActorMetadata | Unset | None = UNSET
    updated_by: ActorMetadata | Unset | None = UNSET
    company: PartialCompany | Unset | None = related("company")
    point_of_contact: PartialPerson | Unset | None = related("person")
    owner: PartialWorkspaceMember | Unset | None = related("workspaceMember")
    note_targets: tuple[PartialNoteTarget, ...] | Connection[PartialNoteTarget] | Unset = related("noteTarget")
    task_targets: tuple[PartialTaskTarget, ...] | Connection[PartialTaskTarget] | Unset = related("taskTarget")

    @property
    def close_day(self) -> dt.date | Unset | None:
        """
        The day of `close_date` in UTC; a date is that day itself.

        The web app stores the day that a user picks at the user's current time of day, so its UTC day may be the one
        before or after: see `close_day_in`.

        Raises:
            UnrepresentableError: The day in UTC is outside of the years 1 to 9999, or `close_date` is a naive
                datetime.
            TypeError: `close_date` has another type.
        """
        return self.close_day_in(dt.UTC)

    def close_day_in(self, tz: dt.tzinfo) -> dt.date | Unset | None:
        """
        Return the day of `close_date` in a time zone, which is the day that a user there picked in the web app.

        Args:
            tz: The time zone, such as `zoneinfo.ZoneInfo("America/Los_Angeles")`.

        Returns:
            The day; a `close_date` that is a date, UNSET or None is returned unchanged.

        Raises:
            UnrepresentableError: The day is outside of the years 1 to 9999, or `close_date` is a naive datetime.
            TypeError: `tz` is not a time zone, or `close_date` has another type. A record may hold anything, and is
                validated when it is dumped.
        """
        if not isinstance(tz, dt.tzinfo):  # Python would take the time zone of this machine for None
            zone = 'zoneinfo.ZoneInfo("Asia/Tokyo")'
            raise TypeError(f"close_day_in takes a time zone such as {zone}, not {type(tz).__name__}")
        if not isinstance(self.close_date, (dt.date, Unset, NoneType)):
            raise TypeError(f"close_date holds {type(self.close_date).__name__}; it takes a date or a datetime")
        if not isinstance(self.close_date, dt.datetime):
            return self.close_date
        if self.close_date.utcoffset() is None:  # Python would assume the time zone of this machine
            raise UnrepresentableError("/closeDate", "is a naive datetime, whose time zone is unknown")
        try:
            return self.close_date.astimezone(tz).date()
        except OverflowError:
            raise UnrepresentableError("/closeDate", "its day is outside of the years 1 to 9999") from None


@attrs.frozen(kw_only=True, repr=False)
class Opportunity(PartialOpportunity):
    """
    An opportunity, a potential deal, as Twenty's APIs send it.

    The id, both timestamps, the name and the stage are always there. A record without one of them, from a GraphQL
    selection or for a role that may not read a field, is a `PartialOpportunity`. A subclass may add attributes, which
    then hold their properties, typed, instead of `extra`.

    Attributes:
        id: The record's id.
        created_at: When it was created, an aware datetime.
        updated_at: When it was last updated, an aware datetime.
        deleted_at: When it was deleted; None while it is not.
        name: The deal's title.
        stage: The pipeline stage. A custom stage is a `str` if the profile allows it.
        amount: The deal's value.
        close_date: The expected or actual close: a date in PUBLISHED, an instant from a server. See `close_day`.
        position: The place among the records of a view; negative and fractional ones are normal.
        company_id: The company's id.
        point_of_contact_id: The id of the person to talk to.
        owner_id: The id of the workspace member who owns it.
        created_by: Who created it.
        updated_by: Who updated it last.
        company: The company, at depth 1.
        point_of_contact: The person to talk to, at depth 1.
        owner: The workspace member who owns it, at depth 1.
        note_targets: The links to the notes about it, at depth 1.
        task_targets: The links to the tasks about it, at depth 1.
    """

    __form__: ClassVar[str | None] = "record"

    # All attributes are listed, because attrs moves those that a subclass redefines to the end. Without `attrs.field()`
    # pyright would expect the defaults of the base class.
    id: uuid.UUID = attrs.field()
    created_at: dt.datetime = attrs.field()
    updated_at: dt.datetime = attrs.field()
    deleted_at: dt.datetime | Unset | None = UNSET
    name: str = attrs.field()
    stage: Stage | str = attrs.field()
    amount: Amount | Unset | None = UNSET
    close_date: dt.date | dt.datetime | Unset | None = UNSET
    position: float | Unset | None = UNSET
    company_id: uuid.UUID | Unset | None = UNSET
    point_of_contact_id: uuid.UUID | Unset | None = UNSET
    owner_id: uuid.UUID | Unset | None = UNSET
    created_by: ActorMetadata | Unset | None = UNSET
    updated_by: ActorMetadata | Unset | None = UNSET
    company: Company | Unset | None = related("company")
    point_of_contact: Person | Unset | None = related("person")
    owner: WorkspaceMember | Unset | None = related("workspaceMember")
    note_targets: tuple[NoteTarget, ...] | Unset = related("noteTarget")
    task_targets: tuple[TaskTarget, ...] | Unset = related("taskTarget")


@attrs.frozen(kw_only=True, repr=False)
class OpportunityCreate(Create, object="opportunity", plural="opportunities"):
    """
    The body of a request that creates an opportunity: `POST /rest/opportunities`. UNSET attributes are not sent.

    The attributes are those of `Opportunity`; the profile decides which of them may be sent.
    """

    id: uuid.UUID | Unset = UNSET
    created_at: dt.datetime | Unset = UNSET
    updated_at: dt.datetime | Unset = UNSET
    deleted_at: dt.datetime | Unset | None = UNSET
    name: str | Unset | None = UNSET
    stage: Stage | str | Unset = UNSET
    amount: Amount | Unset | None = UNSET
    close_date: dt.date | dt.datetime | Unset | None = UNSET
    position: float | str | Unset | None = UNSET
    company_id: uuid.UUID | Unset | None = UNSET
    point_of_contact_id: uuid.UUID | Unset | None = UNSET
    owner_id: uuid.UUID | Unset | None = UNSET
    created_by: ActorMetadata | Unset | None = UNSET
    updated_by: ActorMetadata | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class OpportunityUpdate(Update[PartialOpportunity], object="opportunity", plural="opportunities"):
    """
    The body of a request that updates an opportunity: `PATCH /rest/opportunities/{id}`.

    `OpportunityUpdate(close_date=None)` clears the date; an UNSET attribute keeps its value. A composite that is None,
    such as `amount`, is cleared too: profiles of servers write null for each of its properties, because a server
    ignores null for the whole. The attributes are those of `Opportunity` that can be written; the profile decides which
    of them may be sent.
    """

    name: str | Unset | None = UNSET
    stage: Stage | str | Unset = UNSET
    amount: Amount | Unset | None = UNSET
    close_date: dt.date | dt.datetime | Unset | None = UNSET
    position: float | str | Unset | None = UNSET
    company_id: uuid.UUID | Unset | None = UNSET
    point_of_contact_id: uuid.UUID | Unset | None = UNSET
    owner_id: uuid.UUID | Unset | None = UNSET
    created_by: ActorMetadata | Unset | None = UNSET
    updated_by: ActorMetadata | Unset | None = UNSET


for _class in (PartialOpportunity, OpportunityCreate, OpportunityUpdate):
    _class.__written__ = {
        "record": Opportunity,
        "partial": PartialOpportunity,
        "create": OpportunityCreate,
        "update": OpportunityUpdate,
    }
