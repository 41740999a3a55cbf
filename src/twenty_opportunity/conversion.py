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

from twenty_opportunity import generated
from twenty_opportunity.codecs import Codec, MisfitError, array, enumeration, scalars, union
from twenty_opportunity.errors import ValidationError, Violation, pointer
from twenty_opportunity.plain import Member
from twenty_opportunity.records.base import Record, Unset, resolved, wire_name

if typing.TYPE_CHECKING:
    import cattrs


ValueT = TypeVar("ValueT")


class Made(dict[Any, ValueT]):
    """
    What is made of each key when it is first asked for, and kept.

    Args:
        make: Makes the value of a key.
    """

    def __init__(self, make: Callable[[Any], ValueT]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> ValueT:
        value = self[key] = self._make(key)
        return value


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
        self._members: Made[tuple[Member, ...]] = Made(lambda cl: tuple(self._make_members(cl)))
        self.structurers: Made[Callable[[Any], Any]] = Made(
            lambda cl: generated.structurer(typing.get_origin(cl) or cl, self.members(cl), self.members)
        )
        self.unstructurers: Made[Callable[[Any], dict[str, Any]]] = Made(
            lambda cl: generated.unstructurer(self.members(cl), self.members)
        )
        self._finders: Made[Callable[[Any], bool]] = Made(
            lambda cl: generated.undescribed_finder(self.members(cl), self.has_undescribed, self.members)
        )

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
        return self.structurers[cl](instance)

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
            return self.unstructurers[record.__class__](record)
        except MisfitError as error:
            raise ValidationError([Violation(pointer(*error.tokens), "type", "/type", error.reason)]) from None

    def members(self, cl: Any) -> tuple[Member, ...]:
        """List the described members of a record class."""
        return self._members[cl]

    def has_undescribed(self, record: Record) -> bool:
        """Tell whether a record holds JSON that no schema describes, which has to be looked at before it is written."""
        return self._finders[record.__class__](record)

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
            structure=lambda value: self.structurers[annotation](value),  # noqa: PLW0108 - not before it is used
            unstructure=lambda value: self.unstructurers[value.__class__](value),
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
