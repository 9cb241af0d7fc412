"""Definitions that Dagster loads, from the file that `just dagster` has written and named in a variable, here and nowhere else."""

import json
import os
from datetime import date
from pathlib import Path

import dagster as dg

from lakeloop_dagster import around, assets, automation, days
from lakeloop_dagster.command import command
from lakeloop_dagster.given import VARIABLE, Given
from lakeloop_dagster.manifest import Project
from lakeloop_dagster.places import Environment, Local, Place


@dg.definitions
def defs() -> dg.Definitions:
    """Made when Dagster asks for them, so that an import alone wants no variable."""
    given = Given.read(Path(os.environ[VARIABLE]))
    return of(Project(json.loads(Path(given.manifest).read_text("utf-8"))), given, place_of(given))


def place_of(given: Given) -> Place:
    """The place of runs."""
    root = Path(given.root)
    if given.environment:
        return Environment(root, given.environment, given.artifacts_bucket, given.on)
    return Local(root, given.raw)


def of(project: Project, given: Given, place: Place) -> dg.Definitions:
    """Everything of *project* in Dagster; its runs are made at *place*."""
    by_day = days.partitions(project.assets.values(), date.fromisoformat(given.first_day) if given.first_day else None)
    newest = by_day.get_last_partition_key() if by_day else None
    on_assets = {key: check for key, check in project.checks.items() if check.asset in project.assets}
    on_sources = {key: check for key, check in project.checks.items() if check.asset in project.sources}
    made = around.pipelines(project, given, place)
    jobs: list[dg.JobDefinition | dg.UnresolvedAssetJobDefinition] = [
        dg.define_asset_job(f"{one.node_def.name}_job", selection=dg.AssetSelection.assets(one)) for one in made
    ]
    jobs.append(command(project, place))
    checks = []
    sensors = [automation.failed(given)]
    if on_sources:
        checks.append(assets.of_sources("source_tests", ("test",), on_sources, place))
    if project.freshness:
        checks.append(assets.of_sources("source_freshness", ("source", "freshness"), project.freshness, place))
        selection = dg.AssetSelection.checks(*project.freshness)
        jobs.append(dg.define_asset_job(automation.FRESHNESS, selection=selection))
        sensors.append(automation.freshness(project, given))
    if project.assets:
        made.append(assets.built(project, on_assets, place, by_day))
        jobs.append(dg.define_asset_job(automation.BUILD, selection=dg.AssetSelection.assets(made[-1])))
        if given.folders:
            sensors.append(automation.arrival(project, given, newest))
    return dg.Definitions(
        assets=[*around.sources(project, given), *made],
        asset_checks=checks,
        jobs=jobs,
        schedules=automation.schedules(given, newest),
        sensors=sensors,
        executor=dg.in_process_executor,
    )
