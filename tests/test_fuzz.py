"""The targets of `fuzz/` work with their seeds, without atheris."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity import PUBLISHED, ValidationError
from twenty_opportunity.testing.server import written

ROOT = Path(__file__).parents[1]
SEEDS = sorted(path.relative_to(ROOT / "fuzz" / "seeds") for path in (ROOT / "fuzz" / "seeds").glob("*/*"))
WORD = re.compile(r'"(?:[^"\\\x00-\x1f\x7f-\xff]|\\[\\"]|\\x[0-9a-f]{2})+"')


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the root of the repository importable."""
    monkeypatch.syspath_prepend(ROOT)


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_target_accepts_its_seeds(seed: Path) -> None:
    """No seed fails."""
    import_module(f"fuzz.{seed.parts[0]}").target((ROOT / "fuzz" / "seeds" / seed).read_bytes())


def test_every_target_has_a_few_small_seeds() -> None:
    """Each target has seeds, few and small enough for the repository."""
    targets = import_module("fuzz").TARGETS
    assert {seed.parts[0] for seed in SEEDS} == set(targets)
    assert all(len([seed for seed in SEEDS if seed.parts[0] == target]) <= 20 for target in targets)
    assert all((ROOT / "fuzz" / "seeds" / seed).stat().st_size < 8_000 for seed in SEEDS)


@pytest.mark.parametrize("target", ["loads", "violations", "metadata", "deliveries", "reader", "server"])
def test_target_accepts_empty_input(target: str) -> None:
    """Empty input does not fail."""
    import_module(f"fuzz.{target}").target(b"")


def test_undocumented_exception_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """An undocumented exception makes the target raise."""

    def loads(*_: Any) -> Any:
        raise KeyError

    monkeypatch.setattr(PUBLISHED, "loads", loads)
    with pytest.raises(KeyError):
        import_module("fuzz.loads").target(b"\0{}")


def test_unverified_delivery_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that verifies nothing makes the target raise."""
    deliveries = import_module("fuzz.deliveries")
    monkeypatch.setattr(deliveries, "receive", lambda *_, **__: deliveries.WebhookEvent())
    with pytest.raises(AssertionError):
        deliveries.target(b"\0\0\0\0{}")


def test_server_that_raises_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that the server does not turn into an answer makes the target raise."""

    def answer(*_: Any) -> Any:
        raise KeyError

    monkeypatch.setattr("twenty_opportunity.testing.server.graphql.answer", answer)
    with pytest.raises(KeyError):
        import_module("fuzz.server").target(b"\0\1")


def test_invalid_stored_record_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that stores a text for a number makes the target raise."""
    monkeypatch.setitem(written.__dict__["_WRITERS"], "NUMERIC", lambda _column, _value: "5 EUR")
    with pytest.raises(ValidationError):
        import_module("fuzz.server").target(b"")


def test_unexpected_status_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """An internal error that no Twenty server answers makes the target raise."""
    answer = 500, {"statusCode": 500, "messages": ["Internal server error"]}
    monkeypatch.setattr("twenty_opportunity.testing.server.graphql.answer", lambda *_: answer)
    with pytest.raises(AssertionError):
        import_module("fuzz.server").target(b"\0\1")


def test_dictionary_is_valid() -> None:
    """Each line is a comment or a quoted text; libFuzzer refuses the whole file otherwise."""
    lines = (ROOT / "fuzz" / "words.dict").read_text("ascii").splitlines()
    assert all(line.startswith("#") or WORD.fullmatch(line) for line in lines)
