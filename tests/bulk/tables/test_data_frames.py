"""polars, DuckDB and pandas read Arrow streams, and the files that they write are read back."""

from __future__ import annotations

import io
import json
import uuid
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from twenty_opportunity import SERVER, UnrepresentableError
from twenty_opportunity.tables import TableError, UuidStorage, from_arrow, from_parquet, to_arrow, to_csv, to_parquet

pa: Final[Any] = import_module("pyarrow")  # it is not typed
pq: Final[Any] = import_module("pyarrow.parquet")
polars: Final[Any] = import_module("polars")
duckdb: Final[Any] = import_module("duckdb")
pandas: Final[Any] = import_module("pandas")
PAGE: Final[Any] = json.loads((Path(__file__).parents[3] / "examples" / "server" / "page.json").read_bytes())
DEALS: Final[list[dict[str, Any]]] = PAGE["data"]["opportunities"]
IDS: Final = [deal["id"] for deal in DEALS]


def to_arrow_table(documents: Any, profile: Any) -> None:
    """Read all of an Arrow stream."""
    to_arrow(documents, profile).read_all()


def to_parquet_file(documents: Any, profile: Any) -> None:
    """Write a Parquet file in memory."""
    to_parquet(documents, io.BytesIO(), profile)


def to_csv_file(documents: Any, profile: Any) -> None:
    """Write a CSV file in memory."""
    to_csv(documents, io.StringIO(), profile)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write the deals as a Parquet file."""
    path = tmp_path / "deals.parquet"
    with path.open("wb") as opened:
        to_parquet(DEALS, opened, SERVER)
    return path


def reread(file: Path) -> list[dict[str, Any]]:
    """Read the documents of a Parquet file."""
    return [*from_parquet(file, SERVER)]


def test_ids_have_the_logical_type_uuid(file: Path) -> None:
    """Ids are marked as UUIDs, so that other programs show them as such."""
    assert "UUID" in str(pq.ParquetFile(file).schema.column(0).logical_type)
    assert to_arrow(DEALS, SERVER).schema.field("id").type == pa.uuid()
    assert to_arrow(DEALS, SERVER, ids="text").schema.field("id").type == pa.string()


@pytest.mark.parametrize("ids", UuidStorage)
def test_a_stream_is_read_by_each_library(ids: UuidStorage) -> None:
    """Each library takes the reader, sums amounts exactly, and its data frame is read back."""
    frame = polars.DataFrame(to_arrow(DEALS, SERVER, ids=ids))
    relation = duckdb.from_arrow(to_arrow(DEALS, SERVER, ids=ids)).arrow()
    data_frame = to_arrow(DEALS, SERVER, ids=ids).read_pandas()
    assert len(frame) == len(data_frame) == len(DEALS)
    assert [*from_arrow(frame, SERVER)] == DEALS
    assert [*from_arrow(relation, SERVER)] == DEALS
    total = sum(int(deal["amount"]["amountMicros"]) for deal in DEALS if deal["amount"]["amountMicros"] is not None)
    assert int(frame["amount_value"].sum() * 1_000_000) == total


def test_polars_rewrites_a_file(file: Path) -> None:
    """A file that polars rewrites has large binary ids and is read back."""
    polars.read_parquet(file).write_parquet(file)
    assert str(pq.read_schema(file).field("id").type) == "large_binary"
    assert reread(file) == DEALS


def test_duckdb_rewrites_a_file(file: Path, tmp_path: Path) -> None:
    """A file that DuckDB rewrites is read back."""
    target = tmp_path / "rewritten.parquet"
    duckdb.read_parquet(str(file)).write_parquet(str(target))
    assert reread(target) == DEALS


def test_pandas_rewrites_a_file(file: Path) -> None:
    """A file that pandas rewrites is read back, with ids of the class UUID or of 16 bytes."""
    frame = pandas.read_parquet(file)
    # pyarrow 22 returns bytes, pyarrow 26 objects of the class UUID.
    ids = [value if isinstance(value, uuid.UUID) else uuid.UUID(bytes=value) for value in frame["id"]]
    assert [str(value) for value in ids] == IDS
    frame.to_parquet(file)
    assert reread(file) == DEALS
    frame["id"] = [value.bytes for value in ids]
    frame.to_parquet(file)
    assert str(pq.read_schema(file).field("id").type) == "binary"
    assert reread(file) == DEALS


@pytest.mark.parametrize(
    "type_",
    [pa.binary(), pa.large_binary(), pa.binary(16), pa.binary_view(), pa.uuid(), pa.string(), pa.large_string()],
)
def test_ids_of_every_type_are_read(type_: Any) -> None:
    """Ids are read from 16 bytes and from text of every Arrow type."""
    is_text = pa.types.is_string(type_) or pa.types.is_large_string(type_)
    values = [*IDS, None] if is_text else [*(uuid.UUID(value).bytes for value in IDS), None]
    array = pa.array(values, pa.binary(16) if type_ == pa.uuid() else type_)
    table = pa.table({"id": array.cast(type_)})
    assert [document.get("id") for document in from_arrow(table, SERVER)] == [*IDS, None]
    file = io.BytesIO()
    pq.write_table(table, file)
    assert [document.get("id") for document in from_parquet(file, SERVER)] == [*IDS, None]


def test_text_as_bytes_is_an_id() -> None:
    """The text of an id may be stored as bytes."""
    assert [*from_arrow(pa.table({"id": pa.array([IDS[0].encode()], pa.binary())}), SERVER)] == [{"id": IDS[0]}]


def test_other_types_are_refused() -> None:
    """A column of another type is an error without values."""
    with pytest.raises(TableError, match="a column has a type that does not fit the records") as raised:
        list(from_arrow(pa.table({"position": [["secret"]]}), SERVER))
    assert "secret" not in str(raised.value)
    with pytest.raises(TableError, match="strange"):
        list(from_arrow(pa.table({"strange": [1], "id": [IDS[0]]}), SERVER))


def test_batches_are_read_as_they_are_needed() -> None:
    """Documents are converted while the stream is read, so that the stream may be larger than the memory."""
    read: list[int] = []

    def endless() -> Any:
        for number in range(1_000_000):
            read.append(number)
            yield {"id": IDS[0]}

    reader = to_arrow(endless(), SERVER)
    reader.read_next_batch()
    assert len(read) < 20_000


@pytest.mark.parametrize("wrong", [[None], ["id"], [SERVER.structure(DEALS[0])], DEALS[0]])
@pytest.mark.parametrize("write", [to_arrow_table, to_parquet_file, to_csv_file])
def test_only_decoded_documents_are_written(write: Any, wrong: Any) -> None:
    """A record, or one document in place of several, is refused by name."""
    with pytest.raises(
        TypeError, match=r"a document is a dict .*, not (NoneType|str|Opportunity); convert records with"
    ):
        write(wrong, SERVER)


@pytest.mark.parametrize("write", [to_arrow_table, to_parquet_file, to_csv_file])
def test_a_table_needs_a_profile(write: Any) -> None:
    """The name of a profile is not a profile."""
    with pytest.raises(TypeError, match="a profile such as SERVER is needed, not str"):
        write(DEALS, "SERVER")


def test_a_lone_surrogate_is_refused_at_its_column() -> None:
    """Arrow text is UTF-8, which excludes surrogates; JSON in Python may contain one."""
    with pytest.raises(UnrepresentableError) as caught:
        to_arrow_table([{**DEALS[0], "name": "\ud800"}], SERVER)
    assert caught.value.pointer == "/name"


@pytest.mark.parametrize("ids", ["uuid", None, 16])
def test_unknown_storage_of_ids_is_refused(ids: Any) -> None:
    """The error lists both kinds of storage."""
    with pytest.raises(ValueError, match="ids are stored as binary or text, not "):
        to_arrow(DEALS, SERVER, ids=ids)


@pytest.mark.parametrize("data", [None, DEALS, "deals.parquet"])
def test_only_an_arrow_stream_is_read(data: Any) -> None:
    """Documents and paths are not streams."""
    with pytest.raises(TypeError, match=r"__arrow_c_stream__, not (NoneType|list|str)"):
        list(from_arrow(data, SERVER))
