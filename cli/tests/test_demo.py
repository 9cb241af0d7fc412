"""``just demo`` of a project that has nothing to build, and of one that has; the whole of it runs in `.ci/run`."""

import pytest
from lakeloop import demo as module
from lakeloop.demo import demo
from lakeloop.parsed import Parsed
from lakeloop.workspace import Workspace
from lakeloop_project import UserError

MODEL = {"model.acme.one": {"resource_type": "model"}}


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """A function that types it in a checkout whose manifest holds *nodes*; what was called after the parse."""
    (tmp_path / "lakeloop.toml").write_text('name = "acme"\nregion = "eu-west-1"\n[raw]\nfolder = "data/raw"\n')
    (tmp_path / "terraform" / "envs").mkdir(parents=True)
    (tmp_path / "terraform" / "envs" / "dev.tfvars").touch()
    called = []

    def type_it(nodes, load=0):
        manifest = {"nodes": nodes, "sources": {}, "metadata": {"adapter_type": "athena"}}
        monkeypatch.setattr(module.catalog, "parsed_for", lambda *words: Parsed(manifest, "raw"))
        monkeypatch.setattr(module, "load", lambda here, words: called.append(("load", words)) or load)
        monkeypatch.setattr(module, "invoke", lambda here, words: called.append(("invoke", words)) or 0)
        return demo(Workspace(tmp_path), ["env=dev"])

    type_it.called = called
    return type_it


def test_a_project_without_models_says_so(typed, capsys):
    assert typed({}) == 0
    assert typed.called == []
    assert "Nothing to build: the project has no models" in capsys.readouterr().out


def test_what_is_there_is_loaded_then_built(typed):
    assert typed(MODEL) == 0
    assert typed.called == [("load", ["env=dev"]), ("invoke", ["env=dev"])]


def test_nothing_is_built_of_what_could_not_be_loaded(typed):
    assert typed(MODEL, load=2) == 2
    assert [name for name, _ in typed.called] == ["load"]


def test_words_are_refused(tmp_path):
    with pytest.raises(UserError, match="takes no words, not all"):
        demo(Workspace(tmp_path), ["all"])
