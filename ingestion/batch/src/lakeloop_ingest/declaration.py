"""The YAML that declares a pipeline's tables as dbt sources, from the last load's columns."""

from __future__ import annotations

from lakeloop_ingest.commits import Commit, Log
from lakeloop_ingest.errors import IngestError
from lakeloop_ingest.settings import Pipeline, Table
from lakeloop_ingest.store import Store


def declaration(pipeline: Pipeline, store: Store) -> str:
    """A source with the tables of *pipeline*. Raises ``IngestError`` if nothing was brought yet."""
    latest = Log(store, pipeline.name).latest()
    tables = [table for table in pipeline.tables if table.name in latest.columns]
    if not tables:
        raise IngestError(
            f"{pipeline.name} has brought nothing yet, so that no column is known: `just ingest {pipeline.name}`."
        )
    return "\n".join(
        [
            "sources:",
            f"  - name: {pipeline.name}",
            "    schema: \"{{ env_var('DBT_RAW_SCHEMA', 'raw') }}\"",
            "    config: {loaded_at_field: _loaded_at}",
            "    tables:",
            *(line for table in tables for line in _table(table, latest)),
        ]
    )


def _table(table: Table, latest: Commit) -> list[str]:
    columns = [
        f"          - {{name: {name}, data_type: {_quoted(kind)}}}" for name, kind in latest.columns[table.name].items()
    ]
    return [
        f"      - name: {table.folder.rpartition('/')[2]}",
        "        config: {meta: {format: parquet}}",
        "        columns:",
        *columns,
        "          - {name: dt, data_type: date, config: {meta: {partition: true}}}",
    ]


def _quoted(kind: str) -> str:
    return f'"{kind}"' if "," in kind else kind
