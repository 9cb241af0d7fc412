"""A run of a pipeline: finish what a killed one left, bring what is new, commit it, put it into its place."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lakeloop_ingest import loading, secrets
from lakeloop_ingest.commits import Commit, Log, Placed
from lakeloop_ingest.cursor import Cursor, shown
from lakeloop_ingest.errors import IngestError, in_a_line
from lakeloop_ingest.kinds import source_of
from lakeloop_ingest.settings import Pipeline, Table
from lakeloop_ingest.shape import finished
from lakeloop_ingest.store import Store


@dataclass(frozen=True)
class Brought:
    """Rows of a table that a run has brought.

    ``key`` is the file in the raw zone, None without new rows; ``cursor`` is its latest value, None for a table that is brought
    whole. ``first`` says whether no load before had rows of the table; ``new_columns`` are those that none had, with their types,
    empty in the first.
    """

    rows: int
    bytes: int
    key: str | None
    cursor: str | None
    first: bool
    new_columns: Mapping[str, str]


@dataclass(frozen=True)
class Report:
    """A run. ``load`` is None if there was nothing new, ``finished`` counts files of an earlier run that was killed."""

    pipeline: str
    environment: str
    place: str
    load: str | None
    tables: Mapping[str, Brought]
    finished: int
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def run(pipeline: Pipeline, store: Store, environment: str, now: datetime) -> Report:
    """Bring the new rows of *pipeline* into *store*. *now* is aware.

    Raises:
        IngestError: nothing was brought, and why.
    """
    began = time.monotonic()
    log = Log(store, pipeline.name)
    try:
        before = log.latest()
        late = log.finish(before)
        _require_same_types(pipeline, before)
        after, tables = _loaded(pipeline, log, before, environment, now.astimezone(UTC))
        if after is not None:
            log.finish(after)
    except (ClientError, BotoCoreError) as error:
        raise IngestError(f"{pipeline.name}: {store.name}: {in_a_line(error)}") from error
    load = after.load if after and after.files else None
    return Report(pipeline.name, environment, store.name, load, tables, late, round(time.monotonic() - began, 1))


def _loaded(
    pipeline: Pipeline, log: Log, before: Commit, environment: str, now: datetime
) -> tuple[Commit | None, dict[str, Brought]]:
    """The commit of what is new, which counts already, None if nothing is; and what it holds of each table."""
    load = f"{pipeline.name}-{now:%Y%m%dT%H%M%S%f}"
    source = source_of(pipeline, secrets.resolved(dict(pipeline.more), environment))
    cursors = {
        table.name: Cursor(table, before.cursors.get(table.name, {}), now) if table.cursor else None
        for table in pipeline.tables
    }
    with tempfile.TemporaryDirectory(prefix="lakeloop-ingest-") as temporary:
        folder = Path(temporary)
        found, schema = loading.load(pipeline, source, cursors, before.schema, folder)
        files, counted = [], []
        columns = dict(before.columns)
        for table in pipeline.tables:
            if table.name in found:
                file = folder / f"{table.name}.parquet"
                rows, columns[table.name] = finished(found[table.name], file, now)
                files.append(file)
                counted.append((table, rows, file.stat().st_size))
        staged = log.stage(load, files)
        placed = tuple(
            Placed(table.name, rows, size, key, loading.loaded_key(table.folder, load, now))
            for (table, rows, size), key in zip(counted, staged, strict=True)
        )
        states = {**before.cursors, **{name: cursor.state for name, cursor in cursors.items() if cursor}}
        after = Commit(before.number + 1, load, now.isoformat(), placed, states, columns, schema)
        if placed or (after.cursors != before.cursors and before.number):
            log.commit(after)
    tables = {table.name: _brought(table, after, before) for table in pipeline.tables}
    return (after if placed else None), tables


def _brought(table: Table, after: Commit, before: Commit) -> Brought:
    file = next((file for file in after.files if file.table == table.name), None)
    known = before.columns.get(table.name)
    new = {name: kind for name, kind in after.columns.get(table.name, {}).items() if known and name not in known}
    latest = shown(after.cursors.get(table.name, {})) if table.cursor else None
    if file is None:
        return Brought(0, 0, None, latest, False, new)
    return Brought(file.rows, file.bytes, file.key, latest, known is None, new)


def _require_same_types(pipeline: Pipeline, before: Commit) -> None:
    """Raises ``IngestError`` if a type is declared that the files of earlier loads do not have: one table has one type."""
    from lakeloop_ingest.loading import normal
    from lakeloop_ingest.shape import stored_as

    for table in pipeline.tables:
        there = before.columns.get(table.name, {})
        for name, kind in table.columns.items():
            has = there.get(normal(name))
            if has is not None and has != stored_as(kind):
                raise IngestError(
                    f"{pipeline.file}: tables.{table.name}.columns.{name} is {kind}, and the files that are there have {has}. A "
                    f"table of another name begins anew, with all rows: [tables.{table.name}_2], with from or path as here."
                )


def told(report: Report) -> Sequence[str]:
    """A run in lines for a terminal, short ones; what may be long (a place) has a line to itself."""
    lines = []
    for name, table in report.tables.items():
        lines.append(f"{name}: {table.rows:,} new rows")
        if table.cursor:
            lines.append(f"  up to {table.cursor}")
        if table.key:
            lines.append(f"  {report.place}/{table.key} ({table.bytes / 1e6:.1f} MB)")
        if table.new_columns:
            lines.append("  new columns, which the source may declare:")
            lines += [f"    {column} {kind}" for column, kind in table.new_columns.items()]
    if any(table.first for table in report.tables.values()):
        lines += ["For dbt, the sources that declare these tables:", f"  just ingest sources {report.pipeline}"]
    if report.finished:
        lines.insert(0, f"{report.finished} files of a run that was killed are in place now.")
    lines.append(f"{report.pipeline}: {report.load or 'nothing new'} ({report.seconds:.1f} s)")
    return lines
