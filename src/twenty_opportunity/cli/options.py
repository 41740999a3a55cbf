"""The options that several commands share, and what they stand for."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from twenty_opportunity.bulk import FORMS
from twenty_opportunity.bulk.files import BLOCK, Stream
from twenty_opportunity.errors import DecodeError, TwentyOpportunityError
from twenty_opportunity.profiles import PUBLISHED, SERVER, Profile
from twenty_opportunity.values.json_text import decode

_READY: Final = {"published": PUBLISHED, "server": SERVER}


class Format(StrEnum):
    """The forms in which a command can say what it found."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


ProfileOption = Annotated[
    str,
    typer.Option(
        "--profile",
        "-p",
        metavar="published|server|FILE",
        help="What records are held against: the published schema, what any server sends and takes, or a workspace, "
        "by a FILE with its metadata.",
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="For whom the output is.")]
AsOption = Annotated[
    str | None,
    typer.Option("--as", metavar="|".join(FORMS), help="The form of every document. Without it each is looked at."),
]
ShowValuesOption = Annotated[
    bool,
    typer.Option("--show-values", help="Quote field values in messages. Without it none is: CRM data is personal."),
]


class UnreadableProfileError(TwentyOpportunityError):
    """A file that should hold a workspace's metadata does not."""


def form_named(name: str | None) -> str | None:
    """
    Make sure that there is the form that `--as` names.

    Args:
        name: The form; None where each document is to be looked at.

    Returns:
        The same.

    Raises:
        typer.BadParameter: There is no such form.
    """
    if name is not None and name not in FORMS:
        raise typer.BadParameter(f"{name} is no form; there are {', '.join(FORMS)}", param_hint="--as")
    return name


def profile_named(name: str) -> Profile:
    """
    Find the profile that `--profile` names.

    Args:
        name: `published`, `server`, or the path of a file with a workspace's metadata.

    Returns:
        The profile; that of a workspace has the file's name.

    Raises:
        UnreadableProfileError: The file cannot be read, or holds no metadata; says what is wrong with it.
    """
    if name in _READY:
        return _READY[name]
    try:
        return Profile.from_metadata(metadata_in(name), name=Path(name).name)
    except ValueError as error:
        raise UnreadableProfileError(f"{name}: {error}") from error


def metadata_in(name: str) -> Any:
    """
    Read a workspace's metadata.

    Args:
        name: The path of a file, which may be compressed, or `-`.

    Returns:
        What its JSON decodes to.

    Raises:
        UnreadableProfileError: The file cannot be read, or is no JSON; says why.
    """
    with Stream(name) as stream:
        data = b"".join(iter(lambda: stream.read(BLOCK), b""))
    if stream.fault:
        raise UnreadableProfileError(f"{name}: {stream.fault}")
    try:
        return decode(data)
    except DecodeError as error:
        raise UnreadableProfileError(f"{name}: {error}") from error
