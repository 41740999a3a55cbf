"""
Copy the deals of a Twenty workspace into a SQLite database, and send changed stages back.

    TWENTY_API_KEY=... python examples/sync.py https://crm.example.com deals.sqlite

A second run copies only the deals that changed since, and forgets those that were destroyed. Amounts are stored in
micros, as whole numbers, so nothing is rounded. The text in the column `new_stage` of a deal is sent to the workspace
by the next run. If it is refused, the run reports the reason, continues with the next deal and keeps the text.
"""
# ruff: noqa: INP001, T201 - a script that is run by its path and prints to the terminal

from __future__ import annotations

import os
import sqlite3
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import attrs
import httpx

from twenty_opportunity import (
    SERVER,
    UNSET,
    Amount,
    Opportunity,
    OpportunityPage,
    OpportunityUpdate,
    ValidationError,
)
from twenty_opportunity.formats import date_time_text
from twenty_opportunity.records import ErrorAnswer, OpportunityAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTEMPTS: Final = 7  # the waits are 63 seconds in all, and a server limits the requests in a minute
WORTH_RETRYING: Final = {429, 502, 503, 504}
REFUSED: Final = {400, 404}  # the value or the deal is refused, and others may be accepted
ALSO_DELETED: Final = "or(deletedAt[is]:NULL,deletedAt[is]:NOT_NULL)"  # lists hide soft-deleted deals otherwise
TABLE: Final = """CREATE TABLE IF NOT EXISTS deals (id TEXT PRIMARY KEY, name TEXT, stage TEXT, micros INTEGER,
    currency TEXT, updated_at TEXT, deleted INTEGER, new_stage TEXT)"""
UPSERT: Final = """INSERT INTO deals VALUES (?, ?, ?, ?, ?, ?, ?, NULL) ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, stage = excluded.stage, micros = excluded.micros, currency = excluded.currency,
    updated_at = excluded.updated_at, deleted = excluded.deleted"""


def send(http: httpx.Client, method: str, path: str, **options: Any) -> httpx.Response:
    """Send a request. Everything that this program sends can be repeated; a server sends no Retry-After."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            response = http.request(method, path, **options)
            if response.status_code not in WORTH_RETRYING or attempt == ATTEMPTS:
                return response.raise_for_status()
        except httpx.TransportError:
            if attempt == ATTEMPTS:
                raise
        time.sleep(2 ** (attempt - 1))
    raise AssertionError  # the last attempt returns or raises


def changed_deals(http: httpx.Client, since: str | None) -> Iterator[Opportunity]:
    """Yield the deals that changed. The default order is that of the ids, in which no page loses a deal."""
    parameters = {"limit": "200", "filter": f"updatedAt[gte]:{since},{ALSO_DELETED}" if since else ALSO_DELETED}
    while True:
        page = SERVER.loads(send(http, "GET", "/rest/opportunities", params=parameters).content, OpportunityPage)
        yield from page
        if not page.page_info or not page.page_info.has_next_page:
            return
        parameters["starting_after"] = str(page.page_info.end_cursor)


def pull(http: httpx.Client, database: sqlite3.Connection) -> int:
    """Store the deals that changed since the last run, and return their number."""
    [since] = database.execute("SELECT max(updated_at) FROM deals").fetchone()
    rows = [
        (str(deal.id), known(deal.name), deal.stage, *money(deal), updated(deal), bool(deal.deleted_at))
        for deal in changed_deals(http, since)
    ]
    database.executemany(UPSERT, rows)
    return len(rows)


def forget(http: httpx.Client, database: sqlite3.Connection) -> int:
    """Remove the deals that were destroyed, which no filter finds, and return their number."""
    parameters = {"limit": "1", "filter": ALSO_DELETED}
    page = SERVER.loads(send(http, "GET", "/rest/opportunities", params=parameters).content, OpportunityPage)
    known = {deal_id for [deal_id] in database.execute("SELECT id FROM deals")}
    if page.total_count == len(known):
        return 0
    destroyed = known - {str(deal.id) for deal in changed_deals(http, None)}
    database.executemany("DELETE FROM deals WHERE id = ?", [[deal_id] for deal_id in destroyed])
    return len(destroyed)


def money(deal: Opportunity) -> tuple[int | None, str | None]:
    """Return the exact amount: SQLite has whole numbers of 64 bits, and a server of 53."""
    amount = deal.amount or Amount(amount_micros=None, currency_code=None)
    return known(amount.amount_micros), known(amount.currency_code)


def known(value: Any) -> Any:
    """Return a value, or None if the server did not send it."""
    return None if value is UNSET else value


def updated(deal: Opportunity) -> str:
    """Return the time of the last change, as the server writes it."""
    return date_time_text(deal.updated_at, milliseconds=True)


def push(http: httpx.Client, database: sqlite3.Connection) -> tuple[int, list[str]]:
    """Send the new stages, and return their number and the reasons why others were refused."""
    changes = database.execute("SELECT id, new_stage FROM deals WHERE new_stage IS NOT NULL ORDER BY id").fetchall()
    refused: list[str] = []
    for deal_id, stage in changes:
        try:
            send_stage(http, deal_id, stage)
        except ValidationError as error:
            refused.append(f"{deal_id}: {error}")
        except httpx.HTTPStatusError as error:
            if error.response.status_code not in REFUSED:
                raise
            reasons = SERVER.loads(error.response.content, ErrorAnswer).reasons
            refused.append(f"{deal_id}: {'; '.join(reasons)}")
        else:
            database.execute("UPDATE deals SET new_stage = NULL WHERE id = ?", [deal_id])
    return len(changes) - len(refused), refused


def send_stage(http: httpx.Client, deal_id: str, stage: str) -> None:
    """Send the new stage of a deal."""
    path = f"/rest/opportunities/{deal_id}"
    before = SERVER.loads(send(http, "GET", path).content, OpportunityAnswer).opportunity
    assert isinstance(before, Opportunity)  # noqa: S101 - the answer to this request has one
    update = OpportunityUpdate.between(before, attrs.evolve(before, stage=stage))
    headers = {"Content-Type": "application/json"}
    send(http, "PATCH", path, content=SERVER.dumps(update), headers=headers)


def sync(http: httpx.Client, database: sqlite3.Connection) -> tuple[int, int, int, list[str]]:
    """Return the numbers of stages sent, deals copied and deals forgotten, and the reasons of refused stages."""
    with database:
        database.execute(TABLE)
        sent, refused = push(http, database)
        return sent, pull(http, database), forget(http, database), refused


def main() -> int:
    """Run the command, and return its exit status."""
    url, file = sys.argv[1:]
    headers = {"Authorization": f"Bearer {os.environ['TWENTY_API_KEY']}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as http:
        sent, copied, forgotten, refused = sync(http, sqlite3.connect(file))
    print(f"sent {sent} stages, copied {copied} deals, forgot {forgotten} destroyed deals")
    for reason in refused:
        print(f"not sent: {reason}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
