"""The man page, made of what `--help` says: `python -m twenty_opportunity.cli.manual > docs/twenty-opportunity.1`."""

from __future__ import annotations

import inspect
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer.main

from twenty_opportunity.cli.app import COMMANDS, PROGRAM, make_app
from twenty_opportunity.cli.status import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator


def page() -> str:
    """
    Write the man page.

    Returns:
        The text of `twenty-opportunity.1`, in the man macros of roff.
    """
    return "\n".join([*_lines(typer.main.get_command(make_app()))]) + "\n"


def _lines(program: Any) -> Iterator[str]:
    yield f'.TH "{PROGRAM.upper()}" "1" "" "{PROGRAM}" ""'
    yield from (".SH NAME", rf"{_plain(PROGRAM)} \- {_plain(program.help)}")
    yield from (".SH SYNOPSIS", f".B {_plain(PROGRAM)}", r"\fICOMMAND\fR [\fIOPTION\fR]... [\fIARGUMENT\fR]...")
    yield ".SH COMMANDS"
    for name in COMMANDS:
        command = program.commands[name]
        yield f".SS {_plain(name)}"
        yield _plain(inspect.cleandoc(command.help))
        for parameter in command.params:
            yield from _parameter(parameter)
        for line, said in import_module(f"twenty_opportunity.cli.{name}").EXAMPLES.items():
            yield from (".PP", f".B {_plain(line)}", ".br", _plain(said))
    yield ".SH EXIT STATUS"
    for status, said in STATUSES.items():
        yield from (".TP", f".B {int(status)}", _plain(said))
    yield from (".SH ENVIRONMENT", ".TP", ".B NO_COLOR", "Where it is set, nothing is coloured.")


def _parameter(parameter: Any) -> Iterator[str]:
    is_option = parameter.param_type_name == "option"
    names = ", ".join(sorted(parameter.opts, key=len)) if is_option else parameter.metavar or parameter.name
    value = f" {parameter.metavar}" if is_option and parameter.metavar else ""
    yield from (".TP", f".B {_plain(names + value)}", _plain(parameter.help or ""))


def _plain(text: str) -> str:
    """Write text so that roff takes none of it for its own: hyphens to copy, backslashes, dots that begin a line."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("\n\n", "\n.PP\n")
    return "\n".join(
        line if line == ".PP" or not line.startswith((".", "'")) else rf"\&{line}" for line in escaped.split("\n")
    )


if __name__ == "__main__":  # pragma: no cover - for whoever writes the page
    sys.stdout.write(page())
