"""Iceberg tables as Glue and their metadata file tell of them: one list and one GET a table, no query.

https://iceberg.apache.org/spec/#table-metadata-fields
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from dbt_runner import errors

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Table:
    """An Iceberg table in Glue; ``metadata`` is the s3:// place of its current metadata file."""

    database: str
    name: str
    metadata: str

    @property
    def full_name(self) -> str:
        return f"{self.database}.{self.name}"

    @property
    def unique_id(self) -> str:
        """The name of the table in the journal and in the account of a run."""
        return f"upkeep.{self.database}.{self.name}"


@dataclass(frozen=True)
class Snapshot:
    """``moment`` is in milliseconds since 1970."""

    id: int
    parent: int | None
    moment: int


@dataclass(frozen=True)
class State:
    """A table at a moment. Files and bytes are those of the current snapshot; None where the snapshot does not say."""

    current: int | None
    snapshots: tuple[Snapshot, ...]
    referenced: frozenset[int]
    """Snapshots that a branch or a tag names, the current one among them."""
    properties: Mapping[str, str]
    data_files: int | None
    delete_files: int | None
    bytes: int | None

    def told(self) -> dict[str, Any]:
        """The figures as a summary has them."""
        return {
            "files": self.data_files,
            "delete_files": self.delete_files,
            "bytes": self.bytes,
            "snapshots": len(self.snapshots),
        }


def tables(glue: Any, places: Iterable[tuple[str, str]]) -> list[Table]:
    """Iceberg tables of *places*, databases each with the bucket of its tables, in order; others' are not the runner's to change.

    Raises:
        TerminalError, TransientError: Glue does not tell.
    """
    found = []
    for database, bucket in dict.fromkeys(places):
        try:
            pages = glue.get_paginator("get_tables").paginate(DatabaseName=database)
            listed = [table for page in pages for table in page["TableList"]]
        except (BotoCoreError, ClientError) as error:
            raise errors.from_exception(f"Cannot list the tables of {database}", error) from None
        for table in listed:
            parameters = table.get("Parameters") or {}
            place = parameters.get("metadata_location", "")
            if parameters.get("table_type", "").upper() == "ICEBERG" and place.startswith(f"s3://{bucket}/"):
                found.append(Table(database, table["Name"], place))
    return sorted(found, key=lambda table: table.full_name)


def again(glue: Any, table: Table) -> Table:
    """*table* with the metadata file that it has now. Raises ``TerminalError``, ``TransientError`` if Glue does not tell."""
    try:
        found = glue.get_table(DatabaseName=table.database, Name=table.name)["Table"]
    except (BotoCoreError, ClientError) as error:
        raise errors.from_exception(f"Cannot look {table.full_name} up", error) from None
    return Table(table.database, table.name, found["Parameters"]["metadata_location"])


def read(s3: Any, table: Table) -> State:
    """The state that the metadata file tells.

    Raises:
        TerminalError, TransientError: the file cannot be read.
    """
    bucket, _, key = table.metadata.removeprefix("s3://").partition("/")
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except (BotoCoreError, ClientError) as error:
        raise errors.from_exception(f"Cannot read {table.metadata}", error) from None
    content = json.loads(gzip.decompress(body) if body.startswith(_GZIP) else body)
    # Version 1 says that there is no snapshot by -1.
    current = content.get("current-snapshot-id")
    current = None if current == -1 else current
    summary: Mapping[str, str] = next(
        (one.get("summary") or {} for one in content.get("snapshots", ()) if one["snapshot-id"] == current), {}
    )

    def total(name: str) -> int | None:
        return 0 if current is None else int(summary[name]) if name in summary else None

    return State(
        current=current,
        snapshots=tuple(
            Snapshot(one["snapshot-id"], one.get("parent-snapshot-id"), one["timestamp-ms"])
            for one in content.get("snapshots", ())
        ),
        referenced=frozenset(
            {
                *(ref["snapshot-id"] for ref in content.get("refs", {}).values()),
                *(() if current is None else (current,)),
            }
        ),
        properties=content.get("properties") or {},
        data_files=total("total-data-files"),
        delete_files=total("total-delete-files"),
        bytes=total("total-files-size"),
    )
