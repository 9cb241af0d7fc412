"""Value text. The expected strings are Athena's: GetQueryResults' VarCharValue."""

from __future__ import annotations

import datetime as dt
import math
import struct
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_athena.model import trino_type
from local_athena.results.text import java_double, java_float, render

UTC = pa.timestamp("us", tz="UTC")
US = pa.timestamp("us")
MOMENT = dt.datetime(2024, 7, 5, 12, 34, 56, 789000)

CASES: list[tuple[str, pa.DataType, Any, str]] = [
    ("tinyint", pa.int8(), -128, "-128"),
    ("bigint", pa.int64(), 9223372036854775807, "9223372036854775807"),
    ("bigint", pa.decimal128(38, 0), Decimal(42), "42"),
    ("boolean", pa.bool_(), True, "true"),
    ("boolean", pa.bool_(), False, "false"),
    ("double", pa.float64(), 1e10, "1.0E10"),
    ("double", pa.float64(), 0.1, "0.1"),
    ("double", pa.float64(), 3.141592653589793, "3.141592653589793"),
    ("double", pa.float64(), 9999999.0, "9999999.0"),
    ("double", pa.float64(), 1e7, "1.0E7"),
    ("double", pa.float64(), 0.001, "0.001"),
    ("double", pa.float64(), 0.00099, "9.9E-4"),
    ("double", pa.float64(), -0.0, "-0.0"),
    ("double", pa.float64(), 100.0, "100.0"),
    ("double", pa.float64(), math.inf, "Infinity"),
    ("double", pa.float64(), -math.inf, "-Infinity"),
    ("double", pa.float64(), math.nan, "NaN"),
    ("double", pa.float64(), 5e-324, "4.9E-324"),
    ("real", pa.float32(), 3.1415927, "3.1415927"),
    ("real", pa.float32(), 0.1, "0.1"),
    ("real", pa.float32(), 1.5e20, "1.5E20"),
    ("decimal(10,2)", pa.decimal128(10, 2), Decimal("1.50"), "1.50"),
    ("decimal(20,8)", pa.decimal128(20, 8), Decimal("0.00000001"), "0.00000001"),
    ("decimal(5,0)", pa.decimal128(5, 0), Decimal("12"), "12"),
    ("varchar", pa.string(), 'grüße, "x"\n', 'grüße, "x"\n'),
    ("char(4)", pa.string(), "ab", "ab  "),
    ("date", pa.date32(), dt.date(2024, 7, 5), "2024-07-05"),
    ("date", pa.date32(), -719_529, "-0001-12-31"),
    ("date", pa.date32(), -719_528, "0000-01-01"),
    ("date", pa.date32(), 2_932_896, "9999-12-31"),
    ("date", pa.date32(), 2_932_897, "+10000-01-01"),
    ("timestamp(3)", US, -62_198_755_200_000_000, "-0001-01-01 00:00:00.000"),
    ("timestamp(0)", US, 253_402_300_800_000_000, "+10000-01-01 00:00:00"),
    ("timestamp(3)", US, 3_819_379_869_296_123_456, "+123001-05-01 12:34:56.123"),
    ("timestamp(6)", US, -3_943_693_394_703_876_544, "-123001-05-01 12:34:56.123456"),
    ("date", pa.date32(), 44_205_785, "+123001-05-01"),
    ("date", pa.date32(), -45_644_600, "-123001-05-01"),
    ("array(date)", pa.list_(pa.date32()), [-719_529, None], "[-0001-12-31, null]"),
    ("timestamp(3)", US, MOMENT, "2024-07-05 12:34:56.789"),
    ("timestamp", US, dt.datetime(2024, 7, 5), "2024-07-05 00:00:00.000"),
    ("timestamp(6)", US, MOMENT, "2024-07-05 12:34:56.789000"),
    ("timestamp(0)", US, MOMENT.replace(microsecond=0), "2024-07-05 12:34:56"),
    ("timestamp(3) with time zone", UTC, MOMENT.replace(tzinfo=dt.UTC), "2024-07-05 12:34:56.789 UTC"),
    (
        "timestamp(3) with time zone",
        pa.timestamp("us", tz="America/New_York"),
        MOMENT.replace(tzinfo=dt.UTC),
        "2024-07-05 08:34:56.789 America/New_York",
    ),
    ("timestamp(3) with time zone", pa.string(), "2024-07-05 12:34:56.789 -00:30", "2024-07-05 12:34:56.789 -00:30"),
    ("time(3)", pa.time64("us"), dt.time(1, 2, 3, 456000), "01:02:03.456"),
    ("time(1)", pa.time64("us"), dt.time(1, 2, 3, 400000), "01:02:03.4"),
    ("time(0)", pa.time64("us"), dt.time(13, 24, 11), "13:24:11"),
    ("time", pa.time64("us"), dt.time(13, 24, 11), "13:24:11.000"),
    ("array(timestamp(0))", pa.list_(US), [dt.datetime(2024, 7, 5)], "[2024-07-05 00:00:00]"),
    ("timestamp(0) with time zone", pa.string(), "2024-07-05 12:34:56 UTC", "2024-07-05 12:34:56 UTC"),
    ("time(3) with time zone", pa.string(), "12:34:56.789-00:30", "12:34:56.789-00:30"),
    ("varbinary", pa.binary(), b"hello", "68 65 6c 6c 6f"),
    ("varbinary", pa.binary(), b"", ""),
    ("json", pa.string(), '{"a":1}', '{"a":1}'),
    ("uuid", pa.string(), "12151fd2-7586-11e9-8f9e-2a86e4085a59", "12151fd2-7586-11e9-8f9e-2a86e4085a59"),
    ("ipaddress", pa.string(), "10.0.0.1", "10.0.0.1"),
    ("array(integer)", pa.list_(pa.int32()), [1, None, 3], "[1, null, 3]"),
    ("array(varchar)", pa.list_(pa.string()), ["a", "b c"], "[a, b c]"),
    ("array(integer)", pa.list_(pa.int32()), [], "[]"),
    ("map(varchar, double)", pa.map_(pa.string(), pa.float64()), [("a", 1.0), ("b", None)], "{a=1.0, b=null}"),
    ("map(varchar, integer)", pa.map_(pa.string(), pa.int32()), [], "{}"),
    # The order of Java's HashMap, as AWS shows it: https://docs.aws.amazon.com/athena/latest/ug/arrays-create-maps.html
    (
        "map(varchar, varchar)",
        pa.map_(pa.string(), pa.string()),
        [("first", "Bob"), ("last", "Smith"), ("age", "35")],
        "{last=Smith, first=Bob, age=35}",
    ),
    (
        "array(map(varchar, integer))",
        pa.list_(pa.map_(pa.string(), pa.int32())),
        [[("k", 1), ("j", 2)], [("k", None)]],
        "[{j=2, k=1}, {k=null}]",
    ),
    # Verified with OpenJDK, so these too.
    (
        "map(varchar, integer)",
        pa.map_(pa.string(), pa.int32()),
        [(f"é😀{n}", n) for n in range(13)],
        "{é😀10=10, é😀11=11, é😀12=12, é😀0=0, é😀1=1, é😀2=2, é😀3=3, é😀4=4, é😀5=5, é😀6=6, é😀7=7, é😀8=8, é😀9=9}",
    ),
    (
        "map(integer, integer)",
        pa.map_(pa.int32(), pa.int32()),
        [(n, n) for n in (40, 17, -3, 16)],
        "{16=16, 17=17, -3=-3, 40=40}",
    ),
    (
        "map(bigint, integer)",
        pa.map_(pa.int64(), pa.int32()),
        [(9, 1), (-1, 2), (1 << 40, 3)],
        "{-1=2, 1099511627776=3, 9=1}",
    ),
    (
        "map(double, integer)",
        pa.map_(pa.float64(), pa.int32()),
        [(1e10, 1), (-0.5, 2), (3.0, 3)],
        "{-0.5=2, 3.0=3, 1.0E10=1}",
    ),
    (
        "map(real, integer)",
        pa.map_(pa.float32(), pa.int32()),
        [(0.1, 1), (-0.5, 2), (3.0, 3)],
        "{-0.5=2, 3.0=3, 0.1=1}",
    ),
    ("map(boolean, integer)", pa.map_(pa.bool_(), pa.int32()), [(True, 1), (False, 0)], "{false=0, true=1}"),
    (
        "map(date, integer)",
        pa.map_(pa.date32(), pa.int32()),
        [(dt.date(2024, 7, 20), 1), (dt.date(2024, 7, 5), 2), (dt.date(1969, 12, 31), 3)],
        "{1969-12-31=3, 2024-07-20=1, 2024-07-05=2}",
    ),
    (
        "map(decimal(38,5), integer)",
        pa.map_(pa.decimal128(38, 5), pa.int32()),
        [
            (Decimal("13369714077829187874859879727.24206"), 1),
            (Decimal("-34387508828963554269580605417.09551"), 2),
            (Decimal("0.00000"), 3),
        ],
        "{-34387508828963554269580605417.09551=2, 13369714077829187874859879727.24206=1, 0.00000=3}",
    ),
    (
        "map(timestamp(3), integer)",
        pa.map_(US, pa.int32()),
        [(MOMENT, 1), (dt.datetime(2020, 1, 1), 3), (dt.datetime(1969, 1, 1), 2)],
        "{2024-07-05 12:34:56.789=1, 1969-01-01 00:00:00.000=2, 2020-01-01 00:00:00.000=3}",
    ),
    (
        "row(a integer, b array(real))",
        pa.struct([("a", pa.int32()), ("b", pa.list_(pa.float32()))]),
        {"a": 1, "b": [0.1, 2.0]},
        "{a=1, b=[0.1, 2.0]}",
    ),
    (
        "row(integer, varchar)",
        pa.struct([("x", pa.int32()), ("y", pa.string())]),
        {"x": 1, "y": "z"},
        "{1, z}",
    ),
    ("array(varbinary)", pa.list_(pa.binary()), [b"\1\2", None, b"\1\2"], "[[B@36cc4292, null, [B@36cc4292]"),
    ("row(b varbinary)", pa.struct([("b", pa.binary())]), {"b": b""}, "{b=[B@0}"),
    (
        "array(row(t timestamp(3)))",
        pa.list_(pa.struct([("t", US)])),
        [{"t": MOMENT}, None],
        "[{t=2024-07-05 12:34:56.789}, null]",
    ),
    ("interval day to second", pa.month_day_nano_interval(), (0, 1, 1_500_000_000), "1 00:00:01.500"),
    ("interval day to second", pa.month_day_nano_interval(), (0, -1, 0), "-1 00:00:00.000"),
    ("interval year to month", pa.month_day_nano_interval(), (14, 0, 0), "1-2"),
    ("interval year to month", pa.month_day_nano_interval(), (0, 0, 0), "0-0"),
]


