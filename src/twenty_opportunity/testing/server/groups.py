"""Groups of records and their aggregates, as `groupBy` has them."""

from __future__ import annotations

import datetime as dt
import functools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from twenty_opportunity.testing.server.errors import data_refusal, refusal, unimplemented
from twenty_opportunity.testing.server.objects import Column, Path, Row, ServerObject, flattened
from twenty_opportunity.testing.server.queries import DIRECTIONS, JSON, sort_key, sorted_with_nulls
from twenty_opportunity.testing.server.written import EPOCH, is_empty, shown
from twenty_opportunity.values.object_names import capitalized
from twenty_opportunity.values.python_json import is_dict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twenty_opportunity.testing.server.store import Store

_UNITS: Final = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
_PARTS: Final[Mapping[str, Callable[[dt.datetime], str]]] = {
    "DAY_OF_THE_WEEK": lambda moment: moment.strftime("%A"),
    "MONTH_OF_THE_YEAR": lambda moment: moment.strftime("%B"),
    "QUARTER_OF_THE_YEAR": lambda moment: f"Q{(moment.month + 2) // 3}",
}
_AGGREGATE: Final = re.compile(
    "(?P<kind>countNotEmpty|countEmpty|countUniqueValues|countTrue|countFalse|percentageNotEmpty|percentageEmpty|"
    "sum|avg|min|max)(?P<field>[A-Z].*)"
)
_NUMBERS: Final = frozenset({"NUMBER", "NUMERIC", "POSITION"})
_MOMENTS: Final = frozenset({"DATE", "DATE_TIME"})
Dimension: TypeAlias = tuple[Path, Callable[[Any], Any]]
"""The column that records are grouped by, and a function from a stored value to that of its group."""


def parse_groups(groups: Any, of: ServerObject, store: Store) -> list[tuple[str, Dimension]]:
    """Read the dimensions of groups, such as `[{"stage": true}]`, by name."""
    return [(name, _dimension(name, how, of, store)) for group in groups for name, how in group.items()]


def grouped(
    rows: Iterable[Row],
    dimensions: Sequence[tuple[str, Dimension]],
    orders: Sequence[Mapping[str, Any]],
    store: Store,
) -> list[tuple[list[Any], list[Row]]]:
    """Group records: the values of each group, with its records; ordered as in `[{"stage": "AscNullsFirst"}]`."""
    groups: dict[str, tuple[list[Any], list[Row]]] = {}
    for row in rows:
        try:
            values = [group(store.value(path, row)) for _, (path, group) in dimensions]
        except OverflowError:
            raise unimplemented("periods that begin or end outside of the years 1 to 9999") from None
        groups.setdefault(json.dumps(values), (values, []))[1].append(row)
    found = [*groups.values()]
    names = [name for name, _ in dimensions]
    for name, how in reversed([item for order in orders for item in order.items()]):
        direction = how.get("orderBy", "AscNullsFirst") if is_dict(how) else how
        if name not in names or direction not in DIRECTIONS:
            raise unimplemented(f"groups ordered by {name} {direction}")
        at = names.index(name)

        def key(group: tuple[list[Any], list[Row]], at: int = at) -> str | None:
            return None if group[0][at] is None else str(group[0][at])

        found = sorted_with_nulls(found, key, direction)
    return found


def _dimension(name: str, how: Any, of: ServerObject, store: Store) -> Dimension:
    relation = of.to_one.get(name)
    target = store.object_named(relation.target) if relation else None
    if relation and target and is_dict(how) and how:
        inner, inside = next(iter(how.items()))
        path, group = _dimension(inner, inside, target, store)
        return (relation, *path), group
    column = of.columns.get(name)
    if column is None:
        raise refusal(f"Unidentified field in groupBy: {name}", error="Error", code="INVALID_QUERY_INPUT")
    if column.subfields and is_dict(how) and how and how.keys() <= column.subfields.keys():
        sub = next(iter(how))
        return (column.subfields[sub],), lambda value: value
    granularity: Any = how.get("granularity", "") if is_dict(how) else "NONE"
    known = {"NONE", *_UNITS, *_PARTS} if column.type in _MOMENTS else {"NONE"}
    if not isinstance(granularity, str) or granularity not in known:
        raise refusal(f'Field "{name}" does not support nested subfields in groupBy')
    if is_dict(how) and granularity in _UNITS and not how.get("timeZone"):
        raise refusal("Time zone should be specified for a group by date on Day, Week, Month, Quarter or Year")
    if granularity == "NONE":
        return (column,), lambda value: shown(column, value) if column.type == "DATE_TIME" else value
    return (column,), functools.partial(_period, granularity, how)


