"""
The classes of the forms of an object's records: partial records, and the bodies that create and update one.

Classes that are not written by hand are created at run time from the class of the complete records. So are the
documents around records, see `responses`.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnnecessaryIsInstance=false
# Values are JSON of any type, and what isinstance leaves of Any is partially unknown to pyright. Arguments are checked
# at run time too.

from __future__ import annotations

import datetime as dt
import functools
import inspect
import re
import sys
import types
import typing
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final, Generic, NoReturn, Self

import attrs
from typing_extensions import TypeVar  # has `default` before Python 3.13

from twenty_opportunity.errors import UnrepresentableError, pointer
from twenty_opportunity.records.base import (
    READ_ONLY,
    RELATED,
    UNSET,
    WIRE_NAME,
    Record,
    Unset,
    attributes_of,
    type_hints_of,
    wire_name,
)
from twenty_opportunity.values.memo import Memo

if typing.TYPE_CHECKING:
    from twenty_opportunity.values.object_names import ObjectName

RecordT = TypeVar("RecordT", bound=Record)
UpdatedT = TypeVar("UpdatedT", bound=Record, default=Any)

_COMPLETE: Final = frozenset({"record", "partial"})
_NOT_UPDATED: Final = frozenset({"id", "createdAt", "updatedAt", "deletedAt"})


@attrs.frozen(kw_only=True, repr=False)
class _Form(Record):
    """The base of the classes that are derived from a record class."""

    @classmethod
    def for_class(cls, record_class: Any) -> Any:
        """
        Return the class of this form for a record class: `DealUpdate = OpportunityUpdate.for_class(Deal)`.

        Type checkers do not know its attributes; for them, write a subclass that lists them.

        Args:
            record_class: The class of complete records.

        Returns:
            A subclass of this class with the attributes of the record class, the same one each time. If the record
            class does not add attributes, it is this class, or the one that this package has for the object. If the
            module of the record class has such a class under its name, `DealUpdate` for `Deal`, it is that one.

        Raises:
            TypeError: The argument is not a class of records, or not one of the object that this class is for.
        """
        form = getattr(record_class, "__form__", None)
        if form not in _COMPLETE or (cls.__object__ and record_class.__object__ != cls.__object__):
            expected = f"records of {cls.__object__.plural}" if cls.__object__ else "records of an object"
            found = getattr(record_class, "__name__", type(record_class).__name__)
            raise TypeError(f"{cls.__name__}.for_class takes a class for {expected}, not {found}")
        written: Any = cls if cls.__object__ else record_class.__written__.get(cls.__form__ or "", cls)
        beside = _in_module_of(record_class, written)
        is_whole = beside is None and written.__object__ and not _added(written, record_class)
        return beside or (written if is_whole else made(_make_form, written, record_class))


@attrs.frozen(kw_only=True, repr=False)
class Partial(_Form):
    """Any part of a record: `Partial.for_class(DealRoom)` has the attributes of `DealRoom`, and each may be UNSET."""

    __form__: ClassVar[str | None] = "partial"


@attrs.frozen(kw_only=True, repr=False)
class Create(_Form):
    """The body of a request that creates a record. UNSET attributes are not sent."""

    __form__: ClassVar[str | None] = "create"


@attrs.frozen(kw_only=True, repr=False)
class Update(_Form, Generic[UpdatedT]):
    """The body of a request that updates a record: UNSET keeps the value of a property, None clears it."""

    __form__: ClassVar[str | None] = "update"

    @classmethod
    def between(cls, before: UpdatedT, after: UpdatedT) -> Self:
        """
        Build the smallest update that turns one record into another.

        Args:
            before: The current record.
            after: The desired record, of the same class.

        Returns:
            The update: `between(before, after).apply(before) == after`. If it changes an attribute that this class does
            not have, it is of the class that `for_class` returns. It leaves out what only a server writes: the
            related record of an id that changes, one that only one of the records was read with, and the URL and
            extension of a file.

        Raises:
            UnrepresentableError: The change cannot be expressed: it affects a property that cannot be written, or
                removes a property. A composite such as `amount` is written whole, because a server merges its
                properties; one of which the server would drop a part is refused.
            TypeError: The records are not of the same class, or not of the object of this class.
        """
        if not _is_updated_by(cls, before) or before.__class__ is not after.__class__:
            given = f"{type(before).__name__} and {type(after).__name__}"
            raise TypeError(f"between takes two records of one class, such as Opportunity, not {given}")
        changed = dict(_changes(before, after))
        record_class: Any = after.__class__
        body: Any = cls if cls.__object__ else cls.for_class(record_class)
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

    def apply(self, record: RecordT) -> RecordT:
        """
        Return the record after this update.

        A composite value such as `amount` is merged: it keeps the properties that a server keeps. `connect` and
        `disconnect` change the id of the related record. Related records themselves stay as they were read. Values are
        those of the update; a server stores some of them in another form, such as a cleared text as an empty one.

        Args:
            record: The record to update; it is not changed.

        Returns:
            A record of the same class. To send only what changes the record, use `minimized`.

        Raises:
            TypeError: The argument is not a record of the object; or its class lacks an attribute that the update
                changes; or its class has an attribute for a property in the update's `extra`, which contains JSON, so
                the attribute would not be updated.
        """
        given, connected, extra = self._changes_of(record, "apply")
        known = attributes_of(record.__class__)
        stored = {name: _merged(getattr(record, name), value) for name, value in given.items()}
        ids = {name: connected[wire] for name, each in known.items() if (wire := wire_name(each)) in connected}
        changes: dict[str, Any] = {known[name].alias or name: value for name, value in {**stored, **ids}.items()}
        others = {name: _merged(record.extra.get(name), value) for name, value in extra.items()}
        return attrs.evolve(record, **changes, extra={**record.extra, **others})

    def minimized(self, record: Record) -> Self:
        """
        Return this update without the properties whose values the record already has.

        Args:
            record: The record to update; it is not changed.

        Returns:
            An update with the same effect. It is empty if the update changes nothing. A composite value is kept whole
            or left out. Null and empty values count as the same, because a server stores a cleared text as an empty
            one.

        Raises:
            TypeError: As for `apply`.
        """
        given, _, _ = self._changes_of(record, "minimized")
        own = attributes_of(self.__class__)
        same = [own[name].alias or name for name, value in given.items() if _is_unchanged(getattr(record, name), value)]
        from twenty_opportunity.records import composites  # only needed for the updates of clients

        held = composites.properties_of(record)
        extra = dict(self.extra)
        for name, value in self.extra.items():
            ids, others = _connections({name: value}, record)
            if all(_is_unchanged(held.get(wire, UNSET), each) for wire, each in {**ids, **others}.items()):
                del extra[name]
        return attrs.evolve(self, **dict.fromkeys(same, UNSET), extra=extra)

    def _changes_of(self, record: Record, method: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """Return the attributes that change, the ids that `connect` and `disconnect` give, and the extra properties."""
        if not _is_updated_by(self.__class__, record):
            expected = self.__object__.renamed("an opportunity") if self.__object__ else "a record"
            raise TypeError(f"{method} takes {expected}, not {type(record).__name__}")
        given = _given(self)
        known = attributes_of(record.__class__)
        unknown = given.keys() - known.keys()
        if unknown:
            raise TypeError(f"{type(record).__name__} lacks the attribute {min(unknown)}, which this update changes")
        connected, extra = _connections(self.extra, record)
        for name, attribute in known.items():
            wire = wire_name(attribute)
            if wire in extra:
                message = (
                    f"the update has {wire} in extra, and {type(record).__name__} has the attribute {name} for it: "
                    f"build the update with {type(self).__name__}.between, or structure it as "
                    f"{type(self).__name__}.for_class({type(record).__name__})"
                )
                raise TypeError(message)
        return given, connected, extra


def _merged(old: Any, new: Any) -> Any:
    """Return the value that a server stores for a property."""
    if not isinstance(new, (Record, Mapping, list, tuple)):
        return new
    from twenty_opportunity.records import composites  # only needed where one changes

    return composites.merged(old, new)


def _is_unchanged(old: Any, new: Any) -> bool:
    from twenty_opportunity.records import composites  # only needed for the updates of clients

    return composites.unchanged(old, new)


def _connections(extra: Mapping[str, Any], record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the ids that `connect` and `disconnect` give to attributes, and the update's other extra properties."""
    cl: Any = record.__class__
    hints = type_hints_of(cl)
    known = {wire_name(attribute): attribute for attribute in attributes_of(cl).values()}
    ids: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name, value in extra.items():
        found, column = _connected_id(value), f"{name}Id"
        is_relation = column in known or column in record.extra or (name in known and RELATED in known[name].metadata)
        if found is UNSET or not is_relation:
            others[name] = value
        elif column in known:
            is_text = uuid.UUID not in typing.get_args(hints[known[column].name] | Unset)
            ids[column] = str(found) if found is not None and is_text else found
        else:
            others[column] = None if found is None else str(found)
    return ids, others


