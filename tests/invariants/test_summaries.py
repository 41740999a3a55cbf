"""Summaries add up: any split of the input in any order gives the same sum, and every record is counted once."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED
from twenty_opportunity.bulk import (
    Summary,
    check,
    chunks,
    iter_entries,
    iter_parts,
    rules_of,
    summarize,
    total_of,
    total_of_parts,
    validate_bag,
)
from twenty_opportunity.bulk.chunks import ArrayCutter

RECORD: dict[str, Any] = json.loads((Path(__file__).parents[2] / "examples" / "opportunity.json").read_bytes())
RULES = rules_of(PUBLISHED)

members = st.fixed_dictionaries(
    {},
    optional={
        "stage": st.sampled_from(["NEW", "SCREENING", "LEAD", None]),
        "amount": st.none()
        | st.fixed_dictionaries(
            {"amountMicros": st.integers() | st.none(), "currencyCode": st.sampled_from(["USD", "EUR", "usd"])}
        ),
        "closeDate": st.dates().map(str) | st.none() | st.text(max_size=3),
        "name": st.text(max_size=5) | st.integers(),
        "text": st.text(alphabet='"\\[]{},\n é', max_size=9),
    },
)
records = members.map(lambda changed: RECORD | changed)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
texts = (records | json_values).map(json.dumps).map(str.encode)
lines = (
    texts | st.binary(max_size=12).map(lambda noise: noise.replace(b"\n", b"")) | st.sampled_from([b"", b" \r", b"{"])
)


def written(folder: str, name: str, data: bytes) -> str:
    """Write a file and return its name."""
    file = Path(folder) / name
    file.write_bytes(data)
    return str(file)


@given(
    st.lists(lines, max_size=12), st.sampled_from([b"", b"\n"]), st.integers(1, 2000), st.randoms(use_true_random=False)
)
def test_any_split_in_any_order_has_the_same_sum(given_lines: list[bytes], end: bytes, size: int, random: Any) -> None:
    """The summaries of chunks of any size, added in any order and grouping, are the same."""
    with tempfile.TemporaryDirectory() as folder:
        file = written(folder, "a.jsonl", b"\n".join(given_lines) + end)
        whole = summarize([file])
        parts = [check(chunk, RULES) for chunk in chunks([file], size=size)]
        absolute = [part.summary for part in iter_parts([file], size=size)]
    random.shuffle(parts)
    random.shuffle(absolute)
    cut = random.randint(0, len(absolute))
    assert total_of_parts(parts) == whole
    assert total_of(absolute[:cut]) + total_of(absolute[cut:]) == whole
    assert Summary() + whole == whole == whole + Summary()


@given(st.lists(lines, max_size=12), st.integers(1, 2000))
def test_every_line_is_counted_once(given_lines: list[bytes], size: int) -> None:
    """Each line that is not blank is valid, invalid or unreadable, in plain and compressed files."""
    filled = sum(
        bool(line.strip(b" \t\r\n\v\f")) for line in b"\n".join(given_lines).removeprefix(b"\xef\xbb\xbf").split(b"\n")
    )
    with tempfile.TemporaryDirectory() as folder:
        data = b"\n".join(given_lines)
        if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")):
            return  # the marks of other encodings and of compression
        plain, packed = written(folder, "a.jsonl", data), written(folder, "b.ndjson.gz", gzip.compress(data))
        for file in (plain, packed):
            summary = total_of(part.summary for part in iter_parts([file], as_="record", size=size))
            assert summary.valid + summary.invalid + summary.unreadable == summary.total == filled
            entries = [*iter_entries([file], as_="record")]
            assert len(entries) == filled
            assert [entry.line for entry in entries] == sorted({entry.line for entry in entries})


MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xef\xbb\xbf")


@given(
    st.lists(lines.filter(lambda line: not line.startswith(MARKS)), max_size=12),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.sampled_from([bytes, lambda line: line.decode(errors="surrogateescape") + "\n"]),
    st.integers(1, 5),
)
def test_a_bag_of_lines_has_the_counts_of_the_file(
    given_lines: list[bytes], mark: bytes, as_text: Any, partitions: int
) -> None:
    """A bag of lines, str or bytes, has the counts of the file."""
    from_sequence = pytest.importorskip("dask.bag", reason="the extra dask is not installed").from_sequence
    data = mark + b"\n".join(given_lines)
    bag = from_sequence([*map(as_text, data.split(b"\n"))], npartitions=partitions)
    summary = validate_bag(bag).compute(scheduler="synchronous")
    with tempfile.TemporaryDirectory() as folder:
        whole = summarize([written(folder, "a.jsonl", data)])
    for one in (summary, whole):
        assert one.total == one.valid + one.invalid + one.unreadable
    assert figures(summary) == figures(whole)


def figures(summary: Summary) -> dict[str, Any]:
    """Return the counts of a summary."""
    found = attrs.asdict(summary, recurse=False) | {"problems": len(summary.problems)}
    return found | {"groups": {key: group.count for key, group in summary.groups.items()}}


@given(st.lists(texts, max_size=8), st.integers(1, 500), st.sampled_from([b",", b" ,\n", b"\n\t,"]))
def test_an_array_is_cut_between_its_items(items: list[bytes], size: int, comma: bytes) -> None:
    """For any size of blocks, the items of an array are those that a decoder finds."""
    data = b" [" + comma.join(items) + b"]\n"
    with tempfile.TemporaryDirectory() as folder:
        file = written(folder, "a.json", data)
        cut = [
            (chunk.read()[begin:end], chunk.index + number)
            for chunk in chunks([file], size=size)
            for number, (begin, end) in enumerate(chunk.spans)
        ]
        whole = summarize([file])
        assert total_of(part.summary for part in iter_parts([file], size=size)) == whole
    assert [json.loads(item) for item, _ in cut] == json.loads(data)
    assert [index for _, index in cut] == [*range(len(items))]


@given(st.binary(max_size=40))
def test_any_bytes_are_counted(data: bytes) -> None:
    """Any bytes are counted, whatever the name of the file."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.json", "a.jsonl", "a.json.gz", "a"):
            summary = summarize([written(folder, name, data)])
            assert summary.total == summary.valid + summary.invalid + summary.unreadable


