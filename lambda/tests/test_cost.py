"""Costs of queries, their senders, and the account of both. No AWS."""

from __future__ import annotations

import json
import math
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.stub import Stubber
from dbt_common.events.contextvars import log_contextvars
from dbt_runner.cost import metrics, price, queries
from dbt_runner.cost.account import Account, Invocation
from dbt_runner.cost.price import MB, TB, Prices
from dbt_runner.cost.queries import Query, Watch
from hypothesis import given
from hypothesis import strategies as st

PRICES = Prices(athena_per_tb=5.0, lambda_per_gb_second=0.0000133334)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUERY = Query("q", "model.p.a", "Thread-1", NOON.isoformat(), state="SUCCEEDED", type="DML SELECT")
TYPES = st.sampled_from(["DML SELECT", "DML INSERT", "DML MERGE", "DDL CREATE_TABLE_AS_SELECT"])
FREE = st.sampled_from(["DDL CREATE_VIEW", "DDL DROP_TABLE", "DDL ALTER_TABLE", "UTILITY SHOW_TABLES", "DDL"])
BYTES = st.integers(0, 10 * TB)


def dollars(query: Query) -> float:
    return price.query_dollars(query, PRICES)


@given(TYPES, BYTES)
def test_a_query_is_paid_by_the_megabyte_ten_at_the_least(type_, scanned):
    billed = price.billed_bytes(replace(QUERY, type=type_, bytes_scanned=scanned))
    assert billed % MB == 0
    assert billed == max(10 * MB, math.ceil(scanned / MB) * MB)


@given(TYPES, BYTES, BYTES)
def test_more_bytes_never_cost_less_and_two_queries_never_less_than_one(type_, some, more):
    less, all_of_it = sorted((some, some + more))
    one = dollars(replace(QUERY, type=type_, bytes_scanned=all_of_it))
    assert dollars(replace(QUERY, type=type_, bytes_scanned=less)) <= one
    parts = (dollars(replace(QUERY, type=type_, bytes_scanned=part)) for part in (some, more))
    assert one <= sum(parts) + 1e-12


@given(FREE, st.sampled_from(["SUCCEEDED", "CANCELLED"]))
def test_ddl_is_free(type_, state):
    assert dollars(replace(QUERY, type=type_, state=state)) == 0


@given(TYPES | FREE, BYTES)
def test_what_failed_was_reused_or_is_not_known_to_have_ended_is_free(type_, scanned):
    sent = replace(QUERY, type=type_, bytes_scanned=scanned)
    for free in (replace(sent, state="FAILED"), replace(sent, reused=True), replace(sent, state="")):
        assert dollars(free) == 0


@given(TYPES, st.integers(1, TB))
def test_a_cancelled_query_is_paid_for_what_it_scanned(type_, scanned):
    assert dollars(replace(QUERY, type=type_, state="CANCELLED")) == 0
    sent = replace(QUERY, type=type_, bytes_scanned=scanned)
    assert dollars(replace(sent, state="CANCELLED")) == dollars(sent) > 0


def test_examples_of_the_price_lists():
    assert dollars(replace(QUERY, bytes_scanned=3 * TB)) == 15.0
    assert dollars(replace(QUERY, bytes_scanned=1)) == pytest.approx(10 / 1024**2 * 5)
    assert price.function_dollars(900, 2048, PRICES) == pytest.approx(900 * 2 * 0.0000133334)


def execution(state="SUCCEEDED", **statistics):
    return {
        "QueryExecutionId": "q1",
        "StatementType": "DDL",
        "SubstatementType": "CREATE_TABLE_AS_SELECT",
        "Status": {
            "State": state,
            "SubmissionDateTime": NOON.astimezone(),
            **({"CompletionDateTime": NOON + timedelta(seconds=2)} if state == "SUCCEEDED" else {}),
        },
        "Statistics": statistics,
    }


def client():
    return boto3.session.Session().client(
        "athena", region_name="us-east-1", config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    )


