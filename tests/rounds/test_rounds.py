"""A run in several invocations is the run that one invocation would have made."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from dbt_runner import errors
from dbt_runner.rounds.orphans import mark
from dbt_runner.rounds.round import Round

from tests.rounds.conftest import Function, node_of, outcome

FAILING = ["--vars", '{"fails": true}']


def carry_on(function: Function, **event: Any) -> list[dict[str, Any]]:
    """Invoke until the run has ended; every answer."""
    answers = [function.invoke(**event)]
    while answers[-1]["status"] == "incomplete":
        assert len(answers) < 20
        assert not function.artifacts("latest/")
        answers.append(function.invoke(run_id=event["run_id"]))
    return answers


@pytest.mark.parametrize("cli_args", [[], FAILING], ids=["all well", "a model fails"])
def test_rounds_end_as_one_invocation_does(function, aws, tmp_path, stop_after, cli_args):
    whole = Function(f"whole_{len(cli_args)}", tmp_path)
    expected = whole.invoke(command=["build"], cli_args=cli_args, run_id=f"whole-{len(cli_args)}")
    # Two more may be running when the fourth of 14 has ended: three invocations at least, however the threads are scheduled.
    stop_after(4)

    answers = carry_on(function, command=["build"], cli_args=cli_args, run_id=f"parts-{len(cli_args)}")

    assert len(answers) > 2
    assert [answer["rounds"] for answer in answers] == list(range(1, len(answers) + 1))
    final = answers[-1]
    assert (final["status"], final["counts"]) == (expected["status"], expected["counts"])
    assert [node["unique_id"] for node in final["failed"]] == [node["unique_id"] for node in expected["failed"]]
    assert outcome(function, final["run_id"]) == outcome(whole, expected["run_id"])
    # Not one statement more: no node ran twice, hooks ran once, though each invocation looked at what is there.
    assert function.statements() == whole.statements()
    one, several = whole.accounted(expected["run_id"]), function.accounted(final["run_id"])
    assert one["cost"]["bytes_billed"] == several["cost"]["bytes_billed"] > 0
    assert one["cost"]["at_least"] == several["cost"]["at_least"] == []
    assert [invocation["killed"] for invocation in several["invocations"]] == [False] * len(answers)
    assert {node["round"] for node in several["nodes"]} == set(range(1, len(answers) + 1))
    (hook,), (theirs,) = (
        [query["Query"] for query in of.queries() if "hook at the end" in query["Query"]] for of in (function, whole)
    )
    assert hook.removesuffix(mark(final["run_id"])) == theirs.removesuffix(mark(expected["run_id"]))
    for node in final["failed"]:
        assert function.artifacts(node["compiled_path"].removeprefix(f"s3://{function.bucket}/")) == [""]
    files = {"manifest.json", "run_results.json", "summary.json", "dbt.log", f"dbt.{len(answers)}.log"}
    assert files <= set(function.artifacts(f"runs/{final['run_id']}/"))
    if cli_args:
        assert not function.artifacts("latest/")
    else:
        state, manifest = function.artifact("latest/state.json"), function.artifact("latest/manifest.json")
        assert state["run_id"] == final["run_id"]
        assert state["dbt_version"] == manifest["metadata"]["dbt_version"]
        assert function.rows('select * from "last"') == whole.rows('select * from "last"') == [("3", "120", "3")]
        # One run_started_at and one invocation_id, whichever invocation built the table.
        built = function.rows("select loaded_by from grown union select built_by from right_side")
        assert len(built) == 1


def test_what_runs_at_the_deadline_is_cancelled_and_runs_again(function, monkeypatch):
    """A model that never ends is cut in two invocations; then the run says so instead of going on for ever."""
    cli_args = ["--vars", '{"endless": true}', "--select", "payments stg facts right_side"]
    run = {"command": ["build"], "cli_args": cli_args, "run_id": "endless"}
    may_start = Round.may_start

    def may_start_for_a_second(this: Round, node: Any, adapter: Any) -> bool:
        start = may_start(this, node, adapter)
        if start and node.unique_id == "model.rounds.right_side":
            threading.Timer(1, this.end, ["the test's second is over"]).start()
        return start

    monkeypatch.setattr(Round, "may_start", may_start_for_a_second)

    first = function.invoke(**run)
    assert (first["status"], first["left"]) == ("incomplete", 1)
    assert "model.rounds.right_side" not in outcome(function, "endless")
    assert function.artifact("runs/endless/journal.json")["cut"].keys() == {"model.rounds.right_side"}
    assert function.invoke(**run)["status"] == "incomplete"
    with pytest.raises(errors.TerminalError, match=r"does not get on.*model\.rounds\.right_side \(\d+ s\).*`timeout`"):
        function.invoke(**run)

    states = Counter(
        query["Status"]["State"] for query in function.queries() if node_of(query) == "model.rounds.right_side"
    )
    assert states["CANCELLED"] >= 3
    told = function.accounted("endless")
    assert [(cut["unique_id"], cut["round"]) for cut in told["cut"]] == [
        ("model.rounds.right_side", number) for number in (1, 2, 3)
    ]
    assert states["RUNNING"] == 0
    assert all(count == 1 for node, count in function.statements().items() if node.startswith("test."))


def test_a_run_that_has_ended_tells_so_again(function):
    run = {"command": ["build"], "cli_args": ["--select", "payments"], "run_id": "ended"}
    first = function.invoke(**run)
    assert first["status"] == "success"
    (indexed,) = function.artifact("runs/index.json")
    assert (indexed["run_id"], indexed["dollars"]) == ("ended", first["cost"]["dollars"])
    assert not function.artifacts("latest/")  # which is of a build of everything
    sent = len(function.queries())
    for event in (run, {"run_id": "ended"}):
        answered = function.invoke(**event)
        assert "nothing ran now" in answered.pop("repeated")
        assert answered == first
    assert len(function.queries()) == sent


def test_a_run_that_has_ended_is_none_of_another_command(function):
    run = {"command": ["build"], "cli_args": ["--select", "payments"]}
    assert function.invoke(**run, run_id="ended")["status"] == "success"
    sent = len(function.queries())
    for event in (
        {"command": ["test"]},
        {"command": ["build"], "cli_args": ["--select", "payments", "--full-refresh"]},
        {"command": ["create-raw-tables"]},
    ):
        asked = " ".join([*event["command"], *event.get("cli_args", [])])
        said = rf"The run ended .* is `dbt build --select payments`, so `dbt {asked}` was not run.*of a schedule's input too"
        with pytest.raises(errors.TerminalError, match=said):
            function.invoke(**event, run_id="ended")
    assert len(function.queries()) == sent
    assert function.artifact("runs/ended/summary.json")["command"] == ["build", "--select", "payments"]


def test_what_cannot_be_carried_on_is_refused(function, stop_after, tmp_path):
    with pytest.raises(errors.TerminalError, match=r"no run nowhere to carry on.*runs/nowhere/run\.json"):
        function.invoke(run_id="nowhere")
    stop_after(1)
    assert function.invoke(command=["build"], run_id="begun")["status"] == "incomplete"
    with pytest.raises(errors.TerminalError, match="is not done and is `dbt build`, so `dbt test` was not run"):
        function.invoke(command=["test"], run_id="begun")
    with pytest.raises(errors.LeaseHeld, match=r"in use by the run begun \(dbt build\) since 20"):
        function.invoke(command=["build"], run_id="other")
    for named in ({}, {"run_id": "list"}):  # it reads, and takes no lease
        assert function.invoke(command=["ls"], **named)["status"] == "success"

    deployed = tmp_path / "another version"
    shutil.copytree(Path(function.variables["LAMBDA_TASK_ROOT"]) / "dbt", deployed / "dbt")
    function.variables["LAMBDA_TASK_ROOT"] = str(deployed)
    model = deployed / "dbt" / "models" / "facts.sql"
    model.write_text(f"{model.read_text('utf-8')}-- another version of the code\n", "utf-8")
    with pytest.raises(errors.TerminalError, match="begun by other code"):
        function.invoke(run_id="begun")
