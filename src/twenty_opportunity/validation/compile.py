"""Compile a schema into a check that accepts in a microsecond, map what it describes, and translate its patterns."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from twenty_opportunity.errors import UnsupportedSchemaError, legible, pointer
from twenty_opportunity.schemas.reading import Schema, children, reached, replaced, resolved
from twenty_opportunity.schemas.reading import check as check_dialect
from twenty_opportunity.values.formats import FORMATS
from twenty_opportunity.values.python_json import (
    DEEPEST,
    STAND_INS,
    as_array,
    as_object,
    is_dict,
    plain,
    type_names,
    unwrapped,
)

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

Check: TypeAlias = Callable[[Any], bool]
Path: TypeAlias = tuple[str | int, ...]

BOUNDS: Final = frozenset({"exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"})
_SAME_PLACE: Final = frozenset({"allOf", "anyOf", "else", "oneOf", "then"})
_CONDITIONS: Final = frozenset({"if", "not"})
_LIMITS: Final = {"minItems": 0, "maxItems": 1, "minProperties": 0, "maxProperties": 1}
_CHOICES: Final = (_SAME_PLACE | _CONDITIONS | {"prefixItems"}) - {"allOf"}
_SOURCES: Final = {
    "additionalProperties": "object",
    "items": "array",
    "patternProperties": "object",
    "prefixItems": "array",
    "propertyNames": "object",
}
_FLAT: Final = frozenset({dict, list, str, type(None)})
_LEAVES: Final = frozenset({bool, float, int, str, type(None)})
_OWN_FORMATS: Final = {"json-array": FORMATS["json-array"]}  # jsonschema-rs has the others
# Half of a surrogate pair is not a character. Text that excludes U+0000 is text that a database stores, so it excludes
# these as well: here the private use characters that replace them.
_NO_NULL: Final = ("[^\\x00]", f"[^\\x00{chr(min(STAND_INS.values()))}-{chr(max(STAND_INS.values()))}]")
_NO_NULL_IN_PYTHON: Final = (_NO_NULL[0], r"[^\x00\ud800-\udfff]")
# Python writes no integer of more than sys.get_int_max_str_digits() digits, by default 4300, and jsonschema-rs reads
# large integers from that text. It takes a longer one for an integer, but not for a number, and within any bounds.
_WRITABLE: Final = {"not": {"type": "integer", "not": {"type": "number"}}}

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


def compiled(schema: Mapping[str, Any], *, stand_ins: bool = False) -> Draft202012Validator:
    """
    Compile a schema, with formats asserted.

    Args:
        schema: A schema of our dialect.
        stand_ins: For copies of instances, in which private use characters replace lone surrogates.

    Returns:
        The validator of jsonschema-rs. Its `is_valid` raises `ValueError` for most objects that are not JSON values,
        and takes a tuple for an array.

    Raises:
        UnsupportedSchemaError: The schema is not valid under Draft 2020-12.
    """
    from jsonschema_rs import Draft202012Validator, ValidationError  # takes a millisecond that few programs need

    portable = _portable(schema, stand_ins=stand_ins)
    # With a custom format, jsonschema-rs takes half as long again for every instance, so only schemas with one get it.
    used = {each.get("format") for _, each in reached(portable) if isinstance(each, dict)}
    formats = {name: check for name, check in _OWN_FORMATS.items() if name in used}
    try:
        return Draft202012Validator(portable, formats=formats or None, validate_formats=True, offline=True)
    except ValidationError as error:
        raise UnsupportedSchemaError("", f"is not a Draft 2020-12 schema: {legible(error.message, 150)}") from None


def check(schema: Mapping[str, Any]) -> None:
    """
    Check that a schema means the same in every validator.

    Args:
        schema: The schema.

    Raises:
        UnsupportedSchemaError: It has a keyword, format, pattern or reference that is not supported, or is not valid
            under Draft 2020-12.
    """
    try:
        check_dialect(schema)
        for place, subschema in reached(schema):
            if isinstance(subschema, dict):
                _check_patterns(place, "pattern", [subschema["pattern"]] if "pattern" in subschema else [])
                _check_patterns(place, "patternProperties", [*subschema.get("patternProperties", ())])
    except (AttributeError, TypeError):  # a keyword has a value of a type that it cannot have
        _check_shape(schema)
        raise UnsupportedSchemaError("", "a keyword has a value of a wrong type") from None


def _check_patterns(place: str, keyword: str, patterns: list[str]) -> None:
    for pattern in patterns:
        try:
            python_pattern(pattern)
        except ValueError as error:
            raise UnsupportedSchemaError(place + pointer(keyword), str(error)) from None


def _check_shape(schema: Mapping[str, Any]) -> None:
    """Check a schema against the meta-schema of Draft 2020-12."""
    from jsonschema_rs import ValidationError, meta

    try:
        meta.validate(dict(schema))
    except ValidationError as error:
        place = pointer(*error.instance_path)
        raise UnsupportedSchemaError(place, f"is not a Draft 2020-12 schema: {legible(error.message, 150)}") from None


def exact(accepts: Check, schema: Mapping[str, Any]) -> Check:
    """
    Return a check that refuses tuples, too; the same check if the schema describes no array.

    jsonschema-rs takes a tuple for an array, and a keyword of our own would cost it a third of its speed.
    """
    place = described(schema)
    return _without_tuples(place, accepts, is_complete="required" in schema) if place.matters() else accepts


def tolerant(check: Check, check_copy: Check) -> Check:
    """
    Return a check that raises nothing and that accepts a subclass of str as the text that it holds.

    Args:
        check: The check.
        check_copy: The same for copies, in which private use characters replace lone surrogates.

    Returns:
        The check.
    """

    # One closure and one call within it: the compiled check takes less than a microsecond.
    def is_valid(instance: object) -> bool:
        try:
            return check(instance)
        except ValueError:
            return _accepts_plain(check_copy, instance)

    return is_valid


def _accepts_plain(check: Check, instance: object) -> bool:
    try:
        return check(plain(instance))
    except ValueError:
        return False


def excludes_null(schema: Mapping[str, Any]) -> bool:
    """Return True if a pattern excludes U+0000: it is compiled otherwise for copies."""
    return any(
        _NO_NULL[0] in pattern
        for _, each in reached(schema)
        if isinstance(each, dict)
        for pattern in (each.get("pattern", ""), *each.get("patternProperties", ()))
    )


def with_stand_ins(pattern: str) -> str:
    """Return a pattern for copies of instances, in which private use characters replace lone surrogates."""
    return pattern.replace(*_NO_NULL)


def _portable(schema: Mapping[str, Any], *, stand_ins: bool) -> dict[str, Any]:
    """Copy a schema so that jsonschema-rs judges long integers and keys that are not strings as the schema says."""
    whole: dict[str, Any] = copy.deepcopy(dict(schema))
    for _, subschema in [*reached(whole)]:
        if isinstance(subschema, dict):
            names = type_names(subschema.get("type", []))
            if "number" in names:
                subschema["type"] = [*dict.fromkeys([*names, "integer"])]
            if stand_ins and "pattern" in subschema:
                subschema["pattern"] = with_stand_ins(subschema["pattern"])
            if stand_ins and "patternProperties" in subschema:
                named = subschema["patternProperties"].items()
                subschema["patternProperties"] = {with_stand_ins(name): inner for name, inner in named}
            if BOUNDS & subschema.keys():
                subschema["allOf"] = [*subschema.get("allOf", ()), _WRITABLE]
            # The keys of a dict are looked at only where its values are validated.
            if "object" in names and subschema.get("additionalProperties", True) is True:
                subschema["additionalProperties"] = {}
    return whole


@attrs.frozen
class Source:
    """
    A keyword that describes all items of an array, or all properties of an object but those with these names.

    Attributes:
        path: The path of evaluation to it; None if only some instances have to fulfill it.
        names: The names.
        forbids: No part is valid.
        pattern: The pattern of the names that it describes; empty for any.
    """

    path: Path | None
    names: AbstractSet[str]
    forbids: bool
    pattern: str = ""


@attrs.define(eq=False, repr=False)
class Place:
    """
    The part of a schema that describes one place of an instance, every branch and reference merged.

    Attributes:
        array: A valid instance may have an array here.
        levels: How many levels below are compared as a whole, by `const`, `enum` or `uniqueItems`.
        properties: The places of named properties.
        others: The place of all other properties, if they are described.
        items: The place of array items, if they are described.
        names: The properties that a keyword names.
        size: So many items or properties are as good as more of them.
        sources: The keywords that describe all items ("array"), or all properties but some ("object").
        is_recursive: The schema refers to itself, and this place has parts at several depths.
        entries: The paths of evaluation to the references from which it is entered again; None for one not certain.
        depth: How many parts of an instance it is in, at least.
    """

    array: bool = False
    levels: int = 0
    properties: dict[str, Place] = attrs.Factory(dict[str, "Place"])
    others: Place | None = None
    items: Place | None = None
    names: set[str] = attrs.Factory(set[str])
    size: int = 0
    sources: dict[str, list[Source]] = attrs.Factory(lambda: dict[str, list[Source]](array=[], object=[]))
    is_recursive: bool = False
    entries: set[Path | None] = attrs.Factory(set["Path | None"])
    depth: int = 0

    def separable(self, kind: str, at: Path) -> Source | None:
        """
        Return the keyword by which the parts of an array or object can be judged one by one.

        Args:
            kind: "array" or "object".
            at: The place in the instance. A recursive place has several.

        Returns:
            The keyword; None if the parts can only be judged together.
        """
        if self.levels or (self.is_recursive and any(part is not self for part in self.parts())):
            return None
        entry, *others = self.entries if self.is_recursive else {()}
        path = entry if not others else None
        source = self._only_source(kind)
        around = [self._only_source("array" if isinstance(token, int) else "object") for token in at[self.depth :]]
        for each in (*around, source):
            if path is None or entry is None or each is None or each.path is None:
                return None
            path += each.path[len(entry) :]
        return source and attrs.evolve(source, path=path)

    def _only_source(self, kind: str) -> Source | None:
        sources = self.sources[kind]
        found = [source for source in sources if not source.forbids]
        if len(found) != 1:
            return sources[0] if len(sources) == 1 else None
        (source,) = found
        # Names without the pattern are forbidden by the `additionalProperties` beside it, and by no other.
        beside = (*source.path[:-2], "additionalProperties") if source.path and source.pattern else None
        apart = all(each is source or each.path == beside for each in sources)
        return source if apart and (kind == "array" or self.names <= source.names) else None

    def others_needed(self, window: int) -> int | None:
        """
        Return how many properties of an object that no keyword names are as good as more of them.

        They are all alike where nothing describes them, and where nothing but `additionalProperties: false` does.

        Args:
            window: How many show that they are not allowed.

        Returns:
            The number; None if each is different.
        """
        sources = self.sources["object"]
        if self.levels or self.size or not all(source.forbids for source in sources):
            return None
        return window if sources else 0

    def matters(self) -> bool:
        """Return True if an array is described here or below."""
        return self.array or self.reaches()

    def reaches(self) -> bool:
        """Return True if an array is described below."""
        return any(place.array for place in self.below())

    def below(self) -> list[Place]:
        """Return all places below, once each."""
        below = self.parts()
        for place in below:  # which grows on the way; a place may be inside of itself
            below.extend(part for part in place.parts() if not any(part is known for known in below))
        return below

    def parts(self) -> list[Place]:
        """Return the places directly below."""
        return [place for place in (*self.properties.values(), self.others, self.items) if place]


def described(schema: Mapping[str, Any]) -> Place:
    """Return the place of the root of an instance, as a schema describes it."""
    place = Place()
    describer = _Describer(schema)
    describer.describe(place, schema, (), {}, required=True)
    for recursive in describer.recursive:
        for inner in [recursive, *recursive.below()]:
            inner.is_recursive = True
            if inner is not recursive:
                inner.entries.add(None)
    return place


_Entered: TypeAlias = Mapping[str, tuple[Place, Path | None]]


@attrs.frozen(eq=False, repr=False)
class _Describer:
    root: Mapping[str, Any]
    recursive: list[Place] = attrs.Factory(list[Place])

    def describe(self, place: Place, schema: Schema, path: Path | None, entered: _Entered, *, required: bool) -> None:
        if isinstance(schema, bool):
            return
        values: list[Any] = [*schema.get("enum", ()), schema.get("const")]
        is_array = "array" in type_names(schema.get("type", [])) or any(isinstance(value, list) for value in values)
        place.array |= required and is_array
        place.levels = max(place.levels, DEEPEST + 1 if schema.get("uniqueItems") else 0, *map(_depth, values))
        sizes = [int(schema[limit]) + more for limit, more in _LIMITS.items() if limit in schema]
        place.size = max(place.size, *sizes, 0)
        place.names.update(schema.get("properties", ()), schema.get("required", ()))
        for name, names in schema.get("dependentRequired", {}).items():
            place.names.update([name, *names])
        if "$ref" in schema:
            target = resolved(schema["$ref"], self.root)[1]
            entered = {**entered, schema["$ref"]: (place, path)}
            self.describe(place, target, _extended(path, "$ref"), entered, required=required)
        for tokens, subschema in children(schema):
            # The keyword of an item depends on its index beside `prefixItems`.
            is_certain = tokens[0] not in _CHOICES and not (tokens[0] == "items" and "prefixItems" in schema)
            inner_path = _extended(path, *tokens) if is_certain else None
            if tokens[0] in _SOURCES:
                named = schema.get("properties", {}).keys() if tokens[0] == "additionalProperties" else frozenset[str]()
                forbids = tokens[0] == "additionalProperties" and subschema is False
                pattern = str(tokens[1]) if tokens[0] == "patternProperties" else ""
                place.sources[_SOURCES[str(tokens[0])]].append(Source(inner_path, named, forbids, pattern))
                if forbids:
                    continue
            around, entry = entered.get(subschema.get("$ref", ""), (None, None)) if is_dict(subschema) else (None, None)
            inner = _inner(place, tokens, around or Place(depth=place.depth + 1))
            if inner is not None and inner is around:
                self.recursive.append(inner)
                inner.entries.add(entry)
            elif inner is not None:
                # An array in a condition need not be one of a valid instance.
                is_required = required and tokens[0] not in _CONDITIONS
                self.describe(inner, subschema, inner_path, entered, required=is_required)


def _extended(path: Path | None, *tokens: str | int) -> Path | None:
    return None if path is None else (*path, *tokens)


def _depth(value: Any) -> int:
    members, items = as_object(value), as_array(value)
    if members is None and items is None:
        return 0
    return 1 + max(map(_depth, items or (members or {}).values()), default=0)


def _inner(place: Place, tokens: tuple[str | int, ...], new: Place) -> Place | None:
    keyword = tokens[0]
    if keyword == "properties":
        return place.properties.setdefault(str(tokens[1]), new)
    if keyword in ("items", "prefixItems"):
        place.items = place.items or new
        return place.items
    if keyword in ("additionalProperties", "patternProperties"):
        place.others = place.others or new
        return place.others
    return place if keyword in _SAME_PLACE or keyword in _CONDITIONS else None


def tuple_finder(place: Place) -> Check:
    """
    Return a check for tuples where arrays are described, for instances that the compiled check accepts.

    It does not call itself: JSON in a recursive place is nested as deeply as its sender likes.
    """

    def find(value: object) -> bool:
        pending, seen = [(place, value)], set[int]()
        while pending:
            at, found = pending.pop()
            each = unwrapped(found)
            if type(each) is tuple:
                if at.array:
                    return True
            elif id(each) in seen:  # it contains itself
                continue
            elif (members := as_object(each)) is not None:
                seen.add(id(each))
                inner = ((at.properties.get(name) or at.others, part) for name, part in members.items())
                pending += [(below, part) for below, part in inner if below and type(part) not in _LEAVES]
            elif at.items and (items := as_array(each)) is not None:
                seen.add(id(each))
                pending += [(at.items, item) for item in items if type(item) not in _LEAVES]
        return False

    return find


def _without_tuples(place: Place, accepts: Check | None = None, *, is_complete: bool) -> Check:
    """
    Generate a check that refuses tuples in the place of arrays, in a tenth of the time of the finder.

    Args:
        place: The place of the instance.
        accepts: A check that is called first.
        is_complete: Most instances have every property, so a subscript costs less than `get`.

    Returns:
        The check. It leaves all but plain dicts and lists to the finder.
    """
    names: dict[str, Any] = {"accepts": accepts, "find": tuple_finder(place), "FLAT": _FLAT}
    code = f"""
