"""
The corpus: documents written by hand, each with a name that says what it proves, validated by the library and the CLI.

A file is named PROFILE-CLASS-TOPIC.json. An invalid one has a file of its violations, one a line, as
`pointer: keyword: message`, or the reason why it is not JSON. A valid one has a file of its canonical form if that
differs, or the reason why Python cannot hold it. `REWRITE_CORPUS=1 pytest tests/corpus` writes these files again. Read
the diff.
"""

from __future__ import annotations

import copy
import functools
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from twenty_opportunity import PUBLISHED, SERVER, DecodeError, Profile, UnrepresentableError, ValidationError, records
from twenty_opportunity.cli import main
from twenty_opportunity.cli.options import profile_named
from twenty_opportunity.schemas.reading import subschemas
from twenty_opportunity.values.json_text import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twenty_opportunity import Violation

HERE = Path(__file__).parent
METADATA = HERE.parents[1] / "examples" / "workspace" / "metadata.json"
VALID = sorted((HERE / "valid").glob("*.json"))
INVALID = sorted((HERE / "invalid").glob("*.json"))

PROFILES = {
    "published": PUBLISHED,
    "server": SERVER,
    "workspace": Profile.from_metadata(json.loads(METADATA.read_bytes())),
}
OPTIONS = {"published": "published", "server": "server", "workspace": str(METADATA)}
CLASSES: Final[dict[str, Any]] = {
    "opportunity": records.Opportunity,
    "partial": records.PartialOpportunity,
    "create": records.OpportunityCreate,
    "update": records.OpportunityUpdate,
    "page": records.OpportunityPage,
    "answer": records.OpportunityAnswer,
    "batch": records.OpportunityBatchAnswer,
    "graphql": records.GraphQLPage,
    "webhook": records.WebhookEvent,
    "error": records.ErrorAnswer,
    "groups": records.GroupByAnswer,
    "graphqlgroups": records.GraphQLGroupBy,
    "duplicates": records.DuplicatesAnswer,
    "graphqlduplicates": records.GraphQLDuplicates,
    "graphqlerror": records.GraphQLErrorAnswer,
}
# What the command line calls their forms, where that is another name. An error came where a page was asked for.
NOT_OF_RECORDS = ("error", "groups", "graphqlgroups", "duplicates", "graphqlduplicates", "graphqlerror")
FORMS = {"opportunity": "record", **dict.fromkeys(NOT_OF_RECORDS, "page")}

# The command line is asked for records. A document without a place for any is unreadable to it, whatever else it is.
WITHOUT_RECORDS = {
    "published-opportunity-a-text",
    "server-answer-no-record-under-any-name",
    "server-batch-records-under-an-unknown-name",
    "server-graphql-connection-a-list",
    "server-graphql-connection-without-edges",
    "server-graphql-no-data",
    "server-page-no-data",
    "server-webhook-documented-form",
    "workspace-answer-no-record-under-any-name",
    "workspace-batch-no-records-under-any-name",
    "workspace-graphql-connection-without-edges",
    "workspace-page-no-data",
    "workspace-webhook-documented-form",
    "server-webhook-of-another-object",
}
# A file may begin with a byte order mark, which the command line passes over; a text may not.
PASSED_OVER = {"published-opportunity-byte-order-mark"}
# What the command line says of a file in its own words.
OWN_WORDS = {
    "published-opportunity-text-utf-16": "the text is UTF-16 or UTF-32; JSON is exchanged in UTF-8",
}

# The way out of a record that lacks something: a class in Python, the form of the document on the command line.
IN_PYTHON = "; use PartialOpportunity for records without it"
IN_OPTIONS = (
    "; use --as partial for records without it, --as create or update for request bodies, --object for other objects"
)

# Annotations, and keywords that lead to other schemas.
NEVER_REPORTED = frozenset(
    {
        "$defs", "$id", "$ref", "$schema", "allOf", "anyOf", "const", "description", "examples", "if", "items", "oneOf",
        "patternProperties", "properties", "readOnly", "then", "title",
    }
)  # fmt: skip


