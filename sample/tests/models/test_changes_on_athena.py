"""The marts from changelogs, built on DuckDB over Parquet files and on local Athena over Iceberg: the same rows."""

import shutil

import pytest

from sample.tests.models.project import UNTESTED
from sample.tests.models.shop_feed import COLUMNS, ShopFeed
from sample.tests.models.test_changes import by_changes
from sample.tests.models.test_parity import differences
from tests.changelog.places import Offline, OnAthena
from tests.rounds.conftest import aws, lake  # noqa: F401 - fixtures

pytestmark = [pytest.mark.slow, pytest.mark.emulator]


def test_every_mart_from_changes_has_the_same_rows_on_both_engines(aws, tmp_path):  # noqa: F811
    feed, project = ShopFeed(seed=5, days=2), by_changes(tmp_path / "home")
    (tmp_path / "task").mkdir()
    shutil.copytree(project.home.dbt_project, tmp_path / "task" / "dbt")
    offline, athena = Offline(project.home), OnAthena("shop_changes", tmp_path / "task", profile="lakeloop")
    for table, records in feed.changes.items():
        offline.append("shop_changes", table, COLUMNS[table], records)
        athena.append(f"sales_{table}", COLUMNS[table], records)
    project.builds(*UNTESTED)
    athena.build(*UNTESTED)
    assert differences(project, athena.function, tmp_path) == {}
