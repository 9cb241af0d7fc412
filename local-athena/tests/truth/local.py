"""Local Athena's answer to an expression, in this process: no server, no S3."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
from tests.truth.answers import Answer

from local_athena import dialect
from local_athena.dialect.values import types
from local_athena.errors import AthenaError
from local_athena.results.text import render


def fetched[T](
    connection: duckdb.DuckDBPyConnection, sql: str, read: Callable[[duckdb.DuckDBPyConnection], T], wide: bool = False
) -> tuple[dialect.Translation, T]:
    """Translate, run and *read* as the engine does: once more in 128 bits where 64 were too few."""
    made = dialect.translate(dialect.parse(sql), {}, wide=wide)
    try:
        return made, read(connection.execute(made.sql))
    except duckdb.Error as error:
        failure = dialect.errors.from_duckdb(error)
        if isinstance(failure, dialect.errors.DecimalOverflow) and not wide:
            return fetched(connection, sql, read, wide=True)
        raise failure from error


def answer(connection: duckdb.DuckDBPyConnection, sql: str) -> Answer:
    """The answer to ``SELECT sql``."""
    try:
        made, table = fetched(connection, f"SELECT {sql}", duckdb.DuckDBPyConnection.to_arrow_table)
    except AthenaError as error:
        return Answer(error=error.code)
    if table.num_rows != 1:
        return Answer(error=f"{table.num_rows} ROWS")
    (column,) = made.columns
    return Answer(str(types.from_datatype(column.type)), render(table.column(0).combine_chunks(), column.type)[0])
