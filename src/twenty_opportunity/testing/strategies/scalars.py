"""Scalar values in every valid spelling, with the corners where programs go wrong: numbers, dates, uuids, text."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import cached_property, lru_cache
from random import Random
from typing import Any, Final, TypeAlias, TypeGuard

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.testing.samples import matching_text
from twenty_opportunity.validation.compile import python_pattern

Form: TypeAlias = Callable[[DrawFn], Any]
"""
Makes a value by drawing. A form costs only the draws that it makes, and the number of draws decides what an example
costs: a strategy for each part would cost several times as much.
"""

Weighted: TypeAlias = tuple[int, Form]
"""A form, and how often it is chosen among others."""


def constant(value: Any) -> Form:
    """Make the form of one value, which must be immutable."""
    return lambda _: value


def copied(value: Any) -> Form:
    """Make the form of one value, copied each time if it can be changed."""
    return (lambda _: deepcopy(value)) if value.__class__ in {list, dict} else constant(value)


def drawn(strategy: SearchStrategy[Any], convert: Callable[[Any], Any] | None = None) -> Form:
    """Make the form that draws from a strategy and converts the value."""
    if convert is None:
        return lambda draw: draw(strategy)
    return lambda draw: convert(draw(strategy))


def choose(options: Sequence[Weighted]) -> Form:
    """Make the form that is one of several, by one draw. It shrinks towards the first."""
    table = tuple([form for weight, form in options for _ in range(weight)])
    if len(set(map(id, table))) == 1:
        return table[0]
    index = st.sampled_from(range(len(table)))
    return lambda draw: table[draw(index)](draw)


def strategy_of(form: Form, name: str) -> SearchStrategy[Any]:
    """Make a strategy of a form. Hypothesis shrinks its value as one, and shows it under the name."""

    def definition(draw: DrawFn) -> Any:
        return form(draw)

    definition.__name__ = definition.__qualname__ = name
    return st.composite(definition)()


def ready(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """
    Let Hypothesis make its tables of characters when it validates a strategy, before the first example.

    The first run on a machine takes seconds to make them. In a draw, that would fail the health check of Hypothesis.
    """

    def validated() -> SearchStrategy[Any]:
        st.text().validate()
        return strategy

    return st.deferred(validated)


def weight_of(options: Sequence[Weighted]) -> int:
    """Add up the weights."""
    return sum(weight for weight, _ in options)


_EXACT: Final = 2**53  # the integers up to here are floats too
_HUGE: Final = (2**64 + 1, 2**80)
_USUAL: Final = 2**128  # beyond it integers are only made where the bounds leave no others
_HALVES: Final = 20_000


def _between(low: int, high: int, least: float | None, most: float | None) -> st.SearchStrategy[int] | None:
    """Make the strategy of the integers in both of two ranges, or return None if there are none."""
    low = low if least is None else max(low, math.ceil(least))
    high = high if most is None else min(high, math.floor(most))
    return st.integers(low, high) if low <= high else None


def _weighted(*options: tuple[int, st.SearchStrategy[int] | None, Callable[[int], float] | None]) -> list[Weighted]:
    return [(weight, drawn(strategy, convert)) for weight, strategy, convert in options if strategy is not None]


def _is_allowed(number: float | None, least: float | None, most: float | None) -> TypeGuard[float]:
    """Check whether a number is an integer between the bounds."""
    if number is None or number != math.floor(number):
        return False
    return (least is None or least <= number) and (most is None or number <= most)


def integers(least: float | None, most: float | None) -> list[Weighted]:
    """Return the forms of integers, the simplest first. To JSON Schema, 1.0 is an integer."""
    simplest = next((number for number in (0, least, most) if _is_allowed(number, least, most)), None)
    return [
        *([] if simplest is None else [(1, constant(simplest))]),
        *_weighted(
            (6, _between(-_EXACT, _EXACT, least, most), None),
            (6, _between(-_USUAL, _USUAL, least, most), None),
            (6, _between(-_EXACT, _EXACT, least, most), float),
            (6, _between(*_HUGE, least, most), None),
            (4, _between(-_HUGE[1], -_HUGE[0], least, most), None),
        ),
        *((1, constant(bound)) for bound in (least, most) if _is_allowed(bound, least, most)),
    ]


def numbers(least: float | None, most: float | None) -> list[Weighted]:
    """Return the forms of numbers between two bounds, the simplest first."""
    halves = _between(
        -_HALVES,
        _HALVES,
        None if least is None else 2 * math.ceil(least),
        None if most is None else 2 * math.floor(most),
    )
    low = None if least is None else _float(least, math.inf)
    high = None if most is None else _float(most, -math.inf)
    return [
        *integers(least, most),
        *_weighted((4, halves, lambda half: half / 2)),
        (4, drawn(st.floats(low, high, allow_nan=False, allow_infinity=False))),
    ]


def _float(bound: float, towards: float) -> float:
    """Return the float nearest to a bound that is within it."""
    nearest = float(bound)
    outside = nearest < bound if towards > 0 else nearest > bound
    return math.nextafter(nearest, towards) if outside else nearest


_EPOCH: Final = dt.date(2000, 1, 1).toordinal()  # what dates shrink to
_LEAP_SECOND: Final = 24 * 60 * 60  # the second of the day


@attrs.frozen
class _Moment:
    """
    A kind of point in time.

    Attributes:
        weight: How often it is chosen.
        days: The days, as texts or in days from 2000. They shrink to the first or to 0.
        seconds: The seconds of the day.
        representable: Whether Python can represent it.
        within: A narrower kind, used if a pattern accepts only that.
    """

    weight: int
    days: range | tuple[str, ...]
    seconds: range = range(1)
    representable: bool = True
    within: _Moment | None = None

    @cached_property
    def day(self) -> Form:
        """The form of the day. One of one day takes no draws: examples shrink to the value with the fewest."""
        if isinstance(self.days, range):
            return drawn(st.integers(self.days[0], self.days[-1]), _day_text)
        first, *others = self.days
        return drawn(st.sampled_from(self.days)) if others else constant(first)

    @cached_property
    def second(self) -> Form:
        """The form of the second of the day."""
        low, high = self.seconds[0], self.seconds[-1]
        return drawn(st.integers(low, high)) if low < high else constant(low)

    @cached_property
    def examples(self) -> tuple[tuple[str, int], ...]:
        """Days and seconds. A pattern that accepts all of them is taken to accept nearly every one of this kind."""
        random = Random(0)  # noqa: S311 - the same examples each time
        days: list[Any] = [min(self.days), max(self.days), *random.choices(self.days, k=_EXAMPLES)]
        seconds = [self.seconds[0], self.seconds[-1], *random.choices(self.seconds, k=_EXAMPLES)]
        return tuple(zip(map(_day_text, days), seconds, strict=True))

    def taken(self, spelling: _Spelling, accepts: Callable[[str], bool]) -> _Moment | None:
        """Return the kind, or the narrower one within it, that a pattern accepts in a spelling."""
        kinds = (self, self.within) if self.within else (self,)
        return next((kind for kind in kinds if all(map(accepts, spelling.examples(kind)))), None)


@attrs.frozen
class _Spelling:
    """
    A way to write a date-time.

    Attributes:
        weight: How often it is chosen.
        separator: The character between date and time.
        zone: The offset, or only its sign if the offset is drawn.
        digits: The fewest and the most digits of the fraction of a second.
        offset: The greatest offset drawn, in minutes.
    """

    weight: int
    separator: str = "T"
    zone: str = "Z"
    digits: tuple[int, int] = (0, 0)
    offset: int = 14 * 60  # of Kiribati; no zone has a greater one, but RFC 3339 allows it

    def write(self, day: str, second: int, fraction: str, offset: int) -> str:
        """Write a point in time, given in local time. A leap second is the same one everywhere."""
        sign = -1 if self.zone == "-" else 1
        minute, seconds = divmod(second, 60)
        if second == _LEAP_SECOND:
            days, minute = divmod(minute - 1 + sign * offset, 24 * 60)
            day, seconds = (dt.date.fromisoformat(day) + dt.timedelta(days)).isoformat(), 60
        zone = f"{self.zone}{_clock(offset)}" if self.zone in "+-" else self.zone
        return f"{day}{self.separator}{_clock(minute)}:{seconds:02}{fraction and '.'}{fraction}{zone}"

    def examples(self, moment: _Moment) -> Iterator[str]:
        """List texts for a kind of point in time, one for each way that the spelling can vary."""
        fractions = {digit * length for digit in "09" for length in self.digits}
        for (day, second), fraction, offset in itertools.product(moment.examples, fractions, (1, 90, self.offset)):
            yield self.write(day, second, fraction, offset if self.zone in "+-" else 0)

    def form(self, moment: _Moment) -> Form:
        """Make the form of points in time of a kind in this spelling."""
        digits = st.text("0123456789", min_size=self.digits[0], max_size=self.digits[1])
        offsets = st.integers(1, self.offset)
        draws_fraction, draws_offset = self.digits != (0, 0), self.zone in "+-"

        def form(draw: DrawFn) -> str:
            day, second = moment.day(draw), moment.second(draw)
            fraction = draw(digits) if draws_fraction else ""
            return self.write(day, second, fraction, draw(offsets) if draws_offset else 0)

        return form


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _day_text(day: int | str) -> str:
    return day if isinstance(day, str) else dt.date.fromordinal(_EPOCH + day).isoformat()


def _days(first: str, last: str) -> range:
    low, high = (dt.date.fromisoformat(day).toordinal() - _EPOCH for day in (first, last))
    return range(low, high + 1)


_EXAMPLES: Final = 12  # of each kind of point in time
_ALL_DAY: Final = range(_LEAP_SECOND)
_YEARS: Final = (*range(2000, 10_000), *range(1999, 0, -1))
# The pattern of bodies excludes offsets that lead out of the years 1 to 9999.
_INNER: Final = _Moment(16, _days("0002-01-01", "9998-12-31"), _ALL_DAY)
_DAYS_AND_YEARS: Final = (
    _Moment(1, ("2000-01-01",)),
    _Moment(16, _days("0001-01-01", "9999-12-31"), _ALL_DAY, within=_INNER),
    _Moment(2, tuple(f"{year:04}-01-01" for year in _YEARS)),
    _Moment(2, tuple(f"{year:04}-02-29" for year in _YEARS if calendar.isleap(year)), _ALL_DAY),
    _Moment(1, ("9999-12-31",), range(_LEAP_SECOND - 1, _LEAP_SECOND)),
    _Moment(1, ("0001-01-01",)),
    # The calendar repeats after 400 years, and the one of Python begins with the year 1.
    _Moment(
        1,
        tuple(f"0000{_day_text(day)[4:]}" for day in _days("2000-01-01", "2000-12-31")),
        _ALL_DAY,
        representable=False,
    ),
)
_MOMENTS: Final = (
    *_DAYS_AND_YEARS,
    _Moment(
        1,
        tuple(f"{year}-{day}" for year in range(1972, 2036) for day in ("06-30", "12-31")),
        range(_LEAP_SECOND, _LEAP_SECOND + 1),
        representable=False,
    ),
)
_RARE: Final = 2
_MICROSECOND_DIGITS: Final = 6
_MOST_MINUTES: Final = 23 * 60 + 59
# Similar spellings are neighbors, so that an example shrinks from one to the next.
_SPELLINGS: Final = (
    _Spelling(12),
    _Spelling(1, zone="+00:00"),
    _Spelling(1, zone="-00:00"),
    _Spelling(1, zone="z"),
    _Spelling(1, separator="t", zone="z"),
    _Spelling(6, digits=(3, 3)),
    _Spelling(1, separator="t", zone="-", digits=(3, 3)),
    _Spelling(2, digits=(6, 6)),
    *(_Spelling(1, digits=(digits, digits)) for digits in (1, 2, 4, 5)),
    _Spelling(1, digits=(7, 12)),
    _Spelling(2, zone="+", digits=(1, 6)),
    _Spelling(2, zone="+"),
    _Spelling(3, zone="+", offset=_MOST_MINUTES),
    _Spelling(3, zone="-", offset=_MOST_MINUTES),
    _Spelling(2, zone="-"),
)


def _fitting(form: Form, accepts: Callable[[str], bool], example: str) -> Form:
    """Make the form of texts that a check accepts. An example that fits replaces the few that do not."""

    def fitted(draw: DrawFn) -> str:
        text: str = form(draw)
        return text if accepts(text) else example

    return fitted


# Trying the examples takes longer than a hundred draws, and a schema has few patterns for many points in time and ids.
@lru_cache(maxsize=256)
def dates(accepts: Callable[[str], bool], *, representable: bool) -> list[Weighted]:
    """Return the forms of dates, the simplest first: those kinds whose every example a check accepts."""
    # Most records have several points in time and one date, so the rarest days of a date need a greater weight.
    return [
        (
            moment.weight * (1 if moment.weight > _RARE else 4 if moment.representable else 8),
            _fitting(moment.day, accepts, moment.examples[0][0]),
        )
        for moment in _DAYS_AND_YEARS
        if (moment.representable or not representable) and all(accepts(day) for day, _ in moment.examples)
    ]


@lru_cache(maxsize=256)
def date_times(accepts: Callable[[str], bool], *, representable: bool) -> list[Weighted]:
    """Return the forms of date-times, the simplest first: those spellings that a check accepts."""
    options: list[Weighted] = []
    for moment in _MOMENTS:
        spellings: list[Weighted] = []
        for spelling in _SPELLINGS:
            kind = moment.taken(spelling, accepts)
            if representable and not (moment.representable and spelling.digits[1] <= _MICROSECOND_DIGITS):
                continue
            if kind:
                form = _fitting(spelling.form(kind), accepts, next(spelling.examples(kind)))
                spellings.append((spelling.weight, form))
        if spellings:
            options.append((moment.weight, choose(spellings)))
    return options


_BYTES: Final = st.binary(min_size=16, max_size=16)
_HEX: Final = "0123456789abcdef"


_CASES: Final[tuple[tuple[int, Callable[[str], str]], ...]] = (
    (12, str.lower),
    (3, str.upper),
    (1, lambda text: f"{text[:18].upper()}{text[18:]}"),
)


def _uuid_text(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _with_marks(digits: str, version: str, variant: str) -> str:
    return f"{digits[:12]}{version}{digits[13:16]}{variant}{digits[17:]}"


def _uuid_examples(version: str, variant: str, case: Callable[[str], str]) -> Iterator[str]:
    return (case(_uuid_text(_with_marks(digits * 16, version, variant))) for digits in ("00", "9f", "af", "a0"))


@lru_cache(maxsize=256)
def uuids(accepts: Callable[[str], bool]) -> list[Weighted]:
    """Return the forms of uuids, the simplest first: the versions, variants and cases that a check accepts."""
    options: list[Weighted] = []
    for weight, case in _CASES:
        marks = [mark for mark in itertools.product(_HEX, _HEX) if all(map(accepts, _uuid_examples(*mark, case)))]
        if marks:
            simplest = [] if options else [(1, constant(case(_uuid_text(_with_marks("0" * 32, *marks[0])))))]
            example = next(_uuid_examples(*marks[0], case))
            options += [*simplest, (weight, _fitting(_uuid_form(marks, case), accepts, example))]
    return options


def _uuid_form(marks: Sequence[tuple[str, str]], case: Callable[[str], str]) -> Form:
    """Make the form of uuids whose version and variant are one of several pairs, chosen by the bits themselves."""

    def form(draw: DrawFn) -> str:
        drawn = draw(_BYTES)
        digits = drawn.hex()
        if len(marks) < len(_HEX) ** 2:
            digits = _with_marks(digits, *marks[(drawn[6] << 8 | drawn[8]) % len(marks)])
        return case(_uuid_text(digits))

    return form


_UNUSUAL: Final = (
    "\x00",
    "\u2028\t\r\n",
    "\x1b[31m",
    "Zoë & 株式会社",
    "שלום",
    "e\u0301",
    "🏳️\u200d🌈",
    "null",
    "a/b~c",
    '"\\"',
)


def any_text(least: int, most: int | None) -> list[Weighted]:
    """Return the forms of any string between two lengths, the simplest first."""
    options: list[Weighted] = [(2, constant(""))] if least == 0 else []
    if most != 0:
        options.append((12, drawn(st.text(min_size=max(least, 1), max_size=most))))
    unusual = [text for text in _UNUSUAL if least <= len(text) and (most is None or len(text) <= most)]
    if unusual:
        options.append((2, drawn(st.sampled_from(unusual))))
    return options


def matching_texts(pattern: str, least: int, most: int | None) -> list[Weighted]:
    """Return the forms of the strings between two lengths that a pattern matches; refuse a pattern without any."""
    regex = python_pattern(pattern)
    if (least, most) == (0, None):
        return [(16, drawn(st.from_regex(regex)))]

    def fits(text: str) -> bool:
        return regex.search(text) is not None and least <= len(text) and (most is None or len(text) <= most)

    samples = (matching_text(pattern, Random(0), repeated) for repeated in (0, 1, 2, 8, least))  # noqa: S311 - fixed
    usual = next((text for text in samples if fits(text)), None)
    if usual is None:
        reason = f"no text is known that matches {pattern!r} and has {least} to {most} characters"
        raise UnsupportedSchemaError("", reason)

    def fitted(text: str) -> str:
        # Most texts that are too long have a beginning that matches: none is thrown away.
        ends = range(len(text) if most is None else min(len(text), most), least - 1, -1)
        return next((text[:end] for end in ends if fits(text[:end])), usual)

    return [(16, drawn(st.from_regex(regex), fitted))]
