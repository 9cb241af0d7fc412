"""S3 Tables: a table bucket is a catalog of Glue's and of Athena's, and one truth stands behind all three services."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.asking import Run, client, rows

from lakeloop_emulator.settings import Settings

pytestmark = pytest.mark.emulator

Ask = Callable[..., list[list[str | None]] | str]


@dataclass(frozen=True)
class Bucket:
    """A table bucket with one namespace, ``ns``."""

    client: Any
    name: str
    arn: str

    @property
    def catalog(self) -> str:
        return f"s3tablescatalog/{self.name}"

    @property
    def glue_catalog(self) -> str:
        return f"000000000000:{self.catalog}"

    def tables(self) -> list[str]:
        return [table["name"] for table in self.client.list_tables(tableBucketARN=self.arn)["tables"]]


@pytest.fixture
def bucket(emulator: Settings) -> Bucket:
    s3_tables = client("s3tables", emulator.url)
    name = f"tables-{uuid.uuid4().hex[:12]}"
    arn = s3_tables.create_table_bucket(name=name)["arn"]
    s3_tables.create_namespace(tableBucketARN=arn, namespace=["ns"])
    return Bucket(s3_tables, name, arn)


@pytest.fixture
def ask(athena: Any, run: Run) -> Ask:
    """Runs a statement, in a catalog if one is given: its rows, without their header, or why it failed."""

    def ask(sql: str, catalog: str = "awsdatacatalog") -> list[list[str | None]] | str:
        execution = run(sql, QueryExecutionContext={"Catalog": catalog, "Database": "ns"})
        if execution["Status"]["State"] != "SUCCEEDED":
            return str(execution["Status"]["StateChangeReason"])
        return rows(athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"]))[1:]

    return ask


def code(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_a_table_from_birth_to_death(bucket: Bucket, ask: Ask, glue: Any, s3: Any) -> None:
    table = f'"{bucket.catalog}"."ns"."t"'
    ask(f"create table {table} with (table_type = 'iceberg', is_external = false) as select 1 as id, 'a' as name")
    ask(f"insert into {table} values (2, 'b')")
    ask(
        f"merge into {table} t using (values (2, 'c'), (3, 'd')) s (id, name) on t.id = s.id "
        "when matched then update set name = s.name when not matched then insert (id, name) values (s.id, s.name)"
    )
    ask(f"update {table} set name = 'A' where id = 1")
    ask(f"delete from {table} where id = 3")
    assert ask(f"select * from {table} order by id") == [["1", "A"], ["2", "c"]]
    assert ask(f'select count(*) from "{bucket.catalog}"."ns"."t$snapshots"') == [["5"]]

    summary = bucket.client.list_tables(tableBucketARN=bucket.arn, namespace="ns")["tables"][0]
    assert (summary["name"], summary["type"]) == ("t", "customer")
    known = glue.get_table(CatalogId=bucket.glue_catalog, DatabaseName="ns", Name="T")["Table"]
    kept = bucket.client.get_table(tableBucketARN=bucket.arn, namespace="ns", name="t")
    assert known["Parameters"]["metadata_location"] == kept["metadataLocation"]
    assert [column["Name"] for column in known["StorageDescriptor"]["Columns"]] == ["id", "name"]

    storage = kept["warehouseLocation"].removeprefix("s3://")
    assert s3.list_objects_v2(Bucket=storage)["KeyCount"] > 0
    glue.delete_table(CatalogId=bucket.glue_catalog, DatabaseName="ns", Name="t")
    assert bucket.tables() == []
    assert code(s3.list_objects_v2, Bucket=storage) == "NoSuchBucket"


def test_what_fails_leaves_no_table(bucket: Bucket, ask: Ask) -> None:
    table = f'"{bucket.catalog}"."ns"."t"'
    made = f"create table {table} with (table_type = 'iceberg'"
    assert "DIVISION_BY_ZERO" in ask(f"{made}) as select 1 / x as id from (values 0) v (x)")
    assert "has no location" in ask(f"{made}, location = 's3://lake/x/') as select 1 as id")
    assert bucket.tables() == []
    ask(f"{made}) as select 1 as id")
    assert "TABLE_ALREADY_EXISTS" in ask(f"{made}) as select 2 as id")
    assert "NOT_SUPPORTED" in ask("alter table ns.t rename to ns.u", catalog=bucket.catalog)
    assert ask(f"select id from {table}") == [["1"]]


def test_ddl_goes_to_the_catalog_of_the_query(bucket: Bucket, ask: Ask) -> None:
    ask("create schema made", catalog=bucket.catalog)
    ask("create table made.t (id int, at timestamp) tblproperties ('table_type' = 'iceberg')", catalog=bucket.catalog)
    ask("insert into made.t values (1, timestamp '2024-01-01 00:00:00')", catalog=bucket.catalog)
    assert ask("select id, at from made.t", catalog=bucket.catalog) == [["1", "2024-01-01 00:00:00.000000"]]
    listed = "select table_name from information_schema.tables where table_schema = 'made'"
    assert ask(listed, catalog=bucket.catalog) == [["t"]]
    said = ask("show tables in awsdatacatalog_has_no_such", catalog=bucket.catalog)
    assert said.endswith("Database does not exist: awsdatacatalog_has_no_such")
    namespaces = bucket.client.list_namespaces(tableBucketARN=bucket.arn)["namespaces"]
    assert sorted(namespace["namespace"][0] for namespace in namespaces) == ["made", "ns"]
    ask("drop schema made cascade", catalog=bucket.catalog)
    assert bucket.tables() == []


def test_glue_says_what_is_not_there(bucket: Bucket, glue: Any) -> None:
    where = {"CatalogId": bucket.glue_catalog}
    assert glue.get_database(**where, Name="NS")["Database"]["Name"] == "ns"
    assert [database["Name"] for database in glue.get_databases(**where)["DatabaseList"]] == ["ns"]
    assert glue.get_tables(**where, DatabaseName="ns")["TableList"] == []
    assert code(glue.get_database, **where, Name="missing") == "EntityNotFoundException"
    assert code(glue.get_table, **where, DatabaseName="ns", Name="missing") == "EntityNotFoundException"
    assert code(glue.get_database, CatalogId="000000000000:s3tablescatalog/no", Name="ns") == "EntityNotFoundException"
    assert code(glue.get_partitions, **where, DatabaseName="ns", TableName="t") == "InvalidInputException"


def test_the_catalog_of_all_table_buckets(glue: Any) -> None:
    federated = {"FederatedCatalog": {"ConnectionName": "aws:s3tables", "Identifier": "arn:aws:s3tables:*:*:bucket/*"}}
    assert code(glue.get_catalog, CatalogId="s3tablescatalog") == "EntityNotFoundException"
    glue.create_catalog(Name="s3tablescatalog", CatalogInput=federated)
    assert glue.get_catalog(CatalogId="s3tablescatalog")["Catalog"]["Name"] == "s3tablescatalog"
    assert [catalog["Name"] for catalog in glue.get_catalogs()["CatalogList"]] == ["s3tablescatalog"]
    assert code(glue.create_catalog, Name="s3tablescatalog", CatalogInput=federated) == "AlreadyExistsException"
    glue.delete_catalog(CatalogId="s3tablescatalog")
    assert code(glue.get_catalog, CatalogId="s3tablescatalog") == "EntityNotFoundException"
