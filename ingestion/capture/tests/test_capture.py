"""The capture as a process: a real database, Debezium, a stream of the local AWS."""

from __future__ import annotations

import pytest
from captures import Capture, capturing

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

TABLE = """
CREATE TABLE sales.notes (id bigint PRIMARY KEY, n numeric(6, 2), note text);
ALTER TABLE sales.notes REPLICA IDENTITY FULL;
GRANT SELECT ON sales.notes TO shop_capture;
ALTER PUBLICATION shop_changes ADD TABLE sales.notes;
INSERT INTO sales.notes VALUES (1, 1.5, 'one'), (2, NULL, 'two');
"""


@pytest.fixture
def notes(shop):
    """A published table with two rows."""
    shop.run(TABLE, "shop_owner")
    yield "sales.notes"
    shop.run("DROP TABLE sales.notes", "shop_owner")


@pytest.fixture
def settings(shop, stream):
    """Settings of a capture into the stream."""
    return {**shop.settings(CAPTURE_TRANSPORT=f"kinesis:{stream.name}"), **stream.environment}


def test_rows_changes_and_changed_tables_arrive_and_a_lost_slot_is_not_passed_over(
    shop, notes, stream, settings, tmp_path
):
    def of_notes(found):
        return [change for change in found if change.table == "notes"]

    def arrived(count):
        return of_notes(stream.until(lambda found: len(of_notes(found)) >= count, lambda: capture.alive))

    with capturing(settings, tmp_path / "log") as capture:
        snapshot = arrived(3)
        assert sorted((one.op, one.rows or 0) for one in snapshot) == [("r", 0), ("r", 0), ("s", 2)]
        assert {one.key["id"]: one.after for one in snapshot if one.op == "r"} == {
            1: {"id": 1, "n": "1.50", "note": "one"},
            2: {"id": 2, "n": None, "note": "two"},
        }
        empty = [change for change in stream.changes if change.op == "s" and change.table == "orders"]
        assert [(one.rows, len(one.columns)) for one in empty] == [(0, 7)]
        # A long text, which PostgreSQL keeps aside and does not write into the log when another column changes.
        shop.run(
            "UPDATE sales.notes SET note = (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 4000) i)",
            "shop_owner",
        )
        shop.run("UPDATE sales.notes SET n = 2 WHERE id = 1", "shop_owner")
        shop.run("UPDATE sales.notes SET id = 3 WHERE id = 1", "shop_owner")
        shop.run(
            "ALTER TABLE sales.notes ADD COLUMN more date; ALTER TABLE sales.notes RENAME COLUMN n TO m", "shop_owner"
        )
        shop.run("INSERT INTO sales.notes VALUES (4, 9, 'four', '2026-11-30')", "shop_owner")
        shop.run("DELETE FROM sales.notes WHERE id = 2", "shop_owner")
        shop.run("TRUNCATE sales.notes", "shop_owner")
        changes = [one for one in arrived(11) if one.op not in "rs"]
    by_order = sorted(changes, key=lambda one: one.position)
    assert [one.op for one in by_order] == ["u", "u", "u", "d", "c", "c", "d", "t"]
    long = by_order[1].after["note"]
    assert len(long) == 4000 * 32 and by_order[2].after["note"] == long and by_order[3].before["note"] == long
    assert [one.position.rank for one in by_order[3:5]] == [0, 1] and by_order[3].lsn == by_order[4].lsn
    assert by_order[5].after == {"id": 4, "m": "9.00", "note": "four", "more": "2026-11-30"}
    assert [column[:2] for column in by_order[5].columns] == [
        *(("id", "bigint"), ("m", "decimal(6,2)"), ("note", "varchar"), ("more", "date")),
    ]
    assert capture.end() == 0 and capture.said()[-1]["event"] == "stopped"

    # Goes on: nothing twice that was confirmed, nothing lost.
    shop.run("INSERT INTO sales.notes VALUES (5, NULL, 'five')", "shop_owner")
    with capturing(settings, tmp_path / "log") as capture:
        stream.until(lambda found: any(one.key == {"id": 5} for one in of_notes(found)), lambda: capture.alive)
    assert len({one.snapshot for one in stream.changes if one.op == "s"}) == 1

    # A slot that was made anew has not what happened before.
    with shop.connect("postgres") as owner:
        owner.execute("SELECT pg_drop_replication_slot('shop_capture')")
        owner.execute("INSERT INTO sales.notes VALUES (6, NULL, 'lost')")
        owner.execute("SELECT pg_create_logical_replication_slot('shop_capture', 'pgoutput')")
    refused = Capture(settings, tmp_path / "log")
    assert refused.end() == 2
    assert "made anew" in refused.said()[-1]["message"] and "again=snapshot" in refused.said()[-1]["message"]
    with capturing({**settings, "CAPTURE_AGAIN": "snapshot"}, tmp_path / "log") as capture:
        stream.until(lambda found: any(one.key == {"id": 6} for one in of_notes(found)), lambda: capture.alive)


def test_what_cannot_be_captured_is_said_by_name_before_anything_starts(shop, settings, tmp_path):
    log = tmp_path / "log"
    shop.run(
        "CREATE TABLE sales.keyless (a bit varying); ALTER PUBLICATION shop_changes ADD TABLE sales.keyless",
        "shop_owner",
    )
    try:
        capture = Capture(settings, log)
        assert capture.end() == 2
        said = capture.said()[-1]["message"]
        for part in [
            "sales.keyless has no primary key",
            "REPLICA IDENTITY FULL",
            "GRANT SELECT",
            "does not read whole",
        ]:
            assert part in said
    finally:
        shop.run("DROP TABLE sales.keyless", "shop_owner")
    assert shop.run("SELECT count(*) FROM pg_replication_slots", "postgres") == [(0,)]
    for more, code, message in [
        ({"CAPTURE_PORT": "1"}, 1, "does not answer"),
        ({"CAPTURE_PASSFILE": "", "CAPTURE_PASSWORD": "test"}, 2, "authentication failed"),
        ({"CAPTURE_PUBLICATION": "none"}, 2, "no publication none"),
        ({"CAPTURE_TRANSPORT": "kinesis:none"}, 2, "no stream none"),
    ]:
        capture = Capture({**settings, **more}, log)
        assert capture.end() == code
        assert message in str(capture.said()[-1]["message"])


def test_a_connector_that_fails_fails_the_process(shop, settings, stream, tmp_path):
    with capturing(settings, tmp_path / "log") as capture:
        stream.until(lambda found: any(one.op == "u" for one in found), lambda: capture.alive)
        with shop.connect("postgres") as owner:
            owner.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active")
        assert capture.end() == 1
    assert capture.said()[-1]["event"] == "failed" and "Debezium ended" in str(capture.said()[-1]["message"])
    # One capture at a time.
    with capturing(settings, tmp_path / "log") as capture:
        stream.until(lambda found: len(found) > 10, lambda: capture.alive)
        second = Capture(settings, tmp_path / "second")
        assert second.end() == 1
        assert "Another capture" in str(second.said()[-1]["message"])
