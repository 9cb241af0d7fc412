"""Which files of a snapshot a query must read: manifests, partitions and column bounds against a predicate."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyiceberg.expressions import AlwaysTrue, BooleanExpression
from pyiceberg.expressions.visitors import (
    ROWS_MUST_MATCH,
    _InclusiveMetricsEvaluator,
    _StrictMetricsEvaluator,
    expression_evaluator,
    inclusive_projection,
    manifest_evaluator,
)
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat, ManifestContent, ManifestEntry, ManifestFile
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
            with self._lock:
                self._entries[path] = found
                self._count += len(found)
                while self._count > _MAX_CACHED_ENTRIES and len(self._entries) > 1:
                    self._count -= len(self._entries.pop(next(iter(self._entries))))
        return found


@dataclass(frozen=True)
class Plan:
    """Data files, and the position delete files that apply to some of them."""

    files: list[DataFile]
    deletes: list[DataFile]


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
    matches: dict[int, tuple[Callable[[ManifestFile], bool], Callable[[DataFile], bool]]] = {}
    for manifest in manifests.of(snapshot):
        if manifest.content == ManifestContent.DELETES:
            deletes += _deletes(manifests.entries(manifest))
            continue
        spec_id = manifest.partition_spec_id
        if spec_id not in matches:
            matches[spec_id] = _partition_filters(metadata, schema, spec_id, predicate)
        whole, one = matches[spec_id]
        if whole(manifest):
            found = (entry.data_file for entry in manifests.entries(manifest))
            files += [file for file in found if one(file) and metrics(file)]
    return Plan(files, deletes)


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
        if file.content == DataFileContent.EQUALITY_DELETES:
            raise NotSupported(f"Reading Iceberg equality deletes ({file.file_path})")
        if file.file_format != FileFormat.PARQUET:
            raise NotSupported(f"Reading Iceberg deletes in {file.file_format} files ({file.file_path})")
    return found


def wholly_matching(files: Iterable[DataFile], schema: Schema, predicate: BooleanExpression) -> set[str]:
    """Paths of those *files* of which every row matches *predicate*, going by their bounds."""
    evaluate = _StrictMetricsEvaluator(schema, predicate).eval
    return {file.file_path for file in files if evaluate(file) == ROWS_MUST_MATCH}
