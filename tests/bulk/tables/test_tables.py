"""Tables calculate with the cells, lose nothing, and refuse changed rows with a reason."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import re
import sys
import uuid
from collections import OrderedDict
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pytest

from twenty_opportunity import PUBLISHED, SERVER, Opportunity, Profile
from twenty_opportunity.bulk.tables import parquet as module
from twenty_opportunity.bulk.tables import read_csv
from twenty_opportunity.bulk.tables.columns import Columns, Row, RowError
from twenty_opportunity.bulk.tables.parquet import read_parquet
from twenty_opportunity.errors import MissingExtraError, ValidationError
from twenty_opportunity.schemas.composites import CellType
from twenty_opportunity.tables import TableError, from_arrow, from_csv, from_parquet, to_arrow, to_csv, to_parquet
from twenty_opportunity.values.json_text import encode_sound

if TYPE_CHECKING:
    from collections.abc import Mapping

pa: Final[Any] = import_module("pyarrow")  # it is not typed
pq: Final[Any] = import_module("pyarrow.parquet")
METADATA: Final = Path(__file__).parents[3] / "examples" / "workspace" / "metadata.json"
WORKSPACE: Final = Profile.from_metadata(json.loads(METADATA.read_text("utf-8")))
ID: Final = "9f2d953e-65f6-41fd-a77d-d779334933f9"
RECORD: Final[dict[str, Any]] = {
    "id": ID,
    "createdAt": "2026-04-02T09:15:00.250Z",
    "name": "Harbour",
    "amount": {"amountMicros": 1249990000, "currencyCode": "EUR"},
    "roofArea": 12.5,
    "floors": 3,
    "marginRate": 0.21,
    "financed": True,
    "offerDate": "2026-09-30",
    "keywords": ["a", "b"],
    "siteContact": {"firstName": "Ada"},
    "calculation": {"a": [1, None]},
}


def cells(document: Mapping[str, Any], profile: Profile = WORKSPACE) -> dict[str, Any]:
    """Return the cells of a document that are not empty, by column."""
    columns = Columns(profile)
    named = zip((column.name for column in columns.columns), columns.split(document).cells, strict=True)
    return {name: cell for name, cell in named if cell is not None}


def parquet(*documents: Mapping[str, Any], profile: Profile = WORKSPACE, ids: Any = "binary") -> io.BytesIO:
    """Write documents as a Parquet file."""
    file = io.BytesIO()
    to_parquet(documents, file, profile, ids=ids)
    return file


def csv_text(*documents: Mapping[str, Any], profile: Profile = WORKSPACE) -> str:
    """Write documents as CSV."""
    file = io.StringIO(newline="")
    to_csv(documents, file, profile)
    return file.getvalue()


def quoted(text: str) -> str:
    """Return text as a quoted cell of CSV."""
    return '"' + text.replace('"', '""') + '"'


def from_text(text: str, profile: Profile = WORKSPACE) -> list[dict[str, Any]]:
    """Read documents from CSV."""
    return [*from_csv(io.StringIO(text, newline=""), profile)]


def test_cells_have_the_types_of_tables() -> None:
    """Amounts are decimals of the major unit, instants, days and ids have their types, and other values are JSON."""
    assert cells(RECORD) == {
        "id": uuid.UUID(ID),
        "createdAt": dt.datetime(2026, 4, 2, 9, 15, 0, 250_000, dt.UTC),
        "name": "Harbour",
        "amount_value": Decimal("1249.99"),
        "amount_currencyCode": "EUR",
        "roofArea": 12.5,
        "floors": 3.0,
        "marginRate": Decimal("0.21"),
        "financed": True,
        "offerDate": dt.date(2026, 9, 30),
        "keywords": ["a", "b"],
        "siteContact_firstName": "Ada",
        "calculation": '{"a":[1,null]}',
    }
    assert cells({"closeDate": "2026-09-30"}, PUBLISHED) == {"closeDate": dt.date(2026, 9, 30)}


def test_parquet_has_the_types_of_tables() -> None:
    """The columns have Arrow's types, so that any engine can sum and sort; ids may be text."""
    schema = pq.read_schema(parquet(RECORD))
    assert {name: str(schema.field(name).type) for name in ("id", "createdAt", "amount_value", "marginRate")} == {
        "id": "extension<arrow.uuid>",
        "createdAt": "timestamp[us, tz=UTC]",
        "amount_value": "decimal128(38, 6)",
        "marginRate": "decimal128(38, 9)",
    }
    assert {name: str(schema.field(name).type) for name in ("offerDate", "roofArea", "financed", "_extra")} == {
        "offerDate": "date32[day]",
        "roofArea": "double",
        "financed": "bool",
        "_extra": "string",
    }
    table = pq.read_table(parquet(RECORD, ids="text"))
    assert table.column("id").to_pylist() == [ID]
    assert [*from_parquet(parquet(RECORD, ids="text"), WORKSPACE)] == [RECORD]


