"""The examples are valid or invalid, as their folder says, and show everything that the schema allows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from twenty_opportunity import iter_violations
from twenty_opportunity.schemas import published

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
ROOT: Final = published()
TYPES: Final[dict[str, Any]] = {
    "null": type(None),
    "string": str,
    "integer": int,
    "number": (int, float),
    "object": dict,
}


def records(path: str) -> list[dict[str, Any]]:
    """Return the records of a JSON Lines file."""
    return [json.loads(line) for line in (EXAMPLES / path).read_text("utf-8").splitlines()]


def place(schema: dict[str, Any], at: str) -> str:
    """Return the location of a schema: that of its definition, if it is a reference."""
    reference: str = schema.get("$ref", at)
    return reference


def alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the alternatives of a schema, one for each type."""
    if "$ref" in schema:
        return alternatives(ROOT["$defs"][schema["$ref"].rpartition("/")[2]])
    if "oneOf" in schema:
        return [single for branch in schema["oneOf"] for single in alternatives(branch)]
    types: str | list[str] = schema["type"]
    return [{**schema, "type": name} for name in ([types] if isinstance(types, str) else types)]


def allowed(schema: dict[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    """Yield all that a schema allows at each location: types, enum values, absent and extra properties."""
    at = place(schema, at)
    for single in alternatives(schema):
        yield from ((at, value) for value in single.get("enum", [single["type"]]))
        for name, member in single.get("properties", {}).items():
            yield from allowed(member, f"{at}/{name}")
            if name not in single.get("required", []):
                yield f"{at}/{name}", "absent"
        if "properties" in single:
            yield at, "extra"


def has_type(instance: Any, name: str) -> bool:
    """Check whether an instance has a type of JSON Schema; the examples contain no booleans."""
    return isinstance(instance, TYPES[name])


def shown(instance: Any, schema: dict[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    """Yield all that an instance shows at each location, in the terms of `allowed`."""
    at = place(schema, at)
    single = next(single for single in alternatives(schema) if has_type(instance, single["type"]))
    yield at, instance if "enum" in single else single["type"]
    if "properties" not in single:
        return
    if instance.keys() - single["properties"].keys():
        yield at, "extra"
    for name, member in single["properties"].items():
        if name in instance:
            yield from shown(instance[name], member, f"{at}/{name}")
        else:
            yield f"{at}/{name}", "absent"


def test_first_example_is_that_of_the_schema() -> None:
    """`opportunity.json` is the example in the published schema."""
    assert json.loads((EXAMPLES / "opportunity.json").read_bytes()) == ROOT["examples"][0]


def test_examples_show_everything_that_the_schema_allows() -> None:
    """The examples show each property with each type and enum value, absent if optional, and extra properties."""
    seen = {shape for record in records("opportunities.jsonl") for shape in shown(record, ROOT)}
    assert set(allowed(ROOT)) - seen == set()


@pytest.mark.parametrize("record", records("opportunities.jsonl"), ids=lambda record: record["name"])
def test_examples_are_valid(record: dict[str, Any]) -> None:
    """Every example is valid."""
    assert [*iter_violations(record)] == []


def test_each_invalid_example_has_its_own_violations() -> None:
    """Every invalid example has violations, and no two have the same."""
    faults = [
        tuple(str(violation) for violation in iter_violations(record))
        for record in records("invalid/opportunities.jsonl")
    ]
    assert all(faults)
    assert len({*faults}) == len(faults)
