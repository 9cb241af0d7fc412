"""Upkeep of Iceberg tables that many small commits have made, in local Athena; those who read meanwhile see all rows."""

from __future__ import annotations

import threading
import time
from typing import Any

import boto3
import pytest
from dbt_runner import errors
from dbt_runner.rounds import lease

from tests.rounds.conftest import BUCKETS, Function
from tests.rounds.test_killed import killed_after

pytestmark = [pytest.mark.emulator, pytest.mark.slow]
COMMITS = 200
LARGE_COMMITS = 12
MANY_ROWS = "unnest(sequence(1, 10000)) as t(a) cross join unnest(sequence(1, 200)) as u(b)"
UPKEEP = {"command": ["upkeep"]}


def table(function: Function, name: str, select: str, **properties: str) -> None:
    """An Iceberg table of the environment's database, with a snapshot."""
    location = f"s3://{BUCKETS['PROCESSED_BUCKET_NAME']}/tables/{function.database}/{name}"
    given = "".join(f", {key} = {value}" for key, value in properties.items())
    function.rows(
        f"create table {name} with (table_type = 'ICEBERG', is_external = false, location = '{location}', format = 'parquet'"
        f"{given}) as {select}"
    )


def sent(function: Function) -> list[str]:
    """The statements of the upkeep, without the queries of metadata."""
    return [one["Query"] for one in function.queries() if one["Query"].startswith(("OPTIMIZE", "VACUUM"))]


def count(function: Function, name: str) -> tuple[int, int]:
    """Files and snapshots."""
    ((files,),) = function.rows(f'select count(*) from "{name}$files"')
    ((snapshots,),) = function.rows(f'select count(*) from "{name}$snapshots"')
    return int(files or 0), int(snapshots or 0)


def objects(function: Function, name: str) -> int:
    """Data files in S3, whoever refers to them."""
    prefix = f"tables/{function.database}/{name}/data/"
    pages = function.s3.get_paginator("list_objects_v2").paginate(
        Bucket=BUCKETS["PROCESSED_BUCKET_NAME"], Prefix=prefix
    )
    return sum(page["KeyCount"] for page in pages)


@pytest.fixture
def shop(function: Function) -> Function:
    boto3.client("glue").create_database(DatabaseInput={"Name": function.database})
    return function


def test_many_small_commits_become_one_file_and_readers_see_all_rows(shop: Function) -> None:
    # GIVEN a table of many small commits, whose snapshots may go at once, and two that need nothing
    table(shop, "busy", "select 0 as id", vacuum_max_snapshot_age_seconds="0")
    table(shop, "calm", "select 1 as id")
    table(shop, "days", "select i as id from unnest(sequence(1, 20)) as t(i)", partitioning="array['id']")
    for number in range(1, COMMITS):
        shop.rows(f"insert into busy values ({number})")
    assert count(shop, "busy") == (COMMITS, COMMITS)

    # WHEN the plan is told, THEN it names the one, and changes nothing
    plan = shop.invoke(command=["upkeep", "plan"])
    (need,) = plan["tables"]
    assert (need["table"], need["needs"]) == (f"{shop.database}.busy", ["OPTIMIZE", "VACUUM"])
    assert "200 files below 384 MB, of which OPTIMIZE spares 199" in need["why"]
    assert plan["counts"] == {"in need": 1, "as they should be": 2, "error": 0}
    assert not sent(shop)

    # WHEN it is done while somebody reads
    seen: set[Any] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.update(shop.rows("select count(*), count(distinct id), sum(id) from busy"))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        answer = shop.invoke(**UPKEEP, run_id="first")
    finally:
        done.set()
        reader.join()

    # THEN each reader saw all rows once, one file and one snapshot are left, in S3 too, and what needed nothing cost no statement
    whole = (str(COMMITS), str(COMMITS), str(sum(range(COMMITS))))
    assert seen == {whole} == set(shop.rows("select count(*), count(distinct id), sum(id) from busy"))
    assert count(shop, "busy") == (1, 1)
    assert objects(shop, "busy") == 1
    assert answer["status"] == "success"
    assert answer["counts"] == {"optimized": 1, "vacuumed": 1, "as they were": 2, "error": 0}
    (told,) = answer["tables"]
    assert (told["before"]["files"], told["before"]["snapshots"]) == (COMMITS, COMMITS)
    assert (told["after"]["files"], told["after"]["snapshots"]) == (1, 1)
    assert told["after"]["bytes"] < told["before"]["bytes"]
    assert sent(shop) == [
        f"OPTIMIZE {shop.database}.busy REWRITE DATA USING BIN_PACK",
        f"VACUUM {shop.database}.busy",
    ]
    summary = shop.artifact("runs/first/summary.json")
    nodes = {node["unique_id"].rpartition(".")[2]: node for node in summary["nodes"]}
    assert {name: node["status"] for name, node in nodes.items()} == {
        "busy": "success",
        "calm": "no-op",
        "days": "no-op",
    }
    assert nodes["busy"]["dollars"] > 0 and nodes["busy"]["bytes_scanned"] > 0
    assert nodes["calm"]["queries"] == 0
    assert nodes["days"]["queries"] == 1  # twenty files: whether they can be put together, only a query tells
    assert shop.artifact("runs/index.json")[0]["command"] == ["upkeep"]

    # WHEN it is done again, THEN no query is sent: nothing has changed
    before = len(shop.queries())
    assert shop.invoke(**UPKEEP)["counts"]["as they were"] == 3
    assert shop.invoke(run_id="first")["repeated"]
    assert len(shop.queries()) == before


