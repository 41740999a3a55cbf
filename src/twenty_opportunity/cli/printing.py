"""What commands print of findings: for people, for programs, for GitHub's annotations, and for readers of SARIF."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote

import twenty_opportunity
from twenty_opportunity.cli.options import Format
from twenty_opportunity.errors import POINTER_LIMIT, legible
from twenty_opportunity.values.json_text import encode_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twenty_opportunity.bulk import Finding, Summary

_SARIF: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LONGEST_PATH: Final = 4096


class Printer(Protocol):
    """Prints what is found as it comes, and the summary at the end."""

    def finding(self, finding: Finding) -> None:
        """Print a finding."""

    def summary(self, summary: Summary) -> None:
        """Print the rest."""


def sentence(finding: Finding) -> str:
    """Say what was found, without its place."""
    return finding.violation.message if finding.violation else finding.reason


def line_of(finding: Finding, unit: str = "") -> str:
    """
    Say for people what was found, and where.

    Args:
        finding: What was found.
        unit: What the number of its line counts, where that is something else.

    Returns:
        A line `file:line:pointer: message`.
    """
    file = legible(finding.file, _LONGEST_PATH)  # a file's name may hold a newline, and what looks like a finding
    if finding.violation is None:
        place = f"{finding.base}: " if finding.base else " "
    else:
        place = f"{legible(finding.pointer, POINTER_LIMIT) or '(root)'}: "
    return f"{file}:{unit}{finding.line}:{place}{sentence(finding)}"


def _say(line: str) -> None:
    print(line)  # noqa: T201 - the command's output


class _Text:
    """A line `file:line:pointer: message` a violation on standard output, what cannot be read on standard error."""

    def __init__(self, *, groups: bool, show_values: bool) -> None:  # noqa: ARG002 - all printers are made alike
        self._groups = groups

    def finding(self, finding: Finding) -> None:
        file = sys.stdout if finding.violation else sys.stderr
        print(line_of(finding), file=file)

    def summary(self, summary: Summary) -> None:
        if self._groups:
            for (place, keyword), group in summary.largest():
                _say(f"{group.count:>9}  {place or '(root)'}  {keyword}")
        _say(str(summary))


class _Json:
    """JSON Lines: an object a finding, and at the end one with the summary."""

    def __init__(self, *, groups: bool, show_values: bool) -> None:
        self._groups = groups
        self._show_values = show_values

    def finding(self, finding: Finding) -> None:
        found = finding.violation
        place = {"file": finding.file_shown, "line": finding.line, "pointer": finding.pointer}
        told = {"keyword": found.keyword, "schemaPointer": found.schema_pointer} if found else {"unreadable": True}
        _say(_json({**place, **told, "message": sentence(finding)}))

    def summary(self, summary: Summary) -> None:
        whole = summary.to_dict(show_values=self._show_values)
        counts = ("valid", "invalid", "unreadable", "violations")
        _say(_json({"summary": whole if self._groups else {name: whole[name] for name in counts}}))


class _GitHub:
    """Workflow commands, which GitHub shows beside the lines they name."""

    def __init__(self, *, groups: bool, show_values: bool) -> None:
        pass

    def finding(self, finding: Finding) -> None:
        title = finding.violation.keyword if finding.violation else "unreadable"
        pointer = legible(finding.pointer, POINTER_LIMIT)
        said = f"{pointer}: {sentence(finding)}" if pointer else sentence(finding)
        _say(workflow_command("error", said, file=finding.file_shown, line=finding.line, title=title))

    def summary(self, summary: Summary) -> None:
        _say(workflow_command("notice", str(summary), title="twenty-opportunity"))


class _Sarif:
    """One document of SARIF 2.1.0, printed at the end."""

    def __init__(self, *, groups: bool, show_values: bool) -> None:  # noqa: ARG002 - all printers are made alike
        self._results: list[dict[str, Any]] = []

    def finding(self, finding: Finding) -> None:
        place = {**artifact(finding.file), "region": {"startLine": finding.line}}
        member = {"fullyQualifiedName": finding.pointer, "kind": "member"}
        self._results.append(
            {
                "ruleId": _rule(finding),
                "level": "error",
                "message": {"text": sentence(finding)},
                "locations": [{"physicalLocation": place, "logicalLocations": [member]}],
            }
        )

    def summary(self, summary: Summary) -> None:
        _say(_json(sarif_log(self._results, str(summary))))


def artifact(file: str) -> dict[str, Any]:
    """Say in SARIF which file, by a URI of RFC 3986: what has a colon in its first part would begin with a scheme."""
    uri = quote(os.fsencode(file.replace("\\", "/")), safe="/:@!$&'()*+,;=~")
    is_relative = not Path(file).is_absolute()
    return {"artifactLocation": {"uri": f"./{uri}" if is_relative and ":" in uri.split("/")[0] else uri}}


def sarif_log(results: list[dict[str, Any]], summary: str) -> dict[str, Any]:
    """Give the document of SARIF 2.1.0 that has some results."""
    rules = [{"id": rule} for rule in sorted({result["ruleId"] for result in results})]
    program = {"name": "twenty-opportunity", "version": twenty_opportunity.__version__, "rules": rules}
    run = {"tool": {"driver": program}, "results": results, "properties": {"summary": summary}}
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}


def workflow_command(kind: str, message: str, **properties: object) -> str:
    """Give the line by which GitHub is told something of a file."""
    said = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{kind} {said}::{_data(message)}"


def _rule(finding: Finding) -> str:
    return finding.violation.keyword or "validators" if finding.violation else "unreadable"


def _json(instance: Mapping[str, Any]) -> str:
    return encode_sound(instance).decode()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_PRINTERS: Final[Mapping[Format, Callable[..., Printer]]] = {
    Format.TEXT: _Text,
    Format.JSON: _Json,
    Format.GITHUB: _GitHub,
    Format.SARIF: _Sarif,
}


def printer_of(form: Format, *, groups: bool, show_values: bool) -> Printer:
    """
    Make what prints in a format.

    Args:
        form: The format.
        groups: Say, in the end, how many violations there are of each kind.
        show_values: Let messages quote values of fields.

    Returns:
        The printer.
    """
    return _PRINTERS[form](groups=groups, show_values=show_values)
