"""Filters, orders and pages, as the REST and GraphQL APIs have them."""

from __future__ import annotations

import base64
import functools
import json
import math
import operator
import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from twenty_opportunity.testing.server.errors import RefusalError, data_refusal, refusal, unimplemented
from twenty_opportunity.testing.server.javascript import number_of, text_of
from twenty_opportunity.testing.server.objects import Column, Path, Row, ServerObject, Test
from twenty_opportunity.testing.server.store import Store
from twenty_opportunity.testing.server.written import instant, shown, write
from twenty_opportunity.values.python_json import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

ItemT = TypeVar("ItemT")

_COMPARATORS: Final = (
    "eq", "neq", "in", "containsAny", "is", "gt", "gte", "lt", "lte", "startsWith", "endsWith", "like", "ilike",
)  # fmt: skip
_OF_LISTS: Final = frozenset({"in", "containsAny"})
_ORDERED: Final = ("eq", "neq", "gt", "gte", "lt", "lte", "in", "is")
_CONTAINS: Final = ("containsAny", "is", "isEmptyArray")
_OPERATORS: Final[Mapping[str, tuple[str, ...]]] = {
    "TEXT": (*_ORDERED, "like", "ilike", "startsWith", "endsWith"),
    "SELECT": (*_ORDERED[:-1], *_CONTAINS),
    "RATING": (*_ORDERED[:-1], *_CONTAINS),
    "MULTI_SELECT": _CONTAINS,
    "ARRAY": _CONTAINS,
    "RAW_JSON": ("is", "like"),
    "TS_VECTOR": ("eq", "neq", "in", "is"),
    "FILES": ("is", "like"),
    "BOOLEAN": ("eq", "neq", "is"),
}
_LEAF: Final = re.compile(r"(?P<path>[^\[\]]*)\[(?P<comparator>[^\[\]]*)\]:(?P<value>.*)", re.DOTALL)
_CONJUNCTION: Final = re.compile(r"(?P<name>and|or|not)\((?P<inside>.*)\)", re.DOTALL)
_DIRECTION: Final = re.compile(r"(?P<name>.*)\[(?P<direction>[^\]]*)\]")
_MOST_CONJUNCTIONS: Final = 200  # each is split from the text of the one around it
JSON: Final = frozenset({"FILES", "RAW_JSON"})
_json_text: Final = functools.partial(json.dumps, ensure_ascii=False)
DIRECTIONS: Final = ("AscNullsFirst", "AscNullsLast", "DescNullsFirst", "DescNullsLast")


# Filters


def parse_filter(text: str, of: ServerObject, store: Store) -> tuple[Test, bool]:
    """
    Read a filter of REST, such as `stage[eq]:NEW,amount.amountMicros[gte]:1000000`.

    Returns the condition, and whether it mentions `deletedAt`, which shows soft-deleted records.
    """
    if text.count("(") > _MOST_CONJUNCTIONS:
        raise unimplemented(f"filters with more than {_MOST_CONJUNCTIONS} conjunctions")
    reader = _FilterReader(of, store)
    return reader.parsed("and", text), reader.mentions_deleted


def structured_filter(given: Any, of: ServerObject, store: Store) -> tuple[Test | None, bool]:
    """
    Read a filter of GraphQL, such as `{"amount": {"amountMicros": {"gte": 1000000}}}`.

    Returns the condition, None for an empty filter, and whether it mentions `deletedAt`.
    """
    reader = _FilterReader(of, store)
    return reader.structured(given), reader.mentions_deleted


