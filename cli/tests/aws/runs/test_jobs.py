"""``just job``: a run that is started and followed; what it prints, and what it refuses."""

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from lakeloop.aws.runs import jobs
from lakeloop.errors import UserError
from lakeloop.workspace import find

MISSING = type("ResourceNotFoundException", (Exception,), {})


class Glue:
    """Jobs of two environments, and a run that goes through *states*."""

    def __init__(self, *states, message=""):
        self.states, self.message, self.given = list(states), message, None

    def get_paginator(self, _):
        names = ("lakeloop-dev-dbt-curate-orders", "lakeloop-prod-dbt-other", "mine")
        return SimpleNamespace(paginate=lambda: [{"Jobs": [{"Name": name} for name in names]}])

    def start_job_run(self, **given):
        self.given = given
        return {"JobRunId": "jr_1"}

    def get_job_run(self, **_):
        state = self.states.pop(0)
        if isinstance(state, BaseException):
            raise state
        more = {"ErrorMessage": self.message} if self.message else {}
        return {"JobRun": {"JobRunState": state, "LogGroupName": "/g", "ExecutionTime": 7, **more}}


class Logs:
    """One page of each stream, which has no end but the same token again."""

    exceptions = SimpleNamespace(ResourceNotFoundException=MISSING)

    def get_log_events(self, logGroupName, nextToken="", **_):  # noqa: N803
        if logGroupName.endswith("error"):
            raise MISSING
        events = [] if nextToken else [{"message": "rows 3\n"}]
        return {"events": events, "nextForwardToken": "end"}


@pytest.fixture
def job(monkeypatch):
    """Runs ``just job`` against a Glue of the test's."""

    def run(glue, *words):
        clients = {"glue": glue, "logs": Logs()}
        place = SimpleNamespace(client=clients.__getitem__)
        monkeypatch.setattr(jobs, "enter", lambda *_: place)
        monkeypatch.setattr(jobs, "_SECONDS", 0)
        workspace = find()
        monkeypatch.setattr(type(workspace.settings), "name", "lakeloop", raising=False)
        return jobs.job(workspace, words)

    return run


def test_a_run_is_followed_to_its_end(job, capsys):
    glue = Glue("STARTING", "RUNNING", "RUNNING", "SUCCEEDED")
    assert job(glue, "curate_orders", "env=dev", "--day", "2026-01-01") == 0
    assert glue.given == {"JobName": "lakeloop-dev-dbt-curate-orders", "Arguments": {"--day": "2026-01-01"}}
    said = capsys.readouterr()
    assert said.out == "rows 3\n"
    assert said.err.split("\n")[1:-1] == [
        "starting",
        "running",
        "succeeded",
        "lakeloop-dev-dbt-curate-orders: SUCCEEDED after 7 s",
    ]


def test_a_run_that_failed_says_why(job, capsys):
    assert job(Glue("FAILED", message="ValueError: broken"), "curate_orders") == 1
    assert "ValueError: broken" in capsys.readouterr().err


def test_without_words_the_environments_jobs_are_listed(job, capsys):
    assert job(Glue()) == 0
    assert capsys.readouterr().out == "curate-orders\n"


def test_ctrl_c_leaves_the_run_and_says_how_to_end_it(job, capsys):
    assert job(Glue("RUNNING", KeyboardInterrupt()), "curate_orders") == 130
    assert "batch-stop-job-run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("other",), "no job 'other'.*curate-orders"),
        (("curate_order",), r"Did you mean curate-orders\?"),
        (("curate_orders", "--day"), "pairs"),
        (("curate_orders", "day"), "pairs"),
        (("--day", "1"), "Usage"),
    ],
)
def test_what_is_no_job_or_no_argument_is_refused(job, words, said):
    with pytest.raises(UserError, match=said):
        job(Glue(), *words)


def test_a_refusal_of_glue_is_told(job):
    refused = ClientError(
        {"Error": {"Code": "ConcurrentRunsExceededException", "Message": "Concurrent runs"}}, "StartJobRun"
    )
    glue = Glue()
    glue.start_job_run = lambda **_: (_ for _ in ()).throw(refused)
    with pytest.raises(UserError, match="Concurrent runs"):
        job(glue, "curate_orders")
