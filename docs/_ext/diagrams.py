"""Diagrams, drawn as SVG while the documentation is built: `{diagram} flow` and `{diagram} modules`."""

from __future__ import annotations

import ast
import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import drawsvg
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

SOURCE: Final = Path(__file__).parents[2] / "src" / "twenty_opportunity"
HEIGHT: Final = 40  # of a box
CHARACTER: Final = 7.4  # the width of a character at the size of the text


def flow() -> drawsvg.Drawing:
    """Draw the way that data takes: bytes to a record and back, and what becomes of what is refused."""
    drawing = _canvas(760, 250)
    _boxes(drawing, 40, {20: "bytes", 230: "instance", 440: "instance", 650: "record"})
    for start, step, tool in (
        (110, "decode", "msgspec"),
        (320, "accept", "jsonschema-rs"),
        (530, "structure", "generated code"),
    ):
        _arrow(drawing, (start, 60), (start + 118, 60))
        _label(drawing, start + 58, 50, step)
        _label(drawing, start + 58, 82, tool, "faint")
    _arrow(drawing, (275, 80), (275, 138))
    _label(drawing, 308, 114, "refused")
    _boxes(drawing, 140, {230: "explain", 440: "ValidationError(violations)"})
    _arrow(drawing, (320, 160), (438, 160))
    _label(drawing, 378, 182, "jsonschema", "faint")
    _boxes(drawing, 205, {20: "bytes", 440: "instance", 650: "record"})
    _arrow(drawing, (650, 225), (532, 225))
    _label(drawing, 591, 215, "unstructure")
    _arrow(drawing, (440, 225), (112, 225))
    _label(drawing, 276, 215, "check and encode")
    return drawing


def modules() -> drawsvg.Drawing:
    """Draw the modules in rows: each imports only from the rows below its own."""
    rows = _rows()
    drawing = _canvas(760, 56 * len(rows) + 4)
    for index, names in enumerate(rows):
        widths = [CHARACTER * len(name) + 18 for name in names]
        x = (760 - sum(widths) - 8 * (len(names) - 1)) / 2
        for name, width in zip(names, widths, strict=True):
            _box(drawing, x, 56 * index + 4, width, name)
            x += width + 8
    return drawing


DIAGRAMS: Final = {"flow": flow, "modules": modules}


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


def _rows() -> list[list[str]]:
    """Sort the modules of the core by the longest way down from them, the front doors first."""
    imports = {path.stem if path.is_file() else path.name: {*_imported(path)} for path in _rooms()}

    @functools.cache
    def depth(name: str) -> int:
        return max((1 + depth(other) for other in imports[name] if other in imports and other != name), default=0)

    deepest = max(map(depth, imports))
    return [sorted(name for name in imports if depth(name) == row) for row in range(deepest, -1, -1)]


def _rooms() -> Iterator[Path]:
    for path in SOURCE.iterdir():
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").is_file():
            yield path


def _imported(room: Path) -> Iterator[str]:
    """Name the modules of the package that one imports when it is imported itself."""
    for path in [room] if room.is_file() else room.rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == SOURCE.name:
                inner = (node.module or "").split(".")[1:]
                yield from inner[:1] or [alias.name for alias in node.names]


class Diagram(SphinxDirective):
    """Put a diagram on the page."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[Any] = {}

    def run(self) -> list[nodes.Node]:
        """Draw it; the content of the directive is its description for those who cannot see it."""
        drawing = DIAGRAMS[self.arguments[0]]()
        drawing.append_title(" ".join(self.content))
        svg = str(drawing.as_svg(header=""))
        return [
            nodes.raw("", svg[svg.index("<svg") :].replace("<svg", '<svg role="img" class="diagram"', 1), format="html")
        ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of the directive."""
    app.add_directive("diagram", Diagram)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
