r"""
Patterns of ECMA-262, and schemas with patterns, for Python's `re`.

Python's `$` also matches before a final line feed, so that "USD\n" would be a currency code, and its classes `\d` and
`\w` have more than ASCII. In ECMA-262 neither is so.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.errors import UnsupportedSchemaError, pointer
from twenty_opportunity.schemas.reading import reached, replaced

if TYPE_CHECKING:
    from collections.abc import Mapping

# One token a match. The tokens left out mean something else in Python: a dot (which line ends does it exclude?), \s and
# \b (which characters?), look-around, back references, the possessive `*+`.
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
_CLASS: Final = re.compile(r"\\[dDwW]")


# Half of a surrogate pair is not a character: text that excludes U+0000 excludes it, too, as in the compiled validator.
_NO_NULL: Final = (r"[^\x00]", r"[^\x00\ud800-\udfff]")


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """
    Compile the pattern of a schema for `search`.

    Args:
        pattern: A regular expression of anchors, classes, groups, alternatives and quantifiers.

    Returns:
        The pattern of Python that matches the same strings.

    Raises:
        ValueError: The pattern has something else, which Python might misread, or is not a regular expression.
    """
    found, position = "", 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            raise ValueError(f"the pattern {pattern} is not portable from character {position} on")
        found += r"\Z" if token["end"] else token[0]
        position = token.end()
    try:
        return re.compile(f"(?a:{found})" if _CLASS.search(found) else found)
    except re.error as error:
        raise ValueError(f"the pattern {pattern} is not a regular expression: {error}") from None


def for_python(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a schema for a validator that uses `re`, such as jsonschema's: with every pattern translated."""
    copy = replaced(schema, lambda inner: inner if isinstance(inner, bool) else for_python(inner))
    if "pattern" in copy:
        copy["pattern"] = compiled(copy["pattern"].replace(*_NO_NULL)).pattern
    if "patternProperties" in copy:
        copy["patternProperties"] = {compiled(name).pattern: inner for name, inner in copy["patternProperties"].items()}
    return copy


def check(schema: Mapping[str, Any]) -> None:
    """
    Check that each pattern of a schema means the same in every validator.

    Args:
        schema: The schema.

    Raises:
        UnsupportedSchemaError: One does not; says where.
    """
    for place, subschema in reached(schema):
        if isinstance(subschema, dict):
            _check_all(place, "pattern", [subschema["pattern"]] if "pattern" in subschema else [])
            _check_all(place, "patternProperties", [*subschema.get("patternProperties", ())])


def _check_all(place: str, keyword: str, patterns: list[str]) -> None:
    for pattern in patterns:
        try:
            compiled(pattern)
        except ValueError as error:
            raise UnsupportedSchemaError(place + pointer(keyword), str(error)) from None
