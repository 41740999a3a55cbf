"""The opportunity itself, and the bodies that create and update one."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnnecessaryIsInstance=false
# JSON of any type is looked at here: what isinstance leaves of Any is partially unknown to pyright, and what callers
# may pass is checked at run time too.

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NoReturn, Self, TypeVar

import attrs

from twenty_opportunity.errors import UnrepresentableError, pointer
from twenty_opportunity.records.amounts import ActorMetadata, Amount, Stage
from twenty_opportunity.records.base import UNSET, Record, Unset, attributes_of, type_hints_of, wire_name
from twenty_opportunity.values.memo import Memo

OpportunityLike = TypeVar("OpportunityLike", bound="Opportunity")


@attrs.frozen(kw_only=True, repr=False)
class Opportunity(Record):
    """
    An opportunity, a potential deal, as Twenty's APIs send it, REST and GraphQL.

    Every attribute may be UNSET: roles and GraphQL selections leave members out. A subclass that adds attributes gets
    them, typed, out of `extra`.

    Attributes:
        id: The record's id.
        created_at: When it was created, an aware datetime.
        updated_at: When it was last updated, an aware datetime.
        deleted_at: When it was deleted; None while it is not.
        name: The deal's title.
        stage: The pipeline stage. A renamed one is `str` where the profile allows it.
        amount: The deal's value.
        close_date: The expected or actual close: a date in PUBLISHED, an instant from a server. See `close_day`.
        position: The place among the records of a view; negative and fractional ones are normal.
        company_id: The company's id.
        point_of_contact_id: The id of the person to talk to.
        owner_id: The id of the workspace member who owns it.
        created_by: Who created it.
        updated_by: Who updated it last.
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
        The calendar day of `close_date`: the day itself, or the day in UTC of an instant, as servers count it.

        Raises:
            UnrepresentableError: The instant's day in UTC is outside the years 1 to 9999; or it is a naive datetime,
                which is no instant.
        """
        if not isinstance(self.close_date, dt.datetime):
            return self.close_date
        if self.close_date.utcoffset() is None:  # Python would take it for an instant of this machine's time zone
            raise UnrepresentableError("/closeDate", "is a naive datetime, whose day in UTC nobody knows")
        try:
            return self.close_date.astimezone(dt.UTC).date()
        except OverflowError:
            raise UnrepresentableError("/closeDate", "its day in UTC is outside the years 1 to 9999") from None


@attrs.frozen(kw_only=True, repr=False)
class OpportunityCreate(Record):
    """
    The body that creates an opportunity, by `POST /rest/opportunities`. Members left UNSET are not sent.

    The attributes are those of `Opportunity`; which of them may be sent is for the profile to say.
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
    The body that updates an opportunity, by `PATCH /rest/opportunities/{id}`.

    `OpportunityUpdate(close_date=None)` clears the date, leaving it out keeps it.

    The attributes are those of `Opportunity` that can be written; which of them may be sent is for the profile to say.
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
    def between(cls, before: OpportunityLike, after: OpportunityLike) -> Self:
        """
        Make the smallest body that turns one record into another.

        Args:
            before: The record as it is.
            after: The record as it should be, of the same class.

        Returns:
            The update; `between(before, after).apply(before) == after`. Where the records' class has attributes that
            this one has not, it is an instance of a subclass that has them.

        Raises:
            UnrepresentableError: No update leads there: a member that cannot be written differs, or one is gone.
            TypeError: The two are not opportunities of one class.
        """
        if not isinstance(before, Opportunity) or before.__class__ is not after.__class__:
            message = f"between takes two records of one class, not {type(before).__name__} and {type(after).__name__}"
            raise TypeError(message)
        changed = dict(_changes(before, after))
        record_class: Any = after.__class__
        body: Any = cls
        if changed.keys() & _added(body, record_class).keys():
            body = _UPDATE_CLASSES[body, record_class]
        writable = attributes_of(body)
        arguments: dict[str, Any] = {}
        for name, value in changed.items():
            if name not in writable:
                reason = f"no update can change it; give both records the same {name} first (attrs.evolve)"
                raise UnrepresentableError(pointer(wire_name(attributes_of(record_class)[name])), reason)
            arguments[writable[name].alias or name] = value
        update: Self = body(**arguments, extra=_changed_extra(before.extra, after.extra))
        return update

    def apply(self, record: OpportunityLike) -> OpportunityLike:
        """
        Give the record as it is after this update.

        Args:
            record: The record to update; it is not changed.

        Returns:
            A record of the same class.

        Raises:
            TypeError: It is no opportunity, or its class lacks an attribute that the update changes. Or the class has
                an attribute for a member that this update has in `extra`, as JSON: the attribute would stay as it was.
        """
        if not isinstance(record, Opportunity):
            message = f"apply takes an opportunity, not {type(record).__name__}"
            raise TypeError(message)
        given = _given(self)
        known = attributes_of(record.__class__)
        unknown = given.keys() - known.keys()
        if unknown:
            message = f"{type(record).__name__} has no attribute {min(unknown)} that this update could change"
            raise TypeError(message)
        for name, attribute in known.items():
            wire = wire_name(attribute)
            if wire in self.extra:
                message = (
                    f"the update has {wire} in extra, and {type(record).__name__} has the attribute {name} for it: "
                    f"make the update with OpportunityUpdate.between, or read it as a subclass of OpportunityUpdate "
                    f"with an attribute {name} of the same type"
                )
                raise TypeError(message)
        changes: Any = {known[name].alias: value for name, value in given.items()}
        changes["extra"] = {**record.extra, **self.extra}
        return attrs.evolve(record, **changes)


