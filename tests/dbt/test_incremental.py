"""However the days arrive and however often one runs, the marts are those of a fresh build."""

from pathlib import Path

import pytest

from tests.dbt.feed import Feed
from tests.dbt.project import MARTS, Project

pytestmark = pytest.mark.slow


def _assert_same_marts(actual: Project, expected: Project) -> None:
    for mart in MARTS:
        assert actual.rows(mart), f"{mart} is empty"
        assert actual.rows(mart) == expected.rows(mart), mart


def test_late_rows_give_the_marts_of_a_fresh_build(tmp_path: Path) -> None:
    # GIVEN a project built on all days of arrival at once
    feed = Feed(seed=7, days=8, orders=200)
    fresh = Project(tmp_path / "fresh")
    feed.write(fresh.raw, feed.days)
    fresh.dbt("build")

    # WHEN another is built day by day towards the end, the last day bringing late rows of all the days before
    grown = Project(tmp_path / "grown")
    feed.write(grown.raw, feed.days[:-2])
    grown.dbt("build")
    before = {mart: grown.rows(mart) for mart in MARTS}
    for day in feed.days[-2:]:
        feed.write(grown.raw, [day])
        grown.dbt("build")

    # THEN both have the same rows, and the late rows did change them
    _assert_same_marts(grown, fresh)
    assert before["fct_orders"] != grown.rows("fct_orders")

    # AND a full refresh, or one more run with nothing new, changes nothing
    grown.dbt("build", "--full-refresh")
    _assert_same_marts(grown, fresh)
    grown.dbt("build")
    _assert_same_marts(grown, fresh)


def test_a_feed_that_was_away_for_days_catches_up(tmp_path: Path) -> None:
    # GIVEN a build on orders up to the last day, with payments that stopped arriving days before, longer ago than lookback_days
    feed = Feed(seed=11, days=9, orders=150)
    fresh = Project(tmp_path / "fresh")
    feed.write(fresh.raw, feed.days)
    fresh.dbt("build")

    held_back = {key: rows for key, rows in feed.rows.items() if key[0] == "payments" and key[1] > feed.days[2]}
    feed.rows = {key: rows for key, rows in feed.rows.items() if key not in held_back}
    grown = Project(tmp_path / "grown")
    feed.write(grown.raw, feed.days)
    grown.dbt("build", "--exclude-resource-type", "test")
    paid_before = grown.query("select sum(paid_amount) from fct_orders")

    # WHEN the payments arrive, in the folders of the days on which they should have
    feed.rows = held_back
    feed.write(grown.raw, feed.days)
    grown.dbt("build", "--exclude-resource-type", "test")

    # THEN every order has its payments
    assert paid_before != grown.query("select sum(paid_amount) from fct_orders")
    _assert_same_marts(grown, fresh)


def test_history_outlives_the_raw_files(tmp_path: Path) -> None:
    # GIVEN a build on all days
    feed = Feed(seed=3, days=6, orders=60)
    project = Project(tmp_path)
    feed.write(project.raw, feed.days)
    project.dbt("build")
    history = project.rows("dim_customers")

    # WHEN the customers' files of all days but the last have expired
    for day in feed.days[:-1]:
        for file in (project.raw / "customers" / f"dt={day}").glob("*"):
            file.unlink()
    project.dbt("build", "--select", "+dim_customers")

    # THEN their history is still there
    assert project.rows("dim_customers") == history
