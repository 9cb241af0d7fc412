"""An invocation that is killed costs the nodes that were running, and no other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.rounds.conftest import Function, node_of

REPO = Path(__file__).parents[2]


def kill_when(function: Function, event: dict[str, Any], written: int) -> list[str]:
    """Run the event in a process that is killed when *written* results are in the journal; their names."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.rounds.killed_process", json.dumps(event)],
        cwd=REPO,
        env={**os.environ, **function.variables},
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 300
    while len(journal := function.artifacts(f"runs/{event['run_id']}/journal/")) < written:
        assert process.poll() is None
        assert time.monotonic() < deadline
    process.kill()
    process.wait()
    return [name.removesuffix(".json") for name in journal]


def test_what_had_ended_does_not_run_again(function):
    event = {"command": ["build"], "run_id": "killed"}
    written = kill_when(function, event, 7)
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
    assert function.rows("select * from last") == [("3", "120", "3")]
