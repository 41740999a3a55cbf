"""Deliveries are accepted once, in time, and with the correct signature of the raw bytes; refusals have a reason."""

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

from twenty_opportunity import PartialOpportunity, Workspace, webhooks
from twenty_opportunity.errors import DecodeError, TwentyOpportunityError, ValidationError
from twenty_opportunity.profiles import PUBLISHED, SERVER, STANDARD
from twenty_opportunity.records import Opportunity, WebhookEvent
from twenty_opportunity.values import signatures
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
        "createdAt": "2026-05-30T10:00:00.000Z",
        "updatedAt": "2026-06-01T08:59:59.860Z",
        "name": "Harbour lights retrofit",
        "stage": "NEW",
        "amount": {"amountMicros": 1249990000, "currencyCode": "EUR"},
        "closeDate": "2026-09-30T00:00:00.000Z",
    },
    "updatedFields": ["amount"],
}


@attrs.frozen(kw_only=True)
class Deal(PartialOpportunity):
    """An opportunity of a workspace with a custom field."""


def _plainly(value: object) -> str:
    """Return an id without backslashes, which pytest would escape again in each collection."""
    return ascii(value).replace("\\", "/")


def signed(body: bytes, secret: str = SECRET, timestamp: str = "1780304400000") -> dict[str, str]:
    """Sign like the server: HMAC-SHA256 over the timestamp, a colon and the body."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Twenty-Webhook-Timestamp": timestamp, "X-Twenty-Webhook-Signature": digest}


def refused(error: type[WebhookError], body: Any = BODY, headers: Any = HEADERS, **options: Any) -> Any:
    """Verify a delivery that must be refused, and return the exception."""
    options = {"now": SENT, **options}
    with pytest.raises(error) as caught:
        webhooks.verify(body, headers, options.pop("secret", SECRET), **options)
    assert type(caught.value) is error
    return caught.value


def test_a_delivery_signed_by_openssl_is_accepted() -> None:
    """A signature made by OpenSSL is accepted."""
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT)


def test_sign_agrees_with_openssl() -> None:
    """`sign` returns the headers that a server sends."""
    assert webhooks.sign(BODY, SECRET, timestamp=SENT) == HEADERS
    assert webhooks.sign(bytearray(BODY), SECRET, timestamp=SENT.astimezone(timezone(timedelta(hours=-7)))) == HEADERS


def test_sign_rounds_down_to_milliseconds() -> None:
    """The timestamp is rounded down to milliseconds."""
    headers = webhooks.sign(BODY, SECRET, timestamp=SENT + timedelta(microseconds=1999))
    assert headers == signed(BODY, timestamp="1780304400001")


def test_the_body_may_be_in_any_buffer_of_bytes() -> None:
    """The body may be bytes, a bytearray or a memoryview, also one that is not contiguous."""
    scattered = bytes(byte for pair in zip(BODY, BODY, strict=True) for byte in pair)
    for body in (bytearray(BODY), memoryview(BODY), memoryview(scattered)[::2]):
        webhooks.verify(body, HEADERS, SECRET, now=SENT)


@pytest.mark.parametrize(
    "body",
    [
        json.loads(BODY),
        BODY.decode(),
        [BODY],
        None,
        PartialOpportunity(name="Harbour lights retrofit"),
        array("B", BODY),
    ],
    ids=lambda body: type(body).__name__,
)
def test_a_body_must_be_raw_bytes(body: Any) -> None:
    """A parsed or decoded body raises TypeError, because only the raw bytes can be verified."""
    with pytest.raises(TypeError, match=f"raw bytes.*not {type(body).__name__}"):
        webhooks.verify(body, HEADERS, SECRET, now=SENT)
    with pytest.raises(TypeError, match="raw bytes"):
        webhooks.receive(body, HEADERS, SECRET, now=SENT)
    with pytest.raises(TypeError, match="raw bytes"):
        webhooks.sign(body, SECRET, timestamp=SENT)


def test_a_released_view_is_refused() -> None:
    """A released memoryview raises TypeError."""
    view = memoryview(BODY)
    view.release()
    with pytest.raises(TypeError, match="released"):
        webhooks.verify(view, HEADERS, SECRET, now=SENT)


def test_a_body_that_was_parsed_and_dumped_is_refused() -> None:
    """The same JSON in other bytes has another signature, and the message says to pass the raw body."""
    error = refused(SignatureError, json.dumps(json.loads(BODY)).encode())
    assert "raw" in str(error)


def test_any_of_several_secrets_may_have_signed() -> None:
    """During a rotation, deliveries signed with the old or the new secret are accepted, in any order."""
    for secrets in ([SECRET, "new"], ("new", SECRET), ["older", "new", SECRET]):
        webhooks.verify(BODY, HEADERS, secrets, now=SENT)
    refused(SignatureError, secret=["older", "new"])


def test_every_secret_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every secret is compared, in constant time, so that the time does not reveal which one fits."""
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
def test_a_secret_must_be_text(secret: Any) -> None:
    """A secret that is not set raises TypeError, which cannot be confused with a refused delivery."""
    with pytest.raises(TypeError, match="secret") as caught:
        webhooks.verify(BODY, HEADERS, secret, now=SENT)
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("secret", ["", [SECRET], None, SECRET.encode()], ids=repr)
def test_one_secret_signs(secret: Any) -> None:
    """`sign` accepts one secret, text that is not empty."""
    with pytest.raises(TypeError, match="secret"):
        webhooks.sign(BODY, secret, timestamp=SENT)


