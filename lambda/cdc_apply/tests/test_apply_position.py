"""Exactly once: whatever is cut, comes again or runs beside another, a table has each change once, in order per key."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from cdc_apply.plan import Item, plan
from cdc_apply.position import Positions, Reached, Verdict
from history import Sent, change, item, name, sent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lakeloop_changes import LANES, Change, canonical, lane, partition_key


@dataclass
class Table:
    """A table that takes a commit only on the state that its writer has read, as Glue does; positions are kept as text."""

    version: int = 0
    position: str | None = None
    changes: list[Change] = field(default_factory=list)

    def commit(self, read: int, position: str, changes: Sequence[Change]) -> bool:
        if read != self.version:
            return False
        self.version += 1
        self.position = position
        self.changes += changes
        return True


@dataclass
class Applier:
    """A function: what it has in memory of the table may be old."""

    table: Table
    version: int = 0
    position: str | None = None

    def apply(self, items: Sequence[Item]) -> None:
        while True:
            made = plan({"id": "bigint", "word": "varchar"}, Positions.read(self.position), items)
            assert not made.refused
            if not made.rows:
                return
            written = made.positions.written()
            if self.table.commit(self.version, written, [one.change for one in made.items]):
                self.version, self.position = self.table.version, written
                return
            self.version, self.position = self.table.version, self.table.position


def batches(draw: st.DataObject, records: Sequence[Item]) -> list[list[Item]]:
    """Each shard's records cut anywhere, batches given again, from the one that failed on; shards interleaved."""
    by_shard: dict[str, list[Item]] = {}
    for record in records:
        by_shard.setdefault(record.record.shard, []).append(record)
    queues = []
    for found in by_shard.values():
        queue, begin = [], 0
        while begin < len(found):
            end = draw.draw(st.integers(begin + 1, len(found)))
            queue.append(found[begin:end])
            # Done or not, whoever gave it did not hear of it: from somewhere in it on, it comes again.
            begin = end if draw.draw(st.booleans()) else draw.draw(st.integers(begin, end))
        queues.append(queue)
    order = []
    while any(queues):
        order.append(draw.draw(st.sampled_from([queue for queue in queues if queue])).pop(0))
    return order


def each_once(table: Table, history: Sent) -> None:
    assert Counter(map(name, table.changes)) == Counter(map(name, history.expected))
    for key in {canonical(one.key) for one in history.expected if one.key is not None}:
        wanted = [name(one) for one in history.expected if one.key is not None and canonical(one.key) == key]
        assert [name(one) for one in table.changes if one.key is not None and canonical(one.key) == key] == wanted


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.large_base_example, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(sent(), st.data())
def test_each_change_is_there_once_whatever_comes_again(history: Sent, draw: st.DataObject) -> None:
    table = Table()
    applier = Applier(table)
    for some in batches(draw, history.records):
        applier.apply(some)
        if draw.draw(st.integers(0, 4)) == 0:
            applier = Applier(table)  # killed: memory is gone
    each_once(table, history)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.large_base_example, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(sent(), st.data())
def test_two_appliers_at_once_and_a_zombie_write_nothing_twice(history: Sent, draw: st.DataObject) -> None:
    table = Table()
    appliers = [Applier(table), Applier(table)]
    queues = [batches(draw, history.records), batches(draw, history.records)]
    old: list[list[Item]] = []
    while any(queues):
        number = draw.draw(st.sampled_from([number for number, queue in enumerate(queues) if queue]))
        some = queues[number].pop(0)
        appliers[number].apply(some)
        old.append(some)
        if draw.draw(st.integers(0, 3)) == 0:
            Applier(table).apply(draw.draw(st.sampled_from(old)))  # an invocation that was believed dead
    each_once(table, history)


@settings(suppress_health_check=[HealthCheck.large_base_example], deadline=None)
@given(sent())
def test_a_position_is_read_as_it_was_written(history: Sent) -> None:
    made = plan({"id": "bigint", "word": "varchar"}, Positions(), history.records)
    assert Positions.read(made.positions.written()).written() == made.positions.written()


def test_sequence_numbers_of_kinesis_are_compared_as_numbers() -> None:
    low, high = 9 * 10**54, 10**55
    reached = Reached().past(low, change("r", 1))
    assert reached.judge(high, change("r", 2)) is Verdict.NEW
    assert reached.past(high, change("r", 2)).judge(low, change("r", 1)) is Verdict.REPLAY
    assert f'"{high}"' in Positions().past("kinesis:s/0", high, change("r", 1)).written()


