"""Reports of findings: text for people, JSON Lines, GitHub workflow commands, and SARIF."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import twenty_opportunity
from twenty_opportunity.cli.options import Format
from twenty_opportunity.cli.output import echo, escaped, escaped_json
from twenty_opportunity.errors import POINTER_LIMIT, legible
from twenty_opportunity.values.json_text import encode_sound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twenty_opportunity.bulk import Finding, Summary

_SARIF_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


class Printer:
    """
    Prints each finding at once, and the summary at the end.

    Args:
        groups: Print, at the end, how many violations of each kind there are.
        show_values: Quote field values in messages.
        err: Print to standard error.
    """

    def __init__(self, *, groups: bool = False, show_values: bool = False, err: bool = False) -> None:
        self._groups = groups
        self._show_values = show_values
        self._err = err

    def finding(self, finding: Finding) -> None:
        """Print a finding as a line for people: violations on standard output, unreadable records on standard error."""
        echo(line_of(self.shown(finding)), err=finding.violation is None)

    def summary(self, summary: Summary) -> None:
        """Print the summary."""
        if self._groups:
            for (pointer, keyword), group in summary.largest():
                echo(f"{group.count:>9}  {pointer or '(root)'}  {keyword}")
        echo(summary)
        if summary.hint:
            sys.stdout.flush()  # the hint comes last, even if both streams are one pipe
            echo(summary.hint, err=True)

    def shown(self, finding: Finding) -> Finding:
        """Return a finding without values, unless they are asked for."""
        return finding if self._show_values else finding.redacted()

    def _print(self, text: str) -> None:
        print(text, file=sys.stderr if self._err else sys.stdout)

    def _print_json(self, instance: Mapping[str, Any]) -> None:
        self._print(escaped_json(encode_sound(instance)))


def line_of(finding: Finding, unit: str = "") -> str:
    """Return a finding as a line for people, `file:line:pointer: message`, with the unit of its line number."""
    if finding.violation is None:
        location = f"{finding.base}: " if finding.base else " "
    else:
        location = f"{legible(finding.pointer, POINTER_LIMIT) or '(root)'}: "
    return f"{finding.file}:{unit}{finding.line}:{location}{finding.message}"


class _Json(Printer):
    """JSON Lines: an object for each finding, then one with the summary."""

    def finding(self, finding: Finding) -> None:
        violation = finding.violation
        location = {"file": finding.file_shown, "line": finding.line, "pointer": finding.pointer}
        rule: dict[str, Any] = {"unreadable": True}
        if violation:
            rule = {"keyword": violation.keyword, "schemaPointer": violation.schema_pointer}
        self._print_json({**location, **rule, "message": self.shown(finding).message})

    def summary(self, summary: Summary) -> None:
        whole = summary.to_dict(show_values=self._show_values)
        shown = whole if self._groups else {name: whole[name] for name in whole if name not in {"groups", "problems"}}
        self._print_json({"summary": shown})


class _GitHub(Printer):
    """Workflow commands, which GitHub shows next to the lines of the file."""

    def finding(self, finding: Finding) -> None:
        title = finding.violation.keyword if finding.violation else "unreadable"
        pointer, message = legible(finding.pointer, POINTER_LIMIT), self.shown(finding).message
        text = f"{pointer}: {message}" if pointer else message
        self._print(workflow_command("error", text, file=finding.file_shown, line=finding.line, title=title))

    def summary(self, summary: Summary) -> None:
        for text in filter(None, (str(summary), summary.hint)):
            self._print(workflow_command("notice", text, title="twenty-opportunity"))


class _Sarif(Printer):
    """One SARIF 2.1.0 document, printed at the end."""

    def __init__(self, **options: bool) -> None:
        super().__init__(**options)
        self._results: list[dict[str, Any]] = []

    def finding(self, finding: Finding) -> None:
        rule = finding.violation.keyword or "validators" if finding.violation else "unreadable"
        place = {**artifact(finding.file), "region": {"startLine": finding.line}}
        # "member" is a kind of logical location in SARIF.
        self._results.append(sarif_result(rule, self.shown(finding).message, finding.pointer, place, kind="member"))

    def summary(self, summary: Summary) -> None:
        self._print_json(sarif_log(self._results, "\n".join(filter(None, (str(summary), summary.hint)))))


PRINTERS: Final[Mapping[Format, type[Printer]]] = {
    Format.TEXT: Printer,
    Format.JSON: _Json,
    Format.GITHUB: _GitHub,
    Format.SARIF: _Sarif,
}


def artifact(file: str) -> dict[str, Any]:
    """Return the SARIF location of a file: a URI reference of RFC 3986."""
    uri = quote(os.fsencode(file.replace("\\", "/")), safe="/:@!$&'()*+,;=~")
    # A colon in the first segment of a relative reference would end a scheme.
    needs_dot = not Path(file).is_absolute() and ":" in uri.split("/")[0]
    return {"artifactLocation": {"uri": f"./{uri}" if needs_dot else uri}}


def sarif_result(  # noqa: PLR0913 - each is a part of the result
    rule: str, message: str, pointer: str, place: Mapping[str, Any], *, kind: str, level: str = "error"
) -> dict[str, Any]:
    """Return a result of SARIF: a message about the kind of thing at a JSON Pointer, in a file if there is a place."""
    location = {"physicalLocation": place} if place else {}
    logical = {"fullyQualifiedName": pointer, "kind": kind}
    locations = [{**location, "logicalLocations": [logical]}]
    return {"ruleId": rule, "level": level, "message": {"text": message}, "locations": locations}


def sarif_log(results: list[dict[str, Any]], summary: str) -> dict[str, Any]:
    """Return a SARIF 2.1.0 document of results."""
    rules = [{"id": rule} for rule in sorted({result["ruleId"] for result in results})]
    driver = {"name": "twenty-opportunity", "version": twenty_opportunity.__version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": results, "properties": {"summary": summary}}
    return {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def workflow_command(command: str, message: str, **properties: object) -> str:
    """Return a GitHub workflow command: an annotation of a line of a file."""
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{command} {written}::{_data(message)}"


def _data(text: str) -> str:
    return escaped(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
