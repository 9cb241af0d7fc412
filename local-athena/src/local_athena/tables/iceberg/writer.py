"""Query results as Parquet files of a table: DuckDB's COPY into a local folder, then one upload of each file."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import duckdb
from pyiceberg.manifest import DataFile
from pyiceberg.partitioning import PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.typedef import Record

from local_athena.errors import AthenaError, NotSupported
from local_athena.model import QueryContext
from local_athena.tables.iceberg import partitioning
from local_athena.tables.iceberg.fileio import StorageIO
from local_athena.tables.iceberg.hashing import register_functions
from local_athena.tables.iceberg.properties import Properties
from local_athena.tables.iceberg.statistics import data_file
from local_athena.tables.iceberg.types import field_ids, quoted, to_duckdb


@dataclass(frozen=True)
class Target:
    """Location and format of a table's new files."""

    schema: Schema
    spec: PartitionSpec
    properties: Properties
    data_location: str

    @classmethod
    def of(cls, table: Table) -> Target:
        """Of an existing table.

        :raises NotSupported: for versions of the format that local Athena only reads.
        """
        if table.format_version > 2:
            raise NotSupported(f"Writing Iceberg tables of format version {table.format_version}")
        provider = table.location_provider()
        return cls(table.schema(), table.spec(), Properties(dict(table.properties)), provider.data_path)


def coerced(schema: Schema, query: str) -> str:
    """*query*, whose columns are in the table's order, as a query of exactly the table's names and types."""
    names = ", ".join(f"c{number}" for number, _ in enumerate(schema.fields))
    casts = ", ".join(
        f"CAST(c{number} AS {to_duckdb(field.field_type)}) AS {quoted(field.name)}"
        for number, field in enumerate(schema.fields)
    )
    return f"SELECT {casts} FROM ({query}) AS q({names})"


def write(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    target: Target,
    files: StorageIO,
    context: QueryContext,
    limited: bool = True,
) -> list[DataFile]:
    """Run *query*, which yields the table's columns, and upload what it yields. No rows, no files.

    The files are visible to nobody until a snapshot names them; whoever commits or drops them calls ``files.settled`` or
    ``files.discard``. When anything fails here, those already uploaded are removed.

    :raises AthenaError: ``ICEBERG_TOO_MANY_OPEN_PARTITIONS`` if *limited*, ``CONSTRAINT_VIOLATION`` for a null
        in a required column.
    """
    with tempfile.TemporaryDirectory(prefix="iceberg-") as folder:
        written = _copy(connection, query, target, Path(folder))
        if limited and len({keys for _, keys in written}) > partitioning.MAX_OPEN_PARTITIONS:
            raise partitioning.too_many_partitions()
        uploads = [(path, _describe(path, keys, target)) for path, keys in written]
        _check_required(target.schema, [described for _, described in uploads])
        context.check()
        try:
            files.upload([(path, described.file_path) for path, described in uploads])
            context.check()
        except BaseException:
            files.discard([described.file_path for _, described in uploads])
            raise
    return [described for _, described in uploads]


def _copy(
    connection: duckdb.DuckDBPyConnection, query: str, target: Target, folder: Path
) -> list[tuple[Path, tuple[str | None, ...]]]:
    """Files that hold rows, each with its partition's values as text."""
    options = [
        "FORMAT parquet",
        f"COMPRESSION {target.properties.codec}",
        f"FIELD_IDS {field_ids(target.schema)}",
        "RETURN_STATS",
    ]
    keys = []
    if target.spec.is_unpartitioned():
        # One file, or several of the target size when there is more.
        options += [f"FILE_SIZE_BYTES {target.properties.target_bytes}", "FILENAME_PATTERN 'data_{i}'"]
    else:
        register_functions(connection)
        keys = partitioning.partition_columns(target.spec, target.schema)
        computed = ", ".join(f"{sql} AS {name}" for name, sql in keys)
        query = f"SELECT *, {computed} FROM ({query})"
        options += [f"PARTITION_BY ({', '.join(name for name, _ in keys)})", "WRITE_PARTITION_COLUMNS false"]
    into = str(folder / "rows").replace("'", "''")
    rows = connection.execute(f"COPY ({query}) TO '{into}' ({', '.join(options)})").fetchall()
    found = []
    for path, count, *_, values in rows:
        if count:
            found.append((Path(path), tuple((values or {}).get(name) for name, _ in keys)))
    return found


def _describe(path: Path, keys: tuple[str | None, ...], target: Target) -> DataFile:
    partition, folder = partition_of(target.spec, target.schema, keys)
    uri = "/".join(part for part in (target.data_location, folder, f"{uuid.uuid4()}.parquet") if part)
    return data_file(path, uri, target.schema, partition, target.spec.spec_id)


def partition_of(spec: PartitionSpec, schema: Schema, keys: tuple[str | None, ...]) -> tuple[Record, str]:
    """The partition record and the folder name for the texts that DuckDB reported."""
    values = []
    for field, text in zip(spec.fields, keys, strict=True):
        source = schema.find_field(field.source_id)
        values.append(partitioning.decode(field.transform, source.field_type, text))
    record = Record(*values)
    return record, spec.partition_to_path(record, schema) if values else ""


def _check_required(schema: Schema, files: list[DataFile]) -> None:
    for field in schema.fields:
        if field.required and any(file.null_value_counts.get(field.field_id) for file in files):
            raise AthenaError("CONSTRAINT_VIOLATION", f"NULL value not allowed for NOT NULL column: {field.name}")
