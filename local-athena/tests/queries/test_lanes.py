"""Lanes of queries: the running, the waiting, and those that were told to stop."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

from local_athena.queries.lanes import Lanes

SECONDS = 60.0
WHOSE: ContextVar[str] = ContextVar("whose", default="nobody's")


class Work:
    """Jobs that run until they are told to end, and what they said."""

    def __init__(self) -> None:
        self.began: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.priorities: dict[str, int] = {}
        self._ends: dict[str, threading.Event] = {}
        self._ended: dict[str, threading.Event] = {}

    def job(self, lanes: Lanes, name: str) -> None:
        self._ends[name], self._ended[name] = threading.Event(), threading.Event()

        def work() -> None:
            self.began.put(f"{WHOSE.get()} {name}")
            self._ends[name].wait(SECONDS)
            self.priorities[name] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
            self._ended[name].set()

        lanes.submit(work, lambda seconds: None)

    def end(self, name: str) -> None:
        self._ends[name].set()
        assert self._ended[name].wait(SECONDS)

    def next(self) -> str:
        return self.began.get(timeout=SECONDS)


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    for name in work._ends:
        work._ends[name].set()


def test_as_many_as_the_first_lane_has_run_and_the_rest_wait_for_them(work: Work) -> None:
    lanes = Lanes(first=2, second=0)
    for name in "abcd":
        work.job(lanes, name)
    assert {work.next(), work.next()} == {"nobody's a", "nobody's b"}
    assert work.began.empty()
    work.end("b")
    assert work.next() == "nobody's c"
    work.end("a")
    assert work.next() == "nobody's d"
    lanes.close()


def test_long_ones_make_room_up_to_the_second_lanes_end(work: Work) -> None:
    lanes = Lanes(first=1, second=2, moment=0)
    for name in "abcd":
        work.job(lanes, name)
    assert [work.next() for _ in range(3)] == ["nobody's a", "nobody's b", "nobody's c"]
    assert work.began.empty(), "the second lane is full, and so is the first"
    work.end("a")
    assert work.next() == "nobody's d"
    lanes.close()


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_a_thread_that_stepped_back_does_not_do_the_next_job(work: Work) -> None:
    own, lanes = os.getpriority(os.PRIO_PROCESS, 0), Lanes(first=1, second=0, burst=0.05)
    computing, stepped_back = threading.Event(), threading.Event()
    computing.set()

    def compute() -> None:
        while computing.is_set() and os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own:
            pass
        stepped_back.set()

    lanes.submit(compute, lambda seconds: None)
    assert stepped_back.wait(SECONDS), "it computed and kept its priority"
    computing.clear()
    work.job(lanes, "a")
    work.next()
    work.end("a")
    assert work.priorities["a"] == own
    lanes.close()


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_who_waits_keeps_the_priority_in_the_second_lane_too(work: Work) -> None:
    lanes, own = Lanes(first=1, second=1, moment=0, burst=SECONDS), os.getpriority(os.PRIO_PROCESS, 0)
    work.job(lanes, "a")
    work.job(lanes, "b")
    assert [work.next(), work.next()] == ["nobody's a", "nobody's b"], "a is in the second lane"
    work.end("a")
    assert work.priorities["a"] == own
    lanes.close()


def test_work_is_done_in_the_context_of_who_gave_it(work: Work) -> None:
    lanes = Lanes(first=1, second=0)
    token = WHOSE.set("mine")
    work.job(lanes, "a")
    WHOSE.reset(token)
    assert work.next() == "mine a"
    lanes.close()


def test_what_waits_is_forgotten_at_the_end(work: Work) -> None:
    lanes = Lanes(first=1, second=0)
    work.job(lanes, "a")
    work.job(lanes, "b")
    assert work.next() == "nobody's a"
    lanes.close()
    work.end("a")
    work.job(lanes, "c")
    assert work.began.empty()


def test_each_tick_attends_to_what_runs_whatever_comes_of_it(work: Work) -> None:
    lanes = Lanes(first=2, second=0)
    attended = threading.Event()
    done = threading.Event()

    def fails(seconds: float) -> None:
        raise RuntimeError("no")

    lanes.submit(lambda: bool(done.wait(SECONDS)) and None, fails)
    lanes.submit(lambda: bool(done.wait(SECONDS)) and None, lambda seconds: attended.set())
    assert attended.wait(SECONDS)
    attended.clear()
    assert attended.wait(SECONDS), "one that fails ends all"
    done.set()
    lanes.close()