def message_of(headers: dict[str, str]) -> email.message.Message:
    """Return headers as http.server has them: a message, which is not a Mapping."""
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
    """Names match in any case, in mappings, pairs and messages, as text or bytes; other headers are ignored."""
    unread = copy.copy(headers)  # an iterator is read once, and this test may be run again
    webhooks.verify(BODY, unread, SECRET, now=SENT)


@pytest.mark.parametrize("name", HEADERS)
def test_a_delivery_without_a_signature_is_refused(name: str) -> None:
    """A delivery without a signature is refused, and the message says to set a secret."""
    error = refused(MissingHeaderError, headers={key: value for key, value in HEADERS.items() if key != name})
    assert error.header == name
    assert "secret" in str(error)
    assert str(error).startswith(f"{name}: ")
    refused(MissingHeaderError, headers={})
    refused(MissingHeaderError, headers=[])


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_given_twice_is_refused(name: str) -> None:
    """A header that occurs twice is refused, even with the same value."""
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
def test_headers_must_be_pairs(headers: Any) -> None:
    """Headers of another type raise TypeError."""
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
    """Only 64 lower-case hexadecimal digits are a signature."""
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
    """A timestamp has 1 to 15 ASCII digits; anything else is refused, signed or not, without an age."""
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
def test_late_and_early_deliveries_are_refused(age: timedelta, word: str) -> None:
    """A delivery just beyond the tolerance is refused, and the error has its age."""
    error = refused(TimestampError, now=SENT + age)
    assert error.age == age
    assert word in str(error)


def test_the_tolerance_can_be_chosen() -> None:
    """The tolerance may be zero or of any size."""
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, tolerance=timedelta())
    refused(TimestampError, now=SENT + timedelta(milliseconds=1), tolerance=timedelta())
    webhooks.verify(BODY, HEADERS, SECRET, now=datetime.max.replace(tzinfo=UTC), tolerance=timedelta.max)
    memory = BoundedReplayMemory()
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, tolerance=timedelta.max, replays=memory)
    refused(ReplayError, tolerance=timedelta.max, replays=memory)


def test_the_farthest_timestamp_is_just_early() -> None:
    """A timestamp beyond the years of Python is refused as early."""
    assert refused(TimestampError, headers=signed(BODY, timestamp="9" * 15)).age < timedelta(days=-10_000_000)


def test_the_signature_is_checked_before_the_timestamp() -> None:
    """An age is reported only if the signature is correct, so that strangers learn nothing about the clock."""
    refused(SignatureError, b"other", now=SENT + timedelta(days=1))


def test_now_defaults_to_the_clock() -> None:
    """Without `now` the clock of the machine is used."""
    headers = webhooks.sign(BODY, SECRET, timestamp=datetime.now(UTC))
    webhooks.verify(BODY, headers, SECRET)
    with pytest.raises(TimestampError):
        webhooks.verify(BODY, HEADERS, SECRET, tolerance=timedelta())


class NowhereTime(tzinfo):
    """A time zone without an offset, so that its datetimes are naive."""

    def utcoffset(self, _: datetime | None, /) -> None:
        """Return None."""

    dst = tzname = utcoffset


