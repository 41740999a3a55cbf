"""The formats follow RFC 3339 and RFC 9562 to the letter, lose nothing, and agree with the compiled validator."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from twenty_opportunity.errors import UnrepresentableError
from twenty_opportunity.formats import (
    FORMATS,
    date_text,
    date_time_text,
    is_date,
    is_date_time,
    is_uuid,
    parse_date,
    parse_date_time,
    parse_uuid,
    uuid_text,
)
from twenty_opportunity.values import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VALID_DATES: Final = (
    "2026-09-30",
    "0000-01-01",
    "0000-02-29",
    "0001-01-01",
    "2000-02-29",
    "2024-02-29",
    "2026-01-31",
    "2026-04-30",
    "9999-12-31",
)
INVALID_DATES: Final = (
    "",
    "20260930",
    "2026-W01-1",
    "2026-273",
    "2026-9-30",
    "26-09-30",
    "12026-09-30",
    "+2026-09-30",
    "-001-09-30",
    "2026-00-30",
    "2026-13-01",
    "2026-09-00",
    "2026-09-31",
    "2026-04-31",
    "2026-01-32",
    "2023-02-29",
    "1900-02-29",
    "2024-02-30",
    "2026/09/30",
    "2026-09-30\n",
    " 2026-09-30",
    "2026-09-30 ",
    "2026-09-30Z",
    "2026-09-30T00:00:00Z",
    "2026-09-3/",
    "2026-0+-30",
    "2026-09-3\N{BENGALI DIGIT ZERO}",
    "\N{FULLWIDTH DIGIT TWO}026-09-30",
    "2026\N{MINUS SIGN}09\N{MINUS SIGN}30",
    "2026-09-3\ud800",
)
VALID_DATE_TIMES: Final = (
    "2026-06-12T08:30:00Z",
    "2026-06-12T08:30:00.481Z",
    "2026-06-12t08:30:00z",
    "2026-06-12T08:30:00.5z",
    "2026-06-12T08:30:00." + "123456789" * 100 + "Z",
    "2026-06-12T08:30:00+00:00",
    "2026-06-12T08:30:00-00:00",
    "2026-06-12T08:30:00+23:59",
    "2026-06-12T08:30:00.1-23:59",
    "2026-06-12T00:00:00Z",
    "2026-06-12T23:59:59Z",
    "0000-02-29T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999-23:59",
    # A leap second ends a day of UTC, with any offset.
    "1998-12-31T23:59:60Z",
    "1998-12-31t23:59:60z",
    "1998-12-31T23:59:60.25+00:00",
    "1998-12-31T15:59:60.123-08:00",
    "1999-01-01T00:59:60+01:00",
    "1999-01-01T05:29:60+05:30",
    "1998-12-31T12:34:60-11:25",
)
INVALID_DATE_TIMES: Final = (
    "",
    "2026-06-12",
    "08:30:00Z",
    "2026-06-12T08:30:00",
    "2026-06-12T08:30Z",
    "2026-06-12 08:30:00Z",
    "2026-06-12_08:30:00Z",
    "20260612T083000Z",
    "2026-06-12T083000Z",
    "2026-W24-5T08:30:00Z",
    "2026-W24-5T08:30:00.481Z",
    "2026-163T08:30:00Z",
    "2023-02-29T08:30:00Z",
    "2026-06-31T08:30:00.481Z",
    "2026-06-12T24:00:00Z",
    "2026-06-12T24:00:00.000Z",
    "2026-06-12T08:60:00Z",
    "2026-06-12T08:30:61Z",
    "2026-06-12T08:30:00.Z",
    "2026-06-12T08:30:00,5Z",
    "2026-06-12T08:30:00+24:00",
    "2026-06-12T08:30:00+01:60",
    "2026-06-12T08:30:00+0100",
    "2026-06-12T08:30:00+01",
    "2026-06-12T08:30:00+01:00:00",
    "2026-06-12T08:30:00\N{MINUS SIGN}01:00",
    "2026-06-12T08:30:00Z\n",
    "\n2026-06-12T08:30:00Z",
    "2026-06-12T08:30:00ZZ",
    "2026-06-12T08:30:00+01:00Z",
    "2026-06-12T08:30:0/Z",
    "2026-06-12T08:30:00+0-:00",
    "2026-06-12T08:30:00.48\N{BENGALI DIGIT ONE}Z",
    "2026-06-12T08:30:00.48\ud800Z",
    "2026-06-12T08:30:00.481Z\0",
    # A sixtieth second that ends no day of UTC.
    "1998-12-31T23:58:60Z",
    "1998-12-31T22:59:60Z",
    "1998-12-31T23:59:60+01:00",
    "1998-12-31T23:59:60-00:01",
    "1998-12-31T00:00:60.5Z",
)
VALID_UUIDS: Final = (
    "5c222222-0000-0000-0000-000000000003",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "ABCDEF01-2345-6789-abcd-ef0123456789",
)
INVALID_UUIDS: Final = (
    "",
    "5c222222000000000000000000000003",
    "5c222222-0000-0000-0000-00000000000",
    "5c222222-0000-0000-0000-0000000000033",
    "5c222222-0000-0000-0000-00000000000g",
    "5c2222220-000-0000-0000-000000000003",
    "5c222222-000000000000-0000-000000003",
    "5c2222220000000000000000000000030000",
    "{5c222222-0000-0000-0000-00000000003}",
    "{5c222222-0000-0000-0000-000000000003}",
    "urn:uuid:5c222222-0000-0000-0000-000000000003",
    "5c222222-0000-0000-0000-000000000003\n",
    " 5c222222-0000-0000-0000-000000000003",
    "5c222222-0000-0000-0000-00000000000 ",
    "0x222222-0000-0000-0000-000000000003",
    "5c222222_0000_0000_0000_000000000003",
    "5c222222-0000-0000-0000-00000000000\N{BENGALI DIGIT THREE}",
    "5c222222-0000-0000-0000-00000000000\ud800",
)
VALID: Final[Mapping[str, tuple[str, ...]]] = {"date": VALID_DATES, "date-time": VALID_DATE_TIMES, "uuid": VALID_UUIDS}
INVALID: Final[Mapping[str, tuple[str, ...]]] = {
    "date": INVALID_DATES,
    "date-time": INVALID_DATE_TIMES,
    "uuid": INVALID_UUIDS,
}
PARSERS: Final[dict[str, Callable[[str], Any]]] = {
    "date": parse_date,
    "date-time": parse_date_time,
    "uuid": parse_uuid,
}


def cases(table: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Pair each text with the name of its format."""
    return [(name, text) for name, texts in table.items() for text in texts]


