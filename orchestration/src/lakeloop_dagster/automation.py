"""Schedules and sensors that can stand in for EventBridge's, one of the two at a time. All are off until somebody turns them on."""

import json
import os
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from lakeloop_dagster import arrivals, taken
from lakeloop_dagster.assets import ARRIVED, ARRIVED_FROM
from lakeloop_dagster.cron import of_aws
from lakeloop_dagster.given import Given
from lakeloop_dagster.manifest import Project

# As the gate's: a run begins when nothing has come for so long, or when the first file has waited so long.
_QUIET_SECONDS = 120
_LONGEST_SECONDS = 1800
_LOOK_SECONDS = 60
_FRESHNESS_SECONDS = 3600
WEBHOOK = "LAKELOOP_WEBHOOK"
"""The environment variable with the address that hears of failed runs: a secret, so it stands in no file."""
BUILD, COMMAND, FRESHNESS = "build", "command", "freshness"


def schedules(given: Given, newest: str | None) -> list[dg.ScheduleDefinition]:
    """The environment's schedules that cron can say, each to begin what Scheduler would.

    Args:
        newest: the partition of an ordinary run; None for a project without days.
    """
    return [_schedule(given, one, cron, newest) for one in given.schedules if (cron := of_aws(one["expression"]))]


def _schedule(given: Given, one: Mapping[str, Any], cron: str, newest: str | None) -> dg.ScheduleDefinition:
    asked, name = one["input"], one["name"]
    words = [*asked.get("command", ()), *asked.get("cli_args", ())]
    config: dict[str, Any] = {}
    if "pipeline" in asked:
        job = f"ingest_{asked['pipeline']}_job"
    elif words == ["build"]:
        job = BUILD
    else:
        job, config = COMMAND, {"ops": {"words": {"config": {"words": words}}}}

    @dg.schedule(
        name=name.replace("-", "_"),
        cron_schedule=cron,
        execution_timezone=one["timezone"],
        job_name=job,
        description=f"In the place of EventBridge Scheduler's {name}: {' '.join(words) or job}.",
    )
    def begin() -> dg.RunRequest | dg.SkipReason:
        if why := taken.by_scheduler(given, name):
            return dg.SkipReason(why)
        return dg.RunRequest(run_config=config, partition_key=newest if job == BUILD else None)

    return begin


def arrival(project: Project, given: Given, newest: str | None) -> dg.SensorDefinition:
    """Builds what depends on raw tables that have new files, one run for all that came in a quiet window."""

    @dg.sensor(
        name="arrival",
        target=dg.AssetSelection.assets(*project.assets),
        minimum_interval_seconds=_LOOK_SECONDS,
        description=f"New files in {given.raw}, when none has come for {_QUIET_SECONDS} s.",
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if why := taken.by_rule(given, "arrivals"):
            return dg.SkipReason(why)
        found = arrivals.files(given)
        if context.cursor is None:
            return dg.SensorResult(cursor=arrivals.cursor(found), skip_reason="From now on, new files begin a run.")
        new = arrivals.since(found, context.cursor)
        if not new:
            return dg.SkipReason("No new files.")
        youngest, oldest = ((datetime.now(UTC) - file.came).total_seconds() for file in (new[-1], new[0]))
        if youngest < _QUIET_SECONDS and oldest < _LONGEST_SECONDS:
            return dg.SkipReason(f"{len(new)} new files; more may come.")
        changed = sorted({file.source for file in new})
        days = [file.day for file in new if file.day]
        tags = {ARRIVED: ",".join(changed), **({ARRIVED_FROM: min(days).isoformat()} if days else {})}
        request = dg.RunRequest(
            run_key=arrivals.cursor(found),
            asset_selection=project.downstream(changed),
            partition_key=newest,
            tags=tags,
        )
        return dg.SensorResult([request], cursor=arrivals.cursor(found))

    return look


def freshness(project: Project, given: Given) -> dg.SensorDefinition:
    """Asks every hour how old the sources' rows are, unless a schedule of AWS's does."""
    others = [one["name"] for one in given.schedules if one["input"].get("command") == ["source", "freshness"]]

    @dg.sensor(
        name="freshness_of_sources",
        job_name=FRESHNESS,
        minimum_interval_seconds=_FRESHNESS_SECONDS,
        description=f"dbt source freshness of {len(project.freshness)} sources.",
    )
    def look() -> Iterator[dg.RunRequest | dg.SkipReason]:
        why = next(filter(None, (taken.by_scheduler(given, name) for name in others)), "")
        yield dg.SkipReason(why) if why else dg.RunRequest()

    return look


def failed(given: Given) -> dg.SensorDefinition:
    """Tells a webhook of a run that failed, unless the environment's alerts tell people."""

    @dg.run_failure_sensor(name="run_failed", description=f"Posts to the address in {WEBHOOK}.")
    def tell(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        if why := taken.by_rule(given, "alerts"):
            return dg.SkipReason(why)
        address = os.environ.get(WEBHOOK, "")
        if not address.startswith(("https://", "http://127.0.0.1:")):
            return dg.SkipReason(f"{WEBHOOK} is no address that begins with https://: nobody is told.")
        where = given.environment or "DuckDB"
        run = context.dagster_run
        text = f"{run.job_name} failed on {where} (run {run.run_id}).\n{context.failure_event.message}"
        asked = urllib.request.Request(
            address, json.dumps({"text": text}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=10):  # nosec B310: https, or this machine
            return None

    return tell
