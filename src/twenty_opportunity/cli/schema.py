"""`schema` and `compare`: the JSON Schema of a profile, and what differs between two."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from twenty_opportunity import profiles
from twenty_opportunity.cli.options import (
    ClassOption,
    FailOn,
    Format,
    FormatOption,
    ObjectOption,
    ProfileOption,
    Status,
    class_named,
    complete_profile,
    profile_named,
)
from twenty_opportunity.cli.output import OutputOption, escaped, escaped_json, refuse_conflicts, writing
from twenty_opportunity.cli.printers import artifact, sarif_log, sarif_result, workflow_command
from twenty_opportunity.values.python_json import is_list

if TYPE_CHECKING:
    from twenty_opportunity.schemas.diff import Difference

SCHEMA_EXAMPLES: Final = {
    "twenty-opportunity schema": "Print the published schema of an opportunity.",
    "twenty-opportunity schema -p metadata.json -c OpportunityCreate -o c.json": "Write the schema of the body "
    "that creates an opportunity in a workspace.",
    "twenty-opportunity schema -p server --object company": "Print the schema of a company on any server.",
}
COMPARE_EXAMPLES: Final = {
    "twenty-opportunity compare published metadata.json": "Show how a workspace differs from the published schema.",
    "twenty-opportunity compare old.json new.json --format json": "Show what changed in a workspace, for a script.",
    "twenty-opportunity compare old.json new.json --fail-on breaking": "Fail if a change breaks programs.",
}
_WIDTH: Final = 120  # of the table, if neither a terminal nor COLUMNS says otherwise


def schema(
    *,
    profile: ProfileOption = "published",
    object_: ObjectOption = "opportunity",
    cl: ClassOption = "Opportunity",
    output: OutputOption = None,
) -> Status:
    """
    Print the JSON Schema of a document class.

    The schema is self-contained: any validator of Draft 2020-12 can use it.
    """
    refuse_conflicts({"--output": output}, [profile])
    found = profile_named(profile, object_)
    text = _indented(found.schema(class_named(cl, found)))
    with writing(output) as file:
        file.write(text)
    return Status.CLEAN


def compare(  # noqa: PLR0913 - each is an option of the command line
    before: Annotated[
        str,
        typer.Argument(
            metavar="A",
            autocompletion=complete_profile,
            help="A profile: published, server, or a file with metadata.",
        ),
    ],
    after: Annotated[
        str, typer.Argument(metavar="B", autocompletion=complete_profile, help="The profile to compare it with.")
    ],
    *,
    object_: ObjectOption = "opportunity",
    cl: ClassOption = "Opportunity",
    output_format: FormatOption = Format.TEXT,
    output: OutputOption = None,
    fail_on: Annotated[
        FailOn,
        typer.Option("--fail-on", metavar="|".join(FailOn), help="The differences for which the exit status is 1."),
    ] = FailOn.ANY,
) -> Status:
    """
    Show what differs between two profiles.

    Properties, types, options, limits and required properties are compared, descriptions are not. A difference breaks
    reading if records of B may have values that programs written for A do not expect. It breaks writing if B may refuse
    what A accepts. The exit status is 1 if anything differs; --fail-on limits this to the differences that break
    something.
    """
    refuse_conflicts({"--output": output}, [before, after])
    old, new = profile_named(before, object_), profile_named(after, object_)
    old_class = class_named(cl, old)
    differences = profiles.compare(old, new, class_named(old_class.__name__, new))
    if output_format is Format.TEXT:
        data = _table(differences, before, after, is_terminal=output is None and sys.stdout.isatty())
    elif output_format is Format.GITHUB:
        data = _commands(differences, before, after)
    elif output_format is Format.SARIF:
        data = _indented(_sarif(differences, before, after))
    else:
        data = _indented([difference.to_dict() for difference in differences])
    with writing(output, escape=False) as file:
        file.write(data)
    return Status.FINDINGS if any(fail_on.fails(each.breaks) for each in differences) else Status.CLEAN


def _indented(instance: Any) -> bytes:
    return f"{escaped_json(msgspec.json.format(msgspec.json.encode(instance), indent=2))}\n".encode()


def _commands(differences: tuple[Difference, ...], before: str, after: str) -> bytes:
    """Write an error or a warning for each difference, attached to the file of the second profile if it has one."""
    file = {"file": after} if Path(after).is_file() else {}
    lines = [
        workflow_command(_level(each), _message(each, before, after), **file, title=each.aspect) for each in differences
    ]
    lines.append(workflow_command("notice", _counted(differences), title="twenty-opportunity"))
    return "".join(f"{line}\n" for line in lines).encode()


def _sarif(differences: tuple[Difference, ...], before: str, after: str) -> dict[str, Any]:
    place = artifact(after) if Path(after).is_file() else {}
    results = [
        sarif_result(
            each.aspect, _message(each, before, after), each.pointer, place, kind="property", level=_level(each)
        )
        for each in differences
    ]
    return sarif_log(results, _counted(differences))


def _level(difference: Difference) -> str:
    return "error" if difference.breaks else "warning"


def _message(difference: Difference, before: str, after: str) -> str:
    aspect = difference.aspect
    old, new = _shown(aspect, difference.before), _shown(aspect, difference.after)
    broken = f" (breaks {' and '.join(difference.breaks)})" if difference.breaks else ""
    return f"{difference.pointer or '(root)'}: {aspect}: {before} has {old}; {after} has {new}{broken}"


def _counted(differences: tuple[Difference, ...]) -> str:
    return f"{len(differences)} difference{'' if len(differences) == 1 else 's'}"


def _table(differences: tuple[Difference, ...], before: str, after: str, *, is_terminal: bool) -> bytes:
    # Rich takes the width from COLUMNS, and else from the terminal.
    has_width = is_terminal or os.environ.get("COLUMNS", "").isdecimal()
    console = Console(width=None if has_width else _WIDTH, force_terminal=is_terminal)
    table = Table(caption=_counted(differences))
    for column in ("property", "aspect", before, after, "breaks"):
        table.add_column(_cell(column), overflow="fold")
    last = ""
    for difference in differences:
        name = difference.pointer or "(root)"
        values = (_shown(difference.aspect, value) for value in (difference.before, difference.after))
        breaks = "\n".join(difference.breaks)
        table.add_row("" if name == last else _cell(name), difference.aspect, *map(_cell, values), breaks)
        last = name
    with console.capture() as captured:
        console.print(table if differences else "nothing differs")
    return captured.get().encode()


def _cell(text: str) -> str:
    return escape(escaped(text))


def _shown(aspect: str, value: Any) -> str:
    if value is None:
        return "-" if aspect == "property" else "any"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if is_list(value) else str(value)
