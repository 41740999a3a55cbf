"""Law 9: every generated document is valid, every invalid one is refused for the reason it names, and both shrink."""

from __future__ import annotations

import json
from typing import Any

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

EVERY = pytest.mark.parametrize(
    ("profile", "cl"),
    [(profile, cl) for profile in (PUBLISHED, SERVER) for cl in profile.document_classes],
    ids=lambda value: getattr(value, "name", None) or value.__name__,
)


@EVERY
@given(data=st.data())
def test_documents_are_valid(profile: Profile, cl: Any, data: st.DataObject) -> None:
    """Every document is valid, to both sides of the validation."""
    instance = data.draw(documents(cl, profile))
    assert profile.is_valid(instance, cl)
    assert not [*profile.iter_violations(instance, cl)]


@EVERY
@given(data=st.data())
def test_records_are_dumpable(profile: Profile, cl: Any, data: st.DataObject) -> None:
    """Every record can be dumped, and comes back the same."""
    record = data.draw(records(cl, profile))
    assert profile.loads(profile.dumps(record), cl) == record


@EVERY
@given(data=st.data())
def test_invalid_documents_are_refused_for_the_reason_they_name(profile: Profile, cl: Any, data: st.DataObject) -> None:
    """There is a violation at the place that was broken, of the keyword that was."""
    invalid = data.draw(invalid_documents(cl, profile))
    violations = [*profile.iter_violations(invalid.instance, cl)]
    assert (invalid.pointer, invalid.keyword) in [(violation.pointer, violation.keyword) for violation in violations]


@EVERY
@given(data=st.data())
def test_raw_documents_are_read(profile: Profile, cl: Any, data: st.DataObject) -> None:
    """Every text is the JSON of a valid document, which becomes a record unless Python cannot hold it."""
    text = data.draw(raw_documents(cl, profile))
    assert profile.is_valid(json.loads(text), cl)
    try:
        record = profile.loads(text, cl)
    except UnrepresentableError:
        return
    assert type(record) is cl


@EVERY
@given(data=st.data())
def test_malformed_documents_are_no_json(profile: Profile, cl: Any, data: st.DataObject) -> None:
    """Every malformed text is refused by the decoder, with a reason."""
    text = data.draw(malformed_documents(cl, profile))
    with pytest.raises(DecodeError) as error:
        profile.loads(text, cl)
    assert error.value.reason