def _connected_id(value: Any) -> uuid.UUID | Unset | None:
    """Return the id of the record that a body connects, None if it disconnects one, and UNSET for any other value."""
    match value:
        case {"disconnect": True} if len(value) == 1:
            return None
        case {"connect": {"where": {"id": str(found)}}} if len(value) == 1:
            try:
                return uuid.UUID(found)
            except ValueError:
                return UNSET
        case _:
            return UNSET


def _is_updated_by(cl: type[Update[Any]], record: object) -> bool:
    return (
        isinstance(record, Record)
        and record.__form__ in _COMPLETE
        and (cl.__object__ is None or record.__object__ == cl.__object__)
    )


def _changes(before: Record, after: Record) -> Iterator[tuple[str, Any]]:
    """Yield each attribute that differs with its new value."""
    for name, attribute in attributes_of(after.__class__).items():
        old, new = getattr(before, name), getattr(after, name)
        if _is_written_alike(old, new) or _is_read_otherwise(attribute, before, after):
            continue
        if new is UNSET:
            _refuse_removal(wire_name(attribute))
        _refuse_lost(wire_name(attribute), old, new)
        yield name, _written(new)


def _is_written_alike(old: Any, new: Any) -> bool:
    return same_json(old, new) or same_json(_written(old), _written(new))


