"""The variables that dbt finds, in what asks dbt for them: the profile, macros at parse time, macros that run."""

import os

import boto3
import pytest
from dbt.cli import requires
from dbt.cli.main import dbtRunner
from dbt_runner import run
from dbt_runner.event import Request
from dbt_runner.patches import environment
from hypothesis import given
from hypothesis import strategies as st

# All that Lambda sets, and what a shell, a container or a team may have beside: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
HIDDEN = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_ENDPOINT_URL",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "DBT_ENV_SECRET_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "PASSWORD",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
)
SEEN = (
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "DBT_CHANGES_SCHEMA",
    "DBT_RAW_SCHEMA",
    "DBT_THREADS",
    "ENVIRONMENT",
    "LAMBDA_TASK_ROOT",
    "TEAM",
)
SECRET = "nobody-may-read-this"  # pragma: allowlist secret


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project that asks for all of them: when it is parsed, and in a macro. dbt as the function has it."""
    for name in HIDDEN:
        if name != "AWS_PROFILE":  # boto3 would look for it
            monkeypatch.setenv(name, SECRET)
    for name in SEEN:
        monkeypatch.setenv(name, "3")
    monkeypatch.setenv("DBT_ENVIRONMENT_NAMES", "TEAM,AWS_SECRET_ACCESS_KEY,_HANDLER")
    monkeypatch.setattr(requires, "get_env", requires.get_env)
    environment.install()
    asked = ", ".join(f"env_var('{name}', 'hidden')" for name in (*HIDDEN, *SEEN) if "SECRET_T" not in name)
    (tmp_path / "dbt_project.yml").write_text("{name: p, profile: p, vars: {}}")
    (tmp_path / "profiles.yml").write_text(
        "p: {outputs: {dev: {type: duckdb, path: ':memory:', "
        "schema: \"{{ env_var('AWS_SECRET_ACCESS_KEY', 'hidden') }}\"}}, target: dev}"
    )
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "ask.sql").write_text(
        f"{{% macro ask() %}}{{{{ print([{asked}] | join(' ')) }}}}{{% endmacro %}}"
    )
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "m.sql").write_text(f"{{{{ config(meta={{'asked': [{asked}]}}) }}}} select 1 as id")
    return tmp_path


def invoke(project, *words):
    printed = []
    runner = dbtRunner(callbacks=[lambda event: printed.append(event.info.msg)])
    folders = ["--project-dir", str(project), "--profiles-dir", str(project), "--log-path", str(project / "logs")]
    done = runner.invoke(
        [*words, *folders, "--target-path", str(project / "target"), "--no-send-anonymous-usage-stats"]
    )
    assert done.success, done.exception
    return printed, done.result


def test_neither_parsing_nor_a_macro_nor_the_profile_finds_a_credential(project):
    hidden = len(HIDDEN) - 1
    printed, _ = invoke(project, "run-operation", "ask", "--log-level-file", "debug")
    assert " ".join(["hidden"] * hidden + ["3"] * len(SEEN)) in printed
    _, manifest = invoke(project, "parse")
    model = manifest.nodes["model.p.m"]
    assert model.config.meta["asked"] == ["hidden"] * hidden + ["3"] * len(SEEN)
    assert model.schema == "hidden"
    credentials = boto3.session.Session().get_credentials()
    assert (credentials.access_key, credentials.secret_key, credentials.token) == (SECRET, SECRET, SECRET)
    files = [file for file in project.rglob("*") if file.is_file()]
    assert len(files) > 6
    assert not [file for file in files if SECRET in file.read_text("utf-8", errors="replace")]


def test_dbt_as_it_ships_finds_them(project, monkeypatch):
    """The test above would fail without what it is about."""
    monkeypatch.setattr(requires, "get_env", lambda: dict(environment.os.environ))
    printed, _ = invoke(project, "run-operation", "ask")
    assert any(SECRET in line for line in printed)


@given(st.dictionaries(st.sampled_from([*HIDDEN, *SEEN]) | st.text(), st.text()), st.text())
def test_nothing_but_what_is_named_is_seen(variables, names):
    teams = {name for name in names.split(",") if not name.startswith(("AWS_", "LAMBDA_", "_"))}
    found = environment.seen({**variables, environment.TEAMS: names})
    assert all(name in (*environment._OURS, *teams) or name.startswith("DBT_") for name in found)
    assert not set(HIDDEN) - {"PASSWORD"} & set(found) - teams


def test_models_find_the_day_of_the_earliest_file_in_the_run_of_it_alone(project, monkeypatch):
    ask = "{% macro ask() %}{{ print(env_var('DBT_ARRIVED_FROM', 'no day')) }}{% endmacro %}"
    (project / "macros" / "ask.sql").write_text(ask)
    for day, found in (("2026-01-31", "2026-01-31"), ("", "no day")):
        with run._told(Request(("build",), (), arrived_from=day)):
            printed, _ = invoke(project, "run-operation", "ask")
        assert found in printed
    assert run.ARRIVED_FROM not in os.environ
