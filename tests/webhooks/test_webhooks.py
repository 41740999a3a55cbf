"""Deliveries are taken once, in time, and with the right signature over the raw bytes; every refusal says why."""

from __future__ import annotations

import copy
import doctest
import email.message
import hashlib
import hmac
import json
import pickle
from array import array
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from traceback import walk_tb
from typing import Any

import attrs
import pytest

from twenty_opportunity import webhooks
from twenty_opportunity.errors import DecodeError, TwentyOpportunityError, ValidationError
from twenty_opportunity.profiles import PUBLISHED
from twenty_opportunity.records import Opportunity, WebhookEvent
from twenty_opportunity.webhooks import (
    BoundedReplayMemory,
    HeaderError,
    MissingHeaderError,
    ReplayError,
    ReplayMemoryFullError,
    SignatureError,
    TimestampError,
    WebhookError,
)

SECRET = "a secret of our own"  # noqa: S105 - and it guards nothing
SENT = datetime(2026, 6, 1, 9, tzinfo=UTC)
BODY = '{"eventName": "opportunity.created", "record": {"name": "Zażółć"}}'.encode()
# printf '%s:%s' 1780304400000 "$BODY" | openssl dgst -sha256 -hmac "$SECRET"
SIGNATURE = "c22324a5a3e65059fd11d628b33a73c05728b5b16761d435d56307ca22f70f68"
HEADERS = {"X-Twenty-Webhook-Timestamp": "1780304400000", "X-Twenty-Webhook-Signature": SIGNATURE}
EVENT = {
    "targetUrl": "https://crm-hooks.example.org/twenty",
    "eventName": "opportunity.updated",
    "objectMetadata": {"id": "f3b1c9d2-50a7-4d0c-9a53-2a8d6a3e1b10", "nameSingular": "opportunity"},
    "workspaceId": "0c6f2f5e-7a0b-4b57-8a5f-6f3f0f6c9d21",
    "webhookId": "7d8e1a34-2b6c-4f19-b0de-91c4a5e6f702",
    "eventDate": "2026-06-01T08:59:59.871Z",
    "record": {
        "id": "be4a91c0-6d1f-4c2e-8b7a-3e5d9f012c84",
        "name": "Harbour lights retrofit",
        "stage": "NEW",
        "amount": {"amountMicros": 1249990000, "currencyCode": "EUR"},
        "closeDate": "2026-09-30T00:00:00.000Z",
    },
    "updatedFields": ["amount"],
}


@attrs.frozen(kw_only=True)
class Deal(Opportunity):
    """An opportunity of a workspace with a custom field."""


def _plainly(value: object) -> str:
    """Name a case without a backslash, which pytest escapes once more each time that it collects in one process."""
    return ascii(value).replace("\\", "/")


