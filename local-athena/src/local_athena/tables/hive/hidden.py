"""Columns that a Hive table has and ``*`` does not show.

https://trino.io/docs/current/connector/hive.html#special-columns
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from local_athena.catalog.partitions import path
from local_athena.errors import NotSupported
from local_athena.model import Column, trino_type
from local_athena.tables.hive.files import DataFile
from local_athena.tables.hive.lines.values import literal
from local_athena.tables.hive.table import HiveTable

PATH = Column("$path", trino_type("varchar"))
SIZE = Column("$file_size", trino_type("bigint"))
MODIFIED = Column("$file_modified_time", trino_type("timestamp(3) with time zone"))
PARTITION = Column("$partition", trino_type("varchar"))
BUCKET = Column("$bucket", trino_type("integer"))
OF_FILES = (PATH, SIZE, MODIFIED)

_BUCKETED = re.compile(r"(?:0*(?P<hive>\d+)_\d+|.*_bucket-(?P<trino>\d+))(?:[-_.].*)?")
"""Names of a bucket's file: Hive's, which Athena writes too, and Trino's."""


def of_table(table: HiveTable) -> list[Column]:
    """Those that *table* has: only a partitioned one has ``$partition``, only a bucketed one ``$bucket``."""
    found = [*OF_FILES]
    if table.keys:
        found.append(PARTITION)
    if (table.glue.get("StorageDescriptor") or {}).get("BucketColumns"):
        found.append(BUCKET)
    return found


def values(column: Column, keys: Sequence[Column], files: Sequence[DataFile]) -> str:
    """A DuckDB list of the values that *column* has in each of *files*."""
    if column is PATH:
        return f"[{', '.join(literal(file.item.uri) for file in files)}]"
    if column is SIZE:
        return f"CAST([{', '.join(str(file.item.size) for file in files)}] AS BIGINT[])"
    if column is PARTITION:
        names = [key.name for key in keys]
        return f"[{', '.join(literal(path(names, file.values)) for file in files)}]"
    if column is BUCKET:
        return f"[{', '.join(str(_bucket(file)) for file in files)}]"
    moments = (file.item.modified.isoformat(sep=" ") if file.item.modified else None for file in files)
    texts = ", ".join(literal(moment) if moment else "NULL" for moment in moments)
    return f"CAST([{texts}] AS TIMESTAMPTZ[])"


def _bucket(file: DataFile) -> int:
    found = _BUCKETED.fullmatch(file.item.name)
    if found is None:
        raise NotSupported(f"$bucket of a file whose name does not tell it ({file.item.uri})")
    return int(found["hive"] or found["trino"])
