"""Random queries over the grammar: each gives rows or an error of Athena's, never one of DuckDB's or Python's.

40 queries by default; ``pytest tests/dialect/test_fuzz.py --hypothesis-profile=fuzz`` runs 10,000.
"""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from tests.truth.local import fetched

from local_athena.dialect import functions
from local_athena.dialect.errors import from_duckdb
from local_athena.dialect.expressions.signatures import Pattern, overload
from local_athena.errors import AthenaError

LITERALS = (
    "1", "0", "-1", "9223372036854775807", "-9223372036854775808", "2147483647", "1.5", "0e0", "1e308", "nan()", "infinity()",
    "tinyint '-128'", "smallint '7'", "real '1.5'", "decimal '12345678901234567890.12'", "decimal '0.5'", "''", "'a'", "'12'",
    "'2024-02-29'", "'{\"a\":[1]}'", "U&'\\0000'", "char 'ab'", "true", "false", "null", "date '2024-02-29'",
    "timestamp '2024-02-29 23:59:59.999999'", "timestamp '2024-03-10 02:30:00 America/New_York'", "time '23:59:59.123456789'",
    "time '10:00 +05:45'", "interval '1' day", "interval '1' month", "x'00ff'", "json '{\"a\": null}'", "array[1, null]",
    "array['a']", "array[]", "map(array['a'], array[1])", "map()", "row(1, 'a')", "uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59'",
    "ipaddress '10.0.0.1'", "current_date", "now()", "x", "y", "t.x", "z",
)  # fmt: skip
TYPES = (
    "tinyint", "integer", "bigint", "real", "double", "decimal(5,2)", "decimal(38,10)", "varchar", "varchar(3)", "char(4)",
    "varbinary", "boolean", "date", "timestamp", "timestamp(6)", "timestamp with time zone", "time(9)", "time with time zone", "json",
    "array(integer)", "array(varchar)", "map(varchar, double)", "row(a bigint, b varchar)", "uuid", "ipaddress",
    "interval day to second",
)  # fmt: skip
BY_TYPE = {
    "varchar": (
        "'a'",
        "''",
        "'12'",
        "y",
        "U&'\\0000'",
        "'2024-02-29'",
        "'[1,2]'",
        "char 'ab'",
        "cast(null as varchar)",
    ),
    "number": (
        "1",
        "0",
        "-1",
        "1.5",
        "x",
        "z",
        "9223372036854775807",
        "decimal '12345678901234567890.12'",
        "real '1.5'",
        "nan()",
    ),
    "boolean": ("true", "false", "null", "x = 1"),
    "date": ("date '2024-02-29'", "current_date", "date '0001-01-01'"),
    "timestamp": ("timestamp '2024-02-29 23:59:59.999999'", "date '2024-02-29'", "localtimestamp"),
    "timestamp with time zone": ("timestamp '2024-03-10 02:30:00 America/New_York'", "now()"),
    "time": ("time '23:59:59.123456789'", "time '10:00'"),
    "interval day to second": ("interval '1' day", "interval '-1' second"),
    "varbinary": ("x'00ff'", "x''", "to_utf8(y)"),
    "json": ("json '{\"a\": null}'", "json '[1, \"a\"]'", "json '1.5'"),
    "array": (
        "array[1, null]",
        "array['a', 'b']",
        "array[]",
        "array[1.5e0, nan()]",
        "array[array[1]]",
        "array[row(1, 'a')]",
        "array[x, x]",
    ),
    "map": ("map(array['a', 'b'], array[1, null])", "map()", "map(array[1], array['a'])"),
    "ipaddress": ("ipaddress '10.0.0.1'",),
    "uuid": ("uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59'",),
}
NUMBERS = ("tinyint", "smallint", "integer", "bigint", "decimal", "real", "double", "N")
NAMES = sorted(
    {*functions.SCALARS, *functions.SPECIALS, *functions.RAW} - {"random", "rand", "uuid", "shuffle", "sequence"}
)
AGGREGATES = (
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "array_agg",
    "max_by",
    "map_agg",
    "approx_distinct",
    "checksum",
    "bool_and",
)
BINARY = ("+", "-", "*", "/", "%", "||", "=", "<>", "<", ">=", "and", "or", "is distinct from", "like")
RELATIONS = (
    "(values (1, 'a', 1.5e0), (2, null, nan()), (null, 'b', 0e0)) t(x, y, z)",
    "(select 1 as x, 'a' as y, 1.5e0 as z) t",
    "(values (1, 'a', 0e0)) t(x, y, z) left join (values 1, 2) u(w) on t.x = u.w",
    "unnest(array[1, 2], array['a']) as t(x, y) cross join (values 2e0) u(z)",
    "(values (1, 'a')) t(x, y) cross join lateral (select x * 1e0) u(z)",
)


def argument(p: Pattern) -> SearchStrategy[str]:
    """An argument that a signature asks for there, or something else now and then."""
    if p.name == "function":
        names = [f"v{i}" for i in range(len(p.args) - 1)]
        return st.sampled_from(
            [f"({', '.join(names)}) -> {body}" for body in (*names, "1", "null", "true", "'a'") if names]
        )
    known = BY_TYPE.get("number" if p.name in NUMBERS else p.name)
    return st.sampled_from(known or LITERALS) if not p.variable else st.sampled_from(LITERALS)


def calls() -> SearchStrategy[str]:
    def call(line: str) -> SearchStrategy[str]:
        made = overload(line)
        name = line.partition("(")[0].strip()
        return st.tuples(*map(argument, made.arguments)).map(lambda given: f"{name}({', '.join(given)})")

    lines = [line for name in NAMES for line in functions.SCALARS.get(name, ())]
    return st.sampled_from(lines).flatmap(call)


