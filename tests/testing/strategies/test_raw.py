"""Raw and malformed documents: every way to write JSON occurs, and every way to get it wrong."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, DecodeError
from twenty_opportunity.strategies import malformed_documents, raw_documents
from twenty_opportunity.testing.strategies.raw import raw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MEASURING = settings(max_examples=1_000, phases=[Phase.generate], database=None, derandomize=True, deadline=None)

FINDING = settings(max_examples=1_000, database=None, derandomize=True)


def counted(strategy: st.SearchStrategy[bytes], corners: Mapping[str, Callable[[bytes], Any]]) -> Counter[str]:
    """Count the texts of a thousand in which each corner occurs."""
    counts = Counter(dict.fromkeys(corners, 0))

    @MEASURING
    @given(strategy)
    def count(text: bytes) -> None:
        counts.update(name for name, check in corners.items() if check(text))

    count()
    return counts


def has(pattern: bytes) -> Callable[[bytes], Any]:
    """Make the check that a text has something in it."""
    return re.compile(pattern).search


RAW = {
    "white space around": has(rb"^\s.*\s$"),
    "a tab": has(rb"\t"),
    "a short escape": has(rb"\\[nt/]"),
    "an escape of what needs none": has(rb"\\u00[67]"),
    "an upper-case escape": has(rb"\\u[0-9A-F]*[A-F]"),
    "a lower-case escape": has(rb"\\u[0-9a-f]*[a-f]"),
    "a surrogate pair": has(rb"\\u[dD]8..\\u[dD]"),
    "bytes beyond ASCII": has(rb"[\x80-\xff]"),
    "an exponent": has(rb"\d[eE]\d"),
    "a signed exponent": has(rb"\d[eE][+-]\d"),
    "a needless fraction": has(rb"\d\.0[,\s}]"),
    "properties in another order": lambda text: list(json.loads(text))[:1] != ["id"],
    "one name twice": lambda text: len(json.loads(text, object_pairs_hook=list)) > len(json.loads(text)),
}
MALFORMED = {
    "nothing": lambda text: not text.strip(),
    "truncated": lambda text: text[:1] == b"{" and text.count(b"{") > text.count(b"}") and len(text) < 10_000,
    "too deep": lambda text: len(text) > 90_000,
    "UTF-8 with a mark": has(rb"^\xef\xbb\xbf{"),
    "UTF-16": has(rb"^(\xff\xfe)?{\x00[^\x00]"),
    "UTF-32": has(rb"^(\x00\x00\xfe\xff)?\x00\x00\x00{|{\x00\x00\x00"),
    "bytes that are no UTF-8": has(rb'"[\x80\xc0\xff]'),
    "NaN": has(rb":NaN"),
    "an infinity": has(rb":-?Infinity"),
    "beyond a float": has(rb":-?1e999"),
    "leading zero": has(rb":01,"),
    "too many digits": has(rb"9{5000}"),
    "a lone surrogate": has(rb'"\\ud800"'),
    "a raw control character": has(rb'"\t"'),
    "a comment": has(rb"/\* none"),
    "trailing garbage": has(rb"}(x|null|// done)$"),
}


@pytest.mark.slow
def test_every_way_to_write_json_occurs() -> None:
    """Among a thousand texts there is each liberty that RFC 8259 allows."""
    assert not {name: count for name, count in counted(raw_documents(), RAW).items() if count < 2}


@pytest.mark.slow
def test_every_way_to_get_json_wrong_occurs() -> None:
    """Among a thousand malformed texts there is each mistake."""
    assert not {name: count for name, count in counted(malformed_documents(), MALFORMED).items() if count < 1}


@pytest.mark.parametrize("number", [0, 5, -7, 100_000, -(2**53), 2**60, 0.5, -0.0, 1e300, 1.5e-7])
@given(data=st.data())
def test_numbers_keep_their_value(number: float, data: st.DataObject) -> None:
    """However a number is written, it is read as the same number."""
    read = json.loads(data.draw(raw(st.just([number, number, number]))))
    assert read == [number] * 3


def test_a_round_number_is_written_with_an_exponent() -> None:
    """A hundred thousand can be 1E5."""
    assert find(raw(st.just(100_000)), lambda text: b"E" in text, settings=FINDING) == b"1E5"


@given(
    st.data(),
    st.recursive(st.none() | st.booleans() | st.text(), lambda part: st.lists(part) | st.dictionaries(st.text(), part)),
)
def test_any_instance_is_written_so_that_it_is_read_as_it_was(data: st.DataObject, instance: Any) -> None:
    """White space, escapes and repeated names change nothing of what a text says."""
    assert json.loads(data.draw(raw(st.just(instance)))) == instance


def test_texts_shrink_to_plain_ones() -> None:
    """The smallest text has the required properties, and neither white space nor escapes."""
    assert find(raw_documents(), lambda _: True, settings=FINDING) == (
        b'{"id":"00000000-0000-0000-0000-000000000000","createdAt":"2000-01-01T00:00:00Z",'
        b'"updatedAt":"2000-01-01T00:00:00Z","name":"","stage":"NEW"}'
    )
    assert find(malformed_documents(), lambda _: True, settings=FINDING) == b""


def test_a_malformed_text_is_refused_with_its_place() -> None:
    """A text that is no JSON is refused with the byte where it goes wrong."""
    with pytest.raises(DecodeError) as error:
        PUBLISHED.loads(find(malformed_documents(), lambda text: b"NaN" in text, settings=FINDING))
    assert error.value.offset is not None
