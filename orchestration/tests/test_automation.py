"""Schedules and sensors: what begins a run, what AWS's own keeps them from, and files that are new."""

import json
import os
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from lakeloop_dagster import arrivals, automation, definitions, taken
from lakeloop_dagster.assets import ARRIVED, ARRIVED_FROM
from lakeloop_dagster.cron import of_aws
from lakeloop_dagster.given import Given
from lakeloop_dagster.manifest import Project

from tests.test_assets import DAYS, Told


@pytest.mark.parametrize(
    ("expression", "cron"),
    [
        ("cron(0 4 * * ? *)", "0 4 * * *"),
        ("cron(30 6 ? * MON-FRI *)", "30 6 * * 1-5"),
        ("cron(0 12 ? * 1,7 *)", "0 12 * * 0,6"),
        ("cron(5/15 8-18 1 1-6 ? *)", "5-59/15 8-18 1 1-6 *"),
        ("rate(5 minutes)", "*/5 * * * *"),
        ("rate(1 hour)", "0 */1 * * *"),
        ("rate(1 day)", "0 0 * * *"),
        ("rate(7 minutes)", None),
        ("cron(0 4 L * ? *)", None),
        ("cron(0 4 ? * 6#3 *)", None),
        ("cron(0 4 * * ? 2027)", None),
        ("at(2026-11-20T13:00:00)", None),
    ],
)
def test_expressions_of_scheduler_as_cron(expression, cron):
    assert of_aws(expression) == cron
    if cron:  # Dagster reads it
        dg.ScheduleDefinition(name="one", cron_schedule=cron, job_name="build")


NIGHTLY = {
    "name": "night-ly",
    "expression": "cron(0 4 * * ? *)",
    "timezone": "Europe/Berlin",
    "input": {"command": ["build"]},
}
PART = {**NIGHTLY, "name": "part", "input": {"command": ["build"], "cli_args": ["--select", "orders"]}}
ODD = {**NIGHTLY, "name": "odd", "expression": "cron(0 4 L * ? *)"}


def given(tmp_path, **more) -> Given:
    return Given(
        "/nowhere", "m", str(tmp_path), {"raw.orders": "orders"}, "2026-04-01", schedules=(NIGHTLY, PART, ODD), **more
    )


def made(given: Given) -> dg.Definitions:
    return definitions.of(Project(DAYS), given, Told())


def test_a_schedule_begins_what_scheduler_would_and_only_while_that_is_paused(tmp_path, monkeypatch):
    defs = made(given(tmp_path))
    assert sorted(one.name for one in defs.schedules) == ["night_ly", "part"]
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime.now(UTC), repository_def=defs.get_repository_def()
    )
    monkeypatch.setattr(taken, "by_scheduler", lambda given, name: "")
    nightly = defs.resolve_schedule_def("night_ly")
    (request,) = nightly.evaluate_tick(context).run_requests
    assert nightly.execution_timezone == "Europe/Berlin" and request.partition_key
    part = defs.resolve_schedule_def("part")
    (request,) = part.evaluate_tick(context).run_requests
    assert request.run_config["ops"]["words"]["config"]["words"] == ["build", "--select", "orders"]
    monkeypatch.setattr(taken, "by_scheduler", lambda given, name: f"Scheduler has {name}")
    assert part.evaluate_tick(context).skip_message == "Scheduler has part"


class Aws:
    """Scheduler and EventBridge with one schedule and one rule, in these states."""

    class exceptions:  # noqa: N801 - as boto3 has it
        ResourceNotFoundException = KeyError

    def __init__(self, **states):
        self.states = states

    def get_schedule(self, GroupName, Name):  # noqa: N803
        return {"State": self.states[Name]}

    def describe_rule(self, Name):  # noqa: N803
        return {"State": self.states[Name]}


