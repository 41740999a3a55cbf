"""The properties and codecs of record classes, made from their annotations, and the two conversions."""

from __future__ import annotations

import enum
import functools
import inspect
import types
import typing
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import attrs

from twenty_opportunity.conversion import codegen
from twenty_opportunity.conversion.fallback import Property, Relation
from twenty_opportunity.conversion.python_types import (
    ANYTHING,
    Codec,
    MisfitError,
    array,
    enumeration,
    is_held,
    literal,
    mapping,
    scalars,
)
from twenty_opportunity.conversion.relations import relations_of
from twenty_opportunity.conversion.unions import union
from twenty_opportunity.errors import UnrepresentableError, ValidationError, Violation, pointer
from twenty_opportunity.records.base import RELATED, Record, Unset, attributes_of, origin_of, type_hints_of, wire_name
from twenty_opportunity.values.memo import Memo, cached_property
from twenty_opportunity.values.python_json import as_object

if typing.TYPE_CHECKING:
    from collections.abc import Callable

    from twenty_opportunity.conversion.custom_types import HookedConverter
    from twenty_opportunity.values.object_names import ObjectName


class Conversion:
    """
    Structures and unstructures the records of one profile.

    Everything is made when it is first needed, and kept.

    Args:
        converter: Returns the converter whose hooks convert types that are neither records nor known scalars. Called
            when one is needed, because few programs do.
        milliseconds: Write instants as servers do, in UTC with at least three digits of a second.
        records_of: Returns the class of the complete records of an object, by the object's name; None if it is unknown.
            Without it, related records stay in `extra`.
        object_: The name of the object whose records a generic document holds; None if it may be any.
        validators: The validators of related records and of connections of them, by their class.

    Attributes:
        scalars: The codecs of the types that no other type is part of.
        structurers: By record class, or generic record class with its argument (`OpportunityPage[Deal]`): the function
            that structures a valid instance.
        unstructurers: By record class: the function that unstructures a record.
        written_classes: By record class: the generic class with its argument that all its objects are of. A page of
            partial records has the class of a page of complete ones.
    """

    def __init__(
        self,
        converter: Callable[[], HookedConverter],
        *,
        milliseconds: bool,
        records_of: Callable[[str], Any] | None = None,
        object_: ObjectName | None = None,
        validators: Mapping[Any, Any] = types.MappingProxyType({}),
    ) -> None:
        self._converter = converter
        self._object = object_
        self._milliseconds = milliseconds
        self.records_of = records_of
        self.validators = validators
        self.scalars: dict[Any, Codec] = scalars(milliseconds=milliseconds)
        self.scalars[_ByValue] = attrs.evolve(ANYTHING, unstructure=self._write_by_value)
        self._properties: Memo[tuple[Property, ...]] = Memo(lambda cl: tuple(self._find_properties(cl)))
        self.structurers: Memo[codegen.Structurer] = Memo(
            lambda cl: _from_root(
                cl, codegen.structurer(origin_of(cl), self.properties(cl), self.properties, self.relations(cl))
            )
        )
        self.written_classes: Memo[Any] = Memo(_widest)
        self.unstructurers: Memo[codegen.Unstructurer] = Memo(
            lambda cl: _to_root(
                cl,
                codegen.unstructurer(self.properties(self.written_classes[cl]), self.unstructurers, self.relations(cl)),
            )
        )

    def unstructure(self, record: Record, undescribed: list[Any] | None = None) -> dict[str, Any]:
        """
        Unstructure a record.

        Args:
            record: The record.
            undescribed: A list to which every value is appended that no schema describes, and so may not be JSON.

        Returns:
            A new dict; the values in `extra` are shared with the record.

        Raises:
            ValidationError: An attribute holds a value that its type does not allow.
            UnrepresentableError: A value cannot be written as JSON: an offset of seconds, a property in both an
                attribute and `extra`.
        """
        try:
            return self.unstructurers[record.__class__](record, [] if undescribed is None else undescribed)
        except MisfitError as error:
            violation = Violation(pointer(*error.tokens), "type", "/type", error.reason)
            raise ValidationError([violation]) from error.__cause__

    def properties(self, cl: Any) -> tuple[Property, ...]:
        """Return the properties that a record class has attributes for, except those that hold related records."""
        return self._properties[cl]

    def relations(self, cl: Any) -> tuple[Relation, ...]:
        """Return the properties that hold related records and that a record class has attributes for."""
        return tuple(relations_of(self, cl))

    @cached_property
    def of_related(self) -> Conversion:
        """The conversion of related records, without the records that are related to those."""
        return Conversion(self._converter, milliseconds=self._milliseconds)

    def _find_properties(self, cl: Any) -> typing.Iterator[Property]:
        origin = origin_of(cl)
        arguments = _arguments(cl)
        owner_of = {name: each for each in reversed(origin.__mro__) for name in inspect.get_annotations(each)}
        hints = type_hints_of(origin)
        _refuse_undecorated(origin, hints)
        owners: dict[str, str] = {}
        for name, attribute in attributes_of(origin).items():
            if RELATED in attribute.metadata:
                continue
            wire = wire_name(attribute)
            if owners.setdefault(wire, name) != name:
                raise TypeError(f"{origin.__name__}.{name} and {owners[wire]} are both named {wire}")
            if name not in hints:
                raise TypeError(f"{origin.__name__}.{name} does not have a type; annotate it")
            annotation = _specialised(hints[name], arguments.get(owner_of[name], {}))
            optional, nullable, bare = _without_absence([*self._alternatives(annotation)])
            try:
                codec = self.codec(bare)
            except TypeError as error:
                raise TypeError(f"{origin.__name__}.{name}: {error}") from error
            yield Property(wire, name, attribute.alias or name, optional, nullable, bare, codec)

    def codec(self, annotation: Any) -> Codec:
        """Return the codec of a type."""
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
        named = getattr(annotation, "__supertype__", None) or _aliased(annotation)
        if named is not None and not self._converter().has_registered_hook(annotation):
            return self.codec(named)  # the type behind a NewType or an alias
        cl = origin or annotation
        if isinstance(cl, type) and issubclass(cl, Record):
            return self._record(annotation, cl)
        if isinstance(cl, type) and issubclass(cl, enum.Enum):
            return enumeration(cl)
        from twenty_opportunity.conversion.custom_types import custom

        return custom(self._converter(), annotation)

    def _alternatives(self, annotation: Any) -> typing.Iterator[Any]:
        """Yield the types of a union, those of aliases in it included: `type Seats = int | Unset | None`."""
        aliased = _aliased(annotation)
        if aliased is not None and not self._converter().has_registered_hook(annotation):
            yield from self._alternatives(aliased)
        elif typing.get_origin(annotation) in {typing.Union, types.UnionType}:
            for member in typing.get_args(annotation):
                yield from self._alternatives(member)
        else:
            yield annotation

    def _write_by_value(self, value: Any) -> Any:
        """Write a value of unknown type as its class is written."""
        if issubclass(type(value), Record):
            return self.unstructurers[type(value)](value, [])
        known = (codec for cl, codec in self.scalars.items() if cl not in _OPEN and is_held(codec, value))
        codec = next(known, ANYTHING)
        return codec.unstructure(value)

    def _is_of_object(self, value: Any) -> bool:
        """Check, by its real class, whether a value is a record that a document may be generic over."""
        kind: type[Any] = type(value)  # pyright: ignore[reportUnknownVariableType]
        return issubclass(kind, Record) and kind.__form__ in _RECORDS and self._object in {None, kind.__object__}

    def _record(self, annotation: Any, cl: type[Record]) -> Codec:
        # The functions are looked up at use, not when the codec is built: a class may contain itself.
        return Codec(
            name=cl.__name__ if cl is not Record or self._object is None else f"a record of {self._object.plural}",
            takes=lambda value: as_object(value) is not None,
            holds=self._is_of_object if cl is Record else lambda value: issubclass(type(value), cl),
            structure=lambda value: self.structurers[annotation](as_object(value)),
            unstructure=lambda value: self.unstructurers[value.__class__](value, []),
            fragment={"type": "object"},
            reads=frozenset({"object"}),
            record=annotation,
        )


