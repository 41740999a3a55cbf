"""Outputs that are no regular files are written to, never replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from twenty_opportunity.cli.outputs import writing


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there is no /dev/null here")
def test_a_device_stays_a_device() -> None:
    """A report for /dev/null is written to it, and it is still there."""
    with writing(Path("/dev/null")) as file:
        file.write(b"report")
    assert not Path("/dev/null").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_device_is_named() -> None:
    """An output that takes nothing more says so with its name."""
    with pytest.raises(OSError, match="/dev/full") as caught, writing(Path("/dev/full")) as file:
        file.write(b"report")
    assert caught.value.filename == "/dev/full"