@pytest.mark.parametrize("moment", [SENT.replace(tzinfo=None), SENT.replace(tzinfo=NowhereTime()), 1780304400, "now"])
def test_an_instant_must_be_aware(moment: Any) -> None:
    """A naive datetime, or another type, raises TypeError."""
    with pytest.raises(TypeError, match="now must be an aware datetime"):
        webhooks.verify(BODY, HEADERS, SECRET, now=moment)
    with pytest.raises(TypeError, match="timestamp must be an aware datetime"):
        webhooks.sign(BODY, SECRET, timestamp=moment)


@pytest.mark.parametrize("tolerance", [300, None, timedelta(microseconds=-1)])
def test_a_tolerance_must_not_be_negative(tolerance: Any) -> None:
    """A tolerance that is negative or not a timedelta raises TypeError."""
    with pytest.raises(TypeError, match="tolerance"):
        webhooks.verify(BODY, HEADERS, SECRET, now=SENT, tolerance=tolerance)


def test_a_delivery_is_accepted_once() -> None:
    """With a replay memory, the same delivery is refused the second time."""
    memory = BoundedReplayMemory()
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=memory)
    refused(ReplayError, replays=memory)
    webhooks.verify(BODY, signed(BODY, timestamp="1780304400001"), SECRET, now=SENT, replays=memory)


def test_an_early_delivery_is_remembered_until_it_is_late() -> None:
    """A delivery from the future is remembered for nearly twice the tolerance."""
    memory = BoundedReplayMemory()
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT - timedelta(minutes=5), replays=memory)
    refused(ReplayError, now=SENT + timedelta(minutes=5), replays=memory)


def test_another_nonce_is_still_a_replay() -> None:
    """The nonce is not signed, so a replay with another nonce is still a replay."""
    memory = BoundedReplayMemory()
    webhooks.verify(BODY, {**HEADERS, "X-Twenty-Webhook-Nonce": "1" * 32}, SECRET, now=SENT, replays=memory)
    refused(ReplayError, headers={**HEADERS, "X-Twenty-Webhook-Nonce": "2" * 32}, replays=memory)


def test_only_accepted_deliveries_are_remembered() -> None:
    """Deliveries with a wrong signature or timestamp are not remembered."""
    memory = BoundedReplayMemory(1)
    refused(SignatureError, b"other", replays=memory)
    refused(TimestampError, now=SENT + timedelta(hours=1), replays=memory)
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=memory)


def test_a_full_memory_refuses() -> None:
    """A delivery that cannot be remembered is refused with a separate error."""
    memory = BoundedReplayMemory(1)
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=memory)
    refused(ReplayMemoryFullError, b"other", signed(b"other"), replays=memory)


class Answering:
    """A memory that always returns the same value and records its calls."""

    def __init__(self, answer: Any) -> None:
        """Store the value."""
        self.answer = answer
        self.asked: list[tuple[str, datetime, datetime]] = []

    def remember(self, signature: str, *, now: datetime, until: datetime) -> Any:
        """Return the value."""
        self.asked.append((signature, now, until))
        return self.answer


def test_a_memory_gets_the_signature_and_its_expiry() -> None:
    """A custom memory gets the signature, the present, and the last instant within the tolerance."""
    memory = Answering(answer=True)
    moment = SENT + timedelta(minutes=1)
    webhooks.verify(BODY, HEADERS, SECRET, now=moment, tolerance=timedelta(minutes=2), replays=memory)
    assert memory.asked == [(SIGNATURE, moment, SENT + timedelta(minutes=2))]
    refused(ReplayError, replays=Answering(answer=False))


async def _unawaited() -> bool:
    return False


@pytest.mark.parametrize("answer", [None, 1, 0, "yes"])
def test_a_memory_must_return_a_bool(answer: Any) -> None:
    """A memory must return a bool, so that a missing `return` raises TypeError."""
    with pytest.raises(TypeError, match=r"remember .* bool"):
        webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=Answering(answer))


def test_a_memory_must_not_be_asynchronous() -> None:
    """A coroutine is true, so an asynchronous memory raises TypeError."""
    answer = _unawaited()
    with pytest.raises(TypeError, match="coroutine"):
        webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=Answering(answer))
    answer.close()


def test_a_memory_has_one_method() -> None:
    """An object without `remember` raises TypeError."""
    replays: Any = {"a"}
    with pytest.raises(TypeError, match=r"replays .* set"):
        webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=replays)


def delivery(event: Any = None) -> tuple[bytes, dict[str, str]]:
    """Return a signed delivery of an event."""
    body = json.dumps(EVENT if event is None else event).encode()
    return body, signed(body)


