"""Realistic documents: valid in every profile, the same for the same seed, and what people would believe."""

from __future__ import annotations

from typing import Any

import pytest

from twenty_opportunity import PUBLISHED, SERVER, Opportunity, OpportunityCreate, OpportunityUpdate, Profile
from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.testing.samples import Sampler


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=lambda profile: profile.name)
@pytest.mark.parametrize("cl", [Opportunity, OpportunityCreate, OpportunityUpdate])
def test_samples_are_valid(profile: Profile, cl: type) -> None:
    """Every sample of every profile is valid and can be typed."""
    sampler = Sampler(profile.schema(cl), "seed")
    for _ in range(50):
        profile.structure(sampler.document(), cl)


def test_samples_follow_from_the_seed() -> None:
    """The same seed gives the same documents, another one others, and each document of one seed differs."""
    first, again, other = (Sampler(PUBLISHED.schema(), seed) for seed in ("a", "a", "b"))
    document = first.document()
    assert document == again.document()
    assert document != other.document()
    assert document != first.document()


def test_samples_are_believable() -> None:
    """A sample was created before it was changed, closes later, was not deleted, and has an amount and a title."""
    document = Sampler(SERVER.schema(), "seed").document()
    assert document["createdAt"] < document["updatedAt"] < document["closeDate"]
    assert document["deletedAt"] is None
    assert " " in document["name"]
    assert document["amount"]["amountMicros"] % 10_000 == 0
    assert len(document["amount"]["currencyCode"]) == 3
    assert document["createdBy"]["context"] is None


def test_what_the_schema_leaves_open_is_left_out() -> None:
    """Relations of which the schema says nothing are not in a sample."""
    assert not {"company", "attachments"} & Sampler(SERVER.schema(), "seed").document().keys()


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[a-f]{4}(-[0-9]{2})?$"},
        {"type": "string", "format": "date", "pattern": "^2"},
        {"type": "string", "format": "date-time", "pattern": ":[0-9]{2}Z$"},
        {"type": "number", "minimum": 500, "maximum": 501},
        {"type": "integer", "maximum": -5},
        {"type": "array", "items": {"type": "string"}, "minItems": 3},
        {"type": "array", "items": {"type": "string"}, "maxItems": 0},
        {"type": ["null", "boolean"]},
        {"type": "null"},
        {"const": 5},
        {"type": ["string", "null"], "enum": ["A", None]},
    ],
)
def test_samples_fit_any_schema_of_ours(schema: dict[str, Any]) -> None:
    """A sample fits patterns, formats, bounds and lengths, and is null only where it can be nothing else."""
    from twenty_opportunity.validation import Validator

    for seed in range(10):
        sample = Sampler(schema, str(seed)).document()
        assert Validator(schema).is_valid(sample)
        assert (sample is None) == (schema == {"type": "null"})


def test_a_schema_without_a_sample_is_refused() -> None:
    """What no sample is known for is refused by its place."""
    schema = {"type": "object", "properties": {"a": {"type": "string", "format": "uuid", "pattern": "^f{8}"}}}
    with pytest.raises(UnsupportedSchemaError, match="/properties/a: no sample"):
        Sampler(schema, "seed").document()
