"""
Verify webhook deliveries and read their events: signature, timestamp, replays.

This package may import `profiles`, `validation`, `schemas`, `records`, `values` and `errors`, but not `conversion` or
the other doors.
"""

# pyright: reportUnnecessaryIsInstance=false
# Arguments are checked at run time too.

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hmac import HMAC, compare_digest
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, overload

from twenty_opportunity.errors import (
    HeaderError,
    MissingHeaderError,
    ReplayError,
    ReplayMemoryFullError,
    SignatureError,
    TimestampError,
    UnrelatedEventError,
    WebhookError,
    listed,
)
from twenty_opportunity.profiles import SERVER, Profile, Workspace, refuse_other_types
from twenty_opportunity.records import UNSET, Unset, WebhookEvent
from twenty_opportunity.validation import Validator
from twenty_opportunity.values.json_text import decode
from twenty_opportunity.values.python_json import is_dict
from twenty_opportunity.values.signatures import (
    EPOCH,
    MILLISECOND,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    hmacs,
    raw_body,
    sign,
    signature_of,
    since_1970,
)
from twenty_opportunity.webhooks.replay import (
    BoundedReplayMemory,
    RedisReplayMemory,
    ReplayMemory,
    SqliteReplayMemory,
)

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
    "RedisReplayMemory",
    "ReplayError",
    "ReplayMemory",
    "ReplayMemoryFullError",
    "SignatureError",
    "SqliteReplayMemory",
    "TimestampError",
    "UnrelatedEventError",
    "WebhookError",
    "receive",
    "sign",
    "verify",
]

TOLERANCE: Final = timedelta(minutes=5)
"""The default for the maximum time between a delivery's timestamp and the present, in either direction."""

_LISTED: Final = 8  # objects that an error lists
_TIMESTAMP: Final = re.compile(r"[0-9]{1,15}")  # thirteen digits reach to 2286; no arithmetic overflows with fifteen
_SIGNATURE: Final = re.compile(r"[0-9a-f]{64}")
_EVENT_NAME: Final = "^[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_]*)+$"
_NAMED: Final = {
    "type": "object",
    "properties": {"eventName": {"type": "string", "pattern": _EVENT_NAME}},
    "required": ["eventName"],
}
"""The schema of events of any object. What else they have depends on the object, which only the name says."""
_MISSING: Final = "is missing; set a secret for the webhook, and check that no proxy removes the header"
_WRONG: Final = (
    "the signature does not match the body, the timestamp and the secret; "
    "pass the raw body as received, and compare the secret with that of the webhook"
)


class _HasItems(Protocol):
    """A mapping, or a header class that returns pairs like a mapping."""

    def items(self) -> Iterable[tuple[str | bytes, str | bytes]]: ...


Headers: TypeAlias = _HasItems | Iterable[tuple[str | bytes, str | bytes]]
"""Headers of any framework: a mapping, an object with `items()`, or pairs; of text, or of bytes as in ASGI."""


def verify(  # noqa: PLR0913 - the delivery, and the options of its verification
    body: bytes | bytearray | memoryview,
    headers: Headers,
    secret: str | Sequence[str],
    *,
    tolerance: timedelta = TOLERANCE,
    now: datetime | None = None,
    replays: ReplayMemory | None = None,
) -> None:
    """
    Check that a delivery was signed with the secret of your webhook, is recent, and was not received before.

    Twenty's servers sign with HMAC-SHA256 (RFC 2104), over the text of the timestamp, a colon and the raw body.

    Args:
        body: The raw body, as received. A body that was parsed and serialized again has another signature.
        headers: The headers of the request, in any letter case. Only the timestamp and the signature are used: the
            nonce is not signed, so anyone can change it.
        secret: The secret of the webhook, or both the old and the new one during a rotation.
        tolerance: The maximum time between the timestamp and the present, in either direction.
        now: The present, an aware datetime; None for the clock of the machine.
        replays: Remembers the deliveries that were accepted. Without it a delivery can be sent again within the
            tolerance. Only authentic deliveries are remembered. Use the same tolerance for all calls.

    Raises:
        MissingHeaderError: A header is missing; usually the webhook lacks a secret.
        HeaderError: A header occurs twice.
        SignatureError: No secret signed this body at this time.
        TimestampError: The timestamp is not a number, or it is authentic but beyond the tolerance.
        ReplayError: The delivery was received before.
        ReplayMemoryFullError: The delivery cannot be remembered.
        TypeError: An argument is wrong, for any delivery: a body that is not raw bytes, an empty secret, headers
            of another type, a naive `now`, a negative tolerance.
    """
    raw, keyed = raw_body(body), hmacs(secret)
    elapsed = since_1970(datetime.now(UTC) if now is None else now, "now")
    _check_options(tolerance, replays)
    timestamp, signature = _signed_headers(headers)
    if not _TIMESTAMP.fullmatch(timestamp):
        raise TimestampError("the timestamp is not a number of milliseconds since 1970")
    if not _is_signature(signature, keyed, timestamp, raw):
        raise SignatureError(_WRONG)
    sent = int(timestamp) * MILLISECOND
    _refuse_untimely(elapsed - sent, tolerance)
    if replays is not None and not _is_new(replays, signature, _instant(elapsed), _instant(sent, tolerance)):
        raise ReplayError("the delivery was received before")


