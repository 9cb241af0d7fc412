"""A run that compares with the environment's state: what the last whole build that succeeded left."""

from __future__ import annotations

import json

import pytest
from dbt_runner import errors

CHANGED = ["--select", "state:modified+", "--defer"]


@pytest.fixture
def built(small):
    """A function whose environment has a state."""
    assert small.invoke(command=["build"], run_id="whole")["status"] == "success"
    return small


def test_what_has_changed_runs_and_nothing_else(built, stop_after):
    assert built.invoke(command=["ls"], cli_args=CHANGED)["unmatched"] == ["state:modified+"]
    built.write("models/second.sql", "select id + 10 as id from {{ ref('first') }}")
    built.write("models/fourth.sql", "select max(id) as id from {{ ref('beside') }}")
    assert set(built.invoke(command=["ls"], cli_args=[*CHANGED, "--output", "name"])["output"].splitlines()) == {
        "second", "third", "fourth", "not_null_third_id",
    }  # fmt: skip
    stop_after(1)

    answer = built.invoke(command=["build"], cli_args=CHANGED, run_id="changed")
    # Whatever is built in between, all invocations of a run compare with the same state.
    built.put("latest/manifest.json", {})
    built.put("latest/state.json", {"run_id": "between", "dbt_version": "0.1.0"})
    while answer["status"] == "incomplete":
        answer = built.invoke(run_id="changed")

    assert (answer["status"], answer["rounds"] > 1) == ("success", True)
    hooks = {"rounds-on-run-start-0", "rounds-on-run-end-0"}
    assert built.ran("changed").keys() - hooks == {"second", "third", "fourth", "not_null_third_id"}
    assert built.rows("select id from third") == [("12",)]
    assert built.artifact("runs/changed/state/state.json")["run_id"] == "whole"
    assert built.artifact("latest/state.json")["run_id"] == "between", "the state is that of builds of everything"


def test_an_event_cannot_name_a_state(small):
    for option in ("--state", "--defer-state"):
        with pytest.raises(
            errors.TerminalError, match=f"option {option}.* is refused: the state is that of the environment"
        ):
            small.invoke(command=["build"], cli_args=[option, "/tmp"])


@pytest.mark.parametrize("command", ["build", "ls"])
def test_without_a_state_nothing_runs(small, command):
    with pytest.raises(errors.TerminalError, match=r"has no state to compare with yet.*latest/state\.json"):
        small.invoke(command=[command], cli_args=CHANGED)
    assert not small.queries()


def test_the_state_of_another_dbt_is_refused_and_stays(built):
    state = {**built.artifact("latest/state.json"), "dbt_version": "1.11.2"}
    built.put("latest/state.json", state)
    sent = len(built.queries())
    with pytest.raises(
        errors.TerminalError, match=r"\(run whole\) is of dbt 1\.11\.2; the function has dbt \d.*`build` of everything"
    ):
        built.invoke(command=["build"], cli_args=CHANGED, run_id="refused")
    assert len(built.queries()) == sent
    assert built.artifact("latest/state.json") == state

    # The lease is free again: what the message says can be done at once.
    assert built.invoke(command=["build"])["status"] == "success"
    assert built.artifact("latest/state.json")["dbt_version"] != "1.11.2"
    assert json.dumps(built.invoke(command=["build"], cli_args=CHANGED)["counts"]).count("0") == 6
