"""A write that is cut off at every moment: nothing is lost, nothing is there by half, and writing goes on.

The moments are before each request that changes something in S3 or Glue leaves, and when its answer is there. From that
moment on no request gets through, so that nothing can be cleaned up: for S3, Glue and everybody else, the process is dead.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local_athena.engine import Engine
from local_athena.errors import AthenaError
from local_athena.storage import AwsClients

from .athena import Athena

CHANGES = {"PutObject", "DeleteObjects", "CreateTable", "UpdateTable", "DeleteTable", "BatchCreatePartition"}
TWENTY = "select cast(n as bigint) as id, cast(0 as integer) as n from unnest(sequence(1, 20)) as s(n)"
ICEBERG = (
    "table_type = 'ICEBERG', is_external = false, location = 's3://lake/{}', optimize_rewrite_data_file_threshold = 2"
)
MERGE = (
    "merge into t using (select cast(i as bigint) as id from unnest(sequence(11, 30)) as s(i)) as new on t.id = new.id "
    "when matched then update set n = t.n + 1 when not matched then insert (id, n) values (new.id, 1)"
)
LOOK = "select count(*), sum(n) from t"


class Died(BaseException):
    """Nobody handles it as an error of a request."""


@contextmanager
def dying(aws: AwsClients, moment: int) -> Iterator[None]:
    """From *moment* on (0, 1, ...) no request of these clients leaves or is answered."""
    moments, dead = itertools.count(), [False]

    def pass_by(model: Any = None, event_name: str = "", **_: Any) -> None:
        if event_name.rpartition(".")[2] in CHANGES and not dead[0]:
            dead[0] = next(moments) == moment
        if dead[0]:
            raise Died

    clients, events = (aws.s3, aws.glue), ("before-send", "after-call")
    for client, event in itertools.product(clients, events):
        client.meta.events.register_first(event, pass_by)
    try:
        yield
    finally:
        for client, event in itertools.product(clients, events):
            client.meta.events.unregister(event, pass_by)


def cuts(athena: Athena, folder: Path, sql: str) -> Iterator[int]:
    """Each moment at which a run of *sql* has just been cut off; ends after the run that came to its end."""
    for moment in itertools.count():
        engine = Engine(athena.aws, folder / f"engine{moment}")
        try:
            with dying(athena.aws, moment):
                engine.execute(sql, athena.context())
            return
        except Died:
            yield moment


@pytest.mark.parametrize(
    ("sql", "grown", "least"),
    [
        (f"insert into t {TWENTY}", 20, 8),
        (MERGE, 10, 8),
        ("update t set n = n + 1", 0, 8),
        ("delete from t where id % 2 = 0", -10, 6),
        ("optimize t rewrite data using bin_pack", 0, 6),
    ],
    ids=["insert", "merge", "update", "delete", "optimize"],
)
def test_an_iceberg_table_is_at_one_snapshot_or_the_next(
    athena: Athena, tmp_path: Path, sql: str, grown: int, least: int
) -> None:
    athena.run(f"create table t with ({ICEBERG.format('t')}) as {TWENTY}")
    for _ in range(2 if sql.startswith("optimize") else 0):
        athena.run(f"insert into t {TWENTY}")
    (before,) = athena.rows(LOOK)
    made = 0
    for _ in cuts(athena, tmp_path, sql):
        made += 1
        ((count, total),) = athena.rows(LOOK)
        if (count, total) != before:
            assert count == before[0] + grown
            break
    else:
        ((count, _),) = athena.rows(LOOK)
        assert count == before[0] + grown
    assert made >= least
    assert athena.run("insert into t values (1000, 1)").update_count == 1


@pytest.mark.parametrize(
    ("properties", "least"),
    [
        (ICEBERG, 8),
        ("format = 'parquet', external_location = 's3://lake/{}/'", 4),
        ("format = 'json', partitioned_by = array['n'], external_location = 's3://lake/{}/'", 8),
    ],
    ids=["iceberg", "hive", "hive partitioned"],
)
def test_a_new_table_is_there_whole_or_not_at_all(athena: Athena, tmp_path: Path, properties: str, least: int) -> None:
    """A partitioned one refuses to be read in between, as Glue cannot make a table together with its partitions."""
    body = f"select id, cast(id % 3 as integer) as n from ({TWENTY}) as r"
    made = 0
    for _ in cuts(athena, tmp_path, f"create table t with ({properties.format('new')}) as {body}"):
        made += 1
        try:
            assert athena.rows(LOOK) == [(20, 21)]
        except AthenaError as error:
            assert error.code == "TABLE_NOT_FOUND" or "is still being made by query" in error.message
        athena.run("drop table if exists t")
        for key in athena.keys("new"):
            athena.aws.s3.delete_object(Bucket="lake", Key=key)
    assert made >= least
    assert athena.rows(LOOK) == [(20, 21)]


def test_an_insert_is_in_each_partition_of_a_hive_table_or_not(athena: Athena, tmp_path: Path) -> None:
    """As on AWS, an INSERT that dies may have reached some partitions and not others; what was there stays."""
    parted = "select id, cast(id % {} as integer) as n from ({}) as r"
    before, added = {0: 10, 1: 10}, {0: 6, 1: 7, 2: 7}

    def fresh() -> None:
        athena.run("drop table if exists t")
        for key in athena.keys("t/"):
            athena.aws.s3.delete_object(Bucket="lake", Key=key)
        properties = "format = 'parquet', partitioned_by = array['n'], external_location = 's3://lake/t/'"
        athena.run(f"create table t with ({properties}) as {parted.format(2, TWENTY)}")

    fresh()
    made = 0
    for _ in cuts(athena, tmp_path, f"insert into t {parted.format(3, TWENTY)}"):
        made += 1
        seen = dict(athena.rows("select n, count(*) from t group by n"))
        assert seen.keys() >= before.keys()
        assert all(count in (before.get(n), before.get(n, 0) + added[n]) for n, count in seen.items())
        fresh()
    assert made >= 6
    counts = dict(athena.rows("select n, count(*) from t group by n"))
    assert counts == {n: before.get(n, 0) + added[n] for n in added}
