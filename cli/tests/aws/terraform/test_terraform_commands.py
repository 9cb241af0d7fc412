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
