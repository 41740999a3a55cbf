"""
Structuring and unstructuring as generated code: what `plain` does member by member, written out for one class.

Reading, msgspec converts the whole instance in one call to a struct derived from the record class, which checks every
type and makes the uuids; what the struct holds is then stored in the record. Whatever is out of the ordinary (an
integer spelled as text, a leap second, a subclass of str) is refused there, and the plain way reads it instead. So
generated code is only ever faster: `tests/invariants/test_generated_is_plain.py` holds the two to the same records.
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
from typing import Annotated, Any, Final

import attrs
import msgspec

from twenty_opportunity.conversion.fallback import Member, make_structurer, make_unstructurer, refuse_repeated, write
from twenty_opportunity.conversion.types import Codec, MisfitError, plain
from twenty_opportunity.errors import UnrepresentableError
from twenty_opportunity.records.base import NO_EXTRA, UNSET, FrozenMapping
from twenty_opportunity.values.json_text import is_plain_json

# A longer text may have more than six digits of a second, and `fromisoformat` would cut them off.
_INSTANT: Final = Annotated[str, msgspec.Meta(max_length=27)]
_NUMBERS: Final = frozenset({int, float})
_OURS: Final = "twenty_opportunity.records."  # converters from there do nothing that the codecs have not done
_SERIAL: Final = itertools.count()


class _UnusualError(Exception):
    """The generated code leaves this instance to the plain way."""


Read = Callable[[Mapping[str, Any]], Any]
ERRORS: Final = (UnrepresentableError, MisfitError)


def _number(value: Any) -> Any:
    if value.__class__ not in _NUMBERS:
        raise _UnusualError
    return value


def _day_or_instant(text: str) -> dt.date:
    is_day = len(text) == len("YYYY-MM-DD")
    return dt.date.fromisoformat(text) if is_day else dt.datetime.fromisoformat(text)


# How the struct types a member, and what makes the attribute's value of what the struct then holds.
_READINGS: Final[Mapping[Any, tuple[Any, Callable[[Any], Any] | None]]] = {
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
    """An enum's members by their text; any other text is itself."""

    def __missing__(self, text: str) -> str:
        return text


def _reading(member: Member) -> tuple[Any, Callable[[Any], Any] | None]:
    if member.annotation in _READINGS:
        return _READINGS[member.annotation]
    kinds = [cl for cl in typing.get_args(member.annotation) or [member.annotation] if cl is not str]
    if len(kinds) == 1 and isinstance(kinds[0], type) and issubclass(kinds[0], enum.StrEnum):
        return str, _OpenOptions({option.value: option for option in kinds[0]}).__getitem__
    return Any, member.codec.structure


def _only_stores(cl: type) -> bool:
    """Tell whether making a record of a class comes to storing its attributes, without code of the class's author."""
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


