"""S3 Tables: a catalog of catalogs.yml whose tables lie in a table bucket, which gives them their place."""

import boto3
import pytest
from dbt.tests.util import run_dbt, write_config_file

BUCKET = "lakeloop-adapter-tests"
DATABASE = f"s3tablescatalog/{BUCKET}"


@pytest.fixture(scope="class")
def bucket(aws):
    client = boto3.client("s3tables")
    try:
        return client.create_table_bucket(name=BUCKET)["arn"]
    except client.exceptions.ConflictException:
        return f"arn:aws:s3tables:{aws.region}:000000000000:bucket/{BUCKET}"


class TestTableBucket:
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"flags": {"use_catalogs_v2": True}}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "whole.sql": """
                {{ config(materialized='table', catalog_name='managed') }}
                select id, name from (values (1, 'a'), (2, 'b')) as t (id, name)
            """,
            "merged.sql": """
                {{ config(materialized='incremental', incremental_strategy='merge', unique_key='id',
                          catalog_name='managed') }}
                select id, name || '{{ var("mark", "") }}' as name from {{ ref('whole') }}
                {% if is_incremental() %} union all select 3, 'c' {% endif %}
            """,
            "seen.sql": "select count(*) as n from {{ ref('merged') }}",
        }

    @pytest.fixture(scope="class")
    def snapshots(self):
        return {
            "kept.sql": """
                {% snapshot kept %}
                {{ config(unique_key='id', strategy='check', check_cols=['name'], catalog_name='managed') }}
                select id, name || '{{ var("mark", "") }}' as name from {{ ref('whole') }} where id = 1
                {% endsnapshot %}
            """
        }

    @pytest.fixture(scope="class", autouse=True)
    def namespace(self, project, bucket):
        catalog = {"catalog_database": DATABASE, "file_format": "parquet"}
        managed = {"name": "managed", "type": "s3_tables", "table_format": "iceberg", "config": {"athena": catalog}}
        write_config_file({"catalogs": [managed]}, project.project_root, "catalogs.yml")
        boto3.client("s3tables").create_namespace(tableBucketARN=bucket, namespace=[project.test_schema])

    def test_tables_merges_and_snapshots(self, project, lake, bucket):
        def rows(table, columns="*"):
            return lake.rows(f'select {columns} from "{DATABASE}"."{project.test_schema}"."{table}" order by 1')

        run_dbt(["build"])
        run_dbt(["build", "--vars", "mark: x"])
        assert rows("whole") == [(1, "a"), (2, "b")]
        assert rows("merged") == [(1, "ax"), (2, "bx"), (3, "c")]
        assert rows("kept", "name, dbt_valid_to is null") == [("a", False), ("ax", True)]
        assert lake.rows("select n from {seen}") == [(3,)]
        found = boto3.client("s3tables").list_tables(tableBucketARN=bucket, namespace=project.test_schema)["tables"]
        assert {(table["name"], table["type"]) for table in found} == {
            ("whole", "customer"), ("merged", "customer"), ("kept", "customer"),
        }  # fmt: skip
        assert lake.tables() == {"seen"}, "nothing of it lies in the account's own catalog"
