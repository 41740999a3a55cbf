"""The opportunity, complete or partial, and the bodies that create and update one."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnnecessaryIsInstance=false
# Values are JSON of any type, and what isinstance leaves of Any is partially unknown to pyright. Arguments are checked
# at run time too.

from __future__ import annotations

import datetime as dt
import functools
import typing
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NoReturn, Self, TypeVar

import attrs

from twenty_opportunity.errors import UnrepresentableError, pointer
from twenty_opportunity.records.amounts import ActorMetadata, Amount, Stage
from twenty_opportunity.records.base import UNSET, Record, Unset, attributes_of, type_hints_of, wire_name
from twenty_opportunity.values.memo import Memo

AnyOpportunity = TypeVar("AnyOpportunity", bound="PartialOpportunity")


@attrs.frozen(kw_only=True, repr=False)
class PartialOpportunity(Record):
    """
    Any part of an opportunity: the answer to a GraphQL selection, or to a role that may not read every field.

    Every attribute may be UNSET; else they are those of `Opportunity`. Subclasses add attributes as they do to
    `Opportunity`.
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

    @property
    def close_day(self) -> dt.date | Unset | None:
        """
        The day of `close_date` in UTC; a date is that day itself.

        The web app stores the day that a user picks at the user's current time of day, so its UTC day may be the one
        before or after: see `close_day_in`.

        Raises:
            UnrepresentableError: The day in UTC is outside of the years 1 to 9999, or `close_date` is a naive
                datetime.
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
        """
        if not isinstance(self.close_date, dt.datetime):
            return self.close_date
        if self.close_date.utcoffset() is None:  # Python would assume the time zone of this machine
            raise UnrepresentableError("/closeDate", "is a naive datetime, which is an instant in no known time zone")
        try:
            return self.close_date.astimezone(tz).date()
        except OverflowError:
            raise UnrepresentableError("/closeDate", "its day is outside of the years 1 to 9999") from None


@attrs.frozen(kw_only=True, repr=False)
class Opportunity(PartialOpportunity):
    """
    An opportunity, a potential deal, as Twenty's APIs send it.

    The id, both timestamps, the name and the stage are always there. A record without one of them, from a GraphQL
    selection or for a role that may not read a field, is a `PartialOpportunity`. A subclass that adds attributes holds
    their properties there, typed, instead of in `extra`.

    Attributes:
        id: The record's id.
        created_at: When it was created, an aware datetime.
        updated_at: When it was last updated, an aware datetime.
        deleted_at: When it was deleted; None while it is not.
        name: The deal's title.
        stage: The pipeline stage. A renamed one is `str` if the profile allows it.
        amount: The deal's value.
        close_date: The expected or actual close: a date in PUBLISHED, an instant from a server. See `close_day`.
        position: The place among the records of a view; negative and fractional ones are normal.
        company_id: The company's id.
        point_of_contact_id: The id of the person to talk to.
        owner_id: The id of the workspace member who owns it.
        created_by: Who created it.
        updated_by: Who updated it last.
    """

    # All attributes are listed, because attrs moves those that a subclass redefines to the end. `attrs.field()` tells
    # pyright that they have no default; without it, they would have that of the base class.
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


