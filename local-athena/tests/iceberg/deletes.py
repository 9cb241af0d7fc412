"""Delete files as merge-on-read engines write them; PyIceberg has no writer for them."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.manifest import (
    DataFile,
    DataFileContent,
    FileFormat,
    ManifestContent,
    ManifestEntry,
    ManifestEntryStatus,
    ManifestFile,
    ManifestWriterV2,
)
from pyiceberg.table.snapshots import Operation
from pyiceberg.table.update.snapshot import _FastAppendFiles
from pyiceberg.typedef import Record

if TYPE_CHECKING:
    from .conftest import Lake


class _DeletesWriter(ManifestWriterV2):
    def content(self) -> ManifestContent:
        return ManifestContent.DELETES

    @property
    def _meta(self) -> dict[str, str]:
        return {**super()._meta, "content": "deletes"}


class _RowDelta(_FastAppendFiles):
    def _manifests(self) -> list[ManifestFile]:
        metadata = self._transaction.table_metadata
        with _DeletesWriter(
            metadata.spec(), metadata.schema(), self.new_manifest_output(), self.snapshot_id, "gzip"
        ) as writer:
            for file in self._added_data_files:
                writer.add(
                    ManifestEntry.from_args(
                        status=ManifestEntryStatus.ADDED, snapshot_id=self.snapshot_id, data_file=file
                    )
                )
        return [writer.to_manifest_file(), *self._existing_manifests()]


def _commit(
    lake: Lake,
    table: str,
    rows: pa.Table,
    content: DataFileContent,
    equality_ids: list[int] | None = None,
    partition: Record | None = None,
) -> None:
    loaded = lake.load(table).table
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deletes.parquet"
        pq.write_table(rows, path)
        uri = f"{loaded.location()}/data/{uuid.uuid4()}-deletes.parquet"
        size = path.stat().st_size
        lake.tables.files.storage.put(path, uri)
    file = DataFile.from_args(
        content=content, file_path=uri, file_format=FileFormat.PARQUET, partition=partition or Record(),
        record_count=rows.num_rows, file_size_in_bytes=size, equality_ids=equality_ids,
    )  # fmt: skip
    file.spec_id = 0
    transaction = loaded.transaction()
    with _RowDelta(Operation.DELETE, transaction, loaded.io) as producer:
        producer.append_data_file(file)
    transaction.commit_transaction()


def write_position_deletes(lake: Lake, table: str, rows: list[tuple[str, int]]) -> None:
    """Delete rows by file and position."""
    schema = pa.schema(
        [
            pa.field("file_path", pa.string(), metadata={"PARQUET:field_id": "2147483546"}),
            pa.field("pos", pa.int64(), metadata={"PARQUET:field_id": "2147483545"}),
        ]
    )
    found = pa.Table.from_arrays(
        [pa.array([path for path, _ in rows]), pa.array([at for _, at in rows])], schema=schema
    )
    _commit(lake, table, found, DataFileContent.POSITION_DELETES)


def write_equality_deletes(
    lake: Lake, table: str, columns: dict[int, pa.Array], partition: Record | None = None
) -> None:
    """Delete the rows that have these values, by the numbers of the columns; in one partition, or in a table that has none."""
    names = [f"c{number}" for number in columns]
    fields = [
        pa.field(name, values.type, metadata={"PARQUET:field_id": str(number)})
        for name, (number, values) in zip(names, columns.items(), strict=True)
    ]
    rows = pa.Table.from_arrays([*columns.values()], schema=pa.schema(fields))
    _commit(lake, table, rows, DataFileContent.EQUALITY_DELETES, [*columns], partition)
