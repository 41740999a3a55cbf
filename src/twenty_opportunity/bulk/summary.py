"""Summaries: what was found in any number of records, in little room. They add up, however the input was split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from twenty_opportunity.bulk.findings import Entry, Finding
from twenty_opportunity.errors import POINTER_LIMIT, legible

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLES: Final = 3  # of each kind of violation
UNREADABLE_EXAMPLES: Final = 10
LARGEST: Final = 10_000  # keys of one mapping; the first in their order are kept, whatever order they come in

KeyT = TypeVar("KeyT", bound=Any)
ValueT = TypeVar("ValueT", bound=Any)


@attrs.frozen
class Group:
    """
    The violations of one keyword at one place of records.

    Attributes:
        count: How many there are.
        examples: The first of them, by file and line.
    """

    count: int = 0
    examples: tuple[Finding, ...] = ()

    def __add__(self, other: Group) -> Group:
        return Group(self.count + other.count, _first((*self.examples, *other.examples), EXAMPLES))


@attrs.frozen
class Summary:
    """
    What was found in some records.

    Summaries are a commutative monoid: `Summary()` is nothing, `+` adds up, and any split of the same input, added in
    any order, gives the same. `total` is `valid + invalid + unreadable`.

    Attributes:
        valid: How many records are valid.
        invalid: How many are not.
        unreadable: How many texts cannot be read as records.
        violations: How many violations there are.
        groups: The violations by the pointer of the member in its record, indices written `*`, and by keyword.
        problems: Why texts cannot be read: the first, by file and line.
    """

    valid: int = 0
    invalid: int = 0
    unreadable: int = 0
    violations: int = 0
    groups: Mapping[tuple[str, str], Group] = attrs.field(factory=dict[tuple[str, str], Group])
    problems: tuple[Finding, ...] = ()

    @property
    def total(self) -> int:
        """How many records and unreadable texts there are."""
        return self.valid + self.invalid + self.unreadable

    def __add__(self, other: Summary) -> Summary:
        return total_of([self, other])

    def __str__(self) -> str:
        found = f"{self.valid} valid, {self.invalid} invalid"
        if self.violations:
            found += f" ({self.violations} violation{'s' if self.violations > 1 else ''})"
        return f"{found}, {self.unreadable} unreadable"

    def further(self, lines: int) -> Summary:
        """
        Move everything down.

        Args:
            lines: How many lines stand before what was summed up.

        Returns:
            The summary with every line so much larger.
        """
        groups = {
            key: attrs.evolve(group, examples=_moved(group.examples, lines)) for key, group in self.groups.items()
        }
        return attrs.evolve(self, groups=groups, problems=_moved(self.problems, lines)) if lines else self

    def to_dict(self, *, show_values: bool = False) -> dict[str, Any]:
        """
        Give the summary as JSON.

        Args:
            show_values: Let messages quote values of fields.

        Returns:
            An instance, the largest groups first.
        """
        return {
            "valid": self.valid,
            "invalid": self.invalid,
            "unreadable": self.unreadable,
            "violations": self.violations,
            "groups": [_group(key, group, show_values=show_values) for key, group in self.largest()],
            "problems": [_finding(problem) for problem in self.problems],
        }

    def largest(self) -> list[tuple[tuple[str, str], Group]]:
        """List the groups, the largest first."""
        return sorted(self.groups.items(), key=lambda item: (-item[1].count, item[0]))


def _group(key: tuple[str, str], group: Group, *, show_values: bool) -> dict[str, Any]:
    pointer, keyword = key
    shown = group.examples if show_values else [example.redacted() for example in group.examples]
    return {
        "pointer": pointer,
        "keyword": keyword,
        "count": group.count,
        "examples": [_finding(example) for example in shown],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    message = finding.violation.message if finding.violation else finding.reason
    return {"file": finding.file_shown, "line": finding.line, "pointer": finding.pointer, "message": message}


def _moved(findings: Iterable[Finding], lines: int) -> tuple[Finding, ...]:
    return tuple(finding.further(lines) for finding in findings)


def _first(findings: Iterable[Finding], number: int) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=_order)[:number])


def _order(finding: Finding) -> tuple[Any, ...]:
    violation = finding.violation
    told = (violation.keyword, violation.schema_pointer, violation.message) if violation else (finding.reason,)
    return (finding.file, finding.line, finding.pointer, finding.base, *told)


def _capped(found: dict[KeyT, ValueT]) -> dict[KeyT, ValueT]:
    """Keep what there is room for. The smallest keys stay the smallest in any sum, so none was counted in part."""
    return found if len(found) <= LARGEST else {key: found[key] for key in sorted(found)[:LARGEST]}


def place_of_kind(pointer: str) -> str:
    """Write the pointer of a kind of members: indices are all one, and member names can be megabytes long."""
    tokens = pointer.split("/")
    return legible("/".join("*" if token.isdecimal() else token for token in tokens), POINTER_LIMIT)


class Tally:
    """Counts what comes, and sums it up when asked."""

    def __init__(self) -> None:
        self.valid: int = 0
        self.invalid: int = 0
        self.unreadable: int = 0
        self.violations: int = 0
        self._groups: dict[tuple[str, str], Group] = {}
        self._problems: tuple[Finding, ...] = ()

    def count(self, entry: Entry) -> None:
        """Count a record, or what cannot be read as one."""
        if entry.is_valid:
            self.valid += 1
        elif entry.is_readable:
            self.invalid += 1
        else:
            self.unreadable += 1
        for finding in entry.findings:
            self._count(finding)

    def _count(self, finding: Finding) -> None:
        if finding.violation is None:
            self._problems = _first((*self._problems, finding), UNREADABLE_EXAMPLES)
            return
        self.violations += 1
        self._add_groups({(place_of_kind(finding.violation.pointer), finding.violation.keyword): Group(1, (finding,))})

    def _add_groups(self, groups: Mapping[tuple[str, str], Group]) -> None:
        _add(self._groups, groups)
        if len(self._groups) > 2 * LARGEST:
            self._groups = _capped(self._groups)

    def add(self, summary: Summary) -> None:
        """Count everything that a summary has."""
        self.valid += summary.valid
        self.invalid += summary.invalid
        self.unreadable += summary.unreadable
        self.violations += summary.violations
        self._problems = _first((*self._problems, *summary.problems), UNREADABLE_EXAMPLES)
        self._add_groups(summary.groups)

    def summary(self) -> Summary:
        """Sum up."""
        return Summary(
            self.valid,
            self.invalid,
            self.unreadable,
            self.violations,
            _capped(dict(self._groups)),
            self._problems,
        )


def _add(sums: dict[KeyT, ValueT], more: Mapping[KeyT, ValueT]) -> None:
    for key, value in more.items():
        sums[key] = sums[key] + value if key in sums else value


def total_of(summaries: Iterable[Summary]) -> Summary:
    """
    Add summaries up.

    Args:
        summaries: Any number of them.

    Returns:
        The sum; `Summary()` where there are none.
    """
    tally = Tally()
    for summary in summaries:
        tally.add(summary)
    return tally.summary()
