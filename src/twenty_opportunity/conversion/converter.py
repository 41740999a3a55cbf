"""Instances to records and back, losing nothing: one codec a type, each made from the record classes' annotations."""

from __future__ import annotations

import enum
import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from twenty_opportunity.conversion import codegen as generated
from twenty_opportunity.conversion.custom_types import foreign
from twenty_opportunity.conversion.fallback import Member
from twenty_opportunity.conversion.types import (
    ANYTHING,
    Codec,
    MisfitError,
    array,
    enumeration,
    literal,
    mapping,
    scalars,
)
from twenty_opportunity.conversion.unions import union
from twenty_opportunity.errors import ValidationError, Violation, pointer
from twenty_opportunity.records.base import Record, Unset, resolved, wire_name
from twenty_opportunity.values.memo import Made
from twenty_opportunity.values.python_json import as_object

if typing.TYPE_CHECKING:
    from twenty_opportunity.conversion.custom_types import HookedConverter


class Conversion:
    """
    The codecs of one profile's style, made when first asked for and kept.

    Args:
        converter: The converter whose hooks read the types that are neither records nor known scalars.
        milliseconds: Write instants as servers do, in UTC with at least three digits of a second.
    """

    def __init__(self, converter: HookedConverter, *, milliseconds: bool) -> None:
        self._converter = converter
        self.scalars: dict[Any, Codec] = scalars(milliseconds=milliseconds)
        self._members: Made[tuple[Member, ...]] = Made(lambda cl: tuple(self._make_members(cl)))
        self.structurers: Made[Callable[[Any], Any]] = Made(
            lambda cl: generated.structurer(typing.get_origin(cl) or cl, self.members(cl), self.members)
        )
        self.unstructurers: Made[Callable[[Any], dict[str, Any]]] = Made(
            lambda cl: generated.unstructurer(self.members(cl), self.members)
        )
        self._finders: Made[Callable[[Any], bool]] = Made(
            lambda cl: generated.oddity_finder(self.members(cl), self.has_oddity, self.members)
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
            violation = Violation(pointer(*error.tokens), "type", "/type", error.reason)
            raise ValidationError([violation]) from error.__cause__

    def members(self, cl: Any) -> tuple[Member, ...]:
        """List the described members of a record class."""
        return self._members[cl]

    def has_oddity(self, record: Record) -> bool:
        """Tell whether something in a record that no schema describes may be no JSON: it wants a closer look."""
        return self._finders[record.__class__](record)

    def _make_members(self, cl: Any) -> typing.Iterator[Member]:
        origin = typing.get_origin(cl) or cl
        arguments = _arguments(cl)
        hints = resolved(origin)
        _refuse_undecorated(origin, hints)
        owners: dict[str, str] = {}
        for attribute in attrs.fields(origin):
            if attribute.name == "extra" or not attribute.init:
                continue
            name, wire = attribute.name, wire_name(attribute)
            if owners.setdefault(wire, name) != name:
                raise TypeError(f"{origin.__name__}.{name} and {owners[wire]} both stand for the member {wire}")
            annotation = _specialised(hints[name], arguments)
            optional, nullable, bare = _without_absence(annotation)
            try:
                codec = self.codec(bare)
            except TypeError as error:
                raise TypeError(f"{origin.__name__}.{name}: {error}") from error
            yield Member(name, attribute.alias or name, wire, optional, nullable, bare, codec)

    def codec(self, annotation: Any) -> Codec:
        """Give the codec of a type."""
        if annotation in self.scalars:
            return self.scalars[annotation]
        origin = typing.get_origin(annotation)
        if origin in {typing.Union, types.UnionType}:
            return union([self.codec(member) for member in typing.get_args(annotation)])
        arguments = typing.get_args(annotation)
        if annotation in {list, tuple, typing.List, typing.Tuple}:  # noqa: UP006 - what others write
            return array(ANYTHING, origin or annotation)
        if origin is list or (origin is tuple and arguments[1:] == (...,)):
            return array(self.codec(arguments[0]), origin)
        if origin in {Mapping, dict} and arguments in {(), (str, Any), (str, object)}:
            return mapping(origin)
        if origin is typing.Literal:
            return literal(arguments)
        named = getattr(annotation, "__supertype__", None) or getattr(annotation, "__value__", None)
        if named is not None and not self._converter.has_hook_of_its_own(annotation):
            return self.codec(named)  # a NewType, or what a `type` statement names
        cl = origin or annotation
        if isinstance(cl, type) and issubclass(cl, Record):
            return self._record(annotation, cl)
        if isinstance(cl, type) and issubclass(cl, enum.Enum):
            return enumeration(cl)
        return foreign(self._converter, annotation)

    def _record(self, annotation: Any, cl: type[Record]) -> Codec:
        # Records are looked up when used, not when the codec is made: a class may contain itself.
        return Codec(
            name=cl.__name__,
            takes=lambda value: as_object(value) is not None,
            holds=lambda value: issubclass(type(value), cl),  # and not what claims to be one
            structure=lambda value: self.structurers[annotation](as_object(value)),
            unstructure=lambda value: self.unstructurers[value.__class__](value),
            fragment={"type": "object"},
            reads=frozenset({"object"}),
            record=annotation,
        )


def _refuse_undecorated(cl: Any, hints: Mapping[str, Any]) -> None:
    """Refuse a class whose annotations have not become attributes: it would read none of them, in silence."""
    if "__attrs_attrs__" in cl.__dict__:
        return
    own = [name for name in inspect.get_annotations(cl) if typing.get_origin(hints[name]) is not typing.ClassVar]
    if own:
        raise TypeError(f"{cl.__name__} annotates {own[0]}, but is not decorated with @attrs.frozen(kw_only=True)")


def _arguments(cl: Any, around: Mapping[Any, Any] = types.MappingProxyType({})) -> dict[Any, Any]:
    """Tell what stands for each type variable of a class, and of those it extends: `class Deals(GraphQLPage[Deal])`."""
    origin = typing.get_origin(cl) or cl
    given = zip(getattr(origin, "__parameters__", ()), typing.get_args(cl), strict=False)
    found: dict[Any, Any] = {variable: _specialised(value, around) for variable, value in given}
    for variable, value in found.items():
        _refuse_out_of_bound(origin, variable.__bound__, value)
    for base in getattr(origin, "__orig_bases__", ()):
        if issubclass(typing.get_origin(base) or base, Record):
            found = {**_arguments(base, found), **found}
    return found


def _refuse_out_of_bound(cl: Any, bound: Any, argument: Any) -> None:
    """Refuse an argument that type checkers refuse: a page of pages would be one in which no record is ever found."""
    if argument is None or not (isinstance(bound, type) and issubclass(bound, Record)):
        return
    is_union = typing.get_origin(argument) in {typing.Union, types.UnionType}
    for member in typing.get_args(argument) if is_union else (argument,):
        origin: Any = typing.get_origin(member) or member
        named = getattr(origin, "__name__", repr(origin))
        if not (isinstance(origin, type) and issubclass(origin, bound)):
            raise TypeError(f"{cl.__name__}[{named}]: {named} is no {bound.__name__}, nor a subclass of it")


def _specialised(annotation: Any, arguments: Mapping[Any, Any]) -> Any:
    """Put the arguments of a generic class, or the bounds of its variables, in place of the variables."""
    if isinstance(annotation, TypeVar):
        return arguments.get(annotation) or annotation.__bound__
    variables = getattr(annotation, "__parameters__", ())
    if not variables or isinstance(annotation, type):
        return annotation
    return annotation[tuple(arguments.get(variable) or variable.__bound__ for variable in variables)]


def _without_absence(annotation: Any) -> tuple[bool, bool, Any]:
    """Split a type into whether it may be UNSET, whether it may be None, and what else it may be."""
    if typing.get_origin(annotation) not in {typing.Union, types.UnionType}:
        return annotation in {Any, object}, annotation is types.NoneType, annotation
    members = typing.get_args(annotation)
    kept = [member for member in members if member is not types.NoneType and member is not Unset] or [types.NoneType]
    optional = not {Unset, Any, object}.isdisjoint(members)
    return optional, types.NoneType in members, functools.reduce(lambda one, other: one | other, kept)
