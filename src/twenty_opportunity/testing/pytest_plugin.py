"""What the pytest plugin does once a test asks for it: it makes opportunities, and says why a comparison failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twenty_opportunity.records import Opportunity
from twenty_opportunity.testing.keyword_members import ABSENT, as_json, named
from twenty_opportunity.testing.matchers import IsDocument
from twenty_opportunity.testing.samples import Sampler

if TYPE_CHECKING:
    from twenty_opportunity.profiles import Profile

__all__ = ["OpportunityMaker"]


class OpportunityMaker:
    """
    Makes realistic opportunities, the same ones for the same seed.

    Args:
        profile: The profile that they are of.
        seed: What they are made of. The fixture gives the id of the test.
    """

    def __init__(self, profile: Profile, seed: str) -> None:
        self._profile = profile
        self._sampler = Sampler(profile.schema(Opportunity), seed)

    def __call__(self, **members: Any) -> Opportunity:
        """
        Make a record, another one each time.

        Args:
            members: Values by attribute or member name, typed or as in JSON. UNSET leaves a member out.

        Returns:
            The record.

        Raises:
            TypeError: Opportunities have no such member.
            ValidationError: A value is not valid; `document` takes it nevertheless.
        """
        return self._profile.structure(self.document(**members))

    def document(self, **members: Any) -> dict[str, Any]:
        """
        Make a document as decoded JSON, another one each time; wrong on purpose where a given value is.

        Args:
            members: Values by attribute or member name, typed or as in JSON. UNSET leaves a member out.

        Returns:
            The document.

        Raises:
            TypeError: Opportunities have no such member.
        """
        given = named(members, Opportunity, self._profile)
        document = self._sampler.document() | {name: as_json(value, self._profile) for name, value in given.items()}
        return {name: value for name, value in document.items() if value is not ABSENT}


def explain(op: str, left: object, right: object) -> list[str] | None:
    """
    Say why a comparison with a matcher failed.

    Args:
        op: The operator.
        left: One side.
        right: The other side.

    Returns:
        What pytest shows: a line for each violation or mismatch. None where neither side is a matcher.
    """
    matcher, payload = (left, right) if isinstance(left, IsDocument) else (right, left)
    if not isinstance(matcher, IsDocument):
        return None
    if op != "==":
        return [f"payload {op} {matcher!r}"]
    return [f"payload == {matcher!r}", *matcher.mismatches(payload)]
