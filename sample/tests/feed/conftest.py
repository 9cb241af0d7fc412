from pathlib import Path

import duckdb
import pytest
from feed_reading import connect
from hypothesis import settings
from retail_feed import FeedOptions, generate

# No test asserts a time: the machine may be busy with something else.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


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
