"""
Structure and unstructure with code generated for one record class: the fast path beside `fallback`.

To structure, msgspec converts the whole instance in one call to a struct derived from the record class. That checks
every type and makes the uuids. The generated code then stores the values of the struct in a record. Anything unusual
(an integer spelled as text, a leap second, a subclass of str) is refused there, and `fallback` reads it instead. So
generated code is only ever faster: `tests/invariants/test_codegen_equals_fallback.py` checks that both give the same
records and instances.

`loader` and `writer` go further: for a usual document, they decode or encode, check and convert in one step.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
import functools
import itertools
import linecache
import types
import typing
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final, NoReturn, TypeAlias

import attrs
import msgspec

from twenty_opportunity.conversion.fallback import (
    FAILURES,
    Property,
    Relation,
    make_structurer,
    make_unstructurer,
    refuse_related,
    refuse_repeated,
    write,
)
from twenty_opportunity.conversion.python_types import Codec, MisfitError
from twenty_opportunity.records.base import NO_EXTRA, UNSET, FrozenMapping, Record, origin_of, related_attributes
from twenty_opportunity.values.json_pointer import resolve
from twenty_opportunity.values.json_text import is_plain_json
from twenty_opportunity.values.memo import Memo
from twenty_opportunity.values.python_json import type_names

Structurer: TypeAlias = Callable[[Any], Any]
Unstructurer: TypeAlias = Callable[[Any, list[Any]], dict[str, Any]]
PropertiesOf: TypeAlias = Callable[[Any], tuple[Property, ...]]
RelationsOf: TypeAlias = Callable[[Any], tuple[Relation, ...]]

# A longer text may have more than six digits of a second, and `fromisoformat` would cut them off.
_INSTANT: Final = Annotated[str, msgspec.Meta(max_length=27)]
_NUMBERS: Final = frozenset({int, float})
_OURS: Final = "twenty_opportunity.records."  # attrs converters from there do nothing that the codecs have not done
_SERIAL: Final = itertools.count()
_new_struct: Final = functools.partial(msgspec.defstruct, gc=False)  # the garbage collector takes 5 % of a page


class UnusualError(Exception):
    """The generated code leaves this instance to the fallback."""


def _unusual() -> NoReturn:
    raise UnusualError


# The type that the struct has for an annotation, and the code that finishes what the struct holds: each call of a
# function of Python would cost as much as the work it does.
_STRUCT_TYPES: Final[Mapping[Any, tuple[Any, str]]] = {
    uuid.UUID: (uuid.UUID, ""),
    str: (str, "{0} if type({0}) is str else unusual()"),  # msgspec takes a subclass of str as it is
    bool: (bool, ""),
    int: (int, ""),
    float: (Any, "{0} if {0}.__class__ in numbers else unusual()"),  # msgspec would turn an integer into a float
    dt.date: (dt.date, ""),
    dt.datetime: (_INSTANT, "instant({0})"),
    dt.date | dt.datetime: (
        _INSTANT,
        "unusual() if type({0}) is not str else day({0}) if len({0}) == 10 else instant({0})",
    ),
    Any: (Any, ""),
}
_FINISHING: Final = {
    "numbers": _NUMBERS,
    "unusual": _unusual,
    "day": dt.date.fromisoformat,
    "instant": dt.datetime.fromisoformat,
}


class _OpenOptions(dict[str, Any]):
    """The options of an enum by their text; any other text is itself."""

    def __missing__(self, text: str) -> str:
        return text if type(text) is str else _unusual()


def _struct_type(prop: Property) -> tuple[Any, str | Callable[[Any], Any]]:
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


class Source:
    """The lines of a function to generate, and the values of the names in them."""

    def __init__(self, names: Mapping[str, Any] = types.MappingProxyType({})) -> None:
        self.lines: list[str] = []
        self._names: dict[str, Any] = {**names}

    def add(self, depth: int, *lines: str) -> None:
        """Add lines, indented by the depth."""
        self.lines += ["    " * depth + line for line in lines]

    def name(self, value: Any) -> str:
        """Return the name of a value in the code; the same value has one name."""
        found = next((name for name, held in self._names.items() if held is value), None)
        if found is None:
            stem: str = getattr(value, "__name__", "")
            found = f"{stem if stem.isidentifier() else 'value'}_{len(self._names)}"
            self._names[found] = value
        return found

    def function(self) -> Callable[..., Any]:
        """Compile the function `generated`, which the lines define; tracebacks and debuggers show its lines."""
        text = "\n".join(self.lines) + "\n"
        filename = f"<twenty_opportunity generated {next(_SERIAL)}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        exec(compile(text, filename, "exec"), self._names)  # noqa: S102 - the text has names of attributes only
        function: Callable[..., Any] = self._names["generated"]
        return function


@attrs.frozen(eq=False, repr=False)
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
    if draft is None or any(each.codec.record or each.codec.item for each in inner) or related_attributes(cl):
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
    return _analyzed(_new_struct(name, fields, rename={prop.attribute: prop.name for prop in properties}))


def _analyzed(struct: type) -> type:
    # msgspec analyzes the fields when it first converts to a struct, and shows other threads what it has so far: if
    # threads share the first use, the interpreter crashes. So the thread that made the struct uses it once.
    with contextlib.suppress(msgspec.ValidationError):  # the empty instance lacks properties
        msgspec.convert({}, struct)
    return struct


def _extra_properties(instance: Mapping[str, Any], known: frozenset[str]) -> FrozenMapping:
    # A test of each name would take as long as all the rest of a record with many custom fields.
    members = dict(instance)
    for name in known:
        members.pop(name, None)
    extra = object.__new__(FrozenMapping)  # the constructor would copy the new dict
    extra.members = members  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    return extra


def _relater(relations: tuple[Relation, ...]) -> Callable[[Any, FrozenMapping], FrozenMapping]:
    """Return the function that moves related records from new extra properties to the attributes of a new record."""
    names = frozenset(each.name for each in relations)

    def related(record: Any, extra: FrozenMapping) -> FrozenMapping:
        if names.isdisjoint(extra.members):
            return extra
        for each in relations:
            records = each.read(extra.members[each.name]) if each.name in extra.members else UNSET
            if records is not UNSET:
                setattr(record, each.attribute, records)
                del extra.members[each.name]
        return extra if extra.members else NO_EXTRA

    return related


class _StructurerSource(Source):
    """Writes the code that structures instances which have every property, or any instances."""

    def __init__(self, relations: tuple[Relation, ...], *, complete: bool) -> None:
        super().__init__(_FINISHING)
        self._complete = complete
        self._relations = relations
        self._absent = "{0} is None" if complete else f"{{0}} is None or {{0}} is {self.name(UNSET)}"

    def compile(self, outer: _Inlined, inlined: Mapping[str, _Inlined | None]) -> Structurer:
        """Write and compile the function for a record class."""
        struct = _struct(outer.cl.__name__, outer.properties, inlined, complete=self._complete)
        self.add(0, "def generated(instance):")
        self.add(1, f"struct = {self.name(msgspec.convert)}(instance, {self.name(struct)})")
        self._store("record", outer, inlined, source="struct", instance="instance", depth=1)
        self.add(1, "return record")
        return self.function()

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
        self.add(depth, f"{target} = {self.name(object.__new__)}({self.name(made.draft)})")
        for prop in made.properties:
            held, inner = f"{source}.{prop.attribute}", inlined.get(prop.attribute)
            finish = "" if inner else _struct_type(prop)[1]
            if not (inner or finish):
                self.add(depth, f"{target}.{prop.attribute} = {held}")
                continue
            value = f"{target}_value"
            absent = self._absent.format(value)
            self.add(depth, f"{value} = {held}")
            if inner:
                self.add(depth, f"if not ({absent}):")
                nested = f"{instance}[{prop.name!r}]"
                self._store("inner", inner, {}, source=value, instance=nested, depth=depth + 1)
                self.add(depth + 1, f"{value} = inner")
                self.add(depth, f"{target}.{prop.attribute} = {value}")
            else:
                code = finish if isinstance(finish, str) else f"{self.name(finish)}({{0}})"
                self.add(depth, f"{target}.{prop.attribute} = {value} if {absent} else {code.format(value)}")
        for name in related_attributes(made.cl):
            self.add(depth, f"{target}.{name} = {self.name(UNSET)}")
        known = self.name(frozenset(prop.name for prop in made.properties))
        none_more = f"len(properties) == {len(made.properties)}" if self._complete else f"properties.keys() <= {known}"
        more = f"{self.name(_extra_properties)}(properties, {known})"
        if self._relations and depth == 1:
            more = f"{self.name(_relater(self._relations))}({target}, {more})"
        self.add(depth, f"properties = {instance}")
        self.add(depth, f"{target}.extra = {self.name(NO_EXTRA)} if {none_more} else {more}")
        self.add(depth, f"{target}.__class__ = {self.name(made.cl)}")


def structurer(
    cl: Any, properties: tuple[Property, ...], properties_of: PropertiesOf, relations: tuple[Relation, ...] = ()
) -> Structurer:
    """
    Make the function that structures valid instances of a record class.

    Args:
        cl: The record class.
        properties: Its properties.
        properties_of: Returns the properties of the record classes inside it.
        relations: Its properties that hold related records.

    Returns:
        The function. It is the one of `fallback` if making a record takes more than storing its attributes.
    """
    slowly = make_structurer(cl, properties, relations)
    draft = _draft_of(cl)
    if draft is None:
        return slowly
    outer = _Inlined(cl, draft, properties)
    inlined = {prop.attribute: _inlined(prop, properties_of) for prop in properties}
    try:
        if_complete = _StructurerSource(relations, complete=True).compile(outer, inlined)
        if_partial = _StructurerSource(relations, complete=False).compile(outer, inlined)
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
    properties: tuple[Property, ...], unstructurers: Mapping[type, Unstructurer], relations: tuple[Relation, ...] = ()
) -> Unstructurer:
    """
    Make the function that unstructures the records of a class.

    Args:
        properties: The properties of the class.
        unstructurers: The functions of all record classes, for the records inside it.
        relations: The properties that hold related records.

    Returns:
        The function. It appends every value that no schema describes to its second argument, so that `dumps` need not
        search the whole instance for values that JSON does not have. Anything unusual is left to `fallback`.
    """
    source = Source()
    name, add = source.name, source.add
    add(0, "def generated(record, undescribed):", "    instance = {}", "    try:")
    for prop in properties:
        add(2, f"value = record.{prop.attribute}", "kind = type(value)")
        cases = [*_quick_cases(source, prop, unstructurers)]
        if prop.nullable:
            cases.append(("value is None", "None"))
        careful = f"{name(_reported)}({name(write)}({name(prop)}, value), undescribed)"
        cases.append((f"value is not {name(UNSET)}" if prop.optional else "True", careful))
        for number, (test, code) in enumerate(cases):
            add(2, f"{'elif' if number else 'if'} {test}:", f"    instance[{prop.name!r}] = {code}")
    for each in relations:
        written = f"{name(_reported)}({name(each.write)}(record.{each.attribute}), undescribed)"
        add(2, f"if record.{each.attribute} is not {name(UNSET)}:", f"    instance[{each.name!r}] = {written}")
    described = frozenset(prop.name for prop in properties)
    add(2, f"if record.extra is not {name(NO_EXTRA)}:", "    extra = record.extra.members")
    add(3, f"{name(refuse_repeated)}({name(described)}, extra)")
    if relations:
        add(3, f"{name(functools.partial(refuse_related, relations))}(record, extra)")
    add(3, f"instance.update({name(_reported)}(extra, undescribed))")
    add(1, f"except {name(FAILURES)}:")
    add(2, f"instance = {name(_reported)}({name(make_unstructurer(properties, relations))}(record), undescribed)")
    add(1, "return instance")
    return source.function()


def _quick_cases(
    source: Source, prop: Property, unstructurers: Mapping[type, Unstructurer]
) -> Iterator[tuple[str, str]]:
    """Yield tests of a value that need no further check, each with the code that writes the value."""
    codec, name = prop.codec, source.name
    if codec.record and codec.record is not Record:
        test = f"issubclass(kind, {name(origin_of(codec.record))})"
        yield test, f"{name(unstructurers)}[kind](value, undescribed)"
    elif codec.item and codec.item.record and codec.holds(()):
        written = f"{name(unstructurers)}[type(each)](each, undescribed)"
        checked = f"{written} if {name(codec.item.holds)}(each) else {name(_misfit)}()"
        yield "kind is tuple", f"[{checked} for each in value]"
    for alternative in codec.branches:
        for scalar in alternative.classes:
            code = alternative.written.format(name(alternative.unstructure))
            finite = " and value - value == 0" if scalar is float else ""
            yield f"kind is {name(scalar)}{finite}", code


def _misfit() -> NoReturn:
    raise MisfitError("")  # the fallback reports the place and the value


def _reported(value: Any, undescribed: list[Any]) -> Any:
    undescribed.append(value)
    return value


# Keywords that are for readers and accept everything.
_NOTES: Final = frozenset(
    {"$comment", "$defs", "$id", "$schema", "default", "deprecated", "description", "examples", "readOnly", "title"}
) | {"writeOnly"}
# Keywords that look only at values of one type.
_TYPE_OF_KEYWORD: Final = {
    **dict.fromkeys(("maxLength", "minLength", "pattern"), "string"),
    **dict.fromkeys(("additionalProperties", "properties", "required"), "object"),
    "items": "array",
}
_OBJECT_KEYWORDS: Final = frozenset({"additionalProperties", "properties", "required", "type"})
# The JSON type of what a class is written as, and its format.
_WRITTEN_AS: Final[Mapping[type[Any], tuple[str, str]]] = {
    str: ("string", ""),
    uuid.UUID: ("string", "uuid"),
    dt.date: ("string", "date"),
    dt.datetime: ("string", "date-time"),
    bool: ("boolean", ""),
    int: ("integer", ""),
    float: ("number", ""),
    types.NoneType: ("null", ""),
    dict: ("object", ""),
}
_SCALARS: Final[frozenset[type]] = frozenset({str, int, bool, types.NoneType})
_ENCODE: Final = msgspec.json.Encoder().encode
_MOST_TEXTS: Final = 256
_MOST_UNUSUAL: Final = 16  # documents in a row
_RETRIED_AFTER: Final = 1000
_LONGEST_TEXT: Final = 64  # characters of a text that is remembered


class UnclearSchemaError(Exception):
    """A schema has something that the analysis does not understand, or a class cannot be read the fast way."""


@attrs.frozen(eq=False, repr=False)
class Schemas:
    """
    Says what a schema accepts for sure. Of a keyword that it does not know it assumes the worst.

    Attributes:
        root: The schema of a document.
        compiled: Compiles a schema to a check of plain JSON.
    """

    root: Mapping[str, Any]
    compiled: Callable[[Mapping[str, Any]], Callable[[Any], bool]]

    def accepts(self, fragment: Any, cl: type) -> bool:
        """Check whether a part of the schema accepts all that a class is written as."""
        return self._accepts_all(fragment, *_WRITTEN_AS[cl])

    def _accepts_all(self, fragment: Any, kind: str, form: str) -> bool:
        if isinstance(fragment, bool):
            return fragment
        return all(self._keyword_accepts(keyword, value, kind, form) for keyword, value in fragment.items())

    def _keyword_accepts(self, keyword: str, value: Any, kind: str, form: str) -> bool:
        if keyword == "type":
            return not {kind, "number" if kind == "integer" else kind}.isdisjoint(type_names(value))
        if keyword == "format":
            return kind != "string" or form == value
        if keyword == "$ref":
            return self._accepts_all(resolve(value, self.root)[1], kind, form)
        if keyword == "anyOf":
            return any(self._accepts_all(branch, kind, form) for branch in value)
        if keyword == "oneOf":
            return self._accepts_all(self._branch(value, kind), kind, form)
        return keyword in _NOTES or _TYPE_OF_KEYWORD.get(keyword, kind) != kind

    def _branch(self, branches: list[Any], kind: str) -> Any:
        """Return the one branch of a `oneOf` for a type; False if other branches may accept that type, too."""
        if not all(isinstance(branch, dict) for branch in branches):
            return False  # no validator is made of such a schema
        followed = [resolve(branch["$ref"], self.root)[1] if "$ref" in branch else branch for branch in branches]
        alike = {"integer", "number"} if kind in {"integer", "number"} else {kind}
        able = [each for each in followed if "type" not in each or not alike.isdisjoint(type_names(each["type"]))]
        return able[0] if len(able) == 1 and "type" in able[0] else False

    def _keywords(self, fragment: Any) -> dict[str, Any]:
        if fragment is False:
            raise UnclearSchemaError
        return {} if fragment is True else {key: value for key, value in fragment.items() if key not in _NOTES}

    def object(self, fragment: Any) -> Mapping[str, Any]:
        """Return the keywords for the objects that a part of the schema accepts; raise if they are not simple."""
        found = self._keywords(fragment)
        if found.keys() == {"$ref"}:
            return self.object(resolve(found["$ref"], self.root)[1])
        if found.keys() == {"oneOf"}:
            return self.object(self._branch(found["oneOf"], "object"))
        if found.keys() - _OBJECT_KEYWORDS or "object" not in type_names(found.get("type", "object")):
            raise UnclearSchemaError
        if found.get("additionalProperties", True) not in (True, False, {}):
            raise UnclearSchemaError
        return found

    def items(self, fragment: Any) -> Any:
        """Return the part of the schema for the items of an array that may be of any length."""
        found = self._keywords(fragment)
        if found.keys() - {"items", "type"} or "array" not in type_names(found.get("type", "array")):
            raise UnclearSchemaError
        return found.get("items", True)

    def usual_extra(self, said: Mapping[str, Any], properties: tuple[Property, ...]) -> str | None:
        """Return the one described property without an attribute that most objects have: the only one that is text."""
        others = {*(prop.name for prop in properties), *said.get("required", ())}
        described = {name: part for name, part in said.get("properties", {}).items() if name not in others}
        found = [name for name, part in described.items() if self.accepts(part, str) and not self.accepts(part, dict)]
        return found[0] if len(found) == 1 else None

    def check_of(self, fragment: Any) -> Callable[[Any], bool]:
        """Return the check of a part of the schema, which is compiled when it is first called: few are."""
        schema = {**self._keywords(fragment), "$defs": self.root.get("$defs", {})}
        compiled = functools.cache(lambda: self.compiled(schema))

        def check(value: Any) -> bool:
            return compiled()(value)

        return check


def _part_for(said: Mapping[str, Any], name: str) -> Any:
    """Return the part of the schema of an object for one property."""
    return said.get("properties", {}).get(name, said.get("additionalProperties", True) is not False)


def _raise(source: Source) -> str:
    return f"raise {source.name(UnusualError)}"


def _if_infinite(source: Source, value: str) -> str:
    """Return the line that refuses numbers that JSON does not have."""
    return f"if {value} - {value} != 0: {_raise(source)}"


def _remembering(source: Source, check: Callable[[str], bool], value: str) -> str:
    """Return the line that checks a text; it remembers some texts that were accepted, because most are options."""
    known: set[str] = set()

    def check_other(text: str) -> None:
        if not check(text):
            raise UnusualError
        if len(known) < _MOST_TEXTS and len(text) <= _LONGEST_TEXT:
            known.add(text)

    return f"if {value} not in {source.name(known)}: {source.name(check_other)}({value})"


class _Writers:
    """Makes the functions that fill structs with the attributes of records, for msgspec to encode."""

    def __init__(self, schemas: Schemas, properties_of: PropertiesOf, relations_of: RelationsOf) -> None:
        self._schemas = schemas
        self._properties_of = properties_of
        self._relations_of = relations_of

    def function(self, cl: Any, fragment: Any) -> Callable[[Any], Any]:
        """
        Compile the function for a record class.

        Args:
            cl: The record class.
            fragment: The part of the schema for its objects.

        Returns:
            The function. It returns what msgspec encodes as the text of a record. It raises if the record is not usual,
            or is not sure to be valid.

        Raises:
            UnclearSchemaError: The schema says what the generated code would not check.
        """
        said = self._schemas.object(fragment)
        properties, relations = self._properties_of(cl), self._relations_of(cl)
        source = Source()
        name, add = source.name, source.add
        add(0, "def generated(record):")
        for each in relations:
            add(1, f"if record.{each.attribute} is not {name(UNSET)}: {_raise(source)}")
        for number, prop in enumerate(properties):
            add(1, f"v{number} = record.{prop.attribute}")
            self._check(source, f"v{number}", prop, said)
        fields = {prop.attribute: prop.name for prop in properties}
        values = [f"v{number}" for number in range(len(fields))]
        add(1, "extra = record.extra.members")
        usual = self._schemas.usual_extra(said, properties)
        if usual:
            fields["extra"] = usual
            values.append("more")
            held = frozenset(cl for cl in _SCALARS if self._schemas.accepts(said["properties"][usual], cl))
            add(1, f"more = extra.get({usual!r}, {name(UNSET)}) if len(extra) == 1 else {name(UNSET)}")
            add(1, f"if type(more) not in {name(held)}: more = {name(UNSET)}")
        struct = _new_struct(origin_of(cl).__name__, [(field, Any) for field in fields], rename=fields)
        add(1, f"filled = {name(struct)}({', '.join(values)})")
        add(1, f"if not extra{f' or more is not {name(UNSET)}' if usual else ''}: return filled")
        add(1, f"return {name(self._extender(properties, relations, said))}(filled, extra)")
        return source.function()

    def _check(self, source: Source, value: str, prop: Property, said: Mapping[str, Any]) -> None:
        """Write the test that a value is usual and valid, with what turns it into one that msgspec encodes."""
        fragment = _part_for(said, prop.name)
        tests, word = ["False"], "if"
        for cl, lines in self._cases(source, value, prop, fragment):
            test = f"type({value}) is {source.name(cl)}"
            if lines:
                source.add(1, f"{word} {test}:", *(f"    {line}" for line in lines))
                word = "elif"
            else:
                tests.append(test)
        if prop.nullable and self._schemas.accepts(fragment, types.NoneType):
            tests.append(f"{value} is None")
        if prop.optional and prop.name not in said.get("required", ()):
            tests.append(f"{value} is {source.name(UNSET)}")
        source.add(1, f"{word} not ({' or '.join(tests)}): {_raise(source)}")

    def _cases(self, source: Source, value: str, prop: Property, fragment: Any) -> Iterator[tuple[type, list[str]]]:
        """Yield each class that is written quickly, with the lines that check and replace a value of it."""
        if fragment is False:
            return
        name = source.name
        for codec in prop.codec.branches:
            if codec.record:
                yield origin_of(codec.record), [f"{value} = {name(self.function(codec.record, fragment))}({value})"]
            elif codec.item and codec.item.record and codec.holds(()):
                each = name(self._each_writer(codec.item.record, self._schemas.items(fragment)))
                yield tuple, [f"{value} = [{each}[type(each)](each) for each in {value}]"]
            elif codec.name == "Mapping" and self._schemas.object(fragment).keys() <= {"type"}:
                refused = f"if not {name(is_plain_json)}({value}): {_raise(source)}"
                yield FrozenMapping, [f"{value} = {value}.members", refused]
            for cl in codec.classes:
                if issubclass(cl, str) and not self._schemas.accepts(fragment, str):
                    held = [] if cl is str else [f"{value} = {value}._value_"]
                    yield cl, [*held, _remembering(source, self._schemas.check_of(fragment), value)]
                elif issubclass(cl, str):
                    yield cl, []
                elif cl in _WRITTEN_AS and self._schemas.accepts(fragment, cl):
                    yield cl, self._finishing(source, value, cl, codec)

    def _finishing(self, source: Source, value: str, cl: type, codec: Codec) -> list[str]:
        if cl is float:
            return [_if_infinite(source, value)]
        if cl is dt.datetime:
            # Inlines `date_time_text` for UTC: three digits of a second are enough for most instants.
            slowly, quickly = source.name(codec.unstructure), source.name(msgspec.to_builtins)
            end = codec.unstructure(dt.datetime(1, 1, 1, tzinfo=dt.UTC))[19:]
            return [
                f"if {value}.tzinfo is not {source.name(dt.UTC)}: {value} = {slowly}({value})",
                f"else: {value} = {quickly}({value}).replace('000Z', 'Z')",
                f"if len({value}) == 20: {value} = {value}[:19] + '{end}'",
            ]
        return []

    def _each_writer(self, annotation: Any, fragment: Any) -> Mapping[type, Callable[[Any], Any]]:
        """Return the functions for records of a class and its subclasses, which are made when they are needed."""
        base = origin_of(annotation)

        def make(cl: type) -> Callable[[Any], Any]:
            # The argument of a generic class decides what is in it: an edge of people holds no opportunity.
            is_other = cl is not base and bool(getattr(base, "__parameters__", ()))
            if not issubclass(cl, base) or base is Record or is_other:
                raise UnusualError
            return self.function(annotation if cl is base else cl, fragment)

        return Memo(make)

    def _extender(
        self, properties: tuple[Property, ...], relations: tuple[Relation, ...], said: Mapping[str, Any]
    ) -> Callable[[Any, Any], msgspec.Raw]:
        """Return the function that adds extra properties to the text of a struct, if they are valid."""
        attributes = frozenset(prop.name for prop in properties)
        described = {name: inner for name, inner in said.get("properties", {}).items() if name not in attributes}
        if not attributes.issuperset(said.get("required", ())):
            raise UnclearSchemaError
        is_open = said.get("additionalProperties", True) is not False
        sound = {name: {cl for cl in _SCALARS if self._schemas.accepts(described[name], cl)} for name in described}
        sound |= {name: set[type]() for name in (*attributes, *(each.name for each in relations))}
        sound_others = _SCALARS if is_open else frozenset[type]()
        check = self._schemas.check_of({**said, "properties": described, "required": []})

        def extended(filled: Any, members: Mapping[str, Any]) -> msgspec.Raw:
            for name, value in members.items():
                if type(name) is not str or type(value) not in sound.get(name, sound_others):
                    if not (is_plain_json(members) and attributes.isdisjoint(members) and check(members)):
                        raise UnusualError
                    if any(each.name in members and each.read(members[each.name]) is not UNSET for each in relations):
                        raise UnusualError
                    break
            text, added = _ENCODE(filled), _ENCODE(members)
            between = b"" if text == b"{}" else b","
            return msgspec.Raw(text[:-1] + between + added[1:])

        return extended


def writer(
    cl: Any,
    schemas: Schemas,
    properties_of: PropertiesOf,
    relations_of: RelationsOf,
    slowly: Callable[[Any], bytes],
) -> Callable[[Any], bytes]:
    """
    Make the function that writes valid records of a class as JSON text.

    Args:
        cl: The record class, or the generic one with its argument that all its objects are of.
        schemas: The schema of its documents.
        properties_of: Returns the properties of a record class.
        relations_of: Returns its properties that hold related records.
        slowly: Unstructures, validates and encodes any record.

    Returns:
        The function. Unless it is sure that a record is valid, it calls `slowly`, which then explains the refusal.
    """
    try:
        fill = _Writers(schemas, properties_of, relations_of).function(cl, schemas.root)
    except (UnclearSchemaError, LookupError, ValueError):  # or a name or reference that msgspec or the check refuses
        return slowly

    def write(record: Any) -> bytes:
        try:
            return _ENCODE(fill(record))
        except Exception:  # noqa: BLE001 - it is not usual, or not valid
            return slowly(record)

    return write


# Text that msgspec reads as a uuid, an instant or a date only if it has the form that the schemas ask for: all others
# that it reads are of another length. Of an instant, two characters have to be looked at, too.
_UUID_TEXT: Final = Annotated[str, msgspec.Meta(min_length=36, max_length=36)]
_INSTANT_TEXT: Final = Annotated[str, msgspec.Meta(min_length=20, max_length=27)]
_DATE_TEXT: Final = Annotated[str, msgspec.Meta(min_length=10, max_length=10)]
_TEXTS: Final[Mapping[type, Any]] = {uuid.UUID: _UUID_TEXT, dt.datetime: _INSTANT_TEXT, dt.date: _DATE_TEXT}
_STRICT_TYPES: Final[Mapping[frozenset[type], Any]] = {
    frozenset({str}): str,
    frozenset({bool}): bool,
    frozenset({int}): int,
    frozenset({int, float}): int | float,
}


class _ReaderSource(Source):
    """
    Writes a function that makes a record of JSON text, of decoded JSON, or of a struct inside another.

    msgspec reads a struct whose types accept no more than the schema does. From Python objects it takes more for a
    value, such as a Decimal for a float, so the function checks the classes of decoded values.

    The struct has to have every property of the class, but an optional property is left out if records of an object are
    in it, or if its type or its schema is not simple: a document that has the property is not usual.
    """

    def __init__(  # noqa: PLR0913 - the last two say what is read
        self, schemas: Schemas, properties_of: PropertiesOf, cl: Any, fragment: Any, *, decoded: bool, inner: bool
    ) -> None:
        super().__init__()
        self._schemas = schemas
        self._properties_of = properties_of
        self._decoded = decoded
        self._parsed: list[tuple[str, Any]] = []
        self.struct = self._store("record", "struct", "struct", cl, fragment, depth=1)
        self.add(1, "return record")
        head = ["def generated(struct):"]
        if decoded:
            head.append(f"    struct = {self.name(msgspec.convert)}(struct, {self.name(self.struct)})")
        elif not inner:
            head.append(f"    struct = {self.name(msgspec.json.Decoder[Any](self.struct).decode)}(struct)")
        if self._parsed:
            # One call reads all uuids, instants and dates.
            fields: list[Any] = [(f"value{number}", held | None) for number, (_, held) in enumerate(self._parsed)]
            parsed = _analyzed(_new_struct("Parsed", fields, array_like=True))
            texts = "".join(f"{text}, " for text, _ in self._parsed)
            head.append(f"    parsed = {self.name(msgspec.convert)}(({texts}), {self.name(parsed)})")
        self.lines[:0] = head
        self.make = self.function()

    def _store(self, target: str, held: str, path: str, cl: Any, fragment: Any, *, depth: int) -> type:  # noqa: PLR0913
        """Write the lines that store the values of a struct in a new record, and return the class of the struct."""
        said, properties = self._schemas.object(fragment), self._properties_of(cl)
        if origin_of(cl).__form__ == "partial":
            raise UnclearSchemaError
        described, required = said.get("properties", {}), said.get("required", ())
        add, unset = self.add, self.name(UNSET)
        draft = _draft_of(origin_of(cl))
        if draft:
            add(depth, f"{target} = {self.name(object.__new__)}({self.name(draft)})")
        else:
            add(depth, f"{target} = {self.name(types.SimpleNamespace)}()")
        fields: dict[str, tuple[Any, ...]] = {}
        for prop in properties:
            lines, parsed = len(self.lines), len(self._parsed)
            store = f"{target}.{prop.attribute if draft else prop.argument} = "
            try:
                strict = self._field(store, held, path, prop, _part_for(said, prop.name), depth=depth)
            except UnclearSchemaError:
                if not prop.optional or prop.name in required:
                    raise
                del self.lines[lines:], self._parsed[parsed:]
                add(depth, store + unset)
            else:
                fields[prop.name] = prop.attribute, strict
        usual = self._schemas.usual_extra(said, properties)
        if usual:
            nothing = None if self._schemas.accepts(described[usual], types.NoneType) else UNSET.__class__
            fields[usual] = "extra", str | UNSET.__class__ | nothing, UNSET
            add(depth, f"if {held}.extra is {unset}:", f"    {target}.extra = {self.name(NO_EXTRA)}", "else:")
            add(depth + 1, f"{target}.extra = extra = {self.name(object.__new__)}({self.name(FrozenMapping)})")
            add(depth + 1, f"extra.members = {{{usual!r}: {held}.extra}}")
        else:
            add(depth, f"{target}.extra = {self.name(NO_EXTRA)}")
        for attribute in related_attributes(origin_of(cl)) if draft else ():
            add(depth, f"{target}.{attribute} = {unset}")
        if not fields.keys() >= {*required}:
            raise UnclearSchemaError
        made = self.name(origin_of(cl))
        add(depth, f"{target}.__class__ = {made}" if draft else f"{target} = {made}(**vars({target}))")
        # msgspec finds a property sooner if the fields are in the order of the document.
        names = [*(name for name in described if name in fields), *(name for name in fields if name not in described)]
        return _new_struct(
            origin_of(cl).__name__,
            [fields[name] for name in names],
            rename={fields[name][0]: name for name in names},
            kw_only=True,
            forbid_unknown_fields=True,
        )

    def _field(  # noqa: PLR0913 - the names of the code's variables
        self, store: str, held: str, path: str, prop: Property, fragment: Any, *, depth: int
    ) -> Any:
        """Write the lines that store one value of a struct, and return its type in the struct."""
        if fragment is False:
            raise UnclearSchemaError
        nullable = prop.nullable and self._schemas.accepts(fragment, types.NoneType)
        add, target = self.add, store.partition(".")[0]
        value = f"{target}_value"
        held, path = f"{held}.{prop.attribute}", f"{path}.{prop.attribute}"
        inner = depth + 1 if nullable else depth
        text = self._text(prop, fragment)
        if prop.codec.record:
            if (prop.optional and origin_of(prop.codec.record).__object__) or (nullable and " " in path):
                raise UnclearSchemaError
            add(depth, f"{value} = {held}", *([f"if {value} is not None:"] if nullable else []))
            path = f"None if {path} is None else {path}" if nullable else path
            strict: Any = self._store(f"{target}_inner", value, path, prop.codec.record, fragment, depth=inner)
            add(inner, f"{value} = {target}_inner")
            add(depth, store + value)
        elif text:
            if text is dt.datetime:
                add(depth, f"{value} = {held}")
                # msgspec stops at U+0000 when it reads an instant, and a subclass of str may do anything.
                odd = f"type({value}) is not str or " if self._decoded else ""
                wrong = f"{odd}{value}[10] != 'T' or {value}[-1] != 'Z' or '\\0' in {value}"
                add(depth, f"if {f'{value} is not None and ({wrong})' if nullable else wrong}: {_raise(self)}")
            add(depth, f"{store}parsed.value{len(self._parsed)}")
            self._parsed.append((path, text))
            strict = _TEXTS[text]
        else:
            strict, lines = self._finished(prop, fragment, value)
            if lines:
                add(depth, f"{value} = {held}", *([f"if {value} is not None:"] if nullable else []))
                add(inner, *lines)
            add(depth, store + (value if lines else held))
        return strict | None if nullable else strict

    def _text(self, prop: Property, fragment: Any) -> type | None:
        """Return the class of the values that msgspec reads from text, if the schema asks for their format."""
        classes = {cl for codec in prop.codec.branches for cl in codec.classes or (object,)}
        accepted = (cl for cl in _TEXTS if cl in classes and self._schemas.accepts(fragment, cl))
        return next(accepted, None) if classes <= _TEXTS.keys() else None

    def _finished(self, prop: Property, fragment: Any, value: str) -> tuple[Any, list[str]]:
        """Return the type of a property in the struct, and the lines that check and replace a value of it."""
        codecs = prop.codec.branches
        if any(codec.name == "Mapping" for codec in codecs) and self._schemas.object(fragment).keys() <= {"type"}:
            return dict[str, Any], [f"{value} = {self.name(prop.codec.structure)}({value})"]
        if prop.codec.item and prop.codec.item.record and prop.codec.holds(()):
            each = _ReaderSource(
                *(self._schemas, self._properties_of, prop.codec.item.record, self._schemas.items(fragment)),
                decoded=self._decoded,
                inner=True,
            )
            struct: Any = each.struct
            made = f"{value} = tuple([{self.name(each.make)}(each) for each in {value}])"
            # msgspec would take a tuple or a set for an array.
            return (Any, [self._only(value, list), made]) if self._decoded else (list[struct], [made])
        classes: frozenset[type[Any]] = frozenset(cl for codec in codecs for cl in codec.classes or (object,))
        enums = [cl for cl in classes if issubclass(cl, enum.StrEnum)]
        if classes - {str} <= {*enums[:1]}:
            lines = [self._only(value, str)] if self._decoded else []
            if not self._schemas.accepts(fragment, str):
                lines.append(_remembering(self, self._schemas.check_of(fragment), value))
            if enums:
                options: dict[str, Any] = {option.value: option for option in enums[0]}
                default = f", {value}" if str in classes else ""
                named = self.name(options.get) if default else self.name(options.__getitem__)
                lines.append(f"{value} = {named}({value}{default})")
            return str, lines
        if len(codecs) > 1 or not all(self._schemas.accepts(fragment, cl) for cl in classes & _WRITTEN_AS.keys()):
            raise UnclearSchemaError
        strict = _STRICT_TYPES.get(classes)
        if strict is None:
            raise UnclearSchemaError
        if not self._decoded:
            return strict, []
        return Any, [self._only(value, *classes), *([_if_infinite(self, value)] if float in classes else [])]

    def _only(self, value: str, *classes: type) -> str:
        """Return the line that refuses a value of another class."""
        return f"if type({value}) not in {self.name(frozenset(classes))}: {_raise(self)}"


def reader(
    cl: Any, schemas: Schemas, properties_of: PropertiesOf, slowly: Callable[[Any], Any], *, decoded: bool
) -> Callable[[Any], Any]:
    """
    Make the function that reads valid documents of a class.

    Args:
        cl: The document class, or a generic one with its argument.
        schemas: The schema of its documents.
        properties_of: Returns the properties of a record class.
        slowly: Validates and structures any document.
        decoded: Documents are decoded JSON; else JSON text.

    Returns:
        The function. Unless it is sure that a document is valid, it calls `slowly`, which then explains the refusal.
    """
    try:
        make = _ReaderSource(schemas, properties_of, cl, schemas.root, decoded=decoded, inner=False).make
    except (UnclearSchemaError, LookupError, ValueError):  # or a name or reference that msgspec or the check refuses
        return slowly
    unusual = 0

    def read(document: Any) -> Any:
        nonlocal unusual
        # Some programs get no usual document, and each would cost a tenth more.
        if unusual <= _MOST_UNUSUAL:
            try:
                record = make(document)
            except Exception:  # noqa: BLE001, S110 - it is not usual, or not valid
                pass
            else:
                unusual = 0
                return record
        unusual = unusual + 1 if unusual < _RETRIED_AFTER else 0
        return slowly(document)

    return read
