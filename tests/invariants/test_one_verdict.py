"""
Invariant 1: one verdict.

For every JSON value and every other object, `is_valid`, `iter_violations`, `validate`, `structure` and `loads` agree.
"""

from __future__ import annotations

import collections
import copy
import datetime as dt
import enum
import json
import types
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, DecodeError, Opportunity, Profile, UnrepresentableError, ValidationError
from twenty_opportunity.errors import Violation
from twenty_opportunity.strategies import documents
from twenty_opportunity.validation import Validator
from twenty_opportunity.validation.explain import Explainer

Draw = Callable[[st.SearchStrategy[Any]], Any]
Explain = Callable[[object], Iterator[Violation]]


class Text(str):
    """A subclass of str."""

    __slots__ = ()


class Whole(int):
    """A subclass of int."""


class Label(enum.Enum):
    """Options with values of several types."""

    NEW = "NEW"
    ONE = 1
    NOTHING = None


class Strings(enum.StrEnum):
    """Options that are strings."""

    NEW = "NEW"
    NAME = "name"


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers() | st.sampled_from([2**53, 2**64, -(10**30), 10**4000]),
    st.floats(),
    st.text(max_size=12) | st.text(st.characters(), max_size=3),
    st.sampled_from(
        ["NEW", "USD", "USD\n", "2026-02-29", "2026-06-30T23:59:60Z", "2026-06-30T23:59:60.1+00:01", "first"]
    ),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
ODD = st.one_of(
    st.binary(max_size=3),
    st.dates(),
    st.datetimes(timezones=st.just(dt.UTC)),
    st.uuids(),
    st.decimals(-(10**30), 10**30) | st.sampled_from([Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")]),
    st.builds(Text, st.text(max_size=3)),
    st.sampled_from(
        [*Label, *Strings, (), ("a",), {1}, object(), ..., float("nan"), b"{}", types.MappingProxyType({})]
    ),
    st.dictionaries(
        st.none() | st.integers() | st.sampled_from([*Strings, Label.ONE, Text("id")]), SCALARS, max_size=2
    ),
    st.lists(SCALARS, max_size=2).map(tuple),
)
OBJECTS = st.recursive(
    SCALARS | ODD,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=3), inner, max_size=3).map(collections.OrderedDict),
    ),
    max_leaves=6,
)


