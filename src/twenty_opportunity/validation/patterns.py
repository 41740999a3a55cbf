"""The regular expressions of ECMA-262, as far as schemas use them, told to Python's `re` with their own meaning."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# One token a match. What is not here would mean something else in Python, or in the compiled validator: a dot (which
# line ends does it leave out?), \s and \b (which characters?), look-around, back references, the possessive `*+`.
_TOKEN: Final = re.compile(
    r"""
      (?P<end> \$ )
    | \^ | \| | \) | \((?!\?) | \(\?:
    | (?: [*+?] | \{[0-9]+(?:,[0-9]*)?\} ) \?? (?![*+?{])
    | \\ (?: [dDwWnrtfv^$\\.*+?()\[\]{}|/] | x[0-9A-Fa-f]{2} | u[0-9A-Fa-f]{4} )
    | \[ \^? (?:
          \\ (?: [dDwWnrtfv^$\\.*+?()\[\]{}|/\-] | x[0-9A-Fa-f]{2} | u[0-9A-Fa-f]{4} )
        | (?! && | \|\| | ~~ | -- ) [^\\\[\]]
      )+ \]
    | [^\\^$.*+?()\[\]{}|]
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    r"""
    Compile the pattern of a schema for `search`.

    Python's `$` also matches before a final line feed, so that "USD\n" would be a currency code; ECMA-262's is only
    the very end. Its classes `\d` and `\w` are ASCII, Python's are not unless told.

    Args:
        pattern: A regular expression of anchors, classes, groups, alternatives and quantifiers.

    Returns:
        The pattern of Python that matches the same texts.

    Raises:
        ValueError: The pattern has something else, which Python might misread, or is no regular expression.
    """
    translated, position = "", 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            message = f"the pattern {pattern} cannot be told to Python from character {position} on"
            raise ValueError(message)
        translated += r"\Z" if token["end"] else token[0]
        position = token.end()
    try:
        return re.compile(translated, re.ASCII)
    except re.error as error:
        message = f"the pattern {pattern} is no regular expression: {error}"
        raise ValueError(message) from None
