"""Assets and checks of a project, which one operation makes: dbt knows its order itself.

Annotations are no strings here: Dagster looks at those of its contexts.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import dagster as dg

from lakeloop_dagster.manifest import Asset, Check, Project
from lakeloop_dagster.outcome import Node, Outcome
from lakeloop_dagster.places import Place

Results = Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]


def definitions(project: Project, place: Place) -> dg.Definitions:
    """Everything of *project* in Dagster; its runs are made at *place*."""
    on_assets = {key: check for key, check in project.checks.items() if check.asset in project.assets}
    on_sources = {key: check for key, check in project.checks.items() if check.asset in project.sources}
    found: list[Any] = [_sources(project)]
    if project.assets:
        found.append(_built(project, on_assets, place))
    checks = [_source_checks(on_sources, place)] if on_sources else []
    return dg.Definitions(assets=[*found[0], *found[1:]], asset_checks=checks, executor=dg.in_process_executor)


def _sources(project: Project) -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(key, description=node.get("description") or None, group_name="sources", kinds={"source"})
        for key, node in project.sources.items()
    ]


def _built(project: Project, checks: dict[dg.AssetCheckKey, Check], place: Place) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name="dbt",
        specs=[_spec(asset) for asset in project.assets.values()],
        check_specs=[_check_spec(check) for check in checks.values()],
        can_subset=True,
    )
    def dbt(context: dg.AssetExecutionContext) -> Results:
        chosen = [asset for key, asset in project.assets.items() if key in context.selected_asset_keys]
        wanted = [checks[key] for key in context.selected_asset_check_keys]
        # All of it is a whole build, whose state later ones compare themselves with.
        selected = [] if len(chosen) == len(project.assets) else [one.select for one in chosen or wanted]
        outcome = place.run("build" if chosen else "test", sorted(selected), context.log.info)
        yield from _told(outcome, chosen, wanted)

    return dbt


def _source_checks(checks: dict[dg.AssetCheckKey, Check], place: Place) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(name="sources", specs=[_check_spec(check) for check in checks.values()], can_subset=True)
    def sources(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        wanted = [checks[key] for key in context.selected_asset_check_keys]
        outcome = place.run("test", sorted(check.select for check in wanted), context.log.info)
        for result in _told(outcome, (), wanted):
            assert isinstance(result, dg.AssetCheckResult)
            yield result

    return sources


def _spec(asset: Asset) -> dg.AssetSpec:
    return dg.AssetSpec(
        asset.key,
        deps=list(asset.deps),
        description=asset.description or None,
        group_name=asset.group,
        kinds={"dbt", asset.kind},
        tags={f"dbt/{tag}": "" for tag in asset.tags if tag.isidentifier()},
        metadata={"dbt/unique_id": asset.unique_id},
        skippable=True,
    )


def _check_spec(check: Check) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check.name,
        asset=check.asset,
        additional_deps=[key for key in check.others if key != check.asset],
        description=check.description or None,
    )


def _told(outcome: Outcome, assets: Sequence[Asset], checks: Collection[Check]) -> Results:
    """A result for each node of *assets* and *checks* that ended. Raises ``dg.Failure`` at the end of a run that failed."""
    nodes = {node.unique_id: node for node in outcome.nodes}
    run = {"run": outcome.run_id} if outcome.run_id else {}
    for asset in assets:
        node = nodes.get(asset.unique_id)
        if node is not None and node.good:
            yield dg.MaterializeResult(asset_key=asset.key, metadata={**node.figures, **run})
    for check in checks:
        node = nodes.get(check.unique_id)
        if node is not None and node.status != "skipped":
            yield _checked(check, node, run)
    bad = [node for node in outcome.nodes if not node.good and node.status not in ("skipped", "fail")]
    failed_tests = [node for node in outcome.nodes if node.status == "fail"]
    if not outcome.succeeded:
        reasons = "\n".join(f"{node.unique_id}: {node.message}" for node in [*bad, *failed_tests]) or outcome.said
        raise dg.Failure(f"The run did not succeed.\n{reasons}", allow_retries=False)
    missing = [asset.key.to_user_string() for asset in assets if asset.unique_id not in nodes]
    if missing:
        raise dg.Failure(f"The run said nothing of {', '.join(missing)}:\n{outcome.said}", allow_retries=False)


def _checked(check: Check, node: Node, run: dict[str, str]) -> dg.AssetCheckResult:
    warned = node.status == "warn"
    return dg.AssetCheckResult(
        passed=node.status == "pass" or node.status == "success",
        asset_key=check.asset,
        check_name=check.name,
        severity=dg.AssetCheckSeverity.WARN if warned else dg.AssetCheckSeverity.ERROR,
        metadata={**node.figures, **run},
        description=node.message or None,
    )
