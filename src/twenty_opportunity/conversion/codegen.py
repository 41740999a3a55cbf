"""
Structure and unstructure with code generated for one record class: the fast path beside `fallback`.

To structure, msgspec converts the whole instance in one call to a struct derived from the record class. That checks
every type and makes the uuids. The generated code then stores the values of the struct in a record. Anything unusual
(an integer spelled as text, a leap second, a subclass of str) is refused there, and `fallback` reads it instead. So
generated code is only ever faster: `tests/invariants/test_codegen_equals_fallback.py` checks that both give the same
records and instances.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
import itertools
import linecache
import typing
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final, TypeAlias

import attrs
import msgspec

from twenty_opportunity.conversion.fallback import (
    FAILURES,
    Property,
    make_structurer,
    make_unstructurer,
    refuse_repeated,
    write,
)
from twenty_opportunity.conversion.python_types import Codec, MisfitError, unwrap_str
from twenty_opportunity.records.base import NO_EXTRA, UNSET, FrozenMapping, origin_of

Structurer: TypeAlias = Callable[[Any], Any]
Unstructurer: TypeAlias = Callable[[Any, list[Any]], dict[str, Any]]
PropertiesOf: TypeAlias = Callable[[Any], tuple[Property, ...]]

# A longer text may have more than six digits of a second, and `fromisoformat` would cut them off.
_INSTANT: Final = Annotated[str, msgspec.Meta(max_length=27)]
_NUMBERS: Final = frozenset({int, float})
_OURS: Final = "twenty_opportunity.records."  # attrs converters from there do nothing that the codecs have not done
_SERIAL: Final = itertools.count()


class _UnusualError(Exception):
    """The generated code leaves this instance to the fallback."""


def _number(value: Any) -> Any:
    # msgspec would turn an integer into a float.
    if value.__class__ not in _NUMBERS:
        raise _UnusualError
    return value


def _day_or_instant(text: str) -> dt.date:
    is_day = len(text) == len("YYYY-MM-DD")
    return dt.date.fromisoformat(text) if is_day else dt.datetime.fromisoformat(text)


# The type that the struct has for an annotation, and the function that finishes what the struct holds.
_STRUCT_TYPES: Final[Mapping[Any, tuple[Any, Callable[[Any], Any] | None]]] = {
    uuid.UUID: (uuid.UUID, None),
    str: (str, None),
    bool: (bool, None),
    int: (int, None),
    float: (Any, _number),
    dt.date: (dt.date, None),
    dt.datetime: (_INSTANT, dt.datetime.fromisoformat),
    dt.date | dt.datetime: (_INSTANT, _day_or_instant),
    Any: (Any, None),
}


class _OpenOptions(dict[str, Any]):
    """The members of an enum by their text; any other text is itself."""

    def __missing__(self, text: str) -> str:
        return text


def _struct_type(prop: Property) -> tuple[Any, Callable[[Any], Any] | None]:
    if prop.annotation in _STRUCT_TYPES:
        return _STRUCT_TYPES[prop.annotation]
    classes = [cl for cl in typing.get_args(prop.annotation) or [prop.annotation] if cl is not str]
    if len(classes) == 1 and isinstance(classes[0], type) and issubclass(classes[0], enum.StrEnum):
        return str, _OpenOptions({option.value: option for option in classes[0]}).__getitem__
    return Any, prop.codec.structure


def _only_stores(cl: type) -> bool:
    """Check whether making a record only stores its attributes, without code of the class's author."""
    init = getattr(cl.__dict__.get("__init__"), "__code__", None)
    if init is None or not init.co_filename.startswith("<attrs generated"):
        return False
    if any(hasattr(cl, name) for name in ("__attrs_pre_init__", "__attrs_post_init__", "_attrs_cached_hash")):
        return False
    return all(
        attribute.init
        and not attribute.validator
        and getattr(attribute.converter, "__module__", _OURS).startswith(_OURS)
        for attribute in attrs.fields(cl)
    )


