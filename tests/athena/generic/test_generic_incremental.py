"""dbt.tests.adapter.incremental: on Hive tables and, where MERGE is needed, on Iceberg's."""

import re

import pytest
from dbt.tests.adapter.incremental import test_incremental_unique_id as unique_id
from dbt.tests.adapter.incremental.test_incremental_merge_exclude_columns import BaseMergeExcludeColumns
from dbt.tests.adapter.incremental.test_incremental_microbatch import BaseMicrobatch
from dbt.tests.adapter.incremental.test_incremental_on_schema_change import BaseIncrementalOnSchemaChange
from dbt.tests.adapter.incremental.test_incremental_predicates import BaseIncrementalPredicates
from dbt.tests.adapter.incremental.test_incremental_unique_id import BaseIncrementalUniqueKey

MERGE = {"+table_type": "iceberg", "+incremental_strategy": "merge"}
APPEND = {"+table_type": "iceberg", "+incremental_strategy": "append"}


class TestMergeExcludeColumns(BaseMergeExcludeColumns):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"models": {"+table_type": "iceberg"}}


class TestIncrementalPredicates(BaseIncrementalPredicates):
    """Athena has no delete+insert: the same rows by MERGE, where predicates name their side."""

    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"models": {**MERGE, "+incremental_predicates": ["src.id != 2"]}}


class TestIncrementalUniqueKey(BaseIncrementalUniqueKey):
    """MERGE. An empty key is an error of the adapter there: those two cases append, below."""

    @pytest.fixture(scope="class")
    def project_config_update(self):
        keyless = {"incremental_strategy": "append"}
        return {
            "models": {
                **MERGE,
                "test": dict.fromkeys(("no_unique_key", "empty_unique_key_list", "empty_str_unique_key"), keyless),
            }
        }

    @pytest.fixture(scope="class")
    def models(self):
        """Dates are written as dates: a UNION of Trino takes no string beside a date."""
        names = (
            "trinary_unique_key_list",
            "nontyped_trinary_unique_key_list",
            "unary_unique_key_list",
            "not_found_unique_key",
            "empty_unique_key_list",
            "no_unique_key",
            "empty_str_unique_key",
            "str_unique_key",
            "duplicated_unary_unique_key_list",
            "not_found_unique_key_list",
        )
        expected = re.sub(r",'(\d{4}-\d\d-\d\d)'", r", date '\1'", unique_id.models__expected__one_str__overwrite_sql)
        return {
            **{f"{name}.sql": getattr(unique_id, f"models__{name}_sql") for name in names},
            "expected": {"one_str__overwrite.sql": expected, "unique_key_list__inplace_overwrite.sql": expected},
        }


class TestIncrementalOnSchemaChange(BaseIncrementalOnSchemaChange):
    """Hive: columns are replaced in the catalog, and files read by name."""


class TestIncrementalOnSchemaChangeIceberg(BaseIncrementalOnSchemaChange):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"models": APPEND}


MICROBATCH_INPUT = """
{{ config(materialized='table', table_type='iceberg', event_time='event_time') }}
select 1 as id, cast(timestamp '2020-01-01 00:00:00' as timestamp(6)) as event_time
union all
select 2 as id, cast(timestamp '2020-01-02 00:00:00' as timestamp(6)) as event_time
union all
select 3 as id, cast(timestamp '2020-01-03 00:00:00' as timestamp(6)) as event_time
"""


class Microbatch(BaseMicrobatch):
    """Neither table type stores a time zone, which the suite's literals carry."""

    @pytest.fixture(scope="class")
    def input_model_sql(self):
        return MICROBATCH_INPUT

    @pytest.fixture(scope="class")
    def insert_two_rows_sql(self, project):
        return (
            f"insert into {project.test_schema}.input_model (id, event_time) "
            "values (4, timestamp '2020-01-04 00:00:00'), (5, timestamp '2020-01-05 00:00:00')"
        )


class TestMicrobatchIceberg(Microbatch):
    @pytest.fixture(scope="class")
    def microbatch_model_sql(self):
        return """
            {{ config(materialized='incremental', incremental_strategy='microbatch', table_type='iceberg',
                      unique_key='id', event_time='event_time', batch_size='day',
                      begin=modules.datetime.datetime(2020, 1, 1, 0, 0, 0)) }}
            select * from {{ ref('input_model') }}
        """


class TestMicrobatchHive(Microbatch):
    """insert_overwrite of the day's partition."""

    @pytest.fixture(scope="class")
    def microbatch_model_sql(self):
        return """
            {{ config(materialized='incremental', incremental_strategy='microbatch', partitioned_by=['day'],
                      event_time='event_time', batch_size='day',
                      begin=modules.datetime.datetime(2020, 1, 1, 0, 0, 0)) }}
            select id, cast(event_time as timestamp(3)) as event_time, cast(event_time as date) as day
            from {{ ref('input_model') }}
        """
