"""Everything that the runner replaces in dbt-athena is there, the adapter still uses it, and each part does its work.

Builds go through dbt and the adapter to an Athena of fixed answering time; ``tests/athena/test_patches.py`` compares what is built.
"""

from __future__ import annotations

import ast
import inspect
import os
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from dbt.adapters.athena import connections, impl
from dbt.adapters.athena.connections import AthenaConnection, AthenaCursor, AthenaResultSet
from dbt.adapters.athena.exceptions import AthenaQueryCancelledError
from dbt.cli.main import dbtRunner
from dbt.config.renderer import ProfileRenderer
from dbt_common.context import set_invocation_context
from dbt_runner.patches import athena
from dbt_runner.patches.athena import clients, polling
from dbt_runner.patches.athena.connection import Connection
from lakeloop_project import profiles

from bench.fixed_athena import REGION, running
from bench.fixed_athena.project import write
from tests.projects import lay

LONG = 600.0


def build(project: Path):
    if not project.exists():
        write(project, 20)
    options = [
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
        "--log-path",
        str(project / "logs"),
        "--quiet",
    ]
    with athena.applied():
        built = dbtRunner().invoke(["build", *options])
    assert built.success, built.exception or [result.message for result in built.result]
    return built.result.results


def sent(endpoint) -> list[str]:
    return [query["sql"] for query in endpoint.queries()]


@pytest.mark.parametrize(("given", "threads"), [({}, 16), ({"DBT_THREADS": "3"}, 3)])
def test_a_commit_may_be_tried_again_as_often_as_there_are_threads(monkeypatch, tmp_path, given, threads):
    monkeypatch.delenv("DBT_THREADS", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    set_invocation_context(os.environ)
    target = ProfileRenderer({}).render_data(profiles.profile(lay(tmp_path))["shop"]["outputs"]["prod"])
    assert (target["threads"], target["num_iceberg_retries"]) == (threads, threads)


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (AthenaConnection.__init__, ["self", "credentials", "boto_session_factory"]),
        (AthenaConnection.cancel, ["self"]),
        (
            AthenaCursor.__init__,
            ["self", "athena_client", "credentials", "formatter", "poll_delay", "retry_interval_multiplier"],
        ),
        (AthenaCursor.execute, ["self", "operation", "parameters"]),
        (AthenaCursor._await_completion, ["self"]),
        (AthenaCursor.cancel, ["self"]),
        (AthenaResultSet.__init__, ["self", "athena_client", "query_execution_id", "is_plain_text", "limit"]),
    ],
)
def test_signatures(function, parameters):
    assert list(inspect.signature(function).parameters) == parameters


def test_the_adapter_asks_a_session_for_no_more_than_ours_has():
    tree = ast.parse(inspect.getsource(impl))
    asked = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "session"
    }
    assert asked == {"client", "resource"}
    held = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "boto3_client_lock"]
    entered = [item for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items]
    # The definition, and nothing but `with`.
    assert len(held) - 1 == sum(ast.unparse(item) == "boto3_client_lock" for item in entered) > 10


def test_the_adapter_is_itself_again_afterwards():
    before = connections.AthenaConnection, connections.AthenaCursor, impl.boto3_client_lock
    with pytest.raises(ValueError, match="of the block"), athena.applied():
        assert connections.AthenaConnection is Connection
        raise ValueError("of the block")
    assert (connections.AthenaConnection, connections.AthenaCursor, impl.boto3_client_lock) == before


def test_who_uploads_a_seed_keeps_nobody_waiting():
    entered = threading.Event()

    def enter():
        with impl.boto3_client_lock:
            entered.set()

    with athena.applied(), impl.boto3_client_lock:
        threading.Thread(target=enter, daemon=True).start()
        assert entered.wait(timeout=10)


def test_a_build_makes_each_client_once_and_sends_no_statement_for_nothing(endpoint, made, tmp_path):
    results = build(tmp_path / "project")
    first, statements_of_first = dict(made), sent(endpoint)
    build(tmp_path / "project")

    assert first == {"athena": 1, "glue": 1, "s3": 1, "sts": 1}
    assert made == first, "an invocation of a warm process makes none"
    (table,) = [result for result in results if result.node.name == "model_1"]
    assert table.adapter_response == {"_message": "OK 1", "code": "OK", "rows_affected": 1, "data_scanned_in_bytes": 0}
    # One statement each, and one for the schema.
    assert len(statements_of_first) == len(results) + 1
    assert not [sql for sql in sent(endpoint) if "rowcount" in sql or "classification" in sql]
    glue = boto3.client("glue")
    classified = {
        table["Name"]: table["Parameters"].get("classification")
        for table in glue.get_tables(DatabaseName="bench")["TableList"]
        if table["TableType"] != "VIRTUAL_VIEW" and "table_type" not in table["Parameters"]
    }
    assert classified == {f"model_{number}": "parquet" for number in range(3, 20, 4)}
    calls = endpoint.calls()
    assert calls["glue.UpdateTable"] == 2 * len(classified)
    # As shipped it is 2 for a query of 0.2 s with poll_interval 1.
    assert calls["athena.GetQueryExecution"] > 3 * calls["athena.StartQueryExecution"]


