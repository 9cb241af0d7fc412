"""A proof's cost, page and end, with steps that do nothing: tests/deploy types the real ones."""

import io
import json
import os
import signal
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from lakeloop.aws.account import Account
from lakeloop.aws.place import Place
from lakeloop.errors import UserError
from lakeloop.prove import command, typed
from lakeloop.prove.begun import Begun, Journal
from lakeloop.prove.costs import Meter
from lakeloop.prove.page import DONE, FAILED, OPEN, Facts, Row, render
from lakeloop.prove.steps import Step
from lakeloop.prove.typed import Interrupted, Typist
from lakeloop.workspace import Workspace

ME = Account("000000000000", "arn:aws:iam::000000000000:root")


class Aws:
    """Athena's history and the runs' bucket."""

    def __init__(self):
        self.queries, self.summaries = {}, {}

    def get_paginator(self, operation):
        pages = {
            "list_query_executions": {"QueryExecutionIds": list(self.queries)},
            "list_objects_v2": {"Contents": [{"Key": key} for key in self.summaries]},
        }
        return SimpleNamespace(paginate=lambda **_: [pages[operation]])

    def batch_get_query_execution(self, QueryExecutionIds):  # noqa: N803 - as boto3 calls it
        return {"QueryExecutions": [self.queries[one] for one in QueryExecutionIds]}

    def get_object(self, Key, **_):  # noqa: N803
        return {"Body": io.BytesIO(json.dumps(self.summaries[Key]).encode())}


def query(scanned: int, state: str = "SUCCEEDED", kind: str = "DML") -> dict:
    return {"Status": {"State": state}, "StatementType": kind, "Statistics": {"DataScannedInBytes": scanned}}


def test_each_query_and_each_run_is_paid_for_once():
    aws, lake = Aws(), SimpleNamespace(athena_workgroup="w", artifacts_bucket="b")
    meter = Meter(aws, aws, lake, 5.0)
    aws.queries = {"a": query(1), "b": query(0, kind="DDL"), "c": query(0, state="FAILED")}
    aws.summaries = {"runs/1/summary.json": {"cost": {"lambda_dollars": 0.25}}, "runs/1/manifest.json": {}}
    assert meter.since() == pytest.approx(0.25 + 10 * 1024**2 / 1024**4 * 5)
    assert meter.since() == 0
    aws.queries["d"] = query(1024**4)
    assert meter.since() == 5.0


def test_a_page_names_no_account_and_no_folder(tmp_path):
    facts = Facts(
        "AWS",
        "eu-central-1",
        "scratch",
        "abc",
        *[datetime(2026, 11, 29, 20, 0, tzinfo=UTC)] * 2,
        1.0,
        "just prove remove",
    )
    account = "12345" + "6789012"
    rows = [
        Row("deploy", "just deploy env=scratch", DONE, 61.2, 0.01234, "a|b"),
        Row("load", "just load", FAILED, 1, 0, f"arn:aws:iam::{account}:role/x\n{tmp_path}/log"),
        Row("run", "just run", OPEN),
    ]
    page = render(facts, rows, tmp_path)
    assert "| deploy `just deploy env=scratch` | done | 61 | 0.01234 | a\\|b |" in page
    assert "| load `just load` | FAILED | 1 | 0.00000 | arn:aws:iam::ACCOUNT:role/x ./log |" in page
    assert "| run `just run` | not begun |  |  |  |" in page
    assert "1 of 3 steps done" in page and "`just prove remove` takes all of it away" in page
    assert account not in page


@pytest.fixture
def proof(tmp_path):
    """A proof of steps that are given, in an account that is not there; the journal, and the page's text."""
    place = Place("scratch", "AWS (me)", "aws", {"AWS_REGION": "eu-central-1"})
    here = Workspace(tmp_path)
    journal = Journal.of(here, place)
    journal.folder.mkdir(parents=True)

    def run(*steps: Step, cap: float = 1.0) -> int:
        way = SimpleNamespace(workspace=here, place=place, who=ME, steps=lambda loads: list(steps))
        return command._Proof(way, journal, cap, "abc").run(loads=True)

    return run, journal, lambda: next(journal.folder.glob("*.md")).read_text("utf-8")


