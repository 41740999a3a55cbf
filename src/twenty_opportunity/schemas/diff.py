"""The differences between two schemas: properties, types, options and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.errors import pointer
from twenty_opportunity.schemas import reading
from twenty_opportunity.schemas.reading import ANY_ITEM
from twenty_opportunity.values.python_json import as_array

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    _Described: TypeAlias = Mapping[str, dict[str, Any]]

_LIMITS: Final = {
    "format": "string",
    "pattern": "string",
    "minimum": "integer",
    "maximum": "integer",
    "minLength": "string",
    "maxLength": "string",
    "minItems": "array",
    "maxItems": "array",
}
"""The keywords of limits, with the type whose values they limit; a number may be an integer."""
_KEYWORDS: Final = {"type": "type", "options": "enum", **{limit: limit for limit in _LIMITS}}

_READING: Final = "reading"
_WRITING: Final = "writing"
_PROPERTY: Final = "property"
_OTHERS: Final = "other properties"
_ORDER: Final = {
    "required": (False, True),
    "null": (True, False),
    "read-only": (None, True),  # whether a program may write a property does not matter to one that reads it
    _OTHERS: ("taken", "refused"),
}
"""The values of other aspects: the one that allows more, and the one that allows less."""


@attrs.frozen
class Difference:
    """
    One difference between two schemas.

    It breaks reading if the second schema may allow a value that the first refuses: a program that was written for the
    first does not expect it. It breaks writing if the second schema may refuse a value that the first allows. The
    removal of a property breaks reading, too. A new property that is not required breaks nothing if the first schema
    accepts undescribed properties.

    Attributes:
        pointer: The JSON Pointer (RFC 6901) of the property, with `*` for any item of an array; empty for the document
            itself.
        aspect: The aspect that differs: `property` (present or not), `type`, `null`, `options`, `format`, `required`,
            `read-only`, `other properties` (whether undescribed ones are accepted), or the keyword of a limit, such as
            `pattern`.
        before: The value in the first schema, as JSON; None if it lacks one.
        after: The value in the second schema.
        breaks: `reading`, `writing`, both or neither.
    """

    pointer: str
    aspect: str
    before: Any
    after: Any
    breaks: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as a JSON object."""
        return {**attrs.asdict(self), "breaks": [*self.breaks]}


