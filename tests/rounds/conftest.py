"""The runner as Lambda calls it, against the emulator: a small dbt project, one function, several invocations."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from dbt_runner.rounds.round import Round

from tests import local_aws

_numbers = itertools.count()
_RESOURCES = ("model", "operation", "seed", "snapshot", "test", "unit_test")
PROJECT = Path(__file__).parent / "project"
# first -> second -> third, and beside: a view, two tables, a table that nothing reads
SMALL = {
    "models/first.sql": "{{ config(materialized='view') }} select 1 as id",
    "models/second.sql": "select id + 1 as id from {{ ref('first') }}",
    "models/third.sql": "select id + 1 as id from {{ ref('second') }}",
    "models/beside.sql": "select 7 as id",
    "models/tests.yml": "models: [{name: third, columns: [{name: id, data_tests: [not_null]}]}]",
}
WORKGROUP = "rounds"
BUCKETS = {
    "ATHENA_RESULTS_BUCKET": "rounds-results",
    "PROCESSED_BUCKET_NAME": "rounds-processed",
    "RAW_BUCKET_NAME": "rounds-raw",
}


@dataclass
class Context:
    """The context that Lambda hands to a handler."""

    aws_request_id: str
    seconds: float = 900.0
    started: float = field(default_factory=time.monotonic)
    memory_limit_in_mb: str = "1024"

    def get_remaining_time_in_millis(self) -> int:
        return int((self.started + self.seconds - time.monotonic()) * 1000)


class Function:
    """The deployed function of an environment, which has a database of its own."""

    def __init__(self, environment: str, task_root: Path) -> None:
        self.environment = environment
        self.database = f"rounds_{environment}"
        self.bucket = f"rounds-{environment}-artifacts".replace("_", "-")
        self.variables = {
            **BUCKETS,
            "ARTIFACTS_BUCKET": self.bucket,
            "ATHENA_PRICE_PER_TB": "5",
            "ATHENA_WORKGROUP": WORKGROUP,
            "DBT_TARGET": "dev",
            "ENVIRONMENT": environment,
            "GLUE_DATABASE_NAME": self.database,
            "LAMBDA_PRICE_PER_GB_SECOND": "0.0000133334",
            "LAMBDA_TASK_ROOT": str(task_root),
            # An execution environment's own, which each run clears of what earlier ones left.
            "TMPDIR": str(task_root / "tmp"),
        }
        (task_root / "tmp").mkdir(exist_ok=True)
        self.requests = 0
        self.s3 = boto3.client("s3")
        self.s3.create_bucket(Bucket=self.bucket)
        self.athena = boto3.client("athena")

    def invoke(self, seconds: float = 900.0, **event: Any) -> dict[str, Any]:
        from dbt_runner.handler import handle

        self.requests += 1
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.variables.items():
                patch.setenv(name, value)
            patch.setattr(tempfile, "tempdir", None)  # asked for once in a process otherwise
            # Runs are named by the second and the first characters of the id, which AWS makes at random.
            answer = handle(event, Context(f"{self.requests:08}-request", seconds))
        assert json.loads(json.dumps(answer)) == answer
        return answer

    def write(self, file: str, text: str) -> None:
        """Write a *file* of the dbt project: what the function has after the next deployment."""
        place = Path(self.variables["LAMBDA_TASK_ROOT"]) / "dbt" / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")

    def ran(self, run_id: str) -> dict[str, str]:
        """The status of each node in a run's run_results.json, by the node's name."""
        results = self.artifact(f"runs/{run_id}/run_results.json")["results"]
        return {result["unique_id"].split(".")[2]: result["status"] for result in results}

    def artifact(self, key: str) -> Any:
        """A JSON object of the artifacts bucket."""
        return json.loads(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def put(self, key: str, content: Any) -> None:
        """Write a JSON object of the artifacts bucket."""
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=json.dumps(content).encode())

    def artifacts(self, prefix: str) -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [entry["Key"].removeprefix(prefix) for page in pages for entry in page.get("Contents", [])]

    def queries(self) -> list[dict[str, Any]]:
        """Every statement that Athena was sent for this database, oldest first."""
        pages = self.athena.get_paginator("list_query_executions").paginate(WorkGroup=WORKGROUP)
        ids = [query for page in pages for query in page["QueryExecutionIds"]]
        found: list[dict[str, Any]] = []
        for start in range(0, len(ids), 50):
            found += self.athena.batch_get_query_execution(QueryExecutionIds=ids[start : start + 50])["QueryExecutions"]
        ours = [query for query in found if query["QueryExecutionContext"].get("Database") == self.database]
        return sorted(ours, key=lambda query: query["Status"]["SubmissionDateTime"])

    def accounted(self, run_id: str) -> dict[str, Any]:
        """Cost of a run by its ``summary.json``: compared, node by node, with what Athena's list of queries says."""
        told: dict[str, Any] = self.artifact(f"runs/{run_id}/summary.json")
        nodes = {node["unique_id"]: node for node in told["nodes"]}
        scanned, sent = dict.fromkeys(nodes, 0), dict.fromkeys(nodes, 0)
        queries = self.queries()
        for query in queries:
            node = node_of(query)
            if node in nodes:  # DROP and the like carry no comment; the runner knows their node all the same
                scanned[node] += query["Statistics"]["DataScannedInBytes"]
                sent[node] += 1
        assert {name: node["bytes_scanned"] for name, node in nodes.items()} == scanned
        assert all(nodes[name]["queries"] >= count for name, count in sent.items())
        assert told["bytes_scanned"] == sum(query["Statistics"]["DataScannedInBytes"] for query in queries)
        assert told["cost"]["queries"] == len(queries) >= sum(node["queries"] for node in nodes.values())
        return told

    def is_at_work(self) -> bool:
        """Whether Athena runs a statement of a node."""
        newest = self.athena.list_query_executions(WorkGroup=WORKGROUP, MaxResults=10)["QueryExecutionIds"]
        found = self.athena.batch_get_query_execution(QueryExecutionIds=newest)["QueryExecutions"]
        return any(
            query["Status"]["State"] in ("QUEUED", "RUNNING")
            and query["QueryExecutionContext"].get("Database") == self.database
            and (node_of(query) or "").startswith(("model.", "test.", "unit_test."))
            for query in found
        )

    def statements(self) -> dict[str, int]:
        """Statements that Athena was sent, by the node that dbt's query comment names."""
        counts: dict[str, int] = {}
        for query in self.queries():
            node = node_of(query)
            if node and node.partition(".")[0] in _RESOURCES:
                counts[node] = counts.get(node, 0) + 1
        return counts

    def rows(self, sql: str) -> list[tuple[str | None, ...]]:
        query = self.athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self.database},
            WorkGroup=WORKGROUP,
            ResultConfiguration={"OutputLocation": f"s3://{BUCKETS['ATHENA_RESULTS_BUCKET']}/test/"},
        )["QueryExecutionId"]
        deadline = time.monotonic() + 60
        while (
            state := self.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"]
        ) in ("QUEUED", "RUNNING"):
            assert time.monotonic() < deadline, sql
        assert state == "SUCCEEDED", (sql, state)
        found = self.athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
        return [tuple(cell.get("VarCharValue") for cell in row["Data"]) for row in found[1:]]


