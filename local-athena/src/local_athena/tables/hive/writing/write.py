"""Rows into files of a Hive table: DuckDB writes Parquet on local disk, the format follows, then all goes to S3.

Nothing is held in memory beyond what DuckDB needs to write; the limit of 100 open partitions is Athena's.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local_athena.catalog.glue import DEFAULT_PARTITION
from local_athena.catalog.partitions import Partition, path, projected_path
from local_athena.dialect.values.types import to_duckdb
from local_athena.errors import AthenaError
from local_athena.model import Column
from local_athena.session import Session
from local_athena.storage import join_uri
from local_athena.tables.hive.lines.values import TEXT, TIMESTAMPS, identifier, literal
from local_athena.tables.hive.writing.bucketing import bucket
from local_athena.tables.hive.writing.encode import finish
from local_athena.tables.hive.writing.target import Target

MAX_OPEN_WRITERS = 100
_PARQUET_CODECS = {
    "GZIP": "gzip", "SNAPPY": "snappy", "ZSTD": "zstd", "LZ4": "lz4", "NONE": "uncompressed", "UNCOMPRESSED": "uncompressed",
}  # fmt: skip
_PART = "__part"


@dataclass(frozen=True)
class WrittenFiles:
    rows: int
    files: list[str]
    partitions: list[Partition]


@dataclass(frozen=True)
class _Part:
    """One open writer: a partition, or a bucket of one."""

    values: tuple[str | None, ...]
    bucket: int | None
    source: Path


def write(session: Session, duckdb_sql: str, target: Target) -> WrittenFiles:
    """Write the rows of *duckdb_sql*, whose columns are ``data`` and then ``keys``.

    :raises AthenaError: ``HIVE_TOO_MANY_OPEN_PARTITIONS``; what the query itself raises. Nothing is left in S3 then.
    """
    directory = session.workspace / f"write-{uuid.uuid4().hex}"
    directory.mkdir()
    columns = (*target.data, *target.keys)
    names = ", ".join(f"c{at}" for at in range(len(columns)))
    casts = ", ".join(
        f"CAST({_none(f'c{at}', column, at >= len(target.data))} AS {_held(column, target)}) AS {identifier(column.name)}"
        for at, column in enumerate(columns)
    )
    source = f"SELECT {casts} FROM ({duckdb_sql}) AS q({names})"
    if target.keys or target.bucket_count:
        rows, parts = _partitioned(session, source, target, directory)
    else:
        file = directory / "data.parquet"
        rows = _copy(session, source, file, target)
        parts = [_Part((), None, file)] if rows else []
    return _upload(session, rows, parts, target)


def _none(value: str, column: Column, key: bool) -> str:
    """A partition of empty text is that of NULL, as is one of its name."""
    if not key or column.type.this not in TEXT:
        return value
    return f"CASE WHEN {value} NOT IN ('', {literal(DEFAULT_PARTITION)}) THEN {value} END"


def _held(column: Column, target: Target) -> str:
    """Files of milliseconds say so: moments that may be finer are rounded by every query."""
    return "TIMESTAMP_MS" if target.kind == "parquet" and column.type.this in TIMESTAMPS else to_duckdb(column.type)


def _copy(session: Session, source: str, file: Path, target: Target, extra: str = "") -> int:
    codec = _codec(target) if target.kind == "parquet" else "zstd"
    rows = session.rows(f"COPY ({source}) TO {literal(str(file))} (FORMAT parquet, COMPRESSION {codec}{extra})")
    return int(rows[0][0])


def _codec(target: Target) -> str:
    """GZIP is Athena's default: https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html"""
    name = (target.compression or "GZIP").upper()
    if name not in _PARQUET_CODECS:
        raise AthenaError(
            "INVALID_TABLE_PROPERTY",
            f"Compression {name} is not supported for PARQUET; it has {', '.join(_PARQUET_CODECS)}",
        )
    return _PARQUET_CODECS[name]


