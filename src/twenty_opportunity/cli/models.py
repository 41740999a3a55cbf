"""`models`: a Python module of typed classes for a workspace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from twenty_opportunity.cli.models_writer import LINE_LENGTH, module
from twenty_opportunity.cli.options import UnreadableProfileError, metadata_in
from twenty_opportunity.cli.outputs import OutputOption, writing
from twenty_opportunity.cli.status import Status
from twenty_opportunity.schemas.metadata_reader import MetadataError

EXAMPLES: Final = {
    "twenty-opportunity models metadata.json -o deals.py": "write the typed classes Deal, DealCreate and DealUpdate",
    "twenty-opportunity models metadata.json -o deals.py --name Project --load": "call them Project; the module "
    "reads the metadata when it is imported",
}


def command(  # noqa: PLR0913 - each is an option that stands for itself
    metadata: Annotated[
        Path | None,
        typer.Argument(metavar="METADATA", help="A file with the workspace's metadata.", show_default=False),
    ] = None,
    *,
    profile: Annotated[
        Path | None, typer.Option("--profile", "-p", metavar="FILE", help="The same, as the other commands take it.")
    ] = None,
    output: OutputOption = None,
    name: Annotated[str, typer.Option("--name", "-n", help="The name of the class.")] = "Deal",
    load: Annotated[
        bool, typer.Option("--load", help="Read METADATA when the module is imported; it is in the module otherwise.")
    ] = False,
    line_length: Annotated[int, typer.Option("--line-length", help="The line length of your formatter.")] = LINE_LENGTH,
) -> Status:
    """
    Write a Python module for a workspace: its opportunities as typed classes, its stages and options as enums.

    The module needs this package, passes mypy in strict mode, and is formatted as ruff does it.
    """
    metadata = metadata or profile
    if metadata is None or str(metadata) in {"published", "server"}:
        raise typer.BadParameter("give a FILE with metadata: only a workspace has classes of its own")
    folder = Path() if output is None else output.parent
    file = Path(os.path.relpath(metadata, folder)).as_posix() if load else None
    try:
        text = module(metadata_in(str(metadata)), name=name, file=file, line_length=line_length)
    except MetadataError as error:
        raise UnreadableProfileError(f"{metadata}: {error}") from error
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with writing(output) as written:
        written.write(text.encode())
    return Status.CLEAN
