"""``kill -9`` in the middle of writes: real processes, each killed before its statement came to its end.

CI kills 18; ``just test-athena tests/iceberg/test_kills.py --kills 6`` kills 54.
``tests/engine/test_cuts.py`` cuts at every request in turn; here the moment is random, and threads, DuckDB and uploads
under way die with the process.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_athena.engine import Engine
from local_athena.errors import AthenaError
from local_athena.model import QueryContext

from . import crash
from .conftest import Lake

pytestmark = pytest.mark.slow

ROWS = "select cast(n as bigint) as id, cast(n % 2 as integer) as n from unnest(sequence(1, 4000)) as s(n)"
ICEBERG = "table_type = 'ICEBERG', is_external = false, location = 's3://lake/{}', vacuum_max_snapshot_age_seconds = 1"
HIVE = "format = 'parquet', external_location = 's3://lake/{}/'"
PARTED = f"{HIVE}, partitioned_by = array['n']"
MERGE = (
    "merge into t using (select cast(i as bigint) as id from unnest(sequence(3501, 4500)) as s(i)) as src on t.id = src.id "
    "when matched then update set n = 5 when not matched then insert (id, n) values (src.id, 5)"
)
LOOK = "select count(*), coalesce(sum(n), 0) from {}"


@dataclass(frozen=True)
class Kind:
    """A write, the kind of table it is about, and what the table's count and sum become by it."""

    properties: str
    sql: str
    count: int = 0
    total: int = 0
    creates: bool = False


KINDS = {
    "iceberg ctas": Kind(ICEBERG, f"create table new with ({ICEBERG.format('new-{}')}) as {ROWS}", creates=True),
    "hive ctas": Kind(HIVE, f"create table new with ({HIVE.format('new-{}')}) as {ROWS}", creates=True),
    "parted ctas": Kind(PARTED, f"create table new with ({PARTED.format('new-{}')}) as {ROWS}", creates=True),
    "iceberg insert": Kind(ICEBERG, f"insert into t {ROWS}", 4000, 2000),
    "hive insert": Kind(HIVE, f"insert into t {ROWS}", 4000, 2000),
    "parted insert": Kind(PARTED, f"insert into t {ROWS}", 4000, 2000),
    "iceberg merge": Kind(ICEBERG, MERGE, 500, 4750),
    "iceberg optimize": Kind(ICEBERG, "optimize t rewrite data using bin_pack"),
    "iceberg vacuum": Kind(ICEBERG, "vacuum t"),
}


class Victims:
    """A lake, and processes that die in it."""

    def __init__(self, lake: Lake, folder: Path) -> None:
        self.lake, self.folder = lake, folder
        self.processes = multiprocessing.get_context("forkserver")
        self.processes.set_forkserver_preload(["local_athena.engine", "boto3"])

    def engine(self) -> Engine:
        """An engine that knows nothing, as the next process would have it."""
        return Engine(self.lake.aws, self.folder / uuid.uuid4().hex)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        context = QueryContext(str(uuid.uuid4()), database="db", output_location="s3://lake/results/")
        outcome = self.engine().execute(sql.format(uuid.uuid4().hex), context)
        return [tuple(row.values()) for batch in outcome.batches or () for row in batch.to_pylist()]

    def run(self, sql: str, moment: int | None, delay: float = 0) -> bool:
        """Whether the process was killed in the middle of *sql*, and not after its end."""
        counted = self.folder / crash.COUNTED
        counted.unlink(missing_ok=True)
        arguments = (self.lake.endpoint, str(self.folder), sql.format(uuid.uuid4().hex), moment, delay)
        process = self.processes.Process(target=crash.run, args=arguments)
        process.start()
        process.join(60)
        assert process.exitcode in (0, -signal.SIGKILL)
        return process.exitcode == -signal.SIGKILL and not counted.exists()

    def requests(self, sql: str) -> int:
        """How many requests and answers *sql* takes when nobody kills it."""
        assert not self.run(sql, None)
        return int((self.folder / crash.COUNTED).read_text())


@pytest.fixture
def victims(lake: Lake, tmp_path: Path) -> Victims:
    return Victims(lake, tmp_path)


def prepare(victims: Victims, kind: Kind) -> None:
    if kind.creates:
        return
    victims.rows(f"create table t with ({kind.properties.format('t')}) as {ROWS}")
    if kind.sql.startswith(("optimize", "vacuum")):
        for _ in range(5):
            victims.rows("insert into t values (20000, 0)")


@pytest.mark.parametrize("name", KINDS)
def test_a_killed_write_is_done_or_not(victims: Victims, name: str, pytestconfig: pytest.Config) -> None:
    """Never by half; in a Hive table with partitions each of these is done or not, as on AWS. The next write works."""
    kind, moments = KINDS[name], random.Random(name)
    prepare(victims, kind)
    total = victims.requests(kind.sql)
    forget(victims, kind)
    kills = 0
    while kills < pytestconfig.getoption("kills"):
        before = None if kind.creates else victims.rows(LOOK.format("t"))[0]
        delay = moments.choice([0, moments.uniform(0, 0.01)])
        kills += victims.run(kind.sql, moments.randrange(total), delay)
        check(victims, name, before)
        forget(victims, kind)
    if kind.creates:
        victims.rows(kind.sql)
        assert victims.rows(LOOK.format("new")) == [(4000, 2000)]
    else:
        ((count, _),) = victims.rows(LOOK.format("t"))
        victims.rows("insert into t values (1, 1)")
        assert victims.rows(LOOK.format("t"))[0][0] == count + 1


def check(victims: Victims, name: str, before: tuple[object, ...] | None) -> None:
    kind = KINDS[name]
    if before is None:
        try:
            assert victims.rows(LOOK.format("new")) == [(4000, 2000)]
        except AthenaError as error:
            assert error.code == "TABLE_NOT_FOUND" or "is still being made by query" in error.message
        return
    now = victims.rows(LOOK.format("t"))[0]
    count, total = int(str(before[0])), int(str(before[1]))
    allowed = {(count, total), (count + kind.count, total + kind.total)}
    if name == "parted insert":
        allowed |= {(count + 2000, total), (count + 2000, total + 2000)}
    if kind.sql == MERGE and count > 4000:  # a merge that had come to its end before: it changes nothing more
        allowed = {(count, total)}
    assert now in allowed, f"{now} came of {before}"
    if kind.properties == ICEBERG:
        seen = victims.lake.iceberg_scan("t", "SELECT count(*)::BIGINT AS c, sum(n)::BIGINT AS s FROM {}").to_pylist()
        assert seen == [{"c": now[0], "s": now[1]}], "another engine sees the same"


def forget(victims: Victims, kind: Kind) -> None:
    """Drop the table of a CTAS that came to its end; a file without a table may stay, for its folder is not used again."""
    if kind.creates:
        victims.rows("drop table if exists new")
