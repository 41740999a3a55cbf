"""The version is stated once, a release needs a dated changelog section, and the pre-commit hook selects records."""

from __future__ import annotations

import pkgutil
import re
import runpy
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import pytest

import twenty_opportunity
from twenty_opportunity.cli import main

ROOT: Final = Path(__file__).parents[1]
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VERSION: Final[str] = PROJECT["version"]
CHANGELOG: Final = (ROOT / "CHANGELOG.md").read_text("utf-8")
RELEASED: Final = runpy.run_path(str(ROOT / ".ci" / "released.py"))
HOOK: Final = dict(
    re.findall(r"^[ -] (\w+): (.+?)(?: #.*)?$", (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"), re.MULTILINE)
)


def test_version_matches_pyproject(capsys: pytest.CaptureFixture[str]) -> None:
    """The package, its metadata and `--version` agree with pyproject.toml."""
    assert metadata.version("twenty-opportunity") == VERSION, "stale metadata: install the package again"
    assert twenty_opportunity.__version__ == VERSION
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"twenty-opportunity {VERSION}\n"


def test_changelog_begins_with_version() -> None:
    """The newest section of the changelog is that of the current version; only the release date may be missing."""
    unreleased = "CHANGELOG.md has 'unreleased' instead of a release date"
    assert RELEASED["objections"](f"v{VERSION}", VERSION, CHANGELOG) in ([], [unreleased])


@pytest.mark.parametrize(
    ("tag", "heading", "objection"),
    [
        ("v1.2.3", "## [1.2.3] - 2026-11-24", ""),
        ("v1.2.4", "## [1.2.3] - 2026-11-24", "the tag is v1.2.4, but the version needs v1.2.3"),
        ("1.2.3", "## [1.2.3] - 2026-11-24", "the tag is 1.2.3, but the version needs v1.2.3"),
        ("v1.2.3", "## [1.2.2] - 2026-11-24", "CHANGELOG.md begins with 1.2.2, but the version is 1.2.3"),
        ("v1.2.3", "## [1.2.3] - unreleased", "CHANGELOG.md has 'unreleased' instead of a release date"),
        ("v1.2.3", "## News", "CHANGELOG.md lacks a version section"),
    ],
)
def test_release_objections(tag: str, heading: str, objection: str) -> None:
    """The tag, the version and the newest section of the changelog must agree; older sections are ignored."""
    changelog = f"# Changelog\n\n{heading}\n\n### Added\n\n"
    older = "## [1.2.3] - 2026-11-23\n" if "[" in heading else ""
    assert RELEASED["objections"](tag, "1.2.3", changelog + older) == ([objection] if objection else [])


@pytest.mark.parametrize(
    ("path", "selected"),
    [
        ("opportunities.jsonl", True),
        ("tests/data/Opportunity-won.json", True),
        ("opportunities/won.ndjson", True),
        ("package.json", False),
        ("opportunity.json.txt", False),
        ("docs/opportunities.md", False),
        ("opportunities.csv", False),
        ("x/opportunity-metadata.json", False),
        ("opportunities/Metadata.json", False),
        ("opportunity.schema.json", False),
        ("opportunities.faults.jsonl", False),
        ("metadata/opportunities.json", True),
        ("opportunity-metadata/default.ndjson", True),
    ],
)
def test_hook_selects_files_of_records(path: str, *, selected: bool) -> None:
    """The pre-commit hook checks files named after opportunities in a format that `validate` reads."""
    assert bool(re.search(HOOK["files"], path)) is selected


def test_hook_runs_installed_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The hook installs the extra that its command needs, and runs the command once with all text files."""
    options = {key: value for key, value in HOOK.items() if key not in {"name", "description", "files"}}
    assert options == {
        "id": PROJECT["name"],
        "entry": "twenty-opportunity validate",
        "language": "python",
        "additional_dependencies": '[".[cli]"]',
        "types": "[text]",
        "require_serial": "true",
    }
    program, *arguments = HOOK["entry"].split()
    assert pkgutil.resolve_name(PROJECT["scripts"][program]) is main
    assert "cli" in PROJECT["optional-dependencies"]
    (tmp_path / "opportunities.json").write_text('{"id": 7}', "utf-8")
    files = [str(ROOT / "examples" / "opportunities.jsonl"), str(tmp_path / "opportunities.json")]
    assert [main([*arguments, file]) for file in files] == [0, 1]
    assert "/id" in capsys.readouterr().out