def _written(value: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        return value
    from twenty_opportunity.records import composites  # only needed where one changes

    return composites.written(value)


def _is_read_otherwise(attribute: attrs.Attribute[Any], before: Record, after: Record) -> bool:
    """Check whether an attribute holds related records that only one of two records has, or whose id changes too."""
    if RELATED not in attribute.metadata:
        return False
    if any(getattr(record, attribute.name) is UNSET for record in (before, after)):
        return True  # at another depth
    from twenty_opportunity.records import composites  # only needed where a related record changes

    column = f"{wire_name(attribute)}Id"
    old, new = (composites.properties_of(record).get(column) for record in (before, after))
    return not same_json(old, new)


def _refuse_lost(name: str, old: Any, new: Any) -> None:
    """Raise an error for a composite that a server, which merges it with the stored one, would store differently."""
    if isinstance(new, (Record, Mapping)):
        from twenty_opportunity.records import composites  # only needed where one changes

        for inner, reason in composites.lost(old, new):
            if reason is None:
                _refuse_removal(name, inner)
            raise UnrepresentableError(pointer(name, inner), reason)


def _changed_extra(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    for name in old:
        if name not in new:
            _refuse_removal(name)
    changed = {name: value for name, value in new.items() if name not in old or not _is_written_alike(old[name], value)}
    for name, value in changed.items():
        _refuse_lost(name, old.get(name), value)
    return {name: _written(value) for name, value in changed.items()}


def _refuse_removal(*tokens: str) -> NoReturn:
    raise UnrepresentableError(pointer(*tokens), "an update cannot remove a property; set it to None to clear it")


def same_json(one: Any, other: Any) -> bool:
    """Check whether two values are the same JSON, at any depth. In Python True equals 1; in JSON they differ."""
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
    """Return the attributes of a record class that another class lacks, or has with another type."""
    wanted, own, written = type_hints_of(record_class), type_hints_of(cl), _hints_of_form(cl, record_class)
    bases = [type_hints_of(cl.__written__[form]) for form in ("record", "partial") if form in cl.__written__]
    return {
        name: attribute
        for name, attribute in attributes_of(record_class).items()
        if (name not in own and not any(name in base for base in bases) and _can_be_added(cl, attribute))
        or (
            name in own
            and wanted[name] not in [base.get(name) for base in bases]
            and not any(_alternatives(hint) <= _alternatives(own[name]) for hint in (wanted[name], written[name]))
        )
    }


def _can_be_added(cl: Any, attribute: attrs.Attribute[Any]) -> bool:
    if cl.__form__ == "partial":
        return True
    is_fixed = cl.__form__ == "update" and wire_name(attribute) in _NOT_UPDATED
    return not is_fixed and not attribute.metadata.get(READ_ONLY)


def _alternatives(annotation: Any) -> set[Any]:
    return {*typing.get_args(annotation | Unset)}


@functools.cache
def _hints_of_form(cl: Any, record_class: Any) -> Mapping[str, Any]:
    """Return the types of the attributes in a class of a form that is derived from a record class."""
    known = attributes_of(record_class)
    hints: dict[str, Any] = {name: type_hints_of(record_class)[name] | Unset for name in known}
    if cl.__form__ == "partial":
        return hints
    found: dict[str, Any] = {}
    is_of_object = cl.__object__ is not None
    for name, hint in hints.items():
        owner, stated = _stated_types(record_class, name)
        if stated is None:
            # The schema decides what a body can clear. The position may be first or last.
            null = Unset if is_of_object else None
            found[name] = hint | null | (str if wire_name(known[name]) == "position" else Unset)
        elif name in stated:
            code = types.SimpleNamespace(__annotations__={name: stated[name]})
            found[name] = typing.get_type_hints(code, vars(sys.modules[owner.__module__]))[name] | Unset
        else:
            found[name] = hint
    return found


def _stated_types(record_class: Any, name: str) -> tuple[Any, Mapping[str, str] | None]:
    """Return the class that states the type of an attribute in bodies, and its types; None if no class does."""
    classes: tuple[type[Any], ...] = record_class.__mro__
    for cl in classes:
        stated: Mapping[str, str] | None = vars(cl).get("__body_types__")
        if name in (stated or ()) or name in inspect.get_annotations(cl):
            return cl, stated
    raise AssertionError(name)  # pragma: no cover - every attribute is annotated


def _title(cl: Any, record_class: Any) -> str:
    """Return the name of the class of a form for a record class."""
    name: str = record_class.__name__
    return f"Partial{name}" if cl.__form__ == "partial" else name + cl.__form__.title()


def _in_module_of(record_class: Any, cl: Any) -> Any:
    """Return the class of a form that was written beside a record class; None if there is none."""
    module = sys.modules.get(record_class.__module__)
    found: Any = vars(module).get(_title(cl, record_class)) if module else None
    beside: Any = found if isinstance(found, type) and issubclass(found, cl) else None
    is_of_object = beside is not None and beside.__object__ == record_class.__object__
    return beside if is_of_object and not _added(beside, record_class) else None


def _make_form(cl: Any, record_class: Any) -> Any:
    hints = _hints_of_form(cl, record_class)
    added = {
        name: attrs.field(
            default=UNSET,
            type=hints[name],
            metadata=attribute.metadata,
            hash=attribute.hash,
            alias=attribute.alias,
        )
        for name, attribute in _added(cl, record_class).items()
    }
    return make_class((_make_form, cl, record_class), _title(cl, record_class), added, cl, record_class.__object__)


def forms_of(module: Mapping[str, Any]) -> Callable[[str], Any]:
    """
    Return the `__getattr__` of a module with record classes, which creates the other classes of their objects.

    `DealRoomUpdate` is `Update.for_class(DealRoom)`; `PartialDealRoom` and `DealRoomCreate` are created likewise. A
    module with forty objects is imported in a quarter of the time if only the classes in use are created.

    Args:
        module: The module's names, `globals()`.

    Returns:
        The function.
    """

    def find(name: str) -> Any:
        affixes = (Partial, name.removeprefix("Partial")), (Create, name.removesuffix("Create"))
        for form, title in (*affixes, (Update, name.removesuffix("Update"))):
            if title != name and getattr(module.get(title), "__form__", None) == "record":
                return form.for_class(module[title])
        raise AttributeError(f"module {module['__name__']!r} has no attribute {name!r}")

    return find


def make_record_class(name: ObjectName, attributes: tuple[tuple[str, str, str, bool, str], ...]) -> Any:
    """
    Build the class of the complete records of an object without a handwritten class.

    Args:
        name: The name of the object.
        attributes: The name of each attribute, the name of its property, its type as Python code, whether clients
            write it, and the name of the object of its related records.

    Returns:
        The class. Attributes whose type has Unset are UNSET by default.
    """
    from twenty_opportunity import records  # whose composites are made when one is first used

    named = {*re.findall(r"[A-Z]\w+", " ".join(annotation for _, _, annotation, *_ in attributes))}
    known = {"Any": Any, "Decimal": Decimal, "dt": dt, "uuid": uuid}
    known |= {each: getattr(records, each) for each in named.intersection(records.__all__)}
    code = types.SimpleNamespace(__annotations__={attribute: annotation for attribute, _, annotation, *_ in attributes})
    hints = typing.get_type_hints(code, known)
    fields = {
        attribute: attrs.field(
            default=UNSET if "Unset" in annotation else attrs.NOTHING,
            type=hints[attribute],
            metadata={WIRE_NAME: wire, READ_ONLY: not is_written, **({RELATED: target} if target else {})},
            hash=False if "Any" in annotation else None,
        )
        for attribute, wire, annotation, is_written, target in attributes
    }
    recipe = (make_record_class, name, attributes)
    return make_class(recipe, name.class_name, fields, Record, name, {"__form__": "record"})


def made(*recipe: Any) -> Any:
    """
    Return a class that is created at run time; the same one each time, so that its records can be equal.

    Args:
        recipe: The function that creates it, which must be at module level, and its arguments.

    Returns:
        The class.
    """
    return _MADE[recipe]


_MADE: Final[Memo[Any]] = Memo(lambda recipe: recipe[0](*recipe[1:]))


def make_class(  # noqa: PLR0913, PLR0917 - a class has a name, attributes, a base, an object and a form
    recipe: tuple[Any, ...],
    title: str,
    attributes: dict[str, Any],
    base: Any,
    name: ObjectName | None,
    constants: Mapping[str, Any] = types.MappingProxyType({}),
) -> Any:
    """
    Build a record class whose records pickle.

    Args:
        recipe: The arguments of `made` for this class.
        title: The name of the class.
        attributes: Its attributes by name.
        base: Its base class.
        name: The name of its object.
        constants: Further attributes of the class itself.

    Returns:
        The class.
    """
    body = {"__reduce__": _reduced, "__recipe__": recipe, "__object__": name, **constants}
    return attrs.make_class(title, attributes, bases=(base,), class_body=body, frozen=True, kw_only=True, slots=True)


def portable(cl: Any) -> Any:
    """
    Return an object that pickles, and that becomes the class again when it is loaded.

    Args:
        cl: The class. pickle cannot find a class by name that was created at run time.

    Returns:
        The class itself if pickle finds it.
    """
    recipe = cl.__dict__.get("__recipe__")
    return cl if recipe is None else _Portable(recipe)


@attrs.frozen
class _Portable:
    recipe: tuple[Any, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        return made, tuple(portable(part) if isinstance(part, type) else part for part in self.recipe)


def _reduced(record: Any) -> tuple[Any, ...]:
    return _rebuilt, (portable(record.__class__), _given(record), record.extra)


def _given(record: Record) -> dict[str, Any]:
    """Return the attributes that are not UNSET; of an update, those that it changes."""
    held = ((name, getattr(record, name)) for name in attributes_of(record.__class__))
    return {name: value for name, value in held if value is not UNSET}


def _rebuilt(cl: Any, given: Mapping[str, Any], extra: Mapping[str, Any]) -> Any:
    if isinstance(cl, _Portable):  # `copy.copy` hands over what pickle would have turned into the class
        cl = made(*cl.recipe)
    attributes = attributes_of(cl)
    return cl(**{attributes[name].alias or name: value for name, value in given.items()}, extra=extra)
