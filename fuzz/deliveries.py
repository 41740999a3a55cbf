"""`webhooks.receive`: a signed body becomes an event or a documented exception; all others are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from fuzz.cases import CASES
from fuzz.choices import Choices
from twenty_opportunity import DecodeError, UnrepresentableError, ValidationError
from twenty_opportunity.records import WebhookEvent
from twenty_opportunity.webhooks import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    BoundedReplayMemory,
    UnrelatedEventError,
    WebhookError,
    receive,
    sign,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SECRET: Final = "a secret of our own"  # noqa: S105 - not a real secret
_NOW: Final = datetime(2026, 6, 1, 9, tzinfo=UTC)
_EVENTS: Final = [(profile, cl) for profile, cl in CASES if issubclass(getattr(cl, "__origin__", cl), WebhookEvent)]

Headers = dict[str, str]
_FORMS: Final[tuple[Callable[[Headers], Any], ...]] = (
    dict,
    lambda headers: [*headers.items()],
    lambda headers: [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    lambda headers: {"Host": "crm.example.org", **headers, "É": "ü"},
    lambda headers: iter([[name.upper(), value] for name, value in headers.items()]),
)
"""The types in which web frameworks pass headers."""


def target(data: bytes) -> None:
    """
    Receive a signed delivery, and again with one change.

    Args:
        data: The type of the headers, the change, and the body.
    """
    choices = Choices(data)
    profile, cl = choices.of(_EVENTS)
    form = choices.of(_FORMS)
    change = choices.byte()
    text = choices.text()
    body = choices.rest()
    headers = sign(body, _SECRET, timestamp=_NOW - timedelta(seconds=choices.byte()))
    replays = BoundedReplayMemory()
    _receive(body, form(headers), profile=profile, cl=cl, replays=replays)
    _refused(body, form(headers), "it came before", replays=replays)
    _refused(body, form(headers), "it is late", now=_NOW + timedelta(minutes=5, seconds=1))
    _refused(body + b" ", form(headers), "the body has changed")
    changed = _changed(headers, change, text)
    if changed != headers:
        _refused(body, form(changed), "a header has changed")


def _receive(body: bytes, headers: Any, **options: Any) -> None:
    try:
        event: object = receive(body, headers, ["another secret", _SECRET], now=_NOW, **options)
    except (DecodeError, ValidationError, UnrepresentableError, UnrelatedEventError) as error:
        assert str(error)
    else:
        assert isinstance(event, WebhookEvent)


def _refused(body: bytes, headers: Any, reason: str, *, now: datetime = _NOW, **options: Any) -> None:
    try:
        receive(body, headers, _SECRET, now=now, **options)
    except WebhookError as error:
        assert _SECRET not in str(error)
    else:
        raise AssertionError(f"a delivery was read though {reason}")


def _changed(headers: Mapping[str, str], change: int, text: str) -> Headers:
    name = (SIGNATURE_HEADER, TIMESTAMP_HEADER)[change % 2]
    value = headers[name]
    at = change // 2 % len(value)
    return {**headers, name: value[:at] + text.encode(errors="replace").decode() + value[at + change % 3 :]}
