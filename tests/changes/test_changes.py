"""Captured changes from a stream to the changelog, with functions that are killed, two at once, and records that no table takes.

The tests run in the order in which they stand, on one stream.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from lakeloop_changes import Change

from tests.changes.place import BUCKET, Place, Source, place, told
from tests.e2e.killing import Killer, of_functions
from tests.local_aws import LocalAws

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

FUNCTIONS = ("changes-one", "changes-other")


@pytest.fixture(scope="module")
def source() -> Source:
    return Source()


@pytest.fixture(scope="module")
def lake(emulator: LocalAws) -> Iterator[Place]:
    with place(emulator, shards=2) as made:
        # Two, each with the whole stream: what one writes the other has to know.
        for name in FUNCTIONS:
            made.function(name)
        yield made


def rows(source: Source, chance: random.Random, count: int) -> list[Change]:
    """Changes of two tables: rows are inserted, changed, deleted, and a table is emptied now and then."""
    found: list[Change] = []
    live: dict[str, list[int]] = {"orders": [], "payments": []}
    for number in range(count):
        table = chance.choice(("orders", "payments"))
        there = live[table]
        op = chance.choice("cccuud") if there else "c"
        if number % 100 == 99:
            found.append(source.change(table, "t", None))
            there.clear()
        elif op == "c":
            there.append(number)
            found.append(source.change(table, "c", {"id": number, "word": f"word {number}"}))
        else:
            key = chance.choice(there)
            found.append(source.change(table, op, {"id": key, "word": f"word {number}"}))
            if op == "d":
                there.remove(key)
    return found


def test_each_change_is_there_once_although_functions_are_killed_and_two_write_at_once(
    lake: Place, source: Source, kills: int
) -> None:
    kills = kills or 8
    chance = random.Random(20261130)
    sent: list[Change] = []
    find = of_functions(os.environ["AWS_ENDPOINT_URL"], FUNCTIONS)
    with Killer(find, kills, chance, longest=4.0) as killer:
        while len(killer.killed) < kills:
            some = rows(source, chance, 150)
            # A capture that was killed sends again what it had sent.
            lake.put(some)
            lake.put(some[chance.randrange(len(some)) :] if chance.random() < 0.3 else [])
            sent += some
            lake.drained()
    for table in ("orders", "payments"):
        wanted = [one for one in sent if one.table == table]
        assert Counter(lake.written(table)) == Counter(told(wanted))
    assert not lake.apart()


def test_a_poison_record_is_set_apart_and_what_comes_after_it_is_written(lake: Place, source: Source) -> None:
    good = [source.change("poisoned", "c", {"id": number, "word": "a"}) for number in range(4)]
    bad = source.change("poisoned", "c", {"id": 4, "word": 5})
    lake.put([*good[:2], b"no change at all", bad, *good[2:]])
    lake.drained()
    assert Counter(lake.written("poisoned")) == Counter(told(good))
    assert "5 is no varchar" in lake.set_apart("sales_poisoned")["reason"]
    assert "is no JSON" in lake.set_apart("unknown")["reason"]


def test_columns_that_are_added_dropped_renamed_widened_and_narrowed(lake: Place, source: Source) -> None:
    def change(number: int, types: dict[str, str], **values: object) -> Change:
        # Without a key, all go to one shard, and their order is that of the source.
        return source.change("shaped", "c", {"id": number, **values}, {"id": "bigint", **types}, key=None)

    lake.put(
        [
            change(1, {"word": "varchar", "n": "int"}, word="a", n=1),
            change(2, {"word": "varchar", "n": "int", "new": "date"}, word="b", n=2, new="2026-11-30"),
            change(3, {"n": "int", "new": "date"}, n=3, new=None),  # word is dropped
            change(4, {"n": "int", "newer": "date"}, n=4, newer="2026-12-01"),  # new is renamed
            change(5, {"n": "bigint", "newer": "date"}, n=2**40, newer=None),
            change(6, {"n": "int", "newer": "date"}, n=6, newer=None),  # narrower again
            change(7, {"n": "varchar", "newer": "date"}, n="seven", newer=None),  # no wider type of a number
            change(8, {"n": "bigint", "newer": "date"}, n=8, newer=None),
        ]
    )
    lake.drained()
    assert lake.ask("select id, word, n, new, newer from sales_shaped order by id") == [
        ["1", "a", "1", None, None],
        ["2", "b", "2", "2026-11-30", None],
        ["3", None, "3", None, None],
        ["4", None, "4", None, "2026-12-01"],
        ["5", None, str(2**40), None, None],
        ["6", None, "6", None, None],
        ["8", None, "8", None, None],
    ]
    told_of = lake.set_apart("sales_shaped")
    assert "n is varchar in this change and bigint in the changelog" in told_of["reason"]


def test_athena_reads_every_type_and_finds_the_current_rows(lake: Place, source: Source) -> None:
    types = {
        "id": "bigint", "yes": "boolean", "price": "decimal(12,2)", "far": "double", "day": "date", "local": "timestamp",
        "instant": "timestamptz", "raw": "varbinary",
    }  # fmt: skip
    row = {
        "id": 1, "yes": True, "price": "12.50", "far": 0.1, "day": "2024-02-29", "local": "2026-11-30T02:00:00.5",
        "instant": "2026-11-30T02:00:00.123456Z", "raw": "AAE=",
    }  # fmt: skip
    first = source.change("typed", "r", row, types, snapshot="first", tx=None)
    again = source.change("typed", "r", row, types, snapshot="second", tx=None)
    done = source.change("typed", "s", None, snapshot="second", rows=1, tx=None)
    deleted = source.change("typed", "d", {**row, "price": "13.00"}, types)
    lake.put([first, again, done, deleted])
    lake.drained()
    (found,) = lake.ask(
        "select yes, price, far, day, local, instant, to_hex(raw), _deleted, json_extract_scalar(_before, '$.price') "
        "from sales_typed where id = 1 order by _commit_lsn desc limit 1"
    )
    assert found[:4] == ["true", "13.00", "0.1", "2024-02-29"]
    assert found[4:6] == ["2026-11-30 02:00:00.500000", "2026-11-30 02:00:00.123456"]
    assert found[6:] == ["0001", "true", "13.00"]
    assert lake.ask(
        "select _snapshot from sales_typed where _op = 's' and _snapshot_rows = "
        "(select count(*) from sales_typed r where r._op = 'r' and r._snapshot = 'second')"
    ) == [["second"]]
    assert lake.ask("select date(_committed_at) from sales_typed where _op = 's'") == [[str(done.committed_at.date())]]


def test_upkeep_beside_the_functions_loses_nothing(lake: Place, source: Source) -> None:
    more = [source.change("orders", "c", {"id": 100_000 + number, "word": "a"}) for number in range(60)]
    done = []
    for begin in range(0, len(more), 10):
        lake.put(more[begin : begin + 10])
        done.append(lake.optimize("orders"))
    assert any(done)
    lake.drained()
    found = Counter(lake.written("orders"))
    assert max(found.values()) == 1
    assert not Counter(told(more)) - found


def test_the_files_of_the_changelog_lie_where_they_belong(lake: Place) -> None:
    pages = lake.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = {found["Key"].split("/")[0] for page in pages for found in page.get("Contents", ())}
    assert keys == {"changes", "code.zip", "quarantine", "results"}