def test_optimize_is_sent_as_often_as_athena_asks_for_it(shop: Function) -> None:
    numbers = "select i as id from unnest(sequence({}, {})) as t(i)"
    table(shop, "wide", numbers.format(1, 60), partitioning="array['id']")
    for first, last in ((61, 120), (1, 60), (61, 120)):
        shop.rows(f"insert into wide {numbers.format(first, last)}")
    assert count(shop, "wide")[0] == 240
    answer = shop.invoke(**UPKEEP)
    assert (answer["status"], answer["tables"][0]["after"]["files"]) == ("success", 120)
    states = [one["Status"]["State"] for one in shop.queries() if one["Query"].startswith("OPTIMIZE")]
    assert states == ["FAILED", "SUCCEEDED"], "after a hundred partitions Athena asks for another"


def test_a_round_that_is_over_is_carried_on_with_the_tables_that_are_left(
    shop: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbt_runner.upkeep.statements import Statements

    for name in ("one", "two"):
        table(shop, name, "select 0 as id")
        for number in range(1, 6):
            shop.rows(f"insert into {name} values ({number})")
    with monkeypatch.context() as patch:
        patch.setattr(Statements, "may_start", property(lambda this: len(sent(shop)) < 1))
        first = shop.invoke(**UPKEEP, run_id="night")
    assert (first["status"], first["left"]) == ("incomplete", 1)
    with pytest.raises(errors.LeaseHeld, match="in use by the run night"):
        shop.invoke(command=["build"])
    answer = shop.invoke(run_id="night")
    assert (answer["status"], answer["rounds"], answer["counts"]["optimized"]) == ("success", 2, 2)
    assert len(sent(shop)) == 2
    assert shop.artifact(f"leases/{shop.environment}.json")["expires_at"] <= time.time()


def test_one_table_that_fails_is_told_and_the_others_are_done(shop: Function) -> None:
    for name in ("broken", "whole"):
        table(shop, name, "select 0 as id")
        for number in range(1, 6):
            shop.rows(f"insert into {name} values ({number})")
    glue = boto3.client("glue")
    found = glue.get_table(DatabaseName=shop.database, Name="broken")["Table"]
    place = found["Parameters"]["metadata_location"].removeprefix("s3://").split("/", 1)
    shop.s3.delete_object(Bucket=place[0], Key=place[1])
    answer = shop.invoke(**UPKEEP)
    assert (answer["status"], answer["counts"]["error"], answer["counts"]["optimized"]) == ("error", 1, 1)
    (failed,) = answer["failed"]
    assert failed["name"] == f"{shop.database}.broken"
    assert "Cannot read s3://" in failed["message"]


@pytest.mark.parametrize("word", ["OPTIMIZE", "VACUUM"])
def test_an_upkeep_that_is_killed_in_the_middle_of_a_statement_is_carried_on(shop: Function, word: str) -> None:
    # GIVEN a table whose upkeep takes Athena some seconds
    table(shop, "large", "select 0 as id, 0 as at", vacuum_max_snapshot_age_seconds="0")
    for number in range(1, LARGE_COMMITS):
        shop.rows(f"insert into large select b, {number} from {MANY_ROWS}")
    rows = "select count(*), sum(id), sum(at) from large"
    whole = shop.rows(rows)

    # WHEN the process dies as soon as Athena has the statement, and its lease ends
    killed_after(shop, {**UPKEEP, "run_id": "killed"}, word)
    (query,) = [one for one in shop.queries() if one["Query"].startswith(word)]
    assert shop.rows(rows) == whole
    key = f"leases/{shop.environment}.json"
    shop.put(key, {**shop.artifact(key), "alive_until": 0, "expires_at": 0})
    answer = shop.invoke(run_id="killed")

    # THEN what it left running is stopped or done, the run ends what it began, and no row is lost or doubled
    assert (answer["status"], answer["rounds"]) == ("success", 2)
    ended = shop.athena.get_query_execution(QueryExecutionId=query["QueryExecutionId"])["QueryExecution"]["Status"]
    assert ended["State"] in ("CANCELLED", "SUCCEEDED")
    assert shop.rows(rows) == whole
    assert count(shop, "large") == (1, 1)
    assert objects(shop, "large") == 1
    assert shop.invoke(**UPKEEP)["counts"]["as they were"] == 1


def test_it_waits_for_no_one_and_runs_beside_no_one(shop: Function) -> None:
    table(shop, "one", "select 0 as id")
    held = lease.Lease(
        _store(shop), shop.environment, run_id="b", holder="h", command="build", progress=dict, lost=lambda how: None
    )
    with held, pytest.raises(errors.LeaseHeld, match=r"in use by the run b \(dbt build\)"):
        shop.invoke(**UPKEEP)
    assert not sent(shop)


def _store(function: Function) -> Any:
    from dbt_runner.storage.store import Store

    return Store(function.bucket)