class _ByValue:
    """The type of a type variable without an argument, a default or a bound."""


_RECORDS: Final = frozenset({"record", "partial"})  # the forms of records that a document may hold
_OPEN: Final = frozenset({Any, object, _ByValue})  # UNSET is one of their values


def _aliased(annotation: Any) -> Any:
    """Return the type that a `type` statement names, its arguments put in; None for any other annotation."""
    value = getattr(annotation, "__value__", None)
    arguments = typing.get_args(annotation)
    return value[arguments] if value is not None and arguments else value


def _refuse_undecorated(cl: Any, hints: Mapping[str, Any]) -> None:
    """Raise TypeError for a class whose annotations are not attributes: they would be ignored silently."""
    if "__attrs_attrs__" in cl.__dict__:
        return
    own = [name for name in inspect.get_annotations(cl) if typing.get_origin(hints[name]) is not typing.ClassVar]
    if own:
        raise TypeError(f"{cl.__name__} annotates {own[0]}, but is not decorated with @attrs.frozen(kw_only=True)")


def _arguments(cl: Any, around: Mapping[Any, Any] = types.MappingProxyType({})) -> dict[Any, dict[Any, Any]]:
    """
    Return the arguments of a class and of each of its bases, by type variable: `class Deals(GraphQLPage[Deal])`.

    A class may use a type variable of a base for something else.
    """
    origin = origin_of(cl)
    given = zip(getattr(origin, "__parameters__", ()), typing.get_args(cl), strict=False)
    own: dict[Any, Any] = {variable: _specialised(value, around) for variable, value in given}
    for variable, value in own.items():
        _refuse_out_of_bound(origin, variable.__bound__, value)
    found = {origin: own}
    for base in getattr(origin, "__orig_bases__", ()):
        if issubclass(origin_of(base), Record):
            found = {**_arguments(base, own), **found}
    return found


