"""Members given by keyword: which member of a document a name means, and the JSON that a value stands for."""

from __future__ import annotations

import difflib
import typing
from typing import Any

import attrs

from twenty_opportunity.records import UNSET, wire_name

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

    from twenty_opportunity.profiles import Profile

ABSENT: typing.Final = UNSET
"""What stands for a member that shall not be there."""


def named(members: Mapping[str, Any], cl: Any, profile: Profile) -> dict[str, Any]:
    """
    Name members as they are on the wire.

    Args:
        members: Values by the names of attributes or of members.
        cl: The document class.
        profile: The profile whose schema describes the members.

    Returns:
        The same values by the names of members.

    Raises:
        TypeError: The documents have no such member, or one is given twice.
    """
    found: dict[str, Any] = {}
    known = _Known(cl, profile.schema(cl))
    for name, value in members.items():
        wire = known.wire(name)
        if wire in found:
            message = f"the member {wire} is given twice, by both of its names"
            raise TypeError(message)
        found[wire] = value
    return found


def as_json(value: Any, profile: Profile) -> Any:
    """
    Give the JSON that a value stands for.

    Args:
        value: A typed value such as a date or an `Amount`, or JSON already.
        profile: The profile in whose style it is written.

    Returns:
        The JSON; `ABSENT` where the value is UNSET.
    """
    return ABSENT if value is UNSET else profile.converter.unstructure(value)


class _Known:
    """The names by which the members of a document class may be called."""

    def __init__(self, cl: Any, schema: Mapping[str, Any]) -> None:
        origin = typing.get_origin(cl) or cl
        self._class_name = origin.__name__
        self._attributes = {a.name: wire_name(a) for a in attrs.fields(origin) if a.name != "extra"}
        self._described = schema.get("properties", {})
        self._closed = schema.get("additionalProperties") is False

    def wire(self, name: str) -> str:
        wire = self._attributes.get(name, name)
        if wire in self._described or not (self._closed or name == "extra"):
            return wire
        names = sorted({*self._described, *(a for a, w in self._attributes.items() if w in self._described)})
        near = difflib.get_close_matches(name, names, 1)
        hint = f"; the nearest is {near[0]}" if near else f"; it has {', '.join(names)}"
        message = f"{self._class_name} has no member {name}{hint}"
        raise TypeError(message)