def test_whose_it_is_is_asked_of_aws(tmp_path, monkeypatch):
    here = given(tmp_path, environment="dev", schedule_group="g", rules={"arrivals": "arrived", "alerts": "told"})
    aws = Aws(on="ENABLED", off="DISABLED", arrived="ENABLED")
    monkeypatch.setattr("boto3.client", lambda service: aws)
    assert "just schedule pause on env=dev" in taken.by_scheduler(here, "on")
    assert not taken.by_scheduler(here, "off")
    assert "is gone" in taken.by_scheduler(here, "never")
    assert "arrivals = null" in taken.by_rule(here, "arrivals")
    assert not taken.by_rule(here, "alerts")
    assert not taken.by_rule(given(tmp_path), "arrivals")


def arrive(tmp_path, name: str, seconds_ago: float) -> None:
    file = tmp_path / "orders" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    then = (datetime.now(UTC) - timedelta(seconds=seconds_ago)).timestamp()
    os.utime(file, (then, then))


def test_new_files_begin_one_run_when_none_has_come_for_a_while(tmp_path, monkeypatch):
    here = given(tmp_path)
    defs = made(here)
    sensor, repository = defs.resolve_sensor_def("arrival"), defs.get_repository_def()
    arrive(tmp_path, "dt=2026-04-01/a.csv", 5000)
    first = sensor.evaluate_tick(dg.build_sensor_context(repository_def=repository))
    assert not first.run_requests and first.cursor

    def look(cursor):
        return sensor.evaluate_tick(dg.build_sensor_context(cursor=cursor, repository_def=repository))

    assert look(first.cursor).skip_message == "No new files."
    arrive(tmp_path, "dt=2026-04-05/b.csv", 1000)
    arrive(tmp_path, "dt=2026-04-03/c.csv", 10)
    assert "more may come" in look(first.cursor).skip_message
    arrive(tmp_path, "dt=2026-04-03/c.csv", 500)
    second = look(first.cursor)
    (request,) = second.run_requests
    assert request.tags[ARRIVED] == "raw.orders" and request.tags[ARRIVED_FROM] == "2026-04-03"
    # All that is downstream of the source, and nothing else.
    assert [key.to_user_string() for key in request.asset_selection] == ["orders", "history"]
    assert look(second.cursor).skip_message == "No new files."
    monkeypatch.setattr(taken, "by_rule", lambda given, purpose: f"EventBridge has {purpose}")
    assert look(first.cursor).skip_message == "EventBridge has arrivals"


def test_files_of_the_same_second_are_told_apart():
    came = datetime(2026, 4, 1, tzinfo=UTC)
    one, two = (arrivals.File(name, "raw.orders", None, came) for name in ("a", "b"))
    assert arrivals.since([one, two], arrivals.cursor([one])) == [two]
    assert arrivals.since([one], arrivals.cursor([])) == [one]


def test_a_failed_run_is_told_once_by_whoever_has_the_alerts(tmp_path, monkeypatch):
    sent = []

    class Answer:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    monkeypatch.setattr("urllib.request.urlopen", lambda asked, timeout: sent.append(asked) or Answer())
    instance = dg.DagsterInstance.ephemeral()
    job = definitions.of(Project(DAYS), given(tmp_path), Told(orders="error")).resolve_job_def("build")
    newest = job.partitions_def.get_last_partition_key()
    result = job.execute_in_process(instance=instance, raise_on_error=False, partition_key=newest)
    event = next(one for one in result.all_events if one.event_type_value == "PIPELINE_FAILURE")
    context = dg.build_run_status_sensor_context("run_failed", event, instance, result.dagster_run).for_run_failure()
    tell = automation.failed(given(tmp_path))
    monkeypatch.delenv(automation.WEBHOOK, raising=False)
    tell(context)
    assert not sent
    monkeypatch.setenv(automation.WEBHOOK, "https://hook.example/1")
    tell(context)
    assert "build failed on DuckDB" in json.loads(sent[0].data)["text"]
    monkeypatch.setattr(taken, "by_rule", lambda given, purpose: f"EventBridge has {purpose}")
    tell(context)
    assert len(sent) == 1