def test_rows_of_one_place_that_a_kill_cut_in_two_are_neither_lost_nor_doubled() -> None:
    rows = [change("c", number, rank=number) for number in range(6)]
    first = plan({}, Positions(), [item(one, number) for number, one in enumerate(rows[:4])])
    again = [replace(one, rank=number) for number, one in enumerate(rows[2:])]  # the next capture counts from 0
    second = plan({}, first.positions, [item(one, 10 + number) for number, one in enumerate(again)])
    assert [one.change.key for one in second.items] == [{"id": 4}, {"id": 5}]
    assert second.skipped == 2


def test_a_topic_that_was_made_anew_loses_nothing_although_its_offsets_begin_at_nought() -> None:
    reached = Reached().past(500, change("r", 1)).past(501, change("c", 1, lsn=200, commit_lsn=200))
    assert reached.judge(0, change("c", 2, lsn=300, commit_lsn=300)) is Verdict.NEW
    assert reached.judge(1, change("r", 1, snapshot="second", lsn=300, commit_lsn=300)) is Verdict.NEW
    assert reached.judge(500, change("r", 1)) is Verdict.REPLAY


def test_a_database_that_was_set_back_is_not_taken_for_a_replay() -> None:
    reached = Positions().past("kinesis:s/0", 1, change("c", 1, lsn=5000, commit_lsn=5000))
    back = change("r", 1, snapshot="of another database", lsn=10, commit_lsn=10)
    assert reached.judge("kinesis:s/0", 2, back) is Verdict.BACK
    made = plan({}, reached, [item(back, 2, "kinesis:s/0")])
    assert not made.rows
    assert "another database under the same name" in made.refused[0][1]


def test_of_two_lanes_the_later_change_may_come_first_and_of_one_it_may_not() -> None:
    """GIVEN changes 1 and 2 WHEN the stream refused 1, took 2, then took 1 THEN 1 is new if its lane is another."""
    first = change("c", 1, lsn=201, commit_lsn=201)
    lanes = {lane(partition_key(change("c", number))): number for number in range(2, 200)}
    own = lanes.pop(lane(partition_key(first)))
    reached = Reached().past(0, change("c", next(iter(lanes.values())), lsn=202, commit_lsn=202))
    assert reached.judge(1, first) is Verdict.NEW and reached.at == (202, 202, 0)
    assert Reached().past(0, change("c", own, lsn=202, commit_lsn=202)).judge(1, first) is Verdict.REPLAY


def test_a_position_of_a_writer_that_knew_no_lanes_holds_for_all_of_them() -> None:
    seen = change("c", 1, lsn=200, commit_lsn=200)
    (place,) = Reached().past(5, seen).lanes.values()
    words = {"offset": "5", "at": [200, 200, 0], "seen": sorted(place.seen), "attempts": []}
    found = Positions.read(json.dumps({"kinesis:s/0": words, "kinesis:s/1": {**words, "at": None, "seen": []}}))
    verdicts = [found.judge("kinesis:s/0", 6, change("c", n, lsn=199, commit_lsn=199)) for n in range(100)]
    assert set(verdicts) == {Verdict.REPLAY} and found.judge("kinesis:s/0", 6, seen) is Verdict.REPLAY
    assert found.judge("kinesis:s/0", 6, change("c", 2, lsn=200, commit_lsn=200)) is Verdict.NEW
    assert found.judge("kinesis:s/1", 6, seen) is Verdict.NEW


def test_no_clock_decides() -> None:
    """GIVEN clocks that differ or are set back WHEN changes come THEN their places in the log tell what is new."""
    long_ago = datetime(1999, 1, 1, tzinfo=UTC)
    changes = [
        change("c", 1, lsn=201, commit_lsn=201),
        change("u", 1, lsn=202, commit_lsn=202, committed_at=long_ago, captured_at=long_ago),
        change("u", 1, lsn=203, commit_lsn=203, captured_at=datetime(2999, 1, 1, tzinfo=UTC)),
    ]
    made = plan({}, Positions(), [item(one, number) for number, one in enumerate([*changes, *changes])])
    assert [one.change for one in made.items] == changes and made.skipped == 3


def test_the_position_holds_the_changes_of_its_last_place_alone() -> None:
    reached = Reached()
    for number in range(1000):
        reached = reached.past(number, change("c", number, lsn=number, commit_lsn=number))
    assert len(reached.lanes) == LANES and all(len(place.seen) == 1 for place in reached.lanes.values())
    for number in range(20):
        reached = reached.past(
            2000 + number, change("r", number, snapshot=f"attempt {number}", lsn=2000, commit_lsn=2000)
        )
    assert len(reached.attempts) == 8
