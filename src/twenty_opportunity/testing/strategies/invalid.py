"""Schema to strategy: documents with exactly one thing broken, at a known place and against a known keyword."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from twenty_opportunity.errors import pointer
from twenty_opportunity.testing.keyword_members import ABSENT
from twenty_opportunity.testing.schema_alternatives import BY_TYPE, Alternatives, Schema, Where, types
from twenty_opportunity.testing.strategies import json as _json
from twenty_opportunity.testing.strategies.documents import Generator
from twenty_opportunity.testing.strategies.forms import Form, choose, constant, drawn, ready, strategy_of
from twenty_opportunity.testing.strategies.near_misses import VALUE_KEYWORDS, near_misses
from twenty_opportunity.testing.strategies.surroundings import ObjectAround, Surroundings

_MANY: Final = 40  # ways to break the parts of something
_LONGEST_ARRAY: Final = 100  # that is made one item too long


@attrs.frozen
class InvalidDocument:
    """
    A document with one thing broken.

    Attributes:
        instance: The document.
        pointer: The JSON Pointer of what is broken; a missing or an unexpected member is pointed at as well.
        keyword: The schema keyword that has to object there.
        description: What was done, in words.
    """

    instance: Any
    pointer: str
    keyword: str
    description: str


@attrs.frozen
class _Broken:
    """A value with something broken in it, and the way there."""

    value: Any
    tokens: tuple[str | int, ...]
    description: str


@attrs.frozen
class _Fault:
    """A way to break a value: the keyword that objects, and the form that makes a `_Broken`."""

    keyword: str
    form: Callable[[DrawFn], _Broken]


def invalid_from_schema(schema: Mapping[str, Any]) -> SearchStrategy[InvalidDocument]:
    """
    Make the strategy of documents that break a schema in one way each.

    Args:
        schema: The schema, which needs no other.

    Returns:
        The strategy. Every keyword at every place is about as likely to be broken as any other.

    Raises:
        UnsupportedSchemaError: There is a keyword, format or combination that no document can be made for.
        ValueError: The schema accepts everything.
    """
    faults = _Breaker(schema).faults(schema, ())
    if not faults:
        message = "the schema accepts everything, so no document is invalid"
        raise ValueError(message)
    index = st.sampled_from(range(len(faults)))

    def form(draw: DrawFn) -> InvalidDocument:
        fault = faults[draw(index)]
        broken = fault.form(draw)
        return InvalidDocument(broken.value, pointer(*broken.tokens), fault.keyword, broken.description)

    return ready(strategy_of(form, "invalid_document"))


class _Breaker:
    """Finds the ways to break the instances of one schema."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._generator = Generator(root)
        self._surroundings = Surroundings(root, self._generator)

    def faults(self, schema: Schema, where: Where) -> list[_Fault]:
        """List the ways to break a value that a schema describes, one a keyword and place."""
        alternatives = self._generator.resolver.alternatives(schema, where)
        within = [
            *self._array_faults(_of_type("array", alternatives)),
            *self._object_faults(_of_type("object", alternatives)),
        ]
        return _balanced([*_type_faults(alternatives), *_value_faults(alternatives)], within)

    def _array_faults(self, alternatives: Alternatives) -> Iterator[_Fault]:
        for schema, where in alternatives[:1]:
            item = self._generator.item(schema, where)
            least, most = schema.get("minItems", 0), schema.get("maxItems")
            if least:
                yield _Fault("minItems", _whole(st.lists(item, max_size=least - 1), "there are too few items"))
            if most is not None and most <= _LONGEST_ARRAY:
                longer = st.lists(item, min_size=most + 1, max_size=most + 2)
                yield _Fault("maxItems", _whole(longer, "there are too many items"))
            if most != 0:
                others = self._surroundings.of_item(schema, where)
                for fault in self.faults(schema.get("items", True), (*where, "items")):
                    yield _Fault(fault.keyword, _in_array(fault, others))

    def _object_faults(self, alternatives: Alternatives) -> list[_Fault]:
        # What alternatives have in common is broken for all of them; what only one of them asks for, another may not.
        if not alternatives:
            return []
        schema, where = alternatives[0]
        around = self._surroundings.of_member(schema, where)
        required = [plain.get("required", []) for plain, _ in alternatives]
        everywhere = [name for name in required[0] if all(name in names for names in required)]
        own = [_Fault("required", _removed(around, [name])) for name in everywhere]
        within: list[_Fault] = []
        apart = [name for names in required for name in names if name not in everywhere]
        if apart:
            own.append(_Fault("required", _removed(around, apart)))
        common = _common([schema for schema, _ in alternatives])
        if "not" in common:
            own.append(_Fault("not", _combined(around, common["not"]["required"])))
        for name, member in common.get("properties", {}).items():
            place = (*where, "properties", name)
            if member is False:
                within.append(_Fault("properties", _added(around, [name])))
                continue
            faults = self.faults(member, place)
            within += [_Fault(fault.keyword, _in_object(fault, around, name)) for fault in faults]
        within += self._additional_faults(common, where, around)
        return _balanced(own, within)

    def _additional_faults(self, schema: Mapping[str, Any], where: Where, around: ObjectAround) -> Iterator[_Fault]:
        additional = schema.get("additionalProperties", True)
        names = [name for name in _typos(schema.get("properties", {})) if name not in around.form.reserved]
        if additional is False:
            yield _Fault("additionalProperties", _added(around, names))
        for fault in self.faults(additional, (*where, "additionalProperties")) if additional else ():
            yield _Fault(fault.keyword, _in_object(fault, around, names[0]))


