"""Cases that the state and the history of a changelog are defined by, one by one."""

from collections.abc import Iterator
from datetime import timedelta

import duckdb
import pytest

from tests.changelog.rendered import Models
from tests.changelog.shop import START, Shop, append, create


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        create(opened)
        yield opened


def test_rows_of_a_snapshot_that_died_are_no_ghosts(connection: duckdb.DuckDBPyConnection) -> None:
    shop = Shop(captured=False)
    shop.commit([("put", key, key) for key in (1, 2, 3)], 1)
    shop.snapshot(2, 3)
    append(connection, shop.records)
    models = Models(connection)
    models.run()
    assert models.live() == {1: 1, 2: 2}, "the only attempt there is"
    shop.commit([("delete", 1, None)], 1)
    shop.snapshot(1, 1)
    append(connection, shop.records[2:-1])
    models.run()
    assert models.live() == {2: 2, 3: 3}, "the newest, while none is complete"
    append(connection, shop.records[-1:])
    models.run()
    assert models.live() == {2: 2, 3: 3}
    assert [row[:2] for row in models.history()] == [(2, 2), (3, 3)]


def test_a_second_snapshot_changes_nothing_before_it_is_whole(connection: duckdb.DuckDBPyConnection) -> None:
    shop = Shop(captured=False)
    shop.commit([("put", 1, 1), ("put", 2, 2)], 1)
    shop.snapshot(1, 1)
    shop.commit([("put", 4, 4)], 0)
    shop.captured = False
    shop.commit([("delete", 1, None), ("delete", 4, None), ("put", 3, 3)], 60)
    shop.snapshot(1, 1)
    models = Models(connection)
    append(connection, shop.records[:5])
    models.run()
    append(connection, shop.records[5:-1])
    models.run()
    assert models.live() == {1: 1, 2: 2, 4: 4}
    append(connection, shop.records[-1:])
    models.run()
    assert models.live() == {2: 2, 3: 3}
    first, second = START + timedelta(seconds=1), START + timedelta(seconds=61)
    assert [(row[0], *row[4:6]) for row in models.history()] == [
        (1, first, second),
        (2, first, None),
        (3, second, None),
        (4, first, second),
    ], "what both snapshots saw alike is one version"


def test_a_truncate_that_comes_first_ends_what_comes_after_it(connection: duckdb.DuckDBPyConnection) -> None:
    shop = Shop()
    shop.snapshot(1, 1)
    shop.commit([("put", 1, 1), ("put", 2, 2)], 1)
    shop.commit([("truncate", 0, None), ("put", 2, 5)], 1)
    models = Models(connection)
    snapshot, one, two, truncate, again = shop.records
    for records in ([snapshot, one], [truncate, again], [two]):
        append(connection, records)
        models.run()
    assert models.live() == shop.rows == {2: 5}
    assert [row[:2] for row in models.history()] == [(1, 1), (2, 2), (2, 5)]


def test_a_truncate_ends_keys_that_are_older_than_the_lookback(connection: duckdb.DuckDBPyConnection) -> None:
    shop = Shop()
    shop.snapshot(1, 1)
    shop.commit([("put", 1, 1)], 1)
    shop.commit([("truncate", 0, None)], 86_400 * 9)
    shop.commit([("put", 2, 2)], 86_400)
    models = Models(connection)
    snapshot, one, truncate, two = shop.records
    for records in ([snapshot, one, two], [truncate]):
        append(connection, records)
        models.run()
    assert models.live() == shop.rows == {2: 2}


def test_changes_later_than_the_lookback_are_named_and_a_rebuild_takes_them(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    shop = Shop()
    shop.snapshot(1, 1)
    shop.commit([("put", 1, 1)], 1)
    shop.commit([("put", 2, 2)], 60)
    shop.commit([("put", 3, 3)], 86_400 * 5)
    models = Models(connection)
    snapshot, one, two, three = shop.records
    append(connection, [snapshot, one, three])
    models.run()
    append(connection, [two])
    models.run(lookback_days=3)
    assert models.live() == {1: 1, 3: 3}
    assert [row[0] for row in models.unapplied()] == ['{"id": 2}']
    models.run(lookback_days=None)
    assert models.live() == {1: 1, 2: 2, 3: 3}
    assert models.unapplied() == []


def test_only_what_is_new_is_merged(connection: duckdb.DuckDBPyConnection) -> None:
    shop = Shop()
    shop.snapshot(1, 1)
    shop.commit([("put", key, key) for key in range(1, 100)], 1)
    append(connection, shop.records)
    models = Models(connection)
    models.run()
    shop.commit([("put", 5, 50), ("put", 5, 51)], 1)
    append(connection, shop.records[-2:])
    models.run()
    assert models.arrived() == 1
    assert models.live()[5] == 51


def test_a_history_of_some_columns_has_no_version_for_others(connection: duckdb.DuckDBPyConnection) -> None:
    shop = Shop()
    shop.snapshot(1, 1)
    shop.commit([("put", 1, 1)], 1)
    shop.commit([("put", 1, 2)], 1)
    append(connection, shop.records)
    models = Models(connection)
    assert len(models.history(columns=["id", "value"])) == 2
    assert len(models.history(columns=["id"])) == 1


def test_a_clock_that_goes_back_makes_no_version_of_negative_length(connection: duckdb.DuckDBPyConnection) -> None:
    shop = Shop()
    shop.snapshot(1, 1)
    for seconds, value in ((60, 1), (-30, 2), (10, 3), (60, 4)):
        shop.commit([("put", 1, value)], seconds)
    append(connection, shop.records)
    ends = [(row[1], *row[4:6]) for row in Models(connection).history()]
    turn, last = START + timedelta(seconds=60), START + timedelta(seconds=100)
    assert ends == [(3, turn, last), (4, last, None)]


def test_a_row_without_a_key_and_a_column_of_a_later_day(connection: duckdb.DuckDBPyConnection) -> None:
    shop = Shop()
    shop.snapshot(1, 1)
    shop.commit([("put", 1, 1), ("put", 2, 2)], 1)
    append(connection, [*shop.records[:-1], {**shop.records[-1], "_key": None}])
    models = Models(connection)
    models.run()
    assert models.live() == {1: 1}
    connection.execute("alter table changelog add column colour varchar")
    connection.execute("alter table state add column colour varchar")  # dbt's on_schema_change
    shop.commit([("put", 3, 3)], 1)
    columns = {**shop.records[-1], "colour": "red"}
    connection.execute(
        f"insert into changelog by name select {', '.join(f'${name} as {name}' for name in columns)}", columns
    )
    models.run()
    assert connection.execute("select colour from state where id = 3").fetchall() == [("red",)]
