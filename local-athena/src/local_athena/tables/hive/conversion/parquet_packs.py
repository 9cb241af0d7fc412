"""Small Parquet files of one schema as one file, with the footers that they had: DuckDB opens one instead of hundreds.

Only columns of plain types are packed, which are the same when they are written again. For all else the pack is a file
that says so, and the files are read one by one.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from local_athena.tables.hive.columnar.footers import FileColumn, Footer, footers_of
from local_athena.tables.hive.conversion.packs import AT

_FOOTERS = b"local_athena.footers"
_PLAIN = {
    pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.float32(), pa.float64(), pa.string(), pa.date32(),
    pa.timestamp("ms"), pa.timestamp("us"),
}  # fmt: skip


def pack(sources: Sequence[Path | bytes], _uris: Sequence[str], target: Path) -> None:
    """Write all *sources* into *target*, each row with the place of its file, or that they do not go together."""
    try:
        files = [pq.ParquetFile(pa.BufferReader(s) if isinstance(s, bytes) else s) for s in sources]
        footers = [*footers_of(file.metadata for file in files)]
        table = _together(files) if _alike(files, footers) else None
    except (pa.ArrowException, OSError):  # read one by one, the damaged one will be named
        table = None
    if table is None:
        pq.write_table(pa.table({AT: pa.array([], pa.int32())}), target)
        return
    said = json.dumps([_spelt(foot) for foot in footers])
    pq.write_table(table.replace_schema_metadata({_FOOTERS: said.encode()}), target, compression="zstd")


@lru_cache(maxsize=1_000)
def footers_in(path: Path) -> list[Footer] | None:
    """The footers of the files in a pack, in order; None if they did not go together. The path contains their ETags."""
    said = (pq.read_schema(path).metadata or {}).get(_FOOTERS)
    return None if said is None else [_read(foot) for foot in json.loads(said)]


def _alike(files: Sequence[pq.ParquetFile], footers: Sequence[Footer]) -> bool:
    first, schema = footers[0], files[0].schema_arrow
    plain = all(kind in _PLAIN or pa.types.is_decimal128(kind) for kind in schema.types) and AT not in schema.names
    physical = {name: column.physical for name, column in first.columns.items()}
    return plain and all(
        foot.shape is first.shape
        or (file.schema_arrow.equals(schema) and {name: c.physical for name, c in foot.columns.items()} == physical)
        for file, foot in zip(files, footers, strict=True)
    )


def _together(files: Sequence[pq.ParquetFile]) -> pa.Table:
    tables = [file.read(use_threads=False) for file in files]
    places = array("i")
    for at, rows in enumerate(tables):
        places.extend(array("i", [at]) * len(rows))
    numbers = pa.Array.from_buffers(pa.int32(), len(places), [None, pa.py_buffer(places)])
    return pa.concat_tables(tables).append_column(AT, numbers).combine_chunks()


def _spelt(foot: Footer) -> list[object]:
    columns = {
        name: (column.name, column.physical, column.compressed, column.arrow) for name, column in foot.columns.items()
    }
    return [foot.rows, columns, foot.shape]


def _read(said: list[object]) -> Footer:
    rows, columns, shape = said
    assert isinstance(rows, int) and isinstance(columns, dict) and isinstance(shape, list)
    return Footer(
        rows,
        {name: FileColumn(*column) for name, column in columns.items()},
        tuple((name, kind) for name, kind in shape),
    )
