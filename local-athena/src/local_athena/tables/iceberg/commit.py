"""New snapshots, made by PyIceberg's producers and committed by swapping Glue's pointer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pyiceberg.exceptions import CommitFailedException
from pyiceberg.manifest import DataFile, ManifestContent, ManifestEntry, ManifestEntryStatus, ManifestFile
from pyiceberg.table import Table, Transaction
from pyiceberg.table.snapshots import Operation, Summary
from pyiceberg.table.update.snapshot import _FastAppendFiles, _SnapshotProducer
from pyiceberg.typedef import EMPTY_DICT

from local_athena.model import TableName
from local_athena.tables.iceberg.catalog import commit_error
from local_athena.tables.iceberg.planning import Manifests
from local_athena.tables.iceberg.transaction import SteadyTransaction


class _Replace(_SnapshotProducer["_Replace"]):
    """Takes whole data files out and puts others in. Built on one base: it never moves to another."""

    def __init__(self, transaction: Transaction, manifests: Manifests, operation: Operation, removed: set[str]) -> None:
        super().__init__(operation, transaction, manifests.files)
        self._manifest_entries = manifests
        self._removed = removed
        self._gone: list[ManifestEntry] = []
        self._kept: list[ManifestFile] = []
        self._split()

    def _split(self) -> None:
        snapshot = self._transaction.table_metadata.current_snapshot()
        deletes: list[ManifestFile] = []
        rows_stay = False
        for manifest in self._manifest_entries.of(snapshot):
            if manifest.content == ManifestContent.DELETES:
                deletes.append(manifest)
                continue
            entries = self._manifest_entries.entries(manifest)
            gone = [entry for entry in entries if entry.data_file.file_path in self._removed]
            rows_stay = rows_stay or len(entries) > len(gone)
            if not gone:
                if entries:
                    self._kept.append(manifest)
                continue
            self._gone += [self._with(entry, ManifestEntryStatus.DELETED, self.snapshot_id) for entry in gone]
            rest = [entry for entry in entries if entry not in gone]
            if rest:
                self._kept.append(self._rewritten(manifest, rest))
        self._deleted_data_files = {entry.data_file for entry in self._gone}
        if rows_stay:
            self._kept += deletes
        else:
            # Every file that a delete could apply to is gone, and with them the deletes.
            self._deleted_data_files |= {e.data_file for m in deletes for e in self._manifest_entries.entries(m)}
        missing = self._removed - {entry.data_file.file_path for entry in self._gone}
        if missing:
            raise CommitFailedException(f"files to replace are not in the table any more: {sorted(missing)[:3]}")

    def _summary(self, snapshot_properties: dict[str, str] = EMPTY_DICT) -> Summary:
        """PyIceberg counts for appends, overwrites and deletes only; a replace is counted like an overwrite."""
        operation, self._operation = self._operation, Operation.OVERWRITE
        counted = super()._summary(snapshot_properties)
        self._operation = operation
        return Summary(operation, **counted.additional_properties)

    def _rewritten(self, manifest: ManifestFile, entries: Iterable[ManifestEntry]) -> ManifestFile:
        with self.new_manifest_writer(self.spec(manifest.partition_spec_id)) as writer:
            for entry in entries:
                writer.add_entry(self._with(entry, ManifestEntryStatus.EXISTING, entry.snapshot_id))
        return writer.to_manifest_file()

    @staticmethod
    def _with(entry: ManifestEntry, status: ManifestEntryStatus, snapshot_id: int | None) -> ManifestEntry:
        return ManifestEntry.from_args(
            status=status,
            snapshot_id=snapshot_id,
            sequence_number=entry.sequence_number,
            file_sequence_number=entry.file_sequence_number,
            data_file=entry.data_file,
        )

    def _build_delete_files_partition_predicate(self) -> None:
        """Nothing to build: which manifests are touched is known by their entries."""

    def _deleted_entries(self) -> list[ManifestEntry]:
        return self._gone

    def _existing_manifests(self) -> list[ManifestFile]:
        return self._kept

    def _refresh_for_retry(self) -> None:
        raise CommitFailedException("another writer changed the table meanwhile")


def append(table: Table, files: Sequence[DataFile]) -> None:
    """Add *files* in one snapshot; moves on to the newest base when another writer came first.

    :raises IcebergCommitError: after several tries.
    """
    transaction = SteadyTransaction(table)
    add_files(transaction, table.io, files)
    _commit(table, transaction)


def add_files(transaction: Transaction, io: Any, files: Sequence[DataFile]) -> None:
    with _FastAppendFiles(Operation.APPEND, transaction, io) as producer:
        for file in files:
            producer.append_data_file(file)


def replace(
    table: Table, manifests: Manifests, removed: set[str], added: Sequence[DataFile], operation: Operation
) -> None:
    """Swap the data files at *removed* for *added* in one snapshot.

    :raises IcebergCommitError: another writer committed since *table* was loaded.
    """
    transaction = SteadyTransaction(table)
    try:
        with _Replace(transaction, manifests, operation, removed) as producer:
            for file in added:
                producer.append_data_file(file)
    except CommitFailedException as error:
        raise commit_error(TableName(*table.name()), error) from error
    _commit(table, transaction)


def _commit(table: Table, transaction: Transaction) -> None:
    try:
        transaction.commit_transaction()
    except CommitFailedException as error:
        raise commit_error(TableName(*table.name()), error) from error
