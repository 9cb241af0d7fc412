"""An invocation that is killed costs the nodes that were running, and no other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.rounds.conftest import WORKGROUP, Function, node_of

REPO = Path(__file__).parents[2]


def started(function: Function, event: dict[str, Any], *word: str) -> subprocess.Popen[bytes]:
    """The function at work on the event, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.rounds.killed_process", json.dumps(event), *word],
        cwd=REPO,
        env={**os.environ, **function.variables},
        stdout=subprocess.DEVNULL,
    )


def killed_after(function: Function, event: dict[str, Any], word: str) -> None:
    """Run the event in a process that is killed as soon as Athena has taken a statement that begins with *word*."""
    assert started(function, event, word).wait(300) == -signal.SIGKILL


def kill_when(function: Function, event: dict[str, Any], condition: Callable[[], Any]) -> Any:
    """Run the event in a process that is killed when *condition* is true; what it answered then."""
    process = started(function, event)
    deadline = time.monotonic() + 300
    while not (answer := condition()):
        assert process.poll() is None
        assert time.monotonic() < deadline
    process.kill()
    process.wait()
    return answer


def states(function: Function, ids: list[str]) -> list[str]:
    """States of queries."""
    found = function.athena.batch_get_query_execution(QueryExecutionIds=ids)["QueryExecutions"]
    return [query["Status"]["State"] for query in found]


def running(function: Function) -> list[str]:
    """Ids of the queries of nodes that Athena runs."""
    return [
        query["QueryExecutionId"]
        for query in function.queries()
        if query["Status"]["State"] == "RUNNING" and (node_of(query) or "").endswith(".right_side")
    ]


def test_what_had_ended_does_not_run_again(function):
    event = {"command": ["build"], "run_id": "killed"}

    def seven() -> list[str]:
        journal = function.artifacts("runs/killed/journal/")
        return [name.removesuffix(".json") for name in journal] if len(journal) >= 7 else []

    written = kill_when(function, event, seven)
    moment = max(query["Status"]["SubmissionDateTime"] for query in function.queries())

    deadline = time.monotonic() + 60
    while function.artifact(f"leases/{function.environment}.json")["alive_until"] > time.time():
        assert time.monotonic() < deadline
    answer = function.invoke(**event)

    assert (answer["status"], answer["rounds"]) == ("success", 2)
    later = {node_of(query) for query in function.queries() if query["Status"]["SubmissionDateTime"] > moment}
    assert not later.intersection(written)
    told = function.artifact("runs/killed/summary.json")
    assert told["cost"]["at_least"] == ["invocation 1 was killed: what it had not written down is not counted"]
    first, second = told["invocations"]
    assert (first["killed"], second["killed"]) == (True, False)
    assert first["seconds"] > 0
    assert {node["round"] for node in told["nodes"] if node["unique_id"] in written} == {1}
    assert all(node["queries"] for node in told["nodes"] if node["status"] != "skipped")
    results = [result["unique_id"] for result in function.artifact("runs/killed/run_results.json")["results"]]
    assert sorted(results) == sorted(set(results))
    assert {"seed.rounds.payments", "model.rounds.last", "operation.rounds.rounds-on-run-start-0"} <= set(results)
    assert function.rows('select * from "last"') == [("3", "120", "3")]


def test_a_new_run_stops_the_queries_of_a_dead_one_and_no_others(function):
    cli_args = ["--vars", '{"endless": true}', "--select", "payments stg facts right_side"]
    dead = kill_when(
        function, {"command": ["build"], "cli_args": cli_args, "run_id": "dead"}, lambda: running(function)
    )
    # A laptop's dbt: the same workgroup, and the same comment.
    sql = next(query["Query"] for query in function.queries() if query["QueryExecutionId"] in dead)
    laptops = function.athena.start_query_execution(
        QueryString=sql.partition("\n-- /* lakeloop_run")[0].replace("right_side", "laptops_side"),
        QueryExecutionContext={"Database": function.database},
        WorkGroup=WORKGROUP,
    )["QueryExecutionId"]
    lease = function.artifact(f"leases/{function.environment}.json")
    function.put(f"leases/{function.environment}.json", {**lease, "alive_until": 0, "expires_at": 0})
    try:
        assert states(function, dead) == ["RUNNING"]
        assert function.invoke(command=["build"], cli_args=["--select", "payments"])["status"] == "success"
        assert states(function, [*dead, laptops]) == ["CANCELLED", "RUNNING"]
    finally:
        function.athena.stop_query_execution(QueryExecutionId=laptops)
