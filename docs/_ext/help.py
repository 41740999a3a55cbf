"""The directive `{help}`: the help of the command line as sections of a page."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import typer.main
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from twenty_opportunity.cli.app import COMMANDS, PROGRAM, make_app
from twenty_opportunity.cli.options import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx.application import Sphinx


class Help(SphinxDirective):
    """Insert a section for each command, and one for the exit statuses."""

    def run(self) -> list[nodes.Node]:
        """Read the commands and their options from the program."""
        program: Any = typer.main.get_command(make_app())
        sections = [_command(name, program.commands[name], examples) for name, (_, examples) in COMMANDS.items()]
        return [*sections, _section("Exit status", "exit-status", [_definitions(_literals(STATUSES))])]


def _command(name: str, command: Any, examples: Mapping[str, str]) -> nodes.section:
    paragraphs = [nodes.paragraph(text=" ".join(text.split())) for text in inspect.cleandoc(command.help).split("\n\n")]
    options = [(_spellings(parameter), parameter.help or "") for parameter in command.params]
    content = [*paragraphs, _definitions(options), nodes.paragraph(text="Examples:"), _definitions(_literals(examples))]
    return _section(f"{PROGRAM} {name}", f"command-{name}", content)


def _section(title: str, identifier: str, content: list[nodes.Node]) -> nodes.section:
    return nodes.section("", nodes.title(text=title), *content, ids=[identifier])


def _definitions(rows: Iterable[tuple[list[nodes.Node], str]]) -> nodes.definition_list:
    items = [
        nodes.definition_list_item(
            "", nodes.term("", "", *terms), nodes.definition("", nodes.paragraph(text=explanation))
        )
        for terms, explanation in rows
    ]
    return nodes.definition_list("", *items)


def _literals(rows: Mapping[Any, str]) -> list[tuple[list[nodes.Node], str]]:
    return [([nodes.literal(text=str(term))], explanation) for term, explanation in rows.items()]


def _spellings(parameter: Any) -> list[nodes.Node]:
    names = parameter.opts if parameter.param_type_name == "option" else [parameter.metavar or parameter.name.upper()]
    literals = [nodes.literal(text=name) for name in names]
    return [node for literal in literals for node in (nodes.Text(", "), literal)][1:]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("help", Help)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
