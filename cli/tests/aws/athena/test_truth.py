"""`just truth`: where it asks, and what is agreed to before it costs anything. The asking is tested in emulator/tests."""

import json
import subprocess

import pytest
from lakeloop import workspace
from lakeloop.aws import place
from lakeloop.aws.athena import truth
from lakeloop.aws.tfvars import athena_price
from lakeloop.errors import UserError

PLANNED = {"values": 4200, "errors": 700, "statements": 784, "dollars": 0.05}


class Lake:
    athena_workgroup = "lakeloop-dev"
    glue_database = "marts"


@pytest.fixture
def asked(monkeypatch):
    """Commands that were run for `just truth`, in front of an AWS that is not there."""
    commands = []

    def run(command, **_):
        commands.append([str(word) for word in command])
        return subprocess.CompletedProcess(command, 0, json.dumps(PLANNED), "")

    def enter(here, environment, on):
        return place.Place(environment, "AWS (me)" if on else "http://127.0.0.1:4566", on or "local", {})

    monkeypatch.setattr(truth.subprocess, "run", run)
    monkeypatch.setattr(truth, "enter", enter)
    monkeypatch.setattr(truth, "outputs", lambda here, where: Lake)
    return commands


def test_the_cost_is_told_and_agreed_to_before_aws_is_asked(asked, capsys):
    with pytest.raises(UserError, match="add confirm=dev"):
        truth.truth(workspace.find(), ["on=aws"])
    assert "784 statements, at most 0.05 USD; more where they differ, until 1.00 USD" in capsys.readouterr().err
    assert ["ask" in command for command in asked] == [False]
    assert truth.truth(workspace.find(), ["save", "on=aws", "confirm=dev", "format=md", "cap=0.5"]) == 0
    assert asked[-1][-8:] == [
        "ask",
        "--workgroup=lakeloop-dev",
        "--database=marts",
        "--where=Athena of dev at AWS (me)",
        "--style=md",
        "--price=5.0",
        "--cap=0.5",
        "--save",
    ]


def test_the_emulator_is_asked_without_a_question(asked):
    assert truth.truth(workspace.find(), []) == 0
    assert "--style=tsv" in asked[-1]
    assert "--save" not in asked[-1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["save"], "`save` records what the real Athena answers"),
        (["all"], "'all' means nothing here"),
        (["format=html"], "format=html is not known"),
        (["cap=much"], "cap=much is no amount of US dollars"),
        (["cap=nan"], "cap=nan is no amount of US dollars"),
        (["cap=0.01", "on=aws", "confirm=dev"], "The cap is too low to ask all of it. Nothing was asked."),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_asked(asked, words, message):
    with pytest.raises(UserError, match=message):
        truth.truth(workspace.find(), words)
    assert not any("ask" in command for command in asked)


def test_the_price_is_that_of_the_environment(tmp_path):
    here = workspace.Workspace(tmp_path)
    folder = tmp_path / "terraform" / "envs"
    folder.mkdir(parents=True)
    (folder / "dev.tfvars").write_text("force_destroy = true\n", "utf-8")
    (folder / "sao.tfvars").write_text("athena_price_per_tb = 9.5 # here\n", "utf-8")
    assert (athena_price(here, "dev"), athena_price(here, "sao")) == (5.0, 9.5)
