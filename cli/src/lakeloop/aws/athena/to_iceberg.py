"""``just to-iceberg db.table``: a Hive or Delta table as an Iceberg table, proved equal before the names are swapped.

The old table stays under another name, with its files. https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from lakeloop_project.environments import environment

from lakeloop.arguments import take
from lakeloop.aws.athena import statements as athena
from lakeloop.aws.place import enter
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_USAGE = "just to-iceberg DATABASE.TABLE [env=dev] [on=aws]"
_PARTITIONS = 100
"""Athena writes at most so many at once: https://docs.aws.amazon.com/athena/latest/ug/ctas-considerations-limitations.html"""
_STORED = {
    "tinyint": "integer", "smallint": "integer", "char": "varchar", "timestamp": "timestamp(6)",
    "timestamp with time zone": "timestamp(6) with time zone",
}  # fmt: skip
"""Iceberg's type for one that it has not."""
_WHOLE = {"tinyint", "smallint", "integer", "bigint"}
_NESTED = {"array", "map", "row"}
_KEPT = ("Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "TableType", "Parameters")


def to_iceberg(workspace: Workspace, words: Sequence[str]) -> int:
    """``just to-iceberg DATABASE.TABLE [env=dev] [on=aws]``.

    Raises:
        UserError: there is no such table, it is of another kind, a name is taken, or the copies differ; nothing is changed then.
    """
    arguments, rest = take(words, {"env", "on"})
    if len(rest) != 1 or rest[0].count(".") != 1:
        raise UserError(f"Usage: {_USAGE}")
    here = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    lake = outputs(workspace, here)
    database, table = rest[0].lower().split(".")
    clients = (here.client("athena"), here.client("glue"), here.client("s3"))
    Move(*clients, lake.athena_workgroup, database, table, print).run()
    return 0


@dataclass(frozen=True)
class Move:
    """One table on its way; ``say`` is told of each step."""

    athena: Any
    glue: Any
    s3: Any
    workgroup: str
    database: str
    table: str
    say: Callable[[str], object]

    def run(self) -> None:
        """Copy, compare, swap. Whatever fails before the swap leaves the table as it was, and no copy."""
        found = self._found()
        columns = self._execute(f"SELECT * FROM {self._name()} LIMIT 0").columns
        keys = self._keys(found)
        new, old = f"{self.table}__iceberg", f"{self.table}__hive"
        location = str(found["StorageDescriptor"]["Location"]).rstrip("/") + "__iceberg/"
        try:
            self._copy(new, location, columns, keys)
            rows = self._compare(new, columns)
        except BaseException:
            self._execute(f"DROP TABLE IF EXISTS `{self.database}`.`{new}`")
            raise
        self._swap(found, new, old)
        self.say(f"{self.database}.{self.table} is an Iceberg table of {rows:,} rows at {location}.")
        self.say(f"The old one is {self.database}.{old}. Take it away by `just query \"DROP TABLE {self.database}.{old}\"`: "
                 f"its files stay at {found['StorageDescriptor']['Location']}.")  # fmt: skip

    def _name(self, table: str | None = None) -> str:
        return f'"{self.database}"."{table or self.table}"'

    def _execute(self, sql: str) -> athena.Execution:
        return athena.execute(self.athena, sql, workgroup=self.workgroup, database=self.database)

    def _found(self) -> dict[str, Any]:
        found = self._table(self.table)
        if found is None:
            raise UserError(f"Glue has no table {self.database}.{self.table}.")
        parameters = found.get("Parameters") or {}
        if found.get("TableType") == "VIRTUAL_VIEW" or str(parameters.get("table_type", "")).upper() == "ICEBERG":
            raise UserError(
                f"{self.database}.{self.table} is a view, or an Iceberg table already. Nothing was changed."
            )
        for name in (f"{self.table}__iceberg", f"{self.table}__hive"):
            if self._table(name) is not None:
                raise UserError(f"{self.database}.{name} is there already, from an earlier move? Nothing was changed.")
        return found

    def _table(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]
        except self.glue.exceptions.EntityNotFoundException:
            return None
        return found

    def _keys(self, found: dict[str, Any]) -> list[str]:
        parameters = found.get("Parameters") or {}
        if "delta" in (str(parameters.get(key, "")).lower() for key in ("table_type", "spark.sql.sources.provider")):
            return delta_keys(self.s3, str(found["StorageDescriptor"]["Location"]))
        return [str(key["Name"]) for key in found.get("PartitionKeys") or []]

    def _copy(self, new: str, location: str, columns: Sequence[athena.Column], keys: Sequence[str]) -> None:
        picked = ", ".join(f"{_stored(column)} AS {_quoted(column.name)}" for column in columns)
        given = ["table_type = 'ICEBERG'", "is_external = false", f"location = '{location}'", "format = 'PARQUET'"]
        if keys:
            given.append(f"partitioning = ARRAY[{', '.join(_text(_spelt(key)) for key in keys)}]")
        select = f"SELECT {picked} FROM {self._name()}"
        first, *others = self._conditions(columns, keys)
        self._execute(f"CREATE TABLE {self._name(new)} WITH ({', '.join(given)}) AS {select}{first}")
        for condition in others:
            self._execute(f"INSERT INTO {self._name(new)} {select}{condition}")

    def _conditions(self, columns: Sequence[athena.Column], keys: Sequence[str]) -> Iterator[str]:
        """A WHERE for each hundred partitions; none where they are fewer."""
        if not keys:
            yield ""
            return
        kinds = [next(column for column in columns if column.name == key.lower()) for key in keys]
        asked = ", ".join(f"CAST({_quoted(key)} AS varchar) AS k{at}" for at, key in enumerate(keys))
        distinct = self._execute(f"SELECT DISTINCT {asked} FROM {self._name()}")
        values = list(athena.rows(self.athena, distinct))
        if len(values) <= _PARTITIONS:
            yield ""
            return
        for batch in batched(values, _PARTITIONS):
            yield " WHERE " + " OR ".join(
                "(" + " AND ".join(_equal(kind, value) for kind, value in zip(kinds, row, strict=True)) + ")"
                for row in batch
            )

    def _compare(self, new: str, columns: Sequence[athena.Column]) -> int:
        """The number of rows, which are the same on both sides."""
        checks = [("rows", "count(*)", "count(*)")]
        for column in columns:
            checks += [(f"{column.name}: {what}", before, after) for what, before, after in _checks(column)]
        sides = []
        for at, table in ((1, self._name()), (2, self._name(new))):
            picked = ", ".join(f"CAST({check[at]} AS varchar) AS c{number}" for number, check in enumerate(checks))
            (row,) = athena.rows(self.athena, self._execute(f"SELECT {picked} FROM {table}"))
            sides.append(row)
        differing = [
            f"{check[0]} is {before} before and {after} after"
            for check, before, after in zip(checks, *sides, strict=True)
            if before != after
        ]
        if differing:
            raise UserError(
                f"The copy of {self.database}.{self.table} differs: {'; '.join(differing)}. Nothing was changed."
            )
        self.say(f"Compared {len(checks)} counts, sums and checksums: all the same.")
        return int(str(sides[0][0]))

    def _swap(self, found: dict[str, Any], new: str, old: str) -> None:
        kept = {key: found[key] for key in _KEPT if found.get(key) is not None}
        self._register(old, kept, self._partitions(self.table))
        self.glue.delete_table(DatabaseName=self.database, Name=self.table)
        try:
            self._execute(f"ALTER TABLE `{self.database}`.`{new}` RENAME TO `{self.database}`.`{self.table}`")
        except BaseException:
            self._register(self.table, kept, self._partitions(old))
            self.glue.delete_table(DatabaseName=self.database, Name=old)
            raise

    def _partitions(self, table: str) -> list[dict[str, Any]]:
        pages = self.glue.get_paginator("get_partitions").paginate(DatabaseName=self.database, TableName=table)
        return [
            {key: partition[key] for key in ("Values", "StorageDescriptor", "Parameters") if key in partition}
            for page in pages
            for partition in page["Partitions"]
        ]

    def _register(self, name: str, kept: dict[str, Any], partitions: Sequence[dict[str, Any]]) -> None:
        self.glue.create_table(DatabaseName=self.database, TableInput={"Name": name, **kept})
        for batch in batched(partitions, 100):
            self.glue.batch_create_partition(DatabaseName=self.database, TableName=name, PartitionInputList=list(batch))


def delta_keys(s3: Any, location: str) -> list[str]:
    """The partition columns that the log of a Delta table told last.

    Raises:
        UserError: they stand in a checkpoint only, which is not read here.
    """
    parts = urlsplit(location)
    bucket, prefix = parts.netloc, f"{parts.path.strip('/')}/_delta_log/"
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    names = [
        item["Key"] for page in pages for item in page.get("Contents", []) if re.search(r"/\d{20}\.json$", item["Key"])
    ]
    for name in sorted(names, reverse=True):
        try:
            lines = s3.get_object(Bucket=bucket, Key=name)["Body"].read().decode().splitlines()
        except ClientError as error:
            raise UserError(f"Could not read s3://{bucket}/{name}: {error}") from error
        for action in map(json.loads, filter(None, lines)):
            if "metaData" in action:
                return [str(key) for key in action["metaData"].get("partitionColumns") or []]
    raise UserError(
        f"No commit in s3://{bucket}/{prefix} tells the partition columns: they stand in a checkpoint alone."
    )


def _checks(column: athena.Column) -> Iterator[tuple[str, str, str]]:
    """Names of checks, with SQL over the old table and over the new one."""
    before, after = _stored(column), _quoted(column.name)
    yield "values", f"count({before})", f"count({after})"
    if column.type in _WHOLE or column.type == "decimal":
        wide = "decimal(38, 0)" if column.type in _WHOLE else f"decimal(38, {column.scale})"
        yield "sum", f"sum(CAST({before} AS {wide}))", f"sum(CAST({after} AS {wide}))"
    if column.type in _NESTED:
        form = "to_hex(checksum(json_format(CAST({} AS JSON))))"
    elif column.type in ("varbinary", "double", "boolean", "date"):
        form = "to_hex(checksum({}))"
    elif column.type in ("float", "real"):
        form = "to_hex(checksum(CAST({} AS double)))"
    else:
        form = "to_hex(checksum(CAST({} AS varchar)))"
    yield "checksum", form.format(before), form.format(after)


def _stored(column: athena.Column) -> str:
    kind = _STORED.get(column.type)
    return f"CAST({_quoted(column.name)} AS {kind})" if kind else _quoted(column.name)


def _equal(column: athena.Column, value: object) -> str:
    name = _quoted(column.name)
    if value is None:
        return f"{name} IS NULL"
    if column.type in _WHOLE:
        return f"{name} = {value}"
    if column.type in ("date", "timestamp"):
        return f"{name} = {column.type} {_text(str(value))}"
    return (
        f"CAST({name} AS varchar) = {_text(str(value))}"
        if column.type != "varchar"
        else f"{name} = {_text(str(value))}"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _spelt(key: str) -> str:
    return key if re.fullmatch(r"\w+", key) else _quoted(key)