def expressions(leaves: SearchStrategy[str]) -> SearchStrategy[str]:
    def larger(inner: SearchStrategy[str]) -> SearchStrategy[str]:
        call = st.builds("{}({})".format, st.sampled_from(NAMES), st.lists(inner, max_size=3).map(", ".join))
        return st.one_of(
            call, calls(), calls(), calls(),
            st.builds("({} {} {})".format, inner, st.sampled_from(BINARY), inner),
            st.builds("cast({} as {})".format, inner, st.sampled_from(TYPES)),
            st.builds("try_cast({} as {})".format, inner, st.sampled_from(TYPES)),
            st.builds("try({})".format, inner),
            st.builds("case when {} = {} then {} else {} end".format, inner, inner, inner, inner),
            st.builds("coalesce({}, {})".format, inner, inner),
            st.builds("{} in ({}, {})".format, inner, inner, inner),
            st.builds("{} between {} and {}".format, inner, inner, inner),
            st.builds("{} is null".format, inner),
            st.builds("array[{}, {}]".format, inner, inner),
            st.builds("row({}, {})".format, inner, inner),
            st.builds("transform({}, v -> {})".format, inner, inner),
            st.builds("{}[{}]".format, inner, inner),
            st.builds("{} at time zone {}".format, inner, st.sampled_from(["'UTC'", "'-03:30'", "y", "interval '1' hour"])),
            st.builds("extract({} from {})".format, st.sampled_from(["year", "hour", "timezone_hour", "week"]), inner),
            st.builds("(select max({}) from (values 1, 2) s(k))".format, inner),
            st.builds("exists (select {} where {} = x)".format, inner, inner),
            st.builds("{} > all (values {})".format, inner, inner),
        )  # fmt: skip

    return st.recursive(leaves, larger, max_leaves=5)


EXPRESSION = expressions(st.sampled_from(LITERALS))
AGGREGATED = st.builds("{}({})".format, st.sampled_from(AGGREGATES), EXPRESSION)
QUERY = st.one_of(
    *[st.builds("select {} from {}".format, calls(), st.sampled_from(RELATIONS))] * 4,
    st.builds("select {}, count(*) from {} group by 1".format, calls(), st.sampled_from(RELATIONS)),
    st.builds("select (select {}) from {} order by 1".format, calls(), st.sampled_from(RELATIONS)),
    st.builds("select k from {} cross join lateral (select {}) u2(k)".format, st.sampled_from(RELATIONS), calls()),
    st.builds("select {} = (select {}) from {}".format, calls(), calls(), st.sampled_from(RELATIONS)),
    st.builds("select try({}), cast({} as varchar) from {}".format, calls(), calls(), st.sampled_from(RELATIONS)),
    st.builds("select {} from {}".format, EXPRESSION, st.sampled_from(RELATIONS)),
    st.builds("select {}, {} from {} where {} = {}".format, EXPRESSION, EXPRESSION, st.sampled_from(RELATIONS), EXPRESSION, EXPRESSION),
    st.builds("select {0}, {1} from {2} group by {0} having {3} is not null order by 1".format, EXPRESSION, AGGREGATED, st.sampled_from(RELATIONS), AGGREGATED),
    st.builds("select {} over (partition by {} order by {}) from {}".format, AGGREGATED, EXPRESSION, EXPRESSION, st.sampled_from(RELATIONS)),
    st.builds("select distinct {} as k from {} order by k nulls first limit 2".format, EXPRESSION, st.sampled_from(RELATIONS)),
    st.builds("select {} union all select {} order by 1".format, EXPRESSION.filter(lambda e: "x" not in e), EXPRESSION),
    st.builds("values ({}, {}), ({}, {})".format, EXPRESSION, EXPRESSION, EXPRESSION, EXPRESSION),
    st.builds("select * from (values 1, 2) a(x) left join (values ('a', 1e0)) b(y, z) on {} = {}".format, EXPRESSION, EXPRESSION),
)  # fmt: skip

FOREIGN = re.compile(
    r"Binder|(?:Parser|Catalog|Conversion|Internal|Invalid Input) Error|DuckDB|STRUCT|trino_|\"\$|LINE 1|Candidate functions|UDF|_l\d_"
)
"""Words of DuckDB and of the translation, which no message may use: they speak of a query that the user has not written."""
_EXAMPLES = 10_000 if settings.get_current_profile_name() == "fuzz" else 40


@settings(
    max_examples=_EXAMPLES,
    derandomize=_EXAMPLES < 100,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(sql=QUERY)
def test_no_query_fails_in_words_of_another(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        fetched(connection, sql, duckdb.DuckDBPyConnection.to_arrow_table)
    except AthenaError as error:
        assert error.code != "GENERIC_INTERNAL_ERROR", error
        assert not FOREIGN.search(error.message), error


UNTRANSLATED = "NOT_SUPPORTED: A query of this form is not supported by local Athena (see docs/ATHENA.md)"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (duckdb.BinderException("Binder Error: Need named argument for struct pack"), UNTRANSLATED),
        (duckdb.CatalogException("Catalog Error: Scalar Function with name x does not exist!"), UNTRANSLATED),
        (duckdb.InternalException("INTERNAL Error: Attempted to access index 1"), UNTRANSLATED),
        (
            duckdb.InvalidInputException("Invalid Input Error: Arrow map contains duplicate key"),
            "INVALID_FUNCTION_ARGUMENT: An argument of a function is not valid",
        ),
    ],
    ids=["binder", "catalog", "internal", "input"],
)
def test_what_duckdb_says_is_in_the_log_alone(
    error: duckdb.Error, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert str(from_duckdb(error)) == words
    assert str(error) in caplog.text
