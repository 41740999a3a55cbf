"""Webhook deliveries: whether they were signed, in time and for the first time, and the events that they carry."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from twenty_opportunity.errors import (
    HeaderError,
    MissingHeaderError,
    ReplayError,
    ReplayMemoryFullError,
    SignatureError,
    TimestampError,
    WebhookError,
)
from twenty_opportunity.profiles import SERVER, Profile
from twenty_opportunity.records import WebhookEvent
from twenty_opportunity.webhooks.replay import BoundedReplayMemory, ReplayMemory

if TYPE_CHECKING:
    # The default of a type variable is for type checkers only until Python 3.13 is the lowest version.
    from typing_extensions import TypeVar

    EventT = TypeVar("EventT", bound=WebhookEvent[Any], default=WebhookEvent)
else:
    from typing import TypeVar

    EventT = TypeVar("EventT", bound=WebhookEvent)

__all__ = [
    "SIGNATURE_HEADER",
    "TIMESTAMP_HEADER",
    "TOLERANCE",
    "BoundedReplayMemory",
    "HeaderError",
    "Headers",
    "MissingHeaderError",
    "ReplayError",
    "ReplayMemory",
    "ReplayMemoryFullError",
    "SignatureError",
    "TimestampError",
    "WebhookError",
    "receive",
    "sign",
    "verify",
]

TIMESTAMP_HEADER: Final = "X-Twenty-Webhook-Timestamp"
"""The header with the milliseconds from 1970 to the signing, as text."""

SIGNATURE_HEADER: Final = "X-Twenty-Webhook-Signature"
"""The header with the lower-case hexadecimal HMAC-SHA256 of the timestamp's text, a colon and the raw body."""

