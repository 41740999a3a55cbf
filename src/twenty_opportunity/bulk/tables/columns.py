"""The columns of records in a table, and the lossless conversion between documents and rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.bulk.tables.cells import CONVERSIONS, Conversion, json_text
from twenty_opportunity.errors import DecodeError, TwentyOpportunityError, UnrepresentableError, legible, pointer
from twenty_opportunity.profiles import refuse_other_types
from twenty_opportunity.records import PartialOpportunity
from twenty_opportunity.schemas import workspace
from twenty_opportunity.schemas.composites import CellType
from twenty_opportunity.values.formats import date_time_text
from twenty_opportunity.values.json_text import decode
from twenty_opportunity.values.python_json import is_dict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from twenty_opportunity.profiles import Profile

EXTRA: Final = "_extra"
"""The column for everything that other columns cannot hold, as a JSON object. No field of Twenty begins with `_`."""

_ABSENT: Final = object()
_EMPTY: Final[dict[str, Any]] = {}


class RowError(TwentyOpportunityError, ValueError):
    """
    A row of a table is not a document.

    Attributes:
        pointer: The JSON Pointer of the wrong property.
        reason: Why the row is not a document.
        row: The number of the row, counted from 1 without the header; None if it is not known.
    """

    row: int | None = None

    def __init__(self, pointer: str, reason: str) -> None:
        """Create an error for a reason, about a property."""
        self.pointer = pointer
        self.reason = reason
        super().__init__(pointer, reason)

    def __str__(self) -> str:
        """Return the row, the pointer and the reason."""
        row = "" if self.row is None else f"row {self.row}: "
        return f"{row}{self.pointer or '(root)'}: {self.reason}"


class TableError(TwentyOpportunityError, ValueError):
    """
    A file is not a table of records of the profile.

    Attributes:
        message_without_value: The message without anything that may be the value of a property. If a file
            lacks a header, its first record is read as the names of the columns.
    """

    message_without_value: str

    def __init__(self, message: str, message_without_value: str | None = None) -> None:
        """
        Build the error.

        Args:
            message: The message.
            message_without_value: The same without values; left out if the message has none.
        """
        super().__init__(message, message_without_value)
        self.message_without_value = message if message_without_value is None else message_without_value

    def __str__(self) -> str:
        """Return the message."""
        return str(self.args[0])


@attrs.frozen
class Column:
    """
    One column of a table.

    Attributes:
        name: Its name: `stage`, `createdBy_source`; `amount_value` for an amount.
        tokens: The path to its values: the property, and for a composite the property in it.
        cell_type: The type of its cells.
        conversion: How JSON values and texts become cells, and cells these.
    """

    name: str
    tokens: tuple[str, ...]
    cell_type: CellType
    conversion: Conversion = attrs.field(
        init=False, default=attrs.Factory(lambda column: CONVERSIONS[column.cell_type], takes_self=True)
    )

    @property
    def pointer(self) -> str:
        """The JSON Pointer of its values."""
        return pointer(*self.tokens)

    def refusal(self) -> RowError:
        """Return the error for a cell of another type, without its value."""
        return RowError(self.pointer, f"the column {self.name} does not hold {self.cell_type.value}")


@attrs.frozen
class Row:
    """
    A document as a row.

    Attributes:
        cells: The value of each column; None if it has none.
        extra: Everything that the cells cannot hold: unknown properties, nulls, and values spelled in another way.
    """

    cells: tuple[Any, ...]
    extra: Mapping[str, Any]


def extra_text(row: Row) -> str | None:
    """Return the text for the column of extra values; None if there are none."""
    return json_text(row.extra) if row.extra else None


def extra_of_text(text: str | None) -> dict[str, Any]:
    """Return the extra values from the text of their column; raise RowError if it is not a JSON object."""
    if not text:
        return _EMPTY
    try:
        extra = decode(text)
    except DecodeError as error:
        raise RowError("", f"the column {EXTRA} does not hold JSON: {error}") from error
    if is_dict(extra):
        return extra
    raise RowError("", f"the column {EXTRA} does not hold a JSON object")


class Columns:
    """
    The columns for the records of a profile.

    A cell holds a value in the way that tables calculate with. Everything that cells alone cannot give back exactly
    (null for a property that may be absent, an offset of +02:00, `1.0` for `1`) is in `Row.extra`, too.

    Args:
        profile: The profile.
    """

    columns: tuple[Column, ...]

    def __init__(self, profile: Profile[Any]) -> None:
        refuse_other_types(profile)
        self.columns = tuple(_columns(profile))
        # Properties in the order of the columns; those of a composite by their names.
        self._properties: dict[str, dict[str, None]] = {}
        for name, *inner in (column.tokens for column in self.columns):
            self._properties.setdefault(name, {}).update(dict.fromkeys(inner))
        written = profile.unstructure(PartialOpportunity(created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))
        self._milliseconds = str(written["createdAt"]).endswith(".000Z")

    def split(self, document: Mapping[str, Any], *, empty_text: bool = True) -> Row:
        """
        Return a document as a row.

        Args:
            document: A document that the profile accepts.
            empty_text: Whether cells can tell an empty text from no value.

        Returns:
            The row. `join` returns the same document, with its properties in the order of the schema.
        """
        cells = [_cell(column, document) for column in self.columns]
        if not empty_text:
            cells = [None if cell == "" else cell for cell in cells]
        exact = {
            column.tokens
            for column, cell in zip(self.columns, cells, strict=True)
            if cell is not None and self._is_exact(column, cell, _at(document, column.tokens))
        }
        return Row(tuple(cells), dict(self._extra(document, exact)))

    def _extra(self, document: Mapping[str, Any], exact: set[tuple[str, ...]]) -> Iterator[tuple[str, Any]]:
        for name, value in document.items():
            if (name,) in exact:
                continue
            if self._properties.get(name) and is_dict(value):
                inner = {token: part for token, part in value.items() if (name, token) not in exact}
                if inner or not value:
                    yield name, inner
            else:
                yield name, value

    def _is_exact(self, column: Column, cell: Any, value: Any) -> bool:
        """Check whether a cell alone gives back a value; `1`, `1.0` and `true` differ, and 0.0 and -0.0 do."""
        if column.cell_type is CellType.JSON:
            return True
        found = self._value(column, cell)
        is_same = repr(found) == repr(value) if isinstance(value, float) else found == value
        return type(found) is type(value) and bool(is_same)

    def join(self, row: Row) -> dict[str, Any]:
        """
        Return the document of a row.

        Args:
            row: The row. A cell that was filled in counts more than a null in `extra`.

        Returns:
            The document, which is not validated.

        Raises:
            RowError: A cell was changed, and `extra` has another value of the same property.
        """
        document = self._from_cells(row.cells)
        if not row.extra:
            return document
        for name, value in row.extra.items():
            found = document.get(name)
            if self._properties.get(name) and is_dict(value) and is_dict(found):
                found.update((token, part) for token, part in value.items() if part is not None or token not in found)
            elif value is not None or name not in document:
                document[name] = value
        self._refuse_contradictions(document, row)
        return self._ordered(document)

    def overflow(self, row: Row) -> Iterator[tuple[Column | None, str]]:
        """Report each value in the `extra` of a row by its column, None if it is unknown, and the reason."""
        for column, cell in zip(self.columns, row.cells, strict=True):
            value = _at(row.extra, column.tokens)
            if value is None:
                yield column, "null"
            elif value == "" and cell is None:
                yield column, "empty text"
            elif value is not _ABSENT:
                yield column, "written in another way" if cell is not None else "no value for its column"
        yield from ((None, "undescribed") for name in row.extra if name not in self._properties)

    def _value(self, column: Column, cell: Any) -> Any:
        if column.cell_type is CellType.INSTANT:  # profiles write instants in different ways
            return date_time_text(cell, milliseconds=self._milliseconds)
        try:
            return column.conversion.to_json(cell)
        except (DecodeError, UnrepresentableError) as error:
            refusal = column.refusal()
            raise RowError(refusal.pointer, f"{refusal.reason}: {error}") from None

    def _from_cells(self, cells: Sequence[Any]) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for column, cell in zip(self.columns, cells, strict=True):
            if cell is not None:
                name, *inner = column.tokens
                target = document.setdefault(name, {}) if inner else document
                target[column.tokens[-1]] = self._value(column, cell)
        return document

    def _refuse_contradictions(self, document: Mapping[str, Any], row: Row) -> None:
        """Refuse a cell that was changed while `extra` has the old spelling of its value."""
        for column, cell in zip(self.columns, row.cells, strict=True):
            if cell is None or row.extra.get(column.tokens[0]) is None:
                continue
            # The cell as we write it: a spreadsheet may have written it in another way.
            written = column.conversion.of_json(self._value(column, cell))
            if _cell(column, document) != written:
                reason = f"the column {column.name} and the column {EXTRA} contradict each other; clear one of them"
                raise RowError(column.pointer, reason)

    def _ordered(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return a document with its properties in the order of the columns, and unknown ones last."""
        ordered = {name: document[name] for name in self._properties if name in document} | document
        for name, inner in self._properties.items():
            value = ordered.get(name)
            if inner and is_dict(value):
                ordered[name] = {token: value[token] for token in inner if token in value} | value
        return ordered


