"""Columns: types as dlt is told them, and Parquet files as raw tables read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from lakeloop_project.sources.types import Type

LOADED_AT = "_loaded_at"
_OF_DLT = "_dlt_"
_HINTS: dict[str, dict[str, Any]] = {
    "boolean": {"data_type": "bool"},
    **{name: {"data_type": "bigint"} for name in ("tinyint", "smallint", "integer", "bigint")},
    **{name: {"data_type": "double"} for name in ("real", "double")},
    **{name: {"data_type": "text"} for name in ("varchar", "char")},
    "varbinary": {"data_type": "binary"},
    "date": {"data_type": "date"},
    "timestamp": {"data_type": "timestamp"},
}


def hint(kind: Type) -> dict[str, Any]:
    """The column's hint for dlt: https://dlthub.com/docs/general-usage/schema#data-types"""
    if kind.name == "decimal":
        return {"data_type": "decimal", "precision": kind.numbers[0], "scale": kind.numbers[1]}
    return _HINTS[kind.name]


def stored_as(kind: Type) -> str:
    """The type that a declared one has in the files, in Athena's words."""
    words = {"bool": "boolean", "text": "varchar", "binary": "varbinary"}
    said: str = hint(kind)["data_type"]
    return str(kind) if kind.name == "decimal" else words.get(said, said)


def finished(sources: Sequence[Path], target: Path, loaded_at: datetime) -> tuple[int, dict[str, str]]:
    """Write the rows of dlt's files *sources*, of one schema, into the file *target*; how many, and the types by column.

    dlt's own columns go, the time of the load comes, and times are UTC without a zone, as a ``timestamp`` of Athena is.
    """
    schema = _schema(pa.unify_schemas([pq.read_schema(file) for file in sources]))
    rows = 0
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for file in sources:
            for batch in _batches(file):
                columns = [_column(batch, field, loaded_at) for field in schema]
                writer.write_batch(pa.record_batch(columns, schema=schema))
                rows += batch.num_rows
    return rows, {field.name: word(field.type) for field in schema}


def _batches(file: Path) -> Iterator[Any]:
    with pq.ParquetFile(file) as opened:
        yield from opened.iter_batches()


def _schema(schema: Any) -> Any:
    fields = [pa.field(field.name, _type(field.type)) for field in schema if not field.name.startswith(_OF_DLT)]
    return pa.schema([*fields, pa.field(LOADED_AT, pa.timestamp("us"))])


def _column(batch: Any, field: Any, loaded_at: datetime) -> Any:
    if field.name == LOADED_AT:
        return pa.repeat(pa.scalar(loaded_at.replace(tzinfo=None), pa.timestamp("us")), batch.num_rows)
    if field.name not in batch.schema.names:
        return pa.nulls(batch.num_rows, field.type)
    return pc.cast(batch.column(field.name), field.type)


def _type(kind: Any) -> Any:
    """The type in the file for a type of dlt's."""
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us")
    if pa.types.is_time(kind) or pa.types.is_large_string(kind):
        return pa.string()
    return pa.binary() if pa.types.is_large_binary(kind) else kind


def word(kind: Any) -> str:
    """A type of Arrow's in Athena's words, as ``data_type`` of a source's column takes them."""
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    known: Mapping[Any, str] = {
        pa.bool_(): "boolean",
        pa.int64(): "bigint",
        pa.float64(): "double",
        pa.string(): "varchar",
        pa.binary(): "varbinary",
        pa.date32(): "date",
        pa.timestamp("us"): "timestamp",
    }
    return known[kind]