def _draft_of(cl: type) -> type | None:
    """
    Return a class like a frozen one whose attributes can be set; its objects become records by their `__class__`.

    Setting an attribute of the frozen class takes a call of its slot's descriptor, and a record has 15 of them:
    structuring would take 20 % longer. None if making a record takes more than setting attributes.
    """
    if not _only_stores(cl):
        return None
    # Both methods, or Python takes a slower way to set an attribute.
    settable = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    try:
        draft = type(cl.__name__, cl.__bases__, {"__slots__": cl.__dict__.get("__slots__"), **settable})
        trial: Any = object.__new__(draft)
        trial.__class__ = cl
    except TypeError:
        return None
    return draft


class _Source:
    """Lines of generated code, and the values that its names stand for."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}

    def add(self, depth: int, *lines: str) -> None:
        self.lines += ["    " * depth + line for line in lines]

    def name(self, value: Any, stem: str) -> str:
        """Return the name of a value in the code; the same value has one name."""
        found = next((name for name, held in self.names.items() if held is value), None)
        if found is None:
            found = f"{stem}_{len(self.names)}"
            self.names[found] = value
        return found

    def function(self, title: str) -> Callable[..., Any]:
        """Compile the one function that the lines define; tracebacks and debuggers show its lines."""
        text = "\n".join(self.lines) + "\n"
        filename = f"<twenty_opportunity generated {title} {next(_SERIAL)}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        exec(compile(text, filename, "exec"), self.names)  # noqa: S102 - the text has names of attributes only
        function: Callable[..., Any] = self.names[title]
        return function


@attrs.frozen
class _Inlined:
    """A record class whose code is written into the code of another: all of its properties are scalars."""

    cl: type
    draft: type
    properties: tuple[Property, ...]


def _inlined(prop: Property, properties_of: PropertiesOf) -> _Inlined | None:
    """Return the record class of a property if its code can be inlined."""
    if prop.codec.record is None:
        return None
    cl = origin_of(prop.codec.record)
    draft, inner = _draft_of(cl), properties_of(prop.codec.record)
    if draft is None or any(each.codec.record or each.codec.item for each in inner):
        return None
    return _Inlined(cl, draft, inner)


def _struct(
    name: str, properties: tuple[Property, ...], inlined: Mapping[str, _Inlined | None], *, complete: bool
) -> type:
    """Derive the struct. If complete, it has to have each property, which is faster to read; else none."""
    fields: list[Any] = []
    for prop in properties:
        inner = inlined.get(prop.attribute)
        held: Any = _struct(name, inner.properties, {}, complete=complete) if inner else _struct_type(prop)[0]
        annotation = held if held is Any else held | None
        fields.append((prop.attribute, annotation) if complete else (prop.attribute, annotation, UNSET))
    rename = {prop.attribute: prop.name for prop in properties}
    struct = msgspec.defstruct(name, fields, rename=rename, gc=False)
    # msgspec analyzes the fields when it first converts to a struct, and shows other threads what it has so far: if
    # threads share the first use, the interpreter crashes. So the thread that made the struct uses it once.
    with contextlib.suppress(msgspec.ValidationError):  # the empty instance lacks properties
        msgspec.convert({}, struct)
    return struct


def _extra_properties(instance: Mapping[str, Any], known: frozenset[str]) -> FrozenMapping:
    extra = object.__new__(FrozenMapping)  # the constructor would copy the new dict
    # A call per name would take as long as all the rest of a record with many custom fields.
    extra.members = {  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
        name if name.__class__ is str else unwrap_str(name): value
        for name, value in instance.items()
        if name not in known
    }
    return extra


class _StructurerSource:
    """Writes the code that structures instances which have every property, or any instances."""

    def __init__(self, *, complete: bool) -> None:
        self._source = _Source()
        self._complete = complete
        self._absent = "{0} is None" if complete else f"{{0}} is None or {{0}} is {self._name(UNSET, 'UNSET')}"

    def _name(self, value: Any, stem: str) -> str:
        return self._source.name(value, stem)

    def compile(self, outer: _Inlined, inlined: Mapping[str, _Inlined | None]) -> Structurer:
        """Write and compile the function for a record class."""
        struct = _struct(outer.cl.__name__, outer.properties, inlined, complete=self._complete)
        convert = f"{self._name(msgspec.convert, 'convert')}(instance, {self._name(struct, 'Struct')})"
        self._source.add(0, "def structure(instance):", f"    struct = {convert}")
        self._store("record", outer, inlined, source="struct", instance="instance", depth=1)
        self._source.add(1, "return record")
        return self._source.function("structure")

    def _store(  # noqa: PLR0913 - the names of the code's variables
        self,
        target: str,
        made: _Inlined,
        inlined: Mapping[str, _Inlined | None],
        *,
        source: str,
        instance: str,
        depth: int,
    ) -> None:
        """Write the lines that store the values of a struct in a new record."""
        add = self._source.add
        add(depth, f"{target} = {self._name(object.__new__, 'new')}({self._name(made.draft, 'Draft')})")
        for prop in made.properties:
            held, inner = f"{source}.{prop.attribute}", inlined.get(prop.attribute)
            finish = None if inner else _struct_type(prop)[1]
            if inner is None and finish is None:
                add(depth, f"{target}.{prop.attribute} = {held}")
                continue
            value = f"{target}_value"
            absent = self._absent.format(value)
            add(depth, f"{value} = {held}")
            if inner:
                add(depth, f"if not ({absent}):")
                nested = f"{instance}[{prop.name!r}]"
                self._store("inner", inner, {}, source=value, instance=nested, depth=depth + 1)
                add(depth + 1, f"{value} = inner")
                add(depth, f"{target}.{prop.attribute} = {value}")
            else:
                finished = f"{self._name(finish, 'finish')}({value})"
                add(depth, f"{target}.{prop.attribute} = {value} if {absent} else {finished}")
        known = self._name(frozenset(prop.name for prop in made.properties), "known")
        none_more = f"len(properties) == {len(made.properties)}" if self._complete else f"properties.keys() <= {known}"
        more = f"{self._name(_extra_properties, 'extra_properties')}(properties, {known})"
        add(depth, f"properties = {instance}")
        add(depth, f"{target}.extra = {self._name(NO_EXTRA, 'NO_EXTRA')} if {none_more} else {more}")
        add(depth, f"{target}.__class__ = {self._name(made.cl, 'Record')}")


def structurer(cl: Any, properties: tuple[Property, ...], properties_of: PropertiesOf) -> Structurer:
    """
    Make the function that structures valid instances of a record class.

    Args:
        cl: The record class.
        properties: Its properties.
        properties_of: Returns the properties of the record classes inside it.

    Returns:
        The function. It is the one of `fallback` if making a record takes more than storing its attributes.
    """
    slowly = make_structurer(cl, properties)
    draft = _draft_of(cl)
    if draft is None:
        return slowly
    outer = _Inlined(cl, draft, properties)
    inlined = {prop.attribute: _inlined(prop, properties_of) for prop in properties}
    try:
        if_complete = _StructurerSource(complete=True).compile(outer, inlined)
        if_partial = _StructurerSource(complete=False).compile(outer, inlined)
    except ValueError:  # msgspec refuses names of properties with quotes, backslashes or control characters
        return slowly
    size = len(properties)

    def structure(instance: Mapping[str, Any]) -> Any:
        if len(instance) >= size:  # an instance with as many properties as the class mostly has all of the class
            try:
                return if_complete(instance)
            except Exception:  # noqa: BLE001, S110 - a subclass of dict may raise anything
                pass
        try:
            return if_partial(instance)
        except Exception:  # noqa: BLE001 - the fallback finds the reason
            return slowly(instance)

    return structure


def unstructurer(
    properties: tuple[Property, ...], properties_of: PropertiesOf, unstructurers: Mapping[type, Unstructurer]
) -> Unstructurer:
    """
    Make the function that unstructures the records of a class.

    Args:
        properties: The properties of the class.
        properties_of: Returns the properties of the record classes inside it.
        unstructurers: The functions of all record classes, for the records inside it.

    Returns:
        The function. It appends every value that no schema describes to its second argument, so that `dumps` need not
        search the whole instance for values that JSON does not have. Anything unusual is left to `fallback`.
    """
    source = _Source()
    unset, nothing = source.name(UNSET, "UNSET"), source.name(NO_EXTRA, "NO_EXTRA")
    slowly = source.name(make_unstructurer(properties), "slowly")
    source.add(0, "def unstructure(record, undescribed):", "    instance = {}", "    try:")
    for prop in properties:
        source.add(2, f"value = record.{prop.attribute}", "kind = type(value)")
        cases = [*_quick_cases(source, prop, _inlined(prop, properties_of), unstructurers)]
        if prop.nullable:
            cases.append(("value is None", "None"))
        cases.append((f"value is not {unset}" if prop.optional else "True", _careful(source, prop)))
        for number, (test, code) in enumerate(cases):
            source.add(2, f"{'elif' if number else 'if'} {test}:", f"    instance[{prop.name!r}] = {code}")
    described = source.name(frozenset(prop.name for prop in properties), "described")
    source.add(2, f"if record.extra is not {nothing}:", "    extra = record.extra.members")
    source.add(3, f"{source.name(refuse_repeated, 'refuse_repeated')}({described}, extra)")
    source.add(3, "undescribed.append(extra)", "instance.update(extra)")
    source.add(1, f"except {source.name(FAILURES, 'FAILURES')}:", f"    instance = {slowly}(record)")
    source.add(2, "undescribed.append(instance)")
    source.add(1, "return instance")
    return source.function("unstructure")


def _quick_cases(
    source: _Source, prop: Property, inlined: _Inlined | None, unstructurers: Mapping[type, Unstructurer]
) -> Iterator[tuple[str, str]]:
    """Yield tests of a value that need no further check, each with the code that writes the value."""
    codec = prop.codec
    if inlined:
        inner = unstructurer(inlined.properties, lambda _: (), unstructurers)
        yield f"kind is {source.name(inlined.cl, 'Record')}", f"{source.name(inner, 'unstructure')}(value, undescribed)"
    elif codec.record:
        cl, functions = source.name(origin_of(codec.record), "Record"), source.name(unstructurers, "unstructurers")
        yield f"issubclass(kind, {cl})", f"{functions}[kind](value, undescribed)"
    elif codec.item and codec.item.record and codec.holds(()):
        each = source.name(_each_unstructurer(origin_of(codec.item.record), unstructurers), "unstructure_each")
        yield "kind is tuple", f"{each}(value, undescribed)"
    for alternative in codec.alternatives or [codec]:
        for scalar in alternative.classes:
            code = alternative.written.format(source.name(alternative.unstructure, "write"))
            yield f"kind is {source.name(scalar, 'Class')}", code


def _each_unstructurer(cl: type, unstructurers: Mapping[type, Unstructurer]) -> Callable[[Any, list[Any]], list[Any]]:
    def unstructure_each(records: tuple[Any, ...], undescribed: list[Any]) -> list[Any]:
        instances: list[Any] = []
        for record in records:
            kind: type[Any] = type(record)  # pyright: ignore[reportUnknownVariableType]
            if not issubclass(kind, cl):
                raise MisfitError("")  # the fallback says where, and what it is
            instances.append(unstructurers[kind](record, undescribed))
        return instances

    return unstructure_each


def _careful(source: _Source, prop: Property) -> str:
    """Return the code that checks and writes a value, and reports it if no schema may describe all of it."""
    written = f"{source.name(write, 'write')}({source.name(prop, 'prop')}, value)"
    if _may_hold_undescribed(prop.codec):
        return f"{source.name(_reported, 'reported')}({written}, undescribed)"
    return written


def _may_hold_undescribed(codec: Codec) -> bool:
    if codec.item:
        return _may_hold_undescribed(codec.item)
    return not codec.reads.isdisjoint({"object", "array"})


def _reported(value: Any, undescribed: list[Any]) -> Any:
    undescribed.append(value)
    return value