def differences(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    without_class: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> tuple[Difference, ...]:
    """
    Compare two schemas.

    Args:
        before: The first schema, self-contained.
        after: The second schema.
        without_class: Both schemas without what a record class adds to them. A property that only one of these
            describes is a difference, even if the class describes it in both.

    Returns:
        The differences, grouped by property, in the order of the first schema and then of the second. A property that
        only one of them describes is one difference. Descriptions are not compared.
    """
    old: _Described = described(before)
    new: _Described = described(after)
    if without_class is not None:
        bare_old, bare_new = map(described, without_class)
        old, new = _without(old, bare_new.keys() - bare_old.keys()), _without(new, bare_old.keys() - bare_new.keys())
    names = dict.fromkeys([*old, *new])
    return tuple(
        difference
        for name in names
        if not _is_inside_lone(name, old, new)
        for difference in _differences(name, old, new)
    )


def _without(found: _Described, names: set[str]) -> _Described:
    """Leave out properties and everything in them."""
    left: dict[str, dict[str, Any]] = {}
    for name, aspects in found.items():  # a property comes before those in it
        if name not in names and (not name or name.rpartition("/")[0] in left):
            left[name] = aspects
    return left


def _is_inside_lone(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Check whether a property belongs to one that only one schema has, which is a difference already."""
    parent = name.rpartition("/")[0]
    return bool(name) and (parent in old) != (parent in new)


def _differences(name: str, olds: _Described, news: _Described) -> Iterator[Difference]:
    old, new = olds.get(name), news.get(name)
    if old is None or new is None:
        yield Difference(name, _PROPERTY, _summary(old), _summary(new), _broken_by_property(name, olds, news))
        return
    for aspect in dict.fromkeys([*old, *new]):
        before, after = old.get(aspect), new.get(aspect)
        if before != after:
            yield Difference(name, aspect, before, after, _broken_by(aspect, old, new))


def _broken_by_property(name: str, old: _Described, new: _Described) -> tuple[str, ...]:
    """Return what breaks because only one schema describes a property."""
    parent, _, last = name.rpartition("/")
    if name in old:
        return _broken(allows_more=True, allows_less=new[parent].get(_OTHERS) == "refused")
    # An undescribed item may be anything, so a schema of the items allows less.
    allows_less = last == ANY_ITEM or new[name]["required"] is True
    return _broken(allows_more=old[parent].get(_OTHERS) == "refused", allows_less=allows_less)


def _broken_by(aspect: str, old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    """Return what a difference of an aspect breaks."""
    before, after = old.get(aspect), new.get(aspect)
    if aspect in _ORDER:
        more, less = _ORDER[aspect]
        return _broken(allows_more=after == more, allows_less=after == less)
    if before is None or after is None:  # any value is allowed without the aspect
        return _broken(
            allows_more=after is None and _has(new, aspect), allows_less=before is None and _has(old, aspect)
        )
    if aspect in {"type", "options", "format"}:
        known, found = _allowed(before), _allowed(after)
        return _broken(allows_more=not found <= known, allows_less=not known <= found)
    if aspect != "pattern" and len(before) == len(after) == 1:
        allows_more = (after[0] < before[0]) is aspect.startswith("min")
        return _broken(allows_more=allows_more, allows_less=not allows_more)
    return _READING, _WRITING


def _has(aspects: dict[str, Any], limit: str) -> bool:
    """Check whether a property may have values that a limit would refuse."""
    return limit not in _LIMITS or "type" not in aspects or _allowed([_LIMITS[limit]]) <= _allowed(aspects["type"])


def _allowed(values: list[Any]) -> set[str]:
    # As text, since an option may be any JSON. Every integer is a number as well.
    return {repr(value) for value in [*values, *(["integer"] if "number" in values else [])]}


def _broken(*, allows_more: bool, allows_less: bool) -> tuple[str, ...]:
    return (_READING,) * allows_more + (_WRITING,) * allows_less


def _summary(aspects: dict[str, Any] | None) -> Any:
    """Return the format or types of a property that the other schema does not have."""
    return None if aspects is None else aspects.get("format") or aspects.get("type", ["any"])


def described(root: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """
    Summarize everything that a schema describes.

    Args:
        root: The schema, self-contained.

    Returns:
        The aspects, as in `Difference`, of the document and of each property, by its JSON Pointer, which has `*` for
        any item of an array.
    """
    return {
        pointer(*path): _aspects(branches) | ({"required": required} if path else {})
        for path, branches, required in reading.described(root)
    }


def _aspects(branches: list[dict[str, Any]]) -> dict[str, Any]:
    """Join the alternatives of a property: an aspect is present only if a schema limits it."""
    types = _joined(branches, "type")
    given = {keyword for branch in branches for keyword in branch}
    aspects: dict[str, Any] = {
        aspect: [
            value for value in _joined(branches, keyword) if value is not None and (aspect, value) != ("type", "null")
        ]
        for aspect, keyword in _KEYWORDS.items()
        if keyword in given
    }
    if "object" in types:
        closed = any(
            branch.get("additionalProperties") is False and "patternProperties" not in branch for branch in branches
        )
        aspects[_OTHERS] = "refused" if closed else "taken"
    return {
        **aspects,
        "null": any(_allows_null(branch) for branch in branches),
        "read-only": any(branch.get("readOnly") is True for branch in branches),
    }


def _allows_null(branch: dict[str, Any]) -> bool:
    named = reading.types(branch)
    return (not named or "null" in named) and None in branch.get("enum", [None])


def _listed(values: Any) -> list[Any]:
    array = as_array(values)
    return [values] if array is None else array


def _joined(branches: list[dict[str, Any]], keyword: str) -> list[Any]:
    """Collect the values of a keyword in all alternatives, each once."""
    found = [branch[keyword] for branch in branches if keyword in branch]
    each = [value for values in found for value in _listed(values)]
    return [value for at, value in enumerate(each) if value not in each[:at]]
