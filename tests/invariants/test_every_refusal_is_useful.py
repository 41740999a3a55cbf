"""
Law 7, every refusal is useful.

An invalid instance has at least one violation; a mutated one has a violation at the mutated place with the broken
keyword; messages stay bounded whatever the instance's size.
"""

from __future__ import annotations

import collections
import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, Profile, ValidationError, Violation
from twenty_opportunity.errors import pointer
from twenty_opportunity.strategies import documents, invalid_documents

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT = 300
SECRET = "Zq7secretXy"  # noqa: S105  # no name, value or description of any schema has it within
EVERY = pytest.mark.parametrize(
    ("profile", "cl"),
    [(profile, cl) for profile in (PUBLISHED, SERVER) for cl in profile.document_classes],
    ids=lambda value: getattr(value, "name", None) or value.__name__,
)


def nested(levels: int) -> list[Any]:
    """Nest arrays."""
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
    """List the paths to everything in an instance, itself included."""
    inner = (
        instance.items() if isinstance(instance, dict) else enumerate(instance) if isinstance(instance, list) else ()
    )
    return [path, *(deeper for token, part in inner for deeper in places(part, (*path, token)))]


def replaced(instance: Any, path: tuple[Any, ...], value: object) -> Any:
    """Copy an instance with something else at a path."""
    if not path:
        return value
    changed = copy.copy(instance)
    changed[path[0]] = replaced(changed[path[0]], path[1:], value)
    return changed


def keyword_at(schema: dict[str, Any], place: str) -> str:
    """Follow a pointer into a schema to a keyword, or to a schema `false` in one, and name the keyword."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in place.split("/")[1:]]
    node: Any = schema
    for token in tokens:
        node = node[int(token)] if isinstance(node, list) else node[token]
    return tokens[-2] if node is False and len(tokens) > 1 and tokens[-1] != "additionalProperties" else tokens[-1]


def hold(schema: dict[str, Any], violations: Iterable[Violation]) -> None:
    """Hold violations against what every one promises."""
    violations = [*violations]
    assert violations
    for violation in violations:
        assert violation.keyword == keyword_at(schema, violation.schema_pointer)
        for shown in (violation, violation.redacted()):
            assert shown.message
            assert len(str(shown)) < LIMIT
            assert str(shown).isprintable()
        assert SECRET not in violation.redacted().message
    named = [(violation.pointer, violation.schema_pointer) for violation in violations]
    assert max(collections.Counter(named).values()) == 1


@EVERY
@given(data=st.data())
def test_what_was_broken_is_told(profile: Profile, cl: Any, data: st.DataObject) -> None:
    """Of a document with one thing wrong, that thing is told, with the keyword, where it stands, and in few words."""
    broken = data.draw(invalid_documents(cl, profile))
    violations = [*profile.iter_violations(broken.instance, cl)]
    hold(profile.schema(cl), violations)
    assert (broken.pointer, broken.keyword) in [(violation.pointer, violation.keyword) for violation in violations]


@given(st.data())
@settings.get_profile("each case")
def test_the_place_is_told_whatever_stands_there(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """Something large, deep, odd or secret in a document is told where it is, in few words, and not repeated."""
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
def test_the_error_has_them_all(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """`validate` raises what `iter_violations` yields, in its order, which pickles and has the standard's form."""
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
    units = caught.value.to_dict()["errors"]
    assert [unit["instanceLocation"] for unit in units] == [violation.pointer for violation in violations]
    assert all(str(violation) in str(caught.value) for violation in violations)
