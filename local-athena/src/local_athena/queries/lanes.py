"""Threads for queries, in two lanes: those that began a moment ago, and those that have run for longer and step back.

As many as the cores bear are in the first lane; further queries wait. A query that takes its time moves to the second lane
and makes room in the first, so that no number of long queries keeps a short one waiting, up to the end of that lane too.

The thread of a query that computes for longer than Python takes to plan one gets a lower priority, and the API's threads and
those of other queries keep theirs: a thread that waits for the processor with Python's interpreter lock in its hands keeps
everybody waiting.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from itertools import count

LOG = logging.getLogger(__name__)
# Those that this process may use, where the system tells.
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
FIRST_AT_LEAST, SECOND_AT_LEAST = 8, 16
FIRST = max(FIRST_AT_LEAST, 2 * _CORES)
"""Queries at once that began a moment ago. More than the cores, as a small one mostly waits for Glue and S3."""
SECOND = max(SECOND_AT_LEAST, 4 * _CORES)
"""Queries at once that have run for longer."""
MOMENT_SECONDS = 1.0
BURST_SECONDS = 0.1
"""Seconds of the processor's time that a query has at its first priority."""
TICK_SECONDS, _STEPS = 0.25, 5
"""Seconds between two looks at what runs, and how often meanwhile at what it has computed."""
_NICE = 10
"""How far below the process threads are after that: https://man7.org/linux/man-pages/man2/setpriority.2.html"""


@dataclass(eq=False)
class Job:
    """Work that is under way. ``attend`` is called at every tick with the seconds that it has taken."""

    work: Callable[[], None]
    attend: Callable[[float], None]
    long: bool = False
    low: bool = False
    """Whether its thread has the lower priority."""
    began: float = field(default_factory=time.monotonic)
    thread: int = 0
    computed: Callable[[], float] = lambda: 0.0
    """Seconds of the processor's time, up to now. To be called while it runs only."""


class Lanes:
    """Runs jobs; its methods may be called from any thread."""

    def __init__(
        self,
        first: int = FIRST,
        second: int = SECOND,
        moment: float = MOMENT_SECONDS,
        burst: float = BURST_SECONDS,
    ) -> None:
        self._first, self._second, self._moment, self._burst = first, second, moment, burst
        self._lock = threading.Lock()
        self._waiting: deque[Job] = deque()
        self._running: set[Job] = set()
        self._long = 0
        self._taken: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        """Jobs that are let in, on their way to a thread."""
        self._idle = 0
        self._watched = False
        self._closed = threading.Event()

    def submit(self, work: Callable[[], None], attend: Callable[[float], None]) -> None:
        """Have *work* done when it is its turn, in the context of the caller. It raises nothing."""
        with self._lock:
            if not self._closed.is_set():
                self._waiting.append(Job(partial(copy_context().run, work), attend))
                self._admit()

    def close(self) -> None:
        """Take no more, and forget what waits."""
        with self._lock:
            self._closed.set()
            self._waiting.clear()
            for _ in range(self._idle):
                self._taken.put(None)
            self._idle = 0

    def _admit(self) -> None:
        while self._waiting and len(self._running) - self._long < self._first:
            job = self._waiting.popleft()
            job.began = time.monotonic()
            self._running.add(job)
            self._taken.put(job)
            if self._idle:
                self._idle -= 1
            else:
                threading.Thread(target=self._work, name="athena-query", daemon=True).start()
        if self._running and not self._watched:
            self._watched = True
            threading.Thread(target=self._watch, name="athena-watch", daemon=True).start()

    def _work(self) -> None:
        while (job := self._taken.get()) is not None:
            job.computed = _computing()
            job.thread = threading.get_native_id()
            job.work()
            with self._lock:
                self._running.discard(job)
                self._long -= job.long
                self._admit()
                if job.low or self._closed.is_set():  # a thread does not get its priority back
                    return
                self._idle += 1

    def _watch(self) -> None:
        for step in count(1):
            if self._closed.wait(TICK_SECONDS / _STEPS):
                return
            with self._lock:
                self._lower()
                if step % _STEPS:
                    continue
                if not self._running:
                    self._watched = False
                    return
                now = time.monotonic()
                self._move(job for job in self._running if now - job.began >= self._moment)
                self._admit()
                under_way = [(job, now - job.began) for job in self._running]
            for job, seconds in under_way:
                try:
                    job.attend(seconds)
                except Exception:
                    LOG.exception("a query could not be attended to")

    def _move(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            if not job.long and job.thread and self._long < self._second:
                job.long = True
                self._long += 1

    def _lower(self) -> None:
        if sys.platform != "linux":  # elsewhere a thread has no priority of its own
            return
        for job in self._running:
            if not job.low and job.thread and job.computed() >= self._burst:
                job.low = True
                with suppress(OSError):
                    own = os.getpriority(os.PRIO_PROCESS, job.thread)
                    os.setpriority(os.PRIO_PROCESS, job.thread, own + _NICE)


def _computing() -> Callable[[], float]:
    """Measures the time of the processor that this thread takes from now on; may be called from others while it lives."""
    if sys.platform != "linux":
        return lambda: 0.0
    clock = time.pthread_getcpuclockid(threading.get_ident())
    began = time.clock_gettime(clock)
    return lambda: time.clock_gettime(clock) - began
