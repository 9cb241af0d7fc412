"""Parquet files of a commit, one a day of `_committed_at`.

PyIceberg writes them. It would also find the partitions by itself, with a library in Rust that nothing else here needs.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from pyiceberg.io import FileIO
from pyiceberg.io.pyarrow import write_file
from pyiceberg.manifest import DataFile
from pyiceberg.partitioning import PartitionFieldValue, PartitionKey
from pyiceberg.table import WriteTask
from pyiceberg.table.metadata import TableMetadata

from cdc_apply import rows

_EPOCH = date(1970, 1, 1).toordinal()


def tasks(metadata: TableMetadata, found: Iterable[Mapping[str, Any]]) -> list[WriteTask]:
    """The files to write of the rows *found*, for a table as *metadata* tells of it. No calls."""
    schema, (field,), identity = metadata.schema(), metadata.spec().fields, uuid.uuid4()
    now = datetime.now(UTC)
    by_day = groupby(sorted(found, key=_day), key=_day)
    return [
        WriteTask(
            write_uuid=identity,
            task_id=number,
            schema=schema,
            record_batches=rows.arrow(list(some), schema, now).to_batches(),
            partition_key=PartitionKey([PartitionFieldValue(field, day)], metadata.spec(), schema),
        )
        for number, (day, some) in enumerate(by_day)
    ]


def write(metadata: TableMetadata, io: FileIO, files: Iterable[WriteTask]) -> list[DataFile]:
    """Write *files*. Raises what Arrow raises: of its values or of S3."""
    return list(write_file(io, metadata, iter(files)))


def _day(row: Mapping[str, Any]) -> int:
    """Days since 1970, as Iceberg's transform has them: https://iceberg.apache.org/spec/#partition-transforms."""
    day: int = row["_committed_at"].date().toordinal()
    return day - _EPOCH
