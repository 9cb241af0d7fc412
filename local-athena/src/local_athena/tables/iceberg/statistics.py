"""A data file's entry in the manifest, from the footer of the Parquet file that DuckDB wrote.

Bounds must hold for every value that is not null and not NaN, else readers skip files they need: a column of which one
row group lacks bounds (DuckDB writes none beside a NaN) gets none at all.
https://iceberg.apache.org/spec/#data-file-fields
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyiceberg import types as ice
from pyiceberg.conversions import to_bytes
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.schema import Schema
from pyiceberg.typedef import Record
from pyiceberg.utils.decimal import unscaled_to_decimal
from pyiceberg.utils.truncate import truncate_upper_bound_binary_string, truncate_upper_bound_text_string

_TRUNCATED = 16


def leaves(schema: Schema) -> Iterator[tuple[str, int, ice.PrimitiveType, bool]]:
    """Parquet path, field id and type of each leaf column as DuckDB writes them; whether it lies in a list or map."""
    for column in schema.fields:
        yield from _leaves(column.name, column.field_id, column.field_type, repeated=False)


def _leaves(
    path: str, number: int, of: ice.IcebergType, repeated: bool
) -> Iterator[tuple[str, int, ice.PrimitiveType, bool]]:
    match of:
        case ice.StructType():
            for inner in of.fields:
                yield from _leaves(f"{path}.{inner.name}", inner.field_id, inner.field_type, repeated)
        case ice.ListType():
            yield from _leaves(f"{path}.list.element", of.element_id, of.element_type, True)
        case ice.MapType():
            yield from _leaves(f"{path}.key_value.key", of.key_id, of.key_type, True)
            yield from _leaves(f"{path}.key_value.value", of.value_id, of.value_type, True)
        case ice.PrimitiveType():
            yield path, number, of, repeated


@dataclass
class _Metrics:
    """Of one leaf column over the row groups read so far."""

    type: ice.PrimitiveType
    size: int = 0
    values: int = 0
    nulls: int | None = 0
    bounded: bool = True
    lower: list[Any] = field(default_factory=list)
    upper: list[Any] = field(default_factory=list)

    def add(self, chunk: pq.ColumnChunkMetaData) -> None:
        self.size += chunk.total_compressed_size
        self.values += chunk.num_values
        statistics = chunk.statistics
        if statistics is None or not statistics.has_null_count:
            self.nulls, self.bounded = None, False
            return
        if self.nulls is not None:
            self.nulls += statistics.null_count
        if statistics.has_min_max:
            self.lower.append(_value(self.type, statistics.min_raw))
            self.upper.append(_value(self.type, statistics.max_raw))
        elif statistics.null_count < chunk.num_values:
            self.bounded = False


def _value(of: ice.PrimitiveType, raw: Any) -> Any:
    """A bound in the form that ``to_bytes`` takes and that compares as Iceberg orders it."""
    match of:
        case ice.StringType():
            return raw.decode()
        case ice.UUIDType():
            return uuid.UUID(bytes=raw)
        case ice.DecimalType():
            unscaled = int.from_bytes(raw, "big", signed=True) if isinstance(raw, bytes) else raw
            return unscaled_to_decimal(unscaled, of.scale)
    return raw


def _bound(of: ice.PrimitiveType, value: Any, upper: bool) -> bytes | None:
    match of:
        case ice.StringType():
            value = truncate_upper_bound_text_string(value, _TRUNCATED) if upper else value[:_TRUNCATED]
        case ice.BinaryType():
            value = truncate_upper_bound_binary_string(value, _TRUNCATED) if upper else value[:_TRUNCATED]
        case ice.FloatType() | ice.DoubleType() if value == 0:
            # Which zero came first is not known, and -0.0 sorts below 0.0.
            value = 0.0 if upper else -0.0
    return None if value is None else to_bytes(of, value)


def data_file(path: Path, uri: str, schema: Schema, partition: Record, spec_id: int) -> DataFile:
    """The manifest entry of the Parquet file at *path*, to be uploaded as *uri*."""
    footer = pq.read_metadata(path)
    kinds = {name: (number, of, repeated) for name, number, of, repeated in leaves(schema)}
    metrics: dict[int, _Metrics] = {}
    offsets = []
    for group in (footer.row_group(number) for number in range(footer.num_row_groups)):
        offsets.append(group.column(0).dictionary_page_offset or group.column(0).data_page_offset)
        for chunk in (group.column(number) for number in range(group.num_columns)):
            number, of, repeated = kinds[chunk.path_in_schema]
            metric = metrics.setdefault(number, _Metrics(of, bounded=not repeated))
            metric.add(chunk)
    lower, upper = {}, {}
    for number, metric in metrics.items():
        if metric.bounded and metric.lower:
            if (low := _bound(metric.type, min(metric.lower), upper=False)) is not None:
                lower[number] = low
            if (high := _bound(metric.type, max(metric.upper), upper=True)) is not None:
                upper[number] = high
    counted = {number: metric for number, metric in metrics.items() if metric.nulls is not None}
    found = DataFile.from_args(
        content=DataFileContent.DATA,
        file_path=uri,
        file_format=FileFormat.PARQUET,
        partition=partition,
        record_count=footer.num_rows,
        file_size_in_bytes=path.stat().st_size,
        column_sizes={number: metric.size for number, metric in metrics.items()},
        value_counts={number: metric.values for number, metric in metrics.items()},
        null_value_counts={number: metric.nulls for number, metric in counted.items()},
        nan_value_counts={},
        lower_bounds=lower,
        upper_bounds=upper,
        split_offsets=offsets,
        sort_order_id=None,
        key_metadata=None,
        equality_ids=None,
    )
    found.spec_id = spec_id
    return found
