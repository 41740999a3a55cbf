"""Properties given by keyword: the property that a name means."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Mapping
from typing import Any, cast

from twenty_opportunity.records import UNSET, wire_name
from twenty_opportunity.records.base import attributes_of, origin_of
from twenty_opportunity.schemas.derived import read_only

if typing.TYPE_CHECKING:
    from twenty_opportunity.profiles import Profile


def named(properties: Mapping[str, Any], cl: Any, profile: Profile[Any]) -> dict[str, Any]:
    """
    Return properties, which are given by the name of the attribute or of the property, by their names in JSON.

    None means what a record with None is written as: see `json_of_none`. UNSET is accepted, and left out, for a
    property that only other documents have. `extra` is a mapping of properties that the profile does not know. Raises
    TypeError if the profile does not know a property, or knows one in `extra`, or if a property is given twice.
    """
    schema = profile.schema(cl)
    origin = origin_of(cl)
    attributes = {name: wire_name(attribute) for name, attribute in attributes_of(origin).items()}
    described = schema.get("properties", {})
    found = _extra(properties.get("extra", {}), described, schema, origin.__name__)
    for name, value in properties.items():
        if name == "extra":
            continue
        wire = attributes.get(name, name)
        if value is UNSET and _is_never_in(wire, cl, profile):
            continue
        if wire not in described:
            names = sorted({*described, *(a for a, w in attributes.items() if w in described)})
            raise TypeError(f"{origin.__name__} does not have the property {name}; {_hint(name, names, schema)}")
        if wire in found:
            raise TypeError(f"the property {wire} is given twice, by both of its names")
        found[wire] = json_of_none(wire, cl, profile) if value is None else value
    return found


def json_of_none(wire: str, cl: Any, profile: Profile[Any]) -> Any:
    """Return None, or the object that clears a composite if the profile writes None for it in an update."""
    if origin_of(cl).__form__ != "update":
        return None
    by_name = {wire_name(attribute): name for name, attribute in attributes_of(profile.update).items()}
    properties: Any = {by_name[wire]: None} if wire in by_name else {"extra": {wire: None}}
    return profile.unstructure(profile.update(**properties))[wire]


def _is_never_in(name: str, cl: Any, profile: Profile[Any]) -> bool:
    """Check whether records have a property, by either of its names, that documents of a class cannot have."""
    schema = profile.schema(cl)
    wire = {name: wire_name(attribute) for name, attribute in attributes_of(profile.record).items()}.get(name, name)
    return schema.get("additionalProperties") is False and wire in read_only(profile.schema(), schema)


def _hint(name: str, names: list[str], schema: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, names, 1)
    hint = f"the nearest is {near[0]}" if near else f"it has {', '.join(names)}"
    if schema.get("additionalProperties") is False:
        return hint
    return f"{hint}; extra={{{name!r}: ...}} adds one that the profile does not know"


def _extra(extra: Any, described: Mapping[str, Any], schema: Mapping[str, Any], class_name: str) -> dict[str, Any]:
    if not isinstance(extra, Mapping):
        raise TypeError(f"extra is a mapping of property names to values, not {extra!r}")
    for name in cast("Mapping[str, Any]", extra):
        if name in described:
            raise TypeError(f"{class_name} has a property {name}: give it by its name, not in extra")
        if schema.get("additionalProperties") is False:
            raise TypeError(f"{class_name} does not accept properties that the profile does not know, such as {name}")
    return {**cast("Mapping[str, Any]", extra)}
