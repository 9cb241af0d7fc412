"""A capture that is killed again and again: every change is in the stream, in order, and known by its place."""

from __future__ import annotations

import os
import random
import threading
from collections import defaultdict

import pytest
from captures import Capture
from lakeloop_changes import canonical, lane, partition_key

KILLS = int(os.environ.get("KILLS", "3"))
WRITERS = 3
TABLES = ("notes_a", "notes_b")
# A row of each lane, below all that writers make.
MARKS = {
    name: set({lane(f"sales.{name} {canonical({'id': number})}"): number for number in range(1, 1000)}.values())
    for name in TABLES
}

pytestmark = [pytest.mark.slow, pytest.mark.emulator]


@pytest.fixture
def tables(shop):
    """Two published tables."""
    with shop.connect("shop_owner") as owner:
        for name in TABLES:
            owner.execute(f"CREATE TABLE sales.{name} (id bigint PRIMARY KEY, version bigint NOT NULL, note text)")
            owner.execute(f"ALTER TABLE sales.{name} REPLICA IDENTITY FULL")
            owner.execute(f"GRANT SELECT ON sales.{name} TO shop_capture")
            owner.execute(f"ALTER PUBLICATION shop_changes ADD TABLE sales.{name}")
    yield
    with shop.connect("shop_owner") as owner:
        for name in TABLES:
            owner.execute(f"DROP TABLE sales.{name}")


class Writer(threading.Thread):
    """Changes rows of its own until told to stop; ``done`` has what was committed, in order, by table.

    Transactions of several writers run into one another, so that the order of commits is not that of the log. Some change keys,
    some copy: both write several changes at one place of the log.
    """

    def __init__(self, shop, number, allowed, changed):
        super().__init__(daemon=True)
        self.done = defaultdict(list)
        self.stop = threading.Event()
        self.error = None
        self._connection = shop.connect("shop_owner")
        self._allowed = allowed
        self._changed = changed
        self._dice = random.Random(number)
        self._base = (number + 1) * 1_000_000
        self._rows = {name: {} for name in TABLES}
        self._version = 0

    def run(self):
        try:
            while self._allowed.acquire() and not self.stop.is_set():
                self.transaction()
                self._changed.release()
            self._connection.close()
        except Exception as error:
            self.error = error

    def transaction(self):
        done = defaultdict(list)
        with self._connection.transaction():
            for _ in range(self._dice.randint(1, 5)):
                name = self._dice.choice(TABLES)
                done[name] += self.change(name, self._rows[name])
        for name, changes in done.items():
            self.done[name] += changes

    def change(self, name, rows):
        """One statement; its changes, as (op, id, version)."""
        run = self._connection.execute
        kind = self._dice.choice(["insert", "update", "update", "delete", "key", "copy"]) if rows else "insert"
        self._version += 1
        version, row = self._version, self._dice.choice(list(rows)) if rows else 0
        new = self._base + version * 20
        if kind == "insert":
            run(f"INSERT INTO sales.{name} VALUES (%s, %s, 'x')", (new, version))
            rows[new] = version
            return [("c", new, version)]
        if kind == "update":
            run(f"UPDATE sales.{name} SET version = %s WHERE id = %s", (version, row))
            rows[row] = version
            return [("u", row, version)]
        if kind == "delete":
            run(f"DELETE FROM sales.{name} WHERE id = %s", (row,))
            return [("d", row, rows.pop(row))]
        if kind == "key":
            run(f"UPDATE sales.{name} SET id = %s, version = %s WHERE id = %s", (new, version, row))
            old = rows.pop(row)
            rows[new] = version
            return [("d", row, old), ("c", new, version)]
        made = [(new + step, version) for step in range(8)]
        with self._connection.cursor().copy(f"COPY sales.{name} (id, version) FROM STDIN") as copy:
            for values in made:
                copy.write_row(values)
        rows |= dict(made)
        return [("c", *values) for values in made]


