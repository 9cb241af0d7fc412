"""Partition transforms in DuckDB's SQL against PyIceberg's own, value by value."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal, localcontext
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyiceberg import types as ice
from pyiceberg.transforms import (
    BucketTransform,
    DayTransform,
    HourTransform,
    IdentityTransform,
    MonthTransform,
    TruncateTransform,
    YearTransform,
)

from local_athena.errors import AthenaError
from local_athena.tables.iceberg import hashing, partitioning
from local_athena.tables.iceberg.types import to_duckdb

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
LOW, HIGH = dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    # Less than a width above the least integer, what truncate makes of it is no integer any more.
    ice.IntegerType(): st.integers(50 - (1 << 31), (1 << 31) - 1),
    ice.LongType(): st.integers(-(1 << 62), (1 << 62) - 1),
    ice.DecimalType(9, 2): st.decimals(-9999999, 9999999, places=2),
    ice.DecimalType(38, 10): st.decimals(-(10**20), 10**20, places=10),
    ice.StringType(): TEXT,
    ice.BinaryType(): st.binary(max_size=20),
    ice.UUIDType(): st.uuids(),
    ice.DateType(): st.dates(LOW.date(), HIGH.date()),
    ice.TimestampType(): st.datetimes(LOW, HIGH),
    ice.TimestamptzType(): st.datetimes(LOW, HIGH, timezones=st.just(dt.UTC)),
    ice.TimeType(): st.times(),
    ice.BooleanType(): st.booleans(),
    ice.DoubleType(): st.floats(allow_nan=False),
}
TRANSFORMS = [
    BucketTransform(1), BucketTransform(7), BucketTransform(100), TruncateTransform(1), TruncateTransform(3), TruncateTransform(50),
    YearTransform(), MonthTransform(), DayTransform(), HourTransform(), IdentityTransform(),
]  # fmt: skip


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'Asia/Kolkata'")
    hashing.register_functions(connection)
    hashing.register_functions(connection)
    return connection


@st.composite
def cases(draw: st.DrawFn) -> tuple[Any, Any, list[Any]]:
    of = draw(st.sampled_from(list(VALUES)))
    transform = draw(st.sampled_from([transform for transform in TRANSFORMS if transform.can_transform(of)]))
    return of, transform, draw(st.lists(st.none() | VALUES[of], min_size=1, max_size=5))


@settings(max_examples=200, deadline=None)
@given(case=cases())
def test_sql_agrees_with_pyiceberg(connection: duckdb.DuckDBPyConnection, case: tuple[Any, Any, list[Any]]) -> None:
    of, transform, values = case
    given_values = pa.table({"v": pa.array([_plain(value) for value in values])})
    connection.register("given", given_values)
    sql = partitioning.transform_sql(transform, of, "v")
    rows = connection.execute(f"SELECT ({sql})::VARCHAR FROM (SELECT v::{to_duckdb(of)} AS v FROM given)").fetchall()
    found = [partitioning.decode(transform, of, text) for (text,) in rows]
    expected = [transform.transform(of)(_internal(of, value)) for value in values]
    assert found == expected


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value


def _internal(of: Any, value: Any) -> Any:
    """Dates and times as the numbers that Iceberg holds."""
    epoch = dt.datetime(1970, 1, 1)
    match value:
        case dt.datetime():
            return (value.replace(tzinfo=None) - epoch) // dt.timedelta(microseconds=1)
        case dt.date():
            return (value - epoch.date()).days
        case dt.time():
            return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
        case Decimal():
            with localcontext(prec=60):
                return value.quantize(Decimal(1).scaleb(-of.scale))
    return value


@pytest.mark.parametrize(
    ("text", "column", "transform"),
    [
        ("day(ts)", "ts", "day"), ("DAY(TS)", "ts", "day"), ("days(ts)", "ts", "day"), ("bucket(id, 4)", "id", "bucket[4]"),
        ("Bucket( Id ,16 )", "id", "bucket[16]"), ("truncate(c,3)", "c", "truncate[3]"), ("region", "region", "identity"),
        ('"odd name"', "odd name", "identity"), ('year("odd name")', "odd name", "year"), ("hour(ts)", "ts", "hour"),
    ],
)  # fmt: skip
def test_spelling(text: str, column: str, transform: str) -> None:
    found, parsed = partitioning.parse(text)
    assert (found, str(parsed)) == (column, transform)


@pytest.mark.parametrize(
    "text", ["bucket(id)", "bucket(4, id)", "bucket(id, 0)", "week(ts)", "day(ts, 3)", "truncate(c)"]
)
def test_what_is_no_transform(text: str) -> None:
    with pytest.raises(AthenaError, match="INVALID_TABLE_PROPERTY"):
        partitioning.parse(text)
