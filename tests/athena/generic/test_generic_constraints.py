"""dbt.tests.adapter.constraints: contracts are checked; constraints Athena does not have."""

import pytest
from dbt.tests.adapter.constraints import fixtures
from dbt.tests.adapter.constraints.test_constraints import (
    BaseIncrementalConstraintsColumnsEqual,
    BaseTableConstraintsColumnsEqual,
    BaseViewConstraintsColumnsEqual,
)

# (value in SQL, type in the contract, type in dbt's message)
COLUMNS = [
    ("1", "int", "INTEGER"),
    ("'1'", "string", "VARCHAR"),
    ("true", "boolean", "BOOLEAN"),
    ("timestamp '2013-11-03 00:00:00'", "timestamp", "TIMESTAMP"),
    ("cast('1' as decimal(10, 2))", "decimal(10, 2)", "DECIMAL"),
    ("cast(1.5 as real)", "float", "FLOAT"),
    ("array['a', 'b']", "array(varchar)", "ARRAY"),
]


class AthenaTypes:
    @pytest.fixture
    def string_type(self):
        return "VARCHAR"

    @pytest.fixture
    def int_type(self):
        return "INTEGER"

    @pytest.fixture
    def schema_int_type(self):
        return "int"

    @pytest.fixture
    def data_types(self):
        return [list(column) for column in COLUMNS]


class TestTableConstraintsColumnsEqual(AthenaTypes, BaseTableConstraintsColumnsEqual):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "my_model_wrong_order.sql": fixtures.my_model_wrong_order_sql,
            "my_model_wrong_name.sql": fixtures.my_model_wrong_name_sql,
            "constraints_schema.yml": contract_in_athena_words(),
        }


class TestViewConstraintsColumnsEqual(AthenaTypes, BaseViewConstraintsColumnsEqual):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "my_model_wrong_order.sql": fixtures.my_model_view_wrong_order_sql,
            "my_model_wrong_name.sql": fixtures.my_model_view_wrong_name_sql,
            "constraints_schema.yml": contract_in_athena_words(),
        }


class TestIncrementalConstraintsColumnsEqual(AthenaTypes, BaseIncrementalConstraintsColumnsEqual):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "my_model_wrong_order.sql": fixtures.my_model_incremental_wrong_order_sql,
            "my_model_wrong_name.sql": fixtures.my_model_incremental_wrong_name_sql,
            "constraints_schema.yml": contract_in_athena_words(),
        }


def contract_in_athena_words():
    return fixtures.model_schema_yml.replace("data_type: text", "data_type: string")
