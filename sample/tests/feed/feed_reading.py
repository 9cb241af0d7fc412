"""A raw folder as a DuckDB database."""

from pathlib import Path

import duckdb
from retail_feed.files import DECLARED

READERS = {
    # The dialect is given: DuckDB's guess goes wrong on some files of few rows with quotes in them.
    "csv": "read_csv('{}', header = true, delim = ',', quote = '\"', escape = '\"', all_varchar = true, "
    "hive_partitioning = true)",
    "json": "read_json('{}', format = 'newline_delimited', hive_partitioning = true)",
    "parquet": "read_parquet('{}', hive_partitioning = true)",
}


def connect(raw: Path, format_: str | None = None) -> duckdb.DuckDBPyConnection:
    """A database with the rows of each table of a raw folder, `dt` as a date."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for table, declared in DECLARED.items():
        kind = format_ or declared
        reader = READERS[kind].format(raw / table / "*" / f"*.{kind}")
        connection.execute(f"create table {table} as select * replace (dt::date as dt) from {reader}")
    return connection
