"""The examples are valid or wrong, as their folder says, and leave out nothing that the schema allows."""

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
    """Read the records of a JSON Lines file."""
    return [json.loads(line) for line in (EXAMPLES / path).read_text("utf-8").splitlines()]


def place(schema: dict[str, Any], at: str) -> str:
    """Say where a schema stands: what is described once is seen once, wherever it is used."""
    reference: str = schema.get("$ref", at)
    return reference


def alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """List the schemas, one a type, that an instance of the schema can have."""
    if "$ref" in schema:
        return alternatives(ROOT["$defs"][schema["$ref"].rpartition("/")[2]])
    if "oneOf" in schema:
        return [single for branch in schema["oneOf"] for single in alternatives(branch)]
    types: str | list[str] = schema["type"]
    return [{**schema, "type": name} for name in ([types] if isinstance(types, str) else types)]


def allowed(schema: dict[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    """List what the schema lets a member be: each type, each value of an enum, absent, and an object with extra."""
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
    """Tell whether an instance has a type of JSON Schema; no example is a boolean."""
    return isinstance(instance, TYPES[name])


def shown(instance: Any, schema: dict[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    """List what the members of an instance are, in the same words."""
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


def test_the_first_example_is_the_schemas_own() -> None:
    """`opportunity.json` is the example that stands in the published schema."""
    assert json.loads((EXAMPLES / "opportunity.json").read_bytes()) == ROOT["examples"][0]


def test_the_examples_have_every_shape_that_the_schema_allows() -> None:
    """Each member is seen with each of its types and values, and absent where it may be; extra is seen everywhere."""
    seen = {shape for record in records("opportunities.jsonl") for shape in shown(record, ROOT)}
    assert set(allowed(ROOT)) - seen == set()


@pytest.mark.parametrize("record", records("opportunities.jsonl"), ids=lambda record: record["name"])
def test_the_examples_are_valid(record: dict[str, Any]) -> None:
    """Nothing is wrong with an example."""
    assert [*iter_violations(record)] == []


def test_each_wrong_example_is_wrong_in_its_own_way() -> None:
    """No wrong example is valid, and no two of them are told the same."""
    faults = [
        tuple(str(violation) for violation in iter_violations(record))
        for record in records("invalid/opportunities.jsonl")
    ]
    assert all(faults)
    assert len({*faults}) == len(faults)
