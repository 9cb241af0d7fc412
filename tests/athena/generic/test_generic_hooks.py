"""dbt.tests.adapter.hooks: the hooks write into Iceberg tables, because VACUUM and INSERT of Athena know those."""

import pytest
from dbt.tests.adapter.hooks.test_model_hooks import (
    MODEL_POST_HOOK,
    MODEL_PRE_HOOK,
    BaseDuplicateHooksInConfigs,
    BaseHookRefs,
    BaseHooksRefsOnSeeds,
    BasePrePostModelHooks,
    BasePrePostModelHooksInConfig,
    BasePrePostModelHooksInConfigKwargs,
    BasePrePostModelHooksInConfigWithCount,
    BasePrePostModelHooksOnSeeds,
    BasePrePostModelHooksOnSeedsPlusPrefixed,
    BasePrePostModelHooksOnSnapshots,
    BasePrePostSnapshotHooksInConfigKwargs,
)
from dbt.tests.adapter.hooks.test_run_hooks import BaseAfterRunHooks, BasePrePostRunHooks
from dbt.tests.util import run_dbt
from dbt_common.exceptions import DbtRuntimeError

HOOK_COLUMNS = """
    test_state text, target_dbname text, target_host text, target_name text, target_schema text, target_type text,
    target_user text, target_pass text, target_threads integer, run_started_at text, invocation_id text, thread_id text
"""


class AthenaTarget:
    """The target in a hook's context: Athena's has no host, user or password."""

    def check_hooks(self, state, project, host, count=1):
        contexts = self.get_ctx_vars(state, count=count, project=project)
        for context in contexts:
            assert context["target_schema"] == project.test_schema
            assert context["target_name"] == "default"
            assert context["target_type"] == "athena"
            assert context["target_threads"] == 4
            assert context["run_started_at"] and context["invocation_id"]
            assert context["thread_id"].startswith("Thread-")


class ModelHooks(AthenaTarget):
    @pytest.fixture(scope="class", autouse=True)
    def setUp(self, project):
        project.run_sql(f"create table {project.test_schema}.on_model_hook ({HOOK_COLUMNS})")


class TestPrePostModelHooks(ModelHooks, BasePrePostModelHooks):
    pass


class TestPrePostModelHooksUnderscores(ModelHooks, BasePrePostModelHooks):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        vacuum = {"sql": "vacuum {{ this.schema }}.on_model_hook", "transaction": False}
        return {"models": {"test": {"pre_hook": [MODEL_PRE_HOOK, vacuum], "post_hook": [vacuum, MODEL_POST_HOOK]}}}


class TestHookRefs(ModelHooks, BaseHookRefs):
    pass


class TestPrePostModelHooksInConfig(ModelHooks, BasePrePostModelHooksInConfig):
    pass


class TestPrePostModelHooksInConfigWithCount(ModelHooks, BasePrePostModelHooksInConfigWithCount):
    pass


class TestPrePostModelHooksInConfigKwargs(ModelHooks, BasePrePostModelHooksInConfigKwargs):
    pass


class TestDuplicateHooksInConfigs(BaseDuplicateHooksInConfigs):
    pass


class TestHooksRefsOnSeeds(BaseHooksRefsOnSeeds):
    pass


class IcebergTarget:
    """The hooks add a column and fill it: Athena does that to an Iceberg table, and spells ALTER TABLE its own way."""

    hooks = ("alter table {{ this.render_hive() }} add columns (new_col int)", "update {{ this }} set new_col = 1")


class TestPrePostModelHooksOnSeeds(IcebergTarget, BasePrePostModelHooksOnSeeds):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        hooks = [*self.hooks, "select cast(null as {{ dbt.type_int() }}) as id"]
        return {"seeds": {"post-hook": hooks, "quote_columns": False, "table_type": "iceberg"}}


class TestPrePostModelHooksOnSeedsPlusPrefixed(IcebergTarget, BasePrePostModelHooksOnSeedsPlusPrefixed):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"seeds": {"+post-hook": list(self.hooks), "quote_columns": False, "+table_type": "iceberg"}}


class TestPrePostModelHooksOnSnapshots(IcebergTarget, BasePrePostModelHooksOnSnapshots):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {
            "snapshot-paths": ["test-snapshots"],
            "snapshots": {"post-hook": list(self.hooks), "table_type": "iceberg"},
            "seeds": {"quote_columns": False},
        }


class TestPrePostSnapshotHooksInConfigKwargs(IcebergTarget, BasePrePostSnapshotHooksInConfigKwargs):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {
            "snapshot-paths": ["test-kwargs-snapshots"],
            "snapshots": {"post-hook": list(self.hooks), "table_type": "iceberg"},
            "seeds": {"quote_columns": False},
        }


class TestPrePostRunHooks(BasePrePostRunHooks):
    @pytest.fixture(scope="function")
    def setUp(self, project, monkeypatch):
        monkeypatch.setenv("TERM_TEST", "TESTING")
        for table in ("on_run_hook", "schemas", "db_schemas", "start_hook_order_test", "end_hook_order_test"):
            project.run_sql(f"drop table if exists {project.test_schema}.{table}")
        project.run_sql(f"create table {project.test_schema}.on_run_hook ({HOOK_COLUMNS})")

    def check_hooks(self, state, project, host):
        context = self.get_ctx_vars(state, project)
        assert context["test_state"] == state
        assert context["target_type"] == "athena"
        assert context["target_schema"] == project.test_schema
        assert context["run_started_at"] and context["invocation_id"]

    @pytest.fixture(scope="class")
    def project_config_update(self, aws):
        def create(table, columns):
            place = f"s3://{aws.bucket}/hooks/{{{{ target.schema }}}}/{table}_{{{{ invocation_id }}}}"
            return (
                f"create table {{{{ target.schema }}}}.{table} ({columns}) location '{place}' "
                "tblproperties ('table_type' = 'iceberg')"
            )

        schemas = "{% for schema in schemas %}('{{ schema }}'){{ ',' if not loop.last }}{% endfor %}"
        pairs = (
            "{% for db, schema in database_schemas %}('{{ db }}', '{{ schema }}'){{ ',' if not loop.last }}{% endfor %}"
        )
        return {
            "on-run-start": [
                "{{ custom_run_hook('start', target, run_started_at, invocation_id) }}",
                create("start_hook_order_test", "id int"),
                "drop table {{ target.schema }}.start_hook_order_test",
                "{{ log(env_var('TERM_TEST'), info=True) }}",
            ],
            "on-run-end": [
                "{{ custom_run_hook('end', target, run_started_at, invocation_id) }}",
                create("end_hook_order_test", "id int"),
                "drop table {{ target.schema }}.end_hook_order_test",
                create("schemas", "schema string"),
                f"insert into {{{{ target.schema }}}}.schemas (schema) values {schemas}",
                create("db_schemas", "db string, schema string"),
                f"insert into {{{{ target.schema }}}}.db_schemas (db, schema) values {pairs}",
            ],
            "seeds": {"quote_columns": False},
        }


class TestAfterRunHooks(BaseAfterRunHooks):
    def test_missing_column_pre_hook(self, project):
        """The adapter raises dbt's general error for what a database says; here, that the model is not built yet."""
        with pytest.raises(DbtRuntimeError, match="TABLE_NOT_FOUND"):
            run_dbt(["run"], expect_pass=False)
