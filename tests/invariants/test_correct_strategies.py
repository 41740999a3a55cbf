"""Invariant 9: generated documents are valid, and invalid ones are refused for the stated reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, DecodeError, Profile, UnrepresentableError
from twenty_opportunity.strategies import (
    documents,
    invalid_documents,
    malformed_documents,
    raw_documents,
    records,
)

if TYPE_CHECKING:
    from collections.abc import Callable
from pathlib import Path

METADATA = Path(__file__).parents[2] / "examples" / "workspace" / "metadata.json"
WORKSPACE = Profile.from_metadata(json.loads(METADATA.read_text("utf-8")))
CLASSES: list[Any] = [(profile, cl) for profile in (PUBLISHED, SERVER, WORKSPACE) for cl in profile.document_classes]
Drawn = tuple[Profile, Any, Any]


def drawn(make: Callable[[Any, Profile], st.SearchStrategy[Any]]) -> st.SearchStrategy[Drawn]:
    """Draw from a strategy for any document class of any profile; return the profile and the class, too."""
    return st.sampled_from(CLASSES).flatmap(
        lambda case: st.tuples(st.just(case[0]), st.just(case[1]), make(*case[::-1]))
    )


@given(drawn(documents))
def test_documents_are_valid(document: Drawn) -> None:
    """Every document is valid."""
    profile, cl, instance = document
    assert profile.is_valid(instance, cl)
    assert not [*profile.iter_violations(instance, cl)]


@given(drawn(records))
def test_records_are_dumpable(document: Drawn) -> None:
    """Every record can be dumped, and comes back equal."""
    profile, cl, record = document
    assert profile.loads(profile.dumps(record), cl) == record


@given(drawn(invalid_documents))
def test_invalid_documents_are_refused_for_their_reason(document: Drawn) -> None:
    """There is a violation with the stated pointer and keyword."""
    profile, cl, invalid = document
    violations = [*profile.iter_violations(invalid.instance, cl)]
    assert (invalid.pointer, invalid.keyword) in [(violation.pointer, violation.keyword) for violation in violations]


@given(drawn(raw_documents))
def test_raw_documents_are_read(document: Drawn) -> None:
    """Every text is the JSON of a valid document; it becomes a record unless it is unrepresentable."""
    profile, cl, text = document
    assert profile.is_valid(json.loads(text), cl)
    try:
        record = profile.loads(text, cl)
    except UnrepresentableError:
        return
    assert type(record) is cl


@given(drawn(malformed_documents))
def test_malformed_documents_are_not_json(document: Drawn) -> None:
    """The decoder refuses every malformed text with a reason."""
    profile, cl, text = document
    with pytest.raises(DecodeError) as error:
        profile.loads(text, cl)
    assert error.value.reason
