"""The record classes and the schemas describe the same properties."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from twenty_opportunity import Opportunity, PartialOpportunity, records
from twenty_opportunity.conversion.class_schema import describe
from twenty_opportunity.conversion.converter import Conversion
from twenty_opportunity.conversion.custom_types import HookedConverter
from twenty_opportunity.schemas import responses as answers
from twenty_opportunity.schemas.composites import COMPOSITES, definitions
from twenty_opportunity.schemas.workspace import STANDARD, schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twenty_opportunity.conversion.python_types import Codec

ROOT: Final = Path(__file__).parents[1]
CONVERSION: Final = Conversion(HookedConverter, milliseconds=False)


def inner(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Follow references and arrays to the schema of an object."""
    while "properties" not in schema:
        name = schema.get("$ref", "").rpartition("/")[2]
        schema = root["$defs"][name] if name else schema["items"]
    return schema


def classes_in(codec: Codec) -> Iterator[Any]:
    """List the record classes of a value, or of an array's items."""
    if codec.record:
        yield codec.record
    for part in (*codec.alternatives, *([codec.item] if codec.item else [])):
        yield from classes_in(part)


def differences(cl: Any, schema: dict[str, Any], root: dict[str, Any]) -> Iterator[str]:
    """Yield where the attributes of a record class differ from the properties of its schema, at any depth."""
    if getattr(cl, "__json_root__", None):
        (only,) = CONVERSION.properties(cl)
        for part in classes_in(only.codec):
            yield from differences(part, schema["items"], root)
        return
    described = inner(schema, root)["properties"]
    properties = {prop.name: prop for prop in CONVERSION.properties(cl)}
    yield from (f"{cl.__name__} lacks an attribute for {wire}" for wire in described if wire not in properties)
    for wire, prop in properties.items():
        if wire not in described:
            yield f"{cl.__name__}.{prop.attribute}: the schema lacks {wire}"
            continue
        for part in classes_in(prop.codec):
            if part not in (Opportunity, PartialOpportunity):
                yield from differences(part, described[wire], root)


@pytest.mark.parametrize("name", COMPOSITES)
def test_a_composite_has_its_class(name: str) -> None:
    """Each composite has a public record class, whose attributes are the composite's properties, with fitting types."""
    homes = [importlib.import_module(f"twenty_opportunity.records.{module}") for module in ("amounts", "composites")]
    assert any(hasattr(home, name) for home in homes), f"records/composites.py lacks the class {name}"
    assert name in records.__all__, f"records/__init__.py: {name} is missing under TYPE_CHECKING and in __all__"
    root: dict[str, Any] = {"$defs": definitions(writing=False)}
    cl, schema = getattr(records, name), root["$defs"][name]
    assert [*differences(cl, schema, root)] == [], f"the class {name} and its row in schemas/composites.py differ"
    assert describe(CONVERSION, cl, cl, {**schema, **root})["properties"] == schema["properties"]


@pytest.mark.parametrize("name", answers.DOCUMENTS)
def test_a_document_has_its_class(name: str) -> None:
    """The attributes of a document class, and of the classes within it, are the properties of its schema."""
    schema = schemas(STANDARD, open_options=True)[name]
    assert [*differences(getattr(records, name), schema, schema)] == []
