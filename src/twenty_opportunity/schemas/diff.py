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

__all__ = ["ANY_ITEM", "Difference", "described", "differences"]

_LIMITS: Final = ("pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")


@attrs.frozen
class Difference:
    """
    One difference between two schemas.

    Attributes:
        member: The JSON Pointer (RFC 6901) of the property, with `*` for any item of an array; empty for the document
            itself.
        aspect: What differs: `member` (present or not), `type`, `null`, `options`, `format`, `required`, `read-only`,
            `other members` (whether undescribed ones are accepted), or the keyword of a limit, such as `pattern`.
        before: The value in the first schema, as JSON; None if it has none.
        after: The value in the second schema.
    """

    member: str
    aspect: str
    before: Any
    after: Any

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as a JSON object."""
        return attrs.asdict(self)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """
    Compare two schemas.

    Args:
        before: The first schema, self-contained.
        after: The second schema.

    Returns:
        The differences, grouped by property, in the order of the first schema and then of the second. A property that
        only one of them describes is one difference. Descriptions are not compared.
    """
    old, new = described(before), described(after)
    names = dict.fromkeys([*old, *new])
    return tuple(
        difference
        for name in names
        if not _is_inside_lone(name, old, new)
        for difference in _differences(name, old.get(name), new.get(name))
    )


def _is_inside_lone(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Check whether a property belongs to one that only one schema has, which is a difference already."""
    parent = name.rpartition("/")[0]
    return bool(name) and (parent in old) != (parent in new)


def _differences(name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield Difference(name, "member", _summary(old), _summary(new))
        return
    for aspect in dict.fromkeys([*old, *new]):
        if old.get(aspect) != new.get(aspect):
            yield Difference(name, aspect, old.get(aspect), new.get(aspect))


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
    aspects: dict[str, Any] = {
        "type": [name for name in types if name != "null"],
        "options": [option for option in _joined(branches, "enum") if option is not None],
        **{keyword: _joined(branches, keyword) for keyword in ("format", *_LIMITS)},
    }
    if "object" in types:
        closed = any(
            branch.get("additionalProperties") is False and "patternProperties" not in branch for branch in branches
        )
        aspects["other members"] = "refused" if closed else "taken"
    return {
        **{aspect: value for aspect, value in aspects.items() if value != []},
        "null": not types or "null" in types,
        "read-only": any(branch.get("readOnly") is True for branch in branches),
    }


def _listed(values: Any) -> list[Any]:
    array = as_array(values)
    return [values] if array is None else array


def _joined(branches: list[dict[str, Any]], keyword: str) -> list[Any]:
    """Collect the values of a keyword in all alternatives, each once."""
    found = [branch[keyword] for branch in branches if keyword in branch]
    each = [value for values in found for value in _listed(values)]
    return [value for at, value in enumerate(each) if value not in each[:at]]
