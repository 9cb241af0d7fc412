"""The journal: when a run counts as not getting on, and what it says to an event with the run_id of a run that has ended."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from dbt_runner import errors
from dbt_runner.cost.account import Invocation
from dbt_runner.event import Request
from dbt_runner.rounds.journal import Journal
from dbt_runner.storage.store import Stored


class Bucket:
    """The part of ``Store`` that a journal uses."""

    bucket = "artifacts"

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}

    def get(self, key: str) -> Stored | None:
        return Stored(copy.deepcopy(self.objects[key]), "") if key in self.objects else None

    def put(self, key: str, content: Any) -> None:
        self.objects[key] = copy.deepcopy(content)

    def keys(self, prefix: str) -> list[str]:
        return [key for key in self.objects if key.startswith(prefix)]


@pytest.fixture
def bucket() -> Any:
    return Bucket()


@pytest.fixture
def begin(tmp_path, bucket):
    def invocation() -> Journal:
        journal = Journal(bucket, "nightly")
        journal.open(Request(("build",), ()), Path(tmp_path), Invocation("2026-11-20T00:00:00+00:00", 2048))
        return journal

    return invocation


def test_invocations_that_finish_nothing_count_and_cut_nodes_count_twice(begin):
    begin().close({}, finished=0, rest=[])
    begin().close({"model.a": 9.0}, finished=0, rest=[])
    assert begin().record.stalled == 3


def test_later_invocations_know_what_the_run_was_told_at_its_beginning(bucket, tmp_path):
    asked = Request(("build",), ("--select", "a"), arrived=("shop.orders",), arrived_from="2026-01-31")
    known = []
    for request in (asked, None):
        invocation = Invocation("2026-11-20T00:00:00+00:00", 2048)
        known.append(Journal(bucket, "nightly").open(request, Path(tmp_path), invocation))
    assert [each.arrived_from for each in known] == ["2026-01-31"] * 2


def test_a_killed_invocation_begins_the_count_anew(begin):
    begin().close({}, finished=0, rest=[])
    assert begin().record.stalled == 1

    after = begin()

    assert after.killed
    assert after.record.stalled == 0


BUILD = Request(("build",), ("--select", "a"), "nightly")
SELECTED = ["build", "--select", "a"]
ENDED = {"status": "success", "command": SELECTED, "begun_at": "2026-11-20T00:00:00+00:00"}


@pytest.mark.parametrize(
    "asked", [BUILD, Request((), (), "nightly"), Request(("build", "--select"), ("a",), "nightly")]
)
def test_a_run_that_has_ended_answers_again_and_says_so(bucket, asked):
    bucket.put("runs/nightly/summary.json", ENDED)
    answer = Journal(bucket, "nightly").answer(asked)
    assert answer is not None
    assert answer.pop("repeated").startswith(
        "The run nightly had ended, begun at 2026-11-20T00:00:00+00:00: this is its answer again"
    )
    assert answer == ENDED


@pytest.mark.parametrize(
    "asked",
    [
        Request(("test",), ("--select", "a")),
        Request(("build",), ()),
        Request(("build",), ("--select", "a", "b")),
        Request(("build",), ("--select", "a", "--full-refresh")),
        Request(("create-raw-tables",), ()),
    ],
    ids=lambda request: " ".join(request.words),
)
@pytest.mark.parametrize("status", ["success", "error"])
def test_another_command_under_the_run_id_of_an_ended_run_is_refused(bucket, asked, status):
    bucket.put("runs/nightly/summary.json", {**ENDED, "status": status})
    with pytest.raises(errors.TerminalError) as raised:
        Journal(bucket, "nightly").answer(asked)
    message = str(raised.value)
    assert (
        f"has ended ({status}) and is `dbt build --select a`, so `dbt {' '.join(asked.words)}` was not run" in message
    )
    assert "leave it out, of a schedule's input too" in message
    with pytest.raises(errors.TerminalError, match="is there already and is `dbt build --select a`"):
        Journal(bucket, "nightly").reserve(asked)


def test_a_run_that_has_not_ended_answers_nothing_and_keeps_its_run_id(begin, bucket):
    begin()
    for summary in (None, {**ENDED, "status": "incomplete"}, {**ENDED, "raised": {}}):
        if summary:
            bucket.put("runs/nightly/summary.json", {**summary, "command": ["build"]})
        assert Journal(bucket, "nightly").answer(Request(("test",), ())) is None
        with pytest.raises(errors.TerminalError, match="is `dbt build`, so `dbt create-raw-tables` was not run"):
            Journal(bucket, "nightly").reserve(Request(("create-raw-tables",), ()))
    Journal(bucket, "tonight").reserve(Request(("create-raw-tables",), ()))


def test_what_is_long_is_cut_in_the_message(bucket):
    bucket.put("runs/nightly/summary.json", {**ENDED, "command": ["build", "-s", "a" * 9_000]})
    with pytest.raises(errors.TerminalError) as raised:
        Journal(bucket, "nightly").answer(Request(("build",), ("-s", "b" * 9_000)))
    assert len(str(raised.value)) < 1_200
