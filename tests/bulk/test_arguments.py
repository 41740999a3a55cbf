"""Arguments of a wrong type, or out of range, raise an error that names them."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity import PUBLISHED
from twenty_opportunity import bulk as typed_bulk
from twenty_opportunity import tables as typed_tables

if TYPE_CHECKING:
    from collections.abc import Callable

bulk: Any = typed_bulk  # wrong arguments are not wrong to type checkers here
tables: Any = typed_tables
RULES = bulk.rules_of(PUBLISHED)
RECORD = b'{"id": 1}\n'
NUMBERS: list[tuple[Any, type[Exception], str]] = [
    ("2", TypeError, "it must be an int, not str"),
    (2.0, TypeError, "it must be an int, not float"),
    (None, TypeError, "it must be an int, not NoneType"),
    (True, TypeError, "it must be an int, not bool"),
    (0, ValueError, "it must be at least 1, not 0"),
    (-1, ValueError, "it must be at least 1, not -1"),
]
SOURCES: list[tuple[Any, str]] = [
    (3, "sources must be an iterable of names of files or folders, not int"),
    (None, "sources must be an iterable of names of files or folders, not NoneType"),
    ([3], "sources must be an iterable of names of files or folders, and one of them is int"),
    ([b"a.jsonl"], "sources must be an iterable of names of files or folders, and one of them is bytes"),
    (b"a.jsonl", "sources must be an iterable of names of files or folders, and one of them is int"),
    (io.StringIO("a"), "sources must be a list of files or folders, not StringIO"),
    ("a.jsonl", "sources must be a list of files or folders, such as ['a.jsonl']"),
    (Path("a.jsonl"), "sources must be a list of files or folders, such as ['a.jsonl']"),
]
OPTIONS: list[tuple[str, Any, type[Exception], str]] = [
    ("profile", "server", TypeError, "a profile such as SERVER is needed, not str"),
    ("as_", 3, TypeError, "as_ must be the name of a form, or None, not int"),
    ("as_", ["page"], TypeError, "as_ must be the name of a form, or None, not list"),
    ("as_", "letter", ValueError, "unknown form 'letter'"),
]


def iterated(function: Callable[..., Any]) -> Callable[..., list[Any]]:
    """Return a function that returns the whole of what another one yields."""
    return lambda *arguments, **options: [*function(*arguments, **options)]


READERS: dict[str, Callable[..., Any]] = {
    "iter_entries": iterated(bulk.iter_entries),
    "iter_parts": iterated(bulk.iter_parts),
    "summarize": bulk.summarize,
}
CUTTERS: dict[str, Callable[..., Any]] = {**READERS, "chunks": iterated(bulk.chunks)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write a file with a record."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(RECORD)
    return path


@pytest.mark.parametrize(
    ("function", "name"),
    [
        *((function, "max_record_size") for function in CUTTERS),
        *((function, "jobs") for function in ("iter_parts", "summarize")),
        *((function, "size") for function in ("iter_parts", "chunks")),
    ],
)
@pytest.mark.parametrize(("value", "error", "message"), NUMBERS)
def test_numbers_are_positive_ints(  # noqa: PLR0913, PLR0917 - a case and a file
    file: Path, function: str, name: str, value: Any, error: type[Exception], message: str
) -> None:
    """A number of another type, or below 1, is refused by name."""
    with pytest.raises(error, match=f"^{name} is the [a-z, ]+; {re.escape(message)}$"):
        CUTTERS[function]([file], **{name: value})


def test_a_part_has_at_most_a_gigabyte(file: Path) -> None:
    """The size of a part is bounded, because so many bytes are read at once; that of a record is not."""
    with pytest.raises(ValueError, match=r"^size is .*; it must be at most 1073741824$"):
        CUTTERS["chunks"]([file], size=10**12)
    assert bulk.summarize([file], max_record_size=10**30).invalid == 1


@pytest.mark.parametrize("function", CUTTERS)
@pytest.mark.parametrize(("sources", "message"), SOURCES)
def test_sources_are_a_list_of_names(function: str, sources: Any, message: str) -> None:
    """A single name, a file, and names of another type are refused."""
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        CUTTERS[function](sources)


@pytest.mark.parametrize("function", [*READERS.values(), lambda _, **options: bulk.rules_of(**options)])
@pytest.mark.parametrize(("name", "value", "error", "message"), OPTIONS)
def test_options_are_checked(  # noqa: PLR0913, PLR0917 - a case and a file
    file: Path, function: Callable[..., Any], name: str, value: Any, error: type[Exception], message: str
) -> None:
    """A profile, or a form of another type, is refused by name."""
    options = {"profile": PUBLISHED, name: value}
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        function([file], **options)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bulk.summarize([], executor=3), "executor must have a method submit, "),
        (lambda: [*bulk.iter_entries([], advance=3)], "advance must be a function that "),
        (lambda: bulk.check(3, RULES), "chunk must be a Chunk, see chunks, not int"),
        (lambda: bulk.check(bulk.Chunk("a", 0), 3), "rules must be Rules, see rules_of, not int"),
        (lambda: bulk.total_of(3), "summaries must be an iterable of Summary, not int"),
        (lambda: bulk.total_of([3]), "summaries must be an iterable of Summary, and one of them is int"),
        (lambda: bulk.total_of_parts(3), "parts must be an iterable of ChunkResult, not int"),
        (lambda: bulk.total_of_parts([3]), "parts must be an iterable of ChunkResult, and one of them is int"),
        (lambda: bulk.Summary() + 3, "unsupported operand"),
        (lambda: bulk.Group() + 3, "unsupported operand"),
        (lambda: tables.to_arrow(3).read_all(), "documents must be an iterable of dicts, not int"),
        (lambda: tables.to_csv([], io.StringIO(), spreadsheet_safe=1), "spreadsheet_safe must be a bool, not int"),
        (lambda: tables.to_csv([], io.StringIO(), "server"), "a profile such as SERVER is needed, not str"),
        (lambda: tables.count_rows(3), "file must be the path of a file, not int"),
    ],
)
def test_other_types_are_refused(call: Callable[[], object], message: str) -> None:
    """An argument of another type is refused by name."""
    with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
        call()


def test_bags_are_of_dask() -> None:
    """Only a bag of Dask can be validated as one."""
    pytest.importorskip("dask.bag", reason="the extra dask is not installed")
    for wrong in (3, [RECORD]):
        with pytest.raises(TypeError, match=rf"^bag must be a dask\.bag\.Bag, .* not {type(wrong).__name__}$"):
            bulk.validate_bag(wrong)