def _columns(profile: Profile[Any]) -> Iterator[Column]:
    """Return a column for each property of the schema, of the type that the field has."""
    types = {each.name: each.type for field in profile.fields for each in workspace.properties(field)}
    for name in profile.schema()["properties"]:
        row = types.get(name)
        if row and row.cell is None and row.composite:
            for token, part in row.composite.properties.items():
                shown = "value" if part.cell is CellType.MONEY else token
                yield Column(f"{name}_{shown}", (name, token), part.cell)
        else:
            yield Column(name, (name,), row.cell if row and row.cell else CellType.JSON)


def _cell(column: Column, document: Mapping[str, Any]) -> Any:
    value = _at(document, column.tokens)
    return None if value is None or value is _ABSENT else column.conversion.of_json(value)


def _at(document: Mapping[str, Any], tokens: tuple[str, ...]) -> Any:
    """Return the value at a path; `_ABSENT` if there is none."""
    found: Any = document
    for token in tokens:
        found = found.get(token, _ABSENT) if is_dict(found) else _ABSENT
    return found


_MOST_LISTED: Final = 8
_LONGEST_NAME: Final = 40
_looks_like_a_name: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}").fullmatch
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}
_EXPORT: Final = (
    'it looks like an export of Twenty\'s web app, whose headers are labels such as "Amount / Amount": rename each to '
    "its column (amount_value, amount_currencyCode, closeDate, companyId), or export the records over the API"
)