@pytest.mark.parametrize(
    ("document", "cell", "reason"),
    [
        ({"deletedAt": None}, {}, "null"),
        ({"unknown": 1}, {}, "undescribed"),
        (
            {"createdAt": "2026-04-02T09:15:00+02:00"},
            {"createdAt": dt.datetime(2026, 4, 2, 7, 15, tzinfo=dt.UTC)},
            None,
        ),
        ({"closeDate": "2026-09-30"}, {"closeDate": dt.datetime(2026, 9, 30, tzinfo=dt.UTC)}, None),
        ({"closeDate": "0000-01-01"}, {}, "no value for its column"),
        ({"createdAt": "2026-12-31T23:59:60Z"}, {}, "no value for its column"),
        ({"createdAt": "0001-01-01T00:00:00+05:00"}, {}, "no value for its column"),
        ({"offerDate": "0000-01-01"}, {}, "no value for its column"),
        ({"id": ID.upper()}, {"id": uuid.UUID(ID)}, None),
        ({"amount": {"amountMicros": "5"}}, {"amount_value": Decimal("0.000005")}, None),
        ({"amount": {"amountMicros": 10**38}}, {}, "no value for its column"),
        ({"amount": {"amountMicros": "9" * 5000}}, {}, "no value for its column"),
        ({"roofArea": 2.0}, {"roofArea": 2.0}, None),
        ({"roofArea": -0.0}, {"roofArea": -0.0}, "exact"),
        ({"roofArea": 2**53}, {}, "no value for its column"),
        ({"roofArea": 1e300}, {"roofArea": 1e300}, "exact"),
        ({"marginRate": "1.50"}, {"marginRate": Decimal("1.50")}, None),
        ({"marginRate": 0}, {"marginRate": Decimal(0)}, "exact"),
        ({"marginRate": 1e30}, {}, "no value for its column"),
        ({"marginRate": 1e300}, {}, "no value for its column"),
        ({"marginRate": "0.0000000001"}, {}, "no value for its column"),
        ({"marginRate": "0.123456789"}, {"marginRate": Decimal("0.123456789")}, None),
        ({"siteAddress": {"addressLat": "52.5"}}, {}, "no value for its column"),
        ({"siteContact": {}}, {}, "nothing"),
        ({"calculation": [{"a": 1}]}, {"calculation": '[{"a":1}]'}, "exact"),
    ],
    ids=str,
)
def test_what_a_cell_cannot_hold_overflows(document: dict[str, Any], cell: dict[str, Any], reason: str | None) -> None:
    """Each value is read back without change, and `overflow` has the reason if its cell alone is not enough."""
    columns = Columns(WORKSPACE)
    row = columns.split(document)
    assert cells(document) == cell
    assert repr(columns.join(row)) == repr(document)
    reported = [kept for _, kept in columns.overflow(row)]
    assert reported == {None: ["written in another way"], "exact": [], "nothing": []}.get(reason, [reason])
    assert [*map(repr, from_parquet(parquet(document), WORKSPACE))] == [repr(document)]
    assert [*map(repr, from_text(csv_text(document)))] == [repr(document)]


def test_a_decimal_that_no_float_has_is_text() -> None:
    """Digits that a float would round are read back as text, which servers send, too."""
    columns = Columns(WORKSPACE)
    named = [column.name for column in columns.columns]
    row: list[Any] = [None] * len(named)
    for name, cell in (
        ("marginRate", Decimal("12345678901234567890.123456789")),
        ("yearlyYield", Decimal("1.500000000")),
    ):
        row[named.index(name)] = cell
    assert columns.join(Row(tuple(row), {})) == {"marginRate": "12345678901234567890.123456789", "yearlyYield": 1.5}


