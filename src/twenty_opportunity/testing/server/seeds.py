"""Realistic records for a server, the same ones for the same seed."""

from __future__ import annotations

import uuid
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.profiles import Profile
from twenty_opportunity.records import OpportunityCreate
from twenty_opportunity.schemas.field_types import FIELD_TYPES
from twenty_opportunity.testing.fixtures import fixtures
from twenty_opportunity.testing.samples import WORDS, InventedWorkspace
from twenty_opportunity.values.arguments import check_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twenty_opportunity.testing.server.objects import Column, ServerObject
    from twenty_opportunity.testing.server.store import Store

_SELECTS: Final = frozenset({"SELECT", "MULTI_SELECT"})
_LEFT_OUT: Final = frozenset({"createdAt", "updatedAt", "deletedAt", "createdBy", "updatedBy", "position"})


def seeded(store: Store, seed: int, counts: Mapping[str, int]) -> dict[str, list[dict[str, Any]]]:
    """
    Store records, with the records that they refer to.

    Takes the number of records by the singular name of their object, and returns the new records as the server sends
    them. An unknown object raises TypeError, and a seed that was used ValueError.
    """
    objects = {singular: _object(store, singular) for singular in counts}
    for singular, count in counts.items():
        check_type(singular, count, int, "a number of records")  # with None, there would be no end
    found: dict[str, list[dict[str, Any]]] = {}
    # First the records that others refer to.
    for singular in sorted(counts, key=lambda name: len(_targets(objects[name]) & counts.keys())):
        of, count = objects[singular], counts[singular]
        bodies = [*islice(_bodies(of, seed), count)]
        if any(store.find(of, body.get("id", "")) for body in bodies):
            message = f"the server has records of {singular} with the seed {seed}; pass another"
            raise ValueError(f"{message}: seed({seed + 1}, {singular}={count})")
        random = Random(seed)  # noqa: S311 - the same records for the same seed
        rows = [_stored(store, of, _referring(of, body, found, random)) for body in bodies]
        found[singular] = [store.shown(of, row) for row in rows]
    return {singular: found[singular] for singular in counts}


def _object(store: Store, singular: str) -> ServerObject:
    of = store.object_named(singular)
    if of is None:
        known = ", ".join(each.singular for each in store.objects.values())
        raise TypeError(f"unknown object {singular!r}; choose from {known}")
    return of


def _targets(of: ServerObject) -> set[str | None]:
    return {column.target for column in of.to_one.values()} - {of.singular}


def _referring(
    of: ServerObject, body: dict[str, Any], found: Mapping[str, list[dict[str, Any]]], random: Random
) -> dict[str, Any]:
    """Return a body whose references lead to the records that were asked for."""
    for column in of.to_one.values():
        if body.get(column.name) and (records := found.get(column.target or "")):
            record = random.choice(records)
            body = {**body, column.name: record["id"]}
            if column.target == "company":
                body["name"] = f"{record['name']}:{str(body['name']).partition(':')[2]}"
    return body


def _bodies(of: ServerObject, seed: int) -> Iterator[dict[str, Any]]:
    if of.singular == "opportunity":
        profile = Profile.from_metadata(of.metadata)
        yield from (fixture.instance for fixture in fixtures(profile, OpportunityCreate, seed=seed))
    random = Random(f"{of.singular} {seed}")  # noqa: S311 - the same records for the same seed
    workspace = InventedWorkspace(random)
    is_person = "name" in of.columns and of.columns["name"].type == "FULL_NAME"
    while True:
        known = {"id": workspace.id(), **workspace.record(person=is_person)}
        samples = {name: known.get(name) or _sample(column, random) for name, column in of.columns.items()}
        yield {name: value for name, value in samples.items() if name not in _LEFT_OUT and value is not None}


def _sample(column: Column, random: Random) -> Any:
    """Return a value for a column; None leaves it empty."""
    if column.relation or column.unique:  # a second record may not have the same sample
        return None
    match column.type:
        case "TEXT" if column.name in WORDS:
            return random.choice(WORDS[column.name])
        case "SELECT" | "RATING" | "MULTI_SELECT" if column.options:
            chosen = random.choice(column.options)
            return [chosen] if column.type == "MULTI_SELECT" else chosen
        case "UUID" if not column.nullable:
            return str(uuid.UUID(int=random.getrandbits(128), version=4))
        case "FILES" | "TS_VECTOR" | "UUID" | "SELECT" | "MULTI_SELECT":
            return None
        case kind:
            return random.choice(FIELD_TYPES[kind].sample) if kind in FIELD_TYPES else None


def _stored(store: Store, of: ServerObject, body: Mapping[str, Any]) -> dict[str, Any]:
    """Create a record, and before it those that it refers to."""
    # A soft-deleted record would be missing from the lists of a test that counts. Servers refuse null for positions.
    without_options = {column.name for column in of.columns.values() if column.type in _SELECTS and not column.options}
    left_out = {*of.to_one, "deletedAt", *without_options}
    body = {name: value for name, value in body.items() if name not in left_out and value is not None}
    for column in of.to_one.values():
        target, record_id = store.object_named(column.target), body.get(column.name)
        if target and record_id and store.find(target, record_id) is None:
            sample = next(_bodies(target, int(record_id[:8], 16)))
            if target.singular == "company":
                sample["name"] = str(body.get("name") or "").partition(":")[0]
            store.create(target, [{**sample, "id": record_id}])
    return store.create(of, [body])[0]
