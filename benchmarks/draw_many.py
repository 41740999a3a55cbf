"""
Draw a hundred thousand documents and as many invalid ones, and count wrong verdicts: `python -m benchmarks.draw_many`.

The documents are of every class of both profiles, in turns. A verdict is wrong if the profile or jsonschema refuses a
document, or if an invalid document is not refused at its place for its keyword. Hypothesis draws in runs of a thousand,
each with another seed.
"""

from __future__ import annotations

import argparse
import itertools
import platform
import time
from collections import Counter
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from hypothesis import Phase, given, seed, settings

from twenty_opportunity import PUBLISHED, SERVER, Profile
from twenty_opportunity.strategies import InvalidDocument, documents, invalid_documents

if TYPE_CHECKING:
    from collections.abc import Callable

RUN = 1_000


def right(profile: Profile, cl: Any, instance: Any) -> bool:
    """Check whether the profile and jsonschema accept a document."""
    validator = _VALIDATORS.setdefault((profile, cl), profile.validator(cl))
    return profile.is_valid(instance, cl) and bool(validator.is_valid(instance))


def refused(profile: Profile, cl: Any, invalid: InvalidDocument) -> bool:
    """Check whether an invalid document is refused at its place, for its keyword."""
    found = [(violation.pointer, violation.keyword) for violation in profile.iter_violations(invalid.instance, cl)]
    return not profile.is_valid(invalid.instance, cl) and (invalid.pointer, invalid.keyword) in found


_VALIDATORS: dict[tuple[Profile, Any], Any] = {}


KINDS: dict[str, tuple[Callable[[Any, Profile], Any], Callable[[Profile, Any, Any], bool]]] = {
    "documents": (documents, right),
    "invalid documents": (invalid_documents, refused),
}


def draw_run(strategy: Any, check: Callable[[Any], bool], number: int) -> tuple[int, list[Any]]:
    """Draw one run of examples; give how many there were and which had a wrong verdict."""
    wrong: list[Any] = []
    count = 0

    @seed(number)
    @settings(max_examples=RUN, database=None, phases=[Phase.generate], deadline=None)
    @given(strategy)
    def draw(example: Any) -> None:
        nonlocal count
        count += 1
        if not check(example):
            wrong.append(example)

    draw()
    return count, wrong


def main() -> None:
    """Draw, and print the number of documents of each class and the wrong verdicts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=100_000)
    parser.add_argument("--only", choices=[*KINDS])
    arguments = parser.parse_args()
    classes = [(profile, cl) for profile in (PUBLISHED, SERVER) for cl in profile.document_classes]
    print(f"Python {platform.python_version()}, hypothesis {version('hypothesis')}")
    for kind, (make, verdict) in KINDS.items():
        if arguments.only not in {None, kind}:
            continue
        begin, drawn, wrong = time.perf_counter(), Counter[str](), 0
        for number, (profile, cl) in enumerate(itertools.cycle(classes)):
            if drawn.total() >= arguments.each:
                break
            count, failures = draw_run(make(cl, profile), partial(verdict, profile, cl), number)
            drawn[f"{profile.name} {cl.__name__}"] += count
            wrong += len(failures)
            for failure in failures[:3]:
                print(f"WRONG: {profile.name} {cl.__name__}: {failure!r}"[:1_000])
        print(f"{drawn.total()} {kind}, {wrong} wrong verdicts, {time.perf_counter() - begin:.0f} s")
        for name, count in drawn.items():
            print(f"    {count:6} {name}")


if __name__ == "__main__":
    main()
