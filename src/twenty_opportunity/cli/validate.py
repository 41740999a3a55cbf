"""`validate`: which records of which files are wrong, and where."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import attrs
import typer

from twenty_opportunity.cli.status import Status
from twenty_opportunity.errors import DecodeError, Violation, pointer
from twenty_opportunity.profiles import PUBLISHED
from twenty_opportunity.wire import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUFFIXES: Final = {".json", ".jsonl"}
EXAMPLES: Final = {"twenty-opportunity validate examples/": "hold the records of a folder against the published schema"}


def command(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE_OR_FOLDER",
            help=".json with a record or an array, .jsonl with a record a line, or a folder of them.",
        ),
    ],
) -> Status:
    """Tell which records are invalid, where and why."""
    tally = _Tally()
    for path in paths:
        _validate(path, tally)
    print(tally)  # noqa: T201 - the command's output
    return tally.exit_status


@attrs.define
class _Tally:
    """What was found so far. Unreadable is what nobody can tell the records of: a file, or a line of one."""

    valid: int = 0
    invalid: int = 0
    violations: int = 0
    unreadable: int = 0

    @property
    def exit_status(self) -> Status:
        return Status.UNREADABLE if self.unreadable else Status.FINDINGS if self.invalid else Status.CLEAN

    def __str__(self) -> str:
        found = f"{self.valid} valid, {self.invalid} invalid"
        if self.violations:
            found += f" ({self.violations} violation{'s' if self.violations > 1 else ''})"
        return f"{found}, {self.unreadable} unreadable"


@attrs.frozen
class _Text:
    """A JSON text and the line of the file on which it begins."""

    path: Path
    line: int
    data: bytes


@attrs.frozen
class _Place:
    """A record's place: its text, where in the text it begins and on which line, and the tokens that point to it."""

    text: str
    start: int
    line: int
    tokens: tuple[str, ...] = ()

    def line_of(self, violation: Violation) -> int:
        """Tell the line of the member at fault; where it is missing, that of the object that it is missing from."""
        at = value = self.start
        for token in _tokens(violation.pointer):
            parts = {name: places for name, *places in _parts(self.text, value)}
            if token not in parts:
                break
            at, value = parts[token]
        return self.line + self.text.count("\n", self.start, at)


def _validate(path: Path, tally: _Tally) -> None:
    try:
        for file in _files(path):
            for text in _texts(file):
                _validate_text(text, tally)
    except OSError as error:
        _complain(f"{error.filename or path}: {error.strerror}", tally)


def _complain(message: str, tally: _Tally) -> None:
    tally.unreadable += 1
    print(message, file=sys.stderr)  # noqa: T201 - the command's output


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
    if not files:
        raise FileNotFoundError(0, "there is no .json or .jsonl file in this folder", str(path))
    return files


def _texts(path: Path) -> Iterator[_Text]:
    if path.suffix != ".jsonl":
        yield _Text(path, 1, path.read_bytes())
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _Text(path, number, line)


def _validate_text(text: _Text, tally: _Tally) -> None:
    try:
        instance = decode(text.data)
    except DecodeError as error:
        line = text.line + text.data.rstrip().count(b"\n", 0, error.offset or 0)
        _complain(f"{text.path}:{line}: {error}", tally)
        return
    for place, record in _records(text, instance):
        violations = [*PUBLISHED.iter_violations(record)]
        for violation in violations:
            moved = attrs.evolve(violation, pointer=pointer(*place.tokens) + violation.pointer)
            print(f"{text.path}:{place.line_of(violation)}:{moved}")  # noqa: T201 - the command's output
        tally.violations += len(violations)
        tally.invalid += bool(violations)
        tally.valid += not violations


def _records(text: _Text, instance: Any) -> Iterator[tuple[_Place, Any]]:
    """Find the records of a text: it is one, or the array of them that a file is."""
    characters = text.data.decode()
    root = _next(characters, 0)
    before = text.line + characters.count("\n", 0, root)
    if not isinstance(instance, list) or text.path.suffix == ".jsonl":
        yield _Place(characters, root, before), instance
        return
    records: list[Any] = instance
    for record, (token, start, _) in zip(records, _parts(characters, root), strict=True):
        line = before + characters.count("\n", root, start)
        yield _Place(characters, start, line, (token,)), record
        before, root = line, start


# Every text was decoded before, so nothing in it is checked again. Strings are taken whole, whatever their size.
_LEXEME: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{\[]|[}\]]|[^\s,:{}\[\]"]++')
_NESTING: Final = {"{": 1, "[": 1, "}": -1, "]": -1}


def _next(text: str, index: int) -> int:
    """Find the next value, or the bracket that ends those of an object or array."""
    return next(_LEXEME.finditer(text, index)).start()


def _end(text: str, start: int) -> int:
    """Find the end of the value that starts at an index, without recursion: it may be nested deeply."""
    lexemes = _LEXEME.finditer(text, start)
    end = next(lexemes).end()
    depth = _NESTING.get(text[start], 0)
    while depth:
        lexeme = next(lexemes)
        end = lexeme.end()
        depth += _NESTING.get(text[lexeme.start()], 0)
    return end


def _parts(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Find each member or item of the object or array at an index: its token, where it begins, where its value does."""
    index = _next(text, start + 1)
    count = 0
    while text[index] not in "}]":
        token, value = str(count), index
        if text[start] == "{":
            token, value = _member(text, index)
        yield token, index, value
        index = _next(text, _end(text, value))
        count += 1


def _member(text: str, index: int) -> tuple[str, int]:
    end = _end(text, index)
    return decode(text[index:end]), _next(text, end)


def _tokens(of: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in of.split("/")[1:]]