def _partitioned(session: Session, source: str, target: Target, directory: Path) -> tuple[int, list[_Part]]:
    """Stage the rows once, number their partitions, then let DuckDB write one folder a number."""
    staged = directory / "staged.parquet"
    rows = int(session.rows(f"COPY ({source}) TO {literal(str(staged))} (FORMAT parquet, COMPRESSION zstd)")[0][0])
    if not rows:
        return 0, []
    keys = [identifier(key.name) for key in target.keys]
    read = f"read_parquet({literal(str(staged))})"
    marks = list(keys)
    if target.bucket_count:
        kinds = {column.name: column.type for column in target.data}
        number = bucket([(identifier(name), kinds[name]) for name in target.bucketed_by], target.bucket_count)
        marks.append(number)
    session.rows(
        f"CREATE OR REPLACE TEMP TABLE parts AS SELECT row_number() OVER () - 1 AS {_PART}, * FROM (SELECT DISTINCT "
        + ", ".join(f"{mark} AS m{at}" for at, mark in enumerate(marks))
        + f" FROM {read} LIMIT {MAX_OPEN_WRITERS + 1})"
    )
    texts = ", ".join(f"CAST(m{at} AS VARCHAR)" for at in range(len(marks)))
    numbered: list[tuple[Any, ...]] = session.rows(f"SELECT {_PART}, {texts} FROM parts ORDER BY {_PART}")
    if len(numbered) > MAX_OPEN_WRITERS:
        raise AthenaError(
            "HIVE_TOO_MANY_OPEN_PARTITIONS", f"Exceeded limit of {MAX_OPEN_WRITERS} open writers for partitions/buckets"
        )
    condition = " AND ".join(f"{mark} IS NOT DISTINCT FROM m{at}" for at, mark in enumerate(marks))
    data = ", ".join(identifier(column.name) for column in target.data)
    out = directory / "parts"
    _copy(
        session,
        f"SELECT {data}, {_PART} FROM {read} JOIN parts ON {condition}",
        out,
        target,
        f", PARTITION_BY ({_PART})",
    )
    staged.unlink()
    parts = []
    for number, *texts_ in numbered:
        values = tuple(text or None for text in texts_[: len(keys)])
        _check_printable(values)
        bucket_number = int(texts_[-1]) if target.bucket_count else None
        parts += [_Part(values, bucket_number, file) for file in sorted((out / f"{_PART}={number}").glob("*.parquet"))]
    return rows, parts


def _check_printable(values: Sequence[str | None]) -> None:
    """Trino's ``HiveWriteUtils.createPartitionValues``."""
    for value in values:
        if value is not None and not (value.isascii() and value.isprintable()):
            raise AthenaError(
                "HIVE_INVALID_PARTITION_VALUE",
                "Hive partition keys can only contain printable ASCII characters (0x20 - 0x7E). "
                f"Invalid value: {value.encode().hex(' ').upper()}",
            )


def _upload(session: Session, rows: int, parts: Sequence[_Part], target: Target) -> WrittenFiles:
    keys = [key.name for key in target.keys]
    spelled = projected_path if target.projected else path
    stamp = datetime.now(UTC).strftime("%Y%m%d_%H%M%S")
    folders: dict[tuple[str | None, ...], str] = {}
    files = []
    if target.check is not None:
        for part in parts:
            target.check(part.values)
    for number, part in enumerate(parts):
        session.context.check()
        folders[part.values] = target.locations.get(part.values) or (
            join_uri(target.location, spelled(keys, part.values)) + "/" if keys else target.location
        )
        local, suffix = finish(session, part.source, target)
        unique = f"{stamp}_{number:05}_{session.context.query_id[:5]}_{uuid.uuid4()}"
        name = unique if part.bucket is None else f"{part.bucket:06}_0_{unique}"
        files.append((local, join_uri(folders[part.values], name + suffix)))
    uris = [uri for _, uri in files]
    try:
        session.storage.put_all(files)
        session.context.check()
    except BaseException:
        session.storage.delete(uris)
        raise
    return WrittenFiles(
        rows, uris, [Partition(values, location) for values, location in folders.items()] if keys else []
    )