def compiled(name: str) -> Callable[[str], bool]:
    """Build the compiled side of a format."""
    return Draft202012Validator({"format": name}, validate_formats=True).is_valid


NAMES: Final = sorted(FORMATS.keys() - {"json-array"})
COMPILED: Final = {name: compiled(name) for name in NAMES}

LONGEST_OFFSET: Final = 23 * 60 + 59

# What a parser could mistake for a digit, a separator, a sign or nothing at all.
SUSPECTS: Final = "0123456789*+,-./:;TtZzWAaFfGg_ \n\0\N{BENGALI DIGIT ONE}\N{MINUS SIGN}"


def offset_text(minutes: int) -> str:
    """Write an offset of so many minutes."""
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def leap_second(minutes: int, off_by: int, fraction: str) -> str:
    """Write the time of a leap second at an offset of so many minutes, or a minute or two beside it."""
    hour, minute = divmod((LONGEST_OFFSET + minutes + off_by) % (LONGEST_OFFSET + 1), 60)
    return f"{hour:02}:{minute:02}:60{fraction}{offset_text(minutes)}"


def number(low: int, high: int, width: int) -> st.SearchStrategy[str]:
    """Draw a number of a fixed width, its limits and the numbers just beyond them included."""
    return st.integers(max(low - 1, 0), high + 1).map(lambda value: f"{value:0{width}}")


def either(*texts: str) -> st.SearchStrategy[str]:
    """Draw one of these texts."""
    return st.sampled_from(texts)


