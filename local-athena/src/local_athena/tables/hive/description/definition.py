"""The Glue table of a Hive table, as Athena writes it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from local_athena.catalog.glue import GlueObject
from local_athena.catalog.partitions import Partition, to_glue
from local_athena.errors import AthenaError, NotSupported
from local_athena.sql.statements import CreateTable, HiveColumn
from local_athena.tables.hive.description import settings
from local_athena.tables.hive.description.formats import CLASSES, LAZY_SIMPLE, OPENX_OUTPUT, Classes

_NOT_HERE = {"SEQUENCEFILE", "RCFILE", "ION"}
"""Formats that STORED AS has on AWS beside ``CLASSES``."""


def table_input(
    name: str,
    columns: Sequence[Mapping[str, str]],
    keys: Sequence[Mapping[str, str]],
    location: str,
    classes: Classes,
    serde_properties: Mapping[str, str],
    parameters: Mapping[str, str],
    bucketed_by: Sequence[str] = (),
    bucket_count: int = 0,
) -> GlueObject:
    """A TableInput; *columns* and *keys* are ``{"Name", "Type"[, "Comment"]}`` in Hive's types."""
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", **parameters},
        "PartitionKeys": [*keys],
        "StorageDescriptor": {
            "Columns": [*columns],
            "Location": location,
            "InputFormat": classes.input,
            "OutputFormat": classes.output,
            "Compressed": False,
            "NumberOfBuckets": bucket_count or -1,
            "SerdeInfo": {"SerializationLibrary": classes.serde, "Parameters": dict(serde_properties)},
            "BucketColumns": [*bucketed_by],
            "SortColumns": [],
            "StoredAsSubDirectories": False,
        },
    }


def partition_input(table: Mapping[str, Any], partition: Partition) -> GlueObject:
    """A PartitionInput with the table's own storage, at the partition's place."""
    storage = {key: value for key, value in table["StorageDescriptor"].items() if key != "Location"}
    return {
        "Values": to_glue(partition.values),
        "StorageDescriptor": {**storage, "Location": partition.location},
        "Parameters": {},
    }


def glue_column(column: HiveColumn) -> dict[str, str]:
    return {
        "Name": column.name,
        "Type": column.type,
        **({"Comment": column.comment} if column.comment is not None else {}),
    }


def _path(location: str) -> str:
    """A location as Hive keeps it: without a slash at its end, unless it is a whole bucket."""
    stripped = location.rstrip("/")
    return stripped if stripped.count("/") > 2 else location


def from_statement(statement: CreateTable, name: str) -> GlueObject:
    """The Glue table of ``CREATE EXTERNAL TABLE``; without STORED AS it is text.

    :raises AthenaError: for a format that Athena does not have.
    """
    if statement.location is None:
        raise AthenaError("INVALID_TABLE_PROPERTY", f"Table {name} needs a LOCATION 's3://bucket/path/'")
    row_format = statement.row_format
    if not statement.columns and row_format.serde is None:
        message = "SemanticException [Error 10043]: Either list of columns or a custom serializer should be specified"
        raise AthenaError("FAILED", message)
    if isinstance(statement.stored_as, tuple):
        classes = Classes(LAZY_SIMPLE, *statement.stored_as)
    else:
        stored_as = (statement.stored_as or "TEXTFILE").upper()
        stored_as = stored_as.removesuffix("FILE") if stored_as != "TEXTFILE" else stored_as
        if statement.stored_as in _NOT_HERE:
            raise NotSupported(f"STORED AS {statement.stored_as}")
        if stored_as not in CLASSES:
            raise AthenaError(
                "FAILED",
                f"SemanticException Unrecognized file format in STORED AS clause: '{statement.stored_as}'",
            )
        classes = CLASSES[stored_as]
    serde_properties = {"serialization.format": "1", **row_format.properties}
    output = (
        OPENX_OUTPUT if statement.stored_as is None and row_format.serde == CLASSES["JSON"].serde else classes.output
    )
    classes = Classes(row_format.serde or classes.serde, classes.input, output)
    parameters = dict(statement.properties)
    if statement.comment is not None:
        parameters["comment"] = statement.comment
    parameters.setdefault("transient_lastDdlTime", str(int(time.time())))  # of Hive's metastore
    keys = [glue_column(column) for column in statement.partition_columns]
    columns = [glue_column(column) for column in statement.columns]
    duplicate = {column["Name"] for column in columns} & {key["Name"] for key in keys}
    if duplicate:
        raise AthenaError(
            "FAILED", f"SemanticException [Error 10035]: Column repeated in partitioning columns: {min(duplicate)}"
        )
    names = {column["Name"] for column in columns}
    for column in statement.bucketed_by:
        if column.lower() not in names:
            raise AthenaError("FAILED", f"SemanticException [Error 10002]: Invalid column reference {column}")
    if statement.bucketed_by and not statement.bucket_count:
        raise AthenaError("FAILED", "SemanticException Bucket number should be a positive integer")
    for key in keys:
        if key["Type"].partition("<")[0].strip().lower() in ("array", "map", "struct"):
            raise AthenaError("FAILED", f"SemanticException Partition columns have primitive types only: {key['Name']}")
    made = table_input(
        name, columns, keys, _path(statement.location), classes, serde_properties, parameters, statement.bucketed_by,
        statement.bucket_count,
    )  # fmt: skip
    settings.check(made, at="statement")
    return made
