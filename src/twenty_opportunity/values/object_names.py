"""The names of a workspace's objects, and the names and texts that are derived from them."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_NAMED: Final = re.compile(r"(\b[Aa]n )?([Oo])pportunit(y|ies)")


class ObjectName(NamedTuple):
    """
    The name of an object of a workspace.

    Attributes:
        singular: The name of one record, in camelCase: `person`.
        plural: The name of several: `people`.
    """

    singular: str
    plural: str

    @property
    def class_name(self) -> str:
        """The name of the object's record class: DealRoom for dealRoom."""
        return capitalized(self.singular)

    def renamed(self, text: str) -> str:
        """Return a text about opportunities, or a name with that of the opportunity, as one of this object."""
        if self == OPPORTUNITY:
            return text
        article = "an" if self.singular[0] in "aeiou" else "a"

        def replaced(match: re.Match[str]) -> str:
            name = self.singular if match[3] == "y" else self.plural
            before = (article if match[1][0] == "a" else article.capitalize()) + " " if match[1] else ""
            return before + (name if match[2] == "o" else capitalized(name))

        return _NAMED.sub(replaced, text)


def capitalized(name: str) -> str:
    """Return a name with a capital first letter, as a part of a camelCase name: DealRoom for dealRoom."""
    return f"{name[:1].upper()}{name[1:]}"


def camel_case(name: str) -> str:
    """Return a snake_case name in camelCase: point_of_contact_id becomes pointOfContactId."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name.lstrip("_"))


def snake_case(name: str) -> str:
    """
    Return a camelCase name in snake_case, with an acronym as one word: annual_url for annualURL.

    Args:
        name: The name of a property or of an object.

    Returns:
        The name of the attribute.
    """
    separated = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", separated).lower()


def spared(name: str, reserved: AbstractSet[str]) -> str:
    """
    Return a name that Python and the class accept.

    Args:
        name: The name.
        reserved: Names that it cannot be.

    Returns:
        The name, followed by an underscore if it is reserved or a keyword.
    """
    return f"{name}_" if name in reserved or keyword.iskeyword(name) else name


OPPORTUNITY: Final = ObjectName("opportunity", "opportunities")
"""The main object of this package."""
