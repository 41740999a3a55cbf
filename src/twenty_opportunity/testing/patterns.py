"""The regular expressions of schemas (ECMA-262), taken apart so that texts can be made that match them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias

import attrs

from twenty_opportunity.errors import UnsupportedSchemaError

if TYPE_CHECKING:
    from random import Random

_DIGITS: Final = "0123456789"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CLASSES: Final = {"d": _DIGITS, "w": f"{_LETTERS}{_DIGITS}_"}
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_QUANTIFIERS: Final[dict[str, tuple[int, int | None]]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_SAMPLED: Final = 8  # how often a sample repeats what may be repeated without end
_EVERYDAY: Final = f"{_LETTERS}{_DIGITS} -_.,:/@é😀"  # what a sample takes of all that a negated class leaves


@attrs.frozen
class Characters:
    """One character: one of these, or any but these."""

    members: str
    negated: bool = False

    shortest = longest = 1

    def __contains__(self, character: str) -> bool:
        """Tell whether a character is one of them."""
        return (character in self.members) is not self.negated

    def fitted(self, limit: int) -> Characters:  # noqa: ARG002 - one character fits wherever it may stand
        """Give the same node made to match nothing longer than the limit."""
        return self

    def sample(self, chance: Random, repeated: int = _SAMPLED) -> str:  # noqa: ARG002 - the same for every node
        """Make a text that matches; what may be repeated is, so often, and what repeats within that is not."""
        return chance.choice([c for c in _EVERYDAY if c in self] if self.negated else self.members)


@attrs.frozen
class Chain:
    """One part after the other."""

    parts: tuple[Node, ...]

    @property
    def shortest(self) -> int:
        """The length of the shortest text that matches."""
        return sum(part.shortest for part in self.parts)

    @property
    def longest(self) -> int | None:
        """The length of the longest text that matches, or None where there is none."""
        lengths = [part.longest for part in self.parts]
        return None if None in lengths else sum(length or 0 for length in lengths)

    def fitted(self, limit: int) -> Chain:
        """Give the same node made to match nothing longer than the limit."""
        flexible = sum(part.shortest != part.longest for part in self.parts)
        share = (limit - self.shortest) // max(flexible, 1)
        return Chain(tuple(part.fitted(part.shortest + share) for part in self.parts))

    def sample(self, chance: Random, repeated: int = _SAMPLED) -> str:
        """Make a text that matches; what may be repeated is, so often, and what repeats within that is not."""
        return "".join([part.sample(chance, repeated) for part in self.parts])


@attrs.frozen
class Choice:
    """One of these."""

    options: tuple[Node, ...]

    @property
    def shortest(self) -> int:
        """The length of the shortest text that matches."""
        return min(option.shortest for option in self.options)

    @property
    def longest(self) -> int | None:
        """The length of the longest text that matches, or None where there is none."""
        lengths = [option.longest for option in self.options]
        return None if None in lengths else max(length or 0 for length in lengths)

    def fitted(self, limit: int) -> Choice:
        """Give the same node made to match nothing longer than the limit."""
        return Choice(tuple(option.fitted(limit) for option in self.options if option.shortest <= limit))

    def sample(self, chance: Random, repeated: int = _SAMPLED) -> str:
        """Make a text that matches; what may be repeated is, so often, and what repeats within that is not."""
        return chance.choice(self.options).sample(chance, repeated)


@attrs.frozen
class Repeat:
    """The same part several times; without end where `most` is None."""

    part: Node
    least: int
    most: int | None

    @property
    def shortest(self) -> int:
        """The length of the shortest text that matches."""
        return self.least * self.part.shortest

    @property
    def longest(self) -> int | None:
        """The length of the longest text that matches, or None where there is none."""
        length = self.part.longest
        return None if self.most is None or length is None else self.most * length

    def fitted(self, limit: int) -> Repeat:
        """Give the same node made to match nothing longer than the limit."""
        # The parts get what the fewest of them leave to each, but no more than what lets them come in numbers.
        part = self.part.fitted(min(limit // max(self.least, 1), max(self.part.shortest, _SAMPLED)))
        most = limit // max(part.longest or 0, 1)
        return Repeat(part, self.least, most if self.most is None else min(self.most, most))

    def sample(self, chance: Random, repeated: int = _SAMPLED) -> str:
        """Make a text that matches; what may be repeated is, so often, and what repeats within that is not."""
        most = max(self.least, repeated if self.most is None else min(self.most, repeated))
        return "".join([self.part.sample(chance, 1) for _ in range(most)])


Node: TypeAlias = Characters | Chain | Choice | Repeat

ANY: Final = Characters("", negated=True)
_ANYTHING: Final = Repeat(ANY, 0, None)


def parse(pattern: str) -> Node:
    """
    Take a regular expression apart.

    Args:
        pattern: The value of a schema's `pattern`. It matches anywhere in a text, as the standard says.

    Returns:
        The node that matches the same texts as a whole: what stands before and after the pattern's own part included.

    Raises:
        UnsupportedSchemaError: The expression has a construct beyond characters, classes, groups, quantifiers and the
            anchors at both ends.
    """
    return _Parser(pattern).parse()


class _Parser:
    """A recursive descent over the text of one pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def parse(self) -> Node:
        options = [self._anchored()]
        while self._take("|"):
            options.append(self._anchored())
        if self._at < len(self._pattern):
            self._refuse(self._pattern[self._at])
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _anchored(self) -> Node:
        """Read one alternative of the outermost level, the only one where anchors may stand."""
        before = [] if self._take("^") else [_ANYTHING]
        parts = self._parts()
        after = [] if self._take("$") else [_ANYTHING]
        return Chain((*before, *parts, *after))

    def _options(self) -> Node:
        options = [Chain(tuple(self._parts()))]
        while self._take("|"):
            options.append(Chain(tuple(self._parts())))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _parts(self) -> list[Node]:
        parts: list[Node] = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)$":
            parts.append(self._quantified(self._atom()))
        return parts

    def _atom(self) -> Node:
        if self._take("(?:"):
            return self._group()
        if self._take("(?"):
            self._refuse(f"(?{self._next()}")
        if self._take("("):
            return self._group()
        if self._take("["):
            return self._class()
        if self._take("\\"):
            return self._escape()
        character = self._next()
        if character in ".^*+?{":
            self._refuse(character)
        return Characters(character)

    def _group(self) -> Node:
        node = self._options()
        if not self._take(")"):
            self._refuse("(")
        return node

    def _quantified(self, node: Node) -> Node:
        for mark, (least, most) in _QUANTIFIERS.items():
            if self._take(mark):
                self._take("?")  # a lazy quantifier matches the same texts
                return Repeat(node, least, most)
        if not self._take("{"):
            return node
        bounds = self._until("}")
        fewest, comma, highest = bounds.partition(",")
        if not fewest.isdecimal() or not (highest.isdecimal() or not highest):
            self._refuse(f"{{{bounds}}}")
        self._take("?")
        return Repeat(node, int(fewest), int(highest) if highest else None if comma else int(fewest))

    def _class(self) -> Node:
        negated = self._take("^")
        members: list[str] = []
        while not self._take("]"):
            node = self._escape() if self._take("\\") else Characters(self._next())
            if node.negated:
                self._refuse("a negated class inside of a class")
            if len(node.members) == 1 and self._pattern[self._at : self._at + 1] == "-":
                members.extend(self._range(node.members))
            else:
                members.extend(node.members)
        return Characters("".join(dict.fromkeys(members)), negated=negated)

    def _range(self, first: str) -> str:
        self._take("-")
        if self._pattern[self._at : self._at + 1] == "]":
            return f"{first}-"
        last = self._escape() if self._take("\\") else Characters(self._next())
        return "".join([chr(code) for code in range(ord(first), ord(last.members) + 1)])

    def _escape(self) -> Characters:
        character = self._next()
        if character.lower() in _CLASSES:
            return Characters(_CLASSES[character.lower()], negated=character.isupper())
        if character in _CONTROLS:
            return Characters(_CONTROLS[character])
        if character in "xu":
            return Characters(chr(int("".join([self._next() for _ in range(2 if character == "x" else 4)]), 16)))
        if character.isalnum():
            self._refuse(f"\\{character}")
        return Characters(character)

    def _until(self, end: str) -> str:
        taken = ""
        while not self._take(end):
            taken += self._next()
        return taken

    def _take(self, expected: str) -> bool:
        found = self._pattern.startswith(expected, self._at)
        self._at += len(expected) if found else 0
        return found

    def _next(self) -> str:
        if self._at >= len(self._pattern):
            self._refuse("an end in the middle")
        self._at += 1
        return self._pattern[self._at - 1]

    def _refuse(self, construct: str) -> NoReturn:
        reason = f"the pattern {self._pattern!r} has {construct!r}, which no text can be made for"
        raise UnsupportedSchemaError("", reason)
