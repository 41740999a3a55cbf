"""The columns in which tables hold opportunities, and the way from a document to a row and back, losing nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.bulk.tables.cells import FROM_CELL, TO_CELL, Kind
from twenty_opportunity.errors import DecodeError, TwentyOpportunityError, UnrepresentableError, pointer
from twenty_opportunity.records import Opportunity
from twenty_opportunity.schemas.metadata_reader import is_dict, is_list
from twenty_opportunity.values.formats import NUMERIC_PATTERN, date_time_text
from twenty_opportunity.values.json_text import decode, encode_sound

if TYPE_CHECKING:
    from twenty_opportunity.profiles import Profile

EXTRA: Final = "_extra"
"""The column of what the others do not say, as a JSON object; no field of Twenty has an underscore in its name."""

_ABSENT: Final = object()
_EMPTY: Final[dict[str, Any]] = {}


class RowError(TwentyOpportunityError, ValueError):
    """
    A row of a table stands for no document.

    Attributes:
        pointer: The JSON Pointer of the member at fault.
        reason: What is wrong with it.
    """

    def __init__(self, pointer: str, reason: str) -> None:
        """Raise for a reason, about a member."""
        self.pointer = pointer
        self.reason = reason
        super().__init__(pointer, reason)

    def __str__(self) -> str:
        """Put the pointer before the reason."""
        return f"{self.pointer or '(root)'}: {self.reason}"


@attrs.frozen
class Column:
    """
    One column of a table.

    Attributes:
        name: Its name: those of the members on the way, with underscores between; `amount_value` for the amount.
        tokens: The members on the way to the value.
        kind: What its cells are.
    """

    name: str
    tokens: tuple[str, ...]
    kind: Kind

    @property
    def pointer(self) -> str:
        """The JSON Pointer of the member whose values it holds."""
        return pointer(*self.tokens)

    def refusal(self) -> RowError:
        """Make the error for a cell that is none of the kind; the cell is not quoted."""
        return RowError(self.pointer, f"the column {self.name} holds not {self.kind.value}")


@attrs.frozen
class Row:
    """
    What a table holds of one document.

    Attributes:
        cells: The value of each column, None where it has none.
        extra: What no cell says: undescribed members, nulls, and values that their cell cannot give back exactly.
    """

    cells: tuple[Any, ...]
    extra: Mapping[str, Any]


def extra_text(row: Row) -> str | None:
    """Write what no cell says as the text of its column; None where there is nothing."""
    return encode_sound(row.extra).decode() if row.extra else None


def extra_of_text(text: str | None) -> dict[str, Any]:
    """
    Read what no cell says from the text of its column.

    Args:
        text: The text; empty or None where there is nothing.

    Returns:
        The members.

    Raises:
        RowError: Somebody changed it to what is no JSON object.
    """
    if not text:
        return _EMPTY
    try:
        extra = decode(text)
    except DecodeError as error:
        raise RowError("", f"the column {EXTRA} holds no JSON: {error}") from error
    if is_dict(extra):
        return extra
    raise RowError("", f"the column {EXTRA} holds no JSON object")


class Columns:
    """
    The columns for the opportunities of a profile.

    A cell holds a value as tables have it, so that they can count with it. Whatever the cells alone would not give
    back exactly (null where a member could be absent, an offset of +02:00, `1.0` for `1`) is in `Row.extra` as well.

    Args:
        profile: The profile.
    """

    columns: tuple[Column, ...]

    def __init__(self, profile: Profile) -> None:
        schema = profile.schema(Opportunity)
        self.columns = tuple(_columns(schema, schema, ()))
        self._order = _order(self.columns)
        written = profile.unstructure(Opportunity(created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))["createdAt"]
        self._milliseconds = str(written).endswith(".000Z")

    def split(self, document: Mapping[str, Any], *, empty_text: bool = True) -> Row:
        """
        Make the row of a document.

        Args:
            document: A document that the profile accepts; it is not changed.
            empty_text: Whether the cells can tell an empty text from none.

        Returns:
            The row; `join` makes the same document of it, its members in the order of the schema, those that no
            schema describes last.
        """
        cells = [_cell(column, document) for column in self.columns]
        if not empty_text:
            cells = [None if cell == "" else cell for cell in cells]
        return Row(tuple(cells), _difference(document, self._from_cells(cells)))

    def join(self, row: Row) -> dict[str, Any]:
        """
        Make the document of a row.

        Args:
            row: The row. Where a cell was filled in and `extra` has null for it, the cell counts.

        Returns:
            The document; it is not validated.

        Raises:
            RowError: A cell was changed to something else than `extra` says of the same member.
        """
        document = self._from_cells(row.cells)
        if not row.extra:
            return document
        _lay_over(document, row.extra)
        self._refuse_contradictions(document, row)
        return _ordered(document, self._order)

    def kept_apart(self, row: Row) -> Iterator[tuple[Column | None, str]]:
        """
        Tell what of a row is in its `extra`.

        Args:
            row: The row.

        Returns:
            For each value the column that it belongs to, None for undescribed members, and why it is there.
        """
        for column, cell in zip(self.columns, row.cells, strict=True):
            value = _at(row.extra, column.tokens)
            if value is None:
                yield column, "null"
            elif value == "" and cell is None:
                yield column, "empty text"
            elif value is not _ABSENT:
                yield column, "written in another way" if cell is not None else "no value for its column"
        described = {column.tokens[0] for column in self.columns}
        yield from ((None, "undescribed") for name in row.extra if name not in described)

    def _value(self, column: Column, cell: Any) -> Any:
        if column.kind is Kind.INSTANT:
            return date_time_text(cell, milliseconds=self._milliseconds)
        try:
            return FROM_CELL[column.kind](cell)
        except (DecodeError, UnrepresentableError) as error:
            raise RowError(column.pointer, f"the column {column.name} holds not {column.kind.value}: {error}") from None

    def _from_cells(self, cells: Sequence[Any]) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for column, cell in zip(self.columns, cells, strict=True):
            if cell is not None:
                target = document
                for token in column.tokens[:-1]:
                    target = target.setdefault(token, {})
                target[column.tokens[-1]] = self._value(column, cell)
        return document

    def _refuse_contradictions(self, document: Mapping[str, Any], row: Row) -> None:
        """Refuse what was changed in a cell while `extra` says how its value was written before."""
        for column, cell in zip(self.columns, row.cells, strict=True):
            if cell is None or row.extra.get(column.tokens[0]) is None:
                continue
            # The cell as we write it: a spreadsheet may have written it in another way.
            said = TO_CELL[column.kind](self._value(column, cell))
            if _cell(column, document) != said:
                reason = f"the column {column.name} and the column {EXTRA} say different things; clear one of them"
                raise RowError(column.pointer, reason)


def _cell(column: Column, document: Mapping[str, Any]) -> Any:
    value = _at(document, column.tokens)
    return None if value is None or value is _ABSENT else TO_CELL[column.kind](value)


def _columns(root: Mapping[str, Any], schema: Mapping[str, Any], way: tuple[str, ...]) -> Iterator[Column]:
    for name, member in schema["properties"].items():
        tokens = (*way, name)
        fragment = _plain(root, member)
        if fragment.get("properties"):
            yield from _columns(root, fragment, tokens)
        elif name == "amountMicros":
            yield Column("_".join([*way, "value"]), tokens, Kind.MONEY)
        else:
            yield Column("_".join(tokens), tokens, _kind(root, fragment))


def _plain(root: Mapping[str, Any], fragment: Any) -> Mapping[str, Any]:
    """Follow references, and of an object or null take the object."""
    plain: dict[str, Any] = dict(fragment) if is_dict(fragment) else {}
    if "$ref" in plain:
        target: Any = root
        for token in plain.pop("$ref").removeprefix("#/").split("/"):
            target = target[token]
        return _plain(root, {**target, **plain})
    branches = [branch for key in ("oneOf", "anyOf") for branch in plain.get(key, ())]
    return next((branch for branch in branches if branch.get("properties")), plain)


def _kind(root: Mapping[str, Any], fragment: Mapping[str, Any]) -> Kind:
    """Tell what cells hold the values that a fragment describes."""
    named = fragment.get("type", ())
    types: set[str] = {*([named] if isinstance(named, str) else named)} - {"null"}
    if types == {"string"}:
        formats = {fragment.get("format"), *(branch.get("format") for branch in fragment.get("anyOf", ()))}
        return next((kind for name, kind in _BY_FORMAT.items() if name in formats), Kind.TEXT)
    if types == {"array"} and _kind(root, _plain(root, fragment.get("items"))) is Kind.TEXT:
        return Kind.TEXTS
    if types == {"number", "string"} and fragment.get("pattern") == NUMERIC_PATTERN:
        return Kind.NUMERIC
    return _BY_TYPES.get(frozenset(types), Kind.JSON)


_BY_FORMAT: Final[Mapping[str, Kind]] = {"date-time": Kind.INSTANT, "date": Kind.DAY, "uuid": Kind.ID}
_BY_TYPES: Final[Mapping[frozenset[str], Kind]] = {
    frozenset({"boolean"}): Kind.BOOLEAN,
    frozenset({"integer"}): Kind.NUMBER,
    frozenset({"number"}): Kind.NUMBER,
    frozenset({"number", "string"}): Kind.NUMBER,
}


def _at(document: Mapping[str, Any], tokens: tuple[str, ...]) -> Any:
    """Give the value that members lead to, `_ABSENT` where they lead nowhere."""
    found: Any = document
    for token in tokens:
        found = found.get(token, _ABSENT) if is_dict(found) else _ABSENT
    return found


def _difference(document: Mapping[str, Any], rebuilt: Mapping[str, Any]) -> dict[str, Any]:
    """Give what has to be laid over one document to make it the other; the first has every member of the second."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        other = rebuilt.get(name, _ABSENT)
        if is_dict(value) and is_dict(other):
            inner = _difference(value, other)
            found |= {name: inner} if inner else {}
        elif not _identical(value, other):
            found[name] = value
    return found


