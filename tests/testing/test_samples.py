"""Samples are valid in every profile, realistic, and the same for the same seed."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity import PUBLISHED, SERVER, STANDARD, Opportunity, OpportunityCreate, OpportunityUpdate, Profile
from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.schemas import composites
from twenty_opportunity.schemas import field_types as fields
from twenty_opportunity.testing.samples import Sampler, matching_text, smallest
from twenty_opportunity.testing.schema_alternatives import Resolver
from twenty_opportunity.validation.compile import python_pattern
from twenty_opportunity.values.formats import NUMERIC_PATTERN


@pytest.mark.parametrize("profile", [PUBLISHED, SERVER], ids=lambda profile: profile.name)
@pytest.mark.parametrize("cl", [Opportunity, OpportunityCreate, OpportunityUpdate])
def test_samples_are_valid(profile: Profile, cl: type) -> None:
    """Every sample of every profile is valid and can be typed."""
    sampler = Sampler(profile.schema(cl), "seed")
    for _ in range(50):
        profile.structure(sampler.document(), cl)


def test_samples_follow_from_the_seed() -> None:
    """The same seed makes the same documents, another seed others, and each document of one seed differs."""
    first, again, other = (Sampler(PUBLISHED.schema(), seed) for seed in ("a", "a", "b"))
    document = first.document()
    assert document == again.document()
    assert document != other.document()
    assert document != first.document()


def test_samples_have_the_options_of_the_metadata() -> None:
    """A field that may get other options has those of the metadata in samples, too."""
    metadata: Any = json.loads(Path("examples/workspace/metadata.json").read_bytes())
    profile = Profile.from_metadata(metadata, open_options=True)
    sampler = Sampler(profile.schema(), "seed")
    documents = [sampler.document() for _ in range(100)]
    for field in profile.fields:
        if field.options:
            found = [document[field.name] for document in documents]
            lists = [each if isinstance(each, list) else [each] for each in found]
            assert {*field.options} == {option for each in lists for option in each if option is not None}
            assert all(len(each) == len({*each}) for each in lists)


def test_samples_are_believable() -> None:
    """Points in time are in order, open deals close later and closed ones earlier, amounts are round."""
    sampler = Sampler(SERVER.schema(), "seed")
    for document in [sampler.document() for _ in range(100)]:
        created, updated, closing = (document[name] for name in ("createdAt", "updatedAt", "closeDate"))
        if document["stage"] == "CUSTOMER":
            assert created[:10] <= closing[:10] <= updated[:10]
        else:
            assert created < updated < closing
        assert document["deletedAt"] in {None, updated}
        assert ": " in document["name"]
        assert document["amount"]["amountMicros"] % 10_000 == 0
        assert len(document["amount"]["currencyCode"]) == 3
        assert (document["createdBy"]["context"] is None) == (document["createdBy"]["source"] != "EMAIL")


@pytest.mark.parametrize("name", ["company", "person", "workspaceMember", "note", "task"])
@pytest.mark.parametrize("document", ["record", "create", "partial"])
def test_samples_of_every_object_are_believable(name: str, document: str) -> None:
    """Points in time are in order, companies and people have names, and addresses belong to the names."""
    profile = STANDARD[name]
    sampler = Sampler(profile.schema(getattr(profile, document)), "seed")
    for sample in [sampler.document() for _ in range(30)]:
        assert profile.is_valid(sample, getattr(profile, document))
        assert sample["createdAt"] <= sample["updatedAt"]
        email = sample.get("userEmail") or sample.get("emails", {}).get("primaryEmail")
        if name == "company":
            assert sample["domainName"]["primaryLinkUrl"].startswith(f"https://{sample['name'].split()[0].lower()}-")
        elif email or name in {"person", "workspaceMember"}:
            assert sample["name"]["lastName"].lower() in email


def test_events_of_classes_that_a_program_wrote() -> None:
    """An event whose name is narrowed by an enum has one of its names, and one without a record's times has some."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "eventName": {"type": "string", "enum": ["opportunity.won"]},
            "objectMetadata": {"type": "object", "properties": {"nameSingular": {"type": "string"}}},
            "eventDate": {"type": "string", "format": "date-time"},
            "record": {"type": "object", "properties": {"won": True}},
            "updatedFields": {"type": "array", "items": {"type": "string"}},
        },
    }
    sampler = Sampler(schema, "seed")
    for event in [sampler.document() for _ in range(20)]:
        assert event["eventName"] == "opportunity.won"
        assert event["objectMetadata"]["nameSingular"] == "opportunity"
        assert "2026" <= event["eventDate"] < "2027"


