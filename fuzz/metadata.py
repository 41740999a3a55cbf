"""`Profile.from_metadata`: any object becomes a profile with valid schemas, or raises `MetadataError`."""

from __future__ import annotations

import warnings
from typing import Any, Final

from fuzz.cases import METADATA
from fuzz.choices import Choices
from fuzz.values import edited
from twenty_opportunity import DecodeError, Profile
from twenty_opportunity.schemas.workspace import MetadataError, UnknownFieldTypeWarning
from twenty_opportunity.values.json_text import decode

_FEW: Final = 12  # fields; more make runs slower without reaching more code


def _small(metadata: Any) -> list[Any]:
    """Return metadata in each known envelope, with a few fields each."""
    found = next(row for row in metadata["data"] if row["nameSingular"] == "opportunity")
    fields = found["fields"]
    groups = [fields[at : at + _FEW] for at in range(0, len(fields), _FEW)]
    listed = [{"nameSingular": "opportunity", "fields": group} for group in groups]
    return [
        *listed,
        *({"data": {"objects": [small]}} for small in listed),
        {"nameSingular": "opportunity", "fields": {"edges": [{"node": field} for field in groups[0]]}},
        {"nameSingular": "opportunity", "fields": {field["name"]: field for field in groups[0]}},
    ]


_METADATA: Final = _small(METADATA)


def _metadata(choices: Choices) -> Any:
    way = choices.byte()
    if way % 3 == 0:
        return decode(choices.rest())
    return edited(choices, _METADATA[way // 3 % len(_METADATA)])


def target(data: bytes) -> None:
    """
    Build a profile and use its schemas.

    Args:
        data: JSON, or the changes to metadata.
    """
    choices = Choices(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnknownFieldTypeWarning)
        try:
            profile = Profile.from_metadata(_metadata(choices))
        except (MetadataError, DecodeError) as error:
            assert len(str(error)) < 2000
            return
    for cl in profile.document_classes[:3]:
        assert profile.schema(cl)["$schema"]
        assert profile.is_valid([], cl) is False  # compiles the schema
