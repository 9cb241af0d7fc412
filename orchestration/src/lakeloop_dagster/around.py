"""Assets around the dbt project: sources that others fill, and pipelines of batch ingestion that fill some of them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from lakeloop_dagster.commands import last, typed
from lakeloop_dagster.given import Given
from lakeloop_dagster.manifest import Project
from lakeloop_dagster.places import Place


def sources(project: Project, given: Given) -> list[dg.AssetSpec]:
    """The sources that no pipeline fills: raw tables, changelogs of the capture, tables of others."""
    filled = {key for tables in _filled(project, given).values() for key in tables.values()}
    return [
        dg.AssetSpec(
            key,
            description=node.get("description") or None,
            group_name="sources",
            kinds={_kind(f"{node['source_name']}.{node['name']}", given)},
        )
        for key, node in project.sources.items()
        if key not in filled
    ]


def pipelines(project: Project, given: Given, place: Place) -> list[dg.AssetsDefinition]:
    """An operation for each pipeline of batch ingestion; its assets are the sources that read the folders that it fills."""
    return [_pipeline(name, tables, project, given, place) for name, tables in _filled(project, given).items()]


def _pipeline(
    name: str, tables: Mapping[str, dg.AssetKey], project: Project, given: Given, place: Place
) -> dg.AssetsDefinition:
    described = {key: project.sources.get(key, {}).get("description") or None for key in tables.values()}

    @dg.multi_asset(
        name=f"ingest_{name}",
        specs=[
            dg.AssetSpec(key, description=about, group_name="ingest", kinds={"dlt", "parquet"}, skippable=True)
            for key, about in described.items()
        ],
    )
    def ingest(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        kept, lines = last(), []
        running = typed(Path(given.root), place.ingest(name))
        code = 0
        while True:
            try:
                line = next(running)
            except StopIteration as end:
                code = end.value
                break
            context.log.info(line)
            kept.append(line)
            lines.append(line)
        report = _report(lines)
        if code or report is None:
            raise dg.Failure(f"Nothing was brought by {name}.\n" + "\n".join(kept), allow_retries=False)
        for table, brought in report["tables"].items():
            figures = {
                figure: brought[figure] for figure in ("rows", "bytes", "key", "cursor") if brought[figure] is not None
            }
            yield dg.MaterializeResult(
                asset_key=tables[table], metadata={**figures, "load": report["load"] or "nothing new"}
            )

    return ingest


def _filled(project: Project, given: Given) -> dict[str, dict[str, dg.AssetKey]]:
    """By pipeline and table of it: the source that reads the table's folder, or an asset of the pipeline's own."""
    names = {folder: source for source, folder in given.folders.items()}
    keys = {f"{node['source_name']}.{node['name']}": key for key, node in project.sources.items()}
    taken: set[dg.AssetKey] = set()
    found: dict[str, dict[str, dg.AssetKey]] = {}
    for pipeline, tables in given.pipelines.items():
        for table, folder in tables.items():
            key = keys.get(names.get(folder, ""), dg.AssetKey(["ingest", table]))
            # Of two pipelines that fill one folder, the second has an asset of its own.
            key = dg.AssetKey(["ingest", pipeline, table]) if key in taken else key
            taken.add(key)
            found.setdefault(pipeline, {})[table] = key
    return found


def _report(lines: list[str]) -> Any:
    """The report that the command printed as JSON, after whatever else; None if it printed none."""
    for position, line in enumerate(lines):
        if line == "{":
            try:
                return json.loads("\n".join(lines[position:]))
            except ValueError:
                return None
    return None


def _kind(source: str, given: Given) -> str:
    if source in given.folders:
        return "raw"
    return "changelog" if source in given.changelogs else "glue"