def _identical(one: Any, other: Any) -> bool:
    """Tell whether two values are the same JSON to the letter: `1`, `1.0` and `true` are three, as are 0.0 and -0.0."""
    if is_dict(one) and is_dict(other):
        return one.keys() == other.keys() and all(_identical(one[name], other[name]) for name in one)
    if is_list(one) and is_list(other):
        return len(one) == len(other) and all(map(_identical, one, other))
    if isinstance(one, float):
        return isinstance(other, float) and repr(one) == repr(other)
    return type(one) is type(other) and bool(one == other)


def _order(columns: Iterable[Column]) -> dict[str, Any]:
    """Give the members that have columns, and those within them, in the order of the schema."""
    order: dict[str, Any] = {}
    for column in columns:
        inner = order
        for token in column.tokens:
            inner = inner.setdefault(token, {})
    return order


def _ordered(document: dict[str, Any], order: Mapping[str, Any]) -> dict[str, Any]:
    """Put members into an order; what it does not name comes last."""
    known = {name: document[name] for name in order if name in document}
    inner = {name: _ordered(value, order[name]) for name, value in known.items() if order[name] and is_dict(value)}
    return known | document | inner


def _lay_over(document: dict[str, Any], extra: Mapping[str, Any]) -> None:
    for name, value in extra.items():
        other = document.get(name, _ABSENT)
        if is_dict(value) and is_dict(other):
            _lay_over(other, value)
        elif value is not None or other is _ABSENT:
            document[name] = value