def signed(body: bytes, secret: str = SECRET, timestamp: str = "1780304400000") -> dict[str, str]:
    """Sign as the server does, spelled out: HMAC-SHA256 over the timestamp, a colon and the body."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Twenty-Webhook-Timestamp": timestamp, "X-Twenty-Webhook-Signature": digest}


def refused(error: type[WebhookError], body: Any = BODY, headers: Any = HEADERS, **options: Any) -> Any:
    """Verify a delivery that must be refused, and give the exception."""
    options = {"now": SENT, **options}
    with pytest.raises(error) as caught:
        webhooks.verify(body, headers, options.pop("secret", SECRET), **options)
    assert type(caught.value) is error
    return caught.value


def test_a_delivery_that_openssl_signed_is_taken() -> None:
    """The signature is what another implementation makes of the timestamp, a colon and the raw body."""
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT)


def test_signing_makes_the_headers_that_openssl_makes() -> None:
    """Tests of users get the headers that a server sends."""
    assert webhooks.sign(BODY, SECRET, timestamp=SENT) == HEADERS
    assert webhooks.sign(bytearray(BODY), SECRET, timestamp=SENT.astimezone(timezone(timedelta(hours=-7)))) == HEADERS


def test_signing_drops_what_is_finer_than_a_millisecond() -> None:
    """The timestamp counts whole milliseconds."""
    headers = webhooks.sign(BODY, SECRET, timestamp=SENT + timedelta(microseconds=1999))
    assert headers == signed(BODY, timestamp="1780304400001")


def test_the_body_may_be_in_any_buffer_of_bytes() -> None:
    """The raw bytes are taken as bytes, bytearray or memoryview, the scattered ones of a view included."""
    scattered = bytes(byte for pair in zip(BODY, BODY, strict=True) for byte in pair)
    for body in (bytearray(BODY), memoryview(BODY), memoryview(scattered)[::2]):
        webhooks.verify(body, HEADERS, SECRET, now=SENT)


@pytest.mark.parametrize(
    "body",
    [json.loads(BODY), BODY.decode(), [BODY], None, Opportunity(name="Harbour lights retrofit"), array("B", BODY)],
    ids=lambda body: type(body).__name__,
)
def test_a_body_that_is_not_raw_bytes_is_a_mistake_of_the_caller(body: Any) -> None:
    """A parsed or decoded body is refused with the reason: only the bytes as sent can be verified."""
    with pytest.raises(TypeError, match=f"raw bytes.*not {type(body).__name__}"):
        webhooks.verify(body, HEADERS, SECRET, now=SENT)
    with pytest.raises(TypeError, match="raw bytes"):
        webhooks.receive(body, HEADERS, SECRET, now=SENT)
    with pytest.raises(TypeError, match="raw bytes"):
        webhooks.sign(body, SECRET, timestamp=SENT)


def test_a_released_view_is_a_mistake_of_the_caller() -> None:
    """A memoryview whose bytes are gone is refused like anything else that is not bytes."""
    view = memoryview(BODY)
    view.release()
    with pytest.raises(TypeError, match="released"):
        webhooks.verify(view, HEADERS, SECRET, now=SENT)


def test_a_body_that_was_parsed_and_dumped_is_refused() -> None:
    """The same JSON in other bytes has another signature, and the message says where to look."""
    error = refused(SignatureError, json.dumps(json.loads(BODY)).encode())
    assert "raw" in str(error)


def test_any_of_several_secrets_may_have_signed() -> None:
    """While a secret is rotated, deliveries signed with the old and with the new one are taken, in any order."""
    for secrets in ([SECRET, "new"], ("new", SECRET), ["older", "new", SECRET]):
        webhooks.verify(BODY, HEADERS, secrets, now=SENT)
    refused(SignatureError, secret=["older", "new"])


def test_every_secret_is_tried_whichever_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time a verification takes does not tell which secret fits: each is compared, in constant time."""
    compared: list[str] = []

    def compare_digest(expected: str, given: str) -> bool:
        compared.append(expected)
        return hmac.compare_digest(expected, given)

    monkeypatch.setattr(webhooks, "compare_digest", compare_digest)
    webhooks.verify(BODY, HEADERS, [SECRET, "new", "newer"], now=SENT)
    assert compared == [signed(BODY, secret)["X-Twenty-Webhook-Signature"] for secret in (SECRET, "new", "newer")]


@pytest.mark.parametrize(
    "secret",
    [
        "",
        [],
        [""],
        [SECRET, ""],
        None,
        SECRET.encode(),
        b"",
        [SECRET.encode()],
        {"secret": SECRET},
        {SECRET},
        5,
        "\udcff",
    ],
    ids=_plainly,
)
def test_a_secret_that_is_no_text_is_a_mistake_of_the_caller(secret: Any) -> None:
    """A secret that was not configured is no refused delivery: it raises TypeError, which nobody takes for one."""
    with pytest.raises(TypeError, match="secret") as caught:
        webhooks.verify(BODY, HEADERS, secret, now=SENT)
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("secret", ["", [SECRET], None, SECRET.encode()], ids=repr)
def test_one_secret_signs(secret: Any) -> None:
    """Signing takes one secret, a text that is not empty."""
    with pytest.raises(TypeError, match="secret"):
        webhooks.sign(BODY, secret, timestamp=SENT)


