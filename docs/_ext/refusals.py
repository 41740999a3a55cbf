"""`{refusals}`: the table of the values that a server accepts and this library refuses, from `design/refusals.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx

FILE = Path(__file__).parents[1] / "design" / "refusals.json"
COLUMNS = {"field": 12, "a server accepts": 24, "send instead": 24, "reason": 40}


class Refusals(SphinxDirective):
    """Put the table on the page."""

    def run(self) -> list[nodes.Node]:
        """Build a row of each refusal."""
        self.env.note_dependency(str(FILE))
        rows = [
            _row(
                [
                    _where(each),
                    [_json(value) for value in (each["accepted"], *each.get("also", []))],
                    [_json(each["instead"]) if "instead" in each else nodes.Text("leave it out")],
                    [nodes.Text(each["reason"])],
                ]
            )
            for each in json.loads(FILE.read_text("utf-8"))
        ]
        group = nodes.tgroup("", *[nodes.colspec(colwidth=width) for width in COLUMNS.values()], cols=len(COLUMNS))
        group += nodes.thead("", _row([[nodes.Text(heading)] for heading in COLUMNS]))
        group += nodes.tbody("", *rows)
        return [nodes.table("", group, classes=["colwidths-given"])]


def _where(refusal: dict[str, Any]) -> list[nodes.Node]:
    field: nodes.Node = nodes.literal(text=refusal["where"])
    if refusal["where"] == "body":
        field = nodes.Text("the whole body")
    operation = refusal.get("operation")
    return [field, nodes.Text(f"{operation} only")] if operation else [field]


def _row(cells: Sequence[Sequence[nodes.Node]]) -> nodes.row:
    return nodes.row("", *[nodes.entry("", *[nodes.paragraph("", "", each) for each in cell]) for cell in cells])


def _json(value: object) -> nodes.literal:
    return nodes.literal(text=json.dumps(value))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("refusals", Refusals)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