@pytest.mark.parametrize(("type_", "arrow", "value", "expected"), CASES)
def test_a_value_has_athenas_text(type_: str, arrow: pa.DataType, value: Any, expected: str) -> None:
    array = pa.array([None, value, None, value], arrow)
    assert render(array, trino_type(type_)) == [None, expected, None, expected]
    # a batch is cut into blocks: a slice shares its parent's buffers and offsets
    assert render(array.slice(1, 2), trino_type(type_)) == [expected, None]


def test_an_untyped_null_has_no_text() -> None:
    assert render(pa.nulls(2), trino_type("unknown")) == [None, None]
    assert render(pa.array([None], pa.int32()), trino_type("unknown")) == [None]
    assert render(pa.array([None], pa.int32()), trino_type("array(integer)")) == [None]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_doubles_text_names_that_double(value: float) -> None:
    text = java_double(value)
    assert float(text) == value
    assert struct.pack(">d", float(text)) == struct.pack(">d", value), "the sign of zero is kept"
    mantissa, _, exponent = text.partition("E")
    assert "." in mantissa
    assert bool(exponent) == (value != 0 and not 1e-3 <= abs(value) < 1e7)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_reals_text_names_that_real(value: float) -> None:
    assert struct.pack(">f", float(java_float(value))) == struct.pack(">f", value)


@given(st.lists(st.none() | st.lists(st.none() | st.integers(-9, 9), max_size=4), max_size=8), st.data())
def test_a_slice_of_lists_reads_as_the_lists(lists: list[list[int | None] | None], data: st.DataObject) -> None:
    array = pa.array(lists, pa.list_(pa.int8()))
    start = data.draw(st.integers(0, len(lists)))
    size = data.draw(st.integers(0, len(lists) - start))
    expected = [
        None if items is None else "[" + ", ".join("null" if i is None else str(i) for i in items) + "]"
        for items in lists[start : start + size]
    ]
    assert render(array.slice(start, size), trino_type("array(tinyint)")) == expected
