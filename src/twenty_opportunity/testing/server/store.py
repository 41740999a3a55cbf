"""The records of a server in memory, and the operations on them."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.testing.server.errors import missing_record, refusal
from twenty_opportunity.testing.server.javascript import text_of
from twenty_opportunity.testing.server.objects import Column, Path, Row, ServerObject, Test, flattened, foreign_key
from twenty_opportunity.testing.server.written import is_empty, is_written_uuid, shown, write
from twenty_opportunity.values.object_names import capitalized
from twenty_opportunity.values.python_json import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

KEY_NAME: Final = "Test key"
_CALLER: Final[Mapping[str, Any]] = {"source": "API", "workspaceMemberId": None, "name": KEY_NAME, "context": {}}
_MOST_UPDATED: Final = 200
_UNREPORTED: Final = frozenset({"updatedAt", "updatedBy", "searchVector"})  # changes that events leave out


@attrs.frozen
class Event:
    """
    Something that happened to a record.

    Attributes:
        object: The object of the record.
        action: created, updated, deleted, restored or destroyed.
        record: The record as the server sends it.
        updated_fields: The fields that changed.
    """

    object: ServerObject
    action: str
    record: dict[str, Any]
    updated_fields: tuple[str, ...] | None = None


class Store:
    """
    The records of every object.

    Args:
        objects: The objects by plural name.
        clock: Returns the present, in microseconds since 1970.
    """

    def __init__(self, objects: Mapping[str, ServerObject], clock: Callable[[], int]) -> None:
        self.objects = objects
        self.events: list[Event] = []
        self._clock = clock
        self._rows: dict[str, dict[str, Row]] = {of.singular: {} for of in objects.values()}
        self._by_singular = {of.singular: of for of in objects.values()}
        self._random = Random(0)  # noqa: S311 - the same ids in every run of a test

    # Reading

    def object_named(self, singular: str | None) -> ServerObject | None:
        """Return an object by its singular name."""
        return self._by_singular.get(singular or "")

    def related(self, column: Column, row: Row) -> Row | None:
        """Return the record that a column refers to, unless it is soft-deleted."""
        found = self._rows.get(column.target or "", {}).get(row[column.name])
        return found if found and found["deletedAt"] is None else None

    def value(self, path: Path, row: Row | None) -> Any:
        """Return the stored value at a path from a record; None without a record there."""
        for column in path[:-1]:
            row = self.related(column, row) if row else None
        return path[-1].value(row)

    def rows(self, of: ServerObject, test: Test | None = None, *, deleted: bool = True) -> list[Row]:
        """List records that meet a condition; soft-deleted ones, too, unless they are hidden."""
        return [
            row
            for row in self._rows[of.singular].values()
            if (deleted or row["deletedAt"] is None) and (test is None or test(row) is True)
        ]

    def one(self, of: ServerObject, record_id: str, *, deleted: bool = False) -> Row:
        """Return a record by its id, or refuse the id."""
        row = self._rows[of.singular].get(record_id)
        if row is None or (row["deletedAt"] is not None and not deleted):
            raise missing_record()
        return row

    def find(self, of: ServerObject, record_id: str) -> Row | None:
        """Return a record by its id."""
        return self._rows[of.singular].get(record_id)

    def shown(self, of: ServerObject, row: Row, depth: int = 0) -> dict[str, Any]:
        """Return a record as the server sends it, at depth 1 with the records that it refers to."""
        record = {name: shown(column, row[name]) for name, column in of.columns.items()}
        if "searchVector" in record:
            record["searchVector"] = _search_vector(row)
        if not depth:
            return record
        for name, column in of.to_one.items():
            found, target = self.related(column, row), self.object_named(column.target)
            record[name] = self.shown(target, found) if found and target else None
            if record[name] is None and target:
                record[column.name] = None  # a soft-deleted record looks like none
        for name, inverse in of.relations.items():
            known = self.referring(row, inverse)
            record[name] = [self.shown(known[0], each) for each in known[1]] if known else []
        return record

    def referring(self, row: Row, inverse: tuple[str, str] | None) -> tuple[ServerObject, list[Row]] | None:
        """Return the object and the records, none soft-deleted, that refer to a record; None if that is not known."""
        other = self.object_named(inverse[0]) if inverse else None
        if inverse is None or other is None:
            return None
        return other, self.rows(other, lambda each: each[inverse[1]] == row["id"], deleted=False)

    # Writing

    def create(self, of: ServerObject, bodies: Sequence[Mapping[str, Any]], *, upsert: bool = False) -> list[Row]:
        """Create records, all or none; with `upsert` update those that exist. The order is that of the server."""
        now = self._clock()
        written = [self.written(of, body, None) for body in bodies]
        known = [self._known(of, each) if upsert else None for each in written]
        matched: dict[str, Row] = {}
        new: list[Row] = []
        for body, values, row in zip(bodies, written, known, strict=True):
            if row is None:
                new.append(values)
                continue
            before = matched.get(row["id"], row)
            changes = self._changes(of, body, before)
            matched[row["id"]] = {**before, "deletedAt": None, **self._stamped(changes, now)}
        new.sort(key=_kind_of_position)
        rows = [self._completed(of, values, now) for values in self._positioned(of, new)]
        self._check(of, [*matched.values()], rows)
        for row in matched.values():
            self._replace(of, row, composites=False)  # the events of an upsert leave them out
        for row in rows:
            self._rows[of.singular][row["id"]] = row
            if row["deletedAt"] is None:
                self._report(of, "created", row)
        return [*matched.values(), *rows]

    def update(
        self, of: ServerObject, rows: Sequence[Row], body: Mapping[str, Any], test: Test | None = None
    ) -> list[Row]:
        """Change records, all or none. Events leave out those that no longer meet the condition, if one is given."""
        if len(rows) > _MOST_UPDATED:
            message = f"Cannot update more than {_MOST_UPDATED} records at once"
            raise refusal(message, error="Error", code="TOO_MANY_RECORDS_TO_UPDATE")
        now = self._clock()
        changed: list[Row] = []
        for row in rows:
            changes = self._changes(of, body, row)
            changed.append({**row, **self._stamped(changes, now)})
            if changed[-1]["id"] not in (None, row["id"]):
                key = foreign_key("timelineActivity", f"target{capitalized(of.singular)}Id")
                raise refusal(
                    f'update or delete on table "{of.table}" violates foreign key constraint "{key}" on table '
                    '"timelineActivity"'
                )
        self._check(of, changed)
        for row in changed:
            self._replace(of, row, silent=test is not None and test(row) is not True)
        return changed

    def check_body(self, of: ServerObject, body: Mapping[str, Any]) -> None:
        """Refuse a body as an update of any record would."""
        self.written(of, body, {name: self._empty(column) for name, column in of.columns.items()})

    def delete(self, of: ServerObject, rows: Iterable[Row]) -> list[Row]:
        """Soft-delete records; those that already are get a new time."""
        now = self._clock()
        changed = [{**row, **self._stamped({"deletedAt": now}, now)} for row in rows]
        for row in changed:
            self._put(of, row)
            self._report(of, "deleted", row, ("deletedAt",))
        return changed

    def restore(self, of: ServerObject, rows: Iterable[Row], test: Test | None) -> list[Row]:
        """
        Restore soft-deleted records.

        The server then looks for the records with the same filter. It neither answers nor reports those that it no
        longer finds, such as all of them if the filter asks for deleted ones.
        """
        now = self._clock()
        found: list[Row] = []
        for row in rows:
            after = {**row, **self._stamped({"deletedAt": None}, now)}
            self._put(of, after)
            if test is None or test(after) is True:
                found.append(after)
                if row["deletedAt"] is not None:
                    self._report(of, "restored", after, ("deletedAt",))
        return found

    def destroy(self, of: ServerObject, rows: Sequence[Row]) -> None:
        """Remove records; records that refer to them lose the reference. Several make one event, as on a server."""
        for row in rows:
            del self._rows[of.singular][row["id"]]
            self._forget(of, row["id"], None)
        for row in rows[:1]:
            self._report(of, "destroyed", row)

    def merge(self, of: ServerObject, ids: Sequence[str], priority: int, *, dry: bool) -> Row:
        """Merge records into the one of the priority, which takes what it lacks from the others."""
        rows = {each: self.one(of, each) for each in ids}
        kept = rows.pop(ids[priority])
        others = rows.values()
        now = self._clock()
        merged = dict(kept)
        for name in of.columns:
            if is_empty(merged[name]) and name != "deletedAt":
                merged[name] = next((row[name] for row in others if not is_empty(row[name])), merged[name])
        if dry:
            return {**merged, "id": self._new_id(), "deletedAt": now}
        for row in others:
            del self._rows[of.singular][row["id"]]
            self._forget(of, row["id"], kept["id"])
            self._report(of, "destroyed", row)
        self._replace(of, {**merged, "updatedAt": now, "updatedBy": dict(_CALLER)})
        return self._rows[of.singular][kept["id"]]

    def duplicates(self, of: ServerObject, values: Row, but: str | None) -> list[Row]:
        """List the records that have the values of a criterion in common with another."""
        columns = flattened(of.columns.values())
        criteria = [[columns[name] for name in names] for names in of.duplicate_criteria]

        def is_duplicate(row: Row) -> bool:
            return row["id"] != but and any(
                all(each.value(values) is not None and each.value(values) == each.value(row) for each in criterion)
                for criterion in criteria
            )

        return [row for row in self.rows(of, deleted=False) if is_duplicate(row)]

    @contextmanager
    def all_or_nothing(self) -> Generator[None]:
        """Undo the records and events of a block that raises. Rows are replaced, and never changed."""
        rows, events = {name: dict(rows) for name, rows in self._rows.items()}, [*self.events]
        try:
            yield
        except BaseException:
            self._rows, self.events = rows, events
            raise

    # Parts of writing

    def written(self, of: ServerObject, body: Mapping[str, Any], before: Row | None) -> Row:
        """Return the columns that a body writes, or refuse it."""
        found: Row = {}
        relations = of.to_one
        creating = before is None
        for name, value in body.items():
            if name in relations:
                self._connect(of, relations[name], value, body, found, creating=creating)
                continue
            if name in of.relations:
                raise refusal(f"One-to-many relation {name} field does not support write operations.")
            column = of.column_named(name)
            if creating and name == "id" and value not in (None, "", False) and not is_written_uuid(value):
                message = f'Value "{text_of(value)}" is not a valid UUID'
                raise refusal(message, error="Error", code="INVALID_QUERY_INPUT")
            if column.relation and name in found:
                continue  # connected
            if creating and name == "createdBy" and value is None:
                continue
            stored = before[name] if before else self._empty(column)
            found[name] = write(column, value, stored, creating=creating)
        return found

    def _changes(self, of: ServerObject, body: Mapping[str, Any], before: Row) -> Row:
        """Return the columns that an update changes, its position resolved."""
        changes = self.written(of, body, before)
        return self._positioned(of, [changes])[0] if "position" in changes else changes

    def _empty(self, column: Column) -> Any:
        """Return what a new record has before anything is written: the default, or nothing."""
        if column.subfields:
            default: dict[str, Any] = column.default or {}
            return {name: default.get(name) for name in column.subfields}
        return column.default

    def _connect(  # noqa: PLR0913 - one call
        self, of: ServerObject, column: Column, value: Any, body: Mapping[str, Any], found: Row, *, creating: bool
    ) -> None:
        """Resolve `connect` and `disconnect`."""
        name, given = column.relation, value if is_dict(value) else {}
        disconnect, where = given.get("disconnect"), _condition(given.get("connect"))
        if not is_dict(given.get("connect")) and disconnect is None:
            raise refusal(f'Relation "{name}" requires connect or disconnect operation')
        if where and isinstance(disconnect, bool):
            raise refusal("Cannot have both connect and disconnect for the same field on undefined.")
        if disconnect is True:
            found[column.name] = None
        elif where:
            if body.get(column.name) is not None:
                raise refusal(f"{name} and {column.name} cannot be both provided.")
            found[column.name] = self._connected(column, where)
        elif not creating and given != {"disconnect": False}:
            lacking = f"{name}.{'connect' if 'connect' in given else 'disconnect'}"
            raise refusal(f'Property "{lacking}" was not found in "{of.singular}". Make sure your query is correct.')

    def _connected(self, column: Column, where: Mapping[str, Any]) -> str | None:
        target = self.object_named(column.target)
        by_id = where.get("id")
        if by_id is not None:
            if not is_written_uuid(by_id):
                raise refusal(f'invalid input syntax for type uuid: "{by_id}"')
            found = [row for row in self.rows(target) if row["id"] == by_id.lower()] if target else []
            searched = f"id = {by_id}"
        else:
            unique = (
                [each for each in target.columns.values() if each.unique and where.get(each.name)] if target else []
            )
            if target is None or not unique:
                raise refusal(
                    "Missing required fields: at least one unique constraint have to be fully populated for "
                    f"'{column.relation}'."
                )
            key = unique[0]
            wanted = where[key.name]
            sub = key.identifying.name.partition(".")[2]
            wanted = wanted.get(sub) if sub and is_dict(wanted) else wanted
            searched = f"{key.name}{capitalized(sub)} = {wanted}"
            compared = wanted.lower() if key.type == "EMAILS" and isinstance(wanted, str) else wanted
            found = [row for row in self.rows(target) if key.identifying.value(row) == compared]
        if len(found) != 1:
            raise refusal(f"Expected 1 record to connect to {column.relation}, but found {len(found)} for {searched}")
        return str(found[0]["id"])

    def _known(self, of: ServerObject, values: Row) -> Row | None:
        """Find the record that an upsert means: by its id, or by a unique value."""
        found = self._rows[of.singular].get(values.get("id") or "")
        for column in of.columns.values():
            if found is None and column.unique and column.name in values:
                wanted = column.identifying.value(values)
                matches = (row for row in self.rows(of) if column.identifying.value(row) == wanted)
                found = None if wanted is None else next(matches, None)
        return found

    def _positioned(self, of: ServerObject, rows: list[Row]) -> list[Row]:
        """Return new records with their positions."""
        if "position" not in of.columns:
            return rows
        numbers = [row["position"] for row in rows if not isinstance(row.get("position", "first"), str)]
        taken = [row["position"] for row in self._rows[of.singular].values() if row["deletedAt"] is None]
        taken += numbers
        found: list[Row] = []
        for row in rows:
            position = row.get("position", "first")
            if position == "first":
                position = min(taken) - 1 if taken else 0
            elif position == "last":
                position = max(taken) + 1 if taken else 2
            taken.append(position)
            found.append({**row, "position": position})
        return found

    def _completed(self, of: ServerObject, values: Row, now: int) -> Row:
        """Return a new record with its defaults."""
        row: Row = {}
        made = {"createdAt": "now", "updatedAt": "now", "id": "uuid"}
        for name, column in of.columns.items():
            value = values[name] if name in values else made.get(name) or self._empty(column)
            if value == "now" and column.type == "DATE_TIME":
                value = now
            elif value == "uuid" and column.type == "UUID":
                value = self._new_id()
            row[name] = value
        if "createdBy" in row:
            by = row["createdBy"] if "createdBy" in values else _CALLER
            row["createdBy"] = {**by, "name": by["name"] or KEY_NAME}
        if "updatedBy" in row:
            row["updatedBy"] = dict(_CALLER)
        return row

    def _stamped(self, changes: Row, now: int) -> Row:
        return {"updatedAt": now, **changes, "updatedBy": dict(_CALLER)}

    def _check(self, of: ServerObject, changed: Sequence[Row], new: Sequence[Row] = ()) -> None:
        """Refuse records that break a constraint of the database."""
        rows = [*changed, *new]
        for row in rows:
            for column in of.columns.values():
                self._check_null(of, column, row[column.name])
        stored = self._rows[of.singular]
        if len({row["id"] for row in rows}) < len(rows) or any(row["id"] in stored for row in new):
            raise refusal("A duplicate entry was detected")
        for column in of.columns.values():
            if column.unique:
                self._check_unique(of, column, rows)
        for row in rows:
            for column in of.to_one.values():
                record_id, known = row[column.name], self._rows.get(column.target or "")
                # The metadata may lack the other object.
                if known is not None and record_id is not None and record_id not in known:
                    key = foreign_key(of.table, column.name)
                    raise refusal(f'insert or update on table "{of.table}" violates foreign key constraint "{key}"')

    def _check_null(self, of: ServerObject, column: Column, value: Any) -> None:
        if column.nullable:
            return
        name = column.name
        if column.type == "ACTOR":
            missing = next((sub for sub in ("source", "name") if value[sub] is None), None)
            name = f"{name}{capitalized(missing)}" if missing else name
            value = missing is None or None
        if value is None:
            raise refusal(f'null value in column "{name}" of relation "{of.table}" violates not-null constraint')

    def _check_unique(self, of: ServerObject, column: Column, rows: Sequence[Row]) -> None:
        values = [value for row in rows if (value := column.identifying.value(row)) is not None]
        if not values:
            return
        written = {row["id"] for row in rows}
        others = (column.identifying.value(row) for row in self.rows(of) if row["id"] not in written)
        if len({*values}) < len(values) or not {*values}.isdisjoint(others):
            raise refusal("A duplicate entry was detected")

    def _replace(self, of: ServerObject, row: Row, *, composites: bool = True, silent: bool = False) -> None:
        """Store a changed record, and report what changed."""
        before = self._rows[of.singular][row["id"]]
        self._put(of, row)
        fields: list[str] = []
        for name, column in of.columns.items():
            if name not in _UNREPORTED and row[name] != before[name] and (composites or not column.subfields):
                fields += [column.relation, name] if column.relation else [name]
        if fields and not silent:
            self._report(of, "updated", row, tuple(fields))

    def _put(self, of: ServerObject, row: Row) -> None:
        rows = self._rows[of.singular]
        rows.pop(row["id"], None)  # the database answers changed records last
        rows[row["id"]] = row

    def _forget(self, of: ServerObject, record_id: str, instead: str | None) -> None:
        """Replace the references to a record, without an event and without a new time of update."""
        for other in self.objects.values():
            for column in other.to_one.values():
                if column.target == of.singular:
                    for row in [row for row in self.rows(other) if row[column.name] == record_id]:
                        self._rows[other.singular][row["id"]] = {**row, column.name: instead}

    def _report(self, of: ServerObject, action: str, row: Row, fields: tuple[str, ...] | None = None) -> None:
        self.events.append(Event(of, action, self.shown(of, row), fields))

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


def _kind_of_position(values: Row) -> int:
    """Order a batch as servers do: records without a position, then those to the end, then numbers."""
    position = values.get("position", "first")
    return 0 if position == "first" else 1 if position == "last" else 2


def _condition(connect: Any) -> Mapping[str, Any]:
    """Return the condition of a connection; an empty one unless all its values are texts or have only texts."""
    where = connect.get("where") if is_dict(connect) else None
    found = {str(index): each for index, each in enumerate(where)} if is_list(where) else where
    if not is_dict(found):
        return {}
    values = ([*each.values()] if is_dict(each) else each if is_list(each) else [each] for each in found.values())
    return found if all(isinstance(text, str) for texts in values for text in texts) else {}


def _search_vector(row: Row) -> str:
    """Return the words of a record's name, as the server indexes them."""
    name = row.get("name")
    words = (" ".join(filter(None, name.values())) if is_dict(name) else name or "").lower().split()
    return " ".join(sorted(f"'{word}':{at}" for at, word in enumerate(words, 1)))
