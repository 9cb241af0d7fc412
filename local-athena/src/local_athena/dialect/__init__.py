"""Trino's language on DuckDB: text is parsed, typed by Trino's rules, and written as DuckDB SQL that gives Trino's values.

    connection = connect()
    connection.execute("CREATE TEMP VIEW r1 AS ...")                  # columns typed by types.to_duckdb
    made = translate(parse("SELECT ..."), {"r1": columns})
    connection.execute(made.sql)                                      # errors: errors.from_duckdb

What leaves a translated query, by Trino type (``Translation.columns`` says which; ``types.display`` spells it):
numbers, booleans, dates, binaries, UUIDs, arrays, maps and rows are DuckDB's own types of that kind (a row's unnamed
fields are called
field0, field1 ...); ``timestamp(p)`` is TIMESTAMP and ``time(p)`` TIME, whatever p; ``varchar(n)``, ``char(n)``
(padded) and ``json``
(JSON text) are VARCHAR; an ``unknown`` column (NULL) is INTEGER; ``timestamp with time zone`` and intervals are
VARCHAR with the text
that Athena prints (``2024-07-05 12:34:56.789 America/New_York``, ``3 04:05:06.789``), or, with ``translate(..., target="table")``,
TIMESTAMP WITH TIME ZONE. Inside arrays, maps and rows the same holds for each element.
"""

from local_athena.dialect import errors
from local_athena.dialect.connection import connect
from local_athena.dialect.parsing.parser import LocalAthena, parse
from local_athena.dialect.translation import Translation, translate, wide_decimals
from local_athena.dialect.values import types

__all__ = ["LocalAthena", "Translation", "connect", "errors", "parse", "translate", "types", "wide_decimals"]