def test_an_empty_text_is_not_a_missing_one() -> None:
    """In Parquet an empty text has its cell; in CSV it is in the column for extra values."""
    columns = Columns(SERVER)
    document = {"name": "", "searchVector": "x"}
    assert not [*columns.overflow(columns.split(document))]
    assert [kept for _, kept in columns.overflow(columns.split(document, empty_text=False))] == ["empty text"]
    assert from_text(csv_text(document, profile=SERVER), SERVER) == [document]


def test_large_and_special_texts_survive() -> None:
    """Long texts and special characters survive both formats, in several batches."""
    documents = [
        {"name": text} for text in ("x" * 20_000_000, "y" * 20_000_000, 'a\r\n"b",;\x00\t', " \u2028 ", "=1+1")
    ]
    file = parquet(*documents)
    assert pq.ParquetFile(file).num_row_groups == 2
    assert [*from_parquet(file, WORKSPACE)] == documents
    assert from_text(csv_text(*documents)) == documents


class Watched:
    """A text that notes the limit of the csv module while it is read."""

    def __init__(self, text: str) -> None:
        """Hold the text."""
        self.limits = set[int]()
        self._file = io.StringIO(text, newline="")

    def readline(self, size: int) -> str:
        """Read a line."""
        self.limits.add(csv.field_size_limit())
        return self._file.readline(size)


def test_the_limit_of_the_csv_module_does_not_matter() -> None:
    """The limit is shared by all threads: reading does not change it, and another limit does not matter."""
    file: Any = Watched(csv_text({"name": "x" * 200_000}))
    before = csv.field_size_limit(10)
    try:
        assert [*from_csv(file, WORKSPACE)] == [{"name": "x" * 200_000}]
    finally:
        csv.field_size_limit(before)
    assert file.limits == {10}


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are written in batches."""
    monkeypatch.setattr(module, "_ROWS", 2)
    file = parquet(*[RECORD] * 5)
    assert pq.ParquetFile(file).num_row_groups == 3
    assert [*from_parquet(file, WORKSPACE)] == [RECORD] * 5


def test_an_empty_table() -> None:
    """A file without records is written and read."""
    assert [*from_parquet(parquet(), WORKSPACE)] == []
    assert from_text(csv_text()) == []


def test_a_file_may_lack_columns() -> None:
    """Missing columns are empty, and values of other Arrow types are converted if they fit."""
    table = pa.table(
        {
            "id": pa.array([ID], pa.large_string()),
            "floors": pa.array([3], pa.int16()),
            "createdAt": pa.array([dt.datetime(2026, 4, 2)], pa.timestamp("ms")),  # noqa: DTZ001 - Arrow's is naive
        }
    )
    file = io.BytesIO()
    pq.write_table(table, file)
    assert [*from_parquet(file, WORKSPACE)] == [{"id": ID, "createdAt": "2026-04-02T00:00:00.000Z", "floors": 3}]
    assert from_text('\ufeff"name",_extra\nHarbour,\n\n,"{""x"":1}"\n') == [{"name": "Harbour"}, {"x": 1}]


@pytest.mark.parametrize("table", [{"name": ["a"], "strange": [1], "other": [2]}, {"floors": [["many"]]}], ids=str)
def test_another_table_is_refused(table: dict[str, Any]) -> None:
    """Another table is an error that names its columns, without values."""
    file = io.BytesIO()
    pq.write_table(pa.table(table), file)
    with pytest.raises(TableError) as raised:
        list(from_parquet(file, WORKSPACE))
    assert "many" not in str(raised.value)
    assert ("strange, other" in str(raised.value)) == ("strange" in table)


def test_other_files_are_refused() -> None:
    """Text is not Parquet, and a file that is empty or has an unclosed quote is not CSV."""
    with pytest.raises(TableError, match="not a Parquet file"):
        list(from_parquet(io.BytesIO(b"id,name"), WORKSPACE))
    for nothing in ("", "\n\n", "\ufeff"):
        with pytest.raises(TableError, match="it is empty"):
            from_text(nothing)
    with pytest.raises(TableError, match="it is not CSV"):
        from_text('name\n"a')
    with pytest.raises(TableError, match="none of its 1 columns is a column of the profile: nom;"):
        from_text("nom\na")


@pytest.mark.parametrize(
    ("header", "cell", "pointer"),
    [
        ("id", "42", "/id"),
        ("createdAt", "yesterday", "/createdAt"),
        ("closeDate", "2026-09-30", "/closeDate"),
        ("offerDate", "30/09/2026", "/offerDate"),
        ("amount_value", "1,50", "/amount/amountMicros"),
        ("amount_value", "0.0000001", "/amount/amountMicros"),
        ("roofArea", "12 m", "/roofArea"),
        ("roofArea", '"12"', "/roofArea"),
        ("marginRate", "1e5", "/marginRate"),
        ("financed", "perhaps", "/financed"),
        ("keywords", "a;b", "/keywords"),
        ("keywords", '"a"', "/keywords"),
        ("keywords", "[1]", "/keywords"),
        ("calculation", "{", "/calculation"),
        ("_extra", "{", ""),
        ("_extra", "[1]", ""),
    ],
)
def test_a_cell_of_another_type_is_refused(header: str, cell: str, pointer: str) -> None:
    """The error names the property and the column, without the value."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([[header], [cell], [""], ["a"]])
    with pytest.raises(RowError) as raised:
        from_text(file.getvalue())
    assert raised.value.pointer == pointer
    assert f"the column {header}" in str(raised.value)
    assert str(raised.value).startswith(f"row 1: {pointer or '(root)'}: ")


