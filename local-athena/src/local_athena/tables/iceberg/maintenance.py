"""OPTIMIZE and VACUUM.

https://docs.aws.amazon.com/athena/latest/ug/optimize-statement.html,
https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import duckdb
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Operation, ancestors_of
from sqlglot import exp

from local_athena.errors import AthenaError
from local_athena.model import QueryContext, TableName
from local_athena.tables.iceberg import commit
from local_athena.tables.iceberg.catalog import GluePointer, commit_error
from local_athena.tables.iceberg.partitioning import MAX_OPEN_PARTITIONS
from local_athena.tables.iceberg.planning import Manifests, Plan, plan
from local_athena.tables.iceberg.predicates import might_match
from local_athena.tables.iceberg.properties import Properties
from local_athena.tables.iceberg.scan import Reader
from local_athena.tables.iceberg.writer import Target, write


def now() -> dt.datetime:
    """The present moment, which ages of snapshots and files are counted from."""
    return dt.datetime.now(dt.UTC)


def optimize(
    name: TableName,
    pointer: GluePointer,
    manifests: Manifests,
    connection: duckdb.DuckDBPyConnection,
    where: exp.Expression | None,
    context: QueryContext,
) -> tuple[list[DataFile], int]:
    """Rewrite small, oversized and partly deleted files of each partition together. Returns the new files and bytes read.

    :raises AthenaError: ``NOT_SUPPORTED`` when *where* names a column that no partition comes from;
        ``ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED`` after it has rewritten a hundred partitions and there are more.
    """
    with pointer.exclusive(name, context):
        table = pointer.current(name)
        _check_where(table, where)
        schema = table.schema()
        planned = plan(manifests, table.metadata, schema, table.current_snapshot(), might_match(where, schema))
        chosen, more = _candidates(table, planned)
        if not chosen:
            return [], 0
        reader = Reader(manifests.files.storage, table.metadata, schema)
        rest = planned.of(chosen)
        names = [field.name for field in schema.fields]
        sql = reader.relation(rest, names)
        files = write(connection, sql, Target.of(table), manifests.files, context, limited=False)
        try:
            context.check()
            removed = {file.file_path for file in chosen}
            commit.replace(table, manifests, removed, files, Operation.REPLACE)
        except BaseException:
            manifests.files.discard([file.file_path for file in files])
            raise
        manifests.files.settled(file.file_path for file in files)
        if more:
            # Athena's text: https://github.com/dbt-labs/dbt-athena/issues/531
            raise AthenaError(
                "ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED",
                f"Processed {MAX_OPEN_PARTITIONS} partitions in this round of optimization, but there are more partitions "
                "remaining. Please run another OPTIMIZE command to process the remaining partitions in the table.If this "
                "persists, consider lowering your optimize_rewrite_min_data_file_size_bytes setting.",
            )
        return files, reader.bytes(rest, [name.lower() for name in names])


def _check_where(table: Table, where: exp.Expression | None) -> None:
    schema = table.schema()
    sources = {schema.find_column_name(part.source_id) for part in table.spec().fields}
    allowed = {name.lower() for name in sources if name}
    for column in where.find_all(exp.Column) if where else ():
        if column.name.lower() not in allowed:
            raise AthenaError(
                "NOT_SUPPORTED",
                "Unexpected FilterNode found in plan; likely connector was not able to handle provided WHERE expression",
            )


def _candidates(table: Table, planned: Plan) -> tuple[list[DataFile], bool]:
    """Files worth rewriting, of a hundred partitions at most, and whether there are more.

    They are of a wrong size or an old partition spec, at least two of them in a partition.
    """
    properties = Properties(dict(table.properties))
    groups: dict[object, list[DataFile]] = {}
    for file in planned.files:
        small = file.file_size_in_bytes < properties.small_bytes
        large = file.file_size_in_bytes > properties.large_bytes
        if small or large or planned.deletes or file.spec_id != table.spec().spec_id:
            groups.setdefault((file.spec_id, file.partition), []).append(file)
    lone = {
        key for key, files in groups.items() if len(files) < 2 and not _alone_too(files[0], planned, properties, table)
    }
    worth = [files for key, files in groups.items() if key not in lone]
    count = sum(map(len, worth))
    if count < properties.data_file_threshold and len(planned.deletes) < properties.delete_file_threshold:
        return [], False
    return [file for files in worth[:MAX_OPEN_PARTITIONS] for file in files], len(worth) > MAX_OPEN_PARTITIONS


def _alone_too(file: DataFile, planned: Plan, properties: Properties, table: Table) -> bool:
    """Whether one file is worth rewriting by itself."""
    large = file.file_size_in_bytes > properties.large_bytes
    return large or bool(planned.deletes) or file.spec_id != table.spec().spec_id


def vacuum(name: TableName, pointer: GluePointer, manifests: Manifests, context: QueryContext) -> None:
    """Expire snapshots by the table's properties, then delete files that nothing refers to and that are older than the
    age of a snapshot to be kept. Files of writes under way in this process stay.
    """
    with pointer.exclusive(name, context):
        table = pointer.current(name)
        properties = Properties(dict(table.properties))
        limit = now() - dt.timedelta(seconds=properties.max_snapshot_age_seconds)
        expired = _expired(table, properties, limit)
        if expired:
            context.check()
            try:
                table.maintenance.expire_snapshots().by_ids(expired).commit()
            except CommitFailedException as error:
                raise commit_error(name, error) from error
            table = pointer.current(name)
        context.check()
        _delete_orphans(table, manifests, limit)


def _expired(table: Table, properties: Properties, limit: dt.datetime) -> list[int]:
    """Snapshots older than *limit*, but for the newest ones of the main branch and those that references hold."""
    kept = {ref.snapshot_id for ref in table.refs().values()}
    current = table.current_snapshot()
    line = [snapshot.snapshot_id for snapshot in ancestors_of(current, table.metadata)] if current else []
    kept |= set(line[: max(1, properties.min_snapshots)])
    oldest = int(limit.timestamp() * 1000)
    return [s.snapshot_id for s in table.snapshots() if s.timestamp_ms < oldest and s.snapshot_id not in kept]


def _delete_orphans(table: Table, manifests: Manifests, limit: dt.datetime) -> None:
    storage, provider = manifests.files.storage, table.location_provider()
    found = [item for folder in (provider.data_path, provider.metadata_path) for item in storage.list(folder + "/")]
    kept = reachable(table, manifests) | manifests.files.pending()
    orphans = [item.uri for item in found if item.uri not in kept and item.modified and item.modified < limit]
    manifests.files.discard(orphans)


def reachable(table: Table, manifests: Manifests) -> set[str]:
    """Every file that some snapshot of *table*, or its metadata log, refers to."""
    metadata = table.metadata
    found = {table.metadata_location, *(entry.metadata_file for entry in metadata.metadata_log)}
    found |= {statistics.statistics_path for statistics in metadata.statistics}
    found |= {statistics.statistics_path for statistics in metadata.partition_statistics}
    seen: set[str] = set()
    for snapshot in metadata.snapshots:
        found.add(snapshot.manifest_list)
        for manifest in manifests.of(snapshot):
            if manifest.manifest_path not in seen:
                seen.add(manifest.manifest_path)
                found |= _paths(entry.data_file for entry in manifests.entries(manifest))
    return found | seen


def _paths(files: Iterable[DataFile]) -> set[str]:
    return {file.file_path for file in files}
