"""Runs that fail are told to people, once, and alarms follow their causes."""

import json
import re
import time
import urllib.request
from pathlib import Path

from tests.e2e.aws_loop.conftest import MARKS, VIEW
from tests.e2e.told import about, await_, mails

pytestmark = MARKS
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
