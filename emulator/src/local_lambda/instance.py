"""One life of a function's process, and the Runtime API that serves it."""

from __future__ import annotations

import queue
import signal
import time
from pathlib import Path

from local_lambda.model import Function, Invocation
from local_lambda.process import Process
from local_lambda.runtime_api import Event, Exited, OutOfMemory, RuntimeApi, TimedOut
from local_lambda.runtimes import Runtime
from local_lambda.sandbox import Places, command
from local_lambda.variables import variables

_PORTABLE = Path(__file__).with_name("portable.py")
LOOK_SECONDS = 0.2
"""How often memory is looked at while the function runs."""


class Instance:
    """Starts at once; what it prints is added to *log*."""

    def __init__(self, function: Function, runtime: Runtime, places: Places, log: Path) -> None:
        self.peak_memory = 0
        """Bytes, seen by ``wait``"""
        self._limit = function.memory_mb * 1024 * 1024
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._api = RuntimeApi(self._events)
        client = [str(_PORTABLE)] if runtime.portable else ["-m", "awslambdaric"]
        words = [str(places.python), *client, function.handler]
        self._freezes = not runtime.portable
        environment = variables(function, places, self._api.address)
        try:
            self._process = Process(command(runtime, places, words), environment, log, self._events)
        except BaseException:
            self._api.close()
            raise

    def offer(self, invocation: Invocation, deadline: float) -> None:
        """Thaw, and hand over an event, to be answered before *deadline* (of the monotonic clock)."""
        if self._freezes:
            self._process.signal(signal.SIGCONT)
        self._api.offer(invocation, deadline - time.monotonic())

    def wait(self, deadline: float) -> Event:
        """Wait for the next event, until *deadline* at the latest."""
        while True:
            try:
                event: Event | None = self._events.get(timeout=min(LOOK_SECONDS, max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                event = None
            self.peak_memory = self._process.memory(children=event is None)
            if self.peak_memory > self._limit and not isinstance(event, Exited):
                return OutOfMemory()
            if event:
                return event
            if time.monotonic() >= deadline:
                return TimedOut()

    def freeze(self) -> None:
        """Nothing runs between two events, threads of the function's neither.

        Not where the kernel does not kill it with the emulator: one that is stopped would not see that the emulator has gone.
        """
        if self._freezes:
            self._process.signal(signal.SIGSTOP)

    def end(self) -> None:
        """Kill the process and close its API."""
        self._process.kill()
        self._api.close()