def draft_of(cl: type) -> type | None:
    """
    Make a twin of a frozen class whose attributes can be stored, and whose objects can be turned into the class's.

    Args:
        cl: A record class.

    Returns:
        The twin; None where storing attributes is not all that making a record of this class comes to.
    """
    if not _only_stores(cl):
        return None
    body = {
        "__slots__": cl.__dict__.get("__slots__"),
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    try:
        draft = type(cl.__name__, cl.__bases__, body)
        twin: Any = object.__new__(draft)
        twin.__class__ = cl
    except TypeError:
        return None
    return draft


class _Source:
    """Lines of generated code, and the names that they use."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}

    def add(self, depth: int, *lines: str) -> None:
        self.lines += ["    " * depth + line for line in lines]

    def name(self, value: Any, stem: str) -> str:
        """Give a value a name in the code."""
        found = next((name for name, held in self.names.items() if held is value), None)
        if found is None:
            found = f"{stem}_{len(self.names)}"
            self.names[found] = value
        return found

    def function(self, title: str) -> Callable[..., Any]:
        """Compile the one function that the lines define; a traceback or debugger shows its lines."""
        text = "\n".join(self.lines) + "\n"
        filename = f"<twenty_opportunity generated {title} {next(_SERIAL)}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        exec(compile(text, filename, "exec"), self.names)  # noqa: S102 - the text is made of attribute names only
        made: Callable[..., Any] = self.names[title]
        return made


@attrs.frozen
class _Part:
    """A record of scalars only, inside another one: its code stands in the code of that."""

    cl: type
    draft: type
    members: tuple[Member, ...]


MembersOf = Callable[[Any], tuple[Member, ...]]


def _parts(members: tuple[Member, ...], members_of: MembersOf) -> dict[str, _Part]:
    """Find the records of scalars only among the members, by attribute."""
    parts: dict[str, _Part] = {}
    for member in members:
        if member.codec.record is None:
            continue
        cl = typing.get_origin(member.codec.record) or member.codec.record
        draft, inner = draft_of(cl), members_of(member.codec.record)
        if draft and all(each.codec.record is None and each.codec.item is None for each in inner):
            parts[member.attribute] = _Part(cl, draft, inner)
    return parts


def _struct(name: str, members: tuple[Member, ...], parts: Mapping[str, _Part], *, complete: bool) -> type:
    """Derive the struct: complete, each described member has to be there; else each may be missing."""
    fields: list[Any] = []
    for member in members:
        part = parts.get(member.attribute)
        held: Any = _struct(name, part.members, {}, complete=complete) if part else _reading(member)[0]
        optional = held if held is Any else held | None
        fields.append((member.attribute, optional) if complete else (member.attribute, optional, UNSET))
    rename = {member.attribute: member.wire for member in members}
    return _warmed(msgspec.defstruct(name, fields, rename=rename, gc=False))


def _warmed(struct: type) -> type:
    """
    Convert to a struct once, in the thread that made it.

    msgspec finds out about a struct's fields when it is first converted to, and shows what it has found so far to other
    threads: the first use of one that threads share ends the interpreter.
    """
    with contextlib.suppress(msgspec.ValidationError):  # members of a complete one are missing
        msgspec.convert({}, struct)
    return struct


def _rest(instance: Mapping[str, Any], known: frozenset[str]) -> FrozenMapping:
    rest = object.__new__(FrozenMapping)  # whose constructor would copy what was made for it
    # A call for each name would take as long as all the rest of a record with many custom fields.
    members = {
        name if name.__class__ is str else plain(name): value for name, value in instance.items() if name not in known
    }
    rest.members = members  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    return rest


class _Reader:
    """Writes the code that makes a record of a struct, for instances that are complete or for any."""

    def __init__(self, *, complete: bool) -> None:
        self.source = _Source()
        self._complete = complete
        self._none = "{0} is None" if complete else f"{{0}} is None or {{0}} is {self._name(UNSET, 'UNSET')}"

    def _name(self, value: Any, stem: str) -> str:
        return self.source.name(value, stem)

    def write(self, cl: type, draft: type, members: tuple[Member, ...], parts: Mapping[str, _Part]) -> Read:
        """Write the function for a class, and compile it."""
        struct = self._name(_struct(cl.__name__, members, parts, complete=self._complete), "Struct")
        self.source.add(0, "def structure(instance):")
        self.source.add(1, f"struct = {self._name(msgspec.convert, 'convert')}(instance, {struct})")
        self._record(1, "record", _Part(cl, draft, members), parts, source="struct", instance="instance")
        self.source.add(1, "return record")
        return self.source.function("structure")

    def _record(  # noqa: PLR0913 - where the code stands, and what it turns into what
        self, depth: int, target: str, made: _Part, parts: Mapping[str, _Part], *, source: str, instance: str
    ) -> None:
        """Write the lines that make a record of what a struct holds."""
        add = self.source.add
        add(depth, f"{target} = {self._name(object.__new__, 'new')}({self._name(made.draft, 'Draft')})")
        for member in made.members:
            held, part, finish = f"{source}.{member.attribute}", parts.get(member.attribute), None
            if part is None:
                finish = _reading(member)[1]
            if part is None and finish is None:
                add(depth, f"{target}.{member.attribute} = {held}")
                continue
            value = f"{target}_value"
            absent = self._none.format(value)
            add(depth, f"{value} = {held}")
            if part:
                inner = f"{instance}[{member.wire!r}]"
                add(depth, f"if not ({absent}):")
                self._record(depth + 1, "part", part, {}, source=value, instance=inner)
                add(depth + 1, f"{value} = part")
                add(depth, f"{target}.{member.attribute} = {value}")
            else:
                read = self._name(finish, "read")
                add(depth, f"{target}.{member.attribute} = {value} if {absent} else {read}({value})")
        self._extra(depth, target, made.members, instance)
        add(depth, f"{target}.__class__ = {self._name(made.cl, 'Record')}")

    def _extra(self, depth: int, target: str, members: tuple[Member, ...], instance: str) -> None:
        nothing = self._name(NO_EXTRA, "NO_EXTRA")
        known = self._name(frozenset(member.wire for member in members), "known")
        self.source.add(depth, f"members = {instance}")
        rest = f"{self._name(_rest, 'rest')}(members, {known})"
        none_more = f"len(members) == {len(members)}" if self._complete else f"members.keys() <= {known}"
        self.source.add(depth, f"{target}.extra = {nothing} if {none_more} else {rest}")


def structurer(cl: Any, members: tuple[Member, ...], members_of: MembersOf) -> Read:
    """
    Make the function that makes a record of an instance that the record's schema accepts.

    Args:
        cl: The record class.
        members: Its members.
        members_of: Gives the members of the records inside it.

    Returns:
        The function: generated where that can be, the plain one where making a record takes more.
    """
    slowly = make_structurer(cl, members)
    draft = draft_of(cl)
    if draft is None:
        return slowly
    parts = _parts(members, members_of)
    if_complete = _Reader(complete=True).write(cl, draft, members, parts)
    if_partial = _Reader(complete=False).write(cl, draft, members, parts)
    size = len(members)

    def structure(instance: Mapping[str, Any]) -> Any:
        if len(instance) >= size:  # whoever sends more than the described members mostly sends all of them
            try:
                return if_complete(instance)
            except Exception:  # noqa: BLE001, S110 - a subclass of dict may raise whatever it likes
                pass
        try:
            return if_partial(instance)
        except Exception:  # noqa: BLE001 - the plain way decides what is to be said
            return slowly(instance)

    return structure


def unstructurer(members: tuple[Member, ...], members_of: MembersOf) -> Callable[[Any], dict[str, Any]]:
    """
    Make the function that makes the instance of a record.

    Args:
        members: The members of the record's class.
        members_of: Gives the members of the records inside it.

    Returns:
        The function. What it does not know, or what does not fit its attribute, it leaves to the plain way.
    """
    slowly = make_unstructurer(members)
    source = _Source()
    unset = source.name(UNSET, "UNSET")
    source.add(0, "def unstructure(record):", "    instance = {}", "    try:")
    for member in members:
        source.add(2, f"value = record.{member.attribute}", "kind = type(value)")
        otherwise = f"{source.name(write, 'write')}({source.name(member, 'member')}, value)"
        part = _parts((member,), members_of).get(member.attribute)
        quick = [
            (f"kind is {source.name(cl, 'Class')}", code) for cl, code in _writings(source, member, part, members_of)
        ]
        null = [("value is None", "None")] if member.nullable else []
        cases = [*quick, *null, (f"value is not {unset}" if member.optional else "True", otherwise)]
        for number, (test, code) in enumerate(cases):
            source.add(2, f"{'elif' if number else 'if'} {test}:", f"    instance[{member.wire!r}] = {code}")
    nothing = source.name(NO_EXTRA, "NO_EXTRA")
    described = source.name(frozenset(member.wire for member in members), "described")
    source.add(2, f"if record.extra is not {nothing}:")
    source.add(3, "members = record.extra.members")
    source.add(3, f"{source.name(refuse_repeated, 'refuse')}({described}, members)", "instance.update(members)")
    source.add(1, f"except {source.name(ERRORS, 'errors')}:", f"    return {source.name(slowly, 'slowly')}(record)")
    source.add(1, "return instance")
    return source.function("unstructure")


def _writings(source: _Source, member: Member, part: _Part | None, members_of: MembersOf) -> Iterator[tuple[type, str]]:
    """List the classes whose values need no further look, each with the code that writes one."""
    if part:
        yield part.cl, f"{source.name(unstructurer(part.members, members_of), 'unstructure')}(value)"
    for codec in member.codec.parts or [member.codec]:
        for cl in codec.classes:
            yield cl, codec.written.format(source.name(codec.unstructure, "write"))


def _is_loose(codec: Codec) -> bool:
    """Tell whether JSON that no schema describes may be what a codec reads."""
    parts = codec.parts or (codec,)
    return any(part.reads & {"object", "array"} and not part.record and not part.item for part in parts)


def oddity_finder(
    members: tuple[Member, ...], is_odd: Callable[[Any], bool], members_of: MembersOf
) -> Callable[[Any], bool]:
    """
    Make the function that tells whether something that no schema describes, in a record, may be no JSON.

    Args:
        members: The members of the record's class.
        is_odd: Tells the same of the records inside it.
        members_of: Gives the members of those.

    Returns:
        The function. What it finds wants a closer look, for a subclass of str is as odd to it as a tuple.
    """
    source = _Source()
    unset, nothing = source.name(UNSET, "UNSET"), source.name(NO_EXTRA, "NO_EXTRA")
    sound = source.name(is_plain_json, "is_plain_json")
    source.add(0, "def has_oddity(record):")
    source.add(1, f"if record.extra is not {nothing} and not {sound}(record.extra.members):", "    return True")
    for member in members:
        odd = _oddity(source, member, is_odd, _parts((member,), members_of).get(member.attribute), sound)
        if odd:
            source.add(1, f"value = record.{member.attribute}")
            source.add(1, f"if value is not None and value is not {unset} and ({odd}):", "    return True")
    source.add(1, "return False")
    return source.function("has_oddity")


def _oddity(source: _Source, member: Member, is_odd: Any, part: _Part | None, sound: str) -> str | None:
    """Write the test whether the value of a member may hold what is no JSON; None where it cannot."""
    item = member.codec.item
    if part:
        nothing, unset = source.name(NO_EXTRA, "NO_EXTRA"), source.name(UNSET, "UNSET")
        held = [f"value.{inner.attribute}" for inner in part.members if _is_loose(inner.codec)]
        loose = [f"({one} is not None and {one} is not {unset} and not {sound}({one}))" for one in held]
        return " or ".join([f"(value.extra is not {nothing} and not {sound}(value.extra.members))", *loose])
    if member.codec.record:
        return f"{source.name(is_odd, 'is_odd')}(value)"
    if item and item.record:
        return f"any(map({source.name(is_odd, 'is_odd')}, value))"
    if item:
        return f"not all(map({sound}, value))" if _is_loose(item) else None
    return f"not {sound}(value)" if _is_loose(member.codec) else None
