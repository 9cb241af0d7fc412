"""The marts, fed by raw files and by changelogs of the same shop: the same rows, but for what only changes tell."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sample.tests.models.project import MARTS, UNTESTED, Project
from sample.tests.models.shop_feed import COLUMNS, HEARTBEAT, START, ShopFeed
from tests.changelog.places import Offline
from tests.offline_home import lakeloop

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dbt_imported")]


def by_changes(folder: Path) -> Project:
    """The project with the switch turned, where a team would."""
    project = Project(folder)
    file = project.home.dbt_project / "dbt_project.yml"
    text = file.read_text("utf-8")
    assert "  retail_from: files" in text
    file.write_text(text.replace("  retail_from: files", "  retail_from: changes"), "utf-8")
    return project


def test_both_feeds_of_one_shop_make_the_same_marts(tmp_path: Path) -> None:
    feed = ShopFeed(seed=3, days=4)
    files, changes = Project(tmp_path / "files"), by_changes(tmp_path / "changes")
    offline = Offline(changes.home)
    feed.write(files.raw, feed.days)
    files.builds(*UNTESTED)

    # WHEN its changes arrive in two parts, and each is built
    noon = START + timedelta(days=2)
    for late in (False, True):
        for table, records in feed.changes.items():
            if part := [record for record in records if (record["_committed_at"] >= noon) is late]:
                offline.append("shop_changes", table, COLUMNS[table], part)
        changes.builds(*UNTESTED)

    # THEN every mart has the same rows
    for mart in MARTS:
        assert files.rows(mart), mart
        assert changes.rows(mart) == files.rows(mart), mart

    # AND what is deleted is gone from the marts, history aside
    moment = START + timedelta(days=5)
    gone = feed.changes["orders"][-1]
    customer = next(row for row in feed.changes["customers"] if row["customer_id"] == 1)
    for table in ("orders", "order_items", "payments"):
        columns = [name for name in COLUMNS[table] if not name.startswith("_")]
        rows = {record["_key"]: record for record in feed.changes[table] if record["order_id"] == gone["order_id"]}
        before = len(feed.changes[table])
        for row in rows.values():
            feed.delete(table, {name: row[name] for name in columns}, moment)
        if rows:
            offline.append("shop_changes", table, COLUMNS[table], feed.changes[table][before:])
    feed.delete("customers", {name: value for name, value in customer.items() if not name.startswith("_")}, moment)
    offline.append("shop_changes", "customers", COLUMNS["customers"], feed.changes["customers"][-1:])
    orders = len(changes.rows("fct_orders"))
    changes.builds()
    assert len(changes.rows("fct_orders")) == orders - 1
    assert not changes.rows(f"(select * from fct_order_items where order_id = {gone['order_id']})")
    versions = changes.rows("(select valid_to, is_current from dim_customers where customer_id = 1)")
    assert max(versions)[0] == moment
    assert not any(current for _, current in versions)


def test_the_age_of_the_heartbeat_is_the_freshness_of_the_changelogs(tmp_path: Path) -> None:
    project = by_changes(tmp_path)
    offline = Offline(project.home)
    now = datetime.now(UTC).replace(tzinfo=None)
    for minutes, said in (
        (90, "ERROR STALE freshness of shop_changes.heartbeat"),
        (1, "PASS freshness of shop_changes"),
    ):
        beat = {**dict.fromkeys(HEARTBEAT), "id": 1, "_committed_at": now - timedelta(minutes=minutes)}
        offline.append("shop_changes", "heartbeat", HEARTBEAT, [beat])
        assert said in lakeloop(project.home, "dbt-local", "source", "freshness").stdout
