"""What every record shares: UNSET for an absent member, `extra` for undescribed ones, and how names meet the wire."""

from __future__ import annotations

import enum
import functools
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import attrs

WIRE_NAME: Final = "twenty_opportunity.wire_name"
"""Key of an attribute's metadata that names its member where camelCase of the attribute's name would not."""


class Unset(enum.Enum):
    """The type of `UNSET`, for annotations (`uuid.UUID | None | Unset`); type checkers narrow `is UNSET` on an enum."""

    UNSET = ...  # of no value that JSON has: where a member is expected, UNSET is refused, not written as a text

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> Literal[False]:
        """Be false, so that `record.company_id or default` reads as it does with None."""
        return False


UNSET: Final = Unset.UNSET
"""The member is absent. Never the same as None, which is JSON `null`."""


class FrozenMapping(Mapping[str, Any]):
    """
    A mapping that cannot be changed, compares equal to any mapping of the same members, and pickles.

    Args:
        members: What it shall hold; it is copied.

    Attributes:
        members: The dict inside. To read from it is faster than to read from the mapping; do not change it.
    """

    __slots__ = ("members",)

    def __init__(self, members: Mapping[str, Any]) -> None:
        self.members: Final = dict(members)

    def __getitem__(self, key: str) -> Any:
        return self.members[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def __repr__(self) -> str:
        return repr(self.members)

    def __reduce__(self) -> tuple[Any, ...]:
        return freeze, (self.members,)


NO_EXTRA: Final = FrozenMapping({})


def freeze(members: Mapping[str, Any]) -> FrozenMapping:
    """Give the members as a mapping that cannot be changed; a frozen one is given back as it is."""
    if isinstance(members, FrozenMapping):
        return members
    return FrozenMapping(members) if members else NO_EXTRA


def camel_case(name: str) -> str:
    """Spell an attribute's snake_case name as the wire's camelCase: point_of_contact_id, pointOfContactId."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name.lstrip("_"))


def wire_name(attribute: attrs.Attribute[Any]) -> str:
    """
    Name the member that an attribute stands for.

    Args:
        attribute: An attribute of a record class. Its metadata may name the member under `WIRE_NAME`.

    Returns:
        The member's name in JSON.
    """
    return str(attribute.metadata.get(WIRE_NAME) or camel_case(attribute.name))


@attrs.frozen(kw_only=True, repr=False)
class Record:
    """
    The base of every record class: a JSON object whose described members are attributes.

    A subclass adds attributes under their snake_case names; they are read from and written to the members of the same
    names in camelCase. Whatever a class has no attribute for is kept in `extra`.

    Attributes:
        extra: The members that the class has no attribute for, by their names on the wire. Read-only, and left out of
            the hash, since JSON values often have none.
    """

    extra: Mapping[str, Any] = attrs.field(default=NO_EXTRA, converter=freeze, hash=False)

    def __repr__(self) -> str:
        """Show the record without what it does not hold. Raises nothing: logs and debuggers show what went wrong."""
        names = [a.name for a in attrs.fields(self.__class__) if a.repr and a.name != "extra"]
        held = [(name, getattr(self, name)) for name in [*names, "extra"]]
        shown = (f"{name}={_shown(value)}" for name, value in held if value is not UNSET and value is not NO_EXTRA)
        return f"{self.__class__.__name__}({', '.join(shown)})"

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        # attrs gives a subclass a repr that shows UNSET attributes too; one that a class wrote itself stays.
        if cls.__repr__.__code__.co_filename.startswith("<attrs generated"):
            cls.__repr__ = Record.__repr__  # type: ignore[method-assign]


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - an integer of too many digits, nesting too deep, or a class of anybody's
        return f"<{type(value).__name__}>"


@functools.cache
def resolved(cl: Any) -> Mapping[str, Any]:
    """
    Resolve the annotations of a record class.

    Args:
        cl: The record class.

    Returns:
        Each attribute's type by the attribute's name.

    Raises:
        TypeError: An annotation names something that its module does not have.
    """
    try:
        return typing.get_type_hints(cl)
    except NameError as error:
        message = f"an annotation of {cl.__qualname__} cannot be resolved: {error}; define or import it at module level"
        raise TypeError(message) from error
