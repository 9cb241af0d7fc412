"""Many small Parquet files, read as one: the same rows, bytes and errors as one by one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from local_athena.tables.hive.columnar.footers import footer_of, footers_of
from local_athena.tables.hive.conversion import packs, parquet_packs

from .athena import Athena

FILES = 7
COLUMNS = (
    "b boolean, n tinyint, i int, l bigint, f float, d double, s string, day date, at timestamp, money decimal(20,3)"
)
PLAIN = pa.schema(
    [
        ("b", pa.bool_()), ("n", pa.int8()), ("i", pa.int32()), ("l", pa.int64()), ("f", pa.float32()), ("d", pa.float64()),
        ("s", pa.string()), ("day", pa.date32()), ("at", pa.timestamp("us")), ("money", pa.decimal128(20, 3)),
    ]
)  # fmt: skip


def rows(number: int) -> list[dict[str, Any]]:
    full = {
        "b": number % 2 == 0, "n": -number, "i": number, "l": 2**40 + number, "f": 0.1, "d": 0.1 * number, "s": f"n\n{number}é",
        "day": date(1969, 12, 1 + number), "at": datetime(2024, 1, 1, 0, 0, number, 123456), "money": Decimal(f"-{number}.125"),
    }  # fmt: skip
    return [full, dict.fromkeys(full)]


def put(athena: Athena, key: str, table: pa.Table, **options: Any) -> None:
    body = io.BytesIO()
    pq.write_table(table, body, **options)
    athena.put(key, body.getvalue())


def fill(athena: Athena) -> None:
    athena.run(
        f"create external table t ({COLUMNS}) partitioned by (p string) stored as parquet location 's3://lake/t/'"
    )
    for number in range(FILES):
        put(athena, f"t/p=p{number % 2}/f{number}.parquet", pa.Table.from_pylist(rows(number), PLAIN))
    athena.run("msck repair table t")


QUERIES = (
    "select * from t",
    'select i, p, "$path", "$file_size" from t where i > 2',
    "select count(*), sum(l), max(at) from t where p = 'p1'",
    "select s from t where s is not null",
)


def answers(athena: Athena) -> list[tuple[list[Any], int]]:
    return [(sorted(map(repr, athena.rows(sql))), athena.run(sql).scanned_bytes) for sql in QUERIES]


def test_packed_files_have_the_rows_and_bytes_that_each_has(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "PACK_FILES", 3)
    fill(athena)
    monkeypatch.setitem(packs._WORTHWHILE, "parquet", 10**6)
    apart = answers(athena)
    made: list[int] = []
    pack = parquet_packs.pack

    def counted(sources: Sequence[Path | bytes], uris: Sequence[str], target: Path) -> None:
        made.append(len(sources))
        pack(sources, uris, target)

    monkeypatch.setattr(parquet_packs, "pack", counted)
    monkeypatch.setitem(packs._WORTHWHILE, "parquet", 2)
    assert answers(athena) == apart
    assert made
    made.clear()
    assert answers(athena) == apart
    assert not made


@pytest.mark.parametrize(
    "other",
    [
        pa.table({"i": pa.array([1], pa.int64())}),
        pa.table({"i": pa.array([1], pa.int32()), "extra": [[1, 2]]}),
        pa.table({"i": pa.array([1], pa.int32()), "at": pa.array([datetime(2020, 1, 1)], pa.timestamp("ns"))}),
        pa.table({"I": pa.array([1], pa.int32())}),
    ],
)
def test_files_of_other_schemas_are_read_one_by_one(
    athena: Athena, monkeypatch: pytest.MonkeyPatch, other: pa.Table
) -> None:
    fill(athena)
    put(athena, "t/p=p1/z.parquet", other, use_deprecated_int96_timestamps=True)
    monkeypatch.setitem(packs._WORTHWHILE, "parquet", 10**6)
    apart = answers(athena)
    monkeypatch.setitem(packs._WORTHWHILE, "parquet", 2)
    assert answers(athena) == apart
    assert answers(athena) == apart


@pytest.mark.parametrize(
    ("body", "said"), [(b"not parquet", "Not valid Parquet file: s3://lake/t/p=p0/f2.parquet"), (None, "incompatible")]
)
def test_the_file_at_fault_is_named(
    athena: Athena, monkeypatch: pytest.MonkeyPatch, body: bytes | None, said: str
) -> None:
    monkeypatch.setitem(packs._WORTHWHILE, "parquet", 2)
    fill(athena)
    if body is None:
        for number in range(FILES):
            table = pa.table({"i": ["text"], "s": ["x"]})
            put(athena, f"t/p=p{number % 2}/f{number}.parquet", table)
        said = "Field i's type BYTE_ARRAY in parquet file s3://lake/t/p=p0/f0.parquet is incompatible"
    else:
        athena.put("t/p=p0/f2.parquet", body)
    assert said in athena.error("select i from t")


def test_footers_together_are_those_of_each_file() -> None:
    """Also where Arrow's type of a column differs and Parquet's does not."""
    texts: list[pa.Array] = [pa.array(["a", "bc"]), pa.array(["a", "bc"], pa.large_string())]
    files = []
    for number, text in enumerate([texts[0], texts[0], texts[1], texts[0], pa.array([[1], []])]):
        body = io.BytesIO()
        pq.write_table(pa.table({"S": text, "l": [number, None]}), body, row_group_size=1)
        files.append(pq.read_metadata(pa.BufferReader(body.getvalue())))
    assert [*footers_of(files)] == [footer_of(file) for file in files]
    assert len({footer.shape for footer in footers_of(files)}) == 3