def test_an_error_has_the_number_of_its_row() -> None:
    """Rows are counted from 1, without the header."""
    with pytest.raises(RowError) as raised:
        from_text("id,roofArea\n,1\n,x\n")
    assert raised.value.row == 2


def test_cells_are_read_as_spreadsheets_write_them() -> None:
    """`TRUE` is true, and a number may have an exponent."""
    assert from_text("financed,roofArea\nTRUE,1.5E2\nfalse,-3\n") == [
        {"financed": True, "roofArea": 150},
        {"financed": False, "roofArea": -3},
    ]


def test_a_broken_row_does_not_affect_the_others() -> None:
    """In each format, a broken row does not affect the others."""
    columns = Columns(WORKSPACE)
    rows = [*read_csv(io.StringIO("id,_extra\n42,\n,{\n,\n", newline=""), columns)]
    assert [type(row) for row in rows] == [RowError, RowError, Row]
    file = io.BytesIO()
    pq.write_table(pa.table({"id": ["42", None, None], "_extra": ["", "{", None]}), file)
    assert [type(row) for row in read_parquet(file, columns)] == [RowError, RowError, Row]
    with pytest.raises(RowError, match="/id: the column id does not hold a uuid"):
        list(from_parquet(file, WORKSPACE))


@pytest.mark.parametrize(
    ("line", "mistake"), [("a", "it is cut off"), ("a,,{}", "a comma is not quoted"), ("a,,", "a comma is not quoted")]
)
def test_a_row_has_as_many_cells_as_the_header(line: str, mistake: str) -> None:
    """A row with too few or too many cells is refused, and the next one is read."""
    short, whole = read_csv(io.StringIO(f"name,_extra\n{line}\nb,\n", newline=""), Columns(WORKSPACE))
    assert isinstance(short, RowError)
    assert re.search(rf"the row has [13] cells and the header has 2; usually .*{mistake}", str(short))
    assert isinstance(whole, Row)


@pytest.mark.parametrize(
    "member", ["id", "createdAt", "offerDate", "amount", "marginRate", "financed", "keywords", "calculation"]
)
@pytest.mark.parametrize("value", [5, 0.5, False, "x", "1e5", [1], {"amountMicros": {"a": 1}}], ids=repr)
def test_a_changed_extra_value_contradicts_its_cell(member: str, value: Any) -> None:
    """A contradicting value of any type in the extra column is a RowError."""
    columns = Columns(WORKSPACE)
    cells = columns.split(RECORD).cells
    with pytest.raises(RowError, match="contradict each other"):
        columns.join(Row(cells, {member: value}))


