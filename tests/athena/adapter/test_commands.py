"""Every command of dbt that asks the database something: build, docs, freshness, retry, clone, show, debug, ..."""

import json
import shutil
from pathlib import Path

import pytest
from dbt.artifacts.schemas.results import FreshnessStatus, NodeStatus, RunStatus, TestStatus
from dbt.tests.util import run_dbt, run_dbt_and_capture, write_file

PROPERTIES = {
    "sources": [
        {
            "name": "raw",
            "schema": "{{ target.schema }}",
            "tables": [
                {
                    "name": "events",
                    "loaded_at_field": "loaded_at",
                    "freshness": {
                        "warn_after": {"count": 100, "period": "day"},
                        "error_after": {"count": 200, "period": "day"},
                    },
                },
                {
                    "name": "fresh_events",
                    "loaded_at_field": "loaded_at",
                    "freshness": {"warn_after": {"count": 1, "period": "day"}, "filter": "id > 0"},
                },
            ],
        }
    ],
    "models": [
        {
            "name": "users",
            "description": "People with 'quotes' and \"double quotes\"",
            "config": {"contract": {"enforced": True}, "meta": {"owner": "data"}},
            "columns": [
                {"name": "id", "data_type": "int", "description": "The key", "data_tests": ["unique", "not_null"]},
                {"name": "name", "data_type": "string", "description": "What they are called"},
                {"name": "balance", "data_type": "decimal(10, 2)"},
                {"name": "tags", "data_type": "array(varchar)"},
            ],
        },
        {
            "name": "user_view",
            "description": "The same as a view",
            "columns": [
                {
                    "name": "id",
                    "description": "The view's key",
                    "data_tests": [{"relationships": {"arguments": {"to": "ref('users')", "field": "id"}}}],
                },
                {"name": "name", "data_tests": [{"accepted_values": {"arguments": {"values": ["Ann", "Bo"]}}}]},
            ],
        },
    ],
    "unit_tests": [
        {
            "name": "totals_add_up",
            "model": "totals",
            "given": [
                {
                    "input": "ref('users')",
                    "rows": [
                        {"id": 1, "name": "x", "balance": 1.25},
                        {"id": 2, "name": "x", "balance": 2.5},
                        {"id": 3, "name": "y", "balance": None},
                    ],
                }
            ],
            "expect": {"rows": [{"name": "x", "total": 3.75, "people": 2}, {"name": "y", "total": None, "people": 1}]},
        }
    ],
}