def _changes(before: Opportunity, after: Opportunity) -> Iterator[tuple[str, Any]]:
    """Yield each attribute that differs with its new value."""
    for name, attribute in attributes_of(after.__class__).items():
        old, new = getattr(before, name), getattr(after, name)
        if not same_json(old, new):
            if new is UNSET:
                _refuse_removal(wire_name(attribute))
            yield name, new


def _changed_extra(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    for name in old:
        if name not in new:
            _refuse_removal(name)
    return {name: value for name, value in new.items() if name not in old or not same_json(old[name], value)}


def _refuse_removal(name: str) -> NoReturn:
    raise UnrepresentableError(pointer(name), "an update cannot remove a property; set it to None to clear it")


def same_json(one: Any, other: Any) -> bool:
    """Tell whether two values are the same JSON, however deep; Python holds True for 1, JSON does not."""
    # No recursion: what `loads` takes may be nested deeper than Python's stack has frames for.
    pairs, met = [(one, other)], dict[tuple[int, int], Any]()
    while pairs:
        pair = pairs.pop()
        inner = _inner_pairs(*pair)
        if inner is None:
            return False
        if inner and met.setdefault((id(pair[0]), id(pair[1])), pair) is pair:  # a circle is gone round once
            pairs += inner
    return True


def _inner_pairs(one: Any, other: Any) -> list[tuple[Any, Any]] | None:
    """Pair what two values hold; None where they differ already."""
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
    except ArithmeticError:  # of a signalling NaN, which is equal to nothing
        return False


@functools.cache
def _added(cl: Any, record_class: Any) -> Mapping[str, attrs.Attribute[Any]]:
    """Give the attributes that a record class adds to Opportunity, or types otherwise, and an update class does not."""
    wanted, base, own = type_hints_of(record_class), type_hints_of(Opportunity), type_hints_of(cl)
    return {
        name: attribute
        for name, attribute in attributes_of(record_class).items()
        if (name not in base and name not in own) or (name in own and wanted[name] not in (base.get(name), own[name]))
    }


def _make_update_class(cl: Any, record_class: Any) -> Any:
    """Make the subclass of an update class that has the attributes a record class adds to Opportunity."""
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

    def reduce(update: OpportunityUpdate) -> tuple[Any, ...]:
        return _update, (cl, record_class, _given(update), update.extra)

    return attrs.make_class(
        f"{record_class.__name__}Update",
        added,
        bases=(cl,),
        class_body={"__reduce__": reduce},
        frozen=True,
        kw_only=True,
        slots=True,
    )


# Two updates of classes made twice would never be equal.
_UPDATE_CLASSES: Final[Memo[Any]] = Memo(lambda classes: _make_update_class(*classes))


def _given(update: OpportunityUpdate) -> dict[str, Any]:
    """Return the attributes that an update changes."""
    held = ((name, getattr(update, name)) for name in attributes_of(update.__class__))
    return {name: value for name, value in held if value is not UNSET}


def _update(cl: Any, record_class: Any, given: Mapping[str, Any], extra: Mapping[str, Any]) -> Any:
    """Build an update again from its class's bases: pickle does not find a made class by its name."""
    update_class = _UPDATE_CLASSES[cl, record_class]
    attributes = attributes_of(update_class)
    return update_class(**{attributes[name].alias or name: value for name, value in given.items()}, extra=extra)
