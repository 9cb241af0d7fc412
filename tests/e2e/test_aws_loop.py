"""The loop as people type it, in a clone of the checkout and against an emulator of its own: apply, load, invoke, query,
compare, destroy; and what each says when it cannot go on. The tests run in the order in which they stand.

The shell has keys of an account, and a proxy that writes down what would leave the machine.
"""

import csv
import io
import json
import os
import re
import shlex
import shutil
import time
import urllib.request
import zipfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import duckdb
import pyarrow.parquet
import pytest
from lakeloop.aws.load.bucket import upload
from lakeloop.aws.terraform.interrupts import FINISHING, INTERRUPTED
from lakeloop.aws.terraform.program import INSTALL
from lakeloop.aws.terraform.tflocal import STATE_BUCKET
from lakeloop.errors import UserError

from tests import byte_code, local_aws
from tests.clone import clone
from tests.e2e import dagster_runs
from tests.e2e.loop import FUNCTION, Loop
from tests.e2e.told import Webhook, about, await_, mails
from tests.projects import raw
from tests.recording_proxy import recording

from lakeloop_emulator.settings import STATE_FOLDER  # isort: skip - local_aws has put it on the path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]

VIEW = "stg_products"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",  # pragma: allowlist secret
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",  # pragma: allowlist secret
    "AWS_MAX_ATTEMPTS": "1",
}
"""AWS's own examples: https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds.html"""
# Counts for minutes.
ENDLESS = (
    "select count(*) from unnest(sequence(1, 10000)) as a (x) "
    "cross join unnest(sequence(1, 10000)) as b (y) cross join unnest(sequence(1, 10000)) as c (z) where x * y % 7 = z"
)


@pytest.fixture(scope="module")
def proxy():
    with recording() as started:
        yield started


@pytest.fixture(scope="module")
def loop(tmp_path_factory, proxy):
    home = clone(tmp_path_factory.mktemp("loop") / "checkout")
    byte_code.lend(home, ".")
    raw.write(home / "data" / "raw")
    with (home / "terraform" / "envs" / "dev.tfvars").open("a") as settings:
        settings.write('alerts = { emails = ["data@acme.example"], webhook = true }\n')
    folder = tmp_path_factory.mktemp("emulator")
    with ExitStack() as until_the_end:
        # For what the emulator itself would ask. And what Lambda tries again after a minute, it tries after a second.
        with mock.patch.dict(os.environ, {**proxy.variables, "LAMBDA_RETRY_BASE_DELAY": "1"}):
            aws = until_the_end.enter_context(local_aws.running(folder, enforcing=True))
        shell = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VIRTUAL_ENV"))}
        # As of a checkout's own emulator, recipes know by its folder where it listens.
        shell = {**shell, **proxy.variables, **KEYS, STATE_FOLDER: str(folder), "COLUMNS": "200"}
        yield Loop(home, shell, aws.environment)