@overload
def receive(
    body: bytes | bytearray | memoryview,
    headers: Headers,
    secret: str | Sequence[str],
    *,
    workspace: Workspace,
    tolerance: timedelta = TOLERANCE,
    now: datetime | None = None,
    replays: ReplayMemory | None = None,
) -> WebhookEvent[Any]: ...
@overload
def receive(
    body: bytes | bytearray | memoryview,
    headers: Headers,
    secret: str | Sequence[str],
    *,
    profile: Profile[Any] = SERVER,
    workspace: None = None,
    tolerance: timedelta = TOLERANCE,
    now: datetime | None = None,
    replays: ReplayMemory | None = None,
    cl: type[EventT] = WebhookEvent,  # type: ignore[assignment]
) -> EventT: ...
def receive(  # noqa: PLR0913 - the arguments of verify, a profile and a class
    body: bytes | bytearray | memoryview,
    headers: Headers,
    secret: str | Sequence[str],
    *,
    profile: Profile[Any] | Unset = UNSET,
    workspace: Workspace | None = None,
    tolerance: timedelta = TOLERANCE,
    now: datetime | None = None,
    replays: ReplayMemory | None = None,
    cl: Any = UNSET,
) -> WebhookEvent[Any]:
    """
    Verify a delivery, and then read the event in its body.

    A delivery with an invalid or unrelated event is remembered as well: the same bytes are invalid the second time,
    too, and a server never sends a delivery twice.

    Args:
        body: The raw body, as received.
        headers: The headers of the request, in any letter case.
        secret: The secret of the webhook, or both the old and the new one during a rotation.
        profile: The profile to read the event with: that of your workspace. Default: `SERVER`, for any workspace.
        workspace: The workspace whose objects the events may be about; each is read with the profile of its object, as
            a record of the class that the workspace has for it. Give it instead of `profile` and `cl`.
        tolerance: The maximum time between the timestamp and the present, in either direction.
        now: The present, an aware datetime; None for the clock of the machine.
        replays: Remembers the deliveries that were accepted.
        cl: The class of the event, `WebhookEvent[Deal]` for records of a subclass of `Opportunity`. Default:
            `WebhookEvent`.

    Returns:
        The event.

    Raises:
        WebhookError: The delivery is refused, see `verify`.
        UnrelatedEventError: The delivery is authentic, and its event is about an object that the profile or the
            workspace does not have, or about metadata.
        DecodeError: The body is not JSON.
        ValidationError: The body is not an event that the profile describes.
        UnrepresentableError: Python cannot represent a value in it.
        TypeError: An argument is wrong, see `verify`, or the profile does not have the class, or it is not a class of
            events, or a workspace is given with a profile or a class.
    """
    # Wrong arguments raise TypeError before the delivery is remembered.
    if not isinstance(workspace, Workspace | None):
        raise TypeError(f"workspace must be a Workspace, not {type(workspace).__name__}; see Workspace.from_metadata")
    if workspace is not None and (profile is not UNSET or cl is not UNSET):
        given = "a profile" if cl is UNSET else f"cl={getattr(cl, '__name__', cl)}"
        message = f"receive takes either a workspace or a profile and cl, not a workspace and {given}"
        raise TypeError(f"{message}; for events of your own classes, see records of Workspace.from_metadata")
    profile = SERVER if profile is UNSET else profile
    refuse_other_types(profile)
    cl = WebhookEvent if cl is UNSET else cl
    base = profile.base_of(cl)
    if not issubclass(base, WebhookEvent):
        raise TypeError(f"cl must be a class of events such as WebhookEvent[Deal], not {base.__name__}")
    raw = raw_body(body)  # one copy for both, because a bytearray could change in between
    verify(raw, headers, secret, tolerance=tolerance, now=now, replays=replays)
    instance: Any = decode(raw)
    named = _named_event()
    if workspace is not None:
        if is_dict(instance) and instance.keys() == {"event", "data", "timestamp"}:
            SERVER.validate(instance, WebhookEvent)  # the body in the public documentation, which SERVER explains
        named.validate(instance)
    if named.is_valid(instance):
        name = str(instance["eventName"])
        about = name.partition(".")[0]
        if workspace is not None and about in workspace:
            profile, cl = workspace[about], workspace[about].event
        elif workspace is not None or about != profile.object_name.singular:
            raise UnrelatedEventError(name, instance, _expected(profile, workspace))
    event: WebhookEvent[Any] = profile.structure(instance, cl)
    return event