def test_threads_share_clients_and_have_resources_of_their_own(endpoint, credentials, made):
    threads, start = 16, threading.Barrier(16)
    found = []

    def ask():
        start.wait()
        session = clients.session(credentials)
        found.append((session, session.client("glue", region_name=REGION), session.resource("s3", region_name=REGION)))

    workers = [threading.Thread(target=ask) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sessions, glues, resources = zip(*found, strict=True)
    assert len(set(sessions)) == len(set(glues)) == 1
    assert len({id(resource) for resource in resources}) == threads
    assert len({id(resource.meta.client) for resource in resources}) == 1
    assert made == {"glue": 1, "s3": 2}, "boto3 makes a client when it builds the class of a resource"
    assert glues[0].meta.config.max_pool_connections >= threads


def test_a_client_is_the_one_for_its_settings(endpoint, credentials):
    session = clients.session(credentials)
    config = impl.get_boto3_config(num_retries=7)
    glue = session.client("glue", region_name=REGION, config=config)
    assert glue.meta.config.retries["total_max_attempts"] == 8
    assert "dbt-athena/" in glue.meta.config.user_agent
    assert session.client("glue", REGION, config=config) is glue
    assert session.client("glue", region_name="us-east-1", config=config) is not glue
    assert session.client("glue", region_name=REGION) is not glue


def test_other_credentials_are_another_session(endpoint, credentials, monkeypatch):
    first = clients.session(credentials)
    assert clients.session(credentials) is first
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of the next hour")
    second = clients.session(credentials)
    assert second is not first
    assert second.client("sts")._get_credentials().token == "of the next hour"
    athena.forget()
    assert clients.session(credentials) is not second


def test_a_role_to_assume_is_the_adapters_to_renew(credentials, monkeypatch):
    credentials.assume_role_arn = "arn:aws:iam::000000000000:role/other"
    monkeypatch.setattr(clients, "get_boto3_session_from_credentials", lambda given: ("the adapter's", given))
    assert clients.session(credentials) == ("the adapter's", credentials)


@pytest.fixture
def waits(monkeypatch):
    """The seconds that pauses have asked to wait; none does."""
    asked = []

    class Recorder:
        def wait(self, seconds):
            asked.append(seconds)
            return False

    monkeypatch.setattr(polling, "Event", Recorder)
    monkeypatch.setattr(polling.random, "uniform", lambda low, high: (low + high) / 2)
    return asked


def test_pauses_grow_from_50_ms_to_the_interval_of_the_profile(waits):
    pauses = polling.Pauses()
    for _ in range(2_500):  # longer than any query of Athena's runs
        pauses.pause(1.0)
    assert waits[0] == pytest.approx(0.05)
    assert waits == sorted(waits)
    assert waits[5] < waits[-1] == pytest.approx(1.0)
    pauses.restart()
    pauses.pause(1.0)
    assert waits[-1] == pytest.approx(0.05)


@pytest.mark.parametrize("threads", [1, 4, 16, 64, 200])
def test_all_threads_together_stay_within_the_quota(waits, threads):
    """100 questions a second: https://docs.aws.amazon.com/athena/latest/ug/service-limits.html"""
    with ExitStack() as queries:
        for _ in range(threads):
            queries.enter_context(polling.waiting())
        polling.Pauses().pause(LONG)
    assert threads / waits[0] <= 80.001


def test_waiting_is_counted_while_a_query_runs(cursor, monkeypatch):
    seen = []
    monkeypatch.setattr(polling, "_FIRST", 0.01)
    ask = cursor._client.get_query_execution
    monkeypatch.setattr(
        cursor,
        "_client",
        SimpleNamespace(
            start_query_execution=cursor._client.start_query_execution,
            get_query_execution=lambda **request: (seen.append(polling._waiting), ask(**request))[1],
        ),
    )
    cursor.execute("select 1")
    assert set(seen) == {1}
    assert polling._waiting == 0


def test_a_query_that_is_cancelled_is_not_waited_for(endpoint, credentials, monkeypatch):
    monkeypatch.setattr(polling, "_FIRST", LONG)
    credentials.poll_interval = LONG
    with running(seconds=LONG) as slow:
        monkeypatch.setenv("AWS_ENDPOINT_URL", slow.url)
        raised = []
        with athena.applied():
            connection = connections.AthenaConnection(credentials).connect()
            cursor = connection.cursor()

        def execute():
            try:
                cursor.execute("select 1")
            except AthenaQueryCancelledError as error:
                raised.append(error)

        running_query = threading.Thread(target=execute, daemon=True)
        running_query.start()
        deadline = time.monotonic() + 60
        while not slow.calls().get("athena.GetQueryExecution"):
            assert time.monotonic() < deadline
        connection.cancel()
        running_query.join(timeout=20)
    assert len(raised) == 1


def test_a_statement_is_stopped_although_its_thread_begins_another(credentials):
    """The adapter goes through its set of cursors while it waits for Athena."""
    connection = Connection(credentials)
    stopped = []

    class Running:
        def cancel(self):
            stopped.append(self)
            later.append(Running())
            connection._cursors.add(later[-1])

    later = []
    started = [Running(), Running(), Running()]
    for cursor in started:
        connection._cursors.add(cursor)
    connection.cancel()
    assert set(started) <= set(stopped)
