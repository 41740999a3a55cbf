"""The exit statuses, and the options that several commands share."""

from __future__ import annotations

import contextlib
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from twenty_opportunity.bulk import FORMS
from twenty_opportunity.bulk.files import BLOCK, Stream
from twenty_opportunity.errors import DecodeError, TwentyOpportunityError
from twenty_opportunity.profiles import PUBLISHED, SERVER, STANDARD, Profile, Workspace, like_opportunity
from twenty_opportunity.values.json_text import decode
from twenty_opportunity.values.object_names import OPPORTUNITY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from twenty_opportunity.bulk.summary import Tally

PROFILES: Final[Mapping[str, Profile]] = {"published": PUBLISHED, "server": SERVER}
"""The profiles that `--profile` knows by name."""


class Status(IntEnum):
    """The exit status of every command."""

    CLEAN = 0
    FINDINGS = 1
    FAILED = 2
    INTERRUPTED = 130
    BROKEN_PIPE = 141

    @classmethod
    def of(cls, tally: Tally) -> Status:
        """Return the status for what was found in records."""
        return cls.FAILED if tally.unreadable else cls.FINDINGS if tally.invalid else cls.CLEAN


STATUSES: Final[Mapping[Status, str]] = {
    Status.CLEAN: "everything is valid, nothing differs",
    Status.FINDINGS: "a record is invalid, or two profiles differ",
    Status.FAILED: "something could not be read or written; the rest was processed",
    Status.INTERRUPTED: "interrupted",
    Status.BROKEN_PIPE: "the program that reads the output has ended",
}
"""The meaning of each."""


