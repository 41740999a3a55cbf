"""
Show where the time of each call goes: `python -m benchmarks.parts`.

The parts of a call are timed by turns in one process, each with what the one before it made. They are the package's own
functions, private ones too: this is a profile, and changes with what it looks into.
"""

from __future__ import annotations

import contextlib
import inspect
import sys
from math import nan
from timeit import timeit
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import msgspec

from benchmarks import inputs
from twenty_opportunity import PUBLISHED, SERVER, Opportunity, Profile
from twenty_opportunity.values.json_text import encode_sound, is_plain_json

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = 2_000
ROUNDS = 25


def parts(profile: Profile, instance: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """List the parts of the calls for a record, and the calls."""
    # ruff: noqa: SLF001 - a profile looks inside
    text, record = inputs.dumped(instance), profile.structure(instance)
    bare = jsonschema_rs.Draft202012Validator(profile.schema(), validate_formats=True).is_valid
    validator, structure = profile._validators[Opportunity], profile._structurers[Opportunity]
    found = {
        "bare jsonschema-rs": lambda: bare(instance),
        "compiled, with every number and name": lambda: validator.accepts(instance),
        "and tuples refused": lambda: validator.check(instance),
        "**is_valid**": lambda: profile.is_valid(instance),
        "convert and store in a record": lambda: structure(instance),
        "**structure**": lambda: profile.structure(instance),
        "decode to a dict": lambda: msgspec.json.decode(text),
    }
    with contextlib.suppress(msgspec.ValidationError):  # the record is not usual
        names = inspect.getclosurevars(profile._loaders[Opportunity]).nonlocals["make"].__globals__
        (decode,) = (function for name, function in names.items() if name.startswith("decode"))
        decode(text)
        found["decode to a strict struct"] = lambda: decode(text)
    return found | {
        "**loads**": lambda: profile.loads(text),
        "check that the extra properties are JSON": lambda: is_plain_json(record.extra.members),
        "encode the extra properties": lambda: encode_sound(record.extra.members),
        "**dumps**": lambda: profile.dumps(record),
    }


def main() -> None:
    """Measure, and print the table."""
    workspace = Profile.from_metadata(inputs.read("workspace/metadata.json"))
    columns = {
        "record": parts(PUBLISHED, inputs.record()),
        "server record": parts(SERVER, inputs.server_record()),
        "40 custom fields": parts(workspace, inputs.workspace_record()),
    }
    taken: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for column, works in columns.items():
            for part, work in works.items():
                taken.setdefault((column, part), []).append(timeit(work, number=CALLS) / CALLS * 1e6)
    print(f"µs, the fastest of {ROUNDS} rounds, Python {sys.version.split()[0]}\n")
    print(f"| part | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
    for part in columns["record"]:
        cells = " | ".join(f"{min(taken.get((column, part), [nan])):.2f}" for column in columns)
        print(f"| {part} | {cells} |")


if __name__ == "__main__":
    main()
