"""However the days arrive and however often one runs, the marts are those of a fresh build."""

import shutil
from pathlib import Path

import pytest

from sample.tests.models.feed import Feed
from sample.tests.models.project import MARTS, UNTESTED, Project

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dbt_imported")]

DAYS = 9


def _feed() -> Feed:
    return Feed(seed=7, days=DAYS, orders=200)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The whole feed, built once, with every test of the project."""
    feed = _feed()
    project = Project(tmp_path_factory.mktemp("fresh"))
    feed.write(project.raw, feed.days)
    project.builds()
    return project


def _assert_same_marts(actual: Project, expected: Project) -> None:
    for mart in MARTS:
        assert actual.rows(mart), f"{mart} is empty"
        assert actual.rows(mart) == expected.rows(mart), mart


def test_late_rows_give_the_marts_of_a_fresh_build(tmp_path: Path, fresh: Project) -> None:
    # GIVEN a build on all days but the last
    feed = _feed()
    grown = Project(tmp_path)
    feed.write(grown.raw, feed.days[:-1])
    grown.builds(*UNTESTED)
    before = {mart: grown.rows(mart) for mart in MARTS}

    # WHEN the last day arrives, with late rows of all the days before
    feed.write(grown.raw, feed.days[-1:])
    grown.builds(*UNTESTED)

    # THEN the marts are those of a fresh build, and the late rows did change them
    _assert_same_marts(grown, fresh)
    for mart in ("customer_lifetime_value", "daily_sales", "dim_customers", "fct_orders"):
        assert set(before[mart]) - set(grown.rows(mart)), f"no earlier row of {mart} was changed"

    # AND a full refresh changes nothing
    grown.builds(*UNTESTED, "--full-refresh")
    _assert_same_marts(grown, fresh)


def test_a_feed_that_was_away_for_days_catches_up(tmp_path: Path, fresh: Project) -> None:
    # GIVEN a build on orders up to the last day, with payments that stopped arriving longer ago than lookback_days
    feed = _feed()
    held_back = {key: rows for key, rows in feed.rows.items() if key[0] == "payments" and key[1] > feed.days[2]}
    feed.rows = {key: rows for key, rows in feed.rows.items() if key not in held_back}
    grown = Project(tmp_path)
    feed.write(grown.raw, feed.days)
    grown.builds(*UNTESTED)
    assert grown.rows("fct_orders") != fresh.rows("fct_orders")

    # WHEN the payments arrive, in the folders of the days on which they should have
    feed.rows = held_back
    feed.write(grown.raw, feed.days)
    grown.builds(*UNTESTED)

    # THEN every order has its payments
    _assert_same_marts(grown, fresh)


def test_history_outlives_the_raw_files(tmp_path: Path, fresh: Project) -> None:
    # GIVEN a build on all days
    project = Project(tmp_path)
    shutil.copytree(fresh.raw, project.raw, dirs_exist_ok=True)
    project.home.state.mkdir()
    for file in (fresh.home.database, fresh.home.database.with_suffix(".raw")):
        shutil.copy(file, project.home.database.parent)

    # WHEN the customers' files of all days but the last have expired
    for folder in sorted((project.raw / "customers").iterdir())[:-1]:
        shutil.rmtree(folder)
    project.builds(*UNTESTED, "--select", "+dim_customers")

    # THEN their history is still there
    assert project.rows("dim_customers") == fresh.rows("dim_customers")