def message_of(headers: dict[str, str]) -> email.message.Message:
    """Make what http.server hands out: a message, which is no Mapping."""
    message = email.message.Message()
    for name, value in headers.items():
        message[name] = value
    return message


NOISE = [("Content-Type", "application/json"), ("X-Twenty-Webhook-Nonce", "5" * 32)]


@pytest.mark.parametrize(
    "headers",
    [
        HEADERS,
        {name.lower(): value for name, value in HEADERS.items()},
        {name.upper(): value for name, value in HEADERS.items()},
        [*NOISE, *HEADERS.items()],
        iter([*HEADERS.items(), *NOISE]),
        [(name.lower().encode(), value.encode()) for name, value in [*NOISE, *HEADERS.items()]],
        [[name, value] for name, value in HEADERS.items()],
        message_of(HEADERS),
        dict[Any, Any](HEADERS) | {5: object(), "X-Other": None, "x-twenty-webhoo\N{KELVIN SIGN}-signature": "0"},
    ],
    ids=["as sent", "lower", "upper", "pairs", "iterator", "ASGI", "lists", "http.server", "with oddities"],
)
def test_headers_come_in_any_case_and_container(headers: Any) -> None:
    """Names match whatever their case, in mappings, pairs and messages, as text or bytes; other headers are ignored."""
    unread = copy.copy(headers)  # an iterator is read once, and this test may be run again
    webhooks.verify(BODY, unread, SECRET, now=SENT)


@pytest.mark.parametrize("name", HEADERS)
def test_a_delivery_without_a_signature_is_refused(name: str) -> None:
    """A delivery lacks its headers where its webhook has no secret, and the message says so."""
    error = refused(MissingHeaderError, headers={key: value for key, value in HEADERS.items() if key != name})
    assert error.header == name
    assert "secret" in str(error)
    assert str(error).startswith(f"{name}: ")
    refused(MissingHeaderError, headers={})
    refused(MissingHeaderError, headers=[])


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_given_twice_is_refused(name: str) -> None:
    """Which of two counts would be a guess, so neither does, be they the same."""
    for twin in (name, name.lower()):
        error = refused(HeaderError, headers=[*HEADERS.items(), (twin, HEADERS[name])])
        assert (error.header, "twice" in str(error)) == (name, True)


@pytest.mark.parametrize(
    "headers",
    [
        None,
        5,
        "X-Twenty-Webhook-Timestamp",
        b"X-Twenty-Webhook-Timestamp",
        ["ab"],
        [("a", "b", "c")],
        {**HEADERS, "X-Twenty-Webhook-Timestamp": 1780304400000},
        {name: [value] for name, value in HEADERS.items()},
        dict,
    ],
    ids=repr,
)
def test_headers_that_are_none_are_a_mistake_of_the_caller(headers: Any) -> None:
    """What holds no pairs of texts is a TypeError that says what is taken."""
    with pytest.raises(TypeError, match="header"):
        webhooks.verify(BODY, headers, SECRET, now=SENT)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        SIGNATURE.upper(),
        SIGNATURE[:-1],
        SIGNATURE + "0",
        f" {SIGNATURE}",
        f"sha256={SIGNATURE}",
        "é" * 64,
        "\udc80",
        "\n",
    ],
    ids=_plainly,
)
def test_a_signature_in_another_form_is_wrong(signature: str) -> None:
    """Only the 64 lower-case hexadecimal digits that the server sends are a signature."""
    refused(SignatureError, headers={**HEADERS, "X-Twenty-Webhook-Signature": signature})
    if not signature.startswith("\udc80"):
        refused(SignatureError, headers={**HEADERS, "X-Twenty-Webhook-Signature": signature.encode()})


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        "-1",
        "+1",
        "1_0",
        "1.5",
        "1e3",
        " 1",
        "1\n",
        "٣",
        "²",
        "2026-06-01T09:00:00Z",
        "9" * 16,
        "9" * 5000,
        "\udc80",
    ],
    ids=_plainly,
)
def test_a_timestamp_in_another_form_is_refused(timestamp: str) -> None:
    """A timestamp is 1 to 15 ASCII digits; anything else is refused, signed or not, and has no age."""
    error = refused(TimestampError, headers={**HEADERS, "X-Twenty-Webhook-Timestamp": timestamp})
    assert error.age is None
    if timestamp != "\udc80":
        assert refused(TimestampError, headers=signed(BODY, timestamp=timestamp)).age is None


