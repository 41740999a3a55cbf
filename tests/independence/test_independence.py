"""
An independent implementation, ajv with ajv-formats, reaches the same verdicts on our schemas and many documents.

ajv shares no code with the two validators that the package is built on. To run these tests, install it with
`npm install --prefix tests/independence`; without it, they are skipped. AJV_FOLDER names another folder; if ajv is not
in that folder, they fail.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from hypothesis import Phase, given, settings

from twenty_opportunity import PUBLISHED, SERVER, DecodeError, Profile
from twenty_opportunity.strategies import documents, invalid_documents
from twenty_opportunity.testing.fixtures import fixtures
from twenty_opportunity.values.json_text import decode

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AJV_FOLDER = Path(os.environ.get("AJV_FOLDER", HERE))
INSTALL = "npm install --prefix tests/independence"
WORKSPACE = Profile.from_metadata(json.loads((ROOT / "examples" / "workspace" / "metadata.json").read_bytes()))
CLASSES: dict[str, tuple[Profile, Any]] = {
    f"{profile.name} {cl.__name__}": (profile, cl)
    for profile in (PUBLISHED, SERVER, WORKSPACE)
    for cl in profile.document_classes
}
# Documents of a class: fewer of the larger ones, of which each takes longer to make.
DOCUMENTS = {PUBLISHED: 650, SERVER: 260, WORKSPACE: 80}
# What the names of documents in the corpus begin with, after the profile.
IN_CORPUS = {
    "opportunity": "Opportunity",
    "create": "OpportunityCreate",
    "update": "OpportunityUpdate",
    "page": "OpportunityPage",
    "answer": "OpportunityAnswer",
    "batch": "OpportunityBatchAnswer",
    "graphql": "GraphQLPage",
    "webhook": "WebhookEvent",
    "error": "ErrorAnswer",
    "partial": "PartialOpportunity",
    "groups": "GroupByAnswer",
    "graphqlgroups": "GraphQLGroupBy",
    "duplicates": "DuplicatesAnswer",
    "graphqlduplicates": "GraphQLDuplicates",
    "graphqlerror": "GraphQLErrorAnswer",
}
RECORD: dict[str, Any] = json.loads((ROOT / "examples" / "opportunity.json").read_bytes())
LETTERS = (*"0123456789-:.+TtZz /,AagG", "\n", "\0", "٣", "")
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    1e21,
    2**53,
    10**309,
    "",
    "NEW",
    "usd",
    "2026-09-30",
    "2026-09-30T00:00:60Z",
    [],
    {},
)

Document = tuple[str, Any]  # the name of its class, and the instance
Judge = Callable[[list[Document]], list[bool]]


class Difference(NamedTuple):
    """
    A known difference, where ajv deviates from a standard.

    Attributes:
        standard: The sentence of the standard that we follow.
        valid: Our verdict on such a value, according to that sentence. ajv reaches the opposite one.
        cl: A document class with the difference.
        instance: A document with the difference.
        is_about: Returns True for the values that it affects.
        instead: A value with the same verdict, on which both agree.
    """

    standard: str
    valid: bool
    cl: str
    instance: dict[str, Any]
    is_about: Callable[[Any], bool]
    instead: Any


def text_like(pattern: str) -> Callable[[Any], bool]:
    """Build a predicate for texts that contain a pattern."""
    search = re.compile(pattern, re.ASCII).search
    return lambda value: isinstance(value, str) and search(value) is not None


def nearest_double(value: object) -> float | None:
    """Return the double that JavaScript reads for an integer beyond the largest one, or infinity."""
    if type(value) is not int or abs(value) <= LARGEST:
        return None
    try:
        return abs(float(value))
    except OverflowError:
        return math.inf


LARGEST: Final = 1.7976931348623157e308
DIFFERENCES: Final = {
    "the name of a uuid": Difference(
        "RFC 9562, section 4: a UUID is written as 8-4-4-4-12 hexadecimal digits. `urn:uuid:` before it makes it the "
        "name of a resource, which JSON Schema has the format uri for.",
        valid=False,
        cl="PUBLISHED Opportunity",
        instance={**RECORD, "id": f"urn:uuid:{RECORD['id']}"},
        is_about=text_like("^[Uu][Rr][Nn]:[Uu][Uu][Ii][Dd]:"),
        instead="no uuid",
    ),
    "a space for the T": Difference(
        'RFC 3339, section 5.6: date-time = full-date "T" full-time. The note that lets applications write a space is '
        "none of the grammar, and JSON Schema (Validation, section 7.3.1) asks for the production date-time.",
        valid=False,
        cl="PUBLISHED Opportunity",
        instance={**RECORD, "createdAt": "2026-03-01 08:00:00Z"},
        is_about=text_like(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[\s\ufeff]"),
        instead="no instant",
    ),
    "an offset without a colon": Difference(
        'RFC 3339, section 5.6: time-numoffset = ("+" / "-") time-hour ":" time-minute.',
        valid=False,
        cl="PUBLISHED Opportunity",
        instance={**RECORD, "createdAt": "2026-03-01T08:00:00+0100"},
        is_about=text_like(r":[0-9]{2}(\.[0-9]+)?[+-][0-9]{4}$"),
        instead="no instant",
    ),
    "an offset of hours only": Difference(
        'RFC 3339, section 5.6: time-numoffset = ("+" / "-") time-hour ":" time-minute.',
        valid=False,
        cl="PUBLISHED Opportunity",
        instance={**RECORD, "createdAt": "2026-03-01T08:00:00+01"},
        is_about=text_like(r":[0-9]{2}(\.[0-9]+)?[+-][0-9]{2}$"),
        instead="no instant",
    ),
    "a leap second after 23 h": Difference(
        "RFC 3339, section 5.6: time-hour = 2DIGIT ; 00-23. ajv does not look at the hour of a leap second.",
        valid=False,
        cl="PUBLISHED Opportunity",
        instance={**RECORD, "createdAt": "2026-06-30T24:59:60+01:00"},
        is_about=text_like("[Tt](2[4-9]|[3-9][0-9]):[0-9]{2}:60"),
        instead="no instant",
    ),
    "a leap second after 59 min": Difference(
        "RFC 3339, section 5.6: time-minute = 2DIGIT ; 00-59. ajv does not look at the minute of a leap second.",
        valid=False,
        cl="PUBLISHED Opportunity",
        instance={**RECORD, "createdAt": "2026-06-30T23:60:60+00:01"},
        is_about=text_like("[Tt][0-9]{2}:[6-9][0-9]:60"),
        instead="no instant",
    ),
    "an integer beyond all doubles": Difference(
        "RFC 8259, section 6: JSON sets no limit to a number, implementations may. JavaScript reads 10^400 as "
        "infinity, which is not an integer to ajv.",
        valid=True,
        cl="PUBLISHED Opportunity",
        instance={**RECORD, "amount": {"amountMicros": 10**400}},
        is_about=lambda value: nearest_double(value) == math.inf,
        instead=10**308,
    ),
    "an integer that is rounded to the largest double": Difference(
        "JSON Schema (Validation, section 6.2.2): less than or exactly equal to the maximum. JavaScript has rounded "
        "the number before ajv compares it.",
        valid=False,
        cl="SERVER OpportunityUpdate",
        instance={"position": int(LARGEST) + 1},
        is_about=lambda value: nearest_double(value) == LARGEST,
        instead=-(10**400),
    ),
}


def absence() -> str | None:
    """Return what is missing for these tests; None if nothing is."""
    if shutil.which("node") is None:
        return "Node is not installed"
    wanted = json.loads((HERE / "package.json").read_bytes())["dependencies"]
    for name, version in wanted.items():
        about = AJV_FOLDER / "node_modules" / name / "package.json"
        if not about.exists() or json.loads(about.read_bytes())["version"] != version:
            return f"{name} {version} is not installed: {INSTALL}"
    return None


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Return a function that asks ajv for its verdicts in one process."""
    missing = absence()
    if missing and "AJV_FOLDER" in os.environ:
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    schemas = {name: profile.schema(cl) for name, (profile, cl) in CLASSES.items()}

    def verdicts(judged: list[Document]) -> list[bool]:
        # In ASCII: to Node a line ends at U+2028 as well.
        lines = "".join(f"{json.dumps(line, allow_nan=False)}\n" for line in [schemas, *judged])
        command = [shutil.which("node") or "", str(HERE / "judge.mjs"), str(AJV_FOLDER.absolute())]
        answer = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=False)
        assert answer.returncode == 0, answer.stderr
        found: list[bool] = [json.loads(line) for line in answer.stdout.splitlines()]
        assert len(found) == len(judged)
        return found

    return verdicts