def test_a_query_is_seen_by_any_client_with_its_node_thread_and_statistics():
    """Through botocore itself: an upgrade that no longer emits these events fails here."""
    athena, watch = client(), Watch()
    with Stubber(athena) as stub:
        for answer in (execution("RUNNING"), execution(), execution("RUNNING")):
            if answer["Status"]["State"] == "RUNNING" and not stub._queue:
                stub.add_response("start_query_execution", {"QueryExecutionId": "q1"})
            if answer["Status"]["State"] == "SUCCEEDED":
                answer["Statistics"] = {
                    "DataScannedInBytes": 100,
                    "QueryQueueTimeInMillis": 10,
                    "QueryPlanningTimeInMillis": 200,
                    "EngineExecutionTimeInMillis": 1200,
                    "ServicePreProcessingTimeInMillis": 5,
                    "ServiceProcessingTimeInMillis": 15,
                }
            stub.add_response("get_query_execution", {"QueryExecution": answer})

        def a_node() -> None:
            with queries.watched(watch), log_contextvars(node_info={"unique_id": "model.p.a"}):
                athena.start_query_execution(QueryString="select 1")
                for _ in range(3):
                    athena.get_query_execution(QueryExecutionId="q1")

        thread = threading.Thread(target=a_node, name="Thread-7 (worker)")
        thread.start()
        thread.join()
    (seen,) = watch.take("model.p.a")
    assert seen == Query(
        id="q1",
        node="model.p.a",
        thread="Thread-7 (worker)",
        submitted_at="2026-11-20T12:00:00+00:00",
        state="SUCCEEDED",
        ended_at="2026-11-20T12:00:02+00:00",
        type="DDL CREATE_TABLE_AS_SELECT",
        queued=0.01,
        planning=0.2,
        running=1.0,
        service=0.02,
        bytes_scanned=100,
    )
    assert watch.rest() == []


def test_nothing_is_collected_when_nobody_watches():
    athena, watch = client(), Watch()
    with queries.watched(watch):
        pass
    with Stubber(athena) as stub:
        stub.add_response("start_query_execution", {"QueryExecutionId": "q1"})
        athena.start_query_execution(QueryString="select 1")
    assert watch.rest() == []


def result(name, seconds=1.0, status="success", rows=None):
    span = SimpleNamespace(started_at=NOON.replace(tzinfo=None), completed_at=NOON + timedelta(seconds=seconds))
    return SimpleNamespace(
        node=SimpleNamespace(unique_id=name),
        status=status,
        timing=[] if status == "skipped" else [span],
        thread_id="Thread-1 (worker)",
        execution_time=seconds,
        adapter_response={} if rows is None else {"rows_affected": rows},
        failures=None,
    )


@given(st.lists(st.tuples(st.sampled_from(["model.p.a", "model.p.b", "test.p.c", ""]), BYTES, TYPES), max_size=12))
def test_the_run_is_the_sum_of_its_nodes_and_of_what_was_sent_between_them(sent):
    seen = [
        replace(QUERY, id=str(number), node=node, bytes_scanned=scanned, type=type_)
        for number, (node, scanned, type_) in enumerate(sent)
    ]
    results = [result(name, rows=3) for name in ("model.p.a", "model.p.b", "test.p.c")]
    told = Account(PRICES, [Invocation(NOON.isoformat(), 1024, 10.0)], seen).told(results)
    between = [query for query in seen if not query.node]
    for name, of_queries in (
        ("bytes_scanned", sum(query.bytes_scanned for query in between)),
        ("dollars", sum(map(dollars, between))),
        ("queries", len(between)),
    ):
        of_run = (
            told["bytes_scanned"]
            if name == "bytes_scanned"
            else told["cost"].get(f"athena_{name}", told["cost"].get(name))
        )
        assert of_run == pytest.approx(sum(node[name] for node in told["nodes"]) + of_queries, abs=1e-6)
    assert told["cost"]["rows"] == 6  # of models; a test has none
    assert told["cost"]["dollars"] == pytest.approx(told["cost"]["athena_dollars"] + 10 * 0.0000133334)