@pytest.mark.parametrize("age", [timedelta(minutes=5), timedelta(minutes=-5), timedelta()])
def test_the_tolerance_holds_both_ways(age: timedelta) -> None:
    """A delivery may be as old as the tolerance, and as far ahead of the receiver's clock."""
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT + age)


@pytest.mark.parametrize(
    ("age", "word"), [(timedelta(minutes=5, microseconds=1), "ago"), (-timedelta(days=1), "ahead")]
)
def test_what_is_late_or_early_is_refused(age: timedelta, word: str) -> None:
    """One instant beyond the tolerance is too much, and the error tells how old the delivery is."""
    error = refused(TimestampError, now=SENT + age)
    assert error.age == age
    assert word in str(error)


def test_the_tolerance_can_be_chosen() -> None:
    """A tolerance may be of any size, none at all included."""
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, tolerance=timedelta())
    refused(TimestampError, now=SENT + timedelta(milliseconds=1), tolerance=timedelta())
    webhooks.verify(BODY, HEADERS, SECRET, now=datetime.max.replace(tzinfo=UTC), tolerance=timedelta.max)
    memory = BoundedReplayMemory()
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, tolerance=timedelta.max, replays=memory)
    refused(ReplayError, tolerance=timedelta.max, replays=memory)


def test_the_farthest_timestamp_is_just_early() -> None:
    """Fifteen digits reach beyond the years that Python has, and are still refused as early."""
    assert refused(TimestampError, headers=signed(BODY, timestamp="9" * 15)).age < timedelta(days=-10_000_000)


def test_wrong_signatures_are_told_before_wrong_times() -> None:
    """An age is only told of what was signed: a stranger learns nothing of the receiver's clock."""
    refused(SignatureError, b"other", now=SENT + timedelta(days=1))


def test_now_is_the_present_unless_told() -> None:
    """Without `now` the clock of the machine counts."""
    headers = webhooks.sign(BODY, SECRET, timestamp=datetime.now(UTC))
    webhooks.verify(BODY, headers, SECRET)
    with pytest.raises(TimestampError):
        webhooks.verify(BODY, HEADERS, SECRET, tolerance=timedelta())


class NowhereTime(tzinfo):
    """A time zone that knows no offset, so that its datetimes are naive."""

    def utcoffset(self, _: datetime | None, /) -> None:
        """Know nothing."""

    dst = tzname = utcoffset


@pytest.mark.parametrize("moment", [SENT.replace(tzinfo=None), SENT.replace(tzinfo=NowhereTime()), 1780304400, "now"])
def test_an_instant_that_is_none_is_a_mistake_of_the_caller(moment: Any) -> None:
    """A naive datetime names no instant, so it is a TypeError that says so, like anything that is no datetime."""
    with pytest.raises(TypeError, match="now must be an aware datetime"):
        webhooks.verify(BODY, HEADERS, SECRET, now=moment)
    with pytest.raises(TypeError, match="timestamp must be an aware datetime"):
        webhooks.sign(BODY, SECRET, timestamp=moment)


@pytest.mark.parametrize("tolerance", [300, None, timedelta(microseconds=-1)])
def test_a_tolerance_that_is_none_is_a_mistake_of_the_caller(tolerance: Any) -> None:
    """The tolerance is a timedelta that is not negative."""
    with pytest.raises(TypeError, match="tolerance"):
        webhooks.verify(BODY, HEADERS, SECRET, now=SENT, tolerance=tolerance)