def draw(strategy: SearchStrategy[Any], count: int) -> list[Any]:
    """Draw examples from a strategy, the same in every run."""
    found: list[Any] = []

    @settings(max_examples=count, derandomize=True, database=None, phases=[Phase.generate])
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def places(around: Any) -> Iterator[tuple[Any, Any, Any]]:
    """List every value in an object or array, at any depth, with its container and its name or index."""
    for token, part in around.items() if isinstance(around, dict) else enumerate(around):
        yield around, token, part
        if isinstance(part, dict | list):
            yield from places(part)


def change(instance: dict[str, Any], chance: Random) -> None:
    """Change something at random, without regard to the schema."""
    if not instance:
        return
    around, token, part = chance.choice([*places(instance)])
    if isinstance(around, dict) and part is not None and chance.random() < 1 / 8:
        del around[token]
    elif isinstance(part, str) and chance.random() < 2 / 3:
        at = chance.randrange(len(part) + 1)
        around[token] = part[:at] + chance.choice(LETTERS) + part[at + chance.randrange(2) :]
    else:
        around[token] = chance.choice(VALUES)


def generated(name: str, drawn: int) -> Iterator[Any]:
    """
    Yield documents of a class endlessly: drawn ones, broken ones, and then realistic ones with a random change.

    The last ones reveal faults of our validators best, because the drawn and the broken ones were made with their help.
    """
    profile, cl = CLASSES[name]
    yield from draw(documents(cl, profile), drawn)
    yield from (broken.instance for broken in draw(invalid_documents(cl, profile), drawn))
    chance = Random(name)  # noqa: S311 - the same in every run
    for made in fixtures(profile, cl):
        change(made.instance, chance)
        yield made.instance