@pytest.mark.artifacts
class TestCommands:
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "properties.yml": PROPERTIES,
            "users.sql": """
                {{ config(materialized='table', table_type='iceberg') }}
                select 1 as id, cast('Ann' as varchar) as name, cast(1.5 as decimal(10, 2)) as balance,
                    array[cast('a' as varchar)] as tags
                union all
                select 2, 'Bo', cast(2 as decimal(10, 2)), array[]
            """,
            "user_view.sql": "select id, name from {{ ref('users') }}",
            "only_a_name.sql": "{{ config(materialized='ephemeral') }} select name from {{ ref('user_view') }}",
            "totals.sql": """
                {{ config(materialized='incremental', incremental_strategy='append') }}
                select name, sum(balance) as total, count(*) as people from {{ ref('users') }} group by name
            """,
            "names.sql": "select upper(name) as name from {{ ref('only_a_name') }}",
            "cities.sql": "{{ config(materialized='table') }} select * from {{ ref('places') }}",
        }

    @pytest.fixture(scope="class")
    def seeds(self):
        return {"places.csv": "id,city\n1,Berlin\n2,Paris\n"}

    @pytest.fixture(scope="class")
    def snapshots(self):
        return {
            "user_history.sql": """
                {% snapshot user_history %}
                {{ config(unique_key='id', strategy='check', check_cols=['name'], table_type='iceberg') }}
                select id, name from {{ ref('users') }}
                {% endsnapshot %}
            """
        }

    @pytest.fixture(scope="class")
    def tests(self):
        return {
            "no_poor_users.sql": "{{ config(store_failures=true) }} select * from {{ ref('users') }} where balance < 0"
        }

    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {
            "models": {"+persist_docs": {"relation": True, "columns": True}},
        }

    @pytest.fixture(scope="class", autouse=True)
    def built(self, project):
        return run_dbt(["build"])

    def test_build(self, built, lake):
        statuses = {result.node.name: result.status for result in built}
        assert set(statuses.values()) <= {RunStatus.Success, TestStatus.Pass, NodeStatus.Success}
        assert {"users", "user_history", "places", "totals_add_up", "no_poor_users"} <= set(statuses)
        assert lake.rows("select name, cast(total as varchar), people from {totals} order by 1") == [
            ("Ann", "1.50", 1),
            ("Bo", "2.00", 1),
        ]

    def test_rows_affected(self, built):
        """dbt's own count of rows comes out of CreateTableAsSelect's UpdateCount."""
        affected = {result.node.name: result.adapter_response.get("rows_affected") for result in built}
        assert affected["users"] == 2
        assert affected["totals"] == 2

    def test_docs_generate(self, lake, project):
        run_dbt(["docs", "generate"])
        catalog = json.loads(Path(project.project_root, "target", "catalog.json").read_text())
        users = catalog["nodes"]["model.test.users"]
        assert users["metadata"]["comment"] == PROPERTIES["models"][0]["description"]
        assert [column["type"] for column in users["columns"].values()] == [
            "int",
            "string",
            "decimal(10,2)",
            "array<string>",
        ]
        assert users["columns"]["id"]["comment"] == "The key"
        assert catalog["nodes"]["model.test.user_view"]["metadata"]["type"] == "view"
        assert catalog["nodes"]["model.test.user_view"]["columns"]["id"]["comment"] == "The view's key"
        assert not catalog["errors"]
        assert lake.table("users")["Parameters"]["owner"] == "data"
        assert lake.rows("select count(*) from {user_view}") == [(2,)]

    def test_source_freshness(self, lake):
        for name, age in (("events", "365"), ("fresh_events", "0")):
            lake.execute(
                f"create or replace view {lake.schema}.{name} as "
                f"select 1 as id, date_add('day', -{age}, cast(now() as timestamp)) as loaded_at"
            )
        results = run_dbt(["source", "freshness"], expect_pass=False)
        assert {result.node.name: result.status for result in results} == {
            "events": FreshnessStatus.Error,
            "fresh_events": FreshnessStatus.Pass,
        }

    def test_show(self):
        results = run_dbt(["show", "--select", "names", "--limit", "1"])
        assert len(results.results[0].agate_table) == 1
        table = run_dbt(["show", "--inline", "select * from {{ ref('users') }} order by id"]).results[0].agate_table
        assert [row["name"] for row in table] == ["Ann", "Bo"]

    def test_debug(self):
        _, output = run_dbt_and_capture(["debug"])
        assert "All checks passed" in output

    def test_compile_and_list(self):
        assert len(run_dbt(["compile", "--select", "names"])) == 1
        assert "test.users" in run_dbt(["list", "--select", "users", "--resource-type", "model"])

    def test_clone(self, project, lake):
        state = Path(project.project_root, "state")
        shutil.copytree(Path(project.project_root, "target"), state, dirs_exist_ok=True)
        profile = Path(project.profiles_dir, "profiles.yml")
        other = f"{project.test_schema}_clone"
        profile.write_text(profile.read_text().replace(f"schema: {project.test_schema}", f"schema: {other}"))
        try:
            results = run_dbt(["clone", "--state", str(state)])
            assert {result.status for result in results} == {RunStatus.Success}
            assert lake.rows(f"select count(*) from {other}.users") == [(2,)]
            run_dbt(["run-operation", "drop_schema_named", "--args", f"{{schema_name: {other}}}"])
        finally:
            profile.write_text(profile.read_text().replace(f"schema: {other}", f"schema: {project.test_schema}"))

    def test_retry(self, project, lake):
        good = Path(project.project_root, "models", "cities.sql").read_text()
        write_file(
            "{{ config(materialized='table') }} select no_such_column from {{ ref('places') }}", "models", "cities.sql"
        )
        failed = run_dbt(["run", "--select", "cities", "users"], expect_pass=False)
        [error] = [result for result in failed if result.status == RunStatus.Error]
        assert "COLUMN_NOT_FOUND" in error.message
        assert "Column 'no_such_column' cannot be resolved" in error.message
        write_file(good, "models", "cities.sql")
        retried = run_dbt(["retry"])
        assert [(result.node.name, result.status) for result in retried] == [("cities", RunStatus.Success)]
        assert lake.rows("select count(*) from {cities}") == [(2,)]

    def test_empty_run(self, lake):
        run_dbt(["run", "--empty", "--select", "cities"])
        assert lake.rows("select count(*) from {cities}") == [(0,)]
        run_dbt(["run", "--select", "cities"])

    def test_failures_are_stored(self, project, lake):
        write_file(
            "{{ config(store_failures=true) }} select * from {{ ref('users') }} where balance < 2",
            "tests",
            "no_poor_users.sql",
        )
        [result] = run_dbt(["test", "--select", "no_poor_users"], expect_pass=False)
        assert (result.status, result.failures) == (TestStatus.Fail, 1)
        assert lake.rows(f"select name from {lake.schema}_dbt_test__audit.no_poor_users") == [("Ann",)]
        run_dbt(["run-operation", "drop_schema_named", "--args", f"{{schema_name: {lake.schema}_dbt_test__audit}}"])
