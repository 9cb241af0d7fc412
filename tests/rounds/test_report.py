"""``just report``'s page of real runs: two rounds, a model that fails, and tests that fail with and without a table of failures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dbt_runner.rounds.round import Round
from lakeloop.report import page
from lakeloop.report.samples import samples
from lakeloop.report.store import Runs

from tests.browser import CHROMIUM, opened
from tests.rounds.conftest import BUCKETS, Function

SMALL = "select id, amount, '<b>' as mark from {{ ref('facts') }} where amount > 50 -- the largest"
STORED = "{{ config(store_failures=true) }} select id, amount from {{ ref('facts') }} where amount = 20"
RUN = {"command": ["build"], "cli_args": ["--select", "payments", "stg", "facts", "stored", "small", "right_side"]}


@pytest.fixture
def failing(function, monkeypatch):
    """A run without failures, then the same command in two rounds with failures; the environment's function."""
    assert function.invoke(**RUN, run_id="before")["status"] == "success"
    tests = Path(function.variables["LAMBDA_TASK_ROOT"]) / "dbt" / "tests"
    (tests / "small.sql").write_text(SMALL, "utf-8")
    (tests / "stored.sql").write_text(STORED, "utf-8")
    keep = Round.keep

    def keep_and_stop(this: Round, result: Any) -> None:
        keep(this, result)
        if this.journal.record.rounds == 1 and result.node.name == "stg":
            this.stop("the test's model has ended")

    monkeypatch.setattr(Round, "keep", keep_and_stop)
    assert function.invoke(**RUN, run_id="after")["status"] == "incomplete"
    assert function.invoke(run_id="after")["status"] == "error"
    return function


@pytest.fixture
def workgroup(function):
    """One that says where results go, as Terraform's does."""
    location = f"s3://{BUCKETS['ATHENA_RESULTS_BUCKET']}/report/"
    function.athena.create_work_group(
        Name="report", Configuration={"ResultConfiguration": {"OutputLocation": location}}
    )
    return "report"


def test_the_page_of_a_run_with_failures(failing: Function, workgroup: str, tmp_path: Path):
    runs = Runs(failing.s3, failing.bucket)
    assert [(run["run_id"], run["status"]) for run in runs.index()] == [("after", "error"), ("before", "success")]
    run, manifest = runs.summary("after"), runs.manifest("after")

    found = samples(run, manifest, runs, failing.athena, workgroup=workgroup, database=failing.database)

    by_name = {unique_id.split(".")[2]: sample for unique_id, sample in found.items()}
    assert by_name["small"] == {"columns": ["id", "amount", "mark"], "rows": [["3", "60", "<b>"]]}
    assert by_name["stored"] == {"columns": ["id", "amount"], "rows": [["1", "20"]]}
    assert len(failing.athena.list_query_executions(WorkGroup=workgroup)["QueryExecutionIds"]) == 2
    assert run["cost"]["at_least"] == []

    file = tmp_path / "after.html"
    file.write_text(
        page.render(run, manifest, runs.summaries(["before"]), found, place="dev at the emulator", project="shop"),
        "utf-8",
    )
    assert "&lt;b&gt;" in file.read_text("utf-8")
    if CHROMIUM is not None:
        document, console = opened(file)
        assert console == []
        assert document.count("<rect ") == sum(node["started_at"] is not None for node in run["nodes"])
        assert ">invocation 2<" in document or ">invocation 2," in document
        assert document.count("new since the last run") == 1