def distinct(name: str) -> list[Document]:
    """Make distinct documents of a class, at most half of them drawn."""
    count = DOCUMENTS[CLASSES[name][0]]
    texts: dict[str, Any] = {}
    for instance in takewhile(lambda _: len(texts) < count, generated(name, count // 4)):
        texts.setdefault(json.dumps(instance), instance)
    return [(name, instance) for instance in texts.values()]


def verdict(document: Document) -> bool:
    """Return our verdict."""
    profile, cl = CLASSES[document[0]]
    return profile.is_valid(document[1], cl)


def without_differences(value: Any) -> Any:
    """Copy an instance, and replace each value for which ajv is known to differ."""
    if isinstance(value, dict):
        return {name: without_differences(member) for name, member in value.items()}
    if isinstance(value, list):
        return [without_differences(item) for item in value]
    return next((known.instead for known in DIFFERENCES.values() if known.is_about(value)), value)


def disputed(judge: Judge, judged: list[Document]) -> list[Document]:
    """List the documents on which the verdicts differ for another reason than a known difference."""
    doubtful = [document for document, found in zip(judged, judge(judged), strict=True) if found != verdict(document)]
    undisputed = [(name, without_differences(instance)) for name, instance in doubtful]
    again = zip(doubtful, undisputed, judge(undisputed), strict=True)
    return [before for before, after, found in again if not found == verdict(after) == verdict(before)]


def test_the_verdicts_agree(judge: Judge) -> None:
    """For 5,000 documents of every class and profile, about half of them invalid, ajv reaches our verdicts."""
    judged = [document for name in CLASSES for document in distinct(name)]
    valid = sum(map(verdict, judged))
    assert len(judged) >= 5_000
    assert len(judged) / 3 < valid < len(judged) * 2 / 3
    assert disputed(judge, judged) == []


def in_corpus() -> Iterator[Document]:
    """Read the handwritten documents that are JSON."""
    profiles = {name.split()[0].lower(): name.split()[0] for name in CLASSES}
    for path in (ROOT / "tests" / "corpus").glob("*/*.json"):
        profile, cl, *_ = path.name.split("-")
        with suppress(DecodeError):
            yield f"{profiles[profile]} {IN_CORPUS[cl]}", decode(path.read_bytes())


def test_the_verdicts_on_the_corpus_agree(judge: Judge) -> None:
    """Both agree on the corpus, too."""
    judged = [*in_corpus()]
    assert {name for name, _ in judged} == {*CLASSES}
    assert disputed(judge, judged) == []


@pytest.mark.parametrize("name", DIFFERENCES)
def test_each_difference_is_there(judge: Judge, name: str) -> None:
    """Each listed difference still exists, so one that ajv has fixed is noticed; both agree on its substitute."""
    known = DIFFERENCES[name]
    document = (known.cl, known.instance)
    undisputed = (known.cl, without_differences(known.instance))
    assert [*map(verdict, (document, undisputed))] == [known.valid, known.valid]
    assert judge([document, undisputed]) == [not known.valid, known.valid]


def test_the_judge_is_no_yes_man(judge: Judge) -> None:
    """An unknown property in an update, which only one keyword forbids, is refused; the update without it is valid."""
    name = "SERVER OpportunityUpdate"
    judged = [(name, {"position": 1}), (name, {"positions": 1}), ("PUBLISHED Opportunity", RECORD)]
    assert judge(judged) == [True, False, True]
