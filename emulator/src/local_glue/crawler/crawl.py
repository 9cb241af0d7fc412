"""One crawl: targets are read, tables and partitions are made, changed and taken away by the crawler's policies.

https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from local_glue.crawler import catalog
from local_glue.crawler.files import listed
from local_glue.crawler.formats import classify
from local_glue.crawler.grouping import Found, tables
from local_glue.model import GlueError

UPDATE, LOG, DELETE = "UPDATE_IN_DATABASE", "LOG", "DELETE_FROM_DATABASE"
NEW_FOLDERS = "CRAWL_NEW_FOLDERS_ONLY"
_OTHER_TARGETS = (
    "JdbcTargets",
    "MongoDBTargets",
    "DynamoDBTargets",
    "CatalogTargets",
    "DeltaTargets",
    "IcebergTargets",
    "HudiTargets",
)
_BATCH = 100


class Stopped(Exception):
    """The crawler was told to stop."""


@dataclass(frozen=True)
class Settings:
    """A crawler, as far as a crawl needs it."""

    name: str
    database: str
    targets: Sequence[Mapping[str, Any]]
    prefix: str = ""
    update: str = UPDATE
    delete: str = "DEPRECATE_IN_DATABASE"
    recrawl: str = "CRAWL_EVERYTHING"
    level: int | None = None
    inherit: bool = False
    """Whether partitions take the table's columns."""


@dataclass
class Counts:
    """Changes of a crawl."""

    tables_created: int = 0
    tables_updated: int = 0
    tables_deleted: int = 0
    partitions_created: int = 0
    partitions_updated: int = 0
    partitions_deleted: int = 0
    said: list[str] = field(default_factory=list)


def settings(request: Mapping[str, Any]) -> Settings:
    """The settings of a CreateCrawler. Raises ``GlueError`` for one that would be ignored."""

    def refuse(said: str) -> GlueError:
        return GlueError("InvalidInputException", f"The local crawlers do not know {said}.")

    targets = request.get("Targets") or {}
    if others := [name for name in _OTHER_TARGETS if targets.get(name)]:
        raise refuse(f"{', '.join(others)}: they crawl S3Targets")
    for target in targets.get("S3Targets") or ():
        if more := [name for name in target if name not in ("Path", "Exclusions") and target[name]]:
            raise refuse(f"{', '.join(more)} of an S3 target")
    if request.get("Classifiers"):
        raise refuse("classifiers of one's own; the built-in ones of Parquet, ORC, Avro, JSON and CSV are there")
    ignored = [name for name in ("CrawlerSecurityConfiguration",) if request.get(name)]
    ignored += ["LineageConfiguration"] * (
        (request.get("LineageConfiguration") or {}).get("CrawlerLineageSettings") == "ENABLE"
    )
    ignored += ["LakeFormationConfiguration"] * bool(
        (request.get("LakeFormationConfiguration") or {}).get("UseLakeFormationCredentials")
    )
    if ignored:
        raise refuse(", ".join(ignored))
    policy, recrawl = request.get("SchemaChangePolicy") or {}, request.get("RecrawlPolicy") or {}
    behaviour = recrawl.get("RecrawlBehavior") or "CRAWL_EVERYTHING"
    if behaviour not in ("CRAWL_EVERYTHING", NEW_FOLDERS):
        raise refuse(f"RecrawlBehavior {behaviour}")
    update, delete = policy.get("UpdateBehavior") or UPDATE, policy.get("DeleteBehavior") or "DEPRECATE_IN_DATABASE"
    if behaviour == NEW_FOLDERS and (update, delete) != (LOG, LOG):
        raise GlueError("InvalidInputException", f"With {NEW_FOLDERS} the SchemaChangePolicy is LOG and LOG.")
    level, inherit = _configuration(request.get("Configuration") or "", refuse)
    return Settings(
        name=request["Name"],
        database=request.get("DatabaseName") or "",
        targets=list(targets.get("S3Targets") or ()),
        prefix=request.get("TablePrefix") or "",
        update=update,
        delete=delete,
        recrawl=behaviour,
        level=level,
        inherit=inherit,
    )


