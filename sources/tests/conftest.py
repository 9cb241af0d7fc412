from pathlib import Path

import duckdb
import pytest
from retail_feed import FeedOptions, generate
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


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A feed of 20,000 orders: enough for rates to be near their constants, made in two seconds."""
    folder = tmp_path_factory.mktemp("feed") / "raw"
    generate(FeedOptions(orders=20_000, seed=3), folder)
    return folder


@pytest.fixture(scope="session")
def feed(raw: Path) -> duckdb.DuckDBPyConnection:
    """The feed in a database, with `latest_orders`, `items` and `moves` free of duplicates."""
    connection = connect(raw)
    connection.execute("""
        create table latest_orders as
            select distinct on (order_id) * replace (lower(status) as status)
            from orders order by order_id, updated_at desc;
        create table items as select distinct on (order_item_id) * from order_items order by order_item_id, updated_at;
        create table moves as
            select distinct on (payment_id) * replace (lower(kind) as kind)
            from payments order by payment_id, updated_at;
    """)
    return connection