def step(name: str, do) -> Step:
    return Step(name, f"just {name}", do, lasts=False)


def raising(error: BaseException):
    def do(*_) -> str:
        raise error

    return do


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (UserError("denied"), 1, "denied"),
        (
            ClientError({"Error": {"Code": "ExpiredToken", "Message": "expired"}}, "GetRole"),
            1,
            "An error occurred (ExpiredToken)",
        ),
        (NoCredentialsError(), 1, "Unable to locate credentials"),
        (Interrupted(), 130, "interrupted"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_a_proof_that_ends_early_names_the_command_that_takes_it_away(proof, capsys, error, code, told):
    run, journal, page = proof
    assert run(step("bootstrap", lambda: "made"), step("deploy", raising(error)), step("load", lambda: "never")) == code
    assert "`just prove remove env=scratch on=aws` takes all of it away" in capsys.readouterr().out
    assert journal.read().step == "deploy"
    assert "| bootstrap `just bootstrap` | done |" in page()
    assert f"FAILED | 0 | 0.00000 | {told}" in page()
    assert "| load `just load` | not begun |" in page()
    assert "`just prove remove env=scratch on=aws` takes all of it away" in page()


def test_a_proof_that_ends_well_leaves_nothing_to_take_away(proof):
    run, journal, page = proof
    assert run(step("bootstrap", lambda: "made")) == 0
    assert journal.read() is None
    assert "Everything worked: 1 of 1 steps done." in page()
    assert "Nothing is left of the environment." in page()


def test_no_step_is_begun_when_the_cap_is_reached(proof, monkeypatch):
    run, journal, page = proof
    monkeypatch.setattr(command._Proof, "_cost", lambda self: 0.6)
    dear = Step("run", "just run", lambda: "ran")
    assert run(dear, dear, dear, cap=1.0) == 1
    assert "not begun: 1.20000 USD are the cap" in page()
    assert journal.read() is not None
    assert run(dear, dear, step("destroy", lambda: "gone"), cap=1.0) == 0


def test_a_cost_that_cannot_be_read_ends_it_and_a_failure_stays_the_reason(proof, monkeypatch):
    run, _, page = proof
    monkeypatch.setattr(command._Proof, "_cost", raising(UserError("expired")))
    assert run(Step("run", "just run", lambda: "ran")) == 1
    assert "its cost cannot be read: expired" in page()
    assert run(Step("run", "just run", raising(UserError("denied")))) == 1
    assert "FAILED | 0 | 0.00000 | denied" in page()


def test_a_recipe_is_waited_for_after_ctrl_c(tmp_path, monkeypatch):
    place = Place("scratch", "AWS", "aws", dict(os.environ))
    end = tmp_path / "end"
    # It interrupts who waits for it, and goes on to its end all the same.
    child = f"import os, signal, pathlib; os.kill(os.getppid(), signal.SIGINT); pathlib.Path({str(end)!r}).touch()"
    start = typed.subprocess.Popen
    monkeypatch.setattr(
        typed.subprocess, "Popen", lambda command, **options: start([sys.executable, "-c", child], **options)
    )
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(Interrupted):
            Typist(Workspace(tmp_path), place, tmp_path).types("deploy")
    finally:
        signal.signal(signal.SIGINT, before)
    assert end.exists()


def test_recipes_of_an_account_are_not_told_the_place_and_the_others_are(tmp_path):
    typist = Typist(Workspace(tmp_path), Place("scratch", "AWS", "aws", {}), tmp_path)
    assert typist.words("load", "raw=x") == ["load", "env=scratch", "on=aws", "raw=x"]
    assert typist.words("deploy", "confirm=scratch") == ["deploy", "env=scratch", "confirm=scratch"]


def test_one_proof_at_a_time(tmp_path):
    journal = Journal(tmp_path / "prove")
    with (
        journal.alone(),
        pytest.raises(UserError, match="Another `just prove` of this checkout is at work"),
        journal.alone(),
    ):
        pass
    journal.write(Begun("000000000000", "today", "load"))
    assert journal.read() == Begun("000000000000", "today", "load")
