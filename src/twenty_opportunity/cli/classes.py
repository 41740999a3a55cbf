"""The option that names a document class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from twenty_opportunity.errors import TwentyOpportunityError

if TYPE_CHECKING:
    from twenty_opportunity.profiles import Profile

ClassOption = Annotated[
    str,
    typer.Option(
        "--class",
        "-c",
        metavar="CLASS",
        help="Of which document class: Opportunity, OpportunityCreate, OpportunityUpdate, OpportunityPage, "
        "WebhookEvent and others that the profile has.",
    ),
]


class UnknownClassError(TwentyOpportunityError):
    """The profile has no document class of that name. Lists those that it has."""


def class_named(name: str, profile: Profile) -> Any:
    """
    Find a document class.

    Args:
        name: Its name, in any case.
        profile: The profile that is to offer it.

    Returns:
        The class.

    Raises:
        UnknownClassError: There is none; says which there are.
    """
    by_name = {cl.__name__: cl for cl in profile.document_classes}
    found = next((cl for known, cl in by_name.items() if known.lower() == name.lower()), None)
    if found is None:
        raise UnknownClassError(
            f"the profile {profile.name} has no document class {name!r}; it has {', '.join(by_name)}"
        )
    return found
