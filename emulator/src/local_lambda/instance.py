"""One life of a function's process, and the Runtime API that serves it."""

from __future__ import annotations

import queue
import time
from pathlib import Path

from local_lambda.model import Function, Invocation
from local_lambda.process import Process
from local_lambda.runtime_api import Event, Exited, OutOfMemory, RuntimeApi, TimedOut
from local_lambda.runtimes import Runtime
from local_lambda.sandbox import Places, command
from local_lambda.variables import variables

LOOK_SECONDS = 0.1
"""How often memory is looked at."""


class Instance:
    """Starts at once; what it prints is added to *log*."""

    def __init__(self, function: Function, runtime: Runtime, places: Places, log: Path) -> None:
        self._limit = function.memory_mb * 1024 * 1024
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._api = RuntimeApi(self._events)
        words = [str(places.python), "-m", "awslambdaric", function.handler]
        environment = variables(function, places, self._api.address)
        try:
            self._process = Process(command(runtime, places, words), environment, log, self._events)
        except BaseException:
            self._api.close()
            raise

    def offer(self, invocation: Invocation, deadline: float) -> None:
        """Hand over an event, to be answered before *deadline* (of the monotonic clock)."""
        self._api.offer(invocation, deadline - time.monotonic())

    def wait(self, deadline: float) -> Event:
        """What happens next, at the latest at *deadline*."""
        while True:
            try:
                event = self._events.get(timeout=min(LOOK_SECONDS, max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                if self.memory() > self._limit:
                    return OutOfMemory()
                if time.monotonic() >= deadline:
                    return TimedOut()
                continue
            # Asked here too, or a peak between two looks would pass for a success.
            return event if isinstance(event, Exited) or self.memory() <= self._limit else OutOfMemory()

    def memory(self) -> int:
        """The most bytes in memory so far."""
        return self._process.memory()

    def end(self) -> None:
        """Kill the process and close its API."""
        self._process.kill()
        self._api.close()