@pytest.mark.parametrize("micros", [1249990000.5, 1249990001, True, "many", "9" * 5000, [1249990000]], ids=repr)
def test_an_amount_in_the_extra_column_equals_its_cell(micros: Any) -> None:
    """The extra column may spell the amount of the cell in another way, but not have another amount."""
    columns = Columns(WORKSPACE)
    cells = columns.split(RECORD).cells
    assert columns.join(Row(cells, {"amount": {"amountMicros": 1249990000.0}}))["amount"]["amountMicros"] == 1249990000
    with pytest.raises(RowError, match="contradict each other"):
        columns.join(Row(cells, {"amount": {"amountMicros": micros}}))


@pytest.mark.parametrize("value", [5, "x", [1], {"a": 1}, None], ids=repr)
def test_an_extra_value_without_a_cell_is_kept(value: Any) -> None:
    """A value without a cell contradicts nothing, so it is left to the validation."""
    assert from_text(f"name,_extra\na,{quoted(json.dumps({'keywords': value, 'name': 'a'}))}\n") == [
        {"name": "a", "keywords": value}
    ]


def test_a_number_that_is_not_finite_is_refused() -> None:
    """JSON cannot express such a number, so the row is refused."""
    columns = Columns(WORKSPACE)
    row = columns.split({"roofArea": 1})
    cells = [math.nan if cell == 1 else cell for cell in row.cells]
    with pytest.raises(RowError, match="/roofArea: the column roofArea does not hold a number"):
        columns.join(Row(tuple(cells), {}))


def test_properties_have_the_order_of_the_schema() -> None:
    """Nulls and other spellings are where their cells would be, and unknown properties come last."""
    names = [*dict.fromkeys(column.tokens[0] for column in Columns(WORKSPACE).columns)]
    document = {"strange": 1, **dict.fromkeys(reversed(names)), "amount": {"x": 1, "currencyCode": None}, **RECORD}
    document["amount"] = {"x": 1, "currencyCode": None, "amountMicros": 5}
    (back,) = from_parquet(parquet(document), WORKSPACE)
    assert [*back] == [*names, "strange"]
    assert [*back["amount"]] == ["amountMicros", "currencyCode", "x"]
    assert back == document


def test_a_changed_cell_counts_or_is_refused() -> None:
    """A cell that was filled in replaces a null; one that contradicts the old spelling is refused."""
    text = csv_text({"name": "a", "deletedAt": None, "floors": 2.0})
    header, row = csv.reader(io.StringIO(text, newline=""))
    filled = dict(zip(header, row, strict=True)) | {"deletedAt": "2026-01-01T00:00:00Z"}

    def written(cells: dict[str, str]) -> str:
        file = io.StringIO(newline="")
        csv.writer(file).writerows([[*cells], [*cells.values()]])
        return file.getvalue()

    assert from_text(written(filled)) == [{"name": "a", "deletedAt": "2026-01-01T00:00:00.000Z", "floors": 2.0}]
    with pytest.raises(RowError, match="/floors: the column floors and the column _extra contradict each other"):
        from_text(written(filled | {"floors": "7"}))
    assert from_text(written({**filled, "floors": "7", "_extra": ""}))[0]["floors"] == 7


def test_columns_of_a_custom_profile() -> None:
    """The columns of properties that are not fields of the profile hold JSON, whatever their schema is."""
    schema = {
        "type": "object",
        "properties": {
            "a": True,
            "b": {"type": "integer"},
            "c": {"type": "array"},
            "d": {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"e": {"type": "string"}}}]},
        },
    }
    columns = Columns(Profile("own", lambda: {Opportunity: schema}))
    kinds = {column.name: column.cell_type for column in columns.columns}
    assert kinds.items() >= dict.fromkeys("abcd", CellType.JSON).items()
    document = {"a": {}, "b": 1, "c": [None], "d": None}
    assert columns.join(columns.split(document)) == document


def test_pyarrow_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyarrow the error says what to install, and CSV still works."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"twenty-opportunity\[arrow\]"):
        parquet(RECORD)
    with pytest.raises(MissingExtraError, match=r"twenty-opportunity\[arrow\]"):
        next(from_parquet(io.BytesIO(), WORKSPACE))
    assert from_text(csv_text(RECORD)) == [RECORD]


