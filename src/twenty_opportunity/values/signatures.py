"""The signatures of webhook deliveries: HMAC-SHA256 (RFC 2104) over the timestamp's text, a colon and the raw body."""

# pyright: reportUnnecessaryIsInstance=false
# Arguments are checked at run time too.

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

__all__ = [
    "EPOCH",
    "MILLISECOND",
    "SIGNATURE_HEADER",
    "TIMESTAMP_HEADER",
    "hmacs",
    "raw_body",
    "sign",
    "signature_of",
    "since_1970",
]

TIMESTAMP_HEADER: Final = "X-Twenty-Webhook-Timestamp"
"""The header with the time of the signature, in milliseconds since 1970, as text."""

SIGNATURE_HEADER: Final = "X-Twenty-Webhook-Signature"
"""The header with the lower-case hexadecimal HMAC-SHA256 of the timestamp's text, a colon and the raw body."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)


def sign(body: bytes | bytearray | memoryview, secret: str, *, timestamp: datetime) -> dict[str, str]:
    """
    Return the headers with which a Twenty server signs a body (HMAC-SHA256, RFC 2104), for tests of receivers.

    >>> from twenty_opportunity.webhooks import verify
    >>> headers = sign(b"{}", "the secret", timestamp=datetime(2026, 6, 1, 9, tzinfo=UTC))
    >>> headers["X-Twenty-Webhook-Timestamp"]
    '1780304400000'
    >>> verify(b"{}", headers, "the secret", now=datetime(2026, 6, 1, 9, 4, tzinfo=UTC))

    Args:
        body: The raw body.
        secret: The secret of the webhook.
        timestamp: The time of the signature, an aware datetime; rounded down to milliseconds.

    Returns:
        The headers with the timestamp and the signature.

    Raises:
        TypeError: The body is not raw bytes, the secret is not text or empty, the timestamp is naive or before 1970.
    """
    elapsed = since_1970(timestamp, "timestamp")
    if elapsed < timedelta():
        raise TypeError("the timestamp counts from 1970 and cannot be earlier")
    text = str(elapsed // MILLISECOND)
    return {TIMESTAMP_HEADER: text, SIGNATURE_HEADER: signature_of(hmacs([secret])[0], text, raw_body(body))}


def raw_body(body: Any) -> bytes:
    """Return a body as bytes; raise TypeError for anything that is not raw bytes."""
    if not issubclass(type(body), (bytes, bytearray, memoryview)):
        raise TypeError(
            "the signature is computed over the raw bytes of the body, before anything decodes or parses them: "
            f"pass them as bytes, not {type(body).__name__}"
        )
    try:
        return bytes(body)
    except ValueError:
        raise TypeError("the memoryview of the body was released") from None


def _listed(secret: object) -> list[object]:
    if isinstance(secret, str) or not isinstance(secret, Sequence):
        return [secret]
    return [*cast("Sequence[object]", secret)]


def hmacs(secret: object) -> list[hmac.HMAC]:
    """Return an HMAC for each secret. In a traceback, only the arguments called `secret` hold the secret itself."""
    secret = _listed(secret)
    keyed = [code for secret in secret if (code := _code(secret)) is not None]
    if not keyed or len(keyed) < len(secret):
        raise TypeError("secret must be a non-empty str without lone surrogates, or a sequence of them; is it set?")
    return keyed


def _code(secret: object) -> hmac.HMAC | None:
    try:
        return hmac.new(secret.encode(), digestmod=hashlib.sha256) if isinstance(secret, str) and secret else None
    except UnicodeEncodeError:  # the error has the secret in it, so no error is raised from here
        return None


def since_1970(moment: object, name: str) -> timedelta:
    """Return the time from 1970 to an aware datetime; raise TypeError, naming the argument, for anything else."""
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        naive = "a naive one, which means a different instant in each time zone"
        found = naive if isinstance(moment, datetime) else type(moment).__name__
        raise TypeError(f"{name} must be an aware datetime, not {found}")
    return moment - EPOCH


def signature_of(keyed: hmac.HMAC, timestamp: str, raw: bytes) -> str:
    """Return the signature of a body: the timestamp's text, a colon and the body (HMAC-SHA256, RFC 2104)."""
    keyed.update(f"{timestamp}:".encode())
    keyed.update(raw)
    return keyed.hexdigest()
