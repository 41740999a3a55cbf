"""Brings a record class and a schema together: describes what a subclass adds, and refuses types that do not fit."""

# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# JSON of any type is looked at here: what isinstance leaves of Any is partially unknown to pyright.

from __future__ import annotations

import copy
import typing
from typing import Any

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from twenty_opportunity.conversion.converter import Conversion
    from twenty_opportunity.conversion.fallback import Member
    from twenty_opportunity.conversion.types import Codec

_CONSTRAINING = frozenset({"type", "enum", "const", "anyOf", "oneOf", "format", "pattern", "properties", "items"})
_FORMING = frozenset({"const", "enum", "format", "pattern"})
_NUMBERS = frozenset({"integer", "number"})
_JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def describe(
    conversion: Conversion, cl: Any, base: type, schema: Mapping[str, Any], *, complete: bool = False
) -> dict[str, Any]:
    """
    Give the schema of a record class, from the schema of the document class that it is or extends.

    Args:
        conversion: The codecs that tell what each attribute reads and writes.
        cl: The record class, or a generic one with its argument.
        base: The document class that the schema was written for.
        schema: That schema; it is not changed.
        complete: The schema has every member there is, so that an attribute may not add one where it is closed.

    Returns:
        A copy in which every attribute of the class is described.

    Raises:
        TypeError: An attribute's type does not fit what the schema says of its member; both are named.
    """
    described = copy.deepcopy(dict(schema))
    own = {member.wire for member in conversion.members(base)}
    describer = _Describer(conversion, described)
    describer.extend(cl, described)
    if described.get("additionalProperties") is False:
        added = [member for member in conversion.members(cl) if member.wire not in own | described["properties"].keys()]
        if added and complete:
            message = f"{_name(cl)}.{added[0].attribute}: the profile has no member {added[0].wire} that can be written"
            raise TypeError(message)
        describer.add(added, described)
    return described


class _Describer:
    """Walks a schema and a record class side by side."""

    def __init__(self, conversion: Conversion, root: Mapping[str, Any]) -> None:
        self._conversion = conversion
        self._root = root
        self._open: list[Any] = []

    def extend(self, cl: Any, schema: dict[str, Any]) -> None:
        """Describe, in place, what the class adds to the schema of an object; members of a closed one are all there."""
        if cl in self._open:
            raise TypeError(f"{_name(cl)} contains itself; type what is inside as Mapping[str, Any]")
        self._open.append(cl)
        described = schema.setdefault("properties", {})
        members = self._conversion.members(cl)
        for member in members:
            if member.wire in described:
                where = f"{_name(cl)}.{member.attribute}"
                described[member.wire] = self._fitted(
                    where, member.codec, described[member.wire], nullable=member.nullable
                )
        known = [member for member in members if member.wire in described]
        self._require(known, schema)
        if schema.get("additionalProperties") is not False:
            self.add([member for member in members if member not in known], schema)
        self._open.pop()

    def add(self, members: Iterable[Member], schema: dict[str, Any]) -> None:
        """Describe, in place, members that the schema of an object says nothing of."""
        for member in members:
            schema["properties"][member.wire] = self.fragment(member)
            self._require([member], schema)

    def _require(self, members: Iterable[Member], schema: dict[str, Any]) -> None:
        """Require what an attribute that cannot be UNSET stands for: read, it would hold what its type denies."""
        required = schema.get("required", ())
        missing = [member.wire for member in members if not member.optional and member.wire not in required]
        if missing:
            schema["required"] = [*required, *missing]

    def fragment(self, member: Member) -> dict[str, Any]:
        """Describe a member by its attribute's type alone."""
        fragment = self._of(member.codec)
        return _or_null(fragment) if member.nullable else fragment

    def _of(self, codec: Codec) -> dict[str, Any]:
        if codec.parts:
            return _any_of([self._of(part) for part in codec.parts])
        fragment = copy.deepcopy(dict(codec.fragment))
        if codec.item:
            fragment["items"] = self._of(codec.item)
        if codec.record:
            self.extend(codec.record, fragment)
        return fragment

    def _fitted(self, where: str, codec: Codec, fragment: Any, *, nullable: bool) -> Any:
        """Give the fragment as the attribute needs it: as it is where the two agree, narrowed to an enum's values."""
        followed = self._followed(fragment)
        if not _CONSTRAINING & followed.keys():
            own = _or_null(self._of(codec)) if nullable else self._of(codec)
            return {**own, **followed} if own and fragment is not False else fragment
        branches = [self._followed(branch) for key in ("anyOf", "oneOf") for branch in followed.get(key, ())]
        _refuse_unfit(where, codec, [followed, *branches], nullable=nullable)
        changed = copy.deepcopy(followed)
        for target in (changed, *(changed.get("oneOf") or changed.get("anyOf") or ())):
            self._fit_inside(where, codec, target, nullable=nullable)
        return fragment if changed == followed else changed

    def _fit_inside(self, where: str, codec: Codec, fragment: dict[str, Any], *, nullable: bool) -> None:
        """Bring the members, items and options of a fragment into line with those of the codec, in place."""
        types = _types(fragment)
        if codec.record and "object" in types and "properties" in fragment:
            self.extend(codec.record, fragment)
        if codec.item and "items" in fragment:
            fragment["items"] = self._fitted(f"{where}[]", codec.item, fragment["items"], nullable=False)
        kinds = {_JSON_TYPES[type(option)] for option in codec.options or ()}
        if "integer" in kinds:
            kinds.add("number")
        if kinds and types and types <= kinds | {"null"} and "enum" not in fragment:
            null = [None] if "null" in types and nullable else []
            fragment["enum"] = [*sorted(codec.options or ()), *null]

    def _followed(self, fragment: Any) -> dict[str, Any]:
        """Follow local references; a boolean schema constrains nothing that a type could contradict."""
        while isinstance(fragment, dict) and "$ref" in fragment:
            target: Any = self._root
            for token in fragment["$ref"].split("/")[1:]:
                target = target[token.replace("~1", "/").replace("~0", "~")]
            fragment = {**target, **{key: value for key, value in fragment.items() if key != "$ref"}}
        return fragment if isinstance(fragment, dict) else {}