DATES: Final = st.one_of(
    st.builds("{}-{}-{}".format, number(0, 9999, 4), number(1, 12, 2), number(1, 31, 2)),
    st.builds("{}-02-{}".format, either("0000", "1900", "2000", "2023", "2024"), number(28, 29, 2)),
)
FRACTIONS: Final = st.one_of(st.just(""), st.from_regex(r"\.[0-9]{0,12}", fullmatch=True))
OFFSETS: Final = st.one_of(
    either("Z", "z", "", "+00:00", "-00:00"),
    st.builds("{}{}:{}".format, either("+", "-"), number(0, 23, 2), number(0, 59, 2)),
)
TIMES: Final = st.one_of(
    st.builds("{}:{}:{}{}{}".format, number(0, 23, 2), number(0, 59, 2), number(0, 60, 2), FRACTIONS, OFFSETS),
    st.builds(leap_second, st.integers(-LONGEST_OFFSET, LONGEST_OFFSET), st.integers(-2, 2), FRACTIONS),
)
DATE_TIMES: Final = st.builds("{}{}{}".format, DATES, either("T", "T", "T", "t", " "), TIMES)
UUIDS: Final = st.one_of(
    st.uuids().map(str), st.from_regex(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", fullmatch=True)
)
TEXTS: Final = {"date": DATES, "date-time": DATE_TIMES, "uuid": UUIDS}


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Draw a text with one character changed, added or missing."""
    text = draw(texts)
    place = draw(st.integers(0, len(text)))
    end = place + draw(st.sampled_from([0, 1]))
    return text[:place] + draw(either("", *SUSPECTS)) + text[end:]


def candidates(name: str) -> st.SearchStrategy[str]:
    """Draw texts of a format, texts next to them, and any others that UTF-8 can hold."""
    return st.one_of(TEXTS[name], mutated(TEXTS[name]), mutated(mutated(TEXTS[name])), st.text(max_size=40))


NAMED_CANDIDATES: Final = st.sampled_from(NAMES).flatmap(lambda name: st.tuples(st.just(name), candidates(name)))


def outcome(name: str, text: str) -> Any:
    """Return the value of a text, or the reason why it is refused."""
    try:
        return PARSERS[name](text)
    except UnrepresentableError as error:
        return error.reason


@pytest.mark.parametrize(("name", "text"), cases(VALID))
def test_the_letter_of_the_rfcs_is_valid(name: str, text: str) -> None:
    """A text that the RFC's grammar and rules allow is valid, for us and for the compiled side."""
    assert FORMATS[name](text)
    assert COMPILED[name](text)


@pytest.mark.parametrize(("name", "text"), cases(INVALID))
def test_anything_else_is_invalid(name: str, text: str) -> None:
    """A text that the RFC's grammar or rules do not allow is invalid, for us and, where it is Unicode, compiled."""
    assert not FORMATS[name](text)
    assert "\ud800" in text or not COMPILED[name](text)


@pytest.mark.parametrize(("name", "text"), cases(INVALID))
def test_an_invalid_text_is_never_parsed(name: str, text: str) -> None:
    """A parser refuses what its check refuses, and says what the text should look like."""
    assert outcome(name, text).startswith("is not an RFC ")


@given(NAMED_CANDIDATES)
@example(("date", "2026-06-1/"))
@example(("date-time", "2026-06-12T08:30:0/Z"))
def test_the_compiled_side_gives_the_same_verdict(candidate: tuple[str, str]) -> None:
    """Our checks and jsonschema-rs, with the patterns that remedy it, accept the same texts."""
    name, text = candidate
    assert FORMATS[name](text) == COMPILED[name](text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "2024-02-29"),
        ("date-time", "2026-06-12T08:30:00.481Z"),
        ("date-time", "1998-12-31T23:59:60+00:00"),
        ("uuid", "5C222222-0000-0000-0000-00000000000f"),
    ],
)
def test_no_single_character_divides_the_two_sides(name: str, text: str) -> None:
    """After any change of one character, both validators agree, and the parser agrees with them."""
    for place in range(len(text)):
        for character in [*map(chr, range(128)), "\N{ARABIC-INDIC DIGIT ONE}", "\N{FULLWIDTH DIGIT ONE}"]:
            changed = text[:place] + character + text[place + 1 :]
            verdict = FORMATS[name](changed)
            assert verdict == COMPILED[name](changed), changed
            assert verdict != str(outcome(name, changed)).startswith("is not an RFC "), changed


@given(NAMED_CANDIDATES)
@example(("date-time", "2026-06-12T08:30:00+0000"))
@example(("date-time", "2026-06-12T24:00:00Z"))
@example(("date-time", "2026-06-12T08:30:00\0Z"))
def test_a_parser_reads_what_its_check_accepts_and_nothing_else(candidate: tuple[str, str]) -> None:
    """A text is parsed or unrepresentable if it is valid, and called invalid if it is not."""
    name, text = candidate
    assert FORMATS[name](text) != str(outcome(name, text)).startswith("is not an RFC ")


