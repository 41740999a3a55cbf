"""
Say whether a tag may be published: it is that of the version, and the changelog's first section is that version's.

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
    List what keeps a tag from being published.

    Args:
        tag: The name of the tag.
        version: The version of the package.
        changelog: The text of the changelog.

    Returns:
        A sentence for each; none if it may be published.
    """
    newest = HEADING.search(changelog)
    if newest is None:
        return ["CHANGELOG.md has no section of a version"]
    checks = {
        f"the tag is {tag}, and that of the version would be v{version}": tag == f"v{version}",
        f"CHANGELOG.md begins with {newest['version']}, and the version is {version}": newest["version"] == version,
        f"CHANGELOG.md says {newest['date']!r} where the day of the release belongs": DAY.fullmatch(newest["date"]),
    }
    return [objection for objection, kept in checks.items() if not kept]


def main(arguments: list[str]) -> str | None:
    """Check the one tag that is given; return what to say where it may not be published."""
    if len(arguments) != 1:
        return "usage: python .ci/released.py TAG"
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return "\n".join(objections(arguments[0], version, (ROOT / "CHANGELOG.md").read_text("utf-8"))) or None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
