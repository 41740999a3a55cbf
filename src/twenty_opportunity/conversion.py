"""Instances to records and back, losing nothing: one codec a type, each made from the record classes' annotations."""

from __future__ import annotations

import enum
import functools
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs
from cattrs.errors import StructureHandlerNotFoundError

from twenty_opportunity.codecs import Codec, MisfitError, array, enumeration, plain, scalars, union
from twenty_opportunity.errors import UnrepresentableError, ValidationError, Violation, pointer
from twenty_opportunity.records.base import UNSET, Record, Unset, freeze, resolved, wire_name

if typing.TYPE_CHECKING:
    import cattrs


@attrs.frozen
class Member:
    """
    An attribute of a record class and the member of JSON that it stands for.

    Attributes:
        attribute: The attribute's name.
        argument: Its name in `__init__`.
        wire: The member's name.
        nullable: Whether it may hold None.
        annotation: Its type without None and UNSET.
        codec: How that type meets JSON.
    """

    attribute: str
    argument: str
    wire: str
    nullable: bool
    annotation: Any
    codec: Codec


class Conversion:
    """
    The codecs of one profile's style, made when first asked for and kept.

    Args:
        converter: The cattrs converter to ask for types that are neither records nor known scalars.
        milliseconds: Write instants as servers do, in UTC with at least three digits of a second.
    """

    def __init__(self, converter: cattrs.Converter, *, milliseconds: bool) -> None:
        self._converter = converter
        self.scalars = scalars(milliseconds=milliseconds)
        self._members: dict[Any, tuple[Member, ...]] = {}
        self._structurers: dict[Any, Callable[[Any], Any]] = {}
        self._unstructurers: dict[Any, Callable[[Any], Any]] = {}

    def structure(self, instance: Mapping[str, Any], cl: Any) -> Any:
        """
        Make a record of an instance that the record's schema accepts.

        Args:
            instance: The instance; it is not changed.
            cl: The record class, or a generic one with its argument: `OpportunityPage[Deal]`.

        Returns:
            The record.

        Raises:
            UnrepresentableError: Python cannot hold a value: a leap second, the year 0000, half a microsecond.
        """
        return self.structurer(cl)(instance)

    def unstructure(self, record: Record) -> dict[str, Any]:
        """
        Make the instance that a record stands for.

        Args:
            record: The record.

        Returns:
            A new dict; what is in `extra` is shared with the record.

        Raises:
            ValidationError: An attribute holds something that its type does not allow.
            UnrepresentableError: A value has no form in JSON: an offset of seconds, a member in both an attribute and
                `extra`.
        """
        try:
            instance: dict[str, Any] = self.unstructurer(record.__class__)(record)
        except MisfitError as error:
            raise ValidationError([Violation(pointer(*error.tokens), "type", "/type", error.reason)]) from None
        return instance

    def members(self, cl: Any) -> tuple[Member, ...]:
        """List the described members of a record class."""
        if cl not in self._members:
            self._members[cl] = tuple(self._make_members(cl))
        return self._members[cl]

    def structurer(self, cl: Any) -> Callable[[Any], Any]:
        """Give the function that makes a record of this class of an instance."""
        if cl not in self._structurers:
            self._structurers[cl] = make_structurer(typing.get_origin(cl) or cl, self.members(cl))
        return self._structurers[cl]

    def unstructurer(self, cl: type[Record]) -> Callable[[Any], Any]:
        """Give the function that makes an instance of a record of this class."""
        if cl not in self._unstructurers:
            self._unstructurers[cl] = make_unstructurer(self.members(cl))
        return self._unstructurers[cl]

    def _make_members(self, cl: Any) -> typing.Iterator[Member]:
        origin = typing.get_origin(cl) or cl
        arguments = dict(zip(getattr(origin, "__parameters__", ()), typing.get_args(cl), strict=False))
        hints = resolved(origin)
        for attribute in attrs.fields(origin):
            if attribute.name == "extra":
                continue
            annotation = _specialised(hints[attribute.name], arguments)
            nullable, bare = _without_absence(annotation)
            try:
                codec = self.codec(bare)
            except StructureHandlerNotFoundError as error:
                message = f"{origin.__name__}.{attribute.name}: {error}; register a hook for it with the converter"
                raise TypeError(message) from error
            yield Member(attribute.name, attribute.alias or attribute.name, wire_name(attribute), nullable, bare, codec)

    def codec(self, annotation: Any) -> Codec:
        """Give the codec of a type."""
        if annotation in self.scalars:
            return self.scalars[annotation]
        origin = typing.get_origin(annotation)
        if origin in {typing.Union, types.UnionType}:
            return union([self.codec(member) for member in typing.get_args(annotation)])
        if origin is tuple and typing.get_args(annotation)[1:] == (...,):
            return array(self.codec(typing.get_args(annotation)[0]))
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return self.scalars[Mapping]
        cl = origin or annotation
        if isinstance(cl, type) and issubclass(cl, Record):
            return self._record(annotation, cl)
        if isinstance(cl, type) and issubclass(cl, enum.Enum):
            return enumeration(cl)
        return self._foreign(annotation)

    def _record(self, annotation: Any, cl: type[Record]) -> Codec:
        # Records are looked up when used, not when the codec is made: a class may contain itself.
        return Codec(
            name=cl.__name__,
            takes=lambda value: isinstance(value, dict),
            holds=lambda value: isinstance(value, cl),
            structure=lambda value: self.structurer(annotation)(value),  # noqa: PLW0108 - not before it is used
            unstructure=lambda value: self.unstructurer(value.__class__)(value),
            fragment={"type": "object"},
            reads=frozenset({"object"}),
            record=annotation,
        )

    def _foreign(self, annotation: Any) -> Codec:
        """Make the codec of a type that only the converter knows."""
        structure = self._converter.get_structure_hook(annotation)
        unstructure = self._converter.get_unstructure_hook(annotation)
        cl = typing.get_origin(annotation) or annotation
        return Codec(
            name=getattr(cl, "__name__", repr(annotation)),
            takes=lambda _: True,
            holds=lambda value: not isinstance(cl, type) or isinstance(value, cl),
            structure=lambda value: structure(value, annotation),
            unstructure=unstructure,
            fragment={},
            reads=frozenset({"string", "number", "integer", "boolean", "object", "array"}),
        )


