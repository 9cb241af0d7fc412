"""`just dagster`: which manifest it reads, and where its runs will go."""

import json
import socket
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from lakeloop import dagster
from lakeloop.aws.place import Place
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

MANIFEST = {
    "nodes": {},
    "sources": {
        "source.shop.raw.orders": {
            "source_name": "raw",
            "name": "orders",
            "unique_id": "source.shop.raw.orders",
            "identifier": "orders",
            "database": None,
            "schema": "raw",
            "columns": {"dt": {"name": "dt", "data_type": "date", "config": {"meta": {"partition": True}}}},
            "config": {"meta": {"format": "csv"}},
            "meta": {"format": "csv"},
        }
    },
}


class Aws:
    """Scheduler with one schedule, S3 with folders of days."""

    def get_paginator(self, name):
        return SimpleNamespace(paginate=lambda **asked: [self.listed(name)])

    def listed(self, name):
        if name == "list_schedules":
            return {"Schedules": [{"Name": "nightly"}]}
        return {"CommonPrefixes": [{"Prefix": "orders/dt=2026-02-01/"}, {"Prefix": "orders/dt=2026-01-09/"}]}

    def get_schedule(self, GroupName, Name):  # noqa: N803 - as boto3 has them
        return {
            "Name": Name,
            "ScheduleExpression": "rate(1 day)",
            "ScheduleExpressionTimezone": "UTC",
            "CreationDate": datetime.now(UTC),
            "Target": {"Input": '{"command": ["build"]}'},
        }


@pytest.fixture
def here(tmp_path):
    (tmp_path / "data" / "raw" / "orders" / "dt=2026-01-31").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "orders" / "dt=other").mkdir()
    (tmp_path / "ingest").mkdir()
    (tmp_path / "ingest" / "crm.toml").write_text(
        'kind = "rest"\n[tables.people]\n[tables.orders]\nfolder = "shop/orders"\n'
    )
    (tmp_path / "ingest" / "broken.toml").write_text("[")
    (tmp_path / "terraform" / "envs").mkdir(parents=True)
    (tmp_path / "terraform" / "envs" / "dev.tfvars").write_text("")
    (tmp_path / "lakeloop.toml").write_text('name = "shop"\nregion = "eu-central-1"\n[raw]\nfolder = "data/raw"\n')
    return Workspace(tmp_path)


@pytest.fixture
def served(monkeypatch):
    """Servers that would have been started, by their variables; dbt parses everything."""
    calls = []

    def run_dbt(here, words, variables):
        calls.append((words, variables))
        target = Path(words[words.index("--target-path") + 1])
        target.mkdir(parents=True)
        (target / "manifest.json").write_text(json.dumps(MANIFEST))
        return 0

    monkeypatch.setattr(dagster, "run_dbt", run_dbt)
    monkeypatch.setattr(dagster, "_serve", lambda here, home, port, shell: calls.append((port, shell)) or 0)
    lake = SimpleNamespace(artifacts_bucket="shop-dev-artifacts", raw_bucket="shop-dev-raw", schedule_group="runs")
    monkeypatch.setattr(Place, "client", lambda place, service: Aws())
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
    given = json.loads(Path(shell["LAKELOOP_DAGSTER"]).read_text())
    assert given["root"] == str(here.root) and not given["environment"]
    assert given["manifest"].endswith("dagster/target/manifest.json")
    assert given["folders"] == {"raw.orders": "orders"} and given["first_day"] == "2026-01-31"
    assert given["pipelines"] == {"broken": {}, "crm": {"people": "people", "orders": "shop/orders"}}
    assert not given["schedules"] and not given["rules"]


def test_with_one_they_go_where_its_runs_go(here, served):
    assert dagster.dagster(here, ["env=dev", "on=aws", f"port={free()}"]) == 0
    (words, variables), (_, shell) = served
    assert words[:3] == ["parse", "--target", "dev"] and variables == {"ENVIRONMENT": "dev"}
    given = json.loads(Path(shell["LAKELOOP_DAGSTER"]).read_text())
    assert (given["environment"], given["on"], given["raw"]) == ("dev", "aws", "shop-dev-raw")
    assert given["artifacts_bucket"] == "shop-dev-artifacts" and shell["AWS_REGION"] == "x"
    assert given["first_day"] == "2026-01-09" and given["rules"]["arrivals"] == "shop-dev-dbt-arrived"
    (schedule,) = given["schedules"]
    assert schedule == {
        "name": "nightly", "expression": "rate(1 day)", "timezone": "UTC", "input": {"command": ["build"]},
    }  # fmt: skip


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
