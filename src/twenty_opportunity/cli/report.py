"""`report.html`: one page of numbers, charts and examples, that needs nothing else and looks the same anywhere."""

from __future__ import annotations

import sys
from importlib import import_module, resources
from typing import TYPE_CHECKING, Any, Final, cast
from xml.etree import ElementTree as ET

from twenty_opportunity.errors import required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twenty_opportunity.bulk import Summary

_BARS: Final = 15  # of a chart; the table has all
_ROWS: Final = 200  # of the table of violations
_WIDTH: Final = 480  # so narrow that its texts can be read on a phone


def page(summary: Summary, profile: str, *, show_values: bool = False) -> str:
    """
    Write the page.

    Args:
        summary: What was found.
        profile: The name of the profile that records were held to.
        show_values: Let messages quote values of fields.

    Returns:
        The whole page, HTML in which every name and message is text.

    Raises:
        MissingExtraError: The extra `cli` is not installed.
    """
    with required("cli", "a report"):
        jinja2: Any = import_module("jinja2")
        _pygal()
    template = (resources.files(__package__ or "") / "report.html.jinja").read_text("utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found = summary.to_dict(show_values=show_values)
    text: str = environment.from_string(template).render(
        found=found | {"groups": found["groups"][:_ROWS], "kinds": len(found["groups"])},
        total=summary.total,
        profile=profile,
        charts={
            "violations": _bars("violations", _kinds(summary)),
        },
    )
    return text


def _kinds(summary: Summary) -> dict[str, int]:
    return {f"{place or '(root)'} {keyword}": group.count for (place, keyword), group in summary.largest()[:_BARS]}


def _bars(name: str, numbers: Mapping[str, int]) -> str:
    """Draw a bar for each number, as SVG for the inside of a page; nothing where there are none."""
    if not numbers:
        return ""
    pygal = _pygal()
    shown = list(numbers.items())[-_BARS * 2 :]
    chart = pygal.HorizontalBar(
        js=[],
        disable_xml_declaration=True,
        show_legend=False,
        print_values=True,
        print_values_position="top",
        width=_WIDTH,
        height=60 + 22 * len(shown),
        margin=4,
        range=(0, max(numbers.values()) * 1.08),  # room for the number behind the longest bar
        show_x_labels=False,
        show_y_guides=False,
        truncate_label=_LABEL,
        style=_style(),
    )
    chart.uuid = name  # a page of the same numbers is the same page
    chart.x_labels = [label for label, _ in reversed(shown)]
    chart.add("", [number for _, number in reversed(shown)], formatter="{:,}".format)
    return _text(chart.render_tree())


def _text(chart: ET.Element) -> str:
    """Write a chart without the script that pygal puts into it, and the comment with the day."""
    for part in [*chart.iter()]:
        for inner in [*part]:
            tag = cast("object", inner.tag)  # that of a comment is a function
            if not isinstance(tag, str) or tag.endswith("script"):
                part.remove(inner)
    return ET.tostring(chart, "unicode")


def _pygal() -> Any:
    found: Any = import_module("pygal")
    # For old plugins it puts an importer before all others that is of no use to anybody, and warns in Python 3.11.
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]
    return found


_LABEL: Final = 34  # characters that there is room for beside the bars


def _style() -> Any:
    style: Any = import_module("pygal.style")
    return style.Style(
        background="transparent",
        plot_background="transparent",
        colors=("#4464d9",),
        font_family="system-ui, sans-serif",
        label_font_size=12,
        value_font_size=12,
        transition="0s",
    )