@attrs.define
class _FilterReader:
    """Reads one filter of an object."""

    of: ServerObject
    store: Store
    mentions_deleted: bool = False

    def parsed(self, name: str, inside: str) -> Test:
        """Read a conjunction of REST."""
        parts = [*_split(inside)]
        if parts == [""]:
            raise refusal(f"'filter' invalid for '{name}()'. eg: price[gte]:10")
        tests: list[Test] = []
        for part in parts:
            match = _CONJUNCTION.fullmatch(part)
            tests.append(self.parsed(match["name"], match["inside"]) if match else self._leaf(part))
        if name == "not" and len(tests) > 1:
            raise refusal("'filter' invalid. 'not' conjunction should contain only 1 condition. eg: not(field[eq]:1)")
        return _joined(name, tests)

    def structured(self, given: Any) -> Test | None:
        """Read an object of GraphQL."""
        tests: list[Test] = []
        if not is_dict(given):
            raise unimplemented("a filter that is not an object")
        for name, value in given.items():
            if name not in {"and", "or", "not"}:
                tests.append(self._condition([name], value))
                continue
            if name != "not" and not is_list(value):
                raise unimplemented(f"{name} that is not a list")
            inside = [each for part in ([value] if name == "not" else value) if (each := self.structured(part))]
            tests += [_joined(name, inside)] if inside else []
        return _joined("and", tests) if tests else None

    def _leaf(self, text: str) -> Test:
        match = _LEAF.fullmatch(text)
        if match is None or not match["value"]:
            raise refusal(f"'filter' invalid for '{text}'. eg: price[gte]:10")
        comparator, value = match["comparator"], match["value"]
        if comparator not in _COMPARATORS:
            raise refusal(f"'filter' invalid for '{text}', comparator {comparator} not in {', '.join(_COMPARATORS)}")
        wanted: Any = _unquoted(value)
        if comparator in _OF_LISTS:
            if value[0] != "[" or value[-1] != "]":
                raise refusal(
                    f"'filter' invalid for '{comparator}' operator. Received '{value}' but array value expected "
                    "eg: 'field[in]:[value_1,value_2]'"
                )
            wanted = [_unquoted(each) for each in _split(value[1:-1])]
        return self._condition([*match["path"].split("."), comparator], wanted)

    def _condition(self, names: list[str], value: Any) -> Test:
        """Read the condition of a field, whose operator is the last name, or below it in GraphQL."""
        while is_dict(value) and len(value) == 1:
            [(name, value)] = value.items()
            names.append(name)
        try:
            path = _filter_path([] if is_dict(value) else names, self.of, self.store)
        except ValueError:  # an operator is missing, or there are several
            message = f'Filter for field "{names[0]}" must have exactly one operator'
            raise refusal(message, code="INVALID_ARGS_FILTER") from None
        if is_list(value) != (names[-1] in _OF_LISTS):
            raise unimplemented(f"the operator {names[-1]} with this value")
        self.mentions_deleted |= path[0].name == "deletedAt"
        wanted = [text_of(each) for each in value] if is_list(value) else text_of(value)
        return _compared(path, names[-1], wanted, self.of, self.store)


def _joined(name: str, tests: Sequence[Test]) -> Test:
    """Combine conditions."""
    if name == "not":
        return lambda row: None if (found := tests[0](row)) is None else not found
    stop = name == "or"

    def test(row: Row) -> bool | None:
        found = [each(row) for each in tests]
        return stop if stop in found else None if None in found else not stop

    return test


def _split(text: str) -> Iterator[str]:
    """Split at the commas outside of brackets and quotes."""
    depth, quoted, start = 0, False, 0
    for at, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif not quoted and character in "([":
            depth += 1
        elif not quoted and character in ")]":
            depth -= 1
        elif character == "," and not quoted and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _filter_path(names: list[str], of: ServerObject, store: Store) -> Path:
    """Find the column that a filter names; the last name is the comparator."""
    columns: list[Column] = []
    name, *names = names
    while (relation := of.to_one.get(name)) and (target := store.object_named(relation.target)):
        columns.append(relation)
        of = target
        name, *names = names
    if name in of.relations:
        raise refusal(f'Cannot filter by relation field "{name}"')
    column = of.column_named(name)
    if column.subfields:
        sub, *names = names
        if sub not in column.subfields:
            raise refusal(f'Sub field "{sub}" not found for composite type: {column.type}')
        column = column.subfields[sub]
    comparator, *below = names
    allowed = _OPERATORS.get(column.type, _ORDERED)
    if comparator not in allowed:
        raise refusal(
            f'Operator "{comparator}" is not valid for field "{column.name}" of type {column.type} - '
            f"Allowed operators: {', '.join(allowed)}"
        )
    if below:
        raise unimplemented(f"a filter below the operator {comparator}")
    return (*columns, column)


def _compared(path: Path, comparator: str, wanted: Any, of: ServerObject, store: Store) -> Test:
    column = path[-1]
    value = functools.partial(store.value, path)
    if comparator == "is":
        if wanted not in {"NULL", "NOT_NULL"}:
            raise refusal('Invalid filter value for "is" operator. Expected "NULL" or "NOT_NULL"')
        return lambda row: (value(row) is None) == (wanted == "NULL")
    if comparator == "containsAny":
        if column.type not in {"MULTI_SELECT", "ARRAY"}:
            raise data_refusal()
        return lambda row: any(each in wanted for each in value(row) or ())
    if comparator in _TEXT_TESTS:
        matches = _TEXT_TESTS[comparator](wanted)
        text = _json_text if column.type in JSON else str
        return lambda row: None if (found := value(row)) is None else matches(text(found))
    if comparator == "eq" and column.type == "TEXT" and wanted in {"", "NULL"}:
        return lambda row: value(row) is None
    read = functools.partial(_filter_value, column, of)
    if comparator == "in":
        if wanted == [""] and column.type == "TEXT":
            return lambda _: False
        keys = [read(each) for each in wanted]
        return lambda row: None if (found := value(row)) is None else sort_key(column, found) in keys
    key = read(wanted)
    compare = _COMPARISONS[comparator]
    return lambda row: None if (found := value(row)) is None else compare(sort_key(column, found), key)


