"""`just ingest`: which pipelines there are, where a run goes, and with which variables."""

import pytest
from lakeloop import ingest
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "terraform" / "envs").mkdir(parents=True)
    (tmp_path / "terraform" / "envs" / "dev.tfvars").write_text("")
    for folder, name, text in (
        ("ingest", "crm", 'kind = "rest"\n'),
        ("ingest", "items", 'kind = "dynamodb"\n'),
        ("sample/ingest", "shop", 'kind = "postgres"\n'),
    ):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / f"{name}.toml").write_text(text)
    return Workspace(tmp_path)


@pytest.fixture
def started(monkeypatch):
    """The words and the variables of programs that would have been started."""
    calls = []
    monkeypatch.setattr(ingest, "_run", lambda here, words, shell: calls.append((words, shell)) or 0)
    return calls


def test_pipelines_of_the_team_and_of_the_sample_are_listed(here, capsys):
    assert ingest.ingest(here, []) == 0
    assert capsys.readouterr().out.split() == ["crm", "items", "shop"]


def test_into_a_folder_goes_without_an_account(here, started, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "prod")
    assert ingest.ingest(here, ["crm", "raw=data/raw", "json=true"]) == 0
    ((words, shell),) = started
    assert words[0] == "crm" and words[1].startswith("folder=/") and words[2:] == ["environment=dev", "json=true"]
    assert not [name for name in shell if name.startswith("AWS_")]


def test_a_source_in_aws_is_asked_where_the_environment_is(here, started, monkeypatch):
    def enter(workspace, name, on):
        raise UserError(f"entered {name}")

    monkeypatch.setattr(ingest, "enter", enter)
    for words in (["items", "raw=data/raw"], ["crm"], ["crm", "env=dev", "raw=data/raw"]):
        with pytest.raises(UserError, match="entered dev"):
            ingest.ingest(here, words)
    assert not started


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["other"], r"There is no pipeline 'other'.*Pipelines: crm, items, shop"),
        (["shpo"], r"Did you mean shop\?"),
        (["show", "crm"], "Usage: just ingest NAME"),
        (["crm", "json=yes"], "neither true nor false"),
        (["crm", "table=x"], "Unknown argument 'table=x'"),
        (["crm", "env=none"], "none"),
    ],
)
def test_wrong_words_are_named(here, started, words, said):
    with pytest.raises(UserError, match=said):
        ingest.ingest(here, words)
    assert not started
