"""Explain a refusal: turn the errors of jsonschema-rs into violations, in the order of the schema."""

from __future__ import annotations

import functools
import math
import operator
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import attrs

from twenty_opportunity.errors import Violation, pointer
from twenty_opportunity.schemas.reading import resolved
from twenty_opportunity.validation.compile import BOUNDS, Path, Place, compiled, described, matching, with_stand_ins
from twenty_opportunity.validation.messages import Failure, Location, not_json, params, sentence
from twenty_opportunity.values.python_json import (
    COPIED,
    DEEPEST,
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
    from collections.abc import Callable, Iterable, Iterator

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
# These keywords go on from a value to a part of it.
_INTO: Final = frozenset(
    {"additionalProperties", "items", "patternProperties", "prefixItems", "properties", "propertyNames"}
)
_OF_NAMES: Final = _INTO - {"items", "prefixItems"}
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_MAPS: Final = frozenset({"patternProperties", "properties"})
# One JSON value of each type. A schema that asks for a type refuses one of these, as it refuses an object that is not
# JSON.
_TYPICAL: Final[tuple[Any, ...]] = (True, None, [], {}, "", 0)
_TYPED: Final = frozenset({*_INTO, "const", "enum", "type"})  # keywords that may refuse an object that is not JSON
_BACK: Final = {copied: original for original, copied in COPIED.items()}
_LEVELS_LIMIT: Final = 255  # containers in each other that jsonschema-rs accepts in the value of an error
_SHORT: Final = 256  # characters of a text that is copied without a look at its place
_FAR: Final = 48  # steps in the order of a failure; only a schema that refers to itself has so many
_LEVELS: Final = [Place(levels=levels) for levels in range(DEEPEST + 2)]


def explainer(
    schema: Mapping[str, Any],
    validator: Draft202012Validator | None = None,
    *,
    patterns: Mapping[str, str] = MappingProxyType({}),
    window: int = WINDOW,
) -> Callable[[object], Iterator[Violation]]:
    """
    Return a function that finds everything wrong with an instance.

    Args:
        schema: A schema of our dialect.
        validator: The schema as `compiled` returns it for copies.
        patterns: The meaning of patterns, in words for messages.
        window: How many parts of a large array or object are explained at a time.

    Returns:
        A function that yields the violations of an instance, each once, in the order of the schema.
    """
    return _Explainer(schema, validator or compiled(schema, stand_ins=True), patterns, window)


class _Explainer:
    def __init__(
        self, schema: Mapping[str, Any], validator: Draft202012Validator, patterns: Mapping[str, str], window: int
    ) -> None:
        self._schema = schema
        self._place = described(schema)
        self._patterns = patterns
        self._window = window
        self._iter_errors = validator.iter_errors
        self.locate = functools.lru_cache(maxsize=1024)(self._locate)

    def __call__(self, instance: object) -> Iterator[Violation]:
        found = False
        for failure in self._failures(instance):
            found = True
            yield self._violation(failure)
        if not found:
            # No keyword refuses these objects that are not JSON.
            odd = _Reading(self.locate, instance, self._place, {}, sys.maxsize).odd
            yield from [self._violation(Failure("", None, value, {}, path)) for path, value in odd.items()]

    def _failures(self, instance: object) -> Iterator[Failure]:
        """Yield the failures of an instance, each once, in the order of the schema."""
        # A stack rather than recursion: there may be cuts within cuts at every level of the instance.
        unfinished = [self._events(instance)]
        while unfinished:
            event = next(unfinished[-1], None)
            if event is None:
                unfinished.pop()
            elif isinstance(event, _Cut):
                unfinished.append(self._events_behind(event))
            else:
                yield event

    def _events(self, instance: object) -> Iterator[Failure | _Cut]:
        """Yield the failures in the parts of an instance that are read at once, with the cuts between them."""
        seen: set[tuple[Path, str]] = set()
        events = self._read(instance)
        events.reverse()
        while events:  # an event that was yielded is not held: the path of a failure may be long
            event = events.pop()
            if isinstance(event, _Cut):
                yield event
                continue
            failure, names = (event.failure, event.names) if isinstance(event, _Run) else (event, ())
            first = (*failure.path[:-1], names[0]) if names else failure.path
            if (place := (first, _entry(failure) + failure.location.pointer)) not in seen:
                seen.add(place)
                yield from [failure] if not names else (failure._replace(path=(*first[:-1], name)) for name in names)

    def _read(self, instance: object) -> list[Failure | _Run | _Cut]:
        tried: dict[Path, int] = {}
        while True:
            reading = _Reading(self.locate, instance, self._place, tried, self._window)
            failures = reading.ordered(self._iter_errors(reading.copy))
            missed = reading.odd.keys() - {failure.path for failure in failures} if reading.odd else ()
            if all(tried.get(path) == len(_TYPICAL) - 1 for path in missed):
                return reading.merged(failures)
            tried |= {path: min(tried.get(path, 0) + 1, len(_TYPICAL) - 1) for path in missed}

    def _events_behind(self, cut: _Cut) -> Iterator[Failure | _Cut]:
        """Yield the failures and cuts in the parts of a container that were cut off, window by window."""
        # Around each window are only the containers that lead to it. Their own failures are known already.
        path = tuple([0 if isinstance(token, int) else token for token in cut.path])
        start = cut.start
        while start < len(cut.others):
            part = cut.part(start, self._window)
            whole: Any = part
            for token in reversed(cut.path):
                whole = [whole] if isinstance(token, int) else {token: whole}
            after = start + len(part)
            for event in self._events(whole):
                if isinstance(event, _Cut):
                    if len(event.path) > len(path):
                        yield attrs.evolve(event, path=cut.moved(event.path, start))
                    else:  # some parts of the window were left out
                        after -= len(event.others) - event.start
                elif len(event.path) > len(path) and event.location.path[: len(cut.source)] == cut.source:
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
                found, node = resolved(schema["$ref"], self._schema)
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
                if name:
                    tokens.pop()
                order.append([*node].index(name))
                node = node[name]
                place.append(name)
                passed.append(name)
            if keyword in _INTO:
                order.append(None)
            if keyword in _INTO and keyword != "propertyNames":
                steps.append(str(passed[-1]) if keyword == "properties" else None if keyword in _OF_NAMES else 0)
        value = schema.get(keyword)
        pattern = value if keyword == "pattern" else _only_name_pattern(schema)
        words = self._patterns.get(pattern, "")
        return Location(
            keyword, schema, value, (*passed,), pointer(*passed), pointer(*place), (*order,), (*steps,), words
        )


@functools.lru_cache(maxsize=1)  # violations in a row are often in one container
def _container_pointer(path: Path) -> str:
    return pointer(*path)


def _entry(failure: Failure) -> str:
    """Return the pointer within a keyword to the entry that is violated."""
    return pointer(failure.value) if failure.keyword == "dependentRequired" else ""


def _only_name_pattern(schema: Mapping[str, Any]) -> str:
    patterns = [*schema.get("patternProperties", ())]
    return patterns[0] if len(patterns) == 1 else ""


def _name(container: Mapping[str, Any], token: str | int) -> str:
    """Return the name for a token. jsonschema-rs turns names of digits into integers, and leaves out empty names."""
    if str(token) in container:
        return str(token)
    return next((name for name in container if _number(name) == str(token)), "")


def _number(name: str) -> str:
    """Return the digits of the integer that jsonschema-rs takes a name for; nothing if it is not one."""
    digits = name.removeprefix("+")
    return digits.lstrip("0") or "0" if digits.isdecimal() and digits.isascii() else ""


@attrs.frozen
class _Cut:
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


class _Run(NamedTuple):
    """
    Properties in a row that were not read, because they are forbidden like others that were.

    Attributes:
        failure: The failure of another one.
        names: Their names.
    """

    failure: Failure
    names: list[str]


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
        place: Place,
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
        self._around: tuple[Any, tuple[list[float], Any]] = None, ([], None)
        self.odd: dict[Path, object] = {}
        self._wholes: dict[Path, object] = {}
        self._unread: dict[Path, list[str]] = {}
        self._cuts: list[_Cut] = []
        self.copy = self._copy(instance, [place], ())
        self._container: tuple[Path, Any] = (), self.copy

    def _copy(self, value: object, places: Sequence[Place], path: Path) -> Any:
        # Deeper than jsonschema-rs goes there is nothing to find, in a schema that refers to itself.
        if not places or len(path) >= _LEVELS_LIMIT:
            return None
        value = unwrapped(value)
        text, properties, items = as_text(value), as_members(value), as_array(value)
        if text is not None:
            return self._encodable(text)
        if properties is not None:
            return {
                name if name.isascii() else self._encodable(name): part
                if _is_short(part)
                else self._copy(part, _of_property(places, name), (*path, name))
                for name, part in self._read_properties(properties, places, path)
            }
        if items is not None:
            within = _of_items(places)
            if not within:
                return [None] * len(items)
            return [
                part if _is_short(part) else self._copy(part, within, (*path, index))
                for index, part in self._read_parts(items, enumerate(items), places, path)
            ]
        if json_type(value) is not None:
            return value
        self.odd[path] = value
        return _TYPICAL[self._tried.get(path, 0)]

    def _read_properties(
        self, properties: dict[str, Any], places: Sequence[Place], path: Path
    ) -> Iterable[tuple[str, Any]]:
        """Return the properties of an object that are read: those that a keyword names, and some of the others."""
        place, *more = places
        if properties.keys() <= place.names:
            self._room -= len(path) * max(len(properties) - 1, 0)
            return properties.items()
        names = [name for name in properties if name not in place.names]
        needed = None if more else place.others_needed(self._window)
        if needed is None:
            return self._read_parts(properties, properties.items(), places, path)
        if needed >= len(names):
            return properties.items()
        if needed:
            self._unread[path] = names[needed:]
        self._wholes[path] = properties
        unread = {*names[needed:]}
        return [(name, part) for name, part in properties.items() if name not in unread]

    def _read_parts(
        self, whole: Any, parts: Iterable[tuple[Any, Any]], places: Sequence[Place], path: Path
    ) -> Iterator[tuple[Any, Any]]:
        """Yield the parts of a container that are read: as many as there is room for, if the others can be cut off."""
        least, most = max(places[0].size, 1), max(places[0].size, self._window)
        unread: set[Any] = set()
        may_be_cut = True
        for index, (token, part) in enumerate(parts):
            if may_be_cut and (index >= most or (index >= least and self._room < 0)):
                may_be_cut = False
                if cut := self._cut(whole, index, places, path):
                    self._cuts.append(cut)
                    self._wholes[path] = whole
                    if is_list(whole):
                        return
                    unread = {*cut.others}
            if token not in unread:
                self._room -= len(path) if index else 0
                yield token, part

    def _cut(self, whole: Any, start: int, places: Sequence[Place], path: Path) -> _Cut | None:
        """Return a cut before a part if the parts behind it can be read apart: one keyword describes them all."""
        place, *more = places
        source = None if more else place.separable("array" if is_list(whole) else "object", path)
        if source is None or source.path is None:
            return None
        if is_list(whole):
            return _Cut(path, whole, whole, start, source.path)
        others = [name for name in [*whole][start:] if name not in place.names]
        others = matching(others, source.pattern) if source.pattern else others
        return _Cut(path, whole, others, 0, source.path) if others else None

    def merged(self, failures: list[Failure]) -> list[Failure | _Run | _Cut]:
        """Return failures in order, with the runs and cuts between them."""
        if not self._cuts and not self._unread:
            return [*failures]
        keyed: list[tuple[list[float], Failure | _Run | _Cut]] = [(self._key(failure), failure) for failure in failures]
        forbidden = {
            (failure.path[:-1], failure.location.path): failure
            for failure in failures
            if failure.keyword == "additionalProperties" and failure.path[:-1] in self._unread
        }
        for (path, _), failure in forbidden.items():
            for before, names in self._runs(path).items():
                *around, position = self._key(failure._replace(path=(*path, before)))
                keyed.append(([*around, position + 0.5], _Run(failure, names)))
        for cut in self._cuts:
            first = 0 if is_list(cut.whole) else next(iter(cut.whole))
            *around, _ = self._key(Failure("", None, None, {}, (*cut.path, first), self._locate(cut.source)))
            # After the parts of it that were read.
            keyed.append(([*around, math.inf], cut))
        return [event for _, event in sorted(keyed, key=lambda pair: pair[0])]

    def _runs(self, path: Path) -> dict[str, list[str]]:
        """Return the properties of an object that were not read, by the name of the last one read before them."""
        runs, before, unread = dict[str, list[str]](), "", {*self._unread[path]}
        for name in cast("dict[str, Any]", self._wholes[path]):
            if name in unread:
                runs.setdefault(before, []).append(name)
            else:
                before = name
        return runs

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
        found.sort(key=self._key)
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
        for around, value, path in self._ways(error, found.steps[:-1] if is_whole else found.steps):
            yield from self._of_place(error, self._failure(found, path, value, name), around, value, name)

    def _of_place(self, error: Error, failure: Failure, around: Any, value: Any, name: str | None) -> Iterator[Failure]:
        kind: Any = error.kind
        keyword: str = kind.name
        found = failure.location
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
        elif keyword == "additionalProperties":
            yield from [failure._replace(path=(*failure.path, self._original(other))) for other in kind.unexpected]
        elif keyword == "falseSchema" and found.keyword in ("additionalProperties", "propertyNames"):
            yield from [failure._replace(path=(*failure.path, self._original(other))) for other in value]
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

    def _ways(self, error: Error, steps: Sequence[str | int | None]) -> Iterable[tuple[Any, Any, Path]]:
        """Return what is around an error, its value and its path: those of each place that it may be at."""
        tokens: list[str | int] = error.instance_path
        path = tuple([known or token for known, token in zip(steps, tokens, strict=False)])
        numbers = [step for step in zip(steps, tokens, strict=False) if step[0] is None and isinstance(step[1], int)]
        if len(tokens) == len(steps) and not numbers:
            # Errors in a row are often in one container, and the way to it may be long.
            if self._container[0] != path[:-1]:
                self._container = path[:-1], functools.reduce(operator.getitem, path[:-1], self.copy)
            around = self._container[1]
            return [(around, around[path[-1]], path)] if path else [(None, self.copy, path)]
        ways = self._down(tokens, steps)
        if len(ways) < 2:  # noqa: PLR2004 - most errors can be at one place only
            return ways
        # Values that are equal are equally wrong.
        return [way for way in ways if type(way[1]) is type(error.instance) and way[1] == error.instance] or ways

    def _down(self, tokens: Sequence[str | int], steps: Sequence[str | int | None]) -> list[tuple[Any, Any, Path]]:
        """Walk down in every way there is: jsonschema-rs leaves out empty names, and takes 01 for 1."""
        ways: list[tuple[Any, Any, Path, int]] = [(None, self.copy, (), 0)]
        for known in steps:
            ways = [
                (within, within[name], (*path, name), used + (name != ""))
                for _, within, path, used in ways
                for name in self._names(within, known, tokens[used : used + 1])
            ]
        return [(around, value, path) for around, value, path, used in ways if used == len(tokens)]

    def _names(self, node: Any, known: str | int | None, tokens: Sequence[str | int]) -> Iterable[Any]:
        """Return the names, or the index, that the next token of a path may mean."""
        if known == 0:
            return [token for token in tokens if is_list(node) and isinstance(token, int) and token < len(node)]
        if not is_dict(node):
            return []
        names: list[Any] = [""] if known is None else [known]
        for token in tokens if known is None else ():
            if not isinstance(token, int):
                names.append(token)
                continue
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

    def _key(self, failure: Failure) -> list[float]:
        """Return where a failure comes in the order of the schema and of the instance."""
        order = failure.location.order
        if len(order) < _FAR:
            return self._steps(order, failure.path, self.copy)[0]
        parts = order.count(None)
        # Failures in a row are often in one container, and the way to it may be long.
        last = len(order) - 1 - order[::-1].index(None)
        around = (order[:last], failure.path[: parts - 1])
        if self._around[0] != around:
            self._around = around, self._steps(*around, self.copy)
        key, node = self._around[1]
        return key + self._steps(order[last:], failure.path[parts - 1 :], node)[0]

    def _steps(self, order: Iterable[int | None], path: Path, node: Any) -> tuple[list[float], Any]:
        tokens, key = iter(path), list[float]()
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
        return key, node

    def _position(self, node: dict[str, Any], name: str) -> int:
        positions = self._positions.get(id(node))
        if positions is None:
            positions = self._positions[id(node)] = {name: position for position, name in enumerate(node)}
        return positions[name]


def _is_short(value: object) -> bool:
    """Return True if a value is a short scalar, which is copied unchanged. Most are."""
    kind = type(value)
    if kind is str:
        text = cast("str", value)
        return len(text) < _SHORT and text.isascii()
    return value is None or kind is int or kind is bool or (kind is float and math.isfinite(cast("float", value)))


def _at(instance: object, path: Path) -> Any:
    for token in path:
        parts: Any = as_members(instance) if isinstance(token, str) else as_array(instance)
        instance = parts[token]
    return instance


def _of_property(places: Sequence[Place], name: str) -> list[Place]:
    found = [place.properties.get(name) for place in places] + [place.others for place in places]
    return [place for place in found if place] + _compared(places)


def _of_items(places: Sequence[Place]) -> list[Place]:
    return [place.items for place in places if place.items] + _compared(places)


def _compared(places: Sequence[Place]) -> list[Place]:
    levels = max(place.levels for place in places)
    return [_LEVELS[levels - 1]] if levels else []


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

    unexpected = {one.path for failures in candidates for one in failures if one.keyword == "additionalProperties"}

    def distance(failures: list[Failure]) -> tuple[bool, int]:
        # A property with a fixed value tells branches apart: a branch with another value was not meant, unless the
        # other branches do not have the property.
        fixed = {one.path for one in failures if one.keyword in ("enum", "const") and len(one.path) == depth + 1}
        return bool(fixed - unexpected), len(failures)

    yield from min(candidates, key=distance)


def _is_of_other_type(failure: Failure, depth: int) -> bool:
    if len(failure.path) > depth:
        return False
    if failure.keyword in ("enum", "const"):
        values: Any = failure.value if failure.keyword == "enum" else [failure.value]
        return json_type(failure.instance) not in map(json_type, values)
    return failure.keyword == "type"
