"""A job of any command of dbt's: what a schedule asks for that is no build of everything."""

import dagster as dg

from lakeloop_dagster.manifest import Project
from lakeloop_dagster.outcome import Node
from lakeloop_dagster.places import Ask, Place
from lakeloop_dagster.telling import checked


def command(project: Project, place: Place) -> dg.JobDefinition:
    """The job ``command``, with the words in its config; what it builds and tests is told as events of the assets."""
    assets = {asset.unique_id: asset for asset in project.assets.values()}
    checks = {check.unique_id: check for check in (*project.checks.values(), *project.freshness.values())}

    @dg.op(name="words", config_schema={"words": [str]})
    def run(context: dg.OpExecutionContext) -> None:
        running = place.run(Ask(tuple(context.op_config["words"])), context.log.info)
        told: set[str] = set()

        def tell(node: Node) -> None:
            told.add(node.unique_id)
            if (asset := assets.get(node.unique_id)) and node.good:
                context.log_event(dg.AssetMaterialization(asset.key, metadata=dict(node.figures)))
            if (check := checks.get(node.unique_id)) and node.status != "skipped":
                told_of = checked(check, node)
                context.log_event(
                    dg.AssetCheckEvaluation(
                        check_name=check.name,
                        asset_key=check.asset,
                        passed=told_of.passed,
                        metadata=told_of.metadata,
                        severity=told_of.severity,
                        description=told_of.description,
                    )
                )

        while True:
            try:
                tell(next(running))
            except StopIteration as end:
                ended = end.value
                break
        for node in ended.nodes:
            if node.unique_id not in told:
                tell(node)
        if not ended.succeeded:
            raise dg.Failure(f"The run did not succeed.\n{ended.said}", allow_retries=False)

    @dg.job(name="command", executor_def=dg.in_process_executor)
    def made() -> None:
        run()

    return made
