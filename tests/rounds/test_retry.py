"""A failed run, retried by its id: a new run of what failed or was skipped."""

from __future__ import annotations

import pytest
from dbt_runner import errors

HOOKS = {"rounds-on-run-start-0", "rounds-on-run-end-0"}
BROKEN, MENDED = "select no_such_column from {{ ref('first') }}", "select id + 1 as id from {{ ref('first') }}"


@pytest.fixture
def failed(small):
    """A function of which a run has failed in the second model, so that the third was skipped."""
    small.write("models/second.sql", BROKEN)
    answer = small.invoke(command=["build"], run_id="failed")
    assert (answer["status"], answer["counts"]["error"], answer["counts"]["skipped"]) == ("error", 1, 2)
    return small


def test_what_failed_or_was_skipped_runs_in_rounds_too(failed, stop_after):
    before = len(failed.queries())
    assert failed.invoke(command=["retry", "failed"], run_id="again")["status"] == "error"
    assert failed.ran("again").keys() - HOOKS == {"second", "third", "not_null_third_id"}
    failed.write("models/second.sql", MENDED)
    stop_after(1)

    # A retry that failed can be retried, with what is deployed by then.
    answer = failed.invoke(command=["retry", "again"], run_id="mended")
    while answer["status"] == "incomplete":
        assert answer["command"] == ["retry", "again"]
        answer = failed.invoke(run_id="mended")

    assert (answer["status"], answer["rounds"]) == ("success", 3)
    assert answer["counts"]["success"] + answer["counts"]["pass"] - len(HOOKS) == 3
    assert failed.ran("mended").keys() - HOOKS == {"second", "third", "not_null_third_id"}
    assert failed.rows("select id from third") == [("3",)]
    nodes = {query["Query"] for query in failed.queries()[before:] if '"model.rounds.beside"' in query["Query"]}
    assert not nodes
    for file in ("event.json", "run.json"):
        assert failed.artifact(f"runs/mended/{file}")["command"] == ["retry", "again"]


def test_an_event_that_is_refused_is_not_retried_either(failed):
    sent = len(failed.queries())
    failed.put("runs/failed/event.json", {"command": ["run-operation"], "cli_args": ["--sql", "select 1"]})
    with pytest.raises(errors.TerminalError, match="The option --sql is refused"):
        failed.invoke(command=["retry", "failed"])
    assert len(failed.queries()) == sent


def test_the_state_that_a_run_compared_with_is_that_of_its_retry(small):
    small.invoke(command=["build"], run_id="whole")
    small.write("models/third.sql", "select no_such_column from {{ ref('second') }}")
    changed = ["--select", "state:modified+", "--defer"]
    assert small.invoke(command=["build"], cli_args=changed, run_id="failed")["status"] == "error"
    small.write("models/third.sql", "select id + 5 as id from {{ ref('second') }}")

    assert small.invoke(command=["retry", "failed"], run_id="mended")["status"] == "success"

    assert small.ran("mended").keys() - HOOKS == {"third", "not_null_third_id"}
    assert small.artifact("runs/mended/state/state.json")["run_id"] == "whole"
    assert small.rows("select id from third") == [("7",)]


def test_a_retry_that_completes_a_build_of_everything_makes_the_state(small):
    small.write("models/beside.sql", "select id from {{ this.schema }}.delivered")
    assert small.invoke(command=["build"], run_id="failed")["status"] == "error"
    assert not small.artifacts("latest/")
    small.rows("create view delivered as select 8 as id")

    assert small.invoke(command=["retry", "failed"], run_id="again")["status"] == "success"

    assert small.ran("again").keys() - HOOKS == {"beside"}
    assert small.artifact("latest/state.json")["run_id"] == "again"


def test_what_cannot_be_retried_is_refused(failed, stop_after):
    sent = len(failed.queries())

    def refused(*command: str, because: str) -> None:
        with pytest.raises(errors.TerminalError, match=because):
            failed.invoke(command=list(command), run_id=f"retry-{failed.requests}")

    refused("retry", because="which run is to be retried")
    refused("retry", "../x", because="which run is to be retried")
    refused("retry", "nowhere", because=r"no run nowhere to retry: looked for s3://.*/runs/nowhere/summary\.json")
    with pytest.raises(errors.TerminalError, match="no node matches nosuch"):
        failed.invoke(command=["build"], cli_args=["--select", "nosuch"], run_id="nothing")
    refused("retry", "nothing", because="ran nothing that could be retried: .*no node matches nosuch")
    results = failed.artifact("runs/failed/run_results.json")
    other = {**results, "metadata": {**results["metadata"], "dbt_version": "1.11.2"}}
    failed.put("runs/failed/run_results.json", other)
    refused("retry", "failed", because=r"run failed is of dbt 1\.11\.2; the function has")
    assert len(failed.queries()) == sent

    assert failed.invoke(command=["run"], cli_args=["--select", "beside"], run_id="good")["status"] == "success"
    refused("retry", "good", because="run good succeeded: there is nothing to retry")
    stop_after(1)
    assert failed.invoke(command=["run"], run_id="begun")["status"] == "incomplete"
    with pytest.raises(errors.LeaseHeld):
        failed.invoke(command=["retry", "begun"])
