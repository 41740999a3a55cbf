"""The table of what is refused though a server takes it, made from the package: `{refusals}`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from twenty_opportunity.schemas.refusals import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx

COLUMNS = {"field": 12, "a server takes": 24, "send": 24, "because": 40}


class Refusals(SphinxDirective):
    """Put the table on the page."""

    def run(self) -> list[nodes.Node]:
        """Make a row of each refusal."""
        rows = [
            _row([nodes.literal(text=each.where), _json(each.taken), _json(each.instead), nodes.Text(each.reason)])
            for each in REFUSALS
        ]
        group = nodes.tgroup("", *[nodes.colspec(colwidth=width) for width in COLUMNS.values()], cols=len(COLUMNS))
        group += nodes.thead("", _row([nodes.Text(heading) for heading in COLUMNS]))
        group += nodes.tbody("", *rows)
        return [nodes.table("", group, classes=["colwidths-given"])]


def _row(cells: Sequence[nodes.Node]) -> nodes.row:
    return nodes.row("", *[nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells])


def _json(value: object) -> nodes.literal:
    return nodes.literal(text=json.dumps(value))


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of the directive."""
    app.add_directive("refusals", Refusals)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
