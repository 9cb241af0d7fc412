"""A Delta table's log: which files it has now, of which schema.

https://github.com/delta-io/delta/blob/master/PROTOCOL.md#action-reconciliation
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from local_athena.errors import AthenaError, NotSupported
from local_athena.model import TableName
from local_athena.storage import S3Object, Storage

_COMMIT = re.compile(r"(\d{20})\.json")
_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet")
_READ = {
    "appendOnly",
    "invariants",
    "timestampNtz",
    "vacuumProtocolCheck",
    "columnMapping",
    "deletionVectors",
    "domainMetadata",
}
"""Reader features that change nothing here, or are looked at file by file."""
_ACTIONS = ["add", "metaData", "protocol"]


@dataclass(frozen=True)
class AddedFile:
    """``path`` as an S3 URI; ``partition`` are the texts of the partition columns; ``vector`` tells which rows are gone."""

    path: str
    partition: Mapping[str, str | None]
    vector: Mapping[str, Any] | None = None


@dataclass
class Snapshot:
    """The table at its last version."""

    schema: Mapping[str, Any]
    partition_columns: tuple[str, ...]
    mapping: str = "none"
    """How files know a column: by its own name, by the physical ``name`` in the schema, or by the number beside it, its ``id``."""
    files: list[AddedFile] = field(default_factory=list)


def snapshot(storage: Storage, location: str, name: TableName, check: Callable[[], None] | None = None) -> Snapshot:
    """Replay the log of the table *name* under *location*, which ends with a slash.

    :raises AthenaError: ``DELTA_LAKE_INVALID_SCHEMA`` where there is no log, a part of it is missing, or cannot be read;
        ``NOT_SUPPORTED`` for a feature of the protocol that this reader lacks.
    """
    try:
        return _snapshot(storage, location, name, check)
    except (ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise AthenaError("DELTA_LAKE_INVALID_SCHEMA", f"Error getting snapshot for {_plain(name)}") from error


def _plain(name: TableName) -> str:
    return f"{name.database}.{name.table}"


def _missing(name: TableName) -> AthenaError:
    return AthenaError("DELTA_LAKE_INVALID_SCHEMA", f"Metadata not found in transaction log for {_plain(name)}")


def _snapshot(storage: Storage, location: str, name: TableName, check: Callable[[], None] | None) -> Snapshot:
    items = {item.name: item for item in storage.list(f"{location}_delta_log/")}
    checkpoint, parts = _last_checkpoint(items.values())
    commits = sorted((int(match[1]), item) for key, item in items.items() if (match := _COMMIT.fullmatch(key)))
    wanted = [(version, item) for version, item in commits if version > checkpoint]
    versions = [version for version, _ in wanted]
    if versions != [*range(checkpoint + 1, checkpoint + 1 + len(versions))] or (checkpoint < 0 and not versions):
        raise _missing(name)
    actions = _checkpoint_actions(storage.fetch(parts, check))
    logs = storage.fetch([item for _, item in wanted], check)
    return _replay([actions, *map(_commit_actions, logs)], location, name)


def _last_checkpoint(items: Iterable[S3Object]) -> tuple[int, list[S3Object]]:
    """Version and files of the last checkpoint of which no part is missing; -1 and none without one."""
    found: dict[tuple[int, int], list[tuple[int, S3Object]]] = {}
    for item in items:
        if match := _CHECKPOINT.fullmatch(item.name):
            found.setdefault((int(match[1]), int(match[3] or 1)), []).append((int(match[2] or 1), item))
        elif ".checkpoint." in item.name:
            raise NotSupported("Delta's reader feature v2Checkpoint")
    whole = [(version, parts) for (version, count), parts in found.items() if len(parts) == count]
    version, parts = max(whole, key=lambda one: one[0], default=(-1, []))
    return version, [item for _, item in sorted(parts, key=lambda part: part[0])]


def _checkpoint_actions(paths: Sequence[Path]) -> Iterator[Mapping[str, Any]]:
    for path in paths:
        with pq.ParquetFile(path) as file:
            names = [name for name in _ACTIONS if name in file.schema_arrow.names]
            for batch in file.iter_batches(columns=names):
                yield from _rows(batch)


def _rows(batch: pa.RecordBatch) -> Iterator[Mapping[str, Any]]:
    for row in batch.to_pylist(maps_as_pydicts="strict"):
        yield {name: value for name, value in row.items() if value is not None}


def _commit_actions(path: Path) -> Iterator[Mapping[str, Any]]:
    for line in path.read_text("utf-8").split("\n"):
        if line.strip():  # old versions of Databricks write an x behind each line
            yield json.loads(line.strip().removesuffix("x"))


def _replay(versions: Iterable[Iterable[Mapping[str, Any]]], location: str, name: TableName) -> Snapshot:
    protocol: Mapping[str, Any] = {}
    metadata: Mapping[str, Any] = {}
    files: dict[tuple[str, str], Mapping[str, Any]] = {}
    for actions in versions:
        for action in actions:
            protocol = action.get("protocol") or protocol
            metadata = action.get("metaData") or metadata
            if add := action.get("add"):
                files[_key(add)] = add
            elif remove := action.get("remove"):
                files.pop(_key(remove), None)
    if not metadata.get("schemaString"):
        raise _missing(name)
    _check(protocol)
    found = Snapshot(
        json.loads(metadata["schemaString"]), tuple(metadata.get("partitionColumns") or ()), _mapping(metadata)
    )
    found.files = [
        AddedFile(_uri(location, add["path"]), add.get("partitionValues") or {}, add.get("deletionVector"))
        for add in files.values()
    ]
    return found


def _key(action: Mapping[str, Any]) -> tuple[str, str]:
    """A file is another with another deletion vector."""
    vector = action.get("deletionVector") or {}
    return str(action["path"]), f"{vector.get('storageType')}{vector.get('pathOrInlineDv')}{vector.get('offset')}"


def _check(protocol: Mapping[str, Any]) -> None:
    lacking = sorted({*(protocol.get("readerFeatures") or ())} - _READ)
    if lacking:
        raise NotSupported(f"Delta's reader feature {', '.join(lacking)}")
    if int(protocol.get("minReaderVersion") or 1) > 3:
        raise NotSupported(f"Delta's reader version {protocol['minReaderVersion']}")


def _mapping(metadata: Mapping[str, Any]) -> str:
    """https://github.com/delta-io/delta/blob/master/PROTOCOL.md#column-mapping"""
    mode = str((metadata.get("configuration") or {}).get("delta.columnMapping.mode") or "none").lower()
    if mode not in ("none", "name", "id"):
        raise NotSupported(f"Delta's column mapping of mode {mode}")
    return mode


def _uri(location: str, path: str) -> str:
    plain = unquote(path)
    return re.sub(r"^s3[an]://", "s3://", plain) if "://" in plain else location + plain
