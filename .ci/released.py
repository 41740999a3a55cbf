"""
Check that a tag may be released: it matches the version, and the changelog begins with a dated section of the version.

    python .ci/released.py v1.2.3
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
HEADING: Final = re.compile(r"^## \[(?P<version>[^]]+)\] - (?P<date>.+)$", re.MULTILINE)
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def objections(tag: str, version: str, changelog: str) -> list[str]:
    """
    Return the reasons why a tag must not be released.

    Args:
        tag: The name of the tag.
        version: The version of the package.
        changelog: The text of the changelog.

    Returns:
        One sentence for each reason; an empty list if the tag may be released.
    """
    newest = HEADING.search(changelog)
    if newest is None:
        return ["CHANGELOG.md lacks a version section"]
    checks = {
        f"the tag is {tag}, but the version needs v{version}": tag == f"v{version}",
        f"CHANGELOG.md begins with {newest['version']}, but the version is {version}": newest["version"] == version,
        f"CHANGELOG.md has {newest['date']!r} instead of a release date": DAY.fullmatch(newest["date"]),
    }
    return [objection for objection, kept in checks.items() if not kept]


def main(arguments: list[str]) -> str | None:
    """Check one tag; return the reasons why it must not be released, or None."""
    if len(arguments) != 1:
        return "usage: python .ci/released.py TAG"
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return "\n".join(objections(arguments[0], version, (ROOT / "CHANGELOG.md").read_text("utf-8"))) or None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
