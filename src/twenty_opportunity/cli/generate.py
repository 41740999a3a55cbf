"""`generate`: realistic records in any number, the same for the same seed, some of them wrong where that is wanted."""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction
from itertools import islice
from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import Annotated, Final

import msgspec
import typer

from twenty_opportunity.cli.classes import ClassOption, class_named
from twenty_opportunity.cli.options import ProfileOption, profile_named
from twenty_opportunity.cli.outputs import OutputOption, complain, writing
from twenty_opportunity.cli.progress import counting
from twenty_opportunity.cli.status import Status
from twenty_opportunity.testing.fixtures import fixtures

EXAMPLES: Final = {
    "twenty-opportunity generate -n 1000 --seed 7 -o deals.jsonl": "write a thousand records of the published schema",
    "twenty-opportunity generate -p metadata.json -n 1000 --invalid 5% -o deals.jsonl": "write a thousand of your "
    "workspace, fifty of them wrong; deals.faults.jsonl tells which and how",
}


def _part(text: str) -> Fraction:
    """Read a part: 5% or 0.05."""
    try:
        part = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        raise typer.BadParameter(f"{text!r} is no part; give 5% or 0.05") from None
    if not 0 <= part <= 1:
        raise typer.BadParameter(f"{text!r} is not between 0% and 100%")
    return part


def command(  # noqa: PLR0913 - each is an option that stands for itself
    *,
    profile: ProfileOption = "published",
    cl: ClassOption = "Opportunity",
    number: Annotated[int, typer.Option("--number", "-n", min=0, help="How many.")] = 10,
    seed: Annotated[int, typer.Option("--seed", "-s", help="What they are made of.")] = 0,
    invalid: Annotated[str, typer.Option(metavar="PART", help="How many of them are wrong: 5% or 0.05.")] = "0%",
    output: OutputOption = None,
    faults: Annotated[
        Path | None,
        typer.Option(
            "--faults",
            metavar="FILE",
            help="Where to tell what is wrong, as JSON Lines: line, pointer, keyword, description. Without it "
            "beside the output: deals.faults.jsonl for deals.jsonl.",
        ),
    ] = None,
) -> Status:
    """
    Write made-up records as JSON Lines: realistic, valid, and the same for the same seed.

    Days lie around a day that only the seed decides, never today. Every record is checked against the profile.
    """
    part = _part(invalid)
    if part and faults is None:
        if output is None or str(output) == "-" or (output.exists() and not output.is_file()):
            raise typer.BadParameter("with --invalid give --faults, or a file as --output: it has to stand somewhere")
        faults = output.with_name(f"{output.name.partition('.jsonl')[0]}.faults.jsonl")
    if output and faults and output.resolve() == faults.resolve():
        raise typer.BadParameter(f"{faults} cannot hold both the records and what is wrong with them")
    found = profile_named(profile)
    encode = msgspec.json.Encoder().encode
    with ExitStack() as files:
        written = files.enter_context(writing(output))
        told = files.enter_context(writing(faults)) if faults else None
        advance = files.enter_context(counting(number, "generating"))
        made = fixtures(found, class_named(cl, found), seed=seed, invalid=part)
        for line, fixture in enumerate(islice(made, number), 1):
            written.write(encode(fixture.instance) + b"\n")
            advance(1)
            if told and fixture.fault:
                fault = fixture.fault
                entry = {"line": line, "pointer": fault.pointer, "keyword": fault.keyword}
                told.write(encode({**entry, "description": fault.description}) + b"\n")
    if output:
        records = "record" if number == 1 else "records"
        complain(f"{number} {records} in {output}" + (f", what is wrong with them in {faults}" if faults else ""))
    return Status.CLEAN