@pytest.mark.parametrize("document", [{"createdBy": {"context": 1}}, {"calculation": 1}, {"unknown": 1}], ids=str)
def test_deep_nesting_survives(document: dict[str, Any]) -> None:
    """A value nested 900 deep is converted to each format and back, in a JSON column and in the extra column."""
    deep: Any = 1
    for _ in range(450):
        deep = [{"a": deep}]
    path = document
    while isinstance(inner := next(iter(path.values())), dict):
        path = inner
    path[next(iter(path))] = deep
    text = encode_sound(document)
    (from_table,) = from_parquet(parquet(document), WORKSPACE)
    (from_text_file,) = from_text(csv_text(document))
    (from_stream,) = from_arrow(to_arrow([document], WORKSPACE), WORKSPACE)
    assert [*map(encode_sound, (from_table, from_text_file, from_stream))] == [text] * 3


@pytest.mark.parametrize("digits", ["1" * 201, "0." + "1" * 300])
def test_numbers_of_very_many_digits_are_kept_as_they_are(digits: str) -> None:
    """Text of more digits than any cell holds is not converted, which would take quadratic time."""
    document = {"marginRate": digits}
    assert cells(document) == {}
    assert from_text(csv_text(document)) == [document]
    with pytest.raises(RowError, match="/marginRate: the column marginRate does not hold a decimal number"):
        from_text(f"marginRate\n{digits}\n")


FORMULAS: Final = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_can_be_written_as_text(formula: str) -> None:
    """Such texts are written unchanged by default, or behind an apostrophe; reading returns the same text."""
    texts = (formula, f"'{formula}", f"''{formula}", f"\u200d{formula}", f"a{formula}")
    documents: list[dict[str, Any]] = [{"name": text} for text in texts]
    documents[0]["amount"] = {"amountMicros": -1000000}  # a number is not a formula
    plain, safe = io.StringIO(newline=""), io.StringIO(newline="")
    to_csv(documents, plain, WORKSPACE)
    to_csv(documents, safe, WORKSPACE, spreadsheet_safe=True)
    names: dict[io.StringIO, list[str]] = {}
    for file in (plain, safe):
        file.seek(0)
        names[file] = [row["name"] for row in csv.DictReader(file)]
        file.seek(0)
        assert [*from_csv(file, WORKSPACE)] == documents
    assert names[plain][0] == formula
    assert names[safe] == [f"'{document['name']}" for document in documents[:-1]] + [f"a{formula}"]
    assert ",-1," in safe.getvalue()


def test_the_guard_of_twentys_exports_is_removed() -> None:
    """Twenty's web app writes a zero-width joiner before such text, and before negative numbers."""
    assert from_text("name,amount_value\n\u200d=1+1,\u200d-2\n") == [
        {"name": "=1+1", "amount": {"amountMicros": -2000000}}
    ]


def test_an_export_of_twentys_web_app_is_refused_with_advice() -> None:
    """The headers of such a file are labels; the message says how to rename them."""
    text = "\ufeffId,Name,Amount / Amount,Amount / Currency,Close date,Company Id\n7,x,1,USD,,\n"
    with pytest.raises(TableError, match="export of Twenty's web app") as raised:
        from_text(text)
    assert "amount_value" in raised.value.message_without_value
    with pytest.raises(TableError, match="export of Twenty's web app"):
        from_text("id,name,Amount / Amount\n7,x,1\n")
    with pytest.raises(TableError, match="export of Twenty's web app"):
        from_text("\ufeffId,Name\n7,x\n")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["a" * 50, "b"], [None, {"name": "b"}]),
        (['"' + "a\n" * 30 + '"', "b"], [None, {"name": "b"}]),
        (['"' + "a" * 50 + '\nb"', '"c\nd"'], [None, {"name": "c\nd"}]),
        (['"a\n' + "b" * 50 + '"', "c"], [None, {"name": "c"}]),
        (['"a\n' + "b" * 50 + '\nc"', "d"], [None, {"name": "d"}]),
        (["a" * 19, "b"], [{"name": "a" * 19}, {"name": "b"}]),
    ],
    ids=["one line", "many lines", "first line", "last line", "inner line", "not too large"],
)
def test_a_row_above_the_maximum_size_is_refused_alone(rows: list[str], expected: list[Any]) -> None:
    """The rows after it are read, also if it has quotes."""
    found = [*read_csv(io.StringIO("\n".join(["name", *rows, ""]), newline=""), Columns(WORKSPACE), max_record_size=20)]
    columns = Columns(WORKSPACE)
    assert [columns.join(row) if isinstance(row, Row) else None for row in found] == expected
    assert all("larger than 20 characters" in str(row) for row in found if isinstance(row, RowError))


