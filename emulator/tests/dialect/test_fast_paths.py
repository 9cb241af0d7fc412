"""Native paths of functions and casts against the slow ones that they stand before, over hostile values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_athena import dialect
from local_athena.dialect.types import parse_type, to_datatype
from local_athena.model import Column

ARROW = {"varchar": pa.string(), "double": pa.float64(), "real": pa.float32(), "bigint": pa.int64(), "varbinary": pa.binary()}
ARROW |= {"timestamp(3)": pa.timestamp("us"), "timestamp(6)": pa.timestamp("us"), "json": pa.string()}

STRANGE = st.sampled_from(
    ("", " ", "\x00", "\t\n\r\f\x0b", "\x1c\x1f", "\xa0", "\u2007\u202f", "\u3000x\u3000", "e\u0301\u0323", "\r\n", "🇩🇪👨‍👩‍👧", "İıſK")
    + ("߀१２", "1२-०1", "ß", "שלום", "﷽", "\U0010ffff\uffff", "a%zz", "%C3%28", "%00", "+%2B~*-._", "-0", "1e400", "١٢٣")
)
TEXTS = st.one_of(st.text(max_size=20), STRANGE, st.text("0123456789-+:.eE TZ/", max_size=24))
DOUBLES = st.one_of(
    st.floats(),
    st.floats(-1e8, 1e8),
    st.integers(-(10**9), 10**9).map(float),
    st.integers(-(10**9), 10**9).map(lambda n: n / 1000),
    st.sampled_from((0.0, -0.0, 5e-324, 1e-3, 9.999999999999999e-4, 1e7, 9999999.999999998, 1.7976931348623157e308, 1e15, 1e16)),
)
WHOLE = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-70, 70))
MOMENTS = st.one_of(
    st.integers(-62135596800000000, 253402300799999999),
    st.integers(-(2**61), 2**61),
    st.sampled_from((0, -1, 1, 951782400000000, -62135596800000001, 253402300800000000)),
)
"""Microseconds since 1970, of the years 1 to 9999 and of others."""


def texts_of(pattern: str) -> st.SearchStrategy[str]:
    """Texts of a *pattern*, and others; of the former also such with a character too many or exchanged."""
    right = st.from_regex(pattern, fullmatch=True)
    wrong = st.tuples(right, st.integers(0, 30), st.sampled_from("0 9x-:.٣é%\n")).map(lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + 1 :])
    return st.one_of(right, right, wrong, TEXTS)


def run(connection: duckdb.DuckDBPyConnection, sql: str, count: int) -> list[str | None]:
    """Each row's value as DuckDB's text, or the code of its error."""
    try:
        return [v for (v,) in connection.execute(f"SELECT {sql} FROM given_values ORDER BY n").fetchall()]
    except duckdb.Error as error:
        if count == 1:
            return [dialect.errors.from_duckdb(error).code]
    made = []
    for n in range(count):
        try:
            (row,) = connection.execute(f"SELECT {sql} FROM given_values WHERE n = {n}").fetchall()
            made.append(row[0])
        except duckdb.Error as error:
            made.append(dialect.errors.from_duckdb(error).code)
    return made


def outcomes(connection: duckdb.DuckDBPyConnection, athena: str, slow: str, t: str, values: Sequence[Any]) -> Any:
    """Outcomes of an expression of Athena's and of one of DuckDB's, over *values* in a column ``x`` of Athena's type *t*."""
    table = pa.table({"n": range(len(values)), "x": pa.array(values, ARROW[t])})
    connection.register("given_arrow", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE given_values AS SELECT * FROM given_arrow")
    columns = [Column("n", to_datatype(parse_type("bigint"))), Column("x", to_datatype(parse_type(t)))]
    query = dialect.parse(f"select {athena} as y from given_values")
    made = dialect.translate(query, {"given_values": columns}, target="table")
    sql = made.sql.removeprefix("SELECT ").rpartition(" AS ")[0].rpartition(" AS ")[0]
    fast = run(connection, f"CAST(({sql}) AS VARCHAR)", len(values))
    return fast, run(connection, f"CAST(({slow}) AS VARCHAR)", len(values))


EXAMPLES = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

CAST_TEXTS = {
    "tinyint": r"[+-]?[0-9]{1,4}", "smallint": r"[+-]?[0-9]{1,6}", "integer": r"[+-]?[0-9]{1,11}", "bigint": r"[+-]?[0-9]{1,20}",
    "real": r"\s?[+-]?(NaN|Infinity|[0-9]{1,40}(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?[dDfF]?)\s?",
    "double": r"\s?[+-]?(NaN|Infinity|[0-9]{1,40}(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?[dDfF]?)\s?",
    "boolean": r"(?i:true|false|t|f|0|1)", "decimal(12,2)": r"[+-]?[0-9]{0,12}\.?[0-9]{0,4}([eE][+-]?[0-9]{1,2})?",
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "date": r" ?[+-]?[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2} ?",
    "timestamp(3)": r"[+-]?[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{0,8})?)?)?( UTC)?",
    "timestamp(6)": r"[+-]?[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2} [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}\.[0-9]{0,8}",
    "time(3)": r"[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{0,8})?)?", "ipaddress": r"[0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-f:]{2,12}",
    "timestamp(3) with time zone": r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,4})?)? ?(UTC|Europe/Berlin|\+0[0-9]:[0-9]{2}|Mars)?",
}  # fmt: skip


@pytest.mark.parametrize("target", CAST_TEXTS)
def test_try_cast_is_cast_or_null(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    @EXAMPLES
    @given(st.lists(st.one_of(st.none(), texts_of(CAST_TEXTS[target])), min_size=1, max_size=12))
    def agree(values: list[str | None]) -> None:
        tried, _ = outcomes(connection, f"try_cast(x as {target})", "NULL", "varchar", values)
        cast, _ = outcomes(connection, f"cast(x as {target})", "NULL", "varchar", values)
        assert tried == [None if v in ("INVALID_CAST_ARGUMENT", "INVALID_FUNCTION_ARGUMENT") else v for v in cast]

    agree()
