"""Loads, runs in the function and queries as people type them; and what each says when it cannot go on."""

import csv
import io
import json
import re
import shutil
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.e2e.aws_loop.conftest import MARKS
from tests.e2e.loop import FUNCTION
from tests.e2e.told import await_, mails
from tests.projects import raw

pytestmark = MARKS


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
