"""`compare`: what one profile says differently from another."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from twenty_opportunity.cli.classes import ClassOption, class_named
from twenty_opportunity.cli.options import profile_named
from twenty_opportunity.cli.outputs import OutputOption, writing
from twenty_opportunity.cli.status import Status
from twenty_opportunity.comparison import compare
from twenty_opportunity.envelopes import is_list

if TYPE_CHECKING:
    from twenty_opportunity.comparison import Difference

EXAMPLES: Final = {
    "twenty-opportunity compare published metadata.json": "see what the published schema gets wrong of yours",
    "twenty-opportunity compare old.json new.json --format json": "see what somebody changed, for a script",
}
_WIDTH: Final = 120  # where there is no terminal that has one


class TableFormat(StrEnum):
    """The forms of a comparison."""

    TEXT = "text"
    JSON = "json"


def command(
    before: Annotated[str, typer.Argument(metavar="A", help="published, server, or a FILE with metadata.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The same of the profile to compare it with.")],
    cl: ClassOption = "Opportunity",
    form: Annotated[TableFormat, typer.Option("--format", "-f", help="For whom the output is.")] = TableFormat.TEXT,
    output: OutputOption = None,
) -> Status:
    """
    Tell what differs between two profiles: members, types, options, what is required.

    The exit status is 1 where anything differs.
    """
    old, new = profile_named(before), profile_named(after)
    differences = compare(old, new, class_named(cl, old))
    with writing(output) as file:
        if form is TableFormat.JSON:
            listed = [difference.to_dict() for difference in differences]
            file.write(msgspec.json.format(msgspec.json.encode(listed), indent=2) + b"\n")
        else:
            file.write(_text(differences, before, after, is_terminal=output is None and sys.stdout.isatty()))
    return Status.FINDINGS if differences else Status.CLEAN


def _text(differences: tuple[Difference, ...], before: str, after: str, *, is_terminal: bool) -> bytes:
    console = Console(width=None if is_terminal else _WIDTH, force_terminal=is_terminal)
    with console.capture() as captured:
        console.print(_table(differences, before, after) if differences else "nothing differs")
    return captured.get().encode()


def _table(differences: tuple[Difference, ...], before: str, after: str) -> Table:
    table = Table(caption=f"{len(differences)} differences")
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
