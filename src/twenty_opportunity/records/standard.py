"""
The record classes of the other standard objects: companies, people, notes, tasks, their links, and workspace members.

Bodies and partial records that are not written here are made at run time, see `forms`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

import attrs

from twenty_opportunity.records.amounts import ActorMetadata, Amount
from twenty_opportunity.records.base import READ_ONLY, UNSET, Record, Unset, related
from twenty_opportunity.records.composites import Address, Emails, File, FullName, Links, Phones, RichText
from twenty_opportunity.records.forms import Create, Partial, Update
from twenty_opportunity.records.opportunity import Opportunity, PartialOpportunity
from twenty_opportunity.records.responses import Connection


def _in_order(cl: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """Leave the attributes that a class defines anew where its base class has them; attrs moves them to the end."""
    names = [attribute.name for attribute in attrs.fields(cl.__bases__[0])]
    return sorted(fields, key=lambda field: names.index(field.name) if field.name in names else len(names))


@attrs.frozen(kw_only=True, repr=False)
class PartialStandard(Partial):
    """The attributes that every object has."""

    id: uuid.UUID | Unset = UNSET
    created_at: dt.datetime | Unset = UNSET
    updated_at: dt.datetime | Unset = UNSET
    deleted_at: dt.datetime | Unset | None = UNSET
    position: float | Unset | None = UNSET
    created_by: ActorMetadata | Unset | None = UNSET
    updated_by: ActorMetadata | Unset | None = attrs.field(default=UNSET, metadata={READ_ONLY: True})


@attrs.frozen(kw_only=True, repr=False)
class StandardCreate(Create):
    """The attributes of every body that creates a record."""

    id: uuid.UUID | Unset = UNSET
    created_at: dt.datetime | Unset = UNSET
    updated_at: dt.datetime | Unset = UNSET
    deleted_at: dt.datetime | Unset | None = UNSET
    position: float | str | Unset | None = UNSET
    created_by: ActorMetadata | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class PartialCompany(PartialStandard, object="company", plural="companies"):
    """Any part of a company, such as a GraphQL selection."""

    name: str | Unset | None = UNSET
    domain_name: Links | Unset | None = UNSET
    address: Address | Unset | None = UNSET
    linkedin_link: Links | Unset | None = UNSET
    annual_revenue: Amount | Unset | None = UNSET
    account_owner_id: uuid.UUID | Unset | None = UNSET
    account_owner: PartialWorkspaceMember | Unset | None = related("workspaceMember")
    people: tuple[PartialPerson, ...] | Connection[PartialPerson] | Unset = related("person")
    opportunities: tuple[PartialOpportunity, ...] | Connection[PartialOpportunity] | Unset = related("opportunity")
    note_targets: tuple[PartialNoteTarget, ...] | Connection[PartialNoteTarget] | Unset = related("noteTarget")
    task_targets: tuple[PartialTaskTarget, ...] | Connection[PartialTaskTarget] | Unset = related("taskTarget")


@attrs.frozen(kw_only=True, repr=False, field_transformer=_in_order)
class Company(PartialCompany):
    """
    A company, as Twenty's APIs send it. The id and both timestamps are always there.

    Attributes:
        name: The name.
        domain_name: The web site.
        address: The address.
        linkedin_link: The LinkedIn page.
        annual_revenue: The revenue of a year.
        account_owner_id: The id of the workspace member in charge.
        account_owner: The workspace member in charge, at depth 1.
        people: The people of the company, at depth 1.
        opportunities: The opportunities with the company, at depth 1.
        note_targets: The links to the notes about it, at depth 1.
        task_targets: The links to the tasks about it, at depth 1.
    """

    __form__: ClassVar[str | None] = "record"

    id: uuid.UUID = attrs.field()
    created_at: dt.datetime = attrs.field()
    updated_at: dt.datetime = attrs.field()
    account_owner: WorkspaceMember | Unset | None = related("workspaceMember")
    people: tuple[Person, ...] | Unset = related("person")
    opportunities: tuple[Opportunity, ...] | Unset = related("opportunity")
    note_targets: tuple[NoteTarget, ...] | Unset = related("noteTarget")
    task_targets: tuple[TaskTarget, ...] | Unset = related("taskTarget")


@attrs.frozen(kw_only=True, repr=False)
class CompanyCreate(StandardCreate, object="company", plural="companies"):
    """The body of a request that creates a company. UNSET attributes are not sent."""

    name: str | Unset | None = UNSET
    domain_name: Links | Unset | None = UNSET
    address: Address | Unset | None = UNSET
    linkedin_link: Links | Unset | None = UNSET
    annual_revenue: Amount | Unset | None = UNSET
    account_owner_id: uuid.UUID | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class CompanyUpdate(Update[PartialCompany], object="company", plural="companies"):
    """The body of a request that updates a company: UNSET keeps the value of a property, None clears it."""

    position: float | str | Unset | None = UNSET
    created_by: ActorMetadata | Unset | None = UNSET
    name: str | Unset | None = UNSET
    domain_name: Links | Unset | None = UNSET
    address: Address | Unset | None = UNSET
    linkedin_link: Links | Unset | None = UNSET
    annual_revenue: Amount | Unset | None = UNSET
    account_owner_id: uuid.UUID | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class PartialPerson(PartialStandard, object="person", plural="people"):
    """Any part of a person, such as a GraphQL selection."""

    name: FullName | Unset | None = UNSET
    emails: Emails | Unset | None = UNSET
    linkedin_link: Links | Unset | None = UNSET
    job_title: str | Unset | None = UNSET
    phones: Phones | Unset | None = UNSET
    avatar_url: str | Unset | None = UNSET
    avatar_file: tuple[File, ...] | Unset | None = UNSET
    company_id: uuid.UUID | Unset | None = UNSET
    company: PartialCompany | Unset | None = related("company")
    point_of_contact_for_opportunities: tuple[PartialOpportunity, ...] | Connection[PartialOpportunity] | Unset = (
        related("opportunity")
    )
    note_targets: tuple[PartialNoteTarget, ...] | Connection[PartialNoteTarget] | Unset = related("noteTarget")
    task_targets: tuple[PartialTaskTarget, ...] | Connection[PartialTaskTarget] | Unset = related("taskTarget")


@attrs.frozen(kw_only=True, repr=False, field_transformer=_in_order)
class Person(PartialPerson):
    """
    A person, as Twenty's APIs send it. The id and both timestamps are always there.

    Attributes:
        name: The name.
        emails: The email addresses.
        linkedin_link: The LinkedIn page.
        job_title: The job title.
        phones: The phone numbers.
        avatar_url: The address of the picture.
        avatar_file: The file of the picture.
        company_id: The id of the person's company.
        company: The person's company, at depth 1.
        point_of_contact_for_opportunities: The opportunities that the person is the contact for, at depth 1.
        note_targets: The links to the notes about the person, at depth 1.
        task_targets: The links to the tasks about the person, at depth 1.
    """

    __form__: ClassVar[str | None] = "record"

    id: uuid.UUID = attrs.field()
    created_at: dt.datetime = attrs.field()
    updated_at: dt.datetime = attrs.field()
    company: Company | Unset | None = related("company")
    point_of_contact_for_opportunities: tuple[Opportunity, ...] | Unset = related("opportunity")
    note_targets: tuple[NoteTarget, ...] | Unset = related("noteTarget")
    task_targets: tuple[TaskTarget, ...] | Unset = related("taskTarget")


@attrs.frozen(kw_only=True, repr=False)
class PersonCreate(StandardCreate, object="person", plural="people"):
    """The body of a request that creates a person. UNSET attributes are not sent."""

    name: FullName | Unset | None = UNSET
    emails: Emails | Unset | None = UNSET
    linkedin_link: Links | Unset | None = UNSET
    job_title: str | Unset | None = UNSET
    phones: Phones | Unset | None = UNSET
    avatar_url: str | Unset | None = UNSET
    avatar_file: tuple[File, ...] | Unset | None = UNSET
    company_id: uuid.UUID | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class PersonUpdate(Update[PartialPerson], object="person", plural="people"):
    """The body of a request that updates a person: UNSET keeps the value of a property, None clears it."""

    position: float | str | Unset | None = UNSET
    created_by: ActorMetadata | Unset | None = UNSET
    name: FullName | Unset | None = UNSET
    emails: Emails | Unset | None = UNSET
    linkedin_link: Links | Unset | None = UNSET
    job_title: str | Unset | None = UNSET
    phones: Phones | Unset | None = UNSET
    avatar_url: str | Unset | None = UNSET
    avatar_file: tuple[File, ...] | Unset | None = UNSET
    company_id: uuid.UUID | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class PartialNote(PartialStandard, object="note", plural="notes"):
    """Any part of a note, such as a GraphQL selection."""

    title: str | Unset | None = UNSET
    body_v2: RichText | Unset | None = UNSET
    note_targets: tuple[PartialNoteTarget, ...] | Connection[PartialNoteTarget] | Unset = related("noteTarget")


@attrs.frozen(kw_only=True, repr=False, field_transformer=_in_order)
class Note(PartialNote):
    """
    A note, as Twenty's APIs send it. The id and both timestamps are always there.

    Attributes:
        title: The title.
        body_v2: The text.
        note_targets: The links to the records that the note is about, at depth 1.
    """

    __form__: ClassVar[str | None] = "record"

    id: uuid.UUID = attrs.field()
    created_at: dt.datetime = attrs.field()
    updated_at: dt.datetime = attrs.field()
    note_targets: tuple[NoteTarget, ...] | Unset = related("noteTarget")


@attrs.frozen(kw_only=True, repr=False)
class NoteCreate(StandardCreate, object="note", plural="notes"):
    """The body of a request that creates a note. UNSET attributes are not sent."""

    title: str | Unset | None = UNSET
    body_v2: RichText | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class NoteUpdate(Update[PartialNote], object="note", plural="notes"):
    """The body of a request that updates a note: UNSET keeps the value of a property, None clears it."""

    position: float | str | Unset | None = UNSET
    created_by: ActorMetadata | Unset | None = UNSET
    title: str | Unset | None = UNSET
    body_v2: RichText | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class PartialTask(PartialStandard, object="task", plural="tasks"):
    """Any part of a task, such as a GraphQL selection."""

    title: str | Unset | None = UNSET
    body_v2: RichText | Unset | None = UNSET
    due_at: dt.date | dt.datetime | Unset | None = UNSET
    status: str | Unset | None = UNSET
    assignee_id: uuid.UUID | Unset | None = UNSET
    assignee: PartialWorkspaceMember | Unset | None = related("workspaceMember")
    task_targets: tuple[PartialTaskTarget, ...] | Connection[PartialTaskTarget] | Unset = related("taskTarget")


@attrs.frozen(kw_only=True, repr=False, field_transformer=_in_order)
class Task(PartialTask):
    """
    A task, as Twenty's APIs send it. The id and both timestamps are always there.

    Attributes:
        title: The title.
        body_v2: The text.
        due_at: When it is due.
        status: `TODO`, `IN_PROGRESS`, `DONE`, or an option of the workspace.
        assignee_id: The id of the workspace member who does it.
        assignee: The workspace member who does the task, at depth 1.
        task_targets: The links to the records that the task is about, at depth 1.
    """

    __form__: ClassVar[str | None] = "record"

    id: uuid.UUID = attrs.field()
    created_at: dt.datetime = attrs.field()
    updated_at: dt.datetime = attrs.field()
    assignee: WorkspaceMember | Unset | None = related("workspaceMember")
    task_targets: tuple[TaskTarget, ...] | Unset = related("taskTarget")


@attrs.frozen(kw_only=True, repr=False)
class TaskCreate(StandardCreate, object="task", plural="tasks"):
    """The body of a request that creates a task. UNSET attributes are not sent."""

    title: str | Unset | None = UNSET
    body_v2: RichText | Unset | None = UNSET
    due_at: dt.date | dt.datetime | Unset | None = UNSET
    status: str | Unset | None = UNSET
    assignee_id: uuid.UUID | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class TaskUpdate(Update[PartialTask], object="task", plural="tasks"):
    """The body of a request that updates a task: UNSET keeps the value of a property, None clears it."""

    position: float | str | Unset | None = UNSET
    created_by: ActorMetadata | Unset | None = UNSET
    title: str | Unset | None = UNSET
    body_v2: RichText | Unset | None = UNSET
    due_at: dt.date | dt.datetime | Unset | None = UNSET
    status: str | Unset | None = UNSET
    assignee_id: uuid.UUID | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class PartialNoteTarget(PartialStandard, object="noteTarget", plural="noteTargets"):
    """Any part of a link from a note to a record, such as a GraphQL selection."""

    note_id: uuid.UUID | Unset | None = UNSET
    target_company_id: uuid.UUID | Unset | None = UNSET
    target_person_id: uuid.UUID | Unset | None = UNSET
    target_opportunity_id: uuid.UUID | Unset | None = UNSET
    note: PartialNote | Unset | None = related("note")
    target_company: PartialCompany | Unset | None = related("company")
    target_person: PartialPerson | Unset | None = related("person")
    target_opportunity: PartialOpportunity | Unset | None = related("opportunity")


@attrs.frozen(kw_only=True, repr=False, field_transformer=_in_order)
class NoteTarget(PartialNoteTarget):
    """
    A link from a note to a record, as Twenty's APIs send it. The id and both timestamps are always there.

    Attributes:
        note_id: The id of the note.
        target_company_id: The id of the company that the note is about.
        target_person_id: The id of the person that the note is about.
        target_opportunity_id: The id of the opportunity that the note is about.
        note: The note, at depth 1.
        target_company: The company that the note is about, at depth 1.
        target_person: The person that the note is about, at depth 1.
        target_opportunity: The opportunity that the note is about, at depth 1.
    """

    __form__: ClassVar[str | None] = "record"

    id: uuid.UUID = attrs.field()
    created_at: dt.datetime = attrs.field()
    updated_at: dt.datetime = attrs.field()
    note: Note | Unset | None = related("note")
    target_company: Company | Unset | None = related("company")
    target_person: Person | Unset | None = related("person")
    target_opportunity: Opportunity | Unset | None = related("opportunity")


@attrs.frozen(kw_only=True, repr=False)
class PartialTaskTarget(PartialStandard, object="taskTarget", plural="taskTargets"):
    """Any part of a link from a task to a record, such as a GraphQL selection."""

    task_id: uuid.UUID | Unset | None = UNSET
    target_company_id: uuid.UUID | Unset | None = UNSET
    target_person_id: uuid.UUID | Unset | None = UNSET
    target_opportunity_id: uuid.UUID | Unset | None = UNSET
    task: PartialTask | Unset | None = related("task")
    target_company: PartialCompany | Unset | None = related("company")
    target_person: PartialPerson | Unset | None = related("person")
    target_opportunity: PartialOpportunity | Unset | None = related("opportunity")


@attrs.frozen(kw_only=True, repr=False, field_transformer=_in_order)
class TaskTarget(PartialTaskTarget):
    """
    A link from a task to a record, as Twenty's APIs send it. The id and both timestamps are always there.

    Attributes:
        task_id: The id of the task.
        target_company_id: The id of the company that the task is about.
        target_person_id: The id of the person that the task is about.
        target_opportunity_id: The id of the opportunity that the task is about.
        task: The task, at depth 1.
        target_company: The company that the task is about, at depth 1.
        target_person: The person that the task is about, at depth 1.
        target_opportunity: The opportunity that the task is about, at depth 1.
    """

    __form__: ClassVar[str | None] = "record"

    id: uuid.UUID = attrs.field()
    created_at: dt.datetime = attrs.field()
    updated_at: dt.datetime = attrs.field()
    task: Task | Unset | None = related("task")
    target_company: Company | Unset | None = related("company")
    target_person: Person | Unset | None = related("person")
    target_opportunity: Opportunity | Unset | None = related("opportunity")


@attrs.frozen(kw_only=True, repr=False)
class PartialWorkspaceMember(PartialStandard, object="workspaceMember", plural="workspaceMembers"):
    """Any part of a workspace member, such as a GraphQL selection."""

    name: FullName | Unset | None = UNSET
    user_email: str | Unset | None = UNSET
    user_id: uuid.UUID | Unset = UNSET
    job_title: str | Unset | None = UNSET
    avatar_url: str | Unset | None = UNSET
    locale: str | Unset = UNSET
    time_zone: str | Unset = UNSET
    account_owner_for_companies: tuple[PartialCompany, ...] | Connection[PartialCompany] | Unset = related("company")
    owned_opportunities: tuple[PartialOpportunity, ...] | Connection[PartialOpportunity] | Unset = related(
        "opportunity"
    )
    assigned_tasks: tuple[PartialTask, ...] | Connection[PartialTask] | Unset = related("task")


@attrs.frozen(kw_only=True, repr=False, field_transformer=_in_order)
class WorkspaceMember(PartialWorkspaceMember):
    """
    A workspace member, as Twenty's APIs send it. The id and both timestamps are always there.

    Attributes:
        name: The name.
        user_email: The email address.
        user_id: The id of the user.
        job_title: The job title.
        avatar_url: The address of the picture.
        locale: The language.
        time_zone: The time zone, or `system`.
        account_owner_for_companies: The companies of which the person is the account owner, at depth 1.
        owned_opportunities: The opportunities that the person owns, at depth 1.
        assigned_tasks: The tasks assigned to the person, at depth 1.
    """

    __form__: ClassVar[str | None] = "record"

    id: uuid.UUID = attrs.field()
    created_at: dt.datetime = attrs.field()
    updated_at: dt.datetime = attrs.field()
    account_owner_for_companies: tuple[Company, ...] | Unset = related("company")
    owned_opportunities: tuple[Opportunity, ...] | Unset = related("opportunity")
    assigned_tasks: tuple[Task, ...] | Unset = related("task")


_WRITTEN: tuple[dict[str, type[Record]], ...] = (
    {"record": Company, "partial": PartialCompany, "create": CompanyCreate, "update": CompanyUpdate},
    {"record": Person, "partial": PartialPerson, "create": PersonCreate, "update": PersonUpdate},
    {"record": Note, "partial": PartialNote, "create": NoteCreate, "update": NoteUpdate},
    {"record": Task, "partial": PartialTask, "create": TaskCreate, "update": TaskUpdate},
    {"record": NoteTarget, "partial": PartialNoteTarget},
    {"record": TaskTarget, "partial": PartialTaskTarget},
    {"record": WorkspaceMember, "partial": PartialWorkspaceMember},
)
for _forms in _WRITTEN:
    for _class in _forms.values():
        _class.__written__ = _forms
