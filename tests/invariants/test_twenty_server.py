"""The Twenty server stores what a model of it predicts, whatever the order of the operations."""

from __future__ import annotations

from typing import Any

import httpx2
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from twenty_opportunity import SERVER, Opportunity, OpportunityCreate, OpportunityPage, OpportunityUpdate
from twenty_opportunity.strategies import documents
from twenty_opportunity.testing import TwentyServer

# The model predicts plain values; ids of other records would have to exist, and the server sets the rest.
PLAIN = ("name", "amount", "closeDate", "stage")


def plain(body: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a body that the model predicts, with a stage of the standard workspace."""
    found = {name: value for name, value in body.items() if name in PLAIN}
    return found | ({"stage": "MEETING"} if "stage" in found else {})


class ServerMachine(RuleBasedStateMachine):
    """Generated creates, updates, deletions and restorations against a dict of records."""

    deals: Bundle[str] = Bundle("deals")

    def __init__(self) -> None:
        """Start with an empty server and an empty model."""
        super().__init__()
        transport = httpx2.WSGITransport(TwentyServer(SERVER))
        self.http = httpx2.Client(transport=transport, base_url="http://twenty/rest")
        self.model: dict[str, dict[str, Any]] = {}
        self.deleted: set[str] = set()

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request that succeeds, and return its data."""
        answer = self.http.request(method, path, json=body)
        assert answer.is_success, answer.text
        return next(iter(answer.json()["data"].values()))

    def predict(self, record_id: str, body: dict[str, Any]) -> None:
        """Change the model as the body says: amounts merge, and null does not clear them."""
        record = self.model.setdefault(
            record_id,
            {"name": "", "amount": {"amountMicros": None, "currencyCode": None}, "closeDate": None, "stage": "NEW"},
        )
        for name, value in body.items():
            if name == "amount":
                given = {key: each or None if key == "currencyCode" else each for key, each in (value or {}).items()}
                record["amount"] = record["amount"] | given
            else:
                record[name] = "" if name == "name" and value is None else value

    @rule(target=deals, body=documents(OpportunityCreate, SERVER))
    def create(self, body: dict[str, Any]) -> str:
        """Create a deal."""
        written = plain(body)
        record_id: str = self.send("POST", "/opportunities", written)["id"]
        self.predict(record_id, written)
        return record_id

    @rule(record_id=deals, body=documents(OpportunityUpdate, SERVER))
    def update(self, record_id: str, body: dict[str, Any]) -> None:
        """Change a deal, soft-deleted or not."""
        written = plain(body)
        self.send("PATCH", f"/opportunities/{record_id}", written)
        self.predict(record_id, written)

    @rule(record_id=deals)
    def soft_delete(self, record_id: str) -> None:
        """Hide a deal."""
        self.send("DELETE", f"/opportunities/{record_id}?soft_delete=true")
        self.deleted.add(record_id)

    @rule(record_id=deals)
    def restore(self, record_id: str) -> None:
        """Show a deal again."""
        self.send("PATCH", f"/restore/opportunities?filter=id[eq]:{record_id}")
        self.deleted.discard(record_id)

    @rule(record_id=consumes(deals))
    def destroy(self, record_id: str) -> None:
        """Remove a deal."""
        self.send("DELETE", f"/opportunities/{record_id}")
        self.deleted.discard(record_id)
        del self.model[record_id]

    @rule(size=st.integers(1, 4))
    def page(self, size: int) -> None:
        """Follow the cursors through all pages: they have each visible deal once, in the order of the ids."""
        found: list[str] = []
        query = f"/opportunities?limit={size}"
        cursor = ""
        while True:
            page = self.http.get(query + cursor).json()
            SERVER.validate(page, OpportunityPage)
            found += [deal["id"] for deal in page["data"]["opportunities"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            cursor = f"&starting_after={page['pageInfo']['endCursor']}"
        assert found == sorted(self.model.keys() - self.deleted)

    @invariant()
    def the_server_has_what_the_model_has(self) -> None:
        """Each record reads back as predicted, and is a valid document."""
        for record_id, expected in self.model.items():
            answer = self.http.get(f"/opportunities/{record_id}")
            if record_id in self.deleted:
                assert answer.status_code == 404
                continue
            record = answer.json()["data"]["opportunity"]
            SERVER.validate(record, Opportunity)
            assert {name: record[name] for name in PLAIN if name != "closeDate"} == {
                name: value for name, value in expected.items() if name != "closeDate"
            }
            assert (record["closeDate"] is None) == (expected["closeDate"] is None)


TestServerMachine = ServerMachine.TestCase
# An example has 15 steps, so it takes fewer of them to make as many requests.
TestServerMachine.settings = settings(max_examples=max(10, settings().max_examples // 5), stateful_step_count=15)
