"""The targets of `fuzz/` work with their seeds, without atheris, so that they are there when somebody fuzzes."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity import PUBLISHED

ROOT = Path(__file__).parents[1]
SEEDS = sorted(path.relative_to(ROOT / "fuzz" / "seeds") for path in (ROOT / "fuzz" / "seeds").glob("*/*"))
WORD = re.compile(r'"(?:[^"\\\x00-\x1f\x7f-\xff]|\\[\\"]|\\x[0-9a-f]{2})+"')


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fuzzing is started in the root of the tree, which tests do not import from."""
    monkeypatch.syspath_prepend(ROOT)


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_a_target_takes_its_seeds(seed: Path) -> None:
    """Nothing escapes from a target that is given a seed."""
    import_module(f"fuzz.{seed.parts[0]}").target((ROOT / "fuzz" / "seeds" / seed).read_bytes())


def test_every_target_has_a_few_small_seeds() -> None:
    """There are seeds for each target and for nothing else, few and small enough to be kept in the tree."""
    targets = import_module("fuzz").TARGETS
    assert {seed.parts[0] for seed in SEEDS} == set(targets)
    assert all(len([seed for seed in SEEDS if seed.parts[0] == target]) <= 20 for target in targets)
    assert all((ROOT / "fuzz" / "seeds" / seed).stat().st_size < 8_000 for seed in SEEDS)


@pytest.mark.parametrize("target", ["loads", "violations", "metadata", "deliveries", "reader"])
def test_a_target_takes_nothing(target: str) -> None:
    """No bytes at all decide as well as any."""
    import_module(f"fuzz.{target}").target(b"")


def test_an_escape_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that raises what is not documented makes its target raise."""

    def loads(*_: Any) -> Any:
        raise KeyError

    monkeypatch.setattr(PUBLISHED, "loads", loads)
    with pytest.raises(KeyError):
        import_module("fuzz.loads").target(b"\0{}")


def test_a_delivery_that_is_read_unverified_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that takes whatever comes makes its target raise."""
    deliveries = import_module("fuzz.deliveries")
    monkeypatch.setattr(deliveries, "receive", lambda *_, **__: deliveries.WebhookEvent())
    with pytest.raises(AssertionError):
        deliveries.target(b"\0\0\0\0{}")


def test_the_words_are_in_the_form_of_libfuzzer() -> None:
    """Each line is a comment or a text in quotes; libFuzzer would refuse the whole file."""
    lines = (ROOT / "fuzz" / "words.dict").read_text("ascii").splitlines()
    assert all(line.startswith("#") or WORD.fullmatch(line) for line in lines)
