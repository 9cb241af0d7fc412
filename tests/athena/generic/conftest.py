"""Additions for the generic suites to the common fixtures: their own SQL, in Athena's words."""

import athena_sql
import pytest
from dbt.tests.util import run_sql_with_adapter


@pytest.fixture(scope="class")
def project(aws, project_setup, project_files):
    """The project of dbt-tests-adapter, whose ``run_sql`` translates what the suites wrote for PostgreSQL."""

    def run_sql(sql, fetch=None):
        text = sql.format(schema=project_setup.test_schema, database=f'"{project_setup.database}"')
        rows = None
        for statement in athena_sql.statements(text, f"s3://{aws.bucket}/"):
            rows = run_sql_with_adapter(project_setup.adapter, statement.replace("{", "{{").replace("}", "}}"), fetch)
        return rows

    project_setup.run_sql = run_sql
    return project_setup