def test_receive_returns_the_typed_event() -> None:
    """A correct delivery becomes a typed event."""
    body, headers = delivery()
    event = webhooks.receive(body, headers, SECRET, now=SENT)
    assert isinstance(event, WebhookEvent)
    assert event.event_name == "opportunity.updated"
    assert isinstance(event.record, Opportunity)
    assert event.record.name == "Harbour lights retrofit"


def test_receive_returns_records_of_a_subclass() -> None:
    """The record of the event may be of a subclass of Opportunity."""
    body, headers = delivery()
    event = webhooks.receive(bytearray(body), headers, [SECRET], now=SENT, cl=WebhookEvent[Deal])
    assert isinstance(event.record, Deal)


def test_an_unsigned_body_is_not_read() -> None:
    """A body is decoded only after its signature was verified."""
    with pytest.raises(SignatureError):
        webhooks.receive(b"\xff no JSON", HEADERS, SECRET, now=SENT)
    with pytest.raises(DecodeError):
        webhooks.receive(b"\xff no JSON", signed(b"\xff no JSON"), SECRET, now=SENT)


def test_a_signed_body_must_fit_the_schema() -> None:
    """A signed body that is not an event is a ValidationError."""
    body, headers = delivery({"eventName": 5})
    with pytest.raises(ValidationError):
        webhooks.receive(body, headers, SECRET, now=SENT)


def test_the_documented_body_is_recognized() -> None:
    """The documented body, which no server sends, is refused with that reason."""
    body, headers = delivery({"event": "opportunity.created", "data": {"name": "Harbour lights"}, "timestamp": "now"})
    with pytest.raises(ValidationError, match="no server sends it"):
        webhooks.receive(body, headers, SECRET, now=SENT)


def test_an_invalid_event_is_remembered() -> None:
    """An authentic delivery is remembered even if its body is invalid."""
    memory = BoundedReplayMemory()
    body, headers = delivery({"eventName": 5})
    with pytest.raises(ValidationError):
        webhooks.receive(body, headers, SECRET, now=SENT, replays=memory)
    with pytest.raises(ReplayError):
        webhooks.receive(body, headers, SECRET, now=SENT, replays=memory)


@pytest.mark.parametrize("name", ["company.created", "dealRoom.destroyed", "metadata.fieldMetadata.updated"])
def test_an_event_of_another_object_is_unrelated(name: str) -> None:
    """An authentic event of another object, or of metadata, raises an error with its name and body."""
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


@pytest.mark.parametrize("name", ["company", "person", "workspaceMember", "opportunity"])
def test_events_of_every_object_of_a_workspace(name: str) -> None:
    """With a workspace, the record of an event has the class of its object; other events are unrelated."""
    whole: Any = EVENT["record"]
    record = {key: whole[key] for key in ("id", "createdAt", "updatedAt")}
    if name == "opportunity":
        record |= {"name": "Harbour lights retrofit", "stage": "NEW"}
    sent = {**EVENT, "eventName": f"{name}.created", "record": record}
    body, headers = delivery(sent)
    event = webhooks.receive(body, headers, SECRET, workspace=STANDARD, now=SENT)
    assert event.record.__class__ is STANDARD[name].record
    assert json.loads(STANDARD[name].dumps(event)) == sent
    assert webhooks.receive(body, headers, SECRET, profile=STANDARD[name], now=SENT) == event
    body, headers = delivery({**sent, "eventName": "dealRoom.created"})
    known = (
        "an object of the workspace, which has opportunity, company, person, note, task, noteTarget, taskTarget, work"
    )
    with pytest.raises(webhooks.UnrelatedEventError, match=rf"dealRoom\.created is not an event of {known}") as caught:
        webhooks.receive(body, headers, SECRET, workspace=STANDARD, now=SENT)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - pickled above
    objects = [{"nameSingular": f"thing{each}", "namePlural": f"things{each}"} for each in range(9)]
    with pytest.raises(webhooks.UnrelatedEventError, match=r"has thing0, .*, thing7, \.\.\.$"):
        webhooks.receive(body, headers, SECRET, workspace=Workspace.from_metadata(objects), now=SENT)
    with pytest.raises(webhooks.UnrelatedEventError, match=r"is not an event of a company$"):
        webhooks.receive(body, headers, SECRET, profile=STANDARD["company"], now=SENT)
    body, headers = delivery({**sent, "eventName": 7})
    with pytest.raises(ValidationError, match="/eventName"):
        webhooks.receive(body, headers, SECRET, workspace=STANDARD, now=SENT)


