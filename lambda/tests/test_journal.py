"""When a run counts as not getting on: from what its invocations left, whether they ended in order or were killed."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
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
def begin(tmp_path):
    bucket: Any = Bucket()

    def invocation() -> Journal:
        journal = Journal(bucket, "nightly")
        journal.open(Request(("build",), ()), Path(tmp_path), Invocation("2026-11-20T00:00:00+00:00", 2048))
        return journal

    return invocation


def test_invocations_that_finish_nothing_count_and_cut_nodes_count_twice(begin):
    begin().close({}, finished=0, rest=[])
    begin().close({"model.a": 9.0}, finished=0, rest=[])
    assert begin().record.stalled == 3


def test_an_invocation_that_got_on_before_it_was_killed_begins_the_count_anew(begin):
    begin().close({}, finished=0, rest=[])
    killed = begin()
    assert killed.record.stalled == 1
    killed.add("model.a", {"unique_id": "model.a"})

    after = begin()

    assert after.killed
    assert after.record.stalled == 0
    after.close({}, finished=0, rest=[])
    begin()  # killed before it finished anything, which tells nothing
    assert begin().record.stalled == 1