def _balanced(own: list[_Fault], within: list[_Fault]) -> list[_Fault]:
    """Repeat what is wrong with a whole where its parts have a hundred ways to be, or it would hardly ever be met."""
    return [*own * (1 + len(within) // _MANY), *within]


def _of_type(name: str, alternatives: Alternatives) -> Alternatives:
    """Keep the alternatives of a type, if each of them has something to say of it."""
    kept = [(schema, where) for schema, where in alternatives if name in types(schema)]
    return kept if all(BY_TYPE[name] & schema.keys() for schema, _ in kept) else []


def _type_faults(alternatives: Alternatives) -> Iterator[_Fault]:
    """Give the fault of a wrong type, where the keyword `type` allows not all of them."""
    if any("type" not in schema for schema, _ in alternatives):
        return
    allowed = {name for schema, _ in alternatives for name in types(schema)}
    wrong: list[Form] = [_json.ANY_OF_TYPE[name] for name in _json.ANY_OF_TYPE if name not in {*allowed, "integer"}]
    if "integer" in allowed:
        # A number without a fraction is an integer; half of an odd number has one.
        wrong.remove(_json.ANY_OF_TYPE["number"])
        wrong.append(drawn(st.integers(-(2**52), 2**52 - 1), lambda whole: whole + 0.5))
    if wrong:
        form, expected = choose([(1, option) for option in wrong]), " or ".join(sorted(allowed))
        yield _Fault("type", lambda draw: _Broken(form(draw), (), f"the type is not {expected}"))


def _value_faults(alternatives: Alternatives) -> Iterator[_Fault]:
    """Give the faults of strings and numbers, each a value that no other alternative takes either."""
    for keyword in VALUE_KEYWORDS:
        for schema, _ in alternatives:
            values = near_misses(keyword, schema, [other for other, _ in alternatives]) if keyword in schema else []
            if values:
                yield _Fault(keyword, _whole(st.sampled_from(values), f"{keyword} is broken"))
                break


def _common(schemas: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Give what several schemas all say."""
    first, *others = schemas
    return {key: value for key, value in first.items() if all(other.get(key) == value for other in others)}


def _whole(strategy: SearchStrategy[Any], description: str) -> Callable[[DrawFn], _Broken]:
    return lambda draw: _Broken(draw(strategy), (), description)


def _in_array(fault: _Fault, others: Callable[[DrawFn], list[Any]]) -> Callable[[DrawFn], _Broken]:
    """Break one item among others."""

    def broken(draw: DrawFn) -> _Broken:
        item = fault.form(draw)
        items = others(draw)
        at = draw(st.integers(0, len(items)))
        return _Broken([*items[:at], item.value, *items[at:]], (at, *item.tokens), item.description)

    return broken


def _in_object(fault: _Fault, around: ObjectAround, name: str) -> Callable[[DrawFn], _Broken]:
    def broken(draw: DrawFn) -> _Broken:
        member = fault.form(draw)
        instance = around.made(draw, {name: constant(member.value)})
        return _Broken(instance, (name, *member.tokens), member.description)

    return broken


def _removed(around: ObjectAround, names: list[str]) -> Callable[[DrawFn], _Broken]:
    missing = dict.fromkeys(names, constant(ABSENT))
    description = f"no {' or '.join(names)} is there, which is required"
    return lambda draw: _Broken(around.made(draw, missing), (names[0],), description)


def _added(around: ObjectAround, names: list[str]) -> Callable[[DrawFn], _Broken]:
    """Add a member that may not be there, under one of several names."""
    unwanted = st.sampled_from(names)

    def broken(draw: DrawFn) -> _Broken:
        name = draw(unwanted)
        instance = around.made(draw, {name: _json.ANY_VALUE})
        return _Broken(instance, (name,), f"the member {name!r} may not be there")

    return broken


def _combined(around: ObjectAround, names: list[str]) -> Callable[[DrawFn], _Broken]:
    """Add members that may not be there together."""
    together = {name: around.form.present.get(name, _json.ANY_VALUE) for name in names}
    description = f"{', '.join(names)} may not be there together"
    return lambda draw: _Broken(around.made(draw, together), (), description)


def _typos(properties: Iterable[str]) -> list[str]:
    """List names of members that a person could have written for a described one, and some that none would."""
    changed = [[name.lower(), name.upper(), f"{name}s", name[:-1], _snake_case(name)] for name in properties]
    return [*dict.fromkeys(["unknown", *(name for names in changed for name in names), "", "a/b~c"])]


def _snake_case(name: str) -> str:
    return "".join([f"_{character.lower()}" if character.isupper() else character for character in name])
