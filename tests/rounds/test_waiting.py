"""A run under the state machine that has to wait: for the environment, for an invocation of its own that nobody hears any more, or
for nothing, though another version goes live meanwhile."""

from __future__ import annotations

import json
import platform
import sys
import time

import boto3
import pytest
from lakeloop_layer import of_host

from tests.rounds.conftest import PROJECT, SMALL, Function
from tests.rounds.deployed import ALIAS, WAIT_SECONDS, Pipeline, deployed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(of_host() is None, reason=f"Lambda has no {platform.machine()} {sys.platform}"),
]
ONE = {"command": ["run"], "cli_args": ["--select", "beside"]}
# Without end until the view is there, which the next invocation sees.
GATE = """
{% set opened = adapter.get_relation(this.database, this.schema, "opened") %}
select 1 as id {% if execute and not opened %} from unnest(sequence(1, 10000)) as a (i)
cross join unnest(sequence(1, 10000)) as b (j) cross join unnest(sequence(1, 10000)) as c (k) where i * j + k = 7 {% endif %}
"""
GATED = {"command": ["run"], "cli_args": ["--select", "gate"]}


@pytest.fixture(scope="module")
def pipeline(aws, tmp_path_factory):
    folder = tmp_path_factory.mktemp("waiting")
    function = Function("waiting", folder)
    for name in ("dbt_project.yml", "profiles.yml"):
        function.write(name, (PROJECT / name).read_text("utf-8"))
    for name, text in {**SMALL, "models/gate.sql": GATE}.items():
        function.write(name, text)
    with deployed(function, folder, timeout=120) as made:
        yield made


def until(condition) -> None:
    deadline = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < deadline


def entered(pipeline: Pipeline, execution: str, state: str) -> int:
    """How often the execution has entered the *state*."""
    pages = boto3.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
    events = [event for page in pages for event in page["events"]]
    return sum(event.get("stateEnteredEventDetails", {}).get("name") == state for event in events)


def test_a_second_run_is_refused_or_waits(pipeline):
    of = pipeline.of
    lease = {"run_id": "nightly", "holder": "one", "command": "build", "token": "x", "since": time.time()}
    key, later = f"leases/{of.environment}.json", time.time() + 3600
    of.put(key, {**lease, "alive_until": later, "expires_at": later})
    patient = pipeline.start("patient", **ONE, wait_seconds=3600)

    for execution in (pipeline.start("refused", **ONE), pipeline.start("short", **ONE, wait_seconds=1)):
        refused = pipeline.ended(execution, 300)
        assert (refused["status"], refused["error"]) == ("FAILED", "LeaseHeld")
        message = json.loads(refused["cause"])["errorMessage"]
        assert "in use by the run nightly (dbt build) since 20" in message
    assert pipeline.waits(execution) == 1, f"a second of waiting is one look after {WAIT_SECONDS} s"

    until(lambda: pipeline.waits(patient) >= 2)
    assert not of.queries()
    of.put(key, {**lease, "alive_until": 0, "expires_at": 0})
    assert pipeline.ended(patient, 300)["status"] == "SUCCEEDED"
    assert of.ran("patient")["beside"] == "success"


def test_a_living_invocation_whose_answer_was_lost_is_waited_for(pipeline):
    """As after Lambda.SdkClientException: the invocation works on, and Step Functions sends the event again."""
    of = pipeline.of
    event = {**GATED, "run_id": "unheard"}
    boto3.client("lambda").invoke(
        FunctionName=of.bucket, Qualifier=ALIAS, InvocationType="Event", Payload=json.dumps(event).encode()
    )
    until(of.is_at_work)
    execution = pipeline.start("again", **event)
    until(lambda: entered(pipeline, execution, "Let it work") >= 2)
    assert pipeline.state(execution)["status"] == "RUNNING"
    (running,) = (query for query in of.queries() if query["Status"]["State"] == "RUNNING")
    of.athena.stop_query_execution(QueryExecutionId=running["QueryExecutionId"])

    assert pipeline.ended(execution, 300)["error"] == "DbtFailed", "how the first invocation ended is told"
    assert of.artifact("runs/unheard/summary.json")["rounds"] == 1, "no second one worked on the run"


def test_a_run_stays_with_its_version_when_another_goes_live(pipeline, tmp_path):
    of, functions = pipeline.of, boto3.client("lambda")
    execution = pipeline.start("several-rounds", **GATED)
    until(of.is_at_work)
    before = functions.get_alias(FunctionName=of.bucket, Name=ALIAS)["FunctionVersion"]
    assert of.artifact(f"leases/{of.environment}.json")["version"] == before, "a deployment keeps it"
    pipeline.deploy(tmp_path, {"models/beside.sql": "select 8 as id"})
    assert functions.get_alias(FunctionName=of.bucket, Name=ALIAS)["FunctionVersion"] != before
    of.rows("create view opened as select 1 as id")
    pipeline.kill(pipeline.processes())

    assert pipeline.ended(execution, 300)["status"] == "SUCCEEDED"
    assert of.artifact("runs/several-rounds/summary.json")["rounds"] == 2
    assert pipeline.ended(pipeline.start("next", **ONE), 300)["status"] == "SUCCEEDED"
    assert of.rows("select id from beside") == [("8",)], "the next run is of the version that is live"
