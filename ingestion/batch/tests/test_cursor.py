"""Cursors: what is remembered, in which shape a source is asked, what is compared."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from lakeloop_ingest import cursor
from lakeloop_ingest.cursor import Cursor
from lakeloop_ingest.settings import Table

from tests.conftest import NOW

TABLE = Table("orders", "orders", cursor="at", lag_seconds=60)


def after(*values, state=None, table=TABLE) -> tuple[list, dict]:
    """The values that are new, and the state."""
    one = Cursor(table, state or {}, NOW)
    return [row["at"] for row in one.new({"at": value} for value in values)], one.state


@pytest.mark.parametrize(
    ("last", "start"),
    [
        ("2026-11-30T10:00:00Z", "2026-11-30T09:59:00Z"),
        ("2026-11-30T10:00:00.500Z", "2026-11-30T09:59:00.500Z"),
        ("2026-11-30T10:00:00.123456+02:00", "2026-11-30T09:59:00.123456+02:00"),
        ("2026-11-30 10:00:00", "2026-11-30 09:59:00"),
        ("2026-11-30", "2026-11-29"),
        (datetime(2026, 11, 30, 10, tzinfo=UTC), datetime(2026, 11, 30, 9, 59, tzinfo=UTC)),
        (date(2026, 11, 30), date(2026, 11, 29)),
        (17, 17),
        (Decimal("1.50"), Decimal("1.50")),
        ("v0017", "v0017"),
    ],
)
def test_a_source_is_asked_in_its_own_shape(last, start):
    _, state = after(last)
    again = Cursor(TABLE, state, NOW)
    assert again.start == start and type(again.start) is type(start)
    assert list(again.new([{"at": last}])) == [], "known"


def test_moments_of_different_offsets_are_compared_as_moments():
    _, state = after("2026-11-30T10:00:00+02:00", "2026-11-30T09:00:00Z")
    assert state["last"] == ["plain", "2026-11-30T09:00:00Z"]


def test_rows_that_no_later_run_asks_for_are_forgotten_while_it_runs(monkeypatch):
    values = [f"2026-11-30T{minute // 60:02}:{minute % 60:02}:00Z" for minute in range(600)]
    _, whole = after(*values)
    monkeypatch.setattr(cursor, "_MOST", 10)
    one = Cursor(TABLE, {}, NOW)
    assert len(list(one.new({"at": value} for value in values))) == 600
    assert len(one._found) <= 12 and one.state == whole


def test_a_lag_of_nothing_remembers_the_last_moment_alone():
    table = Table("orders", "orders", cursor="at", lag_seconds=0)
    new, state = after(1, 2, 2, table=table)
    assert new == [1, 2], "the same row twice is one"
    assert after(2, 3, state=state, table=table)[0] == [3]


def test_a_state_is_small_whatever_was_brought():
    start = datetime(2026, 11, 1, tzinfo=UTC)
    _, state = after(*((start + timedelta(seconds=second)).isoformat() for second in range(5_000)))
    assert len(state["seen"]) < 2_000