def test_a_delivery_is_taken_once() -> None:
    """With a memory, the same delivery is refused when it comes again."""
    memory = BoundedReplayMemory()
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=memory)
    refused(ReplayError, replays=memory)
    webhooks.verify(BODY, signed(BODY, timestamp="1780304400001"), SECRET, now=SENT, replays=memory)


def test_an_early_delivery_is_remembered_until_it_is_late() -> None:
    """What was sent ahead of the clock stays acceptable for nearly twice the tolerance, and so does its memory."""
    memory = BoundedReplayMemory()
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT - timedelta(minutes=5), replays=memory)
    refused(ReplayError, now=SENT + timedelta(minutes=5), replays=memory)


def test_another_nonce_makes_no_new_delivery() -> None:
    """The nonce is not signed, so a replay with a fresh one is still a replay."""
    memory = BoundedReplayMemory()
    webhooks.verify(BODY, {**HEADERS, "X-Twenty-Webhook-Nonce": "1" * 32}, SECRET, now=SENT, replays=memory)
    refused(ReplayError, headers={**HEADERS, "X-Twenty-Webhook-Nonce": "2" * 32}, replays=memory)


def test_only_what_was_signed_and_in_time_is_remembered() -> None:
    """A stranger cannot fill the memory, nor have a delivery refused by sending its signature first."""
    memory = BoundedReplayMemory(1)
    refused(SignatureError, b"other", replays=memory)
    refused(TimestampError, now=SENT + timedelta(hours=1), replays=memory)
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=memory)


def test_a_full_memory_refuses() -> None:
    """What cannot be remembered is not taken, with an error of its own: the delivery itself is faultless."""
    memory = BoundedReplayMemory(1)
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=memory)
    refused(ReplayMemoryFullError, b"other", signed(b"other"), replays=memory)


class Answering:
    """A memory that gives one answer to everything, and notes what it was asked."""

    def __init__(self, answer: Any) -> None:
        """Take the answer."""
        self.answer = answer
        self.asked: list[tuple[str, datetime, datetime]] = []

    def remember(self, signature: str, *, now: datetime, until: datetime) -> Any:
        """Give the answer."""
        self.asked.append((signature, now, until))
        return self.answer


def test_a_memory_is_told_the_signature_and_for_how_long() -> None:
    """A store of the user's own gets the signature, the present, and the instant from which it is late anyway."""
    memory = Answering(answer=True)
    moment = SENT + timedelta(minutes=1)
    webhooks.verify(BODY, HEADERS, SECRET, now=moment, tolerance=timedelta(minutes=2), replays=memory)
    assert memory.asked == [(SIGNATURE, moment, SENT + timedelta(minutes=2))]
    refused(ReplayError, replays=Answering(answer=False))


async def _unawaited() -> bool:
    return False


@pytest.mark.parametrize("answer", [None, 1, 0, "yes"])
def test_a_memory_that_answers_anything_else_is_a_mistake_of_the_caller(answer: Any) -> None:
    """Only True says that a delivery is new: a forgotten return refuses loudly, never everything or nothing."""
    with pytest.raises(TypeError, match=r"remember .* bool"):
        webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=Answering(answer))


def test_a_memory_that_must_be_awaited_is_a_mistake_of_the_caller() -> None:
    """A coroutine is true, so that an asynchronous store would take every replay; it is refused instead."""
    answer = _unawaited()
    with pytest.raises(TypeError, match="coroutine"):
        webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=Answering(answer))
    answer.close()


def test_a_memory_has_one_method() -> None:
    """What has no `remember` is no memory."""
    replays: Any = {"a"}
    with pytest.raises(TypeError, match=r"replays .* set"):
        webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=replays)


def delivery(event: Any = None) -> tuple[bytes, dict[str, str]]:
    """Make a signed delivery of an event."""
    body = json.dumps(EVENT if event is None else event).encode()
    return body, signed(body)