@attrs.frozen(kw_only=True, repr=False)
class OpportunityCreate(Record):
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
class OpportunityUpdate(Record):
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

    @classmethod
    def for_class(cls, record_class: type[PartialOpportunity]) -> Any:
        """
        Return the update class for a subclass of `Opportunity`: `DealUpdate = OpportunityUpdate.for_class(Deal)`.

        Type checkers do not know its attributes; for them, write a subclass of `OpportunityUpdate` that lists them.

        Args:
            record_class: The record class.

        Returns:
            A subclass of this class, which also has the attributes that the record class adds to `Opportunity`. It is
            the same class each time, the one of the updates that `between` builds, and this class if nothing is added.
        """
        classes: Any = (cls, record_class)
        return _UPDATE_CLASSES[classes] if _added(*classes) else cls

    @classmethod
    def between(cls, before: AnyOpportunity, after: AnyOpportunity) -> Self:
        """
        Build the smallest update that turns one record into another.

        Args:
            before: The record as it is.
            after: The record as it should be, of the same class.

        Returns:
            The update: `between(before, after).apply(before) == after`. If it changes an attribute that this class does
            not have, it is of the class that `for_class` returns.

        Raises:
            UnrepresentableError: No update leads there: a property that cannot be written differs, or one is removed. A
                composite such as `amount` is written whole, because a server merges its properties.
            TypeError: The two are not opportunities of one class.
        """
        if not isinstance(before, PartialOpportunity) or before.__class__ is not after.__class__:
            message = f"between takes two records of one class, not {type(before).__name__} and {type(after).__name__}"
            raise TypeError(message)
        changed = dict(_changes(before, after))
        record_class: Any = after.__class__
        body: Any = cls
        if changed.keys() & _added(body, record_class).keys():
            body = cls.for_class(record_class)
        writable = attributes_of(body)
        arguments: dict[str, Any] = {}
        for name, value in changed.items():
            if name not in writable:
                reason = f"no update can change it; give both records the same {name} first (attrs.evolve)"
                raise UnrepresentableError(pointer(wire_name(attributes_of(record_class)[name])), reason)
            arguments[writable[name].alias or name] = value
        update: Self = body(**arguments, extra=_changed_extra(before.extra, after.extra))
        return update

    def apply(self, record: AnyOpportunity) -> AnyOpportunity:
        """
        Return the record as it is after this update.

        Args:
            record: The record to update; it is not changed.

        Returns:
            A record of the same class.

        Raises:
            TypeError: The argument is not an opportunity; or its class lacks an attribute that the update changes; or
                its class has an attribute for a property in the update's `extra`, which holds JSON: the attribute would
                stay as it was.
        """
        if not isinstance(record, PartialOpportunity):
            raise TypeError(f"apply takes an opportunity, not {type(record).__name__}")
        given = _given(self)
        known = attributes_of(record.__class__)
        unknown = given.keys() - known.keys()
        if unknown:
            raise TypeError(f"{type(record).__name__} has no attribute {min(unknown)} that this update could change")
        for name, attribute in known.items():
            wire = wire_name(attribute)
            if wire in self.extra:
                message = (
                    f"the update has {wire} in extra, and {type(record).__name__} has the attribute {name} for it: "
                    f"build the update with OpportunityUpdate.between, or structure it as "
                    f"OpportunityUpdate.for_class({type(record).__name__})"
                )
                raise TypeError(message)
        changes: dict[str, Any] = {known[name].alias or name: value for name, value in given.items()}
        return attrs.evolve(record, **changes, extra={**record.extra, **self.extra})


def _changes(before: PartialOpportunity, after: PartialOpportunity) -> Iterator[tuple[str, Any]]:
    """Yield each attribute that differs with its new value."""
    for name, attribute in attributes_of(after.__class__).items():
        old, new = getattr(before, name), getattr(after, name)
        if not same_json(old, new):
            if new is UNSET:
                _refuse_removal(wire_name(attribute))
            if isinstance(old, Record) and isinstance(new, Record):
                _refuse_partial(wire_name(attribute), old, new)
            yield name, new


def _refuse_partial(name: str, old: Record, new: Record) -> None:
    """Refuse a composite that lacks a property: a server merges it into its own, so the property would stay."""
    known = attributes_of(new.__class__)
    for attribute in attributes_of(old.__class__).values():
        held = getattr(old, attribute.name) not in (UNSET, None)
        if held and (attribute.name not in known or getattr(new, attribute.name) is UNSET):
            _refuse_removal(name, wire_name(attribute))