def _period(granularity: str, how: Mapping[str, Any], value: int | str | None) -> str | None:
    """Return the period that an instant or a day is in: the day on which it begins, or its name."""
    if value is None:
        return None
    try:
        zone = ZoneInfo(how.get("timeZone") or "UTC")
    except (OSError, TypeError, ValueError, ZoneInfoNotFoundError):  # OSError for the name of a folder
        raise refusal(f'time zone "{how.get("timeZone")}" not recognized') from None
    if isinstance(value, str):  # a day, which has no time zone
        moment = dt.datetime.fromisoformat(value)
    else:
        moment = (EPOCH + dt.timedelta(microseconds=value)).astimezone(zone)
    if granularity in _PARTS:
        return _PARTS[granularity](moment)
    day = moment.date()
    if granularity == "WEEK":
        first = {"SUNDAY": 1, "SATURDAY": 2}.get(str(how.get("weekStartDay")), 0)
        day -= dt.timedelta(days=(day.weekday() + first) % 7)
    elif granularity == "MONTH":
        day = day.replace(day=1)
    elif granularity == "QUARTER":
        day = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    elif granularity == "YEAR":
        day = day.replace(month=1, day=1)
    return day.isoformat()


def parse_aggregates(names: Iterable[str], of: ServerObject) -> dict[str, Callable[[list[Row]], Any]]:
    """Return, for each name such as `sumAmountAmountMicros`, a function from the records of a group to its value."""
    columns = {capitalized(name): column for name, column in flattened(of.columns.values()).items()}
    found: dict[str, Callable[[list[Row]], Any]] = {}
    unknown: list[str] = []
    for name in names:
        match = _AGGREGATE.fullmatch(name)
        column = columns.get(match["field"]) if match else None
        if match and column and _has(column, match["kind"]):
            found[name] = functools.partial(_aggregate, match["kind"], column)
        else:
            unknown.append(name)
    if unknown:
        raise refusal(f"Unknown aggregate field(s): {', '.join(unknown)}")
    return found


def _has(column: Column, kind: str) -> bool:
    """Check whether a column has an aggregate of a kind."""
    if kind in {"sum", "avg"}:
        return column.type in _NUMBERS
    return kind not in {"min", "max"} or not (column.subfields or column.type in JSON)


def _aggregate(kind: str, column: Column, rows: list[Row]) -> Any:
    """Return the value of an aggregate, as text where the database has an exact number."""
    values = [column.value(row) for row in rows]
    filled = [value for value in values if not is_empty(value)]
    match kind:
        case "countNotEmpty":
            return str(len(filled))
        case "countEmpty":
            return str(len(values) - len(filled))
        case "countUniqueValues":
            return str(len({json.dumps(value) for value in filled}))
        case "countTrue" | "countFalse":
            return str(sum(value is (kind == "countTrue") for value in values))
        case "percentageNotEmpty":
            return _quotient(len(filled), len(values))
        case "percentageEmpty":
            return _quotient(len(values) - len(filled), len(values))
        case _ if not filled:
            return None
        case "sum" | "avg" if column.type == "NUMERIC":
            with localcontext(prec=_PRECISION):
                total = sum(Decimal(repr(value)) for value in filled)
            return f"{total:f}" if kind == "sum" else _quotient(Decimal(total), len(filled))
        case "sum" | "avg":
            total = sum(filled)
            if not math.isfinite(total):  # the database has doubles
                raise data_refusal()
            return total / (len(filled) if kind == "avg" else 1)
        case _:
            best = (min if kind == "min" else max)(filled, key=lambda value: sort_key(column, value))
            return str(best) if column.type == "NUMERIC" else shown(column, best)


_PRECISION: Final = 700  # more digits than any double and its places have


def _quotient(dividend: Decimal | int, divisor: int) -> str:
    """Divide as PostgreSQL does, with at least 16 significant digits."""
    wholes = [abs(int(each)) for each in (dividend, divisor)]
    weights = [(len(str(whole)) - 1) // 4 for whole in wholes]
    firsts = [whole // 10000**weight for whole, weight in zip(wholes, weights, strict=True)]
    weight = weights[0] - weights[1] - (firsts[0] <= firsts[1])
    with localcontext(prec=_PRECISION):
        places = Decimal(1).scaleb(-max(16 - 4 * weight, 0))
        return f"{(Decimal(dividend) / Decimal(divisor)).quantize(places, ROUND_HALF_UP):f}"