class Format(StrEnum):
    """The formats in which a command reports findings."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


class FailOn(StrEnum):
    """The differences between profiles that count as findings."""

    ANY = "any"
    BREAKING = "breaking"
    READING = "reading"
    WRITING = "writing"

    def fails(self, breaks: Sequence[str]) -> bool:
        """Check whether a difference that breaks these directions counts as a failure."""
        return self is FailOn.ANY or bool(breaks if self is FailOn.BREAKING else self in breaks)


class CommandError(TwentyOpportunityError):
    """A command cannot do what its command line asks for: a file, a profile, an object or a class is a wrong one."""


def complete_profile(incomplete: str) -> list[str]:
    """Return the named profiles and the files in this folder that may be metadata."""
    files = sorted(path.name for path in Path().iterdir() if ".json" in path.name)
    return [name for name in (*PROFILES, *files) if name.startswith(incomplete)]


def _complete_class(ctx: typer.Context, incomplete: str) -> list[str]:
    try:
        profile = profile_named(_typed(ctx, "profile", "server"), _typed(ctx, "object_", OPPORTUNITY.singular))
    except TwentyOpportunityError:
        profile = SERVER
    return [cl.__name__ for cl in profile.document_classes if cl.__name__.startswith(incomplete)]


def _complete_object(ctx: typer.Context, incomplete: str) -> list[str]:
    objects = STANDARD
    if (profile := _typed(ctx, "profile", "server")) not in PROFILES:
        with contextlib.suppress(TwentyOpportunityError):
            objects = Workspace.from_metadata(read_metadata(profile))
    return [name for name in objects if name.startswith(incomplete)]


def _typed(ctx: typer.Context, option: str, default: str) -> str:
    """Return the value of an option on an unfinished command line. Standard input is not read to complete it."""
    value = ctx.params.get(option)
    return default if value in (None, "-") else str(value)


def whole_number(least: int, most: int = 10**12) -> Callable[[object], int]:
    """Return a parser of an option that is a whole number in a range."""

    def number(text: object) -> int:
        with contextlib.suppress(ValueError):
            if least <= (found := int(str(text))) <= most:
                return found
        raise typer.BadParameter(f"{text!r} is not a whole number from {least} to {most}")

    return number


def _form(name: str) -> str:
    if name not in FORMS:
        raise typer.BadParameter(f"unknown form {name!r}; choose from {', '.join(FORMS)}")
    return name


def _forms_with_prefix(incomplete: str) -> list[str]:
    return [name for name in FORMS if name.startswith(incomplete)]


ProfileOption = Annotated[
    str,
    typer.Option(
        "--profile",
        "-p",
        metavar="PROFILE",
        autocompletion=complete_profile,
        help="The profile: published (the published schema), server (what any Twenty server sends and accepts), or a "
        "file with the metadata of a workspace.",
    ),
]
ObjectOption = Annotated[
    str,
    typer.Option(
        "--object",
        metavar="NAME",
        autocompletion=_complete_object,
        help="The object of the records, by its name in the API: company, person, or a custom object of the "
        "workspace. It needs --profile server or metadata.",
    ),
]
ClassOption = Annotated[
    str,
    typer.Option(
        "--class",
        "-c",
        metavar="CLASS",
        autocompletion=_complete_class,
        help="The document class: Opportunity, OpportunityCreate, OpportunityUpdate, OpportunityPage, WebhookEvent "
        "or another one of the profile.",
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", metavar="|".join(Format), help="The output format.")]
AsOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="FORM",
        parser=_form,
        autocompletion=_forms_with_prefix,
        help=f"The form of every document: {', '.join(FORMS)}. Default: detected.",
    ),
]
MaxRecordSizeOption = Annotated[
    int,
    typer.Option(
        "--max-record-size",
        parser=whole_number(1),
        metavar="BYTES",
        help="Report larger records as unreadable, to bound the memory. A file that is one document, such as a page, "
        "may be four times as large.",
    ),
]
ShowValuesOption = Annotated[
    bool,
    typer.Option("--show-values", help="Quote field values in messages. Default: hidden, since CRM data is personal."),
]


def profile_named(name: str, object_: str = OPPORTUNITY.singular) -> Profile[Any]:
    """
    Return the profile that `--profile` and `--object` name. That of a workspace has the name of its file.

    Raise CommandError if the file cannot be read, or is not metadata, or if the profile does not describe the object.
    """
    if object_ == OPPORTUNITY.singular and name in PROFILES:
        return PROFILES[name]
    if name == "published":
        raise CommandError("the published schema has opportunities only; use --profile server or metadata")
    try:
        if object_ == OPPORTUNITY.singular:
            return Profile.from_metadata(read_metadata(name), name=Path(name).name)
        server = name in PROFILES
        workspace = STANDARD if server else Workspace.from_metadata(read_metadata(name), name=Path(name).name)
        return workspace[object_]
    except KeyError as error:
        raise CommandError(f"{name}: {error.args[0]}") from error
    except ValueError as error:
        raise CommandError(f"{name}: {error}") from error


def read_metadata(name: str) -> Any:
    """
    Return the decoded metadata of a workspace, from a file, which may be compressed, or from `-`.

    Raise CommandError if it cannot be read, or is not JSON.
    """
    choices = f"; choose from {', '.join(PROFILES)}, or give a file with metadata"
    if not name:
        raise CommandError(f"the name of the profile is empty{choices}")
    with Stream(name) as stream:
        data = b"".join(iter(lambda: stream.read(BLOCK), b""))
    if stream.fault:
        raise CommandError(f"{name}: {stream.fault}{'' if Path(name).exists() else choices}")
    try:
        return decode(data)
    except DecodeError as error:
        raise CommandError(f"{name}: {error}") from error


def class_named(name: str, profile: Profile[Any]) -> Any:
    """Return the document class of a profile by its name, in any case; raise CommandError if there is none."""
    by_name = {cl.__name__: cl for cl in profile.document_classes}
    # The default, and any other name of a class for opportunities, is the class of the object.
    known_by = {**by_name, **{like_opportunity(cl).__name__: cl for cl in profile.document_classes}}
    found = next((cl for known, cl in known_by.items() if known.lower() == name.lower()), None)
    if found is None:
        choices = ", ".join(by_name)
        raise CommandError(f"unknown document class {name!r} for the profile {profile.name}; choose from {choices}")
    return found
