"""Assets and checks of a project, which one operation makes: dbt knows its order itself.

Annotations are no strings here: Dagster looks at those of its contexts.
"""

from collections.abc import Iterator

import dagster as dg

from lakeloop_dagster import days
from lakeloop_dagster.manifest import Asset, Check, Export, Project
from lakeloop_dagster.places import Ask, Place
from lakeloop_dagster.telling import Results, Telling

ARRIVED = "lakeloop/arrived"
"""The tag of a run with sources whose files are new, and the first of their days: ``shop.orders,shop.stores``."""
ARRIVED_FROM = "lakeloop/arrived_from"


def built(
    project: Project, checks: dict[dg.AssetCheckKey, Check], place: Place, of: dg.DailyPartitionsDefinition | None
) -> dg.AssetsDefinition:
    """All models, seeds, snapshots and exports of *project*, and *checks* of theirs.

    Args:
        of: the days of models that have any.
    """
    exports = [_export_spec(export) for export in project.exports.values()]

    @dg.multi_asset(
        name="dbt",
        specs=[*(_spec(asset, of) for asset in project.assets.values()), *exports],
        check_specs=[check_spec(check) for check in checks.values()],
        can_subset=True,
        # A range of days is one run: the runner reads from the first of them on.
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def dbt(context: dg.AssetExecutionContext) -> Results:
        chosen = [asset for key, asset in project.assets.items() if key in context.selected_asset_keys]
        exports = [one for key, one in project.exports.items() if key in context.selected_asset_keys]
        wanted = [checks[key] for key in context.selected_asset_check_keys]
        if exports and not chosen:
            raise dg.Failure(
                "An export is written by a run that builds a table of it: materialize these together.",
                allow_retries=False,
            )
        if (
            of
            and any(asset.days for asset in chosen)
            and not (context.has_partition_key or context.has_partition_key_range)
        ):
            # Dagster itself would stop at the first check of such a model, in the middle of the run.
            raise dg.Failure(
                "Models by days are materialized with a day: choose the newest partition, which is the ordinary run, or the "
                "days that are to be made again.",
                allow_retries=False,
            )
        # All of it is a whole build, whose state later ones compare themselves with.
        selected = () if len(chosen) == len(project.assets) else tuple(sorted(one.select for one in chosen or wanted))
        arrived = tuple(source for source in context.run.tags.get(ARRIVED, "").split(",") if source)
        first = context.run.tags.get(ARRIVED_FROM, "")
        by_event_time = not first and any(asset.days == "event_time" for asset in chosen)
        command = ("build" if chosen else "test",)
        ask = Ask(command, selected, days.asked(context, of, first), by_event_time, arrived)
        yield from Telling(chosen, wanted, exports).follow(place.run(ask, context.log.info))

    return dbt


def of_sources(
    name: str, command: tuple[str, ...], checks: dict[dg.AssetCheckKey, Check], place: Place
) -> dg.AssetChecksDefinition:
    """Checks of sources, which *command* makes."""

    @dg.multi_asset_check(name=name, specs=[check_spec(check) for check in checks.values()], can_subset=True)
    def checked(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        wanted = [checks[key] for key in context.selected_asset_check_keys]
        ask = Ask(command, tuple(sorted(check.select for check in wanted)))
        for result in Telling((), wanted).follow(place.run(ask, context.log.info)):
            assert isinstance(result, dg.AssetCheckResult)
            yield result

    return checked


def check_spec(check: Check) -> dg.AssetCheckSpec:
    """A check as Dagster has it."""
    return dg.AssetCheckSpec(
        check.name,
        asset=check.asset,
        additional_deps=[key for key in check.others if key != check.asset],
        description=check.description or None,
    )


def _spec(asset: Asset, of: dg.DailyPartitionsDefinition | None) -> dg.AssetSpec:
    return dg.AssetSpec(
        asset.key,
        deps=list(asset.deps),
        description=asset.description or None,
        group_name=asset.group,
        kinds={"dbt", asset.kind},
        tags={f"dbt/{tag}": "" for tag in asset.tags if tag.isidentifier()},
        metadata={"dbt/unique_id": asset.unique_id},
        skippable=True,
        partitions_def=of if asset.days else None,
    )


def _export_spec(export: Export) -> dg.AssetSpec:
    return dg.AssetSpec(
        export.key,
        deps=list(export.deps),
        description=export.description or None,
        group_name="exports",
        kinds={"s3"},
        skippable=True,
    )
