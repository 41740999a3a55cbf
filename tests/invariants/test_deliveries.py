"""Webhooks raise only documented exceptions, and accept a signed delivery exactly once."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from twenty_opportunity import webhooks
from twenty_opportunity.errors import ReplayMemoryFullError, TwentyOpportunityError
from twenty_opportunity.records import WebhookEvent
from twenty_opportunity.webhooks import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    BoundedReplayMemory,
    SignatureError,
    TimestampError,
    WebhookError,
)

BODIES: Final = st.binary()
SECRETS: Final = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
ZONES: Final = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS: Final = st.datetimes(datetime(1970, 1, 3), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 - given zones
AGES: Final = st.timedeltas(-webhooks.TOLERANCE, webhooks.TOLERANCE - timedelta(milliseconds=1))
CASES: Final = st.sampled_from([str, str.lower, str.upper, str.title, str.swapcase])


def listed(headers: dict[str, str]) -> Any:
    """Return headers as a list of pairs."""
    return [*headers.items()]


def streamed(headers: dict[str, str]) -> Any:
    """Return headers as an iterator of pairs."""
    return iter(headers.items())


CONTAINERS: Final[st.SearchStrategy[Any]] = st.sampled_from([dict[str, str], listed, streamed])

HEADER_NAMES: Final = st.sampled_from([TIMESTAMP_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER.upper()]) | st.text()
HEADER_VALUES: Final = (
    st.text() | st.text("0123456789", max_size=20) | st.binary(min_size=32, max_size=32).map(bytes.hex)
)
TEXTS: Final = st.tuples(HEADER_NAMES, HEADER_VALUES)
BYTES: Final = TEXTS.map(lambda pair: tuple(text.encode(errors="replace") for text in pair))
PAIRS: Final = st.lists(TEXTS | BYTES, max_size=6)
SCALARS: Final = st.sampled_from([None, True, 0, 1.5, object(), BoundedReplayMemory(), BoundedReplayMemory])
OBJECTS: Final = st.one_of(
    SCALARS,
    st.text(max_size=5),
    st.binary(max_size=5),
    st.datetimes(),
    st.timedeltas(),
    st.lists(SCALARS | st.text(max_size=5), max_size=2),
    st.dictionaries(st.text(max_size=5) | SCALARS, SCALARS, max_size=2),
)


def key(secret: str) -> bytes:
    """Return an HMAC key without trailing zero bytes, with which RFC 2104 pads it."""
    return secret.encode().rstrip(b"\0")


@given(BODIES, SECRETS, st.lists(SECRETS), st.integers(0), MOMENTS, AGES, CASES, CONTAINERS)
def test_a_correct_delivery_is_accepted_once(  # noqa: PLR0913, PLR0917 - all that may differ
    body: bytes, secret: str, others: list[str], place: int, sent: datetime, age: timedelta, case: Any, container: Any
) -> None:
    """A correct delivery is accepted once, for any body, secrets, type of headers and instant within the tolerance."""
    headers = {case(name): value for name, value in webhooks.sign(body, secret, timestamp=sent).items()}
    others.insert(place % (len(others) + 1), secret)
    memory = BoundedReplayMemory()
    webhooks.verify(body, container(headers), others, now=sent + age, replays=memory)
    with pytest.raises(webhooks.ReplayError):
        webhooks.verify(body, container(headers), others, now=sent + age, replays=memory)


@given(BODIES, SECRETS, MOMENTS, st.integers(0))
def test_a_changed_bit_is_refused(body: bytes, secret: str, sent: datetime, bit: int) -> None:
    """A delivery with one changed bit in the body, the timestamp or the signature is refused."""
    headers = webhooks.sign(body, secret, timestamp=sent)
    parts = [body, *(value.encode() for value in headers.values())]
    whole = bytearray(b"".join(parts))
    bit %= 8 * len(whole)
    whole[bit // 8] ^= 1 << bit % 8
    timestamp_at, signature_at = len(body), len(body) + len(parts[1])
    changed = {
        TIMESTAMP_HEADER.encode(): bytes(whole[timestamp_at:signature_at]),
        SIGNATURE_HEADER.encode(): bytes(whole[signature_at:]),
    }
    with pytest.raises((SignatureError, TimestampError)):
        webhooks.verify(whole[:timestamp_at], changed, secret, now=sent, tolerance=timedelta.max)


@given(BODIES, BODIES, SECRETS, MOMENTS)
def test_a_signature_is_for_one_body(body: bytes, other: bytes, secret: str, sent: datetime) -> None:
    """A signature is wrong for every other body."""
    assume(body != other)
    headers = webhooks.sign(body, secret, timestamp=sent)
    with pytest.raises(SignatureError):
        webhooks.verify(other, headers, secret, now=sent)


@given(BODIES, SECRETS, st.lists(SECRETS, min_size=1), MOMENTS)
def test_a_signature_is_by_one_secret(body: bytes, secret: str, others: list[str], sent: datetime) -> None:
    """A signature is wrong for every other secret."""
    assume(key(secret) not in map(key, others))
    headers = webhooks.sign(body, secret, timestamp=sent)
    with pytest.raises(SignatureError):
        webhooks.verify(body, headers, others, now=sent)


@given(BODIES, SECRETS, MOMENTS, AGES | st.timedeltas(), AGES.map(abs) | st.timedeltas(timedelta()))
def test_the_tolerance_decides(body: bytes, secret: str, sent: datetime, age: timedelta, tolerance: timedelta) -> None:
    """A signed delivery is accepted if and only if its age is within the tolerance."""
    headers = webhooks.sign(body, secret, timestamp=sent)
    try:
        now = sent.astimezone(UTC) + age
    except OverflowError:
        now = datetime.max.replace(tzinfo=UTC)
    age = now - datetime(1970, 1, 1, tzinfo=UTC) - timedelta(milliseconds=int(headers[TIMESTAMP_HEADER]))
    taken = abs(age) <= tolerance
    with contextlib.nullcontext() if taken else pytest.raises(TimestampError) as caught:
        webhooks.verify(body, headers, secret, now=now, tolerance=tolerance, replays=BoundedReplayMemory())
    assert taken if caught is None else caught.value.age == age


@given(BODIES, PAIRS, SECRETS, MOMENTS)
def test_strangers_are_refused_with_documented_errors(
    body: bytes, headers: list[tuple[str, str]], secret: str, now: datetime
) -> None:
    """Any bytes and headers without a correct signature raise WebhookError."""
    with pytest.raises(WebhookError):
        webhooks.verify(body, headers, secret, now=now, replays=BoundedReplayMemory())


@given(OBJECTS, OBJECTS | PAIRS, OBJECTS, OBJECTS, OBJECTS, OBJECTS)
def test_any_objects_are_refused_with_documented_errors(  # noqa: PLR0913, PLR0917 - every argument there is
    body: Any, headers: Any, secret: Any, tolerance: Any, now: Any, replays: Any
) -> None:
    """Any objects as arguments raise WebhookError or TypeError."""
    with pytest.raises((WebhookError, TypeError)):
        webhooks.verify(body, headers, secret, tolerance=tolerance, now=now, replays=replays)
    with contextlib.suppress(TypeError):
        webhooks.sign(body, secret, timestamp=now)


@given(BODIES, SECRETS, MOMENTS)
def test_any_signed_body_is_an_event_or_refused(body: bytes, secret: str, sent: datetime) -> None:
    """Any signed bytes become an event or raise a documented exception."""
    headers = webhooks.sign(body, secret, timestamp=sent)
    with contextlib.suppress(TwentyOpportunityError):
        assert isinstance(webhooks.receive(body, headers, secret, now=sent), WebhookEvent)


START: Final = datetime(2026, 6, 1, tzinfo=UTC)
STEPS: Final = st.lists(st.tuples(st.integers(0, 9), st.integers(-3, 3)), max_size=40)


@given(STEPS, st.integers(1, 10))
def test_a_memory_never_forgets_too_early(steps: list[tuple[int, int]], capacity: int) -> None:
    """For any clock and any capacity, no signature is new twice."""
    memory = BoundedReplayMemory(capacity)
    known: set[int] = set()
    now = START
    for number, minutes in steps:
        now += timedelta(minutes=minutes)
        with contextlib.suppress(ReplayMemoryFullError):
            if memory.remember(str(number), now=now, until=START + timedelta(minutes=number)):
                assert number not in known
                known.add(number)
    assert len(memory) <= capacity


@given(STEPS)
def test_a_memory_forgets_what_is_late(steps: list[tuple[int, int]]) -> None:
    """While the clock runs forward, each signature is new once, and late ones take no room."""
    memory = BoundedReplayMemory()
    known: set[int] = set()
    now = START
    for number, minutes in steps:
        now += timedelta(minutes=abs(minutes))
        until = now + timedelta(minutes=number)
        signature = hash(until)
        assert memory.remember(str(signature), now=now, until=until) == (signature not in known)
        known.add(signature)
        assert len(memory) <= 10
