"""dbt.tests.adapter.constraints: contracts are checked; constraints Athena does not have, so no SQL has them."""

import pytest
from dbt.tests.adapter.constraints import fixtures
from dbt.tests.adapter.constraints.test_constraints import (
    BaseConstraintQuotedColumn,
    BaseConstraintsRuntimeDdlEnforcement,
    BaseIncrementalConstraintsColumnsEqual,
    BaseIncrementalConstraintsRuntimeDdlEnforcement,
    BaseIncrementalForeignKeyConstraint,
    BaseModelConstraintsRuntimeEnforcement,
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


# dbt keeps the adapter's last statement as a table's SQL: the report of the statement that made the table.
REPORT = """select '{"rowcount":1,"data_scanned_in_bytes":0}'"""


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


class ReportOfATable:
    @pytest.fixture(scope="class")
    def expected_sql(self):
        return f"{REPORT};"


class TestConstraintsRuntimeDdlEnforcement(ReportOfATable, BaseConstraintsRuntimeDdlEnforcement):
    pass


class TestModelConstraintsRuntimeEnforcement(ReportOfATable, BaseModelConstraintsRuntimeEnforcement):
    pass


class TestConstraintQuotedColumn(ReportOfATable, BaseConstraintQuotedColumn):
    pass


class TestIncrementalConstraintsRuntimeDdlEnforcement(BaseIncrementalConstraintsRuntimeDdlEnforcement):
    @pytest.fixture(scope="class")
    def expected_sql(self):
        return REPORT


class TestIncrementalForeignKeyConstraint(BaseIncrementalForeignKeyConstraint):
    pass


def contract_in_athena_words():
    return fixtures.model_schema_yml.replace("data_type: text", "data_type: string")
