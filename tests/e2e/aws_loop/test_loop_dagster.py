"""Dagster's runs of the environment: the rows of `just run`, under one lease."""

import json
import time

from tests.e2e import dagster_runs
from tests.e2e.aws_loop.conftest import ENDLESS, MARKS, VIEW
from tests.e2e.told import await_
from tests.projects import raw

pytestmark = MARKS


def test_dagster_builds_the_rows_of_just_run_when_the_lease_is_given_back(built):
    loop, *_ = built
    ran = dagster_runs.contents(loop, "lakeloop_dev", "lakeloop-dev")
    glue, s3, lease = (
        loop.client("glue"),
        loop.client("s3"),
        {"Bucket": "lakeloop-dev-artifacts", "Key": "leases/dev.json"},
    )
    for table in ran:
        glue.delete_table(DatabaseName="lakeloop_dev", Name=table)
    held = {**json.load(s3.get_object(**lease)["Body"]), "run_id": "nightly", "command": "build", "holder": "one"}
    later = time.time() + 3600
    s3.put_object(**lease, Body=json.dumps({**held, "alive_until": later, "expires_at": later}))

    with dagster_runs.run(loop, "env=dev") as begun:
        run = begun.says(r"The run (\S+) has begun")
        assert begun.says("dev is in use by the run (.*)") == "nightly (dbt build)"
        s3.put_object(**lease, Body=json.dumps({**held, "alive_until": 0, "expires_at": 0, "holder": None}))
        ended = begun.ended()

    assert ended["success"]
    assert all(ended["checks"].values())
    built_there = {name for name in ended["assets"] if not name.startswith("exports/")}
    assert {"customers_seen", "fct_orders", VIEW} <= built_there == set(ran)
    assert ended["assets"]["fct_orders"]["run"] == run
    assert ended["assets"]["fct_orders"]["rows"] == raw.order_count()
    assert dagster_runs.contents(loop, "lakeloop_dev", "lakeloop-dev") == ran


def test_just_run_is_refused_while_dagsters_run_has_the_lease(built):
    loop, *_ = built
    athena = loop.client("athena")
    config = {
        "ops": {"words": {"config": {"words": ["run-operation", "ask", "--args", json.dumps({"query": ENDLESS})]}}}
    }
    with dagster_runs.run(loop, "env=dev", job="command", config=config) as begun:
        run = begun.says(r"The run (\S+) has begun")
        query = await_(lambda: started(athena))
        assert f"is in use by the run {run} (dbt run-operation" in loop.types("just run --select dim_customers", 2)
        athena.stop_query_execution(QueryExecutionId=query)
        assert not begun.ended()["success"]


def started(athena):
    """The id of the endless query that runs; empty if none does."""
    ids = athena.list_query_executions(WorkGroup="lakeloop-dev", MaxResults=5)["QueryExecutionIds"]
    found = athena.batch_get_query_execution(QueryExecutionIds=ids)["QueryExecutions"]
    running = (one for one in found if one["Status"]["State"] == "RUNNING" and ENDLESS in one["Query"])
    return next((one["QueryExecutionId"] for one in running), "")