@pytest.mark.parametrize("name", ["opportunity.stage.updated", "company"])
def test_a_name_of_another_form_is_invalid(name: str) -> None:
    """The object is the word before the first point; a name without a point is read as one of the usual object."""
    body, headers = delivery({**EVENT, "eventName": name})
    with pytest.raises(ValidationError) as caught:
        webhooks.receive(body, headers, SECRET, workspace=STANDARD, now=SENT)
    assert [violation.pointer for violation in caught.value.violations] == ["/eventName"]


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (
            {"eventName": "company."},
            r'/eventName: "company\." does not match .* \(an object and an action, such as .*\)',
        ),
        ({"eventName": "Deal created"}, '/eventName: "Deal created" does not match .*'),
        ({"eventName": "deal.created\n", "record": {}}, r'/eventName: "deal\.created\\n" does not match .*'),
        ({"eventName": None}, "/eventName: null is not a string"),
        ({"record": {}}, "/eventName: is required but missing"),
        ([], r"\(root\): an array with 0 items is not an object"),
        (
            {"event": "opportunity.updated", "data": {}, "timestamp": 0},
            r"8 violations:\n\(root\): A body with event, data and timestamp is the one that(.|\n)*",
        ),
    ],
)
def test_the_name_of_an_event_is_explained_alone(event: Any, message: str) -> None:
    """Without a name, the object of an event in a workspace is unknown, so nothing else is said about the body."""
    body, headers = delivery(event)
    with pytest.raises(ValidationError, match=f"^{message}$"):
        webhooks.receive(body, headers, SECRET, workspace=STANDARD, now=SENT)


@pytest.mark.parametrize("event", [{"eventName": "company"}, {"eventName": "a b.c"}, {"eventName": 5}, {}, [], "a.b"])
def test_a_body_without_an_event_name_is_invalid(event: Any) -> None:
    """A body without an event name of dotted words is a ValidationError."""
    body, headers = delivery(event)
    with pytest.raises(ValidationError):
        webhooks.receive(body, headers, SECRET, now=SENT)


def test_receive_uses_the_tolerance() -> None:
    """`receive` verifies with its tolerance."""
    body, headers = delivery()
    webhooks.receive(body, headers, SECRET, now=SENT + timedelta(hours=1), tolerance=timedelta(hours=1))
    with pytest.raises(TimestampError):
        webhooks.receive(body, headers, SECRET, now=SENT + timedelta(minutes=6))


@pytest.mark.parametrize("given", [{"profile": SERVER}, {"profile": STANDARD["company"]}, {"cl": WebhookEvent}])
def test_receive_takes_either_a_workspace_or_a_profile(given: Any) -> None:
    """Every profile and class that is passed with a workspace is refused, even the defaults."""
    body, headers = delivery()
    with pytest.raises(TypeError, match="takes either a workspace or a profile and cl"):
        webhooks.receive(body, headers, SECRET, workspace=STANDARD, now=SENT, **given)


def test_receive_needs_a_profile_with_events() -> None:
    """The published schema does not describe events, so its profile raises TypeError."""
    body, headers = delivery()
    with pytest.raises(TypeError, match="WebhookEvent"):
        webhooks.receive(body, headers, SECRET, now=SENT, profile=PUBLISHED)


@pytest.mark.parametrize("options", [{"profile": PUBLISHED}, {"cl": int}, {"cl": []}])
def test_a_wrong_class_does_not_use_up_the_delivery(options: Any) -> None:
    """A wrong class raises TypeError before the delivery is remembered."""
    memory = BoundedReplayMemory()
    body, headers = delivery()
    with pytest.raises(TypeError, match="does not have a schema for"):
        webhooks.receive(body, headers, SECRET, now=SENT, replays=memory, **options)
    webhooks.receive(body, headers, SECRET, now=SENT, replays=memory)


