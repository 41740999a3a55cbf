"""Explain a refusal: turn the errors of jsonschema-rs into violations, in the order of the schema."""

from __future__ import annotations

import functools
import math
import sys
from operator import getitem, itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twenty_opportunity.errors import Violation, pointer
from twenty_opportunity.validation.compile import (
    BOUNDS,
    INTO,
    OF_ARRAYS,
    OF_OBJECTS,
    Part,
    Path,
    Place,
    compiled,
    described,
    matching,
    with_stand_ins,
)
from twenty_opportunity.validation.messages import Failure, Location, not_json, params, sentence
from twenty_opportunity.values.json_pointer import resolve
from twenty_opportunity.values.python_json import (
    COPIED,
    as_array,
    as_members,
    as_text,
    is_dict,
    is_list,
    json_type,
    repeated,
    unwrapped,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jsonschema_rs import Draft202012Validator
    from jsonschema_rs import ValidationError as Error

# An array or object may have millions of broken parts. That many are explained before the first is reported.
WINDOW: Final = 256
_TOKENS: Final = 64  # of the path to each of these parts, on average: errors and failures hold the path

# Several failures that can be put as "is not ..." make one sentence, if any of the branches would do.
_NAMEABLE: Final = frozenset({"const", "enum", "format", "pattern", "type"})
# One fault is reported once: by `type` and not by the `enum` beside it.
_IMPLIED_BY: Final = {"enum": "type", "const": "type", "pattern": "format"}
_IMPLYING: Final = frozenset(_IMPLIED_BY.values())
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_MAPS: Final = frozenset({"patternProperties", "properties"})
# One JSON value of each type. A schema that asks for a type refuses one of these, as it refuses an object that is not
# JSON.
_TYPICAL: Final[tuple[Any, ...]] = (True, None, [], {}, "", 0)
_TYPED: Final = frozenset({*INTO, "const", "enum", "type"})  # keywords that may refuse an object that is not JSON
_BACK: Final = {copied: original for original, copied in COPIED.items()}
_LEVELS_LIMIT: Final = 255  # containers in each other that jsonschema-rs accepts in the value of an error
_SHORT: Final = 256  # characters of a text that is copied without a look at its place
_NOWHERE: Final = Part(Place([], {}, {}))


class Explainer:
    """
    Finds everything wrong with an instance.

    Args:
        schema: A schema of our dialect.
        validator: The schema as `compiled` returns it for copies.
        patterns: The meaning of patterns, in words for messages.
        read_only: The properties of a record that its bodies cannot have.
        window: How many parts of a large array or object are explained at a time.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        validator: Draft202012Validator | None = None,
        *,
        patterns: Mapping[str, str] = MappingProxyType({}),
        read_only: frozenset[str] = frozenset(),
        window: int = WINDOW,
    ) -> None:
        self._schema = schema
        self._root = Part(described(schema))
        self._patterns = patterns
        self._read_only = read_only
        self._window = window
        self._iter_errors = (validator or compiled(schema, stand_ins=True)).iter_errors
        self._located = functools.lru_cache(maxsize=1024)(self._locate)

    def __call__(self, instance: object) -> Iterator[Violation]:
        """Yield the violations of an instance, each once, in the order of the schema."""
        found = False
        # A stack rather than recursion: there may be cuts within cuts at every level of the instance.
        unfinished = [self._events(instance)]
        while unfinished:
            event = next(unfinished[-1], None)
            if event is None:
                unfinished.pop()
            elif isinstance(event, _Cut):
                unfinished.append(self._events_behind(event))
            else:
                found = True
                yield self._violation(event)
        if not found:
            # No keyword refuses these objects that are not JSON.
            odd = _Reading(self._located, instance, self._root, {}, sys.maxsize).odd
            yield from [self._violation(Failure("", None, value, {}, path)) for path, value in odd.items()]

    def _events(self, instance: object) -> Iterator[Failure | _Cut]:
        """Yield the failures in the parts of an instance that are read at once, with the cuts between them."""
        seen: set[tuple[Path, str]] = set()
        events = self._read(instance)
        events.reverse()
        while events:  # an event that was yielded is not held: the path of a failure may be long
            event = events.pop()
            if isinstance(event, _Cut):
                yield event
            elif (place := (event.path, _entry(event) + event.location.pointer)) not in seen:
                seen.add(place)
                around = event.path[:-1]
                yield from (event._replace(path=(*around, name)) for name in event.names) if event.names else [event]

    def _read(self, instance: object) -> list[Failure | _Cut]:
        tried: dict[Path, int] = {}
        while True:
            reading = _Reading(self._located, instance, self._root, tried, self._window)
            failures = reading.ordered(self._iter_errors(reading.copy))
            missed = reading.odd.keys() - {failure.path for failure in failures} if reading.odd else ()
            if all(tried.get(path) == len(_TYPICAL) - 1 for path in missed):
                return reading.merged(failures)
            tried |= {path: min(tried.get(path, 0) + 1, len(_TYPICAL) - 1) for path in missed}

    def _events_behind(self, cut: _Cut) -> Iterator[Failure | _Cut]:
        """Yield the failures and cuts in the parts of a container that were cut off, window by window."""
        # Around each window are only the containers that lead to it. Their own failures are known already.
        depth, start = len(cut.path), cut.start
        while start < len(cut.others):
            part = cut.part(start, self._window)
            whole: Any = part
            for token in reversed(cut.path):
                whole = [whole] if isinstance(token, int) else {token: whole}
            after = start + len(part)
            for event in self._events(whole):
                if isinstance(event, _Cut):
                    if len(event.path) > depth:
                        yield event._replace(path=cut.moved(event.path, start))
                    else:  # some parts of the window were left out
                        after -= len(event.others) - event.start
                elif len(event.path) > depth and event.location.path[: len(cut.source)] == cut.source:
                    yield event._replace(path=cut.moved(event.path, start))
            start = after

    def _violation(self, failure: Failure) -> Violation:
        message, without_value = sentence(failure) if failure.keyword else not_json(failure)
        location, entry = failure.location, _entry(failure)
        return Violation(
            _container_pointer(failure.path[:-1]) + pointer(*failure.path[-1:]),
            failure.keyword,
            location.pointer + entry,
            message,
            without_value,
            location.path_pointer + entry,
            self._schema.get("$id", ""),
            params(failure),
        )

    def _locate(self, path: Path) -> Location:
        """Follow the path of an evaluation, `$ref` by `$ref`, to the keyword at its end."""
        node: Any = self._schema
        place: list[str | int] = []
        passed: list[str | int] = []
        order: list[int | None] = []
        steps: list[str | int | None] = []
        checks: list[Callable[[str], bool]] = []
        tokens = [*reversed(path)]
        keyword, schema = "", node
        while tokens:
            keyword, schema = str(tokens.pop()), node
            if keyword not in schema:
                break  # the condition that `compiled` adds
            passed.append(keyword)
            # The violations of `then` and `else` come where the `if` is.
            order.append([*schema].index("if" if keyword in ("then", "else") else keyword))
            if keyword == "$ref":
                found, node = resolve(schema["$ref"], self._schema)
                place = [*found]
                continue
            node = schema[keyword]
            place.append(keyword)
            if keyword in _LISTS and tokens:
                index: Any = tokens.pop()
                if index == len(node):
                    break
                order.append(index)
                node = node[index]
                place.append(index)
                passed.append(index)
            elif keyword in _MAPS:
                written = {each: each for each in node}
                if keyword == "patternProperties":
                    written |= {with_stand_ins(each): each for each in node}
                name = written[_name(written, tokens[-1] if tokens else "")]
                if name or tokens[-1:] == [""]:  # a cut has the whole path
                    tokens.pop()
                order.append([*node].index(name))
                node = node[name]
                place.append(name)
                passed.append(name)
            if keyword in INTO:
                order.append(None)
            if keyword in INTO and keyword != "propertyNames":
                steps.append(str(passed[-1]) if keyword == "properties" else 0 if keyword in OF_ARRAYS else None)
                checks.append(functools.partial(_is_about, schema, keyword, str(passed[-1])))
        value = schema.get(keyword)
        pattern = value if keyword == "pattern" else _only_name_pattern(schema)
        words, pointers = self._patterns.get(pattern, ""), (pointer(*passed), pointer(*place))
        own = self._read_only if schema is self._schema else frozenset[str]()
        return Location(keyword, schema, value, (*passed,), *pointers, (*order,), (*steps,), (*checks,), words, own)


@functools.lru_cache(maxsize=1)  # violations in a row are often in one container
def _container_pointer(path: Path) -> str:
    return pointer(*path)


def _entry(failure: Failure) -> str:
    """Return the pointer within a keyword to the entry that is violated."""
    return pointer(failure.value) if failure.keyword == "dependentRequired" else ""


def _only_name_pattern(schema: Mapping[str, Any]) -> str:
    patterns = [*schema.get("patternProperties", ())]
    return patterns[0] if len(patterns) == 1 else ""


def _is_about(schema: Mapping[str, Any], keyword: str, entry: str, name: str) -> bool:
    """Check whether a keyword of a schema, or its entry for a pattern, is about the property with a name."""
    if keyword == "patternProperties":
        return bool(matching([name], entry))
    if keyword != "additionalProperties":
        return True
    patterns = schema.get("patternProperties", ())
    return name not in schema.get("properties", ()) and not any(matching([name], pattern) for pattern in patterns)


def _name(container: Mapping[str, Any], token: str | int) -> str:
    """Return the name for a token. jsonschema-rs turns names of digits into integers, and leaves out empty names."""
    if str(token) in container:
        return str(token)
    return next((name for name in container if _number(name) == str(token)), "")


def _number(name: str) -> str:
    """Return the digits of the integer that jsonschema-rs takes a name for; no digits for most other names."""
    return name.removeprefix("+").lstrip("0") or "0"


class _Cut(NamedTuple):
    """
    An array or object of which only the beginning was read.

    Attributes:
        path: Its place in the instance.
        whole: The array or object.
        others: The parts that can be read by themselves: items, or names of properties.
        start: The index of the first of them that was not read.
        source: The path of evaluation to the only keyword that describes them.
    """

    path: Path
    whole: Any
    others: Sequence[Any]
    start: int
    source: Path

    def part(self, start: int, size: int) -> Any:
        """Return the items or properties of a window."""
        others = self.others[start : start + size]
        return others if is_list(self.whole) else {name: self.whole[name] for name in others}

    def moved(self, path: Path, start: int) -> Path:
        """Return the place in the instance of a place in the window that begins at an index."""
        first, *rest = path[len(self.path) :]
        return (*self.path, first + start if isinstance(first, int) else first, *rest)


class _Reading:
    """
    One attempt to explain an instance.

    jsonschema-rs gets a copy of the instance with only what the schema describes: every error carries its value, and
    an undescribed property may have megabytes. In the place of an object that is not JSON it finds one that is.
    """

    def __init__(
        self,
        locate: Callable[[Path], Location],
        instance: object,
        root: Part,
        tried: Mapping[Path, int],
        window: int,
    ) -> None:
        self._locate = locate
        self._instance = instance
        self._tried = tried
        self._window = window
        self._room = window * _TOKENS
        self._has_surrogates = False
        self._positions: dict[int, dict[str, int]] = {}
        self._numbers: dict[int, dict[str, list[str]]] = {}
        self.odd: dict[Path, object] = {}
        self._wholes: dict[Path, Any] = {}
        self._unread: set[Path] = set()
        self._cuts: list[_Cut] = []
        self.copy = self._copy(instance, root, -1, ())

    def _copy(self, value: object, at: Part | None, levels: int, path: Path) -> Any:
        """Copy what is described at a part, or compared there with as many levels below as are given."""
        # Deeper than jsonschema-rs goes there is nothing to find, in a schema that refers to itself.
        if (at is None and levels < 0) or len(path) >= _LEVELS_LIMIT:
            return None
        at = at or _NOWHERE
        levels = max(levels, at.place.levels)
        value = unwrapped(value)
        text, properties, items = as_text(value), as_members(value), as_array(value)
        if text is not None:
            return self._encodable(text)
        if properties is not None:
            return {
                name if name.isascii() else self._encodable(name): part
                if _is_short(part)
                else self._copy(part, at.part(name), levels - 1, (*path, name))
                for name, part in self._read_properties(properties, at, levels, path)
            }
        if items is not None:
            within = at.part(0)
            if within is None and not levels:
                return [None] * len(items)
            return [
                part if _is_short(part) else self._copy(part, within, levels - 1, (*path, index))
                for index, part in self._read_parts(items, enumerate(items), at, levels, path)
            ]
        if json_type(value) is not None:
            return value
        self.odd[path] = value
        return _TYPICAL[self._tried.get(path, 0)]

    def _read_properties(
        self, properties: dict[str, Any], at: Part, levels: int, path: Path
    ) -> Iterable[tuple[str, Any]]:
        """Return the properties of an object that are read: those that a keyword names, and some of the others."""
        if properties.keys() <= at.place.names:
            self._room -= len(path) * max(len(properties) - 1, 0)
            return properties.items()
        needed = None if levels else at.place.others_needed()
        if needed is None:
            return self._read_parts(properties, properties.items(), at, levels, path)
        others = [name for name in properties if name not in at.place.names]
        if needed < len(others):
            self._wholes[path] = properties
            self._unread.add(path)
        unread = {*others[needed:]}
        return [(name, part) for name, part in properties.items() if name not in unread]

    def _read_parts(
        self, whole: Any, parts: Iterable[tuple[Any, Any]], at: Part, levels: int, path: Path
    ) -> Iterator[tuple[Any, Any]]:
        """Yield the parts of a container that are read: as many as there is room for, if the others can be cut off."""
        least, most = max(at.place.size, 1), max(at.place.size, self._window)
        unread: set[Any] = set()
        may_be_cut = not levels
        for index, (token, part) in enumerate(parts):
            if may_be_cut and (index >= most or (index >= least and self._room < 0)):
                may_be_cut = False
                if cut := self._cut(whole, index, at, path):
                    self._cuts.append(cut)
                    self._wholes[path] = whole
                    if is_list(whole):
                        return
                    unread = {*cut.others}
            if token not in unread:
                self._room -= len(path) if index else 0
                yield token, part

    def _cut(self, whole: Any, start: int, at: Part, path: Path) -> _Cut | None:
        """Return a cut before a part if the parts behind it can be read apart: one keyword describes them all."""
        source = at.only_source(OF_ARRAYS if is_list(whole) else OF_OBJECTS)
        if source is None or source.path is None:
            return None
        if is_list(whole):
            return _Cut(path, whole, whole, start, source.path)
        others = [name for name in [*whole][start:] if name not in at.place.names]
        others = matching(others, source.name) if source.keyword == "patternProperties" else others
        return _Cut(path, whole, others, 0, source.path) if others else None

    def merged(self, failures: list[Failure]) -> list[Failure | _Cut]:
        """Return failures in order, with the cuts between them: each after the parts of it that were read."""
        keyed: list[tuple[list[float], Failure | _Cut]] = [
            ([*self._key(self._locate(cut.source).order[:-1], cut.path), math.inf], cut) for cut in self._cuts
        ]
        if not keyed:
            return [*failures]
        keyed += [(self._key(failure.location.order, failure.path), failure) for failure in failures]
        return [event for _, event in sorted(keyed, key=itemgetter(0))]

    def _encodable(self, text: str) -> str:
        if text.isascii():
            return text
        encodable = text.translate(COPIED)
        self._has_surrogates |= encodable != text
        return encodable

    def _original(self, token: Any) -> Any:
        return token.translate(_BACK) if self._has_surrogates and isinstance(token, str) else token

    def ordered(self, errors: Iterable[Error], name: str | None = None) -> list[Failure]:
        """Turn errors into failures, in the order of the schema, without those that others imply."""
        found = [failure for error in errors for failure in self._of(error, name) if self._is_real(failure)]
        if len(found) < 2:  # noqa: PLR2004 - one failure is in order, and implied by no other
            return found
        found.sort(key=lambda failure: self._key(failure.location.order, failure.path))
        known = {
            (failure.path, failure.location.path[:-1], failure.keyword)
            for failure in found
            if failure.keyword in _IMPLYING
        }
        return [
            failure
            for failure in found
            if failure.keyword not in _IMPLIED_BY
            or (failure.path, failure.location.path[:-1], _IMPLIED_BY[failure.keyword]) not in known
        ]

    def _of(self, error: Error, name: str | None) -> Iterator[Failure]:
        found = self._locate((*error.evaluation_path,))
        is_whole = (
            error.kind.name in ("additionalProperties", "falseSchema") and found.keyword == "additionalProperties"
        )
        ways = self._ways(error.instance_path, found.steps[:-1] if is_whole else found.steps)
        if len(ways) > 1:  # values that are equal are equally wrong where the same keywords are about their names
            wrong: Any = error.instance

            def fits(value: Any) -> bool:
                if name is not None or (error.kind.name == "falseSchema" and is_whole):
                    return bool(value) and is_dict(value) and (name is None or name in value)
                return type(value) is type(wrong) and value == wrong

            ways = [way for way in ways if self._is_described(found, way[2])]
            ways = [way for way in ways if fits(way[1])] or ways
        for around, value, path in ways:
            yield from self._of_place(error, self._failure(found, path, value, name), around, value, name)

    def _of_place(self, error: Error, failure: Failure, around: Any, value: Any, name: str | None) -> Iterator[Failure]:
        kind: Any = error.kind
        keyword: str = kind.name
        found = failure.location
        is_of_names = keyword == "falseSchema" and found.keyword in ("additionalProperties", "propertyNames")
        if keyword == "propertyNames":
            yield from self._of(kind.error, kind.error.instance)
        elif keyword in ("anyOf", "oneOf"):
            depth = len(failure.path)
            branches = [
                [each for each in self.ordered(branch, name) if each.path[:depth] == failure.path]
                for branch in kind.context
            ]
            if all(branches):
                yield from _closest(branches, depth)
            else:
                fitting = [branch for branch, failures in zip(found.value, branches, strict=True) if not failures]
                yield failure._replace(value=fitting)
        elif keyword == "required":
            yield from _missing(failure, kind.property)
        elif keyword == "additionalProperties" or is_of_names:
            # The names in the error are those of the copy.
            whole = self._wholes[failure.path] if failure.path in self._unread else None
            allowed = found.schema.get("properties", {})
            unexpected = [self._original(other) for other in (value if is_of_names else kind.unexpected)]
            names = unexpected if whole is None else [name for name in whole if name not in allowed]
            yield failure._replace(path=(*failure.path, names[0]), names=names)
        elif keyword == "falseSchema" and found.is_entered:
            yield failure._replace(instance=around)
        elif keyword == "not" and found.keyword == "allOf":  # the condition that `compiled` adds
            for bound in BOUNDS & found.schema.keys():
                location = self._locate((*error.evaluation_path[:-3], bound))
                yield failure._replace(keyword=bound, value=location.value, location=location)
        else:
            yield failure

    def _failure(self, found: Location, path: Path, value: object, name: str | None) -> Failure:
        if self._has_surrogates:
            path, value, name = tuple(map(self._original, path)), self._original(value), self._original(name)
        if name is not None:
            return Failure(found.keyword, found.value, name, found.schema, (*path, name), found)
        instance = self._wholes.get(path, self.odd.get(path, value))
        return Failure(found.keyword, found.value, instance, found.schema, path, found)

    def _ways(
        self, tokens: Sequence[str | int], steps: Sequence[str | int | None]
    ) -> list[tuple[Any, Any, tuple[Any, ...]]]:
        """Return what is around an error, its value and its path: those of each place that it may be at."""
        path = tuple([known or token for known, token in zip(steps, tokens, strict=False)])
        numbers = [step for step in zip(steps, tokens, strict=False) if step[0] is None and isinstance(step[1], int)]
        if len(tokens) == len(steps) and not numbers:
            around = functools.reduce(getitem, path[:-1], self.copy)
            return [(around, around[path[-1]], path)] if path else [(None, self.copy, path)]
        # Walk down in every way there is: jsonschema-rs leaves out empty names, and takes 01 for 1.
        ways: list[tuple[Any, Any, tuple[Any, ...], int]] = [(None, self.copy, (), 0)]
        for known in steps:
            ways = [
                (within, within[name], (*path, name), used + (name != ""))
                for _, within, path, used in ways
                for name in self._names(within, known, tokens[used] if used < len(tokens) else None)
            ]
        return [(around, value, path) for around, value, path, used in ways if used == len(tokens)]

    def _is_described(self, location: Location, path: Path) -> bool:
        """Check whether the keywords on the way to a location are about the names in a path."""
        return all(check(self._original(name)) for check, name in zip(location.checks, path, strict=False))

    def _names(self, node: Any, known: str | int | None, token: str | int | None) -> Iterable[Any]:
        """Return the names, or the index, that the next token of a path may mean; at its end, the token is None."""
        if known == 0:
            return [token] if is_list(node) and isinstance(token, int) and token < len(node) else []
        if not is_dict(node):
            return []
        if known is not None:
            return [known] if known in node else []
        names: list[Any] = ["", token]
        if isinstance(token, int):
            if id(node) not in self._numbers:
                numbers = self._numbers[id(node)] = dict[str, list[str]]()
                for name in node:
                    numbers.setdefault(_number(name), []).append(name)
            names += self._numbers[id(node)].get(str(token), ())
        return [name for name in names if name in node]

    def _is_real(self, failure: Failure) -> bool:
        """Check that a failure is that of the instance, and not that of a value in the place of another."""
        if not self.odd:
            return True
        if failure.keyword == "uniqueItems":
            return repeated(as_array(_at(self._instance, failure.path)) or ()) is not None
        if failure.path in self.odd:
            return bool(failure.alternatives) or failure.keyword in _TYPED
        return not any(failure.path[:length] in self.odd for length in range(len(failure.path)))

    def _key(self, order: Iterable[int | None], path: Path) -> list[float]:
        """Return where a failure comes in the order of the schema and of the instance."""
        tokens, key, node = iter(path), list[float](), self.copy
        for step in order:
            if step is not None:
                key.append(step)
                continue
            token: Any = next(tokens)
            if is_dict(node):
                token = self._encodable(token)
                key.append(self._position(node, token))
            else:
                key.append(token)
            node = node[token]
        return key

    def _position(self, node: dict[str, Any], name: str) -> int:
        positions = self._positions.get(id(node))
        if positions is None:
            positions = self._positions[id(node)] = {name: position for position, name in enumerate(node)}
        return positions[name]


def _is_short(value: object) -> bool:
    """Return True if a value is a short scalar, which is copied unchanged. Most are."""
    if type(value) is str:
        return len(value) < _SHORT and value.isascii()
    kind = type(value)
    return value is None or kind is int or kind is bool or (type(value) is float and math.isfinite(value))


def _at(instance: object, path: Path) -> Any:
    for token in path:
        parts: Any = as_members(instance) if isinstance(token, str) else as_array(instance)
        instance = parts[token]
    return instance


def _missing(failure: Failure, name: str) -> Iterator[Failure]:
    missing = failure._replace(path=(*failure.path, name))
    if failure.keyword == "required":
        yield missing
        return
    for present, names in failure.value.items():
        if present in failure.instance and name in names:
            yield missing._replace(value=present)


def _closest(branches: list[list[Failure]], depth: int) -> Iterator[Failure]:
    """Yield what is wrong in the branch that was meant; if that cannot be known, one failure that names them all."""
    fitting = [failures for failures in branches if not any(_is_of_other_type(one, depth) for one in failures)]
    candidates = fitting or [[one for one in failures if _is_of_other_type(one, depth)][:1] for failures in branches]
    if all(
        len(failures) == 1 and len(failures[0].path) == depth and failures[0].keyword in _NAMEABLE
        for failures in candidates
    ):
        first, *others = [failures[0] for failures in candidates]
        yield first._replace(alternatives=(first, *others)) if others else first
        return

    unexpected = {
        (*one.path[:-1], name)
        for failures in candidates
        for one in failures
        if one.keyword == "additionalProperties"
        for name in one.names
    }

    def distance(failures: list[Failure]) -> tuple[bool, int]:
        # A property with a fixed value tells branches apart: a branch with another value was not meant, unless the
        # other branches do not have the property.
        fixed = {one.path for one in failures if one.keyword in ("enum", "const") and len(one.path) == depth + 1}
        return bool(fixed - unexpected), sum(len(one.names) or 1 for one in failures)

    yield from min(candidates, key=distance)


def _is_of_other_type(failure: Failure, depth: int) -> bool:
    if len(failure.path) > depth:
        return False
    if failure.keyword in ("enum", "const"):
        values: Any = failure.value if failure.keyword == "enum" else [failure.value]
        return json_type(failure.instance) not in map(json_type, values)
    return failure.keyword == "type"
