"""What is refused in a body though a server takes it, each with the reason and with what to send instead."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

__all__ = ["REFUSALS", "Refusal"]


class Refusal(NamedTuple):
    """
    One thing that a server takes and `OpportunityCreate` and `OpportunityUpdate` refuse.

    Attributes:
        where: The field type, or the member of the standard object where it is about that one alone.
        taken: A value that a server takes.
        instead: What to send instead.
        reason: Why it is refused.
    """

    where: str
    taken: Any
    instead: Any
    reason: str


REFUSALS: Final = (
    Refusal(
        "DATE_TIME",
        "2026-03-01",
        "2026-03-01T00:00:00.000Z",
        "A day is no instant. The server makes it midnight in UTC, which is another day in half of the world.",
    ),
    Refusal(
        "DATE_TIME",
        "2026-03-01T09:30:00",
        "2026-03-01T09:30:00+01:00",
        "Without an offset the instant depends on where the server runs.",
    ),
    Refusal(
        "DATE_TIME",
        "2026-03-01t09:30:00z",
        "2026-03-01T09:30:00Z",
        "RFC 3339 in upper case is enough, of all the forms of a date-time that a server takes.",
    ),
    Refusal(
        "DATE_TIME",
        "9999-12-31T20:00:00-05:00",
        "9999-12-31T23:59:59Z",
        "The server answers in UTC, where this is in the year 10000 and no RFC 3339; likewise before the year 0001.",
    ),
    Refusal("DATE_TIME", "March 1, 2026", "2026-03-01T00:00:00Z", "A month's name is one language's."),
    Refusal("DATE", "03-01-2026", "2026-03-01", "Half of the readers take the month for the day."),
    Refusal("DATE", "1 Mar 2026", "2026-03-01", "A month's name is one language's."),
    Refusal(
        "DATE", "2026-03-01T23:30:00-05:00", "2026-03-01", "An instant is no day: which one it is depends on where."
    ),
    Refusal("ARRAY", "one", ["one"], "A list of one is a list."),
    Refusal("RAW_JSON", '{"a": 1}', {"a": 1}, "JSON in a string is JSON twice encoded, and comes back as such."),
    Refusal("CURRENCY", {"amountMicros": "1500000"}, {"amountMicros": 1500000}, "A number is written as a number."),
    Refusal(
        "CURRENCY", {"amountMicros": 1.5}, {"amountMicros": 1}, "The server cuts off fractions of a micro in silence."
    ),
    Refusal(
        "CURRENCY",
        {"amountMicros": 9007199254740993},
        {"amountMicros": 9007199254740991},
        "The server counts in doubles: beyond 2^53 - 1 it would store another amount.",
    ),
    Refusal(
        "CURRENCY",
        {"currencyCode": "usd"},
        {"currencyCode": "USD"},
        "No other currency has the code; nothing finds it.",
    ),
    Refusal(
        "CURRENCY", {"currencyCode": ""}, {"currencyCode": None}, "An empty text is no currency, and null says so."
    ),
    Refusal(
        "FULL_NAME", {"middleName": "Jo"}, {"firstName": "Jo"}, "What a composite has no member for would be lost."
    ),
    Refusal(
        "PHONES",
        {"primaryPhoneNumber": "call me"},
        {"primaryPhoneNumber": "0123 456789"},
        "Letters make no phone number.",
    ),
    Refusal(
        "createdBy",
        {"source": "API", "name": "Jo"},
        {"source": "API"},
        "Who it was, the server takes from the credentials.",
    ),
    Refusal("createdBy", {}, {"source": "API"}, "An actor without a source says nothing."),
)
"""Each of them is tried by the tests: `taken` is refused for its field, `instead` is not."""
