"""Draw the diagrams of the documentation as SVG: `{diagram} flow` and `{diagram} layers`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import drawsvg
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PROJECT: Final = Path(__file__).parents[2] / "pyproject.toml"
HEIGHT: Final = 40  # of a box
CHARACTER: Final = 7.4  # width of a character


def flow() -> drawsvg.Drawing:
    """Draw the data flow from bytes to a record and back."""
    drawing = _canvas(760, 250)
    _boxes(drawing, 40, {20: "bytes", 230: "instance", 440: "instance", 650: "record"})
    for start, step, tool in (
        (110, "decode", "msgspec"),
        (320, "validate", "jsonschema-rs"),
        (530, "structure", "generated code"),
    ):
        _arrow(drawing, (start, 60), (start + 118, 60))
        _label(drawing, start + 58, 50, step)
        _label(drawing, start + 58, 82, tool, "faint")
    _arrow(drawing, (275, 80), (275, 138))
    _label(drawing, 305, 114, "invalid")
    _boxes(drawing, 140, {230: "explain", 440: "ValidationError(violations)"})
    _arrow(drawing, (320, 160), (438, 160))
    _boxes(drawing, 205, {20: "bytes", 440: "instance", 650: "record"})
    _arrow(drawing, (650, 225), (532, 225))
    _label(drawing, 591, 215, "unstructure")
    _arrow(drawing, (440, 225), (112, 225))
    _label(drawing, 276, 215, "validate and encode")
    return drawing


def layers() -> drawsvg.Drawing:
    """Draw the packages in the layers that import-linter checks."""
    rows = [row.split(" | ") for row in _layers()]
    drawing = _canvas(340, 56 * len(rows) + 4)
    for index, names in enumerate(rows):
        widths = [CHARACTER * len(name) + 36 for name in names]
        x = (340 - sum(widths) - 16 * (len(names) - 1)) / 2
        for name, width in zip(names, widths, strict=True):
            _box(drawing, x, 56 * index + 4, width, name)
            x += width + 16
    return drawing


def _layers() -> list[str]:
    contracts = tomllib.loads(PROJECT.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return next(contract["layers"] for contract in contracts if contract["type"] == "layers")


DIAGRAMS: Final = {"flow": flow, "layers": layers}


def _canvas(width: int, height: int) -> drawsvg.Drawing:
    return drawsvg.Drawing(width, height, id_prefix="diagram")


def _boxes(drawing: drawsvg.Drawing, y: float, named: dict[int, str]) -> None:
    for x, name in named.items():
        _box(drawing, x, y, max(90.0, CHARACTER * len(name) + 20), name)


def _box(drawing: drawsvg.Drawing, x: float, y: float, width: float, name: str) -> None:
    drawing.append(drawsvg.Rectangle(x, y, width, HEIGHT, rx=6, class_="box"))
    _label(drawing, x + width / 2, y + HEIGHT / 2 + 5, name, "name")


def _label(drawing: drawsvg.Drawing, x: float, y: float, text: str, kind: str = "label") -> None:
    drawing.append(drawsvg.Text(text, 13, x, y, text_anchor="middle", class_=kind))


def _arrow(drawing: drawsvg.Drawing, start: tuple[float, float], end: tuple[float, float]) -> None:
    head = drawsvg.Marker(-8, -5, 1, 5, orient="auto", id="head")
    head.append(drawsvg.Lines(-8, -4, 0, 0, -8, 4, close=True, class_="head"))
    drawing.append(drawsvg.Line(*start, *end, marker_end=head, class_="arrow"))


class Diagram(SphinxDirective):
    """Insert a diagram. The content of the directive is its text alternative."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[Any] = {}

    def run(self) -> list[nodes.Node]:
        """Return the diagram as inline SVG, so that it takes the colors of the page."""
        drawing = DIAGRAMS[self.arguments[0]]()
        drawing.append_title(" ".join(self.content))
        svg = str(drawing.as_svg(header=""))
        svg = svg[svg.index("<svg") :].replace("<svg", '<svg role="img" class="diagram"', 1)
        return [nodes.raw("", f'<div class="diagram">{svg}</div>', format="html")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive with Sphinx."""
    app.add_directive("diagram", Diagram)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