def _specialised(annotation: Any, arguments: Mapping[Any, Any]) -> Any:
    """Put the arguments of a generic class, or the bounds of its variables, in place of the variables."""
    if isinstance(annotation, TypeVar):
        return arguments.get(annotation) or annotation.__bound__
    variables = getattr(annotation, "__parameters__", ())
    if not variables or isinstance(annotation, type):
        return annotation
    return annotation[tuple(arguments.get(variable) or variable.__bound__ for variable in variables)]


def _without_absence(annotation: Any) -> tuple[bool, Any]:
    """Split a type into whether it may be None, and what else it may be but UNSET."""
    if typing.get_origin(annotation) not in {typing.Union, types.UnionType}:
        return annotation is types.NoneType, annotation
    members = typing.get_args(annotation)
    kept = tuple(member for member in members if member is not types.NoneType and member is not Unset)
    return types.NoneType in members, functools.reduce(lambda one, other: one | other, kept)


def make_structurer(cl: Any, members: tuple[Member, ...]) -> Callable[[Any], Any]:
    """Make the function that builds records of a class, the plain way: through `__init__`, member by member."""
    known = {member.wire: (member.argument, member.codec.structure) for member in members}

    def structure(instance: Mapping[str, Any]) -> Any:
        arguments: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        wire = ""
        try:
            for key, value in instance.items():
                wire = plain(key)
                if wire in known:
                    argument, read = known[wire]
                    arguments[argument] = None if value is None else read(value)
                else:
                    extra[wire] = value
        except UnrepresentableError as error:
            raise error.under(wire) from None
        return cl(**arguments, extra=freeze(extra))

    return structure


def make_unstructurer(members: tuple[Member, ...]) -> Callable[[Any], Any]:
    """Make the function that builds the instances of a class's records."""
    described = frozenset(member.wire for member in members)

    def unstructure(record: Any) -> dict[str, Any]:
        instance: dict[str, Any] = {}
        for member in members:
            value = getattr(record, member.attribute)
            if value is not UNSET:
                instance[member.wire] = _write(member, value)
        if record.extra:
            _refuse_repeated(described & record.extra.keys())
            instance.update(record.extra)
        return instance

    return unstructure


def _write(member: Member, value: Any) -> Any:
    """Write one attribute's value, which has to be of the attribute's type."""
    if value is None:
        return None
    try:
        if not member.codec.holds(value):
            message = f"the attribute {member.attribute} holds {value.__class__.__name__}; it takes {member.codec.name}"
            raise MisfitError(message)  # noqa: TRY301 - raised here so that it gets its member's name like any other
        return member.codec.unstructure(value)
    except (UnrepresentableError, MisfitError) as error:
        raise error.under(member.wire) from None


def _refuse_repeated(names: frozenset[str]) -> None:
    for name in sorted(names):
        raise UnrepresentableError(pointer(name), "the member is in extra though an attribute stands for it; set that")
