"""`--report`: one HTML page with counts, a chart and examples, which needs no other file and no network."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.cli.output import escaped
from twenty_opportunity.errors import legible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twenty_opportunity.bulk import Summary

_BARS: Final = 15  # of the chart; the table has all
_ROWS: Final = 200  # of the table
_WIDTH: Final = 480  # so narrow that the labels can be read on a phone
_LABEL_WIDTH: Final = 230  # of the chart, left of its bars
_LABEL_LENGTH: Final = 30  # characters for which there is room in that width
_ROW_HEIGHT: Final = 22

_STYLE: Final = """
:root { --ink: #1b1f27; --soft: #5a6273; --paper: #fff; --rule: #d9dde5;
  --bar: #4464d9; --good: #17733a; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaf0; --soft: #a4abba; --paper: #14171d; --rule: #343a46;
    --bar: #8ea5ff; --good: #6fd394; --bad: #ff9a90; }
}
@media print {
  :root { --ink: #000; --soft: #444; --paper: #fff; --rule: #bbb; }
  section, figure, tr { break-inside: avoid; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 66rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
p { margin: .25rem 0; }
.soft { color: var(--soft); }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem;
  margin: 1.25rem 0; }
.numbers div { border: 1px solid var(--rule); border-radius: .5rem; padding: .6rem .8rem; }
.numbers dt { color: var(--soft); font-size: .85rem; }
.numbers dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
.good dd { color: var(--good); }
.bad dd { color: var(--bad); }
figure { margin: 0 0 1rem; }
svg { width: 100%; max-width: 34rem; height: auto; display: block; font: 12px system-ui, sans-serif; fill: var(--ink); }
rect { fill: var(--bar); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--rule); }
th { color: var(--soft); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font: .9em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
td:first-child { min-width: 15rem; }
ul { margin: 0; padding: 0; list-style: none; }
li + li { margin-top: .25rem; }
@media (max-width: 40rem) {
  thead { display: none; }
  tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--rule); }
  td { display: inline-block; padding: .1rem .6rem .1rem 0; border: 0; }
  td:first-child { min-width: 0; }
  td:last-child { display: block; }
}
"""


def html_report(summary: Summary, profile: str, *, show_values: bool = False) -> str:
    """Return the HTML document for the summary of a validation. The same summary gives the same page."""
    found = summary.to_dict(show_values=show_values)
    counts = "".join(
        f'<div class="{css}"><dt>{name}</dt><dd id="{name}">{found[name]}</dd></div>'
        for name, css in (
            ("valid", "good"),
            ("invalid", "bad" if summary.invalid else ""),
            ("unreadable", "bad" if summary.unreadable else ""),
            ("violations", ""),
        )
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{summary.valid:,} of {summary.total:,} records are valid</title>
<link rel="icon" href="data:,">
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>{summary.valid:,} of {summary.total:,} records are valid</h1>
<p class="soft">Validated against the profile <b>{_text(profile)}</b> by twenty-opportunity.</p>
</header>
<main>
<dl class="numbers">{counts}</dl>
{_violations(found["groups"])}{_problems(found["problems"])}</main>
</body>
</html>
"""


def _violations(groups: list[dict[str, Any]]) -> str:
    if not groups:
        return ""
    bars = [(f"{group['pointer'] or '(root)'} {group['keyword']}", group["count"]) for group in groups[:_BARS]]
    rows = "".join(
        f"<tr><td><code>{_text(group['pointer'] or '(root)')}</code></td>"
        f"<td><code>{_text(group['keyword'])}</code></td>"
        f'<td class="number">{group["count"]}</td><td>{_examples(group["examples"])}</td></tr>\n'
        for group in groups[:_ROWS]
    )
    rest = f'<p class="soft">The {_ROWS} largest of {len(groups)} kinds.</p>\n' if len(groups) > _ROWS else ""
    return f"""<section>
<h2>Violations by property and keyword</h2>
<figure role="img" aria-label="Bar chart of the violations. The table below has the numbers.">{_chart(bars)}</figure>
<table>
<thead><tr><th scope="col">property</th><th scope="col">keyword</th>
<th scope="col" class="number">violations</th><th scope="col">examples</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
{rest}</section>
"""


def _problems(problems: list[dict[str, Any]]) -> str:
    return f"<section>\n<h2>Unreadable records</h2>\n{_examples(problems)}\n</section>\n" if problems else ""


def _examples(findings: Iterable[dict[str, Any]]) -> str:
    items = (
        f"<li><code>{_text('{file}:{line}:{pointer}'.format_map(finding))}</code> {_text(finding['message'])}</li>"
        for finding in findings
    )
    return f"<ul>{''.join(items)}</ul>"


def _chart(bars: list[tuple[str, int]]) -> str:
    """Draw horizontal bars, the longest first, as SVG."""
    longest = max(number for _, number in bars)
    room = _WIDTH - _LABEL_WIDTH - 60  # for the number behind the longest bar
    rows = ""
    for index, (label, number) in enumerate(bars):
        top, width = index * _ROW_HEIGHT, round(room * number / longest, 1)
        short = _text(legible(label, _LABEL_LENGTH))
        rows += (
            f'<text x="{_LABEL_WIDTH - 8}" y="{top + 15}" text-anchor="end">{short}</text>'
            f'<rect x="{_LABEL_WIDTH}" y="{top + 3}" width="{width}" height="16"/>'
            f'<text x="{_LABEL_WIDTH + width + 6}" y="{top + 15}">{number:,}</text>\n'
        )
    return f'<svg viewBox="0 0 {_WIDTH} {len(bars) * _ROW_HEIGHT}">\n{rows}</svg>'


def _text(text: str) -> str:
    """Write text from outside as HTML: neither markup nor marks that reverse the text have an effect."""
    return escape(escaped(text))
