"""What differs between two profiles: members, types, options and limits, one difference a member and aspect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.errors import pointer
from twenty_opportunity.records import Opportunity
from twenty_opportunity.schemas.metadata_reader import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twenty_opportunity.profiles import Profile

__all__ = ["ANY_ITEM", "Difference", "compare"]

_LIMITS: Final = ("pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
_BRANCHES: Final = ("anyOf", "oneOf")
ANY_ITEM: Final = "*"
"""What stands in a pointer for the index of any item of an array."""


@attrs.frozen
class Difference:
    """
    One thing that two profiles say differently.

    Attributes:
        member: The JSON Pointer (RFC 6901) of the member, with `*` for any item of an array; empty for the
            document itself.
        aspect: What differs: `member` (there or not), `type`, `null`, `options`, `format`, `required`, `read-only`,
            `other members` (whether undescribed ones are taken), or the keyword of a limit, such as `pattern`.
        before: What the first profile says, as JSON; None where it says nothing.
        after: What the second one says.
    """

    member: str
    aspect: str
    before: Any
    after: Any

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as JSON has it."""
        return attrs.asdict(self)


def compare(before: Profile, after: Profile, cl: Any = Opportunity) -> tuple[Difference, ...]:
    """
    Find what differs between two profiles.

    Args:
        before: The first profile.
        after: The second one.
        cl: The document class to compare, which both must offer.

    Returns:
        The differences, those of each member together, in the order of the first profile and then of the second. Of a
        member that only one profile describes, that is all that is said. Descriptions are not compared.

    Raises:
        TypeError: One of the profiles offers no such class.
    """
    old, new = (described(profile.schema(cl)) for profile in (before, after))
    found: list[Difference] = []
    for member in [*old, *(member for member in new if member not in old)]:
        if _under_lone(member, old, new):
            continue
        found += _differences(member, old.get(member), new.get(member))
    return tuple(found)


def _under_lone(member: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Tell whether a member is in one that only one profile has, which was said already."""
    above = member.rpartition("/")[0]
    return bool(member) and (above in old) != (above in new)


def _differences(member: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield Difference(member, "member", _kind(old), _kind(new))
        return
    for aspect in [*old, *(aspect for aspect in new if aspect not in old)]:
        if old.get(aspect) != new.get(aspect):
            yield Difference(member, aspect, old.get(aspect), new.get(aspect))


def _kind(aspects: dict[str, Any] | None) -> Any:
    """Say in short what a member is that the other profile has not."""
    return None if aspects is None else aspects.get("format") or aspects.get("type", ["any"])


def described(root: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """
    Say what a schema says of a document and of each of its members.

    Args:
        root: The schema, self-contained.

    Returns:
        The aspects of each, as in `Difference`, by its JSON Pointer, which has `*` for any item of an array.
    """

    def walk(fragment: Any, way: tuple[str, ...], *, required: bool) -> Iterator[tuple[str, dict[str, Any]]]:
        branches = [*_branches(root, fragment)]
        yield pointer(*way), _aspects(branches) | ({"required": required} if way else {})
        for branch in branches:
            needed = branch.get("required", ())
            for name, member in branch.get("properties", {}).items():
                yield from walk(member, (*way, name), required=name in needed)
            if "items" in branch:
                yield from walk(branch["items"], (*way, ANY_ITEM), required=False)

    return dict(walk(root, (), required=True))


def _branches(root: Mapping[str, Any], fragment: Any) -> Iterator[dict[str, Any]]:
    """Give the plain schemas that a fragment stands for: references followed, alternatives apart."""
    plain: dict[str, Any] = dict(fragment) if is_dict(fragment) else {}
    while "$ref" in plain:
        target: Any = root
        for token in plain.pop("$ref").removeprefix("#/").split("/"):
            target = target[token]
        plain = {**target, **plain}
    alternatives = [branch for key in _BRANCHES for branch in plain.pop(key, ())]
    if not alternatives:
        yield plain
    for alternative in alternatives:
        for branch in _branches(root, alternative):
            yield {**plain, **branch}


def _aspects(branches: list[dict[str, Any]]) -> dict[str, Any]:
    """Say what the alternatives have together: each aspect is there only where a schema limits it."""
    types = _joined(branches, "type")
    options = [option for option in _joined(branches, "enum") if option is not None]
    aspects: dict[str, Any] = {
        "type": [name for name in types if name != "null"],
        "options": options,
        "format": _joined(branches, "format"),
        **{keyword: _joined(branches, keyword) for keyword in _LIMITS},
    }
    if "object" in types:
        closed = any(branch.get("additionalProperties") is False for branch in branches)
        aspects["other members"] = "refused" if closed else "taken"
    return {
        **{aspect: value for aspect, value in aspects.items() if value != []},
        "null": not types or "null" in types,
        "read-only": any(branch.get("readOnly") is True for branch in branches),
    }


def _joined(branches: list[dict[str, Any]], keyword: str) -> list[Any]:
    """Collect what a keyword says in any of the alternatives, each thing once."""
    said = [branch[keyword] for branch in branches if keyword in branch]
    each: list[Any] = [value for values in said for value in (values if is_list(values) else [values])]
    return [value for at, value in enumerate(each) if value not in each[:at]]