def _configuration(text: str, refuse: Callable[[str], GlueError]) -> tuple[int | None, bool]:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html"""
    if not text:
        return None, False
    try:
        given = json.loads(text)
    except ValueError:
        raise GlueError("InvalidInputException", "Configuration is no JSON.") from None
    grouping, output = dict(given.pop("Grouping", {})), dict(given.pop("CrawlerOutput", {}))
    given.pop("Version", None)
    level = grouping.pop("TableLevelConfiguration", None)
    partitions = dict(output.pop("Partitions", {}))
    inherit = partitions.pop("AddOrUpdateBehavior", None) == "InheritFromTable"
    if more := [*given, *grouping, *output, *partitions]:
        raise refuse(f"{', '.join(more)} of a Configuration; TableLevelConfiguration and InheritFromTable they do")
    return level, inherit


class Crawl:
    """A crawl by *crawler*, with clients that are its role's; *stopped* is asked between files."""

    def __init__(self, crawler: Settings, s3: Any, glue: Any, stopped: Callable[[], bool]) -> None:
        self._crawler, self._s3, self._glue, self._stopped = crawler, s3, glue, stopped
        self.counts = Counts()

    def run(self) -> Counts:
        """Carry it out. Raises ``Stopped`` and boto3's exceptions; what was done until then stays."""
        before = {table["Name"]: table for table in self._tables()}
        seen: set[str] = set()
        for target in self._crawler.targets:
            for found in self._found(target, before):
                seen.add(self._register(found, before))
        if self._crawler.recrawl != NEW_FOLDERS:
            self._gone(seen, before)
        return self.counts

    def _found(self, target: Mapping[str, Any], before: Mapping[str, Any]) -> list[Found]:
        files = []
        known = self._known(before) if self._crawler.recrawl == NEW_FOLDERS else set()
        for one in listed(self._s3, target["Path"], target.get("Exclusions") or ()):
            if self._stopped():
                raise Stopped
            if f"s3://{one.bucket}/{one.folder}" not in known:
                files.append((one, classify(self._s3, one)))
        _, _, prefix = target["Path"].removeprefix("s3://").partition("/")
        return tables(f"{prefix.rstrip('/')}/" if prefix.rstrip("/") else "", files, self._crawler.level)

    def _known(self, before: Mapping[str, Any]) -> set[str]:
        """Folders that a crawl has seen: those of tables and of their partitions."""
        places = {_place(table) for table in before.values() if not table.get("PartitionKeys")}
        for name, table in before.items():
            if table.get("PartitionKeys"):
                places |= {_place(one) for one in self._partitions(name)}
        return places

    def _register(self, found: Found, before: dict[str, Any]) -> str:
        """Make or change the table, and its partitions; its name."""
        crawler, place = self._crawler, catalog.location(found)
        named = catalog.table_name(found.root, found.files[0][0].bucket, crawler.prefix)
        at_place = [name for name, table in before.items() if _place(table).rstrip("/") == place.rstrip("/")]
        name = at_place[0] if at_place else named if named not in before else catalog.other_name(named, place)
        wanted = catalog.table(found, name, crawler.name, found.columns)
        there = before.get(name)
        if there is None:
            self._glue.create_table(DatabaseName=crawler.database, TableInput=wanted)
            self.counts.tables_created += 1
            self._say(f"Table {name} in database {crawler.database} has been created")
            before[name] = wanted
        elif crawler.recrawl != NEW_FOLDERS and _differs(there, wanted):
            if crawler.update == UPDATE:
                self._glue.update_table(DatabaseName=crawler.database, TableInput=wanted)
                self.counts.tables_updated += 1
                self._say(f"Table {name} in database {crawler.database} has been updated")
            else:
                self._say(f"Table {name} in database {crawler.database} is not as its files are, and stays as it is")
        if found.keys:
            self._register_partitions(found, name, wanted)
        return name

    def _register_partitions(self, found: Found, name: str, table: Mapping[str, Any]) -> None:
        there = {tuple(one["Values"]): one for one in self._partitions(name)}
        wanted = {}
        for values, (prefix, files) in found.partitions.items():
            columns = found.columns
            if not self._crawler.inherit:
                own = {column.lower() for _, schema in files for column, _ in schema.columns}
                columns = [column for column in columns if column[0].lower() in own]
            wanted[values] = catalog.partition(values, prefix, files, columns)
        new = [one for values, one in wanted.items() if values not in there]
        for first in range(0, len(new), _BATCH):
            self._glue.batch_create_partition(
                DatabaseName=self._crawler.database, TableName=name, PartitionInputList=new[first : first + _BATCH]
            )
        self.counts.partitions_created += len(new)
        if new:
            self._say(f"{len(new)} partitions of table {name} have been created")
        if self._crawler.recrawl == NEW_FOLDERS:
            return
        for values, one in wanted.items():
            if values in there and _differs(there[values], one) and self._crawler.update == UPDATE:
                self._glue.update_partition(
                    DatabaseName=self._crawler.database,
                    TableName=name,
                    PartitionValueList=list(values),
                    PartitionInput=one,
                )
                self.counts.partitions_updated += 1
        for values in there.keys() - wanted.keys():
            if self._crawler.delete == LOG:
                self._say(f"Partition {'/'.join(values)} of table {name} has no files any more, and stays")
                continue
            self._glue.batch_delete_partition(
                DatabaseName=self._crawler.database, TableName=name, PartitionsToDelete=[{"Values": list(values)}]
            )
            self.counts.partitions_deleted += 1

    def _gone(self, seen: set[str], before: Mapping[str, Any]) -> None:
        """Tables of this crawler's whose files are not there any more."""
        for name, table in before.items():
            parameters = table.get("Parameters") or {}
            if (
                name in seen
                or parameters.get(catalog.UPDATED) != self._crawler.name
                or catalog.DEPRECATED in parameters
            ):
                continue
            if self._crawler.delete == DELETE:
                self._glue.delete_table(DatabaseName=self._crawler.database, Name=name)
                self.counts.tables_deleted += 1
                self._say(f"Table {name} has been deleted")
            elif self._crawler.delete == LOG:
                self._say(f"Table {name} has no files any more, and stays")
            else:
                marked = {member: table[member] for member in _INPUT if member in table}
                marked["Parameters"] = {**parameters, catalog.DEPRECATED: str(int(time.time() * 1000))}
                self._glue.update_table(DatabaseName=self._crawler.database, TableInput=marked)
                self.counts.tables_updated += 1
                self._say(f"Table {name} has been deprecated")

    def _tables(self) -> list[dict[str, Any]]:
        try:
            pages = self._glue.get_paginator("get_tables").paginate(DatabaseName=self._crawler.database)
            return [table for page in pages for table in page["TableList"]]
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise
            # A crawler makes the database that it names: https://docs.aws.amazon.com/glue/latest/dg/define-crawler-set-output.html
            self._glue.create_database(DatabaseInput={"Name": self._crawler.database})
            return []

    def _partitions(self, name: str) -> list[dict[str, Any]]:
        pages = self._glue.get_paginator("get_partitions").paginate(DatabaseName=self._crawler.database, TableName=name)
        return [one for page in pages for one in page["Partitions"]]

    def _say(self, line: str) -> None:
        self.counts.said.append(line)


_INPUT = (
    *("Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "TableType", "Parameters"),
    *("ViewOriginalText", "ViewExpandedText"),
)


def _place(described: Mapping[str, Any]) -> str:
    return str((described.get("StorageDescriptor") or {}).get("Location") or "")


def _differs(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether columns, keys, format or figures are others."""

    def of(described: Mapping[str, Any]) -> Any:
        storage = described["StorageDescriptor"]
        columns = [(one["Name"], one["Type"]) for one in storage.get("Columns") or ()]
        keys = [one["Name"] for one in described.get("PartitionKeys") or ()]
        serde = (storage.get("SerdeInfo") or {}).get("SerializationLibrary")
        return columns, keys, storage.get("InputFormat"), serde, storage.get("Location"), described.get("Parameters")

    return bool(of(there) != of(wanted))
