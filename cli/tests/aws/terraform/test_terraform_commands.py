from dataclasses import replace
from types import SimpleNamespace

import pytest
from lakeloop.aws.terraform import command as terraform
from lakeloop.errors import UserError
from lakeloop.workspace import find

COMMANDS = (terraform.plan, terraform.apply, terraform.destroy)


@pytest.mark.parametrize("command", COMMANDS)
def test_without_terraform_the_message_says_how_to_get_it(command, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"not on the PATH\. Get 1\.11 or newer from https://developer\.hashicorp\.com"):
        command(find(), ["env=dev"])


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("words", "message"),
    [(["env=qa"], "Known: dev, prod"), (["quickly"], "Unknown word 'quickly'"), (["on=aws"], "Known: env=")],
)
def test_what_is_not_understood_is_refused_before_anything_is_done(command, words, message):
    with pytest.raises(UserError, match=message):
        command(find(), words)


def test_a_function_of_a_switch_is_built_where_the_environment_has_it(monkeypatch, tmp_path):
    for name in ("build_layer", "build_function", "build_small"):
        monkeypatch.setattr(terraform, name, lambda *words: SimpleNamespace(file="built"))
    monkeypatch.setattr(terraform.small, "names", lambda root: ["cdc_apply", "gate"])
    settings = tmp_path / "terraform" / "envs" / "dev.tfvars"
    settings.parent.mkdir(parents=True)
    place = SimpleNamespace(architecture="arm64", environment="dev")
    for text, built in (("", {"gate_zip"}), ("changes = {}\n", {"gate_zip", "cdc_apply_zip"})):
        settings.write_text(text, "utf-8")
        found = terraform.zips(replace(find(), root=tmp_path), place)
        assert set(found) == {"function_zip", "layer_zip", *built}
