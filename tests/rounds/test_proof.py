"""A project that needs many invocations of 20 s, whose process is killed at random moments besides, ends as one long run does.

`just proof-rounds models=300 kills=20` is the same at length. What is proved of each node: its result was recorded once, no
statement of it was sent after that, and unless it was running when an invocation was killed or ended, Athena was sent exactly
the statements that the one long run sent. A node whose query ends just before its invocation is killed, and is not recorded
by then, runs again: nobody can know better.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import boto3
import pytest
from lakeloop_layer import of_host

from tests.rounds.conftest import PROJECT, Function, node_of, outcome
from tests.rounds.deployed import Pipeline, deployed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(
        of_host() is None or not Path("/proc/self/environ").exists(), reason="functions are Linux processes"
    ),
]
ASKED = {"models": 24, "kills": 3, "seed": 5, **dict(word.split("=") for word in os.environ.get("PROOF", "").split())}
MODELS, KILLS, SEED = (int(ASKED[name]) for name in ("models", "kills", "seed"))
TIMEOUT = 20
MOST_SECONDS = 300 + 60 * KILLS + 10 * MODELS
# Adds nothing, in a second or so
SLOW = "(select count(*) from unnest(sequence(1, 10000)) a (i) cross join unnest(sequence(1, 10000)) b (j) where i * j < 0)"
# S3 tells when an object was written in whole seconds.
SECOND = timedelta(seconds=1)


def write_project(folder: Path) -> None:
    """The project of this folder, of all kinds of nodes, and below its table of facts a tree of tables with tests."""
    shutil.copytree(PROJECT, folder)
    tests = []
    for number in range(MODELS):
        above = "facts" if number == 0 else f"n_{(number - 1) // 2}"
        column = "max(amount)" if number == 0 else f"max(v) + 1 + {SLOW}" if number % 8 == 7 else "max(v) + 1"
        kind = (
            "{{ config(materialized='incremental', unique_key='v', incremental_strategy='merge') }} "
            if number % 6 == 5
            else ""
        )
        (folder / "models" / f"n_{number}.sql").write_text(
            f"{kind}select {column} as v from {{{{ ref('{above}') }}}}", "utf-8"
        )
        if number % 4 == 3:
            tests.append({"name": f"n_{number}", "columns": [{"name": "v", "data_tests": ["not_null"]}]})
    (folder / "models" / "tree.yml").write_text(json.dumps({"models": tests}), "utf-8")


@dataclass(frozen=True)
class Trace:
    """A node as Athena and S3 have seen it."""

    statements: list[datetime]
    recorded: datetime | None

    def running(self, moment: datetime) -> bool:
        """Whether an invocation that died at *moment* was at work on the node, as far as whole seconds can tell."""
        begun = self.statements[0] <= moment
        return begun and (self.recorded is None or self.recorded + SECOND > moment)


def traces(function: Function, run_id: str) -> dict[str, Trace]:
    """The traces of all nodes that Athena was sent a statement of."""
    prefix, moments = f"runs/{run_id}/journal/", {}
    for version in versions(function, prefix):
        name = unquote(version["Key"].removeprefix(prefix).removesuffix(".json"))
        assert name not in moments, f"{name} is recorded twice"
        moments[name] = version["LastModified"]
    sent: dict[str, list[datetime]] = {node: [] for node in function.statements()}
    for query in function.queries():
        if (node := node_of(query)) in sent:
            sent[node].append(query["Status"]["SubmissionDateTime"])
    hooks = moments.get("on-run-start")
    return {
        node: Trace(sorted(when), hooks if "on-run-start" in node else moments.get(node)) for node, when in sent.items()
    }


def versions(function: Function, prefix: str) -> Iterable[dict]:
    pages = function.s3.get_paginator("list_object_versions").paginate(Bucket=function.bucket, Prefix=prefix)
    return [version for page in pages for version in page.get("Versions", [])]


def kill_at_random(pipeline: Pipeline, execution: str) -> list[datetime]:
    """Kill the function's process at random moments of the execution; those moments.

    Every third is any moment; the others are the next one at which Athena runs something for the function, which spends most
    of an invocation of 20 s that comes after a kill on waiting for the lease and on starting.
    """
    chance, moments = random.Random(SEED), []
    while len(moments) < KILLS:
        moment = time.monotonic() + chance.uniform(1, 8)
        killed = False
        while time.monotonic() < moment or not killed:
            assert pipeline.state(execution)["status"] == "RUNNING", (
                len(moments),
                "kills; models are too few for more",
            )
            processes = pipeline.processes()
            if time.monotonic() >= moment and (len(moments) % 3 == 2 or pipeline.of.is_at_work()):
                killed = pipeline.kill(processes)
        moments.append(datetime.now(UTC))
    return moments


def test_a_killed_run_of_short_invocations_ends_as_one_long_run(aws, tmp_path):
    write_project(tmp_path / "dbt")
    whole, parts = Function("proof_whole", tmp_path), Function("proof_parts", tmp_path)
    started = time.monotonic()
    expected = whole.invoke(command=["build"], run_id="whole")
    assert expected["status"] == "success"
    long = time.monotonic() - started
    boto3.client("s3").put_bucket_versioning(Bucket=parts.bucket, VersioningConfiguration={"Status": "Enabled"})

    with deployed(parts, tmp_path, TIMEOUT) as pipeline:
        started = time.monotonic()
        execution = pipeline.start("parts", command=["build"])
        moments = kill_at_random(pipeline, execution)
        ended = pipeline.ended(execution, MOST_SECONDS)
        assert ended["status"] == "SUCCEEDED", (ended.get("error"), ended.get("cause"))
        seconds = time.monotonic() - started

    answer = json.loads(ended["output"])
    assert (answer["status"], answer["counts"]) == (expected["status"], expected["counts"])
    # Of three kills two find the invocation at work, which ends a round; the third may come before its round has begun.
    assert answer["rounds"] > max(KILLS - KILLS // 3, 1)

    there = traces(parts, "parts")
    for node, trace in there.items():
        if trace.recorded is not None:
            assert trace.statements[-1] <= trace.recorded + SECOND, f"{node} was at work after it was recorded"
    cut = set(parts.artifact("runs/parts/journal.json")["cut"]) if parts.artifacts("runs/parts/journal.json") else set()
    interrupted = cut | {node for node, trace in there.items() if any(map(trace.running, moments))}
    once, here = whole.statements(), parts.statements()
    assert once.keys() == here.keys()
    again = {node for node in once if once[node] != here[node]}
    assert again <= interrupted
    assert interrupted - cut or not KILLS, "no kill has hit a node at work, which is what this is about"

    one, many = outcome(whole, "whole"), outcome(parts, "parts")
    assert one.keys() == many.keys()
    for node in one:
        # A running query may have been committed: its second run is incremental, and says so.
        same = ("status", "failures", "relation_name") if node in interrupted else tuple(one[node])
        assert [many[node][field] for field in same] == [one[node][field] for field in same], node
    tables = ["facts", "grown", "joined", "last", "history", *(f"n_{number}" for number in range(MODELS))]
    counts = " union all ".join(f"select '{table}', (select count(*) from \"{table}\")" for table in tables)
    values = " union all ".join(f"select '{table}', v from {table}" for table in tables if table.startswith("n_"))
    for sql in (counts, values, 'select * from "last"'):
        assert sorted(parts.rows(sql)) == sorted(whole.rows(sql))
    print(
        f"{len(one)} results, {long:.0f} s in one invocation; {seconds:.0f} s in {answer['rounds']} of {TIMEOUT} s, "
        f"{len(moments)} of them killed; {len(once)} nodes sent {sum(once.values())} statements in one invocation and "
        f"{sum(here.values())} in many; {len(cut)} nodes were cut at a deadline, {len(interrupted - cut)} were running at a "
        f"kill, {len(again)} of them sent statements again; every result was recorded once"
    )