def test_a_killed_invocation_counts_at_least_until_its_last_node():
    invocations = [Invocation(NOON.isoformat(), 1024), Invocation((NOON + timedelta(60)).isoformat(), 1024, 5.0)]
    told = Account(
        PRICES,
        invocations,
        [replace(QUERY, round=1, node="model.p.b"), replace(QUERY, round=2, node="model.p.b", state="")],
        {"model.p.a": 1, "model.p.b": 2},
    ).told([result("model.p.a", 30.0), result("model.p.b", 5.0), result("model.p.c", status="skipped")])
    assert [(one["killed"], one["seconds"]) for one in told["invocations"]] == [(True, 30.0), (False, 5.0)]
    assert told["cost"]["at_least"] == [
        "invocation 1 was killed: what it had not written down is not counted",
        "the end of 1 queries was not seen",
    ]
    assert [(cut["unique_id"], cut["round"]) for cut in told["cut"]] == [("model.p.b", 1)]
    assert [node["unique_id"] for node in told["cost"]["slowest"]] == ["model.p.a", "model.p.b", "model.p.c"]


# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
UNITS = {"Seconds", "Bytes", "Count", "None"}


@given(seconds=st.floats(0, 1e6), scanned=BYTES, errors=st.integers(0, 5_000), command=st.text(max_size=2_000))
def test_a_run_is_one_record_of_the_embedded_metric_format(seconds, scanned, errors, command):
    told = Account(PRICES, [Invocation(NOON.isoformat(), 1024, seconds)], [replace(QUERY, bytes_scanned=scanned)]).told(
        [result("model.p.a"), result("test.p.c"), result("model.p.b", status="error")]
    )
    printed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.print", printed.append)
        metrics.tell(
            "dev",
            {"run_id": "r", "command": [command], "seconds": seconds, "counts": {"error": errors, "fail": 1}, **told},
        )
    (line,) = printed
    record = json.loads(line)
    assert len(line.encode()) < 256 * 1024
    assert abs(record["_aws"]["Timestamp"] / 1000 - datetime.now(UTC).timestamp()) < 86_400
    (directive,) = record["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Lakeloop"
    assert directive["Dimensions"] == [["environment"]], "each further one is paid for"
    assert record["environment"] == "dev"
    values = {}
    for metric in directive["Metrics"]:
        assert metric["Unit"] in UNITS
        (values[metric["Name"]],) = record[metric["Name"]]
        assert math.isfinite(values[metric["Name"]])
    assert values == {
        "RunSeconds": seconds,
        "BytesScanned": scanned,
        "Dollars": told["cost"]["dollars"],
        "ModelsBuilt": 1,
        "Errors": errors + 1,
        "Rounds": 1,
        "Rows": 0,
    }


def test_the_freshness_of_sources_is_told_where_it_was_asked_for():
    ages = {"source.p.s.a": ("pass", 60.4), "source.p.s.b": ("warn", 7200.0), "source.p.s.c": ("error", 90.0)}
    record = freshness_record(ages)
    assert (record["SourcesStale"], record["OldestSourceSeconds"]) == ([2], [7200])
    assert "ChangesLagSeconds" not in record, "nothing captures changes"


def test_the_age_of_the_heartbeat_is_the_lag_of_changes():
    ages = {"source.p.s.a": ("pass", 60.4), "source.p.shop.heartbeat": ("pass", 9.0)}
    assert freshness_record(ages)["ChangesLagSeconds"] == [9]


def freshness_record(ages):
    """The metrics of `dbt source freshness` whose sources have the *ages*, with their status."""
    results = [replace_age(result(name, status=status), age) for name, (status, age) in ages.items()]
    told = Account(PRICES, [Invocation(NOON.isoformat(), 1024, 1.0)], []).told(results)
    printed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.print", printed.append)
        summary = {"run_id": "r", "command": ["source", "freshness"], "seconds": 1.0, "counts": {"error": 1, "fail": 0}}
        metrics.tell("dev", {**summary, **told})
    return json.loads(printed[0])


def replace_age(of_source, age):
    of_source.age = age
    return of_source
