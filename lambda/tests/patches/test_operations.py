"""Macros that ``run-operation`` runs: the project's own, by dbt's own resolution of names."""

import pytest
from dbt.cli.main import dbtRunner
from dbt.task.run_operation import RunOperationTask
from dbt_runner.patches import operations


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("operations")
    (folder / "dbt_project.yml").write_text("{name: p, profile: p}")
    (folder / "profiles.yml").write_text("p: {outputs: {dev: {type: duckdb, path: ':memory:'}}, target: dev}")
    (folder / "packages.yml").write_text("packages: [{local: helper}]")
    (folder / "macros").mkdir()
    (folder / "macros" / "own.sql").write_text(
        "{% macro own() %}{{ print(helper.say('called')) }}{% endmacro %}"
        "{% macro noop_statement() %}{{ print('mine') }}{% endmacro %}"
    )
    package = folder / "dbt_packages" / "helper"
    (package / "macros").mkdir(parents=True)
    (package / "dbt_project.yml").write_text("{name: helper}")
    (package / "macros" / "say.sql").write_text("{% macro say(text) %}{{ return(render(text)) }}{% endmacro %}")
    return folder


@pytest.fixture
def invoke(project, monkeypatch):
    monkeypatch.setattr(RunOperationTask, "_get_macro_parts", RunOperationTask._get_macro_parts)
    operations.install()

    def run(*words):
        printed = []
        folders = ["--project-dir", str(project), "--profiles-dir", str(project), "--log-path", str(project / "logs")]
        runner = dbtRunner(callbacks=[lambda event: printed.append(event.info.msg)])
        more = ["--target-path", str(project / "target"), "--no-send-anonymous-usage-stats"]
        return runner.invoke(["run-operation", *words, *folders, *more]), printed

    return run


@pytest.mark.parametrize(
    ("words", "package"),
    [
        # These evaluate a caller's text: `render`, and SQL
        (("run_hooks", "--args", "{hooks: [{sql: select 1, transaction: true}]}"), "dbt"),
        (("dbt.run_hooks", "--args", "{hooks: []}"), "dbt"),
        (("run_query", "--args", "{sql: create table t as select 1 as x}"), "dbt"),
        (("statement", "--args", "{name: x}"), "dbt"),
        (("dbt_duckdb.duckdb__list_schemas",), "dbt_duckdb"),
        (("say", "--args", "{text: x}"), "helper"),
        (("helper.say", "--args", "{text: x}"), "helper"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_macros_of_dbt_and_of_packages_are_refused(invoke, words, package):
    done, _ = invoke(*words)
    assert not done.success
    assert f"is of the package {package}, and an event runs those of the project p alone" in str(done.exception)


@pytest.mark.parametrize(("name", "said"), [("own", "called"), ("p.own", "called"), ("noop_statement", "mine")])
def test_the_projects_own_may_call_them_and_stand_in_for_them(invoke, name, said):
    done, printed = invoke(name)
    assert done.success, done.exception
    assert said in printed


def test_one_that_does_not_exist_is_dbts_to_tell(invoke):
    done, printed = invoke("no_such_macro")
    assert not done.success
    assert "could not find a macro with the name" in f"{done.exception} {printed}"
