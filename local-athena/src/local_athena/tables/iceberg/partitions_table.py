"""``"t$partitions"``: what a snapshot holds in each partition, from the manifests alone."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any, cast

import pyarrow as pa
from pyiceberg import types as ice
from pyiceberg.conversions import from_bytes
from pyiceberg.manifest import DataFile, DataFileContent
from pyiceberg.partitioning import PartitionField
from pyiceberg.transforms import IdentityTransform

from local_athena.model import Column, trino_type
from local_athena.tables.iceberg.loaded import LoadedTable
from local_athena.tables.iceberg.types import to_arrow, to_trino

_COUNTS = {"record_count": "bigint", "file_count": "bigint", "total_size": "bigint"}


def build(table: LoadedTable) -> tuple[tuple[Column, ...], pa.Table]:
    """The columns and the rows, in which UUIDs are text: pyarrow makes none of Python's."""
    parts = _fields(table)
    identities = {part.source_id for part, _ in parts if isinstance(part.transform, IdentityTransform)}
    shown = [f for f in table.schema.fields if f.field_type.is_primitive and f.field_id not in identities]
    partition = ice.StructType(*(ice.NestedField(part.field_id, part.name, of) for part, of in parts))
    data = ice.StructType(*(ice.NestedField(n, f.name, _bounds(f.field_type)) for n, f in enumerate(shown, 1)))
    kinds = {
        **({"partition": partition} if parts else {}),
        **dict.fromkeys(_COUNTS, ice.LongType()),
        **({"data": data} if shown else {}),
    }
    columns = tuple(
        Column(name, trino_type(_COUNTS[name]) if name in _COUNTS else to_trino(of)) for name, of in kinds.items()
    )
    rows = [_row(table, parts, shown, key, files) for key, files in _grouped(table, parts).items()]
    schema = pa.schema([(name, to_arrow(_carrier(of))) for name, of in kinds.items()])
    return columns, pa.Table.from_pylist([{name: row[name] for name in kinds} for row in rows], schema=schema)


def _carrier(of: ice.IcebergType) -> ice.IcebergType:
    if isinstance(of, ice.StructType):
        return ice.StructType(*(ice.NestedField(f.field_id, f.name, _carrier(f.field_type)) for f in of.fields))
    return ice.StringType() if isinstance(of, ice.UUIDType) else of


def _carried(of: ice.IcebergType, value: Any) -> Any:
    if value is None or not isinstance(of, ice.UUIDType):
        return value
    return str(value if isinstance(value, uuid.UUID) else uuid.UUID(bytes=value))


def _bounds(of: ice.IcebergType) -> ice.StructType:
    inner = {"min": of, "max": of, "null_count": ice.LongType(), "nan_count": ice.LongType()}
    return ice.StructType(*(ice.NestedField(n, name, kind) for n, (name, kind) in enumerate(inner.items(), 1)))


def _fields(table: LoadedTable) -> list[tuple[PartitionField, ice.IcebergType]]:
    """The partition fields of every spec of the table, each once."""
    found: dict[int, tuple[PartitionField, ice.IcebergType]] = {}
    for _, spec in sorted(table.table.specs().items()):
        for part in spec.fields:
            if part.source_id in table.schema.field_ids:
                of = part.transform.result_type(table.schema.find_type(part.source_id))
                found.setdefault(part.field_id, (part, of))
    return [*found.values()]


def _grouped(
    table: LoadedTable, parts: list[tuple[PartitionField, ice.IcebergType]]
) -> dict[tuple[Any, ...], list[DataFile]]:
    specs = table.table.specs()
    groups: dict[tuple[Any, ...], list[DataFile]] = defaultdict(list)
    for manifest in table.manifests.of(table.snapshot):
        for entry in table.manifests.entries(manifest):
            file = entry.data_file
            if file.content == DataFileContent.DATA:
                places = {part.field_id: at for at, part in enumerate(specs[file.spec_id].fields)}
                key = tuple(file.partition[places[p.field_id]] if p.field_id in places else None for p, _ in parts)
                groups[key].append(file)
    return groups


def _row(
    table: LoadedTable,
    parts: list[tuple[PartitionField, ice.IcebergType]],
    shown: list[ice.NestedField],
    key: tuple[Any, ...],
    files: list[DataFile],
) -> dict[str, Any]:
    return {
        "partition": {part.name: _carried(of, value) for (part, of), value in zip(parts, key, strict=True)},
        "record_count": sum(file.record_count for file in files),
        "file_count": len(files),
        "total_size": sum(file.file_size_in_bytes for file in files),
        "data": {field.name: _summary(field, files) for field in shown},
    }


def _summary(field: ice.NestedField, files: list[DataFile]) -> dict[str, Any] | None:
    """Bounds are null unless every file that holds a value has them; None where there is no metric at all."""
    number, of = field.field_id, cast(ice.PrimitiveType, field.field_type)
    nulls = [(file.null_value_counts or {}).get(number) for file in files]
    filled = [file for file, count in zip(files, nulls, strict=True) if count != file.record_count]
    lower = [(file.lower_bounds or {}).get(number) for file in filled]
    upper = [(file.upper_bounds or {}).get(number) for file in filled]
    least = min(from_bytes(of, raw) for raw in lower if raw is not None) if lower and None not in lower else None
    most = max(from_bytes(of, raw) for raw in upper if raw is not None) if upper and None not in upper else None
    absent = sum(count for count in nulls if count is not None) if None not in nulls else None
    if least is None and most is None and absent is None:
        return None
    return {
        "min": _carried(of, least),
        "max": _carried(of, most),
        "null_count": absent,
        "nan_count": None,
    }
