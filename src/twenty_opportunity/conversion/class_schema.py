"""Extend the schema of a document class for a record class, and refuse attributes whose types do not fit the schema."""

# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# Schemas are JSON of any type, and what isinstance leaves of Any is partially unknown to pyright.

from __future__ import annotations

import copy
import typing
from typing import Any, Final

from twenty_opportunity.records import Record
from twenty_opportunity.records.base import origin_of
from twenty_opportunity.values.json_pointer import resolve
from twenty_opportunity.values.python_json import type_names

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from twenty_opportunity.conversion.converter import Conversion
    from twenty_opportunity.conversion.fallback import Property
    from twenty_opportunity.conversion.python_types import Codec

_CONSTRAINTS: Final = frozenset({"type", "enum", "const", "anyOf", "oneOf", "format", "pattern", "properties", "items"})
_TEXT_CONSTRAINTS: Final = frozenset({"const", "enum", "format", "pattern"})
_NUMBERS: Final = frozenset({"integer", "number"})
_JSON_TYPES: Final = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def describe(
    conversion: Conversion, cl: Any, base: type, schema: Mapping[str, Any], *, complete: bool = False
) -> dict[str, Any]:
    """
    Return the schema of a record class, from the schema of the document class that it is or extends.

    Args:
        conversion: The conversion, whose codecs say what each attribute reads and writes.
        cl: The record class, or a generic one with its argument.
        base: The document class that the schema was written for.
        schema: That schema; it is not changed.
        complete: The schema has every property there is: an attribute may not add one to a closed schema.

    Returns:
        A copy that describes every attribute of the class.

    Raises:
        TypeError: The type of an attribute does not fit the schema of its property; the message names both.
    """
    described = copy.deepcopy(dict(schema))
    root = getattr(origin_of(cl), "__json_root__", None)
    if root is not None:
        (prop,) = conversion.properties(cl)
        _Describer(conversion, described).extend_array(prop, described)
        return described
    own = {prop.name for prop in conversion.properties(base)}
    describer = _Describer(conversion, described)
    describer.extend(cl, described)
    if described.get("additionalProperties") is False:
        known = own | described["properties"].keys()
        # A class that was made of the one for reading may have attributes that no body has.
        added = (
            []
            if "__recipe__" in vars(origin_of(cl))
            else [prop for prop in conversion.properties(cl) if prop.name not in known]
        )
        if added and complete:
            attribute = f"{_name(cl)}.{added[0].attribute}"
            raise TypeError(f"{attribute}: the profile does not describe a writable property {added[0].name}")
        describer.add(added, described)
    return described


class _Describer:
    """Walks a schema and a record class side by side."""

    def __init__(self, conversion: Conversion, root: Mapping[str, Any]) -> None:
        self._conversion = conversion
        self._root = root
        self._open: list[Any] = []

    def extend(self, cl: Any, schema: dict[str, Any]) -> None:
        """Add what the class says to the schema of an object, in place; a closed one gets no further properties."""
        if cl in self._open:
            raise TypeError(f"{_name(cl)} contains itself; annotate the inner record as Mapping[str, Any]")
        self._open.append(cl)
        if _is_partial(cl):
            schema.pop("required", None)
        described = schema.setdefault("properties", {})
        known: list[Property] = []
        unknown: list[Property] = []
        for prop in self._conversion.properties(cl):
            if prop.name in described:
                where = f"{_name(cl)}.{prop.attribute}"
                described[prop.name] = self._fitted(where, prop.codec, described[prop.name], nullable=prop.nullable)
                known.append(prop)
            else:
                unknown.append(prop)
        self._require(known, schema)
        if schema.get("additionalProperties") is not False:
            self.add(unknown, schema)
        self._open.pop()

    def extend_array(self, prop: Property, schema: dict[str, Any]) -> None:
        """Add what the class of a document that is an array says to its schema, in place."""
        if prop.codec.item:
            schema["items"] = self._fitted(f"{prop.attribute}[]", prop.codec.item, schema["items"], nullable=False)

    def add(self, properties: Iterable[Property], schema: dict[str, Any]) -> None:
        """Add properties that the schema of an object does not describe, in place."""
        for prop in properties:
            fragment = self._of(prop.codec)
            schema["properties"][prop.name] = _or_null(fragment) if prop.nullable else fragment
            self._require([prop], schema)

    def _require(self, properties: Iterable[Property], schema: dict[str, Any]) -> None:
        """Require each property whose attribute cannot be UNSET: else a record could hold what its type denies."""
        required = schema.get("required", ())
        missing = [prop.name for prop in properties if not prop.optional and prop.name not in required]
        if missing:
            schema["required"] = [*required, *missing]

    def _of(self, codec: Codec) -> dict[str, Any]:
        """Describe a type without a schema to go by."""
        if codec.alternatives:
            return _any_of([self._of(alternative) for alternative in codec.alternatives])
        fragment = copy.deepcopy(dict(codec.fragment))
        if codec.item:
            fragment["items"] = self._of(codec.item)
        if codec.record:
            self.extend(codec.record, fragment)
        return fragment

    def _fitted(self, where: str, codec: Codec, fragment: Any, *, nullable: bool) -> Any:
        """Return the fragment as the attribute needs it: unchanged, with added properties, or with an enum's values."""
        followed = self._followed(fragment)
        if not _CONSTRAINTS & followed.keys():
            own = _or_null(self._of(codec)) if nullable else self._of(codec)
            return {**own, **followed} if own and fragment is not False else fragment
        branches = [self._followed(branch) for key in ("anyOf", "oneOf") for branch in followed.get(key, ())]
        _check_fit(where, codec, [followed, *branches], nullable=nullable)
        changed = copy.deepcopy(followed)
        for target in (changed, *(changed.get("oneOf") or changed.get("anyOf") or ())):
            self._fit_inside(where, codec, target, nullable=nullable)
        # An unchanged fragment keeps its `$ref`.
        return fragment if changed == followed else changed

    def _fit_inside(self, where: str, codec: Codec, fragment: dict[str, Any], *, nullable: bool) -> None:
        """Fit the properties, items and enum values of a fragment to the codec, in place."""
        types = _types(fragment)
        if codec.record and "object" in types and "properties" in fragment:
            self.extend(codec.record, fragment)
        if codec.item and "items" in fragment:
            fragment["items"] = self._fitted(f"{where}[]", codec.item, fragment["items"], nullable=False)
        option_types = {_JSON_TYPES[type(option)] for option in codec.options or ()}
        if "integer" in option_types:
            option_types.add("number")
        if option_types and types and types <= option_types | {"null"} and "enum" not in fragment:
            null = [None] if "null" in types and nullable else []
            fragment["enum"] = [*sorted(codec.options or ()), *null]

    def _followed(self, fragment: Any) -> dict[str, Any]:
        """Follow local references. A type cannot contradict a boolean schema."""
        while isinstance(fragment, dict) and "$ref" in fragment:
            _, target = resolve(fragment["$ref"], self._root)
            fragment = {**target, **{key: value for key, value in fragment.items() if key != "$ref"}}
        return fragment if isinstance(fragment, dict) else {}