@given(st.dates())
def test_dates_come_back(value: dt.date) -> None:
    """Every date has a valid text, which parses to that date."""
    assert is_date(date_text(value))
    assert parse_date(date_text(value)) == value


WHOLE_MINUTES: Final = st.integers(-LONGEST_OFFSET, LONGEST_OFFSET).map(
    lambda minutes: dt.timezone(dt.timedelta(minutes=minutes))
)
INSTANTS: Final = st.datetimes(timezones=st.one_of(st.just(dt.UTC), WHOLE_MINUTES)).flatmap(
    lambda value: st.sampled_from([value, value.replace(microsecond=0), value.replace(microsecond=481_000)])
)


@given(INSTANTS)
def test_published_instants_come_back_with_their_offset(value: dt.datetime) -> None:
    """Every aware datetime of whole minutes' offset has a valid text, which parses to that instant and offset."""
    text = date_time_text(value)
    assert is_date_time(text)
    assert parse_date_time(text) == value
    assert parse_date_time(text).utcoffset() == value.utcoffset()


@given(INSTANTS)
@example(dt.datetime.min.replace(tzinfo=dt.timezone(dt.timedelta(hours=1))))
@example(dt.datetime.max.replace(tzinfo=dt.timezone(dt.timedelta(hours=-1))))
def test_server_instants_come_back_in_utc(value: dt.datetime) -> None:
    """The server's text is in UTC where Python's years reach, has three digits or six, and parses to that instant."""
    text = date_time_text(value, milliseconds=True)
    assert parse_date_time(text) == value
    assert len(text.rstrip("Z")[20:].partition("+")[0].partition("-")[0]) in {3, 6}
    if dt.MINYEAR < value.year < dt.MAXYEAR:
        assert text.endswith("Z")


@given(st.uuids())
def test_uuids_come_back(value: uuid.UUID) -> None:
    """Every uuid has a valid text in lower case, the text of the uuid module, which parses to that uuid."""
    assert is_uuid(uuid_text(value))
    assert uuid_text(value) == str(value)
    assert parse_uuid(uuid_text(value)) == value
    assert parse_uuid(uuid_text(value).upper()) == value


CANONICAL_DATE_TIMES: Final = st.builds(
    "{}{}{}".format,
    st.datetimes().map(lambda value: value.isoformat(timespec="seconds")),
    st.one_of(
        st.just(""),
        st.integers(1, 999).map(".{:03}".format),
        st.integers(1, 999_999).filter(lambda micros: micros % 1000).map(".{:06}".format),
    ),
    st.one_of(
        st.just("Z"),
        st.integers(-LONGEST_OFFSET, LONGEST_OFFSET).filter(bool).map(offset_text),
    ),
)


@given(CANONICAL_DATE_TIMES)
def test_a_canonical_date_time_comes_back_identical(text: str) -> None:
    """A canonical text is written again unchanged."""
    assert date_time_text(parse_date_time(text)) == text


@given(st.dates().map(dt.date.isoformat))
def test_a_date_comes_back_identical(text: str) -> None:
    """A date that Python holds has one text only."""
    assert date_text(parse_date(text)) == text


@pytest.mark.parametrize(
    ("text", "published", "server"),
    [
        ("2026-06-12T08:30:00Z", "2026-06-12T08:30:00Z", "2026-06-12T08:30:00.000Z"),
        ("2026-06-12t08:30:00z", "2026-06-12T08:30:00Z", "2026-06-12T08:30:00.000Z"),
        ("2026-06-12T08:30:00-00:00", "2026-06-12T08:30:00Z", "2026-06-12T08:30:00.000Z"),
        ("2026-06-12T08:30:00.000Z", "2026-06-12T08:30:00Z", "2026-06-12T08:30:00.000Z"),
        ("2026-06-12T08:30:00.48Z", "2026-06-12T08:30:00.480Z", "2026-06-12T08:30:00.480Z"),
        ("2026-06-12T08:30:00.4815Z", "2026-06-12T08:30:00.481500Z", "2026-06-12T08:30:00.481500Z"),
        ("2026-06-12T08:30:00.123456000+02:00", "2026-06-12T08:30:00.123456+02:00", "2026-06-12T06:30:00.123456Z"),
        ("2026-06-12T00:30:00.5+05:30", "2026-06-12T00:30:00.500+05:30", "2026-06-11T19:00:00.500Z"),
        ("0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00.000+01:00"),
        ("9999-12-31T23:59:59.5-01:00", "9999-12-31T23:59:59.500-01:00", "9999-12-31T23:59:59.500-01:00"),
    ],
)
def test_each_style_has_one_canonical_form(text: str, published: str, server: str) -> None:
    """PUBLISHED keeps the offset and has 0, 3 or 6 digits; SERVER is in UTC where it can be and has 3 or 6."""
    assert date_time_text(parse_date_time(text)) == published
    assert date_time_text(parse_date_time(text), milliseconds=True) == server


