"""A run that is followed by credentials that end, over a network that does."""

import io
import json
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from lakeloop.aws.runs import command, following
from lakeloop.workspace import find
from rich.console import Console
from rich.progress import Progress

EXPIRED = ClientError({"Error": {"Code": "ExpiredTokenException", "Message": "expired"}}, "DescribeExecution")
GONE = EndpointConnectionError(endpoint_url="https://states")


class Steps:
    """Step Functions that begins a run and then answers with *trouble*."""

    def __init__(self, trouble):
        self.trouble = trouble

    def start_execution(self, **_):
        return {"executionArn": "arn"}

    def describe_execution(self, **_):
        if self.trouble:
            raise self.trouble
        return {"status": "RUNNING"}


class S3:
    def __init__(self, trouble):
        self.trouble = trouble

    def get_object(self, **_):
        if self.trouble:
            raise self.trouble
        return {"Body": io.BytesIO(json.dumps({}).encode())}


@pytest.mark.parametrize("where", ["Step Functions", "S3"])
@pytest.mark.parametrize(
    ("trouble", "said"), [(EXPIRED, "The session has expired"), (GONE, "AWS could not be asked: Could not connect")]
)
def test_how_to_pick_the_run_up_again_is_said_once(monkeypatch, capsys, where, trouble, said):
    clients = {
        "stepfunctions": Steps(trouble if where == "Step Functions" else None),
        "s3": S3(trouble if where == "S3" else None),
    }
    place = SimpleNamespace(environment="dev", slug="aws", left_out=(), client=lambda service: clients[service])
    monkeypatch.setattr(command, "enter", lambda *_: place)
    lake = SimpleNamespace(state_machine_arn="arn", artifacts_bucket="artifacts")
    monkeypatch.setattr(command, "outputs", lambda *_: lake)

    assert command.run(find(), ["env=dev", "on=aws", "run_id=nightly-1", "build"]) == command.UNHEARD

    printed = capsys.readouterr().err
    assert said in printed
    assert "The run nightly-1 goes on all the same." in printed
    assert "`just run env=dev on=aws run_id=nightly-1` waits for its end" in printed


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_line_of_a_run_keeps_its_bar_and_its_counts(columns):
    console = Console(file=io.StringIO(), width=columns)
    bar = Progress(*following._columns(), console=console, expand=True, disable=True)
    bar.add_task("round 12", total=1200, completed=600, running="fct_lines_by_customer 12 s, " * 4)
    console.print(bar.get_renderable())
    [line] = console.file.getvalue().splitlines()
    assert line.startswith("round 12 \u2501") and " 600/1200 " in line and " fct_lin" in line
    assert len(line) <= columns
