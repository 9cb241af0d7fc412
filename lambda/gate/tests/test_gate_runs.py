"""Runs of what has arrived: when one begins, what it takes, and what becomes of it when it ends."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from aws_in_memory import ARTIFACTS, Killed
from gate.runs import due_in
from gate.store import Entry
from gate_lake import LONGEST, QUIET

GOOD = b"id,status\n1,paid\n"


def arrive(lake, name="a", table="orders", body=GOOD):
    lake.send(f"incoming/shop/{table}/{name}.csv", body)
    while lake.queue:
        lake.deliver()


def test_many_files_are_one_run_of_what_depends_on_them(lake):
    for number in range(25):
        lake.send(f"incoming/shop/orders/{number}.csv", GOOD)
    lake.send("incoming/shop/notes/a.csv", b"id\n1\n")
    lake.settle()
    (name,) = lake.aws.executions
    assert name.startswith("arrivals-20261129T1200")
    assert lake.aws.inputs[name] == {
        "command": ["build"],
        "cli_args": ["--select", "source:shop.notes+", "source:shop.orders+"],
        "arrived": ["shop.notes", "shop.orders"],
        "arrived_from": "2026-11-29",
        "wait_seconds": 7200,
    }
    assert lake.waiting() == []


def test_the_first_run_of_an_environment_builds_everything(lake):
    lake.aws.versions.pop((ARTIFACTS, "latest/state.json"))
    arrive(lake)
    lake.settle()
    (event,) = lake.aws.inputs.values()
    assert (event["cli_args"], event["arrived"]) == ([], ["shop.orders"])


def test_a_run_knows_the_day_of_its_earliest_file(lake):
    """Files of long ago may come last: who reads from the last day on would pass over them."""
    for day in ("2026-11-28", "2024-02-29", "2025-01-01"):
        lake.send(f"incoming/shop/orders/dt={day}/a.csv", GOOD)
    lake.send("incoming/shop/notes/a.csv", b"id\n1\n")
    lake.settle()
    (event,) = lake.aws.inputs.values()
    assert event["arrived_from"] == "2024-02-29"
    lake.send("incoming/shop/notes/b.csv", b"id\n2\n")
    lake.settle()
    assert "arrived_from" not in list(lake.aws.inputs.values())[1], "its table has no days"


def test_files_that_the_gate_has_yet_to_look_at_have_arrived(lake):
    """A slow gate: it is quiet for longer than the window between two files of a delivery."""
    lake.send("incoming/shop/orders/none.csv", b"")
    for number in range(24):
        lake.send(f"incoming/shop/orders/{number}.csv", GOOD)
    lake.deliver()
    for _ in range(2):
        lake.aws.later(QUIET)
        lake.tick("{}")
        assert lake.aws.executions == {}
    lake.send("incoming/shop/orders/empty.csv", b"")
    lake.settle()
    (name,) = lake.aws.executions
    assert len(lake.aws.json(f"arrivals/runs/{name}.json", ARTIFACTS)["markers"]) == 24
    assert [message["Subject"] for message in lake.aws.published] == ["dev: 2 files in quarantine"]


@pytest.mark.parametrize(
    "stuck", ["for as long as any file waits", "longer than any file waits", "as the mark of a folder"]
)
def test_a_file_that_the_gate_cannot_take_holds_nobody_up_for_ever(lake, stuck):
    lake.aws.put("incoming/shop/orders/" + ("" if stuck.startswith("as") else "stuck.csv"), b"")
    if stuck.startswith("longer"):
        lake.aws.later(LONGEST)
    arrive(lake)
    began = lake.aws.now
    lake.settle()
    waited = (
        datetime.strptime(next(iter(lake.aws.executions))[9:25], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) - began
    ).total_seconds()
    longest = LONGEST if stuck.startswith("for") else QUIET
    assert longest <= waited <= longest + QUIET + 2


def test_a_run_begins_when_it_has_been_quiet_and_not_before(lake):
    arrive(lake)
    lake.aws.later(QUIET - 1)
    lake.tick("{}")
    assert lake.aws.executions == {}
    lake.aws.later(1)
    lake.tick()
    assert len(lake.aws.executions) == 1


def test_files_that_never_cease_are_taken_after_the_longest_wait(lake):
    for number in range(LONGEST // 20 + 1):
        arrive(lake, str(number))
        lake.tick()
        lake.aws.later(20)
    assert len(lake.aws.executions) == 1


def test_what_arrives_during_a_run_makes_the_next_one(lake):
    arrive(lake, "first")
    lake.settle(
        on_run=lambda name: (
            [arrive(lake, f"late{number}") for number in range(3)] if len(lake.aws.executions) == 1 else None
        )
    )
    assert len(lake.aws.executions) == 2
    assert lake.waiting() == []


def test_a_run_waits_for_another_execution_whose_end_is_a_tick(lake):
    lake.aws.executions["nightly"] = "RUNNING"
    arrive(lake)
    lake.aws.later(QUIET)
    lake.tick()
    assert list(lake.aws.executions) == ["nightly"]
    lake.end("nightly", "FAILED")
    lake.tick()
    assert len(lake.aws.executions) == 2


def test_a_run_that_fails_is_not_tried_for_ever(lake):
    arrive(lake)
    lake.aws.later(QUIET)
    lake.tick()
    (name,) = lake.aws.executions
    lake.end(name, "FAILED")
    lake.settle()
    lake.aws.later(10_000)
    lake.tick("{}")
    assert list(lake.aws.executions) == [name]
    assert len(lake.waiting()) == 1


@pytest.mark.parametrize("again", ["another file", "a run of somebody else's"])
def test_files_of_a_run_that_failed_are_taken_with_the_next_file_or_when_it_may_be_mended(lake, again):
    arrive(lake)
    lake.aws.later(QUIET)
    lake.tick()
    (failed,) = lake.aws.executions
    lake.end(failed, "TIMED_OUT")
    lake.settle()
    lake.aws.later(1)
    if again == "another file":
        arrive(lake, "b")
    else:
        lake.end("by-hand", "SUCCEEDED")
    lake.settle()
    (name,) = [name for name in lake.aws.inputs if name != failed]
    taken = lake.aws.json(f"arrivals/runs/{name}.json", ARTIFACTS)["markers"]
    assert len(taken) == (2 if again == "another file" else 1)
    assert lake.waiting() == []


def test_a_tick_that_is_killed_before_it_starts_what_it_took_is_finished_by_the_next(lake, monkeypatch):
    arrive(lake)
    lake.aws.later(QUIET)

    def killed(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("aws_in_memory.Steps.start_execution", killed)
        lake.tick()
    assert lake.aws.executions == {}
    lake.settle()
    assert len(lake.aws.executions) == 1
    assert lake.waiting() == []


def test_two_ticks_at_once_start_one_run(lake, monkeypatch):
    arrive(lake)
    lake.aws.later(QUIET)
    from gate.runs import Runs

    begin = Runs.begin

    def both(self, machine, now):
        with monkeypatch.context() as patch:
            patch.setattr(Runs, "begin", begin)
            lake.tick("{}")
        return begin(self, machine, now)

    with monkeypatch.context() as patch:
        patch.setattr(Runs, "begin", both)
        lake.tick()
    assert len(lake.aws.executions) == 1


def test_files_in_quarantine_are_one_message(lake):
    for number in range(30):
        lake.send(f"incoming/shop/nothing/{number:02}.csv", GOOD)
    lake.settle()
    (message,) = lake.aws.published
    assert message["Subject"] == "dev: 30 files in quarantine"
    assert "... and 10 more" in message["Message"]
    assert "just quarantine env=dev" in message["Message"]
    assert lake.aws.keys("arrivals/quarantined/", ARTIFACTS) == []


def test_without_a_topic_nobody_is_told_and_nothing_is_kept_to_tell(lake, monkeypatch):
    monkeypatch.setenv("ALERTS_TOPIC_ARN", "")
    lake.send("incoming/shop/nothing/a.csv", GOOD)
    lake.settle()
    assert lake.aws.published == []
    assert lake.aws.keys("arrivals/quarantined/", ARTIFACTS) == []
    assert len(lake.quarantine()) == 1


NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ages", "wait"),
    [([], None), ([0], 30), ([29, 100], 1), ([30], 0), ([5, 299], 1), ([5, 300], 0), ([-2], 32), ([1000], 0)],
)
def test_when_a_run_is_due(ages, wait):
    entries = [Entry("key", NOW - timedelta(seconds=age)) for age in ages]
    assert due_in(entries, NOW, QUIET, LONGEST) == wait


def test_an_end_that_is_no_json_is_only_a_tick(lake):
    lake.tick("no JSON", json.dumps({"detail": None}), "[]")
    assert lake.aws.executions == {}
