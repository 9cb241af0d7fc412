"""Identities and locations: an assumed role, Lake Formation's tags and grants, catalogs.yml, a folder for temporary tables."""

import boto3
import pytest
from dbt.tests.util import run_dbt, write_config_file

MODELS = {
    "plain.sql": "{{ config(materialized='table') }} select 1 as id",
    "merged.sql": """
        {{ config(materialized='incremental', table_type='iceberg', incremental_strategy='merge', unique_key='id') }}
        select id from {{ ref('plain') }}
    """,
}


class TestAssumedRole:
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, athena_target):
        return {
            **athena_target,
            "assume_role_arn": "arn:aws:iam::000000000000:role/dbt",
            "assume_role_external_id": "outside",
        }

    @pytest.fixture(scope="class")
    def models(self):
        return MODELS

    def test_run(self, lake):
        run_dbt(["run"])
        run_dbt(["run"])
        assert lake.rows("select id from {merged}") == [(1,)]


class TestLakeFormation:
    """The schema, the table and its column are tagged; who may read which cells is granted, and changes."""

    @pytest.fixture(scope="class")
    def models(self):
        tags = (
            "lf_tags_config={'enabled': true, 'tags': {'layer': 'gold'}, 'tags_columns': {'layer': {'gold': ['id']}}}"
        )
        cells = """
            {'kept': {'row_filter': 'id > ' ~ var('run'), 'principals': ['arn:aws:iam::000000000000:role/r' ~ var('run')]},
             'only_' ~ var('run'): {'row_filter': 'true', 'column_names': ['id']}}
        """
        grants = f"lf_grants={{'data_cell_filters': {{'enabled': true, 'filters': {cells}}}}}"
        return {
            "tagged.sql": f"{{{{ config(materialized='table', {tags}) }}}} select 1 as id",
            "granted.sql": f"{{{{ config(materialized='table', {grants}) }}}} select 1 as id",
        }

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, athena_target):
        boto3.client("lakeformation").create_lf_tag(TagKey="layer", TagValues=["gold"])
        return {**athena_target, "lf_tags_database": {"layer": "gold"}}

    def test_run(self, lake):
        for number in (1, 2):
            run_dbt(["run", "--vars", f"run: {number}"])
        assert lake.rows("select id from {tagged}") == [(1,)]
        lakeformation = boto3.client("lakeformation")
        tags = lakeformation.get_resource_lf_tags(Resource={"Table": {"DatabaseName": lake.schema, "Name": "tagged"}})
        assert [(tag["TagKey"], tag["TagValues"]) for tag in tags["LFTagsOnTable"]] == [("layer", ["gold"])]
        table = {"CatalogId": "000000000000", "DatabaseName": lake.schema, "Name": "granted"}
        filters = lakeformation.list_data_cells_filter(Table=table)["DataCellsFilters"]
        assert {cells["Name"]: cells["RowFilter"]["FilterExpression"] for cells in filters} == {
            "kept": "id > 2",
            "only_2": "true",
        }
        name = {"TableCatalogId": "000000000000", "DatabaseName": lake.schema, "TableName": "granted", "Name": "kept"}
        permissions = lakeformation.list_permissions(Resource={"DataCellsFilter": name})["PrincipalResourcePermissions"]
        assert [granted["Principal"]["DataLakePrincipalIdentifier"] for granted in permissions] == [
            "arn:aws:iam::000000000000:role/r2"
        ]


class TestTemporaryTables:
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, athena_target, aws):
        return {**athena_target, "s3_tmp_table_dir": f"s3://{aws.bucket}/temporary/"}

    @pytest.fixture(scope="class")
    def models(self):
        return MODELS

    def test_they_lie_elsewhere_and_go(self, lake, aws):
        run_dbt(["run"])
        run_dbt(["run"])
        assert lake.rows("select id from {merged}") == [(1,)]
        assert not lake.objects(f"s3://{aws.bucket}/temporary/")


class TestCatalogsFile:
    """catalogs.yml: a Glue catalog whose tables are Iceberg's without a word in the model."""

    @pytest.fixture(scope="class")
    def models(self):
        return {"by_catalog.sql": "{{ config(materialized='table', catalog_name='lake') }} select 1 as id"}

    @pytest.fixture(scope="class", autouse=True)
    def catalogs(self, project, aws):
        write = {"name": "lake_in_glue", "catalog_type": "glue", "table_format": "iceberg", "file_format": "parquet"}
        write_config_file(
            {"catalogs": [{"name": "lake", "active_write_integration": "lake_in_glue", "write_integrations": [write]}]},
            project.project_root,
            "catalogs.yml",
        )

    def test_table_is_iceberg(self, lake):
        run_dbt(["run"])
        run_dbt(["run"])
        assert lake.table("by_catalog")["Parameters"]["table_type"].upper() == "ICEBERG"
        assert lake.rows("select id from {by_catalog}") == [(1,)]
