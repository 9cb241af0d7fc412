"""Which files of a snapshot a query must read: manifests, partitions and column bounds against a predicate."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import fastavro
from pyiceberg.expressions import AlwaysTrue, BooleanExpression
from pyiceberg.expressions.visitors import (
    ROWS_MUST_MATCH,
    _InclusiveMetricsEvaluator,
    _StrictMetricsEvaluator,
    expression_evaluator,
    inclusive_projection,
    manifest_evaluator,
)
from pyiceberg.manifest import (
    DataFile,
    FileFormat,
    ManifestContent,
    ManifestEntry,
    ManifestEntryStatus,
    ManifestFile,
)
from pyiceberg.schema import Schema
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import Snapshot

from local_athena.errors import NotSupported
from local_athena.tables.iceberg.fileio import StorageIO

_MAX_CACHED_ENTRIES = 200_000


class Manifests:
    """Manifest entries by the manifest's path, which is never written twice."""

    def __init__(self, files: StorageIO) -> None:
        self.files = files
        self._entries: dict[str, list[ManifestEntry]] = {}
        self._count = 0
        self._lock = threading.Lock()

    def of(self, snapshot: Snapshot | None) -> list[ManifestFile]:
        return snapshot.manifests(self.files) if snapshot else []

    def entries(self, manifest: ManifestFile) -> list[ManifestEntry]:
        """The live entries of *manifest*."""
        path = manifest.manifest_path
        if (found := self._entries.get(path)) is None:
            found = manifest.fetch_manifest_entry(self.files, discard_deleted=True)
            if any(isinstance(value, float) for entry in found for value in _partition(entry)):
                self._read_doubles(path, found)
            with self._lock:
                self._entries[path] = found
                self._count += len(found)
                while self._count > _MAX_CACHED_ENTRIES and len(self._entries) > 1:
                    self._count -= len(self._entries.pop(next(iter(self._entries))))
        return found

    def _read_doubles(self, path: str, entries: Sequence[ManifestEntry]) -> None:
        """Partition values that are doubles, once more: PyIceberg 0.12's compiled decoder reads them to a float's digits."""
        with self.files.new_input(path).open() as stream:
            records: Iterable[Any] = fastavro.reader(BytesIO(stream.read()))
            written = [record for record in records if record["status"] != ManifestEntryStatus.DELETED]
        for entry, record in zip(entries, written, strict=True):
            for at, value in enumerate(record["data_file"]["partition"].values()):
                if isinstance(value, float):
                    entry.data_file.partition[at] = value


def _partition(entry: ManifestEntry) -> Iterator[object]:
    partition = entry.data_file.partition
    return (partition[at] for at in range(len(partition)))


@dataclass(frozen=True)
class Plan:
    """Data files, the delete files that apply to some of them, and the sequence numbers of both by their paths."""

    files: list[DataFile]
    deletes: list[DataFile]
    sequences: Mapping[str, int]

    def of(self, files: Iterable[DataFile]) -> Plan:
        """The plan of some of its *files*."""
        return replace(self, files=[*files])


def plan(
    manifests: Manifests,
    metadata: TableMetadata,
    schema: Schema,
    snapshot: Snapshot | None,
    predicate: BooleanExpression,
) -> Plan:
    """The files that may hold a row for which *predicate* is true.

    :raises NotSupported: for kinds of delete files that local Athena cannot apply; they are never ignored.
    """
    metrics = _InclusiveMetricsEvaluator(schema, predicate).eval
    files: list[DataFile] = []
    deletes: list[DataFile] = []
    sequences: dict[str, int] = {}
    matches: dict[int, tuple[Callable[[ManifestFile], bool], Callable[[DataFile], bool]]] = {}
    for manifest in manifests.of(snapshot):
        if manifest.content == ManifestContent.DELETES:
            deletes += _deletes(manifests.entries(manifest))
            sequences |= _sequences(manifests.entries(manifest))
            continue
        spec_id = manifest.partition_spec_id
        if spec_id not in matches:
            matches[spec_id] = _partition_filters(metadata, schema, spec_id, predicate)
        whole, one = matches[spec_id]
        if whole(manifest):
            found = [e for e in manifests.entries(manifest) if one(e.data_file) and metrics(e.data_file)]
            files += [entry.data_file for entry in found]
            sequences |= _sequences(found)
    return Plan(files, deletes, sequences)


def _partition_filters(
    metadata: TableMetadata, schema: Schema, spec_id: int, predicate: BooleanExpression
) -> tuple[Callable[[ManifestFile], bool], Callable[[DataFile], bool]]:
    spec = metadata.specs()[spec_id]
    present = {field.field_id for field in schema.fields}
    if isinstance(predicate, AlwaysTrue) or not spec.fields or any(f.source_id not in present for f in spec.fields):
        return (lambda _: True), (lambda _: True)
    projected = inclusive_projection(schema, spec)(predicate)
    evaluate = expression_evaluator(Schema(*spec.partition_type(schema).fields), projected, True)
    return manifest_evaluator(spec, schema, projected), lambda file: evaluate(file.partition)


def _deletes(entries: Iterable[ManifestEntry]) -> list[DataFile]:
    found = [entry.data_file for entry in entries]
    for file in found:
        if file.file_format != FileFormat.PARQUET:
            raise NotSupported(f"Reading Iceberg deletes in {file.file_format} files ({file.file_path})")
    return found


def _sequences(entries: Iterable[ManifestEntry]) -> dict[str, int]:
    return {entry.data_file.file_path: entry.sequence_number or 0 for entry in entries}


def wholly_matching(files: Iterable[DataFile], schema: Schema, predicate: BooleanExpression) -> set[str]:
    """Paths of those *files* of which every row matches *predicate*, going by their bounds."""
    evaluate = _StrictMetricsEvaluator(schema, predicate).eval
    return {file.file_path for file in files if evaluate(file) == ROWS_MUST_MATCH}
