"""dbt.tests.adapter.column_types"""

import pytest
from dbt.tests.adapter.column_types.test_column_types import BasePostgresColumnTypes


class TestColumnTypes(BasePostgresColumnTypes):
    """The suite's model is PostgreSQL's; the same columns in Trino's words."""

    @pytest.fixture(scope="class")
    def models(self):
        checks = {
            "smallint_col": ["integer", "number"],
            "int_col": ["integer", "number"],
            "bigint_col": ["integer", "number"],
            "real_col": ["float", "number"],
            "double_col": ["float", "number"],
            "numeric_col": ["numeric", "number"],
            "text_col": ["string", "not number"],
            "varchar_col": ["string", "not number"],
        }
        return {
            "model.sql": """
                {{ config(materialized="table") }}
                select
                    cast(1 as smallint) as smallint_col,
                    cast(2 as integer) as int_col,
                    cast(3 as bigint) as bigint_col,
                    cast(4.0 as real) as real_col,
                    cast(5.0 as double) as double_col,
                    cast(6.0 as decimal(38, 6)) as numeric_col,
                    cast('7' as varchar) as text_col,
                    cast('8' as varchar(20)) as varchar_col
            """,
            "schema.yml": {"models": [{"name": "model", "data_tests": [{"is_type": {"column_map": checks}}]}]},
        }
