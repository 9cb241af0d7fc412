"""dbt.tests.adapter.basic"""

import re

import pytest
from dbt.tests.adapter.basic import expected_catalog, files, test_snapshot_check_cols, test_snapshot_timestamp
from dbt.tests.adapter.basic.test_adapter_methods import BaseAdapterMethod
from dbt.tests.adapter.basic.test_base import BaseSimpleMaterializations
from dbt.tests.adapter.basic.test_docs_generate import BaseDocsGenerate, BaseDocsGenReferences
from dbt.tests.adapter.basic.test_empty import BaseEmpty
from dbt.tests.adapter.basic.test_ephemeral import BaseEphemeral
from dbt.tests.adapter.basic.test_generic_tests import BaseGenericTests
from dbt.tests.adapter.basic.test_incremental import (
    BaseIncremental,
    BaseIncrementalBadStrategy,
    BaseIncrementalNotSchemaChange,
)
from dbt.tests.adapter.basic.test_singular_tests import BaseSingularTests
from dbt.tests.adapter.basic.test_singular_tests_ephemeral import BaseSingularTestsEphemeral
from dbt.tests.adapter.basic.test_table_materialization import BaseTableMaterialization
from dbt.tests.adapter.basic.test_validate_connection import BaseValidateConnection
from dbt.tests.util import AnyInteger, run_dbt

ICEBERG = {"+table_type": "iceberg"}


class TestSimpleMaterializations(BaseSimpleMaterializations):
    pass


class TestSingularTests(BaseSingularTests):
    pass


class TestSingularTestsEphemeral(BaseSingularTestsEphemeral):
    pass


@pytest.mark.artifacts
class TestEmpty(BaseEmpty):
    pass


class TestEphemeral(BaseEphemeral):
    pass


class TestIncremental(BaseIncremental):
    pass


class TestIncrementalIceberg(BaseIncremental):
    """Seeds hold timestamp(3), and Iceberg takes timestamp(6) only: the model casts."""

    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"name": "incremental", "models": {**ICEBERG, "+incremental_strategy": "append"}}

    @pytest.fixture(scope="class")
    def models(self):
        model = """
            {{ config(materialized="incremental") }}
            select id, name, cast(some_date as timestamp(6)) as some_date from {{ source('raw', 'seed') }}
            {% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
        """
        source = {"name": "raw", "schema": "{{ target.schema }}"}
        table = {"name": "seed", "identifier": "{{ var('seed_name', 'base') }}"}
        return {"incremental.sql": model, "schema.yml": {"sources": [{**source, "tables": [table]}]}}


class TestIncrementalNotSchemaChange(BaseIncrementalNotSchemaChange):
    """Trino concatenates strings only; the suite's model concatenates a number and a timestamp."""

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "incremental_not_schema_change.sql": """
                {{ config(materialized="incremental", unique_key="stamp", on_schema_change="sync_all_columns") }}
                select
                    cast(1 as varchar) || '-' || cast(current_timestamp as varchar) as stamp,
                    {% if is_incremental() %} 'thisis18characters' {% else %} 'okthisis20characters' {% endif %}
                        as platform
            """
        }


class TestIncrementalBadStrategy(BaseIncrementalBadStrategy):
    def test_incremental_invalid_strategy(self, project):
        """The adapter checks the name before dbt does, and says so in its own words."""
        run_dbt(["seed"])
        [result] = run_dbt(["run", "--select", "incremental"], expect_pass=False)
        assert "Invalid incremental strategy provided: bad_strategy" in result.message


class TestGenericTests(BaseGenericTests):
    pass


class IcebergSeeds:
    """The suite updates its seeds, so they are Iceberg tables; those hold timestamp(6), which a seed's column is cast to, and which
    no snapshot in a Hive table takes.
    """

    @pytest.fixture(scope="class")
    def project_config_update(self):
        seeds = {"+table_type": "iceberg", "+column_types": {"some_date": "timestamp(6)"}}
        return {"seeds": seeds, "snapshots": {"+table_type": "iceberg"}}

    @pytest.fixture(scope="class")
    def seeds(self):
        """Without the T between date and time, which Trino casts no string with."""
        return {f"{name}.csv": re.sub(r"(?<=\d)T(?=\d)", " ", csv) for name, csv in self.csv_files()}

    @pytest.fixture(autouse=True)
    def update_rows(self, monkeypatch, project):
        """dbt's default for adding an hour is PostgreSQL's, and the adapter has none of its own."""

        def update(adapter, config):
            column, clause = config["dst_col"], config["clause"]
            where = f" where {config['where']}" if "where" in config else ""
            more = f"|| '{clause['value']}'" if "value" in clause else "+ interval '1' hour"
            value = f"{clause['src_col']} {more}"
            project.run_sql(f"update {project.test_schema}.{config['name']} set {column} = {value}{where}")

        for module in (test_snapshot_check_cols, test_snapshot_timestamp):
            monkeypatch.setattr(module, "update_rows", update)


class TestSnapshotCheckCols(IcebergSeeds, test_snapshot_check_cols.BaseSnapshotCheckCols):
    def csv_files(self):
        return [("base", files.seeds_base_csv), ("added", files.seeds_added_csv)]


class TestSnapshotTimestamp(IcebergSeeds, test_snapshot_timestamp.BaseSnapshotTimestamp):
    def csv_files(self):
        return [
            ("base", files.seeds_base_csv),
            ("added", files.seeds_added_csv),
            ("newcolumns", files.seeds_newcolumns_csv),
        ]


class TestAdapterMethods(BaseAdapterMethod):
    pass


class TestValidateConnection(BaseValidateConnection):
    pass


class TestTableMaterialization(BaseTableMaterialization):
    pass


# Types are Glue's; Athena calls a Hive table 'table' and a view 'view'; nothing has an owner or statistics.
CATALOG = {
    "role": None,
    "id_type": "int",
    "text_type": "string",
    "time_type": "timestamp",
    "view_type": "view",
    "table_type": "table",
    "model_stats": expected_catalog.no_stats(),
}


def in_athena_words(catalog):
    """Columns count from 0, and Athena writes a comment on every view that it makes."""
    for node in [*catalog["nodes"].values(), *catalog["sources"].values()]:
        if node["metadata"]["type"] == "view":
            node["metadata"]["comment"] = "Presto View"
        for column in node["columns"].values():
            column["index"] = AnyInteger()
    return catalog


@pytest.mark.artifacts
class TestDocsGenerate(BaseDocsGenerate):
    @pytest.fixture(scope="class")
    def expected_catalog(self, project):
        return in_athena_words(expected_catalog.base_expected_catalog(project, **CATALOG))


@pytest.mark.artifacts
class TestDocsGenReferences(BaseDocsGenReferences):
    @pytest.fixture(scope="class")
    def expected_catalog(self, project):
        return in_athena_words(expected_catalog.expected_references_catalog(project, bigint_type="bigint", **CATALOG))