def refuse_unknown(names: Sequence[str], columns: Columns) -> None:
    """Raise TableError if a table with columns of these names has one that a profile lacks, or one twice."""
    known = {EXTRA, *(column.name for column in columns.columns)}
    unknown = [name for name in names if name not in known]
    if unknown and any(" / " in name or name == "Id" for name in names):
        counted = f"the profile does not have {len(unknown)} of its {len(names)} columns"
        raise TableError(f"{counted}: {_listed(unknown)}; {_EXPORT}", f"{counted}; {_EXPORT}")
    if unknown and len(unknown) == len(names):
        # These are usually values, whatever they look like.
        counted, advice = f"none of its {len(names)} columns is a column of the profile", _advice(names)
        raise TableError(f"{counted}: {_listed(unknown)}; {advice}", f"{counted}; {advice}")
    if unknown:
        named = [name for name in unknown if _looks_like_a_name(name)]
        raise TableError(_unknown(names, unknown, unknown), _unknown(names, unknown, named))
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise TableError(f"several columns are called {_listed(twice)}; keep only one of each")


def _unknown(names: Sequence[str], unknown: Sequence[str], named: Sequence[str]) -> str:
    among = ":" if len(named) == len(unknown) else ", among them"
    listed = f"{among} {_listed(named)}" if named else ""
    return (
        f"the profile does not have {len(unknown)} of its {len(names)} columns{listed}; "
        "use the profile that the file was made with"
    )


def _advice(names: Sequence[str]) -> str:
    if len(names) == 1:
        for separator, called in _SEPARATORS.items():
            if separator in names[0]:
                return f"its columns seem to be separated by {called}: save it with commas"
    return "a table begins with the names of its columns, those of the profile that it was made with"


def _listed(names: Iterable[str]) -> str:
    listed = [legible(name, _LONGEST_NAME) for name in names]
    return ", ".join([*listed[:_MOST_LISTED], "…"] if len(listed) > _MOST_LISTED else listed)
