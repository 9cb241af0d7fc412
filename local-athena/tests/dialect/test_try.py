"""TRY catches what its expression raises, also where a macro or a neighbour computes the same twice, and lets other errors pass."""

import duckdb
import pytest
from tests.truth.local import answer

from local_athena import dialect

PASSING = {
    "format_datetime(TIMESTAMP '2020-01-01 00:00:00 Europe/Vienna', 'zzzz')": "NOT_SUPPORTED",
    "length(to_hex(spooky_hash_v2_32(to_utf8(rpad(x, 200, 'a'))))) + 1": "NOT_SUPPORTED",
    "CASE WHEN x = 'y' THEN to_hex(spooky_hash_v2_32(to_utf8(rpad(x, 200, 'a')))) END": "NOT_SUPPORTED",
    "transform(ARRAY['a', x], e -> to_hex(spooky_hash_v2_32(to_utf8(rpad(e, 200, 'a')))))": "NOT_SUPPORTED",
    "ROW(1, CAST(NULL AS INTEGER)) < ROW(1, length(x))": "NOT_SUPPORTED",
    "json_exists(x, 'lax $.a' ERROR ON ERROR)": "JSON_INPUT_CONVERSION_ERROR",
    "json_value('{\"a\": 1}', 'strict $.b' ERROR ON ERROR)": "PATH_EVALUATION_ERROR",
    "fail(x)": "GENERIC_USER_ERROR",
}
"""Errors of a row that Trino's TRY does not catch, and the code of each.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/TryFunction.java
"""


@pytest.mark.parametrize("expression", PASSING)
def test_an_error_that_try_does_not_catch_passes(connection: duckdb.DuckDBPyConnection, expression: str) -> None:
    row = "FROM (VALUES ('y')) AS t (x)"
    assert answer(connection, f"try({expression}) {row}").error == PASSING[expression]
    branch = f"CASE WHEN x <> 'y' THEN ({expression}) IS NULL ELSE true END"
    assert answer(connection, f"try({branch}) {row}").text == "true"


def test_try_catches_in_a_macro_and_beside_its_twin():
    formats = ("%Y-%m-%d %H:%i:%s.%f", "%Y-%m-%d %H:%i:%s", "%Y-%m-%dT%H:%i:%s")
    parsed = ", ".join(f"try(date_parse(text, '{pattern}'))" for pattern in formats)
    query = f"select cast(coalesce({parsed}) as varchar) from (values '2024-01-02T03:04:05', 'no date') as t (text)"
    translation = dialect.translate(dialect.parse(query), {})
    rows = dialect.connect().execute(translation.sql).fetchall()
    assert rows == [("2024-01-02 03:04:05.000",), (None,)]


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("try_cast(json_parse(x) as integer)", "INVALID_FUNCTION_ARGUMENT"),
        ("try_cast(substr(x, 1 / (length(x) - 1)) as integer)", "DIVISION_BY_ZERO"),
        ("try_cast(split_part(x, ',', 0) as date)", "INVALID_FUNCTION_ARGUMENT"),
        ("try_cast(url_decode(x) as integer)", ""),
        ("try_cast(url_decode(max(x)) as integer)", ""),
        ("transform(array[x], e -> try_cast(url_decode(e) as integer))", ""),
    ],
)
def test_try_cast_catches_the_error_of_its_cast_alone(
    connection: duckdb.DuckDBPyConnection, expression: str, error: str
) -> None:
    assert answer(connection, f"{expression} FROM (VALUES 'y') AS t (x)").error == error
    assert answer(connection, f"try({expression}) FROM (VALUES 'y') AS t (x)").error == ""