def test_receiving_gives_the_typed_event() -> None:
    """A delivery that is right becomes a record."""
    body, headers = delivery()
    event = webhooks.receive(body, headers, SECRET, now=SENT)
    assert isinstance(event, WebhookEvent)
    assert event.event_name == "opportunity.updated"
    assert isinstance(event.record, Opportunity)
    assert event.record.name == "Harbour lights retrofit"


def test_receiving_gives_the_records_that_were_asked_for() -> None:
    """An event may be generic over a subclass of Opportunity."""
    body, headers = delivery()
    event = webhooks.receive(bytearray(body), headers, [SECRET], now=SENT, cl=WebhookEvent[Deal])
    assert isinstance(event.record, Deal)


def test_nothing_is_read_of_what_is_not_signed() -> None:
    """A body is decoded only after its signature was found right."""
    with pytest.raises(SignatureError):
        webhooks.receive(b"\xff no JSON", HEADERS, SECRET, now=SENT)
    with pytest.raises(DecodeError):
        webhooks.receive(b"\xff no JSON", signed(b"\xff no JSON"), SECRET, now=SENT)


def test_a_signed_body_must_fit_the_schema() -> None:
    """A signature makes no event of what is none."""
    body, headers = delivery({"eventName": 5})
    with pytest.raises(ValidationError):
        webhooks.receive(body, headers, SECRET, now=SENT)


def test_the_body_that_the_documentation_shows_is_told_apart() -> None:
    """The body with event, data and timestamp, which no server sends, is refused with exactly that."""
    body, headers = delivery({"event": "opportunity.created", "data": {"name": "Harbour lights"}, "timestamp": "now"})
    with pytest.raises(ValidationError, match="no server sends it"):
        webhooks.receive(body, headers, SECRET, now=SENT)


def test_a_body_that_is_no_event_is_remembered_as_well() -> None:
    """The memory guards the door: what was signed passes it once, whatever is in it."""
    memory = BoundedReplayMemory()
    body, headers = delivery({"eventName": 5})
    with pytest.raises(ValidationError):
        webhooks.receive(body, headers, SECRET, now=SENT, replays=memory)
    with pytest.raises(ReplayError):
        webhooks.receive(body, headers, SECRET, now=SENT, replays=memory)


@pytest.mark.parametrize("name", ["company.created", "dealRoom.destroyed", "metadata.fieldMetadata.updated"])
def test_an_event_of_another_object_is_an_error_of_its_own(name: str) -> None:
    """An authentic event of another object, or of metadata, is not a refusal: it has its name and body, and pickles."""
    memory = BoundedReplayMemory()
    event = {"eventName": name, "record": {"id": 7}}
    body, headers = delivery(event)
    with pytest.raises(webhooks.UnrelatedEventError) as caught:
        webhooks.receive(body, headers, SECRET, now=SENT, replays=memory)
    error = caught.value
    assert (error.event_name, error.body, isinstance(error, WebhookError)) == (name, event, False)
    assert str(error) == f"{name} is not an event of an opportunity"
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - its own pickle
    assert (str(again), again.body) == (str(error), event)
    with pytest.raises(ReplayError):
        webhooks.receive(body, headers, SECRET, now=SENT, replays=memory)
    with pytest.raises(SignatureError):
        webhooks.receive(body + b" ", headers, SECRET, now=SENT)


@pytest.mark.parametrize("event", [{"eventName": "company"}, {"eventName": "a b.c"}, {"eventName": 5}, {}, [], "a.b"])
def test_a_body_without_an_event_name_is_invalid(event: Any) -> None:
    """Only a name of dotted words makes an event unrelated; anything else is a violation at its place."""
    body, headers = delivery(event)
    with pytest.raises(ValidationError):
        webhooks.receive(body, headers, SECRET, now=SENT)


def test_receiving_keeps_the_tolerance() -> None:
    """Receiving verifies with the tolerance that it is given."""
    body, headers = delivery()
    webhooks.receive(body, headers, SECRET, now=SENT + timedelta(hours=1), tolerance=timedelta(hours=1))
    with pytest.raises(TimestampError):
        webhooks.receive(body, headers, SECRET, now=SENT + timedelta(minutes=6))


