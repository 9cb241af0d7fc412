"""dbt.tests.adapter.empty"""

import pytest
from dbt.tests.adapter.empty import _models
from dbt.tests.adapter.empty.test_empty import (
    BaseTestEmpty,
    BaseTestEmptyInlineSourceRef,
    BaseTestEmptySeedFlag,
    MetadataWithEmptyFlag,
)


class TestEmpty(BaseTestEmpty):
    pass


class TestEmptyInlineSourceRef(BaseTestEmptyInlineSourceRef):
    @pytest.fixture(scope="class")
    def models(self):
        """dbt renders an alias for an emptied relation; Trino takes one only."""
        model = "select * from {{ source('seed_sources', 'raw_source') }}"
        return {"model.sql": model, "sources.yml": _models.schema_sources_yml}


class TestEmptySeedFlag(BaseTestEmptySeedFlag):
    pass


class TestMetadataWithEmptyFlag(MetadataWithEmptyFlag):
    @pytest.mark.parametrize(
        "model", ["control", "get_columns_in_relation", "alter_relation_comment", "alter_column_comment"]
    )
    def test_run(self, project, model):
        """Left out: what alters or truncates a seed; Athena adds and truncates no column of a Hive table so."""
        super().test_run(project, model)
