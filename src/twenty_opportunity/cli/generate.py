"""`generate`: any number of realistic records, some of them invalid on request, the same for the same seed."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from fractions import Fraction
from itertools import islice
from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import Annotated, Final

import msgspec
import typer

from twenty_opportunity.cli.options import (
    ClassOption,
    ObjectOption,
    ProfileOption,
    Status,
    class_named,
    profile_named,
    whole_number,
)
from twenty_opportunity.cli.output import OutputOption, echo, file_path, progress, refuse_conflicts, writing
from twenty_opportunity.testing.fixtures import fixtures

EXAMPLES: Final = {
    "twenty-opportunity generate -n 1000 --seed 7 -o deals.jsonl": "Write 1,000 records of the published schema.",
    "twenty-opportunity generate -p metadata.json -n 100 --invalid 5% -o d.jsonl": "Make 5 of 100 invalid, "
    "and list these in d.faults.jsonl.",
    "twenty-opportunity generate -p server --object company -c CompanyCreate": "Print bodies that create companies.",
}


def _share(text: str) -> Fraction:
    """Read a share: 5% or 0.05."""
    try:
        share = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        raise typer.BadParameter(f"{text!r} is not a share; write 5% or 0.05", param_hint="--invalid") from None
    if not 0 <= share <= 1:
        raise typer.BadParameter(f"{text!r} is not between 0% and 100%", param_hint="--invalid")
    return share


def generate(  # noqa: PLR0913 - each is an option of the command line
    *,
    profile: ProfileOption = "published",
    object_: ObjectOption = "opportunity",
    cl: ClassOption = "Opportunity",
    number: Annotated[
        int, typer.Option("--number", "-n", parser=whole_number(0), metavar="N", help="The number of records.")
    ] = 10,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            "-s",
            parser=whole_number(-sys.maxsize, sys.maxsize),
            metavar="N",
            help="The seed: the same seed gives the same records.",
        ),
    ] = 0,
    invalid: Annotated[str, typer.Option(metavar="SHARE", help="The share of invalid records: 5% or 0.05.")] = "0%",
    output: OutputOption = None,
    faults: Annotated[
        Path | None,
        typer.Option(
            "--faults",
            metavar="FILE",
            parser=file_path,
            help="Write the faults to this file, as JSON Lines: line, pointer, keyword, description. Default: next "
            "to the output, deals.faults.jsonl for deals.jsonl.",
        ),
    ] = None,
) -> Status:
    """
    Write realistic records as JSON Lines.

    The same seed gives the same records: their dates do not depend on the current day. Every record is validated
    against the profile.
    """
    share = _share(invalid)
    if share and faults is None:
        if output is None or str(output) == "-" or (output.exists() and not output.is_file()):
            raise typer.BadParameter("give --faults, or a file as --output, so that faults can be listed")
        faults = output.with_name(f"{output.name.partition('.jsonl')[0]}.faults.jsonl")
    refuse_conflicts({"--output": output, "--faults": faults}, [profile])
    found = profile_named(profile, object_)
    encode = msgspec.json.Encoder().encode
    with ExitStack() as files:
        records = files.enter_context(writing(output))
        listed = files.enter_context(writing(faults)) if faults else None
        advance = files.enter_context(progress("generating", number, unit="records"))
        generated = fixtures(found, class_named(cl, found), seed=seed, invalid=share)
        for line, fixture in enumerate(islice(generated, number), 1):
            records.write(encode(fixture.instance) + b"\n")
            advance(1)
            if listed and fixture.fault:
                fault = fixture.fault
                entry = {"line": line, "pointer": fault.pointer, "keyword": fault.keyword}
                listed.write(encode({**entry, "description": fault.description}) + b"\n")
    if output:
        noun = "record" if number == 1 else "records"
        echo(f"{number} {noun} written to {output}" + (f", faults listed in {faults}" if faults else ""), err=True)
    return Status.CLEAN
