"""Columns of an export's tables as UNLOAD takes them: timestamps have milliseconds, also inside arrays, maps and rows.

Athena refuses finer ones, and those of Iceberg tables have microseconds (https://github.com/aws/aws-sdk-pandas/issues/2252).
"""

from __future__ import annotations

import re
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from dbt_runner import errors

# https://docs.aws.amazon.com/athena/latest/ug/data-types.html: types as Glue spells them, and as queries do.
_QUERIED = {
    "binary": "varbinary",
    "float": "real",
    "int": "integer",
    "string": "varchar",
    "struct": "row",
    "timestamp": "timestamp(3)",
    "<": "(",
    ">": ")",
}
_TOKEN = re.compile(r"([^<>,:()]+):|[a-z]+|[<>]")


def selection(schema: str, table: str) -> str:
    """A select list of a table or view for UNLOAD: ``*``, or all its columns where some hold timestamps.

    Raises:
        TerminalError, TransientError: Glue refuses, or has no such table.
    """
    glue: Any = boto3.client("glue")
    try:
        found: dict[str, Any] = glue.get_table(DatabaseName=schema, Name=table)["Table"]
    except (BotoCoreError, ClientError) as error:
        raise errors.from_exception("Cannot export", error) from None
    listed = [*found["StorageDescriptor"]["Columns"], *found.get("PartitionKeys", [])]
    # Glue goes on listing columns that an Iceberg table has had.
    now = [one for one in listed if one.get("Parameters", {}).get("iceberg.field.current") != "false"]
    if not any("timestamp" in one["Type"] for one in now):
        return "*"
    return ", ".join(_column(_quoted(one["Name"]), one["Type"]) for one in now)


def _column(name: str, hive: str) -> str:
    return f"cast({name} as {_TOKEN.sub(_queried, hive)}) as {name}" if "timestamp" in hive else name


def _queried(token: re.Match[str]) -> str:
    return f"{_quoted(token[1])} " if token[1] else _QUERIED.get(token[0], token[0])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