def test_a_zero_offset_is_utc() -> None:
    """Every spelling of a zero offset parses to `datetime.UTC` itself, so that code may compare by identity."""
    for offset in ("Z", "z", "+00:00", "-00:00"):
        assert parse_date_time(f"2026-06-12T08:30:00{offset}").tzinfo is dt.UTC


@given(
    st.datetimes(timezones=st.one_of(st.just(dt.UTC), WHOLE_MINUTES)),
    st.text("0123456789", min_size=1, max_size=20),
    st.sampled_from(["T", "t"]),
)
def test_parsing_never_rounds(value: dt.datetime, digits: str, separator: str) -> None:
    """A fraction is read exactly or refused: more than six digits are read where the rest are zeros."""
    whole = value.replace(microsecond=0)
    offset = date_time_text(whole)[19:]
    text = f"{date_time_text(whole)[:19]}.{digits}{offset}".replace("T", separator)
    if digits[6:].strip("0"):
        assert outcome("date-time", text) == "is finer than a microsecond, the finest that a datetime holds"
    else:
        assert parse_date_time(text) == whole + dt.timedelta(microseconds=int(digits[:6].ljust(6, "0")))


@pytest.mark.parametrize("text", ["2026-06-12T08:30:00Z", "2026-06-12T08:30:00.481Z", "2026-06-12T08:30:00.000481Z"])
def test_what_servers_send_is_read_the_fast_way(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Text in UTC of up to six digits is left to the decoder: no regular expression looks at it."""
    expected = dt.datetime.fromisoformat(text)
    monkeypatch.setattr(formats, "_parse_unusual", None)
    assert parse_date_time(text) == expected


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("date", "0000-01-01", "is in the year 0000; Python's years begin with 0001"),
        ("date-time", "0000-12-31T00:00:00Z", "is in the year 0000; Python's years begin with 0001"),
        ("date-time", "1998-12-31T23:59:60Z", "is a leap second, which a datetime cannot hold"),
        ("date-time", "2026-06-12T08:30:00.1234567Z", "is finer than a microsecond, the finest that a datetime holds"),
        ("date", "2026-02-30", "is not an RFC 3339 date, such as 2026-09-30"),
        ("date-time", "2026-06-12", "is not an RFC 3339 date-time, such as 2026-06-12T08:30:00.481Z"),
        ("uuid", "5c222222", "is not an RFC 9562 uuid, such as 123e4567-e89b-42d3-a456-426614174000"),
    ],
)
def test_a_refusal_says_why(name: str, text: str, reason: str) -> None:
    """Text that Python cannot hold is refused with the reason, never bent into what it can hold."""
    assert outcome(name, text) == reason


@pytest.mark.parametrize("milliseconds", [False, True])
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (
            dt.datetime(2026, 6, 12, 8, 30),  # noqa: DTZ001 - a naive one is what is refused
            "is a naive datetime, which names no instant; give it a tzinfo, such as datetime.timezone.utc",
        ),
        (
            dt.datetime(1900, 1, 1, tzinfo=dt.timezone(dt.timedelta(minutes=17, seconds=30))),
            "has an offset of +0:17:30 from UTC, and RFC 3339 writes whole minutes only; convert it to UTC",
        ),
        (
            dt.datetime(2026, 1, 1, tzinfo=dt.timezone(-dt.timedelta(minutes=1, microseconds=1))),
            "has an offset of -0:01:00.000001 from UTC, and RFC 3339 writes whole minutes only; convert it to UTC",
        ),
    ],
)
def test_what_the_wire_cannot_hold_is_refused(value: dt.datetime, reason: str, milliseconds: bool) -> None:  # noqa: FBT001 - a parameter of the test, given by pytest
    """A datetime without an offset, or with one that RFC 3339 cannot express, is refused in every style."""
    with pytest.raises(UnrepresentableError) as caught:
        date_time_text(value, milliseconds=milliseconds)
    assert (caught.value.pointer, caught.value.reason) == ("", reason)


def test_a_datetime_is_no_date() -> None:
    """A datetime, a date to Python, is refused where a date goes: its time would be lost."""
    with pytest.raises(UnrepresentableError, match=r": is a datetime, not a date; pass its \.date\(\)$"):
        date_text(dt.datetime(2026, 6, 12, tzinfo=dt.UTC))


class London(dt.tzinfo):
    """A zone with summer time, of our own because not every machine has the database of zones."""

    def utcoffset(self, value: dt.datetime | None) -> dt.timedelta:
        """Be an hour ahead from June until the 25th of October of 2026, half past one of which is there twice."""
        assert value is not None
        summer = (6, 1) <= (value.month, value.day) < (10, 25) or (
            value.day == 25 and value.hour == 1 and not value.fold
        )
        return dt.timedelta(hours=summer)

    def dst(self, value: dt.datetime | None) -> dt.timedelta:
        """All of the offset is summer time."""
        return self.utcoffset(value)

    def tzname(self, _: dt.datetime | None) -> str:
        """Be called London."""
        return "London"


def test_zones_are_written_by_their_offset() -> None:
    """An instant of any zone is written with the offset that it has, Z where that is zero."""
    assert date_time_text(dt.datetime(2026, 1, 24, 16, 26, tzinfo=London())) == "2026-01-24T16:26:00Z"
    assert date_time_text(dt.datetime(2026, 6, 12, 16, 26, tzinfo=London())) == "2026-06-12T16:26:00+01:00"
    assert date_time_text(dt.datetime(2026, 10, 25, 1, 30, tzinfo=London())) == "2026-10-25T01:30:00+01:00"
    assert date_time_text(dt.datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=London())) == "2026-10-25T01:30:00Z"


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process can be set on Unix only")
def test_the_zone_of_the_machine_is_none_that_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers receive UTC, for any time zone of the program."""
    moment = dt.datetime(2026, 6, 12, 16, 26, tzinfo=London())
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "XXX-05:45")
        time.tzset()
        text = date_time_text(moment, milliseconds=True)
    time.tzset()
    assert text == "2026-06-12T15:26:00.000Z"


