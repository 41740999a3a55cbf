"""Generated code handles any schema and unusual names in the same way as the fallback."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import attrs
import pytest

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    Amount,
    DecodeError,
    Opportunity,
    OpportunityPage,
    Profile,
    Unset,
    ValidationError,
)
from twenty_opportunity.conversion import codegen
from twenty_opportunity.records.base import Record
from twenty_opportunity.testing.samples import Sampler

if TYPE_CHECKING:
    from collections.abc import Callable

RECORD: dict[str, Any] = json.loads((Path(__file__).parents[2] / "examples" / "opportunity.json").read_bytes())


class Name(str):
    """A subclass of str."""

    __slots__ = ()


def with_schema(**keywords: Any) -> Profile:
    """Return a profile whose schema for opportunities is the published one with other keywords."""
    schema = PUBLISHED.schema()
    schema["properties"] |= keywords.pop("properties", {})
    return Profile("own", lambda: {Opportunity: {**schema, **keywords}})


@pytest.mark.parametrize(
    ("profile", "valid", "invalid"),
    [
        (with_schema(additionalProperties={"type": "string"}), {"reference": "A"}, {"reference": 1}),
        (with_schema(required=[*PUBLISHED.schema()["required"], "reference"]), {"reference": None}, {}),
        (
            with_schema(
                properties={"reference": {"type": "string"}}, required=[*PUBLISHED.schema()["required"], "reference"]
            ),
            {"reference": "A"},
            {},
        ),
        (with_schema(properties={"name": {"type": "string", "pattern": "^A"}}), {"name": "A" * 100}, {"name": "B"}),
        (with_schema(properties={"name": False}, required=[]), None, {}),
        (with_schema(properties={"position": {"oneOf": [{"type": "number"}, {"type": "integer"}]}}), None, {}),
        (with_schema(properties={"position": {"maximum": 9}}), {"position": 9}, {"position": 10}),
        (with_schema(minProperties=15), {"reference": 1}, {}),
    ],
)
def test_schemas_of_any_kind_decide(profile: Profile, valid: dict[str, Any] | None, invalid: dict[str, Any]) -> None:
    """Keywords that the generated code does not understand are left to the schema, when reading and when writing."""
    if valid is not None:
        record = profile.loads(json.dumps({**RECORD, **valid}))
        assert record == profile.structure({**RECORD, **valid})
        assert json.loads(profile.dumps(record)) == {**RECORD, **valid}
    wrong = PUBLISHED.structure({**RECORD, "position": 5}) if "name" not in invalid else None
    with pytest.raises(ValidationError):
        profile.loads(json.dumps({**RECORD, "position": 5, **invalid}))
    if wrong is not None and not invalid:
        with pytest.raises(ValidationError):
            profile.dumps(wrong)


@pytest.mark.parametrize("number", [1, 40])
def test_names_of_extra_properties_are_plain_strings(number: int) -> None:
    """A name that is an instance of a subclass of str is read as its text, among few properties and among many."""
    named: dict[str, Any] = {Name(f"extra{count}"): count for count in range(number)}
    instance = {**RECORD, **named}
    extra = PUBLISHED.structure(instance).extra
    assert [(type(name), name, value) for name, value in extra.items()] == [
        (str, f"extra{count}", count) for count in range(number)
    ]


def test_a_text_is_decoded_before_its_class_is_looked_up() -> None:
    """A class that the profile does not offer is refused even if the text is JSON."""
    with pytest.raises(DecodeError):
        PUBLISHED.loads(b"{", Record)
    with pytest.raises(TypeError, match="does not have a schema for Record"):
        PUBLISHED.loads(b"{}", Record)


def refuse(*_: object) -> NoReturn:
    """Fail: the generated code handles the value alone."""
    raise AssertionError


@pytest.fixture
def without_fallback(monkeypatch: pytest.MonkeyPatch) -> Callable[[Profile], Profile]:
    """Copy a profile; the functions that its generated code leaves unusual values to raise."""
    reader, writer = codegen.reader, codegen.writer

    def read(cl: Any, schemas: Any, properties_of: Any, _slowly: Any, *, decoded: bool) -> Any:
        return reader(cl, schemas, properties_of, refuse, decoded=decoded)

    def write(cl: Any, schemas: Any, properties_of: Any, relations_of: Any, _slowly: Any) -> Any:
        return writer(cl, schemas, properties_of, relations_of, refuse)

    def copied(profile: Profile) -> Profile:  # a pickled PUBLISHED would be PUBLISHED itself, and keep the functions
        name, schemas, milliseconds, complete, merges, fields, record = vars(profile)["_arguments"]
        monkeypatch.setattr(codegen, "reader", read)
        monkeypatch.setattr(codegen, "writer", write)
        monkeypatch.setattr(codegen, "make_structurer", lambda *_: refuse)
        monkeypatch.setattr(codegen, "make_unstructurer", lambda *_: refuse)
        given: dict[str, Any] = {"milliseconds": milliseconds, "complete": complete, "merges": merges}
        return Profile(name, schemas, **given, fields=fields, record=record)

    return copied


@pytest.mark.parametrize("seed", ["0", "1", "2"])
@pytest.mark.parametrize(
    ("profile", "cl"), [(PUBLISHED, Opportunity), (SERVER, Opportunity), (SERVER, OpportunityPage)]
)
def test_usual_documents_are_converted_by_generated_code(
    profile: Profile, cl: Any, seed: str, without_fallback: Callable[[Profile], Profile]
) -> None:
    """A document with the properties that a server sends needs no validation by the schema and no fallback."""
    text = json.dumps(Sampler(profile.schema(cl), seed).document())
    record = profile.loads(text, cl)
    written, instance = profile.dumps(record), profile.unstructure(record)
    copied = without_fallback(profile)
    assert copied.loads(text, cl) == record
    assert copied.structure(json.loads(text), cl) == record
    assert copied.dumps(record) == written
    assert copied.unstructure(record) == instance


@attrs.frozen(kw_only=True)
class Rated(Opportunity):
    """An opportunity with properties that the schema of a page of opportunities does not describe."""

    ratio: float | Unset = UNSET
    budget: Amount | Unset = UNSET


def page_of(record: Opportunity) -> Any:
    """Return a page of opportunities that holds a record, of a subclass that the page's schema does not know."""
    page = SERVER.structure({"data": {"opportunities": []}}, OpportunityPage)
    return attrs.evolve(page, data=attrs.evolve(page.data, opportunities=(record,)))


def test_an_object_without_a_schema_is_written_by_generated_code(
    without_fallback: Callable[[Profile], Profile],
) -> None:
    """An object that no schema describes may hold any JSON, so generated code writes it."""
    page = page_of(SERVER.structure({**RECORD, "budget": {"amountMicros": 1, "currencyCode": "usd"}}, Rated))
    written = json.loads(without_fallback(SERVER).dumps(page))
    assert written["data"]["opportunities"] == [SERVER.unstructure(page.data.opportunities[0])]


@pytest.mark.parametrize("ratio", [math.inf, -math.inf, math.nan])
def test_numbers_that_json_does_not_have_are_refused_in_subclasses(ratio: float) -> None:
    """A page never has null in the place of infinity."""
    record = SERVER.structure({**RECORD, "ratio": 0.5}, Rated)
    page = page_of(attrs.evolve(record, ratio=ratio))
    with pytest.raises(ValidationError, match="is not a JSON number"):
        SERVER.dumps(page)
