"""The REST routes: a request to a status and an answer."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from twenty_opportunity.testing.server import groups, queries
from twenty_opportunity.testing.server.errors import plain_refusal, refusal, unimplemented
from twenty_opportunity.testing.server.javascript import number_of, text_of
from twenty_opportunity.testing.server.objects import Row, ServerObject, Test
from twenty_opportunity.testing.server.store import Store
from twenty_opportunity.testing.server.written import is_written_uuid
from twenty_opportunity.values.object_names import capitalized
from twenty_opportunity.values.python_json import is_dict, is_list

_DEFAULT_LIMIT: Final = 60
_LARGEST_LIMIT: Final = 200
_BY_ID: Final = 2  # parts of a path: the object and an id


@attrs.frozen
class Call:
    """
    A request that was read.

    Attributes:
        method: The HTTP method.
        path: The path as sent, without the query.
        query: The parameters, of which one name may occur twice.
        body: The decoded body; a text if its type is text/plain, None if its type is unknown.
    """

    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    body: Any

    def parameter(self, name: str) -> str | None:
        """Return a parameter; None if it is absent or, as the server has it, given twice."""
        values = self.query.get(name, ())
        return values[0] if len(values) == 1 else None


def answer(store: Store, call: Call) -> tuple[int, Any]:
    """Answer a request below `/rest` by a status and JSON, or refuse it."""
    parts = call.path.removeprefix("/rest/").split("/")
    if not call.path.startswith("/rest/") or parts == [""]:
        raise plain_refusal(404, "Not Found", f"Cannot {call.method} {call.path}")
    if parts[0] == "metadata":
        return 200, _metadata(store, call, parts[1:])
    prefix = parts.pop(0) if parts[0] in {"batch", "restore"} else ""
    if len(parts) > (1 if prefix else _BY_ID) or not parts:
        raise refusal(
            f"Query path '{call.path}' invalid. Valid examples: /rest/companies/id or /rest/companies or "
            "/rest/batch/companies"
        )
    name, rest = parts[0], parts[1:]
    of = store.objects.get(name)
    if of is None:
        known = store.object_named(name)
        raise refusal(
            f"object '{name}' not found.{f' Did you mean {chr(39)}{known.plural}{chr(39)}?' if known else ''}"
        )
    route = _Route(store, call, of, rest[0] if rest else None, prefix)
    match call.method, rest[:1]:
        case "GET", ["groupBy"]:
            return 200, route.groups()
        case "POST", ["duplicates"]:
            return 200, route.duplicates()
        case "PATCH", ["merge"]:
            return 200, route.merge()
        case "GET", _:
            return 200, route.one() if rest else route.page()
        case "POST", _:
            return 201, route.create()
        case (("PATCH" | "PUT"), _):
            return 200, route.restore() if prefix == "restore" else route.update()
        case "DELETE", _:
            return 200, route.delete()
        case _:
            raise plain_refusal(404, "Not Found", f"Cannot {call.method} {call.path}")


def _metadata(store: Store, call: Call, parts: Sequence[str]) -> Any:
    if call.method != "GET" or not parts or (parts[0] != "objects" and parts[0] in {"fields", "webhooks", "apiKeys"}):
        raise unimplemented(f"{call.method} {call.path}")
    if parts[0] != "objects":
        raise refusal(f"'{parts[0]}' is not a valid UUID")
    found = [dict(of.metadata) for of in store.objects.values()]
    if len(parts) == 1:
        return {"data": {"objects": found}}
    one = next((each for each in found if each.get("id") == parts[1]), None)
    if one is None:
        raise refusal("Object metadata not found", status=404, error="Error", code="OBJECT_METADATA_NOT_FOUND")
    return {"data": {"object": one}}


@attrs.frozen
class _Route:
    """A request to an object."""

    store: Store
    call: Call
    of: ServerObject
    given_id: str | None
    prefix: str

    def one(self) -> Any:
        row = self.store.one(self.of, self._id())
        return {"data": {self.of.singular: self._shown(row)}}

    def page(self) -> Any:
        limit, depth = self._limit(), self._depth()
        order = queries.parse_order(self.call.parameter("order_by"), self.of, self.store)
        test, mentions_deleted = self._filter()
        after, before = self.call.parameter("starting_after"), self.call.parameter("ending_before")
        if after and before:
            raise refusal("Cannot provide both before and after")
        rows = queries.ordered(self.store.rows(self.of, test, deleted=mentions_deleted), order, self.store)
        found, info = queries.page(rows, order, self.store, limit=limit, after=after, before=before)
        data = {self.of.plural: [self.store.shown(self.of, row, depth) for row in found]}
        return {"data": data, "totalCount": len(rows), "pageInfo": info}

    def create(self) -> Any:
        upsert, is_batch = self.call.parameter("upsert") == "true", self.prefix == "batch"
        bodies: Any = self.call.body if is_batch else [self.call.body]
        if not is_list(bodies):
            raise refusal("args.data.forEach is not a function", error="TypeError")
        if len(bodies) > _LARGEST_LIMIT:
            message = f"Cannot create more than {_LARGEST_LIMIT} records at once"
            raise refusal(message, error="Error", code="INVALID_QUERY_INPUT")
        rows = self.store.create(self.of, [_object(each) for each in bodies], upsert=upsert)
        return self._changed("create", rows, one=not is_batch)

    def update(self) -> Any:
        body = _object(self.call.body)
        if self.given_id is None:
            test, _ = self._filter()
            self.store.check_body(self.of, body)
            return self._changed("update", self.store.update(self.of, self.store.rows(self.of, test), body, test))
        record_id = self._id()
        self.store.check_body(self.of, body)
        rows = [self.store.one(self.of, record_id, deleted=True)]
        return self._changed("update", self.store.update(self.of, rows, body), one=True)

    def delete(self) -> Any:
        one = self.given_id is not None
        if one:
            rows = [self.store.one(self.of, self._id(), deleted=True)]
        elif "filter" in self.call.query:
            rows = self.store.rows(self.of, self._filter()[0])
        else:
            raise refusal("Filters are mandatory for bulk destroy operations. Please provide a filter.")
        if self.call.parameter("soft_delete") == "true":
            return self._changed("delete", self.store.delete(self.of, rows), one=one)
        self.store.destroy(self.of, rows)
        return self._answer("delete", [{"id": row["id"]} for row in rows], one=one)

    def restore(self) -> Any:
        test, _ = self._filter()
        return self._changed("restore", self.store.restore(self.of, self.store.rows(self.of, test), test))

    def duplicates(self) -> Any:
        body = _object(self.call.body)
        if not body.get("ids") and not body.get("data"):
            raise refusal('You have to provide either "data" or "ids" argument')
        asked: list[tuple[Row, str | None]] = []
        for each in _ids(body):
            row = self.store.find(self.of, each)
            asked += [(row, row["id"])] if row else []
        given: Any = body.get("data") or []
        if not is_list(given):
            raise unimplemented("duplicates of data that is not a list")
        asked += [(self.store.written(self.of, _object(each), None), None) for each in given]
        return {"data": [self._duplicates_of(*each) for each in asked]}

    def _duplicates_of(self, values: Row, but: str | None) -> Any:
        order = queries.parse_order(None, self.of, self.store)
        rows = queries.ordered(self.store.duplicates(self.of, values, but), order, self.store)
        found, info = queries.page(rows, order, self.store, limit=len(rows))
        data = [self._shown(row) for row in found]
        return {f"{self.of.singular}Duplicates": data, "totalCount": len(rows), "pageInfo": info}

    def merge(self) -> Any:
        body = _object(self.call.body)
        if not self.of.duplicate_criteria:
            raise refusal(
                "Merge is only available for objects with duplicate criteria. "
                f"Object '{self.of.singular}' does not have duplicate criteria defined."
            )
        ids = _ids(body)
        if len(ids) < 2:  # noqa: PLR2004 - two to merge
            raise refusal("At least 2 record IDs are required for merge")
        priority = body.get("conflictPriorityIndex", 0)
        if priority not in range(len(ids)):
            most = len(ids) - 1
            raise refusal(f"Invalid conflict priority '{priority}'. Valid options for {len(ids)} records: 0-{most}")
        row = self.store.merge(self.of, ids, int(priority), dry=body.get("dryRun") is True)
        return self._changed("merge", [row], one=True)

    def groups(self) -> Any:
        if self.call.parameter("include_records_sample") == "true":
            raise unimplemented("groupBy with include_records_sample")
        dimensions = groups.parse_groups(self._json("group_by", dict), self.of, self.store)
        aggregates = groups.parse_aggregates(self._json("aggregate", str), self.of)
        test, mentions_deleted = self._filter()
        rows = self.store.rows(self.of, test, deleted=mentions_deleted)
        orders = self._json("order_by", dict)
        found: list[tuple[list[Any], list[Row]]] = [([], [row]) for row in rows]
        if dimensions:
            found = groups.grouped(rows, dimensions, orders, self.store)
        if "limit" in self.call.query:
            found = found[: math.ceil(self._limit())]
        return [
            {name: of(rows) for name, of in aggregates.items()} | {"groupByDimensionValues": values}
            for values, rows in found
        ]

    def _changed(self, operation: str, rows: list[Row], *, one: bool = False) -> Any:
        return self._answer(operation, [self._shown(row) for row in rows], one=one)

    def _answer(self, operation: str, records: list[Any], *, one: bool) -> Any:
        """Return the answer to a change, of a single record or of several."""
        name = self.of.singular if one else self.of.plural
        return {"data": {f"{operation}{capitalized(name)}": records[0] if one else records}}

    def _json(self, name: str, of: type) -> Any:
        """Return the list in a parameter."""
        text = self.call.parameter(name)
        try:
            found = json.loads(text or "[]")
        except ValueError:
            raise refusal(f"{name} '{text}' is not valid JSON") from None
        if not is_list(found) or not all(isinstance(each, of) for each in found):
            raise unimplemented(f"{name} that is not a list of {'objects' if of is dict else 'names'}")
        return found

    def _id(self) -> str:
        if not is_written_uuid(self.given_id):
            raise refusal(f"'{self.call.path.rpartition('/')[2]}' is not a valid UUID")
        return str(self.given_id).lower()

    def _shown(self, row: Row) -> dict[str, Any]:
        return self.store.shown(self.of, row, self._depth())

    def _filter(self) -> tuple[Test | None, bool]:
        text = self.call.parameter("filter")
        return (None, False) if text is None else queries.parse_filter(text, self.of, self.store)

    def _limit(self) -> float:
        text = ",".join(self.call.query.get("limit", ()))
        limit = number_of(text) if text else _DEFAULT_LIMIT
        if not limit >= 0:
            raise refusal(f"limit '{text}' is invalid. Should be an integer")
        return min(limit, _LARGEST_LIMIT)

    def _depth(self) -> int:
        text = ",".join(self.call.query.get("depth", ()))
        depth = number_of(text)
        if depth not in {0, 1}:
            raise refusal(f"'depth={text}' parameter invalid. Allowed values are 0, 1")
        return int(depth)


def _object(body: Any) -> dict[str, Any]:
    """Return a body as an object, as JavaScript sees it: a list has its indexes for names."""
    if body is None:
        raise refusal("Cannot read properties of undefined (reading 'position')", error="TypeError")
    if not is_dict(body) and not is_list(body):
        kind = "string" if isinstance(body, str) else "boolean" if isinstance(body, bool) else "number"
        raise refusal(f"Cannot create property 'position' on {kind} '{text_of(body)}'", error="TypeError")
    return {str(index): each for index, each in enumerate(body)} if is_list(body) else dict(body)


def _ids(body: Mapping[str, Any]) -> list[str]:
    """Return the ids in a body."""
    ids: Any = body.get("ids") or []
    if not is_list(ids):
        raise unimplemented("ids that are not a list")
    for each in ids:
        if not is_written_uuid(each):
            raise refusal(f'invalid input syntax for type uuid: "{text_of(each)}"')
    return [each.lower() for each in ids]
