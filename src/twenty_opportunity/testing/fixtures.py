"""Fixtures: realistic documents and records, reproducible by a seed, valid or with a single fault."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

import attrs

from twenty_opportunity.errors import TwentyOpportunityError
from twenty_opportunity.profiles import profile_for
from twenty_opportunity.records import UNSET, Opportunity, Record
from twenty_opportunity.testing.faults import Fault, Faults
from twenty_opportunity.testing.keyword_properties import named
from twenty_opportunity.testing.samples import Sampler
from twenty_opportunity.testing.schema_alternatives import left_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from twenty_opportunity.profiles import Profile

__all__ = ["Fixture", "FixtureError", "OpportunityMaker", "fixtures"]

RecordT = TypeVar("RecordT", bound=Record)

_GAPS: Final = 0.15  # how often a field that may be empty is: in one of seven records
_MOST_CHANGES: Final = 4  # that a body makes to an opportunity


class FixtureError(TwentyOpportunityError):
    """No realistic document was found for a profile. The message names the property that prevents it."""


@attrs.frozen
class Fixture:
    """
    A document.

    Attributes:
        instance: The document.
        fault: The fault; None if it is valid.
    """

    instance: dict[str, Any]
    fault: Fault | None = None


def fixtures(
    profile: Profile[Any], cl: Any = Opportunity, *, seed: int = 0, invalid: Fraction | float = 0
) -> Iterator[Fixture]:
    """
    Generate realistic documents endlessly.

    Args:
        profile: The profile of the documents. Each document is validated against it.
        cl: The document class.
        seed: The same seed produces the same documents on every day, with the same version of this package.
        invalid: The share of documents, from 0 to 1, that have a fault.

    Returns:
        An endless iterator over the documents.

    Raises:
        FixtureError: No document was found that the profile accepts.
        NoFaultError: No change was found that the profile refuses.
        ValueError: The share is not between 0 and 1.
    """
    profile = profile_for(cl, profile)
    if not 0 <= invalid <= 1:
        raise ValueError(f"the share of invalid documents must be between 0 and 1, not {invalid}")
    return _fixtures(_valid(profile, cl, seed), Faults(profile, cl, seed) if invalid else None, invalid)


def _fixtures(
    documents: Iterator[dict[str, Any]], faults: Faults | None, invalid: Fraction | float
) -> Iterator[Fixture]:
    due: Any = 0
    for document in documents:
        due += invalid
        if faults is None or due < 1:
            yield Fixture(document)
        else:
            due -= 1
            yield Fixture(*faults.put_into(document))


def _valid(profile: Profile[Any], cl: Any, seed: int) -> Iterator[dict[str, Any]]:
    sampler = Sampler(profile.schema(cl), str(seed), gaps=_GAPS)
    is_update = profile.base_of(cl).__form__ == "update"
    random = Random(seed)  # noqa: S311 - fixtures are not secrets
    while True:
        document: dict[str, Any] = sampler.document()
        if is_update:
            kept = random.sample([*document], min(len(document), random.randint(1, _MOST_CHANGES)))
            document = {name: value for name, value in document.items() if name in kept}
        for violation in profile.iter_violations(document, cl):
            raise FixtureError(f"no realistic value is known that fits: {violation.redacted()}")
        yield document


class OpportunityMaker:
    """
    Makes realistic records. The same seed produces the same records.

    Args:
        profile: The profile of the records.
        seed: Determines the records. The fixture passes the id of the test.
    """

    def __init__(self, profile: Profile[Any], seed: str) -> None:
        self._profile = profile
        self._seed = seed
        self._samplers: dict[Any, Sampler] = {}

    @overload
    def __call__(self, /, **properties: Any) -> Opportunity: ...
    @overload
    def __call__(self, cl: type[RecordT], /, **properties: Any) -> RecordT: ...
    def __call__(self, cl: Any = Opportunity, /, **properties: Any) -> Any:
        """
        Make a record, a different one each time.

        Args:
            cl: The document class, or a subclass of one.
            properties: Values by attribute or property name, typed or as in JSON. None for a composite of an update
                clears it. UNSET leaves a property out. `extra` is a mapping of properties that the profile does not
                know.

        Returns:
            The record.

        Raises:
            TypeError: The profile does not know the class or a property.
            ValidationError: A value is not valid; `document` accepts it nevertheless.
        """
        return profile_for(cl, self._profile).structure(self.document(cl, **properties), cl)

    def document(self, cl: Any = Opportunity, /, **properties: Any) -> dict[str, Any]:
        """
        Make a document as decoded JSON, a different one each time. It is invalid if a given value is.

        Args:
            cl: The document class, or a subclass of one.
            properties: Values by attribute or property name, as for a record.

        Returns:
            The document.

        Raises:
            TypeError: The profile does not know the class or a property.
        """
        profile = profile_for(cl, self._profile)
        given = named(properties, cl, profile)
        schema = profile.schema(cl)
        if cl not in self._samplers:
            self._samplers[cl] = Sampler(schema, self._seed)
        absent = left_out(schema, given)
        sample = self._samplers[cl].document(_action(given))
        document = {name: value for name, value in sample.items() if name not in absent}
        document |= profile.converter.unstructure(given)
        return {name: value for name, value in document.items() if value is not UNSET}


def _action(given: Mapping[str, Any]) -> str | None:
    """Return the action of a webhook event of which some properties are given, with which the others must agree."""
    name = given.get("eventName")
    if isinstance(name, str):
        return name.rpartition(".")[2]
    return "updated" if given.get("updatedFields") else None
