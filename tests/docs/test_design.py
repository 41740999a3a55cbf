"""The page of laws has every law."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_law_is_on_the_page() -> None:
    """A file in `tests/laws` is called as the law is on the page, and there is no law without one."""
    page = (ROOT / "docs" / "design" / "index.md").read_text("utf-8")
    laws = [
        re.sub(r"\W+", "_", law.rstrip(".").lower()) for law in re.findall(r"^\d+\. \*\*(.*?)\*\*", page, re.MULTILINE)
    ]
    assert sorted(laws) == sorted(
        path.stem.removeprefix("test_") for path in (ROOT / "tests" / "laws").glob("test_*.py")
    )