def _refuse_out_of_bound(cl: Any, bound: Any, argument: Any) -> None:
    """Raise TypeError for an argument that type checkers refuse, such as a page of pages."""
    if argument is None or not _is_record_class(bound):
        return
    is_union = typing.get_origin(argument) in {typing.Union, types.UnionType}
    for member in typing.get_args(argument) if is_union else (argument,):
        origin: Any = origin_of(member)
        named = getattr(origin, "__name__", repr(origin))
        fits = isinstance(origin, type) and issubclass(origin, bound)
        form: str | None = getattr(origin, "__form__", None)
        if not fits or (bound is Record and origin is not Record and form not in _RECORDS):
            wanted = "a class of an object's records" if bound is Record else bound.__name__
            raise TypeError(f"{cl.__name__}[{named}]: {named} is not {wanted} or a subclass of it")


def _specialised(annotation: Any, arguments: Mapping[Any, Any]) -> Any:
    """Replace the type variables in an annotation by their arguments or, without one, by their bounds."""
    if isinstance(annotation, TypeVar):
        return arguments.get(annotation) or _default(annotation)
    variables = getattr(annotation, "__parameters__", ())
    if not variables or isinstance(annotation, type):
        return annotation
    return annotation[tuple(arguments.get(variable) or _default(variable) for variable in variables)]


def _widest(cl: Any) -> Any:
    variables = getattr(cl, "__parameters__", ())
    bounds = tuple(variable.__bound__ or _ByValue for variable in variables)
    return cl if bounds == tuple(map(_default, variables)) else cl[bounds]


def _default(variable: TypeVar) -> Any:
    default: Any = getattr(variable, "__default__", None)  # NoDefault, or None before Python 3.13, if it has none
    return default if _is_record_class(default) else variable.__bound__ or _ByValue


def _is_record_class(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Record)


def _without_absence(alternatives: list[Any]) -> tuple[bool, bool, Any]:
    """Return whether a union allows UNSET, whether it allows None, and the rest of it."""
    kept = [each for each in alternatives if each is not types.NoneType and each is not Unset] or [types.NoneType]
    optional = Unset in alternatives or not _OPEN.isdisjoint(kept)
    return optional, types.NoneType in alternatives, functools.reduce(lambda one, other: one | other, kept)


def _from_root(cl: Any, structure: codegen.Structurer) -> codegen.Structurer:
    """Make the structurer of a class whose document is an array accept that array."""
    root = getattr(origin_of(cl), "__json_root__", None)
    return structure if root is None else lambda instance: structure({root: instance})


def _to_root(cl: Any, unstructure: codegen.Unstructurer) -> codegen.Unstructurer:
    """Make the unstructurer of a class whose document is an array return that array."""
    root = getattr(cl, "__json_root__", None)
    if root is None:
        return unstructure

    def unstructure_root(record: Any, undescribed: list[Any]) -> Any:
        if record.extra:
            raise UnrepresentableError("", "the document is an array, which cannot have extra properties")
        return unstructure(record, undescribed)[root]

    return unstructure_root