def every_refusal() -> dict[str, WebhookError]:
    """Return an instance of every webhook error."""
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
    """Return the variables in the frames of a traceback, without those of the tests."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__) if frame.f_code.co_filename != __file__]
    return [variable for frame in frames for variable in frame.f_locals.items()]


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_errors_carry_neither_secret_nor_signature(error: WebhookError) -> None:
    """No message, argument, attribute, context or cause of an error has the secret, the signature or the body."""
    shown = [str(error), repr(error), repr(error.args), repr(vars(error)), str(pickle.dumps(error))]
    assert error.__context__ is None
    assert error.__cause__ is None
    assert not any(word in text for text in shown for word in (SECRET, SIGNATURE, "Zażółć"))


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_frames_hold_the_secret_only_as_it_was_passed(error: Exception) -> None:
    """In the frames of a traceback, only variables called `secret` have the secret, and log tools hide that name."""
    inner = variables(error)
    assert inner
    assert SECRET not in repr([value for name, value in inner if name != "secret"])


def test_no_frame_holds_the_expected_signature() -> None:
    """In the frames of a traceback, only the wrong signature occurs."""
    error = refused(SignatureError, headers={**HEADERS, "X-Twenty-Webhook-Signature": "0" * 64})
    assert "0" * 64 in repr(variables(error))
    assert SIGNATURE not in repr(variables(error))


@pytest.mark.parametrize("secret", [[SECRET, ""], [SECRET, "\udcff"], [SECRET, None]], ids=_plainly)
def test_frames_of_type_errors_hide_the_secret(secret: Any) -> None:
    """The same holds for a TypeError about a list of secrets."""
    with pytest.raises(TypeError) as caught:
        webhooks.verify(BODY, HEADERS, secret)
    assert SECRET not in repr([value for name, value in variables(caught.value) if name != "secret"])


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_errors_have_a_reason_and_pickle(error: WebhookError) -> None:
    """Every error is a TwentyOpportunityError with a reason, and pickles."""
    assert isinstance(error, TwentyOpportunityError)
    assert error.reason in str(error)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        back = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - its own pickle
        assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))


def test_the_examples_in_docstrings() -> None:
    """The examples in docstrings are correct."""
    assert doctest.testmod(signatures, optionflags=doctest.FAIL_FAST) == (0, 4)


def test_webhooks_exports_its_errors() -> None:
    """`webhooks` exports every error that it raises."""
    assert {type(error).__name__ for error in ERRORS.values()} < {*webhooks.__all__}
    assert {*webhooks.__all__} <= {*vars(webhooks)}


NAIVE = "must be an aware datetime, not a naive one, which means a different instant in each time zone"
RAW = "the signature is computed over the raw bytes of the body, before anything decodes or parses them"
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
        "secret must be a non-empty str without lone surrogates, or a sequence of them; is it set?",
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
def test_messages(changed: dict[str, Any], error: type[Exception], words: str) -> None:
    """Every message says what is wrong and what to do."""
    arguments: dict[str, Any] = {"body": BODY, "headers": HEADERS, "secret": SECRET, "now": SENT, **changed}
    with pytest.raises(error) as caught:
        webhooks.verify(**arguments)
    assert str(caught.value) == words


def test_messages_of_replays() -> None:
    """The messages of a replay and of a released body."""
    memory = BoundedReplayMemory()
    webhooks.verify(BODY, HEADERS, SECRET, now=SENT, replays=memory)
    assert str(refused(ReplayError, replays=memory)) == "the delivery was received before"
    with memoryview(BODY) as view:
        released = view
    with pytest.raises(TypeError, match=r"^the memoryview of the body was released$"):
        webhooks.verify(released, HEADERS, SECRET, now=SENT)


def test_timestamps_begin_in_1970() -> None:
    """The timestamp counts from 1970, and an earlier one raises TypeError."""
    first = datetime(1970, 1, 1, tzinfo=UTC)
    assert webhooks.sign(BODY, SECRET, timestamp=first)["X-Twenty-Webhook-Timestamp"] == "0"
    with pytest.raises(TypeError, match=r"^the timestamp counts from 1970 and cannot be earlier$"):
        webhooks.sign(BODY, SECRET, timestamp=first - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"profile": "SERVER"}, "a profile such as SERVER is needed, not str"),
        ({"profile": None}, "a profile such as SERVER is needed, not NoneType"),
        ({"workspace": "opportunity"}, r"workspace must be a Workspace, not str; see Workspace\.from_metadata"),
        ({"cl": None}, "such as .*, not Opportunity"),
        ({"cl": Opportunity}, r"cl must be a class of events such as WebhookEvent\[Deal\], not Opportunity"),
        ({"cl": int}, "SERVER does not have a schema for int"),
    ],
)
def test_wrong_arguments_are_refused_before_the_delivery_is_verified(options: Any, message: str) -> None:
    """A wrong configuration of a receiver fails at once, even if the delivery is not authentic."""
    with pytest.raises(TypeError, match=message):
        webhooks.receive(b"{}", {}, "secret", **options)