def _changed_extra(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    for name in old:
        if name not in new:
            _refuse_removal(name)
    changed = {name: value for name, value in new.items() if name not in old or not same_json(old[name], value)}
    for name, value in changed.items():
        before = old.get(name)
        if isinstance(before, Mapping) and isinstance(value, Mapping) and frozenset(before) in _composites():
            for key in before:
                if key not in value:
                    _refuse_removal(name, key)
    return changed


@functools.cache
def _composites() -> frozenset[frozenset[str]]:
    """Return the properties of each composite type, by which a custom field in `extra` is known to be merged."""
    from twenty_opportunity.records import composites

    classes = (Amount, ActorMetadata, composites.Address, composites.Emails, composites.FullName, composites.Links)
    return frozenset(
        frozenset(map(wire_name, attributes_of(cl).values()))
        for cl in (*classes, composites.Phones, composites.RichText)
    )


def _refuse_removal(*tokens: str) -> NoReturn:
    raise UnrepresentableError(pointer(*tokens), "an update cannot remove a property; set it to None to clear it")


def same_json(one: Any, other: Any) -> bool:
    """Check whether two values are the same JSON, however deep. To Python True equals 1; in JSON they differ."""
    # No recursion: `loads` accepts deeper nesting than Python's stack has frames for.
    pairs, met = [(one, other)], dict[tuple[int, int], Any]()
    while pairs:
        pair = pairs.pop()
        inner = _inner_pairs(*pair)
        if inner is None:
            return False
        if inner and met.setdefault((id(pair[0]), id(pair[1])), pair) is pair:  # a circle is compared once
            pairs += inner
    return True


def _inner_pairs(one: Any, other: Any) -> list[tuple[Any, Any]] | None:
    """Pair the values inside two values; None if the two differ already."""
    pairs: Iterable[tuple[Any, Any]]
    if isinstance(one, Record):
        names = [attribute.name for attribute in attrs.fields(one.__class__)]
        same, pairs = one.__class__ is other.__class__, ((getattr(one, n), getattr(other, n)) for n in names)
    elif isinstance(one, Mapping) and isinstance(other, Mapping):
        same, pairs = one.keys() == other.keys(), ((value, other[key]) for key, value in one.items())
    elif isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        same, pairs = len(one) == len(other), zip(one, other, strict=False)
    else:
        same, pairs = isinstance(one, bool) == isinstance(other, bool) and _is_equal(one, other), ()
    return [*pairs] if same else None


def _is_equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except ArithmeticError:  # of a signaling NaN, which equals nothing
        return False


@functools.cache
def _added(cl: Any, record_class: Any) -> Mapping[str, attrs.Attribute[Any]]:
    """Return the attributes of a record class that Opportunity and an update class lack, or that have another type."""
    wanted, own = type_hints_of(record_class), type_hints_of(cl)
    bases = (type_hints_of(Opportunity), type_hints_of(PartialOpportunity))
    return {
        name: attribute
        for name, attribute in attributes_of(record_class).items()
        if (name not in bases[0] and name not in own)
        or (
            name in own
            and wanted[name] not in {base.get(name) for base in bases}
            and not _alternatives(wanted[name]) <= _alternatives(own[name])
        )
    }


def _alternatives(annotation: Any) -> set[Any]:
    return {*typing.get_args(annotation | Unset)}


def _make_update_class(cl: Any, record_class: Any) -> Any:
    added = {
        name: attrs.field(
            default=UNSET,
            type=type_hints_of(record_class)[name] | Unset,
            metadata=attribute.metadata,
            hash=attribute.hash,
            alias=attribute.alias,
        )
        for name, attribute in _added(cl, record_class).items()
    }

    # pickle finds no class by its name that was made at run time.
    def reduce(update: OpportunityUpdate) -> tuple[Any, ...]:
        return _rebuilt, (cl, record_class, _given(update), update.extra)

    return attrs.make_class(
        f"{record_class.__name__}Update",
        added,
        bases=(cl,),
        class_body={"__reduce__": reduce},
        frozen=True,
        kw_only=True,
        slots=True,
    )


# Kept, because updates of two classes made alike would never be equal.
_UPDATE_CLASSES: Final[Memo[Any]] = Memo(lambda classes: _make_update_class(*classes))


def _given(update: OpportunityUpdate) -> dict[str, Any]:
    """Return the attributes that an update changes."""
    held = ((name, getattr(update, name)) for name in attributes_of(update.__class__))
    return {name: value for name, value in held if value is not UNSET}


def _rebuilt(cl: Any, record_class: Any, given: Mapping[str, Any], extra: Mapping[str, Any]) -> Any:
    update_class = _UPDATE_CLASSES[cl, record_class]
    attributes = attributes_of(update_class)
    return update_class(**{attributes[name].alias or name: value for name, value in given.items()}, extra=extra)