def places(instance: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the paths to everything in an instance, itself included."""
    inner = (
        instance.items() if isinstance(instance, dict) else enumerate(instance) if isinstance(instance, list) else ()
    )
    return [path, *(deeper for token, part in inner for deeper in places(part, (*path, token)))]


def replaced(instance: Any, path: tuple[Any, ...], replace: Callable[[Any], Any]) -> Any:
    """Return a copy of an instance with another value at a path."""
    if not path:
        return replace(instance)
    changed = copy.copy(instance)
    changed[path[0]] = replaced(changed[path[0]], path[1:], replace)
    return changed


def letters_changed(text: str, draw: Draw) -> str:
    """Change, insert or remove one character, as in most invalid texts."""
    index = draw(st.integers(0, len(text)))
    letter: str = draw(st.sampled_from(["", *"0123456789-:.+TtZz /*,\n\x00aAgG٣\ud800"]))
    return text[:index] + letter + text[index + draw(st.integers(0, 1)) :]


def named(value: object) -> object:
    """Return an enum option with a value, which is valid exactly if the value is."""
    made: Any = enum.Enum
    return made("Named", {"VALUE": value}).VALUE


def disguised(part: Any, draw: Draw) -> Any:
    """Return an object of another class that represents the same value, or that is not JSON."""
    if isinstance(part, str):
        return draw(st.sampled_from([Text(part), named(part), part.encode("utf-8", "replace")]))
    if isinstance(part, dict):
        odd = draw(st.sampled_from([{}, {1: 1}, {None: 1}, {Text("id"): 1}, {Strings.NAME: 1}, {"\ud800": 1}]))
        return draw(st.sampled_from([dict, collections.OrderedDict, types.MappingProxyType]))({**part, **odd})
    if isinstance(part, list):
        return draw(st.sampled_from([tuple, list, collections.UserList, collections.deque]))(part)
    if isinstance(part, float) or type(part) is int:
        return draw(st.sampled_from([Decimal, Whole, named]))(part)
    return named(part)


def changed(part: Any, kind: str, values: st.SearchStrategy[Any], draw: Draw) -> Any:
    """Return a part of a document with a typical fault."""
    if kind == "disguise":
        return disguised(part, draw)
    if kind == "letter" and isinstance(part, str):
        return letters_changed(part, draw)
    if kind == "property" and isinstance(part, dict):
        return {**part, draw(st.text(max_size=3) | st.sampled_from(["stage", "context", "data"])): draw(values)}
    if kind == "missing" and isinstance(part, dict) and part:
        gone = draw(st.sampled_from([*part]))
        return {name: member for name, member in part.items() if name != gone}
    return draw(values)


@st.composite
def mutated(draw: st.DrawFn, originals: st.SearchStrategy[Any], values: st.SearchStrategy[Any], *kinds: str) -> Any:
    """Build a document with one or two changes."""
    instance = draw(originals)
    for _ in range(draw(st.integers(1, 2))):
        place, kind = draw(st.sampled_from(places(instance))), draw(st.sampled_from([*kinds, "value"]))
        instance = replaced(instance, place, partial(changed, kind=kind, values=values, draw=draw))
    return instance


IN_JSON = ("letter", "letter", "property", "missing")
IN_PYTHON = ("disguise", "disguise", "disguise", "property")


@cache
def oracle(profile: Profile, cl: Any) -> Any:
    """Return the validator of jsonschema for a document class."""
    return profile.validator(cl)


@cache
def sides(profile: Profile, cl: Any) -> tuple[Validator, Explain]:
    """Return the validator of a document class, and its explanation read in the smallest windows."""
    schema = profile.schema(cl)
    return Validator(schema), Explainer(schema, window=1)


def agreed_verdict(profile: Profile, cl: Any, instance: Any) -> bool:
    """Return the verdict, after checking that all calls agree."""
    validator, explain = sides(profile, cl)
    valid = validator.is_valid(instance)
    assert valid or [*explain(instance)] == [*validator.iter_violations(instance)]
    assert valid is profile.is_valid(instance, cl)
    assert valid is ([*profile.iter_violations(instance, cl)] == [])
    for call in (validator.validate, lambda x: profile.validate(x, cl)):
        if valid:
            call(instance)
        else:
            with pytest.raises(ValidationError):
                call(instance)
    return valid


def hold_records(profile: Profile, cl: Any, instance: Any, *, valid: bool) -> None:
    """Structure an instance, and check that only an invalid one raises `ValidationError`."""
    try:
        profile.structure(instance, cl)
    except ValidationError:
        assert not valid
    except UnrepresentableError:
        assert valid
    else:
        assert valid


@given(st.data())
@settings.get_profile("each case")
def test_valid_documents(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """Documents of the strategies are valid for all calls."""
    instance = data.draw(documents(case[1], case[0]))
    assert agreed_verdict(*case, instance)
    hold_records(*case, instance, valid=True)


@given(st.data())
@settings.get_profile("each case")
def test_mutated_documents(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """All calls agree about valid documents after a change."""
    instance = data.draw(mutated(documents(case[1], case[0]), JSON, *IN_JSON))
    hold_records(*case, instance, valid=agreed_verdict(*case, instance))


@given(st.data())
@settings.get_profile("each case")
def test_documents_mutated_to_other_objects(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """Python objects of any kind at any place are judged alike."""
    agreed_verdict(*case, data.draw(mutated(documents(case[1], case[0]), OBJECTS, *IN_PYTHON)))


@given(mutated(documents(), JSON, *IN_JSON))
def test_mutated_opportunities(instance: Any) -> None:
    """The bundled schema is tested with as many examples as the profile of the run has."""
    hold_records(PUBLISHED, Opportunity, instance, valid=agreed_verdict(PUBLISHED, Opportunity, instance))


@given(mutated(documents(), OBJECTS, *IN_PYTHON) | OBJECTS)
def test_any_object(instance: object) -> None:
    """All calls agree about any Python object."""
    agreed_verdict(PUBLISHED, Opportunity, instance)


@given(JSON)
def test_arbitrary_json(instance: object) -> None:
    """All calls agree about any JSON value, most of which are not opportunities."""
    hold_records(PUBLISHED, Opportunity, instance, valid=agreed_verdict(PUBLISHED, Opportunity, instance))


@given(mutated(documents(), JSON, *IN_JSON))
def test_texts(instance: Any) -> None:
    """`loads` has the same verdict about a text as the validator about its value."""
    try:
        text = json.dumps(instance, allow_nan=False, ensure_ascii=False).encode()
    except ValueError:
        return
    try:
        PUBLISHED.loads(text)
    except ValidationError:
        assert not PUBLISHED.is_valid(instance)
    except (DecodeError, UnrepresentableError):
        pass
    else:
        assert PUBLISHED.is_valid(instance)


@given(st.data())
@settings.get_profile("each case")
def test_jsonschema_comes_to_the_same_verdict(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """jsonschema, which shares no code with our engine, accepts the same documents and refuses the same JSON."""
    profile, cl = case
    valid = documents(cl, profile)
    instance = data.draw(valid | mutated(valid, JSON, *IN_JSON) | JSON)
    assert oracle(profile, cl).is_valid(instance) is profile.is_valid(instance, cl)
