"""`loads`: any text becomes a record that round-trips, or raises a documented exception."""

from __future__ import annotations

from fuzz.cases import CASES
from fuzz.choices import Choices
from twenty_opportunity import DecodeError, UnrepresentableError, ValidationError


def target(data: bytes) -> None:
    """
    Load a text, as bytes or as str.

    Args:
        data: The case and the text.
    """
    choices = Choices(data)
    profile, cl = choices.of(CASES)
    raw = choices.rest()
    for text in (raw, raw.decode("utf-8", "surrogateescape")):
        try:
            record = profile.loads(text, cl)
        except (DecodeError, ValidationError, UnrepresentableError) as error:
            assert len(str(error)) < 1_000_000
            continue
        written = profile.dumps(record)
        assert profile.loads(written, cl) == record