def _check_fit(where: str, codec: Codec, fragments: list[dict[str, Any]], *, nullable: bool) -> None:
    """Raise TypeError if the schema accepts values that the codec does not read."""
    types: frozenset[str] = frozenset().union(*map(_types, fragments))
    if nullable or codec.takes(None):
        types -= {"null"}
    formats = {fragment["format"] for fragment in fragments if "format" in fragment}
    options = {option for each in fragments for option in each.get("enum", ()) if isinstance(option, (str, int, float))}
    reason = None
    free_text = types == frozenset({"string"}) and not any(
        _TEXT_CONSTRAINTS & fragment.keys() for fragment in fragments
    )
    # A number is read from text only if the schema allows numbers as text, not from any text.
    if not types <= codec.reads or (free_text and codec.reads & _NUMBERS and not codec.takes("no number")):
        reason = f"of type {' or '.join(sorted(types))}"
    elif "string" in types and codec.text_formats and not (formats and formats <= codec.text_formats):
        reason = f"text of format {' or '.join(sorted(formats))}" if formats else "text of any form"
    elif codec.options is not None and not options <= codec.options:
        reason = f"one of {', '.join(sorted(map(str, options)))}"
    if reason:
        raise TypeError(f"{where} is {codec.name}, but in the profile's schema its property is {reason}")


def _types(fragment: Mapping[str, Any]) -> frozenset[str]:
    """Return the JSON types that a fragment accepts by its `type` or, without one, by its `enum`."""
    named = fragment.get("type")
    if named is not None:
        return frozenset(type_names(named))
    return frozenset(_JSON_TYPES.get(type(value), "null") for value in fragment.get("enum", ()))


def _or_null(fragment: dict[str, Any]) -> dict[str, Any]:
    if not fragment or fragment == {"type": "null"}:
        return fragment
    if "type" not in fragment:
        return {"anyOf": [*fragment.get("anyOf", [fragment]), {"type": "null"}]}
    nullable = {**fragment, "type": [*sorted(_types(fragment) - {"null"}), "null"]}
    return {**nullable, "enum": [*fragment["enum"], None]} if "enum" in fragment else nullable


def _any_of(fragments: list[dict[str, Any]]) -> dict[str, Any]:
    """Join the fragments of a union; types without other keywords become one list."""
    if all(fragment.keys() == {"type"} and isinstance(fragment["type"], str) for fragment in fragments):
        return {"type": [fragment["type"] for fragment in fragments]}
    return {"anyOf": fragments} if all(fragments) else {}


def _is_partial(cl: Any) -> bool:
    origin = origin_of(cl)
    return origin is Record or origin.__form__ == "partial"


def _name(cl: Any) -> str:
    return str(origin_of(cl).__name__)
