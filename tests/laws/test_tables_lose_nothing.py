"""A row is as good as its document: nothing is lost on the way into a table and out of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, Profile
from twenty_opportunity.columns import Columns
from twenty_opportunity.strategies import documents

METADATA: Final = Path(__file__).parents[2] / "examples" / "workspace" / "metadata.json"
WORKSPACE: Final = Profile.from_metadata(json.loads(METADATA.read_text("utf-8")))
PROFILES: Final = {profile.name: (profile, Columns(profile)) for profile in (PUBLISHED, SERVER, WORKSPACE)}


def text(instance: Any) -> str:
    """Write JSON so that 1, 1.0 and true differ and the order of members does not."""
    return json.dumps(instance, sort_keys=True)


@pytest.mark.parametrize("name", PROFILES)
@given(data=st.data())
def test_a_row_gives_its_document_back(name: str, data: st.DataObject) -> None:
    """Every valid document comes back to the letter, those that Python cannot hold included."""
    profile, columns = PROFILES[name]
    document = data.draw(documents(profile=profile))
    before = text(document)
    for empty_text in (True, False):
        assert text(columns.join(columns.split(document, empty_text=empty_text))) == before
    assert text(document) == before
