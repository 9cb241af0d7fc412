"""A job of any command of dbt's: what a schedule asks for that is no build of everything."""

from collections.abc import Iterator

import dagster as dg

from lakeloop_dagster.manifest import Project
from lakeloop_dagster.outcome import Node
from lakeloop_dagster.places import Ask, Place
from lakeloop_dagster.telling import checked

Events = Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation | dg.Output[None]]


def command(project: Project, place: Place) -> dg.JobDefinition:
    """The job ``command``, with the words in its config; what it builds and tests is told as events of the assets."""

    @dg.op(name="words", config_schema={"words": [str]})
    def run(context: dg.OpExecutionContext) -> Events:
        running = place.run(Ask(tuple(context.op_config["words"])), context.log.info)
        told: set[str] = set()
        while True:
            try:
                node = next(running)
            except StopIteration as end:
                ended = end.value
                break
            told.add(node.unique_id)
            yield from _events(project, node)
        for node in ended.nodes:
            if node.unique_id not in told:
                yield from _events(project, node)
        if not ended.succeeded:
            raise dg.Failure(f"The run did not succeed.\n{ended.said}", allow_retries=False)
        yield dg.Output(None)

    @dg.job(name="command", executor_def=dg.in_process_executor)
    def made() -> None:
        run()

    return made


def _events(project: Project, node: Node) -> Events:
    asset, check = project.asset_of(node.unique_id), project.check_of(node.unique_id)
    if asset and node.good:
        yield dg.AssetMaterialization(asset.key, metadata=dict(node.figures))
    if check and node.status != "skipped":
        result = checked(check, node)
        yield dg.AssetCheckEvaluation(
            check_name=check.name,
            asset_key=check.asset,
            passed=result.passed,
            metadata=result.metadata,
            severity=result.severity,
            description=result.description,
        )
