"""The end of the loop: what roles were asked for, runs that cannot end, a destroy; over all that the files before this one did."""

import io
import json
import re
import shlex
import zipfile

import duckdb
from lakeloop.aws.terraform.interrupts import FINISHING, INTERRUPTED
from lakeloop.aws.terraform.tflocal import STATE_BUCKET

from tests.e2e import dagster_runs
from tests.e2e.aws_loop.conftest import ENDLESS, MARKS, VIEW
from tests.e2e.loop import FUNCTION

pytestmark = MARKS


def test_no_call_is_denied_and_no_permission_is_idle(built):
    """Over all of the above, and what happens seldom: versions of a view end, and a dead invocation has left a query."""
    loop, *_ = built
    glue, athena = loop.client("glue"), loop.client("athena")
    view = glue.get_table(DatabaseName="lakeloop_dev", Name=VIEW)["Table"]
    for _ in range(5):
        glue.update_table(
            DatabaseName="lakeloop_dev",
            TableInput={
                key: view[key] for key in ("Name", "TableType", "Parameters", "StorageDescriptor", "ViewOriginalText")
            },
        )
    assert "success" in loop.types(f"just invoke run --select {VIEW}")

    event = {"command": ["run"], "cli_args": ["--select", "nosuch"], "run_id": "twice"}
    assert "no node matches nosuch" in loop.invokes(event)
    left = athena.start_query_execution(
        QueryString=f"{ENDLESS}\n-- /* lakeloop_run: twice */", WorkGroup="lakeloop-dev"
    )["QueryExecutionId"]
    loop.invokes(event)
    assert athena.get_query_execution(QueryExecutionId=left)["QueryExecution"]["Status"]["State"] == "CANCELLED"

    proved = loop.types("just iam-proof")
    for role in (FUNCTION, "lakeloop-dev-dbt-pipeline", "lakeloop-dev-dbt-schedules", "lakeloop-dev-dbt-alerts"):
        assert re.search(rf"^{role}: [\d,]+ permissions? used, 0 would be denied, 0 statements", proved, re.M), proved


def test_a_permission_that_is_missing_or_idle_is_named(built):
    loop, *_ = built
    iam = loop.client("iam")
    policy = iam.get_role_policy(RoleName=FUNCTION, PolicyName="runner")["PolicyDocument"]
    for statement in policy["Statement"]:
        statement["Action"] = [action for action in statement["Action"] if action != "glue:GetTableVersions"]
    idle = {
        "Sid": "Idle",
        "Effect": "Allow",
        "Action": ["s3:GetBucketTagging"],
        "Resource": ["arn:aws:s3:::lakeloop-dev-raw"],
    }
    policy["Statement"].append(idle)
    iam.put_role_policy(RoleName=FUNCTION, PolicyName="runner", PolicyDocument=json.dumps(policy))

    printed = loop.types("just iam-proof role=dbt-runner", 1)
    assert f"denied  arn:aws:sts::000000000000:assumed-role/{FUNCTION}/{FUNCTION}: glue:GetTableVersions on " in printed
    assert "unused  runner / Idle" in printed
    assert "glue:GetTableVersions on resource" in loop.types(f"just invoke run --select {VIEW}", 1), (
        "and it is enforced"
    )


def test_a_run_that_takes_too_long_or_cannot_start_ends_in_one_message(built):
    loop, *_ = built
    loop.goes_live_with(Timeout=1)
    # Only nodes stop in order before the end: a macro waits for its query, however long it takes.
    args = json.dumps({"query": ENDLESS})
    assert "timed out" in loop.types(f"just invoke run-operation ask --args {shlex.quote(args)}", 2)
    athena = loop.client("athena")
    for left in athena.list_query_executions(WorkGroup="lakeloop-dev", MaxResults=5)["QueryExecutionIds"]:
        athena.stop_query_execution(QueryExecutionId=left)

    layer = io.BytesIO()
    with zipfile.ZipFile(layer, "w") as archive:
        archive.writestr("python/dbt/__init__.py", "")
        archive.writestr("python/dbt_runner_layer.json", json.dumps({"machine": "riscv64", "python": "3.12"}))
    published = loop.client("lambda").publish_layer_version(LayerName="other", Content={"ZipFile": layer.getvalue()})
    loop.goes_live_with(Timeout=60, Layers=[published["LayerVersionArn"]])
    assert "The layer is for riscv64" in loop.types("just invoke", 2)
    loop.client("lambda").delete_layer_version(LayerName="other", VersionNumber=published["Version"])


def test_recipes_that_need_no_emulator_send_nothing_off_the_machine_either(built):
    loop, *_ = built
    loop.types("just dbt-local")
    database = loop.home / ".lakeloop" / "lakeloop.duckdb"
    with duckdb.connect(str(database)) as duck:
        duck.execute("drop table dim_customers")
    with dagster_runs.run(loop, assets=("dim_customers",)) as begun:
        ended = begun.ended()
    assert ended["success"]
    assert list(ended["assets"]) == ["dim_customers"]
    with duckdb.connect(str(database), read_only=True) as duck:
        assert duck.execute("select count(*) from dim_customers").fetchone()[0] > 0
    assert loop.types('just query "select 1 as one"').startswith("one\n1\n")
    assert "The docs page" in loop.types("just docs")
    loop.types("just parse && just deps && just environments && just status && just env && just logs")
    loop.types("just dbt compile --select dim_customers")


def test_a_destroy_leaves_nothing(applied):
    loop, *_ = applied
    loop.types_ctrl_c("just tf-destroy env=dev", {"Plan: ": FINISHING, "1 of ": INTERRUPTED})
    (state,) = loop.client("s3").list_objects_v2(Bucket=STATE_BUCKET)["Contents"]
    assert state["Key"].endswith("/dev/terraform.tfstate"), "and no lock file beside it"
    assert "Destroy complete" in loop.types("just tf-destroy env=dev")
    assert loop.client("s3").list_buckets()["Buckets"] == []
    assert loop.client("lambda").list_functions()["Functions"] == []
    assert loop.client("lambda").list_layers()["Layers"] == []
    assert loop.client("scheduler").list_schedules()["Schedules"] == []
    assert loop.client("sns").list_topics()["Topics"] == []
    assert loop.client("sqs").list_queues().get("QueueUrls", []) == []
    assert loop.client("events").list_rules()["Rules"] == []
    assert loop.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert loop.client("cloudwatch").list_dashboards()["DashboardEntries"] == []
    assert loop.client("logs").describe_query_definitions()["queryDefinitions"] == []
    assert loop.client("iam").list_roles()["Roles"] == []
    assert loop.client("logs").describe_log_groups()["logGroups"] == []
    assert loop.client("glue").get_databases()["DatabaseList"] == []
    assert [group["Name"] for group in loop.client("athena").list_work_groups()["WorkGroups"]] == ["primary"]
    assert "`just tf-apply env=dev` makes it" in loop.types("just invoke", 2)


def test_nothing_of_all_this_left_the_machine_and_what_is_meant_to_leave_it_does(loop, proxy):
    assert proxy.asked == []
    loop.types('just query "select 1" env=dev on=aws', 2)
    assert proxy.asked
    assert all(re.match(r"CONNECT \w+(\.[a-z0-9-]+)?\.amazonaws\.com:443 ", line) for line in proxy.asked), proxy.asked