TOLERANCE: Final = timedelta(minutes=5)
"""How far a delivery's timestamp may be from the present, in either direction, unless told otherwise."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_TIMESTAMP: Final = re.compile(r"[0-9]{1,15}")  # thirteen digits reach to 2286; no arithmetic overflows with fifteen
_SIGNATURE: Final = re.compile(r"[0-9a-f]{64}")
_MISSING: Final = (
    "is missing; servers send it for webhooks that were given a secret, unless something on the way drops it"
)
_WRONG: Final = (
    "no secret at hand signed these bytes at that time; verify the body raw, as it was received, "
    "and compare the secret with the webhook's"
)


class _HasItems(Protocol):
    """A mapping, or one of the header classes that give pairs as mappings do but are none."""

    def items(self) -> Iterable[tuple[str | bytes, str | bytes]]: ...


Headers: TypeAlias = _HasItems | Iterable[tuple[str | bytes, str | bytes]]
"""Headers as frameworks have them: a mapping, an object with `items()`, or pairs; of text, or of bytes as in ASGI."""


def verify(  # noqa: PLR0913 - the delivery, and what it is held against
    body: bytes | bytearray | memoryview,
    headers: Headers,
    secret: str | Sequence[str],
    *,
    tolerance: timedelta = TOLERANCE,
    now: datetime | None = None,
    replays: ReplayMemory | None = None,
) -> None:
    """
    Make sure that a delivery was signed with your webhook's secret, just now, and is here for the first time.

    Twenty's servers sign with HMAC-SHA256 (RFC 2104), over the timestamp's text, a colon and the raw body.

    Args:
        body: The raw body, as received. A body that was parsed and dumped again has another signature.
        headers: The request's headers, in any case. Only the timestamp and the signature are looked at: the nonce is
            not signed, so anybody can change it.
        secret: The webhook's secret. While it is being rotated, the old and the new one.
        tolerance: How far the timestamp may be from the present, in either direction.
        now: The present, an aware datetime; the machine's clock where there is none.
        replays: What remembers the deliveries that were taken. Without it a delivery can be taken again for as long
            as the tolerance. A signature is remembered once all the rest was found right. Use one tolerance with it.

    Raises:
        MissingHeaderError: A header is missing, as where the webhook has no secret.
        HeaderError: A header is given twice.
        SignatureError: No secret signed this body at this time.
        TimestampError: The timestamp cannot be read; or it was signed, and is beyond the tolerance.
        ReplayError: The delivery was taken before.
        ReplayMemoryFullError: It cannot be remembered.
        TypeError: The call is wrong, whatever the delivery: the body is not raw bytes, a secret is empty or no text,
            the headers are no headers, `now` is naive, the tolerance negative.
    """
    raw, keyed = _raw(body), _keyed(secret)
    elapsed = _since_1970(datetime.now(UTC) if now is None else now, "now")
    _check_options(tolerance, replays)
    timestamp, signature = _signed_headers(headers)
    if not _TIMESTAMP.fullmatch(timestamp):
        message = "the timestamp is not the digits of the milliseconds since 1970"
        raise TimestampError(message)
    if not _is_signature(signature, keyed, timestamp, raw):
        raise SignatureError(_WRONG)
    sent = int(timestamp) * _MILLISECOND
    _refuse_untimely(elapsed - sent, tolerance)
    if replays is not None and not _is_new(replays, signature, _instant(elapsed), _instant(sent, tolerance)):
        message = "this delivery was taken before"
        raise ReplayError(message)


def receive(  # noqa: PLR0913 - those of verify, and what the event becomes
    body: bytes | bytearray | memoryview,
    headers: Headers,
    secret: str | Sequence[str],
    *,
    profile: Profile = SERVER,
    tolerance: timedelta = TOLERANCE,
    now: datetime | None = None,
    replays: ReplayMemory | None = None,
    cl: type[EventT] = WebhookEvent,  # type: ignore[assignment]
) -> EventT:
    """
    Verify a delivery, and only then read the event in its body.

    A delivery whose body is no event is remembered as well: the same bytes would be no event the second time either,
    and a server sends nothing twice.

    Args:
        body: The raw body, as received.
        headers: The request's headers, in any case.
        secret: The webhook's secret. While it is being rotated, the old and the new one.
        profile: The profile to read the event with, your workspace's own or what any server sends.
        tolerance: How far the timestamp may be from the present, in either direction.
        now: The present, an aware datetime; the machine's clock where there is none.
        replays: What remembers the deliveries that were taken.
        cl: The class of the event, `WebhookEvent[Deal]` for records of a subclass of `Opportunity`.

    Returns:
        The event.

    Raises:
        WebhookError: The delivery is refused, see `verify`.
        DecodeError: The body is no JSON.
        ValidationError: The body is no event that the profile describes.
        UnrepresentableError: Python cannot hold a value in it.
        TypeError: The call is wrong, see `verify`; or the profile offers no such class.
    """
    profile.is_valid(None, cl)  # a TypeError for a wrong class, before the delivery is remembered
    raw = _raw(body)  # one copy for both, where the bytes could change in between
    verify(raw, headers, secret, tolerance=tolerance, now=now, replays=replays)
    event: EventT = profile.loads(raw, cl)
    return event


def sign(body: bytes | bytearray | memoryview, secret: str, *, timestamp: datetime) -> dict[str, str]:
    """
    Sign a body as Twenty's servers do, with HMAC-SHA256 (RFC 2104), for the tests of what receives it.

    >>> headers = sign(b"{}", "the secret", timestamp=datetime(2026, 6, 1, 9, tzinfo=UTC))
    >>> headers["X-Twenty-Webhook-Timestamp"]
    '1780304400000'
    >>> verify(b"{}", headers, "the secret", now=datetime(2026, 6, 1, 9, 4, tzinfo=UTC))

    Args:
        body: The raw body.
        secret: The webhook's secret.
        timestamp: When it is signed, an aware datetime; counted in whole milliseconds.

    Returns:
        The headers with the timestamp and the signature.

    Raises:
        TypeError: The body is not raw bytes, the secret is empty or no text, the timestamp is naive or before 1970.
    """
    elapsed = _since_1970(timestamp, "timestamp")
    if elapsed < timedelta():
        message = "the timestamp counts from 1970, and nothing was sent before"
        raise TypeError(message)
    text = str(elapsed // _MILLISECOND)
    return {TIMESTAMP_HEADER: text, SIGNATURE_HEADER: _signature(_keyed([secret])[0], text, _raw(body))}


def _raw(body: Any) -> bytes:
    if not issubclass(type(body), (bytes, bytearray, memoryview)):
        message = (
            "the signature is over the raw bytes of the body, before anything decodes or parses them: "
            f"pass those as bytes, not {type(body).__name__}"
        )
        raise TypeError(message)
    try:
        return bytes(body)
    except ValueError:
        message = "the memoryview of the body was released"
        raise TypeError(message) from None


def _keyed(secret: object) -> list[hmac.HMAC]:
    """Key an HMAC with each secret, so that whoever logs the variables of a frame finds no copy of one."""
    codes = [_code(one) for one in _listed(secret)]
    keyed = [code for code in codes if code is not None]
    if not keyed or len(keyed) < len(codes):
        message = "a secret is a str, not empty and without lone surrogates, or a sequence of such; is it configured?"
        raise TypeError(message)
    return keyed


def _listed(secret: object) -> list[Any]:
    listed: list[Any] = [*secret] if isinstance(secret, Sequence) and not isinstance(secret, str) else [secret]
    return listed


def _code(secret: object) -> hmac.HMAC | None:
    try:
        return hmac.new(secret.encode(), digestmod=hashlib.sha256) if isinstance(secret, str) and secret else None
    except UnicodeEncodeError:  # has the secret in it, so nothing is raised from here
        return None


def _since_1970(moment: object, name: str) -> timedelta:
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        naive = "a naive one, which is another instant in every time zone"
        message = f"{name} is an aware datetime, not {naive if isinstance(moment, datetime) else type(moment).__name__}"
        raise TypeError(message)
    return moment - _EPOCH


def _check_options(tolerance: object, replays: object) -> None:
    if not isinstance(tolerance, timedelta) or tolerance < timedelta():
        message = f"the tolerance is a timedelta that is not negative, not {tolerance!r}"
        raise TypeError(message)
    if replays is not None and not isinstance(replays, ReplayMemory):
        message = f"replays is a ReplayMemory, with a method remember, not {type(replays).__name__}"
        raise TypeError(message)


def _signed_headers(headers: object) -> tuple[str, str]:
    """Find the timestamp and the signature, each exactly once."""
    values: dict[str, list[str]] = {TIMESTAMP_HEADER: [], SIGNATURE_HEADER: []}
    wanted = {name.lower(): found for name, found in values.items()}
    for name, value in _pairs(headers):
        found = wanted.get(_header_text(name).lower()) if isinstance(name, (str, bytes)) else None
        if found is not None:
            found.append(_header_text(value))
    for name, found in values.items():
        if not found:
            raise MissingHeaderError(name, _MISSING)
        if len(found) > 1:
            message = "is given twice, and which of the two counts cannot be told"
            raise HeaderError(name, message)
    return values[TIMESTAMP_HEADER][0], values[SIGNATURE_HEADER][0]


def _pairs(headers: Any) -> Iterator[tuple[Any, Any]]:
    try:
        pairs: Iterator[Any] = iter(headers.items() if hasattr(headers, "items") else headers)
    except TypeError:
        message = f"the headers are a mapping or pairs, not {type(headers).__name__}"
        raise TypeError(message) from None
    for pair in pairs:
        if pair.__class__ not in {tuple, list} or len(pair) != 2:  # noqa: PLR2004 - a pair has two
            message = f"the headers are a mapping or pairs of name and value, not of {type(pair).__name__}"
            raise TypeError(message)
        yield pair[0], pair[1]


def _header_text(text: object) -> str:
    """Give a header's name or value as ASCII; what is outside of it can be part of no header looked for."""
    if isinstance(text, bytes):
        return text.decode("ascii", "replace")
    if isinstance(text, str):
        return text if text.isascii() else "?"
    message = f"the value of a header is str or bytes, not {type(text).__name__}"
    raise TypeError(message)


