"""Tables are lossless: every document comes back from its row."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, Profile
from twenty_opportunity.bulk.tables.columns import Columns
from twenty_opportunity.strategies import documents
from twenty_opportunity.tables import from_csv, from_parquet, to_csv, to_parquet

METADATA: Final = Path(__file__).parents[2] / "examples" / "workspace" / "metadata.json"
WORKSPACE: Final = Profile.from_metadata(json.loads(METADATA.read_text("utf-8")))
# A file is a hundred times the work of a row, so these tests draw fewer examples than the test of rows.
IN_FILES: Final = settings(max_examples=settings.get_profile(settings.get_current_profile_name()).max_examples // 10)
PROFILES: Final = {profile.name: (profile, Columns(profile)) for profile in (PUBLISHED, SERVER, WORKSPACE)}


def text(instance: Any) -> str:
    """Write JSON in which 1, 1.0 and true differ, with sorted properties."""
    return json.dumps(instance, sort_keys=True)


@given(st.sampled_from([*PROFILES]), st.data())
def test_rows_are_lossless(name: str, data: st.DataObject) -> None:
    """Every valid document comes back identical, including values that Python cannot represent."""
    profile, columns = PROFILES[name]
    document = data.draw(documents(profile=profile))
    before = text(document)
    for empty_text in (True, False):
        assert text(columns.join(columns.split(document, empty_text=empty_text))) == before
    assert text(document) == before


@pytest.mark.parametrize("name", PROFILES)
@IN_FILES
@given(data=st.data(), ids=st.sampled_from(["binary", "text"]))
def test_parquet_is_lossless(name: str, ids: Any, data: st.DataObject) -> None:
    """Absent, null and extra properties and every spelling survive a Parquet file."""
    profile = PROFILES[name][0]
    drawn = data.draw(st.lists(documents(profile=profile), max_size=3))
    file = io.BytesIO()
    to_parquet(drawn, file, profile, ids=ids)
    assert [*map(text, from_parquet(file, profile))] == [*map(text, drawn)]


@pytest.mark.parametrize("name", PROFILES)
@IN_FILES
@given(data=st.data())
def test_csv_is_lossless(name: str, data: st.DataObject) -> None:
    """The same holds for CSV, which keeps other values in a column of JSON."""
    profile = PROFILES[name][0]
    drawn = data.draw(st.lists(documents(profile=profile), max_size=3))
    file = io.StringIO(newline="")
    to_csv(drawn, file, profile)
    file.seek(0)
    assert [*map(text, from_csv(file, profile))] == [*map(text, drawn)]
