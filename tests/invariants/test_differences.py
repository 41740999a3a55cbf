"""A difference that is said to break nothing breaks nothing."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity import Opportunity, OpportunityUpdate, Profile
from twenty_opportunity.profiles import compare
from twenty_opportunity.strategies import documents

METADATA: Final = json.loads(
    (Path(__file__).parents[2] / "examples" / "workspace" / "metadata.json").read_text("utf-8")
)
ADDED: Final[dict[str, dict[str, Any]]] = {"mood": {"type": "TEXT"}, "won": {"type": "BOOLEAN", "isNullable": False}}
TYPES: Final = ["string", "integer", "number", "boolean", "null"]
SCALARS: Final = [None, True, False, -1, 0, 1, 2, 0.5, "", "A", "B", "AB", "2026-06-01", "2026-06-01T09:00:00Z"]
PARTS: Final[list[Any]] = [
    *SCALARS,
    *([one] for one in SCALARS),
    [],
    ["A", "B"],
    *({"a": one} for one in SCALARS),
    {},
    {"a": "A", "b": "B"},
]
INSTANCES: Final = [{}, *({name: part} for name in "ab" for part in PARTS), *({"a": "A", "b": part} for part in PARTS)]

limits = st.fixed_dictionaries(
    {},
    optional={
        "format": st.sampled_from(["date", "date-time"]),
        "pattern": st.sampled_from(["^A", "B$"]),
        "minimum": st.integers(0, 1),
        "maximum": st.integers(0, 1),
        "minLength": st.integers(0, 2),
        "maxLength": st.integers(0, 2),
        "enum": st.lists(st.sampled_from(SCALARS), min_size=1, max_size=4, unique_by=repr),
        "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, unique=True),
    },
)
arrays = st.fixed_dictionaries(
    {"type": st.just("array")},
    optional={"items": limits, "minItems": st.integers(0, 2), "maxItems": st.integers(0, 2)},
)


def objects(properties: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw schemas of objects."""
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("ab"), properties)},
        optional={
            "required": st.lists(st.sampled_from("ab"), unique=True),
            "additionalProperties": st.just(value=False),
        },
    )


schemas = objects(limits | arrays | objects(limits))


def parts_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """List a schema and the schemas in it."""
    inside = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return [schema, *(part for each in inside for part in parts_of(each))]


def without_unknown_names(schema: dict[str, Any]) -> dict[str, Any]:
    """Require only what is described: an undescribed property that is required is not compared."""
    for part in parts_of(schema):
        if "required" in part:
            part["required"] = [name for name in part["required"] if name in part["properties"]]
    return schema


def is_described(instance: Any, schema: dict[str, Any]) -> bool:
    """Check whether a schema describes each property of an instance."""
    if isinstance(instance, dict):
        known = schema.get("properties", {})
        return all(name in known and is_described(value, known[name]) for name, value in instance.items())
    return True


def accepted(schema: dict[str, Any]) -> tuple[Profile, list[Any]]:
    """Return a profile with a schema, and the instances that it accepts."""
    profile = Profile("own", lambda: {Opportunity: schema})
    return profile, [each for each in INSTANCES if is_described(each, schema) and profile.is_valid(each)]


@given(st.data(), schemas)
def test_any_schemas(data: st.DataObject, before: dict[str, Any]) -> None:
    """A change that breaks no writing refuses nothing more, and one that breaks no reading accepts nothing more."""
    after = copy.deepcopy(before)
    changed = data.draw(st.sampled_from(parts_of(after)))
    other = data.draw({"object": schemas, "array": arrays}.get(str(changed.get("type")), limits))
    keyword = data.draw(st.sampled_from(sorted({*changed, *other, "type"})))
    changed.pop(keyword, None)
    changed |= {keyword: other[keyword]} if keyword in other else {}
    if not isinstance(after.get("properties"), dict):
        return
    (first, known), (second, found) = accepted(without_unknown_names(before)), accepted(without_unknown_names(after))
    broken = {name for difference in compare(first, second) for name in difference.breaks}
    assert "writing" in broken or all(second.is_valid(each) for each in known)
    assert "reading" in broken or all(first.is_valid(each) for each in found)


CHANGES: Final = [
    *[("add", name) for name in ADDED],
    *[(change, name) for change in ("remove", "null") for name in ("lostReason", "roofArea", "financed", "heating")],
    *[(change, name) for change in ("option", "no option") for name in ("stage", "heating", "products")],
]


@functools.cache
def workspace(change: str, name: str) -> Profile:
    """Build the profile of the example workspace after a change of one field."""
    metadata = copy.deepcopy(METADATA)
    opportunity = next(each for each in metadata["data"] if each["nameSingular"] == "opportunity")
    fields = {field["name"]: field for field in opportunity["fields"]}
    if change == "add":
        fields[name] = {"name": name, **ADDED[name]}
    elif change == "remove":
        del fields[name]
    elif change == "null":
        fields[name]["isNullable"] = not fields[name].get("isNullable")
    elif change == "option":
        fields[name]["options"].append({**fields[name]["options"][0], "value": "NEW_ONE"})
    elif change == "no option":
        fields[name]["options"].pop()
    opportunity["fields"] = [*fields.values()]
    return Profile.from_metadata(metadata)


@functools.cache
def broken_between(first: Profile, second: Profile, cl: Any) -> set[str]:
    """Return what the differences between two profiles break."""
    return {name for difference in compare(first, second, cl) for name in difference.breaks}


@pytest.mark.parametrize("cl", [Opportunity, OpportunityUpdate])
@given(st.data())
def test_workspaces_that_change(cl: Any, data: st.DataObject) -> None:
    """The documents of a workspace stay valid after a change that breaks nothing."""
    pair = workspace("nothing", ""), workspace(*data.draw(st.sampled_from(CHANGES)))
    first, second = data.draw(st.permutations(pair))
    broken = broken_between(first, second, cl)
    if "writing" not in broken:
        assert second.is_valid(data.draw(documents(cl, first)), cl)
    if "reading" not in broken:
        assert first.is_valid(data.draw(documents(cl, second)), cl)
