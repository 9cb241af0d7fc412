"""Tables of an account as Glue and S3 describe them: columns with their masks, bytes, and whether anything has changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_project.sources import BadType, SourceTable, Type, parse_type

from lakeloop.errors import UserError

# https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html
_ICEBERG = "metadata_location"
_VIEW = "VIRTUAL_VIEW"
_TIMES = ("date", "timestamp")
_FIELD = re.compile(r"^\s*(?:cast\(\s*)?\"?(\w+)\"?(?:\s+as\s+\w+(?:\(\d\))?\s*\))?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """A column: ``type`` is None where Glue's is none of Athena's, ``mask`` where the project names none."""

    name: str
    type: Type | None
    holds: Type | None = None
    required: bool = False
    mask: str | None = None


@dataclass(frozen=True)
class Table:
    """A table with rows to be sampled; ``time`` is the column that tells new rows from old ones, if there is one.

    ``fingerprint`` changes with the table's rows; None for a view. ``objects`` are its files by key, in bytes.
    """

    source: SourceTable
    columns: tuple[Column, ...]
    partitions: tuple[str, ...] = ()
    time: Column | None = None
    fingerprint: str | None = None
    objects: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.source.full_name

    @property
    def relation(self) -> str:
        """The name in Athena's SQL."""
        names = (self.source.schema.lower(), self.source.identifier.lower())
        return ".".join('"' + name.replace('"', '""') + '"' for name in names)

    def column(self, name: str) -> Column | None:
        return next((one for one in self.columns if one.name == name.lower()), None)

    def size(self, after: str | None) -> int:
        """Bytes of the files, without those of days before *after* where folders are days."""
        if after is None or self.time is None or self.time.name not in self.partitions:
            return sum(self.objects.values())
        day = re.compile(rf"/{re.escape(self.time.name)}=(\d{{4}}-\d\d-\d\d)/", re.IGNORECASE)
        found = ((day.search(key), size) for key, size in self.objects.items())
        return sum(size for match, size in found if match is None or match[1] >= after[:10])


def describe(
    glue: Any, s3: Any, table: SourceTable, node: Mapping[str, Any], inherited: Mapping[str, str] = MappingProxyType({})
) -> Table:
    """The *table* as it is there.

    Args:
        node: the source or model in dbt's manifest, whose columns have ``meta.mask``.
        inherited: masks by column, for columns without one of their own.

    Raises:
        UserError: there is none, or it cannot be looked at; a mask for a column that it does not have.
    """
    try:
        found = glue.get_table(DatabaseName=table.schema.lower(), Name=table.identifier.lower())["Table"]
    except (ClientError, BotoCoreError) as error:
        raise UserError(
            f"{table.full_name}: Glue does not tell of {table.schema}.{table.identifier}: {error}"
        ) from error
    storage = found.get("StorageDescriptor", {})
    partitions = tuple(one["Name"].lower() for one in found.get("PartitionKeys", []))
    columns = _columns(table, node, inherited, [*storage.get("Columns", []), *found.get("PartitionKeys", [])])
    parameters = found.get("Parameters", {})
    is_view = found.get("TableType") == _VIEW
    objects = {} if is_view else _objects(s3, table, storage.get("Location", ""))
    return Table(
        table,
        columns,
        partitions,
        _time(columns, partitions, node),
        None if is_view else parameters.get(_ICEBERG) or _digest(objects),
        {key: size for key, (size, _) in objects.items() if _ICEBERG not in parameters or "/metadata/" not in key},
    )


def _columns(
    table: SourceTable, node: Mapping[str, Any], inherited: Mapping[str, str], found: Sequence[Mapping[str, str]]
) -> tuple[Column, ...]:
    masks = {name.lower(): mask for name, mask in declared_masks(node).items()}
    known = {column.name.lower(): column for column in table.columns}
    columns = []
    for one in found:
        name = one["Name"].lower()
        declared = known.get(name)
        columns.append(
            Column(
                name,
                _type(one["Type"]),
                declared.holds if declared else None,
                bool(declared and declared.required),
                masks.pop(name, None) or inherited.get(name),
            )
        )
    if masks:
        raise UserError(
            f"{table.file}: {table.full_name} has a mask for {', '.join(sorted(masks))}, and the table in Glue has no such column."
        )
    return tuple(columns)


def declared_masks(node: Mapping[str, Any]) -> dict[str, str]:
    """``meta.mask`` by column, wherever dbt takes a column's ``meta`` from."""
    found = {}
    for name, column in (node.get("columns") or {}).items():
        for meta in ((column.get("config") or {}).get("meta"), column.get("meta")):
            if isinstance(meta, Mapping) and "mask" in meta:
                # YAML's `mask: null` is the mask of that name, and not none.
                found[str(name)] = "null" if meta["mask"] is None else str(meta["mask"])
                break
    return found


def _type(text: str) -> Type | None:
    try:
        return parse_type(text)
    except BadType:
        return None


def _time(columns: Sequence[Column], partitions: Sequence[str], node: Mapping[str, Any]) -> Column | None:
    """The day that a table is partitioned by, else the column that ``loaded_at_field`` names; unmasked, or it tells nothing."""
    declared = _FIELD.match(str(node.get("loaded_at_field") or ""))
    wanted = [*partitions, *([declared[1].lower()] if declared else [])]
    by_name = {column.name: column for column in columns}
    usable = (by_name[name] for name in wanted if name in by_name)
    return next((one for one in usable if one.type and one.type.name in _TIMES and one.mask in (None, "keep")), None)


def _objects(s3: Any, table: SourceTable, location: str) -> dict[str, tuple[int, str]]:
    """Size and ETag by key of all that lies at *location*."""
    address = urlsplit(location)
    if address.scheme not in ("s3", "s3a", "s3n"):
        return {}
    prefix = address.path.strip("/") + "/"
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=address.netloc, Prefix=prefix.lstrip("/"))
    try:
        return {one["Key"]: (one["Size"], one["ETag"]) for page in pages for one in page.get("Contents", [])}
    except (ClientError, BotoCoreError) as error:
        raise UserError(f"{table.full_name}: its files at {location} cannot be listed: {error}") from error


def _digest(objects: Mapping[str, tuple[int, str]]) -> str:
    return hashlib.sha256(repr(sorted(objects.items())).encode()).hexdigest()
