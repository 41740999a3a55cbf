"""Names of Python for the names of a workspace: attributes for its members, classes and members for its options."""

from __future__ import annotations

import enum
import keyword
import re
from typing import TYPE_CHECKING, Final

from twenty_opportunity.records import Opportunity, OpportunityCreate, OpportunityUpdate
from twenty_opportunity.records.base import camel_case

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a class says of its attributes, in annotations and beside them, must not be the name of one of them; nor must the
# first argument of the constructor that attrs writes.
_IN_CLASSES: Final = frozenset({"attrs", "bool", "dt", "float", "self", "str", "tuple", "uuid"})
_OF_RECORDS: Final = frozenset(name for cl in (Opportunity, OpportunityCreate, OpportunityUpdate) for name in dir(cl))
_OF_ENUMS: Final = frozenset({*dir(enum.StrEnum), "name", "value", "mro"})


def attribute_names(members: Iterable[str]) -> dict[str, str]:
    """
    Name the attributes that stand for members.

    Args:
        members: The members' names on the wire.

    Returns:
        The attribute's name by that of the member: snake_case, no keyword, no two alike. One that camelCase would turn
        into the member's name again is never given to another member.
    """
    wanted = {member: _spared(snake_case(member), _IN_CLASSES | _OF_RECORDS) for member in members}
    first = sorted(wanted, key=lambda member: camel_case(wanted[member]) != member)
    return dict(zip(first, unique((wanted[member] for member in first), taken=()), strict=True))


def option_names(options: Iterable[str]) -> dict[str, str]:
    """
    Name the members of an enum.

    Args:
        options: The values.

    Returns:
        The member's name by its value: the value itself where Python takes it, and no two alike.
    """
    values = [*options]
    wanted = (_spared(_identifier(value), _OF_ENUMS) for value in values)
    return dict(zip(values, unique(wanted, taken=()), strict=True))


def class_name(member: str) -> str:
    """
    Name a class after a member: LeadSource for leadSource.

    Args:
        member: The member's name on the wire.

    Returns:
        The name.
    """
    return f"{member[0].upper()}{member[1:]}"


def snake_case(name: str) -> str:
    """
    Spell a member's camelCase name as an attribute's snake_case, an acronym as one word: annual_url for annualURL.

    Args:
        name: The member's name on the wire.

    Returns:
        The attribute's name.
    """
    apart = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", apart).lower()


def unique(names: Iterable[str], *, taken: Iterable[str], joint: str = "_") -> list[str]:
    """
    Tell names apart that are alike.

    Args:
        names: The names.
        taken: Names that none of them may be.
        joint: What stands between a name and its number.

    Returns:
        The names in their order; of those alike all but the first have a number.
    """
    given = [*names]
    used = {*taken}
    result: list[str] = []
    for name in given:
        # A number must not make a name that a later one has by itself.
        candidates = (f"{name.rstrip('_')}{joint}{number}" for number in range(2, len(given) + len(used) + 3))
        found = name if name not in used else next(n for n in candidates if n not in used and n not in given)
        used.add(found)
        result.append(found)
    return result


def _identifier(value: str) -> str:
    name = re.sub(r"[^0-9A-Za-z]+", "_", value).strip("_")
    return name if name[:1].isalpha() else f"OPTION_{name}".rstrip("_")


def _spared(name: str, reserved: frozenset[str]) -> str:
    return f"{name}_" if name in reserved or keyword.iskeyword(name) else name
