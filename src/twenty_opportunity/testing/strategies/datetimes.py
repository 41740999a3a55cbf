"""Dates and date-times of RFC 3339, in every spelling it allows and on the days where programs go wrong."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from typing import Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from twenty_opportunity.testing.strategies.forms import Form, Weighted, choose

_EPOCH: Final = dt.date(2000, 1, 1).toordinal()  # what dates shrink to
_DAYS: Final = st.integers(dt.date.min.toordinal() - _EPOCH, dt.date.max.toordinal() - _EPOCH)
_INNER_DAYS: Final = st.integers(dt.date(2, 1, 1).toordinal() - _EPOCH, dt.date(9998, 12, 31).toordinal() - _EPOCH)
_YEARS: Final = st.integers(1 - 2000, 9999 - 2000)
_LEAP_YEARS: Final = [y for y in (2000, *range(2004, 10_000, 4), *range(1996, 0, -4)) if calendar.isleap(y)]
_LEAP_YEAR: Final = st.sampled_from(_LEAP_YEARS)
_DAY_OF_YEAR_0: Final = st.integers(0, 365)
_LEAP_SECOND_DAYS: Final = st.sampled_from([f"{y}-{day}" for y in range(1972, 2036) for day in ("06-30", "12-31")])
_SECONDS: Final = st.integers(0, 24 * 60 * 60 - 1)


_LEAP_SECOND: Final = 24 * 60 * 60


@attrs.frozen
class _Moment:
    """
    A kind of point in time.

    Attributes:
        weight: How often it is chosen.
        day: Draws the day.
        second: Draws the second of the day.
        examples: Days and seconds that stand for all of them where a pattern is asked which it takes.
        representable: Whether Python can hold it.
        within: The part of it that is drawn in its place where a pattern takes that alone.
    """

    weight: int
    day: Callable[[DrawFn], str]
    second: Callable[[DrawFn], int]
    examples: tuple[tuple[str, int], ...]
    representable: bool = True
    within: _Moment | None = None

    def taken(self, spelling: _Spelling, accepts: Callable[[str], bool]) -> _Moment | None:
        """Give what of it a pattern takes in a spelling."""
        kinds = (self, self.within) if self.within else (self,)
        return next((kind for kind in kinds if all(map(accepts, spelling.examples(kind)))), None)


@attrs.frozen
class _Spelling:
    """
    A way to write a date-time.

    Attributes:
        weight: How often it is chosen.
        separator: What stands between date and time.
        zone: What stands for the offset; a sign alone where an offset is drawn.
        digits: The fewest and the most digits of the fraction of a second.
        offset: The greatest offset drawn, in minutes.
    """

    weight: int
    separator: str = "T"
    zone: str = "Z"
    digits: tuple[int, int] = (0, 0)
    offset: int = 14 * 60  # Kiribati's; beyond are the ones that only a standard knows

    def write(self, day: str, second: int, fraction: str, offset: int) -> str:
        """Write a point in time, given where the offset applies; the leap second is the same one everywhere."""
        sign = -1 if self.zone == "-" else 1
        minute, seconds = divmod(second, 60)
        if second == _LEAP_SECOND:
            days, minute = divmod(minute - 1 + sign * offset, 24 * 60)
            day, seconds = (dt.date.fromisoformat(day) + dt.timedelta(days)).isoformat(), 60
        zone = f"{self.zone}{_clock(offset)}" if self.zone in "+-" else self.zone
        return f"{day}{self.separator}{_clock(minute)}:{seconds:02}{fraction and '.'}{fraction}{zone}"

    def examples(self, moment: _Moment) -> Iterator[str]:
        """Give texts that stand for all that this spelling gives to a kind of point in time."""
        fractions = {digit * length for digit in "09" for length in self.digits}
        for (day, second), fraction, offset in itertools.product(moment.examples, fractions, (1, 90, self.offset)):
            yield self.write(day, second, fraction, offset if self.zone in "+-" else 0)

    def form(self, moment: _Moment) -> Form:
        """Make the form of such points in time, so spelled."""
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


def _ordinal_text(days: int) -> str:
    return dt.date.fromordinal(_EPOCH + days).isoformat()


def _day_of_year_0(day: int) -> str:
    # The calendar repeats after 400 years, and Python's begins with the year 1.
    return f"0000{dt.date.fromordinal(dt.date(400, 1, 1).toordinal() + day).isoformat()[4:]}"


def _any_second(draw: DrawFn) -> int:
    return draw(_SECONDS)


def _first_second(_: DrawFn) -> int:
    return 0


def _last_second(_: DrawFn) -> int:
    return _LEAP_SECOND - 1


def _leap_second(_: DrawFn) -> int:
    return _LEAP_SECOND


_ORDINARY: Final = (
    ("1987-06-15", 45_296),
    ("2178-12-29", 86_399),
    ("0001-01-01", 0),
    ("0010-10-10", 36_610),
    ("0200-09-20", 7_777),
    ("3000-03-30", 12_345),
    ("9999-04-08", 80_000),
)
# In bodies an instant with an offset is of none of the outermost years.
_INNER: Final = _Moment(
    16,
    lambda draw: _ordinal_text(draw(_INNER_DAYS)),
    _any_second,
    (*_ORDINARY[:2], ("0002-01-01", 0), *_ORDINARY[3:-1], ("9998-12-31", 86_399)),
)
_NEW_YEARS: Final = tuple((f"{year:04}-01-01", 0) for year in (1, 20, 300, 1970, 4000, 9999))
_LEAP_DAYS: Final = tuple((f"{year:04}-02-29", 7_777 + year) for year in (4, 80, 600, 940, 1996, 4000, 9996))
# The first takes no draws: what takes the fewest is what examples shrink to.
_DAYS_AND_YEARS: Final = (
    _Moment(1, lambda _: "2000-01-01", _first_second, (("2000-01-01", 0),)),
    _Moment(16, lambda draw: _ordinal_text(draw(_DAYS)), _any_second, _ORDINARY, within=_INNER),
    _Moment(2, lambda draw: f"{2000 + draw(_YEARS):04}-01-01", _first_second, _NEW_YEARS),
    _Moment(2, lambda draw: f"{draw(_LEAP_YEAR):04}-02-29", _any_second, _LEAP_DAYS),
    _Moment(1, lambda _: "9999-12-31", _last_second, (("9999-12-31", 86_399),)),
    _Moment(1, lambda _: "0001-01-01", _first_second, (("0001-01-01", 0),)),
    _Moment(
        1,
        lambda draw: _day_of_year_0(draw(_DAY_OF_YEAR_0)),
        _any_second,
        (("0000-01-01", 0), ("0000-12-31", 86_399)),
        representable=False,
    ),
)
_MOMENTS: Final = (
    *_DAYS_AND_YEARS,
    _Moment(
        1, lambda draw: draw(_LEAP_SECOND_DAYS), _leap_second, (("1998-12-31", _LEAP_SECOND),), representable=False
    ),
)
_RARE: Final = 2
_MICROSECOND_DIGITS: Final = 6
_MOST_MINUTES: Final = 23 * 60 + 59
# Those with something in common stand side by side, so that an example shrinks from one to the next.
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


def dates(accepts: Callable[[str], bool], *, representable: bool) -> list[Weighted]:
    """
    Give the forms of dates.

    Args:
        accepts: Whether the schema's pattern takes a text; only kinds of dates are made of which it takes all.
        representable: Leave out what Python cannot hold.

    Returns:
        The forms, the simplest first; none where the pattern takes no date.
    """
    # Most records have several instants and one date, in which the rarest days would hardly ever be met.
    return [
        (moment.weight * (1 if moment.weight > _RARE else 4 if moment.representable else 8), moment.day)
        for moment in _DAYS_AND_YEARS
        if (moment.representable or not representable) and all(accepts(day) for day, _ in moment.examples)
    ]


def date_times(accepts: Callable[[str], bool], *, representable: bool) -> list[Weighted]:
    """
    Give the forms of date-times.

    Args:
        accepts: Whether the schema's pattern takes a text; only spellings are used of which it takes all.
        representable: Leave out what Python cannot hold.

    Returns:
        The forms, the simplest first; none where the pattern takes no date-time.
    """
    options: list[Weighted] = []
    for moment in _MOMENTS:
        spellings: list[Weighted] = []
        for spelling in _SPELLINGS:
            kind = moment.taken(spelling, accepts)
            if representable and not (moment.representable and spelling.digits[1] <= _MICROSECOND_DIGITS):
                continue
            if kind:
                spellings.append((spelling.weight, spelling.form(kind)))
        if spellings:
            options.append((moment.weight, choose(spellings)))
    return options


def examples(form: str) -> list[str]:
    """Give texts of a format that stand for all that is made: `date` or `date-time`."""
    if form == "date":
        return [day for moment in _DAYS_AND_YEARS for day, _ in moment.examples]
    return [text for moment in _MOMENTS for spelling in _SPELLINGS for text in spelling.examples(moment)]