def test_tables_are_read_from_and_written_to_paths(tmp_path: Path) -> None:
    """A path is opened; one that does not exist, or is a folder, is an OSError that names it."""
    for write, read in ((to_csv, from_csv), (to_parquet, from_parquet)):
        file = tmp_path / "deals"
        write([RECORD], file, WORKSPACE)
        assert [*read(str(file), WORKSPACE)] == [RECORD]
        for wrong in (tmp_path, tmp_path / "none" / "deals", tmp_path / "de\0als", tmp_path / "\ud800"):
            with pytest.raises(OSError, match=re.escape(repr(str(wrong)))):
                write([RECORD], wrong, WORKSPACE)
            with pytest.raises(OSError, match=re.escape(repr(str(wrong)))):
                next(read(wrong, WORKSPACE))


@pytest.mark.parametrize("write", [to_csv, to_parquet])
def test_a_failed_table_leaves_the_folder_as_it_was(tmp_path: Path, write: Any) -> None:
    """An error among the documents leaves an existing file unchanged, and a new file absent."""
    old = tmp_path / "old"
    old.write_bytes(b"before")
    broken: list[Any] = [RECORD, {**RECORD, "custom": {1}}]
    for file in (old, tmp_path / "new"):
        with pytest.raises(ValidationError):
            write(broken, file, WORKSPACE)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"old": b"before"}


@pytest.mark.parametrize("write", [to_csv, to_parquet])
def test_the_longest_names_of_files_work(tmp_path: Path, write: Any) -> None:
    """The name of the temporary file is not too long, whatever the name of the file is."""
    file = tmp_path / ("\U0001f4b6" * 63)
    write([RECORD], file, WORKSPACE)
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize("file", [None, 3, b"deals"])
def test_other_objects_than_files_are_refused(file: Any) -> None:
    """The message has what is needed, and a file of the other mode is refused like no file."""
    texts: list[Any] = [file, io.BytesIO(b"id\n")]
    for text in texts:
        with pytest.raises(TypeError, match='opened for text with newline=""'):
            to_csv([RECORD], text, WORKSPACE)
        with pytest.raises(TypeError, match='opened for text with newline=""'):
            next(from_csv(text, WORKSPACE))
    binaries: list[Any] = [file, io.StringIO("id\n")]
    for binary in binaries:
        with pytest.raises(TypeError, match="opened for bytes"):
            to_parquet([RECORD], binary, WORKSPACE)
        with pytest.raises(TypeError, match="opened for bytes"):
            next(from_parquet(binary, WORKSPACE))


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"custom": {1}}, "/custom"),
        ({"custom": {3: 4}}, "/custom"),
        ({"custom": (1, 2)}, "/custom"),
        ({"custom": [math.nan]}, "/custom/0"),
        ({"custom": b"a"}, "/custom"),
        ({"custom": Decimal("1.5")}, "/custom"),
        ({"custom": uuid.UUID(ID)}, "/custom"),
        ({"calculation": {"a": {1}}}, "/calculation/a"),
        ({3: 4}, ""),
    ],
)
def test_values_that_are_not_json_are_refused(document: dict[Any, Any], pointer: str) -> None:
    """No table gets another value than the document has."""
    cases: list[tuple[Any, Any]] = [(to_csv, io.StringIO()), (to_parquet, io.BytesIO())]
    for write, file in cases:
        with pytest.raises(ValidationError) as caught:
            write([document], file, WORKSPACE)
        assert [violation.pointer for violation in caught.value.violations] == [pointer]
    with pytest.raises(ValidationError):
        to_arrow([document], WORKSPACE).read_all()


def test_dicts_of_other_classes_are_written() -> None:
    """A document may be any mapping, and its values any subclass of str, list or dict."""
    document = MappingProxyType({**RECORD, "custom": OrderedDict(a=Text("b"))})
    assert [*from_arrow(to_arrow([document], WORKSPACE), WORKSPACE)] == [{**RECORD, "custom": {"a": "b"}}]


class Text(str):
    """A subclass of str."""

    __slots__ = ()
