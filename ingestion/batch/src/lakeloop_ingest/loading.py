"""dlt between a source and Parquet files: it types, names and writes; all in a folder of the run's own.

dlt keeps a pipeline's schema in its destination. Here the destination is a folder that lives as long as the run, and the schema
comes from the last commit and goes into the next: what is half done when a run is killed goes with its folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Context, Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from lakeloop_project.sources.types import Type

from lakeloop_ingest.cursor import Cursor, Row
from lakeloop_ingest.errors import IngestError, deepest, in_a_line
from lakeloop_ingest.kinds import Source
from lakeloop_ingest.settings import Pipeline, Table
from lakeloop_ingest.shape import hint

_DATASET = "rows"
_DECIMAL = (38, 9)
"""dlt's own, for a column of which nothing was said."""
_EXACT = Context(prec=1000)


def set_up(folder: Path) -> None:
    """Have dlt, which is not imported yet, read no settings of the shell's or the user's, and tell nobody that it runs."""
    for name in [name for name in os.environ if name.startswith(("DLT_", "RUNTIME__", "SOURCES__", "DESTINATION__"))]:
        del os.environ[name]
    os.environ.update(
        DLT_PROJECT_DIR=str(folder),
        DLT_DATA_DIR=str(folder),
        RUNTIME__DLTHUB_TELEMETRY="false",
        RUNTIME__LOG_LEVEL="CRITICAL",
        # The tables of a run share one pool of memory; a file a table.
        NORMALIZE__WORKERS="1",
        DATA_WRITER__DISABLE_COMPRESSION="true",
    )


def load(
    pipeline: Pipeline,
    source: Source,
    cursors: Mapping[str, Cursor | None],
    schema: Mapping[str, Any] | None,
    folder: Path,
) -> tuple[dict[str, list[Path]], dict[str, Any]]:
    """Bring the new rows of all tables into Parquet files in *folder*.

    Args:
        schema: dlt's, as the load before left it.

    Returns:
        The files by table, without tables that have no new rows; and the schema from now on.

    Raises:
        IngestError: the source cannot be read, or a value has no place in its column.
    """
    import dlt
    from dlt.common.schema import Schema

    known = Schema.from_stored_schema(dict(schema)) if schema else Schema(pipeline.name)  # type: ignore[arg-type]
    known.remove_type_detection("iso_timestamp")  # a text stays one, unless `columns` says otherwise

    @dlt.source(schema=known, max_table_nesting=0)
    def tables() -> Iterator[Any]:
        for table in pipeline.tables:
            types = {**source.types(table), **table.columns}
            yield dlt.resource(
                _rows(table, source, cursors[table.name], types),
                name=table.name,
                write_disposition="append",
                columns={normal(name): hint(kind) for name, kind in types.items()},
            )

    destination = dlt.destinations.filesystem(
        bucket_url=folder.as_uri(), layout="{table_name}/{load_id}.{file_id}.{ext}"
    )
    run = dlt.pipeline(
        pipeline.name, pipelines_dir=str(folder / "work"), destination=destination, dataset_name=_DATASET
    )
    try:
        run.run(tables(), loader_file_format="parquet")
    except Exception as error:  # dlt's many kinds, around what the source or a value of it was
        cause = deepest(error)
        if isinstance(cause, IngestError):
            raise cause from error
        raise IngestError(f"{pipeline.name}: {in_a_line(cause)} Nothing was brought.") from error
    files = {
        table.name: sorted((folder / _DATASET / table.name).glob("*.parquet"))
        for table in pipeline.tables
        if (folder / _DATASET / table.name).is_dir()
    }
    return {name: found for name, found in files.items() if found}, dict(run.default_schema.to_dict())


def _rows(table: Table, source: Source, cursor: Cursor | None, types: Mapping[str, Type]) -> Iterator[list[Row]]:
    """The new rows of *table*, whose values have places in their columns."""
    names: dict[str, str] = {}
    decimals = {normal(name): kind.numbers for name, kind in types.items() if kind.name == "decimal"}
    texts = {normal(name) for name, kind in types.items() if kind.is_text}
    for page in source.pages(table, cursor.start if cursor else None):
        found = list(cursor.new(page)) if cursor else page
        if found:
            yield [_fitting(table, row, names, decimals, texts) for row in found]


def _fitting(
    table: Table,
    row: Row,
    names: dict[str, str],
    decimals: Mapping[str, tuple[int, ...]],
    texts: set[str],
) -> Row:
    """*row* for dlt. Raises ``IngestError`` for two names of one column, or a number that its column cannot hold."""
    fitting: Row = {}
    for name, value in row.items():
        column = normal(name)
        if names.setdefault(column, name) != name:
            raise IngestError(f"{table.name}: {name} and {names[column]} would both be column {column}.")
        if column in decimals and isinstance(value, (str, float, int)):
            value = _decimal(table, name, value)
        if isinstance(value, Decimal):
            if column in texts:
                value = str(value)
            else:
                _require_place(table, name, value, decimals.get(column, _DECIMAL))
        fitting[name] = value
    return fitting


def _decimal(table: Table, name: str, value: str | float | int) -> Decimal:
    """A number of JSON, or a text that spells one. Raises ``IngestError`` if it spells none."""
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise IngestError(f"{table.name}: {name} = {value!r} is no decimal, as `columns` says.") from error


def _require_place(table: Table, name: str, value: Decimal, numbers: tuple[int, ...]) -> None:
    precision, scale = numbers
    _, _, exponent = value.normalize(_EXACT).as_tuple()
    if not isinstance(exponent, int):
        raise IngestError(
            f'{table.name}: {name} = {value} is no decimal. `columns = {{ {name} = "varchar" }}` keeps it.'
        )
    before = value.adjusted() + 1 if value else 0
    if -exponent > scale or before > precision - scale:
        raise IngestError(
            f"{table.name}: {name} = {value} does not fit into decimal({precision},{scale}), and nothing is rounded here. In the "
            f'pipeline\'s file: columns = {{ {name} = "varchar" }} keeps every digit, "decimal(38,S)" has other places.'
        )


@cache
def normal(name: str) -> str:
    """A column's name as dlt writes it: ``customerId`` is ``customer_id``."""
    from dlt.common.normalizers.naming.snake_case import NamingConvention

    return NamingConvention().normalize_path(name)


def loaded_key(folder: str, load: str, at: datetime) -> str:
    """The place of a load's file in a table's folder: by the day (UTC) of the load."""
    return f"{folder}/dt={at:%Y-%m-%d}/{load}.parquet"
