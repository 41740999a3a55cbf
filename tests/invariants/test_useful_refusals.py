"""
Invariant 7: useful refusals.

An invalid instance has at least one violation; a mutated one has a violation at the mutated place with the broken
keyword; messages stay bounded whatever the instance's size.
"""

from __future__ import annotations

import collections
import copy
import json
import pickle
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, Profile, ValidationError, Violation
from twenty_opportunity.errors import pointer
from twenty_opportunity.strategies import documents, invalid_documents

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT = 300
PARAMS = {"allowed", "alternatives", "expected", "format", "known", "limit", "pattern", "suggestion"}
SECRET = "Zq7secretXy"  # noqa: S105  # no name, value or description of any schema has it within
CASES: list[tuple[Profile, Any]] = [(each, cl) for each in (PUBLISHED, SERVER) for cl in each.document_classes]


def nested(levels: int) -> list[Any]:
    """Build nested arrays."""
    array: list[Any] = []
    for _ in range(levels):
        array = [array]
    return array


LARGE = st.sampled_from(
    [
        SECRET * 10_000,
        f"{SECRET}\n\x00\ud800" * 1000,
        10**4200,
        -(10.0**300),
        nested(5_000),
        [SECRET] * 10_000,
        {SECRET * 100: 1, **{f"{SECRET}{number}": number for number in range(1000)}},
        {SECRET: {SECRET: SECRET}},
        {1: SECRET},
        (SECRET,),
        SECRET.encode() * 1000,
        type("Thing" * 1000, (), {})(),
    ]
)


def places(instance: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Yield the path of every value in an instance, including the instance."""
    inner = (
        instance.items() if isinstance(instance, dict) else enumerate(instance) if isinstance(instance, list) else ()
    )
    return [path, *(deeper for token, part in inner for deeper in places(part, (*path, token)))]


def replaced(instance: Any, path: tuple[Any, ...], value: object) -> Any:
    """Return a copy of an instance with another value at a path."""
    if not path:
        return value
    changed = copy.copy(instance)
    changed[path[0]] = replaced(changed[path[0]], path[1:], value)
    return changed


def keyword_at(schema: dict[str, Any], place: str) -> str:
    """Follow a schema pointer to a keyword, or to a schema `false` below one; return the keyword, if there is one."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in place.split("/")[1:]]
    node: Any = schema
    for token in tokens:
        node = node[int(token)] if isinstance(node, list) else node[token]
    if not tokens:  # no keyword refuses an object that is not JSON where the schema describes JSON of any type
        return ""
    return tokens[-2] if node is False and len(tokens) > 1 and tokens[-1] != "additionalProperties" else tokens[-1]


def leaves(value: Any) -> set[Any]:
    """Return the names and scalars in a value, each with its type."""
    if isinstance(value, Mapping):
        return {(str, name) for name in value}.union(*map(leaves, value.values()))
    return set[Any]().union(*map(leaves, value)) if isinstance(value, list | tuple) else {(type(value), value)}


def hold(schema: dict[str, Any], violations: Iterable[Violation]) -> None:
    """Check the guarantees that every violation gives."""
    violations = [*violations]
    assert violations
    in_schema = leaves(schema)
    for violation in violations:
        assert violation.keyword == keyword_at(schema, violation.schema_pointer)
        for shown in (violation, violation.redacted()):
            assert shown.message
            assert len(str(shown)) < LIMIT
            assert str(shown).isprintable()
        assert SECRET not in violation.redacted().message
        # Everything in the details comes from the schema, so nothing comes from the instance.
        assert PARAMS.issuperset(violation.params)
        assert leaves(tuple(violation.params.values())) - {(str, name) for name in PARAMS} <= in_schema
        unit = violation.to_dict()
        assert orjson.loads(orjson.dumps(unit)) == json.loads(json.dumps(unit)) == msgspec.to_builtins(unit) == unit
    named = [(violation.pointer, violation.schema_pointer) for violation in violations]
    assert max(collections.Counter(named).values()) == 1


@given(st.sampled_from(CASES), st.data())
def test_broken_place_is_reported(document: tuple[Profile, Any], data: st.DataObject) -> None:
    """A document with one fault has a violation with its pointer and keyword, and a short message."""
    profile, cl = document
    broken = data.draw(invalid_documents(cl, profile))
    violations = [*profile.iter_violations(broken.instance, cl)]
    hold(profile.schema(cl), violations)
    assert (broken.pointer, broken.keyword) in [(violation.pointer, violation.keyword) for violation in violations]


@given(st.data())
@settings.get_profile("each case")
def test_messages_are_bounded_for_any_value(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """A large, deep, unusual or secret value is reported at its place in a short message that does not quote it."""
    profile, cl = case
    instance = data.draw(documents(cl, profile))
    place = data.draw(st.sampled_from(places(instance)))
    instance = replaced(instance, place, data.draw(LARGE))
    if profile.is_valid(instance, cl):
        return
    violations = [*profile.iter_violations(instance, cl)]
    hold(profile.schema(cl), violations)
    here = pointer(*place)
    # What is in the value may be at fault, or the choice between forms that the value was to decide.
    assert all(violation.pointer.startswith(here) or here.startswith(violation.pointer) for violation in violations)


@given(st.data())
@settings.get_profile("each case")
def test_validation_error_has_all_violations(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """`validate` raises all violations of `iter_violations` in order; the error can be pickled and exported."""
    profile, cl = case
    instance = replaced(
        instance := data.draw(documents(cl, profile)), data.draw(st.sampled_from(places(instance))), object()
    )
    if profile.is_valid(instance, cl):
        return
    with pytest.raises(ValidationError) as caught:
        profile.validate(instance, cl)
    violations = tuple(profile.iter_violations(instance, cl))
    assert pickle.loads(pickle.dumps(caught.value)).violations == caught.value.violations == violations  # noqa: S301
    units = json.loads(orjson.dumps(caught.value.to_dict()))["errors"]
    assert [unit["instanceLocation"] for unit in units] == [
        violation.to_dict()["instanceLocation"] for violation in violations
    ]
    assert all(str(violation) in str(caught.value) for violation in violations)
