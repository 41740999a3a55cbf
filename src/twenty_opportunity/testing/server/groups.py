"""Groups of records and their aggregates, as `groupBy` has them."""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from twenty_opportunity.testing.server.errors import refusal, unimplemented
from twenty_opportunity.testing.server.objects import ServerObject, flattened
from twenty_opportunity.testing.server.queries import DIRECTIONS, Path, Records, Row, sort_key
from twenty_opportunity.testing.server.written import instant_text, shown
from twenty_opportunity.values.object_names import capitalized
from twenty_opportunity.values.python_json import is_dict

if TYPE_CHECKING:
    from collections.abc import Iterable

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
Dimension: TypeAlias = tuple[Path, Callable[[Any], Any]]


def parse_groups(groups: Any, of: ServerObject, records: Records) -> list[tuple[str, Dimension]]:
    """
    Read the dimensions of groups.

    Args:
        groups: The decoded parameter, as in `[{"stage": true}]`.
        of: The object that is grouped.
        records: Other records.

    Returns:
        The name of each dimension, its column, and a function from a stored value to that of its group.

    Raises:
        RefusalError: The server refuses the dimensions.
    """
    found: list[tuple[str, Dimension]] = []
    for group in groups:
        for name, how in group.items():
            found.append((name, _dimension(name, how, of, records)))
    return found


def grouped(
    rows: Iterable[Row],
    dimensions: Sequence[tuple[str, Dimension]],
    orders: Sequence[Mapping[str, Any]],
    records: Records,
) -> list[tuple[list[Any], list[Row]]]:
    """
    Group records.

    Args:
        rows: The records.
        dimensions: The dimensions, as `parse_groups` returns them.
        orders: The orders, as in `[{"stage": "AscNullsFirst"}]`.
        records: Other records.

    Returns:
        The values of each group, with its records.

    Raises:
        RefusalError: An order is not implemented.
    """
    groups: dict[str, tuple[list[Any], list[Row]]] = {}
    for row in rows:
        values = [group(path.value(records, row)) for _, (path, group) in dimensions]
        groups.setdefault(json.dumps(values), (values, []))[1].append(row)
    found = [*groups.values()]
    names = [name for name, _ in dimensions]
    for name, how in reversed([item for order in orders for item in order.items()]):
        direction = how.get("orderBy", "AscNullsFirst") if is_dict(how) else how
        if name not in names or direction not in DIRECTIONS:
            raise unimplemented(f"groups ordered by {name} {direction}")
        at = names.index(name)
        nulls = [each for each in found if each[0][at] is None]
        rest = [each for each in found if each[0][at] is not None]
        rest.sort(key=lambda each: str(each[0][at]), reverse=direction.startswith("Desc"))
        found = nulls + rest if direction.endswith("First") else rest + nulls
    return found


def _dimension(name: str, how: Any, of: ServerObject, records: Records) -> Dimension:
    relation = of.to_one.get(name)
    target = records.object_named(relation.target) if relation else None
    if relation and target and is_dict(how) and how:
        inner, inside = next(iter(how.items()))
        path, group = _dimension(inner, inside, target, records)
        return Path((relation, *path.columns), path.sub), group
    column = of.columns.get(name)
    if column is None:
        raise refusal(f"Unidentified field in groupBy: {name}", error="Error", code="INVALID_QUERY_INPUT")
    if column.subfields and is_dict(how) and how and how.keys() <= column.subfields.keys():
        sub = next(iter(how))
        return Path((column,), sub), lambda value: value
    granularity: Any = how.get("granularity", "") if is_dict(how) else "NONE"
    if not isinstance(granularity, str) or granularity not in {*_UNITS, *_PARTS, "NONE"}:
        raise refusal(f'Field "{name}" does not support nested subfields in groupBy')
    if is_dict(how) and granularity in _UNITS and not how.get("timeZone"):
        raise refusal("Time zone should be specified for a group by date on Day, Week, Month, Quarter or Year")
    if granularity == "NONE":
        return Path(
            (column,)
        ), lambda value: value if column.type != "DATE_TIME" or value is None else instant_text(value)
    return Path((column,)), functools.partial(_period, granularity, how)


_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _period(granularity: str, how: Mapping[str, Any], value: int | None) -> str | None:
    """Return the period that an instant is in: the day on which it begins, or its name."""
    if value is None:
        return None
    try:
        zone = ZoneInfo(how.get("timeZone") or "UTC")
    except (ZoneInfoNotFoundError, TypeError, ValueError):
        raise refusal(f'time zone "{how.get("timeZone")}" not recognized') from None
    moment = (_EPOCH + dt.timedelta(microseconds=value)).astimezone(zone)
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
    """
    Read the names of aggregates.

    Args:
        names: The names, as in `sumAmountAmountMicros`.
        of: The object that is grouped.

    Returns:
        A function from the records of a group to its value, by name.

    Raises:
        RefusalError: The server knows no such aggregate.
    """
    paths = {capitalized(name): path for name, path in flattened(of.columns.values()).items()}
    found: dict[str, Callable[[list[Row]], Any]] = {}
    unknown: list[str] = []
    for name in names:
        match = _AGGREGATE.fullmatch(name)
        path = paths.get(match["field"]) if match else None
        if match is None or path is None:
            unknown.append(name)
            continue
        column = of.columns[path[0]]
        found[name] = functools.partial(_aggregate, match["kind"], Path((column,), *path[1:]))
    if unknown:
        raise refusal(f"Unknown aggregate field(s): {', '.join(unknown)}")
    return found


def _aggregate(kind: str, path: Path, rows: list[Row]) -> Any:
    """Return the value of an aggregate, as text where the database has an exact number."""
    values = [row[path.columns[0].name] for row in rows]
    if path.sub:
        values = [value[path.sub] for value in values]
    column = path.column
    filled = [value for value in values if not _is_empty(value)]
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
        case "sum" | "avg":
            if column.type != "NUMERIC":
                return sum(filled) / (len(filled) if kind == "avg" else 1)
            return str(sum(filled)) if kind == "sum" else _quotient(sum(filled), len(filled))
        case _:
            best = (min if kind == "min" else max)(filled, key=lambda value: sort_key(column, value))
            return str(best) if column.type == "NUMERIC" else shown(column, best)


_PRECISION: Final = 80  # more digits than any amount and its places have


def _is_empty(value: Any) -> bool:
    return all(map(_is_empty, value.values())) if is_dict(value) else value is None


def _quotient(dividend: int, divisor: int) -> str:
    """Divide as PostgreSQL does, with at least 16 significant digits."""
    weights = [(len(str(abs(each))) - 1) // 4 for each in (dividend, divisor)]
    firsts = [abs(each) // 10000**weight for each, weight in zip((dividend, divisor), weights, strict=True)]
    weight = weights[0] - weights[1] - (firsts[0] <= firsts[1])
    with localcontext(prec=_PRECISION):
        places = Decimal(1).scaleb(-max(16 - 4 * weight, 0))
        return f"{(Decimal(dividend) / Decimal(divisor)).quantize(places, ROUND_HALF_UP):f}"
