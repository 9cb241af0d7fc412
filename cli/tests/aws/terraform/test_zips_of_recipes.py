"""Zips that are built for an environment, and those that it has no use for."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from lakeloop.aws.place import Place
from lakeloop.aws.terraform import zips
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace, find
from lakeloop_layer import LayerError


def test_a_function_of_a_switch_is_built_where_the_environment_has_it(monkeypatch, tmp_path):
    for name in ("build_layer", "build_function", "build_small"):
        monkeypatch.setattr(zips, name, lambda *words: SimpleNamespace(file="built"))
    monkeypatch.setattr(zips.small, "names", lambda root: ["cdc_apply", "gate"])
    settings = tmp_path / "terraform" / "envs" / "dev.tfvars"
    settings.parent.mkdir(parents=True)
    place = SimpleNamespace(architecture="arm64", environment="dev")
    for text, built in (("", {"gate_zip"}), ("changes = {}\n", {"gate_zip", "cdc_apply_zip"})):
        settings.write_text(text, "utf-8")
        found = zips.zips(replace(find(), root=tmp_path), place)
        assert set(found) == {"function_zip", "layer_zip", *built}


def test_a_layer_that_is_too_large_is_one_message(monkeypatch):
    def build(*_):
        raise LayerError("The layer is too large: 120 MB unzipped, the budget is 100 MB.")

    monkeypatch.setattr(zips, "build_layer", build)
    with pytest.raises(UserError, match="The layer is too large: 120 MB"):
        zips.zips(find(), Place("dev", "there", "there", {}))


@pytest.mark.parametrize(
    ("text", "built"), [("", False), ("ingest = null\n", False), ("ingest = {\n  schedules = {}\n}\n", True)]
)
def test_the_zip_of_batch_ingestion_is_built_where_some_is_scheduled(tmp_path, monkeypatch, text, built):
    (tmp_path / "terraform" / "envs").mkdir(parents=True)
    (tmp_path / "terraform" / "envs" / "dev.tfvars").write_text(text)
    monkeypatch.setattr(zips, "build_layer", lambda *_: SimpleNamespace(file=Path("layer")))
    monkeypatch.setattr(zips, "build_function", lambda *_: Path("function"))
    monkeypatch.setattr(zips, "build_ingest", lambda *_: Path("ingest"))
    made = zips.zips(Workspace(tmp_path), Place("dev", "there", "there", {}))
    assert made == {"function_zip": "function", "layer_zip": "layer", **({"ingest_zip": "ingest"} if built else {})}
