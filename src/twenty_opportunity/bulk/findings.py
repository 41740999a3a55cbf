"""What is found in a record's text: violations with their lines, or why it cannot be read."""

from __future__ import annotations

from typing import Any

import attrs

from twenty_opportunity.errors import Violation


@attrs.frozen
class Finding:
    """
    One violation of a record, or the reason why a text cannot be read.

    Attributes:
        file: The file.
        line: The line of the member at fault, counted from 1.
        base: The JSON Pointer of the record in its text; empty where the text is the record.
        violation: What is wrong with the record; None where it cannot be read.
        reason: Why it cannot be read; empty where it can.
    """

    file: str
    line: int
    base: str = ""
    violation: Violation | None = None
    reason: str = ""

    @property
    def pointer(self) -> str:
        """The JSON Pointer of the member at fault in the text."""
        return self.base + (self.violation.pointer if self.violation else "")

    @property
    def file_shown(self) -> str:
        """The name of the file as a text that can be written anywhere; what is no UTF-8 in it is escaped."""
        return self.file.encode("utf-8", "backslashreplace").decode()

    def further(self, lines: int) -> Finding:
        """Return this finding as many lines further down."""
        return attrs.evolve(self, line=self.line + lines)

    def redacted(self) -> Finding:
        """Return this finding with nothing of a value in its message."""
        return attrs.evolve(self, violation=self.violation.redacted()) if self.violation else self


@attrs.frozen
class Entry:
    """
    A record of a stream, or a text of it that cannot be read.

    The envelope of a document, where something is wrong with it, is an entry of its own.

    Attributes:
        file: The file.
        line: The line on which the text begins; for a record in a document that of the record.
        pointer: The JSON Pointer of the record in its text; empty where the text is the record.
        instance: The decoded record; None where it cannot be read.
        findings: Everything that is wrong with it; nothing where it is valid.
    """

    file: str
    line: int
    pointer: str
    instance: Any
    findings: tuple[Finding, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether there is a record at all."""
        return not any(finding.reason for finding in self.findings)

    @property
    def is_valid(self) -> bool:
        """Whether the record is valid."""
        return not self.findings

    def further(self, lines: int) -> Entry:
        """Return this entry as many lines further down."""
        findings = tuple(finding.further(lines) for finding in self.findings)
        return attrs.evolve(self, line=self.line + lines, findings=findings) if lines else self
