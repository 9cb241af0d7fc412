"""One run at a time: who gets the lease, who is told what, and how a lost one is noticed."""

from __future__ import annotations

import copy
import threading
import time
from typing import Any

import pytest
from dbt_runner.errors import InvocationAtWork, LeaseHeld, TransientError
from dbt_runner.rounds import lease
from dbt_runner.rounds.lease import Lease
from dbt_runner.storage import store

KEY = "leases/dev.json"


class Bucket:
    """The part of ``Store`` that a lease uses, with S3's conditions."""

    bucket = "artifacts"

    def __init__(self) -> None:
        self.objects: dict[str, store.Stored] = {}
        self._writes = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> store.Stored | None:
        return self.objects.get(key)

    def create(self, key: str, content: Any) -> str:
        return self._put(key, content, None)

    def replace(self, key: str, content: Any, etag: str) -> str:
        return self._put(key, content, etag)

    def _put(self, key: str, content: Any, etag: str | None) -> str:
        with self._lock:
            there = self.objects.get(key)
            if (there.etag if there else None) != etag:
                raise store.Conflict(key)
            self._writes += 1
            self.objects[key] = store.Stored(copy.deepcopy(content), f'"{self._writes}"')
            return f'"{self._writes}"'

    def change(self, **fields: Any) -> None:
        """Change the lease as another machine, or time, would."""
        there = self.objects[KEY]
        self._put(KEY, {**there.content, **fields}, there.etag)


@pytest.fixture
def bucket():
    return Bucket()


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(lease, "_RENEWAL_SECONDS", 0.01)


def take(bucket: Any, run_id: str, holder: str = "one", lost: Any = None, stop: Any = None) -> Lease:
    return Lease(
        bucket,
        "dev",
        run_id=run_id,
        holder=holder,
        command="build",
        progress=lambda: {"done": 3},
        lost=lost or (lambda how: None),
        stop=stop,
    )


def until(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline


def test_another_run_is_refused_and_told_who_and_since_when(bucket):
    with take(bucket, "nightly"):
        with pytest.raises(
            LeaseHeld, match=r"dev is in use by the run nightly \(dbt build\) since 20\d\d-\d\d-\d\d .* UTC"
        ):
            take(bucket, "other").__enter__()
        assert bucket.get(KEY).content["run_id"] == "nightly"
    with take(bucket, "other"):
        assert bucket.get(KEY).content["run_id"] == "other"


def test_another_invocation_of_the_run_waits_for_a_sign_of_death(bucket):
    refused = pytest.raises(InvocationAtWork, match="invocation one is at work on the run nightly, or was killed")
    with take(bucket, "nightly", "one"), refused:
        take(bucket, "nightly", "two").__enter__()


def test_a_lease_of_the_dead_ends(bucket):
    since = time.time() - 100
    bucket.create(
        KEY, {"run_id": "nightly", "holder": "one", "token": "x", "command": "build", "since": since, "expires_at": 0}
    )
    with take(bucket, "nightly", "two"):
        assert bucket.get(KEY).content["since"] == since  # the run's, not the invocation's
    bucket.change(expires_at=0, holder="two")
    with take(bucket, "other"):
        assert bucket.get(KEY).content["run_id"] == "other"


def test_the_queries_of_a_run_that_died_with_the_lease_are_stopped_until_they_are(bucket):
    bucket.create(KEY, {"run_id": "one", "holder": "a", "token": "x", "command": "build", "since": 0, "expires_at": 0})
    stopped: list[str] = []
    with take(bucket, "one", "b", stop=stopped.extend):
        assert stopped == [], "its own queries are known from its journal"

    def fail(run_ids: list[str]) -> None:
        assert run_ids == ["one"]
        raise TransientError("Athena does not answer")

    bucket.change(expires_at=0, holder="b")
    with pytest.raises(TransientError, match="does not answer"):
        take(bucket, "two", stop=fail).__enter__()
    assert bucket.get(KEY).content["holder"] is None, "the lease is given back"
    bucket.change(expires_at=0, holder="c")
    with take(bucket, "three", stop=stopped.extend):
        assert stopped == ["one", "two"]
    with take(bucket, "four", stop=pytest.fail):
        pass  # three ended in order


def test_the_lease_names_the_version_at_work(bucket, monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", "7")
    with take(bucket, "nightly"):
        assert bucket.get(KEY).content["version"] == "7"


def test_an_unfinished_run_keeps_the_environment_between_its_invocations(bucket):
    with take(bucket, "nightly") as held:
        held.keep_reserved = True
    with pytest.raises(LeaseHeld):
        take(bucket, "other").__enter__()
    with pytest.raises(ValueError), take(bucket, "nightly", "two"):
        raise ValueError  # before anything was done: the environment stays the run's
    with pytest.raises(LeaseHeld):
        take(bucket, "other").__enter__()
    with take(bucket, "nightly", "three") as held:
        held.keep_reserved = False
    with take(bucket, "other"):
        pass


def test_a_killed_invocation_leaves_the_environment_to_its_run(bucket, quick):
    with take(bucket, "nightly") as held:
        held.keep_reserved = True
        until(lambda: bucket.get(KEY).content["expires_at"] > time.time() + lease.SECONDS + 1)
        of_the_killed = bucket.get(KEY).content
    bucket.change(**{**of_the_killed, "alive_until": time.time() - 1})
    with pytest.raises(LeaseHeld):
        take(bucket, "other").__enter__()
    with take(bucket, "nightly", "two"):
        assert bucket.get(KEY).content["holder"] == "two"


def test_it_is_renewed_with_the_progress(bucket, quick):
    with take(bucket, "nightly"):
        first = bucket.get(KEY)
        until(lambda: bucket.get(KEY).etag != first.etag)
        renewed = bucket.get(KEY).content
        assert renewed["expires_at"] > first.content["expires_at"]
        assert renewed["progress"] == {"done": 3}
    assert bucket.get(KEY).content["holder"] is None


def test_a_holder_whose_lease_was_taken_is_told_and_writes_no_more(bucket, quick):
    lost: list[str] = []
    with take(bucket, "nightly", lost=lost.append):
        bucket.change(run_id="other", holder="thief", token="y")
        until(lambda: lost)
        assert lost == ["another invocation has taken the lease"]
    assert bucket.get(KEY).content["holder"] == "thief"


def test_of_two_that_find_it_free_one_wins(bucket, monkeypatch):
    monkeypatch.setattr(bucket, "get", lambda key: None)  # neither sees the other
    with take(bucket, "nightly"), pytest.raises((LeaseHeld, TransientError)):
        monkeypatch.undo()
        nothing = iter([None])
        get = bucket.get
        monkeypatch.setattr(bucket, "get", lambda key: next(nothing, get(key)))
        take(bucket, "other").__enter__()


def test_an_answer_of_s3_that_was_lost_does_not_cost_the_lease(bucket, quick, monkeypatch):
    """The client writes again, and its condition fails on its own first write."""
    replace, lost = bucket.replace, []

    def replace_twice(key: str, content: Any, etag: str) -> str:
        replace(key, content, etag)
        return replace(key, content, etag)

    with take(bucket, "nightly", lost=lost.append):
        monkeypatch.setattr(bucket, "replace", replace_twice)
        first = bucket.get(KEY).etag
        until(lambda: bucket.get(KEY).etag != first)
        second = bucket.get(KEY).etag
        until(lambda: bucket.get(KEY).etag != second)
    assert not lost