def kind(path: Path) -> tuple[str, str]:
    """Return the profile and the class in the name of a file."""
    profile, cl, *_ = path.name.split("-")
    return profile, cl


def stem(path: Path) -> str:
    """Return the name of a document."""
    return path.name.partition(".")[0]


def ids(path: Path) -> str:
    """Return the name of a document as the id of a test."""
    return stem(path)


def exactly(instance: Any) -> str:
    """Write an instance so that values that are equal in Python only, such as 1 and 1.0, differ."""
    return json.dumps(instance, indent=2, ensure_ascii=False, sort_keys=True)


def hold(path: Path, found: str | None) -> None:
    """Compare a result with the file of the expected one, or rewrite the file if REWRITE_CORPUS is set."""
    if os.environ.get("REWRITE_CORPUS"):
        path.unlink(missing_ok=True)
        if found is not None:
            path.write_text(f"{found}\n", "utf-8")
    assert found == (path.read_text("utf-8")[:-1] if path.exists() else None)


def refusal(call: Callable[[Any, Any], object], argument: object, cl: Any) -> list[Violation]:
    """Return the violations that a call raises; none if the instance is valid, even if Python cannot hold it."""
    try:
        call(argument, cl)
    except ValidationError as error:
        return [*error.violations]
    except UnrepresentableError:
        pass
    return []


def lines_of(profile: Profile, cl: Any, data: bytes) -> list[str]:
    """Return the violations of a text as lines, after checking that all calls agree."""
    try:
        instance = decode(data)
    except DecodeError as error:
        with pytest.raises(DecodeError):
            profile.loads(data, cl)
        return [str(error)]
    before = copy.deepcopy(instance)
    violations = [*profile.iter_violations(instance, cl)]
    assert profile.is_valid(instance, cl) is (not violations)
    for call, argument in ((profile.validate, instance), (profile.structure, instance), (profile.loads, data)):
        assert refusal(call, argument, cl) == violations
    assert json.dumps(instance) == json.dumps(before)
    return [f"{found.pointer or '(root)'}: {found.keyword}: {found.message}" for found in violations]


@pytest.fixture(scope="module", autouse=True)
def profiles_made_once() -> Iterator[None]:
    """Let the command line make the profile of a workspace once, and not for each document."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("twenty_opportunity.cli.validate.profile_named", functools.cache(profile_named))
        yield


def command_line(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Run `validate` for a document, and return the exit status and the findings."""
    profile, cl = kind(path)
    options = ["--profile", OPTIONS[profile], "--as", FORMS.get(cl, cl), "--show-values", "--format", "json"]
    status = main(["validate", *options, str(path)])
    *findings, _ = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    lines = [
        found["message"]
        if "unreadable" in found
        else f"{found['pointer'] or '(root)'}: {found['keyword']}: {found['message']}"
        for found in findings
    ]
    return status, lines


def is_without_records(status: int, lines: list[str]) -> bool:
    """Check whether the command line did not find records in a document."""
    reasons = (
        "it has no records at",
        "is the error answer of a server",
        "is an event of another object",
        "is an answer about duplicates of records",
        "is an answer about groups of records",
    )
    return status == 2 and len(lines) == 1 and any(reason in lines[0] for reason in reasons)


def is_json(data: bytes) -> bool:
    """Check whether a text can be decoded."""
    try:
        decode(data)
    except DecodeError:
        return False
    return True


@pytest.mark.parametrize("path", VALID, ids=ids)
def test_valid_documents_are_accepted(path: Path) -> None:
    """Every call accepts a valid document, and writes it back unchanged or in its canonical form."""
    profile, cl = PROFILES[kind(path)[0]], CLASSES[kind(path)[1]]
    data = path.read_bytes()
    assert lines_of(profile, cl, data) == []
    canonical = unrepresentable = None
    try:
        record = profile.loads(data, cl)
    except UnrepresentableError as error:
        unrepresentable = str(error)
    else:
        dumped = profile.dumps(record)
        assert profile.loads(dumped, cl) == record == profile.structure(decode(data), cl)
        canonical = None if exactly(decode(dumped)) == exactly(decode(data)) else exactly(decode(dumped))
    hold(path.with_suffix(".canonical.txt"), canonical)
    hold(path.with_suffix(".unrepresentable.txt"), unrepresentable)
    assert path.read_bytes() == data


