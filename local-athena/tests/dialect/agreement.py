"""Native paths and the slow ones that they stand before: hostile values, and both outcomes of each."""

# ruff: noqa: RUF001, RUF005
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from local_athena import dialect
from local_athena.dialect.values.types import parse_type, to_datatype
from local_athena.model import Column

MANY_TEXTS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
EXAMPLES = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

CODES = ("INVALID_CAST_ARGUMENT", "INVALID_FUNCTION_ARGUMENT", "NUMERIC_VALUE_OUT_OF_RANGE")

ARROW = {
    "varchar": pa.string(),
    "double": pa.float64(),
    "real": pa.float32(),
    "bigint": pa.int64(),
    "varbinary": pa.binary(),
}
ARROW |= {"timestamp(3)": pa.timestamp("us"), "timestamp(6)": pa.timestamp("us"), "json": pa.string()}

STRANGE = st.sampled_from(
    (
        "",
        " ",
        "\x00",
        "\t\n\r\f\x0b",
        "\x1c\x1f",
        "\xa0",
        "\u2007\u202f",
        "\u3000x\u3000",
        "e\u0301\u0323",
        "\r\n",
        "🇩🇪👨‍👩‍👧",
        "İıſK",
    )
    + (
        "߀१２",
        "1२-०1",
        "ß",
        "שלום",
        "﷽",
        "\U0010ffff\uffff",
        "a%zz",
        "%C3%28",
        "%00",
        "+%2B~*-._",
        "-0",
        "1e400",
        "١٢٣",
    )
)
TEXTS = st.one_of(st.text(max_size=20), STRANGE, st.text("0123456789-+:.eE TZ/", max_size=24))
DOUBLES = st.one_of(
    st.floats(),
    st.floats(-1e8, 1e8),
    st.integers(-(10**9), 10**9).map(float),
    st.integers(-(10**9), 10**9).map(lambda n: n / 1000),
    st.sampled_from(
        (
            0.0,
            -0.0,
            5e-324,
            1e-3,
            1005.0,
            12350.0,
            -123456.0,
            99950.0,
            999999.9,
            1e12,
            9.999999999999999e-4,
            1e7,
            9999999.999999998,
            1.7976931348623157e308,
            1e15,
            1e16,
        )
    ),
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
    wrong = st.tuples(right, st.integers(0, 30), st.sampled_from("0 9x-:.٣é%\n")).map(
        lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + 1 :]
    )
    return st.one_of(right, right, wrong, TEXTS)


def run(connection: duckdb.DuckDBPyConnection, query: str, count: int) -> list[str | None]:
    """Each row's value as DuckDB's text, or the code of its error. *query* gives the columns ``n`` and ``y``."""
    texts = f"SELECT CAST(y AS VARCHAR) FROM ({query}) AS made(n, y)"
    try:
        return [v for (v,) in connection.execute(f"{texts} ORDER BY n").fetchall()]
    except duckdb.Error as error:
        if count == 1:
            return [dialect.errors.from_duckdb(error).code]
    made = []
    for n in range(count):
        try:
            made += [v for (v,) in connection.execute(f"{texts} WHERE n = {n}").fetchall()]
        except duckdb.Error as error:
            made.append(dialect.errors.from_duckdb(error).code)
    return made


def outcomes(connection: duckdb.DuckDBPyConnection, athena: str, slow: str, t: str, values: Sequence[Any]) -> Any:
    """Outcomes of an expression of Athena's and of one of DuckDB's, over *values* in a column ``x`` of Athena's type *t*."""
    table = pa.table({"n": range(len(values)), "x": pa.array(values, ARROW[t])})
    connection.register("given_arrow", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE given_values AS SELECT * FROM given_arrow")
    columns = [Column("n", to_datatype(parse_type("bigint"))), Column("x", to_datatype(parse_type(t)))]
    query = dialect.parse(f"select n, {athena} as y from given_values")
    made = dialect.translate(query, {"given_values": columns}, target="table")
    exact = f"SELECT n, {slow} FROM given_values"
    return run(connection, made.sql, len(values)), run(connection, exact, len(values))


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