def _refuse_unfit(where: str, codec: Codec, fragments: list[dict[str, Any]], *, nullable: bool) -> None:
    types: frozenset[str] = frozenset().union(*map(_types, fragments))
    if nullable or codec.takes(None):
        types -= {"null"}
    formats = {fragment["format"] for fragment in fragments if "format" in fragment}
    options = {option for each in fragments for option in each.get("enum", ()) if isinstance(option, (str, int, float))}
    reason = None
    free_text = types == frozenset({"string"}) and not any(_FORMING & fragment.keys() for fragment in fragments)
    # Text is read as a number where a schema has numbers stand as text, not wherever there is text.
    if not types <= codec.reads or (free_text and codec.reads & _NUMBERS and not codec.takes("no number")):
        reason = f"of type {' or '.join(sorted(types))}"
    elif "string" in types and codec.text_formats and not (formats and formats <= codec.text_formats):
        reason = f"text of format {' or '.join(sorted(formats))}" if formats else "text of any form"
    elif codec.options is not None and not options <= codec.options:
        reason = f"one of {', '.join(sorted(map(str, options)))}"
    if reason:
        message = f"{where} is {codec.name}, but the profile's schema says its member is {reason}"
        raise TypeError(message)


def _types(fragment: Mapping[str, Any]) -> frozenset[str]:
    """Tell the JSON types that a fragment lets through by its `type` or, without one, its `enum`."""
    named = fragment.get("type")
    if named is not None:
        return frozenset([named] if isinstance(named, str) else named)
    return frozenset(_JSON_TYPES.get(type(value), "null") for value in fragment.get("enum", ()))


def _or_null(fragment: dict[str, Any]) -> dict[str, Any]:
    if not fragment or fragment == {"type": "null"}:
        return fragment
    if "type" not in fragment:
        return {"anyOf": [*fragment.get("anyOf", [fragment]), {"type": "null"}]}
    nullable = {**fragment, "type": [*sorted(_types(fragment) - {"null"}), "null"]}
    return {**nullable, "enum": [*fragment["enum"], None]} if "enum" in fragment else nullable


def _any_of(fragments: list[dict[str, Any]]) -> dict[str, Any]:
    """Join the fragments of a union; types without anything more become one list."""
    if all(fragment.keys() == {"type"} and isinstance(fragment["type"], str) for fragment in fragments):
        return {"type": [fragment["type"] for fragment in fragments]}
    return {"anyOf": fragments} if all(fragments) else {}


def _name(cl: Any) -> str:
    return str((typing.get_origin(cl) or cl).__name__)