@pytest.mark.parametrize("path", INVALID, ids=ids)
def test_invalid_documents_are_refused(path: Path) -> None:
    """Every call reports the same violations of an invalid document, and does not change the document."""
    data = path.read_bytes()
    found = lines_of(PROFILES[kind(path)[0]], CLASSES[kind(path)[1]], data)
    assert found
    hold(path.with_suffix(".expected.txt"), "\n".join(found))
    assert path.read_bytes() == data


# To the command line, an array is one of records.
IN_FILES = [path for path in (*VALID, *INVALID) if kind(path)[1] != "groups"]


@pytest.mark.parametrize("path", [path for path in VALID if path in IN_FILES], ids=ids)
def test_the_command_line_takes_valid_documents(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command line finds nothing, its status is 0, and the file is kept."""
    data = path.read_bytes()
    status, lines = command_line(path, capsys)
    if kind(path)[1] in NOT_OF_RECORDS:
        assert is_without_records(status, lines)
    else:
        assert (status, lines) == (0, [])
    assert path.read_bytes() == data


@pytest.mark.parametrize("path", [path for path in INVALID if path in IN_FILES], ids=ids)
def test_the_command_line_refuses_invalid_documents(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command line reports the same with status 1, or 2 if it cannot read the file, and keeps the file."""
    data = path.read_bytes()
    status, lines = command_line(path, capsys)
    expected = path.with_suffix(".expected.txt").read_text("utf-8").splitlines()
    if stem(path) in PASSED_OVER:
        assert (status, lines) == (0, [])
    elif stem(path) in WITHOUT_RECORDS or kind(path)[1] in NOT_OF_RECORDS:
        assert is_without_records(status, lines)
    elif is_json(data):
        way_out = IN_OPTIONS if kind(path)[1] == "opportunity" else ""
        assert (status, sorted(lines)) == (1, sorted(line.replace(IN_PYTHON, way_out) for line in expected))
    else:
        assert (status, lines) == (2, [OWN_WORDS.get(stem(path), expected[0])])
    assert path.read_bytes() == data


@pytest.mark.parametrize(("profile", "cl"), [(name, cl) for name in PROFILES for cl in CLASSES])
def test_every_keyword_is_broken(profile: str, cl: str) -> None:
    """Each keyword in the schema of a class refuses a document of the corpus."""
    if CLASSES[cl] not in PROFILES[profile].document_classes:
        assert not [path for path in (*VALID, *INVALID) if kind(path) == (profile, cl)]
        return
    schema = PROFILES[profile].schema(CLASSES[cl])
    keywords = {keyword for _, inner in subschemas(schema) if isinstance(inner, dict) for keyword in inner}
    lines = [
        line
        for path in INVALID
        if kind(path) == (profile, cl)
        for line in path.with_suffix(".expected.txt").read_text("utf-8").splitlines()
    ]
    assert keywords - NEVER_REPORTED - {line.split(": ")[1] for line in lines if ": " in line} == set()


def test_every_class_has_valid_documents() -> None:
    """Every document class of every profile has a document that is valid."""
    offered = {(name, cl) for name in PROFILES for cl in CLASSES if CLASSES[cl] in PROFILES[name].document_classes}
    assert {kind(path) for path in VALID} == offered
    assert {cl for profile in PROFILES.values() for cl in profile.document_classes} == {*CLASSES.values()}


def test_the_corpus_is_large_and_whole() -> None:
    """The corpus has at least 60 documents of each kind, and no file without a document."""
    assert min(len(VALID), len(INVALID)) >= 60
    for folder, documents in (("valid", VALID), ("invalid", INVALID)):
        assert {stem(path) for path in (HERE / folder).iterdir()} == {stem(path) for path in documents}
