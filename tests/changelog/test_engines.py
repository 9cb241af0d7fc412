"""The package on both engines: state and history as the table was, by MERGE on DuckDB and on Iceberg."""

import random
from pathlib import Path

import pytest
from lakeloop.workspace import Workspace

from tests.changelog.places import Offline, OnAthena, with_package
from tests.changelog.shop import COLUMNS, Shop
from tests.projects import lay
from tests.rounds.conftest import aws, lake  # noqa: F401 - fixtures

pytestmark = [pytest.mark.slow, pytest.mark.emulator, pytest.mark.usefixtures("dbt_imported")]

PROJECT = Path(__file__).with_name("project")
STATE = "select id, value, _key, _op, _deleted, _snapshot, _position from state order by _key"
LIVE = "select id, value from state where not _deleted order by id"
HISTORY = "select id, value, valid_from, valid_to from history order by _key, valid_from"


def busy_shop() -> Shop:
    """A snapshot that died, one that was whole, changes of every kind, and a second snapshot after changes nobody saw."""
    chance, shop = random.Random(5), Shop(captured=False)
    shop.commit([("put", key, key) for key in range(1, 20)], 1)
    shop.snapshot(1, 2)
    shop.commit([("delete", 3, None), ("put", 4, 40)], 1)
    shop.snapshot(1, 1)
    for number in range(60):
        what = chance.choice(["put", "put", "put", "delete", "move"])
        shop.commit([(what, chance.randint(1, 25), chance.randint(1, 30))], chance.choice([0, 60, 7200]))
        if number == 20:
            shop.commit([("truncate", 0, None), ("put", 1, 1)], 60)
        if number == 45:
            shop.captured = False
            shop.commit([("delete", key, None) for key in range(1, 8)], 60)
            shop.snapshot(1, 1)
    return shop


def test_both_engines_have_the_table_and_its_history(aws, tmp_path):  # noqa: F811
    shop = busy_shop()
    offline = Offline(Workspace(lay(tmp_path / "home", PROJECT)))
    with_package(offline.home.dbt_project)
    (tmp_path / "task").mkdir()
    with_package(lay(tmp_path / "lake", PROJECT) / "dbt").rename(tmp_path / "task" / "dbt")
    athena = OnAthena("changelog", tmp_path / "task", profile="items")
    # Deliveries late, out of order and twice.
    records = [*shop.records, *shop.records[30:50]]
    random.Random(1).shuffle(records)
    third = len(records) // 3
    for run, part in enumerate([records[:third], records[third:-third], records[-third:]]):
        offline.append("shop", "items", COLUMNS, part)
        athena.append("items", COLUMNS, part)
        offline.build()
        athena.build(run_id=f"run{run}")
        assert offline.rows(STATE) == offline_like(athena.function.rows(STATE))
        assert offline.rows(HISTORY) == offline_like(athena.function.rows(HISTORY))
    assert offline.rows(LIVE) == [
        (str(key), None if value is None else str(value)) for key, value in sorted(shop.rows.items())
    ]
    assert [row[:2] for row in offline.rows(HISTORY)] == [
        (str(key), None if value is None else str(value)) for key, value, *_ in shop.versions()
    ]
    # AND once more with nothing new
    before = athena.function.rows(STATE)
    athena.build(run_id="again")
    assert athena.function.rows(STATE) == before


def offline_like(rows):
    """Athena's texts of timestamps as DuckDB writes them."""
    return [tuple(cell.removesuffix(".000000") if cell else cell for cell in row) for row in rows]