def test_no_change_is_lost_and_none_is_taken_twice(shop, tables, stream, tmp_path):
    dice = random.Random(7)
    # Transactions that may be made, and those that were.
    allowed, changed = threading.Semaphore(0), threading.Semaphore(0)
    environment = {**shop.settings(CAPTURE_TRANSPORT=f"kinesis:{stream.name}"), **stream.environment}
    writers = [Writer(shop, number, allowed, changed) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    capture = Capture(environment, tmp_path / "log")

    def alive():
        """Start it again where the database had not yet noticed that the last one is gone, as the supervisor does."""
        nonlocal capture
        if not capture.alive:
            assert capture.process.returncode == 1, capture.said()[-1]
            capture = Capture(environment, tmp_path / "log")
        return True

    try:
        for number in range(KILLS):
            # The first moments are any: while Java loads, in the snapshot. The others are among changes.
            if number > KILLS // 4:
                stream.until(completed, alive)
            before, transactions = sent(stream.read()), dice.randint(50, 200)
            allowed.release(transactions)
            for _ in range(dice.randint(1, transactions)):
                changed.acquire()
            if number > KILLS // 4:
                least = before + dice.randint(1, transactions)
                stream.until(lambda found, least=least: sent(found) >= least, alive)
            capture.process.kill()
            capture.process.wait()
            capture = Capture(environment, tmp_path / "log")
        end(writers, allowed)
        assert [writer.error for writer in writers] == [None] * WRITERS
        # A mark behind all the others in each lane: what comes before it is all there is.
        for name, ids in MARKS.items():
            values = ", ".join(f"({number}, 0, 'end')" for number in sorted(ids))
            shop.run(f"INSERT INTO sales.{name} VALUES {values}", "shop_owner")
        stream.until(ended, alive)
    finally:
        capture.process.kill()
        capture.process.wait()
        end(writers, allowed)
    log = (tmp_path / "log").read_text()
    assert log.count('"begin"') >= 2, log
    for name in TABLES:
        check(stream, name, writers)


def completed(found):
    """Whether the last snapshot has come to its end."""
    last = max((change.snapshot for change in found if change.op == "r"), default=None)
    return {change.table for change in found if (change.op, change.snapshot) == ("s", last)} >= set(TABLES)


def sent(found):
    """The number of changes that no snapshot took."""
    return sum(change.table in TABLES and change.op in "cud" for change in found)


def ended(found):
    """Whether the marks are there, as changes or as rows of a snapshot, and that snapshot to its end."""
    marks = defaultdict(set)
    for change in found:
        if change.op in "rc" and change.after.get("note") == "end":
            marks[change.table].add(change.key["id"])
    return marks == MARKS and completed(found)


def end(writers, allowed):
    for writer in writers:
        writer.stop.set()
    allowed.release(len(writers))
    for writer in writers:
        writer.join(60)


def check(stream, name, writers):
    """Compare a table's records with what was committed: by place, by key, as a reader that knows how far a shard's lanes are."""
    of_table = [change for change in stream.changes if change.table == name]
    attempt = [change.snapshot for change in of_table if change.op == "s"][-1]
    begin = next(change.position for change in of_table if change.op == "s" and change.snapshot == attempt)
    by_place = {}
    for change in of_table:
        if change.op in "cud" and change.position > begin:
            # The same place, the same change, whichever run sent it.
            assert by_place.setdefault(change.position, told(change)) == told(change)
    taken = defaultdict(list)
    for shard in stream.shards.values():
        reached = {}
        for change in shard:
            if change.table != name or change.op not in "cud":
                continue
            number = lane(partition_key(change))
            if change.position > reached.get(number, begin):
                reached[number] = change.position
                taken[change.key["id"]].append(told(change))
    assert sum(map(len, taken.values())) == len(by_place)
    rows = {
        change.key["id"]: change.after["version"]
        for change in of_table
        if change.op == "r" and change.snapshot == attempt
    }
    counts = [change.rows for change in of_table if change.op == "s" and change.snapshot == attempt]
    assert counts == [len(rows)] * len(counts) and counts
    for writer in writers:
        expected = defaultdict(list)
        for op, row, version in writer.done[name]:
            expected[row].append((op, row, version))
        for row, changes in expected.items():
            # Changes before the last snapshot are in its row, or the row was deleted before it.
            later = [one for one in taken[row] if one in changes]
            assert later == changes[len(changes) - len(later) :], (row, changes, later)
            missing = changes[: len(changes) - len(later)]
            if missing and missing[-1][0] != "d":
                assert rows[row] == missing[-1][2], (begin, row, changes, later)


def told(change):
    row = change.before if change.op == "d" else change.after
    return change.op, change.key["id"], row["version"]