def _signature(keyed: hmac.HMAC, timestamp: str, raw: bytes) -> str:
    keyed.update(f"{timestamp}:".encode())
    keyed.update(raw)
    return keyed.hexdigest()


def _is_signature(signature: str, keyed: Sequence[hmac.HMAC], timestamp: str, raw: bytes) -> bool:
    """Tell whether a secret made the signature. All are tried: the time it takes must not tell which one did."""
    if not _SIGNATURE.fullmatch(signature):
        return False
    return sum([compare_digest(_signature(one, timestamp, raw), signature) for one in keyed]) > 0


def _refuse_untimely(age: timedelta, tolerance: timedelta) -> None:
    if abs(age) > tolerance:
        when = f"{age} ago" if age > timedelta() else f"{-age} ahead of this clock"
        message = f"the delivery was signed {when}, and the tolerance is {tolerance}; is a clock wrong?"
        raise TimestampError(message, age)


def _is_new(replays: Any, signature: str, now: datetime, until: datetime) -> bool:
    answer = replays.remember(signature, now=now, until=until)
    if answer is True or answer is False:
        return answer
    # A coroutine is true: an asynchronous store would let every replay pass.
    message = f"the method remember of a ReplayMemory returns a bool, not {type(answer).__name__}"
    raise TypeError(message)


def _instant(since_1970: timedelta, later: timedelta = timedelta()) -> datetime:
    """Give the instant in UTC; the last one that Python has, where a tolerance reaches beyond it."""
    try:
        return _EPOCH + since_1970 + later
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