@given(
    st.lists(st.tuples(st.sampled_from([b"", b" ", b"\n" * 9, b" " * 60]), texts, st.sampled_from([b"", b"\n" * 40]))),
    st.integers(1, 40),
    st.integers(5, 900),
)
def test_an_array_is_cut_in_blocks_of_any_size(
    given_items: list[tuple[bytes, bytes, bytes]], block: int, limit: int
) -> None:
    """Each item is found at its index and line, or left out if it is too large, holding little more than the limit."""
    data = b"[" + b",".join(b"".join(padded) for padded in given_items) + b"]"
    rest = io.BytesIO(data)
    cutter = ArrayCutter(rest.read, block, limit)
    found: list[tuple[int, int, bytes | None]] = []
    line = 1
    for chunk in cutter.chunks():
        data = chunk.read()
        assert len(data) <= 2 * limit + 2 * block + 2
        for index, (begin, end) in enumerate(chunk.spans, chunk.index):
            found.append((index, line + data.count(b"\n", 0, begin), data[begin:end]))
        line += data.count(b"\n")
        if chunk.fault:
            found.append((chunk.index, line, None))
        line += chunk.skipped
    expected: list[tuple[int, int, bytes | None]] = []
    line = 1
    for index, (before, text, after) in enumerate(given_items):
        left_out = index < len(found) and found[index][2] is None and len(text) > limit
        expected.append((index, line + before.count(b"\n"), None if left_out else text))
        line += before.count(b"\n") + after.count(b"\n")
    assert found == expected
    assert cutter.complaint is None


paddings = st.sampled_from([b"", b" ", b"\n \n", b" " * 60, b"\n" * 60])


@given(st.lists(st.tuples(paddings, texts, paddings), max_size=6), st.integers(1, 500), st.integers(1, 900))
def test_records_above_the_maximum_size_are_refused(
    given_items: list[tuple[bytes, bytes, bytes]], size: int, limit: int
) -> None:
    """In lines and arrays, plain and compressed, each larger record is one finding, and the others are not affected."""
    as_lines = b"".join(text + b"\r\n" * (1 + before.count(b"\n")) for before, text, _ in given_items)
    as_array = b"[" + b",".join(b"".join(padded) for padded in given_items) + b"]"
    large = [len(text) > limit for _, text, _ in given_items]
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("a.jsonl", as_lines), ("a.json", as_array)):
            files = written(folder, name, data), written(folder, f"{name}.gz", gzip.compress(data))
            for file in files:
                expected = [*iter_entries([file], as_="record")]
                found = [*iter_entries([file], as_="record", max_record_size=limit)]
                assert [entry.line for entry in found] == [entry.line for entry in expected]
                assert ["larger than" in str(entry.findings) for entry in found] == large
                kept = [entry for entry, refused in zip(found, large, strict=True) if not refused]
                assert kept == [entry for entry, refused in zip(expected, large, strict=True) if not refused]
                parts = [*iter_parts([file], as_="record", size=size, max_record_size=limit)]
                assert [f for part in parts for f in part.findings] == [f for entry in found for f in entry.findings]
                assert total_of(part.summary for part in parts).total == len(given_items)