def check(instance):
    {"" if accepts is None else "if not accepts(instance): return False"}
    try:
        return {_test_for_tuples(place, "instance", names, is_complete=is_complete)} or not find(instance)
    except KeyError:
        return not find(instance)
"""
    exec(code, names)  # noqa: S102 - the code has names of properties only, as literals
    check: Check = names["check"]
    return check


def _test_for_tuples(place: Place, value: str, names: dict[str, Any], *, is_complete: bool) -> str:
    """Return the code of a test that only a value without tuples passes, and add what it uses to the names."""
    if not place.reaches():
        return f"type({value}) in FLAT"
    own = f"v{len(names)}"
    names[own] = None
    if place.is_recursive or (place.others and place.others.matters()):
        names[own] = tuple_finder(place)
        return f"not {own}({value})"
    if place.items and place.items.matters():
        names[f"{own}_check"] = _without_tuples(place.items, is_complete=is_complete)
        return f"(({own} := {value}) is None or type({own}) is list and all(map({own}_check, {own})))"
    part = f"{own}[{{!r}}]" if is_complete else f"{own}.get({{!r}})"
    inner = [
        _test_for_tuples(below, part.format(name), names, is_complete=is_complete)
        for name, below in place.properties.items()
        if below.matters()
    ]
    return f"(({own} := {value}) is None or type({own}) is dict and {' and '.join(inner)})"


@lru_cache(maxsize=256)
def python_pattern(pattern: str) -> re.Pattern[str]:
    r"""
    Compile the pattern of a schema for `search`.

    Python's `$` also matches before a final line feed, so that "USD\n" would be a currency code, and its classes `\d`
    and `\w` have more than ASCII. In ECMA-262 neither is so.

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
    found = replaced(schema, lambda inner: inner if isinstance(inner, bool) else for_python(inner))
    if "pattern" in found:
        found["pattern"] = _in_python(found["pattern"])
    if "patternProperties" in found:
        found["patternProperties"] = {_in_python(name): inner for name, inner in found["patternProperties"].items()}
    return found


def _in_python(pattern: str) -> str:
    return python_pattern(pattern.replace(*_NO_NULL_IN_PYTHON)).pattern


def matching(names: Sequence[str], pattern: str) -> list[str]:
    """Return the names that match a pattern of a schema."""
    search = re.compile(_in_python(pattern)).search
    return [name for name in names if search(name)]
