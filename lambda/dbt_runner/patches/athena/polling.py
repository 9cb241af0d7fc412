"""How long to wait before Athena is asked again whether a query has ended.

GetQueryExecution may be called 100 times a second in an account and region, by all who use Athena there:
https://docs.aws.amazon.com/athena/latest/ug/service-limits.html#service-limits-api-calls
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

# A query that takes t is found to have ended after some 1.2 t: what it waits is a part of what it took.
_FIRST, _GROWTH = 0.05, 1.4
# Threads do not fall into step.
_JITTER = 0.1
# Questions a second of all threads together; the rest of the quota is for others.
_QUESTIONS = 80

_lock = Lock()
_waiting = 0


@contextmanager
def waiting() -> Iterator[None]:
    """A query of this process is being waited for."""
    global _waiting
    with _lock:
        _waiting += 1
    try:
        yield
    finally:
        with _lock:
            _waiting -= 1


class Pauses:
    """The pauses of one query: growing from 50 ms up to *longest* seconds, longer where many queries share the quota."""

    def __init__(self) -> None:
        self._next = _FIRST
        self._woken = Event()

    def restart(self) -> None:
        """Another query has begun."""
        self._next = _FIRST

    def wake(self) -> None:
        """End the pause, and look often from now on: the query is about to end."""
        self._next = _FIRST
        self._woken.set()

    def pause(self, longest: float) -> None:
        """Wait. The adapter calls this with ``poll_interval``, in seconds."""
        seconds = min(max(self._next, _waiting / _QUESTIONS), longest)
        self._next *= _GROWTH
        if self._woken.wait(seconds * random.uniform(1 - _JITTER, 1 + _JITTER)):  # nosec B311: no secret
            self._woken.clear()
