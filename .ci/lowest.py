"""Print the lowest versions that pyproject.toml allows, as constraints for pip."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[[\w,-]+\])?>=(?P<version>[\w.]+)")

extras = [requirement for extra in PROJECT["optional-dependencies"].values() for requirement in extra]
for requirement in [*PROJECT["dependencies"], *extras]:
    if requirement.startswith(f"{PROJECT['name']}["):
        continue  # an extra that includes another extra
    lowest = REQUIREMENT.fullmatch(requirement)
    if lowest is None:
        message = f"{requirement!r} has no lowest version"
        raise SystemExit(message)
    print(f"{lowest['name']}=={lowest['version']}")  # noqa: T201 - the script's output
