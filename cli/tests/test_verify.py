"""``just verify`` without an emulator: what is left out and why, and that the first failure is the last step."""

import json

import pytest
from lakeloop import emulator
from lakeloop import verify as verification
from lakeloop.contents import Contents
from lakeloop.verify import verify
from lakeloop.workspace import Workspace
from lakeloop_project import UserError


@pytest.fixture
def workspace(tmp_path):
    """A checkout without a dbt project."""
    (tmp_path / "lakeloop.toml").write_text('name = "acme"\nregion = "eu-west-1"\n[raw]\nfolder = "data/raw"\n')
    (tmp_path / "terraform" / "envs").mkdir(parents=True)
    for name in ("dev", "prod"):
        (tmp_path / "terraform" / "envs" / f"{name}.tfvars").touch()
    return Workspace(tmp_path)


def parsed(workspace, nodes=(), sources=()):
    """The contents of a project whose manifest holds *nodes* and *sources*."""
    folder = workspace.target_of("dev")
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {"nodes": dict(nodes), "sources": dict(sources), "metadata": {"adapter_type": "athena"}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return Contents.of(workspace, "dev")


def left_out(contents):
    return {step.words[0]: step.left_out for step in verification._steps(contents, "dev")}


def test_an_empty_project_is_applied_and_nothing_else(workspace):
    nothing = "the project has no models, seeds or snapshots yet"
    assert left_out(parsed(workspace)) == {
        "tf-apply": "",
        "load": "the project reads no raw files, and no tables of others",
        "run": nothing,
        "tf-plan": "",
        "parity": nothing,
    }


def test_a_project_of_seeds_alone_loads_nothing_and_runs(workspace):
    found = left_out(parsed(workspace, {"seed.a.b": {"resource_type": "seed"}}))
    assert {words: reason for words, reason in found.items() if reason} == {
        "load": "the project reads no raw files, and no tables of others"
    }


def test_without_raw_files_what_reads_them_is_left_out_and_says_so(workspace):
    source = {
        "unique_id": "source.a.till.orders",
        "source_name": "till",
        "name": "orders",
        "identifier": "orders",
        "database": "lakeloop",
        "schema": "raw",
        "meta": {},
        "config": {"meta": {"format": "csv"}},
        "columns": {},
        "original_file_path": "models/sources.yml",
        "external": None,
        "loader": "",
    }
    given = {"nodes": {"model.a.b": {"resource_type": "model"}}, "sources": {source["unique_id"]: source}}
    found = left_out(parsed(workspace, **given))
    assert {words for words, reason in found.items() if reason} == {"load", "run", "parity"}
    assert all("no raw files in" in reason for reason in found.values() if reason)

    day = workspace.raw / "orders" / "dt=2024-01-01"
    day.mkdir(parents=True)
    (day / ".hidden").touch()
    assert left_out(parsed(workspace, **given))["load"]
    (day / "part.csv").touch()
    assert not any(left_out(parsed(workspace, **given)).values())


def test_tables_of_others_are_loaded_where_their_columns_are_known(workspace):
    source = {
        "unique_id": "source.a.crm.people",
        "source_name": "crm",
        "name": "people",
        "schema": "crm",
        "columns": {"id": {"name": "id", "data_type": "bigint"}},
        "original_file_path": "models/sources.yml",
    }
    given = {"nodes": {"model.a.b": {"resource_type": "model"}}, "sources": {source["unique_id"]: source}}
    assert not any(left_out(parsed(workspace, **given)).values())
    source["columns"]["id"]["data_type"] = None
    assert left_out(parsed(workspace, **given))["load"]


def test_the_first_failure_is_the_last_step_and_one_message(workspace, monkeypatch, capsys):
    workspace.dbt_project.mkdir()
    (workspace.dbt_project / "dbt_project.yml").write_text("name: acme\nprofile: acme\nmodel-paths: wrong\n")
    monkeypatch.setattr(emulator, "own", lambda *_, **__: pytest.fail("a step after the one that failed"))
    with pytest.raises(UserError, match=r"parse for dev failed; all that it printed: .*parse\.log\. `just parse dev`"):
        verify(workspace, [])
    printed = capsys.readouterr().out
    assert "at path ['model-paths']" in printed
    assert "prod" not in printed


def test_words_are_refused(workspace):
    with pytest.raises(UserError, match="Usage: just verify"):
        verify(workspace, ["env=prod"])


def test_nothing_of_the_shells_account_reaches_the_emulator(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert "AWS_PROFILE" not in verification._shell({"AWS_ENDPOINT_URL": "http://127.0.0.1:4600"})
    assert verification._shell({})["AWS_PROFILE"] == "work"
