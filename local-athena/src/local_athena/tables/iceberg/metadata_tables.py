"""``"t$snapshots"`` and its sisters, with Trino's column names and types.

https://trino.io/docs/current/connector/iceberg.html#metadata-tables
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, cast

import pyarrow as pa
from pyiceberg import types as ice
from pyiceberg.manifest import DataFile
from pyiceberg.schema import Schema
from pyiceberg.table.snapshots import ancestors_of
from pyiceberg.transforms import IdentityTransform

from local_athena.errors import NotSupported
from local_athena.model import Column, trino_type
from local_athena.tables.iceberg import partitions_table
from local_athena.tables.iceberg.human import human
from local_athena.tables.iceberg.loaded import LoadedTable

type Row = dict[str, Any]

_MOMENT = pa.timestamp("ms", "UTC")
_ARROW = {
    "timestamp(3) with time zone": _MOMENT,
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "varchar": pa.string(),
    "boolean": pa.bool_(),
    "varbinary": pa.binary(),
    "map(varchar, varchar)": pa.map_(pa.string(), pa.string()),
    "map(integer, bigint)": pa.map_(pa.int32(), pa.int64()),
    "map(integer, varchar)": pa.map_(pa.int32(), pa.string()),
    "array(bigint)": pa.list_(pa.int64()),
    "array(integer)": pa.list_(pa.int32()),
}
_SUMMARIES = "array(row(contains_null boolean, contains_nan boolean, lower_bound varchar, upper_bound varchar))"
_ARROW[_SUMMARIES] = pa.list_(
    pa.struct(
        [
            ("contains_null", pa.bool_()),
            ("contains_nan", pa.bool_()),
            ("lower_bound", pa.string()),
            ("upper_bound", pa.string()),
        ]
    )
)

_SNAPSHOTS = {
    "committed_at": "timestamp(3) with time zone",
    "snapshot_id": "bigint",
    "parent_id": "bigint",
    "operation": "varchar",
    "manifest_list": "varchar",
    "summary": "map(varchar, varchar)",
}
_HISTORY = {
    "made_current_at": "timestamp(3) with time zone",
    "snapshot_id": "bigint",
    "parent_id": "bigint",
    "is_current_ancestor": "boolean",
}
_FILES = {
    "content": "integer",
    "file_path": "varchar",
    "file_format": "varchar",
    "record_count": "bigint",
    "file_size_in_bytes": "bigint",
    "column_sizes": "map(integer, bigint)",
    "value_counts": "map(integer, bigint)",
    "null_value_counts": "map(integer, bigint)",
    "nan_value_counts": "map(integer, bigint)",
    "lower_bounds": "map(integer, varchar)",
    "upper_bounds": "map(integer, varchar)",
    "key_metadata": "varbinary",
    "split_offsets": "array(bigint)",
    "equality_ids": "array(integer)",
}
_MANIFESTS = {
    "path": "varchar",
    "length": "bigint",
    "partition_spec_id": "integer",
    "added_snapshot_id": "bigint",
    "added_data_files_count": "integer",
    "added_rows_count": "bigint",
    "existing_data_files_count": "integer",
    "existing_rows_count": "bigint",
    "deleted_data_files_count": "integer",
    "deleted_rows_count": "bigint",
    "partition_summaries": _SUMMARIES,
}
_REFS = {
    "name": "varchar",
    "type": "varchar",
    "snapshot_id": "bigint",
    "max_reference_age_in_ms": "bigint",
    "min_snapshots_to_keep": "integer",
    "max_snapshot_age_in_ms": "bigint",
}
_PROPERTIES = {"key": "varchar", "value": "varchar"}


def build(table: LoadedTable, kind: str) -> tuple[tuple[Column, ...], pa.Table]:
    """The columns and the rows of ``"t$kind"``.

    :raises NotSupported: local Athena has no such table.
    """
    if kind == "partitions":
        return partitions_table.build(table)
    if kind not in _KINDS:
        raise NotSupported(f'The metadata table "{table.name.table}${kind}"')
    types, rows = _KINDS[kind]
    schema = pa.schema([(name, _ARROW[of]) for name, of in types.items()])
    columns = tuple(Column(name, trino_type(of)) for name, of in types.items())
    return columns, pa.Table.from_pylist(list(rows(table)), schema=schema)


def _moment(milliseconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)


def _snapshots(table: LoadedTable) -> Iterator[Row]:
    for snapshot in table.table.snapshots():
        summary = snapshot.summary
        yield {
            "committed_at": _moment(snapshot.timestamp_ms),
            "snapshot_id": snapshot.snapshot_id,
            "parent_id": snapshot.parent_snapshot_id,
            "operation": summary.operation.value if summary else None,
            "manifest_list": snapshot.manifest_list,
            "summary": [*summary.additional_properties.items()] if summary else None,
        }


def _history(table: LoadedTable) -> Iterator[Row]:
    current = table.table.current_snapshot()
    ancestors = {snapshot.snapshot_id for snapshot in ancestors_of(current, table.table.metadata)} if current else set()
    for entry in table.table.history():
        snapshot = table.table.snapshot_by_id(entry.snapshot_id)
        yield {
            "made_current_at": _moment(entry.timestamp_ms),
            "snapshot_id": entry.snapshot_id,
            "parent_id": snapshot.parent_snapshot_id if snapshot else None,
            "is_current_ancestor": entry.snapshot_id in ancestors,
        }


def _data_files(table: LoadedTable) -> Iterator[DataFile]:
    for manifest in table.manifests.of(table.snapshot):
        yield from (entry.data_file for entry in table.manifests.entries(manifest))


def _files(table: LoadedTable) -> Iterator[Row]:
    for file in _data_files(table):
        yield {
            "content": int(file.content),
            "file_path": file.file_path,
            "file_format": str(file.file_format.value),
            "record_count": file.record_count,
            "file_size_in_bytes": file.file_size_in_bytes,
            "column_sizes": _pairs(file.column_sizes),
            "value_counts": _pairs(file.value_counts),
            "null_value_counts": _pairs(file.null_value_counts),
            "nan_value_counts": _pairs(file.nan_value_counts),
            "lower_bounds": _pairs(_human_bounds(table.schema, file.lower_bounds)),
            "upper_bounds": _pairs(_human_bounds(table.schema, file.upper_bounds)),
            "key_metadata": file.key_metadata,
            "split_offsets": file.split_offsets,
            "equality_ids": file.equality_ids,
        }


def _pairs(values: dict[int, Any] | None) -> list[tuple[int, Any]] | None:
    return [*values.items()] if values is not None else None


def _human_bounds(schema: Schema, bounds: dict[int, bytes] | None) -> dict[int, str]:
    found = {}
    for number, raw in (bounds or {}).items():
        if number in schema.field_ids:
            found[number] = human(IdentityTransform(), cast(ice.PrimitiveType, schema.find_type(number)), raw)
    return found


def _manifests(table: LoadedTable) -> Iterator[Row]:
    specs, schema = table.table.specs(), table.table.schema()
    for manifest in table.manifests.of(table.snapshot):
        spec = specs[manifest.partition_spec_id]
        summaries = []
        for part, of, summary in zip(
            spec.fields, spec.partition_type(schema).fields, manifest.partitions or [], strict=False
        ):
            kind, lower, upper = cast(ice.PrimitiveType, of.field_type), summary.lower_bound, summary.upper_bound
            summaries.append(
                {
                    "contains_null": summary.contains_null,
                    "contains_nan": summary.contains_nan,
                    "lower_bound": None if lower is None else human(part.transform, kind, lower),
                    "upper_bound": None if upper is None else human(part.transform, kind, upper),
                }
            )
        yield {
            "path": manifest.manifest_path,
            "length": manifest.manifest_length,
            "partition_spec_id": manifest.partition_spec_id,
            "added_snapshot_id": manifest.added_snapshot_id,
            "added_data_files_count": manifest.added_files_count,
            "added_rows_count": manifest.added_rows_count,
            "existing_data_files_count": manifest.existing_files_count,
            "existing_rows_count": manifest.existing_rows_count,
            "deleted_data_files_count": manifest.deleted_files_count,
            "deleted_rows_count": manifest.deleted_rows_count,
            "partition_summaries": summaries,
        }


def _refs(table: LoadedTable) -> Iterator[Row]:
    for name, ref in table.table.refs().items():
        yield {
            "name": name,
            "type": ref.snapshot_ref_type.value.upper(),
            "snapshot_id": ref.snapshot_id,
            "max_reference_age_in_ms": ref.max_ref_age_ms,
            "min_snapshots_to_keep": ref.min_snapshots_to_keep,
            "max_snapshot_age_in_ms": ref.max_snapshot_age_ms,
        }


def _properties(table: LoadedTable) -> Iterator[Row]:
    yield from ({"key": key, "value": value} for key, value in table.properties.items())


_KINDS: dict[str, tuple[dict[str, str], Callable[[LoadedTable], Iterator[Row]]]] = {
    "snapshots": (_SNAPSHOTS, _snapshots),
    "history": (_HISTORY, _history),
    "files": (_FILES, _files),
    "manifests": (_MANIFESTS, _manifests),
    "refs": (_REFS, _refs),
    "properties": (_PROPERTIES, _properties),
}