def node_of(query: dict[str, Any]) -> str | None:
    """The node of a statement's comment, which dbt puts first or last: ``/* {"app": "dbt", ..., "node_id": "..."} */``."""
    text = query["Query"]
    start = text.find('{"app": "dbt"')
    if start < 0:
        return None
    comment, _ = json.JSONDecoder().raw_decode(text[start:])
    return str(comment.get("node_id") or comment.get("connection_name"))


def outcome(function: Function, run_id: str) -> dict[str, Any]:
    """Nodes of run_results.json, without times, ids and the name of the database."""
    kept = ("status", "message", "failures", "compiled", "compiled_code", "relation_name")
    text = json.dumps(function.artifact(f"runs/{run_id}/run_results.json")["results"])
    text = text.replace(function.database, "database")
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+00:00 [0-9a-f-]{36}", "<moment and invocation>", text)
    text = re.sub(r"(s3://[^ ']+/)[0-9a-f-]{36}", r"\1<table>", text)
    return {result["unique_id"]: {field: result[field] for field in kept} for result in json.loads(text)}


@pytest.fixture(scope="session")
def lake(emulator):
    """The emulator with buckets and a workgroup of these tests' own."""
    with local_aws.pointed_at(emulator):
        for bucket in BUCKETS.values():
            boto3.client("s3").create_bucket(Bucket=bucket)
        location = f"s3://{BUCKETS['ATHENA_RESULTS_BUCKET']}/workgroup/"
        configuration = {"ResultConfiguration": {"OutputLocation": location}}
        athena = boto3.client("athena")
        # A module elsewhere that imports this fixture has one of its own, and the worker's emulator is the same.
        if WORKGROUP not in {group["Name"] for group in athena.list_work_groups()["WorkGroups"]}:
            athena.create_work_group(Name=WORKGROUP, Configuration=configuration)
    return emulator


@pytest.fixture(scope="module")
def aws(lake):
    """A running emulator; the environment of this process points every AWS client at it, until the module's tests end."""
    with local_aws.pointed_at(lake):
        yield lake


@pytest.fixture
def function(aws, tmp_path, request):
    """A function with the project of this folder, in an environment that no other test uses."""
    shutil.copytree(PROJECT, tmp_path / "dbt")
    return Function(f"test{next(_numbers)}", tmp_path)


@pytest.fixture
def small(aws, tmp_path):
    """A function with a project of four models, in an environment that no other test uses."""
    function = Function(f"small{next(_numbers)}", tmp_path)
    for name in ("dbt_project.yml", "profiles.yml"):
        function.write(name, (PROJECT / name).read_text("utf-8"))
    for name, text in SMALL.items():
        function.write(name, text)
    return function


@pytest.fixture
def stop_after(monkeypatch):
    """``stop_after(6)``: from now on every invocation stops when six nodes have ended."""

    def stop(count: int) -> None:
        keep = Round.keep

        def keep_and_stop(this: Round, result: Any) -> None:
            keep(this, result)
            if this.finished >= count:
                this.stop("the test's count is reached")

        monkeypatch.setattr(Round, "keep", keep_and_stop)

    return stop
