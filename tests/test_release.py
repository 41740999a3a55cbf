"""The version stands in one place, and what publishes it takes what was built and tested, by means that are pinned."""

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
WORKFLOWS: Final = {path.stem: path.read_text("utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml")}
HOOK: Final = dict(
    re.findall(r"^[ -] (\w+): (.+?)(?: #.*)?$", (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"), re.MULTILINE)
)
PINNED: Final = re.compile(r"(?P<action>[\w.-]+/[\w./-]+)@(?P<hash>[0-9a-f]{40}) # v\d+\.\d+\.\d+")


def jobs(workflow: str) -> dict[str, str]:
    """Cut a workflow into the text of each of its jobs."""
    _, _, text = WORKFLOWS[workflow].partition("\njobs:\n")
    _, *parts = re.split(r"^  ([\w-]+):\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def used(text: str) -> list[str]:
    """List the actions and workflows that a text uses, each with the comment behind it."""
    return re.findall(r"^\s*(?:- )?uses: (.+)$", text, re.MULTILINE)


def test_the_version_is_that_of_pyproject(capsys: pytest.CaptureFixture[str]) -> None:
    """The package, its metadata and the program tell the version that stands in pyproject.toml."""
    assert metadata.version("twenty-opportunity") == VERSION, "stale metadata: install the package again"
    assert twenty_opportunity.__version__ == VERSION
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"twenty-opportunity {VERSION}\n"


def test_the_changelog_begins_with_the_version() -> None:
    """The newest section is this version's; nothing but the day of its release may be missing."""
    unreleased = "CHANGELOG.md says 'unreleased' where the day of the release belongs"
    assert RELEASED["objections"](f"v{VERSION}", VERSION, CHANGELOG) in ([], [unreleased])


@pytest.mark.parametrize(
    ("tag", "heading", "objection"),
    [
        ("v1.2.3", "## [1.2.3] - 2026-11-24", ""),
        ("v1.2.4", "## [1.2.3] - 2026-11-24", "the tag is v1.2.4, and that of the version would be v1.2.3"),
        ("1.2.3", "## [1.2.3] - 2026-11-24", "the tag is 1.2.3, and that of the version would be v1.2.3"),
        ("v1.2.3", "## [1.2.2] - 2026-11-24", "CHANGELOG.md begins with 1.2.2, and the version is 1.2.3"),
        ("v1.2.3", "## [1.2.3] - unreleased", "CHANGELOG.md says 'unreleased' where the day of the release belongs"),
        ("v1.2.3", "## What is new", "CHANGELOG.md has no section of a version"),
    ],
)
def test_what_keeps_a_tag_from_being_published(tag: str, heading: str, objection: str) -> None:
    """A tag, the version and the changelog have to agree; older sections have no say."""
    changelog = f"# Changelog\n\n{heading}\n\n### Added\n\n"
    older = "## [1.2.3] - 2026-11-23\n" if "[" in heading else ""
    assert RELEASED["objections"](tag, "1.2.3", changelog + older) == ([objection] if objection else [])


def test_every_action_is_pinned() -> None:
    """An action is a full hash, the same wherever it is used, and the comment behind it names the version."""
    pins = {action for text in WORKFLOWS.values() for action in used(text) if not action.startswith("./")}
    found = [PINNED.fullmatch(action) for action in pins]
    assert all(found), pins
    assert len({pin["action"] for pin in found if pin}) == len(pins) > 0


def test_only_publishing_can_say_who_we_are() -> None:
    """Permissions are granted job by job, and no job but the one that publishes has more than reading."""
    granted = {
        (workflow, job, grant)
        for workflow in WORKFLOWS
        for job, text in jobs(workflow).items()
        for block in re.findall(r"^    permissions:\n((?:      .+\n)+)", text, re.MULTILINE)
        for grant in re.findall(r"^ +([^#\n]*[^# \n])", block, re.MULTILINE)
    }
    more = {grant for grant in granted if grant[2] != "contents: read"}
    assert len(granted) > len(more)
    assert more == {("release", "publish", "id-token: write")}
    assert all("\npermissions: {}\n" in text for text in WORKFLOWS.values())


def test_checkouts_keep_no_credentials() -> None:
    """A checkout that leaves its token in the folder would leave it to everything that runs there."""
    for text in WORKFLOWS.values():
        assert text.count("actions/checkout@") == text.count("          persist-credentials: false\n")


def test_what_is_published_was_built_once_and_tested() -> None:
    """Publishing runs nothing of its own: it takes what CI built, after CI tested it, after the tag was found right."""
    release, ci = jobs("release"), jobs("ci")
    assert [action.partition("@")[0] for action in used(release["publish"])] == [
        "actions/download-artifact",
        "pypa/gh-action-pypi-publish",
    ]
    assert "run:" not in release["publish"]
    assert "    needs: ci\n" in release["publish"]
    assert "    needs: tag\n" in release["ci"]
    assert "    needs: build\n" in ci["test"]
    assert [job for job, steps in ci.items() if "run: .ci/build" in steps] == ["build"]


def test_the_wheel_is_all_that_is_tested() -> None:
    """The tests come out of the sdist, without `src` or a checkout, and run on every Python that is claimed."""
    test = jobs("ci")["test"]
    assert "actions/checkout" not in test
    assert test.index("run: rm -r src") < test.index("dist/*.whl") < test.index("pytest")
    claimed = re.findall(r"Python :: (3\.\d+)$", "\n".join(PROJECT["classifiers"]), re.MULTILINE)
    assert re.findall(r'"(3\.\d+)"', test) == claimed


@pytest.mark.parametrize(
    ("path", "given"),
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
def test_the_hook_is_given_files_of_records(path: str, *, given: bool) -> None:
    """pre-commit gives its hook what is called after opportunities and in a format that `validate` reads."""
    assert bool(re.search(HOOK["files"], path)) is given


def test_the_hook_runs_what_it_installs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """pre-commit installs what the command needs, and runs it once, with files of text."""
    said = {key: value for key, value in HOOK.items() if key not in {"name", "description", "files"}}
    assert said == {
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
