"""`just dagster`: which manifest it reads, and where its runs will go."""

import socket
from types import SimpleNamespace

import pytest
from lakeloop import dagster
from lakeloop.aws.place import Place
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


@pytest.fixture
def here(tmp_path):
    (tmp_path / "terraform" / "envs").mkdir(parents=True)
    (tmp_path / "terraform" / "envs" / "dev.tfvars").write_text("")
    (tmp_path / "lakeloop.toml").write_text('name = "shop"\nregion = "eu-central-1"\n[raw]\nfolder = "data/raw"\n')
    return Workspace(tmp_path)


@pytest.fixture
def served(monkeypatch):
    """Servers that would have been started, by their variables; dbt parses everything."""
    calls = []
    monkeypatch.setattr(dagster, "run_dbt", lambda here, words, variables: calls.append((words, variables)) or 0)
    monkeypatch.setattr(dagster, "_serve", lambda here, home, port, shell: calls.append((port, shell)) or 0)
    lake = SimpleNamespace(artifacts_bucket="shop-dev-artifacts")
    monkeypatch.setattr(dagster, "enter", lambda here, env, on: Place(env, "there", "there", {"AWS_REGION": "x"}))
    monkeypatch.setattr(dagster, "outputs", lambda here, place: lake)
    monkeypatch.setattr(dagster, "names", lambda here, place, lake: {"ENVIRONMENT": place.environment})
    return calls


def free() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_without_an_environment_runs_go_to_duckdb(here, served):
    assert dagster.dagster(here, [f"port={free()}"]) == 0
    (words, _), (_, shell) = served
    assert words[:3] == ["parse", "--target", "local"]
    assert "LAKELOOP_ENVIRONMENT" not in shell and shell["LAKELOOP_ROOT"] == str(here.root)
    assert shell["LAKELOOP_MANIFEST"].endswith("dagster/target/manifest.json")


def test_with_one_they_go_where_its_runs_go(here, served):
    assert dagster.dagster(here, ["env=dev", "on=aws", f"port={free()}"]) == 0
    (words, variables), (_, shell) = served
    assert words[:3] == ["parse", "--target", "dev"] and variables == {"ENVIRONMENT": "dev"}
    assert shell["LAKELOOP_ENVIRONMENT"] == "dev" and shell["LAKELOOP_ON"] == "aws"
    assert shell["LAKELOOP_ARTIFACTS_BUCKET"] == "shop-dev-artifacts" and shell["AWS_REGION"] == "x"


def test_a_project_that_does_not_parse_is_not_served(here, served, monkeypatch):
    monkeypatch.setattr(dagster, "run_dbt", lambda *_: 2)
    assert dagster.dagster(here, [f"port={free()}"]) == 2 and not served


@pytest.mark.parametrize(
    ("words", "said"),
    [(["build"], "Unknown word 'build'"), (["on=aws"], "needs env="), (["port=80"], "port=80 is not usable")],
)
def test_wrong_words_are_named(here, served, words, said):
    with pytest.raises(UserError, match=said):
        dagster.dagster(here, words)
    assert not served


def test_a_port_that_is_taken_is_named(here, served):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UserError, match="is taken"):
        dagster.dagster(here, [f"port={taken.getsockname()[1]}"])