def terraform_files(loop):
    return {str(path.relative_to(loop.home)) for path in (loop.home / "terraform").rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def shipped(loop):
    """The files of ``terraform/`` before any command."""
    return terraform_files(loop)


@pytest.fixture(scope="module")
def applied(loop, shipped):
    """The environment, made by an apply that a second Ctrl-C ended and one that Ctrl-C would have ended; what that one and the
    next one printed."""
    ended = loop.types_ctrl_c("just tf-apply env=dev", {"1 of ": FINISHING, "9 of ": INTERRUPTED})
    assert "Apply complete!" not in ended
    interrupted = loop.types_ctrl_c("just tf-apply env=dev", {"1 of ": FINISHING})
    return loop, interrupted, loop.types("just tf-apply env=dev")


@pytest.fixture(scope="module")
def built(applied):
    loop, *_ = applied
    return loop, loop.types("just load env=dev raw=data/raw"), loop.types("just invoke")


@pytest.fixture(scope="module")
def webhook(built):
    loop, *_ = built
    assert "begins with https://" in loop.types("echo nowhere | just alerts webhook", 2)
    with Webhook().listening() as listening:
        assert "lakeloop/dev/alerts/webhook, encrypted" in loop.types(f"echo {listening.url} | just alerts webhook")
        yield listening


def test_what_is_not_applied_says_so(loop):
    for recipe in ("just invoke", "just logs env=dev", 'just query "select 1" env=dev'):
        assert "`just tf-apply env=dev` makes it" in loop.types(recipe, 2)


def test_after_ctrl_c_an_apply_makes_all_that_it_began(applied):
    """And all that the one before it was ended in."""
    _, interrupted, again = applied
    assert FINISHING in interrupted
    assert "Apply complete!" in interrupted
    assert re.search(r"^(\d+) of \1  module\.", interrupted, re.MULTILINE)
    assert "0 added, 0 changed, 0 destroyed" in again


def test_an_apply_ends_with_the_outputs_and_leaves_nothing_in_the_checkout(applied, shipped):
    loop, _, printed = applied
    assert "dev at http://127.0.0.1:" in printed
    assert 'raw_bucket = "lakeloop-dev-raw"' in printed
    assert terraform_files(loop) == shipped


def test_a_plan_right_after_the_apply_shows_no_changes(applied):
    loop, *_ = applied
    assert "No changes" in loop.types("just tf-plan env=dev")


def test_there_is_no_state_before_the_first_build(applied):
    loop, *_ = applied
    printed = loop.types("just state env=dev", 2)
    assert "has no state yet: looked in s3://lakeloop-dev-artifacts/latest/" in printed
    assert "`just run env=dev` is one" in printed


def test_a_load_sends_what_changed_only(built):
    loop, loaded, _ = built
    files = len(list(loop.raw.glob("*/dt=*/*")))
    assert f"{files} files sent" in loaded
    assert "The raw tables are made" in loaded

    file = min((loop.raw / "products").rglob("part-*"))
    sound = file.read_bytes()
    file.write_bytes(sound + sound.splitlines(keepends=True)[-1])
    aside = max((loop.raw / "customers").rglob("part-*"))
    kept, gone = aside.read_bytes(), str(aside.relative_to(loop.raw))
    shutil.rmtree(aside.parent)
    again = loop.types("just load")
    assert f"1 file sent (0.0 MB), {files - 2} there already" in again
    assert f"1 objects of the bucket are not in {loop.raw} and stay; models will read them: {gone}" in again
    assert f"such as {gone}: Athena would build other data" in loop.types("just parity", 2)

    file.write_bytes(sound)
    aside.parent.mkdir()
    aside.write_bytes(kept)
    assert "1 file sent" in loop.types("just load")


def test_raw_data_that_cannot_be_built_is_not_sent(built, tmp_path):
    loop, *_ = built
    assert "does not exist" in loop.types(f"just load raw={tmp_path / 'none'}", 2)
    raw.write(tmp_path / "bad")
    file = min((tmp_path / "bad" / "orders").rglob("*.parquet"))
    file.write_bytes(file.read_bytes()[:-50])
    assert "The raw data cannot be built" in loop.types(f"just load raw={tmp_path / 'bad'}", 2)


def test_a_bucket_that_is_not_there_is_one_message(applied, tmp_path):
    loop, *_ = applied
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(UserError, match=r"The bucket nowhere does not exist.*just tf-apply"):
        upload(loop.client("s3"), "nowhere", {"a/file": tmp_path / "file"}, ["a/"], lambda size: None)


def test_a_build_in_the_function_tells_what_ran(built):
    loop, _, invoked = built
    for word in ("dbt build", "success", "pass", "seconds", "bytes scanned", "s3://lakeloop-dev-artifacts/runs/"):
        assert word in invoked
    assert "dbt test --select fct_orders" in loop.types("just invoke test --select fct_orders")


def test_a_run_is_followed_to_its_end(built, webhook):
    loop, *_ = built
    printed = loop.types("just run")
    assert "has begun. It goes on whatever becomes of this terminal." in printed
    for word in ("dbt build", "success", "s3://lakeloop-dev-artifacts/runs/", "slowest", "dearest", "Athena $"):
        assert word in printed
    reported = loop.types("just report")
    (page,) = (line.partition(": ")[2] for line in reported.splitlines() if line.startswith("The report: "))
    assert "fct_orders" in Path(page).read_text("utf-8")
    assert "There is no run nowhere that has ended" in loop.types("just report run=nowhere", 2)


def test_a_run_that_succeeds_exports_what_it_has_built_and_says_so(built):
    loop, *_ = built
    run = re.search(r"The run (\S+) has begun", loop.types("just run --select dim_customers"))[1]
    (mail,) = await_(lambda: mails(loop.emulator, run))
    assert mail["Subject"] == f"lakeloop dev: the run {run} succeeded"
    link = re.search(r"^all_customers +(http\S+)$", mail["Body"]["text_part"], re.M)[1]
    with urllib.request.urlopen(link) as opened:
        exported = sorted(csv.reader(io.TextIOWrapper(opened)))
    asked = loop.types('just query "select * from dim_customers" env=dev format=tsv').splitlines()
    assert exported == sorted(line.split("\t") for line in asked if "\t" in line)

    # The other one is of whole builds alone, the last of which was `just run`.
    s3 = loop.client("s3")
    pointer = json.load(s3.get_object(Bucket="lakeloop-dev-processed", Key="exports/orders/latest.json")["Body"])
    assert run not in pointer["version"]
    rows = 0
    for one in pointer["files"]:
        key = one["uri"].removeprefix("s3://lakeloop-dev-processed/")
        body = s3.get_object(Bucket="lakeloop-dev-processed", Key=key)["Body"].read()
        rows += pyarrow.parquet.read_metadata(io.BytesIO(body)).num_rows
    assert rows == raw.order_count()


def test_a_schedule_is_paused_and_resumed_and_starts_a_run(built):
    loop, *_ = built
    shown = r"^nightly\t{}\tcron\(0 4 \* \* \? \*\)\tEurope/Berlin\tbuild\t{}$"
    coming = ", ".join([r"\d{4}-\d\d-\d\d 04:00"] * 3)
    assert re.search(shown.format("on", coming), loop.types("just schedule"), re.M)
    assert "No schedule weekly. Known: nightly." in loop.types("just schedule pause weekly", 2)
    assert re.search(shown.format("paused", ""), loop.types("just schedule pause"), re.M)
    assert re.search(shown.format("on", coming), loop.types("just schedule resume nightly"), re.M)

    # WHEN its hour has come
    scheduler, states = loop.client("scheduler"), loop.client("stepfunctions")
    group = "lakeloop-dev-dbt-schedules"
    nightly = scheduler.get_schedule(GroupName=group, Name="nightly")
    kept = {key: nightly[key] for key in ("GroupName", "Name", "FlexibleTimeWindow", "Target")}
    (machine,) = states.list_state_machines()["stateMachines"]

    def runs():
        listed = states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
        return {run["executionArn"]: run["status"] for run in listed}

    before = runs()
    soon = datetime.now(UTC) + timedelta(seconds=5)  # a moment that has passed does not come
    scheduler.update_schedule(**kept, ScheduleExpression=f"at({soon:%Y-%m-%dT%H:%M:%S})")
    ended = await_(lambda: {run: status for run, status in runs().items() if run not in before and status != "RUNNING"})

    # THEN all of the project is built
    ((run, status),) = ended.items()
    assert status == "SUCCEEDED"
    assert json.loads(states.describe_execution(executionArn=run)["output"])["command"] == ["build"]
    loop.becomes("dear-run", "ALARM")  # it costs more than this environment's limit

    # WHEN one cannot be started, it is seen
    soon = datetime.now(UTC) + timedelta(seconds=5)
    unreadable = {**kept, "Target": {**kept["Target"], "Input": "no JSON"}}
    scheduler.update_schedule(**unreadable, ScheduleExpression=f"at({soon:%Y-%m-%dT%H:%M:%S})")
    await_(loop.letters)
    assert "not delivered: the start of the schedule nightly: " in loop.types("just alerts")
    loop.becomes("lost-start", "ALARM")
    loop.alarms_later(3600)
    loop.becomes("lost-start", "OK")
    loop.alarms_later(0)
    scheduler.update_schedule(
        **kept,
        **{key: nightly[key] for key in ("Description", "ScheduleExpression", "ScheduleExpressionTimezone")},
    )
    sqs = loop.client("sqs")
    (queue,) = sqs.list_queues()["QueueUrls"]
    sqs.purge_queue(QueueUrl=queue)


FAILING = "just run run --select dim_customers --vars '{joined_from: never}'"


def test_a_test_message_says_who_hears(built, webhook):
    loop, *_ = built
    printed = loop.types("just alerts test")
    assert "Sent: topic, webhook." in printed
    assert "The topic tells email data@acme.example." in printed
    assert len(about(webhook.taken, "a test message")) == 1
    assert "means nothing here" in loop.types("just alerts frobnicate", 2)


def test_a_run_that_fails_is_told_once_with_the_model_and_a_link_that_opens(built, webhook):
    loop, *_ = built
    run = re.search(r"The run (\S+) has begun", loop.types(FAILING, 1))[1]
    (mail,) = await_(lambda: mails(loop.emulator, run))
    text = mail["Body"]["text_part"]
    assert "model.shop.dim_customers (error)" in text and "INVALID_CAST_ARGUMENT" in text
    assert f"just run retry {run} env=dev" in text
    page = re.search(r"^Page +(\S+)$", text, re.M)[1]
    with urllib.request.urlopen(page) as opened:
        assert "INVALID_CAST_ARGUMENT" in opened.read().decode()
    (posted,) = await_(lambda: about(webhook.taken, run))
    assert "dim_customers" in json.dumps(posted)

    # WHEN EventBridge delivers the event again
    states = loop.client("stepfunctions")
    (machine,) = states.list_state_machines()["stateMachines"]
    failed = states.list_executions(stateMachineArn=machine["stateMachineArn"], statusFilter="FAILED")["executions"]
    (execution,) = (one for one in failed if one["name"] == run)
    event = {
        "detail-type": "Step Functions Execution Status Change",
        "detail": {"executionArn": execution["executionArn"], "status": "FAILED"},
    }
    again = loop.client("lambda").invoke(FunctionName="lakeloop-dev-dbt-alerts", Payload=json.dumps(event))

    # THEN nobody is told again
    assert json.load(again["Payload"]) == {"skipped": f"{run} was sent before"}
    assert (len(mails(loop.emulator, run)), len(about(webhook.taken, run))) == (1, 1)
    assert re.search(rf"\tlakeloop dev: the run {run} failed: 1 node\tsent\tsent$", loop.types("just alerts"), re.M)


def test_a_webhook_that_is_down_loses_nothing(built, webhook):
    loop, *_ = built
    webhook.down = True
    run = re.search(r"The run (\S+) has begun", loop.types(FAILING, 1))[1]
    await_(loop.letters)
    assert len(about(webhook.refused, run)) == 3
    printed = loop.types("just alerts")
    assert f"not delivered: the message about the execution {run}: " in printed
    assert "failed 3x: The webhook answered 503" in printed
    assert "1 not, which stay" in loop.types("just alerts resend", 2)
    loop.becomes("dead-letters", "ALARM")

    webhook.down = False
    assert "1 delivered. Nothing is left." in loop.types("just alerts resend")
    loop.alarms_later(3600)
    loop.becomes("dead-letters", "OK")
    loop.alarms_later(0)
    assert len(about(webhook.taken, run)) == 1
    assert len(mails(loop.emulator, run)) == 1
    assert "not delivered" not in loop.types("just alerts")


def test_alarms_are_driven_by_their_causes_and_end_with_them(built):
    """And the dashboard's page says first what is wrong."""
    loop, *_ = built
    fresh = {"command": ["source", "freshness"]}
    well = (fresh, {"command": ["run"], "cli_args": ["--select", VIEW]})
    bad = ["--select", "dim_customers", "--vars", "{joined_from: never}"]
    loop.becomes("no-success", "OK")

    # WHEN a source is old, and a run fails
    assert '"error": 1' in loop.invokes({**fresh, "cli_args": ["--vars", "{fresh_days: 1}"]})
    loop.becomes("stale-source", "ALARM")
    assert '"error": 1' in loop.invokes({"command": ["run"], "cli_args": bad})
    loop.becomes("failed-run", "ALARM")
    failed = time.time()

    printed = loop.types("just dashboard")
    assert re.search(r"^failed-run, for \d+ min: The last run of lakeloop-dev failed\. `just run retry", printed, re.M)
    page = Path(re.search(r"^The dashboard: (.*)$", printed, re.M)[1]).read_text("utf-8")
    assert "things are wrong" in page
    assert not re.search(r"https?://(?!127\.0\.0\.1:)", page), "it opens without a network"
    assert "<script" not in page
    assert len(re.findall("<circle ", page)) >= 5

    # THEN its saved queries find what happened
    logs = loop.client("logs")
    saved = {one["name"].rpartition("/")[2]: one for one in logs.describe_query_definitions()["queryDefinitions"]}
    found = {}
    for name, one in saved.items():
        begin = int(failed) - 3600
        asked = {"queryString": one["queryString"], "logGroupNames": one["logGroupNames"]}
        key = logs.start_query(**asked, startTime=begin, endTime=int(failed) + 60)["queryId"]
        rows = logs.get_query_results(queryId=key)["results"]
        found[name] = [{each["field"]: each["value"] for each in row} for row in rows]
    assert any("INVALID_CAST_ARGUMENT" in row["message"] for row in found["errors"])
    assert any(row["node"].endswith("fct_orders") and float(row["dollars"]) > 0 for row in found["dearest-nodes"])
    assert all(
        float(row["slowest"]) >= float(row["mean"]) > 0 for row in found["slowest-nodes"] if row["slowest"] != "0"
    )
    assert {row["errors"] for row in found["runs"]} >= {"0", "1"}
    assert all(0 < float(row["used"]) <= float(row["given"]) for row in found["memory"])

    # AND all of them end when a run is well, which is not yet so while the one that failed is in the same minute
    for event in well:
        assert '"status": "success"' in loop.invokes(event)
    await_(
        lambda: loop.runs_told_since(failed) >= len(well),
        lambda: "their metrics do not come",
        failed + 50 - time.time(),
    )
    loop.alarms_later(61 - (time.time() - failed))
    for alarm in ("failed-run", "dear-run", "stale-source"):
        loop.becomes(alarm, "OK")

    # AND nothing but hours drives this one
    loop.alarms_later(25 * 3600)
    loop.becomes("no-success", "ALARM")
    loop.alarms_later(0)
    loop.becomes("no-success", "OK")


def test_what_has_changed_is_built_on_the_laptop_in_a_database_of_its_own(built):
    loop, *_ = built
    assert str(loop.home / ".lakeloop" / "state" / "dev") in loop.types("just state env=dev")
    model = loop.home / "dbt" / "models" / "marts" / "dim_customers.sql"
    deployed = model.read_text("utf-8")
    model.write_text(f"{deployed}\n-- changed", "utf-8")
    listed = loop.types("just dbt env=dev --quiet ls --select state:modified --resource-type model --output name")
    assert listed.splitlines()[0] == "dim_customers"
    assert "Completed successfully" in loop.types("just dbt env=dev build --select state:modified+ --defer")
    model.write_text(deployed, "utf-8")

    glue = loop.client("glue")
    databases = {database["Name"] for database in glue.get_databases()["DatabaseList"]}
    (own,) = {name for name in databases if name.startswith("lakeloop_dev_")} - {"lakeloop_dev_raw"}
    tables = {table["Name"] for table in glue.get_tables(DatabaseName=own)["TableList"]}
    assert "dim_customers" in tables
    assert "fct_orders" not in tables, "which is read from the environment"

    s3, key = loop.client("s3"), {"Bucket": "lakeloop-dev-artifacts", "Key": "latest/state.json"}
    about = s3.get_object(**key)["Body"].read()
    s3.put_object(**key, Body=json.dumps({**json.loads(about), "dbt_version": "1.11.2"}).encode())
    assert "is of dbt 1.11.2, and here is dbt 1." in loop.types("just dbt env=dev ls --select state:modified", 2)
    s3.put_object(**key, Body=about)
    for table in tables:
        glue.delete_table(DatabaseName=own, Name=table)
    glue.delete_database(Name=own)


def test_a_run_of_what_has_changed_knows_that_nothing_has(built):
    loop, *_ = built
    assert "nothing" in loop.types("just run --select state:modified+ --defer")


def test_the_documentation_of_the_environment_is_one_page(built):
    loop, *_ = built
    file = loop.home / ".lakeloop" / "docs" / "dev" / "index.html"
    assert str(file) in loop.types("just docs env=dev")
    page = file.read_text("utf-8")
    kept = loop.client("s3").get_object(Bucket="lakeloop-dev-artifacts", Key="docs/index.html")
    assert (kept["Body"].read().decode(), kept["ContentType"]) == (page, "text/html; charset=utf-8")
    assert not re.search(r"<(script|link)[^>]+(src|href)=.?https?:", page.replace("https://fonts.g", "")), (
        "opens offline"
    )
    # Only the catalog says that Athena has the table, with this column.
    assert re.search(r'"metadata":\s*{"type":\s*"[^"]*",\s*"schema":\s*"lakeloop_dev",\s*"name":\s*"fct_orders"', page)


@pytest.mark.parametrize(
    ("recipe", "code", "messages"),
    [
        (
            "just invoke run --select dim_customers --vars '{joined_from: never}'",
            1,
            ("1 error", "error  dim_customers: ", "INVALID_CAST_ARGUMENT", "compiled: s3://"),
        ),
        ("just invoke run --select nosuch", 2, (f"{FUNCTION}: dbt run ran nothing: no node matches nosuch",)),
        ("just invoke frobnicate", 2, (f"{FUNCTION}: `command`: the runner does not run `dbt frobnicate`",)),
        ("just invoke build --target prod", 2, ("The option --target/-t is refused",)),
        ('just query "select nonsense from fct_orders" env=dev', 2, ("COLUMN_NOT_FOUND", "nonsense")),
        ('just query "selec 1" env=dev', 2, ("Athena", "selec")),
        ('just query "select 1" env=qa', 2, ("Known: dev, prod",)),
        ("just tf-apply env=qa", 2, ("Known: dev, prod",)),
        ("just invoke env=prod", 2, ("prod at http://127.0.0.1:", "`just tf-apply env=prod` makes it")),
    ],
)
def test_what_fails_is_one_message(built, recipe, code, messages):
    loop, *_ = built
    printed = loop.types(recipe, code)
    for message in messages:
        assert message in printed


def test_a_query_reads_the_iceberg_marts(built):
    loop, *_ = built
    assert loop.types('just query "select * from dim_customers" env=dev').startswith("customer_id\t")
    counted = loop.types('just query "select count(*) as orders, true as done from fct_orders" env=dev format=json')
    assert json.loads(counted.splitlines()[0]) == {"orders": raw.order_count(), "done": True}
    shown = loop.types('just query "select null as a, 1.5 as b from fct_orders limit 1" env=dev')
    assert shown.startswith("a\tb\n\t1.5\n")
    assert '"col_name": "order_id"' in loop.types('just query "describe fct_orders" env=dev format=json')


def test_the_functions_log_is_at_hand(built):
    loop, *_ = built
    printed = loop.types("just logs env=dev")
    assert "INFO    Running dbt" in printed
    assert "REPORT  success" in printed
    assert "METRICS RunSeconds " in printed


def test_both_engines_build_the_same_rows(built):
    loop, *_ = built
    assert "\n0 differing rows in 3 tables" in loop.types("just parity")


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
