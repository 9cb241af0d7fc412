"""Helpers to look at the results of the adapter's own features: rows by SQL, tables in Glue, objects in S3."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import boto3
import pytest
from dbt.tests.util import relation_from_name


@dataclass(frozen=True)
class Lake:
    """The schema of one test class as Athena, Glue and S3 see it."""

    project: object

    @property
    def schema(self):
        return self.project.test_schema

    def rows(self, query):
        """The rows of *query*, in which ``{name}`` stands for a relation of the schema."""
        return [tuple(row) for row in self.project.run_sql(self._named(query), fetch="all")]

    def execute(self, statement):
        self.project.run_sql(self._named(statement))

    def _named(self, query):
        class Names(dict):
            def __missing__(names, name):  # noqa: N805 - the mapping, beside the lake
                return str(relation_from_name(self.project.adapter, name))

        return query.format_map(Names())

    def table(self, name):
        return boto3.client("glue").get_table(DatabaseName=self.schema, Name=name)["Table"]

    def tables(self):
        pages = boto3.client("glue").get_paginator("get_tables").paginate(DatabaseName=self.schema)
        return {table["Name"] for page in pages for table in page["TableList"]}

    def columns(self, name):
        table = self.table(name)
        columns = [*table["StorageDescriptor"]["Columns"], *table.get("PartitionKeys", [])]
        return {column["Name"]: column["Type"] for column in columns if _is_current(column)}

    def partitions(self, name):
        found = boto3.client("glue").get_partitions(DatabaseName=self.schema, TableName=name)["Partitions"]
        return sorted(tuple(partition["Values"]) for partition in found)

    def location(self, name):
        return self.table(name)["StorageDescriptor"]["Location"].rstrip("/")

    def objects(self, uri):
        place = urlsplit(uri)
        pages = (
            boto3.client("s3")
            .get_paginator("list_objects_v2")
            .paginate(Bucket=place.netloc, Prefix=f"{place.path.strip('/')}/")
        )
        return [item["Key"] for page in pages for item in page.get("Contents", [])]


def _is_current(column):
    """Athena may keep a dropped column of an Iceberg table in Glue, marked so."""
    return column.get("Parameters", {}).get("iceberg.field.current") != "false"


@pytest.fixture(scope="class")
def lake(project):
    return Lake(project)
