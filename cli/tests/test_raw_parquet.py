"""Types in Parquet files against the types that a source declares."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lakeloop.sources import Column, Kind, SourceTable, parse_type
from lakeloop_raw.parquet import check_parquet

STRUCT = pa.struct([("A", pa.int64()), ("more", pa.string())])
FITS = [
    ("bigint", pa.int32()),
    ("integer", pa.uint64()),
    ("decimal(12,2)", pa.float32()),
    ("double", pa.decimal128(38, 0)),
    ("varchar", pa.large_string()),
    ("varchar", pa.dictionary(pa.int32(), pa.string())),
    ("varchar", pa.binary()),
    ("varbinary", pa.binary()),
    ("boolean", pa.bool_()),
    ("date", pa.date32()),
    ("timestamp", pa.timestamp("ns")),
    ("timestamp", pa.timestamp("ms", "UTC")),
    ("varchar", pa.null()),
    ("date", pa.null()),
    ("array(varchar)", pa.list_(pa.string())),
    ("array(varchar)", pa.list_(pa.null())),
    ("array(bigint)", pa.list_(pa.int64(), 2)),
    ("map(varchar, bigint)", pa.map_(pa.string(), pa.int64())),
    ("row(a bigint)", STRUCT),
    ("row(a bigint, absent date)", STRUCT),
    ("array(row(a bigint, b array(date)))", pa.list_(pa.struct([("b", pa.list_(pa.null())), ("a", pa.int64())]))),
]
DIFFERS = [
    ("bigint", pa.string(), "is varchar, declared as bigint"),
    ("varchar", pa.int64(), "is bigint, declared as varchar"),
    ("varbinary", pa.string(), "is varchar"),
    ("timestamp", pa.date32(), "is date"),
    ("date", pa.timestamp("us"), "is timestamp"),
    ("array(varchar)", pa.string(), "is varchar"),
    ("array(varchar)", pa.list_(pa.int64()), "is bigint[]"),
    ("row(a bigint)", pa.struct([("a", pa.string())]), "is struct(a varchar)"),
    ("map(varchar, bigint)", pa.map_(pa.string(), pa.bool_()), "is map(varchar, boolean)"),
]


def table(declared: str) -> SourceTable:
    column = Column("C", parse_type(declared))
    return SourceTable("source.p.s.t", "s", "t", "t", None, "s", Kind.RAW, "parquet", (column,), "t", "models/s.yml")


def found(folder: Path, declared: str, stored: pa.DataType) -> list[str]:
    file = folder / "part.parquet"
    # A column before it with leaves of its own, one of no type among them.
    before = pa.array([{"x": None, "y": [None]}], pa.struct([("x", pa.null()), ("y", pa.list_(pa.null()))]))
    pq.write_table(pa.table({"before": before, "c": pa.array([None], stored)}), file)
    return [problem.what for problem in check_parquet(table(declared), [file])]


@pytest.mark.parametrize(("declared", "stored"), FITS, ids=str)
def test_a_type_that_fits(tmp_path, declared, stored):
    assert found(tmp_path, declared, stored) == []


@pytest.mark.parametrize(("declared", "stored", "said"), DIFFERS, ids=str)
def test_a_type_that_differs_is_told(tmp_path, declared, stored, said):
    (told,) = found(tmp_path, declared, stored)
    assert said in told


@pytest.mark.parametrize("content", [b"", b"PAR1 and nothing of its kind", None])
def test_a_file_that_is_not_whole_is_told(tmp_path, content):
    file = tmp_path / "part.parquet"
    pq.write_table(pa.table({"c": [1]}), file)
    file.write_bytes(file.read_bytes()[:-10] if content is None else content)
    (problem,) = check_parquet(table("bigint"), [file])
    assert "not a whole Parquet file" in problem.what


def test_a_missing_column_is_told_with_those_that_are_there(tmp_path):
    file = tmp_path / "part.parquet"
    pq.write_table(pa.table({"id": [1], "Other": [1]}), file)
    (problem,) = check_parquet(table("bigint"), [file])
    assert problem.what == "the column is missing" and "The file has: id, Other." in problem.todo
