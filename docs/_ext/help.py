"""The help of the command line, made from the program: `{help}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer.main
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from twenty_opportunity.cli.app import PROGRAM, make_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx


class Help(SphinxDirective):
    """Put a section for each command on the page."""

    def run(self) -> list[nodes.Node]:
        """Ask the program for its commands and what they take."""
        program: Any = typer.main.get_command(make_app())
        return [_section(name, command) for name, command in program.commands.items()]


def _section(name: str, command: Any) -> nodes.section:
    section = nodes.section("", nodes.title(text=f"{PROGRAM} {name}"), ids=[f"command-{name}"])
    section += [nodes.paragraph("", "", *_inline(text)) for text in command.help.split("\n\n")]
    section += nodes.definition_list("", *[_option(each) for each in command.params])
    return section


def _option(parameter: Any) -> nodes.definition_list_item:
    terms = [*_spellings(parameter)]
    said = nodes.definition("", nodes.paragraph("", "", *_inline(parameter.help or "")))
    return nodes.definition_list_item("", nodes.term("", "", *terms), said)


def _inline(text: str) -> Iterator[nodes.Node]:
    """Read what stands in backticks as code."""
    for index, part in enumerate(text.split("`")):
        yield nodes.literal(text=part) if index % 2 else nodes.Text(part)


def _spellings(parameter: Any) -> Iterator[nodes.Node]:
    names = parameter.opts if parameter.param_type_name == "option" else [parameter.metavar or parameter.name.upper()]
    for index, name in enumerate(names):
        if index:
            yield nodes.Text(", ")
        yield nodes.literal(text=name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of the directive."""
    app.add_directive("help", Help)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
