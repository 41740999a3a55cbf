"""Findings, and summaries of them that add up however the input was split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.errors import POINTER_LIMIT, Violation, legible
from twenty_opportunity.values.arguments import items_of

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLES: Final = 3  # of each group of violations
UNREADABLE_EXAMPLES: Final = 10
LARGEST: Final = 10_000  # groups of a summary: those with the smallest keys, in whatever order they come

_Key = tuple[str, str]


@attrs.frozen
class Finding:
    """
    One violation of a record, or the reason why a text is unreadable.

    Attributes:
        file: The file.
        line: The line of the wrong value, counted from 1.
        base: The JSON Pointer of the record in its text; empty if the text is the record.
        violation: The violation; None if the text is unreadable.
        reason: Why the text is unreadable; empty if it is not.
    """

    file: str
    line: int
    base: str = ""
    violation: Violation | None = None
    reason: str = ""

    @property
    def pointer(self) -> str:
        """The JSON Pointer of the wrong value in the text."""
        return self.base + (self.violation.pointer if self.violation else "")

    @property
    def message(self) -> str:
        """The message of the violation, or why the text is unreadable."""
        return self.violation.message if self.violation else self.reason

    @property
    def file_shown(self) -> str:
        """The name of the file as text that can be written anywhere: what is not UTF-8 in it is escaped."""
        return self.file.encode("utf-8", "backslashreplace").decode()

    def shifted(self, lines: int) -> Finding:
        """Return this finding, moved down by a number of lines."""
        # Not `attrs.evolve`, which takes ten times as long: there may be millions of findings.
        return Finding(self.file, self.line + lines, self.base, self.violation, self.reason) if lines else self

    def redacted(self) -> Finding:
        """Return this finding with a message that quotes nothing of the value."""
        redacted = self.violation and self.violation.redacted()
        return self if redacted is self.violation else attrs.evolve(self, violation=redacted)


@attrs.frozen
class Entry:
    """
    A record of a file, or a text that cannot be read as one.

    A document around records is a separate entry if something is wrong with it.

    Attributes:
        file: The file.
        line: The line on which the record begins.
        pointer: The JSON Pointer of the record in its text; empty if the text is the record.
        instance: The decoded record; None if it is unreadable.
        findings: Everything that is wrong with the record.
        hint: A suggestion to use another profile, which accepts the record; may be empty.
    """

    file: str
    line: int
    pointer: str
    instance: Any
    findings: tuple[Finding, ...] = ()
    hint: str = ""

    @property
    def is_readable(self) -> bool:
        """Whether there is a record at all."""
        return not any(finding.reason for finding in self.findings)

    @property
    def is_valid(self) -> bool:
        """Whether the record is valid."""
        return not self.findings

    def shifted(self, lines: int) -> Entry:
        """Return this entry, moved down by a number of lines."""
        findings = tuple(finding.shifted(lines) for finding in self.findings)
        return attrs.evolve(self, line=self.line + lines, findings=findings) if lines else self


@attrs.frozen
class Group:
    """
    The violations of one keyword at one place of records.

    Attributes:
        count: The number of violations.
        examples: The first of them, by file and line.
    """

    count: int = 0
    examples: tuple[Finding, ...] = ()

    def __add__(self, other: Group) -> Group:
        if not isinstance(other, Group):  # pyright: ignore[reportUnnecessaryIsInstance] - users may add anything
            return NotImplemented
        return Group(self.count + other.count, _first(self.examples, other.examples, EXAMPLES))


@attrs.frozen
class Summary:
    """
    The number of valid, invalid and unreadable records, and the violations by kind.

    Summaries are a commutative monoid: `Summary()` is empty, `+` adds, and the summaries of any split of an input,
    added in any order, are the summary of the input.

    Attributes:
        valid: The number of valid records.
        invalid: The number of invalid records.
        unreadable: The number of texts that cannot be read as records.
        violations: The number of violations.
        groups: The violations by JSON Pointer in the record, with `*` for every index, and by keyword.
        problems: The reasons why texts are unreadable: the first ones, by file and line.
        hint: A suggestion to use another profile, which accepts some of the invalid records; may be empty.
    """

    valid: int = 0
    invalid: int = 0
    unreadable: int = 0
    violations: int = 0
    groups: Mapping[_Key, Group] = attrs.field(factory=dict[_Key, Group])
    problems: tuple[Finding, ...] = ()
    hint: str = ""

    @property
    def total(self) -> int:
        """The number of records and unreadable texts."""
        return self.valid + self.invalid + self.unreadable

    def __add__(self, other: Summary) -> Summary:
        if not isinstance(other, Summary):  # pyright: ignore[reportUnnecessaryIsInstance] - users may add anything
            return NotImplemented
        return total_of([self, other])

    def __str__(self) -> str:
        counts = f"{self.valid} valid, {self.invalid} invalid"
        if self.violations:
            counts += f" ({self.violations} violation{'s' if self.violations > 1 else ''})"
        return f"{counts}, {self.unreadable} unreadable"

    def shifted(self, lines: int) -> Summary:
        """Return this summary with all findings moved down by a number of lines."""
        if not lines:
            return self
        groups = {
            key: Group(group.count, tuple(example.shifted(lines) for example in group.examples))
            for key, group in self.groups.items()
        }
        return attrs.evolve(self, groups=groups, problems=tuple(problem.shifted(lines) for problem in self.problems))

    def to_dict(self, *, show_values: bool = False) -> dict[str, Any]:
        """
        Return the summary as JSON, the largest groups first.

        Args:
            show_values: Let messages quote values of properties.

        Returns:
            A dict with the counts, the groups and the problems.
        """
        return {
            "valid": self.valid,
            "invalid": self.invalid,
            "unreadable": self.unreadable,
            "violations": self.violations,
            "groups": [
                {
                    "pointer": pointer,
                    "keyword": keyword,
                    "count": group.count,
                    "examples": [_as_json(each if show_values else each.redacted()) for each in group.examples],
                }
                for (pointer, keyword), group in self.largest()
            ],
            "problems": [_as_json(problem) for problem in self.problems],
            **({"hint": self.hint} if self.hint else {}),
        }

    def largest(self) -> list[tuple[_Key, Group]]:
        """Return the groups, the largest first."""
        return sorted(self.groups.items(), key=lambda item: (-item[1].count, item[0]))


def _as_json(finding: Finding) -> dict[str, Any]:
    shown = {"file": finding.file_shown, "line": finding.line, "pointer": finding.pointer}
    return {**shown, "message": finding.message}


def _first(some: tuple[Finding, ...], others: tuple[Finding, ...], number: int) -> tuple[Finding, ...]:
    """Return the first findings of two sorted tuples."""
    # Findings mostly come in order, and then most are not among the first.
    if len(some) == number and others and (some[-1].file, some[-1].line) < (others[0].file, others[0].line):
        return some
    return tuple(sorted((*some, *others), key=_order)[:number])


def _order(finding: Finding) -> tuple[Any, ...]:
    violation = finding.violation
    rule = (violation.keyword, violation.schema_pointer) if violation else ()
    return (finding.file, finding.line, finding.pointer, finding.base, *rule, finding.message)


def _capped(groups: dict[_Key, Group]) -> dict[_Key, Group]:
    """Keep the groups there is room for. The smallest keys are the smallest in any sum, so their counts are exact."""
    return groups if len(groups) <= LARGEST else {key: groups[key] for key in sorted(groups)[:LARGEST]}


def pattern_of(pointer: str) -> str:
    """Return a JSON Pointer with `*` for every index, shortened: a property name can be megabytes long."""
    tokens = pointer.split("/")
    return legible("/".join("*" if token.isdecimal() else token for token in tokens), POINTER_LIMIT)


class Tally:
    """Counts entries and adds summaries, in place."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin again with nothing."""
        self.valid: int = 0
        self.invalid: int = 0
        self.unreadable: int = 0
        self.violations: int = 0
        self.hint: str = ""
        self._groups: dict[_Key, Group] = {}
        self._problems: tuple[Finding, ...] = ()

    def count(self, entry: Entry) -> None:
        """Count a record or an unreadable text."""
        if entry.is_valid:
            self.valid += 1
        elif entry.is_readable:
            self.invalid += 1
        else:
            self.unreadable += 1
        self.hint = self.hint or entry.hint
        for finding in entry.findings:
            if finding.violation is None:
                self._problems = _first(self._problems, (finding,), UNREADABLE_EXAMPLES)
            else:
                self.violations += 1
                self._add((pattern_of(finding.violation.pointer), finding.violation.keyword), Group(1, (finding,)))

    def add(self, summary: Summary) -> None:
        """Count everything in a summary."""
        self.valid += summary.valid
        self.invalid += summary.invalid
        self.unreadable += summary.unreadable
        self.violations += summary.violations
        self.hint = self.hint or summary.hint
        self._problems = _first(self._problems, summary.problems, UNREADABLE_EXAMPLES)
        for key, group in summary.groups.items():
            self._add(key, group)

    def _add(self, key: _Key, group: Group) -> None:
        self._groups[key] = self._groups[key] + group if key in self._groups else group
        if len(self._groups) > 2 * LARGEST:
            self._groups = _capped(self._groups)

    def summary(self) -> Summary:
        """Return the sum."""
        counts = self.valid, self.invalid, self.unreadable, self.violations
        return Summary(*counts, _capped(dict(self._groups)), self._problems, self.hint)


def total_of(summaries: Iterable[Summary]) -> Summary:
    """
    Return the sum of summaries.

    Args:
        summaries: Any number of summaries.

    Returns:
        Their sum; `Summary()` if there are none.

    Raises:
        TypeError: They are not summaries.
    """
    tally = Tally()
    for summary in items_of("summaries", summaries, Summary, "Summary"):
        tally.add(summary)
    return tally.summary()
