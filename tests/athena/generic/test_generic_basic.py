"""dbt.tests.adapter.basic"""

import pytest
from dbt.tests.adapter.basic import expected_catalog
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
from dbt.tests.adapter.basic.test_snapshot_check_cols import BaseSnapshotCheckCols
from dbt.tests.adapter.basic.test_snapshot_timestamp import BaseSnapshotTimestamp
from dbt.tests.adapter.basic.test_table_materialization import BaseTableMaterialization
from dbt.tests.adapter.basic.test_validate_connection import BaseValidateConnection

ICEBERG = {"+table_type": "iceberg"}


class TestSimpleMaterializations(BaseSimpleMaterializations):
    pass


class TestSingularTests(BaseSingularTests):
    pass


class TestSingularTestsEphemeral(BaseSingularTestsEphemeral):
    pass


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
    pass


class TestGenericTests(BaseGenericTests):
    pass


class TestSnapshotCheckCols(BaseSnapshotCheckCols):
    pass


class TestSnapshotTimestamp(BaseSnapshotTimestamp):
    pass


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


class TestDocsGenerate(BaseDocsGenerate):
    @pytest.fixture(scope="class")
    def expected_catalog(self, project):
        return expected_catalog.base_expected_catalog(project, **CATALOG)


class TestDocsGenReferences(BaseDocsGenReferences):
    @pytest.fixture(scope="class")
    def expected_catalog(self, project):
        return expected_catalog.expected_references_catalog(project, bigint_type="bigint", **CATALOG)
