"""Large arrays: their text is cut into items as it is read, so that no more than a few items are held at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Every quantifier is possessive: what was matched once is not looked at again.
_STRING: Final = rb'"(?:[^"\\]++|\\.)*+"'
_SHALLOW: Final = re.compile(
    rb"[ \t\r\n]*+(?:(?P<whole>%b)|(?P<open>[\[{])|(?P<comma>,)|(?P<end>\])|(?P<word>[^ \t\r\n,\]\[{\"]++))" % _STRING,
    re.DOTALL,
)
_BRACKET: Final = re.compile(rb'[^"\[\]{}]*+(?:%b[^"\[\]{}]*+)*+([\[\]{}])' % _STRING, re.DOTALL)


@attrs.frozen
class Batch:
    """
    Some items that follow each other, with the text between them.

    Attributes:
        data: The text, which goes on where that of the batch before ended.
        index: The first item's index.
        spans: Where in the text each item begins and ends.
    """

    data: bytes
    index: int
    spans: tuple[tuple[int, int], ...]


class ArrayCutter:
    """
    Cuts the text of an array between its items. It only tells brackets and strings apart; an item may be no JSON.

    Args:
        read: Gives about as many bytes as asked for; none at the end.
        block: How many to ask for.

    Attributes:
        complaint: What is wrong with the array, its items aside; None where nothing is.
    """

    complaint: str | None

    def __init__(self, read: Callable[[int], bytes], block: int) -> None:
        self.complaint = None
        self._read = read
        self._block = block
        self._text = b""
        self._at = 0  # how far the text was looked at
        self._depth = 0
        self._begin = -1  # where the item begins that is not at its end; -1 where there is none
        self._end = 0
        self._spans: list[tuple[int, int]] = []
        self._after_comma = False
        self._over = False

    @property
    def rest(self) -> bytes:
        """What was looked at behind the last batch: white space and brackets."""
        return self._text[: self._at]

    def batches(self) -> Iterator[Batch]:
        """
        Cut the text.

        Returns:
            The items, batch after batch. Their texts put together are the text as far as it was read, what follows the
            last item aside.
        """
        self._text = self._read(self._block)
        self._at = self._text.index(b"[") + 1
        index = 0
        while not self._over:
            self._look()
            if self._spans:
                cut = self._spans[-1][1]
                yield Batch(self._text[:cut], index, tuple(self._spans))
                index += len(self._spans)
                self._forget(cut)
            if not self._over:
                self._grow()
        if self._spans:
            yield Batch(self._text, index, tuple(self._spans))

    def _forget(self, cut: int) -> None:
        self._text = self._text[cut:]
        self._spans = []
        self._at -= cut
        self._begin = max(self._begin - cut, -1) if self._begin >= 0 else -1
        self._end -= cut

    def _grow(self) -> None:
        # An item that is larger than a block is read in steps that double, so that its strings are few times reread.
        blocks = [self._text]
        missing = max(self._block, len(self._text))
        while missing > 0 and (block := self._read(missing)):
            blocks.append(block)
            missing -= len(block)
        if len(blocks) > 1:
            self._text = b"".join(blocks)
            return
        self._over = True
        end = len(self._text)
        begin = end - len(self._text[self._at :].lstrip()) if self._begin < 0 else self._begin
        self._at = end
        if begin < end:
            self._spans.append((begin, end))
        else:
            self.complaint = "the array does not end"

    def _look(self) -> None:
        """Look at everything that is whole."""
        step = True
        while step and not self._over:
            step = self._in_item() if self._depth else self._between()

    def _in_item(self) -> bool:
        bracket = _BRACKET.match(self._text, self._at)
        if bracket is None:
            return False
        self._at = self._end = bracket.end()
        self._depth += 1 if bracket[1] in b"[{" else -1
        return True

    def _between(self) -> bool:
        lexeme = _SHALLOW.match(self._text, self._at)
        if lexeme is None or (lexeme["word"] and lexeme.end() == len(self._text)):
            return False  # the rest of a word may be in the next block
        self._at = lexeme.end()
        kind = lexeme.lastgroup or ""
        if kind == "comma":
            self._finish(required=True)
            self._after_comma = True
        elif kind == "end":
            self._finish(required=self._after_comma)
            self._over = True
            self._look_behind()
        else:
            self._begin = lexeme.start(kind) if self._begin < 0 else self._begin
            self._end = self._at
            self._depth = int(kind == "open")
        return True

    def _finish(self, *, required: bool) -> None:
        if self._begin >= 0:
            self._spans.append((self._begin, self._end))
        elif required:
            self._spans.append((self._at - 1, self._at - 1))  # there is nothing where an item should be
        self._begin = -1

    def _look_behind(self) -> None:
        text = self._text[self._at :]
        while not text.strip(b" \t\r\n"):
            text = self._read(self._block)
            if not text:
                return
        self.complaint = "there is something after the end of the array"