@functools.cache  # late: compiling takes milliseconds
def _named_event() -> Validator:
    return Validator(_NAMED, {_EVENT_NAME: "an object and an action, such as company.created"})


def _expected(profile: Profile[Any], workspace: Workspace | None) -> str:
    """Return the objects that events may be about, in words."""
    if workspace is None:
        return profile.object_name.renamed("an opportunity")
    return f"an object of the workspace, which has {listed([*workspace], _LISTED)}"


def _check_options(tolerance: object, replays: object) -> None:
    if not isinstance(tolerance, timedelta) or tolerance < timedelta():
        raise TypeError(f"tolerance must be a timedelta of zero or more, not {tolerance!r}")
    if replays is not None and not isinstance(replays, ReplayMemory):
        raise TypeError(f"replays must be a ReplayMemory, with a method remember, not {type(replays).__name__}")


def _signed_headers(headers: object) -> tuple[str, str]:
    """Return the timestamp and the signature; each must occur once."""
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
            raise HeaderError(name, "occurs twice, and it is unclear which of the two counts")
    return values[TIMESTAMP_HEADER][0], values[SIGNATURE_HEADER][0]


def _pairs(headers: Any) -> Iterator[tuple[Any, Any]]:
    try:
        pairs: Iterator[Any] = iter(headers.items() if hasattr(headers, "items") else headers)
    except TypeError:
        raise TypeError(f"headers must be a mapping or pairs, not {type(headers).__name__}") from None
    for pair in pairs:
        if pair.__class__ not in {tuple, list} or len(pair) != 2:  # noqa: PLR2004 - a pair has two
            raise TypeError(f"headers must be a mapping or pairs of name and value, not of {type(pair).__name__}")
        yield pair[0], pair[1]


def _header_text(text: object) -> str:
    """Return the name or value of a header as ASCII; other characters never occur in the headers used here."""
    if isinstance(text, bytes):
        return text.decode("ascii", "replace")
    if isinstance(text, str):
        return text if text.isascii() else "?"
    raise TypeError(f"the value of a header must be str or bytes, not {type(text).__name__}")


def _is_signature(signature: str, keyed: Sequence[HMAC], timestamp: str, raw: bytes) -> bool:
    """Check whether a secret made the signature. All are tried: the time must not reveal which one did."""
    if not _SIGNATURE.fullmatch(signature):
        return False
    return sum([compare_digest(signature_of(one, timestamp, raw), signature) for one in keyed]) > 0


def _refuse_untimely(age: timedelta, tolerance: timedelta) -> None:
    if abs(age) > tolerance:
        when = f"{age} ago" if age > timedelta() else f"{-age} ahead of this clock"
        raise TimestampError(f"the delivery was signed {when}, and the tolerance is {tolerance}; check the clocks", age)


def _is_new(replays: Any, signature: str, now: datetime, until: datetime) -> bool:
    answer = replays.remember(signature, now=now, until=until)
    if answer is True or answer is False:
        return answer
    # A coroutine is true, so an asynchronous store would accept every replay.
    raise TypeError(f"the method remember of a ReplayMemory must return a bool, not {type(answer).__name__}")


def _instant(elapsed: timedelta, later: timedelta = timedelta()) -> datetime:
    """Return the instant in UTC, at most the last one that Python can represent."""
    try:
        return EPOCH + elapsed + later
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