def test_undescribed_relations_are_left_out() -> None:
    """Relations whose content the schema does not describe are not in a sample."""
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
    """A sample fits patterns, formats, bounds and lengths, and is null only if nothing else is valid."""
    from twenty_opportunity.validation import Validator

    for seed in range(10):
        sample = Sampler(schema, str(seed)).document()
        assert Validator(schema).is_valid(sample)
        assert (sample is None) == (schema == {"type": "null"})


def test_a_schema_without_a_sample_is_refused() -> None:
    """A property without a known sample is refused with its place."""
    schema = {"type": "object", "properties": {"a": {"type": "string", "format": "uuid", "pattern": "^f{8}"}}}
    with pytest.raises(UnsupportedSchemaError, match="/properties/a: no sample"):
        Sampler(schema, "seed").document()


PATTERNS = [
    "^[A-Z]{3}$",
    fields.OPTION_PATTERN,
    fields.NAME_PATTERN,
    NUMERIC_PATTERN,
    composites.TEXT_PATTERN,
    composites.UUID_PATTERN,
    composites.EMAIL_PATTERN,
    "^$",
    "^a|b$",
    "x",
    "^(?:ab|c)?d*?e+$",
    r"^[\w.\-][^\d]{2,}[a\]-]$",
    r"^\x41\u0042\t\\\.[+-]{1,3}?$",
    "^(a|bc){0,2}$",
    r"^\D\W\d\w$",
    "^[^a][^b]$",
    r"^[\W][\D]$",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("most", [0, 1, 8])
def test_a_text_for_a_pattern_matches_it(pattern: str, most: int) -> None:
    """A text that is made for a pattern matches it, however often its parts are repeated."""
    for seed in range(20):
        text = matching_text(pattern, random.Random(seed), most)  # noqa: S311 - not a secret
        assert python_pattern(pattern).search(text), text


def test_the_smallest_instance_has_only_what_is_required() -> None:
    """Required properties have the simplest value that is valid, and an unknown one is refused with its place."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "a": {"type": "array", "items": {"type": "integer", "minimum": 5}, "minItems": 2},
            "b": {"type": "string", "pattern": "^x[0]$"},
            "c": {"type": "null"},
        },
        "required": ["a", "b", "d"],
    }
    assert smallest(schema, (), Resolver(schema)) == {"a": [5, 5], "b": "x0", "d": None}
    union = {"type": ["string", "array"], "minLength": 2, "items": {"$ref": "#/$defs/item"}, "$defs": {"item": {}}}
    assert smallest(union, (), Resolver(union)) == "2000-01-01"
    for never in (
        {"type": "string", "format": "uuid", "pattern": "^f"},
        {"type": "string", "minLength": 1, "maxLength": 0},
    ):
        with pytest.raises(UnsupportedSchemaError, match="no sample is known"):
            smallest(never, (), Resolver(never))
        with pytest.raises(UnsupportedSchemaError, match="no sample is known"):
            Sampler(never, "seed").document()
    nothing: dict[str, Any] = {"type": "array", "items": False, "minItems": 1}
    with pytest.raises(UnsupportedSchemaError, match="/items: nothing is valid here"):
        smallest(nothing, (), Resolver(nothing))
    with pytest.raises(UnsupportedSchemaError, match="/items: nothing is valid here"):
        Sampler(nothing, "seed")
