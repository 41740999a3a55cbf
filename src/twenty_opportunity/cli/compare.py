"""`compare`: what one profile says differently from another."""

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

from twenty_opportunity.cli.classes import ClassOption, class_named
from twenty_opportunity.cli.options import Format, FormatOption, profile_named
from twenty_opportunity.cli.outputs import OutputOption, writing
from twenty_opportunity.cli.printing import artifact, sarif_log, workflow_command
from twenty_opportunity.cli.status import Status
from twenty_opportunity.schemas.diff import compare
from twenty_opportunity.schemas.metadata_reader import is_list

if TYPE_CHECKING:
    from twenty_opportunity.schemas.diff import Difference

EXAMPLES: Final = {
    "twenty-opportunity compare published metadata.json": "see what the published schema gets wrong of yours",
    "twenty-opportunity compare old.json new.json --format json": "see what somebody changed, for a script",
}
_WIDTH: Final = 120  # where there is neither a terminal that has one, nor COLUMNS


def command(
    before: Annotated[str, typer.Argument(metavar="A", help="published, server, or a FILE with metadata.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The same of the profile to compare it with.")],
    cl: ClassOption = "Opportunity",
    form: FormatOption = Format.TEXT,
    output: OutputOption = None,
) -> Status:
    """
    Tell what differs between two profiles: members, types, options, what is required.

    The exit status is 1 where anything differs.
    """
    old, new = profile_named(before), profile_named(after)
    named = class_named(cl, old)
    differences = compare(old, new, class_named(named.__name__, new))
    with writing(output) as file:
        if form is Format.TEXT:
            file.write(_text(differences, before, after, is_terminal=output is None and sys.stdout.isatty()))
        elif form is Format.GITHUB:
            file.write(_commands(differences, before, after))
        else:
            found: Any = [difference.to_dict() for difference in differences]
            told = found if form is Format.JSON else _sarif(differences, before, after)
            file.write(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
    return Status.FINDINGS if differences else Status.CLEAN


def _commands(differences: tuple[Difference, ...], before: str, after: str) -> bytes:
    """Warn of each difference, beside the file of the second profile where it has one."""
    file = {"file": after} if Path(after).is_file() else {}
    lines = [
        workflow_command("warning", _sentence(each, before, after), **file, title=each.aspect) for each in differences
    ]
    lines.append(workflow_command("notice", _counted(differences), title="twenty-opportunity"))
    return "".join(f"{line}\n" for line in lines).encode()


def _sarif(differences: tuple[Difference, ...], before: str, after: str) -> dict[str, Any]:
    results = [
        {
            "ruleId": each.aspect,
            "level": "warning",
            "message": {"text": _sentence(each, before, after)},
            "locations": [
                {
                    **({"physicalLocation": artifact(after)} if Path(after).is_file() else {}),
                    "logicalLocations": [{"fullyQualifiedName": each.member, "kind": "member"}],
                }
            ],
        }
        for each in differences
    ]
    return sarif_log(results, _counted(differences))


def _sentence(difference: Difference, before: str, after: str) -> str:
    aspect = difference.aspect
    old, new = _said(aspect, difference.before), _said(aspect, difference.after)
    return f"{difference.member or '(root)'}: {aspect}: {before} has {old}; {after} has {new}"


def _counted(differences: tuple[Difference, ...]) -> str:
    return f"{len(differences)} difference{'' if len(differences) == 1 else 's'}"


def _text(differences: tuple[Difference, ...], before: str, after: str, *, is_terminal: bool) -> bytes:
    # Rich asks the terminal, and COLUMNS before it.
    asked = is_terminal or os.environ.get("COLUMNS", "").isdecimal()
    console = Console(width=None if asked else _WIDTH, force_terminal=is_terminal)
    with console.capture() as captured:
        console.print(_table(differences, before, after) if differences else "nothing differs")
    return captured.get().encode()


def _table(differences: tuple[Difference, ...], before: str, after: str) -> Table:
    table = Table(caption=_counted(differences))
    for column in ("member", "aspect", before, after):
        table.add_column(escape(column), overflow="fold")
    shown = ""
    for difference in differences:
        member = difference.member or "(root)"
        said = (_said(difference.aspect, value) for value in (difference.before, difference.after))
        table.add_row("" if member == shown else escape(member), difference.aspect, *map(escape, said))
        shown = member
    return table


def _said(aspect: str, value: Any) -> str:
    if value is None:
        return "-" if aspect == "member" else "any"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if is_list(value) else str(value)