_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def _like(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> Callable[[str], bool]:
    parts = [""]
    for sign in re.findall(r"\\.|.", pattern, re.DOTALL):
        if sign == "%":
            parts.append("")
        else:
            parts[-1] += "." if sign == "_" else re.escape(sign[-1])
    # The first match of each part between two % is as good as any other, so it is never looked for again.
    first, *inner, last = parts if len(parts) > 1 else [parts[0], ""]
    between = "".join(f"(?>.*?{part})" for part in inner)
    expression = first + between + (f".*{last}" if len(parts) > 1 else "")
    compiled = re.compile(expression, re.DOTALL | flags)
    return lambda text: compiled.fullmatch(text) is not None


_TEXT_TESTS: Final[Mapping[str, Callable[[str], Callable[[str], bool]]]] = {
    "like": _like,
    "ilike": lambda pattern: _like(pattern, re.IGNORECASE),
    "startsWith": lambda beginning: lambda text: text.startswith(beginning),
    "endsWith": lambda ending: lambda text: text.endswith(ending),
}


def _filter_value(column: Column, of: ServerObject, text: str) -> Any:
    """Return a value of a filter as `sort_key` returns stored ones, or refuse it."""
    match column.type:
        case "NUMBER" | "NUMERIC" | "POSITION":
            found = number_of(text)
            if found != found:  # noqa: PLR0124 - NaN
                raise refusal(f'Invalid number value NaN for field "{column.name}"')
            return found
        case "UUID" | "DATE_TIME":
            return write(column, text, None, creating=False)
        case "SELECT" | "RATING":
            if text not in column.options:
                kind = f"{of.singular}_{column.name.replace('.source', 'Source')}_enum"
                kind = kind if kind == kind.lower() else f'"{kind}"'
                raise refusal(f'invalid input value for enum workspace.{kind}: "{text}"')
            return column.options.index(text)
        case "BOOLEAN":
            return text == "true"
        case _:
            return text


def sort_key(column: Column, value: Any) -> Any:
    """Return a stored value in a form that compares as in the database: options by their order."""
    return column.options.index(value) if column.type in {"SELECT", "RATING"} and value is not None else value


# Orders and pages


@attrs.frozen
class Order:
    """
    One key of an order.

    Attributes:
        path: The column.
        names: The names that lead to it, which are those of its value in a cursor.
        direction: One of the four directions.
    """

    path: Path
    names: tuple[str, ...]
    direction: str

    @property
    def descending(self) -> bool:
        """Whether large values come first."""
        return self.direction.startswith("Desc")


def parse_order(text: str | None, of: ServerObject, store: Store) -> list[Order]:
    """
    Parse an order, such as `stage,amount.amountMicros[DescNullsLast]`; None for the default.

    The last of its keys is always the id, ascending.
    """
    found: dict[str, Order] = {}
    for item in () if text is None else text.split(","):
        match = _DIRECTION.fullmatch(item)
        name, direction = (match["name"], match["direction"]) if match else (item, "AscNullsFirst")
        if direction not in DIRECTIONS:
            allowed = ", ".join(f"'{each}'" for each in DIRECTIONS)
            raise refusal(
                f"'order_by' direction '{direction}' invalid. Allowed values are {allowed}. "
                "eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3"
            )
        names = tuple(name.split("."))
        path = _order_path(names, of, store)
        if path[-1].type in JSON:
            raise unimplemented(f"an order by the JSON in {name}")
        found[name] = Order(path, names, direction)
    found.pop("id", None)
    return [*found.values(), Order((of.columns["id"],), ("id",), "AscNullsFirst")]


def _order_path(names: tuple[str, ...], of: ServerObject, store: Store) -> Path:
    name, *rest = names
    kind, relation = "Relation", of.to_one.get(name)
    column = of.columns.get(name)
    if column is None and relation is None and name not in of.relations:
        name = ".".join(names)
        raise refusal(f'Field "{name}" does not exist or is not sortable', error="Error", code="FIELD_NOT_FOUND")
    if column is not None and not column.subfields:
        return (column,)
    if not rest:
        kind, nested = ("Composite", "subFieldName") if column else ("Relation", "fieldName")
        what = "subfield" if column else "nested field"
        example = f"{{ {name}: {{ {nested}: 'AscNullsFirst' }} }}"
        message = f'{kind} field "{name}" requires {what} ordering (e.g., {example})'
        raise refusal(message, error="Error", code="INVALID_QUERY_INPUT")
    if column is not None:
        if rest[0] not in column.subfields:
            raise refusal(f"Sub field metadata not found for composite type: {column.type}", error="Error")
        return (column.subfields[rest[0]],)
    target = store.object_named(relation.target if relation else None)
    if relation is None or target is None or rest[0] not in {*target.columns, *target.to_one}:
        message = f'Nested field "{rest[0]}" not found in target object "{target.singular if target else name}"'
        raise refusal(message, error="Error", code="FIELD_NOT_FOUND")
    return (relation, *_order_path(tuple(rest), target, store))


def sorted_with_nulls(items: Iterable[ItemT], key: Callable[[ItemT], Any], direction: str) -> list[ItemT]:
    """Sort, and put the items whose key is None first or last as the direction says; equal ones stay in order."""
    keyed = [(key(item), item) for item in items]
    nulls = [item for found, item in keyed if found is None]
    others = [pair for pair in keyed if pair[0] is not None]
    rest = [item for _, item in sorted(others, key=operator.itemgetter(0), reverse=direction.startswith("Desc"))]
    return nulls + rest if direction.endswith("First") else rest + nulls


def ordered(rows: Iterable[Row], order: Sequence[Order], store: Store) -> list[Row]:
    """Sort records."""
    found = [*rows]
    for each in reversed(order):  # sorting is stable, so the first key comes last

        def key(row: Row, path: Path = each.path) -> Any:
            return sort_key(path[-1], store.value(path, row))

        found = sorted_with_nulls(found, key, each.direction)
    return found


def page(  # noqa: PLR0913 - the parameters of a request
    rows: Sequence[Row],
    order: Sequence[Order],
    store: Store,
    *,
    limit: float,
    after: str | None = None,
    before: str | None = None,
    offset: int = 0,
) -> tuple[list[Row], dict[str, Any]]:
    """Return a page of ordered records, and its `pageInfo`."""
    cursor = before or after
    beyond = _beyond(cursor, order, store, backward=bool(before)) if cursor else None
    candidates = [row for row in rows if beyond is None or beyond(row)][offset:]
    count = math.ceil(limit)
    found = candidates[max(len(candidates) - count, 0) :] if before else candidates[:count]
    more = len(candidates) > limit
    ends = [*reversed(found)] if before else found  # a server reads backward, and its cursors show that
    return found, {
        "startCursor": cursor_of(ends[0], order, store) if ends else None,
        "endCursor": cursor_of(ends[-1], order, store) if ends else None,
        "hasNextPage": more and not before,
        "hasPreviousPage": more and bool(before),
    }


def cursor_of(row: Row, order: Sequence[Order], store: Store) -> str:
    """Return the cursor of a record: base64 of JSON with its values of the order."""
    content: dict[str, Any] = {}
    for each in order:
        if each.path[-1].relation:
            continue  # the server leaves ids of relations out, which makes it lose its place
        inside = content
        for name in each.names[:-1]:
            inside = inside.setdefault(name, {})
        value = store.value(each.path, row)
        inside[each.names[-1]] = shown(each.path[-1], value)
    return base64.b64encode(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()).decode()


def _beyond(cursor: str, order: Sequence[Order], store: Store, *, backward: bool) -> Test | None:
    """
    Return the condition that a record follows a cursor, or precedes it; None if the cursor is as good as none.

    A comparison with null is never true, so records are lost where an order has nulls, as on a real server.
    """
    content = _decoded_cursor(cursor)
    if not content:
        return None
    conditions: list[tuple[Order, Any]] = []
    for each in order:
        value: Any = content
        for name in each.names:
            if not is_dict(value) or name not in value:
                value = _ABSENT
                break
            value = value[name]
        if value is not _ABSENT:
            conditions.append((each, _cursor_key(each.path[-1], value)))
        elif not each.path[-1].relation:
            raise _invalid_cursor()

    def follows(row: Row) -> bool:
        for each, wanted in conditions:
            value = store.value(each.path, row)
            if value is None and wanted == "":
                continue  # the database takes an empty text for null here, too
            if value is None or wanted is None:
                return False
            key = sort_key(each.path[-1], value)
            if key != wanted:
                try:
                    return bool((key > wanted) != (each.descending != backward))
                except TypeError:
                    raise _invalid_cursor() from None
        return False

    return follows


_ABSENT: Final = object()


def _decoded_cursor(cursor: str) -> Any:
    try:
        return json.loads(base64.b64decode(cursor, validate=True) or b"null")
    except ValueError:
        raise refusal(f"Invalid cursor: {cursor}") from None


def _invalid_cursor() -> RefusalError:
    return refusal("Invalid cursor", error="Error", code="INVALID_CURSOR")


def _cursor_key(column: Column, value: Any) -> Any:
    try:
        return instant(value) if isinstance(value, str) and column.type == "DATE_TIME" else sort_key(column, value)
    except ValueError:  # not a time, or not an option
        raise _invalid_cursor() from None