def test_receiving_needs_a_profile_with_events() -> None:
    """The published schema describes no events, so its profile is a mistake of the caller."""
    body, headers = delivery()
    with pytest.raises(TypeError, match="WebhookEvent"):
        webhooks.receive(body, headers, SECRET, now=SENT, profile=PUBLISHED)


@pytest.mark.parametrize("options", [{"profile": PUBLISHED}, {"cl": int}, {"cl": []}])
def test_a_mistake_of_the_caller_uses_no_delivery_up(options: Any) -> None:
    """A class that the profile has no schema for is told before the delivery is remembered, which can come again."""
    memory = BoundedReplayMemory()
    body, headers = delivery()
    with pytest.raises(TypeError, match="has no schema for"):
        webhooks.receive(body, headers, SECRET, now=SENT, replays=memory, **options)
    webhooks.receive(body, headers, SECRET, now=SENT, replays=memory)


def every_refusal() -> dict[str, WebhookError]:
    """Raise every webhook error there is, as users get them."""
    full = BoundedReplayMemory(1)
    webhooks.verify(b"other", signed(b"other"), SECRET, now=SENT, replays=full)
    errors = [
        refused(MissingHeaderError, headers={}),
        refused(HeaderError, headers=[*HEADERS.items(), *HEADERS.items()]),
        refused(SignatureError, headers={**HEADERS, "X-Twenty-Webhook-Signature": "0" * 64}),
        refused(SignatureError, headers={**HEADERS, "X-Twenty-Webhook-Signature": "0"}),
        refused(TimestampError, headers={**HEADERS, "X-Twenty-Webhook-Timestamp": "soon"}),
        refused(TimestampError, now=SENT + timedelta(days=1)),
        refused(ReplayError, replays=Answering(answer=False)),
        refused(ReplayMemoryFullError, replays=full),
    ]
    return {f"{number} {type(error).__name__}": error for number, error in enumerate(errors)}


ERRORS = every_refusal()


def variables(error: BaseException) -> list[tuple[str, Any]]:
    """List the variables in the frames of an exception's traceback, the tests' own left out."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__) if frame.f_code.co_filename != __file__]
    return [variable for frame in frames for variable in frame.f_locals.items()]


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_errors_carry_neither_secret_nor_signature(error: WebhookError) -> None:
    """Nothing that a log shows of an error would let anybody sign: no text, argument, attribute, context or cause."""
    shown = [str(error), repr(error), repr(error.args), repr(vars(error)), str(pickle.dumps(error))]
    assert error.__context__ is None
    assert error.__cause__ is None
    assert not any(word in text for text in shown for word in (SECRET, SIGNATURE, "Zażółć"))


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_frames_hold_the_secret_only_as_it_was_passed(error: Exception) -> None:
    """Tools that log the variables of every frame find the secret in `secret` alone, which they know to leave out."""
    inner = variables(error)
    assert inner
    assert SECRET not in repr([value for name, value in inner if name != "secret"])


def test_no_frame_holds_the_expected_signature() -> None:
    """Tools that log the variables of every frame find no signature but the wrong one that was sent."""
    error = refused(SignatureError, headers={**HEADERS, "X-Twenty-Webhook-Signature": "0" * 64})
    assert "0" * 64 in repr(variables(error))
    assert SIGNATURE not in repr(variables(error))


@pytest.mark.parametrize("secret", [[SECRET, ""], [SECRET, "\udcff"], [SECRET, None]], ids=_plainly)
def test_frames_of_mistakes_hold_the_secret_only_as_it_was_passed(secret: Any) -> None:
    """Neither does a list of secrets, one of them wrong, leave the right one in other variables."""
    with pytest.raises(TypeError) as caught:
        webhooks.verify(BODY, HEADERS, secret)
    assert SECRET not in repr([value for name, value in variables(caught.value) if name != "secret"])


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_errors_say_why_and_pickle(error: WebhookError) -> None:
    """Each is one of the package's, has a reason, and comes back whole from another process."""
    assert isinstance(error, TwentyOpportunityError)
    assert error.reason in str(error)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        back = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - its own pickle
        assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))