class Moment(dt.datetime):
    """A datetime as date libraries make them."""


class FinerMoment(dt.datetime):
    """A datetime that counts nanoseconds, as those of pandas do."""

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        """Write nine digits."""
        return f"{super().isoformat(sep, timespec)[:19]}.123456789+00:00"


class Day(dt.date):
    """A date as date libraries make them."""


class Key(uuid.UUID):
    """A uuid as database libraries make them."""


def test_subclasses_are_written_as_what_they_are() -> None:
    """The datetimes, dates and uuids of other libraries have the text of the instant, day or uuid that they are."""
    moment = Moment(2026, 6, 12, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert date_time_text(moment) == "2026-06-12T08:30:00+02:00"
    assert date_time_text(moment, milliseconds=True) == "2026-06-12T06:30:00.000Z"
    assert date_time_text(Moment(2026, 6, 12, tzinfo=dt.UTC)) == "2026-06-12T00:00:00Z"
    assert date_text(Day(2026, 9, 30)) == "2026-09-30"
    assert uuid_text(Key(int=3)) == "00000000-0000-0000-0000-000000000003"


def test_a_subclass_finer_than_a_microsecond_is_refused() -> None:
    """The nanoseconds of a subclass are not dropped in silence."""
    with pytest.raises(UnrepresentableError, match="finer than a microsecond"):
        date_time_text(FinerMoment(2026, 6, 12, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", True),
        (' [{"type": "paragraph", "content": []}]\n', True),
        ("{}", False),
        ("null", False),
        ('"[]"', False),
        ('[{"type": "paragraph"}', False),
        ("", False),
        ("[NaN]", False),
        ("[" * 100_000 + "]" * 100_000, False),
        ('["\ud800"]', False),
    ],
)
def test_a_text_may_have_to_be_a_json_array(text: str, expected: bool) -> None:  # noqa: FBT001
    """A text that is a JSON array is one, however it is spaced; other JSON and broken JSON are not."""
    assert FORMATS["json-array"](text) is expected
