r"""
Patterns of ECMA-262 for Python's `re`, and the validator class of jsonschema that uses them.

Python's `$` also matches before a final line feed, so that "USD\n" would be a currency code, and its classes `\d` and
`\w` have more than ASCII. In ECMA-262 neither is so.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from twenty_opportunity.errors import UnsupportedSchemaError, pointer
from twenty_opportunity.schemas.reading import reached

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import Draft202012Validator, ValidationError

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


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """
    Compile the pattern of a schema for `search`.

    Args:
        pattern: A regular expression of anchors, classes, groups, alternatives and quantifiers.

    Returns:
        The pattern of Python that matches the same texts.

    Raises:
        ValueError: The pattern has something else, which Python might misread, or is not a regular expression.
    """
    translated, position = "", 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            raise ValueError(f"the pattern {pattern} is not portable from character {position} on")
        translated += r"\Z" if token["end"] else token[0]
        position = token.end()
    try:
        return re.compile(f"(?a:{translated})")
    except re.error as error:
        raise ValueError(f"the pattern {pattern} is not a regular expression: {error}") from None


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


@cache
def validator_class() -> type[Draft202012Validator]:
    """Return jsonschema's validator class for Draft 2020-12, with patterns as ECMA-262 has them."""
    from jsonschema import Draft202012Validator, ValidationError, validators  # few programs need it

    additional_properties = Draft202012Validator.VALIDATORS["additionalProperties"]

    def pattern(validator: Any, value: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        if validator.is_type(instance, "string") and not compiled(value).search(instance):
            yield ValidationError(f"{instance!r} does not match {value!r}")

    def pattern_properties(validator: Any, value: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        for name, part in instance.items() if validator.is_type(instance, "object") else ():
            for regex, subschema in value.items():
                if compiled(regex).search(name):
                    yield from validator.descend(part, subschema, path=name, schema_path=regex)

    def additional(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        translated = {compiled(regex).pattern: True for regex in schema.get("patternProperties", ())}
        yield from additional_properties(validator, value, instance, {**schema, "patternProperties": translated}) or ()

    keywords = {"additionalProperties": additional, "pattern": pattern, "patternProperties": pattern_properties}
    return cast("Any", validators).extend(Draft202012Validator, keywords)  # type: ignore[no-any-return]
