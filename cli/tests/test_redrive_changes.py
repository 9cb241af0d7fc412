"""`just redrive changes`: all of the quarantine goes to the function, and what stays is printed."""

import io
import json
from pathlib import Path

import pytest
from lakeloop.arrivals import redrive as arrivals
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.changes import redrive
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

LAKE = Outputs(*["x"] * 12, changes_function="changes")
KEYS = [f"quarantine/changes/sales_orders/{number}.json" for number in range(120)]


class There:
    """A place whose function answers with *answers*, one after another; ``asked`` are the keys that it was given."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def client(self, service, **configuration):
        return self

    def get_paginator(self, operation):
        return self

    def paginate(self, Bucket, Prefix):  # noqa: N803 - boto3's names
        return [{"Contents": [{"Key": key} for key in KEYS]}]

    def invoke(self, FunctionName, Payload):  # noqa: N803
        self.asked.append(json.loads(Payload)["redrive"])
        told, failed = self.answers.pop(0)
        return {"Payload": io.BytesIO(json.dumps(told).encode())} | ({"FunctionError": "Unhandled"} if failed else {})


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "terraform" / "envs").mkdir(parents=True)
    (tmp_path / "terraform" / "envs" / "dev.tfvars").write_text("")
    return Workspace(Path(tmp_path))


def at(monkeypatch, there, lake=LAKE):
    monkeypatch.setattr(redrive, "enter", lambda workspace, name, on: there)
    monkeypatch.setattr(redrive, "outputs", lambda workspace, place: lake)


def told(written, there=0, stay=None):
    return {"written": written, "there": there, "stay": stay or {}}, False


def test_all_are_tried_and_what_stays_is_printed_with_its_reason(workspace, monkeypatch, capsys):
    there = There(told(50), told(40, 9, {KEYS[60]: "no wider type"}), told(20))
    at(monkeypatch, there)
    assert arrivals.redrive(workspace, ["changes", "env=dev"]) == 1
    assert [key for some in there.asked for key in some] == KEYS and max(map(len, there.asked)) == 50
    said = capsys.readouterr()
    assert said.out == "110 changes are written now, and 9 were in their tables; 1 stay.\n"
    assert said.err == f"{KEYS[60]}: no wider type\n"


def test_a_function_that_fails_and_a_lake_without_one_are_messages(workspace, monkeypatch):
    at(monkeypatch, There(({"errorMessage": "Not configured"}, True)))
    with pytest.raises(UserError, match="changes fails: Not configured"):
        arrivals.redrive(workspace, ["changes"])
    at(monkeypatch, There(), Outputs(*["x"] * 12))
    with pytest.raises(UserError, match=r"dev captures no changes.*changes = \{\}"):
        arrivals.redrive(workspace, ["changes"])
