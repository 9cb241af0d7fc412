"""Tables in Glue that a project reads and does not make, where a place has none of them: local files stand in.

A table that is there already is never touched, unless it was made here; nor is a table made among changelogs where changes are
captured, because whoever applies them makes it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
from botocore.exceptions import ClientError
from lakeloop_raw.sql import literal

from lakeloop.aws.place import Place
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.errors import UserError
from lakeloop.sources import Column, Kind, SourceTable, infer_columns, known, local, views

_MARK = "lakeloop.stand-in"
_FOLDER = "_sources"
# https://docs.aws.amazon.com/athena/latest/ug/parquet-serde.html
_SERDE = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}


def provide(place: Place, lake: Outputs, project: Path, tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Make tables of the local files of those *tables* that are in Glue; empty ones where only columns are known.

    Returns:
        the tables that were made; none where a place has the tables themselves.

    Raises:
        UserError: files that cannot be read, or columns that no table in Glue can have.
    """
    if place.local_sources is None:
        return []
    columns = known.read(project)
    glue, s3 = place.client("glue"), place.client("s3")
    made: list[SourceTable] = []
    captured = lake.changes_database if _is_of_others(glue, lake.changes_database) else None
    for table in tables:
        if (
            table.kind is Kind.GLUE
            and table.schema.lower() != captured
            and (table.database or "").lower() in ("", "awsdatacatalog")
            and _is_free(glue, table)
        ):
            files = local.files_under(local.folder_of(place.local_sources, table))
            empty = known.with_columns(table, columns)
            if files or empty:
                make(glue, s3, lake.raw_bucket, table, files, empty)
                made.append(table)
    return made


def make(
    glue: Any, s3: Any, bucket: str, table: SourceTable, files: Mapping[str, Sequence[Path]], empty: Sequence[Column]
) -> None:
    """Make or replace *table* over its local *files*, by format; without any, over no rows of the columns *empty*.

    Raises:
        UserError: files that cannot be read, or columns that no table in Glue can have.
    """
    folder = f"{_FOLDER}/{table.schema.lower()}/{table.identifier.lower()}/"
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect() as connection:
        rows = Path(scratch) / "rows.parquet"
        query = views.glue_view(connection, table, files) if files else known.empty_query(empty)
        try:
            connection.execute(f"copy ({query}) to {literal(str(rows))} (format parquet)")
        except duckdb.Error as error:
            reason = str(error).strip().splitlines()[0][:200]
            raise UserError(f"{table.full_name}: its local files cannot be written as Parquet: {reason}") from error
        columns = infer_columns([rows], "parquet")
        s3.put_object(Bucket=bucket, Key=f"{folder}rows.parquet", Body=rows.read_bytes())
    described = {
        "Name": table.identifier.lower(),
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet", _MARK: "true"},
        "StorageDescriptor": {
            **_SERDE,
            "Location": f"s3://{bucket}/{folder}",
            "Columns": [{"Name": one.name.lower(), "Type": one.type.hive} for one in columns if one.type],
        },
    }
    database = table.schema.lower()
    with suppress(glue.exceptions.AlreadyExistsException):
        glue.create_database(DatabaseInput={"Name": database, "Parameters": {_MARK: "true"}})
    try:
        glue.create_table(DatabaseName=database, TableInput=described)
    except glue.exceptions.AlreadyExistsException:
        glue.update_table(DatabaseName=database, TableInput=described)


def _is_of_others(glue: Any, database: str) -> bool:
    """Whether *database* is there and was not made here."""
    try:
        found = glue.get_database(Name=database)["Database"]
    except ClientError as error:
        if error.response["Error"].get("Code") == "EntityNotFoundException":
            return False
        raise UserError(f"Glue cannot be asked for the database {database}: {error}") from error
    return _MARK not in found.get("Parameters", {})


def _is_free(glue: Any, table: SourceTable) -> bool:
    try:
        found = glue.get_table(DatabaseName=table.schema.lower(), Name=table.identifier.lower())["Table"]
    except ClientError as error:
        if error.response["Error"].get("Code") == "EntityNotFoundException":
            return True
        raise UserError(f"Glue cannot be asked for {table.schema}.{table.identifier}: {error}") from error
    return _MARK in found.get("Parameters", {})