def test_the_examples_in_docstrings_run() -> None:
    """What the docstrings show is what happens."""
    assert doctest.testmod(webhooks, optionflags=doctest.FAIL_FAST) == (0, 3)


def test_the_front_door_has_everything_in_it() -> None:
    """Whoever catches an error of a webhook imports one module."""
    assert {type(error).__name__ for error in ERRORS.values()} < {*webhooks.__all__}
    assert {*webhooks.__all__} <= {*vars(webhooks)}


NAIVE = "must be an aware datetime, not a naive one, which means another instant in every time zone"
RAW = "the signature is over the raw bytes of the body, before anything decodes or parses them"
WORDS: list[tuple[dict[str, Any], type[Exception], str]] = [
    (
        {"headers": {**HEADERS, "X-Twenty-Webhook-Timestamp": "soon"}},
        TimestampError,
        "the timestamp is not a number of milliseconds since 1970",
    ),
    (
        {"now": SENT - timedelta(minutes=6)},
        TimestampError,
        "the delivery was signed 0:06:00 ahead of this clock, and the tolerance is 0:05:00; check the clocks",
    ),
    (
        {"headers": [*HEADERS.items(), *HEADERS.items()]},
        HeaderError,
        "X-Twenty-Webhook-Timestamp: occurs twice, and it is unclear which of the two counts",
    ),
    (
        {"body": "{}"},
        TypeError,
        f"{RAW}: pass them as bytes, not str",
    ),
    (
        {"secret": ""},
        TypeError,
        "secret must be text without lone surrogates that is not empty, or a sequence of such; is it set?",
    ),
    ({"now": SENT.replace(tzinfo=None)}, TypeError, f"now {NAIVE}"),
    ({"now": 5}, TypeError, "now must be an aware datetime, not int"),
    ({"headers": 5}, TypeError, "headers must be a mapping or pairs, not int"),
    ({"headers": ["ab"]}, TypeError, "headers must be a mapping or pairs of name and value, not of str"),
    (
        {"headers": {"X-Twenty-Webhook-Timestamp": 5}},
        TypeError,
        "the value of a header must be str or bytes, not int",
    ),
]


@pytest.mark.parametrize(("changed", "error", "words"), WORDS)
def test_a_refusal_is_told_in_these_words(changed: dict[str, Any], error: type[Exception], words: str) -> None:
    """Every refusal is a sentence that says what is wrong, from its first word to its last."""
    arguments: dict[str, Any] = {"body": BODY, "headers": HEADERS, "secret": SECRET, "now": SENT, **changed}
    with pytest.raises(error) as caught:
        webhooks.verify(**arguments)
    assert str(caught.value) == words


def test_a_replay_is_told_in_these_words() -> None:
    """The second time, and a body that is gone, are told in a sentence each."""
    memory = BoundedReplayMemory()
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=memory)
    assert str(refused(ReplayError, replays=memory)) == "the delivery was received before"
    with memoryview(BODY) as view:
        released = view
    with pytest.raises(TypeError, match=r"^the memoryview of the body was released$"):
        webhooks.verify(released, HEADERS, SECRET, now=SENT)


def test_nothing_was_sent_before_1970() -> None:
    """The first instant is signed as zero milliseconds; the one before is a mistake of the caller."""
    first = datetime(1970, 1, 1, tzinfo=UTC)
    assert webhooks.sign(BODY, SECRET, timestamp=first)["X-Twenty-Webhook-Timestamp"] == "0"
    with pytest.raises(TypeError, match=r"^the timestamp counts from 1970 and cannot be earlier$"):
        webhooks.sign(BODY, SECRET, timestamp=first - timedelta(microseconds=1))
